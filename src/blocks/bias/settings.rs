//! What can be set in `bias`.

use crate::blocks::control::{Choice, Control, Kind, drawn_pictures};
use crate::blocks::convolution::Pass;
use crate::blocks::fields::{settings, words};

/// How many nodes the graph has.
pub const NODES: usize = 5;
/// How many numbers each node has.
pub const FEATURES: usize = 2;

settings! {
    /// Everything that can be set. Empty lists stand for what follows from the rest: the picture's pixels, the seed's kernel, the
    /// page's graph, one upstream gradient of 1 in the middle.
    Settings {
        tab: Tab = Tab::Shift,
        what: What = What::Pixels,
        picture: String = "letter".to_owned(),
        size: usize = 8,
        pixels: Vec<f64> = Vec::new(),
        dx: i64 = 1,
        dy: i64 = 0,
        shuffle: u64 = 1,
        kernel: usize = 3,
        window: usize = 2,
        seed: u64 = 1,
        weights: Vec<f64> = Vec::new(),
        adjacency: Vec<f64> = Vec::new(),
        features: Vec<f64> = Vec::new(),
        pass: Pass = Pass::Forward,
        upstream: Vec<f64> = Vec::new(),
        pen: bool = false,
        ink: f64 = 1.0,
    }
}

words! {
    /// What is done to the input.
    Tab {
        Shift = "shift",
        Permute = "permute",
    }
}

words! {
    /// What is permuted.
    What {
        Pixels = "pixels",
        Channels = "channels",
        Nodes = "nodes",
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
        let (shift, size, graph) = (self.tab == Tab::Shift, self.size as i64, self.is_graph());
        let (area, forward) = (self.size * self.size, self.pass == Pass::Forward);
        let along = Kind::Whole { min: -size, max: size };
        let entries = "all entries, or none for the page's";
        vec![
            Control::main(
                "tab",
                "what is done",
                "to the input, before the layers see it",
                Kind::choice(&[
                    Choice::new("shift", "shift", "the picture moves; what leaves it comes in at the other side"),
                    Choice::new("permute", "permute", "the same numbers in another order"),
                ]),
            ),
            Control::main(
                "what",
                "what is permuted",
                "pixels, channels or nodes",
                Kind::choice(&[
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
                Kind::Choice(drawn_pictures()),
            )
            .when(!graph),
            Control::size(6, 12).when(!graph),
            Control::main("dx", "shift right dx", "cells to the right, going round at the edge", along.clone())
                .when(shift),
            Control::main("dy", "shift down dy", "cells downward, going round at the edge", along).when(shift),
            Control::main("shuffle", "permutation", "which of the many orders is drawn", Kind::whole(0, 9999))
                .when(!shift),
            Control::pass(shift),
            Control::pen("draw on the input", !graph && forward),
            Control::ink(self.pen && !graph && forward),
            Control::kernel("kernel k × k", 5).when(!graph),
            Control::more("window", "pooling window", "rows and columns that become one number", {
                Kind::whole(2, self.size / 2)
            })
            .when(shift && forward),
            Control::seed().when(!graph),
            Control::pixels(self.channels() * area),
            Control::hidden(
                "weights",
                "weights w",
                "all of the kernel, or none for those of the seed",
                Kind::optional(self.channels() * self.kernel * self.kernel),
            ),
            Control::hidden("adjacency", "adjacency A", entries, Kind::optional(NODES * NODES)),
            Control::hidden("features", "features X", entries, Kind::optional(NODES * FEATURES)),
            Control::upstream(area, "all gradients by the outputs, or none for a single 1"),
        ]
    }
}
