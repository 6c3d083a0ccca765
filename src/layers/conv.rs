//! Convolution in one to three dimensions, as networks mean it: a sliding weighted sum, the kernel not turned around.

mod explain;

use ndarray::{ArrayD, IxDyn};

pub use explain::ConvStages;

use super::{LayerError, Padding, Tensor, Window, expect_shape};

/// A convolution over one to three spatial axes.
///
/// y[n, o, t…] = b[o] + Σ_c Σ_j w[o, c, j…] · x̃[n, c, t·s + j·d …], where x̃ is the padded input and c runs over the channels
/// of o's group.
///
/// # Shapes
/// Input `[N, C, n…]`, weight `[O, C / groups, k…]`, bias `[O]`; output `[N, O, ⌊(n + padding − (k − 1)·d − 1) / s⌋ + 1 …]`.
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
    /// By the input, `[N, C, n…]`.
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
    /// As many outputs as inputs, at stride 1; the odd cell goes after.
    Same,
    /// Before the input alone, so that no output reads what comes after it.
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

/// All sizes of one call, with the spatial axes filled up to three in front.
struct Sizes {
    batch: usize,
    inputs: usize,
    outputs: usize,
    group_inputs: usize,
    group_outputs: usize,
    windows: [Window; 3],
    padded: [usize; 3],
    out: [usize; 3],
}

impl Conv {
    /// A convolution without padding, at stride 1 and dilation 1, with a kernel of these sizes.
    pub fn plain(kernel: &[usize]) -> Self {
        let window = |&kernel: &usize| Window { kernel, stride: 1, dilation: 1 };
        Self {
            windows: kernel.iter().map(window).collect(),
            groups: 1,
            padding: Padding { amounts: vec![(0, 0); kernel.len()], mode: super::PaddingMode::Zeros },
        }
    }

    /// The shape of the output.
    ///
    /// # Errors
    /// Where the shapes do not fit each other, or a window does not fit its axis.
    pub fn output_shape(&self, input: &[usize], weight: &[usize]) -> Result<Vec<usize>, LayerError> {
        self.check(input, weight)?;
        let padded = self.padding.output_shape(input)?;
        let mut shape = vec![input[0], weight[0]];
        for (window, &length) in self.windows.iter().zip(&padded[2..]) {
            shape.push(window.outputs(length)?);
        }
        Ok(shape)
    }

    /// The output.
    ///
    /// # Errors
    /// As [`output_shape`](Self::output_shape), or where the bias has another length than there are output channels.
    pub fn forward(&self, input: &Tensor, weight: &Tensor, bias: Option<&Tensor>) -> Result<Tensor, LayerError> {
        self.output_shape(input.shape(), weight.shape())?;
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
        let (x, w) = (padded.as_standard_layout(), weight.as_standard_layout());
        let (Some(x), Some(w)) = (x.as_slice(), w.as_slice()) else { return Ok(Tensor::zeros(IxDyn(&[0]))) };
        let mut output = Vec::with_capacity(sizes.batch * sizes.outputs * sizes.out.iter().product::<usize>());
        for n in 0..sizes.batch {
            for o in 0..sizes.outputs {
                let start = bias.map_or(0.0, |bias| f64::from(bias[[o]]));
                sizes.each_output(|at| {
                    let mut sum = 0.0;
                    for c in 0..sizes.group_inputs {
                        sum = sizes.add_window(sum, (n, o, c), at, x, w);
                    }
                    output.push((sum + start) as f32);
                });
            }
        }
        Ok(self.shaped(&sizes, &[sizes.batch, sizes.outputs], output))
    }

    /// What each channel contributes to each output, before channels and bias are added up:
    /// s[n, o, c, t…] = Σ_j w[o, c, j…] · x̃[n, c, t·s + j·d …].
    ///
    /// # Shapes
    /// `[N, O, C / groups, out…]`.
    ///
    /// # Errors
    /// As [`slide`](Self::slide).
    pub fn channel_sums(&self, padded: &Tensor, weight: &Tensor) -> Result<Tensor, LayerError> {
        let sizes = self.sizes(padded.shape(), weight.shape())?;
        let (x, w) = (padded.as_standard_layout(), weight.as_standard_layout());
        let (Some(x), Some(w)) = (x.as_slice(), w.as_slice()) else { return Ok(Tensor::zeros(IxDyn(&[0]))) };
        let mut sums = Vec::new();
        for n in 0..sizes.batch {
            for o in 0..sizes.outputs {
                for c in 0..sizes.group_inputs {
                    sizes.each_output(|at| sums.push(sizes.add_window(0.0, (n, o, c), at, x, w) as f32));
                }
            }
        }
        Ok(self.shaped(&sizes, &[sizes.batch, sizes.outputs, sizes.group_inputs], sums))
    }

