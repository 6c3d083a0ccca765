//! Weighted sums of rows: `y[row, o] = Σ_i w[o, i] · x[row, i] + b[o]`.

use std::array::from_fn;

use crate::lanes::{LANES, Lanes};
use crate::product::{COLUMNS, Column, ROWS, Row, store, tile};

/// How many columns of tiles are computed at once for a single row.
const BLOCKS: usize = 4;

/// Weights, packed.
#[derive(Clone, Debug)]
pub struct Dense {
    inputs: usize,
    outputs: usize,
    /// So many outputs beside each other as a tile has columns, and so many tiles as are computed at once; then zeros.
    weights: Vec<Column>,
    bias: Vec<f32>,
}

impl Dense {
    /// Packs weights `[outputs, inputs]`, and a bias for each output.
    pub fn new(inputs: usize, weight: &[f32], bias: Option<&[f32]>) -> Self {
        let outputs = weight.len() / inputs;
        let blocks = outputs.div_ceil(COLUMNS * BLOCKS) * BLOCKS;
        let number = |output: usize, k: usize| weight.get(output * inputs + k).copied().unwrap_or_default();
        let column = |at: usize| Column(from_fn(|column| number(at / inputs * COLUMNS + column, at % inputs)));
        let mut bias = bias.map_or_else(Vec::new, <[f32]>::to_vec);
        bias.resize(blocks * COLUMNS, 0.0);
        Self { inputs, outputs, weights: (0..blocks * inputs).map(column).collect(), bias }
    }

    /// How many numbers a row of the output has.
    pub fn outputs(&self) -> usize {
        self.outputs
    }

    /// Computes rows of `output` from rows of `input`.
    pub fn run(&self, input: &[f32], output: &mut [f32]) {
        let mut left: Vec<Row> = Vec::new();
        let rows = input.chunks(ROWS * self.inputs).zip(output.chunks_mut(ROWS * self.outputs));
        for (input, output) in rows {
            if input.len() < ROWS * self.inputs {
                let rows = input.chunks_exact(self.inputs).zip(output.chunks_exact_mut(self.outputs));
                rows.for_each(|(input, output)| self.row(input, output));
                continue;
            }
            left.clear();
            left.extend((0..self.inputs).map(|k| from_fn(|row| input[row * self.inputs + k])));
            for (first, right) in (0..self.outputs).step_by(COLUMNS).zip(self.weights.chunks_exact(self.inputs)) {
                let last = self.outputs.min(first + COLUMNS);
                let bias = from_fn(|lanes| Lanes::load(&self.bias[first + lanes * LANES..]));
                for (sums, output) in tile(&left, right).into_iter().zip(output.chunks_exact_mut(self.outputs)) {
                    store(add(sums, bias), &mut output[first..last]);
                }
            }
        }
    }

    /// Computes one row: several tiles at once, for there is only one row of each.
    fn row(&self, input: &[f32], output: &mut [f32]) {
        let blocks = self.weights.chunks_exact(BLOCKS * self.inputs).zip(self.bias.chunks_exact(BLOCKS * COLUMNS));
        for (output, (right, bias)) in output.chunks_mut(BLOCKS * COLUMNS).zip(blocks) {
            let mut sums: [Lanes; BLOCKS * COLUMNS / LANES] = from_fn(|lanes| Lanes::load(&bias[lanes * LANES..]));
            let [a, b, c, d]: [&[Column]; BLOCKS] = from_fn(|block| &right[block * self.inputs..][..self.inputs]);
            for ((((&factor, a), b), c), d) in input.iter().zip(a).zip(b).zip(c).zip(d) {
                let (factor, columns) = (Lanes::splat(factor), [a, b, c, d]);
                sums = from_fn(|lanes| {
                    let column = &columns[lanes * LANES / COLUMNS].0;
                    sums[lanes] + factor * Lanes::load(&column[lanes * LANES % COLUMNS..])
                });
            }
            store(sums, output);
        }
    }
}

#[inline(always)]
fn add<const N: usize>(mut sums: [Lanes; N], more: [Lanes; N]) -> [Lanes; N] {
    sums.iter_mut().zip(more).for_each(|(sum, more)| *sum = *sum + more);
    sums
}
