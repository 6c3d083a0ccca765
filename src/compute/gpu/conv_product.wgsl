@group(0) @binding(2) var<storage, read> weights: array<vec4f>;
@group(0) @binding(3) var<storage, read> bias: array<f32>;
var<private> first: vec3i;
var<private> second: vec3i;
var<private> third: vec3i;
var<private> fourth: vec3i;

fn corner(place: u32) -> vec3i {
  return vec3i(vec3u(place, place / OUT.x, place / (OUT.x * OUT.y)) % OUT * STRIDE) - BEFORE;
}

fn begin(four: u32) {
  first = corner(4 * four);
  second = corner(4 * four + 1);
  third = corner(4 * four + 2);
  fourth = corner(4 * four + 3);
}

fn rows_of(example: u32, term: u32, four: u32) -> vec4f {
  return weights[(example % GROUPS * PADDED + term) * FOURS + four];
}

fn cell(plane: i32, at: vec3i) -> f32 {
  let place = vec3i(source(at.x, IN.x), source(at.y, IN.y), source(at.z, IN.z));
  if (any(place < vec3i())) { return CONSTANT; }
  return input[((plane * IN.z + place.z) * IN.y + place.y) * IN.x + place.x];
}

fn columns_of(example: u32, term: u32, _four: u32) -> vec4f {
  if (term >= TERMS) { return vec4f(); }
  let offset = vec3i(vec3u(term, term / KERNEL.x, term / (KERNEL.x * KERNEL.y)) % KERNEL * DILATION);
  let plane = i32(example * INPUTS + term / (KERNEL.x * KERNEL.y * KERNEL.z));
  return vec4f(cell(plane, first + offset), cell(plane, second + offset), cell(plane, third + offset), cell(plane, fourth + offset));
}

fn put(example: u32, channel: u32, place: u32, sums: vec4f) {
  let places = OUT.x * OUT.y * OUT.z;
  if (channel >= OUTPUTS) { return; }
  let all = sums + bias[example % GROUPS * OUTPUTS + channel];
  let to = (example * OUTPUTS + channel) * places + place;
  if (place < places) { output[to] = all.x; }
  if (place + 1 < places) { output[to + 1] = all.y; }
  if (place + 2 < places) { output[to + 2] = all.z; }
  if (place + 3 < places) { output[to + 3] = all.w; }
}
