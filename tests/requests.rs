//! No request panics, whatever it holds; a wrong one is told what is wrong with it.

use layerscope::compute::limits::{MAX_AXES, MAX_ELEMENTS, MAX_STEP};
use layerscope::compute::{ComputeError, compute};
use proptest::prelude::*;
use proptest::sample::{Index, select};
use serde_json::{Map, Number, Value, json};

#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

/// Words that mean something in a request, in the right place or not.
const WORDS: [&str; 60] = [
    "layer",
    "input",
    "weight",
    "bias",
    "output_gradient",
    "shape",
    "data",
    "stride",
    "dilation",
    "groups",
    "padding",
    "padding_mode",
    "padding_value",
    "function",
    "conv",
    "pad",
    "dense",
    "activation",
    "pool",
    "same",
    "causal",
    "circular",
    "constant",
    "softmax",
    "elu",
    "negative_slope",
    "operation",
    "kernel",
    "ceil_mode",
    "count_include_pad",
    "average",
    "max",
    "rnn",
    "lstm",
    "gru",
    "weight_ih",
    "weight_hh",
    "bias_ih",
    "bias_hh",
    "h0",
    "c0",
    "nonlinearity",
    "relu",
    "tanh",
    "reset_after",
    "return_state_jacobians",
    "aggregate",
    "gcn",
    "sage",
    "gin",
    "gat",
    "edges",
    "weight_neighbours",
    "weight_self",
    "attention_source",
    "attention_target",
    "normalization",
    "row",
    "self_loops",
    "epsilon",
];

/// Numbers at the edges of what numbers can be.
fn edge_numbers() -> Vec<Value> {
    let floats = [0.5, -0.5, 1e-320, 1e9, 1e18, 1e39, 1e300, -1e300, -0.0, 2.0_f64.powi(53), 4_294_967_296.0];
    let mut numbers: Vec<Value> = floats.into_iter().filter_map(Number::from_f64).map(Value::Number).collect();
    let whole = [0, 1, 2, -1, i64::MIN, i64::MAX, 1 << 31, (1 << 32) - 1, MAX_STEP as i64, MAX_STEP as i64 + 1];
    numbers.extend(whole.map(Value::from));
    numbers.push(Value::from(u64::MAX));
    numbers
}

fn leaves() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        select(edge_numbers()),
        select(WORDS.as_slice()).prop_map(Value::from),
        "\\PC{0,40}".prop_map(Value::from),
    ]
}

fn any_json() -> impl Strategy<Value = Value> {
    leaves().prop_recursive(4, 48, 6, |inner| {
        let key = prop_oneof![select(WORDS.as_slice()).prop_map(str::to_owned), "\\PC{0,8}"];
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            prop::collection::vec((key, inner), 0..6).prop_map(|pairs| Value::from(Map::from_iter(pairs))),
        ]
    })
}

fn tensor(shape: &[usize], data: &[f64]) -> Value {
    json!({"shape": shape, "data": data})
}

/// Numbers of this shape, without pattern, the same each time.
fn numbers(shape: &[usize], seed: usize) -> Value {
    let elements = shape.iter().product::<usize>();
    let number = |at: usize| ((at * 37 + seed * 101 + 13) % 64) as f64 / 16.0 - 2.0;
    tensor(shape, &(0..elements).map(number).collect::<Vec<_>>())
}

