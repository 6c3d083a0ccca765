//! Why a convolution's numbers are what they are, forward and backward, and where they go.

use super::Conv;
use crate::explain::{Cell, Explanation, Expr, Index, Series, Stage};

/// The names of the spatial indices of an output, and of the taps.
const OUTPUTS: [&str; 3] = ["i", "j", "l"];
const TAPS: [&str; 3] = ["n", "m", "q"];
/// In one dimension the lecture writes t and j.
const OUTPUT_1D: &str = "t";
const TAP_1D: &str = "j";

/// The stages that a convolution reads and writes. Bias and gradients only where there are any.
#[derive(Clone, Copy)]
pub struct ConvStages<'a> {
    /// The padded input, `[1, C, n…]`.
    pub padded: &'a Stage,
    /// The weights, `[O, C / groups, k…]`.
    pub weight: &'a Stage,
    /// The bias, `[O]`.
    pub bias: Option<&'a Stage>,
}

impl Conv {
    /// Why an output is what it is: the sum over channels and taps, and the bias.
    pub fn explain(&self, stages: ConvStages<'_>, output: &Stage, at: Index) -> Explanation {
        let position = output.position(at);
        let (o, spatial) = (position[1], &position[2..]);
        let mut terms = Vec::new();
        for c in 0..stages.weight.full_shape()[1] {
            terms.extend(self.products(stages, o, c, spatial));
        }
        terms.extend(stages.bias.map(|bias| bias.at(&[o])));
        let general = self.general(stages, self.over_channels(stages, self.general_product(stages)));
        Explanation { target: output.leaf(&position), general: Some(general), made_from: Expr::Sum(terms) }
    }

    /// Why a channel's contribution is what it is: the sum over the taps. `sums` holds `[1, O, C / groups, out…]`.
    pub fn explain_channel(&self, stages: ConvStages<'_>, sums: &Stage, at: Index) -> Explanation {
        let position = sums.position(at);
        let made_from = Expr::Sum(self.products(stages, position[1], position[2], &position[3..]));
        let general = self.over_taps(self.general_product(stages));
        Explanation { target: sums.leaf(&position), general: Some(general), made_from }
    }

    /// Why a sum over channels is what it is: what each contributes, and the bias.
    pub fn explain_sum(&self, sums: &Stage, bias: Option<&Stage>, output: &Stage, at: Index) -> Explanation {
        let position = output.position(at);
        let (o, spatial) = (position[1], &position[2..]);
        let channel = |c: usize| sums.at(&[&[0, o, c], spatial].concat());
        let mut terms: Vec<Expr> = (0..sums.full_shape()[2]).map(channel).collect();
        terms.extend(bias.map(|bias| bias.at(&[o])));
        let mut subscripts = vec![Expr::variable("o"), Expr::variable("c")];
        subscripts.extend(self.output_names().into_iter().map(Expr::variable));
        let mut general = vec![series("c", None, sums.general(subscripts))];
        general.extend(bias.map(|bias| bias.general(vec![Expr::variable("o")])));
        Explanation { target: output.leaf(&position), general: Some(Expr::Sum(general)), made_from: Expr::Sum(terms) }
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
        let terms = self
            .readings(&position, upstream.full_shape(), weight.full_shape())
            .map(|(output, tap)| Expr::Product(vec![upstream.at(&output), weight.at(&tap)]))
            .collect();
        let taps: Vec<&'static str> = self.tap_names();
        let subscripts = self.names(upstream, "o", &self.output_names());
        let product = Expr::Product(vec![upstream.general(subscripts), self.general_weight(weight)]);
        let mut general = taps.iter().rev().fold(product, |body, tap| series(tap, None, body));
        if upstream.hidden_axes() < 2 {
            general = series("o", None, general);
        }
        Explanation { target: gradient.leaf(&position), general: Some(general), made_from: Expr::Sum(terms) }
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
        let (o, c, taps) = (position[0], position[1], &position[2..]);
        let group = o / (gradient.full_shape()[0] / self.groups);
        let channel = group * gradient.full_shape()[1] + c;
        let places = ndarray::indices(ndarray::IxDyn(&upstream.full_shape()[2..]));
        let terms = places
            .into_iter()
            .map(|place| {
                let place = ndarray::Dimension::slice(&place);
                let output = [&[0, o], place].concat();
                let read = self.reads(channel, place, taps);
                Expr::Product(vec![upstream.at(&output), padded.at(&read)])
            })
            .collect();
        let subscripts = self.names(upstream, "o", &self.output_names());
        let product = Expr::Product(vec![upstream.general(subscripts), self.general_input(padded)]);
        let general = self.output_names().iter().rev().fold(product, |body, name| series(name, None, body));
        Explanation { target: gradient.leaf(&position), general: Some(general), made_from: Expr::Sum(terms) }
    }

