//! Three layers on one sequence, and how the state at the last step changes with those before.

use super::settings::Settings;
use crate::blocks::recurrent::along::{alone, gradients, learned, made};
use crate::blocks::recurrent::names::Names;
use crate::data::random::Random;
use crate::data::sequences::Memory;
use crate::explain::{Gate, Role, Stage, Trace, Values};
use crate::layers::{
    Activation, Equation, LayerError, Recurrent, Tensor, Term, Vector, Weights, numbers, singular_values,
    spectral_norm, spectral_radius, tensor,
};

/// Numbers in each step's input.
const INPUTS: usize = 2;

/// One of the layers: its names, and the stages that only this block has.
pub struct Side {
    pub shown: Memory,
    pub title: &'static str,
    pub names: Names,
    pub jacobian: &'static str,
    pub product: &'static str,
    pub norm: &'static str,
    pub stretches: &'static str,
    pub product_stretches: &'static str,
    pub term: &'static str,
    pub share: &'static str,
    pub length: &'static str,
    pub clipped: &'static str,
    pub loss: &'static str,
}

macro_rules! side {
    ($shown:expr, $title:literal, $names:expr, $prefix:literal) => {
        Side {
            shown: $shown,
            title: $title,
            names: $names,
            jacobian: concat!($prefix, "-jacobian"),
            product: concat!($prefix, "-product"),
            norm: concat!($prefix, "-norm"),
            stretches: concat!($prefix, "-stretches"),
            product_stretches: concat!($prefix, "-product-stretches"),
            term: concat!($prefix, "-term"),
            share: concat!($prefix, "-share"),
            length: concat!($prefix, "-length"),
            clipped: concat!($prefix, "-clipped"),
            loss: concat!($prefix, "-loss"),
        }
    };
}

pub static SIDES: [Side; 3] = [
    side!(Memory::Rnn, "RNN", Names::EACH[0], "rnn"),
    side!(Memory::Lstm, "LSTM", Names::EACH[1], "lstm"),
    side!(Memory::Gru, "GRU", Names::EACH[2], "gru"),
];
/// The product of the forget gates, and the largest of its numbers.
pub const PATH: [&str; 2] = ["lstm-path", "lstm-path-norm"];

impl Side {
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
    let factors: Vec<f32> = jacobians.iter().flatten().map(|&number| number as f32).collect();

    // ∂h_t/∂s_k for k from t back to before the first step: each from the one after, as it is shown.
    let mut products = vec![vec![0.0_f32; units * all]; steps + 1];
    for unit in 0..units {
        products[steps][unit * all + unit] = 1.0;
    }
    let mut sums = vec![0.0; all];
    for step in (0..steps).rev() {
        let factor = &factors[step * all * all..(step + 1) * all * all];
        let (before, after) = products.split_at_mut(step + 1);
        for (to, from) in before[step].chunks_mut(all).zip(after[0].chunks(all)) {
            sums.fill(0.0);
            for (&left, row) in from.iter().zip(factor.chunks(all)) {
                sums.iter_mut().zip(row).for_each(|(sum, &right)| *sum += f64::from(left) * f64::from(right));
            }
            to.iter_mut().zip(&sums).for_each(|(to, &sum)| *to = sum as f32);
        }
    }
    let norms: Vec<f32> = products.iter().map(|product| largest_stretch(&block(product, all, units)) as f32).collect();

    // The loss is the sum of the last state.
    let hidden = layer.place("hidden");
    let mut loss = vec![0.0; steps * units];
    loss[(steps - 1) * units..].fill(1.0);
    let loss = tensor(&[steps, 1, units], loss);
    let by = layer.backward(&weights, input, &unrolled, &[(hidden, &loss)])?;

    let mut stages = made(side.names, &layer, &unrolled);
    stages.extend(learned(side.names, &layer, &weights));
    let back = |name, title, symbol, values: Values| {
        Stage::new(name, title, symbol, Role::Output, values).counting_from(&[-1])
    };
    let values = |shape: &[usize], numbers| Values::from(tensor(shape, numbers));
    stages.push(Stage::new(
        side.jacobian,
        "Jacobian of a step",
        "J",
        Role::Intermediate,
        tensor(&[steps, all, all], factors.clone()),
    ));
    let shape = [steps + 1, units, all];
    let numbers = tensor(&shape, products.concat());
    stages.push(
        Stage::new(side.product, "product of the Jacobians", "P", Role::Intermediate, numbers)
            .counting_from(&[-1, 0, 0]),
    );
    stages.push(back(side.norm, "norm of the product", "‖P‖", values(&[steps + 1], norms)));
    let of_factor = move |at: &[usize]| {
        let factor: Vec<f64> = factors[at[0] * all * all..(at[0] + 1) * all * all].iter().map(|&x| x.into()).collect();
        stretch(at[1], &factor) as f32
    };
    stages.push(Stage::new(
        side.stretches,
        "singular value of the Jacobian",
        "σ",
        Role::Output,
        Values::lazy(vec![steps, all], of_factor),
    ));
    let of_product = move |at: &[usize]| stretch(at[1], &block(&products[at[0]], all, units)) as f32;
    let lazy = Values::lazy(vec![steps + 1, units], of_product);
    stages.push(
        Stage::new(side.product_stretches, "singular value of the product", "σ", Role::Output, lazy)
            .counting_from(&[-1, 0]),
    );
    if side.shown == Memory::Lstm {
        stages.extend(path(&unrolled.vectors[layer.place("forget")], units));
    }
    stages.push(Stage::new(side.loss, "what the loss says", "g", Role::Gradient, alone(&loss)));
    stages.extend(gradients(side.names, &layer, &by));
    stages.extend(shares(side, &layer, settings, &stages, steps));
    Ok(stages)
}

