//! Convolution with fewer multiplications: four outputs of three taps by six multiplications in place of twelve.
//!
//! `y = Aᵀ ((G w) ∘ (Bᵀ x))` along the last axis, for tiles of four outputs that read six inputs; and along the one before it too, where
//! that takes fewer still: sixteen outputs of nine taps by 36 in place of 144. More taps are several pieces of three, the last filled up
//! with zeros; where the window moves by more than one cell, the taps of a piece lie as far from each other as it moves. The products
//! are summed over everything else before Aᵀ is applied, so that each of the 6 or 36 parts is a product of matrices.
//!
//! The additions around the multiplications cost exactness: in the worst case, errors grow by Σ |Aᵀ| |G| |Bᵀ| (48 for the last of four
//! outputs, of three terms) along each axis. Over numbers without pattern, an error of the plain sum stays below 4 × 2⁻²⁴ × the number
//! of terms × the largest |w| × the largest |x|, and here below [`GROWTH`] times that, for one axis and for two. A test holds every
//! method to that; 11 × 2⁻²⁴ was the most in 20,000 cases.
//!
//! Source: S. Winograd, "Arithmetic Complexity of Computations", 1980; A. Lavin, S. Gray, "Fast Algorithms for Convolutional Neural
//! Networks", 2016.

use std::array::from_fn;

use crate::axis::Axis;
use crate::conv::{Block, Sizes};
use crate::lanes::{LANES, Lanes};
use crate::product::{COLUMNS, Column, ROWS, Row, pack_rows, store, tile};

/// How many outputs a tile has along an axis.
const OUTPUTS: usize = 4;
/// How many taps there are at a time.
const TAPS: usize = 3;
/// How many multiplications they take.
const PARTS: usize = OUTPUTS + TAPS - 1;
/// How much larger errors may be than those of the plain sum.
pub const GROWTH: f32 = 4.0;
/// From the start of a tile, how far what is read may reach.
pub(crate) const REACH: usize = 2 * LANES;
/// G: what the weights of three taps become.
const WEIGHTS: [[f64; TAPS]; PARTS] = [
    [1.0 / 4.0, 0.0, 0.0],
    [-1.0 / 6.0, -1.0 / 6.0, -1.0 / 6.0],
    [-1.0 / 6.0, 1.0 / 6.0, -1.0 / 6.0],
    [1.0 / 24.0, 1.0 / 12.0, 1.0 / 6.0],
    [1.0 / 24.0, -1.0 / 12.0, 1.0 / 6.0],
    [0.0, 0.0, 1.0],
];

/// From how many terms in a sum the work around it is worth it.
const LEAST_DEPTH: usize = 16;

/// How a convolution goes along its last two axes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Form([Way; 2]);

/// How it goes along one of them: three taps at a time, or one by one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Way {
    axis: Axis,
    by_threes: bool,
}

impl Way {
    fn parts(self) -> usize {
        if self.by_threes { PARTS } else { 1 }
    }

    /// The first tap of each piece.
    fn pieces(self) -> Vec<usize> {
        let Axis { kernel, stride, .. } = self.axis;
        let is_first = |&tap: &usize| !self.by_threes || (tap / stride).is_multiple_of(TAPS);
        (0..kernel).filter(is_first).collect()
    }

    /// Where in its piece a weight is taken from, and by how much it counts in a part.
    fn weights(self, part: usize) -> impl Iterator<Item = (usize, f64)> {
        let weights = if self.by_threes { WEIGHTS[part] } else { [1.0, 0.0, 0.0] };
        weights.into_iter().enumerate().map(move |(tap, weight)| (tap * self.axis.stride, weight))
    }

    /// So many outputs and those between them that the last tile reaches to. The outputs of a tile lie as far apart as the taps.
    fn whole(self, outputs: usize) -> usize {
        if self.by_threes { outputs.next_multiple_of(OUTPUTS * self.axis.dilation) } else { outputs }
    }

