//! `conv1d`: the sliding window, padding and its fill modes, stride, dilation, causal convolution.

mod presets;
mod scene;
mod settings;

use settings::{Padding, Pass, Sense, Settings};

use super::pytorch::Program;
use super::{About, Block, Control, Gesture, Preset, View, control};
use crate::compute::Device;
use crate::explain::{Cell, Explanation, Expr, Role, Rule, Stage, Trace, decimal, grouped};
use crate::layers::{self, Conv, ConvStages, LayerError, Tensor, Window};
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

/// The kernel as it is applied: turned around where convolution is meant as mathematics means it.
fn kernel_stage(settings: &Settings) -> &'static str {
    if settings.sense == Sense::Convolution { "flipped" } else { "weight" }
}

/// The gradient by the kernel as it is applied.
fn kernel_gradient(settings: &Settings) -> &'static str {
    if settings.sense == Sense::Convolution { "flipped-gradient" } else { "weight-gradient" }
}

fn signal(values: &[f64]) -> Tensor {
    values
        .iter()
        .map(|&value| value as f32)
        .collect::<ndarray::Array1<f32>>()
        .into_shape_with_order((1, 1, values.len()))
        .map_or_else(|_| Tensor::default(ndarray::IxDyn(&[1, 1, 0])), |array| array.into_dyn())
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
}

impl Block for Conv1d {
    const ABOUT: About = About {
        name: "conv1d",
        title: "1D convolution",
        teaches: "A small window slides; every output is the same few weights on another neighbourhood.",
        text: "A convolution pushes a window of k weights along a signal. At every position it multiplies the weights with the \
               numbers under them and adds up: the same weights everywhere, so that a pattern is found wherever it is. At the \
               ends the window needs cells that are not there; padding adds them.",
        question: "Predict: where is the output of (−1, 1, 0) positive, and where is it zero?",
        lecture: "The lecture lets the sum run to j = k, where the last of k weights is w_{k − 1}: with w_k = 0 both agree.",
    };

    const PRESETS: &'static [Preset] = presets::PRESETS;

    type Settings = Settings;

    fn controls(settings: &Settings) -> Vec<Control> {
        settings.controls()
    }

    fn settle(settings: &mut Settings, changed: &str) {
        settings.settle(changed);
    }

    async fn trace(settings: &Settings, _: &Device) -> Result<Trace, LayerError> {
        let conv = settings.conv(1);
        let input = signal(&settings.input);
        let weight = signal(&settings.weight);
        let bias = Tensor::from_elem(ndarray::IxDyn(&[1]), settings.bias as f32);
        let padded = conv.padding.forward(&input)?;
        let mut stages = vec![
            Stage::new("input", "input", "x", Role::Input, input.clone()).hiding(2),
            Stage::new("padded", "padded input", "x̃", Role::Input, padded.clone())
                .hiding(2)
                .counting_from(&conv.padding.first_subscripts()),
            Stage::new("weight", "weight", "w", Role::Weight, weight.clone()).hiding(2),
        ];
        let mut applied = weight;
        if settings.sense == Sense::Convolution {
            applied.invert_axis(ndarray::Axis(2));
            let flipped = applied.as_standard_layout().into_owned();
            stages.push(Stage::new("flipped", "flipped weight", "w′", Role::Weight, flipped).hiding(2));
        }
        stages.push(Stage::new("bias", "bias", "b", Role::Weight, bias.clone()).hiding(1));
        let mut below = padded;
        for row in 1..=settings.layers {
            let output = settings.conv(row).slide(&below, &applied, Some(&bias))?;
            if row < settings.layers {
                let (name, padded_name) = LAYERS[row - 1];
                let padding = settings.conv(row + 1).padding;
                below = padding.forward(&output)?;
                stages.push(Stage::new(name, "hidden layer", "h", Role::Intermediate, output).hiding(2));
                stages.push(
                    Stage::new(padded_name, "padded hidden layer", "h̃", Role::Intermediate, below.clone())
                        .hiding(2)
                        .counting_from(&padding.first_subscripts()),
                );
            } else {
                stages.push(Stage::new("output", "output", "y", Role::Output, output).hiding(2));
            }
        }
        if settings.pass == Pass::Backward {
            let upstream = signal(&settings.upstream);
            let gradients = conv.backward(&input, &applied, &upstream)?;
            let gradient = |name, title, symbol, values: Tensor, hidden| {
                Stage::new(name, title, symbol, Role::Gradient, values).hiding(hidden).derivative()
            };
            stages.push(gradient("output-gradient", "gradient by the output", "y", upstream, 2));
            stages.push(gradient("bias-gradient", "gradient by the bias", "b", gradients.bias, 1));
            if settings.sense == Sense::Convolution {
                let mut turned = gradients.weight.clone();
                turned.invert_axis(ndarray::Axis(2));
                stages.push(gradient("flipped-gradient", "gradient by the flipped weight", "w′", gradients.weight, 2));
                stages.push(gradient("weight-gradient", "gradient by the weight", "w", turned, 2));
            } else {
                stages.push(gradient("weight-gradient", "gradient by the weight", "w", gradients.weight, 2));
            }
            stages.push(
                gradient("padded-gradient", "gradient by the padded input", "x̃", gradients.padded, 2)
                    .counting_from(&conv.padding.first_subscripts()),
            );
            stages.push(gradient("input-gradient", "gradient by the input", "x", gradients.input, 2));
        }
        Ok(Trace { stages })
    }

