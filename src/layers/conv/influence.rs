//! Where a convolution's numbers go: the explanations, read backwards.
//!
//! A stage of outputs may be the output itself or the channels' contributions, which have an axis more.

use super::Conv;
use crate::explain::{Cell, Index, Stage};
use crate::layers::{Region, Window};

impl Conv {
    /// The outputs that read an input cell, or a padded copy of it.
    pub fn outputs_from_input(&self, input: &Stage, weight: &Stage, outputs: &Stage, at: Index) -> Region {
        let position = input.position(at);
        let copies = self.padding.copies(input.full_shape(), &position);
        self.outputs_reading(weight, outputs, &position, &copies.axes()[2..])
    }

    /// The outputs that read a padded cell.
    pub fn outputs_from_padded(&self, padded: &Stage, weight: &Stage, outputs: &Stage, at: Index) -> Region {
        let position = padded.position(at);
        let cells: Vec<Vec<usize>> = position[2..].iter().map(|&cell| vec![cell]).collect();
        self.outputs_reading(weight, outputs, &position, &cells)
    }

    /// [`outputs_from_padded`](Self::outputs_from_padded), as cells.
    pub fn outputs_of_padded(&self, padded: &Stage, weight: &Stage, output: &Stage, at: Index) -> Vec<Cell> {
        self.outputs_from_padded(padded, weight, output, at).cells(output)
    }

    /// The outputs that a weight is multiplied into: its output channel, everywhere.
    pub fn outputs_from_weight(&self, weight: &Stage, outputs: &Stage, at: Index) -> Region {
        let position = weight.position(at);
        let mut axes = everywhere(outputs);
        axes[1] = vec![position[0]];
        if self.is_by_channel(outputs) {
            axes[2] = vec![position[1]];
        }
        Region::new(axes)
    }

    /// The outputs that a bias is added to: its output channel, everywhere.
    pub fn outputs_from_bias(&self, bias: &Stage, outputs: &Stage, at: Index) -> Region {
        let mut axes = everywhere(outputs);
        axes[1] = vec![bias.position(at)[0]];
        Region::new(axes)
    }

    /// The padded cells that an output reads. They are those whose gradients its gradient goes into.
    pub fn padded_into_output(&self, weight: &Stage, outputs: &Stage, at: Index) -> Region {
        let position = outputs.position(at);
        let (o, place) = (position[1], &position[outputs.full_shape().len() - self.windows.len()..]);
        let channels = match self.is_by_channel(outputs) {
            true => position[2]..position[2] + 1,
            false => 0..weight.full_shape()[1],
        };
        let channels = channels.map(|c| self.input_channel(weight, o, c)).collect();
        let taps =
            |(window, &place): (&Window, &usize)| (0..window.kernel).map(|tap| window.reads(place, tap)).collect();
        let mut axes = vec![vec![position[0]], channels];
        axes.extend(self.windows.iter().zip(place).map(taps));
        Region::new(axes)
    }

    /// The weights that are multiplied into an output. They are those whose gradients its gradient goes into.
    pub fn weights_into_output(&self, weight: &Stage, outputs: &Stage, at: Index) -> Region {
        let position = outputs.position(at);
        let mut axes = everywhere(weight);
        axes[0] = vec![position[1]];
        if self.is_by_channel(outputs) {
            axes[1] = vec![position[2]];
        }
        Region::new(axes)
    }

    /// The weights that a padded cell is multiplied by, somewhere. They are those whose gradients it goes into.
    pub fn weights_beside_padded(&self, padded: &Stage, weight: &Stage, output: &Stage, at: Index) -> Region {
        let position = padded.position(at);
        let taps = |((window, &cell), &outputs): ((&Window, &usize), &usize)| {
            let mut taps: Vec<usize> = window.readers(cell, outputs).map(|(_, tap)| tap).collect();
            taps.reverse();
            taps
        };
        let (outputs, c) = self.readers_of_channel(weight, position[1]);
        let mut axes = vec![outputs, vec![c]];
        axes.extend(self.windows.iter().zip(&position[2..]).zip(&output.full_shape()[2..]).map(taps));
        Region::new(axes)
    }

