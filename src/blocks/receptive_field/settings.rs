//! What can be set in `receptive-field`.

use serde::{Deserialize, Serialize};

use crate::blocks::control::{Choice, Control, Kind};
use crate::blocks::conv2d::filters;
use crate::blocks::stack::Stack;
use crate::layers::ReceptiveField;

/// The deepest stack.
pub const MAX_LAYERS: usize = 12;
/// The largest magnitude of a number.
pub const LIMIT: f64 = 1000.0;

/// Everything that can be set. Empty lists stand for what follows from the rest: a drawn input, a gradient of one at the output
/// in the middle.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Settings {
    pub axes: Axes,
    pub layers: Stack,
    pub size: usize,
    pub effective: bool,
    pub weights: Weights,
    pub seed: u64,
    pub input: Vec<f64>,
    pub upstream: Vec<f64>,
}

/// Over how many axes the windows slide.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Axes {
    One,
    Two,
}

/// What the kernels hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Weights {
    Mean,
    Positive,
    Normal,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            axes: Axes::One,
            layers: stack("conv3,conv3,conv3"),
            size: 14,
            effective: false,
            weights: Weights::Mean,
            seed: 1,
            input: Vec::new(),
            upstream: Vec::new(),
        }
    }
}

/// Layers that are known to be legal.
pub fn stack(text: &str) -> Stack {
    Stack::try_from(text.to_owned()).unwrap_or_default()
}

impl Settings {
    /// How many axes there are in space.
    pub fn space(&self) -> usize {
        if self.axes == Axes::One { 1 } else { 2 }
    }

    /// The most cells of a row, along one axis.
    fn room(&self) -> usize {
        if self.axes == Axes::One { 256 } else { 64 }
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

    /// What can be changed, given the other settings.
    pub fn controls(&self) -> Vec<Control> {
        let optional = |length| Kind::Numbers { min_length: length, max_length: length, or_none: true, limit: LIMIT };
        let legal = self.layers.inputs(self.room()).unwrap_or(1..=1);
        vec![
            Control::main(
                "axes",
                "axes",
                "over how many axes the window slides",
                Kind::Choice(vec![
                    Choice::new("one", "1D", "rows of cells: every line from one number to the next"),
                    Choice::new("two", "2D", "squares on a picture; both axes alike"),
                ]),
            ),
            Control::main(
                "layers",
                "layers",
                "from the input up: conv or pool and the kernel k, then s, d, p where they are not the usual ones",
                Kind::Stack { max: MAX_LAYERS, room: self.room() },
            ),
            Control::main(
                "size",
                "inputs",
                "how many cells the input has, along each axis",
                Kind::Whole { min: *legal.start() as i64, max: *legal.end() as i64 },
            ),
            Control::main(
                "effective",
                "effective field",
                "how much each input counts: the gradient of an output by the input",
                Kind::Toggle,
            ),
            Control::main(
                "weights",
                "weights",
                "what the kernels hold",
                Kind::Choice(vec![
                    Choice::new("mean", "mean", "all alike: 1 / k each"),
                    Choice::new("positive", "positive", "random, none negative"),
                    Choice::new("normal", "normal", "random, as before training"),
                ]),
            ),
            Control::main("seed", "seed", "of the random weights", Kind::Whole { min: 0, max: 9999 })
                .when(self.weights != Weights::Mean),
            Control::hidden(
                "input",
                "input x",
                "all its numbers, or none for the page's own",
                optional(self.size.pow(self.space() as u32)),
            ),
            Control::hidden(
                "upstream",
                "∂E/∂y",
                "all gradients by the outputs, or none for a one in the middle",
                optional(self.outputs()),
            ),
        ]
    }
}
