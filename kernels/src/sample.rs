//! A convolution at some places only: of a large picture, the pixels that there is room for.

use crate::axis::{Axis, Border};
use crate::lanes::{LANES, Lanes};

/// The sums over all planes of a picture, in these rows and columns of the output. `weights` has a kernel for each plane; `axes` are
/// rows and columns.
pub fn sample(
    axes @ [high, wide]: [Axis; 2],
    planes: &[f32],
    weights: &[f32],
    border: &Border<'_>,
    [rows, columns]: [&[usize]; 2],
) -> Vec<f32> {
    let [height, width] = axes.map(|axis| axis.length);
    let mut sums = vec![0.0; rows.len() * columns.len()];
    // A row as the kernel sees it. Behind the last cell stand as many as a register may read beyond the last tap.
    let reach = wide.span(wide.outputs);
    let mut line = vec![0.0; reach + LANES];
    let (padded, window) = (Axis { stride: 1, ..wide }, wide.kernel.next_multiple_of(LANES));
    let mut taps = vec![0.0; window];
    for (row, sums) in rows.iter().zip(sums.chunks_exact_mut(columns.len())) {
        for (at, weights) in weights.chunks_exact(wide.kernel).enumerate() {
            let plane = &planes[at / high.kernel * height * width..][..height * width];
            let source = border.cell(high, row * high.stride + at % high.kernel * high.dilation);
            border.copy(padded, source.map(|row| &plane[row * width..][..width]), 0..reach, &mut line[..reach]);
            taps[..wide.kernel].copy_from_slice(weights);
            for (sum, column) in sums.iter_mut().zip(columns) {
                let read = &line[column * wide.stride..];
                *sum += match wide.dilation {
                    1 => read.chunks(LANES).zip(taps.chunks_exact(LANES)).fold(Lanes::zero(), |sum, (read, taps)| {
                        sum + Lanes::load_some(read) * Lanes::load(taps)
                    }).sum(),
                    dilation => read.iter().step_by(dilation).zip(weights).map(|(read, weight)| read * weight).sum(),
                };
            }
        }
    }
    sums
}