/// A request for each layer, with every key.
fn valid_requests() -> Vec<Value> {
    vec![
        json!({"layer": "dense", "input": numbers(&[2, 3], 1), "weight": numbers(&[4, 3], 2), "bias": numbers(&[4], 3),
            "output_gradient": numbers(&[2, 4], 4)}),
        json!({"layer": "activation", "function": "leaky_relu", "negative_slope": 0.1, "input": numbers(&[2, 3], 1),
            "output_gradient": numbers(&[2, 3], 2)}),
        json!({"layer": "activation", "function": "softmax", "input": numbers(&[2, 3], 1)}),
        json!({"layer": "pad", "padding": [[1, 2], [0, 1]], "padding_mode": "reflect", "input": numbers(&[1, 2, 3, 3], 1)}),
        json!({"layer": "pad", "padding": [[1, 2]], "padding_mode": "constant", "padding_value": 0.5,
            "input": numbers(&[1, 1, 3], 1), "output_gradient": numbers(&[1, 1, 6], 2)}),
        json!({"layer": "conv", "input": numbers(&[2, 4, 5], 1), "weight": numbers(&[2, 2, 3], 2), "bias": numbers(&[2], 3),
            "stride": [2], "dilation": 1, "groups": 2, "padding": [[1, 1]], "padding_mode": "circular",
            "output_gradient": numbers(&[2, 2, 3], 4)}),
        json!({"layer": "conv", "input": numbers(&[1, 1, 4, 4], 1), "weight": numbers(&[2, 1, 2, 3], 2), "padding": "same",
            "dilation": [1, 2], "output_gradient": numbers(&[1, 2, 4, 4], 4)}),
        json!({"layer": "conv", "input": numbers(&[1, 1, 2, 3, 2], 1), "weight": numbers(&[1, 1, 2, 1, 1], 2),
            "padding": "causal", "padding_mode": "constant", "padding_value": -1}),
        json!({"layer": "pool", "operation": "average", "input": numbers(&[1, 2, 5, 4], 1), "kernel": [2, 3], "stride": [2, 1],
            "padding": [[1, 0], [1, 1]], "dilation": 1, "ceil_mode": true, "count_include_pad": false,
            "output_gradient": numbers(&[1, 2, 3, 4], 2)}),
        json!({"layer": "pool", "operation": "max", "input": numbers(&[1, 1, 6], 1), "kernel": [2],
            "output_gradient": numbers(&[1, 1, 3], 2)}),
        json!({"layer": "rnn", "input": numbers(&[2, 2, 3], 1), "weight_ih": numbers(&[2, 3], 2), "weight_hh": numbers(&[2, 2], 3),
            "bias_ih": numbers(&[2], 4), "bias_hh": numbers(&[2], 5), "h0": numbers(&[2, 2], 6), "nonlinearity": "relu",
            "return_state_jacobians": true, "output_gradient": numbers(&[2, 2, 2], 7)}),
        lstm(),
        json!({"layer": "gru", "input": numbers(&[3, 1, 1], 1), "weight_ih": numbers(&[6, 1], 2), "weight_hh": numbers(&[6, 2], 3),
            "bias_hh": numbers(&[6], 4), "h0": numbers(&[1, 2], 5), "reset_after": false, "return_state_jacobians": true,
            "output_gradient": numbers(&[3, 1, 2], 6)}),
        json!({"layer": "gru", "input": numbers(&[2, 1, 2], 1), "weight_ih": numbers(&[3, 2], 2), "weight_hh": numbers(&[3, 1], 3),
            "output_gradient": numbers(&[2, 1, 1], 4)}),
        json!({"layer": "aggregate", "input": numbers(&[3, 2], 1), "edges": [[0, 1], [2, 1], [1, 1]], "operation": "max",
            "output_gradient": numbers(&[3, 2], 2)}),
        json!({"layer": "gcn", "input": numbers(&[3, 2], 1), "edges": [[0, 1], [1, 0]], "weight": numbers(&[1, 2], 2),
            "bias": numbers(&[1], 3), "normalization": "row", "self_loops": true, "activation": "tanh",
            "output_gradient": numbers(&[3, 1], 4)}),
        json!({"layer": "sage", "input": numbers(&[2, 2], 1), "edges": [[0, 1]], "weight_neighbours": numbers(&[3, 2], 2),
            "weight_self": numbers(&[3, 2], 3), "bias": numbers(&[3], 4), "operation": "min", "output_gradient": numbers(&[2, 3], 5)}),
        json!({"layer": "gin", "input": numbers(&[2, 1], 1), "edges": [], "weight": numbers(&[2, 1], 2), "bias": numbers(&[2], 3),
            "epsilon": 0.5, "output_gradient": numbers(&[2, 2], 4)}),
        json!({"layer": "gat", "input": numbers(&[3, 2], 1), "edges": [[0, 1], [2, 1]], "weight": numbers(&[2, 2], 2),
            "attention_source": numbers(&[2], 3), "attention_target": numbers(&[2], 4), "bias": numbers(&[2], 5),
            "negative_slope": 0.1, "self_loops": false, "output_gradient": numbers(&[3, 2], 6)}),
    ]
}

