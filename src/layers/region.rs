//! Which positions of a tensor belong to something.

use crate::explain::{Cell, Stage, unravelled};

/// Positions of a tensor that form a grid: any of the listed positions along each axis, in any combination.
///
/// What one output reads, and which outputs read one cell, always has this form, so that a picture can ask
/// [`contains`](Self::contains) for the cells it shows without a list of all of them.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Region {
    axes: Vec<Vec<usize>>,
}

impl Region {
    /// The grid of these positions, ascending along each axis.
    pub fn new(axes: Vec<Vec<usize>>) -> Self {
        Self { axes }
    }

    /// The positions along each axis, ascending.
    pub fn axes(&self) -> &[Vec<usize>] {
        &self.axes
    }

    /// Whether `position` belongs to the region.
    pub fn contains(&self, position: &[usize]) -> bool {
        position.len() == self.axes.len()
            && self.axes.iter().zip(position).all(|(axis, at)| axis.binary_search(at).is_ok())
    }

    /// How many positions belong to the region.
    pub fn len(&self) -> usize {
        self.axes.iter().map(Vec::len).product()
    }

    /// Whether no position belongs to the region.
    pub fn is_empty(&self) -> bool {
        self.axes.iter().any(Vec::is_empty)
    }

    /// Every position, in row-major order.
    pub fn positions(&self) -> impl Iterator<Item = Vec<usize>> + '_ {
        let lengths: Vec<usize> = self.axes.iter().map(Vec::len).collect();
        let choose = |choice: Vec<usize>| self.axes.iter().zip(choice).map(|(axis, at)| axis[at]).collect();
        (0..self.len()).map(move |place| choose(unravelled(place, &lengths)))
    }

    /// Every position, as a cell of the stage that holds the tensor.
    pub fn cells(&self, stage: &Stage) -> Vec<Cell> {
        self.first_cells(stage, usize::MAX)
    }

    /// So many of them at the most.
    pub fn first_cells(&self, stage: &Stage, most: usize) -> Vec<Cell> {
        self.positions().filter_map(|position| stage.cell(&position)).take(most).collect()
    }
}
