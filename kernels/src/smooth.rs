//! The exponential and what follows from it, four numbers at a time.
//!
//! Absolute errors stay below 2⁻²². Source: S. Moshier, "Cephes", 1992 (`expf`).

use crate::lanes::Lanes;

/// eˣ; 0 and infinity are not reached, what is beyond e^±87 stays there.
#[inline(always)]
fn exp(x: Lanes) -> Lanes {
    // Adding it to a number rounds to a whole one, which then stands in the lowest bits.
    const WHOLE: f32 = 12_582_912.0;
    const FIRST: f32 = 1.987_569_1e-4;
    const POLYNOMIAL: [f32; 5] = [1.398_199_9e-3, 8.333_452e-3, 4.166_579_6e-2, 1.666_666_5e-1, 0.5];
    let number = Lanes::splat;
    let x = x.min(number(87.0)).max(number(-87.0));
    let power = x * number(std::f32::consts::LOG2_E) + number(WHOLE);
    let whole = power - number(WHOLE);
    // ln 2 in two parts, so that nothing is lost of the rest.
    let rest = x - whole * number(0.693_359_4) + whole * number(2.121_944_4e-4);
    let sum = POLYNOMIAL.into_iter().fold(number(FIRST), |sum, next| sum * rest + number(next));
    (sum * rest * rest + rest + number(1.0)).scale(power)
}

/// 1 / (1 + e⁻ˣ).
#[inline(always)]
pub fn sigmoid(x: Lanes) -> Lanes {
    let one = Lanes::splat(1.0);
    one / (one + exp(Lanes::zero() - x))
}

/// tanh x = 2 σ(2x) − 1.
#[inline(always)]
pub fn tanh(x: Lanes) -> Lanes {
    let two = Lanes::splat(2.0);
    two * sigmoid(two * x) - Lanes::splat(1.0)
}
