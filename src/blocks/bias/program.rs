//! `bias` as a PyTorch program.

use super::plan::{Model, models};
use super::settings::{NODES, Settings, Tab, What, permutation};
use crate::blocks::convolution::Pass;
use crate::blocks::pytorch::{self, add};
use crate::explain::{Cell, Trace, listed};

/// The program that prints the number in `cell`.
pub fn print(settings: &Settings, trace: &Trace, cell: Cell) -> String {
    let Some(stage) = trace.stage(cell.stage) else { return String::new() };
    let mut code = pytorch::beginning();
    if settings.is_graph() {
        graph(settings, trace, &mut code);
    } else {
        picture(settings, trace, &mut code);
    }
    let value = stage.value(&cell.index).unwrap_or(f32::NAN);
    pytorch::print(&mut code, &variable(cell.stage), &stage.position(cell.index), value);
    code
}

fn variable(stage: &str) -> String {
    match stage {
        "input" => "x".to_owned(),
        "kernel" => "w".to_owned(),
        "adjacency" => "A".to_owned(),
        "features" => "X".to_owned(),
        "dense-weight" => "W".to_owned(),
        "global" => "global_".to_owned(),
        "output-gradient" => "g".to_owned(),
        other => match other.strip_suffix("-gradient") {
            Some(of) => format!("{}.grad", variable(of)),
            None => other.replace('-', "_"),
        },
    }
}

/// A tensor in the new order.
fn rearranged(settings: &Settings, tensor: &str) -> String {
    let Settings { size, dx, dy, .. } = settings;
    match (settings.tab, settings.what) {
        (Tab::Shift, _) => format!("torch.roll({tensor}, ({dy}, {dx}), (0, 1))"),
        (_, What::Pixels) => format!("{tensor}.flatten()[p].reshape({size}, {size})"),
        _ => format!("{tensor}[p]"),
    }
}

fn number(code: &mut String, trace: &Trace, variable: &str, stage: &str, behind: &str) {
    if let Some(stage) = trace.stage(stage) {
        pytorch::number(code, variable, stage, behind);
    }
}

fn changes(model: &Model, expected: &str, code: &mut String) {
    let [_, moved, change, error] = model.stages.map(variable);
    add(code, format_args!("{change} = {moved} - {expected}\n{error} = {change}.abs().mean()"));
}

fn graph(settings: &Settings, trace: &Trace, code: &mut String) {
    number(code, trace, "A", "adjacency", "");
    number(code, trace, "X", "features", "");
    add(code, format_args!("p = [{}]", listed(&permutation(settings.shuffle, NODES))));
    *code += "adjacency_moved = A[p][:, p]\nfeatures_moved = X[p]\n\
              sum = A @ X\nsum_moved = adjacency_moved @ features_moved\n";
    changes(models(settings)[0], "sum[p]", code);
}

fn picture(settings: &Settings, trace: &Trace, code: &mut String) {
    let (size, pixels, kernel) = (settings.size, settings.size * settings.size, settings.kernel);
    let backward = settings.pass == Pass::Backward;
    let gradient = if backward { pytorch::WITH_GRADIENT } else { "" };
    number(code, trace, "x", "input", gradient);
    number(code, trace, "w", "kernel", gradient);
    if settings.tab == Tab::Permute {
        let length = if settings.what == What::Pixels { pixels } else { 3 };
        add(code, format_args!("p = [{}]", listed(&permutation(settings.shuffle, length))));
    }
    add(code, format_args!("moved = {}", rearranged(settings, "x")));
    let (before, after) = (kernel / 2, (kernel - 1) / 2);
    let batch = if settings.channels() == 3 { "[None]" } else { "[None, None]" };
    let pad = listed(&[before, after, before, after]);
    add(code, format_args!("pad = lambda of: F.pad(of{batch}, ({pad}), mode=\"circular\")"));
    add(code, format_args!("slide = lambda of, by: F.conv2d(pad(of), by{batch})[0, 0]"));
    if backward {
        *code += "moved.retain_grad()\nconv_moved = slide(moved, w)\n";
        number(code, trace, "g", "output-gradient", "");
        *code += "conv_moved.backward(g)\n";
        return;
    }
    if settings.channels() == 1 {
        let columns = if settings.tab == Tab::Shift { "" } else { "[:, p]" };
        let from = 1 + 1009 * settings.seed;
        add(code, format_args!("h = (torch.arange({}) + {from}) * 48271 % 2147483647", pixels * pixels));
        add(code, format_args!("W = ((h * h % 2147483647 >> 12) % 33 / 64 - 0.25).reshape({pixels}, {pixels})"));
        add(code, format_args!("dense = (W @ x.flatten()).reshape({size}, {size})"));
        add(code, format_args!("dense_moved = (W{columns} @ moved.flatten()).reshape({size}, {size})"));
        add(code, format_args!("W = W.reshape({size}, {size}, {size}, {size})"));
    }
    let kernel = if settings.channels() == 3 { "kernel_moved" } else { "w" };
    if settings.channels() == 3 {
        *code += "kernel_moved = w[p]\n";
    }
    add(code, format_args!("conv = slide(x, w)\nconv_moved = slide(moved, {kernel})"));
    if settings.tab == Tab::Shift {
        for (output, of) in [("pool", "conv"), ("pool_moved", "conv_moved")] {
            add(code, format_args!("{output} = F.max_pool2d({of}[None, None], {})[0, 0]", settings.window));
        }
        *code += "global_ = conv.max()\nglobal_moved = conv_moved.max()\n";
    }
    for model in models(settings) {
        let output = variable(model.stages[0]);
        let moves = matches!(
            (settings.tab, settings.what, model.stages[0]),
            (Tab::Shift, _, "dense" | "conv") | (Tab::Permute, What::Pixels, "conv")
        );
        changes(model, &if moves { rearranged(settings, &output) } else { output }, code);
    }
}
