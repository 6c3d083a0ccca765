//! The lecture's worked examples, and the telling cases.

use crate::blocks::Preset;

/// A step from 0 to 1 with noise that stays the same: every reader sees the same figure.
macro_rules! on_noisy_step {
    ($weight:literal) => {
        concat!(
            "input=0.05,-0.08,0.1,0.02,-0.05,0.08,-0.02,0.04,1.06,0.95,1.02,0.9,1.08,0.97,1.03,0.94&fill=replicate&weight=",
            $weight
        )
    };
}

/// A signal with three peaks, through so many causal layers that average two cells each.
macro_rules! causal {
    ($layers:literal) => {
        concat!(
            "input=0,0.1,0.2,0,0.1,0.2,0,1.1,0.2,0,0.1,0.2,0,0.1,0.2,1,0.1,0.2,0,0.1,0.2,0,0.1,1.2&padding=causal&layers=",
            $layers,
            "&weight=0.5,0.5"
        )
    };
}

/// The lecture's signal, two cells added on each side, and a kernel that changes nothing.
macro_rules! padded {
    ($fill:literal) => {
        concat!("input=1,2,3&padding=both&amount=2&fill=", $fill, "&weight=1")
    };
}

/// Every preset.
pub const PRESETS: &[Preset] = &[
    Preset::new("signal", "a signal and its changes", ""),
    Preset::new("rising", "(−1, 1, 0) on (0, 1, 1): a rising edge", "input=0,1,1&padding=valid"),
    Preset::new("flat", "(−1, 1, 0) on (1, 1, 1): nothing changes", "input=1,1,1&padding=valid"),
    Preset::new("falling", "(−1, 1, 0) on (1, 0, 1): a falling edge", "input=1,0,1&padding=valid"),
    Preset::new("pad-constant", "(1, 2, 3) padded by two: zeros", padded!("zeros")),
    Preset::new("pad-replicate", "(1, 2, 3) padded by two: replicate", padded!("replicate")),
    Preset::new("pad-symmetric", "(1, 2, 3) padded by two: symmetric", padded!("symmetric")),
    Preset::new("pad-circular", "(1, 2, 3) padded by two: circular", padded!("circular")),
    Preset::new("pad-reflect", "(1, 2, 3) padded by two: reflect", padded!("reflect")),
    Preset::new("stride", "stride 2: every other position", "stride=2&padding=valid"),
    Preset::new("dilation", "dilation 3: wide with three weights", "dilation=3"),
    Preset::new("average", "moving average on a noisy step", on_noisy_step!("0.2,0.2,0.2,0.2,0.2")),
    Preset::new("gaussian", "Gaussian on a noisy step", on_noisy_step!("0.06,0.24,0.4,0.24,0.06")),
    Preset::new("step", "step detector on a noisy step", on_noisy_step!("-0.25,-0.25,-0.25,-0.25,0.25,0.25,0.25,0.25")),
    Preset::new("causal", "causal: only the past", causal!("1")),
    Preset::new("wavenet", "four causal layers, dilation 1, 2, 4, 8", causal!("4")),
];
