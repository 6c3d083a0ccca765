//! The telling cases.

use super::settings::{Padding, Settings};
use crate::blocks::Preset;

/// Every preset.
pub fn presets() -> Vec<Preset<Settings>> {
    let of = |volume: &str, filter: &str| Settings {
        volume: volume.to_owned(),
        filter: filter.to_owned(),
        ..Settings::default()
    };
    [
        ("ball", "Sobel z on a ball: the front rises, the back falls", Settings::default()),
        (
            "summed",
            "depth slid over, and depth summed away: front and back cancel",
            Settings { beside: true, ..Settings::default() },
        ),
        (
            "step",
            "a step along the depth: 3D says where it is, 2D only that it is",
            Settings { size: 6, beside: true, ..of("wall", "sobel-depth") },
        ),
        ("rod", "a rod along the depth: to Sobel z nothing happens", of("rod", "sobel-depth")),
        ("box", "box: the mean of 8 voxels", Settings { kernel: 2, ..of("noise", "box") }),
        (
            "laplacian",
            "Laplacian on a hollow ball",
            Settings { size: 10, padding: Padding::Same, ..of("shell", "laplacian") },
        ),
        ("phantom", "phantom: nested ellipsoids, 64 × 64 × 64", Settings { size: 64, ..of("phantom", "sobel-x") }),
        (
            "stride",
            "stride 2: half as deep, half as high, half as wide",
            Settings { stride: 2, ..of("ramp", "random") },
        ),
    ]
    .into_iter()
    .map(|(name, title, mut settings)| {
        settings.settle("");
        Preset { name, title, settings }
    })
    .collect()
}
