//! From values to lengths and colours.

use super::Grid;
use crate::explain::{Stage, unravelled};

/// A diverging scale, symmetric about zero, whose range is read from the data.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Scale {
    /// The largest magnitude on the scale.
    pub limit: f32,
}

impl Scale {
    /// The most cells of an array that are all looked at.
    const MOST: usize = 1 << 20;
    /// About how many are looked at where it is not all of them.
    const SAMPLES: usize = 4096;

    /// From −`limit` to `limit`; a scale of nothing but zeros runs from −1 to 1.
    pub fn new(limit: f32) -> Self {
        Self { limit: if limit > 0.0 && limit < f32::INFINITY { limit } else { 1.0 } }
    }

    /// The largest magnitude in a stage; of a large one, or one that is computed on demand, in an even sample of it.
    pub fn limit_of(stage: &Stage) -> f32 {
        let largest = |limit: f32, value: &f32| limit.max(value.abs());
        if let Some(array) = stage.array().filter(|array| array.len() <= Self::MOST) {
            return array.iter().fold(0.0, largest);
        }
        let every = (stage.len() / Self::SAMPLES).isqrt().max(1);
        let (rows, columns) = Grid::size(stage);
        let rows: Vec<_> = (0..rows).step_by(every).collect();
        let columns: Vec<_> = (0..columns).step_by(every | 1).collect();
        let shape = stage.shape();
        let lead = &shape[..shape.len().saturating_sub(2)];
        let arrays = (0..lead.iter().product()).map(|array| stage.within(&unravelled(array, lead), [&rows, &columns]));
        arrays.fold(0.0, |limit, numbers| numbers.iter().fold(limit, largest))
    }

    /// The value as a share of the scale, from −1 to 1.
    pub fn share(self, value: f32) -> f32 {
        if value.is_nan() { 0.0 } else { (value / self.limit).clamp(-1.0, 1.0) }
    }
}
