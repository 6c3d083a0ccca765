//! Where each number of a dense layer comes from, forward and backward.

use super::Dense;
use crate::explain::{Explanation, Expr, Index, Stage};
use crate::layers::Region;
use crate::layers::notation::{EXAMPLE, OUTPUT, general, sum_over, variables};

/// The input in formulas.
const INPUT: &str = "i";

impl Dense {
    /// Why an output is what it is: y_o = Σ_i w_{o,i} · x_i + b_o.
    pub fn explain(
        &self,
        input: &Stage,
        weight: &Stage,
        bias: Option<&Stage>,
        output: &Stage,
        at: Index,
    ) -> Explanation {
        let position = output.position(at);
        let (o, example) = last(&position);
        let term = |i| weight.at(&[o, i]).times(input.at(&[example, &[i]].concat()));
        let mut terms: Vec<Expr> = (0..weight.full_shape()[1]).map(term).collect();
        terms.extend(bias.map(|bias| bias.at(&[o])));
        let product = vec![general(weight, &variables(&[OUTPUT, INPUT])), anywhere(input, INPUT)];
        let mut rule = vec![sum_over(INPUT, Expr::Product(product))];
        rule.extend(bias.map(|bias| general(bias, &variables(&[OUTPUT]))));
        Explanation::computed(output, &position, anywhere(output, OUTPUT), Expr::Sum(rule), Expr::Sum(terms))
    }

    /// Why the gradient at an input is what it is: ∂E/∂x_i = Σ_o g_o · w_{o,i}.
    pub fn explain_input_gradient(&self, weight: &Stage, upstream: &Stage, gradient: &Stage, at: Index) -> Explanation {
        let position = gradient.position(at);
        let (i, example) = last(&position);
        let term = |o| upstream.at(&[example, &[o]].concat()).times(weight.at(&[o, i]));
        let product = vec![anywhere(upstream, OUTPUT), general(weight, &variables(&[OUTPUT, INPUT]))];
        Explanation::computed(
            gradient,
            &position,
            anywhere(gradient, INPUT),
            sum_over(OUTPUT, Expr::Product(product)),
            Expr::Sum((0..weight.full_shape()[0]).map(term).collect()),
        )
    }

    /// Why the gradient by a weight is what it is: ∂E/∂w_{o,i} = Σ g_o · x_i, over all examples.
    pub fn explain_weight_gradient(&self, input: &Stage, upstream: &Stage, gradient: &Stage, at: Index) -> Explanation {
        let position = gradient.position(at);
        let (i, _) = last(&position);
        let term = |g: Vec<usize>| {
            let (_, example) = last(&g);
            upstream.at(&g).times(input.at(&[example, &[i]].concat()))
        };
        let outputs = self.outputs_of(position[0], upstream.full_shape());
        let product = anywhere(upstream, OUTPUT).times(anywhere(input, INPUT));
        let left = general(gradient, &variables(&[OUTPUT, INPUT]));
        Explanation::computed(
            gradient,
            &position,
            left,
            over_examples(upstream, product),
            Expr::Sum(outputs.positions().map(term).collect()),
        )
    }

    /// Why the gradient by a bias is what it is: ∂E/∂b_o = Σ g_o, over all examples.
    pub fn explain_bias_gradient(&self, upstream: &Stage, gradient: &Stage, at: Index) -> Explanation {
        let position = gradient.position(at);
        let outputs = self.outputs_of(position[0], upstream.full_shape());
        let sum = over_examples(upstream, anywhere(upstream, OUTPUT));
        Explanation::computed(
            gradient,
            &position,
            general(gradient, &variables(&[OUTPUT])),
            sum,
            Expr::Sum(outputs.positions().map(|g| upstream.at(&g)).collect()),
        )
    }

    /// The outputs that an input is multiplied into: all of its example.
    pub fn outputs_from_input(&self, input: &Stage, output: &Stage, at: Index) -> Region {
        let position = input.position(at);
        let mut axes: Vec<Vec<usize>> = last(&position).1.iter().map(|&at| vec![at]).collect();
        axes.extend(output.full_shape().last().map(|&outputs| (0..outputs).collect()));
        Region::new(axes)
    }

