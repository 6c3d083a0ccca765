//! The graph, and the layers on it, that the settings describe.

use std::cell::RefCell;
use std::rc::Rc;

use futures_util::FutureExt;
use futures_util::future::LocalBoxFuture;

use super::arranged::look;
use super::settings::{Layer, Settings, Shape, Topic, Weights};
use super::training;
use crate::blocks::Word;
use crate::blocks::sparse;
use crate::compute::Breath;
use crate::data::graphs::{Bundled, GraphData, Recipe};
use crate::data::random::Random;
use crate::explain::Role;
use crate::layers::{Activation, Array, Graph, LayerError, Normalization, Relational, numbers, tensor};
use crate::scene::arrange;
use crate::scene::script::above;

/// The slope of graph attention's leaky ReLU.
pub const NEGATIVE_SLOPE: f64 = 0.2;

/// What the stage of an array is called.
#[derive(Clone, Copy)]
pub struct Named {
    pub name: &'static str,
    pub title: &'static str,
    pub symbol: &'static str,
    pub role: Role,
    /// What its letter is marked with.
    pub mark: &'static str,
    /// The name of the stage of the gradients, and its title.
    pub by: [&'static str; 2],
}

/// Layers on a graph, and what they are given.
pub struct Network {
    /// What is known about the graph.
    pub data: Rc<GraphData>,
    pub graph: Rc<Graph>,
    pub layers: Relational,
    /// What each array is called.
    pub names: Vec<Named>,
    /// What the given arrays hold, in order.
    pub given: Vec<Vec<f32>>,
    /// The array with the rows of all nodes after each layer, the first before any.
    pub rows: Vec<usize>,
    /// What is drawn of a layer on the way from rows to rows.
    pub ways: Vec<Way>,
}

/// What is drawn of one layer: its arrays.
#[derive(Clone, Copy)]
pub struct Way {
    /// The numbers on the edges; none where all count alike.
    pub edges: Option<usize>,
    /// What is sent along the edges.
    pub sent: usize,
    /// What each node has gathered.
    pub gathered: usize,
    /// The sum before the non-linearity.
    pub sum: usize,
}

thread_local! {
    /// Stages hold their names for as long as the page lives: each is made once.
    static KEPT: RefCell<Vec<&'static str>> = const { RefCell::new(Vec::new()) };
    /// The networks that were asked for last, with their settings.
    static NETWORKS: RefCell<Vec<(Settings, Rc<Network>)>> = const { RefCell::new(Vec::new()) };
}

/// As many networks are kept: as many as a page may show at a time.
const MOST_KEPT: usize = 4;

/// The same text, kept.
fn kept(text: String) -> &'static str {
    KEPT.with_borrow_mut(|kept| match kept.iter().find(|known| **known == text) {
        Some(known) => known,
        None => {
            let text: &'static str = text.leak();
            kept.push(text);
            text
        }
    })
}

/// A letter with the number of a layer: h².
fn raised(letter: &str, layer: usize) -> String {
    letter.to_owned() + &above(&layer.to_string())
}

/// The pairs that a text of edges says: `0-1,1-2`. What is none, or leads nowhere, says nothing.
pub fn pairs(edges: &str, nodes: usize) -> Vec<(usize, usize)> {
    let pair = |text: &str| {
        let (source, target) = text.split_once('-')?;
        Some((source.trim().parse().ok()?, target.trim().parse().ok()?))
    };
    edges.split(',').filter_map(pair).filter(|&(source, target): &(usize, usize)| source.max(target) < nodes).collect()
}

/// The graph of the settings, with all that is known about it.
pub fn drawn(settings: &Settings) -> Rc<GraphData> {
    drawn_in_pieces(settings, &mut Breath::held()).now_or_never().unwrap_or_default()
}

