//! Where each number of a recurrent layer comes from.

use std::ops::Range;

use super::{Factor, Recurrent, Term, Vector};
use crate::explain::{Cell, Explanation, Expr, Stage};
use crate::layers::Activation;
use crate::layers::notation::{minus, sum_over};

/// What a stage of a recurrent layer holds. Stages of single examples have no axis for the batch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Quantity {
    /// The input, `[T, I]`.
    Input,
    /// What an equation gives, `[T, …]`; a state has one row more in front, as it is before the first step.
    Made(usize),
    /// A matrix.
    Weight(usize),
    /// The bias of a matrix.
    Bias(usize),
    /// The gradient by the input.
    ByInput,
    /// The gradient by what an equation gives, in the shape of [`Made`](Self::Made).
    ByMade(usize),
    /// What the loss itself says of what an equation gives, `[T, …]`, where other equations read it too: the part of
    /// [`ByMade`](Self::ByMade) that does not come back from them.
    Upstream(usize),
    /// The gradient by what an equation adds up, `[T, …]`, where it has a non-linearity.
    BySum(usize),
    /// The gradient by a matrix.
    ByWeight(usize),
    /// The gradient by a bias.
    ByBias(usize),
    /// The Jacobian of every step's states by those before, `[T, S, S]`.
    Jacobian,
}

/// The stages of one recurrent layer, each with what it holds.
#[derive(Clone, Copy)]
pub struct RecurrentStages<'a> {
    /// The layer.
    pub layer: &'a Recurrent,
    /// What holds what.
    pub stages: &'a [(Quantity, &'a Stage)],
}

/// The letters of general formulas: the step, and the cells of the result and of what is read.
pub(super) const STEP: &str = "t";
const CELLS: [&str; 2] = ["u", "j"];
/// The places of cells among their letters.
pub(super) const UNIT: usize = 0;
pub(super) const OTHER: usize = 1;

/// How a formula is written.
#[derive(Clone, Copy)]
pub(super) enum Written {
    /// With the numbers of one step; cells are where they stand.
    At(usize),
    /// In letters, so many steps from any step t; cells are places among [`CELLS`].
    FromNow(i32),
}

pub(super) const LETTERS: Written = Written::FromNow(0);

impl Written {
    /// A cell of what the layer has learned.
    fn learned(self, stage: &Stage, cells: &[usize]) -> Expr {
        match self {
            Self::At(_) => stage.at(cells),
            Self::FromNow(_) => stage.general(cells.iter().map(|&cell| letter(cell)).collect()),
        }
    }

    /// A cell of a vector, in a stage that is so many rows ahead of the step.
    fn of_vector(self, (stage, ahead): (&Stage, usize), cell: usize) -> Expr {
        match self {
            Self::At(step) => stage.at(&[step + ahead, cell]),
            Self::FromNow(steps) => stage.general(vec![steps_from_now(steps), letter(cell)]),
        }
    }

    /// Adds a term for each of these cells, or all of them in one letter.
    fn sum(self, cells: Range<usize>, term: &dyn Fn(usize) -> Option<Expr>, terms: &mut Vec<Expr>) {
        match self {
            Self::At(_) => terms.extend(cells.filter_map(term)),
            Self::FromNow(_) => terms.extend(term(OTHER).map(|term| sum_over(CELLS[OTHER], term))),
        }
    }
}

pub(super) fn letter(cell: usize) -> Expr {
    Expr::variable(CELLS[cell])
}

/// t, t + 1 or t − 1.
fn steps_from_now(steps: i32) -> Expr {
    let now = Expr::variable(STEP);
    match steps {
        0 => now,
        1.. => Expr::Sum(vec![now, Expr::Number(1.0)]),
        _ => minus(now, Expr::Number(1.0)),
    }
}

