//! `conv3d`: convolution over volumes, and beside it a 2D convolution whose channels are the depths.

mod backward;
mod filters;
mod flat;
mod influence;
mod plan;
mod presets;
mod program;
mod scene;
mod settings;
mod voxels;

use std::rc::Rc;

use ndarray::IxDyn;
use settings::{Padding, Settings};

use super::convolution::Pass;
use super::{About, Block, Control, Gesture, Preset, View, control};
use crate::compute::Device;
use crate::data::volumes;
use crate::explain::{Cell, Explanation, Expr, Index, Role, Rule, Stage, Trace, decimal};
use crate::layers::{self, Conv, ConvStages, LayerError, PaddingMode, Tensor, Window};
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

    /// The weights of the 2D convolution, `[1, depth, k, k]`: for every depth a slice of the kernel.
    fn flat_weights(&self, weight: &Tensor) -> Tensor {
        let shape = [1, self.size()[0], self.kernel, self.kernel];
        Tensor::from_shape_fn(IxDyn(&shape), |at| weight[[0, 0, self.slice_for(at[1]), at[2], at[3]]])
    }
}

/// Numbers as a tensor of one example and one channel.
fn volume(size: [usize; 3], values: &[f64]) -> Tensor {
    let shape = [&[1, 1], &size[..]].concat();
    let values = values.iter().map(|&value| value as f32).collect();
    Tensor::from_shape_vec(IxDyn(&shape), values).unwrap_or_else(|_| Tensor::zeros(IxDyn(&shape)))
}

impl Block for Conv3d {
    const ABOUT: About = About {
        name: "conv3d",
        title: "3D convolution",
        teaches: "Slide over depth, height and width.",
        text: "A 3D convolution slides a cube of weights through a volume: along the depth as along rows and columns. What \
               counts is over how many axes the window slides, not how many axes the tensor has: a 2D convolution over the same \
               numbers takes the depths as channels, and adds them up at once.",
        question: "Predict: Sobel z answers at the front and at the back of the ball. What is left when all depths are added up?",
        lecture: "",
    };

    const LOOKS: &'static [&'static str] = &voxels::TURN.keys;

    const PRESETS: &'static [Preset] = presets::PRESETS;

    type Settings = Settings;

    fn controls(settings: &Settings) -> Vec<Control> {
        settings.controls()
    }

    fn settle(settings: &mut Settings, changed: &str) {
        settings.settle(changed);
    }

    async fn trace(settings: &Settings, _: &Device) -> Result<Trace, LayerError> {
        let mut trace = if settings.is_small() { small(settings) } else { large(settings) }?;
        if settings.beside {
            trace.stages.extend(flat(settings, &trace)?);
        }
        Ok(trace)
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
        let stage = stepped(trace).filter(|stage| stage.name == cell.stage)?;
        let axes = stage.shape().iter().enumerate();
        Some(axes.fold(0, |step, (axis, length)| step * length + cell.index.axis(axis)))
    }

    fn explain(settings: &Settings, trace: &Trace, cell: Cell) -> Option<Explanation> {
        let stage = trace.stage(cell.stage)?;
        stage.value(&cell.index)?;
        let (conv, flat, at) = (settings.conv(3), settings.conv(2), cell.index);
        let of = |name: &str| trace.stage(name);
        let bias = of("bias").filter(|_| settings.bias != 0.0);
        let stages = ConvStages { padded: of("padded")?, weight: of("weight")?, bias };
        Some(match cell.stage {
            "padded" => conv.padding.explain(of("input")?, stage, at),
            "output" => conv.explain(stages, stage, at),
            "bias-gradient" => conv.explain_bias_gradient(of("output-gradient")?, stage, at),
            "weight-gradient" => conv.explain_weight_gradient(stages.padded, of("output-gradient")?, stage, at),
            "padded-gradient" => conv.explain_padded_gradient(stages.weight, of("output-gradient")?, stage, at),
            "input-gradient" => {
                let (upstream, padded) = (of("output-gradient")?, of("padded-gradient")?);
                conv.explain_input_gradient(stages.weight, upstream, padded, stage, at)
            }
            "channels" => flat.padding.explain(&depths_as_channels(of("input")?), stage, at),
            "flat-weight" => explain_flat_weight(settings, stages.weight, stage, at),
            "flat" => flat.explain(ConvStages { padded: of("channels")?, weight: of("flat-weight")?, bias }, stage, at),
            _ => Explanation::given(stage.leaf(&stage.position(at))),
        })
    }

    fn influences(settings: &Settings, trace: &Trace, cell: Cell) -> Vec<Cell> {
        influence::influences(settings, trace, cell).unwrap_or_default()
    }

    fn scene(settings: &Settings, trace: &Trace, view: View<'_>) -> Scene {
        scene::draw(settings, trace, view)
    }

    fn edit(settings: &Settings, cell: Cell, Gesture::Set(value): Gesture) -> Option<Settings> {
        let mut changed = settings.clone();
        let place = |[_, rows, columns]: [usize; 3]| {
            (cell.index.axis(0) * rows + cell.index.axis(1)) * columns + cell.index.axis(2)
        };
        let (list, place) = match cell.stage {
            "bias" => {
                changed.bias = decimal(value).clamp(-10.0, 10.0);
                return Some(changed);
            }
            "input" if settings.is_small() => {
                if changed.voxels.is_empty() {
                    changed.voxels = settings.input().iter().map(|&voxel| decimal(voxel)).collect();
                }
                (&mut changed.voxels, place(settings.size()))
            }
            "weight" => {
                changed.weight = settings.all_weights();
                (&mut changed.weight, place([settings.kernel; 3]))
            }
            "output-gradient" => {
                let size = settings.outputs();
                changed.upstream.resize(size.iter().product(), 1.0);
                (&mut changed.upstream, place(size))
            }
            _ => return None,
        };
        *list.get_mut(place)? = decimal(value).clamp(-control::LIMIT, control::LIMIT);
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

    fn pytorch(settings: &Settings, trace: &Trace, cell: Cell) -> String {
        program::print(settings, trace, cell)
    }
}

