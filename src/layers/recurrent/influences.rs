//! Where each number of a recurrent layer goes.

use super::{Quantity, RecurrentStages, Term, Vector};
use crate::explain::Cell;

impl RecurrentStages<'_> {
    /// The cells whose explanations read `cell`.
    pub fn influences(&self, cell: Cell) -> Vec<Cell> {
        let Some(quantity) = self.holds(cell.stage) else { return Vec::new() };
        let (row, at) = (cell.index.axis(0), cell.index.axis(1));
        let mut reached = Reached { stages: self, cells: Vec::new() };
        match quantity {
            Quantity::Input => reached.vector(Vector::Input, row, at),
            Quantity::Made(place) => {
                if let Some(step) = row.checked_sub(self.ahead(place)) {
                    reached.vector(Vector::Made(place), step, at);
                    // The slope of what is held at a number is 0, whatever the number.
                    if self.layer.equations[place].pinned.is_none() {
                        reached.add(Quantity::BySum(place), &[step, at]);
                    }
                }
                if let Some(state) = self.state_of(place) {
                    reached.vector(Vector::Before(state), row, at);
                }
            }
            Quantity::Weight(matrix) => reached.weight(matrix, row, at),
            Quantity::Bias(matrix) => {
                for step in 0..self.steps() {
                    reached.made(self.layer.user_of(matrix).map(|(place, _)| place), step, row);
                }
            }
            Quantity::Upstream(place) => reached.add(Quantity::ByMade(place), &[row + self.ahead(place), at]),
            Quantity::ByMade(place) if self.of(Quantity::BySum(place)).is_some() => {
                if let Some(step) = row.checked_sub(self.ahead(place)) {
                    reached.add(Quantity::BySum(place), &[step, at]);
                }
            }
            Quantity::ByMade(place) => {
                if let Some(step) = row.checked_sub(self.ahead(place)) {
                    reached.sum(place, step, at);
                }
            }
            Quantity::BySum(place) => reached.sum(place, row, at),
            Quantity::ByInput | Quantity::ByWeight(_) | Quantity::ByBias(_) | Quantity::Jacobian => {}
        }
        if let Some(jacobian) = self.of(Quantity::Jacobian) {
            let reads = |of: &Cell| self.explain(*of).is_some_and(|why| why.made_from.cells().contains(&cell));
            let size = jacobian.shape()[1];
            // A step reads the states before it and what it makes itself; a weight of the states belongs to all steps, and to its
            // column.
            let reader = if let Quantity::Weight(matrix) = quantity { self.layer.user_of(matrix) } else { None };
            let (steps, column) = match (quantity, reader) {
                (Quantity::Made(place), _) => (row.saturating_sub(self.ahead(place))..row + 1, None),
                (_, Some((_, Vector::Before(0)))) => (0..self.steps(), Some(at)),
                (_, Some((_, Vector::Before(_) | Vector::Made(_)))) => (0..self.steps(), None),
                _ => (0..0, None),
            };
            for step in steps.start..steps.end.min(self.steps()) {
                let columns = column.map_or(0..size, |column| column..size.min(column + 1));
                let cells = (0..size).flat_map(|row| columns.clone().map(move |column| [step, row, column]));
                reached.cells.extend(cells.filter_map(|place| jacobian.cell(&place)).filter(reads));
            }
        }
        reached.cells
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
    fn made(&mut self, place: Option<usize>, step: usize, at: usize) {
        if let Some(place) = place.filter(|&place| self.stages.layer.equations[place].pinned.is_none()) {
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
                            self.made(Some(place), step, row);
                            if self.stages.by_sum(place).is_some() {
                                self.add(Quantity::ByWeight(*matrix), &[row, at]);
                            }
                        }
                    }
                    Term::Product(factors) if factors.iter().any(|factor| factor.vector() == vector) => {
                        self.made(Some(place), step, at);
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

    /// From a weight.
    fn weight(&mut self, matrix: usize, row: usize, column: usize) {
        let Some((place, vector)) = self.stages.layer.user_of(matrix) else { return };
        for step in 0..self.stages.steps() {
            if self.stages.counted(vector, step).contains(&column) {
                self.made(Some(place), step, row);
            }
            if self.stages.by_sum(place).is_some() {
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
                    for factor in factors {
                        self.by(factor.vector(), step, at);
                    }
                }
            }
        }
    }
}
