//! Where each number of a recurrent layer comes from.

use super::{Factor, Recurrent, Term, Vector};
use crate::explain::{Cell, Explanation, Expr, Rule, Stage};
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

/// The letters of general formulas: the step, a cell of the result, a cell of what is read.
pub(super) const STEP: &str = "t";
pub(super) const UNIT: &str = "u";
pub(super) const OTHER: &str = "j";

/// How a formula is written.
#[derive(Clone, Copy)]
enum Written {
    /// For any cell of any step, or of the step after it.
    InLetters { later: bool },
    /// For one cell of one step, with its numbers.
    At(usize, usize),
}

const LETTERS: Written = Written::InLetters { later: false };

/// Subscripts of any cell of any step.
fn any_cell() -> Vec<Expr> {
    vec![Expr::variable(STEP), Expr::variable(UNIT)]
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

    /// The stage and the row in which a vector stands at a step.
    pub(super) fn place_of(&self, vector: Vector, step: usize) -> Option<(&'a Stage, usize)> {
        match vector {
            Vector::Input => Some((self.of(Quantity::Input)?, step)),
            Vector::Made(place) => Some((self.of(Quantity::Made(place))?, step + self.ahead(place))),
            Vector::Before(state) => Some((self.of(Quantity::Made(self.layer.states[state]))?, step)),
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
    pub(super) fn counted(&self, vector: Vector, step: usize) -> Vec<usize> {
        let Some((stage, row)) = self.place_of(vector, step) else { return Vec::new() };
        let all = 0..stage.shape()[1];
        match (vector, self.token(step)) {
            (Vector::Input, Some(token)) => vec![token],
            _ => all.collect(),
        }
        .into_iter()
        .filter(|_| row < stage.shape()[0])
        .collect()
    }

    /// Which token the input is at a step, where it is one of many.
    fn token(&self, step: usize) -> Option<usize> {
        const FEW: usize = 3;
        let input = self.of(Quantity::Input)?;
        let row = || (0..input.shape()[1]).map(|at| input.value(&[step as u32, at as u32]).unwrap_or(0.0));
        let is_token = input.shape()[1] > FEW && row().all(|x| x == 0.0 || x == 1.0) && row().sum::<f32>() == 1.0;
        if is_token { row().position(|x| x == 1.0) } else { None }
    }

    /// Why a number is what it is; nothing where no stage holds it.
    pub fn explain(&self, cell: Cell) -> Option<Explanation> {
        let quantity = self.holds(cell.stage)?;
        let stage = self.of(quantity)?;
        stage.value(&cell.index)?;
        let target = stage.leaf(&stage.position(cell.index));
        let (row, at) = (cell.index.axis(0), cell.index.axis(1));
        Some(self.why(quantity, row, at, cell).map_or_else(
            || Explanation::given(target.clone()),
            |(general, made_from)| Explanation { target: target.clone(), general: Some(general), made_from },
        ))
    }

    fn why(&self, quantity: Quantity, row: usize, at: usize, cell: Cell) -> Option<(Rule, Expr)> {
        match quantity {
            Quantity::Input | Quantity::Weight(_) | Quantity::Bias(_) | Quantity::Upstream(_) => None,
            Quantity::Made(place) => {
                let step = row.checked_sub(self.ahead(place))?;
                self.layer.equations[place].pinned.is_none().then_some(())?;
                let left = self.cell(Vector::Made(place), LETTERS)?;
                Some((Rule::new(left, self.forward(place, LETTERS)?), self.forward(place, Written::At(step, at))?))
            }
            Quantity::BySum(place) => {
                let g = self.of(Quantity::ByMade(place))?;
                let y = self.of(Quantity::Made(place))?;
                let index = [row + self.ahead(place), at];
                let slope = |g: Expr, y: Expr| match self.layer.equations[place].pinned {
                    Some(_) => Expr::Product(vec![g, Expr::Number(0.0)]),
                    None => slope(self.layer.equations[place].activation, g, y),
                };
                let left = self.of(quantity)?.general(any_cell());
                let rule = Rule::new(left, slope(g.general(any_cell()), y.general(any_cell())));
                Some((rule, slope(g.at(&index), y.at(&index))))
            }
            Quantity::ByMade(place) => {
                let step = row.checked_sub(self.ahead(place));
                let (told, state) = (self.of(Quantity::Upstream(place)), self.state_of(place));
                let told_here = told.zip(step).map(|(told, step)| told.at(&[step, at]));
                let mut here: Vec<Expr> = told_here.into_iter().collect();
                let mut rule: Vec<Expr> = told.map(|told| told.general(any_cell())).into_iter().collect();
                // From the next step, then from its own. A state before the first step has no own.
                if let Some(state) = state {
                    self.returns(Vector::Before(state), Written::At(step.map_or(0, |step| step + 1), at), &mut here);
                    self.returns(Vector::Before(state), Written::InLetters { later: true }, &mut rule);
                }
                if let Some(step) = step {
                    self.returns(Vector::Made(place), Written::At(step, at), &mut here);
                }
                self.returns(Vector::Made(place), LETTERS, &mut rule);
                let left = self.of(quantity)?.general(any_cell());
                let vectors = [Vector::Made(place)].into_iter().chain(state.map(Vector::Before));
                let is_made = told.is_some() || vectors.into_iter().any(|vector| self.layer.is_read(vector));
                is_made.then(|| (Rule::new(left, sum(rule)), sum(here)))
            }
            Quantity::ByInput => {
                let (mut here, mut rule) = (Vec::new(), Vec::new());
                self.returns(Vector::Input, Written::At(row, at), &mut here);
                self.returns(Vector::Input, LETTERS, &mut rule);
                Some((Rule::new(self.of(quantity)?.general(any_cell()), sum(rule)), sum(here)))
            }
            Quantity::ByWeight(matrix) | Quantity::ByBias(matrix) => self.by_learned(quantity, matrix, cell),
            Quantity::Jacobian => self.by_state(cell),
        }
    }

    /// y = σ(Σ …).
    fn forward(&self, place: usize, written: Written) -> Option<Expr> {
        let equation = &self.layer.equations[place];
        let mut terms = Vec::new();
        for term in &equation.terms {
            match term {
                Term::Linear(matrix, vector) => {
                    let (weight, bias) = (self.of(Quantity::Weight(*matrix))?, self.of(Quantity::Bias(*matrix)));
                    match written {
                        Written::At(step, unit) => {
                            let (source, row) = self.place_of(*vector, step)?;
                            let product = |j| Expr::Product(vec![weight.at(&[unit, j]), source.at(&[row, j])]);
                            terms.extend(self.counted(*vector, step).into_iter().map(product));
                            terms.extend(bias.map(|bias| bias.at(&[unit])));
                        }
                        Written::InLetters { .. } => {
                            let weight = weight.general(vec![Expr::variable(UNIT), Expr::variable(OTHER)]);
                            terms.push(sum_over(
                                OTHER,
                                Expr::Product(vec![weight, self.general(*vector, OTHER, false)?]),
                            ));
                            terms.extend(bias.map(|bias| bias.general(vec![Expr::variable(UNIT)])));
                        }
                    }
                }
                Term::Product(factors) => terms.push(product(self.factors(factors, None, written))),
            }
        }
        Some(squashed(equation.activation, sum(terms)))
    }

    /// Factors that are multiplied cell by cell, without one of them.
    fn factors(&self, factors: &[Factor], without: Option<usize>, written: Written) -> Vec<Expr> {
        let others = factors.iter().enumerate().filter(|(which, _)| Some(*which) != without);
        others.filter_map(|(_, factor)| Some(of_factor(*factor, self.cell(factor.vector(), written)?))).collect()
    }

    /// The cell of a vector that belongs to the cell of the result.
    fn cell(&self, vector: Vector, written: Written) -> Option<Expr> {
        match written {
            Written::InLetters { later } => self.general(vector, UNIT, later),
            Written::At(step, unit) => {
                let (stage, row) = self.place_of(vector, step)?;
                Some(stage.at(&[row, unit]))
            }
        }
    }

    /// A vector's letter at step t, or a step later; a step earlier for a state before it.
    fn general(&self, vector: Vector, cell: &'static str, later: bool) -> Option<Expr> {
        let (stage, _) = self.place_of(vector, 0)?;
        let ahead = i32::from(later) - i32::from(matches!(vector, Vector::Before(_)));
        Some(stage.general(vec![steps_from_now(ahead), Expr::variable(cell)]))
    }

    /// What comes back to a cell of a vector from the equations of a step that read it.
    fn returns(&self, vector: Vector, written: Written, terms: &mut Vec<Expr>) {
        for (place, equation) in self.layer.equations.iter().enumerate() {
            let Some((delta, ahead)) = self.by_sum(place) else { continue };
            let delta_at = |of: Option<usize>| match written {
                Written::At(step, unit) => delta.at(&[step + ahead, of.unwrap_or(unit)]),
                Written::InLetters { later } => {
                    let cell = if of.is_some() { OTHER } else { UNIT };
                    delta.general(vec![steps_from_now(i32::from(later)), Expr::variable(cell)])
                }
            };
            if matches!(written, Written::At(step, _) if step + ahead >= delta.shape()[0]) {
                continue;
            }
            for term in &equation.terms {
                match term {
                    Term::Linear(matrix, read) if *read == vector => {
                        let Some(weight) = self.of(Quantity::Weight(*matrix)) else { continue };
                        match written {
                            Written::At(_, unit) => {
                                let product = |row| Expr::Product(vec![delta_at(Some(row)), weight.at(&[row, unit])]);
                                terms.extend((0..weight.shape()[0]).map(product));
                            }
                            Written::InLetters { .. } => {
                                let weight = weight.general([OTHER, UNIT].map(Expr::variable).to_vec());
                                terms.push(sum_over(OTHER, Expr::Product(vec![delta_at(Some(0)), weight])));
                            }
                        }
                    }
                    Term::Product(factors) => {
                        for (which, factor) in factors.iter().enumerate().filter(|(_, f)| f.vector() == vector) {
                            let mut all = vec![delta_at(None)];
                            all.extend(self.factors(factors, Some(which), written));
                            terms.push(signed(*factor, product(all)));
                        }
                    }
                    Term::Linear(..) => {}
                }
            }
        }
    }

    /// The gradient by a weight or a bias: Σ_t δ_t v_tᵀ.
    fn by_learned(&self, quantity: Quantity, matrix: usize, cell: Cell) -> Option<(Rule, Expr)> {
        let (place, vector) = self.layer.user_of(matrix)?;
        let (row, column) = (cell.index.axis(0), cell.index.axis(1));
        let is_bias = matches!(quantity, Quantity::ByBias(_));
        let [unit, other] = [UNIT, OTHER].map(Expr::variable);
        let at = if is_bias { vec![unit.clone()] } else { vec![unit.clone(), other] };
        let left = self.of(quantity)?.general(at);
        let Some((delta, ahead)) = self.by_sum(place) else {
            return Some((Rule::new(left, Expr::Number(0.0)), Expr::Number(0.0)));
        };
        let steps = 0..delta.shape()[0] - ahead;
        let reads = |step: &usize| is_bias || self.counted(vector, *step).contains(&column);
        let term = |step: usize| {
            let delta = delta.at(&[step + ahead, row]);
            let Some((source, at)) = self.place_of(vector, step).filter(|_| !is_bias) else { return delta };
            Expr::Product(vec![delta, source.at(&[at, column])])
        };
        let mut general = delta.general(vec![Expr::variable(STEP), unit]);
        if !is_bias {
            general = Expr::Product(vec![general, self.general(vector, OTHER, false)?]);
        }
        Some((Rule::new(left, sum_over(STEP, general)), sum(steps.filter(reads).map(term).collect())))
    }

    pub(super) fn state_of(&self, place: usize) -> Option<usize> {
        self.layer.states.iter().position(|&state| state == place)
    }
}

/// g times the slope of a non-linearity, told from its result y.
fn slope(activation: Activation, g: Expr, y: Expr) -> Expr {
    let rest = |value| minus(Expr::Number(1.0), value);
    match (activation, activation.pointwise()) {
        (Activation::Tanh, _) => Expr::Product(vec![g, rest(Expr::Product(vec![y.clone(), y]))]),
        (Activation::Sigmoid, _) => Expr::Product(vec![g, y.clone(), rest(y)]),
        (Activation::Relu, Some(relu)) => Expr::Product(vec![g, Expr::Call(relu.derivative, vec![y])]),
        _ => g,
    }
}

fn squashed(activation: Activation, sum: Expr) -> Expr {
    match activation.pointwise() {
        Some(pointwise) if activation != Activation::Identity => Expr::Call(pointwise.function, vec![sum]),
        _ => sum,
    }
}

pub(super) fn of_factor(factor: Factor, value: Expr) -> Expr {
    match factor {
        Factor::Of(_) => value,
        Factor::Rest(_) => minus(Expr::Number(1.0), value),
    }
}

pub(super) fn signed(factor: Factor, value: Expr) -> Expr {
    match factor {
        Factor::Of(_) => value,
        Factor::Rest(_) => Expr::Negative(Box::new(value)),
    }
}

/// Terms, or the one that there is; 0 where there is none.
fn sum(mut terms: Vec<Expr>) -> Expr {
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
