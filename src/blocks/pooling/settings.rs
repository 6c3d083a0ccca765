//! What can be set in `pooling`.

use serde::{Deserialize, Serialize};

use crate::blocks::control::{Choice, Control, Kind};
use crate::blocks::convolution::Pass;
use crate::data::pictures;
use crate::layers::{Pool, Pooling, Window};

/// The most cells per side of a picture that is drawn by the page.
const MAX_SIZE: usize = 64;
/// The longest signal.
const MAX_LENGTH: usize = 64;
/// The widest window.
const MAX_KERNEL: usize = 16;
/// The most numbers of a list that is changed by hand.
const MAX_NUMBERS: usize = 16_384;
/// The largest magnitude of a number.
pub const LIMIT: f64 = 1000.0;

/// Everything that can be set. Empty lists stand for what follows from the rest: the picture's pixels, upstream gradients of one.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Settings {
    pub axes: Axes,
    pub operation: Operation,
    pub input: Vec<f64>,
    pub picture: String,
    pub size: usize,
    pub channels: usize,
    pub pixels: Vec<f64>,
    pub kernel: usize,
    pub stride: usize,
    pub amount: usize,
    pub dilation: usize,
    pub ceil: bool,
    pub count: bool,
    pub pass: Pass,
    pub upstream: Vec<f64>,
    pub pen: bool,
    pub ink: f64,
}

/// Over how many axes the window slides.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Axes {
    One,
    Two,
}

/// What becomes of a window.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Operation {
    Max,
    Average,
    Min,
}

impl Operation {
    pub fn pooling(self) -> Pooling {
        match self {
            Self::Max => Pooling::Max,
            Self::Average => Pooling::Average,
            Self::Min => Pooling::Min,
        }
    }
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            axes: Axes::Two,
            operation: Operation::Max,
            input: vec![0.2, 0.9, 0.4, 0.4, -0.3, 0.1, 1.2, 0.7, -0.8, -0.2, 0.5, 0.6],
            picture: "ring".to_owned(),
            size: 8,
            channels: 1,
            pixels: Vec::new(),
            kernel: 2,
            stride: 2,
            amount: 0,
            dilation: 1,
            ceil: false,
            count: true,
            pass: Pass::Forward,
            upstream: Vec::new(),
            pen: false,
            ink: 1.0,
        }
    }
}

impl Settings {
    pub fn is_flat(&self) -> bool {
        self.axes == Axes::One
    }

    /// The lengths of the axes over which the window slides.
    pub fn space(&self) -> Vec<usize> {
        match self.axes {
            Axes::One => vec![self.input.len()],
            Axes::Two => pictures::size(&self.picture).unwrap_or([self.size; 2]).to_vec(),
        }
    }

    /// How many channels there are; a signal has one.
    pub fn depth(&self) -> usize {
        if self.is_flat() { 1 } else { self.channels }
    }

    /// The shape of the input.
    pub fn shape(&self) -> Vec<usize> {
        [vec![1, self.depth()], self.space()].concat()
    }

    /// The layer.
    pub fn pool(&self) -> Pool {
        let axes = self.space().len();
        let dilation = if self.operation == Operation::Average { 1 } else { self.dilation };
        Pool {
            pooling: self.operation.pooling(),
            windows: vec![Window { kernel: self.kernel, stride: self.stride, dilation }; axes],
            padding: vec![(self.amount, self.amount); axes],
            ceil_mode: self.ceil,
            count_include_pad: self.count,
        }
    }

    /// How many numbers there are on the way out; 0 where a window does not fit.
    pub fn outputs(&self) -> usize {
        self.pool().output_shape(&self.shape()).map_or(0, |shape| shape.iter().product())
    }

    /// Whether everything is computed at once and kept: pictures small enough to be drawn cell by cell.
    pub fn is_small(&self) -> bool {
        self.shape().iter().product::<usize>() <= 2 * MAX_NUMBERS
    }

    /// Brings the other settings into line after one was set.
    pub fn settle(&mut self, changed: &str) {
        if matches!(changed, "picture" | "size" | "channels") {
            self.pixels.clear();
        }
        let numbers: usize = self.shape().iter().product();
        if self.is_flat() || self.pixels.len() != numbers {
            self.pixels.clear();
        }
        self.kernel = self.kernel.min(self.space().into_iter().min().unwrap_or(1));
        // As in PyTorch, no window may lie in the padding alone.
        self.amount = self.amount.min(self.kernel / 2);
        if self.operation == Operation::Average {
            self.dilation = 1;
        }
        while self.outputs() == 0 && self.dilation > 1 {
            self.dilation -= 1;
        }
        if !self.is_small() {
            (self.pass, self.pen) = (Pass::Forward, false);
        }
        if self.upstream.len() != self.outputs() {
            self.upstream.clear();
        }
    }

