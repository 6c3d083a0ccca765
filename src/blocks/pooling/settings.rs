//! What can be set in `pooling`.

use crate::blocks::control::{Choice, Control, Kind, MAX_NUMBERS};
use crate::blocks::convolution::Pass;
use crate::blocks::fields::{settings, words};
use crate::data::pictures;
use crate::layers::{Pool, Pooling, Window};

/// The most cells per side of a picture that is drawn by the page.
const MAX_SIZE: usize = 64;
/// The longest signal.
const MAX_LENGTH: usize = 64;
/// The widest window.
const MAX_KERNEL: usize = 16;

settings! {
    /// Everything that can be set. Empty lists stand for what follows from the rest: the picture's pixels, upstream gradients of one.
    Settings {
        axes: Axes = Axes::Two,
        operation: Operation = Operation::Max,
        input: Vec<f64> = vec![0.2, 0.9, 0.4, 0.4, -0.3, 0.1, 1.2, 0.7, -0.8, -0.2, 0.5, 0.6],
        picture: String = "ring".to_owned(),
        size: usize = 8,
        channels: usize = 1,
        pixels: Vec<f64> = Vec::new(),
        kernel: usize = 2,
        stride: usize = 2,
        amount: usize = 0,
        dilation: usize = 1,
        ceil: bool = false,
        count: bool = true,
        pass: Pass = Pass::Forward,
        upstream: Vec<f64> = Vec::new(),
        pen: bool = false,
        ink: f64 = 1.0,
    }
}

words! {
    /// Over how many axes the window slides.
    Axes {
        One = "one",
        Two = "two",
    }
}

words! {
    /// What becomes of a window.
    Operation {
        Max = "max",
        Average = "average",
        Min = "min",
    }
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
                Kind::choice(&[
                    Choice::new("max", "max", "the largest: the strongest signal is kept"),
                    Choice::new("average", "average", "their mean: everything is kept a little"),
                    Choice::new("min", "min", "the smallest"),
                ]),
            ),
            Control::main(
                "axes",
                "axes",
                "over how many axes the window slides",
                Kind::choice(&[
                    Choice::new("one", "1D", "a signal"),
                    Choice::new("two", "2D", "a picture; every channel is pooled alone"),
                ]),
            ),
            Control::signal(MAX_LENGTH).when(flat),
            Control::picture().when(!flat),
            Control::size(1, MAX_SIZE).when(generated),
            Control::main("channels", "channels", "1: grey; 3: red, green, blue", Kind::whole(1, 3)).when(!flat),
            Control::kernel("kernel k", widest),
            Control::main(
                "amount",
                "padding p",
                "cells added on each side; at most half of the kernel",
                Kind::whole(0, self.kernel / 2),
            ),
            Control::stride(16),
            Control::dilation(farthest).when(!average),
            Control::main("ceil", "ceil mode", "whether a last window that hangs over the end counts", Kind::Toggle),
            Control::main("count", "count padding", "whether an average counts the added zeros", Kind::Toggle)
                .when(average && (self.amount > 0 || self.ceil)),
            Control::pass(small),
            Control::pen("draw on the input", !flat && small && forward),
            Control::ink(self.pen && !flat),
            Control::pixels(if flat { 0 } else { self.shape().iter().product() }),
            Control::upstream(self.outputs(), "all gradients by the outputs, or none for ones"),
        ]
    }
}