    /// The padded cells that a weight is multiplied by, somewhere. They are those whose gradients it goes into.
    pub fn padded_beside_weight(&self, padded: &Stage, weight: &Stage, output: &Stage, at: Index) -> Region {
        let position = weight.position(at);
        let cells = |((window, &tap), &outputs): ((&Window, &usize), &usize)| {
            (0..outputs).map(|place| window.reads(place, tap)).collect()
        };
        let examples = (0..padded.full_shape()[0]).collect();
        let mut axes = vec![examples, vec![self.input_channel(weight, position[0], position[1])]];
        axes.extend(self.windows.iter().zip(&position[2..]).zip(&output.full_shape()[2..]).map(cells));
        Region::new(axes)
    }

    /// Adds to cells the gradients of the input that see through the padding to them, as
    /// [`explain_input_gradient`](Self::explain_input_gradient) does: where a gradient by a padded cell is reached, that of the input
    /// cell is.
    pub fn reach_through_padding(&self, padded_gradient: &Stage, gradient: &Stage, reached: &mut Vec<Cell>) {
        if self.padding.is_seen_through() {
            let padded = reached.iter().filter(|cell| cell.stage == padded_gradient.name);
            let inputs = padded.filter_map(|cell| self.input_gradient(padded_gradient, gradient, cell.index));
            reached.extend(inputs.collect::<Vec<_>>());
        }
    }

    /// The gradient of the input into which one of the padded input goes; nothing where it is seen through, or goes nowhere.
    pub fn gradient_from_padded(&self, padded_gradient: &Stage, gradient: &Stage, at: Index) -> Option<Cell> {
        let goes_into = self.input_gradient(padded_gradient, gradient, at);
        goes_into.filter(|_| !self.padding.is_seen_through())
    }

    fn input_gradient(&self, padded_gradient: &Stage, gradient: &Stage, at: Index) -> Option<Cell> {
        let source = self.padding.source(gradient.full_shape(), &padded_gradient.position(at))?;
        gradient.cell(&source)
    }

    /// The input channel that is the `c`-th of those that output channel `o` reads.
    pub(super) fn input_channel(&self, weight: &Stage, o: usize, c: usize) -> usize {
        o / (weight.full_shape()[0] / self.groups) * weight.full_shape()[1] + c
    }

    /// The output channels that read an input channel, and which of their group's channels it is.
    pub(super) fn readers_of_channel(&self, weight: &Stage, channel: usize) -> (Vec<usize>, usize) {
        let (group_outputs, group_inputs) = (weight.full_shape()[0] / self.groups, weight.full_shape()[1].max(1));
        let group = channel / group_inputs;
        ((group * group_outputs..(group + 1) * group_outputs).collect(), channel % group_inputs)
    }

    /// The outputs that read any of the padded cells, at the example and the channel of `position`.
    fn outputs_reading(&self, weight: &Stage, outputs: &Stage, position: &[usize], cells: &[Vec<usize>]) -> Region {
        let (channels, c) = self.readers_of_channel(weight, position[1]);
        let mut axes = vec![vec![position[0]], channels];
        if self.is_by_channel(outputs) {
            axes.push(vec![c]);
        }
        for ((window, cells), &length) in self.windows.iter().zip(cells).zip(&outputs.full_shape()[axes.len()..]) {
            let readers = |&cell: &usize| window.readers(cell, length).map(|(place, _)| place);
            let mut places: Vec<usize> = cells.iter().flat_map(readers).collect();
            places.sort_unstable();
            places.dedup();
            axes.push(places);
        }
        Region::new(axes)
    }

    /// Whether a stage holds the channels' contributions, not their sum.
    fn is_by_channel(&self, outputs: &Stage) -> bool {
        outputs.full_shape().len() == self.windows.len() + 3
    }
}

/// Every position of a stage.
fn everywhere(stage: &Stage) -> Vec<Vec<usize>> {
    stage.full_shape().iter().map(|&length| (0..length).collect()).collect()
}
