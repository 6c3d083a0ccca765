//! How fast the layers are on a graphics card: the shaders of the page, through Vulkan.
//!
//! `cargo run --release --features vulkan --example card` prints a table: for each workload of `bench.html` that has a program, the time of one
//! run (many in one submission, nothing read back), the time with the input written and the output read back, the arithmetic and the
//! memory traffic per second, and which share of the card's own limits that is. The limits are measured first, by a shader that only multiplies
//! and adds, and one that only copies. Every output is compared with the CPU's. Last, how long it takes to draw a large graph.

use std::rc::Rc;
use std::time::Instant;

use layerscope::compute::gpu::{Card, PIECE, Program, Room};
use layerscope::compute::{Device, Request};
use serde_json::{Value, json};

/// Numbers without pattern from −0.25 to 0.25.
fn numbers(length: usize) -> Vec<f32> {
    let mut state = 1_u32;
    let mut next = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        state as f32 / 8_589_934_592.0 - 0.25
    };
    (0..length).map(|_| next()).collect()
}

fn tensor(shape: &[usize]) -> Value {
    json!({"shape": shape, "data": numbers(shape.iter().product())})
}

fn conv(input: &[usize], weight: &[usize], stride: usize, dilation: usize) -> Value {
    let cells: Vec<usize> = weight[2..].iter().map(|kernel| kernel / 2 * dilation).collect();
    let padding: Vec<_> = cells.iter().map(|&cells| [cells, cells]).collect();
    let (weight, bias) = (tensor(weight), tensor(&weight[..1]));
    json!({"layer": "conv", "input": tensor(input), "weight": weight, "bias": bias, "padding": padding, "stride": vec![stride; cells.len()], "dilation": vec![dilation; cells.len()]})
}

fn pool(operation: &str, kernel: usize, stride: usize) -> Value {
    json!({"layer": "pool", "operation": operation, "input": tensor(&[1, 64, 112, 112]), "kernel": [kernel, kernel], "stride": [stride, stride]})
}

fn gcn(nodes: usize, edges: usize, width: usize) -> Value {
    let mut state = 1_u64;
    let mut next = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as usize % nodes
    };
    let edges: Vec<_> = (0..edges).map(|_| [next(), next()]).collect();
    json!({"layer": "gcn", "input": tensor(&[nodes, width]), "edges": edges, "weight": tensor(&[width, width]), "normalization": "row", "self_loops": false, "activation": "relu"})
}

fn dense(rows: usize, inputs: usize, outputs: usize) -> Value {
    json!({"layer": "dense", "input": tensor(&[rows, inputs]), "weight": tensor(&[outputs, inputs]), "bias": tensor(&[outputs])})
}

