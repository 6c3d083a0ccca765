@group(0) @binding(2) var<storage, read> weights: array<vec4f>;
@group(0) @binding(3) var<storage, read> bias: array<f32>;

fn rows_of(example: u32, term: u32, four: u32) -> vec4f {
  return weights[(example % GROUPS * PADDED + term) * FOURS + four];
}

fn columns_of(example: u32, term: u32, four: u32) -> vec4f {
  var values = vec4f(CONSTANT);
  if (term >= TERMS) { return values; }
  let tap = vec3u(term, term / KERNEL.x, term / (KERNEL.x * KERNEL.y)) % KERNEL;
  let plane = example * INPUTS + term / (KERNEL.x * KERNEL.y * KERNEL.z);
  let offset = vec3i(tap * DILATION) - BEFORE;
  for (var i = 0u; i < 4; i++) {
    let place = 4 * four + i;
    let at = vec3i(vec3u(place, place / OUT.x, place / (OUT.x * OUT.y)) % OUT * STRIDE) + offset;
    let cell = vec3i(source(at.x, IN.x), source(at.y, IN.y), source(at.z, IN.z));
    if (all(cell >= vec3i(0))) { values[i] = input[((i32(plane) * IN.z + cell.z) * IN.y + cell.y) * IN.x + cell.x]; }
  }
  return values;
}

fn put(example: u32, channel: u32, place: u32, sums: vec4f) {
  let places = OUT.x * OUT.y * OUT.z;
  if (channel >= OUTPUTS) { return; }
  for (var i = 0u; i < 4 && place + i < places; i++) {
    output[(example * OUTPUTS + channel) * places + place + i] = sums[i] + bias[example % GROUPS * OUTPUTS + channel];
  }
}
