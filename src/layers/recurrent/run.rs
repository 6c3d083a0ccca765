//! The numbers of a sequence, as the loops forward and backward read them.

use super::{Factor, Recurrent, Term, Vector, Weights};
use crate::layers::{Tensor, numbers, tensor};

/// All numbers along a sequence as the loops read them: those of all steps and examples, one vector after the other.
/// A place stands for a step of an example: so many come before, all examples of a step after those of the step before it.
pub(super) struct Run<'a> {
    pub(super) layer: &'a Recurrent,
    pub(super) steps: usize,
    pub(super) batch: usize,
    /// How many numbers a step's input holds.
    pub(super) inputs: usize,
    /// How many numbers each equation gives.
    pub(super) sizes: Vec<usize>,
    pub(super) input: Vec<f32>,
    pub(super) initial: Vec<Vec<f32>>,
    pub(super) made: Vec<Vec<f32>>,
}

impl Run<'_> {
    /// A vector's numbers at a place: at a step of an example.
    pub(super) fn read(&self, vector: Vector, here: usize) -> &[f32] {
        let (numbers, here) = match vector {
            Vector::Input => (&self.input, here),
            Vector::Made(place) => (&self.made[place], here),
            Vector::Before(state) => match here.checked_sub(self.batch) {
                Some(before) => (&self.made[self.layer.states[state]], before),
                None => (&self.initial[state], here),
            },
        };
        let size = self.size(vector);
        &numbers[here * size..][..size]
    }

    pub(super) fn size(&self, vector: Vector) -> usize {
        match vector {
            Vector::Input => self.inputs,
            Vector::Made(place) => self.sizes[place],
            Vector::Before(state) => self.sizes[self.layer.states[state]],
        }
    }

    /// Where a state begins among the numbers of all states.
    pub(super) fn start(&self, state: usize) -> usize {
        (0..state).map(|state| self.size(Vector::Before(state))).sum()
    }

    /// A number times factors of a cell, without one of them.
    pub(super) fn product(&self, of: f64, factors: &[Factor], without: Option<usize>, at: usize, here: usize) -> f64 {
        let others = factors.iter().enumerate().filter(|(which, _)| Some(*which) != without);
        let value = |factor: &Factor| factor.of(f64::from(self.read(factor.vector(), here)[at]));
        others.fold(of, |product, (_, factor)| product * value(factor))
    }

    /// Adds what a term gives, number by number in the order of the formula.
    pub(super) fn add(&self, term: &Term, sums: &mut [f64], columns: &[Vec<f64>], biases: &[Vec<f32>], here: usize) {
        match term {
            Term::Linear(matrix, vector) => {
                let read = self.read(*vector, here);
                for (&value, column) in read.iter().zip(columns[*matrix].chunks_exact(sums.len().max(1))) {
                    // Most of a token's numbers are 0.
                    if value != 0.0 {
                        let value = f64::from(value);
                        sums.iter_mut().zip(column).for_each(|(sum, &weight)| *sum += weight * value);
                    }
                }
                sums.iter_mut().zip(&biases[*matrix]).for_each(|(sum, &bias)| *sum += f64::from(bias));
            }
            Term::Product(factors) => {
                let each = sums.iter_mut().enumerate();
                each.for_each(|(at, sum)| *sum += self.product(1.0, factors, None, at, here));
            }
        }
    }

    /// Numbers of every equation as tensors.
    pub(super) fn shaped(&self, all: Vec<Vec<f32>>) -> Vec<Tensor> {
        let shape = |(numbers, &size)| tensor(&[self.steps, self.batch, size], numbers);
        all.into_iter().zip(&self.sizes).map(shape).collect()
    }
}

/// The weights column by column: what one number is multiplied with lies side by side.
pub(super) fn transposed(weights: &Weights) -> Vec<f64> {
    let (rows, columns) = (numbers(&weights.weight), weights.weight.shape().last().copied().unwrap_or_default());
    let mut all = Vec::with_capacity(rows.len());
    for column in 0..columns {
        all.extend(rows.chunks_exact(columns).map(|row| f64::from(row[column])));
    }
    all
}

pub(super) fn flat(tensor: &Tensor) -> Vec<f32> {
    numbers(tensor).into_owned()
}
