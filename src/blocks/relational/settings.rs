//! What can be set in the blocks of layers on a graph.

use super::model::drawn;
use crate::blocks::Word;
use crate::blocks::control::{Choice, Control, Kind};
use crate::blocks::convolution::Pass;
use crate::blocks::fields::{settings, words};
use crate::blocks::shared::{OfBlock, Sharer};
use crate::blocks::sparse;
use crate::data::graphs::MAX_NODES;
use crate::layers::{Activation, Gathering, Normalization};

/// The most layers on top of each other.
pub const MOST_LAYERS: usize = 16;
/// The most numbers of a node.
pub const MOST_FEATURES: usize = 8;
/// The most nodes that are drawn with all their numbers.
pub const MOST_NODES: usize = 49;
/// The most edges that a node of the citations has, on average: ten thousand nodes have a hundred thousand then.
const MOST_CITED: f64 = 20.0;
/// The longest text of edges.
const LONGEST: usize = 6000;

/// The settings of a block on graphs. Both share them; a key that says nothing about a block is none of its keys.
pub type Settings = OfBlock<Topic, Shared>;

/// Which block.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Topic {
    /// `graph`: nodes and edges, without any layer.
    Graph,
    /// `message-passing`: layers of any kind.
    #[default]
    Passing,
    /// `gcn`: the graph convolution.
    Convolution,
}

settings! {
    /// Everything that can be set in some block.
    Shared {
        graph: Shape = Shape::Example,
        nodes: usize = 6,
        edges: String = String::new(),
        directed: bool = false,
        places: Vec<f64> = Vec::new(),
        features: usize = 2,
        layer: Layer = Layer::Sage,
        operation: Gathering = Gathering::Mean,
        normalization: Normalization = Normalization::Row,
        loops: bool = false,
        layers: usize = 1,
        hidden: usize = 2,
        weights: Weights = Weights::Random,
        activation: String = "relu".to_owned(),
        epsilon: f64 = 0.0,
        pace: Pace = Pace::Node,
        pass: Pass = Pass::Forward,
        numbers: String = String::new(),
        degree: f64 = 4.0,
        homophily: f64 = 0.8,
        colour: Tint = Tint::Number,
        from: usize = 0,
        hops: usize = 2,
        restart: f64 = 0.15,
        measure: Measure = Measure::Walks,
        shuffle: usize = 0,
        seed: usize = 1,
    }
}

words! {
    /// Which graph.
    Shape {
        Example = "example",
        Path = "path",
        Ring = "ring",
        Star = "star",
        Grid = "grid",
        Molecule = "molecule",
        Karate = "karate",
        Citations = "citations",
        Own = "own",
    }
}

words! {
    /// Which layer.
    Layer {
        Gcn = "gcn",
        Sage = "sage",
        Gin = "gin",
        Gat = "gat",
    }
}

words! {
    /// What the weights are before they are changed.
    Weights {
        Random = "random",
        Identity = "identity",
    }
}

words! {
    /// What is told of each node.
    Measure {
        Degree = "degree",
        Hops = "hops",
        Walks = "walks",
        Rank = "rank",
    }
}

words! {
    /// What the dots of a large graph are coloured by.
    Tint {
        Number = "number",
        Class = "class",
    }
}

words! {
    /// How far a step goes.
    Pace {
        Node = "node",
        Layer = "layer",
    }
}

impl Word for Gathering {
    const WORDS: &'static [(&'static str, Self)] =
        &[("sum", Self::Sum), ("mean", Self::Mean), ("max", Self::Max), ("min", Self::Min)];
}

impl Word for Normalization {
    const WORDS: &'static [(&'static str, Self)] =
        &[("row", Self::Row), ("symmetric", Self::Symmetric), ("none", Self::None)];
}

impl Sharer for Topic {
    fn has(self, key: &str) -> bool {
        let graph = self == Topic::Graph;
        match key {
            "graph" | "nodes" | "edges" | "directed" | "places" | "features" | "numbers" | "seed" | "homophily"
            | "degree" | "colour" => true,
            "from" | "hops" | "restart" | "measure" | "shuffle" => graph,
            "layer" | "operation" | "epsilon" => self == Topic::Passing,
            _ => !graph,
        }
    }
}

impl Settings {
    /// As a block opens.
    pub fn of(block: Topic) -> Self {
        let mut shared = Shared::default();
        if block == Topic::Convolution {
            shared.layer = Layer::Gcn;
        }
        Self { block, shared }
    }

