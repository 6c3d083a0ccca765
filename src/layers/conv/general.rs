//! The general formulas of a convolution: the rule for any cell of a stage, in symbols.

use super::Conv;
use crate::explain::{Expr, Role, Stage};
use crate::layers::notation::{
    CHANNEL, EXAMPLE, Letters, OUTPUT, general, letters, minus, subscripts, sum_below, sum_over, variables,
};

impl Conv {
    pub(super) fn letters(&self) -> Letters {
        letters(self.windows.len())
    }

    /// Σ_c of `body`, where there is more than one.
    pub(super) fn over_channels(&self, weight: &Stage, body: Expr) -> Expr {
        if group_inputs(weight) == 1 { body } else { sum_over(CHANNEL, body) }
    }

    /// Σ_{j=0}^{k−1} of `body`, for each axis.
    pub(super) fn over_taps(&self, body: Expr) -> Expr {
        let Letters { tap, kernel, .. } = self.letters();
        tap.iter().zip(kernel).rev().fold(body, |body, (tap, kernel)| sum_below(tap, kernel, body))
    }

    /// Σ_t of `body`, for each axis of the output, and over the batch where that is shown.
    pub(super) fn over_positions(&self, output: &Stage, body: Expr) -> Expr {
        let body = self.letters().position.iter().rev().fold(body, |body, position| sum_over(position, body));
        if output.hidden_axes() == 0 { sum_over(EXAMPLE, body) } else { body }
    }

    /// y_{o,t}
    pub(super) fn general_output(&self, output: &Stage) -> Expr {
        general(output, &subscripts(output_letter(output.full_shape()[1]), variables(self.letters().position)))
    }

    /// s_{o,c,t}
    pub(super) fn general_channel_sum(&self, sums: &Stage) -> Expr {
        let [_, outputs, channels] = [0, 1, 2].map(|axis| sums.full_shape()[axis]);
        let mut at = subscripts(output_letter(outputs), variables(self.letters().position));
        at.insert(2, channel_letter(channels));
        general(sums, &at)
    }

    /// w_{o,c,j} · x_{c, t·s + j·d − p}
    pub(super) fn general_product(&self, padded: &Stage, weight: &Stage) -> Expr {
        Expr::Product(vec![self.general_weight(weight), self.general_read(padded, weight)])
    }

    /// x_{c, t·s + j·d − p}, or without p where the stage counts from its first padded cell.
    pub(super) fn general_read(&self, padded: &Stage, weight: &Stage) -> Expr {
        let Letters { position, tap, .. } = self.letters();
        let read = |(axis, (position, tap)): (usize, (&&'static str, &&'static str))| {
            let moved = Expr::Product(vec![Expr::variable(position), self.stride(axis)]);
            let within = Expr::Product(vec![Expr::variable(tap), self.dilation(axis)]);
            let mut terms = vec![moved, within];
            if self.counts_from_input(padded, axis) {
                terms.push(Expr::Negative(Box::new(self.before(axis))));
            }
            Expr::Sum(terms)
        };
        let cells = position.iter().zip(tap).enumerate().map(read).collect();
        general(padded, &subscripts(self.general_input_channel(weight), cells))
    }

