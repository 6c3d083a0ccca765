//! What the layers promise, on random shapes and settings: gradients are those of finite differences, explanations evaluate to
//! the numbers they explain, and convolution is what the lecture says of it.

mod random;

use std::rc::Rc;

use layerscope::explain::{Explanation, Role, Stage};
use layerscope::layers::{
    Activation, Conv, ConvStages, Dense, Extent, LayerError, Padding, PaddingMode, Tensor, Window,
};
use ndarray::{Axis, Slice};
use proptest::prelude::*;
use proptest::sample::select;
use random::{Axes, MODES, convolution};

#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

const ACTIVATIONS: [Activation; 10] = [
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

/// Numbers from −2 to 2.
fn numbers(shape: &[usize], seed: u32) -> Tensor {
    random::numbers(shape, seed, 2.0)
}

/// A convolution with its tensors.
#[derive(Clone, Debug)]
struct Case {
    conv: Conv,
    x: Tensor,
    w: Tensor,
    b: Tensor,
    y: Tensor,
    g: Tensor,
}

fn conv_case(
    (batch, groups, outputs, channels, axes, mode, seed): (usize, usize, usize, usize, Axes, PaddingMode, u32),
) -> Option<Case> {
    let (conv, [x, w, b]) = convolution([batch, groups, outputs, channels], &axes, mode, seed, 2.0);
    let y = conv.forward(&x, &w, Some(&b)).ok()?;
    let g = numbers(y.shape(), seed + 3);
    Some(Case { conv, x, w, b, y, g })
}

fn conv_cases(max_axes: usize) -> impl Strategy<Value = Case> {
    let axis = (1_usize..6, 1_usize..4, 1_usize..4, 1_usize..3, (0_usize..5, 0_usize..5));
    let axes = prop::collection::vec(axis, 1..=max_axes);
    (1_usize..3, 1_usize..3, 1_usize..3, 1_usize..3, axes, select(MODES.as_slice()), any::<u16>().prop_map(u32::from))
        .prop_filter_map("the window fits", conv_case)
}

/// Σ g·y
fn loss(y: &Tensor, g: &Tensor) -> f64 {
    y.iter().zip(g).map(|(&y, &g)| f64::from(y) * f64::from(g)).sum()
}

/// Checks a gradient against (E(x + h) − E(x − h)) / 2h, number by number.
fn expect_gradient(
    gradient: &Tensor,
    at: &Tensor,
    step: f32,
    loss: impl Fn(&Tensor) -> Result<f64, LayerError>,
) -> Result<(), TestCaseError> {
    prop_assert_eq!(gradient.shape(), at.shape());
    for (place, &computed) in gradient.iter().enumerate() {
        let moved = |by: f32| {
            let mut moved = at.clone();
            let number = moved.iter_mut().nth(place).expect("a number there");
            *number += by;
            let number = f64::from(*number);
            (number, loss(&moved).expect("the same shapes"))
        };
        let ((above, e_above), (below, e_below)) = (moved(step), moved(-step));
        let measured = (e_above - e_below) / (above - below);
        let close = (measured - f64::from(computed)).abs() <= 3e-4 * measured.abs().max(1.0);
        prop_assert!(close, "number {}: computed {}, measured {}", place, computed, measured);
    }
    Ok(())
}

fn stage(name: &'static str, values: &Tensor) -> Stage {
    Stage::new(name, name, "v", Role::Intermediate, values.clone())
}

fn expect_explained(explanations: impl Iterator<Item = Explanation>) -> Result<(), TestCaseError> {
    for explanation in explanations {
        prop_assert_eq!(explanation.value(), explanation.target.value, "{}", explanation.target.cell);
    }
    Ok(())
}

fn config(cases: u32) -> ProptestConfig {
    ProptestConfig { cases, failure_persistence: None, ..ProptestConfig::default() }
}

proptest! {
    // Each number of each tensor takes two convolutions.
    #![proptest_config(config(16))]

    #[test]
    fn gradients_of_convolution(case in conv_cases(3)) {
        let Case { conv, x, w, b, g, .. } = case;
        let by = conv.backward(&x, &w, &g).expect("forward worked");
        expect_gradient(&by.input, &x, 1.0, |x| Ok(loss(&conv.forward(x, &w, Some(&b))?, &g)))?;
        expect_gradient(&by.weight, &w, 1.0, |w| Ok(loss(&conv.forward(&x, w, Some(&b))?, &g)))?;
        expect_gradient(&by.bias, &b, 1.0, |b| Ok(loss(&conv.forward(&x, &w, Some(b))?, &g)))?;
        let padded = conv.padding.forward(&x).expect("forward worked");
        expect_gradient(&by.padded, &padded, 1.0, |padded| Ok(loss(&conv.slide(padded, &w, Some(&b))?, &g)))?;
        expect_gradient(&by.input, &x, 1.0, |x| Ok(loss(&conv.padding.forward(x)?, &by.padded)))?;
    }
}

proptest! {
    #![proptest_config(config(64))]

    #[test]
    fn gradients_of_dense_layers(batch in 1_usize..4, inputs in 1_usize..6, outputs in 1_usize..6, seed in any::<u16>()) {
        let seed = u32::from(seed);
        let (x, w) = (numbers(&[batch, inputs], seed), numbers(&[outputs, inputs], seed + 1));
        let (b, g) = (numbers(&[outputs], seed + 2), numbers(&[batch, outputs], seed + 3));
        let by = Dense.backward(&x, &w, &g).expect("shapes fit");
        expect_gradient(&by.input, &x, 1.0, |x| Ok(loss(&Dense.forward(x, &w, Some(&b))?, &g)))?;
        expect_gradient(&by.weight, &w, 1.0, |w| Ok(loss(&Dense.forward(&x, w, Some(&b))?, &g)))?;
        expect_gradient(&by.bias, &b, 1.0, |b| Ok(loss(&Dense.forward(&x, &w, Some(b))?, &g)))?;
    }

    #[test]
    fn gradients_of_activations(activation in select(ACTIVATIONS.as_slice()), rows in 1_usize..3, seed in any::<u16>()) {
        // Away from the corners, where finite differences see both sides.
        let z = numbers(&[rows, 4], u32::from(seed)).mapv(|z| if z.abs() < 0.1 { z + 0.25 } else { z });
        let g = numbers(&[rows, 4], u32::from(seed) + 1);
        let by = activation.backward(&z, &g).expect("the same shape");
        expect_gradient(&by, &z, 0.01, |z| Ok(loss(&activation.forward(z)?, &g)))?;
    }

    #[test]
    fn convolutions_are_explained(case in conv_cases(2)) {
        let Case { conv, x, w, b, y, g } = case;
        let by = conv.backward(&x, &w, &g).expect("forward worked");
        let padded = stage("padded", &conv.padding.forward(&x).expect("forward worked"));
        let (input, weight, bias, output) = (stage("x", &x), stage("w", &w), stage("b", &b), stage("y", &y));
        let (upstream, by_weight, by_bias) = (stage("g", &g), stage("gw", &by.weight), stage("gb", &by.bias));
        let (by_padded, by_input) = (stage("gp", &by.padded), stage("gx", &by.input));
        let stages = ConvStages { padded: &padded, weight: &weight, bias: Some(&bias) };
        expect_explained(output.cells().map(|cell| conv.explain(stages, &output, cell.index)))?;
        expect_explained(padded.cells().map(|cell| conv.padding.explain(&input, &padded, cell.index)))?;
        expect_explained(by_weight.cells().map(|cell| conv.explain_weight_gradient(&padded, &upstream, &by_weight, cell.index)))?;
        expect_explained(by_bias.cells().map(|cell| conv.explain_bias_gradient(&upstream, &by_bias, cell.index)))?;
        expect_explained(by_padded.cells().map(|cell| conv.explain_padded_gradient(&weight, &upstream, &by_padded, cell.index)))?;
        expect_explained(by_input.cells().map(|cell| conv.padding.explain_gradient(&by_padded, &by_input, cell.index)))?;
        let sums = stage("s", &conv.channel_sums(padded.array().expect("in memory"), &w).expect("forward worked"));
        expect_explained(sums.cells().map(|cell| conv.explain_channel(stages, &sums, cell.index)))?;
    }

    #[test]
    fn one_cell_is_what_forward_gives(case in conv_cases(3)) {
        let Case { conv, x, w, b, y, .. } = case;
        let cells = conv.cells(Rc::new(x), Rc::new(w), Some(Rc::new(b))).expect("forward worked");
        for (position, &number) in y.indexed_iter() {
            prop_assert_eq!(cells.output(ndarray::Dimension::slice(&position)), number);
        }
    }

    #[test]
    fn groups_are_convolutions_beside_each_other(case in conv_cases(2)) {
        let Case { conv, x, w, b, y, .. } = case;
        let part = |tensor: &Tensor, axis: usize, group: usize| {
            let size = tensor.shape()[axis] / conv.groups;
            tensor.slice_axis(Axis(axis), Slice::from(group * size..(group + 1) * size)).to_owned()
        };
        let alone = Conv { groups: 1, ..conv.clone() };
        for group in 0..conv.groups {
            let (x, w, b) = (part(&x, 1, group), part(&w, 0, group), part(&b, 0, group));
            prop_assert_eq!(alone.forward(&x, &w, Some(&b)), Ok(part(&y, 1, group)));
        }
    }

    #[test]
    fn extents_keep_their_promises(length in 1_usize..24, kernel in 1_usize..6, stride in 1_usize..4, dilation in 1_usize..4) {
        let window = Window { kernel, stride, dilation };
        let outputs = |extent: Extent| {
            let (before, after) = extent.amounts(&window);
            window.outputs(before + length + after)
        };
        prop_assert_eq!(outputs(Extent::Same), Ok(length.div_ceil(stride)));
        prop_assert_eq!(outputs(Extent::Causal), Ok(length.div_ceil(stride)));
        let beyond = (kernel - 1) * dilation;
        prop_assert_eq!(outputs(Extent::Valid).ok(), length.checked_sub(beyond + 1).map(|room| room / stride + 1));
        let (before, after) = Extent::Same.amounts(&window);
        prop_assert!(after - before <= 1);
    }

    #[test]
    fn causal_outputs_do_not_see_the_future(length in 1_usize..10, kernel in 1_usize..4, dilation in 1_usize..4, seed in any::<u16>()) {
        let mut conv = Conv::plain(&[kernel]);
        conv.windows[0].dilation = dilation;
        conv.padding.amounts = vec![Extent::Causal.amounts(&conv.windows[0])];
        let (x, w) = (numbers(&[1, 1, length], u32::from(seed)), numbers(&[1, 1, kernel], u32::from(seed) + 1));
        let y = conv.forward(&x, &w, None).expect("causal fits");
        for now in 0..length {
            let mut other = x.clone();
            other.slice_axis_mut(Axis(2), Slice::from(now + 1..)).fill(100.0);
            let other = conv.forward(&other, &w, None).expect("causal fits");
            prop_assert_eq!(&other.as_slice().expect("in order")[..=now], &y.as_slice().expect("in order")[..=now]);
        }
    }

    #[test]
    fn a_shifted_circle_gives_shifted_outputs(length in 1_usize..10, kernel in 1_usize..6, shift in 0_usize..10, seed in any::<u16>()) {
        let mut conv = Conv::plain(&[kernel]);
        conv.padding = Padding { amounts: vec![Extent::Same.amounts(&conv.windows[0])], mode: PaddingMode::Circular };
        let (x, w) = (numbers(&[1, 1, length], u32::from(seed)), numbers(&[1, 1, kernel], u32::from(seed) + 1));
        let shifted = |tensor: &Tensor| Tensor::from_shape_fn(vec![1, 1, length], |at| tensor[[0, 0, (at[2] + shift) % length]]);
        let y = conv.forward(&x, &w, None).expect("same fits");
        prop_assert_eq!(conv.forward(&shifted(&x), &w, None), Ok(shifted(&y)));
    }

    /// The lecture's note: with a 1 × 1 kernel on a 1 × 1 image, a convolution is a dense layer.
    #[test]
    fn one_by_one_is_dense(batch in 1_usize..4, inputs in 1_usize..6, outputs in 1_usize..6, seed in any::<u16>()) {
        let seed = u32::from(seed);
        let (x, w, b) = (numbers(&[batch, inputs], seed), numbers(&[outputs, inputs], seed + 1), numbers(&[outputs], seed + 2));
        let image = |tensor: &Tensor| tensor.clone().insert_axis(Axis(2)).insert_axis(Axis(3));
        let y = Dense.forward(&x, &w, Some(&b)).expect("shapes fit");
        prop_assert_eq!(Conv::plain(&[1, 1]).forward(&image(&x), &image(&w), Some(&b)), Ok(image(&y)));
    }

    #[test]
    fn softmax_shares_out_one(rows in 1_usize..4, columns in 1_usize..6, seed in any::<u16>()) {
        let y = Activation::Softmax.forward(&numbers(&[rows, columns], u32::from(seed)).mapv(|z| z * 20.0)).expect("axes");
        for row in y.outer_iter() {
            prop_assert!((row.iter().sum::<f32>() - 1.0).abs() < 1e-6);
            prop_assert!(row.iter().all(|&share| (0.0..=1.0).contains(&share)));
        }
    }
}
