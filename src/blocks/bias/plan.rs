//! What is computed in `bias`, and from what.

use super::settings::{FEATURES, NODES, Settings, Tab, What, dense_weight, permutation};
use crate::blocks::convolution::Pass;
use crate::data::pictures;
use crate::explain::{Role, Stage, Trace};
use crate::layers::{LayerError, Order, Tensor, Wiring, numbers, tensor};

/// A stage that is computed from one or two others.
pub struct Made {
    pub name: &'static str,
    title: &'static str,
    symbol: &'static str,
    role: Role,
    derivative: bool,
    /// The stages that its wires come from; the same twice where there is one.
    pub from: [&'static str; 2],
    pub wiring: Wiring,
    shape: Vec<usize>,
}

/// A layer whose outputs before and after are compared: the names of its stages (the output, that of the moved input, the
/// change, its mean size), their titles, and the letters of the first two.
pub struct Model {
    pub stages: [&'static str; 4],
    titles: [&'static str; 4],
    symbols: [&'static str; 2],
}

pub static DENSE: Model = Model {
    stages: ["dense", "dense-moved", "dense-change", "dense-error"],
    titles: [
        "dense layer",
        "dense layer of the moved input",
        "change of the dense layer",
        "mean change of the dense layer",
    ],
    symbols: ["d", "d′"],
};
pub static CONV: Model = Model {
    stages: ["conv", "conv-moved", "conv-change", "conv-error"],
    titles: [
        "convolution",
        "convolution of the moved input",
        "change of the convolution",
        "mean change of the convolution",
    ],
    symbols: ["y", "y′"],
};
pub static POOL: Model = Model {
    stages: ["pool", "pool-moved", "pool-change", "pool-error"],
    titles: ["max pooling", "max pooling of the moved input", "change of max pooling", "mean change of max pooling"],
    symbols: ["p", "p′"],
};
pub static GLOBAL: Model = Model {
    stages: ["global", "global-moved", "global-change", "global-error"],
    titles: [
        "global max pooling",
        "global max pooling of the moved input",
        "change of global max pooling",
        "mean change of global max pooling",
    ],
    symbols: ["q", "q′"],
};
pub static GRAPH: Model = Model {
    stages: ["sum", "sum-moved", "sum-change", "sum-error"],
    titles: [
        "sum over neighbours",
        "sum over neighbours of the renamed nodes",
        "change of the sum over neighbours",
        "mean change of the sum over neighbours",
    ],
    symbols: ["H", "H′"],
};

/// The layers that are compared.
pub fn models(settings: &Settings) -> Vec<&'static Model> {
    match (settings.tab, settings.what, settings.pass) {
        (Tab::Shift, _, Pass::Forward) => vec![&DENSE, &CONV, &POOL, &GLOBAL],
        (Tab::Shift, ..) => vec![],
        (_, What::Pixels, _) => vec![&DENSE, &CONV],
        (_, What::Channels, _) => vec![&CONV],
        (_, What::Nodes, _) => vec![&GRAPH],
    }
}

impl Model {
    /// What the mean size of its change is called.
    pub fn title(&self) -> &'static str {
        self.titles[3]
    }
}

impl Made {
    fn new(
        (name, title, symbol, role): (&'static str, &'static str, &'static str, Role),
        from: [&'static str; 2],
        wiring: Wiring,
        shape: &[usize],
    ) -> Self {
        Self { name, title, symbol, role, derivative: false, from, wiring, shape: shape.to_vec() }
    }

    /// ∂E/∂`symbol`.
    fn gradient(names: [&'static str; 3], from: [&'static str; 2], wiring: Wiring, shape: &[usize]) -> Self {
        let [name, title, symbol] = names;
        Self { derivative: true, ..Self::new((name, title, symbol, Role::Gradient), from, wiring, shape) }
    }

    fn stage(&self, values: Tensor) -> Stage {
        let stage = Stage::new(self.name, self.title, self.symbol, self.role, values);
        if self.derivative { stage.derivative() } else { stage }
    }
}

/// A model's output before and after, what changed beside what was to be `expected`, and how much.
fn compare(
    model: &Model,
    from: [[&'static str; 2]; 2],
    wirings: [Wiring; 2],
    shape: &[usize],
    expected: Order,
) -> impl Iterator<Item = Made> {
    let [output, moved, change, error] = model.stages;
    let [title, of_moved, of_change, of_error] = model.titles;
    let [before, after] = wirings;
    let numbers = expected.len();
    [
        Made::new((output, title, model.symbols[0], Role::Output), from[0], before, shape),
        Made::new((moved, of_moved, model.symbols[1], Role::Output), from[1], after, shape),
        Made::new((change, of_change, "δ", Role::Intermediate), [moved, output], Wiring::Difference(expected), shape),
        Made::new((error, of_error, "δ\u{304}", Role::Intermediate), [change; 2], Wiring::MeanSize(numbers), &[]),
    ]
    .into_iter()
}

/// Everything that is computed, in order.
pub fn plan(settings: &Settings) -> Vec<Made> {
    match (settings.tab, settings.what) {
        (Tab::Shift, _) => shifted(settings),
        (_, What::Pixels) => permuted_pixels(settings),
        (_, What::Channels) => permuted_channels(settings),
        (_, What::Nodes) => renamed_nodes(settings),
    }
}

/// The order in which a shift brings the pixels.
pub fn shift(settings: &Settings) -> Order {
    Order::shifted(settings.size, [settings.dy as isize, settings.dx as isize])
}

fn moved(title: &'static str, order: Order, shape: &[usize]) -> Made {
    Made::new(("moved", title, "x′", Role::Input), ["input"; 2], Wiring::Copies(order), shape)
}

const KERNELS: [[&str; 2]; 2] = [["kernel", "input"], ["kernel", "moved"]];
const WEIGHTS: [[&str; 2]; 2] = [["dense-weight", "input"], ["dense-weight", "moved"]];

fn shifted(settings: &Settings) -> Vec<Made> {
    let &Settings { size, kernel, window, .. } = settings;
    let (square, order, conv) = ([size; 2], shift(settings), Wiring::Convolution { channels: 1, size, kernel });
    let mut plan = vec![moved("shifted input", order.clone(), &square)];
    if settings.pass == Pass::Backward {
        let output = ("conv-moved", CONV.titles[1], "y′", Role::Output);
        plan.push(Made::new(output, KERNELS[1], conv, &square));
        plan.push(Made::gradient(
            ["moved-gradient", "gradient by the shifted input", "x′"],
            ["output-gradient", "kernel"],
            Wiring::ByInput { size, kernel },
            &square,
        ));
        let back = Order::shifted(size, [-settings.dy as isize, -settings.dx as isize]);
        plan.push(Made::gradient(
            ["input-gradient", "gradient by the input", "x"],
            ["moved-gradient"; 2],
            Wiring::Copies(back),
            &square,
        ));
        plan.push(Made::gradient(
            ["kernel-gradient", "gradient by the kernel", "w"],
            ["output-gradient", "moved"],
            Wiring::ByKernel { size, kernel },
            &[kernel; 2],
        ));
        return plan;
    }
    let twice = |wiring: Wiring| [wiring.clone(), wiring];
    let largest = |window| twice(Wiring::Largest { size, window });
    let (outputs, pooled) = ([["conv"; 2], ["conv-moved"; 2]], size / window);
    let dense = twice(Wiring::Dense(Order::kept(size * size)));
    plan.extend(compare(&DENSE, WEIGHTS, dense, &square, order.clone()));
    plan.extend(compare(&CONV, KERNELS, twice(conv), &square, order));
    plan.extend(compare(&POOL, outputs, largest(window), &[pooled; 2], Order::kept(pooled * pooled)));
    plan.extend(compare(&GLOBAL, outputs, largest(size), &[], Order::kept(1)));
    plan
}

fn permuted_pixels(settings: &Settings) -> Vec<Made> {
    let &Settings { size, kernel, .. } = settings;
    let (square, pixels) = ([size; 2], size * size);
    let order = Order::together(&permutation(settings.shuffle, pixels));
    let conv = Wiring::Convolution { channels: 1, size, kernel };
    let dense = [Wiring::Dense(Order::kept(pixels)), Wiring::Dense(order.clone())];
    let mut plan = vec![moved("permuted input", order.clone(), &square)];
    plan.extend(compare(&DENSE, WEIGHTS, dense, &square, Order::kept(pixels)));
    plan.extend(compare(&CONV, KERNELS, [conv.clone(), conv], &square, order));
    plan
}

fn permuted_channels(settings: &Settings) -> Vec<Made> {
    let &Settings { size, kernel, .. } = settings;
    let order = |inner| Wiring::Copies(Order::first_axis(&permutation(settings.shuffle, 3), inner));
    let conv = Wiring::Convolution { channels: 3, size, kernel };
    let image = ("moved", "permuted input", "x′", Role::Input);
    let weights = ("kernel-moved", "permuted kernel", "w′", Role::Weight);
    let mut plan = vec![
        Made::new(image, ["input"; 2], order(size * size), &settings.square(size)),
        Made::new(weights, ["kernel"; 2], order(kernel * kernel), &settings.square(kernel)),
    ];
    let from = [["kernel", "input"], ["kernel-moved", "moved"]];
    plan.extend(compare(&CONV, from, [conv.clone(), conv], &[size; 2], Order::kept(size * size)));
    plan
}

fn renamed_nodes(settings: &Settings) -> Vec<Made> {
    let names = permutation(settings.shuffle, NODES);
    let order = Order::first_axis(&names, FEATURES);
    let (edges, numbers) = ([NODES; 2], [NODES, FEATURES]);
    let sum = Wiring::Neighbours { nodes: NODES, features: FEATURES };
    let renamed = ("adjacency-moved", "adjacency of the renamed nodes", "A′", Role::Weight);
    let features = ("features-moved", "features of the renamed nodes", "X′", Role::Input);
    let mut plan = vec![
        Made::new(renamed, ["adjacency"; 2], Wiring::Copies(Order::both_axes(&names)), &edges),
        Made::new(features, ["features"; 2], Wiring::Copies(order.clone()), &numbers),
    ];
    let from = [["adjacency", "features"], ["adjacency-moved", "features-moved"]];
    plan.extend(compare(&GRAPH, from, [sum.clone(), sum], &numbers, order));
    plan
}

/// The picture's numbers.
pub fn pixels(settings: &Settings) -> Vec<f32> {
    if settings.pixels.is_empty() {
        return numbers(&pictures::tensor(&settings.picture, [settings.size; 2], settings.channels())).into_owned();
    }
    single(&settings.pixels)
}

fn single(numbers: &[f64]) -> Vec<f32> {
    numbers.iter().map(|&number| number as f32).collect()
}

/// The names of the stages that are given.
pub const GIVEN: [&str; 6] = ["input", "kernel", "dense-weight", "adjacency", "features", "output-gradient"];

/// The stages that are given.
fn given(settings: &Settings) -> Vec<Stage> {
    let stage = |name, title, symbol, role, shape: &[usize], numbers: Vec<f32>| {
        Stage::new(name, title, symbol, role, tensor(shape, numbers))
    };
    let size = settings.size;
    if settings.is_graph() {
        let (edges, features) = (single(&settings.edges()), single(&settings.node_features()));
        return vec![
            stage("adjacency", "adjacency", "A", Role::Weight, &[NODES; 2], edges),
            stage("features", "features", "X", Role::Input, &[NODES, FEATURES], features),
        ];
    }
    let weights = single(&settings.kernel_weights());
    let mut stages = vec![
        stage("input", "input", "x", Role::Input, &settings.square(size), pixels(settings)),
        stage("kernel", "kernel", "w", Role::Weight, &settings.square(settings.kernel), weights),
    ];
    if settings.pass == Pass::Backward {
        let numbers = single(&settings.upstream_gradients());
        let upstream = stage("output-gradient", "gradient by the output", "y′", Role::Gradient, &[size; 2], numbers);
        stages.push(upstream.derivative());
    } else if settings.channels() == 1 {
        let numbers = (0..size.pow(4)).map(|at| dense_weight(settings.seed, at)).collect();
        stages.push(stage("dense-weight", "dense weights", "W", Role::Weight, &[size; 4], numbers));
    }
    stages
}

/// Computes everything.
pub fn trace(settings: &Settings) -> Result<Trace, LayerError> {
    let mut trace = Trace { stages: given(settings) };
    for made in plan(settings) {
        let from = made.from.map(|name| trace.stage(name).and_then(Stage::array));
        let [Some(first), Some(second)] = from else { continue };
        let stage = made.stage(made.wiring.forward([first, second], &made.shape)?);
        trace.stages.push(stage);
    }
    Ok(trace)
}