    /// The outputs that a weight is multiplied into: its own in every example.
    pub fn outputs_from_weight(&self, weight: &Stage, output: &Stage, at: Index) -> Region {
        self.outputs_of(weight.position(at)[0], output.full_shape())
    }

    /// The outputs that a bias is added to: its own in every example.
    pub fn outputs_from_bias(&self, bias: &Stage, output: &Stage, at: Index) -> Region {
        self.outputs_of(bias.position(at)[0], output.full_shape())
    }

    /// Output `o` in every example.
    fn outputs_of(&self, o: usize, output: &[usize]) -> Region {
        let examples = output.len().saturating_sub(1);
        let mut axes: Vec<Vec<usize>> = output[..examples].iter().map(|&length| (0..length).collect()).collect();
        axes.push(vec![o]);
        Region::new(axes)
    }
}

/// The last axis of a position, and the axes in front of it.
fn last(position: &[usize]) -> (usize, &[usize]) {
    position.split_last().map_or((0, position), |(&last, example)| (last, example))
}

/// The stage's symbol for any example.
fn anywhere(stage: &Stage, index: &'static str) -> Expr {
    let mut subscripts = vec![Expr::variable(EXAMPLE); stage.full_shape().len().saturating_sub(1)];
    subscripts.push(Expr::variable(index));
    general(stage, &subscripts)
}

/// Σ of `body` over the examples, where the stage shows them.
fn over_examples(stage: &Stage, body: Expr) -> Expr {
    if stage.shape().len() > 1 { sum_over(EXAMPLE, body) } else { body }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::explain::Role;
    use crate::layers::Tensor;

    fn numbers(shape: &[usize], seed: f32) -> Tensor {
        let mut next = seed;
        Tensor::from_shape_simple_fn(shape, || {
            next = (next * 5.7 + 0.83) % 2.0;
            next - 1.0
        })
    }

    #[test]
    fn every_cell_is_explained() {
        for leading in [vec![], vec![1], vec![3], vec![2, 2]] {
            let shape = |last: usize| [leading.as_slice(), &[last]].concat();
            let (x, w, b) = (numbers(&shape(4), 0.3), numbers(&[3, 4], 0.1), numbers(&[3], 0.7));
            let g = numbers(&shape(3), 0.9);
            let y = Dense.forward(&x, &w, Some(&b)).unwrap();
            let by = Dense.backward(&x, &w, &g).unwrap();
            let stage = |name, values| Stage::new(name, name, "v", Role::Intermediate, values);
            let (x, w, b, g, y) = (stage("x", x), stage("w", w), stage("b", b), stage("g", g), stage("y", y));
            let (by_x, by_w, by_b) = (stage("gx", by.input), stage("gw", by.weight), stage("gb", by.bias));
            let mut explanations = Vec::new();
            explanations.extend(y.cells().map(|at| Dense.explain(&x, &w, Some(&b), &y, at.index)));
            explanations.extend(by_x.cells().map(|at| Dense.explain_input_gradient(&w, &g, &by_x, at.index)));
            explanations.extend(by_w.cells().map(|at| Dense.explain_weight_gradient(&x, &g, &by_w, at.index)));
            explanations.extend(by_b.cells().map(|at| Dense.explain_bias_gradient(&g, &by_b, at.index)));
            for explanation in explanations {
                assert_eq!(explanation.value(), explanation.target.value, "{}", explanation.target.cell);
            }
            for to in y.cells() {
                let read = Dense.explain(&x, &w, Some(&b), &y, to.index).made_from.cells();
                let at = y.position(to.index);
                let reached = |region: Region| region.contains(&at);
                for from in x.cells() {
                    assert_eq!(reached(Dense.outputs_from_input(&x, &y, from.index)), read.contains(&from));
                }
                for from in w.cells() {
                    assert_eq!(reached(Dense.outputs_from_weight(&w, &y, from.index)), read.contains(&from));
                }
                for from in b.cells() {
                    assert_eq!(reached(Dense.outputs_from_bias(&b, &y, from.index)), read.contains(&from));
                }
            }
        }
    }
}
