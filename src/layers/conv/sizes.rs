//! The sizes of one convolution, and the sum over a window.

use super::Conv;
use crate::layers::{LayerError, Misfit, Window, expect_axes, expect_room, expect_size};

/// The axes in space that every computation has: a convolution of fewer has axes of length one in front.
pub(super) const SPACE: usize = 3;

/// All sizes of one call, with the spatial axes filled up to three in front.
#[derive(Clone, Copy, Debug)]
pub(super) struct Sizes {
    pub batch: usize,
    pub inputs: usize,
    pub outputs: usize,
    pub group_inputs: usize,
    pub group_outputs: usize,
    pub windows: [Window; SPACE],
    pub padded: [usize; SPACE],
    pub out: [usize; SPACE],
    axes: usize,
}

impl Conv {
    /// The sizes for an input of this shape, which is still to be padded.
    pub(super) fn sizes_of(&self, input: &[usize], weight: &[usize]) -> Result<Sizes, LayerError> {
        self.check(input, weight)?;
        expect_axes("padding", self.padding.amounts.len(), self.windows.len())?;
        self.sizes(&self.padding.output_shape(input)?, weight)
    }

    /// The sizes for a padded input of this shape.
    pub(super) fn sizes(&self, padded: &[usize], weight: &[usize]) -> Result<Sizes, LayerError> {
        self.check(padded, weight)?;
        let axes = self.windows.len();
        let mut sizes = Sizes {
            batch: padded[0],
            inputs: padded[1],
            outputs: weight[0],
            group_inputs: weight[1],
            group_outputs: weight[0] / self.groups,
            windows: [Window { kernel: 1, stride: 1, dilation: 1 }; SPACE],
            padded: [1; SPACE],
            out: [1; SPACE],
            axes,
        };
        for (axis, window) in (SPACE - axes..).zip(&self.windows) {
            let length = padded[2 + axis + axes - SPACE];
            sizes.windows[axis] = *window;
            sizes.padded[axis] = length;
            sizes.out[axis] = window.outputs(length)?;
        }
        expect_room("output", &sizes.output_shape())?;
        Ok(sizes)
    }

    fn check(&self, input: &[usize], weight: &[usize]) -> Result<(), LayerError> {
        let axes = input.len().saturating_sub(2);
        if !(1..=SPACE).contains(&axes) {
            let expected = "it takes a batch, channels, and one to three spatial axes";
            return Err(LayerError::rank("input", input, expected));
        }
        if weight.len() != input.len() {
            let expected =
                "it takes output channels, input channels of one group, and as many spatial axes as the input";
            return Err(LayerError::rank("weight", weight, expected));
        }
        expect_axes("stride or dilation", self.windows.len(), axes)?;
        for (window, &kernel) in self.windows.iter().zip(&weight[2..]) {
            expect_size("the weight's kernel", kernel, window.kernel)?;
        }
        if self.groups == 0 {
            return Err(Misfit::Zero("groups").into());
        }
        for (channels, of) in [(input[1], "input"), (weight[0], "output")] {
            if channels % self.groups != 0 {
                return Err(Misfit::Groups { groups: self.groups, channels, of }.into());
            }
        }
        expect_size("weight's second axis (input channels of one group)", weight[1], input[1] / self.groups)
    }
}

impl Sizes {
    /// The shape of the output.
    pub fn output_shape(&self) -> Vec<usize> {
        self.with_space(&[self.batch, self.outputs])
    }

    /// The shape of the channels' contributions.
    pub fn channel_sums_shape(&self) -> Vec<usize> {
        self.with_space(&[self.batch, self.outputs, self.group_inputs])
    }

    fn with_space(&self, lead: &[usize]) -> Vec<usize> {
        [lead, &self.out[SPACE - self.axes..]].concat()
    }

    /// The input channel that is the `c`-th of those that output channel `o` reads.
    pub fn input_channel(&self, o: usize, c: usize) -> usize {
        o / self.group_outputs * self.group_inputs + c
    }

    /// Visits every position of the windows, in row-major order.
    pub fn each_output(&self, mut visit: impl FnMut([usize; SPACE])) {
        for z in 0..self.out[0] {
            for y in 0..self.out[1] {
                for x in 0..self.out[2] {
                    visit([z, y, x]);
                }
            }
        }
    }

    /// Visits the rows of one kernel at one position, in the order of the formula: where the row begins in the weights, and the
    /// padded row that it reads.
    pub fn each_row(&self, (o, c): (usize, usize), at: [usize; SPACE], mut visit: impl FnMut(usize, [usize; 2])) {
        let [deep, high, wide] = &self.windows;
        let mut row = (o * self.group_inputs + c) * deep.kernel * high.kernel * wide.kernel;
        for tap_z in 0..deep.kernel {
            for tap_y in 0..high.kernel {
                visit(row, [deep.reads(at[0], tap_z), high.reads(at[1], tap_y)]);
                row += wide.kernel;
            }
        }
    }

    /// Visits the taps of one window over one channel of the group, with the places in the padded input and the weight.
    pub fn each_tap(&self, (n, o, c): (usize, usize, usize), at: [usize; SPACE], mut visit: impl FnMut(usize, usize)) {
        let wide = &self.windows[2];
        let channel = n * self.inputs + self.input_channel(o, c);
        self.each_row((o, c), at, |w_row, [z, y]| {
            let x_row = ((channel * self.padded[0] + z) * self.padded[1] + y) * self.padded[2] + wide.reads(at[2], 0);
            for tap in 0..wide.kernel {
                visit(x_row + tap * wide.dilation, w_row + tap);
            }
        });
    }

    /// `sum` + Σ_j w·x̃ over one channel of the group.
    pub fn add_window(
        &self,
        mut sum: f64,
        place: (usize, usize, usize),
        at: [usize; SPACE],
        x: &[f32],
        w: &[f32],
    ) -> f64 {
        self.each_tap(place, at, |x_at, w_at| sum += f64::from(w[w_at]) * f64::from(x[x_at]));
        sum
    }
}

/// A position in space, behind zeros for the axes that are not there.
pub(super) fn in_space(position: &[usize]) -> [usize; SPACE] {
    let mut at = [0; SPACE];
    at.iter_mut().rev().zip(position.iter().rev()).for_each(|(slot, &axis)| *slot = axis);
    at
}
