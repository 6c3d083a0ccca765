//! The controls that several blocks have.

use super::{Choice, Control, Kind};
use crate::blocks::convolution::{Fill, Pass};
use crate::data::pictures;

/// The largest magnitude of a number that is typed, dragged or read.
pub const LIMIT: f64 = 1000.0;
/// The longest list that fits into an address; longer ones are not taken at all.
pub const MAX_NUMBERS: usize = 16_384;

impl Kind {
    /// A whole number.
    pub fn whole(min: usize, max: usize) -> Self {
        Self::Whole { min: min as i64, max: max as i64 }
    }

    /// From so many to so many numbers.
    pub fn numbers(min_length: usize, max_length: usize) -> Self {
        Self::Numbers { min_length, max_length, or_none: false, limit: LIMIT }
    }

    /// So many numbers, or none: then the block chooses.
    pub fn optional(length: usize) -> Self {
        let length = if length <= MAX_NUMBERS { length } else { 0 };
        Self::Numbers { min_length: length, max_length: length, or_none: true, limit: LIMIT }
    }

    /// One of these words.
    pub fn choice(choices: &[Choice]) -> Self {
        Self::Choice(choices.to_vec())
    }
}

impl Control {
    /// A signal of at most so many numbers.
    pub fn signal(longest: usize) -> Self {
        let help = "the signal: type, paste or open numbers, or drag the bars";
        Self::main("input", "input x", help, Kind::numbers(1, longest))
    }

    /// A picture.
    pub fn picture() -> Self {
        let help = "a bundled picture, your own, or the camera";
        Self::main("picture", "input", help, Kind::Picture(drawn_pictures()))
    }

    /// Rows and columns of a picture that the page draws itself.
    pub fn size(min: usize, max: usize) -> Self {
        Self::main("size", "cells per side", "how large the picture is", Kind::whole(min, max))
    }

    /// The length of the window.
    pub fn kernel(label: &'static str, max: usize) -> Self {
        Self::main("kernel", label, "how many neighbours one output sees", Kind::whole(1, max))
    }

    /// The distance between two windows.
    pub fn stride(max: usize) -> Self {
        Self::main("stride", "stride s", "how far the window moves from one output to the next", Kind::whole(1, max))
    }

    /// The distance between two taps.
    pub fn dilation(max: usize) -> Self {
        let help = "the distance between the inputs that one window reads";
        Self::main("dilation", "dilation d", help, Kind::whole(1, max))
    }

    /// How many cells are added, where that is chosen.
    pub fn amount(chosen: bool) -> Self {
        Self::main("amount", "p", "cells added on each side", Kind::whole(0, 16)).when(chosen)
    }

    /// What added cells hold, where there are some.
    pub fn fill(padded: bool) -> Self {
        Self::main("fill", "fill", "what the added cells hold", Kind::choice(&Fill::CHOICES)).when(padded)
    }

    /// The number that added cells hold, where it is chosen.
    pub fn constant(chosen: bool) -> Self {
        let range = Kind::Number { min: -10.0, max: 10.0, step: 0.1 };
        Self::main("constant", "c", "the number that the added cells hold", range).when(chosen)
    }

    /// Forward, and backward where that can be computed.
    pub fn pass(backward: bool) -> Self {
        let choices = &Pass::CHOICES[..if backward { 2 } else { 1 }];
        let help = "forward, or backward from the gradients of the outputs";
        Self::main("pass", "pass", help, Kind::choice(choices)).when(backward)
    }

    /// Whether the pointer draws, where it can.
    pub fn pen(help: &'static str, can_draw: bool) -> Self {
        Self::main("pen", "pen", help, Kind::Toggle).when(can_draw)
    }

    /// The shade in which the pointer draws.
    pub fn ink(draws: bool) -> Self {
        let shades = Kind::Number { min: 0.0, max: 1.0, step: 0.1 };
        Self::main("ink", "ink", "the number that the pen writes", shades).when(draws)
    }

    /// The seed of random weights.
    pub fn seed() -> Self {
        Self::more("seed", "seed", "of the random weights", Kind::whole(0, 9999))
    }

    /// So many pixels.
    pub fn pixels(count: usize) -> Self {
        Self::hidden("pixels", "pixels", "all of them, or none for the picture's", Kind::optional(count))
    }

    /// The gradients by so many outputs.
    pub fn upstream(count: usize, help: &'static str) -> Self {
        Self::hidden("upstream", "∂E/∂y", help, Kind::optional(count))
    }
}

/// The pictures that the page draws itself.
pub fn drawn_pictures() -> Vec<Choice> {
    pictures::DRAWN.iter().map(|drawn| Choice::plain(drawn.name, drawn.title)).collect()
}
