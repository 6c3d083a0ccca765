//! One number of the network as a PyTorch program: its layer alone, from what the layer reads.

use crate::blocks::pytorch::nested;
use crate::explain::{Cell, Role, Stage, Trace};
use crate::layers::Tensor;

const HEAD: &str = "import torch\nimport torch.nn.functional as F\n\n";

/// The program that prints the number in `cell`.
pub fn print(trace: &Trace, cell: Cell) -> Option<String> {
    let stage = trace.stage(cell.stage)?;
    let of = |name: &str| trace.stage(name).map(nested);
    let at = |axis: usize| cell.index.axis(axis);
    let (place, value) = (stage.position(cell.index), stage.value(&cell.index)?);
    let here = |place: &[usize]| place.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
    let (above, here_alone) = (here(&place), here(&[&[0, 0], &place[2.min(place.len())..]].concat()));
    let (code, printed) = match cell.stage {
        "conv1" => (conv(trace, "input", "1", at(0))?, format!("y[{here_alone}]")),
        "conv2" => (conv(trace, "pool1", "2", at(0))?, format!("y[{here_alone}]")),
        "relu1" => (call(&of("conv1")?, "F.relu(x)"), format!("y[{above}]")),
        "relu2" => (call(&of("conv2")?, "F.relu(x)"), format!("y[{above}]")),
        "pool1" => (call(&of("relu1")?, "F.max_pool2d(x, 2)"), format!("y[{above}]")),
        "pool2" => (call(&of("relu2")?, "F.max_pool2d(x, 2)"), format!("y[{above}]")),
        "features" => (call(&of("pool2")?, "x.flatten(1)"), format!("y[{above}]")),
        "scores" => {
            let (w, b) = (alone(trace.stage("weight3")?, 0, at(0))?, alone(trace.stage("bias3")?, 0, at(0))?);
            (
                format!(
                    "w = torch.tensor({w})\nb = torch.tensor({b})\n{}",
                    call(&of("features")?, "F.linear(x, w, b)")
                ),
                "y[0, 0]".to_owned(),
            )
        }
        "probability" => (call(&of("scores")?, "F.softmax(x, 1)"), format!("y[{above}]")),
        "padded1" => (call(&of("input")?, "F.pad(x, (1, 1, 1, 1))"), format!("y[{above}]")),
        "padded2" => (call(&of("pool1")?, "F.pad(x, (1, 1, 1, 1))"), format!("y[{above}]")),
        "predicted" => (call(&alone(trace.stage("all-scores")?, 0, at(0))?, "x.argmax(1)"), "y[0]".to_owned()),
        "confusion" => {
            let said = said_of(trace, at(0))?;
            (call(&said, &format!("(x == {}).sum()", at(1))), "y".to_owned())
        }
        name => match name.strip_suffix("-gradient") {
            Some(of) if of != "scores" => {
                let code = gradient(trace, of, place[1])?;
                let cut = [&[0, if code.starts_with('w') { 0 } else { place[1] }], &place[2..]].concat();
                (code, format!("x.grad[{}]", here(&cut)))
            }
            _ => (format!("x = torch.tensor({})\n", nested(stage)), format!("x[{above}]")),
        },
    };
    Some(format!("{HEAD}{code}print({printed}.item())  # {value}\n"))
}

fn call(input: &str, what: &str) -> String {
    format!("x = torch.tensor({input})\ny = {what}\n")
}

/// Output channel `o` of a convolution.
fn conv(trace: &Trace, input: &str, layer: &str, o: usize) -> Option<String> {
    let learned = |name: &str| alone(trace.stage(&format!("{name}{layer}"))?, 0, o);
    let (w, b) = (learned("weight")?, learned("bias")?);
    let input = nested(trace.stage(input)?);
    Some(format!("w = torch.tensor({w})\nb = torch.tensor({b})\n{}", call(&input, "F.conv2d(x, w, b, padding=1)")))
}

/// The gradients by what stage `of` holds: those by what is computed from it, through one layer. Where the layer has weights,
/// one input channel is enough.
fn gradient(trace: &Trace, of: &str, channel: usize) -> Option<String> {
    let (above, call, weight) = match of {
        "features" => ("scores", "F.linear(x, w)", "weight3"),
        "pool2" => ("features", "x.flatten(1)", ""),
        "relu2" => ("pool2", "F.max_pool2d(x, 2)", ""),
        "conv2" => ("relu2", "F.relu(x)", ""),
        "padded2" => ("conv2", "F.conv2d(x, w)", "weight2"),
        "pool1" => ("conv2", "F.conv2d(x, w, padding=1)", "weight2"),
        "relu1" => ("pool1", "F.max_pool2d(x, 2)", ""),
        "conv1" => ("relu1", "F.relu(x)", ""),
        "padded1" => ("conv1", "F.conv2d(x, w)", "weight1"),
        _ => ("conv1", "F.conv2d(x, w, padding=1)", "weight1"),
    };
    let upstream = nested(trace.stage(&format!("{above}-gradient"))?);
    let (weight, input) = match trace.stage(weight) {
        Some(weight) => {
            let weight = format!("w = torch.tensor({}).double()\n", alone(weight, 1, channel)?);
            (weight, alone(trace.stage(of)?, 1, channel)?)
        }
        None => (String::new(), nested(trace.stage(of)?)),
    };
    Some(format!(
        "{weight}x = torch.tensor({input}).double().requires_grad_()\ny = {call}\ng = torch.tensor({upstream})\ny.backward(g)\n"
    ))
}

/// Of a stage, one position along an axis alone, as nested lists.
fn alone(stage: &Stage, axis: usize, at: usize) -> Option<String> {
    let array = stage.array().filter(|array| at < array.shape()[axis])?;
    let part = array.slice_axis(ndarray::Axis(axis), (at..at + 1).into()).to_owned();
    Some(listed(part))
}

/// What the network says of each image of a class.
fn said_of(trace: &Trace, class: usize) -> Option<String> {
    let (labels, predicted) = (trace.stage("label")?.array()?, trace.stage("predicted")?.array()?);
    let said = labels.iter().zip(predicted).filter(|(label, _)| **label as usize == class).map(|(_, said)| *said);
    let said: Vec<f32> = said.collect();
    Tensor::from_shape_vec(vec![said.len()], said).ok().map(listed)
}

fn listed(numbers: Tensor) -> String {
    nested(&Stage::new("x", "x", "x", Role::Input, numbers))
}
