//! Everything that is computed, as stages; where their numbers come from, and where they go.

use std::rc::Rc;

use super::figures;
use super::model::{Network, drawn_in_pieces, linked};
use super::neighbourhood;
use super::settings::{Pace, Settings, Topic};
use crate::blocks::convolution::Pass;
use crate::blocks::sparse;
use crate::compute::gpu::Program;
use crate::compute::{Breath, Chain, Device, Passing};
use crate::data::graphs::MAX_NODES;
use crate::explain::{Cell, Explanation, Expr, Role, Stage, Trace, Values};
use crate::layers::{Array, Graph, LayerError, Normalization, RelationalStages, Tensor, numbers, tensor};

/// So many numbers of a layer are computed in one piece.
const PIECE: usize = 1000;
/// At least so many times as long as a fast kernel, by which a device is chosen, the definition takes for a multiplication: in Chromium
/// a layer of 7.8 million took it 600 ms with its breaths, where a dense layer took 0.05 ms a million.
const SLOWER: u64 = 500;

/// Everything that is computed from the settings.
pub async fn trace(settings: &Settings, device: &Device) -> Result<Trace, LayerError> {
    let mut breath = Breath::begin();
    let data = drawn_in_pieces(settings, &mut breath).await;
    breath.draw().await;
    let graph = linked(settings, &data, &mut breath).await?;
    breath.draw().await;
    let network = Network::keep(settings, data, graph.clone())?;
    breath.draw().await;
    if settings.block == Topic::Graph {
        return alone(settings, &network, breath).await;
    }
    let made = device.on_card(|| {
        let mut program = Program::of_equations(&graph, &network.layers, &network.given)?;
        program.multiplications *= SLOWER;
        Some(program)
    });
    let all = match made.await {
        Some(made) => {
            let (mut given, mut made) = (network.given.iter().cloned(), made.into_iter());
            let arrays = 0..network.layers.arrays().len();
            let is_made = |array: usize| network.layers.making(array).is_some();
            arrays.filter_map(|array| if is_made(array) { made.next() } else { given.next() }).collect()
        }
        None => {
            let mut forward = network.layers.begin(&graph, network.given.clone())?;
            while !forward.go_on(PIECE)? {
                breath.draw().await;
            }
            forward.numbers
        }
    };
    breath.draw().await;
    let values = |array: usize, numbers: &[f32]| match network.layers.arrays()[array] {
        Array::Edges => {
            let (graph, numbers) = (graph.clone(), numbers.to_vec());
            Values::lazy(vec![graph.nodes(); 2], move |at| {
                let link = graph.incoming(at[0]).iter().find(|link| link.node as usize == at[1]);
                link.map_or(0.0, |link| numbers[link.edge as usize])
            })
        }
        form => Values::from(tensor(&form.shape(&graph), numbers.to_vec())),
    };
    let mut stages: Vec<Stage> = (0..all.len())
        .map(|array| {
            let named = network.names[array];
            Stage::new(named.name, named.title, named.symbol, named.role, values(array, &all[array])).marked(named.mark)
        })
        .collect();
    if settings.pass == Pass::Backward {
        let last = network.rows[settings.layers];
        let mut upstream = Tensor::ones(network.layers.arrays()[last].shape(&graph));
        sparse::apply(&settings.numbers, network.names[last].by[0], &mut upstream);
        let by = network.layers.backward(&graph, &all, (last, &numbers(&upstream)))?;
        for array in (0..all.len()).rev().filter(|array| network.names[*array].name != "adjacency") {
            let named = network.names[array];
            let [name, title] = named.by;
            stages.push(
                Stage::new(name, title, named.symbol, Role::Gradient, values(array, &by[array]))
                    .marked(named.mark)
                    .derivative(),
            );
        }
    }
    let turns = match settings.pace {
        Pace::Node if !settings.is_large() => 2 * settings.layers * graph.nodes(),
        _ => 2 * settings.layers,
    };
    let told = figures::stages(settings, &network, &stages)?;
    stages.extend(told);
    stages.extend(given(&graph));
    stages.extend(settings.is_vast().then(sample));
    let places = tensor(&[turns], (0..turns).map(|turn| turn as f32).collect());
    stages.push(Stage::new("turn", "turns", "n", Role::Plain, places));
    Ok(Trace { stages })
}

/// The layers, and the stage of what the last of them gives.
pub fn chain(settings: &Settings) -> Option<(Chain, &'static str)> {
    let network = Network::of(settings).ok().filter(|_| settings.block != Topic::Graph)?;
    let last = network.rows[settings.layers];
    Some((Passing::of(&network.graph, &network.layers, &network.given, last)?, network.names[last].name))
}

