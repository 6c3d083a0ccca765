@group(0) @binding(2) var<storage, read> shares: array<f32>;

@compute @workgroup_size(ACROSS, DOWN)
fn main(@builtin(global_invocation_id) id: vec3u) {
  if (id.x >= OUT.x || id.y >= OUT.y * OUT.z) { return; }
  let place = vec3u(id.x, id.y % OUT.y, id.y / OUT.y);
  let corner = vec3i(place * STRIDE) - BEFORE;
  var all = EMPTY;
  for (var k = 0u; k < KERNEL.z; k++) {
    for (var j = 0u; j < KERNEL.y; j++) {
      for (var i = 0u; i < KERNEL.x; i++) {
        let at = corner + vec3i(vec3u(i, j, k) * DILATION);
        if (any(at < vec3i(0)) || any(at >= IN)) { continue; }
        all = join(all, input[((i32(id.z) * IN.z + at.z) * IN.y + at.y) * IN.x + at.x]);
      }
    }
  }
  let share = shares[place.x] * shares[OUT.x + place.y] * shares[OUT.x + OUT.y + place.z];
  output[(id.z * OUT.z * OUT.y + id.y) * OUT.x + id.x] = all * share;
}