fn lstm() -> Value {
    json!({"layer": "lstm", "input": numbers(&[2, 2, 3], 1), "weight_ih": numbers(&[8, 3], 2), "weight_hh": numbers(&[8, 2], 3),
        "bias_ih": numbers(&[8], 4), "bias_hh": numbers(&[8], 5), "h0": numbers(&[2, 2], 6), "c0": numbers(&[2, 2], 7),
        "return_state_jacobians": true, "output_gradient": numbers(&[2, 2, 2], 8)})
}

/// What is done to one place of a request.
#[derive(Clone, Debug)]
enum Mutation {
    Replace(Value),
    Remove,
    Repeat,
}

fn mutations() -> impl Strategy<Value = Mutation> {
    prop_oneof![
        3 => leaves().prop_map(Mutation::Replace),
        1 => any_json().prop_map(Mutation::Replace),
        1 => Just(Mutation::Remove),
        1 => Just(Mutation::Repeat),
    ]
}

/// The paths to everything in a request, as JSON pointers.
fn places(value: &Value, path: &str, places: &mut Vec<String>) {
    places.push(path.to_owned());
    match value {
        Value::Array(list) => {
            list.iter().enumerate().for_each(|(at, value)| self::places(value, &format!("{path}/{at}"), places))
        }
        Value::Object(map) => map.iter().for_each(|(key, value)| {
            let key = key.replace('~', "~0").replace('/', "~1");
            self::places(value, &format!("{path}/{key}"), places);
        }),
        _ => {}
    }
}

fn mutate(request: &mut Value, place: Index, mutation: Mutation) {
    let mut all = Vec::new();
    places(request, "", &mut all);
    let path = place.get(&all);
    let (parent, last) = path.rsplit_once('/').unwrap_or(("", ""));
    match mutation {
        Mutation::Replace(value) => {
            if let Some(target) = request.pointer_mut(path) {
                *target = value;
            }
        }
        Mutation::Remove => match request.pointer_mut(parent) {
            Some(Value::Array(list)) => drop(last.parse().map(|at: usize| list.remove(at))),
            Some(Value::Object(map)) => drop(map.remove(last)),
            _ => {}
        },
        Mutation::Repeat => match request.pointer_mut(path) {
            Some(Value::Array(list)) => list.extend(list.clone()),
            Some(Value::Object(map)) => drop(map.insert("again".to_owned(), Value::Null)),
            _ => {}
        },
    }
}

/// An answer whose tensors are whole and finite, or an error that says something.
fn is_sound(outcome: &Result<Value, ComputeError>) -> bool {
    let whole = |tensor: &Value| {
        let shape: Option<Vec<u64>> =
            tensor["shape"].as_array().and_then(|shape| shape.iter().map(Value::as_u64).collect());
        let data = tensor["data"].as_array().map_or(&[][..], Vec::as_slice);
        shape.is_some_and(|shape| shape.iter().product::<u64>() == data.len() as u64) && data.iter().all(Value::is_f64)
    };
    match outcome {
        Ok(answer) => {
            let named = ["h_n", "c_n", "state_jacobians"].into_iter().filter_map(|key| answer.get(key));
            whole(&answer["output"])
                && named.into_iter().all(whole)
                && answer["gradients"].as_object().is_none_or(|all| all.values().all(whole))
        }
        Err(error) => {
            ComputeError::CODES.contains(&error.code) && !error.message.is_empty() && error.message.len() < 600
        }
    }
}

fn config(cases: u32) -> ProptestConfig {
    ProptestConfig { cases, failure_persistence: None, ..ProptestConfig::default() }
}

