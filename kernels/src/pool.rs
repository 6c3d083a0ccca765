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
    /// The sum, multiplied with shares.
    Average,
}

/// A pooling over the last axes.
#[derive(Clone, Debug)]
pub struct Pool {
    /// What becomes of a window.
    pub pooling: Pooling,
    /// The axes in space.
    pub space: [Axis; SPACE],
    /// What a sum is multiplied with for an average: the product of one number for each axis, for every output along it.
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
                let row = |z: usize, y: usize| &input[(z * high.length + y) * wide.length..][..wide.length];
                let mut rows = deep.reads(z).flat_map(|z| high.reads(y).map(move |y| row(z, y)));
                let (before, inside) = line.split_at_mut(wide.before);
                let (inside, after) = inside.split_at_mut(wide.length);
                before.fill(neutral);
                after.fill(neutral);
                match rows.next() {
                    Some(row) => inside.copy_from_slice(row),
                    None => inside.fill(neutral),
                }
                rows.for_each(|row| pooling.join_lines(inside, row));
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
    fn keep(&self, line: &[f32], taps: usize, share: f32, output: &mut [f32]) {
        let Axis { stride, dilation, outputs, .. } = self.space[2];
        if stride == 1 {
            output.copy_from_slice(&line[..outputs]);
            (1..taps).for_each(|tap| self.pooling.join_lines(output, &line[tap * dilation..]));
        } else {
            self.join_apart(line, taps, output);
        }
        if self.pooling == Pooling::Average {
            scale(output, &self.shares[2], share);
        }
    }

    /// Joins so many taps of windows that move by more than one cell.
    #[inline(never)]
    fn join_apart(&self, line: &[f32], taps: usize, output: &mut [f32]) {
        let Axis { stride, dilation, .. } = self.space[2];
        for (at, output) in output.chunks_mut(LANES).enumerate() {
            let cells = &line[at * LANES * stride..];
            let read = |tap: usize| Lanes::new(from_fn(|lane| cells[lane * stride + tap * dilation]));
            let join = |a, b| self.pooling.join(a, b);
            let joined = if (stride, dilation, taps) == (2, 1, 2) {
                let [even, odd] = Lanes::load(cells).deinterleave(Lanes::load(&cells[LANES..]));
                join(even, odd)
            } else {
                (1..taps).map(read).fold(read(0), join)
            };
            joined.store(output);
        }
    }
}

/// Multiplies sums by the share that each is of, and all of them by another.
#[inline(never)]
fn scale(sums: &mut [f32], shares: &[f32], share: f32) {
    sums.iter_mut().zip(shares).for_each(|(sum, part)| *sum *= part * share);
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
