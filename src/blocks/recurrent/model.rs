//! The network that a block shows, what it is given, and what is expected of it.

use super::along::alone;
use super::settings::{Convention, Settings, Squash, Variant};
use crate::blocks::sparse;
use crate::data::random::Random;
use crate::data::sequences::{self, Memory, Task};
use crate::layers::{
    Activation, Gru, LayerError, Lstm, Recurrent, Rnn, Tensor, Unrolled, UpdateGate, Weights, numbers, tensor,
};

/// The most numbers that the state of the reader's own network holds.
pub const MAX_HIDDEN: usize = 128;
/// How many sequences are drawn to see how often the network is right.
pub const TRIALS: usize = 32;
/// As many tokens have sequences of brackets that are drawn.
const BRACKETS: usize = 24;

/// A network with a memory, and its input.
pub struct Model {
    /// The equations, those of the output included.
    pub layer: Recurrent,
    /// What its matrices hold.
    pub weights: Vec<Weights>,
    /// `[T, I]`.
    pub input: Tensor,
    /// The states before the first step, each `[H]`.
    pub initial: Vec<Tensor>,
}

/// The tokens that are read, and what each stands for.
pub struct Tokens {
    /// Every letter once.
    pub alphabet: Vec<char>,
    /// Places in the alphabet.
    pub tokens: Vec<usize>,
    /// What is to be told at each step; nothing where nothing is asked.
    pub targets: Vec<Option<usize>>,
}

impl Tokens {
    /// The text, or the sequence that the settings draw; nothing for numbers. What the network adds is not among them.
    pub fn of(settings: &Settings) -> Option<Self> {
        let Some(task) = settings.trained() else {
            let mut alphabet: Vec<char> = settings.text.chars().collect();
            alphabet.sort_unstable();
            alphabet.dedup();
            let tokens = settings.text.chars().filter_map(|letter| alphabet.binary_search(&letter).ok());
            let tokens: Vec<usize> = tokens.collect();
            let targets = vec![None; tokens.len()];
            return settings.reads_text().then_some(Self { alphabet, tokens, targets });
        };
        let length = if task == Task::Recall { settings.delay } else { BRACKETS };
        let tokens = match &*settings.text {
            "" if task == Task::Characters => task.encode("alice was beginning to "),
            "" => task.draw(length, &mut Random::new(settings.seed)).tokens,
            text => task.encode(text),
        };
        let targets = task.targets(&tokens);
        Some(Self { alphabet: task.alphabet().to_vec(), tokens, targets })
    }
}

/// The equations of a step, with gates held where they are pinned.
pub fn layer(settings: &Settings) -> Recurrent {
    let letter = if settings.layer() == Memory::Rnn { "o" } else { "y" };
    let mut layer = equations(settings).with_output(letter);
    for (gate, value) in settings.pins() {
        let pinned = layer.equations.iter_mut().filter(|equation| equation.name == gate);
        pinned.for_each(|equation| equation.pinned = Some(value));
    }
    layer
}

/// What the layer's matrices hold, before anything was changed by hand.
fn learned(settings: &Settings, layer: &Recurrent, inputs: usize) -> Result<Vec<Weights>, LayerError> {
    let mut weights = match settings.trained() {
        Some(task) => sequences::load(task, settings.layer())?.weights.clone(),
        None => random(layer, settings, inputs),
    };
    if settings.layer() == Memory::Gru && settings.convention == Convention::Lecture {
        // The gate that is given to the new part is 1 minus the one that is given to the old: σ(−a) = 1 − σ(a).
        for (_, weights) in layer.matrices.iter().zip(&mut weights).filter(|(matrix, _)| matrix.mark == "z") {
            [Some(&mut weights.weight), weights.bias.as_mut()].into_iter().flatten().for_each(negate);
        }
    }
    Ok(weights)
}

fn negate(tensor: &mut Tensor) {
    tensor.as_slice_mut().unwrap_or_default().iter_mut().for_each(|number| *number = -*number);
}

fn equations(settings: &Settings) -> Recurrent {
    match settings.layer() {
        Memory::Rnn if settings.activation == Squash::Relu => Rnn::new(Activation::Relu),
        Memory::Rnn => Rnn::new(Activation::Tanh),
        Memory::Lstm => Lstm::new(),
        Memory::Gru => {
            let update = match settings.convention {
                Convention::Paper => UpdateGate::KeepsOld,
                Convention::Lecture => UpdateGate::TakesNew,
            };
            let after = settings.trained().is_some() || settings.variant == Variant::After;
            Gru::new(after, update)
        }
    }
}

/// Weights from a seed, the narrower the more numbers are added up; two decimals can be followed by eye.
fn random(layer: &Recurrent, settings: &Settings, inputs: usize) -> Vec<Weights> {
    let mut random = Random::new(settings.seed);
    let (hidden, outputs) = (settings.hidden, outputs(settings, inputs));
    let matrix = |matrix: &crate::layers::Matrix| {
        let (rows, columns, is_biased) = match (matrix.letter, matrix.bias) {
            (_, "output-bias") => (outputs, hidden, true),
            ("W", "state-bias") | ("U", _) => (hidden, hidden, false),
            _ => (hidden, inputs, true),
        };
        let width = 1.2 / (columns.min(6) as f64).sqrt();
        let weight = || ((random.normal() * width * 100.0).round() / 100.0) as f32;
        let weight = tensor(&[rows, columns], std::iter::repeat_with(weight).take(rows * columns).collect());
        Weights { weight, bias: is_biased.then(|| tensor(&[rows], Vec::new())) }
    };
    layer.matrices.iter().map(matrix).collect()
}

