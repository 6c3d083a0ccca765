//! Three layers on one sequence, and how the state at the last step changes with those before.

use std::borrow::Cow;

use super::settings::Settings;
use crate::blocks::recurrent::along::{alone, gradients, learned, made};
use crate::blocks::recurrent::names::Names;
use crate::data::random::Random;
use crate::data::sequences::Memory;
use crate::explain::{Stage, Trace, Values};
use crate::layers::{
    Activation, Equation, LayerError, Recurrent, Tensor, Term, Vector, Weights, numbers, singular_values,
    spectral_norm, spectral_radius, tensor,
};

/// Numbers in each step's input.
const INPUTS: usize = 2;

/// One of the layers.
pub struct Side {
    pub shown: Memory,
    pub title: &'static str,
    pub names: Names,
}

pub static SIDES: [Side; 3] = [
    Side { shown: Memory::Rnn, title: "RNN", names: Names::EACH[0] },
    Side { shown: Memory::Lstm, title: "LSTM", names: Names::EACH[1] },
    Side { shown: Memory::Gru, title: "GRU", names: Names::EACH[2] },
];

impl Side {
    /// The side that a stage belongs to.
    pub fn of(stage: &'static str) -> Option<&'static Self> {
        SIDES.iter().find(|side| side.names.own(stage).is_some())
    }

    /// Its stage that the layer, or this block, calls so.
    pub fn stage<'a>(&self, trace: &'a Trace, name: &'static str) -> Option<&'a Stage> {
        trace.stage(self.names.of(name).name())
    }

    /// Its equations.
    pub fn layer(&self) -> Recurrent {
        self.shown.alone()
    }

    /// Weights from a seed; those of the state are stretched to the spectral radius.
    fn weights(&self, layer: &Recurrent, settings: &Settings) -> Vec<Weights> {
        let mut random = Random::new(settings.seed);
        let units = settings.units;
        let matrix = |matrix: &crate::layers::Matrix| {
            let of_state = matrix.is_of_state();
            let columns = if of_state { units } else { INPUTS };
            let mut numbers: Vec<f64> = (0..units * columns).map(|_| random.normal() * 0.5).collect();
            if of_state {
                let radius = spectral_radius(&numbers, units);
                let stretch = if radius > 0.0 { settings.radius / radius } else { 0.0 };
                numbers.iter_mut().for_each(|weight| *weight *= stretch);
            }
            let numbers = numbers.into_iter().map(|weight| weight as f32).collect();
            let weight = tensor(&[units, columns], numbers);
            let open = if matches!(matrix.mark, "f" | "z") { settings.keep as f32 } else { 0.0 };
            let bias = (!of_state).then(|| tensor(&[units], vec![open; units]));
            Weights { weight, bias }
        };
        layer.matrices.iter().map(matrix).collect()
    }

    /// The equations that weights of the state go into.
    pub fn reading_state(layer: &Recurrent) -> impl Iterator<Item = &Equation> {
        let reads_state = |term: &Term| matches!(term, Term::Linear(_, Vector::Before(0)));
        layer.equations.iter().filter(move |equation| equation.terms.iter().any(reads_state))
    }

    /// The stages with the gradients by their sums.
    pub fn deltas(&self, layer: &Recurrent) -> Vec<&'static str> {
        let name = |equation: &Equation| {
            let [by, by_sum] = self.names.of(equation.name).gradients();
            if equation.activation == Activation::Identity { by } else { by_sum }
        };
        Self::reading_state(layer).map(name).collect()
    }

    /// The stages with the gradients by the weights of the state.
    pub fn by_weights(&self, layer: &Recurrent) -> Vec<&'static str> {
        let of_state = layer.matrices.iter().filter(|matrix| matrix.is_of_state());
        of_state.map(|matrix| self.names.of(matrix.name).gradients()[0]).collect()
    }
}

