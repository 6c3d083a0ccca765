//! Where the numbers of `bptt` come from, and where they go.

use super::trace::{PATH, SIDES, Side, largest_stretch, length, stretch};
use crate::blocks::recurrent::along::quantities;
use crate::explain::{Cell, Explanation, Expr, Function, Rule, Stage, Trace};
use crate::layers::{Quantity, Recurrent, RecurrentStages};

const NORM: Function = Function { name: "‖·‖", spoken: "the norm of", apply: largest_stretch };
const LENGTH: Function =
    Function { name: "length", spoken: "the length of", apply: |numbers| length(numbers.iter().copied()) };
const STRETCH: Function = Function {
    name: "σ",
    spoken: "the singular value, by its place, of",
    apply: |arguments| {
        let [at, matrix @ ..] = arguments else { return 0.0 };
        stretch(*at as usize, matrix)
    },
};
const LARGEST: Function =
    Function { name: "max", spoken: "the largest of", apply: |numbers| numbers.iter().copied().fold(0.0, f64::max) };
const SMALLEST: Function = Function {
    name: "min",
    spoken: "the smallest of",
    apply: |numbers| numbers.iter().copied().fold(f64::INFINITY, f64::min),
};

/// One side with its layer and its stages.
struct Looked<'a> {
    side: &'static Side,
    layer: &'a Recurrent,
    trace: &'a Trace,
    stages: Vec<(Quantity, &'a Stage)>,
}

impl<'a> Looked<'a> {
    fn new(side: &'static Side, layer: &'a Recurrent, trace: &'a Trace) -> Self {
        let mut stages = quantities(side.names, layer, trace);
        stages.extend(trace.stage(side.jacobian).map(|stage| (Quantity::Jacobian, stage)));
        stages.extend(trace.stage(side.loss).map(|stage| (Quantity::Upstream(layer.place("hidden")), stage)));
        Self { side, layer, trace, stages }
    }

