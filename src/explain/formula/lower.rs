//! From the tree to what is written: names or numbers, signs, parentheses, what is left out.

use super::node::{Addend, Face, Name, Node, Quantity, Range, Term};
use crate::explain::number::{Digits, Numeral};
use crate::explain::{Cell, Expr, Leaf, Series, Symbol};

/// More digits than any number has: nothing is dropped.
pub const ALL_DIGITS: Digits = Digits::Trimmed(400);

/// How cells appear.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Cells {
    /// As symbols.
    Named,
    /// As numbers with at most so many decimals.
    Numbers(usize),
    /// As numbers, with all the digits that single precision computes with.
    Binary,
}

/// What happens to sums with many terms.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Long {
    /// So many terms are shown; what the others add up to stands in their place.
    Shortened(usize),
    /// Longer sums than this are told by their largest term.
    Told(usize),
}

/// The decisions that hold for a whole formula.
#[derive(Clone, Copy, Debug)]
pub struct Lowering {
    pub cells: Cells,
    pub long: Long,
    /// The term that reads this cell is always shown.
    pub keep: Option<Cell>,
}

impl Lowering {
    /// The whole right side of an explanation, with its terms marked: those of [`Expr::terms`], in the same order.
    pub fn explained(&self, expr: &Expr) -> Node {
        match expr {
            Expr::Sum(terms) if terms.len() != 1 => self.sum(terms, true),
            Expr::Sum(terms) => self.term(0, &terms[0]),
            Expr::Call(function, arguments) if arguments.len() == 1 => {
                Node::Call(*function, vec![self.explained(&arguments[0])])
            }
            Expr::Call(function, arguments) => Node::Call(*function, self.arguments(arguments, true)),
            Expr::Negative(inner) => negative(self.explained(inner)),
            Expr::Floor(inner) => Node::Floor(Box::new(self.explained(inner))),
            _ => self.term(0, expr),
        }
    }

    /// A formula without terms of its own.
    pub fn plain(&self, expr: &Expr) -> Node {
        match expr {
            Expr::Number(number) => Node::Number(self.constant(*number)),
            Expr::Cell(leaf) => match self.cells {
                Cells::Named => self.name(&leaf.symbol, Some(leaf.cell)),
                _ => self.number(leaf),
            },
            Expr::Symbol(symbol) => self.name(symbol, None),
            Expr::Sum(terms) => self.sum(terms, false),
            Expr::Product(factors) => self.product(factors),
            Expr::Quotient(above, below) => Node::Fraction(Box::new(self.plain(above)), Box::new(self.plain(below))),
            Expr::Negative(inner) => negative(self.plain(inner)),
            Expr::Call(function, arguments) => Node::Call(*function, self.arguments(arguments, false)),
            Expr::Floor(inner) => Node::Floor(Box::new(self.plain(inner))),
            Expr::Series(series) => self.series(series),
        }
    }

    /// The name of a cell or a symbol.
    pub fn name(&self, symbol: &Symbol, cell: Option<Cell>) -> Node {
        let subscripts = Self { cells: Cells::Named, ..*self };
        let name = Name {
            letter: symbol.name,
            subscripts: symbol.subscripts.iter().map(|subscript| subscripts.plain(subscript)).collect(),
            derivative: symbol.derivative,
        };
        Node::Quantity(Quantity { role: symbol.role, cell, face: Face::Name(name) })
    }

    /// The number in a cell.
    pub fn number(&self, leaf: &Leaf) -> Node {
        let numeral = self.single(f64::from(leaf.value));
        Node::Quantity(Quantity { role: leaf.symbol.role, cell: Some(leaf.cell), face: Face::Number(numeral) })
    }

    fn constant(&self, number: f64) -> Numeral {
        match self.cells {
            Cells::Named | Cells::Binary => Numeral::new(number, ALL_DIGITS),
            Cells::Numbers(decimals) => Numeral::new(number, Digits::Trimmed(decimals)),
        }
    }

    /// A number in single precision.
    fn single(&self, value: f64) -> Numeral {
        match self.cells {
            Cells::Named => Numeral::single(value as f32, ALL_DIGITS),
            Cells::Numbers(decimals) => Numeral::single(value as f32, Digits::Trimmed(decimals)),
            Cells::Binary => Numeral::new(value, ALL_DIGITS),
        }
    }

    fn term(&self, place: usize, expr: &Expr) -> Node {
        mark(place, expr, self.plain(expr))
    }

    fn sum(&self, terms: &[Expr], marked: bool) -> Node {
        let shown = match self.long {
            _ if terms.is_empty() => return Node::Number(self.constant(0.0)),
            _ if terms.len() == 1 => return self.plain(&terms[0]),
            Long::Told(most) if terms.len() > most => return self.summary(terms),
            _ => self.shown(terms),
        };
        let addend = |place: usize| {
            let (negative, node) = take_sign(self.plain(&terms[place]));
            let node = node_in_sum(node);
            Addend { negative, node: if marked { mark(place, &terms[place], node) } else { node } }
        };
        let rest = |from: usize, to: usize| {
            let total = terms[from..to].iter().try_fold(0.0, |sum, term| Some(sum + term.value()?));
            let total = total.filter(|_| self.cells != Cells::Named).map(|total| self.single(total));
            Addend { negative: false, node: Node::Rest { terms: to - from, total } }
        };
        Node::Sum(with_gaps(&shown, terms.len(), addend, rest))
    }

