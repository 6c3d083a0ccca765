//! Telling images, and the two other looks.

use super::settings::{Look, Settings};
use crate::blocks::Preset;
use crate::blocks::convolution::Pass;
use crate::data::digits::PIXELS;

/// Every preset.
pub fn presets() -> Vec<Preset<Settings>> {
    let default = Settings::default;
    [
        ("three", "a clear 3", default()),
        ("eight", "an 8", Settings { digit: 301, ..default() }),
        ("wrong", "one that it gets wrong", Settings { digit: 138, ..default() }),
        ("saliency", "backward: which pixels matter", Settings { pass: Pass::Backward, ..default() }),
        ("patterns", "what the first convolution sees", Settings { layer: "conv1".to_owned(), ..default() }),
        ("draw", "draw your own", Settings { pen: true, pixels: vec![0.0; PIXELS], ..default() }),
        ("mistakes", "all its mistakes", Settings { view: Look::Confusion, ..default() }),
    ]
    .into_iter()
    .map(|(name, title, settings)| Preset { name, title, settings })
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::trained::{best, trained};

    #[test]
    fn presets_are_what_they_say() {
        let trained = trained().expect("both files");
        let scores = trained.scores().expect("scores");
        for (name, label, said) in [("three", 3, 3), ("eight", 8, 8), ("wrong", 3, 9)] {
            let preset = presets().into_iter().find(|preset| preset.name == name).expect(name);
            let image = preset.settings.image(&trained).expect("an image");
            let row = scores.index_axis(ndarray::Axis(0), preset.settings.digit);
            assert_eq!((image.label, best(row.iter().copied())), (label, said), "{name}");
        }
    }
}
