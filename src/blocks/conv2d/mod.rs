//! `conv2d`: convolution over pictures of many channels, bias, non-linearity, many filters.

pub(super) mod filters;
mod plan;
mod scene;
mod settings;

use std::ops::Range;
use std::rc::Rc;

use ndarray::IxDyn;
use settings::{Padding, Settings};

use super::convolution::{Convolved, Pass, convolved, stages};
use super::pytorch::{Program, window_alone};
use super::{Block, Panel, View, control, hand};
use crate::compute::{Device, sampled};
use crate::data::pictures;
use crate::explain::{Cell, Explanation, Trace, Values, grouped};
use crate::layers::{self, Activation, Conv, LayerError, Tensor, numbers, rounded};
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
        Rc::new(rounded(&[1, self.channels, rows, columns], &self.pixels))
    }

    fn weight_tensor(&self) -> Tensor {
        rounded(&[self.filters, self.channels, self.kernel, self.kernel], &self.all_weights())
    }

    fn upstream_tensor(&self) -> Tensor {
        let [high, wide] = self.outputs();
        let shape = [1, self.filters, high, wide];
        if self.upstream.is_empty() { Tensor::ones(IxDyn(&shape)) } else { rounded(&shape, &self.upstream) }
    }

    fn is_linear(&self) -> bool {
        self.activation() == Activation::Identity
    }

    fn convolved<'a>(&self, trace: &'a Trace) -> Option<[Convolved<'a>; 1]> {
        let of = |name: &str| trace.stage(name);
        Some([Convolved {
            conv: self.conv(),
            trace,
            input: of("input")?,
            padded: of("padded")?,
            kernel: of("weight")?,
            bias: of("bias").filter(|_| self.bias.iter().any(|&bias| bias != 0.0)),
            output: of("output")?,
            activation: self.activation(),
        }])
    }
}

impl Block for Conv2d {
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
        if settings.is_small() { small(settings) } else { large(settings) }
    }

    fn step_of(trace: &Trace, cell: Cell) -> Option<usize> {
        let stage = Self::stepped(trace)?;
        match (cell.stage, &cell.index[..]) {
            (name, _) if name == stage.name => Some(stage.place(cell.index)),
            ("pre", _) if stage.name == "output" => Some(stage.place(cell.index)),
            ("sum", &[o, _, y, x]) if stage.name == "output" => {
                Some(stage.place([o, y, x].map(|at| at as usize).into()))
            }
            _ => None,
        }
    }

    fn explain(settings: &Settings, trace: &Trace, cell: Cell) -> Option<Explanation> {
        let stage = trace.stage(cell.stage)?;
        stage.value(&cell.index)?;
        Some(convolved::explain(&settings.convolved(trace)?, stage, cell.index))
    }

    fn influences(settings: &Settings, trace: &Trace, cell: Cell) -> Vec<Cell> {
        let reached = || Some(convolved::influences(&settings.convolved(trace)?, trace.stage(cell.stage)?, cell.index));
        reached().unwrap_or_default()
    }

    fn scene(settings: &Settings, trace: &Trace, view: View<'_>) -> Scene {
        scene::draw(settings, trace, view)
    }

    fn edit(settings: &Settings, cell: Cell, value: f32) -> Option<Settings> {
        let (mut changed, at) = (settings.clone(), cell.index);
        let ([rows, columns], [high, wide], k) = (settings.size(), settings.outputs(), settings.kernel);
        match cell.stage {
            "input" if settings.is_small() => {
                hand::fill(&mut changed.pixels, &settings.input());
                hand::put(&mut changed.pixels, &[rows, columns], at, value)?;
            }
            "weight" if settings.weights() <= control::MAX_NUMBERS => {
                changed.weight = settings.all_weights();
                hand::put(&mut changed.weight, &[settings.channels, k, k], at, value)?;
            }
            "output-gradient" => {
                changed.upstream.resize(settings.filters * high * wide, 1.0);
                hand::put(&mut changed.upstream, &[high, wide], at, value)?;
            }
            "bias" => hand::put_within(&mut changed.bias, &[], at, value, 10.0)?,
            _ => return None,
        }
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
        let (Some(stage), Some(value)) = (trace.stage(cell.stage), trace.value(cell)) else { return String::new() };
        let activation = (!settings.is_linear()).then(|| settings.activation().name());
        let mut conv = settings.conv();
        if settings.is_small() {
            let program = Program { convs: vec![conv], trace, activation, flipped: false, by_channel: true };
            return program.print_number(cell.stage, &stage.position(cell.index), value);
        }
        // Of a large picture, only what the number is made from: where its window begins, and its place over that window alone.
        let (at, s, before) = (|axis| cell.index.axis(axis), settings.stride, settings.padded_by().0);
        let (name, corner, position) = match cell.stage {
            "weight" | "bias" => (cell.stage, [0, at(1), at(2)], cell.index.to_vec()),
            "sum" => ("sum", [0, at(2) * s, at(3) * s], vec![0, at(0), at(1), 0, 0]),
            "input" => ("input", [0, at(1) + before, at(2) + before], vec![0, at(0), 0, 0]),
            "padded" => ("input", [0, at(1), at(2)], vec![0, at(0), 0, 0]),
            name => (name, [0, at(1) * s, at(2) * s], vec![0, at(0), 0, 0]),
        };
        conv.padding.amounts.fill((0, 0));
        let span = settings.window().span();
        let alone = window_alone(trace, &corner, &[1, settings.channels, span, span]);
        let program = Program { convs: vec![conv], trace: &alone, activation, flipped: false, by_channel: true };
        program.print_number(name, &position, value)
    }
}

