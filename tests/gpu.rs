//! The shaders: each is valid, and computes what the definition does.
//!
//! Natively, naga reads and checks every shader that a program can have. In a browser with WebGPU each runs, over random shapes and
//! settings, and over all reference cases that have a program. Where there is no adapter the tests say that they are skipped, and pass;
//! with `LAYERSCOPE_GPU=required` in the environment when they are compiled, as in CI, they fail.

mod random;

use layerscope::compute::gpu::Program;
use layerscope::compute::{Layer, Request};
use layerscope::layers::{Activation, Pool, Pooling, Tensor, Window};
use proptest::prelude::*;
use proptest::sample::select;
use random::{Axes, MODES, convolution, numbers};
use serde_json::{Value, json};

/// A layer, and what it is applied to.
type Case = (Layer, Tensor);

fn axes(longest: usize, most_taps: usize, most: usize) -> impl Strategy<Value = Axes> {
    let axis = (1..=longest, 1..=most_taps, 1_usize..4, 1_usize..5, (0_usize..5, 0_usize..5));
    prop::collection::vec(axis, 1..=most)
}

/// Convolutions of few channels, of many, and in between, in groups, with every kind of padding.
fn convolutions() -> impl Strategy<Value = Case> {
    let sizes = (1_usize..3, 1_usize..3, select(vec![1, 2, 3, 4, 5, 7, 8, 9, 17, 70]), 1_usize..9);
    (sizes, axes(20, 5, 3), select(MODES.as_slice()), any::<u16>()).prop_map(|(sizes, axes, mode, seed)| {
        let (conv, [input, weight, bias]) = convolution(sizes.into(), &axes, mode, seed.into(), 1.0);
        (Layer::Conv { conv, weight, bias: (seed % 2 == 0).then_some(bias) }, input)
    })
}

fn dense_layers() -> impl Strategy<Value = Case> {
    (1_usize..140, 1_usize..70, 1_usize..140, any::<u16>()).prop_map(|(rows, inputs, outputs, seed)| {
        let seed = u32::from(seed);
        let (weight, bias) = (numbers(&[outputs, inputs], seed, 1.0), numbers(&[outputs], seed + 1, 1.0));
        (Layer::Dense { weight, bias: (seed % 2 == 0).then_some(bias) }, numbers(&[rows, inputs], seed + 2, 1.0))
    })
}

fn poolings() -> impl Strategy<Value = Case> {
    let poolings = vec![Pooling::Max, Pooling::Min, Pooling::Average];
    let lead = (1_usize..3, 1_usize..4);
    (select(poolings), lead, axes(16, 4, 3), any::<u16>()).prop_map(|(pooling, lead, axes, seed)| {
        let window =
            |&(_, kernel, stride, dilation, _): &(usize, usize, usize, usize, _)| Window { kernel, stride, dilation };
        let pool = Pool {
            pooling,
            windows: axes.iter().map(window).collect(),
            padding: axes.iter().map(|axis| (axis.4.0.min(axis.1 / 2), axis.4.1.min(axis.1 / 2))).collect(),
            ceil_mode: seed % 2 == 0,
            count_include_pad: seed % 3 == 0,
        };
        let shape: Vec<usize> = [lead.0, lead.1].into_iter().chain(axes.iter().map(|axis| axis.0)).collect();
        (Layer::Pool(pool), numbers(&shape, seed.into(), 1.0))
    })
}

fn activations() -> impl Strategy<Value = Case> {
    (
        select(Activation::ALL.as_slice()),
        prop::collection::vec(1_usize..9, 1..4),
        any::<u16>(),
        select(vec![1.0, 9.0, 200.0]),
    )
        .prop_map(|(activation, shape, seed, limit)| {
            (Layer::Activation(activation), numbers(&shape, seed.into(), limit))
        })
}

