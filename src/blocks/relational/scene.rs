//! The pictures of layers on a graph: the nodes and what travels between them, and the same as matrices.

mod figures;
mod graph;
mod large;
mod matrices;
mod neighbourhood;

use neighbourhood::length;

use std::rc::Rc;

use super::model::{Network, Way, places};
use super::neighbourhood::reached;
use super::settings::{Settings, Topic};
use super::stages::{Turn, is_backward, turn};
use crate::blocks::View;
use crate::explain::{Role, Stage, Trace};
use crate::scene::{Point, Rect, Scale, Scene, Theme, legend};

/// Everything that drawing needs.
pub struct Picture<'a> {
    settings: &'a Settings,
    trace: &'a Trace,
    view: View<'a>,
    network: Rc<Network>,
    /// Where each node stands, from 0 to 1.
    places: Vec<[f32; 2]>,
    /// Which layer is at work, and which node.
    turn: Turn,
    /// The nodes that the one at work has heard of, or that walks lead to from where they begin.
    near: Vec<usize>,
    scale: Scale,
}

/// Draws the block.
pub fn draw(settings: &Settings, trace: &Trace, view: View<'_>) -> Scene {
    let Ok(network) = Network::of(settings) else { return Scene::default() };
    let turn = turn(trace, view.step.ceil() as usize);
    let wanted = |role: Role| match is_backward(trace) {
        true => role == Role::Gradient,
        false => matches!(role, Role::Input | Role::Intermediate | Role::Output),
    };
    let scale = view.memory.scale(trace.stages.iter().filter(|stage| wanted(stage.role)));
    if settings.is_large() {
        return Picture { settings, trace, view, network, places: Vec::new(), turn, near: Vec::new(), scale }.large();
    }
    let near = match (settings.block, turn.node) {
        (Topic::Graph, _) => reached(settings, &network, length(settings, view)),
        (_, Some(node)) => heard(&network, node, turn.layer + 1),
        _ => Vec::new(),
    };
    let places = places(settings);
    let picture = Picture { settings, trace, view, network, places, turn, near, scale };
    let text = view.theme.text;
    let mut scene = Scene::new(view.width, 0.0);
    let wide = view.width >= 720.0 * text;
    let room = if wide { view.width * 0.42 } else { view.width };
    let within = Rect::new(0.0, 0.0, room, (room * 0.86).min(430.0 * text));
    let told = picture.graph(&mut scene, within);
    let (left, top) = if wide { (room + 18.0 * text, 0.0) } else { (8.0, told + 10.0 * text) };
    let within = Rect::new(left, top, view.width - left - 4.0, 0.0);
    let bottom = match settings.block {
        Topic::Graph => picture.tables(&mut scene, within),
        _ => picture.matrices(&mut scene, within),
    };
    let bottom = picture.figures(&mut scene, bottom.max(told));
    let label = if is_backward(trace) { "gradients" } else { "values" };
    let scale = if settings.block == Topic::Graph { view.scale(trace, &["input"]) } else { scale };
    legend(&mut scene, Point::new(view.width - 4.0, bottom + 12.0 * text), scale, view.theme, label);
    scene.height = bottom + 26.0 * text;
    scene
}

/// From which nodes a node has heard after so many layers, itself included.
fn heard(network: &Network, node: usize, layers: usize) -> Vec<usize> {
    let hops = network.graph.reversed().hops(node);
    (0..hops.len()).filter(|&other| hops[other].is_some_and(|hops| hops <= layers)).collect()
}

impl<'a> Picture<'a> {
    fn theme(&self) -> &'a Theme {
        self.view.theme
    }

    fn way(&self) -> Way {
        self.network.ways[self.turn.layer]
    }

    /// The stage of an array, or of its gradients.
    fn stage(&self, array: usize) -> Option<&'a Stage> {
        let named = self.network.names[array];
        let by = self.trace.stage(named.by[0]).filter(|_| is_backward(self.trace));
        by.or_else(|| self.trace.stage(named.name))
    }

    /// Whether there are layers, or the graph alone.
    fn is_alone(&self) -> bool {
        self.settings.block == Topic::Graph
    }

    /// The rows of all nodes before the layer, and after it.
    fn rows(&self) -> [Option<&'a Stage>; 2] {
        if self.is_alone() {
            return [self.trace.stage("input"), None];
        }
        [0, 1].map(|after| self.stage(self.network.rows[self.turn.layer + after]))
    }

    fn nodes(&self) -> usize {
        self.network.graph.nodes()
    }
}
