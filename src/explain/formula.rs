//! Formulas, written down.
//!
//! A [`Formula`] is an [`Explanation`] as an equation, in one of three [forms](Form). It is lowered once to a tree in which every
//! decision is taken, and that tree is written as MathML, HTML, LaTeX, plain text or a spoken sentence.
//!
//! **The arithmetic shown is the arithmetic done, to the last digit shown.** Rounding each number by itself would break
//! that: 2 · 0.3333 is not 0.6667. So the numbers get as many decimals as it takes until whoever computes with the shown
//! digits arrives at the shown result, and = is written only where the shown digits are all there is.

mod digits;
mod html;
mod latex;
mod letter;
mod linear;
mod lower;
mod mathml;
mod node;
mod speech;
#[cfg(test)]
mod tests;
mod words;

pub use words::Words;

use digits::{RESULT_DECIMALS, Shown};
use lower::{ALL_DIGITS, Cells, Long, Lowering};
use node::{Face, Node, Quantity};

use super::number::{Digits, Numeral};
use super::{Cell, Explanation, Expr, Leaf, Rule};

/// What a formula speaks of.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Form {
    /// The rule for any cell: y_t = Σ w_j x_{t+j}. For a number that was given, the same as [`Form::Symbols`].
    General,
    /// This cell, by the names of others: y_3 = w_0 x_3 + w_1 x_4.
    Symbols,
    /// This cell, with the numbers of others: y_3 = (−1)·0.5 + 1·2 = 1.5.
    Numbers,
}

/// An explanation as an equation.
#[derive(Clone, Copy, Debug)]
pub struct Formula<'a> {
    explanation: &'a Explanation,
    form: Form,
    most_terms: usize,
    keep: Option<Cell>,
    words: &'static Words,
}

/// Sides of an equation, or of several: a = b ≈ c.
struct Chain {
    left: Node,
    steps: Vec<(Relation, Node)>,
}

/// What stands between two sides.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Relation {
    Equals,
    /// Digits were dropped.
    IsAbout,
}

impl Relation {
    fn sign(self) -> &'static str {
        match self {
            Self::Equals => "=",
            Self::IsAbout => "≈",
        }
    }

    fn exact(exact: bool) -> Self {
        if exact { Self::Equals } else { Self::IsAbout }
    }
}

/// The terms of a sum that are shown when nothing else is asked for.
const MOST_TERMS: usize = 12;
/// Longer sums are not read out term by term.
const MOST_SPOKEN: usize = 8;
/// The decimals of what a result is made from, in the order in which they are tried. Nine digits tell any two
/// single-precision numbers apart.
const DECIMALS: std::ops::RangeInclusive<usize> = 4..=9;

impl Explanation {
    /// The explanation as an equation.
    pub fn formula(&self, form: Form) -> Formula<'_> {
        Formula { explanation: self, form, most_terms: MOST_TERMS, keep: None, words: &Words::ENGLISH }
    }

    /// The rule for any cell, as MathML whose lines may break between the terms of a sum; nothing for a number that was given.
    pub fn general_mathml(&self) -> Option<String> {
        let general = self.formula(Form::General);
        (!self.is_given()).then(|| mathml::print(&general.chain(), general.words, true))
    }

    /// This cell with its numbers, as HTML that wraps. The term that reads `keep` is shown however long the sum is.
    pub fn numbers_html(&self, keep: Option<Cell>) -> String {
        self.formula(Form::Numbers).keeping(keep).html()
    }

    /// A sentence that says what the number is and what it was made from. `title` tells what a cell's stage is called.
    pub fn speech<'t>(&self, title: impl Fn(Cell) -> &'t str) -> String {
        self.formula(Form::Numbers).speech(title)
    }

    /// The rule, this cell with symbols, and with numbers: aligned lines for LaTeX with the package amsmath.
    pub fn latex(&self) -> String {
        latex::aligned(self)
    }
}

