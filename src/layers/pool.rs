//! Pooling in one to three dimensions: each window is condensed into one number.

mod explain;
mod influence;

use std::array::from_fn;

pub(crate) use explain::{MAX, MIN};

use super::{LayerError, Misfit, Tensor, Window, expect_axes, expect_room, expect_shape, numbers, rounded, tensor};
use crate::layers::Region;

/// The axes in space that every computation has: a pooling of fewer has axes of length one in front.
const SPACE: usize = 3;

/// Pooling over the last one to three axes.
///
/// `y[…, t…] = max_j x[…, t·s + j·d − p …]`, or the smallest, or the average, over the taps j that hit a cell of the input.
///
/// Here s is the stride, d the dilation and p the cells added in front. What is added is never the largest nor the smallest;
/// the average counts it as zeros, or not at all.
///
/// # Shapes
/// Input `[…, n…]`; output `[…, ⌊(n + padding − (k − 1)·d − 1) / s⌋ + 1 …]`, rounded up where `ceil_mode` is set, as long as the
/// last window still begins inside the input or in front of it.
///
/// # Errors
/// Every method says in a [`LayerError`] which numbers disagree; a window that would read no cell at all is one.
///
/// As `torch.nn.MaxPool1d` to `MaxPool3d` and `AvgPool1d` to `AvgPool3d`; the smallest is as `−MaxPool(−x)`. Of equal numbers the
/// first wins, as in PyTorch: it alone gets the gradient. Averages are carried in double precision and rounded once.
///
/// ```
/// use layerscope::layers::{Pool, Pooling, Tensor};
/// let x = Tensor::from_shape_vec(vec![1, 1, 4], vec![1.0, 3.0, 2.0, 2.0])?;
/// assert_eq!(Pool::plain(Pooling::Max, &[2]).forward(&x)?, Tensor::from_shape_vec(vec![1, 1, 2], vec![3.0, 2.0])?);
/// assert_eq!(Pool::plain(Pooling::Average, &[2]).forward(&x)?[[0, 0, 1]], 2.0);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Pool {
    /// What becomes of a window.
    pub pooling: Pooling,
    /// The window along each axis.
    pub windows: Vec<Window>,
    /// Cells before and after each axis.
    pub padding: Vec<(usize, usize)>,
    /// Whether a last window that hangs over the end counts.
    pub ceil_mode: bool,
    /// Whether an average counts the padded cells, as zeros.
    pub count_include_pad: bool,
}

/// What becomes of a window's numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pooling {
    /// The largest.
    Max,
    /// The smallest.
    Min,
    /// Their average.
    Average,
}

/// What a window reads along one axis: `cells` cells of the input from `first` on, `dilation` apart. An average divides by
/// `counted`.
#[derive(Clone, Copy, Debug)]
struct Reach {
    first: usize,
    cells: usize,
    counted: usize,
}

/// All sizes of one call, with the axes filled up to three in front.
struct Sizes<'a> {
    pool: &'a Pool,
    lead: usize,
    input: [usize; SPACE],
    dilation: [usize; SPACE],
    outputs: [usize; SPACE],
    output_shape: Vec<usize>,
}

impl Pool {
    /// Pooling with windows of these sizes, side by side, without padding.
    pub fn plain(pooling: Pooling, kernel: &[usize]) -> Self {
        let window = |&kernel: &usize| Window { kernel, stride: kernel, dilation: 1 };
        Self {
            pooling,
            windows: kernel.iter().map(window).collect(),
            padding: vec![(0, 0); kernel.len()],
            ceil_mode: false,
            count_include_pad: true,
        }
    }

    /// The shape of the output.
    ///
    /// # Errors
    /// Where there are not as many axes as windows, a window does not fit its axis, or one would read nothing.
    pub fn output_shape(&self, input: &[usize]) -> Result<Vec<usize>, LayerError> {
        let axes = self.windows.len();
        if !(1..=SPACE).contains(&axes) || input.len() < axes {
            let expected = "pooling takes one to three axes with a window each, and any axes in front of them";
            return Err(LayerError::rank("input", input, expected));
        }
        expect_axes("padding", self.padding.len(), axes)?;
        let (lead, space) = input.split_at(input.len() - axes);
        let mut shape = lead.to_vec();
        for (axis, &length) in space.iter().enumerate() {
            let outputs = self.outputs(axis, length)?;
            shape.push(outputs);
        }
        expect_room("output", &shape)?;
        for (axis, &length) in space.iter().enumerate() {
            // Between the taps of a dilated window a short input can slip through, at the ends and in the middle.
            let reads_nothing = |output: &usize| self.reach(axis, *output, length).cells == 0;
            if let Some(output) = (0..shape[lead.len() + axis]).find(reads_nothing) {
                return Err(Misfit::EmptyWindow { axis, output }.into());
            }
        }
        Ok(shape)
    }