impl<'a> RecurrentStages<'a> {
    pub(super) fn of(&self, quantity: Quantity) -> Option<&'a Stage> {
        self.stages.iter().find(|(known, _)| *known == quantity).map(|(_, stage)| *stage)
    }

    /// What a stage holds.
    pub fn holds(&self, stage: &str) -> Option<Quantity> {
        self.stages.iter().find(|(_, known)| known.name == stage).map(|(quantity, _)| *quantity)
    }

    /// By how many rows a stage is ahead of the step: states have a row for what was before the first.
    pub(super) fn ahead(&self, place: usize) -> usize {
        usize::from(self.layer.states.contains(&place))
    }

    /// The stage in which a vector stands, and by how many rows it is ahead of the step there.
    fn place_of(&self, vector: Vector) -> Option<(&'a Stage, usize)> {
        match vector {
            Vector::Input => Some((self.of(Quantity::Input)?, 0)),
            Vector::Made(place) => Some((self.of(Quantity::Made(place))?, self.ahead(place))),
            Vector::Before(state) => Some((self.of(Quantity::Made(self.layer.states[state]))?, 0)),
        }
    }

    /// The stage with the gradient by what an equation adds up, and by how many rows it is ahead of the step. Without a
    /// non-linearity it is that by what the equation gives; and nothing comes back through what is held at a number.
    pub(super) fn by_sum(&self, place: usize) -> Option<(&'a Stage, usize)> {
        match (self.of(Quantity::BySum(place)), self.layer.equations[place].pinned) {
            (Some(stage), _) => Some((stage, 0)),
            (None, Some(_)) => None,
            (None, None) => Some((self.of(Quantity::ByMade(place))?, self.ahead(place))),
        }
    }

    /// The cells of a vector that count in a sum: of a token, which is 1 in one place, only that.
    pub(super) fn counted(&self, vector: Vector, step: usize) -> Range<usize> {
        match (vector, self.place_of(vector)) {
            (_, Some((stage, ahead))) if step + ahead >= stage.shape()[0] => 0..0,
            (Vector::Input, Some((stage, _))) => token(stage, step).map_or(0..stage.shape()[1], |at| at..at + 1),
            (_, Some((stage, _))) => 0..stage.shape()[1],
            _ => 0..0,
        }
    }

    /// Why a number is what it is; nothing where no stage holds it.
    pub fn explain(&self, cell: Cell) -> Option<Explanation> {
        let quantity = self.holds(cell.stage)?;
        let stage = self.of(quantity)?;
        stage.value(&cell.index)?;
        let position = stage.position(cell.index);
        let [step, unit, other] = [Expr::variable(STEP), letter(UNIT), letter(OTHER)];
        let subscripts = match quantity {
            Quantity::Jacobian => vec![step, unit, other],
            Quantity::ByWeight(_) => vec![unit, other],
            Quantity::ByBias(_) => vec![unit],
            _ => vec![step, unit],
        };
        Some(match self.why(quantity, cell) {
            Some((rule, why)) => Explanation::computed(stage, &position, stage.general(subscripts), rule, why),
            None => Explanation::given(stage.leaf(&position)),
        })
    }

    /// What a number is made from: by the rule for any, and itself; nothing where it was given.
    fn why(&self, quantity: Quantity, cell: Cell) -> Option<(Expr, Expr)> {
        let (row, at) = (cell.index.axis(0), cell.index.axis(1));
        match quantity {
            Quantity::ByWeight(_) | Quantity::ByBias(_) => Some((
                self.by_learned(quantity, LETTERS, UNIT, OTHER)?,
                self.by_learned(quantity, Written::At(0), row, at)?,
            )),
            Quantity::Jacobian => self.by_state(cell),
            _ => Some((self.of_vector(quantity, LETTERS, UNIT)?, self.of_vector(quantity, Written::At(row), at)?)),
        }
    }

    /// What a cell of a vector is made from, or of a gradient by one; `row` says where it stands in its stage.
    fn of_vector(&self, quantity: Quantity, row: Written, at: usize) -> Option<Expr> {
        let step = |place: usize| match row {
            Written::At(row) => Some(Written::At(row.checked_sub(self.ahead(place))?)),
            letters => Some(letters),
        };
        let mut terms = Vec::new();
        match quantity {
            Quantity::Made(place) => {
                self.layer.equations[place].pinned.is_none().then_some(())?;
                return self.forward(place, step(place)?, at);
            }
            Quantity::BySum(place) => {
                let equation = &self.layer.equations[place];
                let ahead = self.ahead(place);
                let [g, y] = [Quantity::ByMade(place), Quantity::Made(place)].map(|of| self.of(of));
                let mut factors = vec![row.of_vector((g?, ahead), at)];
                match equation.pinned {
                    Some(_) => factors.push(Expr::Number(0.0)),
                    None => factors.extend(slope(equation.activation, row.of_vector((y?, ahead), at))),
                }
                return Some(product(factors));
            }
            Quantity::ByMade(place) => {
                let (told, step) = (self.of(Quantity::Upstream(place)), step(place));
                terms.extend(told.zip(step).map(|(told, step)| step.of_vector((told, 0), at)));
                // From the next step, then from its own. A state before the first step has no own.
                let state = self.layer.states.iter().position(|&state| state == place).map(Vector::Before);
                if let Some(state) = state {
                    let next = if let Written::FromNow(steps) = row { Written::FromNow(steps + 1) } else { row };
                    self.returns(state, next, at, &mut terms);
                }
                if let Some(step) = step {
                    self.returns(Vector::Made(place), step, at, &mut terms);
                }
                let mut vectors = [Vector::Made(place)].into_iter().chain(state);
                (told.is_some() || vectors.any(|vector| self.layer.is_read(vector))).then_some(())?;
            }
            Quantity::ByInput => self.returns(Vector::Input, row, at, &mut terms),
            _ => return None,
        }
        Some(sum(terms))
    }

    /// y = σ(Σ …).
    fn forward(&self, place: usize, written: Written, at: usize) -> Option<Expr> {
        let equation = &self.layer.equations[place];
        let mut terms = Vec::new();
        for term in &equation.terms {
            match term {
                Term::Linear(matrix, vector) => {
                    let weight = self.of(Quantity::Weight(*matrix))?;
                    let product = |j| Some(written.learned(weight, &[at, j]).times(self.cell(*vector, written, j)?));
                    let counted = if let Written::At(step) = written { self.counted(*vector, step) } else { 0..0 };
                    written.sum(counted, &product, &mut terms);
                    terms.extend(self.of(Quantity::Bias(*matrix)).map(|bias| written.learned(bias, &[at])));
                }
                Term::Product(factors) => terms.push(product(self.factors(factors, None, written, at))),
            }
        }
        let sum = sum(terms);
        Some(match equation.activation.pointwise() {
            Some(pointwise) if equation.activation != Activation::Identity => Expr::call(pointwise.function, sum),
            _ => sum,
        })
    }

    /// Factors that are multiplied cell by cell, without one of them.
    pub(super) fn factors(&self, factors: &[Factor], without: Option<usize>, written: Written, at: usize) -> Vec<Expr> {
        let mut all = Vec::new();
        for (which, factor) in factors.iter().enumerate() {
            if let Some(value) = self.cell(factor.vector(), written, at).filter(|_| Some(which) != without) {
                all.push(if matches!(factor, Factor::Rest(_)) { minus(Expr::Number(1.0), value) } else { value });
            }
        }
        all
    }

    /// A cell of a vector.
    pub(super) fn cell(&self, vector: Vector, written: Written, at: usize) -> Option<Expr> {
        let written = match (vector, written) {
            (Vector::Before(_), Written::FromNow(steps)) => Written::FromNow(steps - 1),
            _ => written,
        };
        Some(written.of_vector(self.place_of(vector)?, at))
    }

    /// What comes back to a cell of a vector from the equations of a step that read it.
    fn returns(&self, vector: Vector, written: Written, at: usize, terms: &mut Vec<Expr>) {
        for (place, equation) in self.layer.equations.iter().enumerate() {
            let Some(delta) = self.by_sum(place) else { continue };
            if matches!(written, Written::At(step) if step + delta.1 >= delta.0.shape()[0]) {
                continue;
            }
            for term in &equation.terms {
                match term {
                    Term::Linear(matrix, read) if *read == vector => {
                        let Some(weight) = self.of(Quantity::Weight(*matrix)) else { continue };
                        let product =
                            |row| Some(written.of_vector(delta, row).times(written.learned(weight, &[row, at])));
                        written.sum(0..weight.shape()[0], &product, terms);
                    }
                    Term::Product(factors) => {
                        for (which, factor) in factors.iter().enumerate().filter(|(_, f)| f.vector() == vector) {
                            let mut all = vec![written.of_vector(delta, at)];
                            all.extend(self.factors(factors, Some(which), written, at));
                            terms.push(signed(*factor, product(all)));
                        }
                    }
                    Term::Linear(..) => {}
                }
            }
        }
    }

    /// The gradient by a weight or a bias: Σ_t δ_t v_tᵀ.
    fn by_learned(&self, quantity: Quantity, written: Written, row: usize, column: usize) -> Option<Expr> {
        let (Quantity::ByWeight(matrix) | Quantity::ByBias(matrix)) = quantity else { return None };
        let is_bias = matches!(quantity, Quantity::ByBias(_));
        let (place, vector) = self.layer.user_of(matrix)?;
        let Some(delta) = self.by_sum(place) else { return Some(Expr::Number(0.0)) };
        let term = |written: Written| {
            let delta = written.of_vector(delta, row);
            Some(if is_bias { delta } else { delta.times(self.cell(vector, written, column)?) })
        };
        if let Written::FromNow(_) = written {
            return Some(sum_over(STEP, term(written)?));
        }
        let steps = 0..delta.0.shape()[0] - delta.1;
        let steps = steps.filter(|step| is_bias || self.counted(vector, *step).contains(&column));
        Some(sum(steps.filter_map(|step| term(Written::At(step))).collect()))
    }
}

