//! Padding: cells added around the input, so that a window fits at its ends too.

mod explain;

use super::{LayerError, Misfit, Region, Tensor, expect_room, expect_shape, numbers, rounded, tensor};

/// What the added cells hold. The lecture's example: (1, 2, 3), two cells on each side.
///
/// Padding longer than the input goes on in the same way, as in NumPy: the circle goes round again, the mirror is mirrored.
#[derive(Clone, Copy, Debug, PartialEq, Default)]
pub enum PaddingMode {
    /// 0, 0, 1, 2, 3, 0, 0. NumPy calls it `constant`.
    #[default]
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
    /// Every mode; the constant is 0.
    pub const ALL: [Self; 6] =
        [Self::Zeros, Self::Constant(0.0), Self::Replicate, Self::Symmetric, Self::Circular, Self::Reflect];

    /// The mode of that name; `constant` is the number of [`Constant`](Self::Constant).
    pub fn named(name: &str, constant: f32) -> Option<Self> {
        let mode = Self::ALL.into_iter().find(|mode| mode.name() == name)?;
        Some(if let Self::Constant(_) = mode { Self::Constant(constant) } else { mode })
    }

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

    /// Whether added cells copy cells of the input.
    pub fn copies(self) -> bool {
        !matches!(self, Self::Zeros | Self::Constant(_))
    }

    /// The number in added cells that copy none.
    pub fn constant(self) -> f32 {
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

/// Adds cells before and after the last axes of the input.
///
/// # Shapes
/// `[…, n…]` → `[…, before + n + after …]`: `amounts` belong to the last axes; those in front (batch, channels) stay as they are.
///
/// As `numpy.pad`; `torch.nn.functional.pad` knows four of the modes.
///
/// ```
/// use layerscope::layers::{Padding, PaddingMode};
/// use ndarray::array;
/// let padding = Padding { amounts: vec![(1, 2)], mode: PaddingMode::Replicate };
/// let x = array![[1.0, 2.0], [3.0, 4.0]].into_dyn();
/// assert_eq!(padding.forward(&x)?, array![[1.0, 1.0, 2.0, 2.0, 2.0], [3.0, 3.0, 4.0, 4.0, 4.0]].into_dyn());
/// let gradient = array![[1.0, 10.0, 2.0, 3.0, 4.0], [5.0, 6.0, 7.0, 8.0, 9.0]].into_dyn();
/// assert_eq!(padding.backward(x.shape(), &gradient)?, array![[11.0, 9.0], [11.0, 24.0]].into_dyn());
/// # Ok::<(), layerscope::layers::LayerError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Padding {
    /// Cells before and after, for each of the last axes.
    pub amounts: Vec<(usize, usize)>,
    /// What they hold.
    pub mode: PaddingMode,
}

/// One axis with its padding.
#[derive(Clone, Copy)]
struct Axis {
    length: usize,
    before: usize,
    after: usize,
    mode: PaddingMode,
}

impl Axis {
    fn padded(self) -> usize {
        self.before + self.length + self.after
    }

    /// The input cell that a padded cell copies.
    fn source(self, cell: usize) -> Option<usize> {
        self.mode.source(cell as isize - self.before as isize, self.length)
    }

    /// The padded cells that copy an input cell, ascending.
    fn copies(self, cell: usize) -> Vec<usize> {
        (0..self.padded()).filter(|&padded| self.source(padded) == Some(cell)).collect()
    }
}

impl Padding {
    /// The shape of the padded input.
    ///
    /// # Errors
    /// Where the input has fewer axes than there are amounts, or nothing to copy, or the padded input has no room in memory.
    pub fn output_shape(&self, input: &[usize]) -> Result<Vec<usize>, LayerError> {
        let Some(whole) = input.len().checked_sub(self.amounts.len()) else {
            return Err(Misfit::Axes { key: "padding", got: self.amounts.len(), axes: input.len() }.into());
        };
        let mut shape = input.to_vec();
        for (axis, &(before, after)) in self.amounts.iter().enumerate() {
            let length = &mut shape[whole + axis];
            if self.mode.copies() && *length == 0 && before.max(after) > 0 {
                return Err(Misfit::NothingToCopy { mode: self.mode.name(), axis: whole + axis }.into());
            }
            *length = length.saturating_add(before).saturating_add(after);
        }
        // What has room is also far enough from the largest integer to reckon with positions.
        expect_room("padded input", &shape)?;
        Ok(shape)
    }

