//! Convolution with fewer multiplications: four outputs of three taps by six multiplications in place of twelve.
//!
//! `y = Aᵀ ((G w) ∘ (Bᵀ x))` along the last axis, for tiles of four outputs that read six inputs; longer rows of a kernel are several
//! of three taps, the last filled up with zeros. The products are summed over everything else (channels, the other axes) before Aᵀ is
//! applied, so they are six products of matrices, each a quarter as wide as the one that they stand for.
//!
//! The additions around the multiplications cost exactness: an error is at most [`GROWTH`] × 2⁻²⁴ × the number of terms × the largest
//! |w| × the largest |x|, where the plain sum's is at most the same without the first factor. A test holds every method to that.
//!
//! Source: S. Winograd, "Arithmetic Complexity of Computations", 1980; A. Lavin, S. Gray, "Fast Algorithms for Convolutional Neural
//! Networks", 2016.

use std::array::from_fn;

use crate::conv::Sizes;
use crate::lanes::{LANES, Lanes};
use crate::product::{ROWS, Row, pack_rows, store};

/// How many outputs a tile has.
pub const OUTPUTS: usize = 4;
/// How many taps there are at a time.
pub const TAPS: usize = 3;
/// How many multiplications a tile takes.
pub const PARTS: usize = OUTPUTS + TAPS - 1;
/// How much larger an error may be than that of the plain sum: Σ |Aᵀ| |G| |Bᵀ| is 48 for the last output, of three terms.
pub const GROWTH: f32 = 16.0;
/// From the start of a tile, how far what is read may reach.
pub const REACH: usize = 2 * LANES;

/// From how many terms in a sum the work around it is worth it.
const LEAST_DEPTH: usize = 16;

/// Whether it takes less time than the plain product.
pub fn pays(sizes: &Sizes) -> bool {
    let [deep, high, wide] = sizes.space;
    let pieces = wide.kernel.div_ceil(TAPS);
    let depth = sizes.inputs * deep.kernel * high.kernel * pieces;
    let multiplications = PARTS * pieces * tiles(wide.outputs, wide.dilation);
    wide.stride == 1
        && depth >= LEAST_DEPTH
        && sizes.outputs >= 2 * ROWS
        && multiplications * 5 <= wide.outputs * wide.kernel * 4
}

/// How many tiles a row of outputs takes. The outputs of a tile lie as far from each other as the taps.
pub fn tiles(outputs: usize, dilation: usize) -> usize {
    outputs.div_ceil(OUTPUTS * dilation) * dilation
}

/// Where in its row a tile starts.
pub fn start(tile: usize, dilation: usize) -> usize {
    tile / dilation * OUTPUTS * dilation + tile % dilation
}

/// G w for the weights of all outputs, `row(output)` being those of one; those of each part together.
pub fn pack<'w>(outputs: usize, kernel: usize, row: impl Fn(usize) -> &'w [f32]) -> Vec<Row> {
    let pieces = kernel.div_ceil(TAPS);
    let depth = row(0).len() / kernel * pieces;
    let part = |o: usize, k: usize| {
        let (part, k) = (k / depth, k % depth);
        let line = &row(o)[k / pieces * kernel..][..kernel];
        let [a, b, c] = from_fn(|tap| line.get(k % pieces * TAPS + tap).map_or(0.0, |&weight| f64::from(weight)));
        let parts = [
            a / 4.0,
            (a + b + c) / -6.0,
            (a - b + c) / -6.0,
            (a + 2.0 * b + 4.0 * c) / 24.0,
            (a - 2.0 * b + 4.0 * c) / 24.0,
            c,
        ];
        parts[part] as f32
    };
    pack_rows(outputs, PARTS * depth, part)
}

/// Four tiles that are computed at once.
pub struct Group {
    step: usize,
    /// Where each starts to read.
    reads: [usize; LANES],
    /// Where each starts to write.
    writes: [usize; LANES],
    /// How many cells are left in its row.
    left: [usize; LANES],
}

impl Group {
    /// `tile(lane)` tells where a tile reads, where it writes, and how many cells are left in its row.
    #[inline(always)]
    pub fn new(step: usize, tile: impl Fn(usize) -> (usize, usize, usize)) -> Self {
        let tiles: [_; LANES] = from_fn(tile);
        Self { step, reads: tiles.map(|tile| tile.0), writes: tiles.map(|tile| tile.1), left: tiles.map(|tile| tile.2) }
    }

    /// Whether the tiles stand interleaved, so that each input of all is one register.
    fn is_interleaved(&self) -> bool {
        self.reads[LANES - 1] == self.reads[0] + LANES - 1
    }

    /// The inputs of the tiles, each of all tiles together.
    #[inline(always)]
    fn inputs(&self, numbers: &[f32]) -> [Lanes; PARTS] {
        let at = self.reads;
        if self.step == 1 {
            let [a, b, c, d] = Lanes::transpose(at.map(|at| Lanes::load(&numbers[at..][..LANES])));
            let [e, f, ..] = Lanes::transpose(at.map(|at| Lanes::load(&numbers[at + LANES..][..LANES])));
            [a, b, c, d, e, f]
        } else if self.is_interleaved() {
            from_fn(|input| Lanes::load(&numbers[at[0] + input * self.step..][..LANES]))
        } else {
            from_fn(|input| Lanes::new(at.map(|at| numbers[at + input * self.step])))
        }
    }

    /// Bᵀ x of all tiles.
    #[inline(never)]
    pub fn parts(&self, numbers: &[f32]) -> [Lanes; PARTS] {
        let [a, b, c, d, e, f] = self.inputs(numbers);
        let [two, four, five] = [2.0, 4.0, 5.0].map(Lanes::splat);
        let (outer, inner) = (e - four * c, d - four * b);
        let (far, near) = (e - c, two * (d - b));
        [four * a - five * c + e, outer + inner, outer - inner, far + near, far - near, four * b - five * d + f]
    }

    /// Aᵀ of what the parts came to, and a bias, into the output.
    #[inline(never)]
    pub fn store(&self, [a, b, c, d, e, f]: [Lanes; PARTS], bias: Lanes, output: &mut [f32]) {
        let [two, four, eight] = [2.0, 4.0, 8.0].map(Lanes::splat);
        let (near, far) = (b + c, d + e);
        let (slope, steep) = (b - c, d - e);
        let sums = [a + near + far, slope + two * steep, near + four * far, slope + eight * steep + f];
        let sums = sums.map(|sum| sum + bias);
        if self.step == 1 {
            for (lane, sums) in Lanes::transpose(sums).into_iter().enumerate() {
                store([sums], &mut output[self.writes[lane]..][..OUTPUTS.min(self.left[lane])]);
            }
        } else if self.is_interleaved() {
            for (at, sums) in (0..self.left[0]).step_by(self.step).zip(sums) {
                store([sums], &mut output[self.writes[0] + at..][..LANES.min(self.left[0] - at)]);
            }
        } else {
            let sums = sums.map(Lanes::numbers);
            for lane in 0..LANES {
                for (at, sums) in (0..self.left[lane]).step_by(self.step).zip(sums) {
                    output[self.writes[lane] + at] = sums[lane];
                }
            }
        }
    }
}
