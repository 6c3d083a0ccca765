//! What the CPU's kernels compute is what the definition does, within the rounding of single precision: on random shapes and settings,
//! ragged ones among them, so that every way through a kernel is gone.

mod random;

use futures_util::FutureExt;
use layerscope::compute::{Device, Layer, Prepared, Request, compute, sampled};
use layerscope::layers::{Dense, PaddingMode, Pool, Pooling, Tensor, Window};
use layerscope_kernels::product::ROWS;
use layerscope_kernels::winograd::GROWTH;
use proptest::prelude::*;
use proptest::sample::select;
use random::{Axes, MODES, convolution};
use serde_json::{Value, json};

#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

const CASES: u32 = 1000;

/// Numbers from −1 to 1.
fn numbers(shape: &[usize], seed: u32) -> Tensor {
    random::numbers(shape, seed, 1.0)
}

fn json_of(tensor: &Tensor) -> Value {
    json!({"shape": tensor.shape(), "data": tensor.iter().collect::<Vec<_>>()})
}

fn output(layer: Layer, input: Tensor) -> Tensor {
    let request = Request { layer, input, output_gradient: None };
    request.run(&Device::Cpu).now_or_never().expect("ready at once").expect("an answer").output
}

/// Checks every number against the definition.
fn expect_close(got: &Tensor, expected: &Tensor, bound: f32) -> Result<(), TestCaseError> {
    prop_assert_eq!(got.shape(), expected.shape());
    for (place, (got, expected)) in got.iter().zip(expected).enumerate() {
        prop_assert!((got - expected).abs() <= bound, "number {place}: {got}, not {expected} within {bound}");
    }
    Ok(())
}

/// By how much a sum of so many products of numbers up to 1 may be off, computed in another order.
fn rounding(terms: usize) -> f32 {
    2.0 * (terms + 1) as f32 * f32::EPSILON
}

fn axes(longest: usize, most_taps: usize, most: usize) -> impl Strategy<Value = Axes> {
    let axis = (1..=longest, 1..=most_taps, 1_usize..4, 1_usize..5, (0_usize..5, 0_usize..5));
    prop::collection::vec(axis, 1..=most)
}

fn expect_conv(sizes: [usize; 4], axes: &Axes, mode: PaddingMode, seed: u32) -> Result<(), TestCaseError> {
    let (conv, [x, weight, bias]) = convolution(sizes, axes, mode, seed, 1.0);
    let bias = (seed.is_multiple_of(2)).then_some(bias);
    let Ok(expected) = conv.forward(&x, &weight, bias.as_ref()) else { return Ok(()) };
    let terms = weight.len() / weight.shape()[0];
    // Fewer multiplications are for many outputs.
    let growth = if sizes[2] < 2 * ROWS { 1.0 } else { GROWTH };
    expect_close(&output(Layer::Conv { conv, weight, bias }, x), &expected, growth * rounding(terms))
}

fn pooling_of(seed: u32) -> Pooling {
    [Pooling::Max, Pooling::Min, Pooling::Average][seed as usize % 3]
}

/// A layer with a memory, or on a graph: where gradients are asked for, the answer comes from the definition.
fn expect_as_defined(mut request: Value, bound: f32) -> Result<(), TestCaseError> {
    let fast = compute(&request).map_err(|error| TestCaseError::fail(error.message))?;
    request["output_gradient"] = json_of(&numbers(&shape_of(&fast["output"]), 9));
    let defined = compute(&request).map_err(|error| TestCaseError::fail(error.message))?;
    for (key, fast) in fast.as_object().into_iter().flatten() {
        expect_close(&tensor_of(fast), &tensor_of(&defined[key]), bound)?;
    }
    Ok(())
}

fn shape_of(tensor: &Value) -> Vec<usize> {
    let axes = tensor["shape"].as_array().into_iter().flatten();
    axes.filter_map(Value::as_u64).map(|length| length as usize).collect()
}