/// So many nodes the CPU carries with ease.
fn sample() -> Stage {
    Stage::new("sample", "a sample of so many nodes", "n", Role::Plain, tensor(&[1], vec![MAX_NODES as f32]))
}

/// The nodes, and who hears whom.
fn given(graph: &Rc<Graph>) -> [Stage; 2] {
    let (of, nodes) = (graph.clone(), graph.nodes());
    let joined = move |at: &[usize]| of.incoming(at[0]).iter().any(|link| link.node as usize == at[1]);
    let edges = Values::lazy(vec![nodes; 2], move |at| f32::from(u8::from(joined(at))));
    let own = tensor(&[nodes], (0..nodes).map(|node| node as f32).collect());
    [Stage::new("node", "nodes", "v", Role::Plain, own), Stage::new("edges", "who hears whom", "A", Role::Plain, edges)]
}

/// The stages of a graph without layers.
async fn alone(settings: &Settings, network: &Network, breath: Breath) -> Result<Trace, LayerError> {
    let named = network.names[0];
    let features = tensor(
        &[network.graph.nodes(), network.given[0].len() / network.graph.nodes().max(1)],
        network.given[0].clone(),
    );
    let mut all = vec![Stage::new(named.name, named.title, "x", named.role, features)];
    all.extend(given(&network.graph));
    all.extend(settings.is_vast().then(sample));
    Ok(Trace { stages: neighbourhood::stages(settings, network, all, breath).await? })
}

/// The graph, its equations, and their stages.
fn related<'a>(network: &'a Network, trace: &'a Trace) -> RelationalStages<'a> {
    let find = |name: &str| trace.stage(name);
    RelationalStages {
        graph: &network.graph,
        layers: &network.layers,
        forward: network.names.iter().map(|named| find(named.name)).collect(),
        backward: network.names.iter().map(|named| find(named.by[0])).collect(),
    }
}

/// Why a number is what it is.
pub fn explain(settings: &Settings, trace: &Trace, cell: Cell) -> Option<Explanation> {
    let stage = trace.stage(cell.stage)?;
    stage.value(&cell.index)?;
    let network = Network::of(settings).ok()?;
    if settings.block == Topic::Graph {
        let given = || Explanation::given(stage.leaf(&stage.position(cell.index)));
        return Some(neighbourhood::explain(settings, &network, trace, cell).unwrap_or_else(given));
    }
    let explained = related(&network, trace)
        .explain(cell)
        .or_else(|| figures::explain(settings, &network, trace, cell))
        .or_else(|| coefficient(settings, &network, stage, cell));
    Some(explained.unwrap_or_else(|| Explanation::given(stage.leaf(&stage.position(cell.index)))))
}

/// Why an entry of Ā is what it is, where an edge is.
fn coefficient(settings: &Settings, network: &Network, stage: &Stage, cell: Cell) -> Option<Explanation> {
    let (v, u) = (cell.index.axis(0), cell.index.axis(1));
    let is_edge = network.graph.incoming(v).iter().any(|link| link.node as usize == u);
    let degree = |node: usize| Expr::Number(network.graph.incoming(node).len() as f64);
    let root = |of: Expr| Expr::call(ROOT, of);
    let letter = |index| Expr::indexed("d", Role::Plain, vec![Expr::variable(index)]);
    let (rule, made_from) = match settings.normalization {
        Normalization::Row => (letter("v"), degree(v)),
        Normalization::Symmetric => {
            (root(letter("v")).times(root(letter("u"))), root(degree(v)).times(root(degree(u))))
        }
        Normalization::None => return None,
    };
    let one = |below: Expr| Expr::Number(1.0).over(below);
    let left = stage.general(vec![Expr::variable("v"), Expr::variable("u")]);
    let is_it = cell.stage == "adjacency" && is_edge && !network.graph.incoming(u).is_empty();
    is_it.then(|| Explanation::computed(stage, &stage.position(cell.index), left, one(rule), one(made_from)))
}

const ROOT: crate::explain::Function =
    crate::explain::Function { name: "√", spoken: "the square root of", apply: |numbers| numbers[0].sqrt() };

/// Where a number goes.
pub fn influences(settings: &Settings, trace: &Trace, cell: Cell) -> Vec<Cell> {
    let Ok(network) = Network::of(settings) else { return Vec::new() };
    if settings.block == Topic::Graph {
        return neighbourhood::influences(settings, &network, trace, cell);
    }
    let mut reached = related(&network, trace).influences(cell);
    reached.extend(figures::influences(settings, &network, trace, cell));
    reached
}

/// Whether the gradients are looked at.
pub fn is_backward(trace: &Trace) -> bool {
    trace.stages.iter().any(|stage| stage.role == Role::Gradient)
}

