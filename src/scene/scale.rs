//! From values to lengths and colours.

use crate::explain::Stage;

/// A diverging scale, symmetric about zero, whose range is read from the data.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Scale {
    /// The largest magnitude on the scale.
    pub limit: f32,
}

impl Scale {
    /// The most cells of a stage that are looked at; larger stages are sampled evenly.
    const SAMPLES: usize = 4096;

    /// From −`limit` to `limit`; a scale of nothing but zeros runs from −1 to 1.
    pub fn new(limit: f32) -> Self {
        Self { limit: if limit.is_finite() && limit > 0.0 { limit } else { 1.0 } }
    }

    /// The largest magnitude in a stage; of one that is computed on demand, in an even sample of it.
    pub fn limit_of(stage: &Stage) -> f32 {
        match stage.array() {
            Some(array) => array.iter().fold(0.0_f32, |limit, value| limit.max(value.abs())),
            None => Self::sampled(stage),
        }
    }

    fn sampled(stage: &Stage) -> f32 {
        let every = (stage.len() / Self::SAMPLES).max(1);
        let magnitude = |place| stage.nth(place).and_then(|cell| stage.value(&cell.index)).map_or(0.0, f32::abs);
        (0..stage.len()).step_by(every | 1).map(magnitude).fold(0.0, f32::max)
    }

    /// The value as a share of the scale, from −1 to 1.
    pub fn share(self, value: f32) -> f32 {
        if value.is_nan() { 0.0 } else { (value / self.limit).clamp(-1.0, 1.0) }
    }
}
