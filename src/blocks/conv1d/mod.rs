//! `conv1d`: the sliding window, padding and its fill modes, stride, dilation, causal convolution.

mod scene;
mod settings;

use settings::{Padding, Pass, Sense, Settings};

use super::convolution::{Convolved, convolved, stages};
use super::pytorch::Program;
use super::{Block, Panel, View, hand};
use crate::compute::{Chain, Device, Layer};
use crate::explain::{Cell, Explanation, Expr, Role, Stage, Trace, decimal, grouped};
use crate::layers::{self, Activation, Conv, LayerError, Tensor, Window, rounded};
use crate::scene::Scene;

/// Convolution over one axis.
pub struct Conv1d;

/// The outputs of stacked causal layers, from below, and what each slides over.
const LAYERS: [(&str, &str); settings::MAX_LAYERS - 1] =
    [("h1", "h1-padded"), ("h2", "h2-padded"), ("h3", "h3-padded"), ("h4", "h4-padded"), ("h5", "h5-padded")];

/// The stage that holds the output of layer `row` (from 1) of `rows`.
fn layer_stage(row: usize, rows: usize) -> &'static str {
    if row == rows { "output" } else { LAYERS[row - 1].0 }
}

/// The stage over which layer `row` (from 1) slides.
fn slid_over(row: usize) -> &'static str {
    if row == 1 { "padded" } else { LAYERS[row - 2].1 }
}

fn signal(values: &[f64]) -> Tensor {
    rounded(&[1, 1, values.len()], values)
}

impl Settings {
    /// The layer at a place of the stack, from 1.
    fn conv(&self, row: usize) -> Conv {
        let dilation = self.dilation << (row - 1);
        let window = Window { dilation, ..self.window() };
        let amounts = if row == 1 { self.padded_by() } else { ((self.kernel - 1) * dilation, 0) };
        Conv {
            windows: vec![window],
            groups: 1,
            padding: layers::Padding { amounts: vec![amounts], mode: self.fill.mode(self.constant) },
        }
    }

    /// Whether the kernel is turned around: where convolution is meant as mathematics means it.
    fn is_flipped(&self) -> bool {
        self.sense == Sense::Convolution
    }

    /// The kernel as it is applied.
    fn kernel_stage(&self) -> &'static str {
        if self.is_flipped() { "flipped" } else { "weight" }
    }

    /// The gradient by the kernel as it is applied.
    fn kernel_gradient(&self) -> &'static str {
        if self.is_flipped() { "flipped-gradient" } else { "weight-gradient" }
    }

    /// The layers of the stack among the stages, from below.
    fn convolved<'a>(&self, trace: &'a Trace) -> Vec<Convolved<'a>> {
        let layer = |row| {
            Some(Convolved {
                conv: self.conv(row),
                trace,
                input: trace.stage(if row == 1 { "input" } else { LAYERS[row - 2].0 })?,
                padded: trace.stage(slid_over(row))?,
                kernel: trace.stage(self.kernel_stage())?,
                bias: trace.stage("bias").filter(|_| self.bias != 0.0),
                output: trace.stage(layer_stage(row, self.layers))?,
                activation: Activation::Identity,
            })
        };
        (1..=self.layers).filter_map(layer).collect()
    }
}

impl Block for Conv1d {
    const ABOUT: &'static str = include_str!("about.txt");

    const CONTROLS: &'static str = include_str!("controls.txt");

    type Settings = Settings;

    fn narrow(settings: &Settings, panel: &mut Panel) {
        settings.narrow(panel);
    }

    fn settle(settings: &mut Settings, changed: &str) {
        settings.settle(changed);
    }

    async fn trace(settings: &Settings, _: &Device) -> Result<Trace, LayerError> {
        let conv = settings.conv(1);
        let input = signal(&settings.input);
        let weight = signal(&settings.weight);
        let bias = Tensor::from_elem(ndarray::IxDyn(&[1]), settings.bias as f32);
        let mut stages = stages::given(&conv, true, &input, weight.clone(), bias.clone())?;
        let mut applied = weight;
        if settings.is_flipped() {
            applied = stages::turned(&applied);
            stages.insert(3, stages::FLIPPED.holding(true, applied.clone()));
        }
        let mut below = conv.padding.forward(&input)?;
        for row in 1..settings.layers {
            let output = settings.conv(row).slide(&below, &applied, Some(&bias))?;
            let ((name, padded_name), padding) = (LAYERS[row - 1], settings.conv(row + 1).padding);
            below = padding.forward(&output)?;
            let padded = Stage::new(padded_name, "padded hidden layer", "h̃", Role::Intermediate, below.clone());
            stages.push(Stage::new(name, "hidden layer", "h", Role::Intermediate, output).hiding(2));
            stages.push(padded.hiding(2).counting_from(&padding.first_subscripts()));
        }
        let output = settings.conv(settings.layers).slide(&below, &applied, Some(&bias))?;
        stages.push(stages::OUTPUT.holding(true, output));
        if settings.pass == Pass::Backward {
            let upstream = (signal(&settings.upstream), None);
            stages.extend(stages::gradients(&conv, true, (&input, &applied), upstream, settings.is_flipped())?);
        }
        stages::count_from_the_input(&mut stages, &conv);
        Ok(Trace { stages })
    }

