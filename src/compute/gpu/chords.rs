//! Lines between places, as a picture: how many of them cross each of its pixels.
//!
//! Whole numbers are added, so that the order in which the card comes to the lines does not matter.

use super::program::{Program, Room, one_by_one};

/// A step of a line, of about a nanosecond, takes the CPU as long as so many multiplications.
const STEP: u64 = 20;

impl Program {
    /// The counts of a picture with so many pixels on each side, row by row, of lines between places from 0 to 1. They are whole
    /// numbers, which [`counts`] reads. Nothing where there is no line.
    pub fn of_chords(side: usize, places: &[[f32; 2]], ends: &[(u32, u32)]) -> Option<Self> {
        let mut program = Self::new(&[2 * places.len()]);
        program.input = places.as_flattened().to_vec();
        let joined = program.room(Room::Indices(ends.iter().flat_map(|&(from, to)| [from, to]).collect()));
        let (groups, constants) = one_by_one(ends.len());
        let text = format!("{constants}const SIDE = {side}f;\n") + include_str!("chords.wgsl");
        let made = program.room(Room::Indices(vec![0; side * side]));
        program.write(text, made, &[0, joined], groups)?;
        // On average, two places by chance are half a side apart.
        program.multiplications = ends.len() as u64 * side as u64 / 2 * STEP;
        program.give(made, vec![side, side]);
        Some(program)
    }
}

/// The counts in what a program of chords gave.
pub fn counts(given: &[f32]) -> impl Iterator<Item = u32> {
    given.iter().map(|number| number.to_bits())
}