    /// The non-linearity.
    pub fn squash(&self) -> Activation {
        Activation::named(&self.activation).unwrap_or_default()
    }

    /// Whether the number of nodes can be chosen; those of the reader's own graph come and go in the picture.
    fn sized(&self) -> bool {
        !matches!(self.graph, Shape::Example | Shape::Molecule | Shape::Karate | Shape::Own)
    }

    /// Whether there are too many nodes to draw them with all their numbers.
    pub fn is_large(&self) -> bool {
        self.nodes > MOST_NODES
    }

    /// Whether the nodes hold numbers by chance: those of some graphs are known.
    fn is_random(&self) -> bool {
        matches!(self.graph, Shape::Example | Shape::Karate | Shape::Own)
    }

    /// Whether every node hears itself.
    fn can_loop(&self) -> bool {
        matches!(self.layer, Layer::Gcn | Layer::Gat)
    }

    /// What can be changed, in the order in which it is read from an address.
    pub fn controls(&self) -> Vec<Control> {
        const GRAPHS: [Choice; 9] = [
            Choice::plain("example", "example"),
            Choice::new("path", "path", "the lecture's: each node knows the next"),
            Choice::plain("ring", "ring"),
            Choice::new("star", "star", "one node knows all the others"),
            Choice::new("grid", "grid", "a picture's cells as nodes"),
            Choice::new("molecule", "caffeine", "its atoms but for hydrogen: carbon, nitrogen, oxygen"),
            Choice::new("karate", "karate club", "Zachary's: who met whom outside of the club, before it split"),
            Choice::new("citations", "citations", "drawn by chance: papers of three fields that cite each other"),
            Choice::new("own", "your own", "whatever was changed in the picture or in the matrix"),
        ];
        const LAYERS: [Choice; 4] = [
            Choice::new("gcn", "GCN", "graph convolution: neighbours weighted by how many they are"),
            Choice::new("sage", "GraphSAGE", "a node and its neighbours have weights of their own"),
            Choice::new("gin", "GIN", "graph isomorphism network: a sum, so that neighbourhoods can be told apart"),
            Choice::new("gat", "GAT", "graph attention: a node decides how much it listens to each neighbour"),
        ];
        const OPERATIONS: [Choice; 4] = [
            Choice::plain("sum", "sum"),
            Choice::plain("mean", "mean"),
            Choice::plain("max", "max"),
            Choice::plain("min", "min"),
        ];
        const NORMS: [Choice; 3] = [
            Choice::new("row", "D⁻¹A", "by rows, as in the lecture: the mean over the neighbours"),
            Choice::new("symmetric", "D^−½AD^−½", "symmetric, as Kipf and Welling have it"),
            Choice::new("none", "A", "none: the sum over the neighbours; values grow with every layer"),
        ];
        const SQUASHES: [Choice; 4] = [
            Choice::plain("identity", "none"),
            Choice::plain("relu", "ReLU"),
            Choice::plain("tanh", "tanh"),
            Choice::plain("sigmoid", "sigmoid"),
        ];
        let (large, cites) = (self.is_large(), self.graph == Shape::Citations);
        let controls = vec![
            Control::main("graph", "graph", "who is whose neighbour", Kind::choice(&GRAPHS)),
            Control::main(
                "nodes",
                "nodes",
                "how many; of more than 49 the numbers stand beside the picture",
                Kind::whole(1, MAX_NODES),
            )
            .when(self.sized()),
            Control::main(
                "degree",
                "edges of a node",
                "on average",
                Kind::Number { min: 0.0, max: MOST_CITED, step: 0.5 },
            )
            .when(cites),
            Control::main(
                "colour",
                "colour",
                "of the nodes",
                Kind::choice(&[
                    Choice::new("number", "number", "that is pointed at, or that the step computes"),
                    Choice::new("class", "field", "the one that each node is of"),
                ]),
            )
            .when(large && cites),
            Control::main("layer", "layer", "what is made of what neighbours tell", Kind::choice(&LAYERS)),
            Control::main("operation", "aggregate", "how a node summarises its neighbours", Kind::choice(&OPERATIONS))
                .when(self.layer == Layer::Sage),
            Control::main("normalization", "normalisation", "what A is divided by", Kind::choice(&NORMS))
                .when(self.layer == Layer::Gcn),
            Control::main("loops", "self-loops", "every node is its own neighbour, too", Kind::Toggle)
                .when(self.can_loop()),
            Control::main("layers", "layers", "on top of each other", Kind::whole(1, MOST_LAYERS)),
            Control::main("activation", "σ", "the non-linearity", Kind::choice(&SQUASHES)),
            Control::pass(!large),
            Control::more(
                "pace",
                "a step is",
                "one node, or all nodes of a layer",
                Kind::choice(&[Choice::plain("node", "a node"), Choice::plain("layer", "a layer")]),
            )
            .when(!large),
            Control::more("features", "numbers a node", "in the beginning", Kind::whole(1, MOST_FEATURES))
                .when(self.is_random()),
            Control::more(
                "hidden",
                "after a layer",
                "numbers of a node after each layer",
                Kind::whole(1, MOST_FEATURES),
            ),
            Control::more(
                "weights",
                "weights",
                "before any is changed",
                Kind::choice(&[
                    Choice::plain("random", "random"),
                    Choice::new("identity", "identity", "what is gathered goes on as it is"),
                ]),
            ),
            Control::more(
                "epsilon",
                "ε",
                "how much more a node counts than its neighbours",
                Kind::Number { min: -1.0, max: 2.0, step: 0.1 },
            )
            .when(self.layer == Layer::Gin),
            Control::main(
                "homophily",
                "homophily",
                "share of the edges that stay within a field",
                Kind::Number { min: 0.0, max: 1.0, step: 0.05 },
            )
            .when(cites),
            Control::main(
                "measure",
                "told of each node",
                "the number beneath it",
                Kind::choice(&[
                    Choice::new("degree", "degree", "how many edges end at it"),
                    Choice::new("hops", "hops", "the fewest edges to it from the node that is looked at"),
                    Choice::new("walks", "walks", "how many ways of just so many edges lead to it"),
                    Choice::new(
                        "rank",
                        "PageRank",
                        "how often somebody is there who walks by chance, and goes back now and then",
                    ),
                ]),
            ),
            Control::main("hops", "edges of a walk", "the n of the n-hop neighbourhood", Kind::whole(0, 12)),
            Control::main(
                "restart",
                "restart",
                "how often the walk by chance goes back",
                Kind::Number { min: 0.05, max: 0.95, step: 0.05 },
            )
            .when(self.measure == Measure::Rank),
            Control::main(
                "shuffle",
                "new names",
                "0: as they are; else by chance, from this seed",
                Kind::whole(0, 999),
            )
            .when(!large),
            Control::more(
                "from",
                "looked at",
                "the node where walks begin: click another",
                Kind::whole(0, self.nodes.max(1) - 1),
            ),
            Control::more("directed", "directed", "edges lead one way", Kind::Toggle),
            Control::more("seed", "seed", "of random features and weights", Kind::whole(0, 9999)),
            Control::hidden(
                "edges",
                "edges",
                "of your own graph: 0-1,1-2",
                Kind::Text { most: LONGEST, alphabet: &[] },
            ),
            Control::hidden(
                "places",
                "places",
                "of the nodes, from 0 to 1: x, y, …",
                Kind::Numbers { min_length: 2, max_length: 2 * MOST_NODES, or_none: true, limit: 1.0 },
            ),
            Control::hidden("numbers", "numbers", "changed by hand: cell=number, …", sparse::kind()),
        ];
        self.its(controls)
    }

    /// Brings the other settings into line after one was set.
    pub fn settle(&mut self, changed: &str) {
        match changed {
            "graph" => {
                if self.graph == Shape::Own && self.edges.is_empty() {
                    self.nodes = 3;
                    self.edges = "0-1,1-2".to_owned();
                }
                if self.graph != Shape::Own {
                    self.edges.clear();
                }
                match self.graph {
                    Shape::Grid => self.nodes = 9,
                    Shape::Citations => self.nodes = 36,
                    _ => {}
                }
                self.numbers.clear();
                self.places.clear();
            }
            "nodes" => self.places.clear(),
            "layer" | "layers" | "features" | "hidden" | "seed" | "homophily" | "degree" => self.numbers.clear(),
            _ => {}
        }
        if self.graph != Shape::Citations {
            self.nodes = drawn(self).nodes;
        }
        if self.is_large() {
            self.pass = Pass::Forward;
        }
        self.from = self.from.min(self.nodes.max(1) - 1);
        if !self.can_loop() {
            self.loops = false;
        }
        if self.places.len() != 2 * self.nodes {
            self.places.clear();
        }
    }
}
