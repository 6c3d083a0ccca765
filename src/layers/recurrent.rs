//! Layers with a memory: the equations of one step, applied again and again.
//!
//! What a recurrent layer computes at a step is a handful of [`Equation`]s, written down as data: `h = o ∘ m`,
//! `f = σ(W_f x + U_f h′)`. From that one description follow the step and the sequence (here), the gradients through time
//! (`backward.rs`), the Jacobian of a step (`jacobian.rs`), why every number is what it is (`explain.rs`) and where it goes
//! (`influences.rs`).
//! `rnn.rs`, `lstm.rs` and `gru.rs` hold the equations of the literature.

mod backward;
mod chain_rule;
mod explain;
mod influences;
mod jacobian;
mod run;
mod stacked;
#[cfg(test)]
mod tests;

pub use backward::RecurrentGradients;
pub use explain::{Quantity, RecurrentStages};
pub use stacked::Stacked;

use ndarray::Axis;
use run::{Run, flat, transposed};

use super::{Activation, LayerError, Tensor, expect_room, expect_shape, expect_size, numbers, tensor};

/// A layer with a memory: `state_t, … = step(input_t, state_{t−1})`.
///
/// # Shapes
/// - input `[T, B, I]`: steps, examples, numbers of a step
/// - each state `[B, H]`
/// - what each equation gives: `[T, B, rows of its weights]`
///
/// # Errors
/// Every method checks its tensors against each other and says in a [`LayerError`] which numbers disagree.
///
/// Source: J. L. Elman, "Finding Structure in Time", 1990; the equations' own sources are told where they are.
#[derive(Clone, Debug, PartialEq)]
pub struct Recurrent {
    /// What is computed at every step, in order.
    pub equations: Vec<Equation>,
    /// The weights, each used by one term.
    pub matrices: Vec<Matrix>,
    /// The equations whose results are carried to the next step.
    pub states: Vec<usize>,
}

/// One equation of a step: `y = σ(Σ terms)`.
#[derive(Clone, Debug, PartialEq)]
pub struct Equation {
    /// What its result is called, in addresses.
    pub name: &'static str,
    /// The letter in formulas.
    pub letter: &'static str,
    /// The non-linearity: none, tanh, the sigmoid or the ReLU.
    pub activation: Activation,
    /// What is added up.
    pub terms: Vec<Term>,
    /// The number that every cell of the result is held at, instead of what the terms give.
    pub pinned: Option<f32>,
}

/// What an equation adds up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Term {
    /// Weights times a vector, and their bias: W v + b.
    Linear(usize, Vector),
    /// Vectors multiplied cell by cell: f ∘ c.
    Product(&'static [Factor]),
}

/// A vector that a step reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Vector {
    /// The step's input x_t.
    Input,
    /// A state as the step before left it, by its place in [`Recurrent::states`].
    Before(usize),
    /// What an equation of this step gave.
    Made(usize),
}

/// What is multiplied cell by cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Factor {
    /// v.
    Of(Vector),
    /// 1 − v.
    Rest(Vector),
}

/// A weight matrix, and its bias.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Matrix {
    /// Its name in addresses.
    pub name: &'static str,
    /// Its letter in formulas.
    pub letter: &'static str,
    /// What its letter and that of its bias are marked with.
    pub mark: &'static str,
    /// The name of its bias.
    pub bias: &'static str,
}

impl Equation {
    /// `y = σ(Σ terms)`, held at nothing.
    pub(super) fn new(name: &'static str, letter: &'static str, activation: Activation, terms: &[Term]) -> Self {
        Self { name, letter, activation, terms: terms.to_vec(), pinned: None }
    }
}

impl Matrix {
    /// A matrix W, and a bias b, for what one gate makes of the input.
    pub(super) const fn of_input(name: &'static str, mark: &'static str, bias: &'static str) -> Self {
        Self { name, letter: "W", mark, bias }
    }

    /// Whether it is multiplied with the hidden state: one of the U, or W_h.
    pub fn is_of_state(&self) -> bool {
        self.letter == "U" || self.mark == "h"
    }

    /// A matrix U for what one gate makes of the hidden state.
    pub(super) const fn of_state(name: &'static str, mark: &'static str, bias: &'static str) -> Self {
        Self { name, letter: "U", mark, bias }
    }
}

