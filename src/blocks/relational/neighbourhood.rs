//! What a graph says of its nodes without any layer: who is near whom, by edges, by walks, by chance; and that names don't matter.

use super::model::Network;
use super::settings::{Measure, Settings};
use crate::compute::Breath;
use crate::data::random::Random;
use crate::explain::{Cell, Explanation, Expr, Function, Role, Stage, Trace, Values, grouped};
use crate::layers::{Graph, LayerError, MIN, minus, sum_over, tensor, variables};

/// PageRank is repeated until it changes by less than this, in all.
const TOLERANCE: f64 = 1e-9;

/// The new names of the nodes: the old one that each new name stands for.
pub fn order(settings: &Settings) -> Vec<usize> {
    let mut order: Vec<usize> = (0..settings.nodes).collect();
    if settings.shuffle > 0 {
        Random::new(settings.shuffle as u64).shuffle(&mut order);
    }
    order
}

/// Everything that is computed about the graph.
pub async fn stages(
    settings: &Settings,
    network: &Network,
    mut stages: Vec<Stage>,
    mut breath: Breath,
) -> Result<Vec<Stage>, LayerError> {
    let (graph, nodes) = (&network.graph, network.graph.nodes());
    let from = settings.from;
    stages.push(Stage::new("from", "where walks begin", "s", Role::Plain, tensor(&[1], vec![from as f32])));
    let mut add = |name, title, symbol, role, shape: &[usize], numbers: Vec<f32>| {
        stages.push(Stage::new(name, title, symbol, role, Values::from(tensor(shape, numbers))));
    };
    match settings.measure {
        Measure::Degree => {
            let degree = (0..nodes).map(|node| graph.incoming(node).len() as f32).collect();
            add("degree", "degree", "d", Role::Output, &[nodes], degree);
        }
        Measure::Hops => {
            let hops = graph.hops(from).into_iter().map(|hops| hops.map_or(-1.0, |hops| hops as f32)).collect();
            add("hops", "fewest edges", "l", Role::Output, &[nodes], hops);
        }
        Measure::Walks => {
            let mut walks = Vec::new();
            for length in 0..=settings.hops {
                walks.extend(graph.walks(from, length).into_iter().map(|walks| walks as f32));
                breath.draw().await;
            }
            add("walks", "walks", "w", Role::Output, &[settings.hops + 1, nodes], walks);
        }
        Measure::Rank => {
            let mut rank = Vec::new();
            for ranks in graph.surf(from, settings.restart, TOLERANCE) {
                rank = ranks;
                breath.draw().await;
            }
            let mut ranks: Vec<f32> = rank.into_iter().map(|rank| rank as f32).collect();
            for node in 0..nodes {
                let of = |node: usize| Expr::Number(f64::from(ranks[node]));
                ranks.push(visited(graph, settings, from, node, &of).value().unwrap_or(0.0) as f32);
                breath.draw().await;
            }
            add("rank", "personalised PageRank", "p", Role::Output, &[2, nodes], ranks);
        }
    }
    Ok(stages)
}

/// The number that the transport stands at: of each node in turn, or of each length of walks where they began.
pub fn step_cell(trace: &Trace, step: usize) -> Option<Cell> {
    let stage = measured(trace)?;
    let from = trace.stage("from")?.value(&[0])? as usize;
    match stage.name {
        "walks" => stage.cell(&[step, from]),
        "rank" => stage.cell(&[1, step]),
        _ => stage.cell(&[step]),
    }
    .filter(|cell| stage.value(&cell.index).is_some())
}

/// What is told of each node.
pub fn measured(trace: &Trace) -> Option<&Stage> {
    ["degree", "hops", "walks", "rank"].into_iter().find_map(|name| trace.stage(name))
}

