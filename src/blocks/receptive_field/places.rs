//! What the stages of a stack are called, and what stands where.

use crate::blocks::chain::{Named, Part};
use crate::explain::{Stage, Trace};

/// The stage that tells how much each input counts: the magnitude of its gradient.
pub const EFFECTIVE: &str = "effective";

/// The names of a row's stages (the row, padded, the weights, the gradients by both), and the letters of the row and its weights.
struct Names {
    stages: [&'static str; 5],
    letters: [&'static str; 3],
}

macro_rules! hidden {
    ($row:literal, $up:literal, $next:literal, $above:literal) => {
        Names {
            stages: [
                concat!("h", $row),
                concat!("h", $row, "-padded"),
                concat!("w", $next),
                concat!("h", $row, "-gradient"),
                concat!("h", $row, "-padded-gradient"),
            ],
            letters: [concat!("h", $up), concat!("h\u{303}", $up), concat!("w", $above)],
        }
    };
}

const ROWS: [Names; super::settings::MAX_LAYERS] = [
    Names { stages: ["input", "padded", "w1", "input-gradient", "padded-gradient"], letters: ["x", "x\u{303}", "w¹"] },
    hidden!("1", "¹", "2", "²"),
    hidden!("2", "²", "3", "³"),
    hidden!("3", "³", "4", "⁴"),
    hidden!("4", "⁴", "5", "⁵"),
    hidden!("5", "⁵", "6", "⁶"),
    hidden!("6", "⁶", "7", "⁷"),
    hidden!("7", "⁷", "8", "⁸"),
    hidden!("8", "⁸", "9", "⁹"),
    hidden!("9", "⁹", "10", "¹⁰"),
    hidden!("10", "¹⁰", "11", "¹¹"),
    hidden!("11", "¹¹", "12", "¹²"),
];

/// Which of a row's names are those of a part.
fn slot(part: Part) -> usize {
    match part {
        Part::Row => 0,
        Part::Padded => 1,
        Part::Weight | Part::Bias => 2,
        Part::Gradient => 3,
        Part::PaddedGradient => 4,
    }
}

/// The name of a stage, in a stack of `depth` layers.
pub fn name(part: Part, row: usize, depth: usize) -> &'static str {
    match part {
        Part::Row if row == depth => "output",
        Part::Gradient if row == depth => "output-gradient",
        part => ROWS.get(row).map_or("", |names| names.stages[slot(part)]),
    }
}

/// The letter of a stage.
pub fn letter(part: Part, row: usize, depth: usize) -> &'static str {
    if row == depth {
        return "y";
    }
    ROWS.get(row).map_or("", |names| names.letters[slot(part) % 3])
}

/// What a stage is called: name, title and letter. The layers have no biases.
pub fn named(part: Part, row: usize, depth: usize) -> Option<Named> {
    let title = match (part, row) {
        (Part::Bias, _) => return None,
        (Part::Weight, _) => "weight",
        (Part::Row, 0) => "input",
        (Part::Padded, 0) => "padded input",
        (Part::Gradient, 0) => "gradient by the input",
        (Part::PaddedGradient, 0) => "gradient by the padded input",
        (Part::Row, row) if row == depth => "output",
        (Part::Gradient, row) if row == depth => "gradient by the output",
        (Part::Row, _) => "hidden layer",
        (Part::Padded, _) => "padded hidden layer",
        (Part::Gradient, _) => "gradient by the hidden layer",
        (Part::PaddedGradient, _) => "gradient by the padded hidden layer",
    };
    Some((name(part, row, depth), title, letter(part, row, depth)))
}

/// What the stage of that name holds; the effective field is of the input.
pub fn place(stage: &str, depth: usize) -> Option<(Part, usize)> {
    if stage == EFFECTIVE {
        return Some((Part::Gradient, 0));
    }
    let parts = [Part::Row, Part::Padded, Part::Weight, Part::Gradient, Part::PaddedGradient];
    let of_row = |row| parts.into_iter().map(move |part| (part, row));
    (0..=depth).flat_map(of_row).find(|(part, row)| name(*part, *row, depth) == stage)
}

/// The stages of a stack.
#[derive(Clone, Copy)]
pub struct Stages<'a> {
    /// Everything that was computed.
    pub trace: &'a Trace,
    /// How many layers there are.
    pub depth: usize,
}

impl<'a> Stages<'a> {
    /// A stage, where there is one.
    pub fn of(&self, part: Part, row: usize) -> Option<&'a Stage> {
        self.trace.stage(name(part, row, self.depth))
    }
}
