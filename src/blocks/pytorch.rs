//! A convolution as a PyTorch program that prints one of its numbers.

use std::fmt::Write;

use crate::explain::{Cell, Stage, Trace};
use crate::layers::Conv;

/// What a program computes.
pub struct Program<'a> {
    /// The layers, from below. All but the first slide over what the one before gives.
    pub convs: Vec<Conv>,
    /// Everything that was computed; the numbers in the program come from here.
    pub trace: &'a Trace,
    /// The name of the function behind the sum, in `torch.nn.functional`; none for the sum itself.
    pub activation: Option<&'static str>,
    /// Whether the kernel is turned around first.
    pub flipped: bool,
    /// Whether channels are first summed over the window, one by one.
    pub by_channel: bool,
}

impl Program<'_> {
    /// The program that prints the number in `cell`.
    pub fn print(&self, cell: Cell) -> String {
        let Some(stage) = self.trace.stage(cell.stage) else { return String::new() };
        let mut code = "import torch\nimport torch.nn.functional as F\n\n".to_owned();
        let backward = self.trace.stage("output-gradient").is_some();
        let gradient = if backward { ".double().requires_grad_()" } else { "" };
        if backward {
            line(&mut code, "# In double precision, so that no sum is rounded across a kink of the non-linearity.");
        }
        for (name, variable) in [("input", "x"), ("weight", "w"), ("bias", "b")] {
            if let Some(stage) = self.trace.stage(name) {
                line(&mut code, &format!("{variable} = torch.tensor({}){gradient}", nested(stage)));
            }
        }
        let kernel = if self.flipped {
            let keep = if backward { "; wf.retain_grad()" } else { "" };
            line(&mut code, &format!("wf = w.flip(2){keep}"));
            "wf"
        } else {
            "w"
        };
        let mut below = "x".to_owned();
        let rows = self.convs.len();
        for (row, conv) in self.convs.iter().enumerate() {
            let padded = if row == 0 { "xp".to_owned() } else { format!("h{row}p") };
            let length = self.trace.stage(if row == 0 { "input" } else { "output" }).map_or(&[][..], Stage::full_shape);
            line(&mut code, &format!("{padded} = {}", pad(conv, &below, length)));
            let output = if row + 1 < rows { format!("h{}", row + 1) } else { "z".to_owned() };
            let axes = conv.windows.len();
            let of = |each: fn(&crate::layers::Window) -> usize| {
                let each: Vec<String> = conv.windows.iter().map(|window| each(window).to_string()).collect();
                format!("({},)", each.join(", "))
            };
            let how = format!("stride={}, dilation={}", of(|window| window.stride), of(|window| window.dilation));
            if self.by_channel {
                let one = format!("F.conv{axes}d({padded}[:, c:c + 1], {kernel}[:, c:c + 1], {how})");
                line(&mut code, &format!("s = torch.stack([{one} for c in range(w.shape[1])], dim=2)"));
                line(&mut code, &format!("{output} = s.sum(2) + b.reshape(1, -1{})", ", 1".repeat(axes)));
            } else {
                line(&mut code, &format!("{output} = F.conv{axes}d({padded}, {kernel}, b, {how})"));
            }
            below = output;
        }
        let activated = self.activation.map_or("z".to_owned(), |name| format!("{}(z)", function(name)));
        line(&mut code, &format!("y = {activated}"));
        if let Some(upstream) = self.trace.stage("output-gradient") {
            line(&mut code, &format!("g = torch.tensor({})", nested(upstream)));
            line(&mut code, "xp.retain_grad(); z.retain_grad(); y.backward(g)");
        }
        let position: Vec<String> = stage.position(cell.index).iter().map(ToString::to_string).collect();
        let value = stage.value(&cell.index).unwrap_or(f32::NAN);
        line(&mut code, &format!("print({}[{}].item())  # {value}", variable(cell.stage), position.join(", ")));
        code
    }
}

/// The function of PyTorch that is called so here.
pub(super) fn function(name: &str) -> String {
    let module = if matches!(name, "sigmoid" | "tanh") { "torch" } else { "F" };
    format!("{module}.{name}")
}

pub(super) fn line(code: &mut String, text: &str) {
    // Writing into a String cannot fail.
    let _ = writeln!(code, "{text}");
}

/// The variable that holds a stage.
pub(super) fn variable(stage: &str) -> String {
    match stage {
        "input" => "x".to_owned(),
        "padded" => "xp".to_owned(),
        "weight" => "w".to_owned(),
        "flipped" => "wf".to_owned(),
        "bias" => "b".to_owned(),
        "sum" => "s".to_owned(),
        "pre" => "z".to_owned(),
        "output" => "y".to_owned(),
        "output-gradient" => "g".to_owned(),
        other => match (other.strip_suffix("-gradient"), other.strip_suffix("-padded")) {
            (Some(of), _) => format!("{}.grad", variable(of)),
            (_, Some(of)) => format!("{of}p"),
            _ => other.to_owned(),
        },
    }
}

/// Padding: zeros and constants by `F.pad`, whatever copies by the list of the cells that are copied.
pub(super) fn pad(conv: &Conv, input: &str, shape: &[usize]) -> String {
    let padding = &conv.padding;
    if !padding.mode.copies() {
        let amounts = padding.amounts.iter().rev().map(|(before, after)| format!("{before}, {after}"));
        let amounts: Vec<String> = amounts.collect();
        return format!("F.pad({input}, ({}), value={})", amounts.join(", "), padding.mode.constant());
    }
    let mut code = input.to_owned();
    for (axis, (&(before, after), &length)) in padding.amounts.iter().zip(shape.iter().skip(2)).enumerate() {
        let source = |at: usize| padding.mode.source(at as isize - before as isize, length).unwrap_or(0).to_string();
        let sources: Vec<String> = (0..before + length + after).map(source).collect();
        let _ = write!(code, "[{}[{}]]", ":, ".repeat(axis + 2), sources.join(", "));
    }
    code
}

/// The numbers of a stage as nested lists.
pub(super) fn nested(stage: &Stage) -> String {
    let mut numbers = match stage.array() {
        Some(array) => array.iter().copied().collect::<Vec<f32>>(),
        None => Vec::new(),
    }
    .into_iter();
    lists(stage.full_shape(), &mut numbers)
}

fn lists(shape: &[usize], numbers: &mut impl Iterator<Item = f32>) -> String {
    let Some((&length, inner)) = shape.split_first() else {
        // A point, so that PyTorch reads every number as a fraction.
        return numbers.next().map_or_else(String::new, |number| format!("{number:?}"));
    };
    let items: Vec<String> = (0..length).map(|_| lists(inner, &mut *numbers)).collect();
    format!("[{}]", items.join(", "))
}
