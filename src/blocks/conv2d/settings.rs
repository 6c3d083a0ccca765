//! What can be set in `conv2d`.

use super::filters;
use crate::blocks::control::{MAX_NUMBERS, Panel};
use crate::blocks::convolution::{Fill, Pass};
use crate::blocks::fields::{settings, words};
use crate::data::pictures;
use crate::layers::{Activation, Extent, Window};

/// The most channels in, and out.
pub const MAX_CHANNELS: usize = 64;
/// The most numbers of an input: three channels of the largest picture.
const MAX_INPUT: usize = 3 * pictures::MAX_SIDE * pictures::MAX_SIDE;
/// The widest kernel.
pub const MAX_KERNEL: usize = 31;
/// The most weights: 64 filters of 3 × 3 on 64 channels, or 12 of 31 × 31 on three.
const MAX_WEIGHTS: usize = MAX_CHANNELS * MAX_CHANNELS * 9;
/// The most cells per side of a picture that is drawn by the page.
pub const MAX_SIZE: usize = 64;
/// How many non-linearities look at each number by itself: all but the last.
const POINTWISE: usize = 7;

settings! {
    /// Everything that can be set. Empty lists stand for what follows from the rest: the picture's pixels, the named filters'
    /// weights, upstream gradients of one.
    Settings {
        picture: String = "ring".to_owned(),
        size: usize = 12,
        channels: usize = 3,
        pixels: Vec<f64> = Vec::new(),
        filters: usize = 4,
        filter: String = "sobel-x".to_owned(),
        kernel: usize = 3,
        seed: u64 = 1,
        weight: Vec<f64> = Vec::new(),
        bias: Vec<f64> = vec![0.0; 4],
        stride: usize = 1,
        dilation: usize = 1,
        padding: Padding = Padding::Valid,
        amount: usize = 1,
        fill: Fill = Fill::Zeros,
        constant: f64 = 0.0,
        activation: String = "relu".to_owned(),
        pass: Pass = Pass::Forward,
        upstream: Vec<f64> = Vec::new(),
        pen: bool = false,
        ink: f64 = 1.0,
    }
}

words! {
    /// How many cells are added around the picture.
    Padding {
        Valid = "valid",
        Same = "same",
        Both = "both",
    }
}

impl Settings {
    /// Rows and columns of the picture.
    pub fn size(&self) -> [usize; 2] {
        pictures::size(&self.picture).unwrap_or([self.size; 2])
    }

    /// The most channels that a picture of this size may have, under so many kernels.
    fn most_channels(&self) -> usize {
        let [rows, columns] = self.size();
        let by_weights = MAX_WEIGHTS / (self.filters * self.kernel * self.kernel);
        (MAX_INPUT / (rows * columns)).min(by_weights).clamp(1, MAX_CHANNELS)
    }

    /// The window along either axis.
    pub fn window(&self) -> Window {
        Window { kernel: self.kernel, stride: self.stride, dilation: self.dilation }
    }

    /// Cells added before and after each axis.
    pub fn padded_by(&self) -> (usize, usize) {
        match self.padding {
            Padding::Valid => Extent::Valid.amounts(&self.window()),
            Padding::Same => Extent::Same.amounts(&self.window()),
            Padding::Both => (self.amount, self.amount),
        }
    }

    /// Rows and columns of the outputs; zero where the window is wider than what it slides over.
    pub fn outputs(&self) -> [usize; 2] {
        let (before, after) = self.padded_by();
        self.size().map(|length| self.window().outputs(length + before + after).unwrap_or(0))
    }

    /// Whether everything is computed at once and kept: pictures small enough to be drawn cell by cell.
    pub fn is_small(&self) -> bool {
        let [rows, columns] = self.size();
        let [high, wide] = self.outputs();
        let sums = (self.filters * self.channels) as u64 * (high * wide) as u64;
        rows * columns * self.channels <= MAX_NUMBERS * 2
            && sums <= 1 << 19
            && sums * (self.kernel * self.kernel) as u64 <= 1 << 22
    }