    fn tiles(self, outputs: usize) -> usize {
        self.whole(outputs) / if self.by_threes { OUTPUTS } else { 1 }
    }

    /// The first output of a tile.
    fn start(self, tile: usize) -> usize {
        let dilation = self.axis.dilation;
        if self.by_threes { tile / dilation * OUTPUTS * dilation + tile % dilation } else { tile }
    }

    /// How many multiplications it takes along the whole axis.
    fn multiplications(self) -> usize {
        self.parts() * self.pieces().len() * self.tiles(self.axis.outputs)
    }
}

impl Form {
    /// The one that takes the least time; none, where the plain product takes less.
    pub(crate) fn of(sizes: &Sizes) -> Option<Self> {
        let [deep, high, wide] = sizes.space;
        let plain = high.kernel * high.outputs * wide.kernel * wide.outputs;
        let even = |axis: Axis| axis.stride == 1 || axis.dilation == 1;
        let form = |tall| Self([Way { axis: high, by_threes: tall }, Way { axis: wide, by_threes: true }]);
        let multiplications = |form: &Self| form.0.into_iter().map(Way::multiplications).product::<usize>();
        let pays = |form: &Self| {
            sizes.outputs >= 2 * ROWS
                && sizes.inputs * deep.kernel * form.taps().len() >= LEAST_DEPTH
                && multiplications(form) * 5 <= plain * 4
                && form.0.into_iter().all(|way| !way.by_threes || even(way.axis))
        };
        [false, true].map(form).into_iter().filter(pays).min_by_key(multiplications)
    }

    /// The first taps of all pieces, along both axes.
    pub(crate) fn taps(self) -> Vec<(usize, usize)> {
        let [down, right] = self.0.map(Way::pieces);
        down.into_iter().flat_map(|y| right.iter().map(move |&x| (y, x))).collect()
    }

    /// How many rows of outputs are computed together.
    pub(crate) fn rows(self) -> usize {
        self.0[0].whole(1)
    }

    /// How many rows of the padded input are read behind those of the last output's window.
    pub(crate) fn rows_behind(self) -> usize {
        let Way { axis, by_threes } = self.0[0];
        if by_threes { (TAPS - 1) * axis.stride * axis.dilation } else { 0 }
    }

    /// G w for the weights of all outputs; those of each part together.
    pub(crate) fn pack(self, sizes: &Sizes, weights: &[f32]) -> Vec<Row> {
        let [high, wide] = self.0;
        let taps = self.taps();
        let (height, width) = (high.axis.kernel, wide.axis.kernel);
        let planes = sizes.depth() / (height * width);
        let depth = planes * taps.len();
        pack_rows(sizes.outputs, high.parts() * PARTS * depth, &|output, k| {
            let (part, k) = (k / depth, k % depth);
            let (plane, (y, x)) = (k / taps.len(), taps[k % taps.len()]);
            let plane = &weights[(output * planes + plane) * height * width..][..height * width];
            let mut sum = 0.0;
            for (down, by_row) in high.weights(part / PARTS).filter(|(down, _)| y + down < height) {
                for (right, by_column) in wide.weights(part % PARTS).filter(|(right, _)| x + right < width) {
                    sum += by_row * by_column * f64::from(plane[(y + down) * width + x + right]);
                }
            }
            sum as f32
        })
    }

