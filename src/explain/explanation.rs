//! Why a number is what it is.

use super::{Cell, Expr, Leaf, Stage};

/// Where one number of the trace comes from.
#[derive(Clone, PartialEq, Debug)]
pub struct Explanation {
    /// The number that is explained.
    pub target: Leaf,
    /// The rule for any cell of its stage; nothing for a number that was given (an input, a weight).
    pub general: Option<Rule>,
    /// This cell, made from other cells. For a number that was given, its own leaf.
    pub made_from: Expr,
}

/// How any cell of a stage is computed, in symbols: y_t = Σ w_j x_{t+j}.
#[derive(Clone, PartialEq, Debug)]
pub struct Rule {
    /// What the rule gives: the stage's symbol, with letters for subscripts.
    pub left: Expr,
    /// What it is made from, with the same letters.
    pub right: Expr,
}

impl Rule {
    /// The rule `left` = `right`.
    pub fn new(left: Expr, right: Expr) -> Self {
        Self { left, right }
    }
}

/// One term of an explanation: the cells it reads, and what it contributes.
#[derive(Clone, PartialEq, Debug)]
pub struct Term {
    /// The cells it reads.
    pub cells: Vec<Cell>,
    /// What it contributes.
    pub value: f64,
}

impl Explanation {
    /// The number at a position of a stage, where any other follows from `rule` as this one from `made_from`.
    pub fn computed(stage: &Stage, position: &[usize], left: Expr, rule: Expr, made_from: Expr) -> Self {
        Self { target: stage.leaf(position), general: Some(Rule::new(left, rule)), made_from }
    }

    /// A number that was given, not computed.
    pub fn given(target: Leaf) -> Self {
        Self { made_from: Expr::Cell(target.clone()), general: None, target }
    }

    /// Whether the number was given rather than computed.
    pub fn is_given(&self) -> bool {
        self.general.is_none()
    }

    /// The number, computed from the explanation alone. It is the number that the trace holds.
    ///
    /// # Panics
    /// Never: an explanation is made of cells and constants only, which the constructor of every layer keeps to.
    pub fn value(&self) -> f32 {
        self.made_from.value().map_or(f32::NAN, |value| value as f32)
    }

    /// The terms that add up to the number, in the order of the formula.
    pub fn terms(&self) -> Vec<Term> {
        let term = |expr: &&Expr| Term { cells: expr.cells(), value: expr.value().unwrap_or(f64::NAN) };
        self.made_from.terms().iter().map(term).collect()
    }
}
