//! What the stages of a stack are called, and what stands where.

use crate::explain::{Stage, Trace};

/// What a stage holds of a row. The rows are the input, 0, and what each layer gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// Its numbers.
    Row,
    /// The same, padded for the layer above; there where padding adds cells to a convolution's input.
    Padded,
    /// The weights of the layer above.
    Weight,
    /// The gradient by the row.
    Gradient,
    /// The gradient by the padded row.
    PaddedGradient,
    /// How much each input counts: the magnitude of its gradient.
    Effective,
}

/// The names of a row's stages, in the order of [`Part`], and the letters of the row and its weights.
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

/// The name of a stage, in a stack of `depth` layers.
pub fn name(part: Part, row: usize, depth: usize) -> &'static str {
    match part {
        Part::Effective => "effective",
        Part::Row if row == depth => "output",
        Part::Gradient if row == depth => "output-gradient",
        part => ROWS.get(row).map_or("", |names| names.stages[part as usize]),
    }
}

/// The letter of a stage.
pub fn letter(part: Part, row: usize, depth: usize) -> &'static str {
    let place = match part {
        _ if row == depth => return "y",
        Part::Effective => return "g",
        Part::Row | Part::Gradient => 0,
        Part::Padded | Part::PaddedGradient => 1,
        Part::Weight => 2,
    };
    ROWS.get(row).map_or("", |names| names.letters[place])
}

/// What a stage is called on the page.
pub fn title(part: Part, row: usize, depth: usize) -> &'static str {
    match (part, row) {
        (Part::Effective, _) => "effective field",
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
    }
}

/// What the stage of that name holds.
pub fn place(stage: &str, depth: usize) -> Option<(Part, usize)> {
    use Part::{Effective, Gradient, Padded, PaddedGradient, Row, Weight};
    let parts = [Row, Padded, Weight, Gradient, PaddedGradient, Effective];
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

    /// Over what the layer above a row slides: the padded row, or the row itself.
    pub fn slid(&self, row: usize) -> Option<&'a Stage> {
        self.of(Part::Padded, row).or_else(|| self.of(Part::Row, row))
    }

    /// The gradient by what the layer above a row slides over.
    pub fn slid_gradient(&self, row: usize) -> Option<&'a Stage> {
        self.of(Part::PaddedGradient, row).or_else(|| self.of(Part::Gradient, row))
    }
}