/// How likely somebody is at a node who follows edges by chance, and now and then goes back to where the walk began.
fn visited(graph: &Graph, settings: &Settings, from: usize, node: usize, of: &dyn Fn(usize) -> Expr) -> Expr {
    let stays = Expr::Number(1.0 - settings.restart);
    let mut terms = Vec::new();
    if node == from {
        terms.push(Expr::Number(settings.restart));
        // Who can't go on goes back, too.
        let ends = (0..graph.nodes()).filter(|node| graph.outgoing(*node).is_empty());
        terms.extend(ends.map(|end| stays.clone().times(of(end))));
    }
    for link in graph.incoming(node) {
        let source = link.node as usize;
        terms.push(stays.clone().times(of(source)).over(Expr::Number(graph.outgoing(source).len() as f64)));
    }
    Expr::Sum(terms)
}

const ONE_MORE: Function =
    Function { name: "1 + min", spoken: "one more than the smallest of", apply: |numbers| 1.0 + (MIN.apply)(numbers) };

/// Why a number is what it is; nothing where it is given.
pub fn explain(settings: &Settings, network: &Network, trace: &Trace, cell: Cell) -> Option<Explanation> {
    let (graph, stage) = (&network.graph, trace.stage(cell.stage)?);
    let from = settings.from;
    let last = cell.index.axis(stage.shape().len() - 1);
    let sources = || graph.incoming(last).iter().map(|link| link.node as usize);
    let symbol = |letters: &[&'static str]| stage.general(variables(letters));
    let sum = |body: Expr| sum_over("u∈N(v)", body);
    let (left, rule, made_from) = match cell.stage {
        "degree" => {
            let edges = trace.stage("edges")?;
            // Of a large graph only those that are there.
            let row: Vec<usize> = if settings.is_large() { sources().collect() } else { (0..graph.nodes()).collect() };
            let row = row.into_iter().map(|source| edges.at(&[last, source])).collect();
            (symbol(&["v"]), sum_over("u", edges.general(variables(&["v", "u"]))), Expr::Sum(row))
        }
        "hops" if last != from && stage.value(&cell.index)? > 0.0 => {
            let heard = sources().filter(|source| stage.value(&[*source as u32]).is_some_and(|hops| hops >= 0.0));
            let heard = heard.map(|source| stage.at(&[source])).collect();
            (symbol(&["v"]), Expr::call(ONE_MORE, symbol(&["u"])), Expr::Call(ONE_MORE, heard))
        }
        "walks" if cell.index.axis(0) > 0 => {
            let before = cell.index.axis(0) - 1;
            let terms = sources().map(|source| stage.at(&[before, source])).collect();
            (symbol(&["n", "v"]), sum(symbol(&["n − 1", "u"])), Expr::Sum(terms))
        }
        "rank" if cell.index.axis(0) == 1 => {
            let made_from = visited(graph, settings, from, last, &|node| stage.at(&[0, node]));
            let back = Expr::variable("r");
            let rule = sum(symbol(&["u"]).over(Expr::indexed("d", Role::Plain, variables(&["u"]))));
            let stays = minus(Expr::Number(1.0), back.clone());
            (symbol(&["v"]), Expr::Sum(vec![back.times(Expr::variable("[v = s]")), stays.times(rule)]), made_from)
        }
        _ => return None,
    };
    Some(Explanation::computed(stage, &stage.position(cell.index), left, rule, made_from))
}

/// Where a number goes.
pub fn influences(settings: &Settings, network: &Network, trace: &Trace, cell: Cell) -> Vec<Cell> {
    let (first, last) = (cell.index.axis(0), cell.index.axis(cell.index.len().max(1) - 1));
    // Who may read it: the nodes that hear this one, and the one to which walks go back.
    let mut readers: Vec<usize> = network.graph.outgoing(last).iter().map(|link| link.node as usize).collect();
    readers.push(settings.from);
    readers.sort_unstable();
    readers.dedup();
    let of = |at: &dyn Fn(usize) -> Cell| readers.into_iter().map(at).collect();
    let candidates: Vec<Cell> = match cell.stage {
        "edges" => vec![Cell::new("degree", [first])],
        "hops" => of(&|node| Cell::new("hops", [node])),
        "walks" => of(&|node| Cell::new("walks", [first + 1, node])),
        "rank" if first == 0 => of(&|node| Cell::new("rank", [1, node])),
        _ => return Vec::new(),
    };
    let reads = |other: &Cell| {
        let why = trace.value(*other).and_then(|_| explain(settings, network, trace, *other));
        why.is_some_and(|why| why.made_from.cells().contains(&cell))
    };
    candidates.into_iter().filter(reads).collect()
}

/// In words: what new names leave as it was, and what they don't.
pub fn renamed(settings: &Settings, network: &Network, trace: &Trace) -> Option<String> {
    let (order, input) = ((settings.shuffle > 0).then(|| order(settings))?, trace.stage("input")?);
    let width = input.shape()[1];
    let number = |node: usize, feature: usize| f64::from(input.value(&[node as u32, feature as u32]).unwrap_or(0.0));
    let renamed = Graph::new(
        order.len(),
        &network.graph.edges().iter().map(|&(u, v)| (place(&order, u), place(&order, v))).collect::<Vec<_>>(),
    );
    let renamed = renamed.ok()?;
    let mut changed = [0; 4];
    for (new, &old) in order.iter().enumerate() {
        // Neighbours come in the order of their names.
        let sorted = |graph: &Graph, node: usize| {
            let mut sources: Vec<usize> = graph.incoming(node).iter().map(|link| link.node as usize).collect();
            sources.sort_unstable();
            sources
        };
        let before = sorted(&network.graph, old);
        let after: Vec<usize> = sorted(&renamed, new).into_iter().map(|source| order[source]).collect();
        for (which, count) in changed.iter_mut().enumerate() {
            let made = |sources: &[usize]| -> Vec<f64> {
                let all = |feature: usize| sources.iter().map(move |source| number(*source, feature));
                match which {
                    // Sums of many numbers may differ in their last digits with the order: they are compared as they are shown.
                    0 => (0..width).map(|f| (all(f).sum::<f64>() * 1e6).round()).collect(),
                    1 => {
                        (0..width).map(|f| (all(f).sum::<f64>() / sources.len().max(1) as f64 * 1e6).round()).collect()
                    }
                    2 => (0..width).map(|f| all(f).fold(f64::NEG_INFINITY, f64::max)).collect(),
                    _ => sources.iter().flat_map(|source| (0..width).map(|f| number(*source, f))).collect(),
                }
            };
            *count += usize::from(made(&before) != made(&after));
        }
    }
    let [sum, mean, max, concatenated] = changed;
    Some(format!(
        "new names change the sum of {sum} nodes, the mean of {mean}, the maximum of {max}, and {concatenated} of {} rows of neighbours one after the other",
        order.len()
    ))
}

/// The new name of a node.
pub fn place(order: &[usize], node: usize) -> usize {
    order.iter().position(|old| *old == node).unwrap_or(0)
}

/// The lecture's n-hop neighbourhood of the node that is looked at.
pub fn reached(settings: &Settings, network: &Network, hops: usize) -> Vec<usize> {
    network.graph.within(settings.from, hops)
}

/// The classes of the nodes, where they are known.
pub fn facts(settings: &Settings, network: &Network) -> String {
    let data = &network.data;
    let size = format!("{} nodes, {} edges", grouped(data.nodes as u64), grouped(data.edges.len() as u64));
    // They are told at every move of the pointer: what looks at all edges takes too long for that.
    if settings.is_large() {
        return size;
    }
    let reached = reached(settings, network, settings.hops);
    let itself = if reached.contains(&settings.from) { "itself among them" } else { "not itself" };
    let (_, iterations) = network.graph.pagerank(settings.from, settings.restart, TOLERANCE);
    format!(
        "{size} · {} nodes by walks of {} edges from {}, {itself} · PageRank after {iterations} rounds, to {TOLERANCE:e}",
        reached.len(),
        settings.hops,
        settings.from,
    )
}