    /// Gradients of the loss by input, weight and bias, from those by the output.
    ///
    /// ∂E/∂w[o, c, j] = Σ_t g[o, t] · x̃[c, t·s + j·d]; ∂E/∂x̃[c, i] = Σ_{o, j: t·s + j·d = i} g[o, t] · w[o, c, j];
    /// ∂E/∂b[o] = Σ_t g[o, t].
    ///
    /// # Errors
    /// As [`forward`](Self::forward), or where `output_gradient` has another shape than the output.
    pub fn backward(
        &self,
        input: &Tensor,
        weight: &Tensor,
        output_gradient: &Tensor,
    ) -> Result<ConvGradients, LayerError> {
        expect_shape("output_gradient", output_gradient.shape(), &self.output_shape(input.shape(), weight.shape())?)?;
        let padded = self.padding.forward(input)?;
        let sizes = self.sizes(padded.shape(), weight.shape())?;
        let (x, w, g) =
            (padded.as_standard_layout(), weight.as_standard_layout(), output_gradient.as_standard_layout());
        let (Some(x), Some(w), Some(g)) = (x.as_slice(), w.as_slice(), g.as_slice()) else {
            return Err(LayerError::Zero("input"));
        };
        let (mut by_x, mut by_w, mut by_b) = (vec![0.0; x.len()], vec![0.0; w.len()], vec![0.0; sizes.outputs]);
        let mut upstream = g.iter().map(|&g| f64::from(g));
        for n in 0..sizes.batch {
            for (o, by_b) in by_b.iter_mut().enumerate() {
                sizes.each_output(|at| {
                    let Some(g) = upstream.next() else { return };
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
        let single = |shape: &[usize], values: Vec<f64>| {
            let values = values.into_iter().map(|value| value as f32).collect();
            ArrayD::from_shape_vec(IxDyn(shape), values).unwrap_or_default()
        };
        let by_padded = single(padded.shape(), by_x);
        Ok(ConvGradients {
            input: self.padding.backward(input.shape(), &by_padded)?,
            padded: by_padded,
            weight: single(weight.shape(), by_w),
            bias: single(&[sizes.outputs], by_b),
        })
    }

    fn check(&self, input: &[usize], weight: &[usize]) -> Result<(), LayerError> {
        let axes = input.len().saturating_sub(2);
        if !(1..=3).contains(&axes) {
            let expected = "it takes a batch, channels, and one to three spatial axes";
            return Err(LayerError::Rank { tensor: "input", shape: input.to_vec(), expected });
        }
        if weight.len() != input.len() {
            let expected =
                "it takes output channels, input channels of one group, and as many spatial axes as the input";
            return Err(LayerError::Rank { tensor: "weight", shape: weight.to_vec(), expected });
        }
        if self.windows.len() != axes {
            return Err(LayerError::Axes { key: "stride or dilation", got: self.windows.len(), axes });
        }
        for (window, &kernel) in self.windows.iter().zip(&weight[2..]) {
            if window.kernel != kernel {
                return Err(LayerError::Mismatch { what: "the weight's kernel", expected: window.kernel, got: kernel });
            }
        }
        if self.groups == 0 {
            return Err(LayerError::Zero("groups"));
        }
        for (channels, of) in [(input[1], "input"), (weight[0], "output")] {
            if channels % self.groups != 0 {
                return Err(LayerError::Groups { groups: self.groups, channels, of });
            }
        }
        let expected = input[1] / self.groups;
        if weight[1] != expected {
            return Err(LayerError::Mismatch {
                what: "weight's second axis (input channels of one group)",
                expected,
                got: weight[1],
            });
        }
        Ok(())
    }

    fn sizes(&self, padded: &[usize], weight: &[usize]) -> Result<Sizes, LayerError> {
        self.check(padded, weight)?;
        let mut sizes = Sizes {
            batch: padded[0],
            inputs: padded[1],
            outputs: weight[0],
            group_inputs: weight[1],
            group_outputs: weight[0] / self.groups,
            windows: [Window { kernel: 1, stride: 1, dilation: 1 }; 3],
            padded: [1; 3],
            out: [1; 3],
        };
        let first = 3 - self.windows.len();
        for (axis, window) in self.windows.iter().enumerate() {
            sizes.windows[first + axis] = *window;
            sizes.padded[first + axis] = padded[2 + axis];
            sizes.out[first + axis] = window.outputs(padded[2 + axis])?;
        }
        Ok(sizes)
    }

    fn shaped(&self, sizes: &Sizes, lead: &[usize], values: Vec<f32>) -> Tensor {
        let shape = [lead, &sizes.out[3 - self.windows.len()..]].concat();
        Tensor::from_shape_vec(IxDyn(&shape), values).unwrap_or_default()
    }
}

impl Sizes {
    fn each_output(&self, mut visit: impl FnMut([usize; 3])) {
        for z in 0..self.out[0] {
            for y in 0..self.out[1] {
                for x in 0..self.out[2] {
                    visit([z, y, x]);
                }
            }
        }
    }

    /// Visits the taps of one window over one channel of the group, with the places in the padded input and the weight.
    fn each_tap(&self, (n, o, c): (usize, usize, usize), at: [usize; 3], mut visit: impl FnMut(usize, usize)) {
        let channel = o / self.group_outputs * self.group_inputs + c;
        let [deep, high, wide] = self.windows;
        let mut w_at = (o * self.group_inputs + c) * deep.kernel * high.kernel * wide.kernel;
        for tap_z in 0..deep.kernel {
            let plane = (n * self.inputs + channel) * self.padded[0] + deep.reads(at[0], tap_z);
            for tap_y in 0..high.kernel {
                let row = (plane * self.padded[1] + high.reads(at[1], tap_y)) * self.padded[2] + wide.reads(at[2], 0);
                for tap_x in 0..wide.kernel {
                    visit(row + tap_x * wide.dilation, w_at);
                    w_at += 1;
                }
            }
        }
    }

    fn add_window(&self, sum: f64, place: (usize, usize, usize), at: [usize; 3], x: &[f32], w: &[f32]) -> f64 {
        let mut sum = sum;
        self.each_tap(place, at, |x_at, w_at| sum += f64::from(w[w_at]) * f64::from(x[x_at]));
        sum
    }
}
