//! Where pooling's numbers go: the explanations, read backwards.

use super::{Pool, Pooling};
use crate::explain::{Index, Stage};
use crate::layers::Region;

impl Pool {
    /// The outputs that read an input.
    pub fn outputs_from_input(&self, input: &Stage, output: &Stage, at: Index) -> Region {
        self.readers(input.full_shape(), output.full_shape(), &input.position(at))
    }

    /// The inputs whose gradients an upstream gradient goes into: the winner, or all that were averaged.
    pub fn inputs_of_gradient(&self, input: &Stage, upstream: &Stage, at: Index) -> Region {
        let position = upstream.position(at);
        match self.pooling {
            Pooling::Average => self.reads(input.full_shape(), &position),
            _ => {
                let winner = self.winner_of(input, &position).unwrap_or_default();
                Region::new(winner.into_iter().map(|at| vec![at]).collect())
            }
        }
    }

    /// The largest or smallest cell that an output reads: the first of equal ones.
    pub fn winner_of(&self, input: &Stage, output: &[usize]) -> Option<Vec<usize>> {
        let value = |position: &[usize]| input.leaf(position).value;
        let reads = self.reads(input.full_shape(), output);
        reads.positions().reduce(|best, cell| if self.beats(value(&cell), value(&best)) { cell } else { best })
    }

    pub(super) fn readers(&self, input: &[usize], output: &[usize], cell: &[usize]) -> Region {
        let lead = input.len() - self.windows.len();
        let along = |(axis, &at): (usize, &usize)| match axis.checked_sub(lead) {
            None => vec![at],
            Some(space) => {
                let padded = at + self.padding[space].0;
                self.windows[space].readers(padded, output[axis]).map(|(output, _)| output).collect()
            }
        };
        Region::new(cell.iter().enumerate().map(along).collect())
    }
}