proptest! {
    #![proptest_config(config(512))]

    #[test]
    fn any_json_is_answered(request in any_json(), layer in prop::option::of(select(WORDS.as_slice()))) {
        let mut request = request;
        if let (Some(layer), Value::Object(map)) = (layer, &mut request) {
            map.insert("layer".to_owned(), Value::from(layer));
        }
        let outcome = compute(&request);
        prop_assert!(is_sound(&outcome), "{request} gives {outcome:?}");
    }

    #[test]
    fn mutated_requests_are_answered(
        request in select(valid_requests()),
        changes in prop::collection::vec((any::<Index>(), mutations()), 1..4),
    ) {
        let mut request = request;
        changes.into_iter().for_each(|(place, mutation)| mutate(&mut request, place, mutation));
        let outcome = compute(&request);
        prop_assert!(is_sound(&outcome), "{request} gives {outcome:?}");
    }
}

#[test]
fn valid_requests_have_gradients_for_every_tensor_given() {
    for request in valid_requests() {
        let answer = compute(&request).unwrap_or_else(|error| panic!("{request}: {error}"));
        assert!(is_sound(&Ok(answer.clone())), "{request} gives {answer}");
        for key in ["input", "weight", "bias", "weight_ih", "weight_hh", "bias_ih", "bias_hh", "h0", "c0"] {
            let given = request["output_gradient"].is_object() && request[key].is_object();
            assert_eq!(answer["gradients"].get(key).is_some(), given, "{key} of {request}");
            if given {
                assert_eq!(answer["gradients"][key]["shape"], request[key]["shape"]);
            }
        }
    }
}