    /// The padded input.
    ///
    /// # Errors
    /// As [`output_shape`](Self::output_shape).
    pub fn forward(&self, input: &Tensor) -> Result<Tensor, LayerError> {
        let shape = self.output_shape(input.shape())?;
        let (cells, mut padded) = (numbers(input), Vec::new());
        each_source(&self.axes(input.shape()), Some(0), &mut |source| {
            padded.push(source.map_or(self.mode.constant(), |place| cells[place]));
        });
        Ok(tensor(&shape, padded))
    }

    /// The gradient of the loss by the input: each input cell gathers from every padded cell that copies it.
    ///
    /// # Errors
    /// As [`output_shape`](Self::output_shape), or where `output_gradient` has another shape.
    pub fn backward(&self, input: &[usize], output_gradient: &Tensor) -> Result<Tensor, LayerError> {
        expect_shape("output_gradient", output_gradient.shape(), &self.output_shape(input)?)?;
        expect_room("input", input)?;
        let mut sums = vec![0.0; input.iter().product()];
        let (upstream, mut cell) = (numbers(output_gradient), 0);
        each_source(&self.axes(input), Some(0), &mut |source| {
            if let Some(place) = source {
                sums[place] += f64::from(upstream[cell]);
            }
            cell += 1;
        });
        Ok(rounded(input, &sums))
    }

    /// One number of the padded input, for inputs too large to pad whole.
    pub fn cell(&self, input: &Tensor, position: &[usize]) -> f32 {
        self.source(input.shape(), position).map_or(self.mode.constant(), |source| input[source.as_slice()])
    }

    /// The input position that a padded position copies; nothing where it holds the constant.
    pub fn source(&self, input: &[usize], position: &[usize]) -> Option<Vec<usize>> {
        self.axes(input).iter().zip(position).map(|(axis, &cell)| axis.source(cell)).collect()
    }

    /// Every padded position that copies an input position, itself among them.
    pub fn copies(&self, input: &[usize], position: &[usize]) -> Region {
        Region::new(self.axes(input).iter().zip(position).map(|(axis, &cell)| axis.copies(cell)).collect())
    }

    /// What the first padded cell of each axis is called when the input's first is called 0: for
    /// [`Stage::counting_from`](crate::explain::Stage::counting_from).
    pub fn first_subscripts(&self) -> Vec<i32> {
        self.amounts.iter().map(|&(before, _)| i32::try_from(before).map_or(0, |before| -before)).collect()
    }

    /// Each axis of the input with its padding.
    fn axes(&self, input: &[usize]) -> Vec<Axis> {
        let whole = input.len().saturating_sub(self.amounts.len());
        let axis = |axis: usize| {
            let (before, after) = axis.checked_sub(whole).map_or((0, 0), |axis| self.amounts[axis]);
            Axis { length: input[axis], before, after, mode: self.mode }
        };
        (0..input.len()).map(axis).collect()
    }
}

/// Visits every padded cell in row-major order, with the place of the cell it copies in the row-major input.
fn each_source(axes: &[Axis], row: Option<usize>, visit: &mut dyn FnMut(Option<usize>)) {
    let Some((axis, inner)) = axes.split_first() else { return visit(row) };
    for cell in 0..axis.padded() {
        let place = row.zip(axis.source(cell)).map(|(row, source)| row * axis.length + source);
        each_source(inner, place, visit);
    }
}

#[cfg(test)]
mod tests {
    use ndarray::Dimension;

    use super::*;

    const MODES: [PaddingMode; 6] = [
        PaddingMode::Zeros,
        PaddingMode::Constant(7.0),
        PaddingMode::Replicate,
        PaddingMode::Symmetric,
        PaddingMode::Circular,
        PaddingMode::Reflect,
    ];

