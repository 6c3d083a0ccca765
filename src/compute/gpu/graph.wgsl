@group(0) @binding(0) var<storage, read_write> covered: array<atomic<u32>>;
@group(0) @binding(1) var<storage, read> look: array<vec4f>;
@group(0) @binding(2) var<storage, read> places: array<vec2f>;
@group(0) @binding(3) var<storage, read> edges: array<vec2u>;
@group(0) @binding(4) var<storage, read> colours: array<u32>;

@compute @workgroup_size(256)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let at = id.y * ROW + id.x;
  let size = vec2u(look[0].xy);
  if (at < PIECE) {
    // A piece is a sample: one edge of as many as there are pieces.
    let turn = at * u32(look[1].y) + u32(look[1].x);
    if (turn >= EDGES) { return; }
    let edge = edges[turn];
    let way = places[edge.y] - places[edge.x];
    let steps = max(ceil(max(abs(way.x), abs(way.y))), 1);
    let is_level = abs(way.x) > abs(way.y);
    let aside = select(vec2u(1, 0), vec2u(0, 1), is_level);
    for (var step = 0f; step <= steps; step += 1) {
      let place = places[edge.x] + way * step / steps - vec2f(aside) / 2;
      let part = u32(16 * fract(select(place.x, place.y, is_level)));
      let pixel = u32(place.y) * size.x + u32(place.x);
      atomicAdd(&covered[pixel], 16 - part);
      atomicAdd(&covered[pixel + aside.y * size.x + aside.x], part);
    }
  } else if (at < LENGTH) {
    let middle = places[at - PIECE];
    let radius = look[0].z;
    let colour = vec4u(unpack4x8unorm(colours[at - PIECE]) * 255);
    let low = vec2u(max(middle - radius - 1, vec2f()));
    let high = min(vec2u(middle + radius + 1), size - 1);
    for (var y = low.y; y <= high.y; y++) {
      for (var x = low.x; x <= high.x; x++) {
        let parts = u32(16 * saturate(radius + 0.5 - distance(vec2f(vec2u(x, y)) + 0.5, middle)));
        for (var channel = 0u; channel < 4; channel++) {
          let first = size.x * size.y + 4 * (y * size.x + x);
          atomicAdd(&covered[first + channel], parts * select(colour[channel], 1, channel == 3));
        }
      }
    }
  }
}