/// Layers on graphs with isolated nodes, repeated edges and edges from a node to itself.
fn graphs() -> impl Strategy<Value = Case> {
    let edges = prop::collection::vec((0_usize..30, 0_usize..30), 0..90);
    let layers = vec!["aggregate", "gcn", "sage", "gin"];
    (select(layers), 1_usize..30, edges, 1_usize..20, 1_usize..20, any::<u16>()).prop_map(
        |(layer, nodes, edges, inputs, outputs, seed)| {
            let tensor = |shape: &[usize], add: u32| {
                let numbers = numbers(shape, u32::from(seed) + add, 1.0);
                json!({"shape": shape, "data": numbers.iter().collect::<Vec<_>>()})
            };
            let edges: Vec<_> = edges.iter().map(|(source, target)| [source % nodes, target % nodes]).collect();
            let mut request = json!({"layer": layer, "input": tensor(&[nodes, inputs], 0), "edges": edges});
            let operation = ["sum", "mean", "max", "min"][seed as usize % 4];
            let keys = match layer {
                "aggregate" => vec![("operation", json!(operation))],
                "gcn" => vec![
                    ("weight", tensor(&[outputs, inputs], 1)),
                    ("bias", tensor(&[outputs], 2)),
                    ("normalization", json!(["row", "symmetric", "none"][seed as usize % 3])),
                    ("activation", json!(["relu", "tanh", "identity"][seed as usize % 3])),
                ],
                "sage" => vec![
                    ("weight_neighbours", tensor(&[outputs, inputs], 1)),
                    ("weight_self", tensor(&[outputs, inputs], 2)),
                    ("operation", json!(operation)),
                ],
                _ => vec![("weight", tensor(&[outputs, inputs], 1)), ("epsilon", json!(0.25))],
            };
            keys.into_iter().for_each(|(key, value)| request[key] = value);
            let request = Request::parse(&request).expect("a request");
            (request.layer, request.input)
        },
    )
}

/// The reference cases that have a program, with their names and their outputs.
fn reference() -> Vec<(String, Case, Value)> {
    let files = [
        include_str!("reference/activation.json"),
        include_str!("reference/aggregate.json"),
        include_str!("reference/conv.json"),
        include_str!("reference/dense.json"),
        include_str!("reference/gcn.json"),
        include_str!("reference/gin.json"),
        include_str!("reference/pool.json"),
        include_str!("reference/sage.json"),
    ];
    let mut found = Vec::new();
    for case in files.iter().flat_map(|text| serde_json::from_str::<Vec<Value>>(text).expect("cases")) {
        let request = Request::parse(&case["request"]).expect("a request");
        if Program::of(&request.layer, request.input.shape()).is_some() {
            let name = case["name"].as_str().unwrap_or_default().to_owned();
            found.push((name, (request.layer, request.input), case["expected"]["output"].clone()));
        }
    }
    found
}

#[test]
#[cfg(not(target_arch = "wasm32"))]
fn most_reference_cases_have_a_program() {
    assert!(reference().len() > 90, "{}", reference().len());
}

#[cfg(not(target_arch = "wasm32"))]
mod valid {
    use std::collections::BTreeSet;

    use futures_util::FutureExt;
    use layerscope::blocks::Preset;
    use layerscope::compute::Device;
    use layerscope::compute::gpu::{GRAPH, PAINT, planes_of_frame};
    use naga::front::wgsl;
    use naga::valid::{Capabilities, ValidationFlags, Validator};
    use proptest::strategy::ValueTree;
    use proptest::test_runner::TestRunner;

    use super::*;

    /// Checks a shader; how many bindings it has.
    fn bindings(shader: &str) -> usize {
        let module = wgsl::parse_str(shader).unwrap_or_else(|error| panic!("{}", error.emit_to_string(shader)));
        let mut validator = Validator::new(ValidationFlags::all(), Capabilities::default());
        let checked = validator.validate(&module);
        checked.unwrap_or_else(|error| panic!("{}\n{shader}", error.emit_to_string(shader)));
        module.global_variables.iter().filter(|(_, variable)| variable.binding.is_some()).count()
    }

    fn expect_valid(program: &Program, known: &mut BTreeSet<String>) {
        for call in &program.calls {
            let shader = &call.shader;
            assert_eq!(bindings(shader), call.bound.len(), "{shader}");
            known.insert(shader.split("@compute").last().unwrap_or_default().to_owned());
        }
    }

