//! Four numbers at a time.

use std::ops::{Add, Div, Mul, Sub};

use register::Register;

/// How many numbers there are in [`Lanes`].
pub const LANES: usize = 4;

/// Four numbers on which an operation works at once.
#[derive(Clone, Copy, Debug)]
pub struct Lanes(Register);

/// In WebAssembly, one instruction for each operation.
#[cfg(target_arch = "wasm32")]
mod register {
    use std::arch::wasm32;

    pub use wasm32::{f32x4_add as add, f32x4_div as div, f32x4_mul as mul, f32x4_pmax as max, f32x4_pmin as min};
    pub use wasm32::{f32x4_splat as splat, f32x4_sub as sub, v128 as Register};

    #[inline(always)]
    pub fn new([a, b, c, d]: [f32; 4]) -> Register {
        wasm32::f32x4(a, b, c, d)
    }

    #[inline(always)]
    #[expect(unsafe_code, reason = "number by number, the compiler doesn't always find that it is one load")]
    pub fn load(numbers: &[f32; 4]) -> Register {
        // SAFETY: as many bytes are read as the array has, and any alignment will do.
        unsafe { wasm32::v128_load(numbers.as_ptr().cast()) }
    }

    #[inline(always)]
    #[expect(unsafe_code, reason = "number by number, the compiler doesn't always find that it is one store")]
    pub fn store(all: Register, numbers: &mut [f32; 4]) {
        // SAFETY: as many bytes are written as the array has, and any alignment will do.
        unsafe { wasm32::v128_store(numbers.as_mut_ptr().cast(), all) }
    }

    #[inline(always)]
    pub fn scale(all: Register, power: Register) -> Register {
        wasm32::i32x4_add(all, wasm32::i32x4_shl(power, 23))
    }

    #[inline(always)]
    pub fn interleave(a: Register, b: Register) -> [Register; 2] {
        [wasm32::i32x4_shuffle::<0, 4, 1, 5>(a, b), wasm32::i32x4_shuffle::<2, 6, 3, 7>(a, b)]
    }

    #[inline(always)]
    pub fn deinterleave(a: Register, b: Register) -> [Register; 2] {
        [wasm32::i32x4_shuffle::<0, 2, 4, 6>(a, b), wasm32::i32x4_shuffle::<1, 3, 5, 7>(a, b)]
    }
}

/// Elsewhere, where the tests run, number by number: the same numbers as in WebAssembly.
#[cfg(not(target_arch = "wasm32"))]
mod register {
    use std::array::from_fn;

    pub type Register = [f32; 4];

    pub fn new(numbers: [f32; 4]) -> Register {
        numbers
    }

    pub fn load(numbers: &[f32; 4]) -> Register {
        *numbers
    }

    pub fn store(all: Register, numbers: &mut [f32; 4]) {
        *numbers = all;
    }

    pub fn splat(number: f32) -> Register {
        [number; 4]
    }

    pub fn add(a: Register, b: Register) -> Register {
        from_fn(|lane| a[lane] + b[lane])
    }

    pub fn sub(a: Register, b: Register) -> Register {
        from_fn(|lane| a[lane] - b[lane])
    }

    pub fn mul(a: Register, b: Register) -> Register {
        from_fn(|lane| a[lane] * b[lane])
    }

    pub fn div(a: Register, b: Register) -> Register {
        from_fn(|lane| a[lane] / b[lane])
    }

    pub fn max(a: Register, b: Register) -> Register {
        from_fn(|lane| if a[lane] < b[lane] { b[lane] } else { a[lane] })
    }

    pub fn min(a: Register, b: Register) -> Register {
        from_fn(|lane| if b[lane] < a[lane] { b[lane] } else { a[lane] })
    }

    pub fn scale(all: Register, power: Register) -> Register {
        from_fn(|lane| f32::from_bits(all[lane].to_bits().wrapping_add(power[lane].to_bits() << 23)))
    }

    pub fn interleave(a: Register, b: Register) -> [Register; 2] {
        [[a[0], b[0], a[1], b[1]], [a[2], b[2], a[3], b[3]]]
    }

    pub fn deinterleave(a: Register, b: Register) -> [Register; 2] {
        [[a[0], a[2], b[0], b[2]], [a[1], a[3], b[1], b[3]]]
    }
}

