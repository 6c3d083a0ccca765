//! Formulas as plain text: y_3 = (−1)·0.5 + 1·2 = 1.5.

use super::Chain;
use super::linear::{self, Ink};
use super::node::Term;
use super::words::Words;
use crate::explain::number::Numeral;
use crate::explain::{Cell, Role};

/// Writes a formula.
pub fn print(chain: &Chain, words: &Words) -> String {
    linear::print::<Text>(chain, words).0
}

#[derive(Default)]
struct Text(String);

impl Text {
    fn script(&mut self, sign: char, Self(inner): Self) {
        self.0.push(sign);
        if inner.chars().all(char::is_alphanumeric) {
            self.0.push_str(&inner);
        } else {
            self.0.extend(["{", &inner, "}"]);
        }
    }
}

impl Ink for Text {
    fn write(&mut self, text: &str) {
        self.0.push_str(text);
    }

    fn operator(&mut self, sign: &str) {
        self.0.extend([" ", sign, " "]);
    }

    fn numeral(&mut self, numeral: &Numeral) {
        self.0.push_str(&numeral.to_string());
    }

    fn below(&mut self, inner: Self) {
        self.script('_', inner);
    }

    fn above(&mut self, inner: Self) {
        self.script('^', inner);
    }

    fn quantity(&mut self, _: Role, _: Option<Cell>, Self(inner): Self) {
        self.0.push_str(&inner);
    }

    fn term(&mut self, _: &Term, Self(inner): Self) {
        self.0.push_str(&inner);
    }
}
