//! Where a number goes: the cells that are made from it.

use super::inner_gradient;
use super::settings::Settings;
use crate::explain::{Cell, Stage, Trace};
use crate::scene::Pointing;

/// The cells whose explanations read `cell`; nothing where there is no such cell.
pub fn influences(settings: &Settings, trace: &Trace, cell: Cell) -> Option<Vec<Cell>> {
    let stage = trace.stage(cell.stage)?;
    let (conv, at) = (settings.conv(), cell.index);
    let of = |name: &str| trace.stage(name);
    let (weight, padded, sums) = (of("weight")?, of("padded")?, of("sum")?);
    let output = of("output").filter(|_| settings.is_linear() || settings.is_seen_through());
    let totals: Vec<&Stage> = output.into_iter().chain(of("pre")).collect();
    let has_bias = settings.bias.iter().any(|&bias| bias != 0.0);
    let same_place = |stage: &Stage, axes: &[usize]| -> Option<Vec<Cell>> { Some(vec![stage.cell(axes)?]) };
    let gradients = [inner_gradient(trace), of("padded-gradient"), of("weight-gradient"), of("bias-gradient")];
    let [inner, by_padded, by_weight, by_bias] = gradients;
    let mut reached = Vec::new();
    match cell.stage {
        "input" => reached.extend(conv.padding.influences(stage, padded, at)),
        "padded" => {
            reached.extend(conv.outputs_of_padded(stage, weight, sums, at));
            if let (Some(inner), Some(by_weight)) = (inner, by_weight) {
                reached.extend(conv.weights_beside_padded(stage, weight, inner, at).cells(by_weight));
            }
        }
        "weight" => {
            reached.extend(conv.outputs_from_weight(stage, sums, at).cells(sums).take(Pointing::MOST));
            if let (Some(inner), Some(by_padded)) = (inner, by_padded) {
                reached.extend(conv.padded_beside_weight(padded, stage, inner, at).cells(by_padded));
            }
        }
        "bias" if has_bias => {
            for total in totals {
                let outputs = conv.outputs_from_bias(stage, total, at);
                reached.extend(outputs.cells(total).take(Pointing::MOST - reached.len()));
            }
        }
        "sum" => {
            let position = stage.position(at);
            for total in totals {
                reached.extend(total.cell(&[0, position[1], position[3], position[4]]));
            }
        }
        "pre" => {
            if !settings.is_seen_through() {
                reached.extend(same_place(of("output")?, &stage.position(at))?);
            }
            if let Some(by_pre) = of("pre-gradient") {
                reached.extend(same_place(by_pre, &stage.position(at))?);
            }
        }
        "output-gradient" if of("pre-gradient").is_some() => {
            return same_place(of("pre-gradient")?, &stage.position(at));
        }
        "output-gradient" | "pre-gradient" => {
            reached.extend(conv.padded_into_output(weight, stage, at).cells(by_padded?));
            reached.extend(conv.weights_into_output(weight, stage, at).cells(by_weight?));
            reached.extend(same_place(by_bias?, &[at.axis(0)])?);
        }
        "padded-gradient" => reached.extend(conv.gradient_from_padded(stage, of("input-gradient")?, at)),
        _ => {}
    }
    if let (Some(by_padded), Some(by_input)) = (by_padded, of("input-gradient")) {
        conv.reach_through_padding(by_padded, by_input, &mut reached);
    }
    Some(reached)
}