    /// The most rows and columns of the small maps, so that all of them together take no longer than the eye waits.
    pub fn finest_thumbnail(&self) -> usize {
        const MULTIPLICATIONS: usize = 1 << 22;
        (MULTIPLICATIONS / self.weights()).isqrt().max(8)
    }

    /// How many weights there are.
    pub fn weights(&self) -> usize {
        self.filters * self.channels * self.kernel * self.kernel
    }

    /// Every weight: `[filters, channels, k, k]`, row by row.
    pub fn all_weights(&self) -> Vec<f64> {
        if !self.weight.is_empty() {
            return self.weight.clone();
        }
        let area = self.kernel * self.kernel;
        let mut weights = Vec::new();
        for filter in 0..self.filters {
            weights.extend(match filters::of_map(&self.filter, filter, self.kernel) {
                Some(kernel) => kernel.repeat(self.channels),
                None => filters::random(self.seed + 1000 * filter as u64, area * self.channels, area * self.channels),
            });
        }
        weights
    }

    /// The non-linearity.
    pub fn activation(&self) -> Activation {
        Activation::named(&self.activation).unwrap_or_default()
    }

    /// Brings the other settings into line after one was set.
    pub fn settle(&mut self, changed: &str) {
        while self.weights() > MAX_WEIGHTS && self.kernel > 1 {
            self.kernel -= 1;
            self.weight.clear();
        }
        if self.channels > self.most_channels() {
            self.channels = self.most_channels();
            self.weight.clear();
        }
        if matches!(changed, "picture" | "size" | "channels") {
            self.pixels.clear();
        }
        if matches!(changed, "filter" | "kernel" | "filters" | "channels" | "seed") {
            self.weight.clear();
        }
        let [rows, columns] = self.size();
        if self.pixels.len() != rows * columns * self.channels {
            self.pixels.clear();
        }
        if self.weight.len() != self.weights() {
            self.weight.clear();
        }
        while self.outputs().contains(&0) && self.dilation > 1 {
            self.dilation -= 1;
        }
        while self.outputs().contains(&0) && self.kernel > 1 {
            self.kernel -= 1;
            self.weight.clear();
        }
        self.bias.resize(self.filters, 0.0);
        if !self.is_small() {
            (self.pass, self.pen) = (Pass::Forward, false);
        }
        let [high, wide] = self.outputs();
        if self.upstream.len() != self.filters * high * wide {
            self.upstream.clear();
        }
    }

    /// What is in sight, and what is legal, given the other settings.
    pub fn narrow(&self, panel: &mut Panel) {
        let shortest =
            self.size()[0].min(self.size()[1]) + if self.padding == Padding::Both { 2 * self.amount } else { 0 };
        let same = self.padding == Padding::Same;
        let kernel_room = if same { MAX_KERNEL } else { ((shortest - 1) / self.dilation + 1).min(MAX_KERNEL) };
        let kernel_room = kernel_room.min((MAX_WEIGHTS / (self.channels * self.filters)).isqrt());
        let widest = if same || self.kernel == 1 { 8 } else { ((shortest - 1) / (self.kernel - 1)).clamp(1, 8) };
        let most_filters = (MAX_WEIGHTS / (self.channels * self.kernel * self.kernel)).min(MAX_CHANNELS);
        let ([rows, columns], [high, wide]) = (self.size(), self.outputs());
        let small = self.is_small();
        panel.when("size", pictures::size(&self.picture).is_none());
        panel.when("amount", self.padding == Padding::Both);
        panel.when("fill constant", self.padding != Padding::Valid);
        panel.when("constant", self.fill == Fill::Constant);
        panel.when("pen", small);
        panel.when("pen", self.pass == Pass::Forward);
        panel.when("ink", self.pen);
        panel.when("weight", self.weights() <= 144);
        panel.most("size", MAX_SIZE);
        panel.most("channels", self.most_channels());
        panel.most("kernel", kernel_room);
        panel.most("dilation", widest);
        panel.most("filters", most_filters);
        panel.most("activation", POINTWISE);
        panel.backward(small);
        panel.length("bias", self.filters);
        panel.length("weight", self.weights());
        panel.length("pixels", rows * columns * self.channels);
        panel.length("upstream", self.filters * high * wide);
    }
}
