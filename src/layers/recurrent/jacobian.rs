//! How the states of one step change with those of the step before.
//!
//! Matrices are plain numbers here, row by row.

use std::borrow::Cow;

use super::{Recurrent, Run, Term, Unrolled, Vector, Weights, flat, through};
use crate::layers::{LayerError, Misfit, Tensor, numbers, rounded};

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
        let run = Run {
            layer: self,
            steps: unrolled.vectors.first().map_or(0, |vector| vector.shape()[0]),
            batch,
            inputs: 0,
            sizes: unrolled.vectors.iter().map(|vector| vector.shape()[2]).collect(),
            input: Vec::new(),
            initial: unrolled.initial.iter().map(flat).collect(),
            made: unrolled.vectors.iter().map(flat).collect(),
        };
        let weights: Vec<_> = weights.iter().map(|weights| numbers(&weights.weight)).collect();
        let mut known = vec![Vec::new(); self.equations.len()];
        Ok((0..run.steps).map(|step| run.jacobian(&weights, &mut known, step * batch + example)).collect())
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
}

impl Run<'_> {
    /// The chain rule from the states before, equation by equation: each has a row for each of its cells, and a column for each
    /// number of the states. They are left in `known`.
    fn jacobian(&self, weights: &[Cow<'_, [f32]>], known: &mut [Vec<f64>], here: usize) -> Vec<f64> {
        let all = self.start(self.layer.states.len());
        for (place, equation) in self.layer.equations.iter().enumerate() {
            let (known, by) = known.split_at_mut(place);
            let by = &mut by[0];
            by.clear();
            by.resize(self.sizes[place] * all, 0.0);
            for (row, (to, &y)) in by.chunks_mut(all.max(1)).zip(self.read(Vector::Made(place), here)).enumerate() {
                // Adds a multiple of how a cell of a vector changes with the states.
                let mut add = |times: f64, vector: Vector, at: usize| match vector {
                    Vector::Input => {}
                    Vector::Before(state) => to[self.start(state) + at] += times,
                    Vector::Made(place) => {
                        to.iter_mut().zip(&known[place][at * all..]).for_each(|(to, inner)| *to += times * inner);
                    }
                };
                for term in equation.terms.iter().filter(|_| equation.pinned.is_none()) {
                    match term {
                        Term::Linear(matrix, vector) => {
                            let columns = self.size(*vector);
                            let weights = &weights[*matrix][row * columns..][..columns];
                            weights.iter().enumerate().for_each(|(at, &weight)| add(weight.into(), *vector, at));
                        }
                        Term::Product(factors) => {
                            for (which, factor) in factors.iter().enumerate() {
                                let others = self.product(1.0, factors, Some(which), row, here);
                                add(factor.signed(others), factor.vector(), row);
                            }
                        }
                    }
                }
                let slope = through(equation.activation, 1.0, y.into());
                to.iter_mut().for_each(|slot| *slot *= slope);
            }
        }
        self.layer.states.iter().flat_map(|&place| known[place].iter().copied()).collect()
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
