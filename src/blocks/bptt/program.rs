//! One number of `bptt` as a PyTorch program.

use super::settings::Settings;
use super::trace::{SIDES, Side};
use crate::blocks::pytorch::{self, add};
use crate::blocks::recurrent::program::{network, number, variable};
use crate::explain::{Cell, Trace, joined, literal};

/// The program that prints the number in `cell`.
pub fn print(settings: &Settings, trace: &Trace, cell: Cell) -> Option<String> {
    let value = trace.value(cell)?;
    let side = Side::of(cell.stage).unwrap_or(&SIDES[0]);
    let layer = side.layer();
    let mut code = network(side.names, &layer, trace, true)?;
    add(&mut code, format_args!("loss = hidden.sum()"));
    let state: Vec<&str> = layer.states.iter().map(|&place| layer.equations[place].name).collect();
    let both = |suffix: &str| joined(&mut state.iter().map(|name| format!("{name}{suffix}")), ", ");
    if let Some(printed) = number(side.names, &layer, cell, &mut code) {
        pytorch::print(&mut code, &printed, &[], value);
        return Some(code);
    }
    // A step as a function of the states before it.
    let (states, units) = (both(""), settings.units);
    add(&mut code, format_args!("def step(t, before):\n    [{states}] = before.split({units})"));
    let loop_body = code.split("for t in range(len(input)):\n").nth(1).unwrap_or_default().to_owned();
    for text in loop_body.lines().take_while(|text| text.starts_with("    ")).filter(|text| !text.contains(".append("))
    {
        add(&mut code, format_args!("{text}"));
    }
    let mut sums = Side::reading_state(&layer).map(|equation| format!("{}_sums", variable(equation.name)));
    let sums = joined(&mut sums, ", ");
    let learned = layer.matrices.iter().filter(|matrix| matrix.is_of_state());
    let learned = joined(&mut learned.map(|matrix| format!("grad({})", variable(matrix.name))), ", ");
    add(
        &mut code,
        format_args!(
            "    return torch.cat([{states}])
jacobian = torch.autograd.functional.jacobian
states = [torch.cat(all).detach() for all in zip({})]
J = [jacobian(lambda before: step(t, before), states[t]) for t in range(len(input))]
P = [torch.eye(len(states[0])).double()[:{units}]]
for t in reversed(range(len(input))): P.insert(0, P[0] @ J[t])
blocks = [product[:, :{units}] for product in P]
grad = lambda of: torch.autograd.grad(loss, of, retain_graph=True, allow_unused=True)[0]
length = lambda parts: torch.cat([torch.zeros(1) if part is None else part.flatten() for part in parts]).norm()
T = torch.stack([length([grad(total) for total in all]) * before.norm() for all, before in zip(zip({sums}), hidden_all)])
L = length([{learned}])",
            both("_all")
        ),
    );
    let [row, at, column] = [0, 1, 2].map(|axis| cell.index.axis(axis));
    let forget = "torch.stack(forget_all + [1 + 0 * forget_all[0]])";
    let printed = match side.names.own(cell.stage).unwrap_or_default() {
        "jacobian" => format!("J[{row}][{at}, {column}]"),
        "product" => format!("P[{row}][{at}, {column}]"),
        "norm" => format!("torch.linalg.norm(blocks[{row}], 2)"),
        "stretches" => format!("torch.linalg.svdvals(J[{row}])[{at}]"),
        "product-stretches" => format!("torch.linalg.svdvals(blocks[{row}])[{at}]"),
        "term" => format!("T[{row}]"),
        "share" => format!("(T / T.sum())[{row}]"),
        "length" => "L".to_owned(),
        "clipped" => format!("L.clamp(max={})", literal(settings.most)),
        "path" => format!("{forget}[{row}:].prod(0)[{at}]"),
        "path-norm" => format!("{forget}[{row}:].prod(0).max()"),
        _ => format!("torch.tensor({})", literal(value)),
    };
    pytorch::print(&mut code, &printed, &[], value);
    Some(code)
}
