//! The layers that were trained: `cargo run --profile train --example train_recurrent`.

use std::cell::RefCell;
use std::rc::Rc;

use super::Task;
use crate::data::files;
use crate::data::safetensors::{Safetensors, SafetensorsError};
use crate::explain::read_number;
use crate::layers::{
    Activation, Gru, LayerError, Lstm, Misfit, ParameterCount, Recurrent, Rnn, Tensor, Unrolled, UpdateGate, Vector,
    Weights,
};

/// How a layer remembers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Memory {
    /// A hidden state, made anew at every step.
    #[default]
    Rnn,
    /// A cell state behind gates.
    Lstm,
    /// A hidden state behind gates.
    Gru,
}

/// A layer, what it has learned, and how well.
#[derive(Clone, Debug, PartialEq)]
pub struct TrainedRecurrent {
    /// Its equations; the last is the output.
    pub recurrent: Recurrent,
    /// In the order of its matrices.
    pub weights: Vec<Weights>,
    /// How many numbers its state holds.
    pub hidden: usize,
    /// As the training program measured it on sequences not learned from: the share told right with a delay of 1, 2, …
    /// ([`Task::Recall`]) or at the end of 1, 2, … tokens ([`Task::Brackets`]); the perplexity of text held out and of the text
    /// learned from ([`Task::Characters`]).
    pub scores: Vec<f32>,
    /// How many sequences, or characters, it was shown in training.
    pub seen: usize,
}

/// A weight matrix as a task needs it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shape {
    /// Rows and columns.
    pub weight: [usize; 2],
    /// Whether a bias belongs to it: one for each sum, beside the input's weights.
    pub bias: bool,
}

thread_local! {
    static LOADED: RefCell<Vec<(&'static str, Rc<TrainedRecurrent>)>> = const { RefCell::new(Vec::new()) };
}

impl Memory {
    /// Every kind.
    pub const ALL: [Self; 3] = [Self::Rnn, Self::Lstm, Self::Gru];

    /// Its name in files and addresses.
    pub fn name(self) -> &'static str {
        ["rnn", "lstm", "gru"][self as usize]
    }

    /// The kind of that name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|memory| memory.name() == name)
    }

    /// How many numbers it learns, with an output layer: as many matrices of the input and of the state as it has gates.
    pub fn parameters(self, inputs: u64, hidden: u64, outputs: u64) -> ParameterCount {
        let gates = [Rnn::GATES, Lstm::GATES, Gru::GATES][self as usize];
        let gate = ParameterCount::recurrent(inputs, hidden);
        (0..gates).fold(ParameterCount::dense(hidden, outputs), |sum, _| sum + gate)
    }

    /// The layer alone.
    pub fn alone(self) -> Recurrent {
        match self {
            Self::Rnn => Rnn::new(Activation::Tanh),
            Self::Lstm => Lstm::new(),
            Self::Gru => Gru::new(true, UpdateGate::KeepsOld),
        }
    }

    /// The layer, with an output: o where that letter is free.
    pub fn layer(self) -> Recurrent {
        self.alone().with_output(if self == Self::Rnn { "o" } else { "y" })
    }
}

/// The name of the file with the weights.
pub fn file(task: Task, memory: Memory) -> &'static str {
    const FILES: [[&str; 3]; 3] = [
        ["recall-rnn.safetensors", "recall-lstm.safetensors", "recall-gru.safetensors"],
        ["brackets-rnn.safetensors", "brackets-lstm.safetensors", "brackets-gru.safetensors"],
        ["characters-rnn.safetensors", "characters-lstm.safetensors", "characters-gru.safetensors"],
    ];
    FILES[task as usize][memory as usize]
}

/// The perplexity of the text held out, and of the text learned from, with which a layer tells characters; known without its file.
pub fn perplexity(memory: Memory) -> [f32; 2] {
    const PERPLEXITY: [[f32; 2]; 3] = [[4.4638, 3.7209], [4.0353, 3.1887], [4.0209, 2.9083]];
    PERPLEXITY[memory as usize]
}

/// The shape of every matrix of a layer.
pub fn shapes(task: Task, layer: &Recurrent) -> Vec<Shape> {
    let hidden = task.hidden();
    let shape = |matrix| match layer.user_of(matrix).map(|(_, read)| read) {
        Some(Vector::Input) => Shape { weight: [hidden, task.alphabet().len()], bias: true },
        Some(Vector::Made(_)) => Shape { weight: [task.outputs(), hidden], bias: true },
        _ => Shape { weight: [hidden, hidden], bias: false },
    };
    (0..layer.matrices.len()).map(shape).collect()
}