    /// What can be changed, given the other settings.
    pub fn controls(&self) -> Vec<Control> {
        let whole = |min: usize, max: usize| Kind::Whole { min: min as i64, max: max as i64 };
        let optional = |length: usize| {
            let length = if length <= MAX_NUMBERS { length } else { 0 };
            Kind::Numbers { min_length: length, max_length: length, or_none: true, limit: LIMIT }
        };
        // A kernel that fits without padding and dilation can always be chosen: what follows it gives way.
        let length = self.space().into_iter().min().unwrap_or(1);
        let (widest, shortest) = (length.clamp(1, MAX_KERNEL), length + 2 * self.amount);
        let farthest = if self.kernel == 1 { 8 } else { ((shortest - 1) / (self.kernel - 1)).clamp(1, 8) };
        let (flat, small, average) = (self.is_flat(), self.is_small(), self.operation == Operation::Average);
        let generated = !flat && pictures::size(&self.picture).is_none();
        let forward = self.pass == Pass::Forward;
        vec![
            Control::main(
                "operation",
                "pooling",
                "what becomes of a window's numbers",
                Kind::Choice(vec![
                    Choice::new("max", "max", "the largest: the strongest signal is kept"),
                    Choice::new("average", "average", "their mean: everything is kept a little"),
                    Choice::new("min", "min", "the smallest"),
                ]),
            ),
            Control::main(
                "axes",
                "axes",
                "over how many axes the window slides",
                Kind::Choice(vec![
                    Choice::new("one", "1D", "a signal"),
                    Choice::new("two", "2D", "a picture; every channel is pooled alone"),
                ]),
            ),
            Control::main(
                "input",
                "input x",
                "the signal: type, paste or open numbers, or drag the bars",
                Kind::Numbers { min_length: 1, max_length: MAX_LENGTH, or_none: false, limit: LIMIT },
            )
            .when(flat),
            Control::main(
                "picture",
                "input",
                "a bundled picture, your own, or the camera",
                Kind::Picture(pictures::DRAWN.iter().map(|drawn| Choice::plain(drawn.name, drawn.title)).collect()),
            )
            .when(!flat),
            Control::main("size", "cells per side", "how large the picture is", whole(1, MAX_SIZE)).when(generated),
            Control::main("channels", "channels", "1: grey; 3: red, green, blue", whole(1, 3)).when(!flat),
            Control::main("kernel", "kernel k", "how many neighbours one output sees", whole(1, widest)),
            Control::main("amount", "padding p", "cells added on each side; at most half of the kernel", {
                whole(0, self.kernel / 2)
            }),
            Control::main("stride", "stride s", "how far the window moves from one output to the next", whole(1, 16)),
            Control::main(
                "dilation",
                "dilation d",
                "the distance between the inputs that one window reads",
                whole(1, farthest),
            )
            .when(!average),
            Control::main("ceil", "ceil mode", "whether a last window that hangs over the end counts", Kind::Toggle),
            Control::main("count", "count padding", "whether an average counts the added zeros", Kind::Toggle)
                .when(average && (self.amount > 0 || self.ceil)),
            Control::main(
                "pass",
                "pass",
                "forward, or backward from the gradients of the outputs",
                Kind::Choice(Pass::CHOICES[..if small { 2 } else { 1 }].to_vec()),
            )
            .when(small),
            Control::main("pen", "pen", "draw on the input", Kind::Toggle).when(!flat && small && forward),
            Control::main(
                "ink",
                "ink",
                "the number that the pen writes",
                Kind::Number { min: 0.0, max: 1.0, step: 0.1 },
            )
            .when(self.pen && !flat),
            Control::hidden(
                "pixels",
                "pixels",
                "all of them, or none for the picture's",
                optional(if flat { 0 } else { self.shape().iter().product() }),
            ),
            Control::hidden(
                "upstream",
                "∂E/∂y",
                "all gradients by the outputs, or none for ones",
                optional(self.outputs()),
            ),
        ]
    }
}
