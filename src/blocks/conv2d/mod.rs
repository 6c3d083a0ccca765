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
use super::{Block, Moving, Panel, View, control, hand};
use crate::compute::{Chain, Device, Layer, sampled};
use crate::data::pictures;
use crate::explain::{Cell, Explanation, Places, Trace, Values, grouped};
use crate::layers::{self, Activation, Conv, LayerError, Tensor, numbers, rounded, tensor};
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

    fn moving(settings: &Settings, cell: Option<Cell>) -> Vec<Moving> {
        if settings.pass == Pass::Backward {
            return Vec::new();
        }
        let (filters, weight) = (settings.filters, settings.weight_tensor());
        let (conv, bias) = (settings.conv(), Some(rounded(&[filters], &settings.bias)));
        let filter = cell.map_or(0, |cell| cell.index.axis(0)).min(filters - 1);
        let of_filter = &numbers(&weight)[filter * weight.len() / filters..][..weight.len() / filters];
        let by_channel = Layer::Conv {
            conv: Conv { groups: settings.channels, ..conv.clone() },
            weight: tensor(&[settings.channels, 1, settings.kernel, settings.kernel], of_filter.to_vec()),
            bias: None,
        };
        let mut all = vec![Layer::Conv { conv, weight, bias }];
        if !settings.is_linear() {
            all.push(Layer::Activation(settings.activation()));
        }
        let outputs = &["sum", "pre", "output"];
        vec![
            Moving { stage: "input", coloured_with: &["input", "padded"], layers: Vec::new() },
            Moving { stage: "sum", coloured_with: outputs, layers: vec![by_channel] },
            Moving { stage: "output", coloured_with: outputs, layers: all },
        ]
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

    fn chain(settings: &Settings, _: &Trace) -> Option<(Chain, &'static str)> {
        let bias = Some(rounded(&[settings.filters], &settings.bias));
        let conv = Layer::Conv { conv: settings.conv(), weight: settings.weight_tensor(), bias };
        let layers = vec![conv, Layer::Activation(settings.activation())];
        Some((Chain { layers, input: (*settings.input()).clone() }, "output"))
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

/// Computes nothing yet: every number of a large picture when somebody looks at it.
fn large(settings: &Settings) -> Result<Trace, LayerError> {
    let (conv, bias) = (settings.conv(), rounded(&[settings.filters], &settings.bias));
    let weight = settings.weight_tensor();
    let seen = pictures::seen(&settings.picture);
    let (input, (mut stages, cells)) = match seen {
        None => {
            let input = settings.input();
            (input.clone(), stages::given_lazily(&conv, false, input, weight.clone(), bias)?)
        }
        Some((seen, small)) => {
            let (input, channels) = (pictures::tensor(&settings.picture, small, settings.channels), settings.channels);
            let shape @ [_, _, rows, columns] = [1, channels, seen.size()[0], seen.size()[1]];
            let number = Rc::new(move |place: usize| seen.number(channels, place));
            let small_input = input.clone();
            let drawn = move |lead: &[usize], places: Places<'_>| {
                let [high, wide] = spread(places, [rows, columns], small);
                let number = |&row: &usize, &column: &usize| small_input[[0, lead[1], row, column]];
                high.iter().flat_map(|row| wide.iter().map(move |column| number(row, column))).collect()
            };
            (input, stages::given_read(&conv, (&shape, number), weight.clone(), bias, drawn)?)
        }
    };
    let size = settings.outputs();
    let drawn = Rc::new(Drawn { conv: conv.clone(), input, weight, bias: settings.bias.clone(), size });
    let (sums, totals, shape) = (cells.clone(), cells.clone(), cells.output_shape());
    let channel = {
        let drawn = drawn.clone();
        move |lead: &[usize], places: Places<'_>| drawn.channels(lead[1], lead[2]..lead[2] + 1, places)
    };
    let sums = Values::lazy(sums.channel_sums_shape(), move |at| sums.channel_sum(at));
    stages.push(stages::SUM.holding(false, sums.drawn_by(channel)));
    if !settings.is_linear() {
        let drawn = drawn.clone();
        let totals = Values::lazy(shape.clone(), move |at| totals.channel_total(at));
        stages.push(stages::PRE.holding(false, totals.drawn_by(move |lead, places| drawn.total(lead[1], places))));
    }
    let through = || {
        let pointwise = settings.activation().pointwise();
        move |total: f32| pointwise.as_ref().map_or(total, |pointwise| pointwise.value(total))
    };
    let (one, each) = (through(), through());
    let outputs = Values::lazy(shape, move |at| one(cells.channel_total(at)));
    let all = move |lead: &[usize], places: Places<'_>| drawn.total(lead[1], places).into_iter().map(&each).collect();
    stages.push(stages::OUTPUT.holding(false, outputs.drawn_by(all)));
    stages::count_from_the_input(&mut stages, &conv);
    Ok(Trace { stages })
}

/// What is drawn of a large picture, by the kernel that is made for that.
struct Drawn {
    conv: Conv,
    input: Rc<Tensor>,
    weight: Tensor,
    bias: Vec<f64>,
    /// Rows and columns of the outputs that are told: the input may be a small picture of what they are computed from.
    size: [usize; 2],
}

/// Places along two axes on axes of other lengths.
fn spread([rows, columns]: Places<'_>, from: [usize; 2], to: [usize; 2]) -> [Vec<usize>; 2] {
    let along = |at: &[usize], axis: usize| {
        let there = |at: &usize| (at * to[axis] / from[axis].max(1)).min(to[axis].saturating_sub(1));
        at.iter().map(there).collect()
    };
    [along(rows, 0), along(columns, 1)]
}

impl Drawn {
    /// What some channels contribute to the outputs of a filter.
    fn channels(&self, filter: usize, channels: Range<usize>, places: Places<'_>) -> Vec<f32> {
        let &[_, all, height, width] = self.weight.shape() else { return Vec::new() };
        let Ok(outputs) = self.conv.output_shape(self.input.shape(), self.weight.shape()) else {
            return vec![0.0; places[0].len() * places[1].len()];
        };
        let [rows, columns] = spread(places, self.size, [outputs[2], outputs[3]]);
        let weights = |channel: usize| (filter * all + channel) * height * width;
        let weights = &numbers(&self.weight)[weights(channels.start)..weights(channels.end)];
        sampled(&self.conv, &self.input, (channels.start, weights), [&rows, &columns])
    }

    /// What all of them do, and the bias.
    fn total(&self, filter: usize, places: Places<'_>) -> Vec<f32> {
        let mut totals = self.channels(filter, 0..self.weight.shape()[1], places);
        totals.iter_mut().for_each(|total| *total += self.bias[filter] as f32);
        totals
    }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt;

    use super::*;
    use crate::blocks::Word;

    #[test]
    fn what_is_drawn_of_a_large_picture_is_what_is_told_of_it() {
        let bytes = (0..200 * 200 * 4_u32).map(|at| (at.wrapping_mul(2_654_435_761) >> 24) as u8).collect();
        let picture = pictures::add(pictures::Picture::new(200, 200, bytes).expect("a picture"));
        let bias = vec![0.5, -0.25];
        let settings = Settings { picture, channels: 4, kernel: 5, filters: 2, bias, ..Settings::default() };
        for (padding, stride, dilation, fill) in
            [("same", 1, 1, "zeros"), ("same", 2, 1, "reflect"), ("valid", 1, 3, "zeros")]
        {
            let mut settings = Settings { stride, dilation, ..settings.clone() };
            settings.padding = Word::parse(padding).expect("a padding");
            settings.fill = Word::parse(fill).expect("a fill");
            assert!(!settings.is_small());
            let trace = Conv2d::trace(&settings, &Device::Cpu).now_or_never().expect("at once").expect("a trace");
            for name in ["sum", "output"] {
                let stage = trace.stage(name).expect("a stage");
                let (rows, columns) = ([0, 1, 7, 20], [0, 2, 3, 19, 21]);
                let lead = [1, 2];
                let lead = &lead[..stage.shape().len() - 2];
                let drawn = stage.within(lead, [&rows, &columns]);
                let places = rows.iter().flat_map(|row| columns.iter().map(move |column| [*row, *column]));
                for (drawn, place) in drawn.into_iter().zip(places) {
                    let index: Vec<u32> = lead.iter().chain(&place).map(|&at| at as u32).collect();
                    let told = stage.value(&index).expect("a number");
                    assert!((drawn - told).abs() < 1e-5, "{name} {index:?}: {drawn}, not {told}");
                }
            }
        }
    }
}