    fn steps(trace: &Trace) -> usize {
        let stepped = trace.stage("input-gradient").or_else(|| trace.stage("output"));
        stepped.map_or(0, Stage::len)
    }

    fn step_cell(trace: &Trace, step: usize) -> Option<Cell> {
        let stepped = trace.stage("input-gradient").or_else(|| trace.stage("output"))?;
        (step < stepped.len()).then(|| Cell::new(stepped.name, [step]))
    }

    fn step_of(trace: &Trace, cell: Cell) -> Option<usize> {
        let step = cell.index.axis(0);
        (Self::step_cell(trace, step) == Some(cell)).then_some(step)
    }

    fn explain(settings: &Settings, trace: &Trace, cell: Cell) -> Option<Explanation> {
        let stage = trace.stage(cell.stage)?;
        stage.value(&cell.index)?;
        let (conv, at) = (settings.conv(1), cell.index);
        let weight = trace.stage(kernel_stage(settings))?;
        let bias = trace.stage("bias").filter(|_| settings.bias != 0.0);
        let stages = |row: usize| Some(ConvStages { padded: trace.stage(slid_over(row))?, weight, bias });
        let upstream = trace.stage("output-gradient");
        Some(match cell.stage {
            "input" | "weight" | "bias" | "output-gradient" => Explanation::given(stage.leaf(&stage.position(at))),
            "padded" => conv.padding.explain(trace.stage("input")?, stage, at),
            "flipped" => turned(trace.stage("weight")?, stage, at.axis(0)),
            "output" => settings.conv(settings.layers).explain(stages(settings.layers)?, stage, at),
            "padded-gradient" => conv.explain_padded_gradient(weight, upstream?, stage, at),
            "input-gradient" => {
                conv.explain_input_gradient(weight, upstream?, trace.stage("padded-gradient")?, stage, at)
            }
            "bias-gradient" => conv.explain_bias_gradient(upstream?, stage, at),
            "weight-gradient" if settings.sense == Sense::Convolution => {
                turned(trace.stage("flipped-gradient")?, stage, at.axis(0))
            }
            "weight-gradient" | "flipped-gradient" => {
                conv.explain_weight_gradient(trace.stage("padded")?, upstream?, stage, at)
            }
            name => {
                let place = LAYERS.iter().position(|(output, padded)| [output, padded].contains(&&name))?;
                if LAYERS[place].0 == name {
                    settings.conv(place + 1).explain(stages(place + 1)?, stage, at)
                } else {
                    settings.conv(place + 2).padding.explain(trace.stage(LAYERS[place].0)?, stage, at)
                }
            }
        })
    }

    fn influences(settings: &Settings, trace: &Trace, cell: Cell) -> Vec<Cell> {
        influences(settings, trace, cell).unwrap_or_default()
    }

    fn scene(settings: &Settings, trace: &Trace, view: View<'_>) -> Scene {
        scene::draw(settings, trace, view)
    }