/// A trained layer, read once.
///
/// # Errors
/// [`Misfit::File`], where its file is not there or not what it should be.
pub fn load(task: Task, memory: Memory) -> Result<Rc<TrainedRecurrent>, LayerError> {
    let file = file(task, memory);
    let known = LOADED.with_borrow(|loaded| loaded.iter().find(|(known, _)| *known == file).map(|(_, it)| it.clone()));
    if let Some(known) = known {
        return Ok(known);
    }
    let bytes = files::get(file).ok_or_else(|| LayerError::file(file, &"it has not been loaded"))?;
    let read = read(task, memory.layer(), &bytes).map_err(|why| LayerError::file(file, &why))?;
    let trained = Rc::new(read);
    LOADED.with_borrow_mut(|loaded| loaded.push((file, trained.clone())));
    Ok(trained)
}

fn read(task: Task, recurrent: Recurrent, bytes: &[u8]) -> Result<TrainedRecurrent, SafetensorsError> {
    let file = Safetensors::read(bytes)?;
    let mut weights = Vec::new();
    for (matrix, shape) in recurrent.matrices.iter().zip(shapes(task, &recurrent)) {
        let weight = file.tensor(matrix.name, &shape.weight)?;
        let bias = if shape.bias { Some(file.tensor(matrix.bias, &shape.weight[..1])?) } else { None };
        weights.push(Weights { weight, bias });
    }
    let numbers = |name| file.text(name).unwrap_or_default().split(' ').filter_map(read_number);
    let scores = numbers("scores").map(|score| score as f32).collect();
    let seen = numbers("seen").next().unwrap_or_default() as usize;
    Ok(TrainedRecurrent { recurrent, weights, hidden: task.hidden(), scores, seen })
}

/// The part of a text that is learned from, and the last tenth, which is held out.
pub fn parts(text: &[usize]) -> (&[usize], &[usize]) {
    text.split_at(text.len() - text.len() / 10)
}

/// What the last equation gives.
pub(super) fn last(unrolled: Unrolled) -> Result<Tensor, LayerError> {
    unrolled.vectors.into_iter().next_back().ok_or_else(|| Misfit::Zero("the number of equations").into())
}

impl TrainedRecurrent {
    /// What the last equation gives at every step of sequences `[T, B, I]`, from states of zeros: `[T, B, O]`.
    ///
    /// # Errors
    /// Where shapes do not fit.
    pub fn outputs(&self, input: &Tensor) -> Result<Tensor, LayerError> {
        let state = self.recurrent.zero_state(input.shape().get(1).copied().unwrap_or_default(), self.hidden);
        let unrolled = self.recurrent.sequence(&self.weights, input, &state)?;
        last(unrolled)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_perplexities_that_are_known_without_the_files_are_those_of_the_files() {
        for memory in Memory::ALL {
            assert_eq!(load(Task::Characters, memory).expect("its file").scores, perplexity(memory));
        }
    }

    #[test]
    fn files_are_read_back_in_the_order_of_the_matrices() {
        for (task, memory) in Task::ALL.into_iter().flat_map(|task| Memory::ALL.map(|memory| (task, memory))) {
            assert_eq!(Memory::named(memory.name()), Some(memory));
            assert_eq!(file(task, memory), format!("{}-{}.safetensors", task.name(), memory.name()));
            let trained = load(task, memory).expect("the file");
            assert!(Rc::ptr_eq(&trained, &load(task, memory).expect("the file")), "it is read once");
            assert_eq!(trained.recurrent, memory.layer());
            assert_eq!(trained.weights.len(), trained.recurrent.matrices.len());
            assert!(trained.seen > 0 && trained.scores.iter().all(|score| score.is_finite()));
            for (matrix, weights) in trained.recurrent.matrices.iter().zip(&trained.weights) {
                assert_eq!(weights.bias.is_none(), matrix.name.ends_with("state-weight"), "{}", matrix.name);
                let rounded = |w: &f32| (w * 100.0 - (w * 100.0).round()).abs() < 1e-3;
                assert!(weights.weight.iter().all(rounded), "{}", matrix.name);
            }
        }
    }

    #[test]
    fn a_state_is_left_behind() {
        let trained = load(Task::Brackets, Memory::Lstm).expect("the file");
        let TrainedRecurrent { recurrent, weights, hidden, .. } = &*trained;
        let zero = recurrent.zero_state(1, *hidden);
        let run = |text: &str, state: &[Tensor]| {
            let input = Task::Brackets.one_hot(&Task::Brackets.encode(text));
            recurrent.last_state(&recurrent.sequence(weights, &input, state).expect("fitting shapes"))
        };
        assert_eq!(run("(a)b(", &zero), run("b(", &run("(a)", &zero)));
        assert_eq!(run("", &zero), zero);
    }

    #[test]
    fn what_is_no_such_file_is_told() {
        let read = |bytes: &[u8]| read(Task::Recall, Memory::Gru.layer(), bytes);
        assert_eq!(read(&[]), Err(SafetensorsError::Head));
        let rnn = files::get(file(Task::Recall, Memory::Rnn)).expect("the file");
        assert_eq!(read(&rnn), Err(SafetensorsError::Tensor("reset-weight".to_owned())));
    }
}