/// How many numbers the reader's own network tells at a step.
fn outputs(settings: &Settings, inputs: usize) -> usize {
    if settings.reads_text() { inputs } else { settings.outputs }
}

/// The numbers of the reader's own sequence before they were changed.
fn own_numbers(settings: &Settings) -> Tensor {
    let mut random = Random::new(settings.seed + 1);
    let number = || ((random.uniform() * 2.0 - 1.0) * 10.0).round() as f32 / 10.0;
    let (length, features) = (settings.length, settings.features);
    tensor(&[length, features], std::iter::repeat_with(number).take(length * features).collect())
}

impl Model {
    /// The network that the settings describe.
    ///
    /// # Errors
    /// Where a file of trained weights is not there.
    pub fn new(settings: &Settings, tokens: Option<&Tokens>) -> Result<Self, LayerError> {
        let mut input = match tokens {
            Some(Tokens { alphabet, tokens, .. }) => alone(&sequences::one_hot(alphabet.len(), &[tokens])),
            None => own_numbers(settings),
        };
        let inputs = input.shape()[1];
        let layer = layer(settings);
        let mut weights = learned(settings, &layer, inputs)?;
        let changed = &settings.numbers;
        sparse::apply(changed, "input", &mut input);
        for (matrix, weights) in layer.matrices.iter().zip(&mut weights) {
            sparse::apply(changed, matrix.name, &mut weights.weight);
            weights.bias.iter_mut().for_each(|bias| sparse::apply(changed, matrix.bias, bias));
        }
        let hidden = settings.units();
        let initial = layer.states.iter().map(|&place| {
            let mut states = tensor(&[1, hidden], Vec::new());
            sparse::apply(changed, layer.equations[place].name, &mut states);
            states
        });
        Ok(Self { initial: initial.collect(), layer, weights, input })
    }

    /// The same network on other tokens, sequences of the same length side by side: what its equations give.
    fn run(&self, sequences: &[&[usize]], state: &[Tensor]) -> Result<Unrolled, LayerError> {
        self.layer.sequence(&self.weights, &sequences::one_hot(self.input.shape()[1], sequences), state)
    }

    /// The tokens that the network adds to the sequence, each drawn from what it tells.
    ///
    /// # Errors
    /// Where shapes do not fit.
    pub fn go_on(&self, tokens: &[usize], settings: &Settings) -> Result<Vec<usize>, LayerError> {
        let mut random = Random::new(settings.seed);
        let (mut state, mut all, output) = (self.initial.clone(), tokens.to_vec(), self.layer.place("output"));
        let mut read = 0;
        for _ in 0..settings.more {
            let unrolled = self.run(&[&all[read..]], &state)?;
            read = all.len();
            state = self.layer.last_state(&unrolled);
            let scores = numbers(&unrolled.vectors[output]);
            let letters = unrolled.vectors[output].shape()[2];
            let last = scores.rchunks(letters.max(1)).next().unwrap_or_default();
            all.push(sequences::sample(last, settings.temperature as f32, &mut random));
        }
        Ok(all.split_off(tokens.len()))
    }

    /// How often the network is right about sequences that are drawn as the one it is shown with; nothing where there is no
    /// right and wrong.
    ///
    /// # Errors
    /// Where shapes do not fit.
    pub fn right(&self, settings: &Settings, tokens: &Tokens) -> Result<Option<(usize, usize)>, LayerError> {
        let task = match settings.trained() {
            Some(task @ (Task::Recall | Task::Brackets)) => task,
            _ => return Ok(None),
        };
        let length = if task == Task::Recall { tokens.tokens.len().saturating_sub(2) } else { tokens.tokens.len() };
        let mut random = Random::new(1);
        let examples: Vec<_> = (0..TRIALS).map(|_| task.draw(length, &mut random)).collect();
        let sequences: Vec<&[usize]> = examples.iter().map(|example| &*example.tokens).collect();
        let state: Vec<Tensor> = self.initial.iter().map(|state| repeated(state, TRIALS)).collect();
        let unrolled = self.run(&sequences, &state)?;
        let told = &unrolled.vectors[self.layer.place("output")];
        let (mut right, mut asked) = (0, 0);
        for (place, row) in numbers(told).chunks(told.shape()[2].max(1)).enumerate() {
            let Some(target) = examples[place % TRIALS].targets[place / TRIALS] else { continue };
            asked += 1;
            right += usize::from(task.told(row.iter().copied()) == target);
        }
        Ok(Some((right, asked)))
    }
}

/// The same state for many examples.
fn repeated(state: &Tensor, times: usize) -> Tensor {
    tensor(&[times, state.shape()[1]], numbers(state).repeat(times))
}

/// How many steps the sequence has.
pub fn steps(settings: &Settings) -> usize {
    let added = if settings.trained() == Some(Task::Characters) { settings.more } else { 0 };
    added + Tokens::of(settings).map_or(settings.length, |tokens| tokens.tokens.len())
}

/// What every token stands for.
pub fn alphabet(settings: &Settings) -> Vec<char> {
    Tokens::of(settings).map(|tokens| tokens.alphabet).unwrap_or_default()
}
