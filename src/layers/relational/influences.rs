//! Where the numbers of layers on a graph go: the other direction of their explanations.

use super::{Made, Making, RelationalStages};
use crate::explain::Cell;
use crate::layers::{Activation, Gathering};

impl RelationalStages<'_> {
    /// The cells whose explanations read a cell.
    pub fn influences(&self, cell: Cell) -> Vec<Cell> {
        let mut reached = Vec::new();
        if let Some(array) = self.find(&self.forward, cell.stage) {
            let Some(place) = self.place(array, cell.index) else { return reached };
            for made in self.readers(array) {
                self.of_number(made, (array, place), &mut reached);
            }
            if let Some(made) = self.layers.made(array) {
                self.of_share(made, place, &mut reached);
            }
        } else if let Some(array) = self.find(&self.backward, cell.stage) {
            let (Some(place), Some(made)) = (self.place(array, cell.index), self.layers.made(array)) else {
                return reached;
            };
            self.of_gradient(made, place, &mut reached);
        }
        reached.sort_unstable();
        reached.dedup();
        reached
    }

    fn add(&self, backward: bool, read: (usize, usize), reached: &mut Vec<Cell>) {
        let stages = if backward { &self.backward } else { &self.forward };
        reached.extend(stages[read.0].and_then(|stage| stage.cell(&self.position(read))));
    }

    /// A number goes into results, and into the gradients of what it is multiplied with.
    fn of_number(&self, made: &Made, read: (usize, usize), reached: &mut Vec<Cell>) {
        if let Making::Share(_) = made.rule {
            // The softmax sees all edges that end at the same node.
            let all = |place: usize, reached: &mut Vec<Cell>| self.add(false, (made.array, place), reached);
            self.layers.each(self.graph, made, read.1, &mut |reads| all(reads.first.1, reached));
            return;
        }
        for result in self.results(made, read) {
            self.add(false, (made.array, result), reached);
            match made.rule {
                Making::Squash(activation, _)
                    if activation != Activation::Identity && self.backward[made.array].is_some() =>
                {
                    self.add(true, read, reached);
                }
                Making::Sum(_) if self.backward[made.array].is_some() => {
                    self.layers.each(self.graph, made, result, &mut |reads| {
                        if reads.each().any(|other| other == read) {
                            let others = reads.each().filter(|other| *other != read);
                            others.for_each(|other| self.add(true, other, reached));
                        }
                    });
                }
                _ => {}
            }
        }
    }

    /// A share goes into the gradients of all scores that it was shared among.
    fn of_share(&self, made: &Made, place: usize, reached: &mut Vec<Cell>) {
        if let (Making::Share(of), true) = (&made.rule, self.backward[made.array].is_some()) {
            self.layers.each(self.graph, made, place, &mut |reads| self.add(true, (*of, reads.first.1), reached));
        }
    }

    /// A gradient goes into the gradients of what its number was made from.
    fn of_gradient(&self, made: &Made, place: usize, reached: &mut Vec<Cell>) {
        let extreme = matches!(made.rule, Making::Gather(Gathering::Max | Gathering::Min, _));
        if extreme {
            self.equals(made, place).into_iter().for_each(|read| self.add(true, read, reached));
        } else {
            self.layers.each(self.graph, made, place, &mut |reads| {
                reads.each().for_each(|read| self.add(true, read, reached));
            });
        }
    }
}
