//! Formulas as MathML Core.

use super::Chain;
use super::html::{escaped, quantity_attributes, term_attributes};
use super::letter::Letter;
use super::node::{Addend, Face, Joint, Name, Node, Quantity, Range};
use super::words::Words;
use crate::explain::number::{Figures, Numeral};

/// A product whose sign is not written, and the application of a function to its arguments: known to readers aloud.
const TIMES: &str = "<mo>&#x2062;</mo>";
const APPLY: &str = "<mo>&#x2061;</mo>";

const BEGIN: &str = "<math displaystyle=\"true\"><mrow>";
const END: &str = "</mrow></math>";

/// Writes a formula. Where it `wraps`, each term of a sum is a piece of its own: browsers break no lines within one.
pub fn print(chain: &Chain, words: &Words, wraps: bool) -> String {
    let mut markup = Markup { xml: String::from(BEGIN), tight: false, words };
    markup.node(&chain.left);
    for (relation, node) in &chain.steps {
        markup.operator(relation.sign());
        match node {
            Node::Sum(addends) if wraps => {
                for (place, Addend { negative, node }) in addends.iter().enumerate() {
                    if place > 0 {
                        let sign = if *negative { "−" } else { "+" };
                        markup.xml.extend([END, " ", BEGIN]);
                        markup.xml.extend(["<mo form=\"infix\">", sign, "</mo>"]);
                    } else if *negative {
                        markup.minus();
                    }
                    markup.node(node);
                }
            }
            node => markup.node(node),
        }
    }
    markup.xml.push_str(END);
    markup.xml
}

struct Markup<'w> {
    xml: String,
    /// In subscripts and bounds, quotients stand on a line.
    tight: bool,
    words: &'w Words,
}

