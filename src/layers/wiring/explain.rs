//! Why each number at the end of wires is what it is.

use super::{Join, Wiring};
use crate::explain::{Cell, Explanation, Expr, Function, Index, Rule, Stage, unravelled};
use crate::layers::notation::{minus, sum_over, variables};
use crate::layers::pool::MAX;

/// The remainder that is never negative.
pub(super) const MOD: Function = Function {
    name: "mod",
    spoken: "the remainder of",
    apply: |numbers| numbers[0] - numbers[1] * (numbers[0] / numbers[1]).floor(),
};
/// Where a permutation takes a number from: a name in general formulas.
pub(super) const PERMUTATION: Function =
    Function { name: "π", spoken: "the permutation of", apply: |numbers| numbers[0] };
const SIZE: Function = Function { name: "abs", spoken: "the size of", apply: |numbers| numbers[0].abs() };

/// The subscripts of a general formula: of the output, of the first tensor, of the second; and the indices summed over.
type Subscripts = (Vec<Expr>, [Vec<Expr>; 2], &'static [&'static str]);

impl Wiring {
    /// Why an output is what it is. A layer that reads one tensor alone is given its stage twice.
    pub fn explain(&self, sources: [&Stage; 2], output: &Stage, at: Index) -> Explanation {
        let mut terms = Vec::new();
        self.each_wire(place(output, at), &mut |reads| {
            let read = |slot: usize| sources[slot].at(&position(sources[slot].full_shape(), reads[slot]));
            match self.join() {
                Join::Copy | Join::Largest => terms.push(read(0)),
                Join::Products => terms.push(read(0).times(read(1))),
                Join::Difference => terms.extend([read(0), read(1).negative()]),
                Join::MeanSize => terms.push(Expr::call(SIZE, read(0))),
            }
        });
        let count = terms.len() as f64;
        let made_from = match self.join() {
            Join::Largest => Expr::Call(MAX, terms),
            Join::MeanSize => Expr::Sum(terms).over(Expr::Number(count)),
            _ => Expr::Sum(terms),
        };
        let (left, reads, over) = self.subscripts(sources[0].shape().len());
        let [first, second] = [0, 1].map(|slot: usize| sources[slot].general(reads[slot].clone()));
        let sum = |body: Expr| over.iter().rev().fold(body, |body, index| sum_over(index, body));
        let right = match self.join() {
            Join::Copy => first,
            Join::Largest => Expr::call(MAX, first),
            Join::Products => sum(first.times(second)),
            Join::Difference => minus(first, second),
            Join::MeanSize => sum(Expr::call(SIZE, first)).over(Expr::Number(count)),
        };
        let target = output.leaf(&output.position(at));
        Explanation { target, general: Some(Rule::new(output.general(left), right)), made_from }
    }

    /// The cells of `output` whose explanations read a cell of the first tensor's stage (`slot` 0) or the second's.
    pub fn influences(&self, slot: usize, source: &Stage, at: Index, output: &Stage) -> Vec<Cell> {
        let places = self.reached(slot, place(source, at)).into_iter();
        places.filter_map(|place| output.cell(&position(output.full_shape(), place))).collect()
    }

    /// `axes`: how many the first tensor has.
    fn subscripts(&self, axes: usize) -> Subscripts {
        let letters: &'static [&'static str] = match axes {
            0 => &[],
            1 => &["i"],
            2 => &["i", "j"],
            _ => &["c", "i", "j"],
        };
        let plain = variables;
        match self {
            Self::Copies(order) => (plain(letters), [order.subscripts(letters), Vec::new()], &[]),
            Self::Difference(order) => (plain(letters), [plain(letters), order.subscripts(letters)], &[]),
            Self::MeanSize(_) => (Vec::new(), [plain(letters), Vec::new()], letters),
            Self::Dense(order) => {
                let weight = [plain(&["i", "j"]), order.subscripts(&["u", "v"])].concat();
                (plain(&["i", "j"]), [weight, plain(&["u", "v"])], &["u", "v"])
            }
            &Self::Convolution { channels, size, kernel } => {
                let read = around(1.0, kernel, size, ["i", "j"]);
                if channels == 1 {
                    return (plain(&["i", "j"]), [plain(&["n", "m"]), read], &["n", "m"]);
                }
                let read = [plain(&["c"]), read].concat();
                (plain(&["i", "j"]), [plain(&["c", "n", "m"]), read], &["c", "n", "m"])
            }
            &Self::ByInput { size, kernel } => {
                (plain(&["u", "v"]), [around(-1.0, kernel, size, ["u", "v"]), plain(&["n", "m"])], &["n", "m"])
            }
            &Self::ByKernel { size, kernel } => {
                (plain(&["n", "m"]), [plain(&["i", "j"]), around(1.0, kernel, size, ["i", "j"])], &["i", "j"])
            }
            Self::Largest { window, size } if window == size => (Vec::new(), [plain(&["i", "j"]), Vec::new()], &[]),
            &Self::Largest { window, .. } => {
                let along = |at: &'static str, cell: &'static str| {
                    let stride = Expr::Number(window as f64).times(Expr::variable(at));
                    Expr::Sum(vec![stride, Expr::variable(cell)])
                };
                (plain(&["i", "j"]), [vec![along("i", "n"), along("j", "m")], Vec::new()], &[])
            }
            Self::Neighbours { .. } => (plain(&["v", "f"]), [plain(&["v", "u"]), plain(&["u", "f"])], &["u"]),
        }
    }
}

/// What a tap of the kernel reads (`sign` 1), or the output that reads through it (`sign` −1), going round at the edges.
fn around(sign: f64, kernel: usize, size: usize, at: [&'static str; 2]) -> Vec<Expr> {
    let along = |at: &'static str, tap: &'static str| {
        let tap = Expr::variable(tap);
        let tap = if sign > 0.0 { tap } else { tap.negative() };
        let mut terms = vec![Expr::variable(at), tap];
        if kernel > 1 {
            terms.push(Expr::Number(-sign * (kernel / 2) as f64));
        }
        Expr::Call(MOD, vec![Expr::Sum(terms), Expr::Number(size as f64)])
    };
    vec![along(at[0], "n"), along(at[1], "m")]
}

/// A cell's place, counted row by row.
fn place(stage: &Stage, at: Index) -> usize {
    stage.position(at).iter().zip(stage.full_shape()).fold(0, |place, (at, length)| place * length + at)
}

/// The position of a place counted row by row.
fn position(shape: &[usize], place: usize) -> Vec<usize> {
    unravelled(place, shape)
}
