//! Where each number of a recurrent layer goes.

use super::{Quantity, RecurrentStages, Term, Vector};
use crate::explain::Cell;

impl RecurrentStages<'_> {
    /// The cells whose explanations read `cell`.
    pub fn influences(&self, cell: Cell) -> Vec<Cell> {
        let Some(quantity) = self.holds(cell.stage) else { return Vec::new() };
        let (row, at) = (cell.index.axis(0), cell.index.axis(1));
        let step = |place: usize| row.checked_sub(self.ahead(place));
        let mut reached = Reached { stages: self, cells: Vec::new() };
        match quantity {
            Quantity::Input => reached.vector(Vector::Input, row, at),
            Quantity::Made(place) => {
                if let Some(step) = step(place) {
                    reached.vector(Vector::Made(place), step, at);
                    // The slope of what is held at a number is 0, whatever the number.
                    if self.layer.equations[place].pinned.is_none() {
                        reached.add(Quantity::BySum(place), &[step, at]);
                    }
                }
                if let Some(state) = self.layer.states.iter().position(|&state| state == place) {
                    reached.vector(Vector::Before(state), row, at);
                }
            }
            Quantity::Weight(matrix) => reached.learned(matrix, row, Some(at)),
            Quantity::Bias(matrix) => reached.learned(matrix, row, None),
            Quantity::Upstream(place) => reached.add(Quantity::ByMade(place), &[row + self.ahead(place), at]),
            Quantity::BySum(place) => reached.sum(place, row, at),
            Quantity::ByMade(place) => match (step(place), self.of(Quantity::BySum(place))) {
                (Some(step), Some(_)) => reached.add(Quantity::BySum(place), &[step, at]),
                (Some(step), None) => reached.sum(place, step, at),
                (None, _) => {}
            },
            Quantity::ByInput | Quantity::ByWeight(_) | Quantity::ByBias(_) | Quantity::Jacobian => {}
        }
        let mut cells = reached.cells;
        if let Some(jacobian) = self.of(Quantity::Jacobian) {
            let reads = |of: &Cell| self.explain(*of).is_some_and(|why| why.made_from.cells().contains(&cell));
            let size = jacobian.shape()[1];
            // A step reads the states before it and what it makes itself; a weight of the states belongs to all steps, and to its
            // column.
            let reader = if let Quantity::Weight(matrix) = quantity { self.layer.user_of(matrix) } else { None };
            let (steps, columns) = match (quantity, reader) {
                (Quantity::Made(place), _) => (row.saturating_sub(self.ahead(place))..row + 1, 0..size),
                (_, Some((_, Vector::Before(0)))) => (0..self.steps(), at..at + 1),
                (_, Some((_, Vector::Before(_) | Vector::Made(_)))) => (0..self.steps(), 0..size),
                _ => (0..0, 0..0),
            };
            for step in steps.start..steps.end.min(self.steps()) {
                for row in 0..size {
                    let cells_of_row = columns.clone().filter_map(|column| jacobian.cell(&[step, row, column]));
                    cells.extend(cells_of_row.filter(reads));
                }
            }
        }
        cells
    }

    fn steps(&self) -> usize {
        self.of(Quantity::Input).map_or(0, |input| input.shape()[0])
    }
}

/// The cells that a cell goes into.
struct Reached<'a> {
    stages: &'a RecurrentStages<'a>,
    cells: Vec<Cell>,
}

impl Reached<'_> {
    fn add(&mut self, quantity: Quantity, position: &[usize]) {
        let stage = self.stages.of(quantity);
        let cell = stage.and_then(|stage| stage.cell(position).filter(|cell| stage.value(&cell.index).is_some()));
        self.cells.extend(cell.filter(|cell| !self.cells.contains(cell)));
    }

    /// A cell of what an equation gives, where its terms are what it is made from.
    fn made(&mut self, place: usize, step: usize, at: usize) {
        if self.stages.layer.equations[place].pinned.is_none() {
            self.add(Quantity::Made(place), &[step + self.stages.ahead(place), at]);
        }
    }

    /// A cell of the gradient by a vector.
    fn by(&mut self, vector: Vector, step: usize, at: usize) {
        match vector {
            Vector::Input => self.add(Quantity::ByInput, &[step, at]),
            Vector::Made(place) => self.add(Quantity::ByMade(place), &[step + self.stages.ahead(place), at]),
            Vector::Before(state) => self.add(Quantity::ByMade(self.stages.layer.states[state]), &[step, at]),
        }
    }

    /// How many cells a quantity has along its last axis.
    fn width(&self, quantity: Quantity) -> usize {
        self.stages.of(quantity).and_then(|stage| stage.shape().last().copied()).unwrap_or_default()
    }

    /// From a cell of a vector that a step reads.
    fn vector(&mut self, vector: Vector, step: usize, at: usize) {
        let layer = self.stages.layer;
        if step >= self.stages.steps() {
            return;
        }
        for (place, equation) in layer.equations.iter().enumerate() {
            for term in &equation.terms {
                match term {
                    Term::Linear(matrix, read) if *read == vector => {
                        if !self.stages.counted(vector, step).contains(&at) {
                            continue;
                        }
                        for row in 0..self.width(Quantity::Made(place)) {
                            self.made(place, step, row);
                            if self.stages.by_sum(place).is_some() {
                                self.add(Quantity::ByWeight(*matrix), &[row, at]);
                            }
                        }
                    }
                    Term::Product(factors) if factors.iter().any(|factor| factor.vector() == vector) => {
                        self.made(place, step, at);
                        let others = factors.iter().map(|factor| factor.vector()).filter(|other| *other != vector);
                        for other in others.filter(|_| self.stages.by_sum(place).is_some()) {
                            self.by(other, step, at);
                        }
                    }
                    _ => {}
                }
            }
        }
    }

    /// From a weight in a column, or a bias.
    fn learned(&mut self, matrix: usize, row: usize, column: Option<usize>) {
        let Some((place, vector)) = self.stages.layer.user_of(matrix) else { return };
        for step in 0..self.stages.steps() {
            if column.is_none_or(|column| self.stages.counted(vector, step).contains(&column)) {
                self.made(place, step, row);
            }
            if let Some(column) = column.filter(|_| self.stages.by_sum(place).is_some()) {
                self.by(vector, step, column);
            }
        }
    }

    /// From the gradient by what an equation adds up.
    fn sum(&mut self, place: usize, step: usize, at: usize) {
        if self.stages.by_sum(place).is_none() {
            return;
        }
        for term in &self.stages.layer.equations[place].terms {
            match term {
                Term::Linear(matrix, vector) => {
                    for column in 0..self.width(Quantity::Weight(*matrix)) {
                        self.by(*vector, step, column);
                    }
                    for column in self.stages.counted(*vector, step) {
                        self.add(Quantity::ByWeight(*matrix), &[at, column]);
                    }
                    self.add(Quantity::ByBias(*matrix), &[at]);
                }
                Term::Product(factors) => {
                    for factor in *factors {
                        self.by(factor.vector(), step, at);
                    }
                }
            }
        }
    }
}