    /// Why the gradient by a bias is what it is: the upstream gradients of its channel, added up.
    pub fn explain_bias_gradient(&self, upstream: &Stage, gradient: &Stage, at: Index) -> Explanation {
        let position = gradient.position(at);
        let o = position[0];
        let places = ndarray::indices(ndarray::IxDyn(&upstream.full_shape()[2..]));
        let term = |place: ndarray::IxDyn| upstream.at(&[&[0, o], ndarray::Dimension::slice(&place)].concat());
        let made_from = Expr::Sum(places.into_iter().map(term).collect());
        let body = upstream.general(self.names(upstream, "o", &self.output_names()));
        let general = self.output_names().iter().rev().fold(body, |body, name| series(name, None, body));
        Explanation { target: gradient.leaf(&position), general: Some(general), made_from }
    }

    /// The outputs that read a padded cell, each with the weight that reads it: positions in `[1, O, out…]` and
    /// `[O, C / groups, k…]`.
    pub fn readings(
        &self,
        padded: &[usize],
        output: &[usize],
        weight: &[usize],
    ) -> impl Iterator<Item = (Vec<usize>, Vec<usize>)> + use<> {
        let group_inputs = weight[1].max(1);
        let group_outputs = weight[0] / self.groups.max(1);
        let (group, c) = (padded[1] / group_inputs, padded[1] % group_inputs);
        let mut spatial = vec![(Vec::new(), Vec::new())];
        for (axis, window) in self.windows.iter().enumerate() {
            let along: Vec<(usize, usize)> = window.readers(padded[2 + axis], output[2 + axis]).collect();
            let extend = |(places, taps): (Vec<usize>, Vec<usize>)| {
                let one = move |&(place, tap): &(usize, usize)| {
                    ([&places[..], &[place]].concat(), [&taps[..], &[tap]].concat())
                };
                along.iter().map(one).collect::<Vec<_>>()
            };
            spatial = spatial.into_iter().flat_map(extend).collect();
        }
        (group * group_outputs..(group + 1) * group_outputs).flat_map(move |o| {
            let whole = move |(places, taps): (Vec<usize>, Vec<usize>)| {
                ([&[0, o], &places[..]].concat(), [&[o, c], &taps[..]].concat())
            };
            spatial.clone().into_iter().map(whole)
        })
    }

    /// The outputs that read a padded cell.
    pub fn outputs_of_padded(&self, padded: &Stage, weight: &Stage, output: &Stage, at: Index) -> Vec<Cell> {
        let position = padded.position(at);
        self.readings(&position, output.full_shape(), weight.full_shape())
            .filter_map(|(output_at, _)| output.cell(&output_at))
            .collect()
    }

    fn reads(&self, channel: usize, place: &[usize], taps: &[usize]) -> Vec<usize> {
        let mut position = vec![0, channel];
        position
            .extend(self.windows.iter().zip(place).zip(taps).map(|((window, &place), &tap)| window.reads(place, tap)));
        position
    }

