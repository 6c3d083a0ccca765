//! What can be set in `conv1d`.

use crate::blocks::control::Panel;
use crate::blocks::convolution::Fill;
pub use crate::blocks::convolution::Pass;
use crate::blocks::fields::{settings, words};
use crate::layers::{Extent, Window};

/// The longest signal.
pub const MAX_LENGTH: usize = 256;
/// The widest kernel.
pub const MAX_KERNEL: usize = 15;
/// The deepest stack of causal layers.
pub const MAX_LAYERS: usize = 6;

settings! {
    /// Everything that can be set.
    Settings {
        input: Vec<f64> = vec![0.2, 0.3, 0.25, 1.6, 1.8, 1.7, 1.75, 0.4, -0.6, -0.5, 0.1, 0.2],
        kernel: usize = 3,
        weight: Vec<f64> = vec![-1.0, 1.0, 0.0],
        bias: f64 = 0.0,
        stride: usize = 1,
        dilation: usize = 1,
        padding: Padding = Padding::Same,
        amount: usize = 1,
        fill: Fill = Fill::Zeros,
        constant: f64 = 0.0,
        layers: usize = 1,
        sense: Sense = Sense::CrossCorrelation,
        pass: Pass = Pass::Forward,
        upstream: Vec<f64> = vec![1.0; 12],
    }
}

words! {
    /// How many cells are added at the ends.
    Padding {
        Valid = "valid",
        Same = "same",
        Both = "both",
        Causal = "causal",
    }
}

words! {
    /// Which of the two operations that are called convolution.
    Sense {
        CrossCorrelation = "cross-correlation",
        Convolution = "convolution",
    }
}

impl Settings {
    /// The window of the first layer.
    pub fn window(&self) -> Window {
        Window { kernel: self.kernel, stride: self.stride, dilation: self.dilation }
    }

    /// Cells added before and after the input.
    pub fn padded_by(&self) -> (usize, usize) {
        match self.padding {
            Padding::Valid => Extent::Valid.amounts(&self.window()),
            Padding::Same => Extent::Same.amounts(&self.window()),
            Padding::Causal => Extent::Causal.amounts(&self.window()),
            Padding::Both => (self.amount, self.amount),
        }
    }

    /// How many outputs there are; none where the window is wider than what it slides over.
    pub fn outputs(&self) -> usize {
        let (before, after) = self.padded_by();
        self.window().outputs(self.input.len() + before + after).unwrap_or(0)
    }

    /// Brings the other settings into line after one was set.
    pub fn settle(&mut self, changed: &str) {
        match changed {
            "weight" => self.kernel = self.weight.len(),
            _ => self.weight.resize(self.kernel, 0.0),
        }
        if self.padding != Padding::Causal {
            self.layers = 1;
        }
        if self.layers > 1 {
            (self.stride, self.pass) = (1, Pass::Forward);
        }
        // The window must fit; what was not set by hand gives way.
        while self.outputs() == 0 && self.dilation > 1 {
            self.dilation -= 1;
        }
        while self.outputs() == 0 && self.kernel > 1 {
            self.kernel -= 1;
            self.weight.truncate(self.kernel);
        }
        self.upstream.resize(self.outputs(), 1.0);
    }

    /// What is in sight, and what is legal, given the other settings.
    pub fn narrow(&self, panel: &mut Panel) {
        let room = self.input.len() + if self.padding == Padding::Both { 2 * self.amount } else { 0 };
        let fits_always = matches!(self.padding, Padding::Same | Padding::Causal);
        let kernel_room = if fits_always { MAX_KERNEL } else { ((room - 1) / self.dilation + 1).min(MAX_KERNEL) };
        let widest = if fits_always || self.kernel == 1 { 8 } else { ((room - 1) / (self.kernel - 1)).min(8) };
        let (single, causal) = (self.layers == 1, self.padding == Padding::Causal);
        panel.when("amount", self.padding == Padding::Both);
        panel.when("fill constant", self.padding != Padding::Valid);
        panel.when("constant", self.fill == Fill::Constant);
        panel.when("stride dilation", single);
        panel.when("layers", causal);
        panel.most("input", MAX_LENGTH);
        panel.most("kernel weight", kernel_room);
        panel.most("stride", if single { 8 } else { 1 });
        panel.most("dilation", widest.max(1));
        panel.most("layers", if causal { MAX_LAYERS } else { 1 });
        panel.backward(single);
        panel.length("upstream", self.outputs());
    }
}
