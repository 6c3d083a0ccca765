//! A convolution as a PyTorch program that prints one of its numbers.

use std::fmt::{Arguments, Write};

use crate::explain::{Cell, Index, Stage, Trace, joined, listed, literal};
use crate::layers::{Conv, Tensor, Window, numbers, tensor_from};

/// What a program computes.
pub struct Program<'a> {
    /// The layers, from below. All but the first slide over what the one before gives.
    pub convs: Vec<Conv>,
    /// The stages that are given; the numbers in the program come from here.
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
        self.print_number(cell.stage, &stage.position(cell.index), stage.value(&cell.index).unwrap_or(f32::NAN))
    }

    /// The program that prints the number at a position of a stage.
    pub fn print_number(&self, stage: &str, position: &[usize], value: f32) -> String {
        let mut code = self.given();
        let backward = self.trace.stage("output-gradient");
        let kernel = if self.flipped {
            let keep = if backward.is_some() { "; wf.retain_grad()" } else { "" };
            add(&mut code, format_args!("wf = w.flip(2){keep}"));
            "wf"
        } else {
            "w"
        };
        let mut below = "x".to_owned();
        let rows = self.convs.len();
        for (row, conv) in self.convs.iter().enumerate() {
            let padded = if row == 0 { "xp".to_owned() } else { format!("h{row}p") };
            let length = self.trace.stage(if row == 0 { "input" } else { "output" }).map_or(&[][..], Stage::full_shape);
            add(&mut code, format_args!("{padded} = {}", pad(conv, &below, length)));
            let output = if row + 1 < rows { format!("h{}", row + 1) } else { "z".to_owned() };
            let axes = conv.windows.len();
            let of = |each: fn(&Window) -> usize| {
                let each: Vec<usize> = conv.windows.iter().map(each).collect();
                format!("({},)", listed(&each))
            };
            let how = format!("stride={}, dilation={}", of(|window| window.stride), of(|window| window.dilation));
            if self.by_channel {
                let one = format!("F.conv{axes}d({padded}[:, c:c + 1], {kernel}[:, c:c + 1], {how})");
                add(&mut code, format_args!("s = torch.stack([{one} for c in range(w.shape[1])], dim=2)"));
                add(&mut code, format_args!("{output} = s.sum(2) + b.reshape(1, -1{})", ", 1".repeat(axes)));
            } else {
                add(&mut code, format_args!("{output} = F.conv{axes}d({padded}, {kernel}, b, {how})"));
            }
            below = output;
        }
        match self.activation {
            Some(name) => add(&mut code, format_args!("y = {}(z)", function(name))),
            None => add(&mut code, format_args!("y = z")),
        }
        if let Some(upstream) = backward {
            number(&mut code, "g", upstream, "");
            add(&mut code, format_args!("xp.retain_grad(); z.retain_grad(); y.backward(g)"));
        }
        print(&mut code, &variable(stage), position, value);
        code
    }

    /// The lines that say what is given.
    pub fn given(&self) -> String {
        let mut code = beginning();
        let mut gradient = "";
        if self.trace.stage("output-gradient").is_some() {
            gradient = WITH_GRADIENT;
            let why = "# In double precision, so that no sum is rounded across a kink of the non-linearity.";
            add(&mut code, format_args!("{why}"));
        }
        for (name, variable) in [("input", "x"), ("weight", "w"), ("bias", "b")] {
            if let Some(stage) = self.trace.stage(name) {
                number(&mut code, variable, stage, gradient);
            }
        }
        code
    }
}

/// Behind a tensor whose gradient is asked for.
pub(super) const WITH_GRADIENT: &str = ".double().requires_grad_()";

/// How every program begins.
pub(super) fn beginning() -> String {
    "import torch\nimport torch.nn.functional as F\n\n".to_owned()
}

/// Adds a line.
pub(super) fn add(code: &mut String, line: Arguments<'_>) {
    // Writing into a String cannot fail.
    let _ = writeln!(code, "{line}");
}

/// Adds the line that gives a stage's numbers to a variable.
pub(super) fn number(code: &mut String, variable: &str, stage: &Stage, behind: &str) {
    add(code, format_args!("{variable} = torch.tensor({}){behind}", nested(stage)));
}

/// Adds the line that prints a number, and what that is here.
pub(super) fn print(code: &mut String, variable: &str, position: &[usize], value: f32) {
    let at = if position.is_empty() { String::new() } else { format!("[{}]", listed(position)) };
    add(code, format_args!("print({variable}{at}.item())  # {value}"));
}

/// Of a stage too large for a program, what is made of a window alone: the window from a corner on, in the place of the input, with
/// weights and bias.
pub(super) fn window_alone(trace: &Trace, corner: &[usize], sizes: &[usize]) -> Trace {
    let mut alone = Trace::default();
    if let (Some(input), Some(padded)) = (trace.stage("input"), trace.stage("padded")) {
        let number = |at: &[usize]| {
            let place: Vec<usize> = at[padded.hidden_axes()..].iter().zip(corner).map(|(at, from)| at + from).collect();
            Index::new(&place).and_then(|index| padded.value(&index)).unwrap_or_default()
        };
        let window: Tensor = tensor_from(sizes, &number);
        alone.stages.push(Stage::new(input.name, input.title, input.symbol, input.role, window));
    }
    alone.stages.extend(["weight", "bias"].into_iter().filter_map(|name| trace.stage(name)).cloned());
    alone
}

/// The function of PyTorch that is called so here.
pub(super) fn function(name: &str) -> String {
    let module = if matches!(name, "sigmoid" | "tanh") { "torch" } else { "F" };
    format!("{module}.{name}")
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
        let mut amounts = padding.amounts.iter().rev().map(|(before, after)| format!("{before}, {after}"));
        return format!("F.pad({input}, ({}), value={})", joined(&mut amounts, ", "), padding.mode.constant());
    }
    let mut code = input.to_owned();
    for (axis, (&(before, after), &length)) in padding.amounts.iter().zip(shape.iter().skip(2)).enumerate() {
        let source = |at: usize| padding.mode.source(at as isize - before as isize, length).unwrap_or(0);
        let sources: Vec<usize> = (0..before + length + after).map(source).collect();
        let _ = write!(code, "[{}[{}]]", ":, ".repeat(axis + 2), listed(&sources));
    }
    code
}

/// The numbers of a stage as nested lists.
pub(super) fn nested(stage: &Stage) -> String {
    let mut text = String::new();
    if let Some(array) = stage.array() {
        lists(stage.full_shape(), &numbers(array), &mut text);
    }
    text
}

fn lists(shape: &[usize], numbers: &[f32], text: &mut String) {
    let Some((&length, inner)) = shape.split_first() else {
        // A point, so that PyTorch reads every number as a fraction.
        text.push_str(&literal(numbers[0]));
        return;
    };
    text.push('[');
    let count: usize = inner.iter().product();
    for place in 0..length {
        text.push_str(if place > 0 { ", " } else { "" });
        lists(inner, &numbers[place * count..], text);
    }
    text.push(']');
}