    fn edit(settings: &Settings, cell: Cell, Gesture::Set(value): Gesture) -> Option<Settings> {
        let mut changed = settings.clone();
        let number = match cell.stage {
            "input" => changed.input.get_mut(cell.index.axis(0))?,
            "weight" => changed.weight.get_mut(cell.index.axis(0))?,
            "output-gradient" => changed.upstream.get_mut(cell.index.axis(0))?,
            "bias" => &mut changed.bias,
            _ => return None,
        };
        let limit = if cell.stage == "bias" { 10.0 } else { control::LIMIT };
        *number = decimal(value).clamp(-limit, limit);
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

    fn pytorch(settings: &Settings, trace: &Trace, cell: Cell) -> String {
        let flipped = settings.sense == Sense::Convolution;
        let convs = (1..=settings.layers).map(|row| settings.conv(row)).collect();
        Program { convs, trace, activation: None, flipped, by_channel: false }.print(cell)
    }
}

/// One end for the other.
fn turned(from: &Stage, to: &Stage, at: usize) -> Explanation {
    let last = to.len().saturating_sub(1);
    let subscript = Expr::Sum(vec![Expr::Number(last as f64), Expr::Negative(Box::new(Expr::variable("j")))]);
    Explanation {
        target: to.leaf(&[0, 0, at]),
        general: Some(Rule::new(to.general(vec![Expr::variable("j")]), from.general(vec![subscript]))),
        made_from: from.at(&[0, 0, last - at]),
    }
}

fn influences(settings: &Settings, trace: &Trace, cell: Cell) -> Option<Vec<Cell>> {
    let stage = trace.stage(cell.stage)?;
    let (conv, at) = (settings.conv(1), cell.index);
    let weight = trace.stage(kernel_stage(settings))?;
    let all = |name: &str| trace.stage(name).map(|stage| stage.cells().collect::<Vec<_>>()).unwrap_or_default();
    let backward = settings.pass == Pass::Backward;
    let one = |name: &'static str, at: usize| vec![Cell::new(name, [at])];
    let last = settings.kernel - 1;
    let outputs_of = |row: usize, padded: &Stage| -> Option<Vec<Cell>> {
        let output = trace.stage(layer_stage(row, settings.layers))?;
        Some(settings.conv(row).outputs_of_padded(padded, weight, output, at))
    };
    let mut reached = match cell.stage {
        "input" => conv.padding.influences(stage, trace.stage("padded")?, at),
        "padded" => {
            let mut reached = outputs_of(1, stage)?;
            if let (true, Some(upstream)) = (backward, trace.stage("output-gradient")) {
                let by_weight = trace.stage(kernel_gradient(settings))?;
                reached.extend(conv.weights_beside_padded(stage, weight, upstream, at).cells(by_weight));
            }
            reached
        }
        "weight" if settings.sense == Sense::Convolution => one("flipped", last - at.axis(0)),
        "weight" | "flipped" => {
            let mut reached: Vec<Cell> =
                (1..=settings.layers).flat_map(|row| all(layer_stage(row, settings.layers))).collect();
            if backward {
                let (gradient, upstream) = (trace.stage("padded-gradient")?, trace.stage("output-gradient")?);
                let reads = |output: usize| conv.windows[0].reads(output, at.axis(0));
                reached.extend((0..upstream.len()).map(|output| Cell::new(gradient.name, [reads(output)])));
            }
            reached
        }
        "bias" if settings.bias != 0.0 => {
            (1..=settings.layers).flat_map(|row| all(layer_stage(row, settings.layers))).collect()
        }
        "output-gradient" => {
            let mut reached = all(kernel_gradient(settings));
            reached.push(Cell::new("bias-gradient", []));
            let place = at.axis(0);
            reached.extend(
                (0..settings.kernel).map(|tap| Cell::new("padded-gradient", [conv.windows[0].reads(place, tap)])),
            );
            reached
        }
        "flipped-gradient" => one("weight-gradient", last - at.axis(0)),
        "padded-gradient" => conv.gradient_from_padded(stage, trace.stage("input-gradient")?, at).into_iter().collect(),
        name => {
            let place = LAYERS.iter().position(|(output, padded)| [output, padded].contains(&&name))?;
            if LAYERS[place].0 == name {
                settings.conv(place + 2).padding.influences(stage, trace.stage(LAYERS[place].1)?, at)
            } else {
                outputs_of(place + 2, stage)?
            }
        }
    };
    if let (Some(by_padded), Some(by_input)) = (trace.stage("padded-gradient"), trace.stage("input-gradient")) {
        conv.reach_through_padding(by_padded, by_input, &mut reached);
    }
    Some(reached)
}
