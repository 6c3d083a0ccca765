//! Formulas on a line, as plain text, y_3 = (−1)·0.5 + 1·2 = 1.5, or as HTML: MathML does not wrap; HTML does, between terms.

use super::html::{push_escaped, quantity_attributes, term_attributes};
use super::node::{Addend, Face, Joint, Name, Node, Quantity, Range};
use super::words::Words;
use super::{Chain, Relation};
use crate::explain::number::{Figures, Numeral};

/// Writes the sides of a chain, and what relates them; with `marks`, as HTML.
pub fn print(chain: &Chain, words: &Words, marks: bool) -> String {
    let mut line = Line { text: String::new(), marks, tight: false, words };
    line.node(&chain.left);
    for (relation, node) in &chain.steps {
        line.relation(*relation);
        line.node(node);
    }
    line.text
}

struct Line<'w> {
    text: String,
    /// Whether it is HTML.
    marks: bool,
    /// In subscripts and bounds, operators stand without spaces.
    tight: bool,
    words: &'w Words,
}

impl Line<'_> {
    fn write(&mut self, text: &str) {
        if self.marks { push_escaped(&mut self.text, text) } else { self.text.push_str(text) }
    }

    fn numeral(&mut self, numeral: &Numeral) {
        match numeral.figures() {
            Figures::Scientific { mantissa, exponent } if self.marks => {
                let minus = if numeral.is_negative() { "−" } else { "" };
                let exponent = exponent.to_string().replace('-', "−");
                self.text.extend([minus, mantissa, "×10<sup>", &exponent, "</sup>"]);
            }
            _ => self.text.push_str(&numeral.to_string()),
        }
    }

    /// Writes above or below the line.
    fn script(&mut self, name: &str, sign: &str, inner: &str) {
        if self.marks {
            self.element(name, "", inner);
        } else if inner.chars().all(|letter| letter.is_ascii_alphanumeric() || matches!(letter, 'Α'..='ω')) {
            self.text.extend([sign, inner]);
        } else {
            self.text.extend([sign, "{", inner, "}"]);
        }
    }

    fn below(&mut self, inner: &str) {
        self.script("sub", "_", inner);
    }

    fn element(&mut self, name: &str, attributes: &str, inner: &str) {
        self.text.extend(["<", name, attributes, ">", inner, "</", name, ">"]);
    }

    /// Writes what plain text has no marks for.
    fn span(&mut self, attributes: &str, inner: &str) {
        if self.marks && !attributes.is_empty() {
            self.element("span", attributes, inner);
        } else {
            self.text.push_str(inner);
        }
    }

    fn node(&mut self, node: &Node) {
        match node {
            Node::Number(numeral) => self.numeral(numeral),
            Node::Quantity(quantity) => self.quantity(quantity),
            Node::Sum(addends) => self.sum(addends),
            Node::Product(factors) => self.product(factors),
            Node::Fraction(above, below) => {
                self.part(above, !above.fits_above());
                self.write("/");
                self.part(below, !below.fits_below());
            }
            Node::Negative(inner) => {
                self.write("−");
                self.node(inner);
            }
            Node::Parentheses(inner) => self.part(inner, true),
            Node::Call(function, arguments) => {
                self.write(function.name);
                self.write("(");
                self.list(arguments, ", ");
                self.write(")");
            }
            Node::Floor(inner) => {
                self.write("⌊");
                self.node(inner);
                self.write("⌋");
            }
            Node::Series(range, body) => self.series(range, body),
            Node::Term(term) => {
                let inner = self.apart(self.tight, |line| line.node(&term.node));
                self.span(&term_attributes(term), &inner);
            }
            Node::Rest { terms, total: Some(total) } => {
                self.write(&format!("({terms} {}: ", self.words.more_terms));
                self.numeral(total);
                self.write(")");
            }
            Node::Rest { terms, total: None } => self.write(&format!("… {terms} {} …", self.words.more_terms)),
            Node::Summary { terms, largest } => {
                let Words { sum_of, terms_the_largest, .. } = self.words;
                self.write(&format!("{sum_of} {terms} {terms_the_largest} "));
                self.node(largest);
            }
        }
    }

    /// Writes into a piece of its own.
    fn apart(&self, tight: bool, write: impl FnOnce(&mut Self)) -> String {
        let mut line = Self { text: String::new(), tight, ..*self };
        write(&mut line);
        line.text
    }

    fn part(&mut self, node: &Node, enclosed: bool) {
        if enclosed {
            self.write("(");
        }
        self.node(node);
        if enclosed {
            self.write(")");
        }
    }

    fn list(&mut self, nodes: &[Node], separator: &str) {
        for (place, node) in nodes.iter().enumerate() {
            if place > 0 {
                self.write(separator);
            }
            self.node(node);
        }
    }

    fn relation(&mut self, relation: Relation) {
        self.operator(relation.sign());
    }

    fn operator(&mut self, sign: &str) {
        // Lines break in front of an operator, so that a line begins with it.
        let (before, after) = if self.tight { ("", "") } else { (" ", if self.marks { "\u{a0}" } else { " " }) };
        self.text.extend([before, sign, after]);
    }

    fn quantity(&mut self, Quantity { role, cell, face }: &Quantity) {
        let inner = self.apart(self.tight, |line| match face {
            Face::Number(numeral) => line.numeral(numeral),
            Face::Name(name) => line.name(name),
        });
        self.span(&quantity_attributes(*role, *cell), &inner);
    }

    fn name(&mut self, name: &Name) {
        if name.derivative {
            self.write("∂E/∂");
        }
        self.write(name.letter);
        if !name.subscripts.is_empty() {
            let below = self.apart(true, |line| line.list(&name.subscripts, ","));
            self.below(&below);
        }
    }

    fn sum(&mut self, addends: &[Addend]) {
        for (place, Addend { negative, node }) in addends.iter().enumerate() {
            match (place, negative) {
                (0, false) => {}
                (0, true) => self.write("−"),
                (_, false) => self.operator("+"),
                (_, true) => self.operator("−"),
            }
            self.node(node);
        }
    }

    fn product(&mut self, factors: &[Node]) {
        for (place, factor) in factors.iter().enumerate() {
            if let Some(before) = place.checked_sub(1).map(|before| &factors[before]) {
                match Node::joint(before, factor) {
                    Joint::Nothing => {}
                    // ∂E/∂y·w could be read as a quotient by y·w.
                    _ if before.is_derivative() || factor.is_derivative() => self.operator("·"),
                    Joint::Space if !self.tight => self.write(" "),
                    _ => self.write("·"),
                }
            }
            self.part(factor, matches!(factor, Node::Fraction(..)));
        }
    }

    fn series(&mut self, Range { indices, from, to }: &Range, body: &Node) {
        self.write("Σ");
        let below = self.apart(true, |line| {
            line.write(&indices.join(","));
            if let Some(from) = from {
                line.write("=");
                line.node(from);
            }
        });
        self.below(&below);
        if let Some(to) = to {
            let above = self.apart(true, |line| line.node(to));
            self.script("sup", "^", &above);
        }
        self.write(" ");
        self.node(body);
    }
}
