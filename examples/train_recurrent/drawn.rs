//! The tasks whose sequences are drawn by chance.
//!
//! [`Task::Recall`]: the basic layer can learn it as well as the layers with gates, when it is trained by nothing but its loss:
//! so it did from 7 of 8 seeds. Its state learns to produce itself again, like a switch, and the state of the LSTM does
//! the same, past its gates. So here the matrices of the state decay, in all three layers alike: what keeps itself up through
//! them is dear, what gates keep costs nothing. Then gates do the remembering, and the basic layer is without them a state
//! that fades.
//!
//! [`Task::Brackets`]: one number is told, the depth itself, by the squared error. All three layers learn it well so, and a
//! unit that counts is one that the output adds up; scores for nine depths would hide it. How much further than it was
//! trained a layer counts differs more between seeds than between the layers.

use std::error::Error;

use layerscope::data::random::Random;
use layerscope::data::sequences::{Example, Memory, Task, TrainedRecurrent};
use layerscope::layers::{CrossEntropy, MeanSquaredError, Tensor};
use ndarray::Axis;

use crate::learner::{Learner, SEED, beside};

const BATCH: usize = 32;
/// How often the loss is told.
const TOLD: usize = 5;

/// What is chosen for one task.
struct Budget {
    steps: usize,
    /// Of learning, at the first step; it falls to 0 along a straight line.
    rate: f64,
    state_decay: f64,
}

fn budget(task: Task) -> Budget {
    match task {
        Task::Recall => Budget { steps: 1500, rate: 0.01, state_decay: 3.0 },
        Task::Brackets | Task::Characters => Budget { steps: 3000, rate: 0.01, state_decay: 0.0 },
    }
}

pub fn train(task: Task, memory: Memory) -> Result<TrainedRecurrent, Box<dyn Error>> {
    let Budget { steps, rate, state_decay } = budget(task);
    let mut learner = Learner::new(task, memory, state_decay, &mut Random::new(SEED));
    let mut random = Random::new(SEED + 1);
    let [longest, _] = task.longest();
    let mut recent = 0.0;
    for step in 0..steps {
        let length = 1 + random.below(longest);
        let examples: Vec<Example> = (0..BATCH).map(|_| task.draw(length, &mut random)).collect();
        let input = beside(examples.iter().map(|example| task.one_hot(&example.tokens)))?;
        let TrainedRecurrent { recurrent, weights, hidden, .. } = &learner.trained;
        let forward = recurrent.sequence(weights, &input, &recurrent.zero_state(BATCH, *hidden))?;
        let outputs = forward.vectors.last().ok_or("no equations")?;
        let (loss, by_output) = match task {
            Task::Brackets => depth_loss(outputs, &examples)?,
            _ => recall_loss(outputs, &examples)?,
        };
        learner.follow(rate * (1.0 - step as f64 / steps as f64), &input, &forward, &by_output)?;
        recent += loss;
        if (step + 1) % (steps / TOLD) == 0 {
            println!("step {:5}: loss {:.4}", step + 1, recent / (steps / TOLD) as f32);
            recent = 0.0;
        }
    }
    learner.trained.seen = steps * BATCH;
    Ok(learner.trained)
}

/// The cross-entropy at the last step, and its gradient by the outputs.
fn recall_loss(outputs: &Tensor, examples: &[Example]) -> Result<(f32, Tensor), Box<dyn Error>> {
    let symbols: Vec<usize> = examples.iter().filter_map(|example| example.targets.last().copied().flatten()).collect();
    let last = outputs.shape()[0] - 1;
    let scores = outputs.index_axis(Axis(0), last).to_owned();
    let mut by_output = Tensor::zeros(outputs.raw_dim());
    by_output.index_axis_mut(Axis(0), last).assign(&CrossEntropy.backward(&scores, &symbols)?);
    Ok((CrossEntropy.forward(&scores, &symbols)?, by_output))
}

/// The squared error of the depths told, over all steps, and its gradient by the outputs.
fn depth_loss(outputs: &Tensor, examples: &[Example]) -> Result<(f32, Tensor), Box<dyn Error>> {
    let depth = |at: [usize; 2]| examples[at[1]].targets[at[0]].unwrap_or_default() as f32;
    let depths = Tensor::from_shape_fn(outputs.shape(), |at| depth([at[0], at[1]]));
    Ok((MeanSquaredError.forward(outputs, &depths)?, MeanSquaredError.backward(outputs, &depths)?))
}

pub fn scores(trained: &TrainedRecurrent, task: Task) -> Result<Vec<f32>, Box<dyn Error>> {
    let [_, longest] = task.longest();
    Ok((1..=longest).map(|length| trained.accuracy(task, length)).collect::<Result<_, _>>()?)
}
