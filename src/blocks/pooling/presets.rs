//! The lecture's case, and the telling ones.

use crate::blocks::Preset;

/// Every preset.
pub const PRESETS: &[Preset] = &[
    Preset::new("max", "max: the strongest signal of each patch", ""),
    Preset::new("average", "average: a smaller, softer picture", "operation=average"),
    Preset::new("min", "min: the weakest signal", "operation=min"),
    Preset::new("signal", "max over a signal", "axes=one"),
    Preset::new(
        "shift",
        "a pattern that moves by one: the maximum hardly notices",
        "axes=one&input=0,0,1,0,0,0,0,0&kernel=4&stride=4",
    ),
    Preset::new(
        "ties",
        "ties: of equal numbers the first gets the gradient",
        "axes=one&input=1,1,0.5,0.5,2,2,2,0&pass=backward",
    ),
    Preset::new("overlap", "overlapping windows: one winner, several gradients", "kernel=3&stride=1&pass=backward"),
    Preset::new("ceil", "ceil mode: the last window hangs over the end", "size=7&ceil=1"),
    Preset::new(
        "count",
        "padding in an average: counted as zeros, or not",
        "operation=average&kernel=3&amount=1&count=0",
    ),
    Preset::new("dilation", "dilation 2", "stride=1&dilation=2"),
    Preset::new("channels", "every channel alone", "size=12&channels=3"),
];
