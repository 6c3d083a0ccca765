//! The cubes of weights that have names.

use crate::blocks::conv2d::filters::random;

/// k × k × k weights, slice by slice, row by row.
pub fn weights(name: &str, k: usize, seed: u64) -> Vec<f64> {
    let count = k * k * k;
    // How far from the middle, which lies between cells where k is even. One step from it is a neighbour.
    let offset = |at: usize| at as f64 - (k as f64 - 1.0) / 2.0;
    let difference = |at: f64| if at.abs() > 1.0 || at == 0.0 { 0.0 } else { at.signum() };
    let smooth = |at: f64| (2.0 - at.abs()).floor().max(0.0);
    let middle = k / 2;
    let neighbours = 3 * if k > 2 { 2 } else { k - 1 };
    let weight = |at: usize| -> f64 {
        let places = [at / (k * k), at / k % k, at % k];
        let [z, y, x] = places.map(offset);
        match (name, places.map(|place| place.abs_diff(middle)).iter().sum::<usize>()) {
            ("sobel-depth", _) => difference(z) * smooth(y) * smooth(x),
            ("sobel-x", _) => smooth(z) * smooth(y) * difference(x),
            ("laplacian", 0) => -(neighbours as f64),
            ("laplacian", 1) | ("identity", 0) => 1.0,
            // All the digits that a mean takes.
            ("box", _) => 1.0 / count as f64,
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
        for k in 1..=5 {
            for (name, sum) in
                [("sobel-depth", 0.0), ("sobel-x", 0.0), ("laplacian", 0.0), ("box", 1.0), ("identity", 1.0)]
            {
                let total: f64 = weights(name, k, 1).iter().sum();
                assert!((total - sum).abs() < 1e-12, "{name} {k}: {total}");
            }
        }
        assert_eq!(weights("identity", 1, 1), [1.0]);
        assert_eq!(weights("random", 2, 1).len(), 8);
    }
}
