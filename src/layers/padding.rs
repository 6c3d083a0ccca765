//! Padding: cells added around the input, so that a window fits at its ends too.

use ndarray::{Dimension, IxDyn};

use super::{LayerError, Tensor};
use crate::explain::{Cell, Explanation, Expr, Index, Stage};

/// What the added cells hold. The lecture's example: (1, 2, 3), two cells on each side.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum PaddingMode {
    /// 0, 0, 1, 2, 3, 0, 0.
    Zeros,
    /// A number of your choice.
    Constant(f32),
    /// 1, 1, 1, 2, 3, 3, 3: the last cell goes on. NumPy calls it `edge`.
    Replicate,
    /// 2, 1, 1, 2, 3, 3, 2: mirrored, the last cell twice.
    Symmetric,
    /// 2, 3, 1, 2, 3, 1, 2: it goes on at the other end. NumPy calls it `wrap`.
    Circular,
    /// 3, 2, 1, 2, 3, 2, 1: mirrored at the last cell.
    Reflect,
}

impl PaddingMode {
    /// The name in `compute`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Zeros => "zeros",
            Self::Constant(_) => "constant",
            Self::Replicate => "replicate",
            Self::Symmetric => "symmetric",
            Self::Circular => "circular",
            Self::Reflect => "reflect",
        }
    }

    /// The number in cells that copy none.
    fn constant(self) -> f32 {
        if let Self::Constant(value) = self { value } else { 0.0 }
    }

    /// The cell of an axis of `length` that the cell at `at` copies; nothing where it holds a constant. Beyond a whole
    /// length the pattern goes on, as in NumPy.
    pub fn source(self, at: isize, length: usize) -> Option<usize> {
        let n = length as isize;
        if (0..n).contains(&at) {
            return Some(at as usize);
        }
        let mirrored = |period: isize, last: isize| {
            let within = at.rem_euclid(period);
            (if within < n { within } else { last - within }) as usize
        };
        match self {
            _ if n == 0 => None,
            Self::Zeros | Self::Constant(_) => None,
            Self::Replicate => Some(at.clamp(0, n - 1) as usize),
            Self::Circular => Some(at.rem_euclid(n) as usize),
            Self::Symmetric => Some(mirrored(2 * n, 2 * n - 1)),
            Self::Reflect if n == 1 => Some(0),
            Self::Reflect => Some(mirrored(2 * n - 2, 2 * n - 2)),
        }
    }
}

/// Adds cells before and after each spatial axis.
///
/// # Shapes
/// `[N, C, n…]` → `[N, C, before + n + after …]`.
///
/// As `numpy.pad`; `torch.nn.functional.pad` knows four of the modes.
///
/// ```
/// use layerscope::layers::{Padding, PaddingMode, Tensor};
/// let x = Tensor::from_shape_vec(vec![1, 1, 3], vec![1.0, 2.0, 3.0])?;
/// let padding = Padding { amounts: vec![(2, 2)], mode: PaddingMode::Reflect };
/// assert_eq!(padding.forward(&x)?.into_raw_vec_and_offset().0, [3.0, 2.0, 1.0, 2.0, 3.0, 2.0, 1.0]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Padding {
    /// Cells before and after, for each spatial axis.
    pub amounts: Vec<(usize, usize)>,
    /// What they hold.
    pub mode: PaddingMode,
}

impl Padding {
    /// The shape of the padded input.
    ///
    /// # Errors
    /// Where the input has other spatial axes than there are amounts, or nothing to copy.
    pub fn output_shape(&self, input: &[usize]) -> Result<Vec<usize>, LayerError> {
        let axes = input.len().saturating_sub(2);
        if input.len() < 2 || axes == 0 {
            let expected = "it takes a batch, channels, and at least one spatial axis";
            return Err(LayerError::Rank { tensor: "input", shape: input.to_vec(), expected });
        }
        if self.amounts.len() != axes {
            return Err(LayerError::Axes { key: "padding", got: self.amounts.len(), axes });
        }
        let copies = !matches!(self.mode, PaddingMode::Zeros | PaddingMode::Constant(_));
        let mut shape = input.to_vec();
        for (axis, (length, &(before, after))) in shape[2..].iter_mut().zip(&self.amounts).enumerate() {
            if copies && *length == 0 && before + after > 0 {
                return Err(LayerError::NothingToCopy { mode: self.mode.name(), axis });
            }
            *length = length.saturating_add(before).saturating_add(after);
        }
        Ok(shape)
    }

    /// The padded input.
    ///
    /// # Errors
    /// As [`output_shape`](Self::output_shape).
    pub fn forward(&self, input: &Tensor) -> Result<Tensor, LayerError> {
        let shape = self.output_shape(input.shape())?;
        let sources = self.sources(input.shape());
        let constant = self.mode.constant();
        let mut from = vec![0; shape.len()];
        Ok(Tensor::from_shape_fn(IxDyn(&shape), |at| {
            if locate(&sources, at.slice(), &mut from) { input[&from[..]] } else { constant }
        }))
    }

