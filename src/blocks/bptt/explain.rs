//! Where the numbers of `bptt` come from, and where they go.

use super::trace::{SIDES, Side, largest_stretch, length, stretch};
use crate::blocks::recurrent::along::quantities;
use crate::explain::{Cell, Explanation, Expr, Function, Stage, Trace};
use crate::layers::{Quantity, Recurrent, RecurrentStages, sum_over, variables};

const NORM: Function = Function { name: "‖·‖", spoken: "the norm of", apply: largest_stretch };
const LENGTH: Function = Function { name: "length", spoken: "the length of", apply: length };
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
        stages.extend(side.stage(trace, "jacobian").map(|stage| (Quantity::Jacobian, stage)));
        stages.extend(side.stage(trace, "loss").map(|stage| (Quantity::Upstream(layer.place("hidden")), stage)));
        Self { side, layer, trace, stages }
    }

    fn of(&self, name: &'static str) -> Option<&'a Stage> {
        self.side.stage(self.trace, name)
    }

    fn all_of(&self, names: Vec<&'static str>) -> Vec<&'a Stage> {
        names.into_iter().filter_map(|name| self.trace.stage(name)).collect()
    }

    fn along(&self) -> RecurrentStages<'_> {
        RecurrentStages { layer: self.layer, stages: &self.stages }
    }

    /// Why a number is what it is; nothing for one of another side.
    fn explain(&self, cell: Cell, most: f64) -> Option<Explanation> {
        self.along().explain(cell).or_else(|| {
            let (stage, own) = (self.trace.stage(cell.stage)?, self.side.names.own(cell.stage)?);
            let position = stage.position(cell.index);
            Some(match self.why(own, stage, cell, most) {
                Some((right, made_from)) => {
                    let left = stage.general(variables(&["k", "u", "j"][..position.len()]));
                    Explanation::computed(stage, &position, left, right, made_from)
                }
                None => Explanation::given(stage.leaf(&position)),
            })
        })
    }

    /// The rule, and the number made from others; nothing for one that was given.
    fn why(&self, own: &str, stage: &Stage, cell: Cell, most: f64) -> Option<(Expr, Expr)> {
        let [row, at, column] = [0, 1, 2].map(|axis| cell.index.axis(axis));
        let next = |letters: &[&'static str]| {
            let mut all = variables(letters);
            all.insert(0, Expr::Sum(vec![Expr::variable("k"), Expr::Number(1.0)]));
            all
        };
        let whole = |stage: &Stage| stage.general(variables(&["k"]));
        let call = |function, general, cells| Some((Expr::Call(function, general), Expr::Call(function, cells)));
        match own {
            "product" => {
                let jacobian = self.of("jacobian").filter(|jacobian| row < jacobian.shape()[0])?;
                let term = |m| stage.at(&[row + 1, at, m]).times(jacobian.at(&[row, m, column]));
                let rule = stage.general(next(&["u", "m"])).times(jacobian.general(next(&["m", "j"])));
                Some((sum_over("m", rule), Expr::Sum((0..jacobian.shape()[1]).map(term).collect())))
            }
            "norm" => {
                let product = self.of("product")?;
                call(NORM, vec![whole(product)], block(product, row))
            }
            "stretches" | "product-stretches" => {
                let matrix = self.of(if own == "stretches" { "jacobian" } else { "product" })?;
                let mut cells = block(matrix, row);
                cells.insert(0, Expr::Number(at as f64));
                call(STRETCH, vec![Expr::variable("j"), whole(matrix)], cells)
            }
            "path" => {
                let forget = self.of("forget").filter(|forget| row < forget.shape()[0])?;
                let general = stage.general(next(&["u"])).times(forget.general(next(&["u"])));
                Some((general, stage.at(&[row + 1, at]).times(forget.at(&[row, at]))))
            }
            "path-norm" => {
                let path = self.of("path")?;
                call(LARGEST, vec![whole(path)], cells_of_row(path, row))
            }
            "term" => {
                let hidden = self.of("hidden")?;
                let deltas = self.all_of(self.side.deltas(self.layer));
                let before = Expr::Sum(vec![Expr::variable("k"), Expr::Number(-1.0)]);
                let general = deltas.iter().map(|delta| whole(delta)).collect();
                let cells = deltas.iter().flat_map(|delta| cells_of_row(delta, row)).collect();
                let length = |of| Expr::Call(LENGTH, of);
                Some((
                    length(general).times(length(vec![hidden.general(vec![before])])),
                    length(cells).times(length(cells_of_row(hidden, row))),
                ))
            }
            "share" => {
                let term = self.of("term")?;
                let sum = Expr::Sum((0..term.len()).map(|step| term.at(&[step])).collect());
                sum.value().filter(|sum| *sum > 0.0)?;
                let all = sum_over("i", term.general(variables(&["i"])));
                Some((whole(term).over(all), term.at(&[row]).over(sum)))
            }
            "length" => {
                let stages = self.all_of(self.side.by_weights(self.layer));
                let cells = |stage: &&'a Stage| {
                    let [rows, columns] = [0, 1].map(|axis| stage.shape()[axis]);
                    (0..rows * columns).map(|place| stage.at(&[place / columns, place % columns])).collect::<Vec<_>>()
                };
                let general = stages.iter().map(|stage| stage.general(Vec::new())).collect();
                call(LENGTH, general, stages.iter().flat_map(cells).collect())
            }
            "clipped" => {
                let length = self.of("length")?;
                let most = Expr::Number(most);
                call(SMALLEST, vec![length.general(Vec::new()), most.clone()], vec![length.at(&[0]), most])
            }
            _ => None,
        }
    }

    /// Where a number goes.
    fn influences(&self, cell: Cell) -> Vec<Cell> {
        let mut reached = self.along().influences(cell);
        let Some(own) = self.side.names.own(cell.stage) else { return reached };
        let [row, at, column] = [0, 1, 2].map(|axis| cell.index.axis(axis));
        let mut add = |name: &'static str, place: &[usize]| {
            let stage = self.of(name);
            let cell = stage.and_then(|stage| stage.cell(place).filter(|cell| stage.value(&cell.index).is_some()));
            reached.extend(cell);
        };
        let width = |name| self.of(name).map_or(0, |stage| *stage.shape().last().unwrap_or(&0));
        let units = width("product-stretches");
        match own {
            "jacobian" => {
                (0..units).for_each(|unit| add("product", &[row, unit, column]));
                (0..width("jacobian")).for_each(|place| add("stretches", &[row, place]));
            }
            "product" => {
                if let Some(before) = row.checked_sub(1) {
                    (0..width("product")).for_each(|column| add("product", &[before, at, column]));
                }
                if column < units {
                    add("norm", &[row]);
                    (0..units).for_each(|place| add("product-stretches", &[row, place]));
                }
            }
            "path" => {
                row.checked_sub(1).into_iter().for_each(|before| add("path", &[before, at]));
                add("path-norm", &[row]);
            }
            "forget" => add("path", &[row, at]),
            "term" => {
                let term = |step| self.of("term").and_then(|term| term.value(&[step as u32]));
                let sum: f32 = (0..width("term")).filter_map(term).sum();
                (0..width("share")).filter(|_| sum > 0.0).for_each(|step| add("share", &[step]));
            }
            "length" => add("clipped", &[0]),
            _ if self.side.by_weights(self.layer).contains(&cell.stage) => add("length", &[0]),
            _ if own == "hidden" || self.side.deltas(self.layer).contains(&cell.stage) => add("term", &[row]),
            _ => {}
        }
        reached
    }
}

/// The cells of a stage in one row.
fn cells_of_row(stage: &Stage, row: usize) -> Vec<Expr> {
    (0..stage.shape()[1]).map(|at| stage.at(&[row, at])).collect()
}

/// The square part of a matrix that its first columns are: of a product, that which is ∂h_t/∂h_k.
fn block(matrix: &Stage, row: usize) -> Vec<Expr> {
    let size = matrix.shape()[1];
    (0..size * size).map(|place| matrix.at(&[row, place / size, place % size])).collect()
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
