//! What can be set in `bptt`.

use crate::blocks::Word;
use crate::blocks::control::Panel;
use crate::blocks::fields::{settings, words};
use crate::data::sequences::Memory;

/// The longest sequence.
const LONGEST: usize = 200;
/// The most units.
const MAX_UNITS: usize = 8;

settings! {
    /// Everything that can be set.
    Settings {
        shown: Memory = Memory::Rnn,
        last: usize = 24,
        radius: f64 = 0.7,
        keep: f64 = 3.0,
        input: Strength = Strength::Tiny,
        clips: bool = false,
        most: f64 = 1.0,
        units: usize = 6,
        seed: u64 = 3,
    }
}

impl Word for Memory {
    const MEANINGS: &'static [Self] = &Self::ALL;
    const WORDS: &'static str = "rnn lstm gru";
}

words! {
    /// How large the numbers of the sequence are.
    Strength {
        Tiny = "tiny",
        Small = "small",
        Large = "large",
    }
}

impl Strength {
    /// How far they spread.
    pub fn spread(self) -> f64 {
        match self {
            Self::Tiny => 1e-7,
            Self::Small => 0.1,
            Self::Large => 1.5,
        }
    }
}

impl Settings {
    /// What is in sight, and what is legal, given the other settings.
    pub fn narrow(&self, panel: &mut Panel) {
        panel.when("most", self.clips);
        panel.most("last", LONGEST - 1);
        panel.most("units", MAX_UNITS);
    }
}
