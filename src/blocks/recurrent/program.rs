//! One number as a PyTorch program: the layer's equations, step by step.

use super::model::layer;
use super::names::Names;
use super::settings::Settings;
use crate::blocks::pytorch::{self, add, nested};
use crate::explain::{Cell, Trace, joined, listed, literal};
use crate::layers::{Activation, Factor, Recurrent, Term, Vector};

/// The program that prints the number in `cell`.
pub fn print(settings: &Settings, trace: &Trace, cell: Cell) -> Option<String> {
    let value = trace.value(cell)?;
    let (layer, upstream) = (layer(settings), trace.stage("output-gradient"));
    let mut code = network(Names::PLAIN, &layer, trace, upstream.is_some())?;
    add(&mut code, format_args!("output = torch.stack(output_all)"));
    if let Some(upstream) = upstream {
        add(&mut code, format_args!("loss = (output * torch.tensor({})).sum()", nested(upstream)));
    }
    let at = listed(&cell.index.to_vec());
    let printed = number(Names::PLAIN, &layer, cell, &mut code).unwrap_or_else(|| match cell.stage {
        "probability" => format!("torch.softmax(output, 1)[{}]", at),
        _ => format!("torch.tensor({})", literal(value)),
    });
    pytorch::print(&mut code, &printed, &[], value);
    Some(code)
}

/// The layer along its sequence, step by step, with all of its numbers.
pub fn network(names: Names, layer: &Recurrent, trace: &Trace, backward: bool) -> Option<String> {
    let mut code = "import torch\n\n".to_owned();
    let kept = if backward { ".double().requires_grad_()" } else { "" };
    add(&mut code, format_args!("input = torch.tensor({}){kept}", nested(trace.stage("input")?)));
    for name in layer.matrices.iter().flat_map(|matrix| [matrix.name, matrix.bias]) {
        if let Some(stage) = trace.stage(names.of(name).name()) {
            add(&mut code, format_args!("{} = torch.tensor({}){kept}", variable(name), nested(stage)));
        }
    }
    for &place in &layer.states {
        let name = layer.equations[place].name;
        let state = trace.stage(names.of(name).name())?;
        let first = |unit: usize| literal(state.value(&[0, unit as u32]).unwrap_or(0.0));
        let first = joined(&mut (0..state.shape()[1]).map(first), ", ");
        add(&mut code, format_args!("{0} = torch.tensor([{1}]){kept}; {0}_all = [{0}]", variable(name), first));
    }
    for (place, equation) in layer.equations.iter().enumerate() {
        let name = variable(equation.name);
        let all = if layer.states.contains(&place) { String::new() } else { format!("{name}_all = []; ") };
        add(&mut code, format_args!("{all}{name}_sums = []"));
    }
    add(&mut code, format_args!("for t in range(len(input)):"));
    for equation in &layer.equations {
        let name = variable(equation.name);
        let sum = joined(&mut equation.terms.iter().map(|term| written(names, layer, trace, term)), " + ");
        let squashed = match (equation.pinned, equation.activation) {
            (Some(number), _) => format!("0 * total + {}", literal(number)),
            (_, Activation::Tanh) => "torch.tanh(total)".to_owned(),
            (_, Activation::Sigmoid) => "torch.sigmoid(total)".to_owned(),
            (_, Activation::Relu) => "torch.relu(total)".to_owned(),
            _ => "total * 1".to_owned(),
        };
        add(&mut code, format_args!("    total = 0 + {sum}\n    new_{name} = {squashed}"));
        add(&mut code, format_args!("    {name}_sums.append(total); {name}_all.append(new_{name})"));
    }
    for &place in &layer.states {
        let name = variable(layer.equations[place].name);
        add(&mut code, format_args!("    {name} = new_{name}"));
    }
    Some(code)
}

/// How a number of the layer is read in its program; nothing for one of another kind. Gradients are those of `loss`.
pub fn number(names: Names, layer: &Recurrent, cell: Cell, code: &mut String) -> Option<String> {
    let [row, unit] = [0, 1].map(|axis| cell.index.axis(axis));
    for equation in &layer.equations {
        let (named, name) = (names.of(equation.name), variable(equation.name));
        let [by, by_sum] = named.gradients();
        let list = match cell.stage {
            stage if stage == named.name() => return Some(format!("{name}_all[{row}][{unit}]")),
            stage if stage == by => "all",
            stage if stage == by_sum => "sums",
            _ => continue,
        };
        add(code, format_args!("gradient, = torch.autograd.grad(loss, {name}_{list}[{row}], allow_unused=True)"));
        return Some(format!("(torch.zeros({}) if gradient is None else gradient)[{unit}]", unit + 1));
    }
    let at = listed(&cell.index.to_vec());
    let learned = layer.matrices.iter().flat_map(|matrix| [matrix.name, matrix.bias]);
    for name in learned.chain(["input"]) {
        let named = names.of(name);
        if cell.stage == named.name() || cell.stage == name {
            return Some(format!("{}[{}]", variable(name), at));
        }
        if cell.stage == named.gradients()[0] {
            add(code, format_args!("gradient, = torch.autograd.grad(loss, {})", variable(name)));
            return Some(format!("gradient[{}]", at));
        }
    }
    None
}

pub fn variable(name: &str) -> String {
    name.replace('-', "_")
}

fn written(names: Names, layer: &Recurrent, trace: &Trace, term: &Term) -> String {
    let vector = |vector: &Vector| match vector {
        Vector::Input => "input[t]".to_owned(),
        Vector::Before(state) => variable(layer.equations[layer.states[*state]].name),
        Vector::Made(place) => format!("new_{}", variable(layer.equations[*place].name)),
    };
    match term {
        Term::Linear(matrix, read) => {
            let matrix = &layer.matrices[*matrix];
            let bias = trace.stage(names.of(matrix.bias).name());
            let bias = bias.map(|_| format!(" + {}", variable(matrix.bias)));
            format!("{} @ {}{}", variable(matrix.name), vector(read), bias.unwrap_or_default())
        }
        Term::Product(factors) => {
            let factor = |factor: &Factor| match factor {
                Factor::Of(read) => vector(read),
                Factor::Rest(read) => format!("(1 - {})", vector(read)),
            };
            joined(&mut factors.iter().map(factor), " * ")
        }
    }
}
