//! The lecture's case, and the stacks that became known.

use super::settings::{Axes, Settings, Weights, stack};
use crate::blocks::Preset;

/// Every preset.
pub fn presets() -> Vec<Preset<Settings>> {
    let one = |layers, size| Settings { layers: stack(layers), size, ..Settings::default() };
    let two = |layers, size| Settings { axes: Axes::Two, ..one(layers, size) };
    let vgg = "conv3p1,conv3p1,pool2,conv3p1,conv3p1,pool2";
    [
        ("threes", "three kernels of 3", one("conv3,conv3,conv3", 14)),
        ("seven", "one kernel of 7: the same field", one("conv7", 14)),
        ("dilation", "dilation 2: wider, with gaps", one("conv3d2", 14)),
        ("dilated-stack", "dilation 1, then 2: no gap is left", one("conv3,conv3d2", 14)),
        ("pooling", "pooling between two convolutions", one("conv3,pool2,conv3", 16)),
        ("wavenet", "WaveNet: dilation 1, 2, 4, 8", one("conv2,conv2d2,conv2d4,conv2d8", 24)),
        ("vgg", "VGG: its first two blocks", two(vgg, 32)),
        ("resnet", "ResNet: its stem", two("conv7s2p3,pool3s2p1", 28)),
        (
            "effective",
            "how much each input counts: the middle most",
            Settings { effective: true, ..one("conv3,conv3,conv3,conv3", 16) },
        ),
        (
            "effective-picture",
            "the effective field on a picture: a soft spot",
            Settings { effective: true, ..two("conv5,conv5,conv5,conv5", 24) },
        ),
        (
            "effective-random",
            "the same with random weights",
            Settings { effective: true, weights: Weights::Normal, ..two("conv5,conv5,conv5,conv5", 24) },
        ),
    ]
    .into_iter()
    .map(|(name, title, mut settings)| {
        settings.settle();
        Preset { name, title, settings }
    })
    .collect()
}
