const QUADS = SIDE * WIDE;
const DEEP = 16u;
var<workgroup> left: array<vec4f, DEEP * QUADS>;
var<workgroup> right: array<vec4f, DEEP * QUADS>;

@compute @workgroup_size(SIDE * SIDE)
fn main(@builtin(workgroup_id) tile: vec3u, @builtin(local_invocation_index) me: u32) {
  let rows = tile.y * QUADS;
  let columns = tile.x * QUADS;
  let row = me / SIDE;
  let column = me % SIDE;
  var sums: array<vec4f, 4 * WIDE * WIDE>;
  for (var deep = 0u; deep < TERMS; deep += DEEP) {
    for (var i = me; i < DEEP * QUADS; i += SIDE * SIDE) {
      left[i] = rows_of(tile.z, deep + i / QUADS, rows + i % QUADS);
      right[i] = columns_of(tile.z, deep + i / QUADS, columns + i % QUADS);
    }
    workgroupBarrier();
    for (var k = 0u; k < DEEP * QUADS; k += QUADS) {
      for (var h = 0u; h < WIDE; h++) {
        let four = left[k + row + h * SIDE];
        for (var w = 0u; w < WIDE; w++) {
          let by = right[k + column + w * SIDE];
          let at = (h * WIDE + w) * 4;
          sums[at] += four.x * by;
          sums[at + 1] += four.y * by;
          sums[at + 2] += four.z * by;
          sums[at + 3] += four.w * by;
        }
      }
    }
    workgroupBarrier();
  }
  for (var at = 0u; at < 4 * WIDE * WIDE; at++) {
    let h = at / (4 * WIDE);
    let w = at / 4 % WIDE;
    put(tile.z, 4 * (rows + row + h * SIDE) + at % 4, 4 * (columns + column + w * SIDE), sums[at]);
  }
}