/// Which token the input is at a step, where it is one of many.
fn token(input: &Stage, step: usize) -> Option<usize> {
    const FEW: usize = 3;
    let row = || (0..input.shape()[1]).map(|at| input.value(&[step as u32, at as u32]).unwrap_or(0.0));
    let is_token = input.shape()[1] > FEW && row().all(|x| x == 0.0 || x == 1.0) && row().sum::<f32>() == 1.0;
    if is_token { row().position(|x| x == 1.0) } else { None }
}

/// The factors of the slope of a non-linearity, told from its result y.
pub(super) fn slope(activation: Activation, y: Expr) -> Vec<Expr> {
    let rest = |value| minus(Expr::Number(1.0), value);
    match (activation, activation.pointwise()) {
        (Activation::Tanh, _) => vec![rest(y.clone().times(y))],
        (Activation::Sigmoid, _) => vec![y.clone(), rest(y)],
        (Activation::Relu, Some(relu)) => vec![Expr::call(relu.derivative, y)],
        _ => Vec::new(),
    }
}

/// The derivative of a product by one of its factors, from the others.
pub(super) fn signed(factor: Factor, others: Expr) -> Expr {
    match factor {
        Factor::Of(_) => others,
        Factor::Rest(_) => others.negative(),
    }
}

/// Terms, or the one that there is; 0 where there is none.
pub(super) fn sum(mut terms: Vec<Expr>) -> Expr {
    match terms.len() {
        0 => Expr::Number(0.0),
        1 => terms.remove(0),
        _ => Expr::Sum(terms),
    }
}

/// Factors, or the one that there is.
pub(super) fn product(mut factors: Vec<Expr>) -> Expr {
    if factors.len() == 1 { factors.remove(0) } else { Expr::Product(factors) }
}
