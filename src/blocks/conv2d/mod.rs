//! `conv2d`: convolution over pictures of many channels, bias, non-linearity, many filters.

pub(super) mod filters;
mod influences;
mod plan;
mod presets;
mod scene;
mod settings;

use std::rc::Rc;

use ndarray::IxDyn;
use settings::{Padding, Settings};

use super::convolution::Pass;
use super::pytorch::Program;
use super::{About, Block, Control, Gesture, Preset, View, control};
use crate::compute::Device;
use crate::data::pictures;
use crate::explain::{Cell, Explanation, Index, Role, Stage, Trace, decimal, grouped};
use crate::layers::{self, Activation, Conv, ConvStages, LayerError, Tensor};
use crate::scene::Scene;

/// Convolution over two axes.
pub struct Conv2d;

impl Settings {
    fn conv(&self) -> Conv {
        let padding = layers::Padding { amounts: vec![self.padded_by(); 2], mode: self.fill.mode(self.constant) };
        Conv { windows: vec![self.window(); 2], groups: 1, padding }
    }

    fn input(&self) -> Rc<Tensor> {
        let [rows, columns] = self.size();
        if self.pixels.is_empty() {
            return pictures::tensor(&self.picture, [rows, columns], self.channels);
        }
        Rc::new(tensor(&[1, self.channels, rows, columns], &self.pixels))
    }

    fn weight_tensor(&self) -> Tensor {
        tensor(&[self.filters, self.channels, self.kernel, self.kernel], &self.all_weights())
    }

    fn upstream_tensor(&self) -> Tensor {
        let [high, wide] = self.outputs();
        let shape = [1, self.filters, high, wide];
        if self.upstream.is_empty() { Tensor::ones(IxDyn(&shape)) } else { tensor(&shape, &self.upstream) }
    }

    fn is_linear(&self) -> bool {
        self.activation() == Activation::Identity
    }

    /// Whether an output is explained by the sums over the channels, through its activation.
    fn is_seen_through(&self) -> bool {
        self.activation().is_seen_through()
    }
}

fn tensor(shape: &[usize], values: &[f64]) -> Tensor {
    let values = values.iter().map(|&value| value as f32).collect();
    Tensor::from_shape_vec(IxDyn(shape), values).unwrap_or_else(|_| Tensor::zeros(IxDyn(shape)))
}

impl Block for Conv2d {
    const ABOUT: About = About {
        name: "conv2d",
        title: "2D convolution",
        teaches: "Slide over height and width; add up over channels.",
        text: "A 2D convolution slides over rows and columns. For every output map there is one kernel for each input channel: \
               each channel is multiplied with its kernel, all products are added up over the window and over the channels, the \
               bias is added, and a non-linearity follows. The weights are the same at every position.",
        question: "Predict: which parts of the ring will Sobel x see, and which will it miss?",
        lecture: "The lecture writes x_{i + m − M/2, j + m − M/2}, with m for rows, too; meant is x_{i + n − ⌊N/2⌋, j + m − ⌊M/2⌋}. They agree where n = m.",
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
        if settings.is_small() { small(settings) } else { large(settings) }
    }

    fn steps(trace: &Trace) -> usize {
        stepped(trace).map_or(0, Stage::len)
    }

    fn step_cell(trace: &Trace, step: usize) -> Option<Cell> {
        let stage = stepped(trace).filter(|stage| step < stage.len())?;
        let [_, rows, columns] = *stage.shape() else { return None };
        Some(Cell::new(stage.name, [step / (rows * columns), step / columns % rows, step % columns]))
    }

    fn step_of(trace: &Trace, cell: Cell) -> Option<usize> {
        let stage = stepped(trace)?;
        let [_, rows, columns] = *stage.shape() else { return None };
        let at = |axis| cell.index.axis(axis);
        match cell.stage {
            name if name == stage.name => Some((at(0) * rows + at(1)) * columns + at(2)),
            "pre" if stage.name == "output" => Some((at(0) * rows + at(1)) * columns + at(2)),
            "sum" if stage.name == "output" => Some((at(0) * rows + at(2)) * columns + at(3)),
            _ => None,
        }
    }

