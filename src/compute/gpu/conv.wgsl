@group(0) @binding(2) var<storage, read> weights: array<f32>;

@compute @workgroup_size(ACROSS, DOWN)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let first = id.x * 4;
  if (first >= OUT.x || id.y >= OUT.y * OUT.z) { return; }
  let corner = vec3i(vec3u(first, id.y % OUT.y, id.y / OUT.y) * STRIDE) - BEFORE;
  let is_inside = corner.x >= 0 && corner.x + i32(3 * STRIDE.x + (KERNEL.x - 1) * DILATION.x) < IN.x;
  let block = id.z % BLOCKS;
  let example = id.z / BLOCKS * GROUPS + block / (BLOCKS / GROUPS);
  let places = OUT.x * OUT.y * OUT.z;
  let channel = block % (BLOCKS / GROUPS) * WIDE;
  let to = (example * OUTPUTS + channel) * places + id.y * OUT.x + first;
  var tap = block * (INPUTS * KERNEL.x * KERNEL.y * KERNEL.z + 1) * WIDE;
  var four = vec4f();
  /*sums*/
  tap += WIDE;
  for (var plane = example * INPUTS; plane < (example + 1) * INPUTS; plane++) {
    for (var k = 0u; k < KERNEL.z; k++) {
      let z = source(corner.z + i32(k * DILATION.z), IN.z);
      for (var j = 0u; j < KERNEL.y; j++) {
        let y = source(corner.y + i32(j * DILATION.y), IN.y);
        let row = ((i32(plane) * IN.z + z) * IN.y + y) * IN.x;
        let x = corner.x;
        if (is_inside && min(z, y) >= 0) {
          /*inside*/
        } else {
          let border = select(-1, row, min(z, y) >= 0);
          for (var i = 0u; i < KERNEL.x; i++) {
            let at = x + i32(i * DILATION.x);
            let next = i32(STRIDE.x);
            four = vec4f(cell(border, at), cell(border, at + next), cell(border, at + 2 * next), cell(border, at + 3 * next));
            /*border*/
          }
        }
        tap += KERNEL.x * WIDE;
      }
    }
  }
  /*put*/
}

fn cell(row: i32, x: i32) -> f32 {
  let copied = source(x, IN.x);
  if (row < 0 || copied < 0) { return CONSTANT; }
  return input[row + copied];
}

fn put(to: u32, first: u32, sums: vec4f) {
  output[to] = sums.x;
  if (first + 1 < OUT.x) { output[to + 1] = sums.y; }
  if (first + 2 < OUT.x) { output[to + 2] = sums.z; }
  if (first + 3 < OUT.x) { output[to + 3] = sums.w; }
}
