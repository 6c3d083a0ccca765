//! Convolution, without ever writing out the matrix that it is a product with.
//!
//! A block of outputs is computed at a time. What it reads is copied into a band of padded rows, small enough to stay in the
//! cache; from there a few columns at a time are packed beside each other, and multiplied with all weights.

use std::array::from_fn;
use std::ops::Range;

pub use crate::axis::{Axis, Border, SPACE};
use crate::lanes::{LANES, Lanes};
use crate::product::{COLUMNS, Column, ROWS, Row, pack_rows, store, tile};
use crate::separable::Passes;
use crate::winograd::{self, Form};

/// How many numbers of the input are copied at a time, about; no more than input and output have.
const BAND: usize = 1 << 16;
/// How many outputs of a row a filter computes at a time.
const REACH: usize = 4 * LANES;
/// How many such rows at a time.
const PAIR: usize = 2;

/// The sizes of a convolution.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sizes {
    /// How many groups of channels there are.
    pub groups: usize,
    /// How many channels a group reads.
    pub inputs: usize,
    /// How many channels a group makes.
    pub outputs: usize,
    /// The axes in space.
    pub space: [Axis; SPACE],
}

/// How the sums are computed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Method {
    /// Tap by tap, for few outputs.
    Filter,
    /// As a product of matrices.
    Product,
    /// With fewer multiplications, see [`winograd`].
    Winograd(Form),
}

/// A convolution whose weights are packed.
#[derive(Clone, Debug)]
pub struct Conv {
    sizes: Sizes,
    method: Method,
    weights: Vec<Row>,
    bias: Vec<f32>,
    /// The same in two passes, where it can be taken apart.
    passes: Option<Box<Passes>>,
}

/// The padded rows that a block of outputs reads, and where in them each tap does.
pub(crate) struct Band {
    pub(crate) numbers: Vec<f32>,
    rows: usize,
    pub(crate) width: usize,
    pub(crate) taps: Vec<usize>,
}

impl Sizes {
    /// A window of one cell that reads all makes no difference between the axes.
    fn merged(mut self) -> Self {
        let whole = |axis: &Axis| Axis { kernel: 1, before: 0, stride: 1, outputs: axis.length, ..*axis } == *axis;
        if self.space.iter().all(whole) {
            let cells = self.space.iter().map(|axis| axis.length).product();
            let one = Axis { length: 1, before: 0, kernel: 1, stride: 1, dilation: 1, outputs: 1 };
            self.space = [one, one, Axis { length: cells, outputs: cells, ..one }];
        }
        self
    }

    fn method(&self) -> Method {
        match self.outputs {
            0..ROWS => Method::Filter,
            _ => Form::of(self).map_or(Method::Product, Method::Winograd),
        }
    }

    /// How many rows of a filter's output are computed together.
    fn rows_together(&self) -> usize {
        let high = self.space[1];
        if self.outputs == 1 && high.stride == 1 && high.dilation == 1 && high.outputs > 1 { PAIR } else { 1 }
    }

    /// The weights of a filter. Rows that are computed together are as outputs of a kernel that is higher by one.
    fn pack_filter(&self, weights: &[f32]) -> Vec<Row> {
        let [_, high, wide] = self.space;
        let together = self.rows_together();
        let (height, depth) = (high.kernel + together - 1, self.depth());
        pack_rows(self.outputs * together, depth / high.kernel * height, &|o, k| {
            let (plane, y, x) = (k / (height * wide.kernel), k / wide.kernel % height, k % wide.kernel);
            let (o, y) = (o / together, y.wrapping_sub(o % together));
            if y < high.kernel { weights[o * depth + (plane * high.kernel + y) * wide.kernel + x] } else { 0.0 }
        })
    }

    /// How many numbers one output is the sum of.
    pub(crate) fn depth(&self) -> usize {
        self.inputs * self.space.iter().map(|axis| axis.kernel).product::<usize>()
    }

    fn cells(&self) -> usize {
        self.space.iter().map(|axis| axis.length).product()
    }

    fn places(&self) -> usize {
        self.space.iter().map(|axis| axis.outputs).product()
    }

    /// The outputs of a block along the last two axes: several whole rows, or a part of as few as are computed together.
    fn block(&self, together: usize) -> [usize; 2] {
        let [deep, high, wide] = self.space;
        let all = self.inputs * self.cells() + self.outputs * self.places();
        let room = BAND.min(all) / (self.inputs * deep.kernel).max(1);
        let even = |all: usize, most: usize| all.div_ceil(all.div_ceil(most));
        match high.outputs_in(room / wide.span(wide.outputs)) / together * together {
            0 => [together, even(wide.outputs, wide.outputs_in(room / high.span(together)).max(4 * REACH))],
            most => [even(high.outputs, most).next_multiple_of(together), wide.outputs],
        }
    }
}

