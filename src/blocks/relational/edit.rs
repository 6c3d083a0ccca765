//! What becomes of a graph in the reader's hands: nodes are moved, joined, added and taken away, numbers are changed, and whole
//! graphs are brought along.

use super::model::{drawn, places};
use super::settings::{MOST_FEATURES, MOST_NODES, Settings, Shape};
use crate::blocks::control::LIMIT;
use crate::blocks::{Gesture, sparse};
use crate::data::graphs::GraphData;
use crate::explain::{Cell, decimal};
use crate::scene::arrange;

/// The number in a cell set by hand; nothing where it is computed. A number between two nodes parts them where it is zero or less,
/// and joins them where it is more.
pub fn edit(settings: &Settings, cell: Cell, value: f32) -> Option<Settings> {
    if is_between_nodes(cell.stage) {
        // A large graph would not find room among the settings.
        if settings.is_large() {
            return None;
        }
        let (target, source) = (cell.index.axis(0), cell.index.axis(1));
        let is_loop = settings.loops && source == target;
        let joined = drawn(settings).edges.iter().any(|edge| joins(settings, *edge, source, target));
        let toggled = (joined != (value > 0.0)).then(|| join(settings, source, target));
        return Some(toggled.unwrap_or_else(|| settings.clone())).filter(|_| !is_loop);
    }
    let mut changed = settings.clone();
    let last = format!("hidden-{}-gradient", settings.layers);
    let learned = cell.stage.contains("weight-") || cell.stage.starts_with("bias-");
    let is_given =
        ["input", "kernel"].contains(&cell.stage) || cell.stage == last || learned && !cell.stage.ends_with("gradient");
    let value = decimal(value).clamp(-LIMIT, LIMIT) as f32;
    changed.numbers = sparse::with(&settings.numbers, cell, value).filter(|_| is_given)?;
    Some(changed)
}

/// Whether a stage has a number for each edge: A, Ā, or who listens how much to whom.
pub fn is_between_nodes(stage: &str) -> bool {
    ["edges", "adjacency"].contains(&stage) || stage.starts_with("attention-") && !stage.ends_with("gradient")
}

/// The settings with a graph that the reader has brought; nothing where it has no nodes or more than fit. Sentences say what of it
/// is left out.
pub fn adopt(settings: &Settings, mut data: GraphData, sentences: &mut Vec<String>) -> Option<Settings> {
    if !(1..=MOST_NODES).contains(&data.nodes) {
        sentences.push(format!("it has {} nodes; from 1 to {MOST_NODES} fit here", data.nodes));
        return None;
    }
    if once(&mut data) {
        sentences.push("each edge counts once here".to_owned());
    }
    if data.features.iter().any(|feature| feature.abs() > LIMIT as f32) {
        sentences.push(format!("features beyond ±{LIMIT} are taken as ±{LIMIT}"));
    }
    let wide = format!("features past the first {MOST_FEATURES}");
    let left = [
        ("names (nodes are called by their numbers from 0)", !data.names.is_empty()),
        ("weights", !data.weights.is_empty()),
        ("classes", !data.classes.is_empty()),
        (&wide, data.width > MOST_FEATURES),
    ];
    let left: Vec<_> = left.into_iter().filter(|(_, is_there)| *is_there).map(|(what, _)| what).collect();
    if !left.is_empty() {
        sentences.push(format!("left out here: {}", left.join(", ")));
    }
    let mut adopted = settings.clone();
    adopted.graph = Shape::Own;
    adopted.nodes = data.nodes;
    adopted.from = settings.from.min(data.nodes - 1);
    adopted.directed = data.directed;
    adopted.edges = written(data.edges.iter().map(|&(a, b)| (a as usize, b as usize)));
    adopted.places = framed(data.places.unwrap_or_default()).into_iter().flatten().map(rounded).collect();
    adopted.numbers = given(&data.features, data.width);
    if data.width > 0 {
        adopted.features = data.width.min(MOST_FEATURES);
    }
    Some(adopted)
}

/// Leaves out edges that repeat others; whether there were some.
fn once(data: &mut GraphData) -> bool {
    let (nodes, directed, all) = (data.nodes, data.directed, data.edges.len());
    let mut seen = vec![false; nodes * nodes];
    data.edges.retain(|&(a, b)| {
        let (from, to) = if directed { (a, b) } else { (a.min(b), a.max(b)) };
        !std::mem::replace(&mut seen[from as usize * nodes + to as usize], true)
    });
    data.edges.len() < all
}

/// Places from 0 to 1: as they are, where they are that already.
fn framed(mut places: Vec<[f32; 2]>) -> Vec<[f32; 2]> {
    if !places.iter().flatten().all(|at| (0.0..=1.0).contains(at)) {
        arrange::fit(&mut places);
    }
    places
}

