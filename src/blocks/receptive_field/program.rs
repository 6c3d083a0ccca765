//! A stack as a PyTorch program that prints one of its numbers.

use super::LAYERS;
use super::places::{EFFECTIVE, Stages, name};
use super::settings::Settings;
use crate::blocks::chain::Part;
use crate::blocks::pytorch::{WITH_GRADIENT, add, beginning, number, pad, print as print_number, variable};
use crate::explain::{Cell, Trace};
use crate::layers::Layer;

/// The program that prints the number in `cell`.
pub fn print(settings: &Settings, trace: &Trace, cell: Cell) -> String {
    let Some(stage) = trace.stage(cell.stage) else { return String::new() };
    let (depth, axes) = (settings.layers.0.len(), settings.space());
    let (of, network) = (Stages { trace, depth }, settings.network(false));
    let gradient = if settings.effective { WITH_GRADIENT } else { "" };
    let mut code = beginning();
    if let Some(input) = of.of(Part::Row, 0) {
        number(&mut code, "x", input, gradient);
    }
    let mut kept = String::new();
    for row in 0..depth {
        let of_row = |part, row| variable(name(part, row, depth));
        let (mut below, above) = (of_row(Part::Row, row), of_row(Part::Row, row + 1));
        let window = settings.layers.0[row].slides.window;
        let how = format!("stride={}, dilation={}", window.stride, window.dilation);
        let weight = match &network.layers[row] {
            Layer::Pool(pool) if window.dilation == 1 => {
                let (kernel, stride, padding) = (window.kernel, window.stride, pool.padding[0].0);
                add(&mut code, format_args!("{above} = F.avg_pool{axes}d({below}, {kernel}, {stride}, {padding})"));
                continue;
            }
            Layer::Conv(conv, _) => {
                if let Some(padded) = of.of(Part::Padded, row) {
                    let shape = of.of(Part::Row, row).map_or(&[][..], |stage| stage.full_shape());
                    add(&mut code, format_args!("{} = {}", variable(padded.name), pad(conv, &below, shape)));
                    below = variable(padded.name);
                    kept += &format!("{below}.retain_grad(); ");
                }
                let weight = variable(name(Part::Weight, row, depth));
                if let Some(stage) = of.of(Part::Weight, row) {
                    number(&mut code, &weight, stage, gradient);
                }
                format!("{weight}, {how}")
            }
            // PyTorch has no average over a dilated window; a convolution with equal weights is one.
            _ => {
                let (taps, padding) = (window.kernel.pow(axes as u32), settings.layers.0[row].slides.padding);
                let kernel = format!("{}, ", window.kernel).repeat(axes);
                format!("torch.full((1, 1, {kernel}), 1 / {taps}, dtype=x.dtype), {how}, padding={padding}")
            }
        };
        add(&mut code, format_args!("{above} = F.conv{axes}d({below}, {weight})"));
    }
    if let Some(upstream) = of.of(Part::Gradient, depth).filter(|_| settings.effective) {
        for row in 1..depth {
            kept += &format!("{}.retain_grad(); ", variable(name(Part::Row, row, depth)));
        }
        number(&mut code, "g", upstream, "");
        add(&mut code, format_args!("{kept}y.backward(g)"));
    }
    let value = stage.value(&cell.index).unwrap_or(f32::NAN);
    if cell.stage == LAYERS {
        add(&mut code, format_args!("print({value})  # {value}"));
        return code;
    }
    let shown = match cell.stage {
        EFFECTIVE => "x.grad.abs()".to_owned(),
        stage => variable(stage),
    };
    print_number(&mut code, &shown, &stage.position(cell.index), value);
    code
}
