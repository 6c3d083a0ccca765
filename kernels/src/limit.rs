//! How fast a machine can multiply and add at all.

use crate::lanes::{LANES, Lanes};

/// Sums that don't wait for each other: with fewer the loop waits for them, and more don't fit into the registers.
const SUMS: usize = 12;

/// Multiplications in a round.
pub const PER_ROUND: u32 = (SUMS * LANES) as u32;

/// Multiplies and adds in registers alone, so many rounds; what comes out says nothing.
#[inline(never)]
pub fn multiply_add(rounds: u32) -> f32 {
    let mut sums: [Lanes; SUMS] = std::array::from_fn(|sum| Lanes::splat(sum as f32));
    let (factor, summand) = (Lanes::splat(0.5), Lanes::splat(1.0));
    for _ in 0..rounds {
        for sum in &mut sums {
            *sum = *sum * factor + summand;
        }
    }
    sums.into_iter().fold(Lanes::zero(), |all, sum| all + sum).numbers()[0]
}
