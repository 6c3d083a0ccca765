//! A layer that learns: weights, and how they follow their gradients.

use std::error::Error;

use layerscope::data::random::Random;
use layerscope::data::sequences::{self, Memory, Task, TrainedRecurrent};
use layerscope::layers::{Adam, Tensor, Unrolled, Weights, clip_norm};
use ndarray::{Axis, concatenate};

pub const SEED: u64 = 2024;
/// The length that the gradient by all weights together is cut to, where it is longer (R. Pascanu et al., 2013).
const LONGEST_GRADIENT: f64 = 1.0;

pub struct Learner {
    pub trained: TrainedRecurrent,
    adam: Adam,
    /// By which share, times the rate, every step shortens the matrices that the state is multiplied with (I. Loshchilov,
    /// F. Hutter, "Decoupled Weight Decay Regularization", 2019).
    state_decay: f64,
}

impl Learner {
    /// Before training, as `torch.nn` has it: weights evenly distributed between ±1/√H. Biases are 0; that of a forget gate is
    /// 1, so that at first much is kept (R. Jozefowicz et al., 2015).
    pub fn new(task: Task, memory: Memory, state_decay: f64, random: &mut Random) -> Self {
        let (recurrent, hidden) = (memory.layer(), task.hidden());
        let width = 1.0 / (hidden as f64).sqrt();
        let mut fresh = || ((2.0 * random.uniform() - 1.0) * width) as f32;
        let mut weights = Vec::new();
        for (matrix, shape) in recurrent.matrices.iter().zip(sequences::shapes(task, &recurrent)) {
            let weight = Tensor::from_shape_simple_fn(&shape.weight[..], &mut fresh);
            let first = if matrix.bias == "forget-bias" { 1.0 } else { 0.0 };
            let bias = shape.bias.then(|| Tensor::from_elem(&shape.weight[..1], first));
            weights.push(Weights { weight, bias });
        }
        let trained = TrainedRecurrent { recurrent, weights, hidden, scores: Vec::new(), seen: 0 };
        Self { trained, adam: Adam::default(), state_decay }
    }

    /// Makes the loss smaller, from its gradient by the outputs.
    pub fn follow(
        &mut self,
        rate: f64,
        input: &Tensor,
        forward: &Unrolled,
        by_output: &Tensor,
    ) -> Result<(), Box<dyn Error>> {
        let TrainedRecurrent { recurrent, weights, .. } = &mut self.trained;
        let upstream = [(recurrent.place("output"), by_output)];
        let mut gradients = recurrent.backward(weights, input, forward, &upstream)?.weights;
        clip_norm(&mut tensors(&mut gradients).collect::<Vec<_>>(), LONGEST_GRADIENT);
        let kept = (1.0 - rate * self.state_decay) as f32;
        let of_state = weights.iter_mut().filter(|weights| weights.bias.is_none());
        of_state.for_each(|weights| weights.weight.mapv_inplace(|weight| weight * kept));
        self.adam.step(rate, tensors(weights).zip(tensors(&mut gradients).map(|gradient| &*gradient)))?;
        Ok(())
    }
}

/// Rounds so, that the arithmetic on the page can be followed: to multiples of 1 / `grain`.
pub fn round(weights: &mut [Weights], grain: f32) {
    tensors(weights).for_each(|tensor| tensor.mapv_inplace(|number| (number * grain).round() / grain));
}

/// Sequences `[T, 1, I]` as one batch, `[T, B, I]`.
pub fn beside(sequences: impl Iterator<Item = Tensor>) -> Result<Tensor, Box<dyn Error>> {
    let sequences: Vec<Tensor> = sequences.collect();
    Ok(concatenate(Axis(1), &sequences.iter().map(|sequence| sequence.view()).collect::<Vec<_>>())?)
}

fn tensors(weights: &mut [Weights]) -> impl Iterator<Item = &mut Tensor> {
    weights.iter_mut().flat_map(|weights| [Some(&mut weights.weight), weights.bias.as_mut()]).flatten()
}
