//! The chain of the network as stages: forward, and backward from the score of one class.

use std::cmp::Ordering;

use ndarray::IxDyn;

use super::settings::Settings;
use crate::data::digits::CLASSES;
use crate::data::trained::{Trained, best};
use crate::explain::{Cell, Explanation, Expr, Role, Stage, Trace};
use crate::layers::{Activation, GradientStages, Layer, LayerError, LayerStages, Tensor};

/// How many layers there are.
pub const LAYERS: usize = 8;
/// The classes, as they are chosen.
pub const CHOSEN: [&str; CLASSES] = ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"];
/// The stages whose maps can be shown large, with their titles.
pub const ENLARGED: [(&str, &str); 6] = [
    (LINKS[0].output.0, LINKS[0].output.1),
    (LINKS[1].output.0, LINKS[1].output.1),
    (LINKS[2].output.0, LINKS[2].output.1),
    (LINKS[3].output.0, LINKS[3].output.1),
    (LINKS[4].output.0, LINKS[4].output.1),
    (LINKS[5].output.0, LINKS[5].output.1),
];

/// Name, title and symbol of a stage.
type Named = (&'static str, &'static str, &'static str);

/// The stages that one layer computes. Gradients are those by what it is given.
struct Link {
    output: Named,
    gradient: (&'static str, &'static str),
    padded: Option<(Named, (&'static str, &'static str))>,
    learned: Option<[Named; 2]>,
}

const INPUT: Named = ("input", "input", "x");
const SCORES: &str = LINKS[7].output.0;
const PROBABILITY: Named = ("probability", "probability", "p");
const UPSTREAM: (&str, &str) = ("scores-gradient", "gradient by the scores");

const LINKS: [Link; LAYERS] = [
    Link {
        output: ("conv1", "first convolution", "z"),
        gradient: ("input-gradient", "gradient by the input"),
        padded: Some((("padded1", "padded input", "x̃"), ("padded1-gradient", "gradient by the padded input"))),
        learned: Some([("weight1", "first weights", "w"), ("bias1", "first biases", "b")]),
    },
    Link {
        output: ("relu1", "first ReLU", "a"),
        gradient: ("conv1-gradient", "gradient by the first convolution"),
        padded: None,
        learned: None,
    },
    Link {
        output: ("pool1", "first pooling", "m"),
        gradient: ("relu1-gradient", "gradient by the first ReLU"),
        padded: None,
        learned: None,
    },
    Link {
        output: ("conv2", "second convolution", "z′"),
        gradient: ("pool1-gradient", "gradient by the first pooling"),
        padded: Some((
            ("padded2", "first pooling, padded", "m̃"),
            ("padded2-gradient", "gradient by the first pooling, padded"),
        )),
        learned: Some([("weight2", "second weights", "w′"), ("bias2", "second biases", "b′")]),
    },
    Link {
        output: ("relu2", "second ReLU", "a′"),
        gradient: ("conv2-gradient", "gradient by the second convolution"),
        padded: None,
        learned: None,
    },
    Link {
        output: ("pool2", "second pooling", "m′"),
        gradient: ("relu2-gradient", "gradient by the second ReLU"),
        padded: None,
        learned: None,
    },
    Link {
        output: ("features", "features in a row", "f"),
        gradient: ("pool2-gradient", "gradient by the second pooling"),
        padded: None,
        learned: None,
    },
    Link {
        output: ("scores", "scores", "s"),
        gradient: ("features-gradient", "gradient by the features"),
        padded: None,
        learned: Some([("weight3", "weights of the dense layer", "w″"), ("bias3", "biases of the dense layer", "b″")]),
    },
];

/// Whether the picture shows a stage; the others stand between two that it shows.
pub fn is_drawn(stage: &str) -> bool {
    !stage.starts_with("padded") && !stage.starts_with("features")
}

/// Whether a stage holds what was learned.
pub fn is_learned(stage: &str) -> bool {
    stage.starts_with("weight") || stage.starts_with("bias")
}

/// A stage of the network. Not inlined: it is made in many places.
#[inline(never)]
fn stage((name, title, symbol): Named, role: Role, values: Tensor, hidden: usize) -> Stage {
    let stage = Stage::new(name, title, symbol, role, values).hiding(hidden);
    if role == Role::Gradient { stage.derivative() } else { stage }
}

/// Everything that is computed of one image.
pub fn trace(settings: &Settings, trained: &Trained) -> Result<Trace, LayerError> {
    let (input, network) = (settings.input(trained), &trained.network);
    let outputs = network.forward(&input)?;
    let scores = outputs.last().cloned().unwrap_or_default();
    let mut stages = vec![stage(INPUT, Role::Input, input.clone(), 2)];
    let inputs = std::iter::once(&input).chain(&outputs);
    for (((link, layer), output), (at, input)) in
        LINKS.iter().zip(&network.layers).zip(&outputs).zip(inputs.enumerate())
    {
        if let (Some((padded, _)), Layer::Conv(conv, _)) = (link.padded, layer) {
            let (role, hidden) = if at == 0 { (Role::Input, 2) } else { (Role::Intermediate, 1) };
            let padded = stage(padded, role, conv.padding.forward(input)?, hidden);
            stages.push(padded.counting_from(&conv.padding.first_subscripts()));
        }
        if let (Some([weight, bias]), Some(learned)) = (link.learned, layer.parameters()) {
            stages.push(stage(weight, Role::Weight, learned.weight.clone(), 0));
            stages.push(stage(bias, Role::Weight, learned.bias.clone(), 0));
        }
        stages.push(stage(link.output, Role::Intermediate, output.clone(), 1));
    }
    stages.push(stage(PROBABILITY, Role::Output, Activation::Softmax.forward(&scores)?, 1));
    if settings.is_backward() {
        let mut upstream = Tensor::zeros(scores.raw_dim());
        upstream[IxDyn(&[0, settings.class(best(scores.iter().copied()))])] = 1.0;
        let gradients = network.backward(&input, &outputs, &upstream)?;
        stages.push(stage((UPSTREAM.0, UPSTREAM.1, LINKS[LAYERS - 1].output.2), Role::Gradient, upstream, 1));
        for (at, (link, by)) in LINKS.iter().zip(gradients).enumerate().rev() {
            let (hidden, symbol) = if at == 0 { (2, INPUT.2) } else { (1, LINKS[at - 1].output.2) };
            if let (Some((padded, name)), Some(values), Layer::Conv(conv, _)) =
                (link.padded, by.padded, &network.layers[at])
            {
                let by_padded = stage((name.0, name.1, padded.2), Role::Gradient, values, hidden);
                stages.push(by_padded.counting_from(&conv.padding.first_subscripts()));
            }
            stages.push(stage((link.gradient.0, link.gradient.1, symbol), Role::Gradient, by.input, hidden));
        }
    }
    Ok(Trace { stages })
}

/// The stages around layer `at`.
pub fn around(trace: &Trace, at: usize) -> Option<LayerStages<'_>> {
    let (link, of) = (&LINKS[at], |name: &str| trace.stage(name));
    let upstream = LINKS.get(at + 1).map_or(UPSTREAM, |above| above.gradient);
    let gradients = of(upstream.0).zip(of(link.gradient.0));
    let padded = |gradient| link.padded.and_then(|(stage, by)| of(if gradient { by.0 } else { stage.0 }));
    Some(LayerStages {
        input: of(if at == 0 { INPUT.0 } else { LINKS[at - 1].output.0 })?,
        padded: padded(false),
        weight: link.learned.and_then(|[weight, _]| of(weight.0)),
        bias: link.learned.and_then(|[_, bias]| of(bias.0)),
        output: of(link.output.0)?,
        gradients: gradients.map(|(output, input)| GradientStages { output, padded: padded(true), input }),
    })
}

