@group(0) @binding(0) var<storage, read_write> output: array<f32>;
@group(0) @binding(1) var<storage, read> input: array<f32>;

fn around(at: i32, period: i32) -> i32 {
  return (at % period + period) % period;
}
