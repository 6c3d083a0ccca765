//! Backpropagation through time.

use super::{Factor, Recurrent, Sizes, Term, Unrolled, Vector, Weights, array, flat, through};
use crate::layers::{LayerError, Tensor, expect_shape, expect_size};

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
        let (states, made) = self.check(weights, input, &forward.initial)?;
        let sizes = self.sizes(input, &states, &made);
        expect_size("the number of vectors", forward.vectors.len(), made.len())?;
        for ((vector, equation), &size) in forward.vectors.iter().zip(&self.equations).zip(&made) {
            expect_shape(equation.name, vector.shape(), &[sizes.steps, sizes.batch, size])?;
        }
        for &(place, gradient) in upstream {
            expect_shape("output_gradient", gradient.shape(), &[sizes.steps, sizes.batch, made[place]])?;
        }
        let upstream: Vec<(usize, Vec<f32>)> = upstream.iter().map(|(place, tensor)| (*place, flat(tensor))).collect();
        let run = Run {
            layer: self,
            sizes,
            weights: weights.iter().map(|weights| weights.weight.iter().copied().map(f64::from).collect()).collect(),
            input: flat(input),
            initial: forward.initial.iter().map(flat).collect(),
            made: forward.vectors.iter().map(flat).collect(),
        };
        let [mut vectors, mut sums] = [(); 2].map(|()| run.made.iter().map(|v| vec![0.0; v.len()]).collect::<Vec<_>>());
        let mut initial: Vec<Vec<f32>> = run.initial.iter().map(|state| vec![0.0; state.len()]).collect();
        let mut by = Vec::new();
        for example in 0..sizes.batch {
            for step in (0..sizes.steps).rev() {
                run.step(&upstream, &mut by, &mut vectors, &mut sums, (step, example));
            }
            for (state, by_state) in initial.iter_mut().enumerate() {
                let mut by = vec![0.0; sizes.states[state]];
                if sizes.steps > 0 {
                    run.come_back(Vector::Before(state), &mut by, &sums, (0, example));
                }
                let start = example * by.len();
                by_state[start..start + by.len()].iter_mut().zip(by).for_each(|(slot, by)| *slot = by as f32);
            }
        }
        let shaped = |vectors: Vec<Vec<f32>>| {
            let shape = |(vector, &size)| array([sizes.steps, sizes.batch, size], vector);
            vectors.into_iter().zip(&made).map(shape).collect::<Vec<_>>()
        };
        let shape = |(by, &size)| array([sizes.batch, size], by);
        Ok(RecurrentGradients {
            input: array([sizes.steps, sizes.batch, sizes.input], run.by_input(&sums)),
            initial: initial.into_iter().zip(&states).map(shape).collect(),
            weights: run.by_weights(weights, &sums),
            vectors: shaped(vectors),
            sums: shaped(sums),
        })
    }
}

/// What the loops read.
struct Run<'a> {
    layer: &'a Recurrent,
    sizes: Sizes<'a>,
    weights: Vec<Vec<f64>>,
    input: Vec<f32>,
    initial: Vec<Vec<f32>>,
    made: Vec<Vec<f32>>,
}

