//! Nodes of alike kind side by side: for so many nodes that forces would take minutes.

use std::f64::consts::{PI, TAU};

use crate::data::sin_cos;

/// From one seed of a sunflower to the next, as a share of a turn.
const GOLDEN: f64 = 0.381_966_011_250_105_15;
/// So much wider than the discs is the circle on which they lie.
const APART: f64 = 1.06;

/// Each group as a disc, in which its nodes lie as the seeds of a sunflower do, the first in the middle; the discs around a circle,
/// clockwise from the top. In the unit square.
///
/// Source: H. Vogel, "A Better Way to Construct the Sunflower Head", Mathematical Biosciences 44, 1979.
pub fn discs(nodes: usize, groups: &[Vec<u32>]) -> Vec<[f32; 2]> {
    let mut places = vec![[0.0; 2]; nodes];
    let widest = groups.iter().map(Vec::len).max().unwrap_or(0) as f64;
    let count = groups.len() as f64;
    let far = if count > 1.0 { APART * widest.sqrt() / sin_cos(PI / count)[0] } else { 0.0 };
    for (turn, group) in groups.iter().enumerate() {
        let [right, up] = sin_cos(TAU * turn as f64 / count);
        for (seed, &node) in group.iter().enumerate() {
            let radius = (seed as f64 + 0.5).sqrt();
            let [y, x] = sin_cos(TAU * (GOLDEN * seed as f64).fract());
            places[node as usize] = [far * right + radius * x, radius * y - far * up].map(|at| at as f32);
        }
    }
    super::fit(&mut places);
    places
}