    fn outputs(&self, axis: usize, length: usize) -> Result<usize, LayerError> {
        let (window, (before, after)) = (self.windows[axis], self.padding[axis]);
        let padded = length.saturating_add(before).saturating_add(after);
        let outputs = window.outputs(padded)?;
        let hangs_over = self.ceil_mode && (padded - window.span()) % window.stride > 0;
        let begins_inside = outputs.saturating_mul(window.stride) < length.saturating_add(before);
        Ok(outputs + usize::from(hangs_over && begins_inside))
    }

    /// What the window of an output reads along an axis of this length.
    fn reach(&self, axis: usize, output: usize, length: usize) -> Reach {
        let (Window { kernel, stride, dilation }, (before, after)) = (self.windows[axis], self.padding[axis]);
        let start = output * stride;
        let taps_before = |end: usize| end.saturating_sub(start).div_ceil(dilation).min(kernel);
        let end = before.saturating_add(length);
        let (skipped, inside) = (taps_before(before), taps_before(end));
        Reach {
            first: (start + skipped * dilation).saturating_sub(before),
            cells: inside - skipped,
            counted: if self.count_include_pad { taps_before(end.saturating_add(after)) } else { inside - skipped },
        }
    }

    fn sizes(&self, input: &[usize]) -> Result<Sizes<'_>, LayerError> {
        let output_shape = self.output_shape(input)?;
        let (lead, first) = (input.len() - self.windows.len(), SPACE - self.windows.len());
        let in_front = input[..lead].iter().product();
        let (mut lengths, mut dilation, mut outputs) = ([1; SPACE], [1; SPACE], [1; SPACE]);
        lengths[first..].copy_from_slice(&input[lead..]);
        outputs[first..].copy_from_slice(&output_shape[lead..]);
        dilation[first..].iter_mut().zip(&self.windows).for_each(|(slot, window)| *slot = window.dilation);
        Ok(Sizes { pool: self, lead: in_front, input: lengths, dilation, outputs, output_shape })
    }

    /// The output.
    ///
    /// # Errors
    /// As [`output_shape`](Self::output_shape).
    pub fn forward(&self, input: &Tensor) -> Result<Tensor, LayerError> {
        let sizes = self.sizes(input.shape())?;
        let x = numbers(input);
        let mut output = Vec::new();
        sizes.each_window(&mut |window| {
            output.push(match self.pooling {
                Pooling::Average => {
                    let mut sum = 0.0;
                    window.each_cell(|at| sum += f64::from(x[at]));
                    (sum / window.counted as f64) as f32
                }
                _ => x[self.winner(&window, &x)],
            });
        });
        Ok(tensor(&sizes.output_shape, output))
    }

    /// Gradients of the loss by the input, from those by the output: a winner gets all of its window's gradient; of an average,
    /// every cell gets an equal share.
    ///
    /// # Errors
    /// As [`forward`](Self::forward), or where `output_gradient` has another shape than the output.
    pub fn backward(&self, input: &Tensor, output_gradient: &Tensor) -> Result<Tensor, LayerError> {
        let sizes = self.sizes(input.shape())?;
        expect_shape("output_gradient", output_gradient.shape(), &sizes.output_shape)?;
        let x = numbers(input);
        let mut by_x = vec![0.0; x.len()];
        let (upstream, mut place) = (numbers(output_gradient), 0);
        sizes.each_window(&mut |window| {
            let g = f64::from(upstream[place]);
            place += 1;
            match self.pooling {
                Pooling::Average => window.each_cell(|at| by_x[at] += g / window.counted as f64),
                _ => by_x[self.winner(&window, &x)] += g,
            }
        });
        Ok(rounded(input.shape(), &by_x))
    }

    /// By how much averages divide, as a product of one number for each axis in space: those along it, for every output.
    pub(crate) fn counted_along(&self, input: &[usize], output: &[usize]) -> [Vec<usize>; SPACE] {
        let lead = input.len() - self.windows.len();
        from_fn(|place| match (place + self.windows.len()).checked_sub(SPACE) {
            None => vec![1],
            Some(axis) => (0..output[lead + axis]).map(|at| self.reach(axis, at, input[lead + axis]).counted).collect(),
        })
    }

    /// Which cell of a window is the largest, or the smallest: of equal ones the first.
    fn winner(&self, window: &Reads<'_>, x: &[f32]) -> usize {
        let mut winner: Option<usize> = None;
        window.each_cell(|at| {
            if winner.is_none_or(|best| self.beats(x[at], x[best])) {
                winner = Some(at);
            }
        });
        winner.unwrap_or_default()
    }

    fn beats(&self, number: f32, best: f32) -> bool {
        if self.pooling == Pooling::Min { number < best } else { number > best }
    }

    /// The cells of an input of this shape that an output reads.
    pub fn reads(&self, input: &[usize], output: &[usize]) -> Region {
        let lead = input.len() - self.windows.len();
        let along = |(axis, &at): (usize, &usize)| match axis.checked_sub(lead) {
            None => vec![at],
            Some(space) => {
                let reach = self.reach(space, at, input[axis]);
                (0..reach.cells).map(|tap| reach.first + tap * self.windows[space].dilation).collect()
            }
        };
        Region::new(output.iter().enumerate().map(along).collect())
    }

    /// By how much the average of an output's window divides.
    pub fn counted(&self, input: &[usize], output: &[usize]) -> usize {
        let lead = input.len() - self.windows.len();
        (0..self.windows.len()).map(|axis| self.reach(axis, output[lead + axis], input[lead + axis]).counted).product()
    }

    /// One output, over an input of this shape whose numbers `x` tells.
    pub fn cell(&self, input: &[usize], x: impl Fn(&[usize]) -> f32, output: &[usize]) -> f32 {
        let numbers = self.reads(input, output);
        let numbers = numbers.positions().map(|position| x(&position));
        match self.pooling {
            Pooling::Average => {
                (numbers.map(f64::from).fold(0.0, |sum, x| sum + x) / self.counted(input, output) as f64) as f32
            }
            _ => numbers.reduce(|best, x| if self.beats(x, best) { x } else { best }).unwrap_or(f32::NAN),
        }
    }
}

