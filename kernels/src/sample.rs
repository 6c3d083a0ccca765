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
    // Whole registers are read; behind the last tap they count for nothing.
    let reach = wide.span(1) + LANES;
    let mut taps = vec![0.0; wide.kernel.next_multiple_of(LANES)];
    let mut made = Vec::with_capacity(rows.len() * columns.len());
    let mut sums = vec![Lanes::zero(); columns.len()];
    for row in rows {
        sums.fill(Lanes::zero());
        for (at, weights) in weights.chunks_exact(wide.kernel).enumerate() {
            let plane = &planes[at / high.kernel * height * width..][..height * width];
            let row = border.cell(high, row * high.stride + at % high.kernel * high.dilation);
            let row = row.map(|row| &plane[row * width..][..width]);
            taps[..wide.kernel].copy_from_slice(weights);
            for (sum, column) in sums.iter_mut().zip(columns) {
                let first = column * wide.stride;
                let inside = first.checked_sub(wide.before).and_then(|first| row?.get(first..first + reach));
                match inside {
                    Some(read) if wide.dilation == 1 => {
                        for (x, w) in read.chunks_exact(LANES).zip(taps.chunks_exact(LANES)) {
                            *sum = *sum + Lanes::load(x) * Lanes::load(w);
                        }
                    }
                    _ => {
                        let cell = |tap: usize| row.zip(border.cell(wide, first + tap * wide.dilation));
                        let read = |tap| cell(tap).map_or(border.constant, |(row, cell)| row[cell]);
                        let alone: f32 = weights.iter().enumerate().map(|(tap, w)| read(tap) * w).sum();
                        *sum = *sum + Lanes::new([alone, 0.0, 0.0, 0.0]);
                    }
                }
            }
        }
        made.extend(sums.iter().map(|sum| sum.numbers().iter().sum::<f32>()));
    }
    made
}