/// The same in pieces, where that takes long.
pub fn drawn_in_pieces<'a>(settings: &'a Settings, breath: &'a mut Breath) -> LocalBoxFuture<'a, Rc<GraphData>> {
    async move {
        const EXAMPLE: [(u32, u32); 7] = [(0, 1), (0, 2), (1, 2), (1, 3), (2, 3), (2, 4), (3, 5)];
        let nodes = settings.nodes;
        let mut graph = match settings.graph {
            Shape::Example => GraphData::of(6, EXAMPLE.to_vec()),
            Shape::Own => {
                let pairs = pairs(&settings.edges, nodes);
                GraphData::of(nodes, pairs.into_iter().map(|(source, target)| (source as u32, target as u32)).collect())
            }
            shape => {
                if let Some(kept) = of_networks(|of, network| {
                    let drawn = |of: &Settings| (of.graph, of.nodes, of.degree, of.homophily, of.seed, of.directed);
                    (drawn(of) == drawn(settings)).then(|| network.data.clone())
                }) {
                    return kept;
                }
                let side = (1..).find(|side| side * side >= nodes).unwrap_or(1);
                let (homophily, seed) = (settings.homophily, settings.seed as u64);
                let degree = settings.degree;
                let recipe = Recipe { nodes, rows: side, columns: side, degree, homophily, seed, ..Recipe::default() };
                match Bundled::named(shape.word()) {
                    Some(graph) => graph.draw_in_pieces(&recipe, breath).await,
                    None => GraphData::default(),
                }
            }
        };
        graph.directed = settings.directed;
        Rc::new(graph)
    }
    .boxed_local()
}

/// The graph that layers compute on: the same as before, where only they have changed.
pub async fn linked(settings: &Settings, data: &Rc<GraphData>, breath: &mut Breath) -> Result<Rc<Graph>, LayerError> {
    let kept = of_networks(|of, network| {
        (of.loops == settings.loops && Rc::ptr_eq(&network.data, data)).then(|| network.graph.clone())
    });
    if let Some(kept) = kept {
        return Ok(kept);
    }
    let mut graph = data.graph()?;
    breath.draw().await;
    if settings.loops {
        graph.outgoing(0);
        breath.draw().await;
        graph = graph.with_self_loops();
        breath.draw().await;
    }
    // Whoever reads them next is not to wait for them.
    graph.incoming(0);
    breath.draw().await;
    graph.outgoing(0);
    Ok(Rc::new(graph))
}

fn at_once(settings: &Settings, data: &Rc<GraphData>) -> Result<Rc<Graph>, LayerError> {
    let graph = data.graph()?;
    Ok(Rc::new(if settings.loops { graph.with_self_loops() } else { graph }))
}

/// Where each node stands, from 0 to 1 across and down.
pub fn places(settings: &Settings) -> Vec<[f32; 2]> {
    let nodes = settings.nodes;
    if settings.places.len() == 2 * nodes && nodes > 0 {
        return settings.places.chunks_exact(2).map(|at| [at[0] as f32, at[1] as f32]).collect();
    }
    if settings.graph == Shape::Example {
        return vec![[0.12, 0.16], [0.5, 0.06], [0.38, 0.52], [0.82, 0.46], [0.04, 0.84], [0.72, 0.98]];
    }
    match Network::of(settings) {
        Ok(network) => look(&network, |arranged| arranged.places().to_vec()),
        Err(_) => arrange::circle(nodes),
    }
}

/// What is found first among the networks that are kept.
fn of_networks<T>(find: impl Fn(&Settings, &Rc<Network>) -> Option<T>) -> Option<T> {
    NETWORKS.with_borrow(|kept| kept.iter().find_map(|(settings, network)| find(settings, network)))
}

impl Network {
    /// The network that the settings describe. It is asked for at every frame, and whenever the pointer moves: the last are kept.
    ///
    /// # Errors
    /// Where sizes do not fit.
    pub fn of(settings: &Settings) -> Result<Rc<Self>, LayerError> {
        if let Some(kept) = of_networks(|of, network| (of == settings).then(|| network.clone())) {
            return Ok(kept);
        }
        let data = drawn(settings);
        let graph = at_once(settings, &data)?;
        Self::keep(settings, data, graph)
    }

    /// The network of the settings on a graph that was drawn before.
    ///
    /// # Errors
    /// Where sizes do not fit.
    pub fn keep(settings: &Settings, data: Rc<GraphData>, graph: Rc<Graph>) -> Result<Rc<Self>, LayerError> {
        let network = Rc::new(Self::new(settings, data, graph)?);
        NETWORKS.with_borrow_mut(|kept| {
            kept.retain(|(known, _)| known != settings);
            kept.insert(0, (settings.clone(), network.clone()));
            kept.truncate(MOST_KEPT);
        });
        Ok(network)
    }

