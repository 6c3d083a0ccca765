//! Where each number of an activation comes from, forward and backward.

use super::{Activation, Pointwise};
use crate::explain::{Explanation, Expr, Function, Index, Stage};
use crate::layers::Region;
use crate::layers::notation::{OUTPUT, anywhere, general, minus, sum_over};

/// e to the power of its argument.
pub(in crate::layers) const EXP: Function =
    Function { name: "exp", spoken: "the exponential of", apply: |arguments| libm::exp(arguments[0]) };

/// The other numbers that a softmax sees.
const OTHER: &str = "k";

impl Activation {
    /// Why an output is what it is: y = σ(z). For the softmax it is e^{z_i} / Σ_k e^{z_k}, where the largest z is first subtracted
    /// from all.
    pub fn explain(self, input: &Stage, output: &Stage, at: Index) -> Explanation {
        let position = output.position(at);
        let z = input.at(&position);
        let rule = general(input, &any_position(input));
        let (rule, made_from) = match self.pointwise() {
            Some(_) if self == Self::Identity => (rule, z),
            Some(pointwise) => (call(&pointwise, pointwise.function, rule), call(&pointwise, pointwise.function, z)),
            None => {
                let lane = lane(input, &position);
                let largest = lane.iter().max_by(|a, b| input_at(input, a).total_cmp(&input_at(input, b)));
                let power = |at: &Vec<usize>| {
                    let shifted = largest.map_or(input.at(at), |largest| minus(input.at(at), input.at(largest)));
                    Expr::call(EXP, shifted)
                };
                let sum = Expr::Sum(lane.iter().map(power).collect());
                let exp = |z| Expr::call(EXP, z);
                let others = sum_over(OTHER, exp(general(input, &other_position(input))));
                (exp(rule).over(others), power(&position).over(sum))
            }
        };
        Explanation::computed(output, &position, general(output, &any_position(output)), rule, made_from)
    }

    /// Whether its outputs can be explained through its inputs. Only those of the ReLU: after the others it would show that z was
    /// rounded in between.
    pub fn is_seen_through(self) -> bool {
        self == Self::Relu
    }

    /// Why an output is what it is, in one formula with why its input `z` is: y = ReLU(Σ …). Nothing where the activation is not
    /// [seen through](Self::is_seen_through).
    pub fn explain_through(self, z: Explanation, output: &Stage, at: Index) -> Option<Explanation> {
        let pointwise = self.pointwise().filter(|_| self.is_seen_through())?;
        let call = |inner| call(&pointwise, pointwise.function, inner);
        let position = output.position(at);
        Some(Explanation::computed(
            output,
            &position,
            general(output, &any_position(output)),
            call(z.general?.right),
            call(z.made_from),
        ))
    }

    /// Why the gradient at an input is what it is: g · σ′(z). For the softmax it is y_i · (g_i − Σ_k g_k · y_k).
    pub fn explain_gradient(
        self,
        input: &Stage,
        output: &Stage,
        upstream: &Stage,
        gradient: &Stage,
        at: Index,
    ) -> Explanation {
        let position = gradient.position(at);
        let g = upstream.at(&position);
        let at = any_position(input);
        let rule = general(upstream, &at);
        let (rule, made_from) = match self.pointwise() {
            Some(_) if self == Self::Identity => (rule, g),
            Some(pointwise) => {
                let slope = |z| call(&pointwise, pointwise.derivative, z);
                (rule.times(slope(general(input, &at))), g.times(slope(input.at(&position))))
            }
            None => {
                let product = |at: &Vec<usize>| upstream.at(at).times(output.at(at));
                let mean = Expr::Sum(lane(input, &position).iter().map(product).collect());
                let other = other_position(input);
                let others = general(upstream, &other).times(general(output, &other));
                (
                    general(output, &at).times(minus(rule, sum_over(OTHER, others))),
                    output.at(&position).times(minus(g, mean)),
                )
            }
        };
        Explanation::computed(gradient, &position, general(gradient, &at), rule, made_from)
    }

    /// The outputs that an input goes into.
    pub fn outputs_from_input(self, input: &Stage, at: Index) -> Region {
        let position = input.position(at);
        let mut axes: Vec<Vec<usize>> = position.iter().map(|&at| vec![at]).collect();
        if self == Self::Softmax {
            axes = lane_axes(input, axes);
        }
        Region::new(axes)
    }
}

fn call(pointwise: &Pointwise, function: Function, z: Expr) -> Expr {
    let mut arguments = vec![z];
    arguments.extend(pointwise.parameter.map(Expr::Number));
    Expr::Call(function, arguments)
}

fn any_position(stage: &Stage) -> Vec<Expr> {
    anywhere(stage.full_shape().len(), OUTPUT, |letters| letters.position)
}

fn other_position(stage: &Stage) -> Vec<Expr> {
    let mut at = any_position(stage);
    if let Some(last) = at.last_mut() {
        *last = Expr::variable(OTHER);
    }
    at
}

/// The positions along the last axis through `position`.
fn lane(stage: &Stage, position: &[usize]) -> Vec<Vec<usize>> {
    let axes = position.iter().map(|&at| vec![at]).collect();
    Region::new(lane_axes(stage, axes)).positions().collect()
}

/// The axes of one position, but all along the last.
fn lane_axes(stage: &Stage, mut axes: Vec<Vec<usize>>) -> Vec<Vec<usize>> {
    axes.pop();
    axes.extend(stage.full_shape().last().map(|&length| (0..length).collect()));
    axes
}

fn input_at(input: &Stage, position: &[usize]) -> f32 {
    input.leaf(position).value
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::explain::Role;
    use crate::layers::Tensor;

    const ALL: [Activation; 10] = [
        Activation::Identity,
        Activation::Relu,
        Activation::LeakyRelu { negative_slope: 0.2 },
        Activation::Sigmoid,
        Activation::Tanh,
        Activation::Elu { alpha: 1.5 },
        Activation::Gelu,
        Activation::Silu,
        Activation::Softplus,
        Activation::Softmax,
    ];

    #[test]
    fn every_cell_is_explained() {
        let z = Tensor::from_shape_fn(vec![1, 2, 5], |at| (at[1] as f32 - 0.4) * (at[2] as f32 - 2.0) * 1.7);
        let g = z.mapv(|z| 0.3 - z * 0.7);
        for activation in ALL {
            let y = activation.forward(&z).unwrap();
            let by_z = activation.backward(&z, &g).unwrap();
            let stage = |name, values: &Tensor| Stage::new(name, name, name, Role::Output, values.clone()).hiding(1);
            let (z, y, g, by_z) = (stage("z", &z), stage("y", &y), stage("g", &g), stage("d", &by_z));
            for cell in y.cells() {
                let at = y.position(cell.index);
                let forward = activation.explain(&z, &y, cell.index);
                assert_eq!(forward.value(), forward.target.value, "{activation:?} {cell}");
                let backward = activation.explain_gradient(&z, &y, &g, &by_z, cell.index);
                assert_eq!(backward.value(), backward.target.value, "{activation:?} {cell}");
                for from in z.cells() {
                    let read = activation.outputs_from_input(&z, from.index).contains(&at);
                    assert_eq!(forward.made_from.cells().contains(&from), read, "{activation:?} {from} to {cell}");
                }
            }
        }
    }
}
