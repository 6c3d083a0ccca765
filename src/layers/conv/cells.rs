//! The numbers of a convolution one by one, for pictures too large to compute whole.

use std::rc::Rc;

use super::sizes::{SPACE, Sizes, in_space};
use super::{Conv, with_bias};
use crate::layers::{LayerError, PaddingMode, Tensor, expect_shape};

/// Gives a number of a tensor by its place in row-major order.
pub type NumberAt = Rc<dyn Fn(usize) -> f32>;

/// What a convolution reads.
#[derive(Clone)]
enum Input {
    /// It is in memory, in row-major order.
    Held(Rc<Tensor>),
    /// Only what is asked for is looked up.
    Read(NumberAt),
}

/// A convolution whose numbers are computed when one is asked for. They are, bit for bit, those that [`Conv`] computes whole.
///
/// The padded input is never held in memory. Positions name every axis, and lie within the tensors' shapes.
///
/// ```
/// use std::rc::Rc;
/// use layerscope::layers::{Conv, Extent};
/// use ndarray::array;
/// let (x, w) = (array![[[1.0, 2.0, 3.0]]].into_dyn(), array![[[1.0, 1.0, 1.0]]].into_dyn());
/// let mut conv = Conv::plain(&[3]);
/// conv.padding.amounts = vec![Extent::Same.amounts(&conv.windows[0])];
/// let cells = conv.cells(Rc::new(x), Rc::new(w), None)?;
/// assert_eq!(cells.output(&[0, 0, 2]), 5.0);
/// # Ok::<(), layerscope::layers::LayerError>(())
/// ```
#[derive(Clone)]
pub struct ConvCells {
    sizes: Sizes,
    mode: PaddingMode,
    /// The input's length, and the padded cells before it, along each axis in space.
    lengths: [usize; SPACE],
    before: [usize; SPACE],
    input: Input,
    weight: Rc<Tensor>,
    bias: Option<Rc<Tensor>>,
}

impl Conv {
    /// The convolution of these tensors, cell by cell.
    ///
    /// # Errors
    /// As [`forward`](Self::forward).
    pub fn cells(
        &self,
        input: Rc<Tensor>,
        weight: Rc<Tensor>,
        bias: Option<Rc<Tensor>>,
    ) -> Result<ConvCells, LayerError> {
        let shape = input.shape().to_vec();
        self.cells_of((&shape, Input::Held(in_order(input))), weight, bias)
    }

    /// The same for an input of this shape whose numbers are looked up one by one.
    ///
    /// # Errors
    /// As [`forward`](Self::forward).
    pub fn cells_read(
        &self,
        (shape, input): (&[usize], NumberAt),
        weight: Rc<Tensor>,
        bias: Option<Rc<Tensor>>,
    ) -> Result<ConvCells, LayerError> {
        self.cells_of((shape, Input::Read(input)), weight, bias)
    }

    fn cells_of(
        &self,
        (shape, input): (&[usize], Input),
        weight: Rc<Tensor>,
        bias: Option<Rc<Tensor>>,
    ) -> Result<ConvCells, LayerError> {
        let sizes = self.sizes_of(shape, weight.shape())?;
        if let Some(bias) = &bias {
            expect_shape("bias", bias.shape(), &[sizes.outputs])?;
        }
        let (mut lengths, mut before) = ([1; SPACE], [0; SPACE]);
        let first = SPACE - self.windows.len();
        lengths[first..].copy_from_slice(&shape[2..]);
        before.iter_mut().skip(first).zip(&self.padding.amounts).for_each(|(slot, amounts)| *slot = amounts.0);
        Ok(ConvCells { sizes, mode: self.padding.mode, lengths, before, input, weight: in_order(weight), bias })
    }
}

impl ConvCells {
    /// The shape of the output.
    pub fn output_shape(&self) -> Vec<usize> {
        self.sizes.output_shape()
    }

    /// The shape of the channels' contributions.
    pub fn channel_sums_shape(&self) -> Vec<usize> {
        self.sizes.channel_sums_shape()
    }

    /// A number of the output, as [`Conv::forward`] gives it.
    pub fn output(&self, position: &[usize]) -> f32 {
        let (n, o, at) = (position[0], position[1], in_space(&position[2..]));
        let sum = (0..self.sizes.group_inputs).fold(0.0, |sum, c| self.add_window(sum, (n, o, c), at));
        with_bias(sum, self.bias.as_deref(), o)
    }

    /// What one channel contributes to an output, as [`Conv::channel_sums`] gives it.
    pub fn channel_sum(&self, position: &[usize]) -> f32 {
        self.add_window(0.0, (position[0], position[1], position[2]), in_space(&position[3..])) as f32
    }

    /// What the channels contribute to an output, added up with the bias, as [`Conv::sum_channels`] gives it.
    pub fn channel_total(&self, position: &[usize]) -> f32 {
        let (n, o, at) = (position[0], position[1], in_space(&position[2..]));
        let rounded = |c| self.add_window(0.0, (n, o, c), at) as f32;
        let sum = (0..self.sizes.group_inputs).fold(0.0, |sum, c| sum + f64::from(rounded(c)));
        with_bias(sum, self.bias.as_deref(), o)
    }

    /// `sum` + Σ_j w·x̃ over one channel of the group: [`Sizes::add_window`], reading through the padding.
    fn add_window(&self, mut sum: f64, (n, o, c): (usize, usize, usize), at: [usize; SPACE]) -> f64 {
        let x = match &self.input {
            Input::Held(input) => input.as_slice(),
            Input::Read(_) => None,
        };
        let w = self.weight.as_slice().unwrap_or_default();
        let [depth, height, width] = self.lengths;
        let wide = &self.sizes.windows[2];
        let channel = n * self.sizes.inputs + self.sizes.input_channel(o, c);
        // Where the whole window lies inside the rows, nothing has to be looked up.
        let begin = wide.reads(at[2], 0).checked_sub(self.before[2]);
        let inside = begin.filter(|begin| begin + wide.span() <= width);
        self.sizes.each_row((o, c), at, |w_row, [z, y]| {
            let row = self.source(0, z).zip(self.source(1, y));
            let x_row = row.map(|(z, y)| ((channel * depth + z) * height + y) * width);
            if let (Some(x), Some(x_row), Some(first)) = (x, x_row, inside) {
                let read = x[x_row + first..].iter().step_by(wide.dilation);
                for (w, x) in w[w_row..w_row + wide.kernel].iter().zip(read) {
                    sum += f64::from(*w) * f64::from(*x);
                }
                return;
            }
            for tap in 0..wide.kernel {
                let source = x_row.zip(self.source(2, wide.reads(at[2], tap)));
                let read = source.map_or(self.mode.constant(), |(x_row, at)| self.input.number(x_row + at));
                sum += f64::from(w[w_row + tap]) * f64::from(read);
            }
        });
        sum
    }

    fn source(&self, axis: usize, cell: usize) -> Option<usize> {
        self.mode.source(cell as isize - self.before[axis] as isize, self.lengths[axis])
    }
}

impl Input {
    fn number(&self, place: usize) -> f32 {
        match self {
            Self::Held(input) => input.as_slice().map_or(0.0, |input| input[place]),
            Self::Read(number) => number(place),
        }
    }
}

/// The tensor with its numbers in row-major order.
fn in_order(tensor: Rc<Tensor>) -> Rc<Tensor> {
    if tensor.is_standard_layout() { tensor } else { Rc::new(tensor.as_standard_layout().into_owned()) }
}
