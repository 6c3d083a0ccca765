@group(0) @binding(1) var<storage, read> look: array<vec4f>;

@compute @workgroup_size(256)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let at = id.y * ROW + id.x + u32(look[1].x);
  if (at >= u32(look[1].y)) { return; }
  let width = u32(look[0].x);
  /*rule*/
}