    /// The gradient of the loss by the input: each input cell gathers from every padded cell that copies it.
    ///
    /// # Errors
    /// As [`output_shape`](Self::output_shape), or where `output_gradient` has another shape.
    pub fn backward(&self, input: &[usize], output_gradient: &Tensor) -> Result<Tensor, LayerError> {
        super::expect_shape("output_gradient", output_gradient.shape(), &self.output_shape(input)?)?;
        let sources = self.sources(input);
        let mut gradient = ndarray::ArrayD::<f64>::zeros(IxDyn(input));
        let mut from = vec![0; input.len()];
        for (at, &value) in output_gradient.indexed_iter() {
            if locate(&sources, at.slice(), &mut from) {
                gradient[&from[..]] += f64::from(value);
            }
        }
        Ok(gradient.mapv(|value| value as f32))
    }

    /// Why a padded cell holds what it holds: it copies a cell of the input, or holds the constant.
    pub fn explain(&self, input: &Stage, padded: &Stage, at: Index) -> Explanation {
        let position = padded.position(at);
        let target = padded.leaf(&position);
        let mut from = vec![0; position.len()];
        let made_from = if locate(&self.sources(input.full_shape()), &position, &mut from) {
            input.at(&from)
        } else {
            Expr::Number(f64::from(self.mode.constant()))
        };
        let names = ["i", "j", "l"];
        let axes = self.amounts.len();
        let lead = input.shape().len().saturating_sub(axes);
        let mut subscripts: Vec<Expr> = (0..lead).map(|_| Expr::variable("c")).collect();
        subscripts.extend(names.iter().take(axes).zip(&self.amounts).map(|(name, &(before, _))| shifted(name, before)));
        Explanation { target, general: Some(input.general(subscripts)), made_from }
    }

    /// Why the gradient at an input cell is what it is: the sum over the padded cells that copy it.
    pub fn explain_gradient(&self, padded_gradient: &Stage, input_gradient: &Stage, at: Index) -> Explanation {
        let position = input_gradient.position(at);
        let copies = self.copies(input_gradient.full_shape(), &position);
        let made_from = Expr::Sum(copies.iter().map(|copy| padded_gradient.at(copy)).collect());
        let general = Expr::Series(Box::new(crate::explain::Series {
            index: "copies",
            from: None,
            to: None,
            body: padded_gradient.general(vec![Expr::variable("i")]),
        }));
        Explanation { target: input_gradient.leaf(&position), general: Some(general), made_from }
    }

    /// Every padded position that copies an input position, itself among them.
    pub fn copies(&self, input: &[usize], position: &[usize]) -> Vec<Vec<usize>> {
        let mut copies = vec![position[..2].to_vec()];
        for (axis, sources) in self.sources(input).iter().enumerate() {
            let wanted = Some(position[axis + 2]);
            let along: Vec<usize> = (0..sources.len()).filter(|&at| sources[at] == wanted).collect();
            copies = copies.iter().flat_map(|head| along.iter().map(|&at| [&head[..], &[at]].concat())).collect();
        }
        copies
    }

    /// The padded cells that copy an input cell, as cells of `padded`.
    pub fn influences(&self, input: &Stage, padded: &Stage, at: Index) -> Vec<Cell> {
        let copies = self.copies(input.full_shape(), &input.position(at));
        copies.iter().filter_map(|position| padded.cell(position)).collect()
    }

    /// For each spatial axis, what every padded cell copies.
    fn sources(&self, input: &[usize]) -> Vec<Vec<Option<usize>>> {
        let along = |(&length, &(before, after)): (&usize, &(usize, usize))| {
            let source = |at: usize| self.mode.source(at as isize - before as isize, length);
            (0..before + length + after).map(source).collect()
        };
        input[2..].iter().zip(&self.amounts).map(along).collect()
    }
}

/// `i − p`, or plain `i` without padding.
fn shifted(name: &'static str, before: usize) -> Expr {
    match before {
        0 => Expr::variable(name),
        _ => Expr::Sum(vec![Expr::variable(name), Expr::Number(-(before as f64))]),
    }
}

/// Writes the input position that a padded position copies; whether it copies one.
fn locate(sources: &[Vec<Option<usize>>], at: &[usize], from: &mut [usize]) -> bool {
    from[..2].copy_from_slice(&at[..2]);
    sources.iter().zip(&at[2..]).zip(&mut from[2..]).all(|((sources, &at), slot)| match sources[at] {
        Some(source) => {
            *slot = source;
            true
        }
        None => false,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lectures_rows() {
        let x = Tensor::from_shape_vec(vec![1, 1, 3], vec![1.0, 2.0, 3.0]).expect("three cells");
        for (mode, row) in [
            (PaddingMode::Zeros, [0.0, 0.0, 1.0, 2.0, 3.0, 0.0, 0.0]),
            (PaddingMode::Constant(7.0), [7.0, 7.0, 1.0, 2.0, 3.0, 7.0, 7.0]),
            (PaddingMode::Replicate, [1.0, 1.0, 1.0, 2.0, 3.0, 3.0, 3.0]),
            (PaddingMode::Symmetric, [2.0, 1.0, 1.0, 2.0, 3.0, 3.0, 2.0]),
            (PaddingMode::Circular, [2.0, 3.0, 1.0, 2.0, 3.0, 1.0, 2.0]),
            (PaddingMode::Reflect, [3.0, 2.0, 1.0, 2.0, 3.0, 2.0, 1.0]),
        ] {
            let padding = Padding { amounts: vec![(2, 2)], mode };
            assert_eq!(padding.forward(&x).expect("fits").iter().copied().collect::<Vec<_>>(), row, "{mode:?}");
        }
    }
}
