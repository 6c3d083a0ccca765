//! The layers on the CPU, fast: on one thread, with SIMD instructions that every browser has.
//!
//! The kernels are a crate of their own, `kernels/`: they know slices and sizes, and are compiled for speed where the rest of the
//! page is compiled to be small. Here a layer's settings become theirs. A layer is packed once and run as often as one likes.
//!
//! They add up in single precision, and some in another order than the formula: the definition in [`crate::layers`] is what they are
//! tested against. What they have no way for (an array without numbers, tensors that do not fit) is left to the definition.

mod relational;

use layerscope_kernels::conv::{Axis, Border, Conv as FastConv, SPACE, Sizes};
use layerscope_kernels::dense::Dense as FastDense;
use layerscope_kernels::pool::{Pool as FastPool, Pooling as FastPooling};
use layerscope_kernels::recurrent::{Cell, Recurrent as FastRecurrent, Weights};
use layerscope_kernels::sample::sample;

use super::recurrent::STATES;
use super::{Layer, Sequence};
use crate::explain::Places;
use crate::layers::{Activation, Conv, Dense, Padding, Pool, Pooling, Tensor, Window, numbers, tensor};
pub(super) use relational::Gathered;

/// A layer whose weights are packed, for inputs of one shape.
#[derive(Clone, Debug)]
pub struct Packed {
    kernel: Kernel,
    output: Vec<usize>,
}