/// What the nodes hold, as numbers set by hand: of each node, as many as it may have.
fn given(features: &[f32], width: usize) -> String {
    let number = |(place, number): (usize, &f32)| {
        let cell = Cell::new("input", [place / width, place % width]);
        // With an exponent where there would be many zeros.
        let number = format!("{:?}", number.clamp(-LIMIT as f32, LIMIT as f32));
        (place % width < MOST_FEATURES).then(|| format!("{cell}={}", number.strip_suffix(".0").unwrap_or(&number)))
    };
    features.iter().enumerate().filter_map(number).collect::<Vec<_>>().join(",")
}

/// The settings after something was done to a node.
pub fn reshape(settings: &Settings, cell: Cell, gesture: Gesture) -> Option<Settings> {
    let node = (cell.stage == "node" && !settings.is_large()).then(|| cell.index.axis(0))?;
    match gesture {
        Gesture::Move(to) => {
            let mut moved = placed(settings);
            moved.places.splice(2 * node..2 * node + 2, to.map(rounded));
            Some(moved)
        }
        Gesture::Join(other) => {
            let other = (other.stage == "node").then(|| other.index.axis(0)).filter(|other| *other != node)?;
            Some(join(settings, node, other))
        }
        Gesture::Sprout(at) => {
            let data = (settings.nodes < MOST_NODES).then(|| drawn(settings))?;
            let edges = [&data.edges[..], &[(node as u32, settings.nodes as u32)]].concat();
            let mut grown = own(settings, &data, &edges);
            grown.nodes += 1;
            grown.places.extend(at.map(rounded));
            Some(grown)
        }
        Gesture::Remove => {
            let data = (settings.nodes > 1).then(|| drawn(settings))?;
            let mut shrunk = own(settings, &data, &[]);
            let below = |other: u32| other as usize - usize::from(other as usize > node);
            let stays = |&&(a, b): &&(u32, u32)| a as usize != node && b as usize != node;
            shrunk.edges = written(data.edges.iter().filter(stays).map(|&(a, b)| (below(a), below(b))));
            shrunk.places.drain(2 * node..2 * node + 2);
            shrunk.nodes -= 1;
            shrunk.numbers = renumbered(&shrunk.numbers, node);
            Some(shrunk)
        }
    }
}

/// The numbers of nodes that were changed by hand, after a node was taken away.
fn renumbered(numbers: &str, gone: usize) -> String {
    let kept = numbers.split(',').filter_map(|pair| {
        let Some(rest) = pair.strip_prefix("input.") else { return Some(pair.to_owned()) };
        let (node, rest) = rest.split_once('.')?;
        let node: usize = node.parse().ok().filter(|node| *node != gone)?;
        Some(format!("input.{}.{rest}", node - usize::from(node > gone)))
    });
    kept.collect::<Vec<_>>().join(",")
}

fn rounded(at: f32) -> f64 {
    decimal((at * 1000.0).round() / 1000.0)
}

fn written(edges: impl Iterator<Item = (usize, usize)>) -> String {
    edges.map(|(source, target)| format!("{source}-{target}")).collect::<Vec<_>>().join(",")
}

/// Whether an edge leads from one node to another; where relations are mutual, either way.
fn joins(settings: &Settings, (a, b): (u32, u32), source: usize, target: usize) -> bool {
    let ends = (a as usize, b as usize);
    ends == (source, target) || !settings.directed && ends == (target, source)
}

/// The same settings, with a place for every node.
fn placed(settings: &Settings) -> Settings {
    let mut changed = settings.clone();
    changed.places = places(settings).into_iter().flatten().map(rounded).collect();
    changed
}

/// The same graph as one of the reader's own, which holds what the nodes held, with these edges.
fn own(settings: &Settings, data: &GraphData, edges: &[(u32, u32)]) -> Settings {
    let mut changed = placed(settings);
    for (place, number) in data.features.iter().enumerate() {
        let cell = Cell::new("input", [place / data.width, place % data.width]);
        if !settings.numbers.contains(&format!("{cell}="))
            && let Some(numbers) = sparse::with(&changed.numbers, cell, *number)
        {
            changed.numbers = numbers;
        }
        changed.features = data.width;
    }
    changed.edges = written(edges.iter().map(|&(a, b)| (a as usize, b as usize)));
    changed.graph = Shape::Own;
    changed
}

/// The settings after two nodes were joined, or parted.
fn join(settings: &Settings, source: usize, target: usize) -> Settings {
    let data = drawn(settings);
    let mut edges = data.edges.clone();
    if edges.iter().any(|edge| joins(settings, *edge, source, target)) {
        edges.retain(|edge| !joins(settings, *edge, source, target));
    } else {
        edges.push((source as u32, target as u32));
    }
    own(settings, &data, &edges)
}
