//! Why a convolution's numbers are what they are, forward and backward.

use super::Conv;
use super::general::{general_bias, plus_bias};
use crate::explain::{Explanation, Expr, Index, Rule, Stage, unravelled};
use crate::layers::Window;
use crate::layers::notation::sum_over;

/// The stages that a convolution reads.
#[derive(Clone, Copy)]
pub struct ConvStages<'a> {
    /// The padded input, `[N, C, n…]`.
    pub padded: &'a Stage,
    /// The weights, `[O, C / groups, k…]`.
    pub weight: &'a Stage,
    /// The bias, `[O]`.
    pub bias: Option<&'a Stage>,
}

impl Conv {
    /// Why an output is what it is: the sum over channels and taps, and the bias.
    pub fn explain(&self, stages: ConvStages<'_>, output: &Stage, at: Index) -> Explanation {
        let ConvStages { padded, weight, bias } = stages;
        let position = output.position(at);
        let mut terms = Vec::new();
        for c in 0..weight.full_shape()[1] {
            terms.extend(self.products(stages, position[0], position[1], c, &position[2..]));
        }
        terms.extend(bias.map(|bias| bias.at(&[position[1]])));
        let sum = self.over_channels(weight, self.over_taps(self.general_product(padded, weight)));
        Explanation::computed(output, &position, self.general_output(output), plus_bias(sum, bias), Expr::Sum(terms))
    }

    /// Why a channel's contribution is what it is: the sum over the taps. `sums` holds `[N, O, C / groups, out…]`.
    pub fn explain_channel(&self, stages: ConvStages<'_>, sums: &Stage, at: Index) -> Explanation {
        let position = sums.position(at);
        let products = self.products(stages, position[0], position[1], position[2], &position[3..]);
        let products_of_taps = self.over_taps(self.general_product(stages.padded, stages.weight));
        Explanation::computed(sums, &position, self.general_channel_sum(sums), products_of_taps, Expr::Sum(products))
    }

    /// Why a sum over channels is what it is: what each contributes, and the bias.
    pub fn explain_sum(&self, sums: &Stage, bias: Option<&Stage>, output: &Stage, at: Index) -> Explanation {
        let position = output.position(at);
        let channels = sums.full_shape()[2];
        let channel = |c: usize| sums.at(&[&position[..2], &[c], &position[2..]].concat());
        let mut terms: Vec<Expr> = (0..channels).map(channel).collect();
        terms.extend(bias.map(|bias| bias.at(&[position[1]])));
        let one = self.general_channel_sum(sums);
        let sum = if channels == 1 { one } else { sum_over("c", one) };
        Explanation::computed(output, &position, self.general_output(output), plus_bias(sum, bias), Expr::Sum(terms))
    }

    /// Why the gradient at an input cell is what it is. Where padding copies no cell, it is seen through: the gradient comes from every
    /// output that reads the cell. Elsewhere it is the sum over the padded cells that copy it.
    pub fn explain_input_gradient(
        &self,
        weight: &Stage,
        upstream: &Stage,
        padded_gradient: &Stage,
        gradient: &Stage,
        at: Index,
    ) -> Explanation {
        let position = gradient.position(at);
        let padded = padded_gradient.cell(&self.padding.padded_position(&position));
        let Some(padded) = padded.filter(|_| self.padding.is_seen_through()) else {
            return self.padding.explain_gradient(padded_gradient, gradient, at);
        };
        let why = self.explain_padded_gradient(weight, upstream, padded_gradient, padded.index);
        let general = why.general.map(|rule| Rule { left: self.general_input(gradient), ..rule });
        Explanation { target: gradient.leaf(&position), general, ..why }
    }

