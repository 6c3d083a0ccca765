//! `message-passing` and `gcn`: layers on a graph.

mod arranged;
mod edit;
mod figures;
mod files;
mod model;
mod neighbourhood;
mod program;
mod scene;
mod settings;
mod stages;
mod training;

use settings::{Settings, Shape, Topic};

use super::{Block, Gesture, Opens, Panel, View, Word, Written};
use crate::compute::{Chain, Device};
use crate::data::graphs::{Bundled, MAX_NODES};
use crate::explain::{Cell, Explanation, Role, Trace, grouped};
use crate::layers::LayerError;
use crate::scene::Scene;

/// A block on graphs, by its place among [`TOPICS`]. All but the words is the same.
pub struct OnGraph<const TOPIC: usize>;

/// The blocks, with what is told of each.
const TOPICS: [(Topic, &str); 3] = [
    (Topic::Graph, include_str!("graph.txt")),
    (Topic::Passing, include_str!("message-passing.txt")),
    (Topic::Convolution, include_str!("gcn.txt")),
];

impl<const TOPIC: usize> Block for OnGraph<TOPIC> {
    const ABOUT: &'static str = TOPICS[TOPIC].1;
    const NEAR: bool = true;
    const OPENS: Option<Opens> = Some(files::OPENS);

    const CONTROLS: &'static str = include_str!("controls.txt");

    type Settings = Settings;

    fn initial() -> Settings {
        Settings::of(TOPICS[TOPIC].0)
    }

    fn narrow(settings: &Settings, panel: &mut Panel) {
        settings.narrow(panel);
    }

    fn settle(settings: &mut Settings, changed: &str) {
        settings.settle(changed);
    }

    async fn trace(settings: &Settings, device: &Device) -> Result<Trace, LayerError> {
        stages::trace(settings, device).await
    }

    fn steps(trace: &Trace) -> usize {
        stages::turns(trace)
    }

    fn step_cell(trace: &Trace, step: usize) -> Option<Cell> {
        stages::step_cell(trace, step)
    }

    fn step_of(trace: &Trace, cell: Cell) -> Option<usize> {
        stages::step_of(trace, cell)
    }

    fn explain(settings: &Settings, trace: &Trace, cell: Cell) -> Option<Explanation> {
        stages::explain(settings, trace, cell)
    }

    fn influences(settings: &Settings, trace: &Trace, cell: Cell) -> Vec<Cell> {
        stages::influences(settings, trace, cell)
    }

    fn scene(settings: &Settings, trace: &Trace, view: View<'_>) -> Scene {
        scene::draw(settings, trace, view)
    }

    fn go_on(settings: &Settings) -> Option<bool> {
        settings.is_large().then(|| arranged::go_on(settings)).flatten()
    }

    fn edit(settings: &Settings, cell: Cell, value: f32) -> Option<Settings> {
        edit::edit(settings, cell, value)
    }

    fn reshape(settings: &Settings, cell: Cell, gesture: Gesture) -> Option<Settings> {
        edit::reshape(settings, cell, gesture)
    }

    fn open(settings: &Settings, cell: Cell) -> Option<Settings> {
        let mut changed = settings.clone();
        let at = cell.index.axis(0);
        let (is_graph, is_dot) = (settings.block == Topic::Graph, settings.is_large());
        match cell.stage {
            "node" if is_graph => changed.from = at,
            // A dot of a large graph stands for its number.
            "hops" if is_graph && is_dot => changed.from = at,
            "walks" | "rank" if is_graph && is_dot => changed.from = cell.index.axis(1),
            "sample" => changed.nodes = MAX_NODES,
            "loss" | "accuracy" => changed.epochs = at as f64,
            _ => {}
        }
        (changed != *settings).then_some(changed)
    }

    fn take(settings: &Settings, text: &str) -> (Option<Settings>, Vec<String>) {
        files::take(settings, text)
    }

    fn written(settings: &Settings) -> Vec<Written> {
        files::written(settings).unwrap_or_default()
    }

    fn facts(settings: &Settings, trace: &Trace) -> String {
        facts(settings, trace)
    }

    fn chain(settings: &Settings, _: &Trace) -> Option<(Chain, &'static str)> {
        stages::chain(settings)
    }

    fn pytorch(settings: &Settings, trace: &Trace, cell: Cell) -> String {
        program::write(settings, trace, cell).unwrap_or_default()
    }
}

fn facts(settings: &Settings, trace: &Trace) -> String {
    let Ok(network) = model::Network::of(settings) else { return String::new() };
    let told = match settings.block {
        Topic::Graph => neighbourhood::facts(settings, &network),
        _ => sizes(&network, trace),
    };
    // Graphs that somebody has published say by whom.
    let is_published = matches!(settings.graph, Shape::Karate | Shape::Citations | Shape::Molecule);
    let source = Bundled::named(settings.graph.word()).filter(|_| is_published);
    [Some(&*told), source.map(Bundled::source)].into_iter().flatten().collect::<Vec<_>>().join(" · ")
}

fn sizes(network: &model::Network, trace: &Trace) -> String {
    let weights = trace.stages.iter().filter(|stage| stage.role == Role::Weight && stage.name != "kernel");
    let parameters: u64 = weights.map(|stage| stage.len() as u64).sum();
    let (nodes, relations) = (network.graph.nodes(), network.data.edges.len());
    let width = |row: Option<&usize>| {
        let stage = row.and_then(|row| trace.stage(network.names[*row].name));
        stage.map_or(0, |stage| stage.shape()[1])
    };
    format!(
        "{} nodes, {} edges · [{nodes}, {}] → [{nodes}, {}] · {} parameters, however many nodes",
        grouped(nodes as u64),
        grouped(relations as u64),
        width(network.rows.first()),
        width(network.rows.last()),
        grouped(parameters)
    )
}
