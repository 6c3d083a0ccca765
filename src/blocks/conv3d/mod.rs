//! `conv3d`: convolution over volumes, and beside it a 2D convolution whose channels are the depths.

mod backward;
mod filters;
mod flat;
mod plan;
mod program;
mod scene;
mod settings;
mod voxels;

use std::rc::Rc;

use settings::{Padding, Settings};

use super::convolution::{Convolved, Pass, convolved, stages};
use super::{Block, Panel, View, hand};
use crate::compute::{Chain, Device, Layer};
use crate::data::volumes;
use crate::explain::{Cell, Explanation, Expr, Index, Role, Stage, Trace, Values, decimal};
use crate::layers::{
    self, Activation, Conv, LayerError, PaddingMode, Tensor, Window, numbers, rounded, tensor, tensor_from,
};
use crate::scene::Scene;

/// Convolution over three axes.
pub struct Conv3d;

impl Settings {
    /// The layer over so many axes: three, or height and width alone.
    fn conv(&self, axes: usize) -> Conv {
        let window = Window { kernel: self.kernel, stride: self.stride, dilation: 1 };
        let padding = layers::Padding { amounts: vec![self.padded_by(); axes], mode: PaddingMode::Zeros };
        Conv { windows: vec![window; axes], groups: 1, padding }
    }

    fn input(&self) -> Rc<Tensor> {
        if self.voxels.is_empty() {
            return volumes::tensor(&self.volume, self.size());
        }
        Rc::new(volume(self.size(), &self.voxels))
    }

    fn weight_tensor(&self) -> Tensor {
        volume([self.kernel; 3], &self.all_weights())
    }

    fn bias_tensor(&self) -> Tensor {
        rounded(&[1], &[self.bias])
    }

    /// The weights of the 2D convolution, `[1, depth, k, k]`: for every depth a slice of the kernel.
    fn flat_weights(&self, weight: &Tensor) -> Tensor {
        let shape = [1, self.size()[0], self.kernel, self.kernel];
        tensor_from(&shape, &|at| weight[[0, 0, self.slice_for(at[1]), at[2], at[3]]])
    }
}

impl Settings {
    /// The convolutions among the stages: first the flat one, which takes the depths as `channels`, where it is there.
    fn convolved<'a>(&self, trace: &'a Trace, channels: &'a Stage) -> Vec<Convolved<'a>> {
        let of = |name: &str| trace.stage(name);
        let bias = of("bias").filter(|_| self.bias != 0.0);
        let volume = [of("input"), of("padded"), of("weight"), of("output")];
        let flat = [Some(channels), of("channels"), of("flat-weight"), of("flat")];
        let layer = |(axes, stages): (usize, [Option<&'a Stage>; 4])| {
            let [Some(input), Some(padded), Some(kernel), Some(output)] = stages else { return None };
            let (conv, activation) = (self.conv(axes), Activation::Identity);
            Some(Convolved { conv, trace, input, padded, kernel, bias, output, activation })
        };
        [(2, flat), (3, volume)].into_iter().filter_map(layer).collect()
    }
}

/// Numbers as a tensor of one example and one channel.
fn volume(size: [usize; 3], values: &[f64]) -> Tensor {
    rounded(&[&[1, 1], &size[..]].concat(), values)
}

impl Block for Conv3d {
    const ABOUT: &'static str = include_str!("about.txt");

    const LOOKS: &'static [&'static str] = &voxels::TURN.keys;

    const CONTROLS: &'static str = include_str!("controls.txt");

    type Settings = Settings;

    fn narrow(settings: &Settings, panel: &mut Panel) {
        settings.narrow(panel);
    }

    fn settle(settings: &mut Settings, changed: &str) {
        settings.settle(changed);
    }

    async fn trace(settings: &Settings, _: &Device) -> Result<Trace, LayerError> {
        let mut stages = if settings.is_small() { small(settings) } else { large(settings) }?;
        if settings.beside {
            stages.extend(flat(settings)?);
        }
        Ok(Trace { stages })
    }

    fn explain(settings: &Settings, trace: &Trace, cell: Cell) -> Option<Explanation> {
        let stage = trace.stage(cell.stage)?;
        stage.value(&cell.index)?;
        if cell.stage == "flat-weight" {
            return Some(explain_flat_weight(settings, trace.stage("weight")?, stage, cell.index));
        }
        let channels = trace.stage("input").map(depths_as_channels)?;
        Some(convolved::explain(&settings.convolved(trace, &channels), stage, cell.index))
    }

    fn influences(settings: &Settings, trace: &Trace, cell: Cell) -> Vec<Cell> {
        let (Some(stage), Some(input)) = (trace.stage(cell.stage), trace.stage("input")) else { return Vec::new() };
        let (channels, at) = (depths_as_channels(input), cell.index);
        let mut reached = Vec::new();
        if let ("weight", Some(stretched)) = (cell.stage, trace.stage("flat-weight")) {
            let depths = (0..settings.size()[0]).filter(|&depth| settings.slice_for(depth) == at.axis(0));
            reached.extend(depths.filter_map(|depth| stretched.cell(&[0, depth, at.axis(1), at.axis(2)])));
        }
        reached.extend(convolved::influences(&settings.convolved(trace, &channels), stage, at));
        reached
    }

    fn scene(settings: &Settings, trace: &Trace, view: View<'_>) -> Scene {
        scene::draw(settings, trace, view)
    }

