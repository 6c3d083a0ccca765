//! A layer that computes again and again.

use serde_json::Value;

use super::cpu::Packed;
use super::{ComputeError, Kernel, Request};

/// A layer with its weights, ready for any number of inputs of one shape: its weights are packed, its memory is taken.
#[derive(Clone, Debug)]
pub struct Prepared {
    request: Request,
    packed: Option<Packed>,
    output: Vec<f32>,
}

impl Prepared {
    /// Prepares a request; of its input only the shape counts.
    ///
    /// # Errors
    /// As those of [`compute`](super::compute) that do not depend on the input's numbers.
    pub fn new(request: &Value) -> Result<Self, ComputeError> {
        let request = Request::sized(request)?;
        let packed = Packed::new(&request.layer, request.input.shape());
        let output = vec![0.0; packed.as_ref().map_or(0, |packed| packed.output_shape().iter().product())];
        Ok(Self { request, packed, output })
    }

    /// The numbers of the input, row by row, to be filled before each [`run`](Self::run).
    pub fn input(&mut self) -> &mut [f32] {
        self.request.input.as_slice_mut().unwrap_or_default()
    }

    /// The numbers of the output.
    ///
    /// # Errors
    /// What the layer says of tensors that do not fit.
    pub fn run(&mut self) -> Result<&[f32], ComputeError> {
        match &self.packed {
            Some(packed) => {
                packed.run(self.request.input.as_slice().unwrap_or_default(), &mut self.output, false);
            }
            None => self.output = self.request.cpu()?.output.into_iter().collect(),
        }
        Ok(&self.output)
    }
}
