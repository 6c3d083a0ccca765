//! Why each number of a Jacobian is what it is: the chain rule through the equations of a step, written out.

use super::explain::{LETTERS, OTHER, UNIT, Written, product, signed, slope, sum};
use super::{Quantity, RecurrentStages, Term, Vector};
use crate::explain::{Cell, Expr};

/// A number of a state: which state, and which of its cells.
type OfState = (usize, usize);

impl RecurrentStages<'_> {
    /// One number of the Jacobian of a step: the rule, and what it is made from.
    pub(super) fn by_state(&self, cell: Cell) -> Option<(Expr, Expr)> {
        let [step, row, column] = [0, 1, 2].map(|axis| cell.index.axis(axis));
        let ((state, row), by) = (self.in_states(row)?, self.in_states(column)?);
        let place = self.layer.states[state];
        let change = |vector, cell| Some(Expr::variable("∂").times(self.cell(vector, LETTERS, cell)?));
        let rule = change(Vector::Made(place), UNIT)?.over(change(Vector::Before(by.0), OTHER)?);
        Some((rule, self.derivative(place, step, row, by).unwrap_or(Expr::Number(0.0))))
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
        // ∂v[at] / ∂s, where v depends on s; that of s itself is no factor.
        let inner = |vector, at| match vector {
            Vector::Before(state) => ((state, at) == by).then_some(None),
            Vector::Made(place) => self.derivative(place, step, at, by).map(Some),
            Vector::Input => None,
        };
        let mut terms = Vec::new();
        for term in equation.terms.iter().filter(|_| equation.pinned.is_none()) {
            match term {
                Term::Linear(matrix, vector) => {
                    let weight = self.of(Quantity::Weight(*matrix))?;
                    let through = |at| Some(times(weight.at(&[row, at]), inner(*vector, at)?));
                    let all: Vec<Expr> = (0..weight.shape()[1]).filter_map(through).collect();
                    match vector {
                        Vector::Made(_) if !all.is_empty() => terms.push(Expr::Sum(all)),
                        _ => terms.extend(all),
                    }
                }
                Term::Product(factors) => {
                    for (which, factor) in factors.iter().enumerate() {
                        let Some(inner) = inner(factor.vector(), row) else { continue };
                        let mut others = self.factors(factors, Some(which), Written::At(step), row);
                        if others.is_empty() {
                            others.push(Expr::Number(1.0));
                        }
                        // The sign belongs to the other factors, as it is computed.
                        terms.push(times(signed(*factor, product(others)), inner));
                    }
                }
            }
        }
        (!terms.is_empty()).then_some(())?;
        let mut factors = slope(equation.activation, self.cell(Vector::Made(place), Written::At(step), row)?);
        factors.push(sum(terms));
        Some(product(factors))
    }
}

fn times(outer: Expr, inner: Option<Expr>) -> Expr {
    match inner {
        Some(inner) => outer.times(inner),
        None => outer,
    }
}