/// Each with its name and how many multiplications it has; a pooling, how many numbers it joins.
fn workloads() -> Vec<(&'static str, Value, f64)> {
    let product = |numbers: &[usize]| numbers.iter().map(|&number| number as f64).product::<f64>();
    vec![
        ("filter 3×3, 1080 × 1920", conv(&[1, 1, 1080, 1920], &[1, 1, 3, 3], 1, 1), product(&[1080, 1920, 9])),
        ("filter 15×15, 540 × 960", conv(&[1, 1, 540, 960], &[1, 1, 15, 15], 1, 1), product(&[540, 960, 225])),
        ("filter 15×15, 1080 × 1920", conv(&[1, 1, 1080, 1920], &[1, 1, 15, 15], 1, 1), product(&[1080, 1920, 225])),
        ("conv 3×3, 3 → 16, 480 × 640", conv(&[1, 3, 480, 640], &[16, 3, 3, 3], 1, 1), product(&[16, 480, 640, 27])),
        ("conv 3×3, 3 → 64, 270 × 480", conv(&[1, 3, 270, 480], &[64, 3, 3, 3], 1, 1), product(&[64, 270, 480, 27])),
        ("conv 3×3, 64 → 64, 56 × 56", conv(&[1, 64, 56, 56], &[64, 64, 3, 3], 1, 1), product(&[64, 56, 56, 576])),
        (
            "conv 3×3, 64 → 64, 224 × 224",
            conv(&[1, 64, 224, 224], &[64, 64, 3, 3], 1, 1),
            product(&[64, 224, 224, 576]),
        ),
        ("conv 1×1, 256 → 256, 28 × 28", conv(&[1, 256, 28, 28], &[256, 256, 1, 1], 1, 1), product(&[256, 784, 256])),
        (
            "conv 3×3 dilated by 4, 32 → 32",
            conv(&[1, 32, 112, 112], &[32, 32, 3, 3], 1, 4),
            product(&[32, 112, 112, 288]),
        ),
        (
            "conv 7×7 stride 2, 3 → 64, 224²",
            conv(&[1, 3, 224, 224], &[64, 3, 7, 7], 2, 1),
            product(&[64, 112, 112, 147]),
        ),
        ("conv1d 9, 64 → 64, 16 384", conv(&[1, 64, 16384], &[64, 64, 9], 1, 1), product(&[64, 16384, 576])),
        ("conv3d 3, 16 → 16, 32³", conv(&[1, 16, 32, 32, 32], &[16, 16, 3, 3, 3], 1, 1), product(&[16, 32768, 432])),
        ("max pool 2×2, 64 × 112²", pool("max", 2, 2), product(&[64, 56, 56, 4])),
        ("average pool 3×3, 64 × 112²", pool("average", 3, 1), product(&[64, 110, 110, 9])),
        (
            "GCN, 10⁴ nodes, 10⁵ edges",
            gcn(10_000, 100_000, 64),
            product(&[110_000, 64]) * 1.0 + product(&[9_900, 64, 64]),
        ),
        (
            "GCN, 10⁵ nodes, 10⁶ edges",
            gcn(100_000, 1_000_000, 64),
            product(&[1_100_000, 64]) + product(&[99_000, 64, 64]),
        ),
        ("dense 512 → 512, 512 rows", dense(512, 512, 512), product(&[512, 512, 512])),
        ("dense 1024 → 1024, 2048 rows", dense(2048, 1024, 1024), product(&[2048, 1024, 1024])),
    ]
}

/// Seconds of one call in a long row of them.
async fn seconds(card: &Rc<Card>, program: &Program) -> f64 {
    let loaded = card.load(program).await.expect("a program that the card takes");
    loaded.repeat(3).await.expect("a run");
    let mut times = 8;
    loop {
        let start = Instant::now();
        loaded.repeat(times).await.expect("a run");
        let took = start.elapsed().as_secs_f64();
        if took > 0.15 {
            return took / times as f64;
        }
        times *= 2;
    }
}

/// A shader that does nothing but one thing, over so many numbers.
fn alone(length: usize, body: &str) -> Program {
    let text = format!(
        "@group(0) @binding(0) var<storage, read_write> output: array<vec4f>;
        @group(0) @binding(1) var<storage, read> input: array<vec4f>;
        @compute @workgroup_size(256) fn main(@builtin(global_invocation_id) id: vec3u) {{ {body} }}"
    );
    let mut program = Program::new(&[length]);
    let made = program.call(text, length, &[0], [length / 1024, 1, 1]).expect("a call");
    program.give(made, vec![length]);
    program
}

/// Multiplications and additions per second, and bytes per second.
async fn limits(card: &Rc<Card>) -> (f64, f64) {
    let (threads, rounds) = (1 << 20, 256);
    let sums = "var a = input[id.x]; var b = a + 1; var c = a + 2; var d = a + 3;";
    let round = "a = fma(a, vec4f(0.5), vec4f(1)); b = fma(b, vec4f(0.5), vec4f(1)); c = fma(c, vec4f(0.5), vec4f(1)); d = fma(d, vec4f(0.5), vec4f(1));";
    let body = format!(
        "{sums} for (var i = 0; i < {rounds}; i++) {{ {round} {round} {round} {round} }} output[id.x] = a + b + c + d;"
    );
    let multiply = seconds(card, &alone(4 * threads, &body)).await;
    let length = 1 << 25;
    let copy = seconds(card, &alone(length, "output[id.x] = input[id.x];")).await;
    ((threads * rounds * 64) as f64 / multiply, (8 * length) as f64 / copy)
}