impl Run<'_> {
    fn read(&self, vector: Vector, here: (usize, usize)) -> &[f32] {
        self.sizes.read(&self.input, &self.initial, &self.made, self.layer, vector, here)
    }

    /// Where the numbers of an equation lie at a step of an example.
    fn range(&self, place: usize, (step, example): (usize, usize)) -> std::ops::Range<usize> {
        let start = (step * self.sizes.batch + example) * self.sizes.made[place];
        start..start + self.sizes.made[place]
    }

    fn step(
        &self,
        upstream: &[(usize, Vec<f32>)],
        by: &mut Vec<f64>,
        vectors: &mut [Vec<f32>],
        sums: &mut [Vec<f32>],
        here: (usize, usize),
    ) {
        let (step, example) = here;
        for (place, equation) in self.layer.equations.iter().enumerate().rev() {
            let range = self.range(place, here);
            by.clear();
            by.resize(range.len(), 0.0);
            for (_, given) in upstream.iter().filter(|(given, _)| *given == place) {
                by.iter_mut().zip(&given[range.clone()]).for_each(|(by, &given)| *by += f64::from(given));
            }
            let state = self.layer.states.iter().position(|&state| state == place);
            if let Some(state) = state.filter(|_| step + 1 < self.sizes.steps) {
                self.come_back(Vector::Before(state), by, sums, (step + 1, example));
            }
            self.come_back(Vector::Made(place), by, sums, here);
            let slope = |g: f32, y: f32| match equation.pinned {
                Some(_) => f64::from(g) * 0.0,
                None => through(equation.activation, f64::from(g), f64::from(y)),
            };
            let made = &self.made[place][range.clone()];
            for ((slot, by_sum), (by, &y)) in
                vectors[place][range.clone()].iter_mut().zip(&mut sums[place][range]).zip(by.iter().zip(made))
            {
                *slot = *by as f32;
                *by_sum = slope(*slot, y) as f32;
            }
        }
    }

    /// Adds what comes back to a vector from the equations of a step that read it.
    fn come_back(&self, vector: Vector, by: &mut [f64], sums: &[Vec<f32>], here: (usize, usize)) {
        for (place, equation) in self.layer.equations.iter().enumerate() {
            for term in &equation.terms {
                match term {
                    Term::Linear(matrix, read) if *read == vector => {
                        let delta = &sums[place][self.range(place, here)];
                        for (&g, row) in delta.iter().zip(self.weights[*matrix].chunks_exact(by.len().max(1))) {
                            let g = f64::from(g);
                            by.iter_mut().zip(row).for_each(|(by, &weight)| *by += g * weight);
                        }
                    }
                    Term::Product(factors) => {
                        for (which, factor) in factors.iter().enumerate().filter(|(_, f)| f.vector() == vector) {
                            let delta = &sums[place][self.range(place, here)];
                            for (at, (by, &g)) in by.iter_mut().zip(delta).enumerate() {
                                let others = factors.iter().enumerate().filter(|(other, _)| *other != which);
                                let product = others.fold(f64::from(g), |product, (_, other)| {
                                    product * other.of(f64::from(self.read(other.vector(), here)[at]))
                                });
                                *by += if matches!(factor, Factor::Rest(_)) { -product } else { product };
                            }
                        }
                    }
                    Term::Linear(..) => {}
                }
            }
        }
    }

    fn by_input(&self, sums: &[Vec<f32>]) -> Vec<f32> {
        let mut all = Vec::with_capacity(self.input.len());
        for step in 0..self.sizes.steps {
            for example in 0..self.sizes.batch {
                let mut by = vec![0.0; self.sizes.input];
                self.come_back(Vector::Input, &mut by, sums, (step, example));
                all.extend(by.into_iter().map(|by| by as f32));
            }
        }
        all
    }

    fn by_weights(&self, weights: &[Weights], sums: &[Vec<f32>]) -> Vec<Weights> {
        let mut by: Vec<Weights> = weights.to_vec();
        for (place, equation) in self.layer.equations.iter().enumerate() {
            for term in &equation.terms {
                let Term::Linear(matrix, vector) = term else { continue };
                let rows = self.sizes.made[place];
                let mut by_weight = vec![0.0; self.weights[*matrix].len()];
                let mut by_bias = vec![0.0; rows];
                for step in 0..self.sizes.steps {
                    for example in 0..self.sizes.batch {
                        let here = (step, example);
                        let delta = &sums[place][self.range(place, here)];
                        let read: Vec<f64> = self.read(*vector, here).iter().copied().map(f64::from).collect();
                        for ((row, by_bias), &g) in (0..rows).zip(&mut by_bias).zip(delta) {
                            let g = f64::from(g);
                            *by_bias += g;
                            let row = &mut by_weight[row * read.len()..][..read.len()];
                            row.iter_mut().zip(&read).for_each(|(by, &v)| *by += g * v);
                        }
                    }
                }
                let rounded = |by: Vec<f64>| by.into_iter().map(|by| by as f32).collect();
                let shape = weights[*matrix].weight.shape();
                by[*matrix].weight = array([shape[0], shape[1]], rounded(by_weight));
                by[*matrix].bias = weights[*matrix].bias.as_ref().map(|_| array([rows], rounded(by_bias)));
            }
        }
        by
    }
}
