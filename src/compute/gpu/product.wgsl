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
  begin(columns + me % QUADS);
  /*sums*/
  for (var deep = 0u; deep < TERMS; deep += DEEP) {
    for (var i = me; i < DEEP * QUADS; i += SIDE * SIDE) {
      left[i] = rows_of(tile.z, deep + i / QUADS, rows + i % QUADS);
      right[i] = columns_of(tile.z, deep + i / QUADS, columns + i % QUADS);
    }
    workgroupBarrier();
    for (var k = 0u; k < DEEP * QUADS; k += QUADS * AT_A_TIME) {
      /*multiply*/
    }
    workgroupBarrier();
  }
  /*put*/
}
