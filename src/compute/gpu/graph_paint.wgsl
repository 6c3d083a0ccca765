@group(0) @binding(0) var<storage, read_write> covered: array<u32>;
@group(0) @binding(1) var<storage, read> look: array<vec4f>;
@group(0) @binding(2) var canvas: texture_storage_2d<rgba8unorm, write>;

@compute @workgroup_size(16, 16)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let size = vec2u(look[0].xy);
  if (any(id.xy >= size)) { return; }
  let at = id.y * size.x + id.x;
  let ground = mix(look[3], look[2], pow(1 - look[0].w, f32(covered[at]) / 16));
  let first = size.x * size.y + 4 * at;
  var node = vec4f();
  for (var channel = 0u; channel < 4; channel++) {
    node[channel] = f32(covered[first + channel]);
    covered[first + channel] = 0;
  }
  let colour = mix(ground.rgb, node.rgb / (255 * max(node.w, 1)), min(node.w / 16, 1));
  textureStore(canvas, id.xy, vec4f(colour, 1));
}