/// Everything that is computed.
pub fn trace(settings: &Settings) -> Result<Trace, LayerError> {
    let mut random = Random::new(settings.seed + 1);
    let steps = settings.last + 1;
    let input = (0..steps * INPUTS).map(|_| (random.normal() * settings.input.spread()) as f32).collect();
    let input = tensor(&[steps, 1, INPUTS], input);
    let mut stages = Vec::new();
    // The layer whose matrices are looked at comes first: the transport goes over its norms.
    let chosen = |side: &&Side| side.shown == settings.shown;
    for side in SIDES.iter().filter(chosen).chain(SIDES.iter().filter(|side| !chosen(side))) {
        stages.extend(of_side(side, settings, &input)?);
    }
    stages.push(Names::PLAIN.of("input").stage("x", alone(&input)));
    Ok(Trace { stages })
}

fn of_side(side: &Side, settings: &Settings, input: &Tensor) -> Result<Vec<Stage>, LayerError> {
    let (layer, units, steps) = (side.layer(), settings.units, input.shape()[0]);
    let weights = side.weights(&layer, settings);
    let unrolled = layer.sequence(&weights, input, &layer.zero_state(1, units))?;
    let jacobians = layer.jacobians(&weights, &unrolled, 0)?;
    let all = jacobians.first().map_or(0, |jacobian| jacobian.len().isqrt());
    let factors: Vec<f32> = jacobians.concat().into_iter().map(|number| number as f32).collect();

    let size = units * all;
    let products = products(&factors, steps, units, all);
    let norms = products.chunks(size).map(|product| largest_stretch(&block(product, all, units)) as f32).collect();

    // The loss is the sum of the last state.
    let hidden = layer.place("hidden");
    let mut loss = vec![0.0; steps * units];
    loss[(steps - 1) * units..].fill(1.0);
    let loss = tensor(&[steps, 1, units], loss);
    let by = layer.backward(&weights, input, &unrolled, &[(hidden, &loss)])?;

    let own = |name, symbol, values: Values| side.names.of(name).stage(symbol, values);
    let mut stages = made(side.names, &layer, &unrolled);
    stages.extend(learned(side.names, &layer, &weights));
    stages.push(own("jacobian", "J", tensor(&[steps, all, all], factors.clone()).into()));
    let shown = tensor(&[steps + 1, units, all], products.clone());
    stages.push(own("product", "P", shown.into()).counting_from(&[-1, 0, 0]));
    stages.push(own("norm", "‖P‖", tensor(&[steps + 1], norms).into()).counting_from(&[-1]));
    let of_factor =
        move |at: &[usize]| stretch(at[1], &block(&factors[at[0] * all * all..][..all * all], all, all)) as f32;
    stages.push(own("stretches", "σ", Values::lazy(vec![steps, all], of_factor)));
    let of_product = move |at: &[usize]| stretch(at[1], &block(&products[at[0] * size..][..size], all, units)) as f32;
    let values = Values::lazy(vec![steps + 1, units], of_product);
    stages.push(own("product-stretches", "σ", values).counting_from(&[-1, 0]));
    if side.shown == Memory::Lstm {
        let (path, largest) = path(&numbers(&unrolled.vectors[layer.place("forget")]), units);
        stages.push(own("path", "F", tensor(&[steps + 1, units], path).into()).counting_from(&[-1, 0]));
        stages.push(own("path-norm", "‖F‖", tensor(&[steps + 1], largest).into()).counting_from(&[-1]));
    }
    stages.push(own("loss", "g", alone(&loss).into()));
    stages.extend(gradients(side.names, &layer, &by));

    let found = shares(side, &layer, settings, &stages).into_iter();
    stages.extend(found.map(|(name, symbol, numbers)| own(name, symbol, tensor(&[numbers.len()], numbers).into())));
    Ok(stages)
}

