//! The chain of the network as stages: forward, and backward from the score of one class.

use std::cmp::Ordering;

use super::settings::Settings;
use crate::blocks::chain::{Chain, Named, Part};
use crate::data::trained::{Trained, best};
use crate::explain::{Cell, Explanation, Expr, Role, Stage, Trace};
use crate::layers::{Activation, LayerError, numbers, tensor_from};

/// How many layers there are.
pub const LAYERS: usize = 8;
const INPUT: &str = ROWS[0].0.0;
const SCORES: &str = ROWS[LAYERS].0.0;
const UPSTREAM: &str = ROWS[LAYERS].1.0;
const PROBABILITY: &str = "probability";

/// The input, and what each layer gives; and the gradients by it.
const ROWS: [(Named, (&str, &str)); LAYERS + 1] = [
    (("input", "input", "x"), ("input-gradient", "gradient by the input")),
    (("conv1", "first convolution", "z"), ("conv1-gradient", "gradient by the first convolution")),
    (("relu1", "first ReLU", "a"), ("relu1-gradient", "gradient by the first ReLU")),
    (("pool1", "first pooling", "m"), ("pool1-gradient", "gradient by the first pooling")),
    (("conv2", "second convolution", "z′"), ("conv2-gradient", "gradient by the second convolution")),
    (("relu2", "second ReLU", "a′"), ("relu2-gradient", "gradient by the second ReLU")),
    (("pool2", "second pooling", "m′"), ("pool2-gradient", "gradient by the second pooling")),
    (("features", "features in a row", "f"), ("features-gradient", "gradient by the features")),
    (("scores", "scores", "s"), ("scores-gradient", "gradient by the scores")),
];

/// What the stages are called.
fn named(part: Part, row: usize, _: usize) -> Option<Named> {
    Some(match (part, row) {
        (Part::Row, _) => ROWS.get(row)?.0,
        (Part::Gradient, _) => ROWS.get(row).map(|((.., symbol), (name, title))| (*name, *title, *symbol))?,
        (Part::Padded, 0) => ("padded1", "padded input", "x̃"),
        (Part::PaddedGradient, 0) => ("padded1-gradient", "gradient by the padded input", "x̃"),
        (Part::Weight, 0) => ("weight1", "first weights", "w"),
        (Part::Bias, 0) => ("bias1", "first biases", "b"),
        (Part::Padded, 3) => ("padded2", "first pooling, padded", "m̃"),
        (Part::PaddedGradient, 3) => ("padded2-gradient", "gradient by the first pooling, padded", "m̃"),
        (Part::Weight, 3) => ("weight2", "second weights", "w′"),
        (Part::Bias, 3) => ("bias2", "second biases", "b′"),
        (Part::Weight, 7) => ("weight3", "weights of the dense layer", "w″"),
        (Part::Bias, 7) => ("bias3", "biases of the dense layer", "b″"),
        _ => return None,
    })
}

/// The layers with their stages.
pub fn chain(trained: &Trained) -> Chain<'_> {
    Chain { network: &trained.network, named, single: false, last: Role::Intermediate }
}

/// Whether the picture shows a stage; the others stand between two that it shows.
pub fn is_drawn(stage: &str) -> bool {
    !stage.starts_with("padded") && !stage.starts_with("features")
}

/// Whether a stage holds what was learned.
pub fn is_learned(stage: &str) -> bool {
    stage.starts_with("weight") || stage.starts_with("bias")
}

/// Everything that is computed of one image.
pub fn trace(settings: &Settings, trained: &Trained) -> Result<Trace, LayerError> {
    let (input, chain) = (settings.input(trained), chain(trained));
    let outputs = trained.network.forward(&input)?;
    let scores = outputs.last().cloned().unwrap_or_default();
    let mut stages = chain.forward(&input, &outputs)?;
    let probabilities = Activation::Softmax.forward(&scores)?;
    stages.push(Stage::new(PROBABILITY, "probability", "p", Role::Output, probabilities).hiding(1));
    if settings.is_backward() {
        let class = settings.class(best(numbers(&scores).iter().copied()));
        let upstream = tensor_from(scores.shape(), &|at| f32::from(u8::from(at == [0, class])));
        stages.extend(chain.backward(&input, &outputs, &upstream)?);
    }
    Ok(Trace { stages })
}

/// Where a number comes from.
pub fn explain(trained: &Trained, trace: &Trace, cell: Cell) -> Option<Explanation> {
    let stage = trace.stage(cell.stage)?;
    stage.value(&cell.index)?;
    if cell.stage == PROBABILITY {
        return Some(Activation::Softmax.explain(trace.stage(SCORES)?, stage, cell.index));
    }
    let computed = chain(trained).explain(trace, cell);
    Some(computed.unwrap_or_else(|| Explanation::given(stage.leaf(&stage.position(cell.index)))))
}

/// What a number is made from.
pub fn sources(trained: &Trained, trace: &Trace, cell: Cell) -> Vec<Cell> {
    let by_formula = || explain(trained, trace, cell).filter(|why| !why.is_given()).map(|why| why.made_from.cells());
    chain(trained).sources(trace, cell).or_else(by_formula).unwrap_or_default()
}

/// Where a number goes.
pub fn influences(trained: &Trained, trace: &Trace, cell: Cell) -> Vec<Cell> {
    let mut reached = chain(trained).influences(trace, cell);
    if let (SCORES, Some(probability)) = (cell.stage, trace.stage(PROBABILITY)) {
        reached.extend(probability.cells());
    }
    reached
}

/// The strongest way through the network, in the order in which it is computed: from the likeliest class (backward: from the
/// pixel that matters most) back to what contributed most, again and again.
pub fn path(trained: &Trained, trace: &Trace) -> Vec<Cell> {
    let strongest = |name: &str| {
        let stage = trace.stage(name)?;
        let strength = |cell: &Cell| stage.value(&cell.index).unwrap_or(0.0).abs();
        stage.cells().reduce(|best, cell| if strength(&cell) > strength(&best) { cell } else { best })
    };
    let mut next = strongest(ROWS[0].1.0).or_else(|| strongest(PROBABILITY));
    let mut path = Vec::new();
    while let Some(cell) = next {
        if is_drawn(cell.stage) {
            path.push(cell);
        }
        next = explain(trained, trace, cell).filter(|why| !why.is_given()).and_then(|why| {
            let by_size = |a: &&Expr, b: &&Expr| -> Ordering {
                let size = |expr: &Expr| expr.value().unwrap_or(0.0).abs();
                size(a).total_cmp(&size(b))
            };
            let source = |expr: &Expr| expr.cells().into_iter().find(|cell| !is_learned(cell.stage));
            let terms = why.made_from.terms();
            terms.into_iter().filter(|term| source(term).is_some()).max_by(by_size).and_then(source)
        });
    }
    path.retain(|cell| cell.stage != INPUT && cell.stage != UPSTREAM);
    path.reverse();
    path
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::blocks::{Kind, find};

    #[test]
    fn layers_that_can_be_enlarged_are_called_as_their_stages() {
        let block = find("cnn").expect("the block");
        let controls = block.controls(&block.default());
        let Some(Kind::Choice(choices)) = controls.into_iter().find(|control| control.key == "layer").map(|it| it.kind)
        else {
            panic!("a layer is chosen")
        };
        let layers = choices[1..].iter().map(|choice| (choice.value, choice.label));
        assert!(layers.eq(ROWS[1..7].iter().map(|((name, title, _), _)| (*name, *title))));
    }
}
