//! Formulas as sentences: "output at 3: minus 1 times 0.5 plus 1 times 2 equals 1.5".

use super::letter::Letter;
use super::node::{Addend, Face, Name, Node, Quantity, Range, Term};
use super::words::Words;
use super::{Chain, Relation};
use crate::explain::number::{Figures, Numeral};
use crate::explain::{Cell, listed};

/// Says a formula. `title` tells what a cell's stage is called.
pub fn print(chain: &Chain, words: &Words, title: &dyn Fn(Cell) -> String) -> String {
    let mut voice = Voice { said: String::new(), words, title };
    voice.node(&chain.left);
    match &chain.steps[..] {
        [(relation, number)] if is_number(number) => {
            voice.said(voice.is(*relation));
            voice.node(number);
        }
        [(relation, only)] => {
            voice.said(voice.relation(*relation));
            voice.node(only);
        }
        [(_, source), (relation, number)] if is_name(source) => {
            voice.said(words.is);
            voice.node(source);
            voice.said.push(',');
            voice.said(match relation {
                Relation::Equals => words.which_is,
                Relation::IsAbout => words.which_is_about,
            });
            voice.node(number);
        }
        steps => {
            for (place, (relation, node)) in steps.iter().enumerate() {
                if place == 0 {
                    voice.said.push(':');
                } else {
                    voice.said(voice.relation(*relation));
                }
                voice.node(node);
                if place + 1 < steps.len() && runs_on(node) {
                    voice.said.push(',');
                }
            }
        }
    }
    voice.said
}

fn is_number(node: &Node) -> bool {
    matches!(node, Node::Quantity(Quantity { face: Face::Number(_), .. }))
}

fn is_name(node: &Node) -> bool {
    match node {
        Node::Term(Term { node, .. }) => is_name(node),
        node => matches!(node, Node::Quantity(Quantity { face: Face::Name(_), .. })),
    }
}

/// Whether an ear could take what follows for the last argument of a function, or for the last term of a sum.
fn runs_on(node: &Node) -> bool {
    match node {
        Node::Call(_, arguments) => {
            arguments.len() > 1 || arguments.iter().any(|node| runs_on(node) || has_parts(node))
        }
        Node::Summary { .. } => true,
        Node::Negative(inner) | Node::Floor(inner) => runs_on(inner),
        _ => false,
    }
}

fn has_parts(node: &Node) -> bool {
    match node {
        Node::Term(term) => has_parts(&term.node),
        node => matches!(node, Node::Sum(_) | Node::Product(_) | Node::Fraction(..) | Node::Rest { .. }),
    }
}

struct Voice<'a> {
    said: String,
    words: &'a Words,
    title: &'a dyn Fn(Cell) -> String,
}

