//! What hands do to a graph: nodes are moved, joined, added and taken away, numbers are changed.

use super::model::{drawn, places};
use super::settings::{MOST_NODES, Settings, Shape};
use crate::blocks::control::LIMIT;
use crate::blocks::{Gesture, sparse};
use crate::explain::{Cell, decimal};

/// The number in a cell set by hand; nothing where it is computed. A number of the adjacency matrix joins two nodes, or parts them.
pub fn edit(settings: &Settings, cell: Cell, value: f32) -> Option<Settings> {
    if cell.stage == "edges" {
        let (target, source) = (cell.index.axis(0), cell.index.axis(1));
        let leads = |&(a, b): &(u32, u32)| {
            (a as usize, b as usize) == (source, target)
                || !settings.directed && (b as usize, a as usize) == (source, target)
        };
        let joined = drawn(settings).edges.iter().any(leads);
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
    let node = (cell.stage == "node").then(|| cell.index.axis(0))?;
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
            let mut grown = (settings.nodes < MOST_NODES).then(|| own(settings))?;
            grown.nodes += 1;
            grown.places.extend(at.map(rounded));
            let edge = format!("{node}-{}", settings.nodes);
            grown.edges = if grown.edges.is_empty() { edge } else { format!("{},{edge}", grown.edges) };
            Some(grown)
        }
        Gesture::Remove => {
            let mut shrunk = (settings.nodes > 1).then(|| own(settings))?;
            let below = |other: u32| other as usize - usize::from(other as usize > node);
            let stays = |&&(a, b): &&(u32, u32)| a as usize != node && b as usize != node;
            let edges = drawn(settings).edges;
            shrunk.edges = written(edges.iter().filter(stays).map(|&(a, b)| (below(a), below(b))));
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

/// The same settings, with a place for every node.
fn placed(settings: &Settings) -> Settings {
    let mut changed = settings.clone();
    changed.places = places(settings).into_iter().flatten().map(rounded).collect();
    changed
}

/// The same graph as one of the reader's own, which holds what the nodes held.
fn own(settings: &Settings) -> Settings {
    let (mut changed, data) = (placed(settings), drawn(settings));
    for (place, number) in data.features.iter().enumerate() {
        let cell = Cell::new("input", [place / data.width, place % data.width]);
        if !settings.numbers.contains(&format!("{cell}="))
            && let Some(numbers) = sparse::with(&changed.numbers, cell, *number)
        {
            changed.numbers = numbers;
        }
        changed.features = data.width;
    }
    changed.edges = written(data.edges.iter().map(|&(a, b)| (a as usize, b as usize)));
    changed.graph = Shape::Own;
    changed
}

/// The settings after two nodes were joined, or parted.
fn join(settings: &Settings, source: usize, target: usize) -> Settings {
    let mut changed = own(settings);
    let is_it = |&(u, v): &(u32, u32)| {
        let edge = (u as usize, v as usize);
        edge == (source, target) || !settings.directed && edge == (target, source)
    };
    let mut edges = drawn(settings).edges;
    if edges.iter().any(is_it) {
        edges.retain(|edge| !is_it(edge));
    } else {
        edges.push((source as u32, target as u32));
    }
    changed.edges = written(edges.iter().map(|&(a, b)| (a as usize, b as usize)));
    changed
}
