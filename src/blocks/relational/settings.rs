//! What can be set in the blocks of layers on a graph.

use super::model::drawn;
use super::training::EPOCHS;
use crate::blocks::Word;
use crate::blocks::control::Panel;
use crate::blocks::convolution::Pass;
use crate::blocks::fields::{settings, words};
use crate::blocks::shared::{OfBlock, Sharer};
use crate::blocks::sparse;
use crate::data::graphs::{MAX_NODES, MOST_DRAWN};
use crate::layers::{Activation, Gathering, Normalization};

/// The most layers on top of each other.
pub const MOST_LAYERS: usize = 16;
/// The most numbers of a node.
pub const MOST_FEATURES: usize = 8;
/// The most nodes that are drawn with all their numbers.
pub const MOST_NODES: usize = 49;
/// The most edges that a node of the citations has, on average: a hundred thousand nodes have a million then.
const MOST_CITED: usize = 20;
/// The longest text of edges: so many nodes may be joined both ways with all others and themselves.
const LONGEST: usize = 15_000;

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
        epochs: f64 = EPOCHS as f64,
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
        Trained = "trained",
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
    const MEANINGS: &'static [Self] = &[Self::Sum, Self::Mean, Self::Max, Self::Min];
    const WORDS: &'static str = "sum mean max min";
}

impl Word for Normalization {
    const MEANINGS: &'static [Self] = &[Self::Row, Self::Symmetric, Self::None];
    const WORDS: &'static str = "row symmetric none";
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

    /// Whether there are more nodes than the CPU carries with ease.
    pub fn is_vast(&self) -> bool {
        self.nodes > MAX_NODES
    }

    /// Whether the nodes hold numbers by chance: those of some graphs are known.
    fn is_random(&self) -> bool {
        matches!(self.graph, Shape::Example | Shape::Karate | Shape::Own)
    }

    /// Whether the nodes are of classes that are known: then layers can learn to tell them.
    fn has_classes(&self) -> bool {
        !self.is_large() && matches!(self.graph, Shape::Karate | Shape::Citations)
    }

    /// Whether the weights are trained.
    pub fn is_trained(&self) -> bool {
        self.weights == Weights::Trained && self.has_classes()
    }

    /// How often the weights have followed their gradients.
    pub fn epoch(&self) -> usize {
        (self.epochs as usize).min(EPOCHS)
    }

    /// Whether every node hears itself.
    fn can_loop(&self) -> bool {
        matches!(self.layer, Layer::Gcn | Layer::Gat)
    }

    /// What is in sight, and what is legal, given the other settings.
    pub fn narrow(&self, panel: &mut Panel) {
        let (large, cites) = (self.is_large(), self.graph == Shape::Citations);
        panel.when("nodes", self.sized());
        panel.when("degree colour homophily", cites);
        panel.when("colour", large);
        panel.when("pace shuffle", !large);
        panel.when("operation", self.layer == Layer::Sage);
        panel.when("normalization", self.layer == Layer::Gcn);
        panel.when("epsilon", self.layer == Layer::Gin);
        panel.when("loops", self.can_loop());
        panel.when("features", self.is_random());
        panel.when("epochs", self.is_trained());
        panel.when("restart", self.measure == Measure::Rank);
        // Places for more are known only in these.
        let is_placed = cites || self.graph == Shape::Grid;
        panel.most("nodes", if is_placed { MOST_DRAWN } else { MAX_NODES });
        panel.most("layers", MOST_LAYERS);
        panel.most("features hidden", MOST_FEATURES);
        panel.backward(!large);
        panel.most("weights", if self.has_classes() { 3 } else { 2 });
        panel.most("from", self.nodes.max(1) - 1);
        panel.most("places", 2 * MOST_NODES);
        panel.most("degree", MOST_CITED);
        panel.most("epochs", EPOCHS);
        panel.most("edges", LONGEST);
        panel.most("numbers", sparse::MOST);
        self.its(panel);
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
            "layer" | "layers" | "features" | "hidden" | "weights" | "seed" | "homophily" | "degree" => {
                self.numbers.clear()
            }
            _ => {}
        }
        if self.graph != Shape::Citations {
            self.nodes = drawn(self).nodes;
        }
        if self.is_large() {
            self.pass = Pass::Forward;
        }
        self.from = self.from.min(self.nodes.max(1) - 1);
        if self.weights == Weights::Trained && !self.has_classes() {
            self.weights = Weights::Random;
        }
        if !self.can_loop() {
            self.loops = false;
        }
        if self.places.len() != 2 * self.nodes {
            self.places.clear();
        }
    }
}
