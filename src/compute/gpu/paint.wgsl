@group(0) @binding(0) var<storage, read> numbers: array<f32>;
@group(0) @binding(1) var<storage, read> list: array<vec4f>;
@group(0) @binding(2) var canvas: texture_storage_2d<rgba8unorm, write>;

@compute @workgroup_size(16, 16)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let place = vec4u(list[4 + 2 * id.z]);
  if (any(id.xy >= place.zw)) { return; }
  let size = vec2u(list[3].xy);
  let plane = u32(list[5 + 2 * id.z].x) * size.y;
  let first = id.xy * size / place.zw;
  let end = max((id.xy + 1) * size / place.zw, first + 1);
  var strongest = 0f;
  for (var y = first.y; y < end.y; y++) {
    for (var x = first.x; x < end.x; x++) {
      let number = numbers[(plane + y) * size.x + x];
      strongest = select(strongest, number, abs(number) > abs(strongest));
    }
  }
  let share = clamp(strongest / list[3].z, -1, 1);
  let colour = select(list[2], list[0], share < 0);
  textureStore(canvas, place.xy + id.xy, mix(list[1], colour, abs(share)));
}
