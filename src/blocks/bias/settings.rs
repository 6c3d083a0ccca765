//! What can be set in `bias`.

use serde::{Deserialize, Serialize};

use crate::blocks::control::{Choice, Control, Kind};
use crate::blocks::convolution::Pass;
use crate::data::pictures;

/// How many nodes the graph has.
pub const NODES: usize = 5;
/// How many numbers each node has.
pub const FEATURES: usize = 2;
/// The largest magnitude of a number.
pub const LIMIT: f64 = 1000.0;

/// Everything that can be set. Empty lists stand for what follows from the rest: the picture's pixels, the seed's kernel, the
/// page's graph, one upstream gradient of 1 in the middle.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Settings {
    pub tab: Tab,
    pub what: What,
    pub picture: String,
    pub size: usize,
    pub pixels: Vec<f64>,
    pub dx: i64,
    pub dy: i64,
    pub shuffle: u64,
    pub kernel: usize,
    pub window: usize,
    pub seed: u64,
    pub weights: Vec<f64>,
    pub adjacency: Vec<f64>,
    pub features: Vec<f64>,
    pub pass: Pass,
    pub upstream: Vec<f64>,
    pub pen: bool,
    pub ink: f64,
}

/// What is done to the input.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Tab {
    Shift,
    Permute,
}

/// What is permuted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum What {
    Pixels,
    Channels,
    Nodes,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            tab: Tab::Shift,
            what: What::Pixels,
            picture: "letter".to_owned(),
            size: 8,
            pixels: Vec::new(),
            dx: 1,
            dy: 0,
            shuffle: 1,
            kernel: 3,
            window: 2,
            seed: 1,
            weights: Vec::new(),
            adjacency: Vec::new(),
            features: Vec::new(),
            pass: Pass::Forward,
            upstream: Vec::new(),
            pen: false,
            ink: 1.0,
        }
    }
}

/// A whole number without pattern; the PyTorch program computes the same.
fn random(seed: u64, at: usize) -> u64 {
    const PRIME: u64 = (1 << 31) - 1;
    let mixed = (at as u64 + 1 + 1009 * seed) * 48_271 % PRIME;
    (mixed * mixed % PRIME) >> 12
}

/// A weight of the dense layer, in few binary digits: sums of such weights don't depend on the order of their terms.
pub fn dense_weight(seed: u64, at: usize) -> f32 {
    (random(seed, at) % 33) as f32 / 64.0 - 0.25
}

/// Numbers from 0 in an order that the seed decides, never in their own.
pub fn permutation(seed: u64, length: usize) -> Vec<usize> {
    let mut order: Vec<usize> = (0..length).collect();
    (1..length).rev().for_each(|last| order.swap(last, (random(seed, last) % (last as u64 + 1)) as usize));
    if order.is_sorted() {
        order.rotate_left(1);
    }
    order
}

impl Settings {
    /// Whether the numbers of a graph are shown, no picture.
    pub fn is_graph(&self) -> bool {
        self.tab == Tab::Permute && self.what == What::Nodes
    }

    /// How many channels the picture has.
    pub fn channels(&self) -> usize {
        if self.tab == Tab::Permute && self.what == What::Channels { 3 } else { 1 }
    }

    /// The shape of the picture, or of the kernel, with so many rows and columns.
    pub fn square(&self, side: usize) -> Vec<usize> {
        if self.channels() == 1 { vec![side; 2] } else { vec![self.channels(), side, side] }
    }

    /// The weights of the convolution.
    pub fn kernel_weights(&self) -> Vec<f64> {
        if !self.weights.is_empty() {
            return self.weights.clone();
        }
        let weight = |at| (random(self.seed, at + 100_000) % 17) as f64 / 8.0 - 1.0;
        (0..self.channels() * self.kernel * self.kernel).map(weight).collect()
    }

    /// Which nodes have an edge: 1, or its weight.
    pub fn edges(&self) -> Vec<f64> {
        const EDGES: [[u8; NODES]; NODES] =
            [[0, 1, 1, 0, 0], [1, 0, 1, 0, 0], [1, 1, 0, 1, 0], [0, 0, 1, 0, 1], [0, 0, 0, 1, 0]];
        if self.adjacency.is_empty() {
            EDGES.iter().flatten().map(|&edge| edge.into()).collect()
        } else {
            self.adjacency.clone()
        }
    }

    /// The numbers of the nodes.
    pub fn node_features(&self) -> Vec<f64> {
        const NUMBERS: [u8; NODES * FEATURES] = [1, 0, 0, 2, 2, 1, 3, 1, 0, 4];
        if self.features.is_empty() {
            NUMBERS.iter().map(|&number| number.into()).collect()
        } else {
            self.features.clone()
        }
    }