    fn edit(settings: &Settings, cell: Cell, value: f32) -> Option<Settings> {
        let (mut changed, at) = (settings.clone(), cell.index);
        match cell.stage {
            "bias" => changed.bias = decimal(value).clamp(-10.0, 10.0),
            "input" if settings.is_small() => {
                hand::fill(&mut changed.voxels, &settings.input());
                hand::put(&mut changed.voxels, &settings.size()[1..], at, value)?;
            }
            "weight" => {
                changed.weight = settings.all_weights();
                hand::put(&mut changed.weight, &[settings.kernel; 2], at, value)?;
            }
            "output-gradient" => {
                let size = settings.outputs();
                changed.upstream.resize(size.iter().product(), 1.0);
                hand::put(&mut changed.upstream, &size[1..], at, value)?;
            }
            _ => return None,
        }
        Some(changed)
    }

    fn facts(settings: &Settings, _: &Trace) -> String {
        let Settings { kernel: k, stride, .. } = settings;
        let ([depth, rows, columns], [deep, high, wide]) = (settings.size(), settings.outputs());
        let padding = if settings.padding == Padding::Same { "same" } else { "valid" };
        let multiplications = settings.weights() * deep * high * wide;
        format!(
            "[1, {depth}, {rows}, {columns}] ∗ [1, 1, {k}, {k}, {k}], stride {stride}, {padding} → [1, {deep}, {high}, {wide}] · \
             {} parameters (2D with {depth} channels: {}) · {multiplications} multiplications",
            settings.weights() + 1,
            depth * k * k + 1,
        )
    }

    fn chain(settings: &Settings, _: &Trace) -> Option<(Chain, &'static str)> {
        let (weight, bias) = (settings.weight_tensor(), Some(settings.bias_tensor()));
        let layers = vec![Layer::Conv { conv: settings.conv(3), weight, bias }];
        Some((Chain { layers, input: (*settings.input()).clone() }, "output"))
    }

    fn pytorch(settings: &Settings, trace: &Trace, cell: Cell) -> String {
        program::print(settings, trace, cell)
    }
}

/// Computes everything, and keeps it.
fn small(settings: &Settings) -> Result<Vec<Stage>, LayerError> {
    let (conv, input, weight) = (settings.conv(3), settings.input(), settings.weight_tensor());
    let bias = settings.bias_tensor();
    let output = conv.forward(&input, &weight, Some(&bias))?;
    let mut stages = stages::given(&conv, true, &input, weight.clone(), bias)?;
    stages.push(stages::OUTPUT.holding(true, output));
    if settings.pass == Pass::Backward {
        let size = settings.outputs();
        let ones = vec![1.0; size.iter().product()];
        let upstream = volume(size, if settings.upstream.is_empty() { &ones } else { &settings.upstream });
        stages.extend(stages::gradients(&conv, true, (&input, &weight), (upstream, None), false)?);
    }
    Ok(stages)
}

/// Computes nothing yet: every number of a large volume when somebody looks at it.
fn large(settings: &Settings) -> Result<Vec<Stage>, LayerError> {
    let (conv, input, weight) = (settings.conv(3), settings.input(), settings.weight_tensor());
    let (mut stages, cells) = stages::given_lazily(&conv, true, input, weight, settings.bias_tensor())?;
    stages.push(stages::OUTPUT.holding(true, Values::lazy(cells.output_shape(), move |at| cells.output(at))));
    Ok(stages)
}

/// The 2D convolution over the same numbers: height and width are slid over, the depths are channels.
fn flat(settings: &Settings) -> Result<[Stage; 3], LayerError> {
    let conv = settings.conv(2);
    let [depth, rows, columns] = settings.size();
    let channels = tensor(&[1, depth, rows, columns], numbers(&settings.input()).into_owned());
    let padded = conv.padding.forward(&channels)?;
    let weight = settings.flat_weights(&settings.weight_tensor());
    let output = conv.slide(&padded, &weight, Some(&settings.bias_tensor()))?;
    Ok([
        Stage::new("channels", "depths as channels", "x̂", Role::Input, padded).hiding(1),
        Stage::new("flat-weight", "2D weight", "ŵ", Role::Weight, weight).hiding(1),
        Stage::new("flat", "2D output", "ŷ", Role::Output, output).hiding(2),
    ])
}

/// The input as the 2D convolution takes it, `[1, depth, height, width]`; its cells are those of the volume.
fn depths_as_channels(input: &Stage) -> Stage {
    let source = input.clone();
    let value = move |at: &[usize]| Index::new(&at[1..]).and_then(|at| source.value(&at)).unwrap_or_default();
    stages::INPUT.holding(false, Values::lazy(input.full_shape()[1..].to_vec(), value))
}

/// Why a weight of the 2D convolution is what it is: it is that of the cube, in the slice that stands for its depth.
fn explain_flat_weight(settings: &Settings, weight: &Stage, stage: &Stage, at: Index) -> Explanation {
    let position = stage.position(at);
    let variables = |names: [&'static str; 3]| names.map(Expr::variable).to_vec();
    Explanation::computed(
        stage,
        &position,
        stage.general(variables(["c", "n", "m"])),
        weight.general(variables(["l", "n", "m"])),
        weight.at(&[0, 0, settings.slice_for(position[1]), position[2], position[3]]),
    )
}