    fn new(settings: &Settings, data: Rc<GraphData>, graph: Rc<Graph>) -> Result<Self, LayerError> {
        let mut network = Self::begin(settings, data, graph)?;
        let Some(training) = training::of(settings)? else { return Ok(network) };
        let given = (0..network.names.len()).filter(|array| network.layers.making(*array).is_none());
        for (at, array) in given.enumerate().filter(|(_, array)| network.names[*array].role == Role::Weight) {
            let shape = network.layers.arrays()[array].shape(&network.graph);
            let mut weights = tensor(&shape, training.given[settings.epoch()][at].clone());
            sparse::apply(&settings.numbers, network.names[array].name, &mut weights);
            network.given[at] = numbers(&weights).into_owned();
        }
        Ok(network)
    }

    /// The network before any training.
    ///
    /// # Errors
    /// Where sizes do not fit.
    pub fn untrained(settings: &Settings) -> Result<Self, LayerError> {
        let data = drawn(settings);
        let graph = at_once(settings, &data)?;
        Self::begin(settings, data, graph)
    }

    fn begin(settings: &Settings, data: Rc<GraphData>, graph: Rc<Graph>) -> Result<Self, LayerError> {
        let mut network = Self {
            data,
            graph,
            layers: Relational::default(),
            names: Vec::new(),
            given: Vec::new(),
            rows: Vec::new(),
            ways: Vec::new(),
        };
        let input = network.features(settings);
        network.rows.push(input);
        if settings.block == Topic::Graph {
            return Ok(network);
        }
        let mut coefficients = None;
        if settings.layer == Layer::Gcn {
            let numbers = settings.normalization.coefficients(&network.graph);
            let letter = if settings.normalization == Normalization::None { "A" } else { "Ā" };
            coefficients =
                Some(network.give(Array::Edges, numbers, "adjacency", "adjacency matrix", letter, Role::Plain));
        }
        for layer in 1..=settings.layers {
            network.add_layer(settings, coefficients, layer)?;
        }
        Ok(network)
    }

    /// What the nodes hold in the beginning.
    fn features(&mut self, settings: &Settings) -> usize {
        let data = &self.data;
        let mut random = Random::new(settings.seed as u64);
        let number = || ((random.uniform() * 2.0 - 1.0) * 10.0).round() as f32 / 10.0;
        let width = if data.width > 0 { data.width } else { settings.features };
        let mut features = match data.width {
            0 => tensor(&[data.nodes, width], std::iter::repeat_with(number).take(data.nodes * width).collect()),
            _ => data.feature_matrix(),
        };
        sparse::apply(&settings.numbers, "input", &mut features);
        let title = "what each node holds";
        self.give(Array::Nodes(width), numbers(&features).into_owned(), "input", title, "h⁰", Role::Input)
    }

    fn name(&mut self, name: &str, title: &str, symbol: &str, role: Role) {
        let by = [format!("{name}-gradient"), format!("gradient by {title}")].map(kept);
        let [name, title, symbol] = [name, title, symbol].map(|text| kept(text.to_owned()));
        self.names.push(Named { name, title, symbol, role, mark: "", by });
    }

    fn give(&mut self, array: Array, numbers: Vec<f32>, name: &str, title: &str, symbol: &str, role: Role) -> usize {
        self.name(name, title, symbol, role);
        self.given.push(numbers);
        self.layers.given(array)
    }

    /// Weights of a layer: from a seed, or such that nothing changes.
    fn learn(&mut self, settings: &Settings, layer: usize, key: &str, symbol: &str, shape: Array) -> usize {
        let sizes = shape.shape(&self.graph);
        let columns = sizes.get(1).copied().unwrap_or(0);
        let name = format!("{key}-{layer}");
        let mut random = Random::new(
            settings.seed as u64 + name.bytes().fold(0, |sum, letter| 31 * sum % 65_521 + u64::from(letter)),
        );
        let width = 1.2 / (columns.min(6) as f64).sqrt();
        let mut number = |place: usize| match settings.weights {
            Weights::Identity => f32::from(u8::from(place / columns == place % columns)),
            Weights::Random | Weights::Trained => ((random.normal() * width * 100.0).round() / 100.0) as f32,
        };
        let count = if columns == 0 { 0 } else { sizes[0] * columns };
        let mut weights = tensor(&sizes, (0..count).map(&mut number).collect());
        sparse::apply(&settings.numbers, &name, &mut weights);
        let title = key.replace('-', " ");
        self.give(shape, numbers(&weights).into_owned(), &name, &title, &raised(symbol, layer), Role::Weight)
    }