impl Markup<'_> {
    fn node(&mut self, node: &Node) {
        match node {
            Node::Number(numeral) => self.numeral(numeral),
            Node::Quantity(quantity) => self.quantity(quantity),
            Node::Sum(addends) => self.row(|markup| markup.sum(addends)),
            Node::Product(factors) => self.row(|markup| markup.product(factors)),
            Node::Fraction(above, below) if self.tight => self.row(|markup| {
                markup.part(above, above.fits_above());
                markup.operator("/");
                markup.part(below, below.fits_below());
            }),
            Node::Fraction(above, below) => self.element("mfrac", "", |markup| {
                markup.node(above);
                markup.node(below);
            }),
            Node::Negative(inner) => self.row(|markup| {
                markup.minus();
                markup.node(inner);
            }),
            Node::Parentheses(inner) => self.fenced("(", ")", |markup| markup.node(inner)),
            Node::Call(function, arguments) => self.row(|markup| {
                markup.leaf("mi", function.name);
                markup.xml.push_str(APPLY);
                markup.fenced("(", ")", |markup| markup.list(arguments));
            }),
            Node::Floor(inner) => self.fenced("⌊", "⌋", |markup| markup.node(inner)),
            Node::Series(range, body) => self.row(|markup| {
                markup.series(range);
                markup.node(body);
            }),
            Node::Term(term) => self.element("mrow", &term_attributes(term), |markup| markup.node(&term.node)),
            Node::Rest { terms, total } => self.rest(*terms, total.as_ref()),
            Node::Summary { terms, largest } => self.row(|markup| {
                let Words { sum_of, terms_the_largest, .. } = markup.words;
                markup.leaf("mtext", &format!("{sum_of} {terms} {terms_the_largest}\u{a0}"));
                markup.node(largest);
            }),
        }
    }

    fn element(&mut self, name: &str, attributes: &str, write: impl FnOnce(&mut Self)) {
        self.open(name, attributes);
        write(self);
        self.close(name);
    }

    fn open(&mut self, name: &str, attributes: &str) {
        self.xml.extend(["<", name, attributes, ">"]);
    }

    fn close(&mut self, name: &str) {
        self.xml.extend(["</", name, ">"]);
    }

    fn row(&mut self, write: impl FnOnce(&mut Self)) {
        self.element("mrow", "", write);
    }

    fn leaf(&mut self, name: &str, text: &str) {
        self.element(name, "", |markup| markup.xml.push_str(&escaped(text)));
    }

    fn operator(&mut self, sign: &str) {
        self.leaf("mo", sign);
    }

    fn minus(&mut self) {
        self.xml.push_str("<mo form=\"prefix\">−</mo>");
    }

    fn fenced(&mut self, open: &str, close: &str, write: impl FnOnce(&mut Self)) {
        self.row(|markup| {
            markup.operator(open);
            write(markup);
            markup.operator(close);
        });
    }

    fn part(&mut self, node: &Node, fits: bool) {
        if fits { self.node(node) } else { self.fenced("(", ")", |markup| markup.node(node)) }
    }

    fn list(&mut self, nodes: &[Node]) {
        for (place, node) in nodes.iter().enumerate() {
            if place > 0 {
                self.operator(",");
            }
            self.node(node);
        }
    }

    fn numeral(&mut self, numeral: &Numeral) {
        if numeral.is_negative() {
            self.row(|markup| {
                markup.minus();
                markup.figures(numeral);
            });
        } else {
            self.figures(numeral);
        }
    }

    fn figures(&mut self, numeral: &Numeral) {
        match numeral.figures() {
            Figures::Decimal(digits) => self.leaf("mn", digits),
            Figures::Scientific { mantissa, exponent } => self.row(|markup| {
                markup.leaf("mn", mantissa);
                markup.operator("×");
                markup.element("msup", "", |markup| {
                    markup.leaf("mn", "10");
                    markup.numeral(&Numeral::whole(*exponent));
                });
            }),
            Figures::Infinite => self.leaf("mn", "∞"),
            Figures::NotANumber => self.leaf("mtext", "NaN"),
        }
    }

    fn quantity(&mut self, Quantity { role, cell, face }: &Quantity) {
        let write = |markup: &mut Self| match face {
            Face::Number(numeral) => markup.numeral(numeral),
            Face::Name(name) if name.derivative => markup.derivative(name),
            Face::Name(name) => markup.name(name),
        };
        match quantity_attributes(*role, *cell) {
            attributes if attributes.is_empty() => write(self),
            attributes => self.element("mrow", &attributes, write),
        }
    }

    fn derivative(&mut self, name: &Name) {
        self.element("mfrac", "", |markup| {
            markup.xml.push_str("<mrow><mo rspace=\"0\">∂</mo><mi>E</mi></mrow>");
            markup.row(|markup| {
                markup.xml.push_str("<mo rspace=\"0\">∂</mo>");
                markup.name(name);
            });
        });
    }

    fn name(&mut self, Name { letter, subscripts, .. }: &Name) {
        let letter = Letter::new(letter).slanted();
        if subscripts.is_empty() {
            return self.leaf("mi", &letter);
        }
        self.element("msub", "", |markup| {
            markup.leaf("mi", &letter);
            markup.script(|markup| markup.list(subscripts));
        });
    }

    fn script(&mut self, write: impl FnOnce(&mut Self)) {
        let tight = std::mem::replace(&mut self.tight, true);
        self.row(write);
        self.tight = tight;
    }

    fn sum(&mut self, addends: &[Addend]) {
        for (place, Addend { negative, node }) in addends.iter().enumerate() {
            match (place, negative) {
                (0, false) => {}
                (0, true) => self.minus(),
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
                    Joint::Dot => self.operator("·"),
                    Joint::Nothing | Joint::Space => self.xml.push_str(TIMES),
                }
            }
            self.node(factor);
        }
    }

    fn series(&mut self, Range { indices, from, to }: &Range) {
        self.element(if to.is_some() { "munderover" } else { "munder" }, "", |markup| {
            markup.operator("∑");
            markup.script(|markup| {
                for (place, index) in indices.iter().enumerate() {
                    if place > 0 {
                        markup.operator(",");
                    }
                    markup.leaf("mi", index);
                }
                if let Some(from) = from {
                    markup.operator("=");
                    markup.node(from);
                }
            });
            if let Some(to) = to {
                markup.script(|markup| markup.node(to));
            }
        });
    }

    fn rest(&mut self, terms: usize, total: Option<&Numeral>) {
        let more = self.words.more_terms;
        match total {
            None => self.leaf("mtext", &format!("… {terms} {more} …")),
            Some(total) => self.fenced("(", ")", |markup| {
                markup.leaf("mtext", &format!("{terms} {more}:\u{a0}"));
                markup.numeral(total);
            }),
        }
    }
}