    #[test]
    fn the_shaders_of_a_film() {
        for channels in [1, 3, 7] {
            assert_eq!(bindings(&planes_of_frame([channels, 135, 240])), 2);
        }
        assert_eq!(bindings(PAINT), 3);
    }

    #[test]
    fn the_shaders_of_a_graph() {
        let program = Program::of_graph(64, vec![1.5, 1.5, 5.5, 1.5], &[(0, 1)]).expect("a program");
        expect_valid(&program, &mut BTreeSet::new());
        assert_eq!(bindings(GRAPH), 3);
        assert_eq!(Program::of_graph(64, vec![1.5, 1.5], &[]), None, "no edges");
    }

    /// Every stage of a picture that moves has an array of the shape that the block tells of it.
    #[test]
    fn the_program_of_a_film() {
        let block = layerscope::blocks::find("conv2d").expect("the block");
        for query in
            ["", "filters=64&channels=4", "padding=same&stride=2&dilation=3&activation=none", "channels=1&filters=1"]
        {
            let preset = Preset { name: "", title: "", query };
            let settings = block.preset(&preset);
            let trace = block.trace(&settings, Device::Cpu).now_or_never().expect("at once").expect("a trace");
            let moving = block.moving(&settings, None);
            let of = |name: &str| trace.stage(name).expect("a stage").shape().to_vec();
            let input = [vec![1], of("input")].concat();
            let chains = moving.iter().map(|moving| &moving.layers[..]);
            let (program, given) = Program::of_chains(&input, chains).expect("a program");
            expect_valid(&program, &mut BTreeSet::new());
            for (moving, (room, shape)) in moving.iter().zip(given) {
                assert_eq!(program.rooms[room].bytes(), 4 * shape.iter().product::<usize>());
                let told = of(moving.stage);
                assert_eq!(shape[1..], told[told.len() - 3..], "{} {query}", moving.stage);
            }
        }
    }

    #[test]
    fn every_shader() {
        let mut runner = TestRunner::deterministic();
        let mut known = BTreeSet::new();
        let kinds = [
            convolutions().boxed(),
            dense_layers().boxed(),
            poolings().boxed(),
            activations().boxed(),
            graphs().boxed(),
        ];
        for kind in kinds {
            let mut programs = 0;
            for _ in 0..60 {
                let (layer, input) = kind.new_tree(&mut runner).expect("a case").current();
                if let Some(program) = Program::of(&layer, input.shape()) {
                    expect_valid(&program, &mut known);
                    programs += 1;
                }
            }
            assert!(programs > 20, "{programs}");
        }
        for (_, (layer, input), _) in reference() {
            expect_valid(&Program::of(&layer, input.shape()).expect("a program"), &mut known);
        }
    }

    /// What has no program is left to the CPU: nothing is asked of a card that it could not do.
    #[test]
    fn an_empty_input_and_one_that_is_too_large_have_no_program() {
        let relu = Layer::Activation(Activation::Relu);
        assert_eq!(Program::of(&relu, &[0, 3]), None);
        assert!(Program::of(&relu, &[4, 3]).is_some());
        let dense = Layer::Dense { weight: numbers(&[2, 3], 1, 1.0), bias: None };
        assert_eq!(Program::of(&dense, &[4, 5]), None, "shapes that do not fit");
        let pool = Layer::Pool(Pool::plain(Pooling::Max, &[1]));
        assert_eq!(Program::of(&pool, &[70_000, 1, 1]), None, "more planes than a call may have workgroups");
    }
}

#[cfg(target_arch = "wasm32")]
mod in_the_browser {
    use std::rc::Rc;

    use futures_util::FutureExt;
    use futures_util::future::LocalBoxFuture;
    use gloo::timers::future::TimeoutFuture;
    use layerscope::compute::gpu::{COLOURS, Card, lend};
    use layerscope::compute::{Chain, Device};
    use layerscope::explain::Trace;
    use layerscope::layers::LayerError;
    use proptest::strategy::ValueTree;
    use proptest::test_runner::TestRunner;
    use wasm_bindgen_test::{console_error, console_log, wasm_bindgen_test, wasm_bindgen_test_configure};
    use web_time::Instant;

    use super::*;

    wasm_bindgen_test_configure!(run_in_browser);

    const CASES: usize = 25;