/// The cells that one window reads, as places in the input's memory.
struct Reads<'a> {
    sizes: &'a Sizes<'a>,
    start: usize,
    along: [Reach; SPACE],
    counted: usize,
}

impl Sizes<'_> {
    fn each_window(&self, visit: &mut dyn FnMut(Reads<'_>)) {
        let volume: usize = self.input.iter().product();
        let [deep, high, wide] = [0, 1, 2].map(|place| self.reaches(place));
        for lead in 0..self.lead {
            for &z in &deep {
                for &y in &high {
                    for &x in &wide {
                        let counted = z.counted * y.counted * x.counted;
                        visit(Reads { sizes: self, start: lead * volume, along: [z, y, x], counted });
                    }
                }
            }
        }
    }

    fn reaches(&self, place: usize) -> Vec<Reach> {
        let Some(axis) = (place + self.pool.windows.len()).checked_sub(SPACE) else {
            return vec![Reach { first: 0, cells: 1, counted: 1 }];
        };
        (0..self.outputs[place]).map(|output| self.pool.reach(axis, output, self.input[place])).collect()
    }
}

impl Reads<'_> {
    fn each_cell(&self, mut visit: impl FnMut(usize)) {
        let ([_, high, wide], [dz, dy, dx], [z, y, x]) = (self.sizes.input, self.sizes.dilation, self.along);
        for z in (0..z.cells).map(|tap| z.first + tap * dz) {
            for y in (0..y.cells).map(|tap| y.first + tap * dy) {
                let row = self.start + (z * high + y) * wide;
                (0..x.cells).for_each(|tap| visit(row + x.first + tap * dx));
            }
        }
    }
}

#[cfg(test)]
mod tests;
