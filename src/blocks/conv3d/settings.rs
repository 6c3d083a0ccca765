//! What can be set in `conv3d`.

use super::filters;
use crate::blocks::control::Panel;
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

    /// What is in sight, and what is legal, given the other settings.
    pub fn narrow(&self, panel: &mut Panel) {
        let small = self.is_small();
        let if_small = |count: usize| if small { count } else { 0 };
        panel.when("size", volumes::size(&self.volume).is_none());
        panel.when("beside", self.pass == Pass::Forward);
        panel.when("seed", self.filter == "random");
        panel.most("size", volumes::MAX_SIDE);
        panel.most("kernel", self.widest());
        panel.backward(small);
        panel.length("weight", self.weights());
        panel.length("voxels", if_small(self.voxels()));
        panel.length("upstream", if_small(self.outputs().iter().product()));
    }
}