impl Formula<'_> {
    /// The same formula with at most so many terms of a sum; what the others add up to is shown in their place.
    pub fn with_terms(mut self, most: usize) -> Self {
        self.most_terms = most;
        self
    }

    /// The same formula, with the term that reads `cell` shown however long the sum is.
    pub fn keeping(mut self, cell: Option<Cell>) -> Self {
        self.keep = cell;
        self
    }

    /// The same formula in another language, where it holds words.
    pub fn in_words(mut self, words: &'static Words) -> Self {
        self.words = words;
        self
    }

    /// As MathML Core: one `math` element.
    ///
    /// Each term is an element of class `term` with its place in `data-term` and the cells that it reads in `data-cells`;
    /// each quantity has the class of its role (`role-input`), and where it is a cell, its address in `data-cell`.
    pub fn mathml(&self) -> String {
        mathml::print(&self.chain(), self.words, false)
    }

    /// As HTML text that wraps between terms, with the classes and attributes of [`mathml`](Self::mathml) on spans.
    pub fn html(&self) -> String {
        linear::print(&self.chain(), self.words, true)
    }

    /// As LaTeX, for math mode with the package amsmath.
    pub fn latex(&self) -> String {
        latex::print(&self.chain(), self.words)
    }

    /// As plain text.
    pub fn text(&self) -> String {
        linear::print(&self.chain(), self.words, false)
    }

    /// As a sentence for the ear: "output at 3: minus 1 times 0.5 plus 1 times 2 equals 1.5". `title` tells what a cell's
    /// stage is called.
    pub fn speech<'t>(&self, title: impl Fn(Cell) -> &'t str) -> String {
        let long = Long::Told(MOST_SPOKEN.min(self.most_terms));
        speech::print(&self.chain_with(long), self.words, &|cell| title(cell).to_owned())
    }

    fn chain(&self) -> Chain {
        self.chain_with(Long::Shortened(self.most_terms))
    }

    fn chain_with(&self, long: Long) -> Chain {
        let Explanation { target, general, made_from } = self.explanation;
        let named = self.lowering(Cells::Named, long);
        let left = named.name(&target.symbol, Some(target.cell));
        match (self.form, general) {
            (_, None) => self.given(left),
            (Form::General, Some(Rule { left, right })) => {
                let steps = vec![(Relation::Equals, named.plain(right))];
                Chain { left: named.plain(left), steps }
            }
            (Form::Symbols, Some(_)) => Chain { left, steps: vec![(Relation::Equals, named.explained(made_from))] },
            (Form::Numbers, Some(_)) => Chain { left, steps: self.with_numbers(long) },
        }
    }

    fn lowering(&self, cells: Cells, long: Long) -> Lowering {
        Lowering { cells, long, keep: self.keep }
    }

    fn given(&self, left: Node) -> Chain {
        let target = &self.explanation.target;
        let number = result(target, Numeral::single(target.value, ALL_DIGITS));
        Chain { left, steps: vec![(Relation::Equals, number)] }
    }

    fn with_numbers(&self, long: Long) -> Vec<(Relation, Node)> {
        let Explanation { target, made_from, .. } = self.explanation;
        let number = |decimals| Numeral::single(target.value, Digits::Trimmed(decimals));
        match alone(made_from) {
            // A copy says whose number it is; a constant is not said twice.
            Expr::Cell(_) => {
                let numeral = number(RESULT_DECIMALS[0]);
                let source = self.lowering(Cells::Named, long).explained(made_from);
                vec![
                    (Relation::Equals, source),
                    (Relation::exact(numeral.is_exact_to_rounding()), result(target, numeral)),
                ]
            }
            Expr::Number(_) => {
                let numeral = number(RESULT_DECIMALS[0]);
                vec![(Relation::exact(numeral.is_exact_to_rounding()), result(target, numeral))]
            }
            _ => {
                let (arithmetic, relation, numeral) = self.arithmetic(long);
                vec![(Relation::exact(arithmetic.is_exact()), arithmetic), (relation, result(target, numeral))]
            }
        }
    }

    /// The arithmetic with as few digits as will do, and its result.
    fn arithmetic(&self, long: Long) -> (Node, Relation, Numeral) {
        let Explanation { target, made_from, .. } = self.explanation;
        let node = |cells| self.lowering(cells, long).explained(made_from);
        let plain = |arithmetic: Node| {
            let numeral = Numeral::single(target.value, Digits::Trimmed(RESULT_DECIMALS[0]));
            let relation = Relation::exact(numeral.is_exact_to_rounding() && arithmetic.is_exact());
            (arithmetic, relation, numeral)
        };
        for result_of in [Shown::result, Shown::small_result] {
            for decimals in DECIMALS {
                let arithmetic = node(Cells::Numbers(decimals));
                let Some(shown) = Shown::of(&arithmetic, target.value) else { return plain(arithmetic) };
                if let Some((relation, numeral)) = result_of(&shown) {
                    return (arithmetic, relation, numeral);
                }
            }
        }
        let arithmetic = node(Cells::Binary);
        let result = Shown::of(&arithmetic, target.value).and_then(|shown| shown.result());
        match result {
            Some((relation, numeral)) => (arithmetic, relation, numeral),
            None => plain(arithmetic),
        }
    }
}

fn result(target: &Leaf, numeral: Numeral) -> Node {
    Node::Quantity(Quantity { role: target.symbol.role, cell: Some(target.cell), face: Face::Number(numeral) })
}

/// The only term of a sum of one.
fn alone(expr: &Expr) -> &Expr {
    match expr {
        Expr::Sum(terms) if terms.len() == 1 => &terms[0],
        _ => expr,
    }
}
