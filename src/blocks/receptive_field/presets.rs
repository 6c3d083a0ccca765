//! The lecture's case, and the stacks that became known.

use crate::blocks::Preset;

/// Every preset.
pub const PRESETS: &[Preset] = &[
    Preset::new("threes", "three kernels of 3", ""),
    Preset::new("seven", "one kernel of 7: the same field", "layers=conv7"),
    Preset::new("dilation", "dilation 2: wider, with gaps", "layers=conv3d2"),
    Preset::new("dilated-stack", "dilation 1, then 2: no gap is left", "layers=conv3,conv3d2"),
    Preset::new("pooling", "pooling between two convolutions", "layers=conv3,pool2,conv3&size=16"),
    Preset::new("wavenet", "WaveNet: dilation 1, 2, 4, 8", "layers=conv2,conv2d2,conv2d4,conv2d8&size=24"),
    Preset::new(
        "vgg",
        "VGG: its first two blocks",
        "axes=two&layers=conv3p1,conv3p1,pool2,conv3p1,conv3p1,pool2&size=32",
    ),
    Preset::new("resnet", "ResNet: its stem", "axes=two&layers=conv7s2p3,pool3s2p1&size=28"),
    Preset::new(
        "effective",
        "how much each input counts: the middle most",
        "layers=conv3,conv3,conv3,conv3&size=16&effective=1",
    ),
    Preset::new(
        "effective-picture",
        "the effective field on a picture: a soft spot",
        "axes=two&layers=conv5,conv5,conv5,conv5&size=24&effective=1",
    ),
    Preset::new(
        "effective-random",
        "the same with random weights",
        "axes=two&layers=conv5,conv5,conv5,conv5&size=24&effective=1&weights=normal",
    ),
];
