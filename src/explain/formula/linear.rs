//! Formulas on a line: what plain text and HTML have in common.

use super::node::{Addend, Face, Joint, Name, Node, Quantity, Range, Term};
use super::words::Words;
use super::{Chain, Relation};
use crate::explain::number::Numeral;
use crate::explain::{Cell, Role};

/// How a line is marked up.
pub trait Ink: Default {
    /// Writes text.
    fn write(&mut self, text: &str);
    /// Writes an operator between its operands.
    fn operator(&mut self, sign: &str);
    /// Writes a number.
    fn numeral(&mut self, numeral: &Numeral);
    /// Writes below the line.
    fn below(&mut self, inner: Self);
    /// Writes above the line.
    fn above(&mut self, inner: Self);
    /// Writes what has a role.
    fn quantity(&mut self, role: Role, cell: Option<Cell>, inner: Self);
    /// Writes a term.
    fn term(&mut self, term: &Term, inner: Self);
}

/// Writes the sides of a chain, and what relates them.
pub fn print<I: Ink>(chain: &Chain, words: &Words) -> I {
    let mut line = Line { ink: I::default(), tight: false, words };
    line.node(&chain.left);
    for (relation, node) in &chain.steps {
        line.relation(*relation);
        line.node(node);
    }
    line.ink
}

struct Line<'w, I> {
    ink: I,
    /// In subscripts and bounds, operators stand without spaces.
    tight: bool,
    words: &'w Words,
}

impl<I: Ink> Line<'_, I> {
    fn node(&mut self, node: &Node) {
        match node {
            Node::Number(numeral) => self.ink.numeral(numeral),
            Node::Quantity(quantity) => self.quantity(quantity),
            Node::Sum(addends) => self.sum(addends),
            Node::Product(factors) => self.product(factors),
            Node::Fraction(above, below) => {
                self.part(above, !above.fits_above());
                self.ink.write("/");
                self.part(below, !below.fits_below());
            }
            Node::Negative(inner) => {
                self.ink.write("−");
                self.node(inner);
            }
            Node::Parentheses(inner) => self.part(inner, true),
            Node::Call(function, arguments) => {
                self.ink.write(function.name);
                self.ink.write("(");
                self.list(arguments, ", ");
                self.ink.write(")");
            }
            Node::Floor(inner) => {
                self.ink.write("⌊");
                self.node(inner);
                self.ink.write("⌋");
            }
            Node::Series(range, body) => self.series(range, body),
            Node::Term(term) => {
                let inner = self.apart(self.tight, |line| line.node(&term.node));
                self.ink.term(term, inner);
            }
            Node::Rest { terms, total: Some(total) } => {
                self.ink.write(&format!("({terms} {}: ", self.words.more_terms));
                self.ink.numeral(total);
                self.ink.write(")");
            }
            Node::Rest { terms, total: None } => self.ink.write(&format!("… {terms} {} …", self.words.more_terms)),
            Node::Summary { terms, largest } => {
                let Words { sum_of, terms_the_largest, .. } = self.words;
                self.ink.write(&format!("{sum_of} {terms} {terms_the_largest} "));
                self.node(largest);
            }
        }
    }

    /// Writes into a piece of its own.
    fn apart(&self, tight: bool, write: impl FnOnce(&mut Self)) -> I {
        let mut line = Self { ink: I::default(), tight, words: self.words };
        write(&mut line);
        line.ink
    }

    fn part(&mut self, node: &Node, enclosed: bool) {
        if enclosed {
            self.ink.write("(");
        }
        self.node(node);
        if enclosed {
            self.ink.write(")");
        }
    }

    fn list(&mut self, nodes: &[Node], separator: &str) {
        for (place, node) in nodes.iter().enumerate() {
            if place > 0 {
                self.ink.write(separator);
            }
            self.node(node);
        }
    }

    fn relation(&mut self, relation: Relation) {
        self.operator(relation.sign());
    }

    fn operator(&mut self, sign: &str) {
        if self.tight {
            self.ink.write(sign);
        } else {
            self.ink.operator(sign);
        }
    }

    fn quantity(&mut self, Quantity { role, cell, face }: &Quantity) {
        let inner = self.apart(self.tight, |line| match face {
            Face::Number(numeral) => line.ink.numeral(numeral),
            Face::Name(name) => line.name(name),
        });
        self.ink.quantity(*role, *cell, inner);
    }

    fn name(&mut self, name: &Name) {
        if name.derivative {
            self.ink.write("∂E/∂");
        }
        self.ink.write(name.letter);
        if !name.subscripts.is_empty() {
            let below = self.apart(true, |line| line.list(&name.subscripts, ","));
            self.ink.below(below);
        }
    }

    fn sum(&mut self, addends: &[Addend]) {
        for (place, Addend { negative, node }) in addends.iter().enumerate() {
            match (place, negative) {
                (0, false) => {}
                (0, true) => self.ink.write("−"),
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
                    Joint::Space if !self.tight => self.ink.write(" "),
                    _ => self.ink.write("·"),
                }
            }
            self.part(factor, matches!(factor, Node::Fraction(..)));
        }
    }

    fn series(&mut self, Range { indices, from, to }: &Range, body: &Node) {
        self.ink.write("Σ");
        let below = self.apart(true, |line| {
            line.ink.write(&indices.join(","));
            if let Some(from) = from {
                line.ink.write("=");
                line.node(from);
            }
        });
        self.ink.below(below);
        if let Some(to) = to {
            let above = self.apart(true, |line| line.node(to));
            self.ink.above(above);
        }
        self.ink.write(" ");
        self.node(body);
    }
}
