//! Convolution in one to three dimensions, as networks mean it: a sliding weighted sum, the kernel not turned around.

mod cells;
mod explain;
mod general;
mod influence;
mod sizes;

pub use cells::{ConvCells, NumberAt};
pub use explain::ConvStages;

use super::{LayerError, Padding, PaddingMode, Tensor, Window, expect_room, expect_shape, numbers, rounded, tensor};

/// A convolution over one to three spatial axes.
///
/// `y[n, o, t…] = Σ_c Σ_j w[o, c, j…] · x̃[n, c, t·s + j·d …] + b[o]`
///
/// Here x̃ is the padded input, s the stride, d the dilation, and c runs over the channels of o's group. Seen from the input without
/// its padding of p cells in front, tap j of output t reads `x[t·s + j·d − p]`; the lecture's formula is the case s = d = 1,
/// p = ⌊k / 2⌋.
///
/// # Shapes
/// Input `[N, C, n…]`, weight `[O, C / groups, k…]`, bias `[O]`; output `[N, O, ⌊(n + padding − (k − 1)·d − 1) / s⌋ + 1 …]`.
/// A batch or channels may be empty: the sum over nothing is the bias.
///
/// # Errors
/// Every method checks its tensors against each other and the settings, and says in a [`LayerError`] which numbers disagree.
///
/// As `torch.nn.Conv1d`, `Conv2d` and `Conv3d`. Sums are carried in double precision and rounded once.
///
/// ```
/// use layerscope::layers::{Conv, Tensor};
/// let x = Tensor::from_shape_vec(vec![1, 1, 3], vec![0.0, 1.0, 1.0])?;
/// let w = Tensor::from_shape_vec(vec![1, 1, 3], vec![-1.0, 1.0, 0.0])?;
/// assert_eq!(Conv::plain(&[3]).forward(&x, &w, None)?[[0, 0, 0]], 1.0);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Conv {
    /// The window along each spatial axis.
    pub windows: Vec<Window>,
    /// Into how many groups the channels are divided; each output channel reads only its own group.
    pub groups: usize,
    /// What is added around the input.
    pub padding: Padding,
}

/// The gradients of the loss by everything that a convolution was given.
#[derive(Clone, Debug, PartialEq)]
pub struct ConvGradients {
    /// By the input, `[N, C, n…]`: each cell gathers from its copies in the padded input.
    pub input: Tensor,
    /// By the padded input.
    pub padded: Tensor,
    /// By the weights, `[O, C / groups, k…]`.
    pub weight: Tensor,
    /// By the bias, `[O]`.
    pub bias: Tensor,
}

/// Padding that follows from the windows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Extent {
    /// None.
    Valid,
    /// As many outputs as inputs, at stride 1; an odd cell goes after, as in PyTorch. At stride s it is ⌈n / s⌉ outputs.
    Same,
    /// Before the input alone, along every axis, so that no output reads what comes after it.
    Causal,
}

impl Extent {
    /// The cells before and after, for one axis.
    pub fn amounts(self, window: &Window) -> (usize, usize) {
        let beyond = window.span().saturating_sub(1);
        match self {
            Self::Valid => (0, 0),
            Self::Same => (beyond / 2, beyond - beyond / 2),
            Self::Causal => (beyond, 0),
        }
    }
}

impl Conv {
    /// A convolution without padding, at stride 1 and dilation 1, with a kernel of these sizes.
    pub fn plain(kernel: &[usize]) -> Self {
        let window = |&kernel: &usize| Window { kernel, stride: 1, dilation: 1 };
        Self {
            windows: kernel.iter().map(window).collect(),
            groups: 1,
            padding: Padding { amounts: vec![(0, 0); kernel.len()], mode: PaddingMode::Zeros },
        }
    }

    /// The shape of the output.
    ///
    /// # Errors
    /// Where the shapes do not fit each other, a window does not fit its axis, or a tensor has no room in memory.
    pub fn output_shape(&self, input: &[usize], weight: &[usize]) -> Result<Vec<usize>, LayerError> {
        Ok(self.sizes_of(input, weight)?.output_shape())
    }

    /// How many multiplications the output takes; as many as can be counted where it is more.
    ///
    /// # Errors
    /// As [`output_shape`](Self::output_shape).
    pub fn multiplications(&self, input: &[usize], weight: &[usize]) -> Result<u64, LayerError> {
        let output = self.output_shape(input, weight)?;
        let factors = output.iter().chain(&weight[1..]);
        Ok(factors.fold(1, |product: u64, &factor| product.saturating_mul(factor as u64)))
    }

    /// The output.
    ///
    /// # Errors
    /// As [`output_shape`](Self::output_shape), or where the bias has another length than there are output channels.
    pub fn forward(&self, input: &Tensor, weight: &Tensor, bias: Option<&Tensor>) -> Result<Tensor, LayerError> {
        self.sizes_of(input.shape(), weight.shape())?;
        self.slide(&self.padding.forward(input)?, weight, bias)
    }

    /// The output over an input that is already padded.
    ///
    /// # Errors
    /// As [`forward`](Self::forward).
    pub fn slide(&self, padded: &Tensor, weight: &Tensor, bias: Option<&Tensor>) -> Result<Tensor, LayerError> {
        let sizes = self.sizes(padded.shape(), weight.shape())?;
        if let Some(bias) = bias {
            expect_shape("bias", bias.shape(), &[sizes.outputs])?;
        }
        let (x, w) = (numbers(padded), numbers(weight));
        let mut output = Vec::new();
        for n in 0..sizes.batch {
            for o in 0..sizes.outputs {
                sizes.each_output(|at| {
                    let channel = |sum, c| sizes.add_window(sum, (n, o, c), at, &x, &w);
                    let sum = (0..sizes.group_inputs).fold(0.0, channel);
                    output.push(with_bias(sum, bias, o));
                });
            }
        }
        Ok(tensor(&sizes.output_shape(), output))
    }

