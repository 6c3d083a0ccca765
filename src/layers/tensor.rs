//! Tensors from numbers, and numbers from tensors, in row-major order: one way for all layers, which see slices alone.

use std::borrow::Cow;

use super::Tensor;
use crate::explain::unravelled;

/// The numbers of a tensor.
pub fn numbers(tensor: &Tensor) -> Cow<'_, [f32]> {
    match tensor.as_slice() {
        Some(numbers) => Cow::Borrowed(numbers),
        None => Cow::Owned(tensor.iter().copied().collect()),
    }
}

/// A tensor of this shape; numbers that are not given are 0.
pub fn tensor(shape: &[usize], mut numbers: Vec<f32>) -> Tensor {
    numbers.resize(shape.iter().product(), 0.0);
    Tensor::from_shape_vec(shape, numbers).unwrap_or_default()
}

/// A tensor of this shape, each number rounded once.
pub fn rounded(shape: &[usize], numbers: &[f64]) -> Tensor {
    tensor(shape, numbers.iter().map(|&number| number as f32).collect())
}

/// A tensor of this shape, each number from its position.
pub fn tensor_from(shape: &[usize], number: &dyn Fn(&[usize]) -> f32) -> Tensor {
    let count = shape.iter().product();
    tensor(shape, (0..count).map(|place| number(&unravelled(place, shape))).collect())
}

/// Tensors one after another along their first axis.
pub fn one_after_another(tensors: &[&Tensor]) -> Tensor {
    let mut shape = tensors.first().map_or_else(|| vec![0], |tensor| tensor.shape().to_vec());
    shape[0] = tensors.iter().map(|tensor| tensor.shape()[0]).sum();
    let all: Vec<_> = tensors.iter().map(|tensor| numbers(tensor)).collect();
    tensor(&shape, all.concat())
}