/// ∂h_t/∂s_k for k from t back to before the first step: each from the one after, as it is shown.
fn products(factors: &[f32], steps: usize, units: usize, all: usize) -> Vec<f32> {
    let size = units * all;
    let mut products = vec![0.0_f32; (steps + 1) * size];
    for unit in 0..units {
        products[steps * size + unit * all + unit] = 1.0;
    }
    let mut sums = vec![0.0; all];
    for (step, factor) in factors.chunks(all * all).enumerate().rev() {
        let (before, after) = products.split_at_mut((step + 1) * size);
        for (to, from) in before[step * size..].chunks_mut(all).zip(after.chunks(all)) {
            sums.fill(0.0);
            for (&left, row) in from.iter().zip(factor.chunks(all)) {
                sums.iter_mut().zip(row).for_each(|(sum, &right)| *sum += f64::from(left) * f64::from(right));
            }
            to.iter_mut().zip(&sums).for_each(|(to, &sum)| *to = sum as f32);
        }
    }
    products
}

/// The way through the cell state alone, whose factor is the forget gate: all products, and the largest of each step.
fn path(forget: &[f32], units: usize) -> (Vec<f32>, Vec<f32>) {
    let mut all = vec![1.0; forget.len() + units];
    for place in (0..forget.len()).rev() {
        all[place] = (f64::from(all[place + units]) * f64::from(forget[place])) as f32;
    }
    let largest = all.chunks(units).map(|row| row.iter().copied().fold(0.0, f32::max)).collect();
    (all, largest)
}

/// How much each step has to do with the gradient by the weights of the state, and how long all of it is.
fn shares(
    side: &Side,
    layer: &Recurrent,
    settings: &Settings,
    stages: &[Stage],
) -> Vec<(&'static str, &'static str, Vec<f32>)> {
    let find = |name: &str| stages.iter().find(|stage| stage.name == name).and_then(Stage::array);
    let of = |names: Vec<&str>| names.into_iter().filter_map(find).map(numbers).collect::<Vec<_>>();
    let length_at = |all: &[Cow<'_, [f32]>], step: usize| {
        let rows = all.iter().map(|all| &all[step * settings.units..][..settings.units]);
        length(&widened(&rows.collect::<Vec<_>>().concat()))
    };
    // The first row of a state is that before the first step.
    let (states, deltas) = (of(vec![side.names.of("hidden").name()]), of(side.deltas(layer)));
    let term = |step: usize| (length_at(&deltas, step) * length_at(&states, step)) as f32;
    let terms: Vec<f32> = (0..settings.last + 1).map(term).collect();
    let sum = widened(&terms).iter().fold(0.0, |sum, term| sum + term);
    let share = |&term: &f32| if sum > 0.0 { (f64::from(term) / sum) as f32 } else { 0.0 };
    let shares = terms.iter().map(share).collect();
    let whole = length(&widened(&of(side.by_weights(layer)).concat()));
    let mut all = vec![("term", "T", terms), ("share", "s", shares), ("length", "L", vec![whole as f32])];
    if settings.clips {
        all.push(("clipped", "L′", vec![f64::from(whole as f32).min(settings.most) as f32]));
    }
    all
}

/// The part of ∂h_t/∂s_k that is ∂h_t/∂h_k: its first columns.
fn block(product: &[f32], all: usize, units: usize) -> Vec<f64> {
    widened(&product.chunks(all).map(|row| &row[..units]).collect::<Vec<_>>().concat())
}

fn widened(numbers: &[f32]) -> Vec<f64> {
    numbers.iter().copied().map(f64::from).collect()
}

/// One of the singular values of a square matrix, the largest first.
pub fn stretch(at: usize, matrix: &[f64]) -> f64 {
    singular_values(matrix, matrix.len().isqrt()).get(at).copied().unwrap_or(0.0)
}

/// How far a square matrix stretches at most.
pub fn largest_stretch(matrix: &[f64]) -> f64 {
    spectral_norm(matrix, matrix.len().isqrt())
}

/// √Σx².
pub fn length(numbers: &[f64]) -> f64 {
    numbers.iter().fold(0.0, |sum, number| sum + number * number).sqrt()
}