    /// Why the gradient at a padded cell is what it is: from every output that reads it, through the weight that does.
    pub fn explain_padded_gradient(
        &self,
        weight: &Stage,
        upstream: &Stage,
        gradient: &Stage,
        at: Index,
    ) -> Explanation {
        let position = gradient.position(at);
        let readings = self.readings(&position, weight, upstream);
        let term = |(output, tap): &(Vec<usize>, Vec<usize>)| upstream.at(output).times(weight.at(tap));
        Explanation {
            target: gradient.leaf(&position),
            general: Some(self.general_padded_gradient(weight, upstream, gradient)),
            made_from: Expr::Sum(readings.iter().map(term).collect()),
        }
    }

    /// Why the gradient by a weight is what it is: every place of the window, upstream gradient times what was read there.
    pub fn explain_weight_gradient(
        &self,
        padded: &Stage,
        upstream: &Stage,
        gradient: &Stage,
        at: Index,
    ) -> Explanation {
        let position = gradient.position(at);
        let channel = self.input_channel(gradient, position[0], position[1]);
        let term = |output: Vec<usize>| {
            let read = self.reads(output[0], channel, &output[2..], &position[2..]);
            upstream.at(&output).times(padded.at(&read))
        };
        let outputs = self.outputs_from_weight(gradient, upstream, at);
        let product = self.general_output(upstream).times(self.general_read(padded, gradient));
        Explanation::computed(
            gradient,
            &position,
            self.general_weight(gradient),
            self.over_positions(upstream, product),
            Expr::Sum(outputs.positions().map(term).collect()),
        )
    }

    /// Why the gradient by a bias is what it is: the upstream gradients of its channel, added up.
    pub fn explain_bias_gradient(&self, upstream: &Stage, gradient: &Stage, at: Index) -> Explanation {
        let outputs = self.outputs_from_bias(gradient, upstream, at);
        Explanation::computed(
            gradient,
            &gradient.position(at),
            general_bias(gradient),
            self.over_positions(upstream, self.general_output(upstream)),
            Expr::Sum(outputs.positions().map(|output| upstream.at(&output)).collect()),
        )
    }

    /// The outputs that read a padded position, each with the weight that reads it, in the order in which their products are
    /// added to its gradient.
    fn readings(&self, padded: &[usize], weight: &Stage, output: &Stage) -> Vec<(Vec<usize>, Vec<usize>)> {
        let (channels, c) = self.readers_of_channel(weight, padded[1]);
        let mut readings: Vec<(Vec<usize>, Vec<usize>)> =
            channels.into_iter().map(|o| (vec![padded[0], o], vec![o, c])).collect();
        for ((window, &cell), &outputs) in self.windows.iter().zip(&padded[2..]).zip(&output.full_shape()[2..]) {
            let mut further = Vec::new();
            for (places, taps) in &readings {
                for (place, tap) in window.readers(cell, outputs) {
                    further.push(([&places[..], &[place]].concat(), [&taps[..], &[tap]].concat()));
                }
            }
            readings = further;
        }
        readings
    }

    /// The padded position that a tap reads at a place of the window.
    fn reads(&self, n: usize, channel: usize, place: &[usize], taps: &[usize]) -> Vec<usize> {
        let read = |((window, &place), &tap): ((&Window, &usize), &usize)| window.reads(place, tap);
        [n, channel].into_iter().chain(self.windows.iter().zip(place).zip(taps).map(read)).collect()
    }

    /// The products of one window over one channel, in the order in which they are added.
    fn products(&self, stages: ConvStages<'_>, n: usize, o: usize, c: usize, place: &[usize]) -> Vec<Expr> {
        let ConvStages { padded, weight, .. } = stages;
        let channel = self.input_channel(weight, o, c);
        let kernel = &weight.full_shape()[2..];
        let product = |tap: usize| {
            let taps = unravelled(tap, kernel);
            let w = weight.at(&[&[o, c], &taps[..]].concat());
            w.times(padded.at(&self.reads(n, channel, place, &taps)))
        };
        (0..kernel.iter().product()).map(product).collect()
    }
}
