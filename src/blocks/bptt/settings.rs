//! What can be set in `bptt`.

use crate::blocks::Word;
use crate::blocks::control::{Choice, Control, Kind};
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
    const WORDS: &'static [(&'static str, Self)] = &[("rnn", Self::Rnn), ("lstm", Self::Lstm), ("gru", Self::Gru)];
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
    pub fn controls(&self) -> Vec<Control> {
        const LAYERS: [Choice; 3] =
            [Choice::plain("rnn", "RNN"), Choice::plain("lstm", "LSTM"), Choice::plain("gru", "GRU")];
        const STRENGTHS: [Choice; 3] = [
            Choice::new("tiny", "tiny", "so small that nothing saturates: only the weights decide"),
            Choice::new("small", "small", "states come near to where tanh bends"),
            Choice::new("large", "large", "tanh saturates: its slope shrinks the gradient, too"),
        ];
        let range = |min, max, step| Kind::Number { min, max, step };
        vec![
            Control::main("shown", "matrices of", "whose Jacobians are drawn", Kind::choice(&LAYERS)),
            Control::main(
                "last",
                "loss at step t",
                "how many steps the gradient goes back",
                Kind::whole(1, LONGEST - 1),
            ),
            Control::main(
                "radius",
                "spectral radius",
                "of the weights of the state: their largest eigenvalue's magnitude",
                range(0.1, 1.5, 0.01),
            ),
            Control::main(
                "keep",
                "bias of the gates that keep",
                "of the LSTM's forget gate and the GRU's update gate: the larger, the more they stay open",
                range(-4.0, 8.0, 0.1),
            ),
            Control::main("input", "input", "how large the numbers of the sequence are", Kind::choice(&STRENGTHS)),
            Control::main(
                "clips",
                "clip",
                "whether the gradient by the weights is made shorter where it is too long",
                Kind::Toggle,
            ),
            Control::main("most", "longest gradient", "what it is clipped to", range(0.1, 10.0, 0.1)).when(self.clips),
            Control::more("units", "hidden units", "how many numbers the state holds", Kind::whole(1, MAX_UNITS)),
            Control::more("seed", "seed", "of the random weights and the input", Kind::whole(0, 9999)),
        ]
    }
}
