@group(0) @binding(0) var<storage, read_write> output: array<f32>;
@group(0) @binding(1) var<storage, read> input: array<f32>;
@group(0) @binding(2) var<storage, read> weights: array<vec4f>;
@group(0) @binding(3) var<storage, read> bias: array<f32>;

fn begin(_four: u32) {}

fn cell(row: u32, term: u32) -> f32 {
  if (row >= ROWS || term >= TERMS) { return 0; }
  return input[row * TERMS + term];
}

fn rows_of(_none: u32, term: u32, four: u32) -> vec4f {
  return vec4f(cell(4 * four, term), cell(4 * four + 1, term), cell(4 * four + 2, term), cell(4 * four + 3, term));
}

fn columns_of(_none: u32, term: u32, four: u32) -> vec4f {
  return weights[term * FOURS + four];
}

fn put(_none: u32, row: u32, column: u32, sums: vec4f) {
  if (row >= ROWS) { return; }
  let to = row * OUTPUTS + column;
  if (column < OUTPUTS) { output[to] = sums.x + bias[column]; }
  if (column + 1 < OUTPUTS) { output[to + 1] = sums.y + bias[column + 1]; }
  if (column + 2 < OUTPUTS) { output[to + 2] = sums.z + bias[column + 2]; }
  if (column + 3 < OUTPUTS) { output[to + 3] = sums.w + bias[column + 3]; }
}
