//! Sine and cosine, the same on every machine.
//!
//! Own code, because `libm` also takes angles of any number of turns, for which it brings a kilobyte.

use std::f64::consts::FRAC_2_PI;

/// A right angle in two parts. The first has so few digits that many of it are counted exactly.
const RIGHT: [f64; 2] = [1.570_796_326_734_125_6, 6.077_100_506_506_192e-11];

// The polynomials nearest to both between −π/4 and π/4, as in libm (FreeBSD's k_sin.c and k_cos.c).
const SINE: [f64; 6] = [
    -1.666_666_666_666_663_2e-1,
    8.333_333_333_322_49e-3,
    -1.984_126_982_985_795e-4,
    2.755_731_370_707_006_8e-6,
    -2.505_076_025_340_686_3e-8,
    1.589_690_995_211_55e-10,
];
const COSINE: [f64; 6] = [
    4.166_666_666_666_66e-2,
    -1.388_888_888_887_411e-3,
    2.480_158_728_947_673e-5,
    -2.755_731_435_139_066_3e-7,
    2.087_572_321_298_175e-9,
    -1.135_964_755_778_819_5e-11,
];

/// Sine and cosine of an angle of at most thousands of turns.
pub(crate) fn sin_cos(angle: f64) -> [f64; 2] {
    let quarters = (angle * FRAC_2_PI).round_ties_even();
    let far = angle - quarters * RIGHT[0];
    let x = far - quarters * RIGHT[1];
    // What x has lost.
    let y = far - x - quarters * RIGHT[1];

    let z = x * x;
    let [s1, s2, s3, s4, s5, s6] = SINE;
    let (cubed, rest) = (z * x, s2 + z * (s3 + z * s4) + z * (z * z) * (s5 + z * s6));
    let sine = x - ((z * (0.5 * y - cubed * rest) - y) - cubed * s1);
    let [c1, c2, c3, c4, c5, c6] = COSINE;
    let rest = z * (c1 + z * (c2 + z * c3)) + z * z * (z * z) * (c4 + z * (c5 + z * c6));
    let half = 0.5 * z;
    let near = 1.0 - half;
    let cosine = near + (((1.0 - near) - half) + (z * rest - x * y));

    match quarters as i64 & 3 {
        0 => [sine, cosine],
        1 => [cosine, -sine],
        2 => [-sine, -cosine],
        _ => [-cosine, sine],
    }
}

#[cfg(test)]
mod tests {
    use std::f64::consts::{FRAC_PI_2, TAU};

    use super::*;
    use crate::data::random::Random;

    #[test]
    fn is_that_of_libm() {
        let mut random = Random::new(3);
        for _ in 0..100_000 {
            let angle = TAU * random.uniform();
            // To the last bit: random numbers are made of it.
            assert_eq!(sin_cos(angle)[1], libm::cos(angle), "{angle}");
        }
        for place in -40_000..40_000 {
            let angle = 0.5 * FRAC_PI_2 * f64::from(place);
            let off = [libm::sin(angle), libm::cos(angle)].into_iter().zip(sin_cos(angle)).map(|(a, b)| (a - b).abs());
            assert!(off.fold(0.0, f64::max) <= f64::EPSILON / 2.0, "{angle}");
        }
    }
}