    fn explain(settings: &Settings, trace: &Trace, cell: Cell) -> Option<Explanation> {
        let stage = trace.stage(cell.stage)?;
        stage.value(&cell.index)?;
        let (conv, at) = (settings.conv(), cell.index);
        let of = |name: &str| trace.stage(name);
        let bias = of("bias").filter(|_| settings.bias.iter().any(|&bias| bias != 0.0));
        let stages = ConvStages { padded: of("padded")?, weight: of("weight")?, bias };
        Some(match cell.stage {
            "padded" => conv.padding.explain(of("input")?, stage, at),
            "sum" => conv.explain_channel(stages, stage, at),
            "pre" => conv.explain_sum(of("sum")?, bias, stage, at),
            "output" if settings.is_linear() => conv.explain_sum(of("sum")?, bias, stage, at),
            "output" => {
                let (pre, activation) = (of("pre")?, settings.activation());
                let through = activation.explain_through(conv.explain_sum(of("sum")?, bias, pre, at), stage, at);
                through.unwrap_or_else(|| activation.explain(pre, stage, at))
            }
            "pre-gradient" => {
                settings.activation().explain_gradient(of("pre")?, of("output")?, of("output-gradient")?, stage, at)
            }
            "bias-gradient" => conv.explain_bias_gradient(inner_gradient(trace)?, stage, at),
            "weight-gradient" => conv.explain_weight_gradient(stages.padded, inner_gradient(trace)?, stage, at),
            "padded-gradient" => conv.explain_padded_gradient(stages.weight, inner_gradient(trace)?, stage, at),
            "input-gradient" => {
                let (inner, padded) = (inner_gradient(trace)?, of("padded-gradient")?);
                conv.explain_input_gradient(stages.weight, inner, padded, stage, at)
            }
            _ => Explanation::given(stage.leaf(&stage.position(at))),
        })
    }

    fn influences(settings: &Settings, trace: &Trace, cell: Cell) -> Vec<Cell> {
        influences::influences(settings, trace, cell).unwrap_or_default()
    }

    fn scene(settings: &Settings, trace: &Trace, view: View<'_>) -> Scene {
        scene::draw(settings, trace, view)
    }

    fn edit(settings: &Settings, cell: Cell, Gesture::Set(value): Gesture) -> Option<Settings> {
        let mut changed = settings.clone();
        let [rows, columns] = settings.size();
        let [high, wide] = settings.outputs();
        let at = |axis| cell.index.axis(axis);
        let (list, place, limit) = match cell.stage {
            "input" if settings.is_small() => {
                if changed.pixels.is_empty() {
                    changed.pixels = settings.input().iter().map(|&pixel| decimal(pixel)).collect();
                }
                (&mut changed.pixels, (at(0) * rows + at(1)) * columns + at(2), control::LIMIT)
            }
            "weight" if settings.weights() <= control::MAX_NUMBERS => {
                changed.weight = settings.all_weights();
                let k = settings.kernel;
                (&mut changed.weight, ((at(0) * settings.channels + at(1)) * k + at(2)) * k + at(3), control::LIMIT)
            }
            "output-gradient" => {
                changed.upstream.resize(settings.filters * high * wide, 1.0);
                (&mut changed.upstream, (at(0) * high + at(1)) * wide + at(2), control::LIMIT)
            }
            "bias" => (&mut changed.bias, at(0), 10.0),
            _ => return None,
        };
        *list.get_mut(place)? = decimal(value).clamp(-limit, limit);
        Some(changed)
    }

    fn facts(settings: &Settings, _: &Trace) -> String {
        let Settings { channels, filters, kernel, stride, dilation, .. } = settings;
        let ([rows, columns], [high, wide]) = (settings.size(), settings.outputs());
        let padding = match settings.padding {
            Padding::Valid => "valid".to_owned(),
            Padding::Same => "same".to_owned(),
            Padding::Both => format!("{} on each side", settings.amount),
        };
        let (inputs, outputs) = ((channels * rows * columns) as u64, (filters * high * wide) as u64);
        let parameters = (settings.weights() + filters) as u64;
        let dense = if rows * columns == 1 && *kernel == 1 {
            format!("{} parameters, exactly those of a dense layer", grouped(parameters))
        } else {
            format!("{} parameters (dense: {})", grouped(parameters), grouped((inputs + 1).saturating_mul(outputs)))
        };
        format!(
            "[{channels}, {rows}, {columns}] ∗ [{filters}, {channels}, {kernel}, {kernel}], stride {stride}, dilation {dilation}, \
             {padding} → [{filters}, {high}, {wide}] · {dense} · {} multiplications",
            grouped(settings.weights() as u64 * (high * wide) as u64)
        )
    }

