//! Telling images, and the two other looks.

use crate::blocks::Preset;

/// A blank page: 64 pixels of 0.
const BLANK: &str = "pen=1&pixels=0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,\
                     0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0";

/// Every preset.
pub const PRESETS: &[Preset] = &[
    Preset::new("three", "a clear 3", ""),
    Preset::new("eight", "an 8", "digit=300"),
    Preset::new("wrong", "one that it gets wrong", "digit=348"),
    Preset::new("saliency", "backward: which pixels matter", "pass=backward"),
    Preset::new("patterns", "what the first convolution sees", "layer=conv1"),
    Preset::new("draw", "draw your own", BLANK),
    Preset::new("mistakes", "all its mistakes", "view=confusion"),
];

#[cfg(test)]
mod tests {
    use crate::blocks;
    use crate::data::trained::{best, trained};

    #[test]
    fn presets_are_what_they_say() {
        let (block, trained) = (blocks::find("cnn").expect("the block"), trained().expect("both files"));
        let scores = trained.scores().expect("scores");
        for (name, label, said) in [("three", 3, 3), ("eight", 8, 8), ("wrong", 9, 5)] {
            let preset = block.presets().iter().find(|preset| preset.name == name).expect(name);
            let values = block.values(&block.preset(preset));
            let digit = values["digit"].as_u64().expect("a number") as usize;
            let row = scores.index_axis(ndarray::Axis(0), digit);
            assert_eq!((trained.digits.held_out[digit].label, best(row.iter().copied())), (label, said), "{name}");
        }
    }
}
