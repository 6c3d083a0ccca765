@group(0) @binding(0) var<storage, read_write> planes: array<f32>;
@group(0) @binding(1) var frame: texture_2d<f32>;

@compute @workgroup_size(16, 16)
fn main(@builtin(global_invocation_id) id: vec3u) {
  if (any(id.xy >= SIZE)) { return; }
  let pixel = textureLoad(frame, id.xy, 0).rgb;
  let grey = dot(pixel, vec3f(0.2126, 0.7152, 0.0722));
  for (var channel = 0u; channel < CHANNELS; channel++) {
    let turn = vec2u(channel / 3, channel / 6) % 2;
    let at = select(id.xy, SIZE - 1 - id.xy, turn == vec2u(1));
    planes[(channel * SIZE.y + at.y) * SIZE.x + at.x] = select(pixel[channel % 3], grey, CHANNELS == 1);
  }
}