    /// The gradients by the convolution's outputs: 1 for the one in the middle.
    pub fn upstream_gradients(&self) -> Vec<f64> {
        if !self.upstream.is_empty() {
            return self.upstream.clone();
        }
        let middle = self.size / 2 * (self.size + 1);
        (0..self.size * self.size).map(|place| f64::from(u8::from(place == middle))).collect()
    }

    /// Brings the other settings into line after one was set.
    pub fn settle(&mut self, changed: &str) {
        let keep = |list: &mut Vec<f64>, length: usize, clear: &[&str]| {
            if list.len() != length || clear.contains(&changed) {
                list.clear();
            }
        };
        let area = self.size * self.size;
        let (pixels, weights) = (self.channels() * area, self.channels() * self.kernel * self.kernel);
        keep(&mut self.pixels, pixels, &["picture", "size"]);
        keep(&mut self.weights, weights, &["seed", "kernel"]);
        keep(&mut self.upstream, area, &[]);
        keep(&mut self.adjacency, NODES * NODES, &[]);
        keep(&mut self.features, NODES * FEATURES, &[]);
        let size = self.size as i64;
        (self.dx, self.dy) = (self.dx.clamp(-size, size), self.dy.clamp(-size, size));
        self.window = self.window.min(self.size / 2);
        if self.tab == Tab::Permute {
            self.pass = Pass::Forward;
        }
    }

    /// What can be changed, given the other settings.
    pub fn controls(&self) -> Vec<Control> {
        let whole = |min: i64, max: i64| Kind::Whole { min, max };
        let list =
            |length: usize| Kind::Numbers { min_length: length, max_length: length, or_none: true, limit: LIMIT };
        let (shift, size, graph) = (self.tab == Tab::Shift, self.size as i64, self.is_graph());
        let (area, passes) = (self.size * self.size, if shift { 2 } else { 1 });
        let forward = self.pass == Pass::Forward;
        vec![
            Control::main(
                "tab",
                "what is done",
                "to the input, before the layers see it",
                Kind::Choice(vec![
                    Choice::new("shift", "shift", "the picture moves; what leaves it comes in at the other side"),
                    Choice::new("permute", "permute", "the same numbers in another order"),
                ]),
            ),
            Control::main(
                "what",
                "what is permuted",
                "pixels, channels or nodes",
                Kind::Choice(vec![
                    Choice::new("pixels", "pixels", "of a picture: its meaning is lost"),
                    Choice::new("channels", "channels", "of a picture, and those of the kernel alike: nothing is lost"),
                    Choice::new("nodes", "nodes", "of a graph: nothing is lost"),
                ]),
            )
            .when(!shift),
            Control::main(
                "picture",
                "input",
                "a bundled picture; draw on it with the pen",
                Kind::Choice(pictures::DRAWN.iter().map(|drawn| Choice::plain(drawn.name, drawn.title)).collect()),
            )
            .when(!graph),
            Control::main("size", "cells per side", "how large the picture is", whole(6, 12)).when(!graph),
            Control::main("dx", "shift right dx", "cells to the right, going round at the edge", whole(-size, size))
                .when(shift),
            Control::main("dy", "shift down dy", "cells downward, going round at the edge", whole(-size, size))
                .when(shift),
            Control::main("shuffle", "permutation", "which of the many orders is drawn", whole(0, 9999)).when(!shift),
            Control::main(
                "pass",
                "pass",
                "forward, or backward from the gradients of the outputs",
                Kind::Choice(Pass::CHOICES[..passes].to_vec()),
            )
            .when(shift),
            Control::main("pen", "pen", "draw on the input", Kind::Toggle).when(!graph && forward),
            Control::main(
                "ink",
                "ink",
                "the number that the pen writes",
                Kind::Number { min: 0.0, max: 1.0, step: 0.1 },
            )
            .when(self.pen && !graph && forward),
            Control::more("kernel", "kernel k × k", "how many neighbours one output sees", whole(1, 5)).when(!graph),
            Control::more("window", "pooling window", "rows and columns that become one number", whole(2, size / 2))
                .when(shift && forward),
            Control::more("seed", "seed", "of the random weights", whole(0, 9999)).when(!graph),
            Control::hidden("pixels", "pixels", "all of them, or none for the picture's", list(self.channels() * area)),
            Control::hidden(
                "weights",
                "weights w",
                "all of the kernel, or none for those of the seed",
                list(self.channels() * self.kernel * self.kernel),
            ),
            Control::hidden("adjacency", "adjacency A", "all entries, or none for the page's", list(NODES * NODES)),
            Control::hidden("features", "features X", "all entries, or none for the page's", list(NODES * FEATURES)),
            Control::hidden("upstream", "∂E/∂y", "all gradients by the outputs, or none for a single 1", list(area)),
        ]
    }
}
