//! What can be set in `conv3d`.

use super::filters;
use crate::blocks::control::{Choice, Control, Kind};
use crate::blocks::convolution::Pass;
use crate::blocks::fields::{settings, words};
use crate::data::volumes;

/// The widest kernel.
const MAX_KERNEL: usize = 5;
/// The most voxels that are all computed at once, and changed by hand.
const MAX_NUMBERS: usize = 4096;

settings! {
    /// Everything that can be set. Empty lists stand for what follows from the rest: the volume's voxels, the named filter's
    /// weights, upstream gradients of one.
    Settings {
        volume: String = "ball".to_owned(),
        size: usize = 8,
        voxels: Vec<f64> = Vec::new(),
        filter: String = "sobel-depth".to_owned(),
        kernel: usize = 3,
        seed: u64 = 1,
        weight: Vec<f64> = Vec::new(),
        bias: f64 = 0.0,
        stride: usize = 1,
        padding: Padding = Padding::Valid,
        pass: Pass = Pass::Forward,
        upstream: Vec<f64> = Vec::new(),
        beside: bool = false,
        yaw: f64 = 35.0,
        pitch: f64 = 25.0,
    }
}

words! {
    /// How many voxels are added around the volume.
    Padding {
        Valid = "valid",
        Same = "same",
    }
}

impl Settings {
    /// Depth, height and width of the volume.
    pub fn size(&self) -> [usize; 3] {
        volumes::size(&self.volume).unwrap_or([self.size; 3])
    }

    /// How many voxels it has.
    pub fn voxels(&self) -> usize {
        self.size().iter().product()
    }

    /// Voxels added before and after each axis.
    pub fn padded_by(&self) -> (usize, usize) {
        let beyond = self.kernel - 1;
        match self.padding {
            Padding::Valid => (0, 0),
            Padding::Same => (beyond / 2, beyond - beyond / 2),
        }
    }

    /// Depth, height and width of the padded volume.
    pub fn padded(&self) -> [usize; 3] {
        let (before, after) = self.padded_by();
        self.size().map(|side| side + before + after)
    }

    /// Depth, height and width of the output.
    pub fn outputs(&self) -> [usize; 3] {
        self.padded().map(|side| side.saturating_sub(self.kernel) / self.stride + 1)
    }

    /// Whether everything is computed at once and kept.
    pub fn is_small(&self) -> bool {
        self.voxels() <= MAX_NUMBERS
    }

    /// How many weights there are.
    pub fn weights(&self) -> usize {
        self.kernel.pow(3)
    }

    /// Every weight, slice by slice, row by row.
    pub fn all_weights(&self) -> Vec<f64> {
        if self.weight.is_empty() {
            return filters::weights(&self.filter, self.kernel, self.seed);
        }
        self.weight.clone()
    }

    /// The slice of the kernel that stands for a depth where depths are channels: the kernel stretched over all of them.
    pub fn slice_for(&self, channel: usize) -> usize {
        (2 * channel + 1) * self.kernel / (2 * self.size()[0])
    }

    /// Brings the other settings into line after one was set.
    pub fn settle(&mut self, changed: &str) {
        if matches!(changed, "volume" | "size") || self.voxels.len() != self.voxels() || !self.is_small() {
            self.voxels.clear();
        }
        self.kernel = self.kernel.min(self.widest());
        if matches!(changed, "filter" | "kernel" | "seed") || self.weight.len() != self.weights() {
            self.weight.clear();
        }
        if !self.is_small() {
            self.pass = Pass::Forward;
        }
        if self.pass == Pass::Backward {
            self.beside = false;
        }
        if self.upstream.len() != self.outputs().iter().product::<usize>() || !self.is_small() {
            self.upstream.clear();
        }
    }

    fn widest(&self) -> usize {
        self.size().into_iter().fold(MAX_KERNEL, usize::min)
    }

    /// What can be changed, given the other settings.
    pub fn controls(&self) -> Vec<Control> {
        let drawn = volumes::DRAWN.iter().map(|drawn| Choice::plain(drawn.name, drawn.title)).collect();
        let angle = |most: f64| Kind::Number { min: -most, max: most, step: 5.0 };
        let (small, forward) = (self.is_small(), self.pass == Pass::Forward);
        let if_small = |count: usize| if small { count } else { 0 };
        vec![
            Control::main("volume", "input", "a computed volume, or your own", Kind::Volume(drawn)),
            Control::main("size", "voxels per side", "how large the volume is", Kind::whole(3, volumes::MAX_SIDE))
                .when(volumes::size(&self.volume).is_none()),
            Control::main("filter", "filter", "the weights of the kernel", Kind::choice(&filters::CHOICES)),
            Control::kernel("kernel k × k × k", self.widest()),
            Control::stride(4),
            Control::main(
                "padding",
                "padding",
                "voxels added around the volume, so that the window fits at its faces",
                Kind::choice(&[
                    Choice::new("valid", "valid", "no padding"),
                    Choice::new("same", "same", "as many outputs as inputs, at stride 1"),
                ]),
            ),
            Control::pass(small),
            Control::main(
                "beside",
                "2D beside it",
                "the same numbers in a 2D convolution whose channels are the depths",
                Kind::Toggle,
            )
            .when(forward),
            Control::main("yaw", "yaw", "turns the volumes about the upright axis, in degrees", angle(180.0)),
            Control::main("pitch", "pitch", "tips the volumes towards you, in degrees", angle(90.0)),
            Control::more("bias", "bias b", "added to every sum", Kind::Number { min: -10.0, max: 10.0, step: 0.1 }),
            Control::seed().when(self.filter == "random"),
            Control::more(
                "weight",
                "weights w",
                "all of them, slice by slice, or none for the named filter",
                Kind::optional(self.weights()),
            ),
            Control::hidden("voxels", "voxels", "all of them, or none for the volume's", {
                Kind::optional(if_small(self.voxels()))
            }),
            Control::upstream(
                if_small(self.outputs().iter().product()),
                "all gradients by the outputs, or none for ones",
            ),
        ]
    }
}
