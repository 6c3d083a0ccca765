//! The one tree from which every formula is evaluated and printed.

use super::{Cell, Role};

/// A formula. Where all its leaves are numbers or cells it has a value; a general formula also holds symbols and series.
#[derive(Clone, PartialEq, Debug)]
pub enum Expr {
    /// A constant.
    Number(f64),
    /// The number in a cell, which prints as its symbol or as its number.
    Cell(Leaf),
    /// A name without a number: only in general formulas.
    Symbol(Symbol),
    /// Terms, added from left to right.
    Sum(Vec<Expr>),
    /// Factors, multiplied from left to right.
    Product(Vec<Expr>),
    /// One over the other.
    Quotient(Box<Expr>, Box<Expr>),
    /// The expression with its sign turned.
    Negative(Box<Expr>),
    /// A named function of its arguments.
    Call(Function, Vec<Expr>),
    /// Rounded down to a whole number.
    Floor(Box<Expr>),
    /// A sum over an index: only in general formulas.
    Series(Box<Series>),
}

/// The number in a cell, with the symbol that names it: `x` with subscript 3 is 1.6.
#[derive(Clone, PartialEq, Debug)]
pub struct Leaf {
    /// Where the number stands.
    pub cell: Cell,
    /// What it is called.
    pub symbol: Symbol,
    /// The number, exactly as the trace holds it.
    pub value: f32,
}

/// A name such as x, with subscripts, in the colour of its role.
#[derive(Clone, PartialEq, Debug)]
pub struct Symbol {
    /// The letter, as the literature writes it.
    pub name: &'static str,
    /// What stands below, separated by commas.
    pub subscripts: Vec<Expr>,
    /// What the number is in the network; decides its colour.
    pub role: Role,
    /// True for the derivative of the loss by this symbol, ∂E/∂x.
    pub derivative: bool,
}

/// A function that a layer applies: its name, and what it computes.
///
/// The layer that owns the function hands it over, so that an explanation is evaluated by the code that computed.
#[derive(Clone, Copy, Debug)]
pub struct Function {
    /// The name in formulas: `ReLU`, `tanh`, `max`.
    pub name: &'static str,
    /// The name in a spoken sentence: "the rectified linear unit of".
    pub spoken: &'static str,
    /// The function itself.
    pub apply: fn(&[f64]) -> f64,
}

impl PartialEq for Function {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

/// Σ from `index = from` to `to` of `body`.
#[derive(Clone, PartialEq, Debug)]
pub struct Series {
    /// The running index.
    pub index: &'static str,
    /// Its first value; nothing where the range is clear (Σ over channels).
    pub from: Option<Expr>,
    /// Its last value.
    pub to: Option<Expr>,
    /// What is added up.
    pub body: Expr,
}

impl Expr {
    /// A symbol without subscripts.
    pub fn symbol(name: &'static str, role: Role) -> Self {
        Self::Symbol(Symbol { name, subscripts: Vec::new(), role, derivative: false })
    }

    /// A plain variable, such as an index: no role, no subscripts.
    pub fn variable(name: &'static str) -> Self {
        Self::symbol(name, Role::Plain)
    }

    /// A symbol with subscripts.
    pub fn indexed(name: &'static str, role: Role, subscripts: Vec<Expr>) -> Self {
        Self::Symbol(Symbol { name, subscripts, role, derivative: false })
    }

    /// The product with another formula.
    pub fn times(self, other: Self) -> Self {
        Self::Product(vec![self, other])
    }

    /// The quotient by another formula.
    pub fn over(self, below: Self) -> Self {
        Self::Quotient(Box::new(self), Box::new(below))
    }

    /// The formula with its sign turned.
    pub fn negative(self) -> Self {
        Self::Negative(Box::new(self))
    }

    /// A function of one argument.
    pub fn call(function: Function, argument: Self) -> Self {
        Self::Call(function, vec![argument])
    }

    /// The number that the formula gives; nothing where it holds a bare symbol or a series.
    pub fn value(&self) -> Option<f64> {
        match self {
            Self::Number(number) => Some(*number),
            Self::Cell(leaf) => Some(f64::from(leaf.value)),
            Self::Symbol(_) | Self::Series(_) => None,
            // Not Iterator::sum, whose empty sum is −0.
            Self::Sum(terms) => terms.iter().try_fold(0.0, |sum, term| Some(sum + term.value()?)),
            Self::Product(factors) => factors.iter().try_fold(1.0, |product, factor| Some(product * factor.value()?)),
            Self::Quotient(above, below) => Some(above.value()? / below.value()?),
            Self::Negative(inner) => Some(-inner.value()?),
            Self::Call(function, arguments) => {
                let arguments: Option<Vec<f64>> = arguments.iter().map(Self::value).collect();
                Some((function.apply)(&arguments?))
            }
            Self::Floor(inner) => Some(inner.value()?.floor()),
        }
    }

    /// Every cell the formula reads, in reading order, repeated where it is read more than once.
    pub fn cells(&self) -> Vec<Cell> {
        let mut cells = Vec::new();
        self.collect_cells(&mut cells);
        cells
    }

    fn collect_cells(&self, cells: &mut Vec<Cell>) {
        match self {
            Self::Cell(leaf) => cells.push(leaf.cell),
            Self::Number(_) | Self::Symbol(_) | Self::Series(_) => {}
            Self::Sum(inner) | Self::Product(inner) | Self::Call(_, inner) => {
                inner.iter().for_each(|expr| expr.collect_cells(cells));
            }
            Self::Quotient(above, below) => {
                above.collect_cells(cells);
                below.collect_cells(cells);
            }
            Self::Negative(inner) | Self::Floor(inner) => inner.collect_cells(cells),
        }
    }

    /// The terms that the formula adds up: the members of its outermost sum, looked for inside functions too
    /// (`ReLU(a + b)` has the terms a and b); the whole formula where nothing is added.
    pub fn terms(&self) -> Vec<&Expr> {
        match self {
            Self::Sum(terms) => terms.iter().collect(),
            Self::Call(_, arguments) if arguments.len() == 1 => arguments[0].terms(),
            Self::Negative(inner) | Self::Floor(inner) => inner.terms(),
            Self::Call(_, arguments) => arguments.iter().collect(),
            _ => vec![self],
        }
    }
}
