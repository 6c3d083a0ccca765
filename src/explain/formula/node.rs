//! A formula with every decision taken: which form each leaf has, where parentheses stand, what is left out.
//!
//! The printers only write it down, each in its own language, so that they cannot disagree.

use crate::explain::number::Numeral;
use crate::explain::{Cell, Function, Role};

/// A formula, ready to be written down.
#[derive(Clone, Debug)]
pub enum Node {
    /// A constant.
    Number(Numeral),
    /// What has a role: the name or the number of a cell, or a symbol.
    Quantity(Quantity),
    /// Terms, each added or subtracted.
    Sum(Vec<Addend>),
    /// Factors.
    Product(Vec<Node>),
    /// One over the other.
    Fraction(Box<Node>, Box<Node>),
    /// With a minus in front.
    Negative(Box<Node>),
    /// In parentheses.
    Parentheses(Box<Node>),
    /// A function of its arguments.
    Call(Function, Vec<Node>),
    /// Rounded down.
    Floor(Box<Node>),
    /// A sum over one or more indices.
    Series(Range, Box<Node>),
    /// Left = right.
    Equation(Box<Node>, Box<Node>),
    /// One of the terms that add up to the number.
    Term(Term),
    /// Terms that are left out, and what they add up to where that is shown.
    Rest {
        /// How many terms are left out.
        terms: usize,
        /// What they add up to.
        total: Option<Numeral>,
    },
    /// A long sum, summed up for the ear.
    Summary {
        /// How many terms it has.
        terms: usize,
        /// The one that contributes most, of either sign.
        largest: Box<Node>,
    },
}

/// What has a role, and with it a colour.
#[derive(Clone, Debug)]
pub struct Quantity {
    pub role: Role,
    pub cell: Option<Cell>,
    pub face: Face,
}

/// How a quantity appears.
#[derive(Clone, Debug)]
pub enum Face {
    Name(Name),
    Number(Numeral),
}

/// A letter with subscripts.
#[derive(Clone, Debug)]
pub struct Name {
    pub letter: &'static str,
    pub subscripts: Vec<Node>,
    /// Whether this is the derivative of the loss by the name.
    pub derivative: bool,
}

/// A term of a sum, with its sign taken out.
#[derive(Clone, Debug)]
pub struct Addend {
    pub negative: bool,
    pub node: Node,
}

/// A term of the explanation: its place among [`Explanation::terms`](crate::explain::Explanation::terms), and what it reads.
#[derive(Clone, Debug)]
pub struct Term {
    pub place: usize,
    pub cells: Vec<Cell>,
    pub node: Box<Node>,
}

/// What a series runs over.
#[derive(Clone, Debug)]
pub struct Range {
    pub indices: Vec<&'static str>,
    pub from: Option<Box<Node>>,
    pub to: Option<Box<Node>>,
}

/// What stands between two factors.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Joint {
    /// A centred dot: 2·3.
    Dot,
    /// Nothing, because a number stands in front of a variable: 2t.
    Nothing,
    /// At most a space: w x.
    Space,
}

impl Node {
    /// The number that the formula gives as it is shown; nothing where it shows names.
    pub fn value(&self) -> Option<f64> {
        self.fold(
            Numeral::value,
            |function, arguments| (function.apply)(arguments),
            |negative| if negative { -1.0 } else { 1.0 },
        )
    }

    /// How large the formula's numbers are before they cancel: what it gives when nothing is subtracted.
    pub fn magnitude(&self) -> Option<f64> {
        let call = |function: &Function, arguments: &[f64]| {
            arguments.iter().fold((function.apply)(arguments).abs(), |most, argument| most.max(*argument))
        };
        self.fold(|numeral| numeral.value().abs(), call, |_| 1.0)
    }

