//! The cubes of weights that have names.

use crate::blocks::control::Choice;
use crate::blocks::conv2d::filters::random;

/// The names.
pub const CHOICES: [Choice; 6] = [
    Choice::new("sobel-depth", "Sobel z", "how steeply it rises along the depth"),
    Choice::new("sobel-x", "Sobel x", "how steeply it rises from left to right"),
    Choice::new("laplacian", "Laplacian", "how much a voxel differs from its six neighbours"),
    Choice::new("box", "box", "the mean of the window"),
    Choice::new("identity", "identity", "the voxel itself"),
    Choice::new("random", "random", "as before training: normally distributed, from the seed"),
];

/// k × k × k weights, slice by slice, row by row.
pub fn weights(name: &str, k: usize, seed: u64) -> Vec<f64> {
    let count = k * k * k;
    // Beside the middle, −1 and 1 away, the tables have entries; further out are zeros.
    let offset = |at: usize| at as isize - (k / 2) as isize;
    let difference = |at: isize| if at.abs() > 1 { 0.0 } else { at as f64 };
    let smooth = |at: isize| (2 - at.abs()).max(0) as f64;
    let weight = |at: usize| -> f64 {
        let [z, y, x] = [at / (k * k), at / k % k, at % k].map(offset);
        match (name, z.abs() + y.abs() + x.abs()) {
            ("sobel-depth", _) => difference(z) * smooth(y) * smooth(x),
            ("sobel-x", _) => smooth(z) * smooth(y) * difference(x),
            ("laplacian", 0) => -6.0,
            ("laplacian", 1) | ("identity", 0) => 1.0,
            ("box", _) => (1e4 / count as f64).round() / 1e4,
            _ => 0.0,
        }
    };
    if name == "random" { random(seed, count, count) } else { (0..count).map(weight).collect() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn differences_add_up_to_none_and_means_to_one() {
        for k in [3, 4, 5] {
            for (name, sum) in
                [("sobel-depth", 0.0), ("sobel-x", 0.0), ("laplacian", 0.0), ("box", 1.0), ("identity", 1.0)]
            {
                let total: f64 = weights(name, k, 1).iter().sum();
                assert!((total - sum).abs() < 6e-3, "{name} {k}: {total}");
            }
        }
        assert_eq!(weights("identity", 1, 1), [1.0]);
        assert_eq!(weights("random", 2, 1).len(), 8);
    }
}
