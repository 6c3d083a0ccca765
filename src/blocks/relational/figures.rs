//! What is told about all of the layers: how alike nodes become, what training did, whether neighbours help, and what a convolution
//! would make of the same picture.

use super::model::{Network, drawn};
use super::settings::{Settings, Shape, Topic};
use super::training::{self, right};
use crate::blocks::sparse;
use crate::explain::{Cell, Explanation, Expr, Function, Role, Stage, Trace};
use crate::layers::{Array, Gathering, LayerError, Relational, Tensor, numbers, sum_over, tensor, variables};

/// The curve over homophily has so many points, from 0 to 1.
const MIXED: usize = 21;
/// A cell to the right minus one to the left: no layer on a graph can tell which is which.
const KERNEL: [f32; 9] = [0.0, 0.0, 0.0, -1.0, 0.0, 1.0, 0.0, 0.0, 0.0];

/// The stages of these figures, after those of the layers.
pub fn stages(settings: &Settings, network: &Network, layers: &[Stage]) -> Result<Vec<Stage>, LayerError> {
    // No formula would have room for all nodes of a large graph.
    if settings.is_large() {
        return Ok(Vec::new());
    }
    let plain = |name, title, symbol, numbers: Vec<f32>| {
        Stage::new(name, title, symbol, Role::Plain, tensor(&[numbers.len()], numbers))
    };
    let rows = network.rows.iter().map(|row| spread(&layers[*row]).value().unwrap_or(0.0) as f32).collect();
    let mut stages = vec![plain("spread", "how far the nodes are from each other", "s", rows)];
    if let Some(training) = training::of(settings)? {
        stages.push(plain("loss", "loss after each epoch", "E", training.loss.clone()));
        stages.push(plain("accuracy", "share of classes told right after each epoch", "a", training.right.clone()));
    }
    if settings.graph == Shape::Citations {
        let [own, gathered] = mixed(settings)?;
        stages.push(plain("by-own", "share told right from own features, by homophily", "a", own));
        stages.push(plain("by-gathered", "share told right from what is gathered, by homophily", "a", gathered));
    }
    if let Some(side) = side(settings) {
        let mut kernel = tensor(&[3, 3], KERNEL.to_vec());
        sparse::apply(&settings.numbers, "kernel", &mut kernel);
        stages.push(Stage::new("kernel", "kernel of a convolution", "w", Role::Weight, kernel));
        let (kernel, input) = (&stages[stages.len() - 1], &layers[network.rows[0]]);
        let convolved = |place: usize| convolved(kernel, input, side, place).value().unwrap_or(0.0) as f32;
        let convolved = tensor(&[side, side], (0..side * side).map(convolved).collect());
        stages.push(Stage::new("convolved", "the same picture, convolved", "y", Role::Intermediate, convolved));
    }
    Ok(stages)
}

