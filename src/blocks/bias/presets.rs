//! The telling cases.

use super::settings::{Settings, Tab, What};
use crate::blocks::Preset;

/// Every preset.
pub fn presets() -> Vec<Preset<Settings>> {
    let shift = Settings::default;
    let permute = |what| Settings { tab: Tab::Permute, what, ..shift() };
    [
        ("one", "shift by one: the convolution moves along", shift()),
        ("half", "shift by half the picture", Settings { dx: 4, dy: 4, ..shift() }),
        (
            "window",
            "shift by a pooling window: pooling moves along by one",
            Settings { dx: 2, picture: "ring".to_owned(), ..shift() },
        ),
        ("pixels", "permuted pixels: the meaning is lost", permute(What::Pixels)),
        (
            "channels",
            "permuted channels: nothing is lost",
            Settings { picture: "ring".to_owned(), ..permute(What::Channels) },
        ),
        ("nodes", "permuted nodes: nothing is lost", permute(What::Nodes)),
    ]
    .into_iter()
    .map(|(name, title, mut settings)| {
        settings.settle("");
        Preset { name, title, settings }
    })
    .collect()
}
