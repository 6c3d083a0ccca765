//! Everything that is computed, as stages; where their numbers come from, and where they go.

use super::along::{alone, batched, gradients, learned, made, quantities, row_of};
use super::model::{Model, Tokens, layer};
use super::names::Names;
use super::settings::{Chosen, Settings, View};
use crate::blocks::convolution::Pass;
use crate::blocks::sparse;
use crate::data::sequences::{Memory, Task, load, one_hot, perplexity};
use crate::explain::{Cell, Explanation, Expr, Role, Stage, Trace};
use crate::layers::{Activation, LayerError, RecurrentStages, Tensor, minus, numbers, tensor};

/// Everything that is computed from the settings.
pub fn trace(settings: &Settings) -> Result<Trace, LayerError> {
    let mut tokens = Tokens::of(settings);
    let mut model = Model::new(settings, tokens.as_ref())?;
    if let (Some(tokens), Chosen::Characters) = (&mut tokens, settings.task) {
        let added = model.go_on(&tokens.tokens, settings)?;
        tokens.tokens.extend(&added);
        tokens.targets = Task::Characters.targets(&tokens.tokens);
        model.input = alone(&one_hot(tokens.alphabet.len(), &[&tokens.tokens]));
    }
    let layer = &model.layer;
    let input = batched(&model.input);
    let unrolled = layer.sequence(&model.weights, &input, &model.initial)?;
    let names = Names::PLAIN;
    let mut stages = vec![names.of("input").stage("x", model.input.clone())];
    stages.extend(made(names, layer, &unrolled));
    let scores = alone(&unrolled.vectors[layer.place("output")]);
    let told = if tells_chances(settings) { Some(Activation::Softmax.forward(&scores)?) } else { None };
    stages.extend(told.clone().map(|told| Stage::new("probability", "probability", "p", Role::Output, told)));
    stages.extend(learned(names, layer, &model.weights));
    if settings.pass == Pass::Backward {
        let upstream = upstream(settings, tokens.as_ref(), &scores, told.as_ref());
        let output = layer.place("output");
        let by = layer.backward(&model.weights, &input, &unrolled, &[(output, &batched(&upstream))])?;
        stages.extend(gradients(names, layer, &by));
    }
    if let Some(task) = settings.trained() {
        for (memory, name, letters) in [
            (Memory::Rnn, "measured-rnn", "RNN"),
            (Memory::Lstm, "measured-lstm", "LSTM"),
            (Memory::Gru, "measured-gru", "GRU"),
        ] {
            let (title, scores) = match task {
                Task::Characters => ("measured perplexity", perplexity(memory).to_vec()),
                _ => ("measured share of right answers", load(task, memory)?.scores.clone()),
            };
            let scores = tensor(&[scores.len()], scores);
            stages.push(Stage::new(name, title, letters, Role::Plain, scores));
        }
    }
    if settings.view == View::Unit {
        let unit = tensor(&[1], vec![settings.unit as f32]);
        stages.push(Stage::new("unit", "the unit that is looked at", "u", Role::Plain, unit));
    }
    if let Some(tokens) = &tokens
        && let Some((right, asked)) = model.right(settings, tokens)?
    {
        let counts = tensor(&[2], vec![right as f32, asked as f32]);
        stages.push(Stage::new("right", "right answers", "n", Role::Plain, counts));
    }
    Ok(Trace { stages })
}

/// Whether scores become probabilities.
pub fn tells_chances(settings: &Settings) -> bool {
    match settings.task {
        Chosen::Own => settings.softmax,
        Chosen::Recall | Chosen::Characters => true,
        Chosen::Brackets => false,
    }
}

/// The derivative of the loss by every output: from what is expected, or of the reader's own choice.
fn upstream(settings: &Settings, tokens: Option<&Tokens>, scores: &Tensor, told: Option<&Tensor>) -> Tensor {
    let (mut gradient, given) = (vec![0.0; scores.len()], numbers(told.unwrap_or(scores)));
    let targets = tokens.filter(|_| settings.trained().is_some()).map(|tokens| &tokens.targets);
    let outputs = scores.shape()[1];
    for (step, row) in gradient.chunks_mut(outputs.max(1)).enumerate() {
        match targets {
            Some(targets) => {
                let Some(Some(target)) = targets.get(step) else { continue };
                for (at, slot) in row.iter_mut().enumerate() {
                    let expected = expected(settings, *target, at);
                    *slot = (f64::from(given[step * outputs + at]) - expected) as f32;
                }
            }
            None if settings.every || step + 1 == scores.shape()[0] => {
                row.iter_mut().take(1).for_each(|slot| *slot = 1.0);
            }
            None => {}
        }
    }
    let mut gradient = tensor(scores.shape(), gradient);
    if settings.trained().is_none() {
        sparse::apply(&settings.numbers, "output-gradient", &mut gradient);
    }
    gradient
}

