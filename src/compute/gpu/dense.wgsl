@group(0) @binding(0) var<storage, read_write> output: array<f32>;
@group(0) @binding(1) var<storage, read> input: array<f32>;
@group(0) @binding(2) var<storage, read> weights: array<vec4f>;
@group(0) @binding(3) var<storage, read> bias: array<f32>;

fn rows_of(_none: u32, term: u32, four: u32) -> vec4f {
  var values = vec4f();
  for (var i = 0u; i < 4 && term < TERMS && 4 * four + i < ROWS; i++) { values[i] = input[(4 * four + i) * TERMS + term]; }
  return values;
}

fn columns_of(_none: u32, term: u32, four: u32) -> vec4f {
  return weights[term * FOURS + four];
}

fn put(_none: u32, row: u32, column: u32, sums: vec4f) {
  if (row >= ROWS) { return; }
  for (var i = 0u; i < 4 && column + i < OUTPUTS; i++) { output[row * OUTPUTS + column + i] = sums[i] + bias[column + i]; }
}