impl Lanes {
    /// Four times 0.
    pub const fn zero() -> Self {
        #[cfg(target_arch = "wasm32")]
        return Self(std::arch::wasm32::f32x4(0.0, 0.0, 0.0, 0.0));
        #[cfg(not(target_arch = "wasm32"))]
        return Self([0.0; LANES]);
    }

    /// The same number four times.
    #[inline(always)]
    pub fn splat(number: f32) -> Self {
        Self(register::splat(number))
    }

    /// These numbers.
    #[inline(always)]
    pub fn new(numbers: [f32; LANES]) -> Self {
        Self(register::new(numbers))
    }

    /// The first four of a slice.
    ///
    /// # Panics
    /// Where there are fewer.
    #[inline(always)]
    pub fn load(numbers: &[f32]) -> Self {
        match numbers.first_chunk() {
            Some(chunk) => Self(register::load(chunk)),
            None => panic!("four numbers are loaded at once"),
        }
    }

    /// The first four of a slice; where there are fewer, zeros follow.
    #[inline(always)]
    pub fn load_some(numbers: &[f32]) -> Self {
        numbers.first_chunk().map_or_else(|| Self::load_few(numbers), |chunk| Self(register::load(chunk)))
    }

    #[cold]
    #[inline(never)]
    fn load_few(numbers: &[f32]) -> Self {
        Self::new(std::array::from_fn(|lane| numbers.get(lane).copied().unwrap_or_default()))
    }

    /// Puts them into the first four places of a slice, or as many as there are.
    #[inline(always)]
    pub fn store(self, to: &mut [f32]) {
        match to.first_chunk_mut() {
            Some(chunk) => register::store(self.0, chunk),
            None => self.store_few(to),
        }
    }

    #[cold]
    #[inline(never)]
    fn store_few(self, to: &mut [f32]) {
        to.iter_mut().zip(self.numbers()).for_each(|(to, number)| *to = number);
    }

    /// The numbers.
    #[inline(always)]
    pub fn numbers(self) -> [f32; LANES] {
        let mut numbers = [0.0; LANES];
        register::store(self.0, &mut numbers);
        numbers
    }

    /// Of each pair the larger; of equal ones the first.
    #[inline(always)]
    pub fn max(self, other: Self) -> Self {
        Self(register::max(self.0, other.0))
    }

    /// Of each pair the smaller; of equal ones the first.
    #[inline(always)]
    pub fn min(self, other: Self) -> Self {
        Self(register::min(self.0, other.0))
    }

    /// Each number times two to a power, a whole number that stands in the lowest bits of `power`. There is no check for overflow.
    #[inline(always)]
    pub fn scale(self, power: Self) -> Self {
        Self(register::scale(self.0, power.0))
    }

    /// Every other number of eight: those at even places, and those at odd ones.
    #[inline(always)]
    pub fn deinterleave(self, next: Self) -> [Self; 2] {
        register::deinterleave(self.0, next.0).map(Self)
    }

    /// Rows to columns.
    #[inline(always)]
    pub fn transpose([a, b, c, d]: [Self; LANES]) -> [Self; LANES] {
        let ([a, c], [b, d]) = (register::interleave(a.0, c.0).map(Self), register::interleave(b.0, d.0).map(Self));
        let (first, last) = (register::interleave(a.0, b.0), register::interleave(c.0, d.0));
        [first[0], first[1], last[0], last[1]].map(Self)
    }
}

impl Add for Lanes {
    type Output = Self;

    #[inline(always)]
    fn add(self, other: Self) -> Self {
        Self(register::add(self.0, other.0))
    }
}

impl Sub for Lanes {
    type Output = Self;

    #[inline(always)]
    fn sub(self, other: Self) -> Self {
        Self(register::sub(self.0, other.0))
    }
}

impl Mul for Lanes {
    type Output = Self;

    #[inline(always)]
    fn mul(self, other: Self) -> Self {
        Self(register::mul(self.0, other.0))
    }
}

impl Div for Lanes {
    type Output = Self;

    #[inline(always)]
    fn div(self, other: Self) -> Self {
        Self(register::div(self.0, other.0))
    }
}

/// Adds numbers to others, as far as both go.
#[inline(never)]
pub fn add(sums: &mut [f32], numbers: &[f32]) {
    sums.iter_mut().zip(numbers).for_each(|(sum, number)| *sum += number);
}

/// Puts 0 in the place of negative numbers.
#[inline(never)]
pub fn rectify(numbers: &mut [f32]) {
    numbers.iter_mut().for_each(|number| *number = if *number > 0.0 { *number } else { 0.0 });
}
