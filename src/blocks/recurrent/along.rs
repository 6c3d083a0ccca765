//! The stages of one layer along one sequence: what it makes, what it has learned, and the gradients by all of it.

use super::names::Names;
use crate::explain::{Cell, Role, Stage, Trace};
use crate::layers::{
    Activation, Matrix, Quantity, Recurrent, RecurrentGradients, Tensor, Unrolled, Weights, numbers, one_after_another,
    tensor,
};

/// What each equation gives; a state has a row in front, as it is before the first step.
pub fn made(names: Names, layer: &Recurrent, unrolled: &Unrolled) -> Vec<Stage> {
    let stage = |(place, values): (usize, &Tensor)| {
        let equation = &layer.equations[place];
        let named = names.of(equation.name);
        with_start(layer, place, &unrolled.initial, values, &|values| named.stage(equation.letter, values))
    };
    unrolled.vectors.iter().enumerate().map(stage).collect()
}

/// What the matrices hold.
pub fn learned(names: Names, layer: &Recurrent, weights: &[Weights]) -> Vec<Stage> {
    let mut stages = Vec::new();
    for (matrix, weights) in layer.matrices.iter().zip(weights) {
        stages.push(names.of(matrix.name).stage(matrix.letter, weights.weight.clone()).marked(matrix.mark));
        let bias = weights.bias.clone();
        stages.extend(bias.map(|bias| names.of(matrix.bias).stage("b", bias).marked(mark_of_bias(matrix))));
    }
    stages
}

/// The gradients, in the order in which they are computed.
pub fn gradients(names: Names, layer: &Recurrent, by: &RecurrentGradients) -> Vec<Stage> {
    let mut stages = Vec::new();
    for (place, equation) in layer.equations.iter().enumerate().rev() {
        let named = names.of(equation.name);
        let gradient = |values| named.gradient(equation.letter, values);
        stages.push(with_start(layer, place, &by.initial, &by.vectors[place], &gradient));
        if equation.activation != Activation::Identity {
            stages.push(named.sum_gradient("a", alone(&by.sums[place])).marked(equation.letter));
        }
    }
    stages.push(names.of("input").gradient("x", alone(&by.input)));
    for (matrix, by) in layer.matrices.iter().zip(&by.weights) {
        stages.push(names.of(matrix.name).gradient(matrix.letter, by.weight.clone()).marked(matrix.mark));
        let bias = by.bias.clone().map(|bias| names.of(matrix.bias).gradient("b", bias).marked(mark_of_bias(matrix)));
        stages.extend(bias);
    }
    stages
}

/// What each of these stages holds. The input stands alone, also where layers stand side by side.
pub fn quantities<'a>(names: Names, layer: &Recurrent, trace: &'a Trace) -> Vec<(Quantity, &'a Stage)> {
    let mut all = Vec::new();
    let mut add = |quantity, name: &str| all.extend(trace.stage(name).map(|stage| (quantity, stage)));
    add(Quantity::Input, "input");
    add(Quantity::ByInput, names.of("input").gradients()[0]);
    for (place, equation) in layer.equations.iter().enumerate() {
        let named = names.of(equation.name);
        let [by, by_sum] = named.gradients();
        add(Quantity::Made(place), named.name());
        add(Quantity::ByMade(place), by);
        add(Quantity::BySum(place), by_sum);
    }
    for (at, matrix) in layer.matrices.iter().enumerate() {
        let named = names.of(matrix.name);
        add(Quantity::Weight(at), named.name());
        add(Quantity::ByWeight(at), named.gradients()[0]);
        let named = names.of(matrix.bias);
        add(Quantity::Bias(at), named.name());
        add(Quantity::ByBias(at), named.gradients()[0]);
    }
    all
}

/// The row of a cell among so many, which end with the last step; nothing for what belongs to no step, as what was learned.
pub fn row_of(stage: &Stage, cell: Cell, rows: usize) -> Option<usize> {
    let is_learned = stage.role == Role::Weight || stage.name.contains("weight-") || stage.name.contains("bias-");
    let behind = rows.checked_sub(stage.shape()[0]).filter(|&behind| behind < 2 && !is_learned)?;
    Some(cell.index.axis(0) + behind)
}

/// The only example of a batch.
pub fn alone(batch: &Tensor) -> Tensor {
    let shape = batch.shape();
    tensor(&[shape[0], shape[2]], numbers(batch).into_owned())
}

/// A batch of one example.
pub fn batched(example: &Tensor) -> Tensor {
    let shape = example.shape();
    tensor(&[shape[0], 1, shape[1]], numbers(example).into_owned())
}

/// A stage of what an equation gives, with what was before the first step in front where that is carried on.
fn with_start(
    layer: &Recurrent,
    place: usize,
    initial: &[Tensor],
    values: &Tensor,
    stage: &dyn Fn(Tensor) -> Stage,
) -> Stage {
    let values = alone(values);
    match layer.states.iter().position(|&state| state == place) {
        Some(state) => {
            let all = one_after_another(&[&initial[state], &values]);
            stage(all).counting_from(&[-1, 0])
        }
        None => stage(values),
    }
}

/// The basic layer has one bias beside its states: just b.
fn mark_of_bias(matrix: &Matrix) -> &'static str {
    if matrix.bias == "bias" { "" } else { matrix.mark }
}
