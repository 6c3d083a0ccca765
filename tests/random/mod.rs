//! What the tests on random shapes and settings draw.

use layerscope::layers::{Conv, Padding, PaddingMode, Tensor, Window};

/// How cells can be added around an input.
pub const MODES: [PaddingMode; 6] = [
    PaddingMode::Zeros,
    PaddingMode::Constant(0.75),
    PaddingMode::Replicate,
    PaddingMode::Symmetric,
    PaddingMode::Circular,
    PaddingMode::Reflect,
];

/// Length, kernel, stride, dilation, and cells before and after, along one axis.
pub type Axes = Vec<(usize, usize, usize, usize, (usize, usize))>;

/// Numbers without pattern from −`limit` to `limit`, the same for a seed.
pub fn numbers(shape: &[usize], seed: u32, limit: f32) -> Tensor {
    let mut state = seed.wrapping_mul(2_654_435_761).wrapping_add(1);
    Tensor::from_shape_simple_fn(shape, || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        ((state >> 8) as f32 / (1 << 23) as f32 - 1.0) * limit
    })
}

/// A convolution of so many examples, groups, outputs and channels of a group, with its input, its weights and its bias.
pub fn convolution(
    [batch, groups, outputs, channels]: [usize; 4],
    axes: &Axes,
    mode: PaddingMode,
    seed: u32,
    limit: f32,
) -> (Conv, [Tensor; 3]) {
    let windows = axes.iter().map(|&(_, kernel, stride, dilation, _)| Window { kernel, stride, dilation }).collect();
    let padding = Padding { amounts: axes.iter().map(|axis| axis.4).collect(), mode };
    let input: Vec<usize> = [batch, groups * channels].into_iter().chain(axes.iter().map(|axis| axis.0)).collect();
    let weight: Vec<usize> = [groups * outputs, channels].into_iter().chain(axes.iter().map(|axis| axis.1)).collect();
    let shapes = [(&input[..], seed), (&weight, seed + 1), (&weight[..1], seed + 2)];
    (Conv { windows, groups, padding }, shapes.map(|(shape, seed)| numbers(shape, seed, limit)))
}