/// Computes everything, and keeps it.
fn small(settings: &Settings) -> Result<Trace, LayerError> {
    let (conv, activation) = (settings.conv(), settings.activation());
    let (input, weight) = (settings.input(), settings.weight_tensor());
    let bias = rounded(&[settings.filters], &settings.bias);
    let sums = conv.channel_sums(&conv.padding.forward(&input)?, &weight)?;
    let total = conv.sum_channels(&sums, Some(&bias))?;
    let mut stages = stages::given(&conv, false, &input, weight.clone(), bias)?;
    stages.push(stages::SUM.holding(false, sums));
    if !settings.is_linear() {
        stages.push(stages::PRE.holding(false, total.clone()));
    }
    stages.push(stages::OUTPUT.holding(false, activation.forward(&total)?));
    if settings.pass == Pass::Backward {
        let upstream = settings.upstream_tensor();
        let inner = if settings.is_linear() { None } else { Some(activation.backward(&total, &upstream)?) };
        stages.extend(stages::gradients(&conv, false, (&input, &weight), (upstream, inner), false)?);
    }
    stages::count_from_the_input(&mut stages, &conv);
    Ok(Trace { stages })
}

/// Computes nothing yet: every number of a large picture when somebody looks at it, and what is drawn by the kernel that is made for it.
fn large(settings: &Settings) -> Result<Trace, LayerError> {
    let (conv, bias) = (settings.conv(), rounded(&[settings.filters], &settings.bias));
    let (input, weight) = (settings.input(), settings.weight_tensor());
    let (mut stages, cells) = stages::given_lazily(&conv, false, input.clone(), weight.clone(), bias)?;
    let (channels, taps) = (settings.channels, settings.kernel * settings.kernel);
    let drawn = {
        let conv = conv.clone();
        Rc::new(move |(first, weights): (usize, Range<usize>), places: [&[usize]; 2]| {
            sampled(&conv, &input, (first, &numbers(&weight)[weights]), places)
        })
    };
    let (sums, totals, shape) = (cells.clone(), cells.clone(), cells.output_shape());
    let (of_channel, of_all) = (drawn.clone(), drawn);
    let channel = move |lead: &[usize], places: [&[usize]; 2]| {
        let (first, filter) = (lead[2], lead[1]);
        let at = (filter * channels + first) * taps;
        of_channel((first, at..at + taps), places)
    };
    let sums = Values::lazy(sums.channel_sums_shape(), move |at| sums.channel_sum(at)).drawn_by(channel);
    stages.push(stages::SUM.holding(false, sums));
    let biases = settings.bias.clone();
    let all = Rc::new(move |lead: &[usize], places: [&[usize]; 2]| {
        let (filter, of_filter) = (lead[1], channels * taps);
        let mut sums = of_all((0, filter * of_filter..(filter + 1) * of_filter), places);
        sums.iter_mut().for_each(|sum| *sum += biases[filter] as f32);
        sums
    });
    if !settings.is_linear() {
        let totals = Values::lazy(shape.clone(), move |at| totals.channel_total(at));
        let all = all.clone();
        stages.push(stages::PRE.holding(false, totals.drawn_by(move |lead, places| all(lead, places))));
    }
    let pointwise = Rc::new(settings.activation().pointwise());
    let through = {
        let pointwise = pointwise.clone();
        move |total: f32| pointwise.as_ref().as_ref().map_or(total, |pointwise| pointwise.value(total))
    };
    let outputs = Values::lazy(shape, move |at| through(cells.channel_total(at)));
    let drawn = move |lead: &[usize], places: [&[usize]; 2]| {
        let mut numbers = all(lead, places);
        if let Some(pointwise) = pointwise.as_ref() {
            numbers.iter_mut().for_each(|number| *number = pointwise.value(*number));
        }
        numbers
    };
    stages.push(stages::OUTPUT.holding(false, outputs.drawn_by(drawn)));
    stages::count_from_the_input(&mut stages, &conv);
    Ok(Trace { stages })
}
