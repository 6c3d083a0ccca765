//! The kernels that have names.

use crate::data::random::Random;
use crate::data::sin_cos;

/// The kernels with names, in the order in which further output maps take them: the one in which they are chosen.
const NAMED: [&str; 9] =
    ["sobel-x", "sobel-y", "laplacian", "sharpen", "box", "gaussian", "emboss", "identity", "gabor"];

/// Those that are a table, row by row.
const TABLES: [(&str, [i16; 9]); 6] = [
    ("sobel-x", [-1, 0, 1, -2, 0, 2, -1, 0, 1]),
    ("sobel-y", [-1, -2, -1, 0, 0, 0, 1, 2, 1]),
    ("laplacian", [0, 1, 0, 1, -4, 1, 0, 1, 0]),
    ("sharpen", [0, -1, 0, -1, 5, -1, 0, -1, 0]),
    ("emboss", [-2, -1, 0, -1, 1, 1, 0, 1, 2]),
    ("identity", [0, 0, 0, 0, 1, 0, 0, 0, 0]),
];

/// The first convolution of the network in `cnn`, in hundredths, row by row.
const TRAINED: [[i16; 9]; 8] = [
    [90, 62, -138, -2, -18, 54, -59, -41, -138],
    [-109, -56, -61, 112, 63, 38, -13, 14, 7],
    [-45, -73, -124, -49, -47, 9, -28, 28, 99],
    [104, 110, 44, -56, 38, -6, -126, -116, -24],
    [66, -45, 54, 94, -180, 34, -111, -103, 9],
    [-6, 46, -7, 91, -4, 1, -104, 14, 79],
    [52, -91, -111, 59, -2, 33, 61, 125, 104],
    [23, 137, -114, 88, 21, -94, 135, 57, 10],
];

/// The kernel of an output map on k × k cells, where the first map has the one of that name; nothing where it is random.
pub fn of_map(first: &str, map: usize, k: usize) -> Option<Vec<f64>> {
    if first == "trained" {
        return Some(centred(TRAINED.get(map)?, 100.0, k));
    }
    let place = NAMED.iter().position(|name| *name == first)?;
    if map < NAMED.len() { named(NAMED[(place + map) % NAMED.len()], k) } else { None }
}

/// A table of 3 × 3 parts of `whole` in the middle of k × k cells.
fn centred(table: &[i16; 9], whole: f64, k: usize) -> Vec<f64> {
    let entry = |at: usize| (at + 1).checked_sub(k / 2).filter(|at| *at < 3);
    let number = |y: usize, x: usize| f64::from(table[3 * y + x]) / whole;
    (0..k * k).map(|at| entry(at / k).zip(entry(at % k)).map_or(0.0, |(y, x)| number(y, x))).collect()
}

/// The kernel of a name on k × k cells, row by row; nothing where it has none.
fn named(name: &str, k: usize) -> Option<Vec<f64>> {
    let centre = (k as f64 - 1.0) / 2.0;
    if let Some((_, table)) = TABLES.iter().find(|(known, _)| *known == name) {
        return Some(centred(table, 1.0, k));
    }
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
        // All the digits that a mean takes.
        "box" => return Some(vec![1.0 / (k * k) as f64; k * k]),
        "gaussian" => normalised(smooth(&bell)),
        "gabor" => smooth(&|y, x| bell(y, x) * sin_cos(std::f64::consts::TAU * (x + y) / (0.6 * k as f64).max(2.0))[1]),
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
    use crate::blocks::Kind;
    use crate::data::trained::trained;

    #[test]
    fn further_maps_take_the_kernels_as_they_are_chosen() {
        let block = crate::blocks::find("conv2d").expect("the block");
        let controls = block.controls(&block.default());
        let Some(Kind::Choice(choices)) =
            controls.into_iter().find(|control| control.key == "filter").map(|it| it.kind)
        else {
            panic!("a filter is chosen")
        };
        assert_eq!(choices.iter().map(|choice| choice.value).collect::<Vec<_>>()[..NAMED.len()], NAMED);
    }

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
    fn the_trained_kernels_are_those_of_the_network() {
        let trained = trained().expect("both files");
        let learned = trained.network.layers.first().and_then(|layer| layer.parameters()).expect("a convolution");
        let of_maps = (0..TRAINED.len()).flat_map(|map| of_map("trained", map, 3).expect("a kernel"));
        assert_eq!(
            of_maps.map(|weight| weight as f32).collect::<Vec<_>>(),
            learned.weight.iter().copied().collect::<Vec<_>>()
        );
        assert_eq!(of_map("trained", TRAINED.len(), 3), None);
    }

    #[test]
    fn maps_take_the_kernels_in_order() {
        assert_eq!(of_map("gabor", 1, 3), named("sobel-x", 3));
        assert_eq!((of_map("gabor", 9, 3), of_map("random", 0, 3)), (None, None));
        assert_eq!(of_map("identity", 0, 2), Some(vec![0.0, 0.0, 0.0, 1.0]));
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
