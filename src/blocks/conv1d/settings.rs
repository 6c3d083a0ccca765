//! What can be set in `conv1d`.

use crate::blocks::control::{Choice, Control, Kind};
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

    /// What can be changed, given the other settings.
    pub fn controls(&self) -> Vec<Control> {
        let room = self.input.len() + if self.padding == Padding::Both { 2 * self.amount } else { 0 };
        let fits_always = matches!(self.padding, Padding::Same | Padding::Causal);
        let kernel_room = if fits_always { MAX_KERNEL } else { ((room - 1) / self.dilation + 1).min(MAX_KERNEL) };
        let widest = if fits_always || self.kernel == 1 { 8 } else { ((room - 1) / (self.kernel - 1)).min(8) };
        let (single, causal, padded) =
            (self.layers == 1, self.padding == Padding::Causal, self.padding != Padding::Valid);
        vec![
            Control::signal(MAX_LENGTH),
            Control::main(
                "padding",
                "padding",
                "cells added at the ends, so that the window fits there too",
                Kind::choice(&[
                    Choice::new("valid", "valid", "no padding: n − (k − 1)·d outputs at stride 1"),
                    Choice::new("same", "same", "as many outputs as inputs, at stride 1"),
                    Choice::new("both", "p on each side", "as many cells as you choose on each side"),
                    Choice::new(
                        "causal",
                        "causal",
                        "(k − 1)·d cells before the first input: no output sees the future",
                    ),
                ]),
            ),
            Control::amount(self.padding == Padding::Both),
            Control::fill(padded),
            Control::constant(padded && self.fill == Fill::Constant),
            Control::kernel("kernel k", kernel_room),
            Control::stride(if single { 8 } else { 1 }).when(single),
            Control::dilation(widest.max(1)).when(single),
            Control::main(
                "layers",
                "layers",
                "how many causal layers are stacked; each doubles the dilation of the one below",
                Kind::whole(1, if causal { MAX_LAYERS } else { 1 }),
            )
            .when(causal),
            Control::pass(single),
            Control::more(
                "weight",
                "weights w",
                "the kernel: type, paste or open numbers, or drag them in the picture",
                Kind::numbers(1, kernel_room),
            ),
            Control::more(
                "bias",
                "bias b",
                "is added to every output",
                Kind::Number { min: -10.0, max: 10.0, step: 0.05 },
            ),
            Control::more(
                "sense",
                "sense",
                "what networks call convolution does not turn the kernel around; mathematics does",
                Kind::choice(&[
                    Choice::new(
                        "cross-correlation",
                        "cross-correlation",
                        "as in every deep learning library: the kernel as it stands",
                    ),
                    Choice::new(
                        "convolution",
                        "convolution (flipped)",
                        "as in mathematics: the kernel is read from its end",
                    ),
                ]),
            ),
            Control::hidden(
                "upstream",
                "∂E/∂y",
                "the gradient of the loss by each output; dragged in the picture",
                Kind::numbers(self.outputs(), self.outputs()),
            ),
        ]
    }
}