    fn pytorch(settings: &Settings, trace: &Trace, cell: Cell) -> String {
        let activation = (!settings.is_linear()).then(|| settings.activation().name());
        let (conv, cut, cell) = if settings.is_small() {
            (settings.conv(), None, cell)
        } else {
            let (cut, cell) = window_alone(settings, trace, cell);
            (unpadded(settings), Some(cut), cell)
        };
        let trace = cut.as_ref().unwrap_or(trace);
        Program { convs: vec![conv], trace, activation, flipped: false, by_channel: true }.print(cell)
    }
}

fn unpadded(settings: &Settings) -> Conv {
    let mut conv = settings.conv();
    conv.padding.amounts.fill((0, 0));
    conv
}

/// Of a large picture, only what one number is made from: the trace of its window alone, and the number's cell there.
fn window_alone(settings: &Settings, trace: &Trace, cell: Cell) -> (Trace, Cell) {
    let (span, channels) = (settings.window().span(), settings.channels);
    let at = |axis| cell.index.axis(axis);
    let (lead, row, column) = match cell.stage {
        "sum" => (vec![at(0), at(1)], at(2) * settings.stride, at(3) * settings.stride),
        "output" | "pre" => (vec![at(0)], at(1) * settings.stride, at(2) * settings.stride),
        "input" => (vec![at(0)], at(1) + settings.padded_by().0, at(2) + settings.padded_by().0),
        _ => (vec![at(0)], at(1), at(2)),
    };
    let padded = trace.stage("padded");
    let number = |c: usize, y: usize, x: usize| {
        let index = Index::from([c, row + y, column + x]);
        padded.and_then(|padded| padded.value(&index)).unwrap_or(0.0)
    };
    let window = Tensor::from_shape_fn(IxDyn(&[1, channels, span, span]), |at| number(at[1], at[2], at[3]));
    let mut alone = Trace::default();
    let stage = |name| trace.stage(name).and_then(Stage::array).cloned().unwrap_or_default();
    let (weight, bias) = (stage("weight"), stage("bias"));
    let conv = unpadded(settings);
    let results = conv.channel_sums(&window, &weight).and_then(|sums| {
        let total = conv.sum_channels(&sums, Some(&bias))?;
        Ok((sums, settings.activation().forward(&total)?, total))
    });
    alone.stages.push(Stage::new("input", "input", "x", Role::Input, window).hiding(1));
    alone.stages.push(Stage::new("weight", "weight", "w", Role::Weight, weight));
    alone.stages.push(Stage::new("bias", "bias", "b", Role::Weight, bias));
    if let Ok((sums, output, total)) = results {
        alone.stages.push(channels_sum(sums));
        alone.stages.push(Stage::new("pre", "sum over channels", "z", Role::Intermediate, total).hiding(1));
        alone.stages.push(Stage::new("output", "output", "y", Role::Output, output).hiding(1));
    }
    let name = if matches!(cell.stage, "padded") { "input" } else { cell.stage };
    let there = match cell.stage {
        "weight" | "bias" => cell,
        _ => {
            let index = Index::new(&[&lead[..], &[0, 0]].concat());
            Cell { stage: name, index: index.unwrap_or(cell.index) }
        }
    };
    (alone, there)
}

/// The stage over whose cells the transport goes.
fn stepped(trace: &Trace) -> Option<&Stage> {
    trace.stage("input-gradient").or_else(|| trace.stage("output"))
}

/// The gradient that arrives at the convolution: behind the non-linearity where there is one.
fn inner_gradient(trace: &Trace) -> Option<&Stage> {
    trace.stage("pre-gradient").or_else(|| trace.stage("output-gradient"))
}

fn channels_sum(values: Tensor) -> Stage {
    Stage::new("sum", "sum over the window", "s", Role::Intermediate, values).hiding(1)
}

