//! A PyTorch program that prints a number of `conv3d`.

use std::fmt::Write;

use ndarray::IxDyn;

use super::settings::Settings;
use super::{shown, weights_and_bias};
use crate::blocks::pytorch::Program;
use crate::explain::{Cell, Index, Role, Stage, Trace};
use crate::layers::Tensor;

/// The program that prints the number in `cell`.
pub fn print(settings: &Settings, trace: &Trace, cell: Cell) -> String {
    let Some(value) = trace.value(cell) else { return String::new() };
    if settings.is_small() {
        return with_flat(settings, trace, cell, cell, value);
    }
    let (alone, there) = window_alone(settings, trace, cell);
    with_flat(settings, &alone, cell, there, value)
}

/// The lines of the 3D convolution, and behind them those of the 2D one where the number is one of its.
fn with_flat(settings: &Settings, trace: &Trace, cell: Cell, there: Cell, value: f32) -> String {
    let mut conv = settings.conv(3);
    if !settings.is_small() {
        conv.padding.amounts.fill((0, 0));
    }
    let (variable, lead) = match cell.stage {
        "channels" => ("xc", 1),
        "flat-weight" => ("wc", 1),
        "flat" => ("yc", 2),
        _ => {
            let program = Program { convs: vec![conv], trace, activation: None, flipped: false, by_channel: false };
            return program.print(there);
        }
    };
    let (before, after) = conv.padding.amounts[0];
    let depth = settings.size()[0];
    let slices: Vec<String> = (0..depth).map(|channel| settings.slice_for(channel).to_string()).collect();
    let bias = Cell::new("bias", []);
    let program = Program { convs: vec![conv], trace, activation: None, flipped: false, by_channel: false };
    let mut code = program.print(bias);
    // Only what is given is of use here: the volume, the weights, the bias.
    let given = code.find("xp = ").unwrap_or(code.len());
    code.truncate(given);
    // Writing into a String cannot fail.
    let _ = writeln!(code, "xc = F.pad(x[:, 0], ({before}, {after}, {before}, {after}))");
    let _ = writeln!(code, "wc = w[:, 0][:, [{}]]", slices.join(", "));
    let _ = writeln!(code, "yc = F.conv2d(xc, wc, b, stride={})", settings.stride);
    let mut position = vec!["0".to_owned(); lead];
    position.extend(there.index.iter().map(ToString::to_string));
    let _ = writeln!(code, "print({variable}[{}].item())  # {value}", position.join(", "));
    code
}

/// Of a large volume, only what one number is made from: the trace of its window alone, and the number's cell there.
fn window_alone(settings: &Settings, trace: &Trace, cell: Cell) -> (Trace, Cell) {
    let (before, _) = settings.padded_by();
    let (k, at) = (settings.kernel, |axis| cell.index.axis(axis));
    let (s, depth) = (settings.stride, settings.size()[0]);
    // Where the window begins in the padded volume, how deep it is, and the number's place in the window alone.
    let (corner, deep, place) = match cell.stage {
        "output" => ([at(0) * s, at(1) * s, at(2) * s], k, vec![0; 3]),
        "input" => ([at(0) + before, at(1) + before, at(2) + before], k, vec![0; 3]),
        "flat" => ([before, at(0) * s, at(1) * s], depth, vec![0; 2]),
        "channels" => ([before, at(1), at(2)], depth, vec![at(0), 0, 0]),
        "weight" | "bias" | "flat-weight" => ([before; 3], depth, cell.index.to_vec()),
        _ => ([at(0), at(1), at(2)], k, vec![0; 3]),
    };
    let padded = trace.stage("padded");
    let number = |place: [usize; 3]| {
        let index = Index::from([0, 1, 2].map(|axis| corner[axis] + place[axis]));
        padded.and_then(|padded| padded.value(&index)).unwrap_or_default()
    };
    let window = Tensor::from_shape_fn(IxDyn(&[1, 1, deep, k, k]), |at| number([at[2], at[3], at[4]]));
    let weight = trace.stage("weight").and_then(Stage::array).cloned().unwrap_or_default();
    let mut conv = settings.conv(3);
    conv.padding.amounts.fill((0, 0));
    let [weights, bias] = weights_and_bias(settings, weight.clone());
    let output = conv.forward(&window, &weight, bias.array()).unwrap_or_default();
    let mut stages = vec![shown("input", "input", "x", Role::Input, window), weights, bias];
    if output.ndim() == 5 {
        stages.push(shown("output", "output", "y", Role::Output, output));
    }
    let name = if cell.stage == "padded" { "input" } else { cell.stage };
    (Trace { stages }, Cell { stage: name, index: Index::new(&place).unwrap_or(cell.index) })
}
