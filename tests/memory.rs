//! How much memory the kernels take to work in: no more than the input, the output and the packed weights of a layer have.

#![cfg(not(target_arch = "wasm32"))]

use layerscope::compute::Prepared;
use peak_alloc::PeakAlloc;
use serde_json::{Value, json};

#[global_allocator]
static MEMORY: PeakAlloc = PeakAlloc;

/// Of layers that have next to no numbers, some bytes more are of no account.
const FEW: usize = 16 << 10;
const BYTES: usize = size_of::<f32>();

/// A tensor of numbers without meaning.
fn tensor(shape: &[usize]) -> Value {
    let numbers: Vec<f32> = (0..shape.iter().product()).map(|at: usize| (at % 7) as f32 / 8.0 - 0.4).collect();
    json!({"shape": shape, "data": numbers})
}

/// Runs a layer twice: what it takes to work in, and whether what it holds grows.
fn expect_little(name: &str, mut request: Value, input: &[usize], weights: &[(&str, &[usize])]) {
    request["input"] = json!({"shape": input});
    weights.iter().for_each(|(key, shape)| request[*key] = tensor(shape));
    let before = MEMORY.current_usage();
    let mut layer = Prepared::new(&request).unwrap_or_else(|error| panic!("{name}: {error}"));
    let held = MEMORY.current_usage() - before;
    layer.input().fill(0.5);
    let length = |shape: &[usize]| BYTES * shape.iter().product::<usize>();
    let output = BYTES * layer.run().unwrap_or_else(|error| panic!("{name}: {error}")).len();
    // It still holds the weights as they were given, too.
    let given: usize = weights.iter().map(|(_, shape)| length(shape)).sum();
    let most = held.saturating_sub(given) + FEW;
    assert!(most >= length(input) + output, "{name} holds its input and its output");
    for _ in 0..2 {
        let before = MEMORY.current_usage();
        MEMORY.reset_peak_usage();
        layer.run().unwrap_or_else(|error| panic!("{name}: {error}"));
        let scratch = MEMORY.peak_usage() - before;
        assert!(scratch <= most, "{name} takes {scratch} bytes to work in, which is more than {most}");
        assert_eq!(MEMORY.current_usage(), before, "{name} holds more after a run than before");
    }
}

#[test]
fn kernels_take_no_more_to_work_in_than_a_layer_has() {
    let conv = |padding: usize, stride: usize, dilation: usize, axes: usize| json!({"layer": "conv", "padding": vec![[padding; 2]; axes], "stride": vec![stride; axes], "dilation": vec![dilation; axes]});
    for (inputs, outputs) in [(1, 1), (3, 2), (3, 16), (17, 9), (64, 64)] {
        for (side, kernel, stride, dilation) in
            [(7, 3, 1, 1), (23, 3, 1, 1), (40, 5, 2, 1), (33, 3, 1, 4), (41, 7, 2, 1), (28, 1, 1, 1)]
        {
            let name = format!("{inputs} → {outputs}, {side}, kernel {kernel}");
            let padding = kernel / 2 * dilation;
            let [high, wide] = [side, side + 5];
            let flat = conv(padding, stride, dilation, 2);
            expect_little(&name, flat, &[2, inputs, high, wide], &[("weight", &[outputs, inputs, kernel, kernel])]);
            let line = conv(padding, stride, dilation, 1);
            expect_little(&name, line, &[2, inputs, high * wide], &[("weight", &[outputs, inputs, kernel])]);
        }
        let deep = conv(2, 1, 1, 3);
        expect_little("three axes", deep, &[1, inputs, 3, 9, 14], &[("weight", &[outputs, inputs, 5, 5, 5])]);
    }
    for (kernel, stride) in [(2, 2), (3, 1), (11, 3)] {
        let pool =
            json!({"layer": "pool", "operation": "average", "kernel": [kernel, kernel], "stride": [stride, stride]});
        expect_little("pool", pool, &[3, 5, 40, 51], &[]);
    }
    for (rows, inputs, outputs) in [(1, 300, 200), (64, 70, 33), (9, 1, 500)] {
        expect_little("dense", json!({"layer": "dense"}), &[rows, inputs], &[("weight", &[outputs, inputs])]);
    }
    for (layer, gates) in [("rnn", 1), ("gru", 3), ("lstm", 4)] {
        for (steps, batch, inputs, hidden) in [(100, 1, 30, 70), (50, 7, 3, 40), (3, 40, 20, 20)] {
            let weights = [("weight_ih", &[gates * hidden, inputs][..]), ("weight_hh", &[gates * hidden, hidden])];
            expect_little(layer, json!({"layer": layer}), &[steps, batch, inputs], &weights);
        }
    }
    let edges: Vec<[usize; 2]> = (0..3000).map(|edge| [edge % 400, edge * 7 % 399]).collect();
    for (inputs, outputs) in [(3, 40), (40, 3), (32, 32)] {
        for layer in ["gcn", "gin", "gat", "sage", "aggregate"] {
            let mut weights = match layer {
                "aggregate" => vec![],
                "sage" => vec![("weight_neighbours", vec![outputs, inputs]), ("weight_self", vec![outputs, inputs])],
                _ => vec![("weight", vec![outputs, inputs])],
            };
            if layer == "gat" {
                weights.extend([("attention_source", vec![outputs]), ("attention_target", vec![outputs])]);
            }
            let weights: Vec<(&str, &[usize])> = weights.iter().map(|(key, shape)| (*key, &shape[..])).collect();
            let mut request = json!({"layer": layer, "edges": edges});
            if matches!(layer, "sage" | "aggregate") {
                request["operation"] = json!("mean");
            }
            expect_little(layer, request, &[400, inputs], &weights);
        }
    }
}