    fn of(&self, name: &str) -> Option<&'a Stage> {
        self.trace.stage(name)
    }

    fn along(&self) -> RecurrentStages<'_> {
        RecurrentStages { layer: self.layer, stages: &self.stages }
    }

    /// Why a number is what it is; nothing for one of another side.
    fn explain(&self, cell: Cell, most: f64) -> Option<Explanation> {
        self.along().explain(cell).or_else(|| {
            let stage = self.of(cell.stage)?;
            let target = stage.leaf(&stage.position(cell.index));
            let is_own = self.names().contains(&cell.stage) || self.is_lstm() && PATH.contains(&cell.stage);
            let why = is_own.then(|| self.why(stage, cell, most))?;
            Some(why.map_or_else(
                || Explanation::given(target.clone()),
                |(right, made_from)| {
                    let letters = ["k", "u", "j"].map(Expr::variable);
                    let left = stage.general(letters[..stage.shape().len()].to_vec());
                    Explanation { target: target.clone(), general: Some(Rule::new(left, right)), made_from }
                },
            ))
        })
    }

    fn is_lstm(&self) -> bool {
        self.side.title == "LSTM"
    }

    fn names(&self) -> [&'static str; 9] {
        let Side { product, norm, stretches, product_stretches, term, share, length, clipped, loss, .. } = *self.side;
        [product, norm, stretches, product_stretches, term, share, length, clipped, loss]
    }

    /// The rule, and the number made from others; nothing for one that was given.
    fn why(&self, stage: &Stage, cell: Cell, most: f64) -> Option<(Expr, Expr)> {
        let (side, letters) =
            (self.side, |names: &[&'static str]| names.iter().map(|name| Expr::variable(name)).collect());
        let [row, at, column] = [0, 1, 2].map(|axis| cell.index.axis(axis));
        let next = || Expr::Sum(vec![Expr::variable("k"), Expr::Number(1.0)]);
        let call = |function, stage: &Stage, cells: Vec<Expr>| {
            (Expr::Call(function, vec![stage.general(letters(&["k"]))]), Expr::Call(function, cells))
        };
        match cell.stage {
            name if name == side.product => {
                let jacobian = self.of(side.jacobian).filter(|jacobian| row < jacobian.shape()[0])?;
                let term = |m| Expr::Product(vec![stage.at(&[row + 1, at, m]), jacobian.at(&[row, m, column])]);
                let general = [
                    stage.general(vec![next(), Expr::variable("u"), Expr::variable("m")]),
                    jacobian.general(vec![next(), Expr::variable("m"), Expr::variable("j")]),
                ];
                let rule = crate::layers::sum_over("m", Expr::Product(general.to_vec()));
                Some((rule, Expr::Sum((0..jacobian.shape()[1]).map(term).collect())))
            }
            name if name == side.norm => {
                let product = self.of(side.product)?;
                Some(call(NORM, product, self.block(product, row)))
            }
            name if name == side.stretches => {
                let jacobian = self.of(side.jacobian)?;
                let size = jacobian.shape()[1];
                let cells = (0..size * size).map(|place| jacobian.at(&[row, place / size, place % size]));
                Some(self.stretch(jacobian, at, cells.collect()))
            }
            name if name == side.product_stretches => {
                let product = self.of(side.product)?;
                Some(self.stretch(product, at, self.block(product, row)))
            }
            name if name == PATH[0] => {
                let forget = self.of(self.side.names.of("forget").name()).filter(|forget| row < forget.shape()[0])?;
                let general = vec![
                    stage.general(vec![next(), Expr::variable("u")]),
                    forget.general(vec![next(), Expr::variable("u")]),
                ];
                Some((Expr::Product(general), Expr::Product(vec![stage.at(&[row + 1, at]), forget.at(&[row, at])])))
            }
            name if name == PATH[1] => {
                let path = self.of(PATH[0])?;
                Some(call(LARGEST, path, (0..path.shape()[1]).map(|unit| path.at(&[row, unit])).collect()))
            }
            name if name == side.term => {
                let hidden = self.of(side.names.of("hidden").name())?;
                let units = 0..hidden.shape()[1];
                let deltas: Vec<&Stage> =
                    side.deltas(self.layer).into_iter().filter_map(|name| self.of(name)).collect();
                let cells = deltas.iter().flat_map(|delta| units.clone().map(|unit| delta.at(&[row, unit]))).collect();
                let state = units.clone().map(|unit| hidden.at(&[row, unit])).collect();
                let before = Expr::Sum(vec![Expr::variable("k"), Expr::Number(-1.0)]);
                let general = deltas.iter().map(|delta| delta.general(letters(&["k"]))).collect();
                Some((
                    Expr::Product(vec![
                        Expr::Call(LENGTH, general),
                        Expr::Call(LENGTH, vec![hidden.general(vec![before])]),
                    ]),
                    Expr::Product(vec![Expr::Call(LENGTH, cells), Expr::Call(LENGTH, state)]),
                ))
            }
            name if name == side.share => {
                let term = self.of(side.term)?;
                let sum = Expr::Sum((0..term.len()).map(|step| term.at(&[step])).collect());
                sum.value().filter(|sum| *sum > 0.0)?;
                let quotient = |above, below| Expr::Quotient(Box::new(above), Box::new(below));
                let all = crate::layers::sum_over("i", term.general(letters(&["i"])));
                Some((quotient(term.general(letters(&["k"])), all), quotient(term.at(&[row]), sum)))
            }
            name if name == side.length => {
                let stages = || side.by_weights(self.layer).into_iter().filter_map(|name| self.of(name));
                let cells = |stage: &'a Stage| stage.cells().map(|cell| stage.at(&stage.position(cell.index)));
                let general = stages().map(|stage| stage.general(Vec::new())).collect();
                Some((Expr::Call(LENGTH, general), Expr::Call(LENGTH, stages().flat_map(cells).collect())))
            }
            name if name == side.clipped => {
                let length = self.of(side.length)?;
                let most = Expr::Number(most);
                let smaller = |of| Expr::Call(SMALLEST, vec![of, most.clone()]);
                Some((smaller(length.general(Vec::new())), smaller(length.at(&[0]))))
            }
            _ => None,
        }
    }

    fn stretch(&self, matrix: &Stage, at: usize, cells: Vec<Expr>) -> (Expr, Expr) {
        let place = Expr::Number(at as f64);
        let made_from = [place].into_iter().chain(cells).collect();
        let general = vec![Expr::variable("j"), matrix.general(vec![Expr::variable("k")])];
        (Expr::Call(STRETCH, general), Expr::Call(STRETCH, made_from))
    }

    /// The part of a product that is ∂h_t/∂h_k.
    fn block(&self, product: &Stage, row: usize) -> Vec<Expr> {
        let units = product.shape()[1];
        (0..units * units).map(|place| product.at(&[row, place / units, place % units])).collect()
    }

    /// Where a number goes.
    fn influences(&self, cell: Cell) -> Vec<Cell> {
        let side = self.side;
        let mut reached = self.along().influences(cell);
        let [row, at, column] = [0, 1, 2].map(|axis| cell.index.axis(axis));
        let mut add = |name: &str, place: &[usize]| {
            let stage = self.of(name);
            let cell = stage.and_then(|stage| stage.cell(place).filter(|cell| stage.value(&cell.index).is_some()));
            reached.extend(cell);
        };
        let width = |name: &str| self.of(name).map_or(0, |stage| *stage.shape().last().unwrap_or(&0));
        let units = width(side.product_stretches);
        if cell.stage == side.jacobian {
            (0..units).for_each(|unit| add(side.product, &[row, unit, column]));
            (0..width(side.jacobian)).for_each(|place| add(side.stretches, &[row, place]));
        } else if cell.stage == side.product {
            if let Some(before) = row.checked_sub(1) {
                (0..width(side.product)).for_each(|column| add(side.product, &[before, at, column]));
            }
            if column < units {
                add(side.norm, &[row]);
                (0..units).for_each(|place| add(side.product_stretches, &[row, place]));
            }
        } else if cell.stage == PATH[0] && self.is_lstm() {
            row.checked_sub(1).into_iter().for_each(|before| add(PATH[0], &[before, at]));
            add(PATH[1], &[row]);
        } else if cell.stage == side.term {
            let sum = self
                .of(side.term)
                .map_or(0.0, |term| (0..term.len()).filter_map(|at| term.value(&[at as u32])).sum::<f32>());
            (0..width(side.share)).filter(|_| sum > 0.0).for_each(|step| add(side.share, &[step]));
        } else if cell.stage == side.length {
            add(side.clipped, &[0]);
        } else if side.by_weights(self.layer).contains(&cell.stage) {
            add(side.length, &[0]);
        } else if side.deltas(self.layer).contains(&cell.stage) || cell.stage == side.names.of("hidden").name() {
            add(side.term, &[row]);
        } else if self.is_lstm() && cell.stage == side.names.of("forget").name() {
            add(PATH[0], &[row, at]);
        }
        reached
    }
}

/// Where a number comes from.
pub fn explain(trace: &Trace, cell: Cell, most: f64) -> Option<Explanation> {
    let own = |side: &'static Side| Looked::new(side, &side.layer(), trace).explain(cell, most);
    SIDES.iter().find_map(own)
}

/// Where a number goes; the input goes to all sides.
pub fn influences(trace: &Trace, cell: Cell) -> Vec<Cell> {
    SIDES.iter().flat_map(|side| Looked::new(side, &side.layer(), trace).influences(cell)).collect()
}
