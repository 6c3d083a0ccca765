//! What is computed number by number.

use super::program::{Program, one_by_one};
use crate::layers::Activation;

/// `each.wgsl` with this rule for so many threads.
fn text(length: usize, rule: &str) -> ([usize; 3], String) {
    let (groups, constants) = one_by_one(length);
    (groups, constants + &include_str!("each.wgsl").replace("/*rule*/", rule))
}

/// σ of every number of an array with rows of this width: a new array.
pub fn squash(
    program: &mut Program,
    activation: Activation,
    from: usize,
    length: usize,
    width: usize,
) -> Option<usize> {
    let sigmoid = "1 / (1 + exp(-clamp(z, -80f, 80f)))";
    let rule = match activation {
        Activation::Identity => "z".to_owned(),
        Activation::Relu => "max(z, 0f)".to_owned(),
        Activation::LeakyRelu { negative_slope } => format!("select(f32({negative_slope:?}) * z, z, z > 0)"),
        Activation::Sigmoid => sigmoid.to_owned(),
        Activation::Tanh => "tanh(clamp(z, -20f, 20f))".to_owned(),
        Activation::Elu { alpha } => format!("select(f32({alpha:?}) * (exp(min(z, 0f)) - 1), z, z > 0)"),
        // Φ by M. Abramowitz and I. Stegun, Handbook of Mathematical Functions, 7.1.26: at most 1.5 · 10⁻⁷ off.
        Activation::Gelu => "z * normal(z)".to_owned(),
        Activation::Silu => format!("z * ({sigmoid})"),
        Activation::Softplus => "max(z, 0f) + log(1 + exp(-abs(z)))".to_owned(),
        Activation::Softmax => return softmax(program, from, length, width),
    };
    let (groups, text) = text(length, &format!("let z = input[at]; output[at] = {rule};"));
    program.call(text, length, &[from], groups)
}

/// A row in each thread.
fn softmax(program: &mut Program, from: usize, length: usize, width: usize) -> Option<usize> {
    let rule = format!(
        "let first = at * {width}; let end = first + {width};
        var most = input[first];
        for (var i = first; i < end; i++) {{ most = max(most, input[i]); }}
        var all = 0f;
        for (var i = first; i < end; i++) {{ all += exp(input[i] - most); }}
        for (var i = first; i < end; i++) {{ output[i] = exp(input[i] - most) / all; }}"
    );
    let (groups, text) = text(length / width.max(1), &rule);
    program.call(text, length, &[from], groups)
}

pub fn activation(program: &mut Program, activation: Activation) -> Option<()> {
    let shape = program.shape.clone();
    let width = shape.last().copied().filter(|_| activation == Activation::Softmax);
    if activation == Activation::Softmax && width.is_none() {
        return None;
    }
    let made = squash(program, activation, program.output, shape.iter().product(), width.unwrap_or(1))?;
    program.give(made, shape);
    Some(())
}

/// Adds so many times the numbers of one array to those of another, again and again from its beginning if it is shorter; to nothing,
/// where they are the first.
pub fn add(
    program: &mut Program,
    made: usize,
    (times, from): (f64, usize),
    length: usize,
    is_first: bool,
) -> Option<()> {
    let period = program.rooms[from].bytes() / 4;
    let sign = if is_first { "" } else { "+" };
    let (groups, text) = text(length, &format!("output[at] {sign}= f32({times:?}) * input[at % {period}];"));
    program.write(text, made, &[from], groups)
}
