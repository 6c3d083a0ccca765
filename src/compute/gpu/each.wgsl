@group(0) @binding(0) var<storage, read_write> output: array<f32>;
@group(0) @binding(1) var<storage, read> input: array<f32>;

fn normal(z: f32) -> f32 {
  let x = abs(z) * 0.70710678;
  let t = 1 / (1 + 0.3275911 * x);
  let sum = (((1.061405429 * t - 1.453152027) * t + 1.421413741) * t - 0.284496736) * t + 0.254829592;
  return 0.5 + 0.5 * sign(z) * (1 - sum * t * exp(-x * x));
}

@compute @workgroup_size(256)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let at = id.y * ROW + id.x;
  if (at >= LENGTH) { return; }
  /*rule*/
}
