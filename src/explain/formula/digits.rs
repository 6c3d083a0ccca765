//! How many digits of a result the shown arithmetic bears out.

use super::Relation;
use super::node::{Estimate, Node};
use crate::explain::number::{Digits, Numeral, decimal};

/// The decimals of a result, in the order in which they are tried.
pub const RESULT_DECIMALS: [usize; 2] = [4, 3];
/// Results smaller than this are shown with a power of ten, if the arithmetic bears out so many digits.
const SMALL: f32 = 1e-3;
/// A result that is not so many times larger than what rounding makes of its terms is what rounding left behind where they
/// cancel.
const ROUNDING: f64 = 4.0;
/// Double precision is so much finer than single precision, and a little less.
const DOUBLE: f64 = 1e-6;
/// What the last bit of a single-precision number counts, at most, by the number's size.
const BIT: f64 = f32::EPSILON as f64;

/// Arithmetic as it is shown, and the result that the trace holds.
pub struct Shown {
    /// What whoever computes with the shown digits arrives at.
    value: f64,
    /// How far off that is where the numbers are as far off as single precision can be.
    slack: f64,
    held: f32,
}

impl Shown {
    /// The arithmetic of a formula in numbers; nothing where it leaves arguments out.
    pub fn of(arithmetic: &Node, held: f32) -> Option<Self> {
        let Estimate { value, slack } = arithmetic.estimate()?;
        Some(Self { value, slack, held })
    }

    /// The result with as many digits as are right; nothing where too few are.
    pub fn result(&self) -> Option<(Relation, Numeral)> {
        if self.cancels() {
            return Some((Relation::IsAbout, Numeral::new(0.0, Digits::Trimmed(0))));
        }
        let as_held = RESULT_DECIMALS.into_iter().find_map(|places| {
            let numeral = Numeral::single(self.held, Digits::Trimmed(places));
            Some((self.relation(&numeral, places)?, numeral))
        });
        as_held.or_else(|| self.large_result())
    }

    /// A result near zero with so few decimals that those of its terms bear it out: 1000 − 999.9999 ≈ 0.0001.
    pub fn small_result(&self) -> Option<(Relation, Numeral)> {
        let places = RESULT_DECIMALS[0];
        let rounded = Numeral::single(self.held, Digits::Fixed(places)).value();
        let numeral = Numeral::new(rounded, Digits::Trimmed(places));
        if self.held.abs() < SMALL { Some((self.relation(&numeral, places)?, numeral)) } else { None }
    }

    /// A large result with the digits that single precision leaves certain.
    fn large_result(&self) -> Option<(Relation, Numeral)> {
        let held = f64::from(self.held);
        let in_front = held.abs().log10().floor();
        let places = (3.0..7.0).contains(&in_front).then(|| 6 - in_front as usize)?;
        let numeral = Numeral::new(self.value, Digits::Trimmed(places));
        let off = (numeral.value() - held).abs();
        (off <= numeral.half_a_place(places) + BIT * held.abs()).then_some((Relation::IsAbout, numeral))
    }

    /// Whether the terms cancel, and what the trace holds is rounding.
    fn cancels(&self) -> bool {
        let held = f64::from(self.held).abs();
        let rounding = ROUNDING * self.slack;
        held != 0.0 && held < rounding && self.value.abs() <= rounding.min(0.5e-4)
    }

    /// How the arithmetic relates to a result; nothing where the result's last digit is wrong.
    fn relation(&self, result: &Numeral, places: usize) -> Option<Relation> {
        let (said, held) = (result.value(), decimal(self.held));
        if said.is_nan() || said.is_infinite() {
            return (said.to_string() == self.value.to_string()).then_some(Relation::Equals);
        }
        let off = (said - self.value).abs();
        // Adding decimal fractions in binary is off by a little: 0.1 + 0.2.
        let equal = off <= DOUBLE * self.slack && (said - held).abs() <= 1e-6 * held.abs();
        let close = off <= result.half_a_place(places) * (1.0 + 1e-6);
        (equal || close).then_some(Relation::exact(equal))
    }
}
