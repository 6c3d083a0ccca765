//! The general formulas of a convolution: the rule for any cell of a stage, in symbols.

use super::Conv;
use crate::explain::{Expr, Role, Rule, Stage};
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
        self.general_weight(weight).times(self.general_read(padded, weight))
    }

    /// x_{c, t·s + j·d − p}, or without p where the stage counts from its first padded cell.
    pub(super) fn general_read(&self, padded: &Stage, weight: &Stage) -> Expr {
        let Letters { position, tap, .. } = self.letters();
        let read = |(axis, (position, tap)): (usize, (&&'static str, &&'static str))| {
            let moved = Expr::variable(position).times(self.stride(axis));
            let within = Expr::variable(tap).times(self.dilation(axis));
            let mut terms = vec![moved, within];
            if self.counts_from_input(padded, axis) {
                terms.push(self.before(axis).negative());
            }
            Expr::Sum(terms)
        };
        let cells = position.iter().zip(tap).enumerate().map(read).collect();
        general(padded, &subscripts(self.general_input_channel(weight), cells))
    }

    /// g̃_{c,u} = Σ_o Σ_j g_{o, (u + p − j·d) / s} · w_{o,c,j}
    pub(super) fn general_padded_gradient(&self, weight: &Stage, upstream: &Stage, gradient: &Stage) -> Rule {
        let Letters { cell, tap, .. } = self.letters();
        let reader = |(axis, (cell, tap)): (usize, (&&'static str, &&'static str))| {
            let mut distance = vec![Expr::variable(cell)];
            if self.counts_from_input(gradient, axis) {
                distance.push(self.before(axis));
            }
            let within = Expr::variable(tap).times(self.dilation(axis));
            distance.push(within.negative());
            Expr::Sum(distance).over(self.stride(axis))
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
        let product = general(upstream, &subscripts(output, readers)).times(general(weight, &at));
        let products = self.over_taps(product);
        let sum = if group_outputs == 1 { products } else { sum_over(OUTPUT, products) };
        Rule::new(self.general_input(gradient), sum)
    }

    /// x_{c,u}
    pub(super) fn general_input(&self, input: &Stage) -> Expr {
        general(input, &subscripts(channel_letter(input.full_shape()[1]), variables(self.letters().cell)))
    }

    /// w_{o,c,j}
    pub(super) fn general_weight(&self, weight: &Stage) -> Expr {
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
            size => Expr::Sum(vec![group.times(Expr::Number(size as f64)), channel]),
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

    /// Whether the stage of padded cells calls the first cell of the input 0, with others before it.
    fn counts_from_input(&self, padded: &Stage, axis: usize) -> bool {
        let before = self.padding.amounts.get(axis).map_or(0, |&(before, _)| before);
        before > 0 && usize::try_from(-i64::from(padded.first(2 + axis))) == Ok(before)
    }
}

/// `sum` + b_o
pub(super) fn plus_bias(sum: Expr, bias: Option<&Stage>) -> Expr {
    match bias {
        Some(bias) => Expr::Sum(vec![sum, general_bias(bias)]),
        None => sum,
    }
}

/// b_o
pub(super) fn general_bias(bias: &Stage) -> Expr {
    general(bias, &[output_letter(bias.full_shape()[0])])
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
    Expr::Floor(Box::new(number.over(Expr::Number(size as f64))))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::layers::{Padding, PaddingMode, Tensor};

    /// The formula in plain characters.
    fn text(expr: &Expr) -> String {
        let all = |parts: &[Expr], between: &str| parts.iter().map(text).collect::<Vec<_>>().join(between);
        match expr {
            Expr::Number(number) => number.to_string(),
            Expr::Symbol(symbol) if symbol.subscripts.is_empty() => symbol.name.to_owned(),
            Expr::Symbol(symbol) => format!("{}[{}]", symbol.name, all(&symbol.subscripts, ", ")),
            Expr::Sum(terms) => all(terms, " + ").replace("+ -", "- "),
            Expr::Product(factors) => all(factors, "·"),
            Expr::Quotient(above, below) => format!("({})/{}", text(above), text(below)),
            Expr::Negative(inner) => format!("-{}", text(inner)),
            Expr::Floor(inner) => format!("⌊{}⌋", text(inner)),
            Expr::Series(series) => {
                let range = |to: &Expr| format!("=0..{}", text(to));
                format!("Σ{}{} {}", series.index, series.to.as_ref().map(range).unwrap_or_default(), text(&series.body))
            }
            other => format!("{other:?}"),
        }
    }

    fn zeros(name: &'static str, shape: &[usize], hidden: usize) -> Stage {
        Stage::new(name, name, name, Role::Plain, Tensor::zeros(shape)).hiding(hidden)
    }

    #[test]
    fn one_axis_is_as_in_the_lecture() {
        let mut conv = Conv::plain(&[3]);
        conv.padding = Padding { amounts: vec![(1, 1)], mode: PaddingMode::Zeros };
        let (x, w, b, g) =
            (zeros("x", &[1, 1, 9], 2), zeros("w", &[1, 1, 3], 2), zeros("b", &[1], 1), zeros("g", &[1, 1, 7], 2));
        let padded = x.clone().counting_from(&conv.padding.first_subscripts());
        let rule = |padded| text(&plus_bias(conv.over_taps(conv.general_product(padded, &w)), Some(&b)));
        assert_eq!(rule(&padded), "Σj=0..k - 1 w[j]·x[t·s + j·d - p] + b");
        assert_eq!(rule(&x), "Σj=0..k - 1 w[j]·x[t·s + j·d] + b");
        let by_padded = conv.general_padded_gradient(&w, &g, &padded);
        assert_eq!(
            text(&by_padded.left) + " = " + &text(&by_padded.right),
            "x[u] = Σj=0..k - 1 g[(u + p - j·d)/s]·w[j]"
        );
        assert_eq!(text(&conv.over_positions(&g, conv.general_output(&g))), "Σt g[t]");
    }

    #[test]
    fn two_axes_name_channels_and_groups() {
        let mut conv = Conv::plain(&[3, 2]);
        conv.windows[1].stride = 2;
        let (x, w, b) = (zeros("x", &[1, 4, 5, 5], 1), zeros("w", &[6, 4, 3, 2], 0), zeros("b", &[6], 0));
        let rule = |conv: &Conv, w| {
            text(&plus_bias(conv.over_channels(w, conv.over_taps(conv.general_product(&x, w))), Some(&b)))
        };
        let reads = "i·s[1] + n·d, j·s[2] + m·d";
        assert_eq!(rule(&conv, &w), format!("Σc Σn=0..N - 1 Σm=0..M - 1 w[o, c, n, m]·x[c, {reads}] + b[o]"));
        conv.groups = 2;
        let w = zeros("w", &[6, 2, 3, 2], 0);
        assert_eq!(
            rule(&conv, &w),
            format!("Σc Σn=0..N - 1 Σm=0..M - 1 w[o, c, n, m]·x[⌊(o)/3⌋·2 + c, {reads}] + b[o]")
        );
        conv.groups = 4;
        let w = zeros("w", &[4, 1, 3, 2], 0);
        assert_eq!(rule(&conv, &w), format!("Σn=0..N - 1 Σm=0..M - 1 w[o, 0, n, m]·x[o, {reads}] + b[o]"));
        let sums = zeros("s", &[1, 6, 2, 3, 3], 1);
        assert_eq!(text(&conv.general_channel_sum(&sums)), "s[o, c, i, j]");
    }
}