    fn explain(settings: &Settings, trace: &Trace, cell: Cell) -> Option<Explanation> {
        let stage = trace.stage(cell.stage)?;
        stage.value(&cell.index)?;
        let (of, at) = (|name: &str| trace.stage(name), cell.index);
        Some(match cell.stage {
            "flipped" => turned(of("weight")?, stage, at.axis(0)),
            "weight-gradient" if settings.is_flipped() => turned(of("flipped-gradient")?, stage, at.axis(0)),
            _ => convolved::explain(&settings.convolved(trace), stage, at),
        })
    }

    fn influences(settings: &Settings, trace: &Trace, cell: Cell) -> Vec<Cell> {
        let Some(stage) = trace.stage(cell.stage) else { return Vec::new() };
        let other_end = |name| vec![Cell::new(name, [settings.kernel - 1 - cell.index.axis(0)])];
        match cell.stage {
            "weight" if settings.is_flipped() => other_end("flipped"),
            "flipped-gradient" => other_end("weight-gradient"),
            _ => convolved::influences(&settings.convolved(trace), stage, cell.index),
        }
    }

    fn scene(settings: &Settings, trace: &Trace, view: View<'_>) -> Scene {
        scene::draw(settings, trace, view)
    }

    fn edit(settings: &Settings, cell: Cell, value: f32) -> Option<Settings> {
        let (mut changed, at) = (settings.clone(), cell.index);
        match cell.stage {
            "input" => hand::put(&mut changed.input, &[], at, value)?,
            "weight" => hand::put(&mut changed.weight, &[], at, value)?,
            "output-gradient" => hand::put(&mut changed.upstream, &[], at, value)?,
            "bias" => changed.bias = decimal(value).clamp(-10.0, 10.0),
            _ => return None,
        }
        Some(changed)
    }

    fn facts(settings: &Settings, trace: &Trace) -> String {
        let outputs = trace.stage("output").map_or(0, Stage::len);
        let (n, k, layers) = (settings.input.len(), settings.kernel, settings.layers);
        let padding = match settings.padding {
            Padding::Valid => "valid".to_owned(),
            Padding::Same => "same".to_owned(),
            Padding::Both => format!("{} on each side", settings.amount),
            Padding::Causal => "causal".to_owned(),
        };
        let rule = if settings.padding == Padding::Same && settings.dilation == 1 {
            let simple = n / settings.stride;
            let agree = if simple == outputs { "agrees here" } else { "the general rule rounds up" };
            format!(" · the lecture's ⌊n / s⌋ = {simple}: {agree}")
        } else {
            String::new()
        };
        let dilation = match layers {
            1 => settings.dilation.to_string(),
            _ => format!("{} to {} in {layers} layers", settings.dilation, settings.dilation << (layers - 1)),
        };
        format!(
            "[1, {n}] ∗ [1, 1, {k}], stride {}, dilation {dilation}, {padding} → [1, {outputs}] · {} parameters (dense: {}) · {} multiplications{rule}",
            settings.stride,
            (k + 1) * layers,
            grouped((n * outputs + outputs) as u64),
            grouped((k * outputs * layers) as u64),
        )
    }

    fn chain(settings: &Settings, trace: &Trace) -> Option<(Chain, &'static str)> {
        let held = |name: &str| trace.stage(name)?.array().cloned();
        let (weight, bias) = (held(settings.kernel_stage())?, held("bias")?);
        let layer = |row| Layer::Conv { conv: settings.conv(row), weight: weight.clone(), bias: Some(bias.clone()) };
        Some((Chain { layers: (1..=settings.layers).map(layer).collect(), input: held("input")? }, "output"))
    }

    fn pytorch(settings: &Settings, trace: &Trace, cell: Cell) -> String {
        let convs = (1..=settings.layers).map(|row| settings.conv(row)).collect();
        let flipped = settings.is_flipped();
        Program { convs, trace, activation: None, flipped, by_channel: false }.print(cell)
    }
}

/// One end for the other.
fn turned(from: &Stage, to: &Stage, at: usize) -> Explanation {
    let last = to.len().saturating_sub(1);
    let subscript = Expr::Sum(vec![Expr::Number(last as f64), Expr::variable("j").negative()]);
    Explanation::computed(
        to,
        &[0, 0, at],
        to.general(vec![Expr::variable("j")]),
        from.general(vec![subscript]),
        from.at(&[0, 0, last - at]),
    )
}