impl Voice<'_> {
    fn is(&self, relation: Relation) -> &'static str {
        match relation {
            Relation::Equals => self.words.is,
            Relation::IsAbout => self.words.is_about,
        }
    }

    fn relation(&self, relation: Relation) -> &'static str {
        match relation {
            Relation::Equals => self.words.equals,
            Relation::IsAbout => self.words.equals_about,
        }
    }

    /// Says a word, after a pause where something was said before.
    fn said(&mut self, word: &str) {
        if !self.said.is_empty() && !self.said.ends_with(' ') {
            self.said.push(' ');
        }
        self.said.push_str(word);
    }

    fn node(&mut self, node: &Node) {
        let words = self.words;
        match node {
            Node::Number(numeral) => self.numeral(numeral),
            Node::Quantity(quantity) => self.quantity(quantity),
            Node::Sum(addends) => self.sum(addends),
            Node::Product(factors) => self.list(factors, words.times),
            Node::Fraction(above, below) => {
                self.part(above);
                self.said(words.over);
                self.part(below);
            }
            Node::Negative(inner) => {
                self.said(words.minus);
                self.node(inner);
            }
            // Ears need no brackets around minus 1.
            Node::Parentheses(inner) if inner.is_negative_number() => self.node(inner),
            Node::Parentheses(inner) => {
                self.said(words.open);
                self.node(inner);
                self.said(words.close);
            }
            Node::Call(function, arguments) => {
                match words.after_function {
                    None => self.said(function.spoken),
                    Some(after) => {
                        self.said(function.name);
                        self.said(after);
                    }
                }
                self.list(arguments, words.and);
            }
            Node::Floor(inner) => {
                self.said(words.floor_of);
                self.node(inner);
            }
            Node::Series(range, body) => {
                self.series(range);
                self.node(body);
            }
            Node::Term(term) => self.node(&term.node),
            Node::Rest { terms, total } => {
                self.said(&format!("{terms} {}", words.more_terms));
                if let Some(total) = total {
                    self.numeral(total);
                }
            }
            Node::Summary { terms, largest } => {
                self.said(&format!("{} {terms} {}", words.sum_of, words.terms_the_largest));
                self.node(largest);
            }
        }
    }

    /// A part of a quotient: what is more than one number or name goes in brackets.
    fn part(&mut self, node: &Node) {
        match node {
            Node::Sum(_) | Node::Product(_) | Node::Fraction(..) => {
                self.said(self.words.open);
                self.node(node);
                self.said(self.words.close);
            }
            node => self.node(node),
        }
    }

    fn list(&mut self, nodes: &[Node], word: &str) {
        for (place, node) in nodes.iter().enumerate() {
            if place > 0 {
                self.said(word);
            }
            self.node(node);
        }
    }

    fn numeral(&mut self, numeral: &Numeral) {
        if numeral.is_negative() {
            self.said(self.words.minus);
        }
        let point = self.words.decimal_point;
        match numeral.figures() {
            Figures::Decimal(digits) => self.said(&digits.replace('.', point)),
            Figures::Scientific { mantissa, exponent } => {
                self.said(&mantissa.replace('.', point));
                self.said(self.words.times);
                self.said("10");
                self.said(self.words.to_the);
                self.numeral(&Numeral::whole(*exponent));
            }
            Figures::Infinite => self.said(self.words.infinity),
            Figures::NotANumber => self.said(self.words.not_a_number),
        }
    }

    fn quantity(&mut self, Quantity { cell, face, .. }: &Quantity) {
        match (face, cell) {
            (Face::Number(numeral), _) => self.numeral(numeral),
            (Face::Name(_), Some(cell)) => {
                let title = (self.title)(*cell);
                self.said(&title);
                if !cell.index.is_empty() {
                    self.said(self.words.at);
                    self.said(&listed(&cell.index.to_vec()));
                }
            }
            (Face::Name(name), None) => self.name(name),
        }
    }

    fn name(&mut self, Name { letter, subscripts, derivative }: &Name) {
        if *derivative {
            self.said(self.words.derivative_by);
        }
        let letter = Letter::new(letter);
        self.said(letter.base);
        if let Some(accent) = letter.accent {
            self.said((self.words.accent)(accent));
        }
        (0..letter.primes).for_each(|_| self.said(self.words.prime));
        if !letter.layer().is_empty() {
            self.said(&letter.layer());
        }
        if !subscripts.is_empty() {
            self.said(self.words.sub);
            for (place, subscript) in subscripts.iter().enumerate() {
                if place > 0 {
                    self.said.push(',');
                }
                self.node(subscript);
            }
            if subscripts.iter().any(|subscript| matches!(subscript, Node::Sum(_) | Node::Product(_) | Node::Call(..)))
            {
                self.said(self.words.end_sub);
            }
        }
    }

    fn sum(&mut self, addends: &[Addend]) {
        for (place, Addend { negative, node }) in addends.iter().enumerate() {
            match (place, negative) {
                (0, false) => {}
                (_, false) => self.said(self.words.plus),
                (_, true) => self.said(self.words.minus),
            }
            self.node(node);
        }
    }

    fn series(&mut self, Range { indices, from, to }: &Range) {
        let words = self.words;
        self.said(words.sum_over);
        self.said(&indices.join(&format!(" {} ", words.and)));
        for (word, bound) in [(words.from, from), (words.to, to)] {
            if let Some(bound) = bound {
                self.said(word);
                self.node(bound);
            }
        }
        self.said(words.of);
    }
}
