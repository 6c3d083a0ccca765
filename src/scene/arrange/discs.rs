//! Nodes of alike kind side by side: for so many nodes that forces would take minutes.

use std::f32::consts::{PI, TAU};

/// From one seed of a sunflower to the next, in radians.
const GOLDEN: f64 = 2.399_963_229_728_653;
/// So much wider than the discs is the circle on which they lie.
const APART: f32 = 1.06;

/// Each group as a disc, in which its nodes lie as the seeds of a sunflower do, the first in the middle; the discs around a circle,
/// clockwise from the top. In the unit square.
///
/// Source: H. Vogel, "A Better Way to Construct the Sunflower Head", Mathematical Biosciences 44, 1979.
pub fn discs(nodes: usize, groups: &[Vec<u32>]) -> Vec<[f32; 2]> {
    let mut places = vec![[0.0; 2]; nodes];
    let widest = groups.iter().map(Vec::len).max().unwrap_or(0) as f32;
    let far = if groups.len() > 1 { APART * widest.sqrt() / (PI / groups.len() as f32).sin() } else { 0.0 };
    for (turn, group) in groups.iter().enumerate() {
        let (right, up) = (TAU * turn as f32 / groups.len() as f32).sin_cos();
        for (seed, &node) in group.iter().enumerate() {
            let (radius, angle) = ((seed as f32 + 0.5).sqrt(), GOLDEN * seed as f64);
            let [x, y] = [libm::cos(angle), libm::sin(angle)].map(|part| radius * part as f32);
            places[node as usize] = [far * right + x, y - far * up];
        }
    }
    super::fit(&mut places);
    places
}