/// A request with one key changed: its code, and what its message says.
#[test]
fn errors_name_the_key_what_it_got_and_what_it_takes() {
    let conv = || {
        json!({"layer": "conv", "input": numbers(&[1, 2, 7], 1), "weight": numbers(&[2, 2, 3], 2),
            "output_gradient": numbers(&[1, 2, 5], 3)})
    };
    let none = Value::Null;
    for (key, value, code, message) in [
        ("input", none.clone(), "syntax", "input is missing; conv takes a tensor"),
        ("input", json!([1, 2]), "syntax", "input is a list of 2; it takes a tensor {shape:"),
        ("input", json!({"data": []}), "syntax", "input.shape is missing; it takes a list"),
        (
            "input",
            json!({"shape": [1, 2, 7], "data": [1, 2]}),
            "shape",
            "input.data has 2 numbers; shape [1, 2, 7] takes 14",
        ),
        (
            "input",
            json!({"shape": [1, -2], "data": []}),
            "value",
            "input.shape[1] is -2; it takes a whole number from 0",
        ),
        ("input", json!({"shape": [1, 1.5], "data": []}), "value", "input.shape[1] is 1.5; it takes a whole number"),
        (
            "input",
            json!({"shape": [1e300], "data": []}),
            "too_large",
            "input.shape[0] is 1e+300; it takes a whole number",
        ),
        ("input", json!({"shape": [4096, 4097], "data": []}), "too_large", "input would have shape [4096, 4097]"),
        ("input", json!({"shape": [0, 9000, 9000], "data": []}), "too_large", "input would have shape [0, 9000, 9000]"),
        ("input", json!({"shape": [MAX_STEP, MAX_STEP, MAX_STEP], "data": []}), "too_large", "input would have shape"),
        ("input", json!({"shape": vec![1; MAX_AXES + 1], "data": [1]}), "too_large", "input.shape has 9 axes"),
        ("input", json!({"shape": [1], "data": [null]}), "value", "input.data[0] is null; it takes a finite number"),
        ("input", json!({"shape": [1], "data": [1e39]}), "value", "input.data[0] is 1e+39; it takes a finite number"),
        ("input", json!({"shape": [1], "data": ["1"]}), "syntax", "input.data[0] is \"1\"; it takes a number"),
        ("input", numbers(&[2, 7], 1), "shape", "input has shape [2, 7]; it takes a batch, channels"),
        ("input", numbers(&[1, 3, 7], 1), "shape", "(input channels of one group) must be 3, but is 2"),
        ("input", numbers(&[1, 2, 2], 1), "shape", "kernel 3 with dilation 1 spans 3 cells, the padded input has 2"),
        ("weight", numbers(&[2, 2, 0], 1), "value", "kernel is 0; it takes a whole number from 1"),
        ("bias", numbers(&[3], 1), "shape", "bias has shape [3]; it must be [2]"),
        (
            "output_gradient",
            numbers(&[1, 2, 4], 1),
            "shape",
            "output_gradient has shape [1, 2, 4]; it must be [1, 2, 5]",
        ),
        ("stride", json!(0), "value", "stride is 0; it takes a whole number from 1"),
        ("stride", json!([-1]), "value", "stride[0] is -1; it takes a whole number from 1"),
        ("stride", json!([1.5]), "value", "stride[0] is 1.5; it takes a whole number from 1"),
        ("stride", json!([1, 1]), "shape", "stride has 2 entries; it takes 1, one for each axis"),
        ("stride", json!("2"), "syntax", "stride is \"2\"; it takes a whole number, or a list"),
        ("dilation", json!(u64::MAX), "too_large", "dilation is 18446744073709551615; it takes a whole number from 1"),
        ("dilation", json!(9), "shape", "kernel 3 with dilation 9 spans 19 cells, the padded input has 7"),
        ("groups", json!(3), "shape", "3 groups do not divide 2 input channels evenly"),
        ("groups", json!([1]), "syntax", "groups is a list of 1; it takes a whole number"),
        ("padding", json!("full"), "value", "padding is \"full\"; it takes valid, same, causal"),
        ("padding", json!([1, 1]), "syntax", "padding[0] is 1; it takes a pair [before, after]"),
        ("padding", json!([[1, 1], [1, 1]]), "shape", "padding has 2 entries; it takes 1 pairs"),
        ("padding", json!([[1, -1]]), "value", "padding[0][1] is -1; it takes a whole number from 0"),
        ("padding", json!({}), "syntax", "padding is an object of 0 keys; it takes \"valid\""),
        ("padding", json!(MAX_STEP), "too_large", "padded input would have shape [1, 2, 16777223]"),
        ("padding_mode", json!("mirror"), "value", "padding_mode is \"mirror\"; it takes zeros, constant, replicate"),
        ("padding_mode", json!(3), "syntax", "padding_mode is 3; it takes a name"),
        ("strides", json!(2), "syntax", "\"strides\" is no key of conv; it takes input, weight, bias, stride"),
        ("layer", json!(["conv"]), "syntax", "layer is a list of 1; it takes dense, activation, pad, conv, pool"),
        (
            "layer",
            json!("transformer"),
            "unsupported",
            "layer is \"transformer\"; it takes dense, activation, pad, conv, pool",
        ),
    ] {
        let mut request = conv();
        request[key] = value;
        let error = compute(&request).expect_err(message);
        assert!(error.message.contains(message), "{:?} where {message:?} was expected", error.message);
        assert_eq!(error.code, code, "{}", error.message);
    }
    let pad = |amounts: Value| json!({"layer": "pad", "input": numbers(&[2, 2], 1), "padding": amounts});
    for (request, code, message) in [
        (json!(null), "syntax", "the request is missing; it takes an object"),
        (json!({}), "syntax", "layer is missing; it takes dense, activation, pad, conv, pool"),
        (pad(none), "syntax", "padding is missing; pad takes a list of pairs"),
        (pad(json!([[1, 1], [1, 1], [1, 1]])), "shape", "padding has 3 entries, there are 2 axes for them"),
        (pad(json!([[8192, 0], [8192, 0]])), "too_large", "output would have shape [8194, 8194]"),
        (
            json!({"layer": "activation", "input": numbers(&[1], 1)}),
            "syntax",
            "function is missing; activation takes one of",
        ),
        (
            json!({"layer": "activation", "function": "relu6", "input": numbers(&[1], 1)}),
            "value",
            "function is \"relu6\"",
        ),
        (
            json!({"layer": "pad", "padding": [[1, 0]], "padding_mode": "reflect", "input": numbers(&[0], 1)}),
            "shape",
            "padding_mode reflect copies cells of the input, but axis 0 has none",
        ),
        (
            json!({"layer": "dense", "input": tensor(&[1, 1], &[3e38]), "weight": tensor(&[1, 1], &[3e38])}),
            "value",
            "output would hold inf at place 0",
        ),
    ] {
        let error = compute(&request).expect_err(message);
        assert!(error.message.contains(message), "{:?} where {message:?} was expected", error.message);
        assert_eq!(error.code, code, "{}", error.message);
    }
}