/// The part of ∂h_t/∂s_k that is ∂h_t/∂h_k: its first columns.
fn block(product: &[f32], all: usize, units: usize) -> Vec<f64> {
    product.chunks(all).flat_map(|row| row[..units].iter().map(|&number| f64::from(number))).collect()
}

/// One of the singular values of a square matrix, the largest first.
pub fn stretch(at: usize, matrix: &[f64]) -> f64 {
    singular_values(matrix, matrix.len().isqrt()).get(at).copied().unwrap_or(0.0)
}

/// How far a square matrix stretches at most.
pub fn largest_stretch(matrix: &[f64]) -> f64 {
    spectral_norm(matrix, matrix.len().isqrt())
}

/// The way through the cell state alone: its factor is the forget gate.
fn path(forget: &Tensor, units: usize) -> [Stage; 2] {
    let forget = numbers(forget);
    let mut all = vec![1.0; forget.len() + units];
    for place in (0..forget.len()).rev() {
        all[place] = (f64::from(all[place + units]) * f64::from(forget[place])) as f32;
    }
    let norms: Vec<f32> = all.chunks(units).map(|row| row.iter().copied().fold(0.0, f32::max)).collect();
    let all = tensor(&[norms.len(), units], all);
    let norms = tensor(&[norms.len()], norms);
    let role = Role::Gate(Gate::Memory);
    [
        Stage::new(PATH[0], "product of the forget gates", "F", role, all).counting_from(&[-1, 0]),
        Stage::new(PATH[1], "largest product of the forget gates", "‖F‖", role, norms).counting_from(&[-1]),
    ]
}

/// How much each step has to do with the gradient by the weights of the state.
fn shares(side: &Side, layer: &Recurrent, settings: &Settings, stages: &[Stage], steps: usize) -> Vec<Stage> {
    let find = |name: &str| stages.iter().find(|stage| stage.name == name).and_then(Stage::array);
    let Some(hidden) = find(side.names.of("hidden").name()).map(numbers) else { return Vec::new() };
    let deltas: Vec<_> = side.deltas(layer).into_iter().filter_map(find).map(numbers).collect();
    let of_step = |all: &[f32], step: usize| all[step * settings.units..][..settings.units].to_vec();
    let term = |step: usize| {
        let delta = deltas.iter().flat_map(|delta| of_step(delta, step)).map(f64::from);
        (length(delta) * length(of_step(&hidden, step).into_iter().map(f64::from))) as f32
    };
    let terms: Vec<f32> = (0..steps).map(term).collect();
    let sum = terms.iter().fold(0.0, |sum, &term| sum + f64::from(term));
    let share = |&term: &f32| if sum > 0.0 { (f64::from(term) / sum) as f32 } else { 0.0 };
    let shares: Vec<f32> = terms.iter().map(share).collect();
    let by_weights = side.by_weights(layer).into_iter().filter_map(find);
    let whole = length(by_weights.flatten().map(|&number| f64::from(number))) as f32;
    let most = if settings.clips { settings.most } else { f64::INFINITY };
    let stage = |name, title, symbol, numbers: Vec<f32>| {
        Stage::new(name, title, symbol, Role::Gradient, tensor(&[numbers.len()], numbers))
    };
    let mut all = vec![
        stage(side.term, "length of a step's term", "T", terms),
        stage(side.share, "share of a step's term", "s", shares),
        stage(side.length, "length of the gradient", "L", vec![whole]),
    ];
    if settings.clips {
        all.push(stage(side.clipped, "length after clipping", "L′", vec![f64::from(whole).min(most) as f32]));
    }
    all
}

/// √Σx².
pub fn length(numbers: impl Iterator<Item = f64>) -> f64 {
    numbers.fold(0.0, |sum, number| sum + number * number).sqrt()
}

impl Side {
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
