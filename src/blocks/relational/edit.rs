//! What hands do to a graph: nodes are moved, joined, added and taken away, numbers are changed.

use super::model::{drawn, places};
use super::settings::{MOST_NODES, Settings, Shape};
use crate::blocks::control::LIMIT;
use crate::blocks::{Gesture, sparse};
use crate::data::graphs::GraphData;
use crate::explain::{Cell, decimal};

/// The number in a cell set by hand; nothing where it is computed. A number of the adjacency matrix joins two nodes, or parts them.
pub fn edit(settings: &Settings, cell: Cell, value: f32) -> Option<Settings> {
    if cell.stage == "edges" {
        // A large graph would not find room among the settings.
        if settings.is_large() {
            return None;
        }
        let (target, source) = (cell.index.axis(0), cell.index.axis(1));
        let joined = drawn(settings).edges.iter().any(|edge| joins(settings, *edge, source, target));
        let toggled = (joined != (value != 0.0)).then(|| join(settings, source, target));
        return Some(toggled.unwrap_or_else(|| settings.clone()));
    }
    let mut changed = settings.clone();
    let last = format!("hidden-{}-gradient", settings.layers);
    let learned = cell.stage.contains("weight-") || cell.stage.starts_with("bias-");
    let is_given = cell.stage == "input" || cell.stage == last || learned && !cell.stage.ends_with("gradient");
    let value = decimal(value).clamp(-LIMIT, LIMIT) as f32;
    changed.numbers = sparse::with(&settings.numbers, cell, value).filter(|_| is_given)?;
    Some(changed)
}

/// The settings after something was done to a node.
pub fn reshape(settings: &Settings, cell: Cell, gesture: Gesture) -> Option<Settings> {
    let node = (cell.stage == "node" && !settings.is_large()).then(|| cell.index.axis(0))?;
    match gesture {
        Gesture::Move(to) => {
            let mut moved = placed(settings, &drawn(settings));
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
            let mut data = (settings.nodes > 1).then(|| drawn(settings))?;
            let mut shrunk = own(settings, &data, &[]);
            let below = |other: u32| other as usize - usize::from(other as usize > node);
            data.edges.retain(|&(a, b)| a as usize != node && b as usize != node);
            shrunk.edges = written(data.edges.iter().map(|&(a, b)| (below(a), below(b))));
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
fn placed(settings: &Settings, data: &GraphData) -> Settings {
    let mut changed = settings.clone();
    changed.places = places(settings, data).into_iter().flatten().map(rounded).collect();
    changed
}

/// The same graph as one of the reader's own, which holds what the nodes held, with these edges.
fn own(settings: &Settings, data: &GraphData, edges: &[(u32, u32)]) -> Settings {
    let mut changed = placed(settings, data);
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
