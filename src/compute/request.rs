//! What can be asked.

use serde_json::Value;

use super::cpu::Packed;
use super::error::{expect_elements, expect_multiplications};
use super::fields::{Fields, excerpt_of, whole, wrong};
use super::gpu::Program;
use super::recurrent::Sequence;
use super::relational::Passing;
use super::{Answer, ComputeError, Device, Kernel};
use crate::layers::{
    Activation, Conv, Dense, Extent, LayerError, Padding, PaddingMode, Pool, Pooling, Tensor, Window, numbers, tensor,
};

/// Reads the keys that one layer has; the input is read already.
type Read = fn(&Fields<'_>, &Tensor) -> Result<Layer, ComputeError>;

/// The layers that there are.
const LAYERS: [&str; 13] =
    ["dense", "activation", "pad", "conv", "pool", "rnn", "lstm", "gru", "aggregate", "gcn", "sage", "gin", "gat"];
const CONV_KEYS: [&str; 10] = [
    "input",
    "weight",
    "bias",
    "stride",
    "dilation",
    "groups",
    "padding",
    "padding_mode",
    "padding_value",
    "output_gradient",
];
const POOL_KEYS: [&str; 9] = [
    "input",
    "operation",
    "kernel",
    "stride",
    "dilation",
    "padding",
    "ceil_mode",
    "count_include_pad",
    "output_gradient",
];
const GCN_KEYS: [&str; 8] =
    ["input", "edges", "weight", "bias", "normalization", "self_loops", "activation", "output_gradient"];
const SAGE_KEYS: [&str; 7] =
    ["input", "edges", "weight_neighbours", "weight_self", "bias", "operation", "output_gradient"];
const GAT_KEYS: [&str; 9] = [
    "input",
    "edges",
    "weight",
    "attention_source",
    "attention_target",
    "bias",
    "negative_slope",
    "self_loops",
    "output_gradient",
];
const CONV_PADDING: &str =
    "\"valid\", \"same\", \"causal\", a number of cells, or a pair [before, after] for each axis";

/// One call of a layer, with its tensors.
#[derive(Clone, PartialEq, Debug)]
pub struct Request {
    /// The layer.
    pub layer: Layer,
    /// What it is applied to.
    pub input: Tensor,
    /// ∂E/∂y; where it is given, the answer has gradients.
    pub output_gradient: Option<Tensor>,
}

/// A layer with its parameters.
#[derive(Clone, PartialEq, Debug)]
pub enum Layer {
    /// See [`Dense`].
    Dense {
        /// `[out, in]`.
        weight: Tensor,
        /// `[out]`.
        bias: Option<Tensor>,
    },
    /// See [`Activation`].
    Activation(Activation),
    /// See [`Padding`].
    Pad(Padding),
    /// See [`Conv`].
    Conv {
        /// The windows, groups and padding.
        conv: Conv,
        /// `[out, in / groups, …]`.
        weight: Tensor,
        /// `[out]`.
        bias: Option<Tensor>,
    },
    /// See [`Pool`].
    Pool(Pool),
    /// See [`Recurrent`](crate::layers::Recurrent).
    Recurrent(Box<Sequence>),
    /// See [`Relational`](crate::layers::Relational).
    Relational(Box<Passing>),
}

impl Request {
    /// Reads a request. Nothing that it holds panics.
    ///
    /// # Errors
    /// `unsupported` for a layer that there is not; `syntax` for a missing or unknown key, or one that holds another kind of
    /// thing; `value` for a number or a name out of range; `shape` for a tensor whose numbers are not as many as its shape
    /// says; `too_large` beyond the [limits](super::limits).
    pub fn parse(request: &Value) -> Result<Self, ComputeError> {
        Self::parse_with(request, |fields| fields.tensor("input"))
    }

    /// Reads a request whose input is read in this way.
    fn parse_with(
        request: &Value,
        input: fn(&Fields<'_>) -> Result<Tensor, ComputeError>,
    ) -> Result<Self, ComputeError> {
        let map = request.as_object().ok_or_else(|| wrong("the request", request, "an object with the key layer"))?;
        let name = map.get("layer").unwrap_or(&Value::Null);
        let name = name.as_str().ok_or_else(|| wrong("layer", name, &LAYERS.join(", ")))?;
        let (name, keys, layer): (_, &[&str], Read) = match name {
            "dense" => ("dense", &["input", "weight", "bias", "output_gradient"], dense),
            "activation" => {
                ("activation", &["input", "function", "negative_slope", "alpha", "output_gradient"], activation)
            }
            "pad" => ("pad", &["input", "padding", "padding_mode", "padding_value", "output_gradient"], pad),
            "conv" => ("conv", &CONV_KEYS, conv),
            "pool" => ("pool", &POOL_KEYS, pool),
            "rnn" => ("rnn", &const { recurrent_keys("nonlinearity") }, |fields, _| recurrent(Sequence::rnn(fields)?)),
            "lstm" => ("lstm", &const { recurrent_keys("c0") }, |fields, _| recurrent(Sequence::lstm(fields)?)),
            "gru" => ("gru", &const { recurrent_keys("reset_after") }, |fields, _| recurrent(Sequence::gru(fields)?)),
            "aggregate" => ("aggregate", &["input", "edges", "operation", "output_gradient"], |fields, input| {
                relational(Passing::aggregate(fields, input)?)
            }),
            "gcn" => ("gcn", &GCN_KEYS, |fields, input| relational(Passing::gcn(fields, input)?)),
            "sage" => ("sage", &SAGE_KEYS, |fields, input| relational(Passing::sage(fields, input)?)),
            "gin" => ("gin", &["input", "edges", "weight", "bias", "epsilon", "output_gradient"], |fields, input| {
                relational(Passing::gin(fields, input)?)
            }),
            "gat" => ("gat", &GAT_KEYS, |fields, input| relational(Passing::gat(fields, input)?)),
            other => {
                let message = format!("layer is {}; it takes {}", excerpt_of(other), LAYERS.join(", "));
                return Err(ComputeError::unsupported(message));
            }
        };
        let fields = Fields::new(name, map, keys)?;
        let input = input(&fields)?;
        let layer = layer(&fields, &input)?;
        Ok(Self { input, layer, output_gradient: fields.optional_tensor("output_gradient")? })
    }

    /// Reads a request of whose input only the shape counts, and measures it.
    pub(super) fn sized(request: &Value) -> Result<Self, ComputeError> {
        let request = Self::parse_with(request, |fields| fields.room("input"))?;
        request.check_size()?;
        Ok(request)
    }

    /// The answer.
    ///
    /// # Errors
    /// `too_large` beyond the [limits](super::limits), and what the layer says of tensors that do not fit.
    pub async fn run(&self, device: &Device) -> Result<Answer, ComputeError> {
        self.check_size()?;
        Ok(device.run(self).await?)
    }

    /// Measures what is to be computed, before any of it is.
    pub(super) fn check_size(&self) -> Result<(), ComputeError> {
        let input = self.input.shape();
        let multiplications = match &self.layer {
            Layer::Activation(_) => 0,
            Layer::Pad(padding) => {
                expect_elements("output", &padding.output_shape(input)?)?;
                0
            }
            Layer::Dense { weight, .. } => {
                let output = Dense.output_shape(input, weight.shape())?;
                expect_elements("output", &output)?;
                self.input.len() as u64 * weight.shape()[0] as u64
            }
            Layer::Conv { conv, weight, .. } => {
                expect_elements("padded input", &conv.padding.output_shape(input)?)?;
                expect_elements("output", &conv.output_shape(input, weight.shape())?)?;
                conv.multiplications(input, weight.shape())?
            }
            Layer::Pool(pool) => {
                let output = pool.output_shape(input)?;
                expect_elements("output", &output)?;
                let factors = output.iter().copied().chain(pool.windows.iter().map(|window| window.kernel));
                factors.fold(1, |product: u64, factor| product.saturating_mul(factor as u64))
            }
            Layer::Recurrent(sequence) => sequence.check_size(input)?,
            Layer::Relational(passing) => passing.check_size()?,
        };
        let passes = if self.output_gradient.is_some() { 3 } else { 1 };
        expect_multiplications(multiplications.saturating_mul(passes))
    }
}

impl Kernel for &Request {
    type Output = Result<Answer, LayerError>;

    fn program(&self) -> Option<Program> {
        let is_forward = self.output_gradient.is_none();
        let mut program = is_forward.then(|| Program::of(&self.layer, self.input.shape()))??;
        program.input = numbers(&self.input).into_owned();
        Some(program)
    }

    fn answer(&self, output: Tensor) -> Self::Output {
        Ok(Answer { output, ..Answer::default() })
    }

    fn cpu(self) -> Self::Output {
        let by_the_definition = || self.by_the_definition();
        let Some(upstream) = &self.output_gradient else { return self.fast().map_or_else(by_the_definition, Ok) };
        if matches!(self.layer, Layer::Recurrent(_) | Layer::Relational(_)) {
            // Their gradients are told from all that is computed on the way.
            return by_the_definition();
        }
        let mut answer = self.fast().map_or_else(by_the_definition, Ok)?;
        let input = &self.input;
        let with_bias = |by_input, by_weight, by_bias, bias: &Option<Tensor>| {
            let by_bias = bias.as_ref().map(|_| ("bias", by_bias));
            [("input", by_input), ("weight", by_weight)].into_iter().chain(by_bias).collect()
        };
        answer.gradients = match &self.layer {
            Layer::Activation(activation) => vec![("input", activation.backward(input, upstream)?)],
            Layer::Pad(padding) => vec![("input", padding.backward(input.shape(), upstream)?)],
            Layer::Pool(pool) => vec![("input", pool.backward(input, upstream)?)],
            Layer::Dense { weight, bias } => {
                let by = Dense.backward(input, weight, upstream)?;
                with_bias(by.input, by.weight, by.bias, bias)
            }
            Layer::Conv { conv, weight, bias } => {
                let by = conv.backward(input, weight, upstream)?;
                with_bias(by.input, by.weight, by.bias, bias)
            }
            Layer::Recurrent(_) | Layer::Relational(_) => answer.gradients,
        };
        Ok(answer)
    }
}

impl Request {
    /// The output by the kernels of the CPU; nothing where they have no way, or a sum leaves the range of single precision.
    fn fast(&self) -> Option<Answer> {
        let packed = Packed::new(&self.layer, self.input.shape())?;
        let mut output = vec![0.0; packed.output_shape().iter().product()];
        let states = packed.run(&numbers(&self.input), &mut output, true);
        let is_finite = output.iter().all(|number| number.is_finite());
        let output = tensor(packed.output_shape(), output);
        is_finite.then(|| Answer { output, states, ..Answer::default() })
    }

    /// The output; of layers with a memory and on graphs, the gradients too.
    fn by_the_definition(&self) -> Result<Answer, LayerError> {
        let (input, upstream) = (&self.input, self.output_gradient.as_ref());
        let output = match &self.layer {
            Layer::Activation(activation) => activation.forward(input),
            Layer::Pad(padding) => padding.forward(input),
            Layer::Dense { weight, bias } => Dense.forward(input, weight, bias.as_ref()),
            Layer::Conv { conv, weight, bias } => conv.forward(input, weight, bias.as_ref()),
            Layer::Pool(pool) => pool.forward(input),
            Layer::Recurrent(sequence) => return sequence.answer(input, upstream),
            Layer::Relational(passing) => return passing.answer(input, upstream),
        };
        Ok(Answer { output: output?, ..Answer::default() })
    }
}

fn dense(fields: &Fields<'_>, _: &Tensor) -> Result<Layer, ComputeError> {
    Ok(Layer::Dense { weight: fields.tensor("weight")?, bias: fields.optional_tensor("bias")? })
}

fn activation(fields: &Fields<'_>, _: &Tensor) -> Result<Layer, ComputeError> {
    let name = fields.required_name("function", &Activation::ALL.map(Activation::name))?;
    let (negative_slope, alpha) =
        (fields.number("negative_slope", Activation::NEGATIVE_SLOPE)?, fields.number("alpha", Activation::ALPHA)?);
    let activation = match Activation::named(name).unwrap_or_default() {
        Activation::LeakyRelu { .. } => Activation::LeakyRelu { negative_slope },
        Activation::Elu { .. } => Activation::Elu { alpha },
        other => other,
    };
    Ok(Layer::Activation(activation))
}

fn pad(fields: &Fields<'_>, _: &Tensor) -> Result<Layer, ComputeError> {
    Ok(Layer::Pad(Padding { amounts: fields.pairs("padding")?, mode: padding_mode(fields)? }))
}

fn conv(fields: &Fields<'_>, _: &Tensor) -> Result<Layer, ComputeError> {
    let weight = fields.tensor("weight")?;
    let windows = windows(fields, weight.shape().get(2..).unwrap_or_default(), None)?;
    let amounts = conv_padding(fields, &windows)?;
    let conv =
        Conv { windows, groups: fields.count("groups")?, padding: Padding { amounts, mode: padding_mode(fields)? } };
    Ok(Layer::Conv { conv, weight, bias: fields.optional_tensor("bias")? })
}

fn pool(fields: &Fields<'_>, _: &Tensor) -> Result<Layer, ComputeError> {
    let pooling = match fields.required_name("operation", &["max", "min", "average"])? {
        "max" => Pooling::Max,
        "min" => Pooling::Min,
        _ => Pooling::Average,
    };
    let kernel = fields.list("kernel")?;
    let windows = windows(fields, &kernel, Some(&kernel))?;
    let padding = match fields.any("padding") {
        None => vec![(0, 0); windows.len()],
        Some(value @ Value::Number(_)) => {
            let cells = whole("padding", value, 0)?;
            vec![(cells, cells); windows.len()]
        }
        Some(_) => fields.pairs("padding")?,
    };
    Ok(Layer::Pool(Pool {
        pooling,
        windows,
        padding,
        ceil_mode: fields.flag("ceil_mode", false)?,
        count_include_pad: fields.flag("count_include_pad", true)?,
    }))
}

fn recurrent(sequence: Sequence) -> Result<Layer, ComputeError> {
    Ok(Layer::Recurrent(Box::new(sequence)))
}

fn relational(passing: Passing) -> Result<Layer, ComputeError> {
    Ok(Layer::Relational(Box::new(passing)))
}

/// The keys of a recurrent layer, one of which the others don't have.
const fn recurrent_keys(own: &'static str) -> [&'static str; 9] {
    let (jacobians, upstream) = ("return_state_jacobians", "output_gradient");
    ["input", "weight_ih", "weight_hh", "bias_ih", "bias_hh", "h0", own, jacobians, upstream]
}

/// The windows of a layer along each axis; where no stride is given, it is `stride`, or 1.
fn windows(fields: &Fields<'_>, kernel: &[usize], stride: Option<&[usize]>) -> Result<Vec<Window>, ComputeError> {
    let strides = match stride {
        Some(stride) if fields.any("stride").is_none() => stride.to_vec(),
        _ => fields.counts("stride", kernel.len())?,
    };
    let dilations = fields.counts("dilation", kernel.len())?;
    let rest = strides.into_iter().zip(dilations);
    Ok(kernel.iter().zip(rest).map(|(&kernel, (stride, dilation))| Window { kernel, stride, dilation }).collect())
}

/// Cells before and after each axis, as `padding` says; none where it is left out.
fn conv_padding(fields: &Fields<'_>, windows: &[Window]) -> Result<Vec<(usize, usize)>, ComputeError> {
    let of = |extent: Extent| Ok(windows.iter().map(|window| extent.amounts(window)).collect());
    match fields.any("padding") {
        None => of(Extent::Valid),
        Some(Value::String(_)) => match fields.required_name("padding", &["valid", "same", "causal"])? {
            "valid" => of(Extent::Valid),
            "same" => of(Extent::Same),
            _ => of(Extent::Causal),
        },
        Some(value @ Value::Number(_)) => {
            let cells = whole("padding", value, 0)?;
            Ok(vec![(cells, cells); windows.len()])
        }
        Some(Value::Array(_)) => {
            let amounts = fields.pairs("padding")?;
            if amounts.len() == windows.len() {
                return Ok(amounts);
            }
            let (got, axes) = (amounts.len(), windows.len());
            Err(ComputeError::shape(format!("padding has {got} entries; it takes {axes} pairs, one for each axis")))
        }
        Some(value) => Err(wrong("padding", value, CONV_PADDING)),
    }
}

fn padding_mode(fields: &Fields<'_>) -> Result<PaddingMode, ComputeError> {
    let name = fields.name("padding_mode", &PaddingMode::ALL.map(PaddingMode::name))?;
    let constant = fields.number("padding_value", 0.0)? as f32;
    Ok(name.and_then(|name| PaddingMode::named(name, constant)).unwrap_or_default())
}
