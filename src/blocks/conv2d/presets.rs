//! The lecture's case, and the telling ones.

use super::settings::{Padding, Settings};
use crate::blocks::Preset;

/// Every preset.
pub fn presets() -> Vec<Preset<Settings>> {
    let grey = |filter: &str| Settings {
        channels: 1,
        filters: 1,
        filter: filter.to_owned(),
        padding: Padding::Same,
        activation: "none".to_owned(),
        ..Settings::default()
    };
    let wide = |filter: &str| Settings { kernel: 5, ..grey(filter) };
    let dense =
        Settings { size: 1, channels: 4, kernel: 1, filters: 3, filter: "random".to_owned(), ..Settings::default() };
    let random = Settings { filter: "random".to_owned(), filters: 8, ..Settings::default() };
    [
        ("channels", "three channels, four filters", Settings::default()),
        ("identity", "identity: nothing changes", grey("identity")),
        ("box", "box: the mean of a window", grey("box")),
        ("gaussian", "Gaussian: a soft mean", wide("gaussian")),
        ("sharpen", "sharpen", grey("sharpen")),
        ("emboss", "emboss", grey("emboss")),
        ("sobel-x", "Sobel x: edges from left to right", grey("sobel-x")),
        ("sobel-y", "Sobel y: edges from top to bottom", grey("sobel-y")),
        ("laplacian", "Laplacian: every edge", grey("laplacian")),
        ("gabor", "Gabor: stripes of one direction", wide("gabor")),
        ("random", "eight random filters, as before training", random),
        ("stride", "stride 2: half as many rows and columns", Settings { stride: 2, ..Settings::default() }),
        ("dilation", "dilation 2: a 3 × 3 kernel that spans 5 × 5", Settings { dilation: 2, ..Settings::default() }),
        (
            "one-by-one",
            "1 × 1 kernel: a dense layer at every cell",
            Settings { kernel: 1, filter: "random".to_owned(), ..Settings::default() },
        ),
        ("dense", "1 × 1 on a 1 × 1 picture: an ordinary dense layer", dense),
        (
            "many",
            "16 channels, 16 filters",
            Settings { channels: 16, filters: 16, filter: "random".to_owned(), ..Settings::default() },
        ),
    ]
    .into_iter()
    .map(|(name, title, mut settings)| {
        settings.settle("");
        Preset { name, title, settings }
    })
    .collect()
}
