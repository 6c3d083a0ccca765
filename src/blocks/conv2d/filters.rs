//! The kernels that have names.

use crate::blocks::control::Choice;
use crate::data::random::Random;

/// The kernels with names, in the order in which further output maps take them.
pub const CHOICES: [Choice; 10] = [
    Choice::new("sobel-x", "Sobel x", "how steeply it rises from left to right"),
    Choice::new("sobel-y", "Sobel y", "how steeply it rises from top to bottom"),
    Choice::new("laplacian", "Laplacian", "how much a cell differs from its four neighbours"),
    Choice::new("sharpen", "sharpen", "the cell, and how much it differs from its neighbours"),
    Choice::new("box", "box", "the mean of the window"),
    Choice::new("gaussian", "Gaussian", "a mean in which near cells count more"),
    Choice::new("emboss", "emboss", "light from the upper left"),
    Choice::new("identity", "identity", "the cell itself"),
    Choice::new("gabor", "Gabor", "stripes of one width and direction"),
    Choice::new("random", "random", "as before training: normally distributed, from the seed"),
];

/// The kernel of a name on k × k cells, row by row; nothing for `random`.
pub fn named(name: &str, k: usize) -> Option<Vec<f64>> {
    let middle = (k / 2) as isize;
    let centre = (k as f64 - 1.0) / 2.0;
    let offsets = || (0..k * k).map(move |at| ((at / k) as isize - middle, (at % k) as isize - middle));
    let table = |table: [[f64; 3]; 3]| -> Vec<f64> {
        let entry = |at: isize| usize::try_from(at + 1).ok().filter(|at| *at < 3);
        offsets().map(|(y, x)| entry(y).zip(entry(x)).map_or(0.0, |(y, x)| table[y][x])).collect()
    };
    // Distances from the middle of the window, which lies between cells where k is even.
    let smooth = |f: &dyn Fn(f64, f64) -> f64| -> Vec<f64> {
        (0..k * k).map(|at| f((at / k) as f64 - centre, (at % k) as f64 - centre)).collect()
    };
    let normalised = |mut kernel: Vec<f64>| {
        let sum: f64 = kernel.iter().sum();
        kernel.iter_mut().for_each(|weight| *weight /= sum);
        kernel
    };
    let width = (k as f64 / 5.0).max(0.5);
    let bell = |y: f64, x: f64| libm::exp(-(y * y + x * x) / (2.0 * width * width));
    let kernel = match name {
        "identity" => table([[0.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 0.0]]),
        // All the digits that a mean takes.
        "box" => return Some(vec![1.0 / (k * k) as f64; k * k]),
        "gaussian" => normalised(smooth(&bell)),
        "sharpen" => table([[0.0, -1.0, 0.0], [-1.0, 5.0, -1.0], [0.0, -1.0, 0.0]]),
        "emboss" => table([[-2.0, -1.0, 0.0], [-1.0, 1.0, 1.0], [0.0, 1.0, 2.0]]),
        "sobel-x" => table([[-1.0, 0.0, 1.0], [-2.0, 0.0, 2.0], [-1.0, 0.0, 1.0]]),
        "sobel-y" => table([[-1.0, -2.0, -1.0], [0.0, 0.0, 0.0], [1.0, 2.0, 1.0]]),
        "laplacian" => table([[0.0, 1.0, 0.0], [1.0, -4.0, 1.0], [0.0, 1.0, 0.0]]),
        "gabor" => smooth(&|y, x| bell(y, x) * libm::cos(std::f64::consts::TAU * (x + y) / (0.6 * k as f64).max(2.0))),
        _ => return None,
    };
    // Few digits, so that the arithmetic under the picture can be followed.
    Some(kernel.into_iter().map(|weight| (weight * 1e4).round() / 1e4).collect())
}

/// `count` weights as before training: normally distributed about 0, the wider the fewer inputs an output has.
pub fn random(seed: u64, count: usize, fan_in: usize) -> Vec<f64> {
    let mut random = Random::new(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15).wrapping_add(0x1234_5678_9abc_def1));
    let width = (2.0 / fan_in.max(1) as f64).sqrt();
    (0..count).map(|_| (random.normal() * width * 100.0).round() / 100.0).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn means_add_up_to_one_and_differences_to_none() {
        for k in 1..=9 {
            for (name, sum) in [("box", 1.0), ("gaussian", 1.0), ("identity", 1.0)] {
                let total: f64 = named(name, k).expect(name).iter().sum();
                assert!((total - sum).abs() < 5e-3, "{name} {k}: {total}");
            }
            if k >= 3 {
                for name in ["sobel-x", "sobel-y", "laplacian"] {
                    assert_eq!(named(name, k).expect(name).iter().sum::<f64>(), 0.0, "{name} {k}");
                }
            }
        }
    }

    #[test]
    fn random_weights_are_the_seeds() {
        let (a, b) = (random(1, 900, 9), random(2, 900, 9));
        assert_eq!(a, random(1, 900, 9));
        assert_ne!(a, b);
        let variance = a.iter().map(|weight| weight * weight).sum::<f64>() / 900.0;
        assert!((variance - 2.0 / 9.0).abs() < 0.04, "{variance}");
    }
}