/// What one matrix has learned.
#[derive(Clone, Debug, PartialEq)]
pub struct Weights {
    /// `[rows, columns]`: as many rows as the result has cells, as many columns as the vector.
    pub weight: Tensor,
    /// `[rows]`; none where the equation has no other bias than that of its other terms.
    pub bias: Option<Tensor>,
}

/// Everything that was computed along a sequence.
#[derive(Clone, Debug, PartialEq)]
pub struct Unrolled {
    /// The states before the first step, each `[B, H]`.
    pub initial: Vec<Tensor>,
    /// What every equation gave, each `[T, B, …]`.
    pub vectors: Vec<Tensor>,
}

impl Factor {
    fn vector(self) -> Vector {
        match self {
            Self::Of(vector) | Self::Rest(vector) => vector,
        }
    }

    fn of(self, value: f64) -> f64 {
        match self {
            Self::Of(_) => value,
            Self::Rest(_) => 1.0 - value,
        }
    }

    /// The derivative of a product by its vector, from the other factors.
    fn signed(self, others: f64) -> f64 {
        match self {
            Self::Of(_) => others,
            Self::Rest(_) => -others,
        }
    }
}

/// g times the slope of a non-linearity, told from its result y: tanh′ = 1 − y², σ′ = y (1 − y).
fn through(activation: Activation, g: f64, y: f64) -> f64 {
    match activation {
        Activation::Tanh => g * (1.0 - y * y),
        Activation::Sigmoid => g * y * (1.0 - y),
        Activation::Relu => g * f64::from(u8::from(y > 0.0)),
        _ => g,
    }
}

impl Recurrent {
    /// The place of an equation.
    ///
    /// # Panics
    /// Where there is none of that name.
    pub fn place(&self, name: &str) -> usize {
        let place = self.equations.iter().position(|equation| equation.name == name);
        place.unwrap_or_else(|| panic!("no equation gives {name}"))
    }

    /// The same layer with one more equation, the last: the output o_t = W_o h_t + b_o, or with another letter.
    pub fn with_output(mut self, letter: &'static str) -> Self {
        let term = Term::Linear(self.matrices.len(), Vector::Made(self.place("hidden")));
        self.equations.push(Equation::new("output", letter, Activation::Identity, &[term]));
        self.matrices.push(Matrix { name: "output-weight", letter: "W", mark: letter, bias: "output-bias" });
        self
    }

    /// The equation that uses a matrix, and what the matrix is multiplied with.
    pub fn user_of(&self, matrix: usize) -> Option<(usize, Vector)> {
        let used = |(place, equation): (usize, &Equation)| {
            equation.terms.iter().find_map(|term| match term {
                Term::Linear(used, vector) if *used == matrix => Some((place, *vector)),
                _ => None,
            })
        };
        self.equations.iter().enumerate().find_map(used)
    }

    /// Whether some equation reads a vector.
    fn is_read(&self, vector: Vector) -> bool {
        let mut terms = self.equations.iter().flat_map(|equation| &equation.terms);
        terms.any(|term| match term {
            Term::Linear(_, read) => *read == vector,
            Term::Product(factors) => factors.iter().any(|factor| factor.vector() == vector),
        })
    }

    /// States of zeros, for a first step.
    pub fn zero_state(&self, batch: usize, hidden: usize) -> Vec<Tensor> {
        self.states.iter().map(|_| tensor(&[batch, hidden], Vec::new())).collect()
    }

    /// The states that a sequence leaves behind.
    pub fn last_state(&self, unrolled: &Unrolled) -> Vec<Tensor> {
        let last = |(state, initial): (&usize, &Tensor)| {
            let all = numbers(&unrolled.vectors[*state]);
            let last = all.rchunks(initial.len().max(1)).next();
            last.map_or_else(|| initial.clone(), |last| tensor(initial.shape(), last.to_vec()))
        };
        self.states.iter().zip(&unrolled.initial).map(last).collect()
    }

    /// What every equation gives at one step, each `[B, …]`, from the input `[B, I]` and the states before.
    ///
    /// # Errors
    /// Where shapes do not fit.
    pub fn step(&self, weights: &[Weights], input: &Tensor, state: &[Tensor]) -> Result<Vec<Tensor>, LayerError> {
        let unrolled = self.sequence(weights, &input.clone().insert_axis(Axis(0)), state)?;
        Ok(unrolled.vectors.into_iter().map(|vector| vector.index_axis_move(Axis(0), 0)).collect())
    }