/// The stage over whose cells the transport goes.
fn stepped(trace: &Trace) -> Option<&Stage> {
    trace.stage("input-gradient").or_else(|| trace.stage("output"))
}

/// A stage whose batch and single channel are not shown.
fn shown(name: &'static str, title: &'static str, symbol: &'static str, role: Role, values: Tensor) -> Stage {
    Stage::new(name, title, symbol, role, values).hiding(2)
}

fn weights_and_bias(settings: &Settings, weight: Tensor) -> [Stage; 2] {
    let bias = Tensor::from_elem(IxDyn(&[1]), settings.bias as f32);
    [
        shown("weight", "weight", "w", Role::Weight, weight),
        Stage::new("bias", "bias", "b", Role::Weight, bias).hiding(1),
    ]
}

/// Computes everything, and keeps it.
fn small(settings: &Settings) -> Result<Trace, LayerError> {
    let (conv, input, weight) = (settings.conv(3), settings.input(), settings.weight_tensor());
    let [weights, bias] = weights_and_bias(settings, weight.clone());
    let padded = conv.padding.forward(&input)?;
    let output = conv.slide(&padded, &weight, bias.array())?;
    let mut stages = vec![
        shown("input", "input", "x", Role::Input, (*input).clone()),
        shown("padded", "padded input", "x̃", Role::Input, padded),
        weights,
        bias,
        shown("output", "output", "y", Role::Output, output),
    ];
    if settings.pass == Pass::Backward {
        let size = settings.outputs();
        let ones = vec![1.0; size.iter().product()];
        let upstream = volume(size, if settings.upstream.is_empty() { &ones } else { &settings.upstream });
        let gradients = conv.backward(&input, &weight, &upstream)?;
        let gradient = |name, title, symbol, values| shown(name, title, symbol, Role::Gradient, values).derivative();
        let by_bias = Stage::new("bias-gradient", "gradient by the bias", "b", Role::Gradient, gradients.bias);
        stages.extend([
            gradient("output-gradient", "gradient by the output", "y", upstream),
            by_bias.hiding(1).derivative(),
            gradient("weight-gradient", "gradient by the weight", "w", gradients.weight),
            gradient("padded-gradient", "gradient by the padded input", "x̃", gradients.padded),
            gradient("input-gradient", "gradient by the input", "x", gradients.input),
        ]);
    }
    Ok(Trace { stages })
}

/// Computes nothing yet: every number of a large volume when somebody looks at it.
fn large(settings: &Settings) -> Result<Trace, LayerError> {
    let (conv, input, weight) = (settings.conv(3), settings.input(), Rc::new(settings.weight_tensor()));
    let [weights, bias] = weights_and_bias(settings, (*weight).clone());
    let cells = conv.cells(input.clone(), weight, bias.array().cloned().map(Rc::new))?;
    let (output_shape, padded_shape) = (cells.output_shape(), conv.padding.output_shape(input.shape())?);
    let nothing = || Tensor::zeros(IxDyn(&[1, 1, 0, 0, 0]));
    let (voxels, copied) = (input.clone(), input.clone());
    Ok(Trace {
        stages: vec![
            shown("input", "input", "x", Role::Input, nothing())
                .lazy(input.shape().to_vec(), Rc::new(move |at| voxels[at])),
            shown("padded", "padded input", "x̃", Role::Input, nothing())
                .lazy(padded_shape, Rc::new(move |at| conv.padding.cell(&copied, at))),
            weights,
            bias,
            shown("output", "output", "y", Role::Output, nothing())
                .lazy(output_shape, Rc::new(move |at| cells.output(at))),
        ],
    })
}

/// The 2D convolution over the same numbers: height and width are slid over, the depths are channels.
fn flat(settings: &Settings, trace: &Trace) -> Result<[Stage; 3], LayerError> {
    let conv = settings.conv(2);
    let [depth, rows, columns] = settings.size();
    let input = (*settings.input()).clone();
    let channels = input.into_shape_with_order(IxDyn(&[1, depth, rows, columns])).unwrap_or_default();
    let padded = conv.padding.forward(&channels)?;
    let weight = settings.flat_weights(&settings.weight_tensor());
    let output = conv.slide(&padded, &weight, trace.stage("bias").and_then(Stage::array))?;
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
    let channels = Stage::new(input.name, input.title, input.symbol, input.role, Tensor::zeros(IxDyn(&[1, 0, 0, 0])));
    channels.lazy(input.full_shape()[1..].to_vec(), Rc::new(value)).hiding(1)
}

/// Why a weight of the 2D convolution is what it is: it is that of the cube, in the slice that stands for its depth.
fn explain_flat_weight(settings: &Settings, weight: &Stage, stage: &Stage, at: Index) -> Explanation {
    let position = stage.position(at);
    let variables = |names: [&'static str; 3]| names.map(Expr::variable).to_vec();
    Explanation {
        target: stage.leaf(&position),
        general: Some(Rule::new(stage.general(variables(["c", "n", "m"])), weight.general(variables(["l", "n", "m"])))),
        made_from: weight.at(&[0, 0, settings.slice_for(position[1]), position[2], position[3]]),
    }
}
