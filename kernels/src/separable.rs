//! Filters that are a column times a row: two passes of few products instead of one of many.

use crate::axis::{Axis, SPACE};
use crate::conv::{Conv, Sizes};

/// Up to so many taps, one pass is quicker than two.
const MOST_AT_ONCE: usize = 48;

/// A filter over pictures of one channel, along the rows and then along the columns.
#[derive(Clone, Debug)]
pub(crate) struct Passes {
    pub(crate) across: Conv,
    pub(crate) down: Conv,
    /// How many numbers there are in between.
    pub(crate) between: usize,
}

impl Passes {
    /// Takes a filter apart, where that can be done and pays.
    pub(crate) fn of(sizes: &Sizes, weight: &[f32], bias: Option<&[f32]>) -> Option<Box<Self>> {
        let [deep, high, wide] = sizes.space;
        let is_picture = sizes.groups * sizes.inputs * sizes.outputs * deep.kernel * deep.outputs == 1;
        if !is_picture || weight.len() <= MOST_AT_ONCE || high.kernel == 1 || wide.kernel == 1 {
            return None;
        }
        let [column, row] = factors(weight, wide.kernel)?;
        // The first pass computes every padded row that is read, the second reads them as they are.
        let rows = high.span(high.outputs);
        let padded = Axis { kernel: 1, stride: 1, dilation: 1, outputs: rows, ..high };
        let read = Axis { length: rows, before: 0, ..high };
        let alone = Axis { length: wide.outputs, before: 0, kernel: 1, stride: 1, dilation: 1, outputs: wide.outputs };
        let pass = |space: [Axis; SPACE], weight: &[f32], bias| Conv::new(Sizes { space, ..*sizes }, weight, bias);
        Some(Box::new(Self {
            across: pass([deep, padded, wide], &row, None),
            down: pass([deep, read, alone], &column, bias),
            between: rows * wide.outputs,
        }))
    }
}

/// A column and a row whose product a matrix is, up to the rounding of its numbers.
fn factors(matrix: &[f32], width: usize) -> Option<[Vec<f32>; 2]> {
    let largest = (0..matrix.len()).max_by(|&one, &other| matrix[one].abs().total_cmp(&matrix[other].abs()))?;
    let (size, rows) = (matrix[largest], matrix.chunks_exact(width));
    let row = rows.clone().nth(largest / width)?;
    let column: Vec<f32> = rows.map(|row| row[largest % width] / size).collect();
    let is_product = column.iter().zip(matrix.chunks_exact(width)).all(|(factor, numbers)| {
        numbers.iter().zip(row).all(|(number, other)| (number - factor * other).abs() <= f32::EPSILON * size.abs())
    });
    (is_product && size != 0.0).then(|| [column, row.to_vec()])
}
