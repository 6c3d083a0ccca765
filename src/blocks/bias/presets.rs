//! The telling cases.

use crate::blocks::Preset;

/// Every preset.
pub const PRESETS: &[Preset] = &[
    Preset::new("one", "shift by one: the convolution moves along", ""),
    Preset::new("half", "shift by half the picture", "dx=4&dy=4"),
    Preset::new("window", "shift by a pooling window: pooling moves along by one", "picture=ring&dx=2"),
    Preset::new("pixels", "permuted pixels: the meaning is lost", "tab=permute"),
    Preset::new("channels", "permuted channels: nothing is lost", "tab=permute&what=channels&picture=ring"),
    Preset::new("nodes", "permuted nodes: nothing is lost", "tab=permute&what=nodes"),
];
