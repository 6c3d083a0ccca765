//! Handwritten digits: 1,797 images of 8 × 8 pixels.
//!
//! Source: UCI Machine Learning Repository, "Optical Recognition of Handwritten Digits", E. Alpaydin, C. Kaynak, CC BY 4.0,
//! <https://doi.org/10.24432/C50P49>. `examples/digits.py` wrote the file `www/assets/digits.bin` and tells its format.
//!
//! A fifth of the images is held out from training, the same at every reading: the images of each digit are shuffled by a fixed
//! seed, and of all images, digit by digit, every fifth is held out. So every digit is held out in proportion.

use thiserror::Error;

use super::random::Random;
use crate::layers::{Tensor, tensor};

/// The name of the file.
pub const FILE: &str = "digits.bin";
/// How many digits there are.
pub const CLASSES: usize = 10;
/// Pixels along one side.
pub const SIDE: usize = 8;
/// Pixels of one image.
pub const PIXELS: usize = SIDE * SIDE;
/// How many images are held out.
pub const HELD_OUT: usize = 360;

/// The number of a pixel that is all ink.
const INK: u8 = 16;
const SEED: u64 = 8;
const ONE_IN: usize = 5;

/// Why bytes are no file of digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum DigitsError {
    /// It is too short or too long for the number of images that it says it has.
    #[error("the file of digits has {got} bytes; it must have {expected}")]
    Length {
        /// How many bytes there are.
        got: usize,
        /// How many there must be.
        expected: usize,
    },
    /// A pixel is beyond the range.
    #[error("a pixel of the file of digits is {0}; at most {INK} is right")]
    Pixel(u8),
}

/// One image, and what is on it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Digit {
    /// From 0 to 9.
    pub label: usize,
    /// From 0, paper, to 16, ink; row by row.
    pub pixels: [u8; PIXELS],
}

impl Digit {
    /// The pixels from 0 to 1, row by row.
    pub fn shades(&self) -> impl Iterator<Item = f32> + '_ {
        self.pixels.iter().map(|&pixel| f32::from(pixel) / f32::from(INK))
    }

    /// Images as the input of a network, `[images, 1, 8, 8]`.
    pub fn batch<'a>(digits: impl IntoIterator<Item = &'a Self>) -> Tensor {
        let shades: Vec<f32> = digits.into_iter().flat_map(Self::shades).collect();
        tensor(&[shades.len() / PIXELS, 1, SIDE, SIDE], shades)
    }
}

/// All images, in two parts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Digits {
    /// What a network learns from.
    pub training: Vec<Digit>,
    /// What it is tested on.
    pub held_out: Vec<Digit>,
}

impl Digits {
    /// Reads the file.
    ///
    /// # Errors
    /// [`DigitsError`], where the bytes are not those of images.
    pub fn read(bytes: &[u8]) -> Result<Self, DigitsError> {
        const HEAD: usize = 2 * CLASSES;
        let head = bytes.get(..HEAD).ok_or(DigitsError::Length { got: bytes.len(), expected: HEAD })?;
        let mut labels = Vec::new();
        for (label, pair) in head.chunks_exact(2).enumerate() {
            let count = usize::from(u16::from_le_bytes([pair[0], pair[1]]));
            labels.resize(labels.len() + count, label);
        }
        let (planes, images) = (&bytes[HEAD..], labels.len());
        if planes.len() != PIXELS * images {
            return Err(DigitsError::Length { got: bytes.len(), expected: HEAD + PIXELS * images });
        }
        if let Some(&pixel) = planes.iter().find(|&&pixel| pixel > INK) {
            return Err(DigitsError::Pixel(pixel));
        }
        let image = |(at, &label): (usize, &usize)| Digit {
            label,
            pixels: std::array::from_fn(|pixel| planes[pixel * images + at]),
        };
        Ok(Self::split(labels.iter().enumerate().map(image).collect()))
    }

    fn split(mut images: Vec<Digit>) -> Self {
        let mut random = Random::new(SEED);
        images.chunk_by_mut(|a, b| a.label == b.label).for_each(|alike| random.shuffle(alike));
        let (mut training, mut held_out) = (Vec::new(), Vec::new());
        for (at, image) in images.into_iter().enumerate() {
            if at % ONE_IN == 0 { &mut held_out } else { &mut training }.push(image);
        }
        Self { training, held_out }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SHIPPED: &[u8] = include_bytes!("../../www/assets/digits.bin");

    #[test]
    fn every_digit_is_held_out_in_proportion() {
        let digits = Digits::read(SHIPPED).expect("the file");
        assert_eq!((digits.training.len(), digits.held_out.len()), (1437, HELD_OUT));
        for label in 0..CLASSES {
            let held_out = digits.held_out.iter().filter(|digit| digit.label == label).count();
            assert!((34..=37).contains(&held_out), "{label}: {held_out}");
        }
        assert_eq!(Digits::read(SHIPPED), Ok(digits));
    }

    #[test]
    fn a_digit_looks_like_itself() {
        let digits = Digits::read(SHIPPED).expect("the file");
        let tensor = Digit::batch(&digits.held_out);
        assert_eq!(tensor.shape(), [HELD_OUT, 1, SIDE, SIDE]);
        assert!(tensor.iter().all(|shade| (0.0..=1.0).contains(shade)));
        // A zero has a hole in the middle, a one has none.
        let middle = |at: usize| {
            (3..5)
                .flat_map(|row| (3..5).map(move |column| (row, column)))
                .fold(0.0, |sum, (row, column)| sum + tensor[[at, 0, row, column]])
        };
        let one = digits.held_out.iter().position(|digit| digit.label == 1).expect("a one");
        assert!(middle(0) < middle(one), "{} {}", middle(0), middle(one));
    }

    #[test]
    fn wrong_bytes_are_refused() {
        assert_eq!(Digits::read(&[]), Err(DigitsError::Length { got: 0, expected: 20 }));
        for length in [19, 20, 100, SHIPPED.len() - 1] {
            assert!(matches!(Digits::read(&SHIPPED[..length]), Err(DigitsError::Length { .. })), "{length}");
        }
        let mut wrong = SHIPPED.to_vec();
        wrong[1000] = 17;
        assert_eq!(Digits::read(&wrong), Err(DigitsError::Pixel(17)));
        let none = Digits::read(&[0; 20]).expect("no image is an empty file");
        assert!(none.training.is_empty() && none.held_out.is_empty());
    }
}