    /// What every equation gives at every step of a sequence.
    ///
    /// # Errors
    /// Where shapes do not fit.
    pub fn sequence(&self, weights: &[Weights], input: &Tensor, state: &[Tensor]) -> Result<Unrolled, LayerError> {
        let mut run = self.begin(weights, input, state)?;
        let columns: Vec<Vec<f64>> = weights.iter().map(transposed).collect();
        let biases: Vec<Vec<f32>> =
            weights.iter().map(|weights| weights.bias.as_ref().map_or_else(Vec::new, flat)).collect();
        let mut sums = Vec::new();
        for here in 0..run.steps * run.batch {
            for (place, equation) in self.equations.iter().enumerate() {
                sums.clear();
                sums.resize(run.sizes[place], 0.0);
                for term in equation.terms.iter().filter(|_| equation.pinned.is_none()) {
                    run.add(term, &mut sums, &columns, &biases, here);
                }
                let function = equation.activation.pointwise().map(|pointwise| pointwise.function.apply);
                let squashed = |sum: f64| function.map_or(sum, |function| function(&[sum])) as f32;
                let result = |&sum: &f64| equation.pinned.unwrap_or_else(|| squashed(sum));
                run.made[place].extend(sums.iter().map(result));
            }
        }
        let made = std::mem::take(&mut run.made);
        Ok(Unrolled { initial: state.to_vec(), vectors: run.shaped(made) })
    }

    /// The input and the states, with room for what is made of them; every shape is checked.
    fn begin(&self, weights: &[Weights], input: &Tensor, state: &[Tensor]) -> Result<Run<'_>, LayerError> {
        let sizes = self.check(weights, input, state)?;
        let [steps, batch, inputs] = [0, 1, 2].map(|axis| input.shape()[axis]);
        let made = sizes.iter().map(|size| Vec::with_capacity(steps * batch * size)).collect();
        let initial = state.iter().map(flat).collect();
        Ok(Run { layer: self, steps, batch, inputs, sizes, input: flat(input), initial, made })
    }

    /// How many numbers each equation gives; every shape is checked.
    fn check(&self, weights: &[Weights], input: &Tensor, state: &[Tensor]) -> Result<Vec<usize>, LayerError> {
        let &[steps, batch, inputs] = input.shape() else {
            let expected = "it takes steps, examples and numbers";
            return Err(LayerError::rank("input", input.shape(), expected));
        };
        expect_size("the number of weights", weights.len(), self.matrices.len())?;
        expect_size("the number of states", state.len(), self.states.len())?;
        for (matrix, Weights { weight, .. }) in self.matrices.iter().zip(weights) {
            if weight.ndim() != 2 {
                let expected = "it takes rows and columns";
                return Err(LayerError::rank(matrix.name, weight.shape(), expected));
            }
        }
        // What an equation gives is as long as its first term; that a state is as long as its equation is told of the state,
        // not of the weights that it meets first.
        let mut made: Vec<usize> = Vec::new();
        for equation in &self.equations {
            let size = match equation.terms.first() {
                Some(Term::Linear(matrix, _)) => weights[*matrix].weight.shape()[0],
                Some(Term::Product(factors)) => match factors.first().map(|factor| factor.vector()) {
                    Some(Vector::Input) => inputs,
                    Some(Vector::Before(which)) => state[which].shape().last().copied().unwrap_or_default(),
                    Some(Vector::Made(place)) => made[place],
                    None => 0,
                },
                None => 0,
            };
            expect_room(equation.name, &[steps, batch, size])?;
            made.push(size);
        }
        for (state, &place) in state.iter().zip(&self.states) {
            expect_shape("state", state.shape(), &[batch, made[place]])?;
        }
        for (equation, &size) in self.equations.iter().zip(&made) {
            let size_of = |vector: Vector| match vector {
                Vector::Input => inputs,
                Vector::Before(state) => made[self.states[state]],
                Vector::Made(place) => made[place],
            };
            for term in &equation.terms {
                match term {
                    Term::Linear(matrix, vector) => {
                        let Weights { weight, bias } = &weights[*matrix];
                        expect_shape(self.matrices[*matrix].name, weight.shape(), &[size, size_of(*vector)])?;
                        if let Some(bias) = bias {
                            expect_shape(self.matrices[*matrix].bias, bias.shape(), &[size])?;
                        }
                    }
                    Term::Product(factors) => {
                        for factor in *factors {
                            expect_size("the size of a factor", size_of(factor.vector()), size)?;
                        }
                    }
                }
            }
        }
        Ok(made)
    }
}