/// What an answer has besides its output, with its keys.
type States = Vec<(&'static str, Tensor)>;

#[derive(Clone, Debug)]
enum Kernel {
    Dense(FastDense),
    Conv(FastConv, Padding),
    Pool(FastPool),
    Recurrent { layer: FastRecurrent, batch: usize, initial: Vec<Vec<f32>> },
    Relational(Gathered),
}

impl Packed {
    /// Packs a layer; nothing where only the definition knows what to do.
    pub fn new(layer: &Layer, input: &[usize]) -> Option<Self> {
        let all = |shape: &[usize]| shape.iter().all(|&length| length > 0);
        let packed = match layer {
            Layer::Dense { weight, bias } => dense(input, weight, bias.as_ref()),
            Layer::Conv { conv, weight, bias } => convolution(conv, input, weight, bias.as_ref()),
            Layer::Pool(pool) => pooling(pool, input),
            Layer::Recurrent(sequence) => recurrent(sequence, input),
            Layer::Relational(passing) => {
                Some(Self { output: vec![input[0], passing.width()], kernel: Kernel::Relational(passing.packed()) })
            }
            Layer::Activation(_) | Layer::Pad(_) => None,
        };
        packed.filter(|packed| all(input) && all(&packed.output))
    }

    /// The shape of the output.
    pub fn output_shape(&self) -> &[usize] {
        &self.output
    }

    /// Computes the output; where `with_states` says so, tells what the answer has besides.
    pub fn run(&self, input: &[f32], output: &mut Vec<f32>, with_states: bool) -> States {
        let mut states = Vec::new();
        match &self.kernel {
            Kernel::Dense(layer) => layer.run(input, output),
            Kernel::Pool(layer) => layer.run(input, output),
            Kernel::Conv(layer, padding) => {
                let source = |at, length| padding.mode.source(at, length);
                layer.run(input, &Border { source: &source, constant: padding.mode.constant() }, output);
            }
            Kernel::Recurrent { layer, batch, initial } => {
                let mut initial = initial.clone();
                let (hidden, cells) = initial.split_at_mut(1);
                let cells = cells.first_mut().map(Vec::as_mut_slice).unwrap_or_default();
                layer.run(input, *batch, &mut hidden[0], cells, output);
                if with_states {
                    let shape = [*batch, hidden[0].len() / batch];
                    states.extend(STATES.iter().zip(initial).map(|((_, key), state)| (*key, tensor(&shape, state))));
                }
            }
            Kernel::Relational(layer) => states = layer.run(input, output, with_states),
        }
        states
    }
}

/// A bias, if it is as long as it must be.
pub(super) fn fitting(bias: Option<&Tensor>, length: usize) -> Option<Option<Vec<f32>>> {
    match bias {
        Some(bias) if bias.shape() != [length] => None,
        bias => Some(bias.map(|bias| numbers(bias).into_owned())),
    }
}

fn dense(input: &[usize], weight: &Tensor, bias: Option<&Tensor>) -> Option<Packed> {
    let output = Dense.output_shape(input, weight.shape()).ok()?;
    let bias = fitting(bias, weight.shape()[0])?;
    let inputs = weight.shape()[1];
    (inputs > 0)
        .then(|| Packed { kernel: Kernel::Dense(FastDense::new(inputs, &numbers(weight), bias.as_deref())), output })
}

/// An axis that a layer of fewer axes has in front.
const NO_AXIS: Axis = Axis { length: 1, before: 0, kernel: 1, stride: 1, dilation: 1, outputs: 1 };

/// The axes in space, from those of the last lengths of input and output.
pub(super) fn space(
    windows: &[Window],
    before: impl Fn(usize) -> usize,
    input: &[usize],
    output: &[usize],
) -> [Axis; SPACE] {
    let mut space = [NO_AXIS; SPACE];
    let (lead, first) = (input.len() - windows.len(), SPACE - windows.len());
    for (axis, window) in windows.iter().enumerate() {
        let (length, outputs) = (input[lead + axis], output[lead + axis]);
        // How far a window moves that never does, or between the cells of one that reads one, makes no difference.
        let stride = if outputs == 1 { 1 } else { window.stride };
        let dilation = if window.kernel == 1 { 1 } else { window.dilation };
        space[first + axis] = Axis { length, before: before(axis), kernel: window.kernel, stride, dilation, outputs };
    }
    space
}

fn convolution(conv: &Conv, input: &[usize], weight: &Tensor, bias: Option<&Tensor>) -> Option<Packed> {
    let output = conv.output_shape(input, weight.shape()).ok()?;
    let bias = fitting(bias, output[1])?;
    let before = |axis: usize| conv.padding.amounts[axis].0;
    let sizes = Sizes {
        groups: conv.groups,
        inputs: weight.shape()[1],
        outputs: output[1] / conv.groups,
        space: space(&conv.windows, before, input, &output),
    };
    let has_numbers = !weight.is_empty() && input.iter().all(|&length| length > 0);
    let pack = || Kernel::Conv(FastConv::new(sizes, &numbers(weight), bias.as_deref()), conv.padding.clone());
    has_numbers.then(|| Packed { kernel: pack(), output })
}

/// What some channels contribute to the outputs of a convolution over a picture, in these rows and columns. `weight` is the output's.
pub fn sampled(conv: &Conv, input: &Tensor, (first, weight): (usize, &[f32]), [rows, columns]: Places<'_>) -> Vec<f32> {
    let shape = input.shape();
    let output = [1, 1, rows.last().map_or(1, |last| last + 1), columns.last().map_or(1, |last| last + 1)];
    let [_, high, wide] = space(&conv.windows, |axis| conv.padding.amounts[axis].0, shape, &output);
    let source = |at, length| conv.padding.mode.source(at, length);
    let border = Border { source: &source, constant: conv.padding.mode.constant() };
    let planes = &numbers(input)[first * shape[2] * shape[3]..];
    sample([high, wide], planes, weight, &border, [rows, columns])
}

fn pooling(pool: &Pool, input: &[usize]) -> Option<Packed> {
    let output = pool.output_shape(input).ok()?;
    let pooling = match pool.pooling {
        Pooling::Max => FastPooling::Max,
        Pooling::Min => FastPooling::Min,
        Pooling::Average => FastPooling::Average,
    };
    let space = space(&pool.windows, |axis| pool.padding[axis].0, input, &output);
    let share = |count: usize| 1.0 / count as f32;
    let shares = pool.counted_along(input, &output).map(|counts| counts.into_iter().map(share).collect());
    Some(Packed { kernel: Kernel::Pool(FastPool { pooling, space, shares }), output })
}

/// Which of the kernel's cells a layer has.
fn cell(sequence: &Sequence) -> Cell {
    let equations = &sequence.recurrent.equations;
    match sequence.gates {
        4 => Cell::Lstm,
        3 if equations.iter().any(|equation| equation.name == "recalled") => Cell::Gru,
        3 => Cell::GruResetFirst,
        _ if equations[0].activation == Activation::Relu => Cell::Relu,
        _ => Cell::Tanh,
    }
}

fn recurrent(sequence: &Sequence, input: &[usize]) -> Option<Packed> {
    let (&[steps, batch, inputs], stacked) = (input, &sequence.weights) else { return None };
    let hidden = stacked.hidden(sequence.gates).ok()?;
    if stacked.weight_ih.is_empty() || stacked.weight_hh.is_empty() || sequence.with_jacobians {
        return None;
    }
    let bias = |bias: &Option<Tensor>| bias.as_ref().map(|bias| numbers(bias).into_owned());
    let (input_bias, state_bias) = (bias(&stacked.bias_ih), bias(&stacked.bias_hh));
    let weights = Weights {
        input: &numbers(&stacked.weight_ih),
        state: &numbers(&stacked.weight_hh),
        input_bias: input_bias.as_deref(),
        state_bias: state_bias.as_deref(),
    };
    let layer = FastRecurrent::new(cell(sequence), inputs, hidden, weights);
    let given = |state: &Option<Tensor>| {
        state.as_ref().map_or_else(|| vec![0.0; batch * hidden], |state| numbers(state).into_owned())
    };
    let initial = sequence.initial.iter().map(given).collect();
    Some(Packed { kernel: Kernel::Recurrent { layer, batch, initial }, output: vec![steps, batch, hidden] })
}
