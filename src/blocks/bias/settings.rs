//! What can be set in `bias`.

use crate::blocks::control::{Kind, Panel, drawn_pictures};
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

    /// What is in sight, and what is legal, given the other settings.
    pub fn narrow(&self, panel: &mut Panel) {
        let (shift, graph, forward) = (self.tab == Tab::Shift, self.is_graph(), self.pass == Pass::Forward);
        let (area, size) = (self.size * self.size, self.size as i64);
        panel.when("dx dy window", shift);
        panel.when("what shuffle", !shift);
        panel.when("picture size kernel seed pen ink", !graph);
        panel.when("window pen ink", forward);
        panel.when("ink", self.pen);
        panel.backward(shift);
        panel.takes("picture", Kind::Choice(drawn_pictures()));
        panel.range("dx dy", -size, size);
        panel.most("window", self.size / 2);
        panel.length("pixels", self.channels() * area);
        panel.length("weights", self.channels() * self.kernel * self.kernel);
        panel.length("adjacency", NODES * NODES);
        panel.length("features", NODES * FEATURES);
        panel.length("upstream", area);
    }
}
