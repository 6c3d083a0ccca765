//! The lecture's layers, and telling cases.

use super::settings::{Data, Half, Pattern, Settings};
use crate::blocks::Preset;
use crate::blocks::convolution::Pass;

/// Every preset.
pub fn presets() -> Vec<Preset<Settings>> {
    let small = Settings::default;
    let square = || Settings { outputs: 5, input: vec![0.0, 1.0, 3.0, 1.0, -1.0], bias: Vec::new(), ..small() };
    let count = || Settings { view: Half::Count, ..small() };
    let chain = |widths: &[f64]| widths.windows(2).flatten().copied().collect::<Vec<f64>>();
    [
        ("lecture", "the lecture's three layers, counted", count()),
        ("small", "a small layer: every output sees every input", small()),
        ("identity", "identity: the input comes out again", Settings { pattern: Pattern::Identity, ..square() }),
        (
            "neighbours",
            "each output adds its neighbours: most weights are 0",
            Settings { pattern: Pattern::Neighbours, ..square() },
        ),
        ("relu", "ReLU: negative sums become 0", Settings { activation: "relu".to_owned(), outputs: 5, ..small() }),
        ("softmax", "softmax: sums become shares", Settings { activation: "softmax".to_owned(), ..small() }),
        (
            "backward",
            "backward: gradients by input, weight and bias",
            Settings { pass: Pass::Backward, activation: "relu".to_owned(), ..small() },
        ),
        (
            "deep",
            "a stack of moderate layers is a large model",
            Settings { sizes: chain(&[3072.0, 2048.0, 2048.0, 1024.0, 1024.0, 10.0]), ..count() },
        ),
        (
            "photo",
            "a photograph: dense against shared weights",
            Settings { sizes: vec![150_528.0, 4096.0], side: 224, features: 64, ..count() },
        ),
        (
            "sequence",
            "a long sequence: dense against shared weights",
            Settings { sizes: vec![16_000.0, 16_000.0], data: Data::Sequence, length: 16_000, channels: 1, ..count() },
        ),
    ]
    .into_iter()
    .map(|(name, title, mut settings)| {
        settings.settle("");
        Preset { name, title, settings }
    })
    .collect()
}