#[test]
fn recurrent_layers_answer_with_their_states() {
    let answer = compute(&lstm()).expect("a sequence");
    let last = |key: &str| answer[key]["data"].as_array().map(|data| data[data.len() - 4..].to_vec()).expect("numbers");
    assert_eq!(last("h_n"), last("output"));
    assert_ne!(last("c_n"), last("output"));
    assert_eq!(answer["state_jacobians"]["shape"], json!([2, 4, 4]));
    let mut request = lstm();
    for key in ["bias_ih", "bias_hh", "h0", "c0", "return_state_jacobians", "output_gradient"] {
        request[key] = Value::Null;
    }
    let answer = compute(&request).expect("all of these may be left out");
    let keys: Vec<&String> = answer.as_object().expect("an answer").keys().collect();
    assert_eq!(keys, ["c_n", "h_n", "output"]);
    let zeros = |key| json!({"shape": [2, 2], "data": [0, 0, 0, 0]}).as_object().map(|zeros| (key, zeros.clone()));
    for (key, zeros) in [zeros("h0"), zeros("c0")].into_iter().flatten() {
        request[key] = Value::from(zeros);
    }
    assert_eq!(compute(&request), Ok(answer));
    request["input"] = json!({"shape": [0, 2, 3], "data": []});
    request["h0"] = numbers(&[2, 2], 1);
    let answer = compute(&request).expect("no step");
    assert_eq!((&answer["h_n"], &answer["output"]["shape"]), (&numbers(&[2, 2], 1), &json!([0, 2, 2])));
}

/// A request for an LSTM with one key changed.
#[test]
fn errors_of_recurrent_layers_name_the_key_what_it_got_and_what_it_takes() {
    for (key, value, code, message) in [
        ("input", numbers(&[2, 3], 1), "shape", "input has shape [2, 3]; it takes steps, examples and numbers"),
        ("input", numbers(&[2, 2, 4], 1), "shape", "input has shape [2, 2, 4]; it must be [2, 2, 3]"),
        ("input", numbers(&[2, 1, 3], 1), "shape", "h0 has shape [2, 2]; it must be [1, 2]"),
        ("weight_ih", Value::Null, "syntax", "weight_ih is missing; lstm takes a tensor"),
        (
            "weight_ih",
            numbers(&[8], 1),
            "shape",
            "weight_ih has shape [8]; it takes the rows of every gate, and columns",
        ),
        ("weight_ih", numbers(&[2, 3], 1), "shape", "weight_ih has shape [2, 3]; it must be [8, 3]"),
        ("weight_hh", numbers(&[6, 2], 1), "shape", "weight_hh has shape [6, 2]; it must be [8, 2]"),
        (
            "weight_hh",
            numbers(&[2, 8, 2], 1),
            "shape",
            "weight_hh has shape [2, 8, 2]; it takes the rows of every gate",
        ),
        ("bias_ih", numbers(&[2], 1), "shape", "bias_ih has shape [2]; it must be [8]"),
        ("bias_hh", numbers(&[8, 1], 1), "shape", "bias_hh has shape [8, 1]; it must be [8]"),
        ("h0", numbers(&[1, 2, 2], 1), "shape", "h0 has shape [1, 2, 2]; it must be [2, 2]"),
        ("c0", numbers(&[2, 3], 1), "shape", "c0 has shape [2, 3]; it must be [2, 2]"),
        ("c0", json!(0), "syntax", "c0 is 0; it takes a tensor"),
        ("output_gradient", numbers(&[2, 2], 1), "shape", "output_gradient has shape [2, 2]; it must be [2, 2, 2]"),
        ("return_state_jacobians", json!(1), "syntax", "return_state_jacobians is 1; it takes true or false"),
        (
            "reset_after",
            json!(true),
            "syntax",
            "\"reset_after\" is no key of lstm; it takes input, weight_ih, weight_hh",
        ),
        ("nonlinearity", json!("tanh"), "syntax", "\"nonlinearity\" is no key of lstm"),
    ] {
        let mut request = lstm();
        request[key] = value;
        let error = compute(&request).expect_err(message);
        assert!(error.message.contains(message), "{:?} where {message:?} was expected", error.message);
        assert_eq!(error.code, code, "{}", error.message);
    }
    let plain = |layer: &str, key: &str, value: Value| {
        let mut request = json!({"layer": layer, "input": numbers(&[2, 1, 1], 1), "weight_ih": numbers(&[1, 1], 2),
            "weight_hh": numbers(&[1, 1], 3)});
        request[key] = value;
        compute(&request).expect_err(key).message
    };
    assert_eq!(plain("rnn", "nonlinearity", json!("sigmoid")), "nonlinearity is \"sigmoid\"; it takes tanh, relu");
    assert_eq!(plain("gru", "reset_after", json!("no")), "reset_after is \"no\"; it takes true or false");
    assert!(plain("rnn", "c0", numbers(&[1, 1], 1)).starts_with("\"c0\" is no key of rnn; it takes input"));
    assert_eq!(plain("gru", "h0", Value::Null), "weight_hh has shape [1, 1]; it must be [3, 1]");
    let none = json!({"layer": "rnn", "input": numbers(&[2, 0, 1], 1), "weight_ih": numbers(&[1, 1], 2),
        "weight_hh": numbers(&[1, 1], 3), "return_state_jacobians": true});
    let error = compute(&none).expect_err("no example");
    assert_eq!(error.message, "return_state_jacobians is true; it takes an input with an example");
}

