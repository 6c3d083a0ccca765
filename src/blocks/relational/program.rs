//! Layers on a graph as a PyTorch program that prints one of the numbers.

use super::model::{NEGATIVE_SLOPE, Network};
use super::settings::{Settings, Topic};
use super::stages::explain;
use crate::blocks::pytorch::{WITH_GRADIENT, add, beginning, function, number, print};
use crate::explain::{Cell, Explanation, Expr, Stage, Trace, listed};
use crate::layers::{Array, Gathering, Making, Summand, tensor};

/// The rest of the program for a number that no layer has computed.
fn alone(settings: &Settings, trace: &Trace, cell: Cell, mut code: String) -> Option<String> {
    let stage = trace.stage(cell.stage)?;
    let (from, hops) = (settings.from, settings.hops);
    let at = listed(&stage.position(cell.index));
    let mut lines: Vec<String> = Vec::new();
    let printed = match cell.stage {
        "edges" => "A".to_owned(),
        "degree" => "A.sum(1)".to_owned(),
        "hops" | "walks" => {
            lines.push(format!("w = [torch.eye(len(A), dtype=torch.double)[{from}]]"));
            lines.push(format!(
                "for n in range({}): w.append(A @ w[-1])",
                if cell.stage == "walks" { hops } else { settings.nodes }
            ));
            let first = "torch.tensor([next((n for n, v in enumerate(w) if v[u] > 0), -1) for u in range(len(A))])";
            if cell.stage == "walks" { "torch.stack(w)" } else { first }.to_owned()
        }
        "rank" => {
            let back = format!("torch.eye(len(A), dtype=torch.double)[{from}]");
            lines.push(format!("s = {back}; p = s; d = A.sum(0)"));
            lines.push("P = A / d.clamp(min=1)".to_owned());
            let stays = 1.0 - settings.restart;
            let next = format!("s * {} + {stays} * (P @ p + s * p[d == 0].sum())", settings.restart);
            lines.push(format!("for n in range(1000): before, p = p, {next}"));
            "torch.stack([before, p])".to_owned()
        }
        _ => {
            number(&mut code, "x", stage, "");
            "x".to_owned()
        }
    };
    lines.iter().for_each(|line| add(&mut code, format_args!("{line}")));
    let value = stage.value(&cell.index)?;
    add(&mut code, format_args!("print(({printed})[{at}].item())  # {value}"));
    Some(code)
}

/// The program for a number from what it was made from, not from all nodes.
fn of_terms(trace: &Trace, cell: Cell, why: &Explanation) -> Option<String> {
    let mut code = beginning();
    add(&mut code, format_args!("t = lambda number: torch.tensor(number, dtype=torch.double)"));
    add(&mut code, format_args!("print({}.item())  # {}", python(&why.made_from), trace.value(cell)?));
    Some(code)
}

/// A formula in Python.
fn python(formula: &Expr) -> String {
    let all = |parts: &[Expr], between: &str| parts.iter().map(python).collect::<Vec<_>>().join(between);
    match formula {
        Expr::Number(number) => format!("t({number:?})"),
        Expr::Cell(leaf) => format!("t({:?})", leaf.value),
        Expr::Sum(terms) => format!("({})", if terms.is_empty() { "t(0.0)".to_owned() } else { all(terms, " + ") }),
        Expr::Product(factors) => format!("({})", all(factors, " * ")),
        Expr::Quotient(above, below) => format!("({} / {})", python(above), python(below)),
        Expr::Negative(inner) => format!("(-{})", python(inner)),
        Expr::Call(function, arguments) => match function.name {
            "max" | "min" => format!("torch.stack([{}]).{}()", all(arguments, ", "), function.name),
            "1 + min" => format!("(1 + torch.stack([{}]).min())", all(arguments, ", ")),
            "LeakyReLU" => format!("F.leaky_relu({}, {NEGATIVE_SLOPE})", python(&arguments[0])),
            "ReLU" => format!("F.relu({})", all(arguments, ", ")),
            "−ln softmax" => format!("(-torch.stack([{}]).log_softmax(0)[0])", all(arguments, ", ")),
            "spread" => {
                let numbers = all(&arguments[1..], ", ");
                format!(
                    "torch.stack([{numbers}]).view(-1, int({})).std(0, unbiased=False).mean()",
                    python(&arguments[0])
                )
            }
            "√" => format!("torch.sqrt({})", all(arguments, ", ")),
            name => format!("torch.{name}({})", all(arguments, ", ")),
        },
        _ => String::new(),
    }
}

