//! Where the numbers of a link come from and go: each layer's own explanations, found by the stage that holds the number.

use super::Layer;
use crate::explain::{Cell, Explanation, Index, Stage, unravelled};
use crate::layers::notation::{CHANNEL, anywhere, general, variables};
use crate::layers::{ConvStages, Dense};

/// The stages around one layer.
#[derive(Clone, Copy)]
pub struct LayerStages<'a> {
    /// What it reads.
    pub input: &'a Stage,
    /// What it reads after padding, where that adds cells.
    pub padded: Option<&'a Stage>,
    /// Its weights, where it has some.
    pub weight: Option<&'a Stage>,
    /// Its bias, where it has one.
    pub bias: Option<&'a Stage>,
    /// What it gives.
    pub output: &'a Stage,
    /// The gradients, where there is a backward pass.
    pub gradients: Option<GradientStages<'a>>,
}

/// The gradients around one layer.
#[derive(Clone, Copy)]
pub struct GradientStages<'a> {
    /// By the output: what arrives.
    pub output: &'a Stage,
    /// By the padded input, where padding adds cells.
    pub padded: Option<&'a Stage>,
    /// By the input: what is passed on.
    pub input: &'a Stage,
}

impl Layer {
    /// Why a number that the layer computes is what it is; nothing for one that it is given.
    pub fn explain(&self, stages: &LayerStages<'_>, cell: Cell) -> Option<Explanation> {
        let LayerStages { input, output, .. } = *stages;
        let at = cell.index;
        if cell.stage != output.name {
            return self.explain_inside(stages, cell);
        }
        Some(match self {
            Self::Conv(conv, _) => {
                let padded = stages.padded.unwrap_or(input);
                conv.explain(ConvStages { padded, weight: stages.weight?, bias: stages.bias }, output, at)
            }
            Self::Activation(activation) => activation.explain(input, output, at),
            Self::Pool(pool) => pool.explain(input, output, at),
            Self::Flatten => copied(input, output, at),
            Self::Dense(_) => Dense.explain(input, stages.weight?, stages.bias, output, at),
        })
    }

    /// [`explain`](Self::explain), for the padded input and the gradients.
    fn explain_inside(&self, stages: &LayerStages<'_>, cell: Cell) -> Option<Explanation> {
        let (LayerStages { input, output, .. }, at) = (*stages, cell.index);
        if let (Self::Conv(conv, _), Some(padded)) = (self, stages.padded.filter(|padded| holds(padded, cell))) {
            return Some(conv.padding.explain(input, padded, at));
        }
        let by = stages.gradients?;
        if let (Self::Conv(conv, _), Some(padded)) = (self, by.padded) {
            return match cell.stage {
                name if name == padded.name => {
                    Some(conv.explain_padded_gradient(stages.weight?, by.output, padded, at))
                }
                name if name == by.input.name => {
                    Some(conv.explain_input_gradient(stages.weight?, by.output, padded, by.input, at))
                }
                _ => None,
            };
        }
        if !holds(by.input, cell) {
            return None;
        }
        Some(match self {
            Self::Conv(conv, _) => conv.explain_padded_gradient(stages.weight?, by.output, by.input, at),
            Self::Activation(activation) => activation.explain_gradient(input, output, by.output, by.input, at),
            Self::Pool(pool) => pool.explain_gradient(input, by.output, by.input, at),
            Self::Flatten => copied(by.output, by.input, at),
            Self::Dense(_) => Dense.explain_input_gradient(stages.weight?, by.output, by.input, at),
        })
    }

    /// The cells that the explanation of a convolution's number reads, found without writing its formula; nothing for other
    /// numbers. A long chain of formulas takes too long while a pointer moves.
    pub fn reads(&self, stages: &LayerStages<'_>, cell: Cell) -> Option<Vec<Cell>> {
        let (Self::Conv(conv, _), Some(weight)) = (self, stages.weight) else { return None };
        let at = cell.index;
        let mut read = Vec::new();
        if holds(stages.output, cell) {
            let padded = stages.padded.unwrap_or(stages.input);
            read.extend(conv.padded_into_output(weight, stages.output, at).cells(padded));
            read.extend(conv.weights_into_output(weight, stages.output, at).cells(weight));
            read.extend(stages.bias.and_then(|bias| bias.cell(&[at.axis(0)])));
            return Some(read);
        }
        let by = stages.gradients?;
        let by_padded = by.padded.unwrap_or(by.input);
        // A gradient by the input sees through the padding.
        let at = match holds(by_padded, cell) {
            true => at,
            false if holds(by.input, cell) && conv.padding.is_seen_through() => {
                by_padded.cell(&conv.padding.padded_position(&by.input.position(at)))?.index
            }
            false => return None,
        };
        read.extend(conv.outputs_of_padded(by_padded, weight, by.output, at));
        read.extend(conv.weights_beside_padded(by_padded, weight, by.output, at).cells(weight));
        Some(read)
    }

