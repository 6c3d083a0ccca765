//! One number of the network as a PyTorch program: its layer alone, from what the layer reads.

use super::chain::{LAYERS, chain};
use crate::blocks::pytorch::{self, nested};
use crate::data::trained::Trained;
use crate::explain::{Cell, Role, Stage, Trace, joined};
use crate::layers::{LayerStages, tensor_from};

/// What each layer computes.
const CALLS: [&str; LAYERS] = [
    "F.conv2d(x, w, b, padding=1)",
    "F.relu(x)",
    "F.max_pool2d(x, 2)",
    "F.conv2d(x, w, b, padding=1)",
    "F.relu(x)",
    "F.max_pool2d(x, 2)",
    "x.flatten(1)",
    "F.linear(x, w, b)",
];
/// A convolution over what is padded already.
const SLIDE: &str = "F.conv2d(x, w, b)";
const PAD: &str = "F.pad(x, (1, 1, 1, 1))";

/// The lines of a program, the variable that it prints, and where in it.
type Lines = (String, &'static str, Vec<usize>);

/// The program that prints the number in `cell`.
pub fn print(trained: &Trained, trace: &Trace, cell: Cell) -> Option<String> {
    let stage = trace.stage(cell.stage)?;
    let (place, value) = (stage.position(cell.index), stage.value(&cell.index)?);
    let in_layer = |at: usize| by_layer(&chain(trained).around(trace, at)?, CALLS[at], cell.stage, &place);
    let lines = (0..LAYERS).find_map(in_layer).or_else(|| beside_layers(trace, cell, &place));
    let given = || (variable("x", &nested(stage)), "x", place.clone());
    let (lines, variable, place) = lines.unwrap_or_else(given);
    let mut code = pytorch::beginning() + &lines;
    pytorch::print(&mut code, variable, &place, value);
    Some(code)
}

/// A number that a layer computes, forward or backward. Where it has weights, only those of the number's channel are written.
fn by_layer(stages: &LayerStages<'_>, call: &str, name: &str, place: &[usize]) -> Option<Lines> {
    let is = |stage: &Stage| stage.name == name;
    if is(stages.output) {
        let Some((weight, bias)) = stages.weight.zip(stages.bias) else {
            return Some((computed(&nested(stages.input), call), "y", place.to_vec()));
        };
        let learned = [("w", weight), ("b", bias)].map(|(name, stage)| variable(name, &alone(stage, 0, place[1])));
        return Some((learned.concat() + &computed(&nested(stages.input), call), "y", in_channel(place)));
    }
    if stages.padded.is_some_and(is) {
        return Some((computed(&nested(stages.input), PAD), "y", place.to_vec()));
    }
    let by = stages.gradients?;
    let (read, call) = match (is(by.input), by.padded.filter(|padded| is(padded))) {
        (true, _) => (stages.input, call),
        (false, Some(_)) => (stages.padded?, SLIDE),
        _ => return None,
    };
    let (mut lines, mut input, mut place) = (String::new(), nested(read), place.to_vec());
    if let Some((weight, bias)) = stages.weight.zip(stages.bias) {
        let channel = place[1];
        lines += &variable("w", &(alone(weight, 1, channel) + ").double("));
        lines += &variable("b", &(nested(bias) + ").double("));
        (input, place) = (alone(read, 1, channel), in_channel(&place));
    }
    lines += &computed(&(input + ").double().requires_grad_("), call);
    lines += &variable("g", &nested(by.output));
    Some((lines + "y.backward(g)\n", "x.grad", place))
}

/// A number that is computed from the scores.
fn beside_layers(trace: &Trace, cell: Cell, place: &[usize]) -> Option<Lines> {
    let at = |axis: usize| cell.index.axis(axis);
    Some(match cell.stage {
        "probability" => (computed(&nested(trace.stage("scores")?), "F.softmax(x, 1)"), "y", place.to_vec()),
        "predicted" => (computed(&alone(trace.stage("all-scores")?, 0, at(0)), "x.argmax(1)"), "y", vec![0]),
        "confusion" => {
            let (labels, predicted) = (trace.stage("label")?.array()?, trace.stage("predicted")?.array()?);
            let of_class = labels.iter().zip(predicted).filter(|(label, _)| **label as usize == at(0));
            let list = format!("[{}]", joined(&mut of_class.map(|(_, said)| said.to_string()), ", "));
            (computed(&list, &format!("(x == {}).sum()", at(1))), "y", Vec::new())
        }
        _ => return None,
    })
}

fn variable(name: &str, numbers: &str) -> String {
    format!("{name} = torch.tensor({numbers})\n")
}

fn computed(input: &str, call: &str) -> String {
    variable("x", input) + "y = " + call + "\n"
}

/// The same place where its channel stands alone.
fn in_channel(place: &[usize]) -> Vec<usize> {
    place.iter().enumerate().map(|(axis, &at)| if axis == 1 { 0 } else { at }).collect()
}

/// Of a stage, one position along an axis alone, as nested lists.
fn alone(stage: &Stage, axis: usize, at: usize) -> String {
    let Some(array) = stage.array().filter(|array| at < array.shape()[axis]) else { return String::new() };
    let mut shape = array.shape().to_vec();
    shape[axis] = 1;
    let part = tensor_from(&shape, &|place| {
        let mut place = place.to_vec();
        place[axis] = at;
        array[&place[..]]
    });
    nested(&Stage::new("x", "x", "x", Role::Input, part))
}