/// The layers that a stage takes part in: the one that computes it, and the one that reads it.
fn layers_around(stage: &str) -> impl Iterator<Item = usize> + '_ {
    let name = |link: &Link| [link.output.0, link.gradient.0];
    let is_near = move |at: usize| {
        let link = &LINKS[at];
        let inside = link.padded.is_some_and(|(padded, by)| stage == padded.0 || stage == by.0)
            || link.learned.is_some_and(|learned| learned.iter().any(|named| stage == named.0));
        let read = if at == 0 { stage == INPUT.0 } else { stage == LINKS[at - 1].output.0 };
        let upstream = LINKS.get(at + 1).map_or(UPSTREAM.0, |above| above.gradient.0);
        inside || read || stage == upstream || name(link).contains(&stage)
    };
    (0..LINKS.len()).filter(move |&at| is_near(at))
}

/// Where a number comes from.
pub fn explain(trained: &Trained, trace: &Trace, cell: Cell) -> Option<Explanation> {
    let stage = trace.stage(cell.stage)?;
    stage.value(&cell.index)?;
    if cell.stage == PROBABILITY.0 {
        return Some(Activation::Softmax.explain(trace.stage(SCORES)?, stage, cell.index));
    }
    let by_layer = |at: usize| trained.network.layers.get(at)?.explain(&around(trace, at)?, cell);
    let computed = layers_around(cell.stage).find_map(by_layer);
    Some(computed.unwrap_or_else(|| Explanation::given(stage.leaf(&stage.position(cell.index)))))
}

/// What a number is made from.
pub fn sources(trained: &Trained, trace: &Trace, cell: Cell) -> Vec<Cell> {
    let by_layer = |at: usize| trained.network.layers.get(at)?.reads(&around(trace, at)?, cell);
    let by_formula = || explain(trained, trace, cell).filter(|why| !why.is_given()).map(|why| why.made_from.cells());
    layers_around(cell.stage).find_map(by_layer).or_else(by_formula).unwrap_or_default()
}

/// Where a number goes.
pub fn influences(trained: &Trained, trace: &Trace, cell: Cell) -> Vec<Cell> {
    let by_layer = |at: usize| Some(trained.network.layers.get(at)?.influences(&around(trace, at)?, cell));
    let mut reached: Vec<Cell> = layers_around(cell.stage).filter_map(by_layer).flatten().collect();
    if let (SCORES, Some(probability)) = (cell.stage, trace.stage(PROBABILITY.0)) {
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
    let mut next = strongest(LINKS[0].gradient.0).or_else(|| strongest(PROBABILITY.0));
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
    path.retain(|cell| cell.stage != INPUT.0 && cell.stage != UPSTREAM.0);
    path.reverse();
    path
}