    /// The products of one window over one channel, in the order in which they are added.
    fn products(&self, stages: ConvStages<'_>, o: usize, c: usize, spatial: &[usize]) -> Vec<Expr> {
        let kernel: Vec<usize> = self.windows.iter().map(|window| window.kernel).collect();
        let group = o / (stages.weight.full_shape()[0] / self.groups);
        let channel = group * stages.weight.full_shape()[1] + c;
        let product = |taps: ndarray::IxDyn| {
            let taps = ndarray::Dimension::slice(&taps).to_vec();
            let weight = stages.weight.at(&[&[o, c], &taps[..]].concat());
            Expr::Product(vec![weight, stages.padded.at(&self.reads(channel, spatial, &taps))])
        };
        ndarray::indices(ndarray::IxDyn(&kernel)).into_iter().map(product).collect()
    }

    fn output_names(&self) -> Vec<&'static str> {
        if self.windows.len() == 1 { vec![OUTPUT_1D] } else { OUTPUTS[..self.windows.len()].to_vec() }
    }

    fn tap_names(&self) -> Vec<&'static str> {
        if self.windows.len() == 1 { vec![TAP_1D] } else { TAPS[..self.windows.len()].to_vec() }
    }

    /// Subscripts of a stage with channels and spatial axes; the channel only where the stage shows it.
    fn names(&self, stage: &Stage, channel: &'static str, spatial: &[&'static str]) -> Vec<Expr> {
        let lead = (stage.hidden_axes() < 2).then(|| Expr::variable(channel));
        lead.into_iter().chain(spatial.iter().map(|name| Expr::variable(name))).collect()
    }

    fn general_weight(&self, weight: &Stage) -> Expr {
        let lead = [Expr::variable("o"), Expr::variable("c")].into_iter().skip(weight.hidden_axes());
        weight.general(lead.chain(self.tap_names().into_iter().map(Expr::variable)).collect())
    }

    /// x̃ at t·s + j·d.
    fn general_input(&self, padded: &Stage) -> Expr {
        let lead = (padded.hidden_axes() < 2).then(|| Expr::variable("c"));
        let scaled = |name: &'static str, factor: usize| match factor {
            1 => Expr::variable(name),
            _ => Expr::Product(vec![Expr::Number(factor as f64), Expr::variable(name)]),
        };
        let place = |((window, output), tap): ((&super::Window, &'static str), &'static str)| {
            Expr::Sum(vec![scaled(output, window.stride), scaled(tap, window.dilation)])
        };
        let places = self.windows.iter().zip(self.output_names()).zip(self.tap_names()).map(place);
        padded.general(lead.into_iter().chain(places).collect())
    }

    fn general_product(&self, stages: ConvStages<'_>) -> Expr {
        Expr::Product(vec![self.general_weight(stages.weight), self.general_input(stages.padded)])
    }

    fn over_taps(&self, body: Expr) -> Expr {
        let taps = self.windows.iter().zip(self.tap_names());
        taps.rev().fold(body, |body, (window, tap)| {
            Expr::Series(Box::new(Series {
                index: tap,
                from: Some(Expr::Number(0.0)),
                to: Some(Expr::Number(window.kernel as f64 - 1.0)),
                body,
            }))
        })
    }

    fn over_channels(&self, stages: ConvStages<'_>, body: Expr) -> Expr {
        let body = self.over_taps(body);
        if stages.weight.hidden_axes() < 2 { series("c", None, body) } else { body }
    }

    fn general(&self, stages: ConvStages<'_>, sum: Expr) -> Expr {
        match stages.bias {
            Some(bias) => {
                let subscripts = if bias.hidden_axes() == 0 { vec![Expr::variable("o")] } else { Vec::new() };
                Expr::Sum(vec![sum, bias.general(subscripts)])
            }
            None => sum,
        }
    }
}

fn series(index: &'static str, from: Option<Expr>, body: Expr) -> Expr {
    Expr::Series(Box::new(Series { index, from, to: None, body }))
}
