//! Where the nodes of a graph are drawn: around a circle, on a raster, or where forces take them. The same graph is always
//! drawn in the same way.

mod discs;
mod forces;
mod start;
mod tree;

use crate::data::sin_cos;

pub use discs::discs;
pub use forces::{Forces, MOST_STEPS};

/// Around a circle in the unit square, clockwise from the top.
pub fn circle(nodes: usize) -> Vec<[f32; 2]> {
    if nodes == 1 {
        return vec![[0.5; 2]];
    }
    let place = |node: usize| {
        let angle = std::f64::consts::TAU * node as f64 / nodes as f64;
        let [sine, cosine] = sin_cos(angle);
        [0.5 + 0.5 * sine, 0.5 - 0.5 * cosine].map(|x| x as f32)
    };
    (0..nodes).map(place).collect()
}

/// Row by row in the unit square, as many columns as rows or one more.
pub fn raster(nodes: usize) -> Vec<[f32; 2]> {
    let columns = (1..nodes).find(|columns| columns * columns >= nodes).unwrap_or(1);
    let mut places: Vec<_> = (0..nodes).map(|node| [(node % columns) as f32, (node / columns) as f32]).collect();
    fit(&mut places);
    places
}

/// Moves places into the unit square, as large as they fit and in the middle; what is longer than wide stays so.
pub fn fit(places: &mut [[f32; 2]]) {
    let (mut low, mut high) = ([f32::INFINITY; 2], [f32::NEG_INFINITY; 2]);
    for place in places.iter() {
        for axis in 0..2 {
            low[axis] = low[axis].min(place[axis]);
            high[axis] = high[axis].max(place[axis]);
        }
    }
    let side = (high[0] - low[0]).max(high[1] - low[1]);
    let scale = if side > 0.0 && side.is_finite() { 1.0 / side } else { 0.0 };
    for place in places {
        for axis in 0..2 {
            let at = (place[axis] - (low[axis] + high[axis]) / 2.0) * scale;
            place[axis] = if at.is_finite() { 0.5 + at } else { 0.5 };
        }
    }
}

#[cfg(test)]
mod tests;
