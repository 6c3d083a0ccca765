@group(0) @binding(0) var<storage, read> numbers: array<f32>;
@group(0) @binding(1) var<storage, read> list: array<vec4f>;
@group(0) @binding(2) var canvas: texture_storage_2d<rgba8unorm, write>;

@compute @workgroup_size(16, 16)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let place = vec4u(list[4 + 2 * id.z]);
  if (any(id.xy >= place.zw)) { return; }
  let size = vec2u(list[3].xy);
  let at = id.xy * size / place.zw;
  let plane = u32(list[5 + 2 * id.z].x);
  let share = clamp(numbers[(plane * size.y + at.y) * size.x + at.x] / list[3].z, -1, 1);
  let end = select(list[2], list[0], share < 0);
  textureStore(canvas, place.xy + id.xy, mix(list[1], end, abs(share)));
}
