//! Layers, one after the other.

use super::gpu::Program;
use super::{Device, Kernel, Layer, Request, limits};
use crate::layers::{LayerError, Tensor, numbers, tensor};

/// Layers in a chain, with what the first of them reads. A card computes all of them before anything is read back.
#[derive(Clone, Debug, PartialEq)]
pub struct Chain {
    /// The layers.
    pub layers: Vec<Layer>,
    /// What the first reads.
    pub input: Tensor,
}

impl Chain {
    /// What the last layer gives.
    ///
    /// # Errors
    /// What a layer says of tensors that do not fit.
    pub fn cpu(&self) -> Result<Tensor, LayerError> {
        self.layers.iter().try_fold(self.input.clone(), |input, layer| {
            let request = Request { layer: layer.clone(), input, output_gradient: None };
            request.cpu().map(|answer| answer.output)
        })
    }

    /// What is asked of a card; nothing where only the CPU knows what to do.
    pub fn program(&self) -> Option<Program> {
        let mut program = Program::new(self.input.shape());
        for layer in &self.layers {
            program.then(layer)?;
        }
        program.input = numbers(&self.input).into_owned();
        Some(program)
    }

    /// The same by a card; nothing where there is none, it fails, or the output is larger than a tensor may be.
    pub async fn by_card(&self, device: &Device) -> Option<Tensor> {
        let program =
            self.program().filter(|program| program.shape.iter().product::<usize>() <= limits::MAX_ELEMENTS)?;
        let shape = program.shape.clone();
        let output = device.on_card(|| Some(program)).await?.into_iter().next()?;
        Some(tensor(&shape, output))
    }
}