/// What an output should be: the depth, or 1 for the right letter.
fn expected(settings: &Settings, target: usize, at: usize) -> f64 {
    match settings.task {
        Chosen::Brackets => target as f64,
        _ => f64::from(u8::from(target == at)),
    }
}

/// Whether the gradients are looked at.
pub fn is_backward(trace: &Trace) -> bool {
    trace.stage("output-gradient").is_some()
}

/// The position of the transport at which a number is computed: forward, the first is before the first step; backward, it is
/// the last step.
pub fn step_of(trace: &Trace, cell: Cell) -> Option<usize> {
    let (stage, steps) = (trace.stage(cell.stage)?, trace.stage("hidden")?.shape()[0]);
    let row = row_of(stage, cell, steps).filter(|_| stage.role != Role::Plain)?;
    if is_backward(trace) { (steps - 1).checked_sub(row) } else { Some(row) }
}

/// Where a number comes from.
pub fn explain(settings: &Settings, trace: &Trace, cell: Cell) -> Option<Explanation> {
    let stage = trace.stage(cell.stage)?;
    let of = |name: &str| trace.stage(name);
    let given = || Explanation::given(stage.leaf(&stage.position(cell.index)));
    match cell.stage {
        "probability" => Some(Activation::Softmax.explain(of("output")?, stage, cell.index)),
        "unit" | "right" | "measured-rnn" | "measured-lstm" | "measured-gru" => Some(given()),
        "output-gradient" => Some(by_output(settings, trace, stage, cell).unwrap_or_else(given)),
        _ => {
            let layer = layer(settings);
            let stages = quantities(Names::PLAIN, &layer, trace);
            RecurrentStages { layer: &layer, stages: &stages }.explain(cell)
        }
    }
}

/// The gradient that a loss gives: what is told minus what is expected; nothing where nothing is.
fn by_output(settings: &Settings, trace: &Trace, gradient: &Stage, cell: Cell) -> Option<Explanation> {
    let expected = wanted(settings, trace, cell)?;
    let told = trace.stage("probability").or_else(|| trace.stage("output"))?;
    let position = gradient.position(cell.index);
    let at = || vec![Expr::variable("t"), Expr::variable("u")];
    let target = Expr::indexed("y*", Role::Plain, at());
    let rule = minus(told.general(at()), target);
    let made_from = minus(told.at(&position), Expr::Number(expected));
    Some(Explanation::computed(gradient, &position, gradient.general(at()), rule, made_from))
}

/// What an output should be; nothing where nothing is asked.
fn wanted(settings: &Settings, trace: &Trace, cell: Cell) -> Option<f64> {
    let task = settings.trained()?;
    let target = *task.targets(&read(trace)).get(cell.index.axis(0))?;
    Some(expected(settings, target?, cell.index.axis(1)))
}

/// The tokens that were read, those that the network added included.
pub fn read(trace: &Trace) -> Vec<usize> {
    let Some(input) = trace.stage("input").and_then(Stage::array) else { return Vec::new() };
    let token = |row: &[f32]| row.iter().position(|&x| x == 1.0).unwrap_or_default();
    numbers(input).chunks(input.shape()[1].max(1)).map(token).collect()
}

/// Where a number goes.
pub fn influences(settings: &Settings, trace: &Trace, cell: Cell) -> Vec<Cell> {
    let layer = layer(settings);
    let stages = quantities(Names::PLAIN, &layer, trace);
    let mut reached = RecurrentStages { layer: &layer, stages: &stages }.influences(cell);
    let told = if trace.stage("probability").is_some() { "probability" } else { "output" };
    if cell.stage == "output"
        && let Some(chances) = trace.stage("probability")
    {
        let row = cell.index.axis(0);
        reached.extend((0..chances.shape()[1]).map(|at| Cell::new("probability", [row, at])));
    }
    if cell.stage == told && trace.stage("output-gradient").is_some() && wanted(settings, trace, cell).is_some() {
        reached.push(Cell { stage: "output-gradient", ..cell });
    }
    reached
}
