//! Why each number of a Jacobian is what it is: the chain rule through the equations of a step, written out.

use super::explain::{OTHER, STEP, UNIT, of_factor, product, signed};
use super::{Factor, Quantity, RecurrentStages, Term, Vector};
use crate::explain::{Cell, Expr, Rule};
use crate::layers::Activation;
use crate::layers::notation::minus;

/// A number of a state: which state, and which of its cells.
type OfState = (usize, usize);

impl RecurrentStages<'_> {
    /// One number of the Jacobian of a step.
    pub(super) fn by_state(&self, cell: Cell) -> Option<(Rule, Expr)> {
        let jacobian = self.of(Quantity::Jacobian)?;
        let [step, row, column] = [0, 1, 2].map(|axis| cell.index.axis(axis));
        let ((state, row), by) = (self.in_states(row)?, self.in_states(column)?);
        let made_from = self.derivative(self.layer.states[state], step, row, by);
        let at = [STEP, UNIT, OTHER].map(Expr::variable).to_vec();
        let letter = |state: usize, step: Expr, cell| {
            let stage = self.of(Quantity::Made(self.layer.states[state]))?;
            Some(Expr::Product(vec![Expr::variable("∂"), stage.general(vec![step, Expr::variable(cell)])]))
        };
        let above = letter(state, Expr::variable(STEP), UNIT)?;
        let below = letter(by.0, minus(Expr::variable(STEP), Expr::Number(1.0)), OTHER)?;
        let quotient = Expr::Quotient(Box::new(above), Box::new(below));
        Some((Rule::new(jacobian.general(at), quotient), made_from.unwrap_or(Expr::Number(0.0))))
    }

    /// Which number of which state stands at a place of all of them.
    fn in_states(&self, mut at: usize) -> Option<OfState> {
        for (state, &place) in self.layer.states.iter().enumerate() {
            let size = self.of(Quantity::Made(place))?.shape()[1];
            if at < size {
                return Some((state, at));
            }
            at -= size;
        }
        None
    }

    /// ∂y[row] / ∂s, for what equation `place` gives at a step; nothing where it cannot depend on it.
    fn derivative(&self, place: usize, step: usize, row: usize, by: OfState) -> Option<Expr> {
        let equation = &self.layer.equations[place];
        if equation.pinned.is_some() {
            return None;
        }
        let mut terms = Vec::new();
        for term in &equation.terms {
            match term {
                Term::Linear(matrix, vector) => terms.extend(self.through_weights(*matrix, *vector, step, row, by)),
                Term::Product(factors) => {
                    let through = |which| self.through_factor(factors, which, step, row, by);
                    terms.extend((0..factors.len()).filter_map(through));
                }
            }
        }
        let inner = match terms.len() {
            0 => return None,
            1 => terms.remove(0),
            _ => Expr::Sum(terms),
        };
        let y = || self.vector(Vector::Made(place), step, row);
        let rest = |value| minus(Expr::Number(1.0), value);
        Some(match (equation.activation, equation.activation.pointwise()) {
            (Activation::Tanh, _) => Expr::Product(vec![rest(Expr::Product(vec![y()?, y()?])), inner]),
            (Activation::Sigmoid, _) => Expr::Product(vec![y()?, rest(y()?), inner]),
            (Activation::Relu, Some(relu)) => Expr::Product(vec![Expr::Call(relu.derivative, vec![y()?]), inner]),
            _ => inner,
        })
    }

    fn vector(&self, vector: Vector, step: usize, at: usize) -> Option<Expr> {
        let (stage, row) = self.place_of(vector, step)?;
        Some(stage.at(&[row, at]))
    }

    fn through_weights(&self, matrix: usize, vector: Vector, step: usize, row: usize, by: OfState) -> Option<Expr> {
        let weight = self.of(Quantity::Weight(matrix))?;
        match vector {
            Vector::Input => None,
            Vector::Before(state) => (state == by.0).then(|| weight.at(&[row, by.1])),
            Vector::Made(place) => {
                let through = |between| {
                    let inner = self.derivative(place, step, between, by)?;
                    Some(Expr::Product(vec![weight.at(&[row, between]), inner]))
                };
                let terms: Vec<Expr> = (0..weight.shape()[1]).filter_map(through).collect();
                (!terms.is_empty()).then_some(Expr::Sum(terms))
            }
        }
    }

    fn through_factor(&self, factors: &[Factor], which: usize, step: usize, row: usize, by: OfState) -> Option<Expr> {
        let inner = match factors[which].vector() {
            Vector::Before(state) if (state, row) == by => None,
            Vector::Before(_) | Vector::Input => return None,
            Vector::Made(place) => Some(self.derivative(place, step, row, by)?),
        };
        let others = factors.iter().enumerate().filter(|(other, _)| *other != which);
        let of = |(_, other): (usize, &Factor)| Some(of_factor(*other, self.vector(other.vector(), step, row)?));
        let others: Vec<Expr> = others.filter_map(of).collect();
        // The sign belongs to the other factors, as it is computed.
        let others = match others.len() {
            0 => Expr::Number(1.0),
            _ => product(others),
        };
        Some(product([signed(factors[which], others)].into_iter().chain(inner).collect()))
    }
}
