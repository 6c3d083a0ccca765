//! What can be set in `receptive-field`.

use crate::blocks::control::{Kind, Panel};
use crate::blocks::conv2d::filters;
use crate::blocks::fields::{settings, words};
use crate::blocks::stack::Stack;
use crate::layers::ReceptiveField;

/// The most cells of a row in two dimensions, along one axis.
const SQUARE: usize = 64;
/// The deepest stack.
pub const MAX_LAYERS: usize = 12;

settings! {
    /// Everything that can be set. Empty lists stand for what follows from the rest: a drawn input, a gradient of one at the output
    /// in the middle.
    Settings {
        axes: Axes = Axes::One,
        layers: Stack = stack("conv3,conv3,conv3"),
        size: usize = 14,
        effective: bool = false,
        weights: Weights = Weights::Mean,
        seed: u64 = 1,
        input: Vec<f64> = Vec::new(),
        upstream: Vec<f64> = Vec::new(),
    }
}

words! {
    /// Over how many axes the windows slide.
    Axes {
        One = "one",
        Two = "two",
    }
}

words! {
    /// What the kernels hold.
    Weights {
        Mean = "mean",
        Positive = "positive",
        Normal = "normal",
    }
}

/// Layers that are known to be legal.
pub fn stack(text: &str) -> Stack {
    Stack::parse(text, MAX_LAYERS, usize::from(u16::MAX)).unwrap_or_default()
}

impl Settings {
    /// How many axes there are in space.
    pub fn space(&self) -> usize {
        if self.axes == Axes::One { 1 } else { 2 }
    }

    /// The most cells of a row, along one axis.
    fn room(&self) -> usize {
        if self.axes == Axes::One { 256 } else { SQUARE }
    }

    /// How far each layer sees, along one axis.
    pub fn fields(&self) -> ReceptiveField {
        ReceptiveField::new(self.layers.slides(), self.size).unwrap_or_else(|_| ReceptiveField::input(self.size))
    }

    /// The weights of a layer, counted from 0.
    pub fn weight(&self, layer: usize) -> Vec<f32> {
        let taps = self.layers.0[layer].slides.window.kernel.pow(self.space() as u32);
        let random = || filters::random(self.seed + 1000 * layer as u64, taps, taps);
        let weights = match self.weights {
            Weights::Mean => vec![1.0 / taps as f64; taps],
            Weights::Positive => random().into_iter().map(f64::abs).collect(),
            Weights::Normal => random(),
        };
        weights.into_iter().map(|weight| weight as f32).collect()
    }

    /// Sets one of a layer's numbers, as far as it is legal.
    pub fn change_layer(&mut self, layer: usize, which: usize, value: f32) -> Option<()> {
        self.layers = self.layers.with(layer, which, value.round() as usize, MAX_LAYERS, self.room())?;
        self.settle();
        Some(())
    }

    /// How many outputs there are.
    fn outputs(&self) -> usize {
        self.fields().rows().last().map_or(0, |row| row.size.pow(self.space() as u32))
    }

    /// Brings the other settings into line after one was set.
    pub fn settle(&mut self) {
        let legal = loop {
            match self.layers.inputs(self.room()) {
                Some(legal) if !self.layers.0.is_empty() => break legal,
                _ if self.layers.0.pop().is_none() => self.layers = Self::default().layers,
                _ => {}
            }
        };
        self.size = self.size.clamp(*legal.start(), *legal.end());
        if self.input.len() != self.size.pow(self.space() as u32) {
            self.input.clear();
        }
        if self.upstream.len() != self.outputs() {
            self.upstream.clear();
        }
    }

    /// What is in sight, and what is legal, given the other settings.
    pub fn narrow(&self, panel: &mut Panel) {
        let legal = self.layers.inputs(self.room()).unwrap_or(1..=1);
        panel.when("seed", self.weights != Weights::Mean);
        panel.most("axes", if self.layers.inputs(SQUARE).is_some() { 2 } else { 1 });
        panel.takes("layers", Kind::Stack { max: MAX_LAYERS, room: self.room() });
        panel.range("size", *legal.start() as i64, *legal.end() as i64);
        panel.length("input", self.size.pow(self.space() as u32));
        panel.length("upstream", self.outputs());
    }
}
