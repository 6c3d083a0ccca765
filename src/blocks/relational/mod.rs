//! `message-passing` and `gcn`: layers on a graph.

mod arranged;
mod edit;
mod figures;
mod files;
mod model;
mod neighbourhood;
mod presets;
mod program;
mod scene;
mod settings;
mod stages;
mod training;

use settings::{Settings, Shape, Topic};

use super::{About, Block, Gesture, Opens, Panel, Preset, View, Word, Written};
use crate::compute::Device;
use crate::data::graphs::Bundled;
use crate::explain::{Cell, Explanation, Role, Trace, grouped};
use crate::layers::LayerError;
use crate::scene::Scene;

/// A block on graphs, by its place among [`TOPICS`]. All but the words is the same.
pub struct OnGraph<const TOPIC: usize>;

/// The blocks, with where each begins.
const TOPICS: [(Topic, About, &[Preset]); 3] = [
    (Topic::Graph, GRAPH, presets::GRAPH),
    (Topic::Passing, PASSING, presets::PASSING),
    (Topic::Convolution, CONVOLUTION, presets::CONVOLUTION),
];

const GRAPH: About = About {
    name: "graph",
    title: "Graphs",
    teaches: "Nodes and edges, and who is near whom: by hops, by walks, by chance.",
    text: "A graph G(V, E) is a set of nodes and a set of edges between them; each node has features. The matrix A says the same: its row v \
           has a 1 for every node that v hears. The n-hop neighbourhood of v is where walks of n edges lead; there may be many ways to the \
           same node, and in most cases v is among them, through edges that lead back. Personalised PageRank weighs near nodes by how often \
           a walk by chance comes by.",
    question: "Predict: is a node in its own 2-hop neighbourhood?",
    lecture: "The lecture's N_n(v) is what walks of n edges reach. The distance, the fewest edges, tells less: nodes at the same distance \
              differ in how many ways lead to them.",
};

const PASSING: About = About {
    name: "message-passing",
    title: "Message passing",
    teaches: "Every node gathers what its neighbours say, then updates itself.",
    text: "A graph has no rows and columns: a node has as many neighbours as it has, in no order. So each node sends what it holds along \
               its edges; AGGREGATE makes one vector of whatever arrives, UPDATE makes the node's new vector of that and of its own. All \
               nodes share the weights. After l layers a node has heard from all nodes that are at most l edges away.",
    question: "Predict: after how many layers has every node heard from every other?",
    lecture: "The lecture's m_N(v) = AGGREGATE({h_u : u ∈ N(v)}) and h_v = UPDATE(h_v, m_N(v)). Here messages come from the nodes whose \
                  edges end at v; where relations are mutual, as in the lecture's examples, these are the nodes of N(v).",
};

const CONVOLUTION: About = About {
    name: "gcn",
    title: "Graph convolution",
    teaches: "Three views of one number: the graph, the matrices, the formula.",
    text: "Multiplying the features with the adjacency matrix A adds up, for every node, what its neighbours hold. Divided by the \
               number of neighbours, sums become means, so that values stay in the same range however many layers are stacked. Then \
               weights, the same for all nodes, mix the features, and a non-linearity follows. With every layer the nodes become more \
               alike.",
    question: "Predict: what happens to the nodes of a connected graph after sixteen layers?",
    lecture: "The lecture writes σ(W Ā h), with h for all nodes. With a row for each node that is σ(Ā H Wᵀ): the weights mix the columns \
                  of H, Ā its rows, and it does not matter which comes first.",
};

impl<const TOPIC: usize> Block for OnGraph<TOPIC> {
    const ABOUT: About = TOPICS[TOPIC].1;
    const PRESETS: &'static [Preset] = TOPICS[TOPIC].2;
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

    async fn trace(settings: &Settings, _: &Device) -> Result<Trace, LayerError> {
        stages::trace(settings).await
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
        "{nodes} nodes, {relations} edges · [{nodes}, {}] → [{nodes}, {}] · {} parameters, however many nodes",
        width(network.rows.first()),
        width(network.rows.last()),
        grouped(parameters)
    )
}
