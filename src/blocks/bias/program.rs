//! `bias` as a PyTorch program.

use std::fmt::Write;

use super::plan::{Model, models};
use super::settings::{NODES, Settings, Tab, What, permutation};
use crate::blocks::convolution::Pass;
use crate::blocks::pytorch::nested;
use crate::explain::{Cell, Trace};

/// The program that prints the number in `cell`.
pub fn print(settings: &Settings, trace: &Trace, cell: Cell) -> String {
    let Some(stage) = trace.stage(cell.stage) else { return String::new() };
    let mut code = "import torch\nimport torch.nn.functional as F\n\n".to_owned();
    // Writing into a String cannot fail.
    let _ = if settings.is_graph() { graph(settings, trace, &mut code) } else { picture(settings, trace, &mut code) };
    let position: Vec<String> = stage.position(cell.index).iter().map(ToString::to_string).collect();
    let at = if position.is_empty() { String::new() } else { format!("[{}]", position.join(", ")) };
    let value = stage.value(&cell.index).unwrap_or(f32::NAN);
    let _ = writeln!(code, "print({}{at}.item())  # {value}", variable(cell.stage));
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

fn numbers(trace: &Trace, stage: &str) -> String {
    format!("torch.tensor({})", trace.stage(stage).map(nested).unwrap_or_default())
}

fn changes(model: &Model, expected: &str, code: &mut String) -> std::fmt::Result {
    let [_, moved, change, error] = model.stages.map(variable);
    writeln!(code, "{change} = {moved} - {expected}\n{error} = {change}.abs().mean()")
}

fn graph(settings: &Settings, trace: &Trace, code: &mut String) -> std::fmt::Result {
    writeln!(code, "A = {}\nX = {}", numbers(trace, "adjacency"), numbers(trace, "features"))?;
    writeln!(code, "p = {:?}", permutation(settings.shuffle, NODES))?;
    code.push_str("adjacency_moved = A[p][:, p]\nfeatures_moved = X[p]\n");
    code.push_str("sum = A @ X\nsum_moved = adjacency_moved @ features_moved\n");
    changes(models(settings)[0], "sum[p]", code)
}

fn picture(settings: &Settings, trace: &Trace, code: &mut String) -> std::fmt::Result {
    let (size, pixels, kernel) = (settings.size, settings.size * settings.size, settings.kernel);
    let backward = settings.pass == Pass::Backward;
    let gradient = if backward { ".double().requires_grad_()" } else { "" };
    writeln!(code, "x = {}{gradient}\nw = {}{gradient}", numbers(trace, "input"), numbers(trace, "kernel"))?;
    if settings.tab == Tab::Permute {
        let length = if settings.what == What::Pixels { pixels } else { 3 };
        writeln!(code, "p = {:?}", permutation(settings.shuffle, length))?;
    }
    writeln!(code, "moved = {}", rearranged(settings, "x"))?;
    let (before, after) = (kernel / 2, (kernel - 1) / 2);
    let batch = if settings.channels() == 3 { "[None]" } else { "[None, None]" };
    let pad = format!("({before}, {after}, {before}, {after})");
    writeln!(code, "pad = lambda of: F.pad(of{batch}, {pad}, mode=\"circular\")")?;
    writeln!(code, "slide = lambda of, by: F.conv2d(pad(of), by{batch})[0, 0]")?;
    if backward {
        let upstream = numbers(trace, "output-gradient");
        return writeln!(
            code,
            "moved.retain_grad()\nconv_moved = slide(moved, w)\ng = {upstream}\nconv_moved.backward(g)"
        );
    }
    if settings.channels() == 1 {
        let columns = if settings.tab == Tab::Shift { "" } else { "[:, p]" };
        writeln!(code, "h = (torch.arange({}) + {}) * 48271 % 2147483647", pixels * pixels, 1 + 1009 * settings.seed)?;
        writeln!(code, "W = ((h * h % 2147483647 >> 12) % 33 / 64 - 0.25).reshape({pixels}, {pixels})")?;
        writeln!(code, "dense = (W @ x.flatten()).reshape({size}, {size})")?;
        writeln!(code, "dense_moved = (W{columns} @ moved.flatten()).reshape({size}, {size})")?;
        writeln!(code, "W = W.reshape({size}, {size}, {size}, {size})")?;
    }
    let kernel = if settings.channels() == 3 { "kernel_moved" } else { "w" };
    if settings.channels() == 3 {
        writeln!(code, "kernel_moved = w[p]")?;
    }
    writeln!(code, "conv = slide(x, w)\nconv_moved = slide(moved, {kernel})")?;
    if settings.tab == Tab::Shift {
        let pool = |of: &str| format!("F.max_pool2d({of}[None, None], {})[0, 0]", settings.window);
        writeln!(code, "pool = {}\npool_moved = {}", pool("conv"), pool("conv_moved"))?;
        code.push_str("global_ = conv.max()\nglobal_moved = conv_moved.max()\n");
    }
    for model in models(settings) {
        let output = variable(model.stages[0]);
        let moves = matches!(
            (settings.tab, settings.what, model.stages[0]),
            (Tab::Shift, _, "dense" | "conv") | (Tab::Permute, What::Pixels, "conv")
        );
        changes(model, &if moves { rearranged(settings, &output) } else { output }, code)?;
    }
    Ok(())
}