impl Conv {
    /// Packs weights `[groups · outputs, inputs, …]` and a bias for each output.
    pub fn new(sizes: Sizes, weight: &[f32], bias: Option<&[f32]>) -> Self {
        let sizes = sizes.merged();
        let (method, depth, all) = (sizes.method(), sizes.depth(), sizes.groups * sizes.outputs);
        let passes = Passes::of(&sizes, weight, bias);
        let mut weights = Vec::new();
        for group in weight.chunks_exact(sizes.outputs * depth) {
            weights.extend(match method {
                Method::Winograd(form) => form.pack(&sizes, group),
                Method::Filter => sizes.pack_filter(group),
                Method::Product => pack_rows(sizes.outputs, depth, &|output, k| group[output * depth + k]),
            });
        }
        let bias = bias.map_or_else(|| vec![0.0; all], <[f32]>::to_vec);
        Self { sizes, method, weights, bias, passes }
    }

    /// Computes `output` from `input`, `[batch, groups · inputs, …]`.
    pub fn run(&self, input: &[f32], border: &Border<'_>, output: &mut [f32]) {
        let sizes = &self.sizes;
        let (cells, places) = (sizes.inputs * sizes.cells(), sizes.outputs * sizes.places());
        if places == 0 {
            return;
        }
        if let Some(passes) = &self.passes {
            let mut between = vec![0.0; passes.between];
            for (input, output) in input.chunks_exact(cells).zip(output.chunks_exact_mut(places)) {
                passes.across.run(input, border, &mut between);
                passes.down.run(&between, border, output);
            }
            return;
        }
        let mut band = self.band();
        let mut panel = Vec::new();
        for (at, output) in output.chunks_exact_mut(places).enumerate() {
            let group = at % sizes.groups;
            let input = &input[at * cells..][..cells];
            self.each_block(&mut |z, rows, columns| {
                band.fill(sizes, input, border, [z, rows.start, columns.start], [rows.len(), columns.len()]);
                let width = columns.len();
                let first = (z * sizes.space[1].outputs + rows.start) * sizes.space[2].outputs + columns.start;
                let block = Block { conv: self, band: &band, group, width, places: rows.len() * width, first };
                match self.method {
                    Method::Filter => block.filter(output),
                    Method::Product => block.product(&mut panel, output),
                    Method::Winograd(form) => form.run(&block, &mut panel, output),
                }
            });
        }
    }

    /// Visits blocks of outputs: where on the first axis, and which on the others.
    fn each_block(&self, visit: &mut dyn FnMut(usize, Range<usize>, Range<usize>)) {
        let [deep, high, wide] = self.sizes.space;
        let [rows, columns] = self.block();
        for z in 0..deep.outputs {
            for y in (0..high.outputs).step_by(rows) {
                for x in (0..wide.outputs).step_by(columns) {
                    visit(z, y..high.outputs.min(y + rows), x..wide.outputs.min(x + columns));
                }
            }
        }
    }

    fn block(&self) -> [usize; 2] {
        self.sizes.block(if let Method::Winograd(form) = self.method { form.rows() } else { 1 })
    }

    fn band(&self) -> Band {
        let (sizes, [rows, columns]) = (&self.sizes, self.block());
        let [deep, high, wide] = sizes.space;
        let (rows, width) = (high.span(rows), wide.span(columns).next_multiple_of(wide.stride));
        // What is computed at a time may reach over the end.
        let (height, behind, beyond) = match self.method {
            Method::Filter => (high.kernel + sizes.rows_together() - 1, sizes.rows_together() - 1, REACH),
            Method::Product => (high.kernel, 0, REACH),
            Method::Winograd(form) => (0, form.rows_behind(), winograd::REACH * wide.dilation),
        };
        let taps: Vec<(usize, usize)> = match self.method {
            Method::Winograd(form) => form.taps(),
            _ => (0..height).flat_map(|y| (0..wide.kernel).map(move |x| (y, x))).collect(),
        };
        let planes = sizes.inputs * deep.kernel;
        let tap = |plane: usize, (y, x): (usize, usize)| {
            (plane * rows + y * high.dilation) * width + wide.sorted(x * wide.dilation, width)
        };
        let taps = (0..planes).flat_map(|plane| taps.iter().map(move |&at| tap(plane, at))).collect();
        Band { numbers: vec![0.0; (planes * rows + behind) * width + beyond], rows, width, taps }
    }
}