    /// Computes a block.
    #[inline(never)]
    pub(crate) fn run(self, block: &Block<'_>, panel: &mut Vec<Column>, output: &mut [f32]) {
        let [high, wide] = self.0;
        let (depth, parts) = (block.band.taps.len(), high.parts() * PARTS);
        let tiles = high.tiles(block.places / block.width) * wide.tiles(block.width);
        // The parts of a column don't compete for the same lines of the cache.
        let room = depth | 1;
        panel.resize(parts * room, Column([0.0; COLUMNS]));
        let mut lines = [[Lanes::zero(); PARTS]; PARTS];
        let mut sums = [[[Lanes::zero(); COLUMNS / LANES]; ROWS]; PARTS * PARTS];
        for first in (0..tiles).step_by(COLUMNS) {
            // Where there is no tile any more stands the last one again.
            let place = |tile: usize| self.place(block, tile.min(tiles - 1));
            let groups: [Group; COLUMNS / LANES] =
                from_fn(|group| Group(from_fn(|lane| place(first + group * LANES + lane))));
            for (k, &tap) in block.band.taps.iter().enumerate() {
                for (at, group) in groups.iter().enumerate() {
                    self.spread(group, block, tap, &mut lines, (&mut panel[k..], room, at));
                }
            }
            let mut channels = block.channels(output);
            for left in block.weights().chunks_exact(parts * depth) {
                let products = left.chunks_exact(depth).zip(panel.chunks_exact(room));
                for (sum, (left, right)) in sums.iter_mut().zip(products) {
                    *sum = tile(left, right);
                }
                for (row, (output, bias)) in (0..ROWS).zip(&mut channels) {
                    for (at, group) in groups.iter().enumerate() {
                        self.store(group, &|part| sums[part][row][at], &mut lines, Lanes::splat(bias), output);
                    }
                }
            }
        }
    }

    /// Where a tile of a block stands.
    #[inline(never)]
    fn place(self, block: &Block<'_>, tile: usize) -> Place {
        let [high, wide] = self.0;
        let across = wide.tiles(block.width);
        let (y, x) = (high.start(tile / across), wide.start(tile % across));
        Place {
            reads: y * high.axis.stride * block.band.width + x,
            writes: block.first + y * wide.axis.outputs + x,
            below: (block.places / block.width).saturating_sub(y),
            right: block.width.saturating_sub(x),
        }
    }

    /// Bᵀ x of what the tiles of a group read from a tap on, into the panel: so far from each other, behind so many registers.
    #[inline(always)]
    fn spread(
        self,
        group: &Group,
        block: &Block<'_>,
        tap: usize,
        lines: &mut [[Lanes; PARTS]; PARTS],
        (panel, room, at): (&mut [Column], usize, usize),
    ) {
        let [high, wide] = self.0;
        let parts = |line: usize| {
            let below = tap + line * high.axis.stride * high.axis.dilation * block.band.width;
            group.parts(&block.band.numbers[below..], wide.axis.dilation)
        };
        if high.by_threes {
            lines.iter_mut().enumerate().for_each(|(line, slot)| *slot = parts(line));
            for column in 0..PARTS {
                let parts = before(from_fn(|line| lines[line][column]));
                spread(parts, &mut panel[column * room..], PARTS * room, at);
            }
        } else {
            spread(parts(0), panel, room, at);
        }
    }

    /// Aᵀ of what the parts of a group came to, and a bias, into the output.
    #[inline(always)]
    fn store(
        self,
        group: &Group,
        sum: &impl Fn(usize) -> Lanes,
        lines: &mut [[Lanes; PARTS]; PARTS],
        bias: Lanes,
        output: &mut [f32],
    ) {
        let [high, wide] = self.0;
        let mut put = |line: usize, parts: [Lanes; PARTS]| {
            let below = line * high.axis.dilation;
            let further = (below, below * wide.axis.outputs);
            group.store(after(parts).map(|sum| sum + bias), further, wide.axis.dilation, output);
        };
        if high.by_threes {
            for (column, parts) in lines.iter_mut().enumerate() {
                let [a, b, c, d] = after(from_fn(|line| sum(line * PARTS + column)));
                parts[..OUTPUTS].copy_from_slice(&[a, b, c, d]);
            }
            (0..OUTPUTS).for_each(|line| put(line, from_fn(|column| lines[column][line])));
        } else {
            put(0, from_fn(sum));
        }
    }
}