/// Computes everything, and keeps it.
fn small(settings: &Settings) -> Result<Trace, LayerError> {
    let conv = settings.conv();
    let (input, weight) = (settings.input(), settings.weight_tensor());
    let bias = tensor(&[settings.filters], &settings.bias);
    let padded = conv.padding.forward(&input)?;
    let sums = conv.channel_sums(&padded, &weight)?;
    let total = conv.sum_channels(&sums, Some(&bias))?;
    let output = settings.activation().forward(&total)?;
    let map = |name, title, symbol, role, values| Stage::new(name, title, symbol, role, values).hiding(1);
    let mut stages = vec![
        map("input", "input", "x", Role::Input, (*input).clone()),
        map("padded", "padded input", "x̃", Role::Input, padded).counting_from(&conv.padding.first_subscripts()),
        Stage::new("weight", "weight", "w", Role::Weight, weight.clone()),
        Stage::new("bias", "bias", "b", Role::Weight, bias),
        channels_sum(sums),
    ];
    if !settings.is_linear() {
        stages.push(map("pre", "sum over channels", "z", Role::Intermediate, total.clone()));
    }
    stages.push(map("output", "output", "y", Role::Output, output));
    if settings.pass == Pass::Backward {
        let upstream = settings.upstream_tensor();
        let inner = settings.activation().backward(&total, &upstream)?;
        let gradients = conv.backward(&input, &weight, &inner)?;
        let gradient =
            |name, title, symbol, values| Stage::new(name, title, symbol, Role::Gradient, values).derivative();
        stages.push(gradient("output-gradient", "gradient by the output", "y", upstream).hiding(1));
        if !settings.is_linear() {
            stages.push(gradient("pre-gradient", "gradient by the sum over channels", "z", inner).hiding(1));
        }
        stages.push(gradient("bias-gradient", "gradient by the bias", "b", gradients.bias));
        stages.push(gradient("weight-gradient", "gradient by the weight", "w", gradients.weight));
        let padded = gradient("padded-gradient", "gradient by the padded input", "x̃", gradients.padded).hiding(1);
        stages.push(padded.counting_from(&conv.padding.first_subscripts()));
        stages.push(gradient("input-gradient", "gradient by the input", "x", gradients.input).hiding(1));
    }
    Ok(Trace { stages })
}

/// Computes nothing yet: every number of a large picture when somebody looks at it.
fn large(settings: &Settings) -> Result<Trace, LayerError> {
    let conv = settings.conv();
    let (input, weight) = (settings.input(), Rc::new(settings.weight_tensor()));
    let bias = Rc::new(tensor(&[settings.filters], &settings.bias));
    let cells = Rc::new(conv.cells(input.clone(), weight.clone(), Some(bias.clone()))?);
    let (shape, sums_shape) = (cells.output_shape(), cells.channel_sums_shape());
    let padded_shape = conv.padding.output_shape(input.shape())?;
    let nothing = || Tensor::zeros(IxDyn(&[1, 0, 0, 0]));
    let map = |name, title, symbol, role, shape: &[usize], at| {
        Stage::new(name, title, symbol, role, nothing()).lazy(shape.to_vec(), at).hiding(1)
    };
    let (padding, padded_input) = (conv.padding.clone(), input.clone());
    let (sums, totals, outputs) = (cells.clone(), cells.clone(), cells);
    let pointwise = settings.activation().pointwise();
    let mut stages = vec![
        map("input", "input", "x", Role::Input, input.shape(), {
            let input = input.clone();
            Rc::new(move |at| input[at])
        }),
        map("padded", "padded input", "x̃", Role::Input, &padded_shape, {
            Rc::new(move |at| padding.cell(&padded_input, at))
        })
        .counting_from(&conv.padding.first_subscripts()),
        Stage::new("weight", "weight", "w", Role::Weight, (*weight).clone()),
        Stage::new("bias", "bias", "b", Role::Weight, (*bias).clone()),
        map(
            "sum",
            "sum over the window",
            "s",
            Role::Intermediate,
            &sums_shape,
            Rc::new(move |at| sums.channel_sum(at)),
        ),
    ];
    if !settings.is_linear() {
        let total = Rc::new(move |at: &[usize]| totals.channel_total(at));
        stages.push(map("pre", "sum over channels", "z", Role::Intermediate, &shape, total));
    }
    stages.push(map("output", "output", "y", Role::Output, &shape, {
        Rc::new(move |at| {
            let total = outputs.channel_total(at);
            pointwise.as_ref().map_or(total, |pointwise| pointwise.value(total))
        })
    }));
    Ok(Trace { stages })
}