    async fn card() -> Option<Rc<Card>> {
        match Card::open().await {
            Ok(card) => Some(card),
            Err(fault) if option_env!("LAYERSCOPE_GPU") == Some("required") => panic!("{fault}"),
            Err(fault) => {
                console_error!("SKIPPED, NOTHING WAS TESTED ON A GRAPHICS CARD: {fault}");
                None
            }
        }
    }

    async fn output(card: &Rc<Card>, program: &Program, input: &Tensor) -> Vec<f32> {
        let loaded = card.load(program).await.unwrap_or_else(|fault| panic!("{fault}: {program:?}"));
        loaded.run(input.as_slice().expect("in order")).await.expect("an output")
    }

    fn expect_close(what: &str, got: &[f32], expected: impl ExactSizeIterator<Item = f64>) {
        assert_eq!(got.len(), expected.len(), "{what}");
        for (place, (&got, expected)) in got.iter().zip(expected).enumerate() {
            let bound = 1e-4 * expected.abs().max(1.0);
            assert!((f64::from(got) - expected).abs() <= bound, "{what}: number {place} is {got}, not {expected}");
        }
    }

    async fn expect_as_defined(cases: impl Strategy<Value = Case>) {
        let Some(card) = card().await else { return };
        let mut runner = TestRunner::deterministic();
        let mut compared = 0;
        while compared < CASES {
            let (layer, input) = cases.new_tree(&mut runner).expect("a case").current();
            let Some(program) = Program::of(&layer, input.shape()) else { continue };
            let request = Request { layer, input, output_gradient: None };
            let expected = request.run(&Device::Cpu).await.expect("an answer").output;
            assert_eq!(program.shape, expected.shape());
            let got = output(&card, &program, &request.input).await;
            let what = format!("{:?} over {:?}", request.layer, request.input.shape());
            expect_close(&what, &got, expected.iter().map(|&number| f64::from(number)));
            compared += 1;
        }
    }

    #[wasm_bindgen_test]
    async fn convolutions_as_defined() {
        expect_as_defined(convolutions()).await;
    }

    #[wasm_bindgen_test]
    async fn dense_layers_as_defined() {
        expect_as_defined(dense_layers()).await;
    }

    #[wasm_bindgen_test]
    async fn poolings_as_defined() {
        expect_as_defined(poolings()).await;
    }

    #[wasm_bindgen_test]
    async fn activations_as_defined() {
        expect_as_defined(activations()).await;
    }

    #[wasm_bindgen_test]
    async fn graphs_as_defined() {
        expect_as_defined(graphs()).await;
    }

    /// Several layers, one after the other: nothing is read back in between.
    #[wasm_bindgen_test]
    async fn chains_as_defined() {
        let Some(card) = card().await else { return };
        let (conv, [input, weight, bias]) =
            convolution([2, 1, 9, 3], &vec![(14, 3, 1, 1, (1, 1)), (11, 3, 1, 1, (1, 1))], MODES[0], 7, 1.0);
        let pool = Layer::Pool(Pool::plain(Pooling::Max, &[2, 2]));
        let layers = vec![Layer::Conv { conv, weight, bias: Some(bias) }, Layer::Activation(Activation::Relu), pool];
        let chain = Chain { layers, input };
        let expected = chain.cpu().expect("an answer");
        let got = output(&card, &chain.program().expect("a program"), &chain.input).await;
        expect_close("a chain", &got, expected.iter().map(|&number| f64::from(number)));
    }

    /// A trace that takes a breath now and then goes on when it is polled again.
    async fn polled(mut pending: LocalBoxFuture<'_, Result<Trace, LayerError>>) -> Trace {
        loop {
            match (&mut pending).now_or_never() {
                Some(trace) => return trace.expect("a trace"),
                None => TimeoutFuture::new(0).await,
            }
        }
    }