/// The program that prints the number in `cell`.
pub fn write(settings: &Settings, trace: &Trace, cell: Cell) -> Option<String> {
    let network = Network::of(settings).ok()?;
    let stage = trace.stage(cell.stage)?;
    let why = explain(settings, trace, cell)?;
    let is_layer = network.names.iter().any(|named| named.name == cell.stage || named.by[0] == cell.stage);
    let has_layers = settings.block != Topic::Graph;
    if settings.is_large() || has_layers && !is_layer && !why.is_given() {
        return of_terms(trace, cell, &why);
    }
    let variable = |array: usize| network.names[array].name.replace('-', "_");
    let mut code = beginning();
    let (layers, nodes) = (&network.layers, network.graph.nodes());
    let edges: Vec<String> = network.graph.edges().iter().map(|(u, v)| format!("[{v}, {u}]")).collect();
    add(&mut code, format_args!("# Row v holds the nodes that v hears."));
    add(&mut code, format_args!("A = torch.zeros({nodes}, {nodes}, dtype=torch.double)"));
    add(&mut code, format_args!("for v, u in [{}]: A[v, u] = 1", edges.join(", ")));
    if !has_layers || !is_layer {
        return alone(settings, trace, cell, code);
    }
    let upstream = network.names[network.rows[settings.layers]].by[0];
    let backward = trace.stage(upstream);
    let behind = if backward.is_some() { WITH_GRADIENT } else { ".double()" };
    for (array, form) in layers.arrays().iter().enumerate() {
        let name = variable(array);
        let line = match layers.making(array) {
            None => {
                let stage = trace.stage(network.names[array].name)?;
                let numbers = stage.cells().filter_map(|cell| stage.value(&cell.index)).collect();
                let whole =
                    Stage::new(stage.name, stage.title, stage.symbol, stage.role, tensor(stage.shape(), numbers));
                number(&mut code, &name, &whole, behind);
                continue;
            }
            Some(Making::Squash(activation, of)) => {
                let z = variable(*of);
                match activation.name() {
                    "identity" => format!("{z} * 1"),
                    "leaky_relu" => format!("F.leaky_relu({z}, {NEGATIVE_SLOPE})"),
                    name => format!("{}({z})", function(name)),
                }
            }
            Some(Making::Share(of)) => {
                format!("torch.where(A > 0, {}, -torch.inf).softmax(1).nan_to_num()", variable(*of))
            }
            Some(Making::Gather(gathering, of)) => {
                let of = variable(*of);
                match gathering {
                    Gathering::Sum => format!("A @ {of}"),
                    Gathering::Mean => format!("(A @ {of}) / A.sum(1, keepdim=True).clamp(min=1)"),
                    Gathering::Max | Gathering::Min => {
                        let name = if *gathering == Gathering::Max { "amax" } else { "amin" };
                        format!(
                            "torch.stack([{of}[A[v] > 0].{name}(0) if A[v].any() else {of}[v] * 0 for v in range({nodes})])"
                        )
                    }
                }
            }
            Some(Making::Sum(summands)) => {
                let term = |summand: &Summand| match *summand {
                    Summand::Linear { matrix, of } => format!("{} @ {}.T", variable(of), variable(matrix)),
                    Summand::Bias(bias) => variable(bias),
                    Summand::Neighbours { by, of } => format!("{} @ {}", variable(by), variable(of)),
                    Summand::Own { times, of } => format!("{times} * {}", variable(of)),
                    Summand::Source(of) => format!("{}.T", variable(of)),
                    Summand::Target(of) => variable(of),
                };
                let sum = summands.iter().map(term).collect::<Vec<_>>().join(" + ");
                if *form == Array::Edges { format!("({sum}) * A") } else { sum }
            }
        };
        let keep = if backward.is_some() { format!("; {name}.retain_grad()") } else { String::new() };
        add(&mut code, format_args!("{name} = {line}{keep}"));
    }
    if let Some(backward) = backward {
        number(&mut code, "g", backward, "");
        add(&mut code, format_args!("{}.backward(g)", variable(network.rows[settings.layers])));
    }
    let printed = match cell.stage.strip_suffix("-gradient") {
        // Only edges have a number.
        Some(of) if of.starts_with("attention-") && stage.shape() == [nodes; 2] => {
            format!("({}.grad * A)", of.replace('-', "_"))
        }
        Some(of) => format!("{}.grad", of.replace('-', "_")),
        None => cell.stage.replace('-', "_"),
    };
    print(&mut code, &printed, &stage.position(cell.index), stage.value(&cell.index).unwrap_or(f32::NAN));
    Some(code)
}
