//! Where a stack's numbers come from and go, cell by cell.

use super::Layer;
use super::places::{Part, Stages, place};
use super::settings::Settings;
use crate::explain::{Cell, Trace};
use crate::layers::Conv;

/// What a convolution's number is made from, found without writing its formula: hundreds of formulas take too long while a
/// pointer moves. Nothing for other numbers.
pub fn sources(settings: &Settings, trace: &Trace, cell: Cell) -> Option<Vec<Cell>> {
    let (depth, at, stage) = (settings.layers.0.len(), cell.index, trace.stage(cell.stage)?);
    let of = Stages { trace, depth };
    let (part, row) = place(cell.stage, depth)?;
    let layer = if part == Part::Row { row.checked_sub(1)? } else { row };
    let (Some(Layer::Conv(conv)), Some(weight)) = (settings.layer(layer), of.of(Part::Weight, layer)) else {
        return None;
    };
    if part == Part::Row {
        let read = conv.padded_into_output(weight, stage, at);
        let weights = conv.weights_into_output(weight, stage, at);
        return Some(read.cells(of.slid(layer)?).chain(weights.cells(weight)).collect());
    }
    if !matches!(part, Part::Gradient | Part::PaddedGradient) {
        return None;
    }
    let (slid, upstream) = (of.slid_gradient(row)?, of.of(Part::Gradient, row + 1)?);
    // A gradient sees through the padding of zeros.
    let at =
        if slid.name == stage.name { at } else { slid.cell(&conv.padding.padded_position(&stage.position(at)))?.index };
    let mut read = conv.outputs_of_padded(slid, weight, upstream, at);
    read.extend(conv.weights_beside_padded(slid, weight, upstream, at).cells(weight));
    Some(read)
}

/// The cells whose explanations read `cell`; nothing where there is no such cell.
pub fn influences(settings: &Settings, trace: &Trace, cell: Cell) -> Option<Vec<Cell>> {
    let (depth, at, stage) = (settings.layers.0.len(), cell.index, trace.stage(cell.stage)?);
    let of = Stages { trace, depth };
    let (part, row) = place(cell.stage, depth)?;
    let below = row.checked_sub(1).and_then(|below| Some((below, settings.layer(below)?)));
    let output = || of.of(Part::Row, row + 1);
    // Gradients see through the padding of a convolution.
    let through = |conv: &Conv, layer: usize, mut reached: Vec<Cell>| {
        if let (Some(padded), Some(gradient)) = (of.of(Part::PaddedGradient, layer), of.of(Part::Gradient, layer)) {
            conv.reach_through_padding(padded, gradient, &mut reached);
        }
        reached
    };
    Some(match (part, settings.layer(row)) {
        (Part::Row, Some(Layer::Pool(pool))) => {
            let output = output()?;
            pool.outputs_from_input(stage, output, at).cells(output).collect()
        }
        (Part::Row, Some(Layer::Conv(conv))) => match of.of(Part::Padded, row) {
            Some(padded) => conv.padding.influences(stage, padded, at),
            None => conv.outputs_of_padded(stage, of.of(Part::Weight, row)?, output()?, at),
        },
        (Part::Padded, Some(Layer::Conv(conv))) => {
            conv.outputs_of_padded(stage, of.of(Part::Weight, row)?, output()?, at)
        }
        (Part::Weight, Some(Layer::Conv(conv))) => {
            let (output, slid) = (output()?, of.slid(row)?);
            let mut reached: Vec<Cell> = output.cells().collect();
            if let Some(gradient) = of.slid_gradient(row) {
                reached.extend(conv.padded_beside_weight(slid, stage, output, at).cells(gradient));
            }
            through(&conv, row, reached)
        }
        (Part::PaddedGradient, Some(Layer::Conv(conv))) => {
            conv.gradient_from_padded(stage, of.of(Part::Gradient, row)?, at).into_iter().collect()
        }
        (Part::Gradient, _) => match below {
            None => vec![Cell { stage: of.of(Part::Effective, 0)?.name, index: at }],
            Some((below, Layer::Conv(conv))) => {
                let gradient = of.slid_gradient(below)?;
                let reached = conv.padded_into_output(of.of(Part::Weight, below)?, stage, at).cells(gradient).collect();
                through(&conv, below, reached)
            }
            Some((below, Layer::Pool(pool))) => {
                let gradient = of.of(Part::Gradient, below)?;
                pool.inputs_of_gradient(of.of(Part::Row, below)?, stage, at).cells(gradient).collect()
            }
        },
        _ => Vec::new(),
    })
}
