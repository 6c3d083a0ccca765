//! The telling cases.

use crate::blocks::Preset;

/// Every preset.
pub const PRESETS: &[Preset] = &[
    Preset::new("ball", "Sobel z on a ball: the front rises, the back falls", ""),
    Preset::new("summed", "depth slid over, and depth summed away: front and back cancel", "beside=1"),
    Preset::new(
        "step",
        "a step along the depth: 3D says where it is, 2D only that it is",
        "volume=wall&size=6&beside=1",
    ),
    Preset::new("rod", "a rod along the depth: to Sobel z nothing happens", "volume=rod"),
    Preset::new("box", "box: the mean of 8 voxels", "volume=noise&filter=box&kernel=2"),
    Preset::new("laplacian", "Laplacian on a hollow ball", "volume=shell&size=10&filter=laplacian&padding=same"),
    Preset::new("phantom", "phantom: nested ellipsoids, 64 × 64 × 64", "volume=phantom&size=64&filter=sobel-x"),
    Preset::new("stride", "stride 2: half as deep, half as high, half as wide", "volume=ramp&filter=random&stride=2"),
];
