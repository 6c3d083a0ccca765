//! The lecture's case, and the telling ones.

use super::settings::{Axes, Operation, Settings};
use crate::blocks::Preset;
use crate::blocks::convolution::Pass;

/// Every preset.
pub fn presets() -> Vec<Preset<Settings>> {
    let two = Settings::default;
    let one = || Settings { axes: Axes::One, ..two() };
    [
        ("max", "max: the strongest signal of each patch", two()),
        ("average", "average: a smaller, softer picture", Settings { operation: Operation::Average, ..two() }),
        ("min", "min: the weakest signal", Settings { operation: Operation::Min, ..two() }),
        ("signal", "max over a signal", one()),
        (
            "shift",
            "a pattern that moves by one: the maximum hardly notices",
            Settings { input: vec![0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 0.0, 0.0], kernel: 4, stride: 4, ..one() },
        ),
        (
            "ties",
            "ties: of equal numbers the first gets the gradient",
            Settings { input: vec![1.0, 1.0, 0.5, 0.5, 2.0, 2.0, 2.0, 0.0], pass: Pass::Backward, ..one() },
        ),
        (
            "overlap",
            "overlapping windows: one winner, several gradients",
            Settings { kernel: 3, stride: 1, pass: Pass::Backward, ..two() },
        ),
        ("ceil", "ceil mode: the last window hangs over the end", Settings { size: 7, ceil: true, ..two() }),
        (
            "count",
            "padding in an average: counted as zeros, or not",
            Settings { operation: Operation::Average, kernel: 3, stride: 2, amount: 1, count: false, ..two() },
        ),
        ("dilation", "dilation 2", Settings { kernel: 2, stride: 1, dilation: 2, ..two() }),
        ("channels", "every channel alone", Settings { channels: 3, size: 12, ..two() }),
    ]
    .into_iter()
    .map(|(name, title, mut settings)| {
        settings.settle("");
        Preset { name, title, settings }
    })
    .collect()
}
