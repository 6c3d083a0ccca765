@group(0) @binding(0) var<storage, read_write> output: array<f32>;
@group(0) @binding(1) var<storage, read> starts: array<u32>;
@group(0) @binding(2) var<storage, read> nodes: array<u32>;
@group(0) @binding(3) var<storage, read> input: array<f32>;

@compute @workgroup_size(256)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let at = id.y * ROW + id.x;
  if (at >= LENGTH) { return; }
  let node = at / WIDTH;
  var all = 0f;
  for (var link = starts[node]; link < starts[node + 1]; link++) {
    let more = input[nodes[link] * WIDTH + at % WIDTH]/*weight*/;
    all = select(join(all, more), more, link == starts[node]);
  }
  output[at] = all;
}
