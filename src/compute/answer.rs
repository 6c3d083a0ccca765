//! What comes back.

use serde_json::{Map, Value};

use super::ComputeError;
use crate::layers::Tensor;

/// What a layer computed.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Answer {
    /// What it gives.
    pub output: Tensor,
    /// What a recurrent layer gives besides, with their keys: the last states, and the Jacobians that were asked for.
    pub states: Vec<(&'static str, Tensor)>,
    /// The gradients of the loss by the tensors that were given, with their keys; none where no output gradient was given.
    pub gradients: Vec<(&'static str, Tensor)>,
}

impl Answer {
    /// The answer in JSON: `{output, gradients?}`, and the states by their keys; each tensor `{shape, data}`.
    ///
    /// # Errors
    /// `value` where a result is beyond single precision: JSON has no infinity.
    pub fn to_json(&self) -> Result<Value, ComputeError> {
        let mut answer = Map::new();
        answer.insert("output".to_owned(), tensor("output", &self.output)?);
        for (key, state) in &self.states {
            answer.insert((*key).to_owned(), tensor(key, state)?);
        }
        if !self.gradients.is_empty() {
            let mut gradients = Map::new();
            for (key, gradient) in &self.gradients {
                gradients.insert((*key).to_owned(), tensor(&format!("the gradient by {key}"), gradient)?);
            }
            answer.insert("gradients".to_owned(), Value::Object(gradients));
        }
        Ok(Value::Object(answer))
    }
}

fn tensor(name: &str, tensor: &Tensor) -> Result<Value, ComputeError> {
    if let Some((at, number)) = tensor.iter().enumerate().find(|(_, number)| !number.is_finite()) {
        let message = format!("{name} would hold {number} at place {at}: beyond the range of single precision");
        return Err(ComputeError::value(message));
    }
    let mut object = Map::new();
    object.insert("shape".to_owned(), tensor.shape().iter().copied().collect());
    object.insert("data".to_owned(), tensor.iter().copied().map(f64::from).collect());
    Ok(Value::Object(object))
}