    fn arguments(&self, arguments: &[Expr], marked: bool) -> Vec<Node> {
        let argument = |place: usize| {
            let node = self.plain(&arguments[place]);
            if marked { mark(place, &arguments[place], node) } else { node }
        };
        // What a function gives for the arguments that are left out, it alone knows.
        let rest = |from: usize, to: usize| Node::Rest { terms: to - from, total: None };
        with_gaps(&self.shown(arguments), arguments.len(), argument, rest)
    }

    /// The places of the terms that are shown: the first ones, the one that is asked for, the last.
    fn shown(&self, terms: &[Expr]) -> Vec<usize> {
        let (Long::Shortened(most) | Long::Told(most)) = self.long;
        if terms.len() <= most.max(3) {
            return (0..terms.len()).collect();
        }
        let kept = self.keep.and_then(|keep| terms.iter().position(|term| term.cells().contains(&keep)));
        let last = terms.len() - 1;
        let first = most.max(3) - 2;
        let mut shown: Vec<usize> = (0..first).chain(kept).chain([first, last]).collect();
        if kept.is_some_and(|kept| kept > first && kept < last) {
            shown.retain(|&place| place != first);
        }
        shown.sort_unstable();
        shown.dedup();
        shown
    }

    fn summary(&self, terms: &[Expr]) -> Node {
        let size = |term: &Expr| term.value().map_or(0.0, f64::abs);
        let largest = terms.iter().max_by(|left, right| size(left).total_cmp(&size(right)));
        match largest {
            Some(term) if term.value().is_some() => {
                Node::Summary { terms: terms.len(), largest: Box::new(self.plain(term)) }
            }
            _ => Node::Rest { terms: terms.len(), total: None },
        }
    }

    fn product(&self, factors: &[Expr]) -> Node {
        let mut nodes = Vec::new();
        for (place, factor) in factors.iter().enumerate() {
            match self.plain(factor) {
                Node::Product(inner) => nodes.extend(inner),
                node => nodes.push(node_in_product(node, place + 1 == factors.len())),
            }
        }
        match nodes.len() {
            0 => Node::Number(self.constant(1.0)),
            1 => self.plain(&factors[0]),
            _ => Node::Product(nodes),
        }
    }

    /// Series without bounds inside one another are written with one sign: Σ with n, m below.
    fn series(&self, series: &Series) -> Node {
        let bound = |bound: &Option<Expr>| bound.as_ref().map(|bound| Box::new(self.plain(bound)));
        let mut range = Range { indices: vec![series.index], from: bound(&series.from), to: bound(&series.to) };
        let body = self.plain(&series.body);
        match body {
            Node::Series(inner, body) if range.is_clear() && inner.is_clear() => {
                range.indices.extend(inner.indices);
                Node::Series(range, body)
            }
            body => {
                let is_sum = matches!(body, Node::Sum(_));
                Node::Series(range, Box::new(body.enclosed(is_sum)))
            }
        }
    }
}

impl Range {
    fn is_clear(&self) -> bool {
        self.from.is_none() && self.to.is_none()
    }
}

fn mark(place: usize, expr: &Expr, node: Node) -> Node {
    Node::Term(Term { place, cells: expr.cells(), node: Box::new(node) })
}

/// The items at the places that are shown, and what stands for the gaps between them. A gap of one is no gap.
fn with_gaps<T>(shown: &[usize], count: usize, item: impl Fn(usize) -> T, gap: impl Fn(usize, usize) -> T) -> Vec<T> {
    let mut items = Vec::new();
    let mut next = 0;
    for &place in shown.iter().chain([&count]) {
        match place - next {
            0 => {}
            1 => items.push(item(next)),
            _ => items.push(gap(next, place)),
        }
        if place < count {
            items.push(item(place));
        }
        next = place + 1;
    }
    items
}

fn negative(node: Node) -> Node {
    let inside = node.unmarked();
    let enclose = matches!(inside, Node::Sum(_) | Node::Negative(_)) || inside.is_negative_number();
    Node::Negative(Box::new(node.enclosed(enclose)))
}

fn node_in_product(node: Node, last: bool) -> Node {
    let enclose = match &node {
        Node::Sum(_) | Node::Negative(_) | Node::Summary { .. } => true,
        Node::Series(..) => !last,
        node => node.is_negative_number(),
    };
    node.enclosed(enclose)
}

fn node_in_sum(node: Node) -> Node {
    let enclose = matches!(node, Node::Sum(_));
    node.enclosed(enclose)
}

/// The node without its minus, and whether it had one.
fn take_sign(node: Node) -> (bool, Node) {
    match node {
        Node::Negative(inner) => (true, *inner),
        Node::Number(numeral) if numeral.is_negative() => (true, Node::Number(numeral.negated())),
        Node::Quantity(Quantity { role, cell, face: Face::Number(numeral) }) if numeral.is_negative() => {
            (true, Node::Quantity(Quantity { role, cell, face: Face::Number(numeral.negated()) }))
        }
        node => (false, node),
    }
}
