//! The lecture's case, and the telling ones.

use crate::blocks::Preset;

/// One filter on a grey picture.
macro_rules! grey {
    ($filter:literal) => {
        concat!("channels=1&padding=same&filters=1&activation=none&filter=", $filter)
    };
}

/// Every preset.
pub const PRESETS: &[Preset] = &[
    Preset::new("channels", "three channels, four filters", ""),
    Preset::new("identity", "identity: nothing changes", grey!("identity")),
    Preset::new("box", "box: the mean of a window", grey!("box")),
    Preset::new("gaussian", "Gaussian: a soft mean", grey!("gaussian&kernel=5")),
    Preset::new("sharpen", "sharpen", grey!("sharpen")),
    Preset::new("emboss", "emboss", grey!("emboss")),
    Preset::new("sobel-x", "Sobel x: edges from left to right", grey!("sobel-x")),
    Preset::new("sobel-y", "Sobel y: edges from top to bottom", grey!("sobel-y")),
    Preset::new("laplacian", "Laplacian: every edge", grey!("laplacian")),
    Preset::new("gabor", "Gabor: stripes of one direction", grey!("gabor&kernel=5")),
    Preset::new("random", "eight random filters, as before training", "filters=8&filter=random"),
    Preset::new(
        "trained",
        "what a trained network looks for in a digit",
        "picture=letter&channels=1&filters=8&filter=trained&padding=same",
    ),
    Preset::new("stride", "stride 2: half as many rows and columns", "stride=2"),
    Preset::new("dilation", "dilation 2: a 3 × 3 kernel that spans 5 × 5", "dilation=2"),
    Preset::new("one-by-one", "1 × 1 kernel: a dense layer at every cell", "kernel=1&filter=random"),
    Preset::new(
        "dense",
        "1 × 1 on a 1 × 1 picture: an ordinary dense layer",
        "size=1&channels=4&kernel=1&filters=3&filter=random",
    ),
    Preset::new("many", "16 channels, 16 filters", "channels=16&filters=16&filter=random"),
];
