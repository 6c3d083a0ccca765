//! A stack as a PyTorch program that prints one of its numbers.

use super::places::{Part, name};
use super::settings::Settings;
use super::{LAYERS, Layer, Stages};
use crate::blocks::pytorch::{line, nested, pad, variable};
use crate::explain::{Cell, Trace};

/// The program that prints the number in `cell`.
pub fn print(settings: &Settings, trace: &Trace, cell: Cell) -> String {
    let Some(stage) = trace.stage(cell.stage) else { return String::new() };
    let (depth, axes) = (settings.layers.0.len(), settings.space());
    let of = Stages { trace, depth };
    let gradient = if settings.effective { ".double().requires_grad_()" } else { "" };
    let mut code = "import torch\nimport torch.nn.functional as F\n\n".to_owned();
    let input = of.of(Part::Row, 0).map(nested).unwrap_or_default();
    line(&mut code, &format!("x = torch.tensor({input}){gradient}"));
    let mut kept = String::new();
    for row in 0..depth {
        let of_row = |part, row| variable(name(part, row, depth));
        let (mut below, above) = (of_row(Part::Row, row), of_row(Part::Row, row + 1));
        let window = settings.layers.0[row].slides.window;
        let how = format!("stride={}, dilation={}", window.stride, window.dilation);
        let weight = match settings.layer(row) {
            Some(Layer::Pool(pool)) if window.dilation == 1 => {
                let (kernel, stride, padding) = (window.kernel, window.stride, pool.padding[0].0);
                line(&mut code, &format!("{above} = F.avg_pool{axes}d({below}, {kernel}, {stride}, {padding})"));
                continue;
            }
            Some(Layer::Conv(conv)) => {
                if let Some(padded) = of.of(Part::Padded, row) {
                    let shape = of.of(Part::Row, row).map_or(&[][..], |stage| stage.full_shape());
                    line(&mut code, &format!("{} = {}", variable(padded.name), pad(&conv, &below, shape)));
                    below = variable(padded.name);
                    kept += &format!("{below}.retain_grad(); ");
                }
                let numbers = of.of(Part::Weight, row).map(nested).unwrap_or_default();
                let weight = variable(name(Part::Weight, row, depth));
                line(&mut code, &format!("{weight} = torch.tensor({numbers}){gradient}"));
                format!("{weight}, {how}")
            }
            // PyTorch has no average over a dilated window; a convolution with equal weights is one.
            _ => {
                let (taps, padding) = (window.kernel.pow(axes as u32), settings.layers.0[row].slides.padding);
                let kernel = format!("{}, ", window.kernel).repeat(axes);
                format!("torch.full((1, 1, {kernel}), 1 / {taps}, dtype=x.dtype), {how}, padding={padding}")
            }
        };
        line(&mut code, &format!("{above} = F.conv{axes}d({below}, {weight})"));
    }
    if let Some(upstream) = of.of(Part::Gradient, depth).filter(|_| settings.effective) {
        for row in 1..depth {
            kept += &format!("{}.retain_grad(); ", variable(name(Part::Row, row, depth)));
        }
        line(&mut code, &format!("g = torch.tensor({})", nested(upstream)));
        line(&mut code, &format!("{kept}y.backward(g)"));
    }
    let position: Vec<String> = stage.position(cell.index).iter().map(ToString::to_string).collect();
    let value = stage.value(&cell.index).unwrap_or(f32::NAN);
    if cell.stage == LAYERS {
        line(&mut code, &format!("print({value})  # {value}"));
        return code;
    }
    let shown = match cell.stage {
        "effective" => "x.grad.abs()".to_owned(),
        "output-gradient" => "g".to_owned(),
        stage => variable(stage),
    };
    line(&mut code, &format!("print({shown}[{}].item())  # {value}", position.join(", ")));
    code
}