fn tensor_of(tensor: &Value) -> Tensor {
    let numbers = tensor["data"].as_array().into_iter().flatten().filter_map(Value::as_f64);
    Tensor::from_shape_vec(shape_of(tensor), numbers.map(|number| number as f32).collect()).expect("as many numbers")
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(CASES) })]

    #[test]
    fn small_convolutions(
        sizes in (1_usize..3, 1_usize..4, 1_usize..7, 1_usize..4), axes in axes(9, 4, 3),
        mode in select(MODES.as_slice()), seed in any::<u16>(),
    ) {
        expect_conv(sizes.into(), &axes, mode, seed.into())?;
    }

    /// Many channels and long rows: with fewer multiplications where that pays.
    #[test]
    fn deep_convolutions(
        sizes in (1_usize..3, 1_usize..3, 7_usize..14, 5_usize..9), axes in axes(26, 9, 2),
        mode in select(MODES.as_slice()), seed in any::<u16>(), is_unit in any::<bool>(),
    ) {
        let axes: Axes = match is_unit {
            true => axes.into_iter().map(|(length, kernel, _, dilation, pad)| (length, kernel, 1, dilation, pad)).collect(),
            false => axes,
        };
        expect_conv(sizes.into(), &axes, mode, seed.into())?;
    }

    #[test]
    fn image_filters(
        size in (1_usize..60, 1_usize..90), kernel in (1_usize..12, 1_usize..16), outputs in 1_usize..4,
        stride in (1_usize..4, 1_usize..4), mode in select(MODES.as_slice()), seed in any::<u16>(),
    ) {
        let axes = vec![(size.0, kernel.0, stride.0, 1, (2, 3)), (size.1, kernel.1, stride.1, 1, (5, 2))];
        expect_conv([1, 2, outputs, 1], &axes, mode, seed.into())?;
    }

    /// Filters that are a column times a row, as a blur is: computed in two passes.
    #[test]
    fn separable_filters(
        size in (1_usize..60, 1_usize..90), kernel in (2_usize..16, 2_usize..16), batch in 1_usize..3,
        stride in (1_usize..3, 1_usize..3), dilation in (1_usize..3, 1_usize..3),
        mode in select(MODES.as_slice()), seed in any::<u16>(),
    ) {
        let axes = vec![(size.0, kernel.0, stride.0, dilation.0, (2, 3)), (size.1, kernel.1, stride.1, dilation.1, (5, 2))];
        let (conv, [x, mut weight, bias]) = convolution([batch, 1, 1, 1], &axes, mode, seed.into(), 1.0);
        let [column, row] = [kernel.0, kernel.1].map(|length| numbers(&[length], u32::from(seed) + length as u32));
        weight.iter_mut().enumerate().for_each(|(at, number)| *number = column[at / kernel.1] * row[at % kernel.1]);
        let bias = (seed.is_multiple_of(2)).then_some(bias);
        if let Ok(expected) = conv.forward(&x, &weight, bias.as_ref()) {
            let terms = weight.len();
            expect_close(&output(Layer::Conv { conv, weight, bias }, x), &expected, rounding(terms))?;
        }
    }

    /// Some rows and columns of the output alone, as a large picture is drawn.
    #[test]
    fn convolutions_at_some_places(
        channels in 1_usize..4, axes in prop::collection::vec(
            (1_usize..=30, 1_usize..=9, 1_usize..4, 1_usize..4, (0_usize..5, 0_usize..5)), 2,
        ),
        mode in select(MODES.as_slice()), seed in any::<u16>(), every in (1_usize..5, 1_usize..5),
    ) {
        let (conv, [x, weight, _]) = convolution([1, 1, 1, channels], &axes, mode, seed.into(), 1.0);
        if let Ok(expected) = conv.forward(&x, &weight, None) {
            let places = |axis: usize, every| (0..expected.shape()[axis]).step_by(every).collect::<Vec<_>>();
            let (rows, columns) = (places(2, every.0), places(3, every.1));
            let taps = weight.as_slice().expect("in order");
            let drawn = sampled(&conv, &x, (0, taps), [&rows, &columns]);
            let expected: Vec<f32> =
                rows.iter().flat_map(|&row| columns.iter().map(move |&column| [0, 0, row, column])).map(|at| expected[at]).collect();
            let flat = |numbers: Vec<f32>| Tensor::from_shape_vec(vec![numbers.len()], numbers).expect("one axis");
            expect_close(&flat(drawn), &flat(expected), rounding(taps.len()))?;
        }
    }

    #[test]
    fn dense_layers(rows in 1_usize..14, inputs in 1_usize..70, outputs in 1_usize..70, seed in any::<u16>()) {
        let seed = u32::from(seed);
        let (x, weight) = (numbers(&[rows, inputs], seed), numbers(&[outputs, inputs], seed + 1));
        let bias = (seed.is_multiple_of(2)).then(|| numbers(&[outputs], seed + 2));
        let expected = Dense.forward(&x, &weight, bias.as_ref()).expect("shapes fit");
        expect_close(&output(Layer::Dense { weight, bias }, x), &expected, rounding(inputs))?;
    }

    #[test]
    fn pools(
        lead in 1_usize..4, axes in axes(30, 14, 3), ceil_mode in any::<bool>(), count_include_pad in any::<bool>(),
        seed in any::<u16>(),
    ) {
        let windows: Vec<Window> =
            axes.iter().map(|&(_, kernel, stride, dilation, _)| Window { kernel, stride, dilation }).collect();
        let padding = axes.iter().map(|&(_, kernel, .., (before, after))| (before.min(kernel / 2), after.min(kernel / 2)));
        let padding = padding.collect();
        let pool = Pool { pooling: pooling_of(seed.into()), windows, padding, ceil_mode, count_include_pad };
        let input: Vec<usize> = [lead].into_iter().chain(axes.iter().map(|axis| axis.0)).collect();
        let x = numbers(&input, seed.into());
        if let Ok(expected) = pool.forward(&x) {
            let bound = if pool.pooling == Pooling::Average { rounding(14) } else { 0.0 };
            expect_close(&output(Layer::Pool(pool), x), &expected, bound)?;
        }
    }

    #[test]
    fn layers_with_a_memory(
        layer in select(&["rnn", "lstm", "gru"][..]), sizes in (1_usize..40, 1_usize..6, 1_usize..11, 1_usize..21),
        other in any::<bool>(), has_bias in any::<bool>(), has_state in any::<bool>(), seed in any::<u16>(),
    ) {
        let ((steps, batch, inputs, hidden), seed) = (sizes, u32::from(seed));
        let rows = hidden * match layer { "rnn" => 1, "lstm" => 4, _ => 3 };
        let few = |shape: &[usize], seed| json_of(&(numbers(shape, seed) * 0.5));
        // States that fade: where they grow with every step, what is off grows with them.
        let fading = numbers(&[rows, hidden], seed + 2) * (0.7 / (hidden as f32).sqrt());
        let mut request = json!({"layer": layer, "input": few(&[steps, batch, inputs], seed),
            "weight_ih": few(&[rows, inputs], seed + 1), "weight_hh": json_of(&fading)});
        if has_bias {
            request["bias_ih"] = few(&[rows], seed + 3);
            request["bias_hh"] = few(&[rows], seed + 4);
        }
        if has_state {
            request["h0"] = few(&[batch, hidden], seed + 5);
        }
        match layer {
            "rnn" => request["nonlinearity"] = json!(if other { "tanh" } else { "relu" }),
            "gru" => request["reset_after"] = json!(other),
            _ if other => request["c0"] = few(&[batch, hidden], seed + 6),
            _ => {}
        }
        expect_as_defined(request, 1e-5)?;
    }

    #[test]
    fn layers_on_graphs(
        layer in select(&["aggregate", "gcn", "sage", "gin", "gat"][..]), nodes in 1_usize..20, widths in (1_usize..40, 1_usize..20),
        links in prop::collection::vec((0_usize..20, 0_usize..20), 0..60), other in 0_usize..4, seed in any::<u16>(),
    ) {
        let ((width, outputs), seed) = (widths, u32::from(seed));
        let edges: Vec<[usize; 2]> = links.iter().map(|&(from, to)| [from % nodes, to % nodes]).collect();
        let tensor = |shape: &[usize], seed| json_of(&numbers(shape, seed));
        let operation = ["sum", "mean", "max", "min"][other];
        let mut request = json!({"layer": layer, "input": tensor(&[nodes, width], seed), "edges": edges});
        let mut give = |key: &str, value: Value| request[key] = value;
        match layer {
            "aggregate" => give("operation", json!(operation)),
            "sage" => {
                give("operation", json!(operation));
                give("weight_neighbours", tensor(&[outputs, width], seed + 1));
                give("weight_self", tensor(&[outputs, width], seed + 2));
            }
            _ => give("weight", tensor(&[outputs, width], seed + 1)),
        }
        match layer {
            "gcn" => {
                give("normalization", json!(["row", "symmetric", "none"][other % 3]));
                give("activation", json!(["relu", "tanh", "identity", "silu"][other]));
            }
            "gin" => give("epsilon", json!(0.25)),
            "gat" => {
                give("attention_source", tensor(&[outputs], seed + 3));
                give("attention_target", tensor(&[outputs], seed + 4));
            }
            _ => {}
        }
        if layer != "aggregate" {
            give("bias", tensor(&[outputs], seed + 5));
        }
        expect_as_defined(request, 1e-3)?;
    }
}

