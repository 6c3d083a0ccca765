//! Formulas as HTML text. MathML does not wrap; this does, between terms.

use super::Chain;
use super::linear::{self, Ink};
use super::node::Term;
use super::words::Words;
use crate::explain::number::{Figures, Numeral};
use crate::explain::{Cell, Role};

/// Writes a formula.
pub fn print(chain: &Chain, words: &Words) -> String {
    linear::print::<Html>(chain, words).0
}

#[derive(Default)]
struct Html(String);

impl Html {
    fn element(&mut self, open: &str, Self(inner): Self, close: &str) {
        self.0.extend([open, &inner, close]);
    }
}

impl Ink for Html {
    fn write(&mut self, text: &str) {
        push_escaped(&mut self.0, text);
    }

    /// Lines break in front of an operator, so that a line begins with it.
    fn operator(&mut self, sign: &str) {
        self.0.extend([" ", sign, "\u{a0}"]);
    }

    fn numeral(&mut self, numeral: &Numeral) {
        match numeral.figures() {
            Figures::Scientific { mantissa, exponent } => {
                let minus = if numeral.is_negative() { "−" } else { "" };
                let exponent = exponent.to_string().replace('-', "−");
                self.0.push_str(&format!("{minus}{mantissa}×10<sup>{exponent}</sup>"));
            }
            _ => self.0.push_str(&numeral.to_string()),
        }
    }

    fn below(&mut self, inner: Self) {
        self.element("<sub>", inner, "</sub>");
    }

    fn above(&mut self, inner: Self) {
        self.element("<sup>", inner, "</sup>");
    }

    fn quantity(&mut self, role: Role, cell: Option<Cell>, inner: Self) {
        match quantity_attributes(role, cell) {
            attributes if attributes.is_empty() => self.0.push_str(&inner.0),
            attributes => self.element(&format!("<span{attributes}>"), inner, "</span>"),
        }
    }

    fn term(&mut self, term: &Term, inner: Self) {
        self.element(&format!("<span{}>", term_attributes(term)), inner, "</span>");
    }
}

/// The class of a role, and the address of a cell.
pub fn quantity_attributes(role: Role, cell: Option<Cell>) -> String {
    let class = match role {
        Role::Input => " class=\"role-input\"",
        Role::Weight => " class=\"role-weight\"",
        Role::Intermediate => " class=\"role-intermediate\"",
        Role::Output => " class=\"role-output\"",
        Role::Gradient => " class=\"role-gradient\"",
        Role::Plain => "",
    };
    let cell = cell.map(|cell| format!(" data-cell=\"{}\"", escaped(&cell.to_string())));
    format!("{class}{}", cell.unwrap_or_default())
}

/// The place of a term, and the cells that it reads.
pub fn term_attributes(term: &Term) -> String {
    let cells: Vec<String> = term.cells.iter().map(Cell::to_string).collect();
    format!(" class=\"term\" data-term=\"{}\" data-cells=\"{}\"", term.place, escaped(&cells.join(" ")))
}

/// Text as it stands between tags and in attributes.
pub fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    push_escaped(&mut escaped, text);
    escaped
}

fn push_escaped(target: &mut String, text: &str) {
    for letter in text.chars() {
        match letter {
            '&' => target.push_str("&amp;"),
            '<' => target.push_str("&lt;"),
            '>' => target.push_str("&gt;"),
            '"' => target.push_str("&quot;"),
            letter => target.push(letter),
        }
    }
}