/// Draws a hundred thousand nodes and a million edges from everywhere to everywhere, in as many pieces as a page does.
async fn draw_graph(card: &Rc<Card>) {
    const SIDE: usize = 1024;
    let places: Vec<f32> = numbers(200_000).iter().map(|at| 4.0 + (at + 0.25) * 2.0 * (SIDE - 8) as f32).collect();
    let mut state = 1_u64;
    let mut node = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as u32 % 100_000
    };
    let edges: Vec<(u32, u32)> = (0..1_000_000).map(|_| (node(), node())).collect();
    let pieces = edges.len() / PIECE;
    let place = |node: u32, axis: usize| places[2 * node as usize + axis];
    let reach = |from: u32, to: u32, axis: usize| (place(from, axis) - place(to, axis)).abs();
    // Each step along an edge covers one pixel, in parts of a sixteenth.
    let steps = |&(from, to): &(u32, u32)| reach(from, to, 0).max(reach(from, to, 1)).ceil().max(1.0) as u64 + 1;
    let drawn = edges.iter().step_by(pieces);
    let expected: u64 = drawn.map(|edge| 16 * steps(edge)).sum();
    let program = Program::of_graph(SIDE * SIDE, places.clone(), &edges).expect("a program");
    let loaded = card.load(&program).await.expect("a program that the card takes");
    let side = SIDE as f32;
    let look = [side, side, 1.0, 0.1, 0.0, pieces as f32, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0];
    let covered = loaded.run(&look).await.expect("what is covered");
    let got: u64 = covered[..SIDE * SIDE].iter().map(|count| u64::from(count.to_bits())).sum();
    loaded.repeat(10).await.expect("a run");
    let start = Instant::now();
    loaded.repeat(100).await.expect("a run");
    let took = start.elapsed().as_secs_f64() / 100.0;
    println!(
        "10⁵ nodes and 10⁶ edges on {SIDE} × {SIDE} pixels: {:.2} ms, {:.0} pixels an edge; covered {got} of {expected}",
        1e3 * took * pieces as f64,
        expected as f64 / 16.0 / PIECE as f64
    );
}

fn main() {
    pollster::block_on(async {
        let card = Card::open().await.expect("a card");
        println!("{}", card.name());
        let (multiplications, bytes) = limits(&card).await;
        println!("limits: {:.0} GFLOP/s, {:.0} GB/s", 2e-9 * multiplications, 1e-9 * bytes);
        println!(
            "{:34} {:>9} {:>9} {:>9} {:>8} {:>7} {:>10}",
            "", "µs", "with µs", "GFLOP/s", "GB/s", "share", "difference"
        );
        for (name, request, count) in workloads() {
            let request = Request::parse(&request).expect("a request");
            let program = Program::of(&request.layer, request.input.shape()).expect("a program");
            let input = request.input.as_slice().expect("in order");
            let loaded = match card.load(&program).await {
                Ok(loaded) => loaded,
                Err(fault) => {
                    println!("{name:34} {fault}");
                    continue;
                }
            };
            let output = loaded.run(input).await.expect("an output");
            let start = Instant::now();
            loaded.run(input).await.expect("an output");
            let with_transfers = start.elapsed().as_secs_f64();
            let expected = request.run(&Device::Cpu).await.expect("an answer").output;
            let difference =
                output.iter().zip(&expected).map(|(got, expected)| (got - expected).abs()).fold(0.0, f32::max);
            let traffic: usize = program
                .rooms
                .iter()
                .enumerate()
                .map(|(place, room)| match room {
                    Room::Numbers(_) if place != 0 && place != program.output => 2 * room.bytes(),
                    _ => room.bytes(),
                })
                .sum();
            let took = seconds(&card, &program).await;
            let share = (count / took / multiplications).max(traffic as f64 / took / bytes);
            println!(
                "{name:34} {:9.1} {:9.0} {:9.0} {:8.0} {:5.0} % {difference:10.1e}",
                1e6 * took,
                1e6 * with_transfers,
                2e-9 * count / took,
                1e-9 * traffic as f64 / took,
                100.0 * share
            );
        }
        draw_graph(&card).await;
    });
}