    /// Layers on top of each other, of every kind that a card computes: what a page shows of them is the same.
    #[wasm_bindgen_test]
    async fn all_that_is_made_on_a_graph() {
        let Ok(lent) = lend(true).await else { return };
        let block = layerscope::blocks::find("message-passing").expect("a block");
        for layer in ["gcn", "sage", "gin"] {
            let mut settings = block.default();
            let chosen =
                [("graph", json!("citations")), ("nodes", json!(300)), ("layers", json!(3)), ("layer", json!(layer))];
            for (key, value) in chosen {
                settings = block.set(&settings, key, &value).expect(key);
            }
            let device = Device::Card(lent.clone());
            let got = polled(block.trace(&settings, device.clone())).await;
            assert!(device.was_card(), "{layer}");
            let expected = polled(block.trace(&settings, Device::Cpu)).await;
            for (got, expected) in got.stages.iter().zip(&expected.stages) {
                assert_eq!(got.name, expected.name);
                let [Some(got), Some(numbers)] = [got, expected].map(|stage| stage.array()) else { continue };
                let got: Vec<f32> = got.iter().copied().collect();
                let numbers: Vec<f64> = numbers.iter().map(|&number| f64::from(number)).collect();
                expect_close(expected.name, &got, numbers.into_iter());
            }
        }
    }

    /// An edge along a row of pixels, from a red node to a green one.
    #[wasm_bindgen_test]
    async fn what_a_graph_covers() {
        let Some(card) = card().await else { return };
        let program = Program::of_graph(64, vec![1.5, 1.5, 5.5, 1.5], &[(0, 1)]).expect("a program");
        let loaded = card.load(&program).await.expect("room");
        loaded.clear();
        loaded.lay(COLOURS, &[255, 0, 0, 255, 0, 255, 0, 255]);
        // Across, down, the radius of a node; the first of one piece.
        let mut look = [0.0; 16];
        (look[0], look[1], look[2], look[5]) = (8.0, 8.0, 0.5, 1.0);
        loaded.compute(&look);
        let covered = loaded.read(loaded.output(), 5 * 64).await.expect("counts");
        let covered: Vec<u32> = covered.iter().map(|number| number.to_bits()).collect();
        let (lines, dots) = covered.split_at(64);
        for (pixel, &count) in lines.iter().enumerate() {
            assert_eq!(count, if (9..14).contains(&pixel) { 16 } else { 0 }, "pixel {pixel}");
        }
        for (pixel, dot) in dots.chunks(4).enumerate() {
            let expected = match pixel {
                9 => [4080, 0, 0, 16],
                13 => [0, 4080, 0, 16],
                _ => [0; 4],
            };
            assert_eq!(dot, expected, "pixel {pixel}");
        }
    }

    /// A hundred thousand nodes and a million edges, computed and drawn.
    #[wasm_bindgen_test]
    async fn a_large_graph() {
        let Ok(lent) = lend(true).await else { return };
        let block = layerscope::blocks::find("message-passing").expect("a block");
        let preset = block.presets().into_iter().find(|preset| preset.name == "hundred-thousand").expect("a preset");
        let (settings, device) = (block.preset(&preset), Device::Card(lent));
        let since = Instant::now();
        let trace = polled(block.trace(&settings, device.clone())).await;
        console_log!("a hundred thousand nodes on the card: {:?}", since.elapsed());
        assert!(device.was_card() && trace.stage("sample").is_some());
        let since = Instant::now();
        let expected = polled(block.trace(&settings, Device::Cpu)).await;
        console_log!("the same by the definition: {:?}", since.elapsed());
        assert!(expected.stage("sample").is_some());
        for name in ["message-1", "hidden-1", "message-2", "hidden-2"] {
            let [got, expected] =
                [&trace, &expected].map(|trace| trace.stage(name).and_then(|stage| stage.array()).expect(name));
            let got: Vec<f32> = got.iter().copied().collect();
            let expected: Vec<f64> = expected.iter().map(|&number| f64::from(number)).collect();
            expect_close(name, &got, expected.into_iter());
        }
    }

    #[wasm_bindgen_test]
    async fn reference_cases() {
        let Some(card) = card().await else { return };
        for (name, (layer, input), expected) in reference() {
            let program = Program::of(&layer, input.shape()).expect("a program");
            let data = expected["data"].as_array().expect("numbers");
            expect_close(
                &name,
                &output(&card, &program, &input).await,
                data.iter().map(|number| number.as_f64().expect("a number")),
            );
        }
    }
}
