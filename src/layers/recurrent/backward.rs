//! Backpropagation through time.

use std::borrow::Cow;

use super::{Recurrent, Run, Term, Unrolled, Vector, Weights, flat, through};
use crate::layers::{LayerError, Tensor, expect_shape, expect_size, numbers, rounded};

/// The derivatives of the loss by everything that a recurrent layer was given and has computed.
#[derive(Clone, Debug, PartialEq)]
pub struct RecurrentGradients {
    /// By the input, `[T, B, I]`.
    pub input: Tensor,
    /// By the states before the first step, each `[B, H]`.
    pub initial: Vec<Tensor>,
    /// By what each equation gives, `[T, B, …]`.
    pub vectors: Vec<Tensor>,
    /// By what each equation adds up, before its non-linearity.
    pub sums: Vec<Tensor>,
    /// By the weights.
    pub weights: Vec<Weights>,
}

impl Recurrent {
    /// The derivatives of the loss, from its derivatives by what some equations give: `upstream` holds their places.
    ///
    /// From the last step to the first, with ⊙ for the product cell by cell:
    ///
    /// - by a sum: `∂E/∂z_t = ∂E/∂y_t ⊙ σ′(z_t)`
    /// - by a vector: what the loss says itself, then what comes back from the equations of the next step that read it as
    ///   state, then from those of its own step
    /// - by weights: `∂E/∂W = Σ_t ∂E/∂z_t · v_tᵀ`, over all steps and examples
    ///
    /// # Errors
    /// Where shapes do not fit.
    pub fn backward(
        &self,
        weights: &[Weights],
        input: &Tensor,
        forward: &Unrolled,
        upstream: &[(usize, &Tensor)],
    ) -> Result<RecurrentGradients, LayerError> {
        let mut run = self.begin(weights, input, &forward.initial)?;
        expect_size("the number of vectors", forward.vectors.len(), run.sizes.len())?;
        for ((vector, equation), &size) in forward.vectors.iter().zip(&self.equations).zip(&run.sizes) {
            expect_shape(equation.name, vector.shape(), &[run.steps, run.batch, size])?;
        }
        for &(place, gradient) in upstream {
            expect_shape("output_gradient", gradient.shape(), &[run.steps, run.batch, run.sizes[place]])?;
        }
        run.made = forward.vectors.iter().map(flat).collect();
        let [vectors, sums] = [(); 2].map(|()| run.made.iter().map(|made| vec![0.0; made.len()]).collect());
        let matrices = weights.iter().map(|weights| numbers(&weights.weight)).collect();
        let mut back = Back { run, matrices, vectors, sums };
        let upstream: Vec<_> = upstream.iter().map(|(place, tensor)| (*place, numbers(tensor))).collect();
        for here in (0..back.run.steps * back.run.batch).rev() {
            back.step(&upstream, here);
        }
        let Run { steps, batch, inputs, .. } = back.run;
        let by_state = |(state, &place): (usize, &usize)| {
            let size = back.run.sizes[place];
            rounded(&[batch, size], &back.given(Vector::Before(state), size, batch * steps.min(1)))
        };
        Ok(RecurrentGradients {
            input: rounded(&[steps, batch, inputs], &back.given(Vector::Input, inputs, batch * steps)),
            initial: self.states.iter().enumerate().map(by_state).collect(),
            weights: back.by_weights(weights),
            vectors: back.run.shaped(back.vectors),
            sums: back.run.shaped(back.sums),
        })
    }
}

/// The way back along a sequence.
struct Back<'a> {
    run: Run<'a>,
    /// The weights, row by row.
    matrices: Vec<Cow<'a, [f32]>>,
    /// The gradients by what each equation gives, and by what it adds up.
    vectors: Vec<Vec<f32>>,
    sums: Vec<Vec<f32>>,
}

impl Back<'_> {
    fn step(&mut self, upstream: &[(usize, Cow<'_, [f32]>)], here: usize) {
        let (layer, next) = (self.run.layer, here + self.run.batch);
        for (place, equation) in layer.equations.iter().enumerate().rev() {
            let size = self.run.sizes[place];
            let mut by = vec![0.0; size];
            for (_, given) in upstream.iter().filter(|(given, _)| *given == place) {
                by.iter_mut().zip(&given[here * size..]).for_each(|(by, &given)| *by += f64::from(given));
            }
            let state = layer.states.iter().position(|&state| state == place);
            if let Some(state) = state.filter(|_| next < self.run.steps * self.run.batch) {
                self.come_back(Vector::Before(state), &mut by, next);
            }
            self.come_back(Vector::Made(place), &mut by, here);
            for (at, by) in (here * size..).zip(by) {
                let (by, y) = (by as f32, f64::from(self.run.made[place][at]));
                self.vectors[place][at] = by;
                self.sums[place][at] = match equation.pinned {
                    Some(_) => by * 0.0,
                    None => through(equation.activation, f64::from(by), y) as f32,
                };
            }
        }
    }

    /// The gradient by the sum of an equation at a place.
    fn delta(&self, equation: usize, here: usize) -> &[f32] {
        let size = self.run.sizes[equation];
        &self.sums[equation][here * size..][..size]
    }

    /// Adds what comes back to a vector from the equations of a step that read it.
    fn come_back(&self, vector: Vector, by: &mut [f64], here: usize) {
        for (place, equation) in self.run.layer.equations.iter().enumerate() {
            let delta = self.delta(place, here);
            for term in &equation.terms {
                match term {
                    Term::Linear(matrix, read) if *read == vector => {
                        for (&g, row) in delta.iter().zip(self.matrices[*matrix].chunks_exact(by.len().max(1))) {
                            let g = f64::from(g);
                            by.iter_mut().zip(row).for_each(|(by, &weight)| *by += g * f64::from(weight));
                        }
                    }
                    Term::Product(factors) => {
                        for (which, factor) in factors.iter().enumerate().filter(|(_, f)| f.vector() == vector) {
                            for (at, (by, &g)) in by.iter_mut().zip(delta).enumerate() {
                                *by += factor.signed(self.run.product(f64::from(g), factors, Some(which), at, here));
                            }
                        }
                    }
                    Term::Linear(..) => {}
                }
            }
        }
    }

    /// What comes back to a vector that no equation gives, at so many places.
    fn given(&self, vector: Vector, size: usize, places: usize) -> Vec<f64> {
        let mut all = vec![0.0; size * places];
        let each = all.chunks_mut(size.max(1)).enumerate();
        each.for_each(|(here, by)| self.come_back(vector, by, here));
        all
    }

    fn by_weights(&self, weights: &[Weights]) -> Vec<Weights> {
        let by = |(matrix, weights): (usize, &Weights)| {
            let Weights { weight, bias } = weights;
            let (mut by_weight, mut by_bias) = (vec![0.0; weight.len()], vec![0.0; weight.shape()[0]]);
            if let Some((place, vector)) = self.run.layer.user_of(matrix) {
                for here in 0..self.run.steps * self.run.batch {
                    let read = self.run.read(vector, here);
                    for (row, (by_bias, &g)) in by_bias.iter_mut().zip(self.delta(place, here)).enumerate() {
                        let g = f64::from(g);
                        *by_bias += g;
                        let row = &mut by_weight[row * read.len()..];
                        row.iter_mut().zip(read).for_each(|(by, &v)| *by += g * f64::from(v));
                    }
                }
            }
            let bias = bias.as_ref().map(|bias| rounded(bias.shape(), &by_bias));
            Weights { weight: rounded(weight.shape(), &by_weight), bias }
        };
        weights.iter().enumerate().map(by).collect()
    }
}
