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
    /// What changes nothing when it is joined.
    fn neutral(self) -> f32 {
        match self {
            Self::Max => f32::NEG_INFINITY,
            Self::Min => f32::INFINITY,
            Self::Average => 0.0,
        }
    }

    /// Joins what was joined already.
    #[inline(always)]
    pub(crate) fn join(self, a: Lanes, b: Lanes) -> Lanes {
        match self {
            Self::Max => a.max(b),
            Self::Min => a.min(b),
            Self::Average => a + b,
        }
    }
}

/// Windows of more cells are put together from smaller ones.
const MOST_TAPS: usize = 8;

impl Pool {
    /// Computes `output` from `input`, `[…, cells along the axes]`.
    pub fn run(&self, input: &[f32], output: &mut [f32]) {
        let (pooling, neutral) = (self.pooling, self.pooling.neutral());
        let [deep, high, wide] = self.space;
        let cells: usize = self.space.iter().map(|axis| axis.length).product();
        let places: usize = self.space.iter().map(|axis| axis.outputs).product();
        // What is computed at a time may reach over the end.
        let reach = wide.span(wide.outputs.next_multiple_of(LANES)).max(wide.before + wide.length) + 2 * LANES;
        let (mut line, mut sums) = (vec![neutral; reach], Vec::new());
        for (input, output) in input.chunks_exact(cells).zip(output.chunks_exact_mut(places)) {
            for (row, output) in output.chunks_exact_mut(wide.outputs).enumerate() {
                let (z, y) = (row / high.outputs, row % high.outputs);
                line.fill(neutral);
                for z in deep.reads(z) {
                    for y in high.reads(y) {
                        let row = &input[(z * high.length + y) * wide.length..][..wide.length];
                        pooling.join_lines(&mut line[wide.before..], row);
                    }
                }
                let mut taps = wide.kernel;
                if taps > MOST_TAPS {
                    pooling.join_cells(wide, &mut line, &mut sums);
                    line.copy_from_slice(&sums);
                    taps = 1;
                }
                self.keep(&line, taps, self.shares[0][z] * self.shares[1][y], output);
            }
        }
    }

    /// Joins so many taps of each window and keeps what they give.
    #[inline(never)]
    fn keep(&self, line: &[f32], taps: usize, share: f32, output: &mut [f32]) {
        let Axis { stride, dilation, .. } = self.space[2];
        let shares = self.shares[2].chunks(LANES);
        for ((at, output), shares) in output.chunks_mut(LANES).enumerate().zip(shares) {
            let read = |tap: usize| {
                let cells = &line[at * LANES * stride + tap * dilation..];
                match stride {
                    1 => Lanes::load(cells),
                    2 => Lanes::load(cells).deinterleave(Lanes::load(&cells[LANES..]))[0],
                    _ => Lanes::new(from_fn(|lane| cells[lane * stride])),
                }
            };
            let joined = (1..taps).map(read).fold(read(0), |a, b| self.pooling.join(a, b));
            (joined * Lanes::load_some(shares) * Lanes::splat(share)).store(output);
        }
    }
}

impl Pooling {
    /// Joins the cells of two lines, as far as both go.
    #[inline(never)]
    fn join_lines(self, line: &mut [f32], other: &[f32]) {
        let length = line.len().min(other.len());
        let (line, last) = line[..length].as_chunks_mut::<LANES>();
        let (other, other_last) = other[..length].as_chunks::<LANES>();
        line.iter_mut()
            .zip(other)
            .for_each(|(line, other)| self.join(Lanes::load(line), Lanes::load(other)).store(line));
        self.join(Lanes::load_some(last), Lanes::load_some(other_last)).store(last);
    }

    /// Joins each cell of a line with those that its window reads, from windows of one cell, two cells, four cells …
    #[inline(never)]
    fn join_cells(self, axis: Axis, line: &mut [f32], sums: &mut Vec<f32>) {
        let (mut size, mut joined) = (1, 0);
        sums.clear();
        sums.resize(line.len(), self.neutral());
        while joined < axis.kernel {
            if axis.kernel & size > 0 {
                self.join_lines(sums, &line[joined * axis.dilation..]);
                joined += size;
            }
            let distance = size * axis.dilation;
            let end = line.len().saturating_sub(distance);
            for at in (0..end).step_by(LANES) {
                let pair = self.join(Lanes::load_some(&line[at..]), Lanes::load_some(&line[at + distance..]));
                pair.store(&mut line[at..end.min(at + LANES)]);
            }
            size *= 2;
        }
    }
}