#[test]
fn a_prepared_layer_computes_again_and_again() {
    let request =
        json!({"layer": "conv", "input": {"shape": [1, 1, 4]}, "weight": {"shape": [1, 1, 2], "data": [1, -1]}});
    let mut prepared = Prepared::new(&request).expect("a request");
    for (input, output) in [([0.0, 1.0, 3.0, 3.0], [-1.0, -2.0, 0.0]), ([1.0, 0.0, 0.0, 5.0], [1.0, 0.0, -5.0])] {
        prepared.input().copy_from_slice(&input);
        assert_eq!(prepared.run().expect("numbers"), output);
    }
    let relu = json!({"layer": "activation", "function": "relu", "input": {"shape": [2]}});
    let mut prepared = Prepared::new(&relu).expect("a request");
    prepared.input().copy_from_slice(&[-1.0, 2.0]);
    assert_eq!(prepared.run().expect("numbers"), [0.0, 2.0]);
    let error = Prepared::new(&json!({"layer": "activation", "function": "relu"})).expect_err("no input");
    assert!(error.message.starts_with("input is missing; activation takes a tensor"), "{error}");
}

#[test]
fn what_leaves_the_range_of_single_precision_on_the_way_is_left_to_the_definition() {
    let request = json!({"layer": "dense", "input": {"shape": [1, 3], "data": [3e38, 3e38, 3e38]},
        "weight": {"shape": [1, 3], "data": [1, 1, -1]}});
    assert_eq!(compute(&request).expect("a number")["output"]["data"], json!([3e38_f32]));
}
