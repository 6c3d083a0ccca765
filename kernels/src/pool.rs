//! Pooling: each window is condensed into one number.

use std::array::from_fn;

use crate::conv::{Axis, SPACE};
use crate::lanes::{LANES, Lanes};

/// What becomes of a window.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pooling {
    /// The largest number.
    Max,
    /// The smallest.
    Min,
    /// The sum, to be divided by how many numbers there are.
    Average,
}

/// A pooling over the last axes.
#[derive(Clone, Debug)]
pub struct Pool {
    /// What becomes of a window.
    pub pooling: Pooling,
    /// The axes in space.
    pub space: [Axis; SPACE],
    /// What a sum is multiplied with: the product of one number for each axis, for every output along it.
    pub shares: [Vec<f32>; SPACE],
}

impl Pooling {
    /// What changes nothing.
    fn neutral(self) -> f32 {
        match self {
            Self::Max => f32::NEG_INFINITY,
            Self::Min => f32::INFINITY,
            Self::Average => 0.0,
        }
    }

    /// Joins numbers with those of another slice, as far as both go.
    fn join(self, to: &mut [f32], from: &[f32]) {
        match self {
            Self::Max => join(to, from, Lanes::max),
            Self::Min => join(to, from, Lanes::min),
            Self::Average => join(to, from, |a, b| a + b),
        }
    }

    /// Joins each number with the one a distance behind it, as far as there is one.
    fn join_within(self, numbers: &mut [f32], distance: usize) {
        match self {
            Self::Max => join_within(numbers, distance, Lanes::max),
            Self::Min => join_within(numbers, distance, Lanes::min),
            Self::Average => join_within(numbers, distance, |a, b| a + b),
        }
    }
}

#[inline(always)]
fn join(to: &mut [f32], from: &[f32], both: impl Fn(Lanes, Lanes) -> Lanes) {
    let both_have = to.len().min(from.len());
    for (to, from) in to[..both_have].chunks_mut(LANES).zip(from.chunks(LANES)) {
        both(Lanes::load_some(to), Lanes::load_some(from)).store(to);
    }
}

#[inline(always)]
fn join_within(numbers: &mut [f32], distance: usize, both: impl Fn(Lanes, Lanes) -> Lanes) {
    let end = numbers.len().saturating_sub(distance);
    for at in (0..end).step_by(LANES) {
        let joined = both(Lanes::load_some(&numbers[at..]), Lanes::load_some(&numbers[at + distance..]));
        joined.store(&mut numbers[at..end.min(at + LANES)]);
    }
}

impl Pool {
    /// Computes `output` from `input`, `[…, cells along the axes]`.
    pub fn run(&self, input: &[f32], output: &mut [f32]) {
        let [deep, high, wide] = self.space;
        let cells: usize = self.space.iter().map(|axis| axis.length).product();
        let places = deep.outputs * high.outputs * wide.outputs;
        let mut line = vec![0.0; wide.span(wide.outputs).max(wide.before + wide.length)];
        let mut sums = line.clone();
        for (input, output) in input.chunks_exact(cells).zip(output.chunks_exact_mut(places)) {
            for (row, output) in output.chunks_exact_mut(wide.outputs).enumerate() {
                let (z, y) = (row / high.outputs, row % high.outputs);
                self.join_rows(input, [z, y], &mut line);
                self.join_cells(&mut line, &mut sums);
                self.keep(&sums, self.shares[0][z] * self.shares[1][y], output);
            }
        }
    }

    /// Joins the rows that an output reads into one, with its padding.
    fn join_rows(&self, input: &[f32], [z, y]: [usize; 2], line: &mut [f32]) {
        let [deep, high, wide] = self.space;
        line.fill(self.pooling.neutral());
        for z in deep.reads(z) {
            for y in high.reads(y) {
                let row = &input[(z * high.length + y) * wide.length..][..wide.length];
                self.pooling.join(&mut line[wide.before..], row);
            }
        }
    }

    /// Joins each cell of a row with those that its window reads: from windows of one cell, two cells, four cells …
    fn join_cells(&self, line: &mut [f32], sums: &mut [f32]) {
        let Axis { kernel, dilation, .. } = self.space[2];
        let (mut size, mut joined) = (1, 0);
        sums.fill(self.pooling.neutral());
        loop {
            if kernel & size > 0 {
                self.pooling.join(sums, &line[joined * dilation..]);
                joined += size;
            }
            if joined == kernel {
                return;
            }
            self.pooling.join_within(line, size * dilation);
            size *= 2;
        }
    }

    /// Keeps those windows that there is an output for.
    fn keep(&self, sums: &[f32], share: f32, output: &mut [f32]) {
        let shares = self.shares[2].chunks(LANES);
        let stride = self.space[2].stride;
        for ((at, output), shares) in output.chunks_mut(LANES).enumerate().zip(shares) {
            let sums = &sums[at * LANES * stride..];
            let kept = match stride {
                1 => Lanes::load_some(sums),
                2 => Lanes::load_some(sums).deinterleave(Lanes::load_some(sums.get(LANES..).unwrap_or_default()))[0],
                _ => Lanes::new(from_fn(|lane| sums.get(lane * stride).copied().unwrap_or_default())),
            };
            (kept * Lanes::load_some(shares) * Lanes::splat(share)).store(output);
        }
    }
}