#[test]
fn sequences_that_are_too_long_are_refused() {
    let zeros = |shape: &[usize]| tensor(shape, &vec![0.0; shape.iter().product()]);
    let rnn = |steps: usize, hidden: usize, with_jacobians: bool| {
        let request = json!({"layer": "rnn", "input": zeros(&[steps, 1, 0]), "weight_ih": zeros(&[hidden, 0]),
            "weight_hh": zeros(&[hidden, hidden]), "return_state_jacobians": with_jacobians});
        compute(&request).map(drop).map_err(|error| (error.code, error.message))
    };
    for (steps, hidden, with_jacobians, message) in [
        (MAX_ELEMENTS, 2, false, "output would have shape [8388608, 1, 2]; a tensor takes at most"),
        (9000, 500, false, "the request takes 2254500000 multiplications"),
        (9, 1000, true, "state_jacobians would have shape [9, 1000, 1000]"),
        (7, 1000, true, "the request takes 10584000000 multiplications"),
    ] {
        let (code, got) = rnn(steps, hidden, with_jacobians).expect_err(message);
        assert!(got.contains(message), "{got:?} where {message:?} was expected");
        assert_eq!(code, "too_large");
    }
    let lstm = json!({"layer": "lstm", "input": zeros(&[MAX_ELEMENTS, 1, 0]), "weight_ih": zeros(&[0, 0]), "weight_hh": zeros(&[0, 0])});
    let error = compute(&lstm).expect_err("seven vectors at each step");
    assert!(error.message.contains("all that the gates give would have shape [8388608, 1, 7]"), "{error}");
    assert_eq!(rnn(1000, 8, true), Ok(()));
}

#[test]
fn too_much_work_is_refused() {
    let side = 3 << 10;
    let zeros = |shape: &[usize]| tensor(shape, &vec![0.0; shape.iter().product()]);
    let request =
        json!({"layer": "conv", "input": zeros(&[1, 1, side, side / 4]), "weight": zeros(&[1, 1, side / 2, side / 8])});
    let error = compute(&request).expect_err("10¹¹ multiplications");
    assert_eq!(error.code, "too_large");
    assert!(error.message.contains("multiplications"), "{error}");
    assert!(side * side / 4 < MAX_ELEMENTS);
}

#[test]
fn whole_numbers_may_be_written_as_fractions() {
    let request = json!({"layer": "conv", "input": {"shape": [1.0, 1.0, 3.0], "data": [0, 1, 1]},
        "weight": {"shape": [1, 1, 3], "data": [-1, 1, 0]}, "stride": 1.0, "bias": null, "padding": [[0.0, 0.0]]});
    assert_eq!(compute(&request), Ok(json!({"output": {"shape": [1, 1, 1], "data": [1.0]}})));
}
