//! What a hand does to lists of numbers: it drags, types or paints one of them.

use super::control::LIMIT;
use crate::explain::{Index, decimal};
use crate::layers::{Tensor, numbers};

/// Replaces the number at a cell's index. `inner`: how long the axes behind the first are. Nothing where there is no such number.
pub fn put(list: &mut [f64], inner: &[usize], at: Index, value: f32) -> Option<()> {
    put_within(list, inner, at, value, LIMIT)
}

/// The same for numbers of at most this magnitude.
pub fn put_within(list: &mut [f64], inner: &[usize], at: Index, value: f32, limit: f64) -> Option<()> {
    let place = inner.iter().zip(1..).fold(at.axis(0), |place, (length, axis)| place * length + at.axis(axis));
    *list.get_mut(place)? = decimal(value).clamp(-limit, limit);
    Some(())
}

/// Fills an empty list, which stands for numbers that follow from the rest, with those numbers.
pub fn fill(list: &mut Vec<f64>, all: &Tensor) {
    if list.is_empty() {
        *list = numbers(all).iter().map(|&number| decimal(number)).collect();
    }
}
