//! How the states of one step change with those of the step before.
//!
//! Matrices are plain numbers here, row by row.

use std::borrow::Cow;

use super::{Factor, Recurrent, Term, Unrolled, Vector, Weights};
use crate::layers::{Activation, LayerError, Misfit, Tensor, numbers, rounded};

/// The vectors of one step of an example.
struct Step<'a> {
    before: &'a [&'a [f32]],
    made: &'a [&'a [f32]],
}

impl Step<'_> {
    fn of(&self, vector: Vector) -> &[f32] {
        match vector {
            Vector::Before(state) => self.before[state],
            Vector::Made(place) => self.made[place],
            Vector::Input => &[],
        }
    }

    /// Where a state begins among the numbers of all states.
    fn start(&self, state: usize) -> usize {
        self.before[..state].iter().map(|state| state.len()).sum()
    }
}

impl Recurrent {
    /// The Jacobian of each step of one example: how its states, in order, change with those before, `[S, S]` for S numbers in all
    /// states, row by row.
    ///
    /// # Errors
    /// Where there is no such example.
    pub fn jacobians(
        &self,
        weights: &[Weights],
        unrolled: &Unrolled,
        example: usize,
    ) -> Result<Vec<Vec<f64>>, LayerError> {
        let batch = unrolled.initial.first().map_or(0, |state| state.shape()[0]);
        if example >= batch {
            return Err(Misfit::Mismatch { what: "the number of examples", expected: example + 1, got: batch }.into());
        }
        let [initial, vectors] =
            [&unrolled.initial, &unrolled.vectors].map(|all| all.iter().map(numbers).collect::<Vec<_>>());
        let weights: Vec<_> = weights.iter().map(|weights| numbers(&weights.weight)).collect();
        let steps = unrolled.vectors.first().map_or(0, |vector| vector.shape()[0]);
        let mut known = vec![Vec::new(); self.equations.len()];
        let jacobian = |step: usize| {
            let made = |place: usize, step: usize| {
                let size = unrolled.vectors[place].shape()[2];
                &vectors[place][(step * batch + example) * size..][..size]
            };
            let before = |(state, &place): (usize, &usize)| match step.checked_sub(1) {
                Some(step) => made(place, step),
                None => &initial[state][example * initial[state].len() / batch..][..initial[state].len() / batch],
            };
            let before: Vec<&[f32]> = self.states.iter().enumerate().map(before).collect();
            let made: Vec<&[f32]> = (0..vectors.len()).map(|place| made(place, step)).collect();
            self.jacobian(&weights, &Step { before: &before, made: &made }, &mut known)
        };
        Ok((0..steps).map(jacobian).collect())
    }

    /// How the states after the last step change with those before each step, `[T, S, S]`, for one example: the products of
    /// the [`jacobians`](Self::jacobians) from the last step back, `∂s_T/∂s_{t−1} = J_T ⋯ J_t`.
    ///
    /// # Errors
    /// Where there is no such example.
    pub fn jacobians_of_last(
        &self,
        weights: &[Weights],
        unrolled: &Unrolled,
        example: usize,
    ) -> Result<Tensor, LayerError> {
        let mut all = self.jacobians(weights, unrolled, example)?;
        let size = unrolled.initial.iter().map(|state| state.shape()[1]).sum();
        for step in (1..all.len()).rev() {
            all[step - 1] = product(&all[step], &all[step - 1], size);
        }
        Ok(rounded(&[all.len(), size, size], &all.concat()))
    }

    /// The chain rule from the states before, equation by equation: each has a row for each of its cells, and a column for each
    /// number of the states. They are left in `known`.
    fn jacobian(&self, weights: &[Cow<'_, [f32]>], step: &Step<'_>, known: &mut [Vec<f64>]) -> Vec<f64> {
        let all = step.start(step.before.len());
        for (place, equation) in self.equations.iter().enumerate() {
            let (known, by) = known.split_at_mut(place);
            let by = &mut by[0];
            by.clear();
            by.resize(step.made[place].len() * all, 0.0);
            for term in equation.terms.iter().filter(|_| equation.pinned.is_none()) {
                for (row, to) in by.chunks_mut(all.max(1)).enumerate() {
                    match term {
                        Term::Linear(matrix, vector) => {
                            let columns = step.of(*vector).len();
                            if *vector != Vector::Input {
                                through_weights(
                                    to,
                                    &weights[*matrix][row * columns..][..columns],
                                    *vector,
                                    known,
                                    step,
                                );
                            }
                        }
                        Term::Product(factors) => through_factors(to, factors, row, known, step),
                    }
                }
            }
            for (row, &y) in by.chunks_mut(all.max(1)).zip(step.made[place]) {
                let y = f64::from(y);
                let slope = match equation.activation {
                    Activation::Tanh => 1.0 - y * y,
                    Activation::Sigmoid => y * (1.0 - y),
                    Activation::Relu => f64::from(u8::from(y > 0.0)),
                    _ => 1.0,
                };
                row.iter_mut().for_each(|slot| *slot *= slope);
            }
        }
        self.states.iter().flat_map(|&place| known[place].iter().copied()).collect()
    }
}

/// Adds a row of W ∂v/∂s.
fn through_weights(to: &mut [f64], weights: &[f32], vector: Vector, known: &[Vec<f64>], step: &Step<'_>) {
    match vector {
        Vector::Input => {}
        Vector::Before(state) => {
            let own = &mut to[step.start(state)..];
            own.iter_mut().zip(weights).for_each(|(to, &weight)| *to += f64::from(weight));
        }
        Vector::Made(place) => {
            for (&weight, inner) in weights.iter().zip(known[place].chunks_exact(to.len().max(1))) {
                to.iter_mut().zip(inner).for_each(|(to, inner)| *to += f64::from(weight) * inner);
            }
        }
    }
}

/// Adds a row of the product rule of factors that are multiplied cell by cell.
fn through_factors(to: &mut [f64], factors: &[Factor], row: usize, known: &[Vec<f64>], step: &Step<'_>) {
    for (which, factor) in factors.iter().enumerate() {
        let others = factors.iter().enumerate().filter(|(other, _)| *other != which);
        let value = |factor: &Factor| factor.of(f64::from(step.of(factor.vector())[row]));
        let product = others.fold(1.0, |product, (_, other)| product * value(other));
        let product = if matches!(factor, Factor::Rest(_)) { -product } else { product };
        match factor.vector() {
            Vector::Input => {}
            Vector::Before(state) => to[step.start(state) + row] += product,
            Vector::Made(place) => {
                let inner = &known[place][row * to.len()..];
                to.iter_mut().zip(inner).for_each(|(to, inner)| *to += product * inner);
            }
        }
    }
}

/// The product of two square matrices.
fn product(left: &[f64], right: &[f64], size: usize) -> Vec<f64> {
    let number = |place: usize| {
        let row = &left[place / size * size..][..size];
        let column = right.iter().skip(place % size).step_by(size);
        row.iter().zip(column).fold(0.0, |sum, (left, right)| sum + left * right)
    };
    (0..left.len()).map(number).collect()
}