    /// The cells of this link whose explanations read `cell`.
    pub fn influences(&self, stages: &LayerStages<'_>, cell: Cell) -> Vec<Cell> {
        self.reached(stages, cell).unwrap_or_default()
    }

    fn reached(&self, stages: &LayerStages<'_>, cell: Cell) -> Option<Vec<Cell>> {
        let (LayerStages { input, output, .. }, at) = (*stages, cell.index);
        let is = |stage: Option<&Stage>| stage.is_some_and(|stage| holds(stage, cell));
        let by = stages.gradients;
        let mut reached = Vec::new();
        if is(stages.bias) {
            let bias = stages.bias?;
            match self {
                Self::Conv(conv, _) => reached.extend(conv.outputs_from_bias(bias, output, at).cells(output)),
                _ => reached.extend(Dense.outputs_from_bias(bias, output, at).cells(output)),
            }
            return Some(reached);
        }
        match self {
            Self::Conv(conv, _) => {
                let (padded, weight) = (stages.padded.unwrap_or(input), stages.weight?);
                if holds(padded, cell) {
                    reached.extend(conv.outputs_of_padded(padded, weight, output, at));
                } else if holds(input, cell) {
                    reached.extend(conv.padding.influences(input, padded, at));
                }
                if holds(weight, cell) {
                    reached.extend(conv.outputs_from_weight(weight, output, at).cells(output));
                }
                let Some(GradientStages { output: upstream, padded: added, input: by_input }) = by else {
                    return Some(reached);
                };
                let by_padded = added.unwrap_or(by_input);
                if holds(weight, cell) {
                    reached.extend(conv.padded_beside_weight(padded, weight, output, at).cells(by_padded));
                } else if holds(upstream, cell) {
                    reached.extend(conv.padded_into_output(weight, upstream, at).cells(by_padded));
                }
                if let Some(by_padded) = added {
                    if holds(by_padded, cell) {
                        reached.extend(conv.gradient_from_padded(by_padded, by_input, at));
                    }
                    conv.reach_through_padding(by_padded, by_input, &mut reached);
                }
            }
            Self::Activation(activation) => {
                if holds(input, cell) {
                    reached.extend(activation.outputs_from_input(input, at).cells(output));
                }
                if let Some(by) = by.filter(|by| holds(input, cell) || holds(by.output, cell)) {
                    reached.extend(by.input.cell(&by.input.position(at)));
                }
            }
            Self::Pool(pool) => {
                if holds(input, cell) {
                    reached.extend(pool.outputs_from_input(input, output, at).cells(output));
                } else if let Some(by) = by.filter(|by| holds(by.output, cell)) {
                    reached.extend(pool.inputs_of_gradient(input, by.output, at).cells(by.input));
                }
            }
            Self::Flatten => {
                if holds(input, cell) {
                    reached.extend(output.cell(&same_place(input, output, at)));
                } else if let Some(by) = by.filter(|by| holds(by.output, cell)) {
                    reached.extend(by.input.cell(&same_place(by.output, by.input, at)));
                }
            }
            Self::Dense(_) => {
                let weight = stages.weight?;
                if holds(input, cell) {
                    reached.extend(Dense.outputs_from_input(input, output, at).cells(output));
                } else if holds(weight, cell) {
                    reached.extend(Dense.outputs_from_weight(weight, output, at).cells(output));
                    let by_input = by.map(|by| by.input);
                    // One gradient for each example.
                    let reads = |other: &Cell| other.index.last() == at.last();
                    reached.extend(by_input.into_iter().flat_map(Stage::cells).filter(reads));
                } else if let Some(by) = by.filter(|by| holds(by.output, cell)) {
                    reached.extend(Dense.outputs_from_input(by.output, by.input, at).cells(by.input));
                }
            }
        }
        Some(reached)
    }
}

fn holds(stage: &Stage, cell: Cell) -> bool {
    stage.name == cell.stage
}

/// The same number in the same place of the row: flattened, or back.
fn copied(from: &Stage, to: &Stage, at: Index) -> Explanation {
    let any = |stage: &Stage| match stage.full_shape().len() {
        axes @ ..=2 => variables(&["e", "i"][..axes]),
        axes => anywhere(axes, CHANNEL, |letters| letters.cell),
    };
    Explanation::computed(
        to,
        &to.position(at),
        general(to, &any(to)),
        general(from, &any(from)),
        from.at(&same_place(to, from, at)),
    )
}

/// The position in `to` that is as far from the beginning as `at` in `from`.
fn same_place(from: &Stage, to: &Stage, at: Index) -> Vec<usize> {
    let position = from.position(at);
    let place = position.iter().zip(from.full_shape()).fold(0, |place, (at, length)| place * length + at);
    unravelled(place, to.full_shape())
}
