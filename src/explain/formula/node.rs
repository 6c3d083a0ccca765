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
        Some(self.estimate()?.value)
    }

    /// The number that the formula gives, and how far off that is if each number in it is as far off as rounding to single
    /// precision can make it.
    pub fn estimate(&self) -> Option<Estimate> {
        match self {
            Self::Number(numeral) | Self::Quantity(Quantity { face: Face::Number(numeral), .. }) => {
                Some(Estimate::of(numeral))
            }
            Self::Rest { total, .. } => total.as_ref().map(Estimate::of),
            Self::Quantity(_) | Self::Series(..) | Self::Summary { .. } => None,
            Self::Sum(addends) => addends.iter().try_fold(Estimate::exactly(0.0), |sum, addend| {
                let Estimate { value, slack } = addend.node.estimate()?;
                let value = if addend.negative { sum.value - value } else { sum.value + value };
                Some(Estimate { value, slack: sum.slack + slack })
            }),
            Self::Product(factors) => factors
                .iter()
                .try_fold(Estimate::exactly(1.0), |product, factor| Some(product.times(factor.estimate()?))),
            Self::Fraction(above, below) => Some(above.estimate()?.over(below.estimate()?)),
            Self::Negative(inner) => {
                let Estimate { value, slack } = inner.estimate()?;
                Some(Estimate { value: -value, slack })
            }
            Self::Parentheses(inner) | Self::Term(Term { node: inner, .. }) => inner.estimate(),
            Self::Call(function, arguments) => {
                let arguments: Option<Vec<Estimate>> = arguments.iter().map(Self::estimate).collect();
                Some(Estimate::call(function, &arguments?))
            }
            Self::Floor(inner) => Some(Estimate::exactly(inner.estimate()?.value.floor())),
        }
    }

    /// Whether every shown number is shown whole, but for what rounding to single precision left behind.
    pub fn is_exact(&self) -> bool {
        match self {
            Self::Number(numeral) | Self::Quantity(Quantity { face: Face::Number(numeral), .. }) => {
                numeral.is_exact_to_rounding()
            }
            Self::Rest { total, .. } => total.as_ref().is_none_or(Numeral::is_exact_to_rounding),
            Self::Quantity(_) => true,
            Self::Sum(addends) => addends.iter().all(|addend| addend.node.is_exact()),
            Self::Product(inner) | Self::Call(_, inner) => inner.iter().all(Self::is_exact),
            Self::Fraction(left, right) => left.is_exact() && right.is_exact(),
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
            _ if left.value().is_some() || right.value().is_some() => Joint::Dot,
            _ => Joint::Space,
        }
    }

    /// The node itself, also where it is marked as a term.
    pub fn unmarked(&self) -> &Self {
        match self {
            Self::Term(term) => term.node.unmarked(),
            node => node,
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
        matches!(self, Self::Product(_))
            || self.fits_below()
            || self.numeral().is_some_and(|numeral| !numeral.is_negative())
    }

    fn numeral(&self) -> Option<&Numeral> {
        match self {
            Self::Number(numeral) | Self::Quantity(Quantity { face: Face::Number(numeral), .. }) => Some(numeral),
            Self::Term(term) => term.node.numeral(),
            _ => None,
        }
    }
}

/// A number, and how far off it may be.
#[derive(Clone, Copy, Debug)]
pub struct Estimate {
    pub value: f64,
    pub slack: f64,
}

impl Estimate {
    fn of(numeral: &Numeral) -> Self {
        let value = numeral.value();
        Self { value, slack: value.abs() * HALF_A_BIT }
    }

    fn exactly(value: f64) -> Self {
        Self { value, slack: 0.0 }
    }

    fn times(self, other: Self) -> Self {
        let slack = self.value.abs() * other.slack + other.value.abs() * self.slack;
        Self { value: self.value * other.value, slack }
    }

    fn over(self, other: Self) -> Self {
        let value = self.value / other.value;
        Self { value, slack: (self.slack + value.abs() * other.slack) / other.value.abs() }
    }

    fn call(function: &Function, arguments: &[Self]) -> Self {
        let apply = |slacks: f64| {
            let arguments: Vec<f64> = arguments.iter().map(|of| of.value + slacks * of.slack).collect();
            (function.apply)(&arguments)
        };
        let value = apply(0.0);
        Self { value, slack: (apply(1.0) - value).abs().max((apply(-1.0) - value).abs()) }
    }
}

/// How far a number is from the nearest in single precision, at most, by its size.
const HALF_A_BIT: f64 = 0.5 * f32::EPSILON as f64;
