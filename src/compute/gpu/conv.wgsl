@group(0) @binding(2) var<storage, read> weights: array<Sums>;

@compute @workgroup_size(ACROSS, DOWN)
fn main(@builtin(global_invocation_id) id: vec3u) {
  if (id.x >= OUT.x || id.y >= OUT.y * OUT.z) { return; }
  let corner = vec3i(vec3u(id.x, id.y % OUT.y, id.y / OUT.y) * STRIDE) - BEFORE;
  let block = id.z % BLOCKS;
  let example = id.z / BLOCKS * GROUPS + block / (BLOCKS / GROUPS);
  var tap = block * (INPUTS * KERNEL.x * KERNEL.y * KERNEL.z + 1);
  var sums = weights[tap];
  for (var plane = example * INPUTS; plane < (example + 1) * INPUTS; plane++) {
    for (var k = 0u; k < KERNEL.z; k++) {
      let z = source(corner.z + i32(k * DILATION.z), IN.z);
      for (var j = 0u; j < KERNEL.y; j++) {
        let y = source(corner.y + i32(j * DILATION.y), IN.y);
        let row = ((i32(plane) * IN.z + z) * IN.y + y) * IN.x;
        for (var i = 0u; i < KERNEL.x; i++) {
          let x = source(corner.x + i32(i * DILATION.x), IN.x);
          var value = CONSTANT;
          if (z >= 0 && y >= 0 && x >= 0) { value = input[row + x]; }
          tap++;
          sums += value * weights[tap];
        }
      }
    }
  }
  let first = block % (BLOCKS / GROUPS) * WIDE;
  for (var i = 0u; i < WIDE && first + i < OUTPUTS; i++) {
    output[((example * OUTPUTS + first + i) * OUT.z * OUT.y + id.y) * OUT.x + id.x] = part(sums, i);
  }
}