    #[test]
    fn the_lectures_rows() {
        let x = ndarray::array![1.0, 2.0, 3.0].into_dyn();
        for (mode, row) in MODES.into_iter().zip([
            [0.0, 0.0, 1.0, 2.0, 3.0, 0.0, 0.0],
            [7.0, 7.0, 1.0, 2.0, 3.0, 7.0, 7.0],
            [1.0, 1.0, 1.0, 2.0, 3.0, 3.0, 3.0],
            [2.0, 1.0, 1.0, 2.0, 3.0, 3.0, 2.0],
            [2.0, 3.0, 1.0, 2.0, 3.0, 1.0, 2.0],
            [3.0, 2.0, 1.0, 2.0, 3.0, 2.0, 1.0],
        ]) {
            let padding = Padding { amounts: vec![(2, 2)], mode };
            assert_eq!(padding.forward(&x).unwrap(), ndarray::arr1(&row).into_dyn(), "{mode:?}");
        }
    }

    /// `numpy.pad(numpy.arange(length), (before, after), mode)`
    #[test]
    fn long_padding_goes_on_as_in_numpy() {
        use PaddingMode::{Circular, Reflect, Replicate, Symmetric};
        for (length, (before, after), mode, expected) in [
            (3, (5, 4), Circular, vec![1, 2, 0, 1, 2, 0, 1, 2, 0, 1, 2, 0]),
            (3, (5, 4), Reflect, vec![1, 0, 1, 2, 1, 0, 1, 2, 1, 0, 1, 2]),
            (3, (5, 4), Symmetric, vec![1, 2, 2, 1, 0, 0, 1, 2, 2, 1, 0, 0]),
            (3, (2, 3), Replicate, vec![0, 0, 0, 1, 2, 2, 2, 2]),
            (1, (2, 2), Reflect, vec![0; 5]),
            (1, (2, 2), Symmetric, vec![0; 5]),
            (1, (3, 0), Circular, vec![0; 4]),
        ] {
            let axis = Axis { length, before, after, mode };
            let sources: Vec<usize> = (0..axis.padded()).filter_map(|cell| axis.source(cell)).collect();
            assert_eq!(sources, expected, "{mode:?} {before}, {after} around {length}");
        }
    }

    #[test]
    fn copies_invert_sources() {
        let input = [2, 3, 2];
        for mode in MODES {
            let padding = Padding { amounts: vec![(4, 3), (0, 2)], mode };
            for position in ndarray::indices(&input[..]) {
                let copies = padding.copies(&input, position.slice());
                for cell in ndarray::indices(padding.output_shape(&input).unwrap()) {
                    let copied = padding.source(&input, cell.slice()).as_deref() == Some(position.slice());
                    assert_eq!(copies.contains(cell.slice()), copied, "{mode:?}");
                }
                assert_eq!(copies.positions().count(), copies.len());
            }
        }
    }

    #[test]
    fn one_cell_is_what_forward_gives() {
        let input = Tensor::from_shape_fn(vec![2, 3, 4], |at| (at[0] * 100 + at[1] * 10 + at[2]) as f32);
        for mode in MODES {
            let padding = Padding { amounts: vec![(2, 5), (6, 1)], mode };
            for (position, &number) in padding.forward(&input).unwrap().indexed_iter() {
                assert_eq!(padding.cell(&input, position.slice()), number);
            }
        }
    }

    #[test]
    fn impossible_padding_says_why() {
        let message = |shape: &[usize], amounts: &[(usize, usize)], mode| {
            Padding { amounts: amounts.to_vec(), mode }.output_shape(shape).unwrap_err().to_string()
        };
        let two = message(&[3], &[(1, 1), (1, 1)], PaddingMode::Zeros);
        assert_eq!(two, "padding has 2 entries, there are 1 axes for them");
        let empty = message(&[2, 0], &[(1, 0)], PaddingMode::Reflect);
        assert_eq!(empty, "padding_mode reflect copies cells of the input, but axis 1 has none");
        for shape in [vec![1], vec![0, 1 << 30, 1 << 30, 1 << 30]] {
            assert!(message(&shape, &[(usize::MAX, 1)], PaddingMode::Zeros).contains("too large for memory"));
        }
    }
}