    /// Whether every shown number is shown whole.
    pub fn is_exact(&self) -> bool {
        match self {
            Self::Number(numeral) | Self::Quantity(Quantity { face: Face::Number(numeral), .. }) => numeral.is_exact(),
            Self::Rest { total, .. } => total.as_ref().is_none_or(Numeral::is_exact),
            Self::Quantity(_) => true,
            Self::Sum(addends) => addends.iter().all(|addend| addend.node.is_exact()),
            Self::Product(inner) | Self::Call(_, inner) => inner.iter().all(Self::is_exact),
            Self::Fraction(left, right) | Self::Equation(left, right) => left.is_exact() && right.is_exact(),
            Self::Term(Term { node, .. })
            | Self::Negative(node)
            | Self::Parentheses(node)
            | Self::Floor(node)
            | Self::Series(_, node)
            | Self::Summary { largest: node, .. } => node.is_exact(),
        }
    }

    /// Whether it is a number that has a minus in front.
    pub fn is_negative_number(&self) -> bool {
        self.numeral().is_some_and(Numeral::is_negative)
    }

    /// What stands between two factors.
    pub fn joint(left: &Self, right: &Self) -> Joint {
        match (left, right) {
            (Self::Number(numeral), Self::Quantity(Quantity { face: Face::Name(_), .. })) if !numeral.is_negative() => {
                Joint::Nothing
            }
            _ if left.shows_figures() || right.shows_figures() => Joint::Dot,
            _ => Joint::Space,
        }
    }

    /// Itself in parentheses when `needed`.
    pub fn enclosed(self, needed: bool) -> Self {
        if needed { Self::Parentheses(Box::new(self)) } else { self }
    }

    /// Whether it is a derivative, ∂E/∂x.
    pub fn is_derivative(&self) -> bool {
        matches!(self, Self::Quantity(Quantity { face: Face::Name(Name { derivative: true, .. }), .. }))
    }

    /// Whether it can follow the stroke of a quotient on a line without parentheses.
    pub fn fits_below(&self) -> bool {
        match self {
            Self::Number(numeral) | Self::Quantity(Quantity { face: Face::Number(numeral), .. }) => {
                !numeral.is_negative() && !numeral.is_scientific()
            }
            Self::Quantity(_) => !self.is_derivative(),
            Self::Parentheses(_) | Self::Call(..) | Self::Floor(_) => true,
            Self::Term(term) => term.node.fits_below(),
            _ => false,
        }
    }

    /// Whether it can stand before the stroke of a quotient on a line without parentheses.
    pub fn fits_above(&self) -> bool {
        matches!(self, Self::Number(_) | Self::Product(_)) || self.numeral().is_some() || self.fits_below()
    }

    fn shows_figures(&self) -> bool {
        match self {
            Self::Parentheses(inner) => inner.shows_figures(),
            _ => self.numeral().is_some(),
        }
    }

    fn numeral(&self) -> Option<&Numeral> {
        match self {
            Self::Number(numeral) | Self::Quantity(Quantity { face: Face::Number(numeral), .. }) => Some(numeral),
            Self::Term(term) => term.node.numeral(),
            _ => None,
        }
    }

    fn fold(
        &self,
        number: fn(&Numeral) -> f64,
        call: fn(&Function, &[f64]) -> f64,
        sign: fn(bool) -> f64,
    ) -> Option<f64> {
        let inside = |node: &Self| node.fold(number, call, sign);
        match self {
            Self::Number(numeral) | Self::Quantity(Quantity { face: Face::Number(numeral), .. }) => {
                Some(number(numeral))
            }
            Self::Rest { total, .. } => total.as_ref().map(number),
            Self::Quantity(_) | Self::Series(..) | Self::Equation(..) | Self::Summary { .. } => None,
            Self::Sum(addends) => addends.iter().try_fold(0.0, |sum, addend| {
                let value = inside(&addend.node)?;
                Some(sum + sign(addend.negative) * value)
            }),
            Self::Product(factors) => factors.iter().try_fold(1.0, |product, factor| Some(product * inside(factor)?)),
            Self::Fraction(above, below) => Some(inside(above)? / inside(below)?),
            Self::Negative(inner) => Some(sign(true) * inside(inner)?),
            Self::Parentheses(inner) | Self::Term(Term { node: inner, .. }) => inside(inner),
            Self::Call(function, arguments) => {
                let arguments: Option<Vec<f64>> = arguments.iter().map(inside).collect();
                Some(call(function, &arguments?))
            }
            Self::Floor(inner) => Some(inside(inner)?.floor()),
        }
    }
}