/// Why a number of a figure is what it is.
pub fn explain(settings: &Settings, network: &Network, trace: &Trace, cell: Cell) -> Option<Explanation> {
    let stage = trace.stage(cell.stage)?;
    let at = cell.index.axis(0);
    let (letters, rule, made_from): (&[&'static str], _, _) = match cell.stage {
        "spread" => {
            let rows = trace.stage(network.names[network.rows[at]].name)?;
            (&["l"], Expr::call(SPREAD, Expr::variable("H")), spread(rows))
        }
        "loss" => {
            let of = Expr::indexed("z", Role::Output, variables(&["v"]));
            let rule = sum_over("v", Expr::call(SURPRISE, of)).over(Expr::variable("N"));
            (&["t"], rule, loss(settings, network, trace, at)?)
        }
        "accuracy" | "by-own" | "by-gathered" => {
            let nodes = network.graph.nodes() as f64;
            let right = (f64::from(stage.value(&cell.index)?) * nodes).round();
            let rule = Expr::variable("told right").over(Expr::variable("N"));
            (&["t"], rule, Expr::Number(right).over(Expr::Number(nodes)))
        }
        "convolved" => {
            let side = stage.shape()[0];
            let [weight, pixel] =
                [(trace.stage("kernel")?, ["n", "m"]), (trace.stage("input")?, ["i + n − 1", "j + m − 1"])]
                    .map(|(stage, letters)| stage.general(variables(&letters)));
            let rule = sum_over("n", sum_over("m", weight.times(pixel)));
            let made_from =
                convolved(trace.stage("kernel")?, trace.stage("input")?, side, at * side + cell.index.axis(1));
            (&["i", "j"], rule, made_from)
        }
        _ => return None,
    };
    Some(Explanation::computed(stage, &stage.position(cell.index), stage.general(variables(letters)), rule, made_from))
}

/// To which figures a number goes.
pub fn influences(settings: &Settings, network: &Network, trace: &Trace, cell: Cell) -> Vec<Cell> {
    let mut reached = Vec::new();
    if settings.is_large() {
        return reached;
    }
    let row = network.rows.iter().position(|row| network.names[*row].name == cell.stage);
    reached.extend(row.map(|layer| Cell::new("spread", [layer])));
    let is_scored = trace.stage("loss").is_some() && row == Some(settings.layers);
    if is_scored && training::labelled(network).contains(&cell.index.axis(0)) {
        reached.push(Cell::new("loss", [settings.epoch()]));
    }
    if let Some(convolved) = trace.stage("convolved") {
        let side = convolved.shape()[0];
        let read = |output: &usize| {
            reads(side, *output).any(|(tap, node)| match cell.stage {
                "kernel" => cell == Cell::new("kernel", [tap / 3, tap % 3]),
                "input" => cell == Cell::new("input", [node, 0]),
                _ => false,
            })
        };
        reached
            .extend((0..side * side).filter(read).map(|output| Cell::new("convolved", [output / side, output % side])));
    }
    reached
}

/// How far nodes are from each other: the standard deviation of each feature, on average.
fn spread(rows: &Stage) -> Expr {
    let mut arguments = vec![Expr::Number(rows.shape()[1] as f64)];
    arguments.extend(rows.cells().map(|cell| rows.at(&rows.position(cell.index))));
    Expr::Call(SPREAD, arguments)
}

const SPREAD: Function = Function {
    name: "spread",
    spoken: "the spread of",
    apply: |arguments| {
        let Some((width, numbers)) = arguments.split_first() else { return 0.0 };
        let width = *width as usize;
        let deviation = |feature: usize| {
            let all = || numbers.iter().skip(feature).step_by(width);
            let count = all().count().max(1) as f64;
            let mean = all().fold(0.0, |sum, x| sum + x) / count;
            (all().fold(0.0, |sum, x| sum + (x - mean) * (x - mean)) / count).sqrt()
        };
        (0..width).fold(0.0, |sum, feature| sum + deviation(feature)) / width as f64
    },
};

/// −ln softmax of the first score among all: how surprised the layers are by the right class.
const SURPRISE: Function = Function {
    name: "−ln softmax",
    spoken: "minus the logarithm of the softmax of",
    apply: |scores| {
        let largest = scores.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let sum = scores.iter().fold(0.0, |sum, score| sum + libm::exp(score - largest));
        largest + libm::log(sum) - scores[0]
    },
};

/// The loss after an epoch: of the scores that are shown, or of those that were there.
fn loss(settings: &Settings, network: &Network, trace: &Trace, epoch: usize) -> Option<Expr> {
    let training = training::of(settings).ok()??;
    let shown = trace.stage(network.names[*network.rows.last()?].name).filter(|_| epoch == settings.epoch());
    let scores = training.scores(network, epoch).ok()?;
    let classes = network.data.class_count();
    let surprise = |node: usize| {
        let right = usize::from(network.data.classes[node]);
        let others = (0..classes).filter(|class| *class != right);
        let score = |class: usize| match shown {
            Some(stage) => stage.at(&[node, class]),
            None => Expr::Number(f64::from(scores[node * classes + class])),
        };
        Expr::Call(SURPRISE, [right].into_iter().chain(others).map(score).collect())
    };
    let labelled = training::labelled(network);
    let count = Expr::Number(labelled.len() as f64);
    Some(Expr::Sum(labelled.into_iter().map(surprise).collect()).over(count))
}

/// For each homophily, of how many nodes the largest number is that of their class: of their own, and of what they gather.
fn mixed(settings: &Settings) -> Result<[Vec<f32>; 2], LayerError> {
    let mut curves = [Vec::new(), Vec::new()];
    let mut layers = Relational::default();
    let mut drawn_at = settings.clone();
    for point in 0..MIXED {
        drawn_at.homophily = point as f64 / (MIXED - 1) as f64;
        let data = drawn(&drawn_at);
        if point == 0 {
            let own = layers.given(Array::Nodes(data.width));
            layers.gather(Gathering::Mean, own)?;
        }
        let features: Tensor = data.feature_matrix();
        for (curve, numbers) in
            curves.iter_mut().zip(layers.forward(&data.graph()?, vec![numbers(&features).into_owned()])?)
        {
            curve.push(right(&numbers, &data.classes, data.width));
        }
    }
    Ok(curves)
}

/// How many cells the side of a picture has that is looked at as a graph.
pub fn side(settings: &Settings) -> Option<usize> {
    let side = (1..=settings.nodes).find(|side| side * side >= settings.nodes)?;
    let is_square = settings.graph == Shape::Grid && side * side == settings.nodes;
    (is_square && settings.block == Topic::Convolution).then_some(side)
}

/// What a cell of the convolved picture reads: taps of the kernel, and nodes.
fn reads(side: usize, output: usize) -> impl Iterator<Item = (usize, usize)> {
    (0..9).filter_map(move |tap| {
        let row = (output / side + tap / 3).checked_sub(1).filter(|row| *row < side)?;
        let column = (output % side + tap % 3).checked_sub(1).filter(|column| *column < side)?;
        Some((tap, row * side + column))
    })
}

fn convolved(kernel: &Stage, input: &Stage, side: usize, output: usize) -> Expr {
    let product = |(tap, node): (usize, usize)| kernel.at(&[tap / 3, tap % 3]).times(input.at(&[node, 0]));
    Expr::Sum(reads(side, output).map(product).collect())
}
