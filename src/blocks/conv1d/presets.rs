//! The lecture's worked examples, and the telling cases.

use super::settings::{Padding, Settings};
use crate::blocks::Preset;
use crate::blocks::convolution::Fill;

/// A step from 0 to 1 with noise that stays the same: every reader sees the same figure.
const NOISY_STEP: [f64; 16] =
    [0.05, -0.08, 0.1, 0.02, -0.05, 0.08, -0.02, 0.04, 1.06, 0.95, 1.02, 0.9, 1.08, 0.97, 1.03, 0.94];

/// Every preset.
pub fn presets() -> Vec<Preset<Settings>> {
    let edge = |input: [f64; 3]| Settings { input: input.to_vec(), padding: Padding::Valid, ..Settings::default() };
    let padded = |fill| Settings {
        input: vec![1.0, 2.0, 3.0],
        kernel: 1,
        weight: vec![1.0],
        padding: Padding::Both,
        amount: 2,
        fill,
        ..Settings::default()
    };
    let noisy = |weight: &[f64]| Settings {
        input: NOISY_STEP.to_vec(),
        kernel: weight.len(),
        weight: weight.to_vec(),
        fill: Fill::Replicate,
        ..Settings::default()
    };
    let long: Vec<f64> = (0..24).map(|at| f64::from(u8::from(at % 8 == 7)) + 0.1 * f64::from(at % 3)).collect();
    let causal = |layers| Settings {
        input: long.clone(),
        kernel: 2,
        weight: vec![0.5, 0.5],
        padding: Padding::Causal,
        layers,
        ..Settings::default()
    };
    [
        ("signal", "a signal and its changes", Settings::default()),
        ("rising", "(−1, 1, 0) on (0, 1, 1): a rising edge", edge([0.0, 1.0, 1.0])),
        ("flat", "(−1, 1, 0) on (1, 1, 1): nothing changes", edge([1.0, 1.0, 1.0])),
        ("falling", "(−1, 1, 0) on (1, 0, 1): a falling edge", edge([1.0, 0.0, 1.0])),
        ("pad-constant", "(1, 2, 3) padded by two: zeros", padded(Fill::Zeros)),
        ("pad-replicate", "(1, 2, 3) padded by two: replicate", padded(Fill::Replicate)),
        ("pad-symmetric", "(1, 2, 3) padded by two: symmetric", padded(Fill::Symmetric)),
        ("pad-circular", "(1, 2, 3) padded by two: circular", padded(Fill::Circular)),
        ("pad-reflect", "(1, 2, 3) padded by two: reflect", padded(Fill::Reflect)),
        (
            "stride",
            "stride 2: every other position",
            Settings { stride: 2, padding: Padding::Valid, ..Settings::default() },
        ),
        ("dilation", "dilation 3: wide with three weights", Settings { dilation: 3, ..Settings::default() }),
        ("average", "moving average on a noisy step", noisy(&[0.2; 5])),
        ("gaussian", "Gaussian on a noisy step", noisy(&[0.06, 0.24, 0.4, 0.24, 0.06])),
        ("step", "step detector on a noisy step", noisy(&[-0.25, -0.25, -0.25, -0.25, 0.25, 0.25, 0.25, 0.25])),
        ("causal", "causal: only the past", causal(1)),
        ("wavenet", "four causal layers, dilation 1, 2, 4, 8", causal(4)),
    ]
    .into_iter()
    .map(|(name, title, mut settings)| {
        settings.settle("");
        Preset { name, title, settings }
    })
    .collect()
}
