//! Why padded cells, and the gradients that they pass on, are what they are.

use super::{Padding, PaddingMode};
use crate::explain::{Cell, Explanation, Expr, Function, Index, Rule, Stage};
use crate::layers::notation::{CHANNEL, anywhere, general, letters, minus, sum_over};

impl Padding {
    /// Why a padded cell holds what it holds: it copies a cell of the input, or holds the constant.
    pub fn explain(&self, input: &Stage, padded: &Stage, at: Index) -> Explanation {
        let position = padded.position(at);
        let made_from = match self.source(input.full_shape(), &position) {
            Some(source) => input.at(&source),
            None => Expr::Number(f64::from(self.mode.constant())),
        };
        Explanation { target: padded.leaf(&position), general: Some(self.general(input, padded)), made_from }
    }

    /// Why the gradient at an input cell is what it is: the sum over the padded cells that copy it.
    pub fn explain_gradient(&self, padded_gradient: &Stage, input_gradient: &Stage, at: Index) -> Explanation {
        let position = input_gradient.position(at);
        let copies = self.copies(input_gradient.full_shape(), &position);
        Explanation::computed(
            input_gradient,
            &position,
            general(input_gradient, &any_cell(input_gradient)),
            sum_over("copies", padded_gradient.general(Vec::new())),
            Expr::Sum(copies.positions().map(|copy| padded_gradient.at(&copy)).collect()),
        )
    }

    /// Whether every input cell is in the padded input once: then a gradient by a padded cell is one by the input.
    pub fn is_seen_through(&self) -> bool {
        !(self.mode.copies() && self.adds())
    }

    /// Where an input cell itself is in the padded input.
    pub fn padded_position(&self, position: &[usize]) -> Vec<usize> {
        let mut padded = position.to_vec();
        let whole = position.len().saturating_sub(self.amounts.len());
        for (cell, (before, _)) in padded[whole..].iter_mut().zip(&self.amounts) {
            *cell += before;
        }
        padded
    }

    /// The padded cells that copy an input cell, as cells of `padded`.
    pub fn influences(&self, input: &Stage, padded: &Stage, at: Index) -> Vec<Cell> {
        self.copies(input.full_shape(), &input.position(at)).cells(padded)
    }

    fn adds(&self) -> bool {
        self.amounts.iter().any(|&(before, after)| before + after > 0)
    }

    /// x̃_u = x at the cell that the mode names.
    fn general(&self, input: &Stage, padded: &Stage) -> Rule {
        let rank = input.full_shape().len();
        let space = rank.saturating_sub(self.amounts.len());
        let lengths = letters(self.amounts.len()).length;
        let mut subscripts = any_cell(input);
        for (axis, &(before, after)) in self.amounts.iter().enumerate() {
            let Some(subscript) = subscripts.get_mut(space + axis).filter(|_| before + after > 0) else { continue };
            if before > 0 && padded.first(space + axis) == 0 {
                *subscript = minus(subscript.clone(), Expr::variable("p"));
            }
            if let Some(function) = index_function(self.mode) {
                let length = lengths.get(axis).copied().unwrap_or("n");
                *subscript = Expr::Call(function, vec![subscript.clone(), Expr::variable(length)]);
            }
        }
        let cell = general(input, &subscripts);
        let copied = if self.mode.copies() || !self.adds() { cell } else { Expr::call(PAD, cell) };
        Rule::new(general(padded, &any_cell(padded)), copied)
    }
}

fn any_cell(stage: &Stage) -> Vec<Expr> {
    anywhere(stage.full_shape().len(), CHANNEL, |letters| letters.cell)
}

/// The input's number where the input reaches, the constant beyond it.
const PAD: Function = Function { name: "pad", spoken: "the padded value of", apply: |arguments| arguments[0] };

/// Which input cell a position copies, as a function of the position and the input's length.
fn index_function(mode: PaddingMode) -> Option<Function> {
    let (spoken, apply): (_, fn(&[f64]) -> f64) = match mode {
        PaddingMode::Zeros | PaddingMode::Constant(_) => return None,
        PaddingMode::Replicate => ("the nearest cell to", |at| source(PaddingMode::Replicate, at)),
        PaddingMode::Symmetric => ("the mirror image of", |at| source(PaddingMode::Symmetric, at)),
        PaddingMode::Circular => ("the way around to", |at| source(PaddingMode::Circular, at)),
        PaddingMode::Reflect => ("the reflection of", |at| source(PaddingMode::Reflect, at)),
    };
    Some(Function { name: mode.name(), spoken, apply })
}

fn source(mode: PaddingMode, arguments: &[f64]) -> f64 {
    mode.source(arguments[0] as isize, arguments[1] as usize).map_or(f64::NAN, |source| source as f64)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::explain::Role;
    use crate::layers::Tensor;

    const MODES: [PaddingMode; 6] = [
        PaddingMode::Zeros,
        PaddingMode::Constant(-1.5),
        PaddingMode::Replicate,
        PaddingMode::Symmetric,
        PaddingMode::Circular,
        PaddingMode::Reflect,
    ];

    fn numbers(shape: &[usize]) -> Tensor {
        let mut next = 0.37_f32;
        Tensor::from_shape_simple_fn(shape, || {
            next = (next * 7.3 + 0.71) % 3.0;
            next - 1.5
        })
    }

    #[test]
    fn every_cell_is_explained() {
        for mode in MODES {
            let padding = Padding { amounts: vec![(3, 1), (0, 4)], mode };
            let input = numbers(&[1, 2, 3, 2]);
            let padded = padding.forward(&input).unwrap();
            let padded_gradient = numbers(padded.shape());
            let gradient = padding.backward(input.shape(), &padded_gradient).unwrap();
            let stage = |name, values| Stage::new(name, name, "x", Role::Input, values).hiding(1);
            let input = stage("input", input);
            let padded = stage("padded", padded).counting_from(&padding.first_subscripts());
            let padded_gradient = stage("padded-gradient", padded_gradient).derivative();
            let gradient = stage("input-gradient", gradient).derivative();
            for cell in padded.cells() {
                let explanation = padding.explain(&input, &padded, cell.index);
                assert_eq!(explanation.value(), explanation.target.value, "{mode:?} {cell}");
                assert!(!explanation.is_given());
                for from in input.cells() {
                    let copied = padding.influences(&input, &padded, from.index).contains(&cell);
                    assert_eq!(copied, explanation.made_from.cells().contains(&from), "{mode:?} {from} in {cell}");
                }
            }
            for cell in gradient.cells() {
                let explanation = padding.explain_gradient(&padded_gradient, &gradient, cell.index);
                assert_eq!(explanation.value(), explanation.target.value, "{mode:?} {cell}");
            }
        }
    }

    #[test]
    fn padded_cells_count_from_the_input() {
        let padding = Padding { amounts: vec![(2, 0)], mode: PaddingMode::Circular };
        let padded = padding.forward(&numbers(&[1, 1, 3])).unwrap();
        let stage = Stage::new("padded", "padded input", "x", Role::Input, padded).hiding(2);
        let first = stage.counting_from(&padding.first_subscripts()).leaf(&[0, 0, 0]);
        assert_eq!(first.symbol.subscripts, [Expr::Number(-2.0)]);
        assert_eq!(first.cell.index.to_vec(), [0]);
    }
}