impl Band {
    /// Copies what so many rows and columns of outputs from `[z, y, x]` on read.
    fn fill(
        &mut self,
        sizes: &Sizes,
        input: &[f32],
        border: &Border<'_>,
        [z, y, x]: [usize; SPACE],
        [rows, columns]: [usize; 2],
    ) {
        let [deep, high, wide] = sizes.space;
        let (width, rows, columns) = (self.width, high.span(rows), wide.span(columns));
        let mut planes = self.numbers.chunks_exact_mut(self.rows * width);
        for channel in input.chunks_exact(sizes.cells()) {
            for (tap, lines) in (0..deep.kernel).zip(&mut planes) {
                let plane = border.cell(deep, z * deep.stride + tap * deep.dilation);
                for (row, line) in lines.chunks_exact_mut(width).take(rows).enumerate() {
                    let row = plane.zip(border.cell(high, y * high.stride + row));
                    let row = row.map(|(z, y)| &channel[(z * high.length + y) * wide.length..][..wide.length]);
                    border.copy(wide, row, x * wide.stride..x * wide.stride + columns, line);
                }
            }
        }
    }
}

/// A block of outputs.
pub(crate) struct Block<'a> {
    conv: &'a Conv,
    pub(crate) band: &'a Band,
    group: usize,
    /// How many outputs there are in a row.
    pub(crate) width: usize,
    /// How many outputs there are of each channel.
    pub(crate) places: usize,
    /// Where in its channel the first one lies.
    pub(crate) first: usize,
}

impl Block<'_> {
    /// Where in the band an output reads.
    fn reads(&self, place: usize) -> usize {
        let [_, high, _] = self.conv.sizes.space;
        place / self.width * high.stride * self.band.width + place % self.width
    }

    fn bias(&self) -> &[f32] {
        let outputs = self.conv.sizes.outputs;
        &self.conv.bias[self.group * outputs..][..outputs]
    }

    pub(crate) fn weights(&self) -> &[Row] {
        let all = self.conv.weights.len() / self.conv.sizes.groups;
        &self.conv.weights[self.group * all..][..all]
    }

    /// Each output's channels, with the bias of each.
    pub(crate) fn channels<'o>(&'o self, output: &'o mut [f32]) -> impl Iterator<Item = (&'o mut [f32], f32)> {
        output.chunks_exact_mut(self.conv.sizes.places()).zip(self.bias().iter().copied())
    }

    /// Two sums at a time share what they read: those of two outputs, or of one output in two rows.
    #[inline(never)]
    fn filter(&self, output: &mut [f32]) {
        let (sizes, together) = (self.conv.sizes, self.conv.sizes.rows_together());
        let (numbers, taps) = (&self.band.numbers[..], &self.band.taps[..]);
        for first in (0..sizes.outputs).step_by(PAIR) {
            for row in (0..self.places / self.width).step_by(together) {
                for x in (0..self.width).step_by(REACH) {
                    let at = self.reads(row * self.width) + x;
                    let mut sums = [[Lanes::zero(); REACH / LANES]; PAIR];
                    for (tap, weights) in taps.iter().zip(self.weights()) {
                        let window = &numbers[tap + at..][..REACH];
                        let window: [Lanes; REACH / LANES] = from_fn(|lanes| Lanes::load(&window[lanes * LANES..]));
                        for (sums, &weight) in sums.iter_mut().zip(&weights[first..first + PAIR]) {
                            let factor = Lanes::splat(weight);
                            for (sum, window) in sums.iter_mut().zip(window) {
                                *sum = *sum + factor * window;
                            }
                        }
                    }
                    for (which, sums) in sums.into_iter().enumerate() {
                        let (channel, row) = if together > 1 { (first, row + which) } else { (first + which, row) };
                        if channel < sizes.outputs && row * self.width < self.places {
                            let bias = Lanes::splat(self.bias()[channel]);
                            let to = channel * sizes.places() + self.first + row * self.width + x;
                            store(sums.map(|sum| sum + bias), &mut output[to..][..REACH.min(self.width - x)]);
                        }
                    }
                }
            }
        }
    }

    #[inline(never)]
    fn product(&self, panel: &mut Vec<Column>, output: &mut [f32]) {
        let (numbers, taps) = (&self.band.numbers[..], &self.band.taps);
        for place in (0..self.places).step_by(COLUMNS) {
            let count = COLUMNS.min(self.places - place);
            panel.clear();
            if place % self.width + COLUMNS <= self.width {
                let at = self.reads(place);
                let column = |&tap: &usize| Column(*numbers[tap + at..].first_chunk().unwrap_or(&[0.0; COLUMNS]));
                panel.extend(taps.iter().map(column));
            } else {
                let at: [usize; COLUMNS] = from_fn(|column| self.reads(place + column.min(count - 1)));
                panel.extend(taps.iter().map(|tap| Column(at.map(|at| numbers[tap + at]))));
            }
            let mut channels = self.channels(output);
            for left in self.weights().chunks_exact(panel.len()) {
                for (sums, (output, bias)) in tile(left, panel).into_iter().zip(&mut channels) {
                    store(sums.map(|sum| sum + Lanes::splat(bias)), &mut output[self.first + place..][..count]);
                }
            }
        }
    }
}