    /// Names the next array that was made in a layer.
    fn called(&mut self, layer: usize, key: &str, symbol: &str, title: &str) {
        self.name(&format!("{key}-{layer}"), title, &raised(symbol, layer), Role::Intermediate);
    }

    fn add_layer(&mut self, settings: &Settings, coefficients: Option<usize>, layer: usize) -> Result<(), LayerError> {
        let before = self.rows[layer - 1];
        // What a trained network ends with are scores, one for each class.
        let is_scored = settings.is_trained() && layer == settings.layers;
        let outputs = if is_scored { self.data.class_count() } else { settings.hidden };
        let Array::Nodes(below) = self.layers.arrays()[before] else { return Ok(()) };
        let matrix = |network: &mut Self, key: &str, symbol: &str| {
            network.learn(settings, layer, key, symbol, Array::Matrix(outputs, below))
        };
        let weight = match settings.layer {
            Layer::Sage => matrix(self, "neighbour-weight", "W"),
            _ => matrix(self, "weight", "W"),
        };
        let own = (settings.layer == Layer::Sage).then(|| matrix(self, "self-weight", "W"));
        for (array, mark) in [(Some(weight).filter(|_| own.is_some()), "n"), (own, "s")] {
            array.into_iter().for_each(|array| self.names[array].mark = mark);
        }
        let attention = (settings.layer == Layer::Gat).then(|| {
            [("source-weight", "p"), ("target-weight", "q")]
                .map(|(key, symbol)| self.learn(settings, layer, key, symbol, Array::Matrix(1, outputs)))
        });
        let bias = self.learn(settings, layer, "bias", "b", Array::Bias(outputs));
        let gathered = "what each node gathers";
        let way = match (settings.layer, coefficients, own, attention) {
            (Layer::Gcn, Some(edges), ..) => {
                let [message, sum] = self.layers.gcn(before, edges, weight, Some(bias))?;
                self.called(layer, "message", "m", gathered);
                Way { edges: Some(edges), sent: before, gathered: message, sum }
            }
            (Layer::Gat, _, _, Some(attention)) => {
                let made = self.layers.gat(before, weight, attention, NEGATIVE_SLOPE, Some(bias))?;
                self.called(layer, "projected", "y", "what each node sends");
                self.called(layer, "source", "s", "what each node offers");
                self.called(layer, "target", "t", "what each node asks for");
                self.called(layer, "edge-sum", "a", "offer and demand");
                self.called(layer, "score", "e", "score of each edge");
                self.called(layer, "attention", "α", "attention on each edge");
                Way { edges: Some(made.share), sent: made.projected, gathered: made.output, sum: made.output }
            }
            (Layer::Gin, ..) => {
                let [message, _, sum] = self.layers.gin(before, settings.epsilon, weight, Some(bias))?;
                self.called(layer, "message", "m", gathered);
                self.called(layer, "with-own", "r", "the same with the node's own");
                Way { edges: None, sent: before, gathered: message, sum }
            }
            (_, _, own, _) => {
                let weights = [weight, own.unwrap_or(weight)];
                let [message, sum] = self.layers.sage(before, settings.operation, weights, Some(bias))?;
                self.called(layer, "message", "m", gathered);
                Way { edges: None, sent: before, gathered: message, sum }
            }
        };
        self.called(layer, "sum", "z", "the weighted sum");
        let squash = if is_scored { Activation::Identity } else { settings.squash() };
        let hidden = self.layers.squash(squash, way.sum);
        let role = if layer == settings.layers { Role::Output } else { Role::Intermediate };
        self.name(&format!("hidden-{layer}"), "what each node holds", &raised("h", layer), role);
        self.rows.push(hidden);
        self.ways.push(way);
        Ok(())
    }
}
