//! What can be set in `pooling`.

use crate::blocks::control::{MAX_NUMBERS, Panel};
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

    /// What is in sight, and what is legal, given the other settings.
    pub fn narrow(&self, panel: &mut Panel) {
        // A kernel that fits without padding and dilation can always be chosen: what follows it gives way.
        let length = self.space().into_iter().min().unwrap_or(1);
        let (widest, shortest) = (length.clamp(1, MAX_KERNEL), length + 2 * self.amount);
        let farthest = if self.kernel == 1 { 8 } else { ((shortest - 1) / (self.kernel - 1)).clamp(1, 8) };
        let (flat, small, average) = (self.is_flat(), self.is_small(), self.operation == Operation::Average);
        panel.when("input", flat);
        panel.when("picture size channels pen ink", !flat);
        panel.when("size", pictures::size(&self.picture).is_none());
        panel.when("dilation", !average);
        panel.when("count", average && (self.amount > 0 || self.ceil));
        panel.when("pen", small);
        panel.when("pen", self.pass == Pass::Forward);
        panel.when("ink", self.pen);
        panel.most("input", MAX_LENGTH);
        panel.most("size", MAX_SIZE);
        panel.most("kernel", widest);
        panel.most("amount", self.kernel / 2);
        panel.most("dilation", farthest);
        panel.backward(small);
        panel.length("pixels", if flat { 0 } else { self.shape().iter().product() });
        panel.length("upstream", self.outputs());
    }
}