    /// What each channel contributes to each output, before channels and bias are added up:
    /// `s[n, o, c, t…] = Σ_j w[o, c, j…] · x̃[n, c, t·s + j·d …]`.
    ///
    /// # Shapes
    /// `[N, O, C / groups, out…]`.
    ///
    /// # Errors
    /// As [`slide`](Self::slide).
    pub fn channel_sums(&self, padded: &Tensor, weight: &Tensor) -> Result<Tensor, LayerError> {
        let sizes = self.sizes(padded.shape(), weight.shape())?;
        expect_room("channel sums", &sizes.channel_sums_shape())?;
        let (x, w) = (numbers(padded), numbers(weight));
        let mut sums = Vec::new();
        for n in 0..sizes.batch {
            for o in 0..sizes.outputs {
                for c in 0..sizes.group_inputs {
                    sizes.each_output(|at| sums.push(sizes.add_window(0.0, (n, o, c), at, &x, &w) as f32));
                }
            }
        }
        Ok(tensor(&sizes.channel_sums_shape(), sums))
    }

    /// What the channels contribute, added up: `y[n, o, t…] = Σ_c s[n, o, c, t…] + b[o]`. Since the contributions have been
    /// rounded, this is [`forward`](Self::forward) within the rounding of single precision.
    ///
    /// # Errors
    /// Where `channel_sums` has not the axes that [`channel_sums`](Self::channel_sums) gives, or the bias another length than
    /// there are output channels.
    pub fn sum_channels(&self, channel_sums: &Tensor, bias: Option<&Tensor>) -> Result<Tensor, LayerError> {
        let shape = channel_sums.shape();
        if shape.len() != 3 + self.windows.len() {
            let expected = "it takes a batch, output channels, channels of one group, and an axis for each window";
            return Err(LayerError::rank("channel sums", shape, expected));
        }
        if let Some(bias) = bias {
            expect_shape("bias", bias.shape(), &shape[1..2])?;
        }
        let output_shape = [&shape[..2], &shape[3..]].concat();
        expect_room("output", &output_shape)?;
        let places: usize = shape[3..].iter().product();
        let sums = numbers(channel_sums);
        let total = |at: usize| {
            let (row, place) = (at / places, at % places);
            let channel = |c| f64::from(sums[(row * shape[2] + c) * places + place]);
            with_bias((0..shape[2]).fold(0.0, |sum, c| sum + channel(c)), bias, row % shape[1])
        };
        Ok(tensor(&output_shape, (0..output_shape.iter().product()).map(total).collect()))
    }

    /// Gradients of the loss by input, weight and bias, from those by the output, g = ∂E/∂y. Every product w·x that went into
    /// an output sends g·w back to its x and g·x back to its w:
    ///
    /// - `∂E/∂w[o, c, j] = Σ_t g[o, t] · x̃[c, t·s + j·d]`
    /// - `∂E/∂x̃[c, i] = Σ_{o, j: t·s + j·d = i} g[o, t] · w[o, c, j]`
    /// - `∂E/∂b[o] = Σ_t g[o, t]`
    ///
    /// # Errors
    /// As [`forward`](Self::forward), or where `output_gradient` has another shape than the output.
    pub fn backward(
        &self,
        input: &Tensor,
        weight: &Tensor,
        output_gradient: &Tensor,
    ) -> Result<ConvGradients, LayerError> {
        let sizes = self.sizes_of(input.shape(), weight.shape())?;
        expect_shape("output_gradient", output_gradient.shape(), &sizes.output_shape())?;
        let padded = self.padding.forward(input)?;
        let (x, w) = (numbers(&padded), numbers(weight));
        let (mut by_x, mut by_w, mut by_b) = (vec![0.0; x.len()], vec![0.0; w.len()], vec![0.0; sizes.outputs]);
        let (upstream, mut place) = (numbers(output_gradient), 0);
        for n in 0..sizes.batch {
            for (o, by_b) in by_b.iter_mut().enumerate() {
                sizes.each_output(|at| {
                    let g = f64::from(upstream[place]);
                    place += 1;
                    *by_b += g;
                    for c in 0..sizes.group_inputs {
                        sizes.each_tap((n, o, c), at, |x_at, w_at| {
                            by_x[x_at] += g * f64::from(w[w_at]);
                            by_w[w_at] += g * f64::from(x[x_at]);
                        });
                    }
                });
            }
        }
        let by_padded = rounded(padded.shape(), &by_x);
        Ok(ConvGradients {
            input: self.padding.backward(input.shape(), &by_padded)?,
            padded: by_padded,
            weight: rounded(weight.shape(), &by_w),
            bias: rounded(&[sizes.outputs], &by_b),
        })
    }
}

/// The rounded sum, after the bias of output channel `o` was added.
fn with_bias(sum: f64, bias: Option<&Tensor>, o: usize) -> f32 {
    bias.map_or(sum, |bias| sum + f64::from(bias[[o].as_slice()])) as f32
}

#[cfg(test)]
mod tests;
