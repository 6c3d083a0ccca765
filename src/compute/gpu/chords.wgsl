@group(0) @binding(0) var<storage, read_write> counts: array<atomic<u32>>;
@group(0) @binding(1) var<storage, read> places: array<vec2f>;
@group(0) @binding(2) var<storage, read> ends: array<vec2u>;

@compute @workgroup_size(256)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let at = id.y * ROW + id.x;
  if (at >= LENGTH) { return; }
  let first = places[ends[at].x] * SIDE;
  let way = places[ends[at].y] * SIDE - first;
  let steps = max(ceil(max(abs(way.x), abs(way.y))), 1);
  for (var step = 0f; step <= steps; step += 1) {
    let pixel = vec2u(min(first + way * step / steps, vec2f(SIDE - 1)));
    atomicAdd(&counts[pixel.y * u32(SIDE) + pixel.x], 1);
  }
}
