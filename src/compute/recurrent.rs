//! Recurrent layers in requests.

use super::error::{expect_elements, expect_multiplications};
use super::fields::Fields;
use super::{Answer, ComputeError};
use crate::layers::{
    Activation, Gru, LayerError, Lstm, Recurrent, Rnn, Stacked, Tensor, Term, UpdateGate, Vector, expect_shape,
};

/// A recurrent layer with what it is asked for.
#[derive(Clone, PartialEq, Debug)]
pub struct Sequence {
    /// The equations of a step.
    pub recurrent: Recurrent,
    /// How many gates the weights hold.
    pub gates: usize,
    /// The weights.
    pub weights: Stacked,
    /// The states before the first step, `[B, H]`; zeros where they are left out.
    pub initial: Vec<Option<Tensor>>,
    /// Whether the answer says, for the first example, how the last states change with those before every step.
    pub with_jacobians: bool,
}

/// The keys of the states before the first step, and after the last.
pub(super) const STATES: [(&str, &str); 2] = [("h0", "h_n"), ("c0", "c_n")];

/// A derivative is looked for through the equations: it takes as long as so many multiplications.
const MULTIPLICATIONS_OF_A_DERIVATIVE: u64 = 512;

impl Sequence {
    pub(super) fn rnn(fields: &Fields<'_>) -> Result<Self, ComputeError> {
        let activation = match fields.name("nonlinearity", &["tanh", "relu"])? {
            Some("relu") => Activation::Relu,
            _ => Activation::Tanh,
        };
        Self::new(fields, Rnn::new(activation), Rnn::GATES)
    }

    pub(super) fn lstm(fields: &Fields<'_>) -> Result<Self, ComputeError> {
        Self::new(fields, Lstm::new(), Lstm::GATES)
    }

    pub(super) fn gru(fields: &Fields<'_>) -> Result<Self, ComputeError> {
        let reset_after = fields.flag("reset_after", true)?;
        Self::new(fields, Gru::new(reset_after, UpdateGate::KeepsOld), Gru::GATES)
    }

    fn new(fields: &Fields<'_>, recurrent: Recurrent, gates: usize) -> Result<Self, ComputeError> {
        let weights = Stacked {
            weight_ih: fields.tensor("weight_ih")?,
            weight_hh: fields.tensor("weight_hh")?,
            bias_ih: fields.optional_tensor("bias_ih")?,
            bias_hh: fields.optional_tensor("bias_hh")?,
        };
        let states = STATES.iter().take(recurrent.states.len());
        let initial = states.map(|(key, _)| fields.optional_tensor(key)).collect::<Result<_, _>>()?;
        let with_jacobians = fields.flag("return_state_jacobians", false)?;
        Ok(Self { recurrent, gates, weights, initial, with_jacobians })
    }

    /// Measures what is to be computed: the multiplications of the output.
    pub(super) fn check_size(&self, input: &[usize]) -> Result<u64, ComputeError> {
        let &[steps, batch, _] = input else {
            let expected = "it takes steps, examples and numbers";
            return Err(LayerError::rank("input", input, expected).into());
        };
        let hidden = self.weights.hidden(self.gates)?;
        let columns = self.weights.weight_ih.shape()[1];
        expect_shape("input", input, &[steps, batch, columns])?;
        for ((tensor, _), state) in STATES.iter().zip(&self.initial) {
            if let Some(state) = state {
                expect_shape(tensor, state.shape(), &[batch, hidden])?;
            }
        }
        let vectors = self.recurrent.equations.len() * hidden.max(1);
        expect_elements("output", &[steps, batch, hidden])?;
        expect_elements("all that the gates give", &[steps, batch, vectors])?;
        if self.with_jacobians {
            self.check_jacobians([steps, batch, hidden])?;
        }
        let of_a_step = self.weights.weight_ih.len() + self.weights.weight_hh.len() + vectors;
        Ok((steps as u64 * batch as u64).saturating_mul(of_a_step as u64))
    }

    fn check_jacobians(&self, [steps, batch, hidden]: [usize; 3]) -> Result<(), ComputeError> {
        if batch == 0 {
            let message = "return_state_jacobians is true; it takes an input with an example".to_owned();
            return Err(ComputeError::shape(message));
        }
        let numbers = self.initial.len() * hidden;
        expect_elements("state_jacobians", &[steps, numbers, numbers])?;
        let mut terms = self.recurrent.equations.iter().flat_map(|equation| &equation.terms);
        let is_nested = terms.any(|term| matches!(term, Term::Linear(_, Vector::Made(_))));
        let paths = if is_nested { hidden } else { 1 };
        let [steps, numbers, paths] = [steps, numbers, paths].map(|factor| factor as u64);
        let each = MULTIPLICATIONS_OF_A_DERIVATIVE.saturating_mul(paths).saturating_add(numbers);
        expect_multiplications([steps, numbers, numbers].into_iter().fold(each, u64::saturating_mul))
    }

    pub(super) fn answer(&self, input: &Tensor, upstream: Option<&Tensor>) -> Result<Answer, LayerError> {
        let weights = self.weights.split(self.gates)?;
        let hidden = self.weights.hidden(self.gates)?;
        let batch = input.shape().get(1).copied().unwrap_or_default();
        let zeros = self.recurrent.zero_state(batch, hidden);
        let given = self.initial.iter().zip(zeros);
        let initial: Vec<Tensor> = given.map(|(given, zeros)| given.clone().unwrap_or(zeros)).collect();
        let unrolled = self.recurrent.sequence(&weights, input, &initial)?;
        let mut answer = Answer::default();
        let output = self.recurrent.states[0];
        if let Some(upstream) = upstream {
            let by = self.recurrent.backward(&weights, input, &unrolled, &[(output, upstream)])?;
            let stacked = Stacked::join(&by.weights);
            answer.gradients =
                vec![("input", by.input), ("weight_ih", stacked.weight_ih), ("weight_hh", stacked.weight_hh)];
            answer.gradients.extend(stacked.bias_ih.map(|by| ("bias_ih", by)));
            answer.gradients.extend(stacked.bias_hh.map(|by| ("bias_hh", by)));
            let states = STATES.iter().zip(by.initial).zip(&self.initial);
            answer.gradients.extend(states.filter(|(_, given)| given.is_some()).map(|(((key, _), by), _)| (*key, by)));
        }
        let last = self.recurrent.last_state(&unrolled).into_iter();
        answer.states = STATES.iter().zip(last).map(|((_, key), state)| (*key, state)).collect();
        if self.with_jacobians {
            answer.states.push(("state_jacobians", self.recurrent.jacobians_of_last(&weights, &unrolled, 0)?));
        }
        answer.output = unrolled.vectors.into_iter().nth(output).unwrap_or_default();
        Ok(answer)
    }
}
