//! A PyTorch program that prints a number of `conv3d`.

use super::settings::Settings;
use crate::blocks::pytorch::{Program, add, print as print_number, window_alone};
use crate::explain::{Cell, Trace, listed};

/// The program that prints the number in `cell`.
pub fn print(settings: &Settings, trace: &Trace, cell: Cell) -> String {
    let (Some(stage), Some(value)) = (trace.stage(cell.stage), trace.value(cell)) else { return String::new() };
    let (mut conv, depth) = (settings.conv(3), settings.size()[0]);
    let (mut name, mut index, mut alone) = (cell.stage, cell.index.to_vec(), None);
    if !settings.is_small() {
        // Of a large volume, only what the number is made from.
        let (corner, place) = window(settings, cell);
        let (k, flat) = (settings.kernel, matches!(name, "flat" | "channels" | "weight" | "bias" | "flat-weight"));
        alone = Some(window_alone(trace, &corner, &[1, 1, if flat { depth } else { k }, k, k]));
        conv.padding.amounts.fill((0, 0));
        (name, index) = (if name == "padded" { "input" } else { name }, place);
    }
    let given = alone.as_ref().unwrap_or(trace);
    let position = [vec![0; stage.hidden_axes()], index].concat();
    let (before, after) = conv.padding.amounts[0];
    let program = Program { convs: vec![conv], trace: given, activation: None, flipped: false, by_channel: false };
    let variable = match name {
        "channels" => "xc",
        "flat-weight" => "wc",
        "flat" => "yc",
        _ => return program.print_number(name, &position, value),
    };
    let slices: Vec<usize> = (0..depth).map(|channel| settings.slice_for(channel)).collect();
    let mut code = program.given();
    add(&mut code, format_args!("xc = F.pad(x[:, 0], ({before}, {after}, {before}, {after}))"));
    add(&mut code, format_args!("wc = w[:, 0][:, [{}]]", listed(&slices)));
    add(&mut code, format_args!("yc = F.conv2d(xc, wc, b, stride={})", settings.stride));
    print_number(&mut code, variable, &position, value);
    code
}

/// Where the window of a number begins in the padded volume, and the number's place over that window alone.
fn window(settings: &Settings, cell: Cell) -> ([usize; 3], Vec<usize>) {
    let (before, s, at) = (settings.padded_by().0, settings.stride, |axis| cell.index.axis(axis));
    match cell.stage {
        "output" => ([at(0) * s, at(1) * s, at(2) * s], vec![0; 3]),
        "input" => ([at(0) + before, at(1) + before, at(2) + before], vec![0; 3]),
        "flat" => ([before, at(0) * s, at(1) * s], vec![0; 2]),
        "channels" => ([before, at(1), at(2)], vec![at(0), 0, 0]),
        "weight" | "bias" | "flat-weight" => ([before; 3], cell.index.to_vec()),
        _ => ([at(0), at(1), at(2)], vec![0; 3]),
    }
}
