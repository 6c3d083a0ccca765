//! The stages of a convolution: one list of their names for all blocks that slide a kernel.

use std::rc::Rc;

use crate::explain::{Places, Role, Stage, Values};
use crate::layers::{Conv, ConvCells, LayerError, NumberAt, Tensor, numbers, tensor};

/// What a stage is called, and how many of its leading axes are not shown: over a single channel, and over several.
pub struct Named {
    name: &'static str,
    title: &'static str,
    symbol: &'static str,
    role: Role,
    hides: [usize; 2],
}

const MAP: [usize; 2] = [2, 1];
const KERNEL: [usize; 2] = [2, 0];
const VECTOR: [usize; 2] = [1, 0];

/// Declares the stages.
macro_rules! stages {
    ($($constant:ident = $name:literal, $title:literal, $symbol:literal, $role:ident, $hides:ident;)*) => {
        $(
            #[doc = concat!("The ", $title, ".")]
            pub const $constant: Named =
                Named { name: $name, title: $title, symbol: $symbol, role: Role::$role, hides: $hides };
        )*
    };
}

stages! {
    INPUT = "input", "input", "x", Input, MAP;
    PADDED = "padded", "padded input", "x̃", Input, MAP;
    WEIGHT = "weight", "weight", "w", Weight, KERNEL;
    FLIPPED = "flipped", "flipped weight", "w′", Weight, KERNEL;
    BIAS = "bias", "bias", "b", Weight, VECTOR;
    SUM = "sum", "sum over the window", "s", Intermediate, MAP;
    PRE = "pre", "sum over channels", "z", Intermediate, MAP;
    OUTPUT = "output", "output", "y", Output, MAP;
    BY_OUTPUT = "output-gradient", "gradient by the output", "y", Gradient, MAP;
    BY_PRE = "pre-gradient", "gradient by the sum over channels", "z", Gradient, MAP;
    BY_BIAS = "bias-gradient", "gradient by the bias", "b", Gradient, VECTOR;
    BY_FLIPPED = "flipped-gradient", "gradient by the flipped weight", "w′", Gradient, KERNEL;
    BY_WEIGHT = "weight-gradient", "gradient by the weight", "w", Gradient, KERNEL;
    BY_PADDED = "padded-gradient", "gradient by the padded input", "x̃", Gradient, MAP;
    BY_INPUT = "input-gradient", "gradient by the input", "x", Gradient, MAP;
}

impl Named {
    /// The stage with these numbers; `single` says that there is only one channel.
    pub fn holding(&self, single: bool, values: impl Into<Values>) -> Stage {
        self.whole(values).hiding(self.hides[usize::from(!single)])
    }

    /// The stage with these numbers, which have neither examples nor channels.
    pub fn whole(&self, values: impl Into<Values>) -> Stage {
        let stage = Stage::new(self.name, self.title, self.symbol, self.role, values);
        if self.role == Role::Gradient { stage.derivative() } else { stage }
    }
}

/// What a kernel is slid over, the kernel and the bias, all of it computed.
pub fn given(
    conv: &Conv,
    single: bool,
    input: &Tensor,
    weight: Tensor,
    bias: Tensor,
) -> Result<Vec<Stage>, LayerError> {
    Ok(vec![
        INPUT.holding(single, input.clone()),
        PADDED.holding(single, conv.padding.forward(input)?),
        WEIGHT.holding(single, weight),
        BIAS.holding(single, bias),
    ])
}

/// The same without computing anything yet, and what computes the rest.
pub fn given_lazily(
    conv: &Conv,
    single: bool,
    input: Rc<Tensor>,
    weight: Tensor,
    bias: Tensor,
) -> Result<(Vec<Stage>, Rc<ConvCells>), LayerError> {
    let cells = conv.cells(input.clone(), Rc::new(weight.clone()), Some(Rc::new(bias.clone())))?;
    let padded_shape = conv.padding.output_shape(input.shape())?;
    let (padding, copied) = (conv.padding.clone(), input.clone());
    let stages = vec![
        INPUT.holding(single, Values::Array(input)),
        PADDED.holding(single, Values::lazy(padded_shape, move |at| padding.cell(&copied, at))),
        WEIGHT.holding(single, weight),
        BIAS.holding(single, bias),
    ];
    Ok((stages, Rc::new(cells)))
}

/// The same over an input whose numbers are looked up when asked for; `seen` draws it, and what is padded.
pub fn given_read(
    conv: &Conv,
    (shape, number): (&[usize], NumberAt),
    weight: Tensor,
    bias: Tensor,
    seen: impl Fn(&[usize], Places<'_>) -> Vec<f32> + Clone + 'static,
) -> Result<(Vec<Stage>, Rc<ConvCells>), LayerError> {
    let cells = conv.cells_read((shape, number.clone()), Rc::new(weight.clone()), Some(Rc::new(bias.clone())))?;
    let (padding, of, copied) = (conv.padding.clone(), shape.to_vec(), number.clone());
    let place = |shape: &[usize], at: &[usize]| shape.iter().zip(at).fold(0, |place, (length, at)| place * length + at);
    let padded = move |at: &[usize]| {
        padding.source(&of, at).map_or(padding.mode.constant(), |source| copied(place(&of, &source)))
    };
    let of = shape.to_vec();
    let input = Values::lazy(shape.to_vec(), move |at| number(place(&of, at)));
    let padded = Values::lazy(conv.padding.output_shape(shape)?, padded);
    let stages = vec![
        INPUT.holding(false, input.drawn_by(seen.clone())),
        PADDED.holding(false, padded.drawn_by(seen)),
        WEIGHT.holding(false, weight),
        BIAS.holding(false, bias),
    ];
    Ok((stages, Rc::new(cells)))
}

/// The gradients by everything, from those by the output and those behind the non-linearity where there is one.
pub fn gradients(
    conv: &Conv,
    single: bool,
    (input, kernel): (&Tensor, &Tensor),
    (upstream, inner): (Tensor, Option<Tensor>),
    flipped: bool,
) -> Result<Vec<Stage>, LayerError> {
    let by = conv.backward(input, kernel, inner.as_ref().unwrap_or(&upstream))?;
    let mut stages = vec![BY_OUTPUT.holding(single, upstream)];
    stages.extend(inner.map(|inner| BY_PRE.holding(single, inner)));
    stages.push(BY_BIAS.holding(single, by.bias));
    if flipped {
        let weight = turned(&by.weight);
        stages.push(BY_FLIPPED.holding(single, by.weight));
        stages.push(BY_WEIGHT.holding(single, weight));
    } else {
        stages.push(BY_WEIGHT.holding(single, by.weight));
    }
    stages.push(BY_PADDED.holding(single, by.padded));
    stages.push(BY_INPUT.holding(single, by.input));
    Ok(stages)
}

/// A kernel read from its end.
pub fn turned(kernel: &Tensor) -> Tensor {
    tensor(kernel.shape(), numbers(kernel).iter().rev().copied().collect())
}

/// Subscripts of padded stages count from the first cell of the input.
pub fn count_from_the_input(stages: &mut [Stage], conv: &Conv) {
    for stage in stages.iter_mut().filter(|stage| matches!(stage.name, "padded" | "padded-gradient")) {
        *stage = stage.clone().counting_from(&conv.padding.first_subscripts());
    }
}
