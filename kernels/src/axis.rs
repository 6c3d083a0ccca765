//! An axis along which a window slides, and what stands beyond its ends.

use std::ops::Range;

/// The axes in space; a convolution of fewer has axes of length one in front.
pub const SPACE: usize = 3;

/// One axis in space.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Axis {
    /// How many cells the input has.
    pub length: usize,
    /// How many are added in front.
    pub before: usize,
    /// How many cells the window reads.
    pub kernel: usize,
    /// How far it moves.
    pub stride: usize,
    /// The distance between the cells that it reads.
    pub dilation: usize,
    /// How many outputs there are.
    pub outputs: usize,
}

/// What stands in padded cells.
pub struct Border<'a> {
    /// Which cell of an axis of so many the cell at a place outside of it copies.
    pub source: &'a dyn Fn(isize, usize) -> Option<usize>,
    /// The number in cells that copy none.
    pub constant: f32,
}

impl Axis {
    /// How many cells so many outputs read, from the first to the last.
    pub(crate) fn span(self, outputs: usize) -> usize {
        (outputs - 1) * self.stride + (self.kernel - 1) * self.dilation + 1
    }

    /// The cells of the input that an output reads.
    pub(crate) fn reads(self, output: usize) -> impl Iterator<Item = usize> {
        let padded = (0..self.kernel).map(move |tap| output * self.stride + tap * self.dilation);
        padded.filter_map(move |cell| cell.checked_sub(self.before).filter(|&cell| cell < self.length))
    }

    /// Where a cell stands in a row of so many, when all that a tap reads stands side by side.
    pub(crate) fn sorted(self, cell: usize, width: usize) -> usize {
        cell % self.stride * (width / self.stride) + cell / self.stride
    }

    /// How many outputs read no more than so many cells.
    pub(crate) fn outputs_in(self, cells: usize) -> usize {
        cells.checked_sub(self.span(1)).map_or(0, |rest| rest / self.stride + 1).min(self.outputs)
    }
}

impl Border<'_> {
    /// The cell of the input that a padded cell is, or copies.
    pub(crate) fn cell(&self, axis: Axis, padded: usize) -> Option<usize> {
        let at = padded as isize - axis.before as isize;
        if (0..axis.length as isize).contains(&at) { Some(at as usize) } else { (self.source)(at, axis.length) }
    }

    /// Copies some padded cells of a row; without a row, all are the constant.
    pub(crate) fn copy(&self, axis: Axis, row: Option<&[f32]>, cells: Range<usize>, line: &mut [f32]) {
        let Some(row) = row else { return line.fill(self.constant) };
        let (first, width) = (cells.start, line.len());
        let within = |padded: usize| padded.clamp(first, cells.end) - first;
        let (start, end) = (within(axis.before), within(axis.before + axis.length));
        if start < end {
            let inside = &row[first + start - axis.before..][..end - start];
            match axis.stride {
                1 => line[start..end].copy_from_slice(inside),
                _ => (start..end).zip(inside).for_each(|(at, &x)| line[axis.sorted(at, width)] = x),
            }
        }
        for at in (0..start).chain(end..cells.len()) {
            line[axis.sorted(at, width)] = self.cell(axis, first + at).map_or(self.constant, |x| row[x]);
        }
    }
}