    /// Σ_o Σ_j g_{o, (u + p − j·d) / s} · w_{o,c,j}
    pub(super) fn general_padded_gradient(&self, weight: &Stage, upstream: &Stage, gradient: &Stage) -> Expr {
        let Letters { cell, tap, .. } = self.letters();
        let reader = |(axis, (cell, tap)): (usize, (&&'static str, &&'static str))| {
            let mut distance = vec![Expr::variable(cell)];
            if self.counts_from_input(gradient, axis) {
                distance.push(self.before(axis));
            }
            let within = Expr::Product(vec![Expr::variable(tap), self.dilation(axis)]);
            distance.push(Expr::Negative(Box::new(within)));
            Expr::Quotient(Box::new(Expr::Sum(distance)), Box::new(self.stride(axis)))
        };
        let readers = cell.iter().zip(tap).enumerate().map(reader).collect();
        let channel = Expr::variable(CHANNEL);
        let group_outputs = weight.full_shape()[0] / self.groups;
        let output = match (group_outputs, self.groups) {
            (1, 1) => Expr::Number(0.0),
            (1, _) => whole_part(channel.clone(), group_inputs(weight)),
            _ => Expr::variable(OUTPUT),
        };
        let channel_of_group = match (group_inputs(weight), self.groups) {
            (1, _) => Expr::Number(0.0),
            (_, 1) => channel,
            (size, _) => {
                let others = vec![whole_part(channel.clone(), size), Expr::Number(size as f64)];
                minus(channel, Expr::Product(others))
            }
        };
        let mut at = vec![output.clone(), channel_of_group];
        at.extend(variables(tap));
        let product = Expr::Product(vec![general(upstream, &subscripts(output, readers)), general(weight, &at)]);
        let products = self.over_taps(product);
        if group_outputs == 1 { products } else { sum_over(OUTPUT, products) }
    }

    /// w_{o,c,j}
    fn general_weight(&self, weight: &Stage) -> Expr {
        let mut at = vec![output_letter(weight.full_shape()[0]), channel_letter(group_inputs(weight))];
        at.extend(variables(self.letters().tap));
        general(weight, &at)
    }

    /// The input channel that is the c-th of those that output o reads.
    fn general_input_channel(&self, weight: &Stage) -> Expr {
        let channel = channel_letter(group_inputs(weight));
        if self.groups == 1 {
            return channel;
        }
        let group = whole_part(Expr::variable(OUTPUT), weight.full_shape()[0] / self.groups);
        match group_inputs(weight) {
            1 => group,
            size => Expr::Sum(vec![Expr::Product(vec![group, Expr::Number(size as f64)]), channel]),
        }
    }

    fn stride(&self, axis: usize) -> Expr {
        parameter("s", axis, self.windows.iter().map(|window| window.stride))
    }

    fn dilation(&self, axis: usize) -> Expr {
        parameter("d", axis, self.windows.iter().map(|window| window.dilation))
    }

    fn before(&self, axis: usize) -> Expr {
        parameter("p", axis, self.padding.amounts.iter().map(|&(before, _)| before))
    }

    /// Whether the stage of padded cells calls the first cell of the input 0.
    fn counts_from_input(&self, padded: &Stage, axis: usize) -> bool {
        let before = self.padding.amounts.get(axis).map_or(0, |&(before, _)| before);
        usize::try_from(-i64::from(padded.first(2 + axis))) == Ok(before)
    }
}

/// `sum` + b_o
pub(super) fn plus_bias(sum: Expr, bias: Option<&Stage>) -> Expr {
    match bias {
        Some(bias) => Expr::Sum(vec![sum, general(bias, &[output_letter(bias.full_shape()[0])])]),
        None => sum,
    }
}

/// o, or 0 where there is no other.
fn output_letter(outputs: usize) -> Expr {
    if outputs == 1 { Expr::Number(0.0) } else { Expr::variable(OUTPUT) }
}

/// c, or 0 where there is no other.
fn channel_letter(channels: usize) -> Expr {
    if channels == 1 { Expr::Number(0.0) } else { Expr::variable(CHANNEL) }
}

fn group_inputs(weight: &Stage) -> usize {
    weight.full_shape()[1]
}

/// The parameter's letter, with the number of the axis where it differs between the axes.
fn parameter(name: &'static str, axis: usize, mut values: impl Iterator<Item = usize>) -> Expr {
    let first = values.next();
    if values.all(|other| Some(other) == first) {
        return Expr::variable(name);
    }
    Expr::indexed(name, Role::Plain, vec![Expr::Number((axis + 1) as f64)])
}

/// ⌊number / size⌋
fn whole_part(number: Expr, size: usize) -> Expr {
    if size == 1 {
        return number;
    }
    Expr::Floor(Box::new(Expr::Quotient(Box::new(number), Box::new(Expr::Number(size as f64)))))
}