/// How many nodes, and how many layers.
pub fn sizes(trace: &Trace) -> [usize; 2] {
    let nodes = trace.stage("input").map_or(0, |input| input.shape()[0]);
    let layers = trace.stages.iter().filter(|stage| is_row(stage.name).is_some()).count();
    [nodes, layers]
}

/// The layer after which a stage holds the rows of all nodes; nothing for other stages.
fn is_row(name: &str) -> Option<usize> {
    name.strip_prefix("hidden-")?.parse().ok()
}

/// How many positions the transport has: of a graph alone, one for each node, or for each length of walks.
pub fn turns(trace: &Trace) -> usize {
    match neighbourhood::measured(trace) {
        Some(measured) if measured.name == "walks" => measured.shape()[0],
        Some(measured) => measured.shape().last().copied().unwrap_or(0),
        None => trace.stage("turn").map_or(0, Stage::len),
    }
}

/// What happens at a position of the transport.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Turn {
    /// The layer that is at work, from 0.
    pub layer: usize,
    /// The node; nothing where all have their turn together.
    pub node: Option<usize>,
    /// Whether it has heard its neighbours, and makes its new vector.
    pub updates: bool,
}

/// What happens at a position of the transport: a node gathers, then it updates itself. Backward it is the other way round.
pub fn turn(trace: &Trace, step: usize) -> Turn {
    let [nodes, layers] = sizes(trace);
    let turns = turns(trace);
    let each = if turns > 2 * layers || nodes == 1 { nodes.max(1) } else { 1 };
    let (layer, late) = ((step / (2 * each)).min(layers.saturating_sub(1)), step % 2 == 1);
    let backward = is_backward(trace);
    let layer = if backward { layers.saturating_sub(1 + layer) } else { layer };
    Turn { layer, node: (each == nodes).then(|| step / 2 % each), updates: late != backward }
}

/// What a stage's name says: what is computed, in which layer, from 0; the input comes before the first.
fn named(name: &str) -> Option<(&str, usize)> {
    let name = name.strip_suffix("-gradient").unwrap_or(name);
    let (of, layer) = name.rsplit_once('-')?;
    Some((of, layer.parse::<usize>().ok()?.checked_sub(1)?))
}

/// The number that is computed at a position of the transport: the first of its node.
pub fn step_cell(trace: &Trace, step: usize) -> Option<Cell> {
    if step >= turns(trace) {
        return None;
    }
    if neighbourhood::measured(trace).is_some() {
        return neighbourhood::step_cell(trace, step);
    }
    let Turn { layer, node, updates } = turn(trace, step);
    let gathered = format!("message-{}", layer + 1);
    let gathered = if trace.stage(&gathered).is_some() { gathered } else { format!("projected-{}", layer + 1) };
    let name = match (is_backward(trace), updates) {
        (false, false) => gathered,
        (false, true) => format!("sum-{}", layer + 1),
        (true, true) => format!("sum-{}-gradient", layer + 1),
        (true, false) if layer == 0 => "input-gradient".to_owned(),
        (true, false) => format!("hidden-{layer}-gradient"),
    };
    trace.stage(&name)?.cell(&[node.unwrap_or(0), 0])
}

/// The position at which a number of a node is computed.
pub fn step_of(trace: &Trace, cell: Cell) -> Option<usize> {
    let [nodes, layers] = sizes(trace);
    let stage = trace.stage(cell.stage)?;
    if let Some(measured) = neighbourhood::measured(trace).filter(|measured| measured.name == cell.stage) {
        let is_walk = measured.name == "walks";
        let is_told = measured.name != "rank" || cell.index.axis(0) == 1;
        return is_told.then(|| cell.index.axis(if is_walk { 0 } else { measured.shape().len() - 1 }));
    }
    if nodes == 0 || neighbourhood::measured(trace).is_some() {
        return None;
    }
    let backward = is_backward(trace);
    if stage.role == Role::Weight || backward != (stage.role == Role::Gradient) {
        return None;
    }
    let (layer, updates) = match named(cell.stage) {
        None if cell.stage == "input-gradient" => (0, false),
        Some((of, _)) if of.contains("weight") || of == "bias" => return None,
        // The rows between two layers have their gradient from the layer behind them.
        Some(("hidden", layer)) if backward && layer + 1 < layers => (layer + 1, false),
        Some((of, layer)) => (layer, matches!(of, "sum" | "hidden" | "with-own")),
        None => return None,
    };
    let layer = if backward { layers.checked_sub(1 + layer)? } else { layer };
    let late = usize::from(updates != backward);
    Some(match turn(trace, 0).node {
        Some(_) => 2 * (layer * nodes + cell.index.axis(0)) + late,
        None => 2 * layer + late,
    })
}