/// Puts parts into columns that lie so far from each other, behind so many registers of each.
#[inline(always)]
fn spread(parts: [Lanes; PARTS], panel: &mut [Column], step: usize, at: usize) {
    for (parts, column) in parts.into_iter().zip(panel.iter_mut().step_by(step)) {
        parts.store(&mut column.0[at * LANES..]);
    }
}

/// Bᵀ x.
#[inline(always)]
fn before([a, b, c, d, e, f]: [Lanes; PARTS]) -> [Lanes; PARTS] {
    let [two, four, five] = [2.0, 4.0, 5.0].map(Lanes::splat);
    let (outer, inner) = (e - four * c, d - four * b);
    let (far, near) = (e - c, two * (d - b));
    [four * a - five * c + e, outer + inner, outer - inner, far + near, far - near, four * b - five * d + f]
}

/// Aᵀ of what the parts came to.
#[inline(always)]
fn after([a, b, c, d, e, f]: [Lanes; PARTS]) -> [Lanes; OUTPUTS] {
    let [two, four, eight] = [2.0, 4.0, 8.0].map(Lanes::splat);
    let (near, far) = (b + c, d + e);
    let (slope, steep) = (b - c, d - e);
    [a + near + far, slope + two * steep, near + four * far, slope + eight * steep + f]
}

/// Four tiles that are computed at once.
struct Group([Place; LANES]);

#[derive(Clone, Copy)]
struct Place {
    /// Where in the band the tile starts to read.
    reads: usize,
    /// Where in the output it starts to write.
    writes: usize,
    /// How many rows of outputs are left from there.
    below: usize,
    /// How many outputs are left in a row.
    right: usize,
}

impl Group {
    /// Whether the tiles stand interleaved, so that each input of all is one register.
    fn is_interleaved(&self) -> bool {
        self.0[LANES - 1].reads == self.0[0].reads + LANES - 1
    }

    /// Bᵀ of a row of inputs of the tiles.
    #[inline(never)]
    fn parts(&self, numbers: &[f32], step: usize) -> [Lanes; PARTS] {
        before(self.inputs(numbers, step))
    }

    /// A row of inputs of the tiles, each of all tiles together.
    #[inline(always)]
    fn inputs(&self, numbers: &[f32], step: usize) -> [Lanes; PARTS] {
        let at = self.0.map(|place| place.reads);
        if step == 1 {
            let lines = at.map(|at| &numbers[at..at + REACH]);
            let [a, b, c, d] = Lanes::transpose(lines.map(Lanes::load));
            let [e, f, ..] = Lanes::transpose(lines.map(|line| Lanes::load(&line[LANES..])));
            [a, b, c, d, e, f]
        } else if self.is_interleaved() {
            from_fn(|input| Lanes::load(&numbers[at[0] + input * step..][..LANES]))
        } else {
            from_fn(|input| Lanes::new(at.map(|at| numbers[at + input * step])))
        }
    }

    /// Puts a row of outputs of all tiles where it belongs: so many rows and numbers behind their first one.
    #[inline(always)]
    fn store(&self, sums: [Lanes; OUTPUTS], (line, further): (usize, usize), step: usize, output: &mut [f32]) {
        let right = |place: &Place| if line < place.below { place.right } else { 0 };
        let first = &self.0[0];
        if step == 1 {
            for (place, sums) in self.0.iter().zip(Lanes::transpose(sums)).filter(|(place, _)| line < place.below) {
                store([sums], &mut output[place.writes + further..][..OUTPUTS.min(place.right)]);
            }
        } else if self.is_interleaved() {
            for (at, sums) in (0..right(first)).step_by(step).zip(sums) {
                store([sums], &mut output[first.writes + further + at..][..LANES.min(right(first) - at)]);
            }
        } else {
            let sums = sums.map(Lanes::numbers);
            for (lane, place) in self.0.iter().enumerate() {
                for (at, sums) in (0..right(place)).step_by(step).zip(sums) {
                    output[place.writes + further + at] = sums[lane];
                }
            }
        }
    }
}
