//! Activations: the non-linearity σ behind a layer.

mod explain;
mod functions;

pub(super) use explain::EXP;
pub use functions::Pointwise;

use super::{LayerError, Tensor, expect_shape, numbers, tensor};

/// A non-linearity, y = σ(z).
///
/// All but [`Softmax`](Self::Softmax) look at each number by itself. Where a function has a corner, its derivative there is
/// PyTorch's: that of the side of smaller z.
///
/// # Shapes
/// Input, output and gradients have the same shape, any; softmax runs along the last axis, which must be there.
///
/// # Errors
/// For the softmax of a tensor without axes, and for an output gradient of another shape.
///
/// Source: the functions of the same names in `torch.nn.functional`, with their defaults.
///
/// ```
/// use layerscope::layers::Activation;
/// use ndarray::array;
/// let z = array![-2.0, 0.0, 3.0].into_dyn();
/// let relu = Activation::Relu;
/// assert_eq!(relu.forward(&z)?, array![0.0, 0.0, 3.0].into_dyn());
/// assert_eq!(relu.backward(&z, &array![5.0, 5.0, 5.0].into_dyn())?, array![0.0, 0.0, 5.0].into_dyn());
/// # Ok::<(), layerscope::layers::LayerError>(())
/// ```
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub enum Activation {
    /// z, unchanged.
    #[default]
    Identity,
    /// max(z, 0): the rectified linear unit.
    Relu,
    /// z where it is positive, a · z elsewhere.
    LeakyRelu {
        /// The slope a on the negative side; PyTorch's default is [`Activation::NEGATIVE_SLOPE`].
        negative_slope: f64,
    },
    /// 1 / (1 + e^{−z}): the logistic function.
    Sigmoid,
    /// (e^z − e^{−z}) / (e^z + e^{−z}).
    Tanh,
    /// z where it is positive, α (e^z − 1) elsewhere.
    Elu {
        /// The limit −α on the negative side; PyTorch's default is [`Activation::ALPHA`].
        alpha: f64,
    },
    /// z · Φ(z), Φ the normal distribution; not the approximation by tanh.
    Gelu,
    /// z / (1 + e^{−z}), also called swish.
    Silu,
    /// ln(1 + e^z).
    Softplus,
    /// e^{z_i} / Σ_j e^{z_j}, along the last axis.
    Softmax,
}

impl Activation {
    /// The usual slope of the leaky ReLU.
    pub const NEGATIVE_SLOPE: f64 = 0.01;
    /// The usual α of the ELU.
    pub const ALPHA: f64 = 1.0;

    /// Every function, with the usual parameters.
    pub const ALL: [Self; 10] = [
        Self::Relu,
        Self::LeakyRelu { negative_slope: Self::NEGATIVE_SLOPE },
        Self::Sigmoid,
        Self::Tanh,
        Self::Elu { alpha: Self::ALPHA },
        Self::Gelu,
        Self::Silu,
        Self::Softplus,
        Self::Softmax,
        Self::Identity,
    ];

    /// The function of that name, with the usual parameters.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|function| function.name() == name)
    }

    /// The name in `compute`, which is PyTorch's.
    pub fn name(self) -> &'static str {
        match self {
            Self::Identity => "identity",
            Self::Relu => "relu",
            Self::LeakyRelu { .. } => "leaky_relu",
            Self::Sigmoid => "sigmoid",
            Self::Tanh => "tanh",
            Self::Elu { .. } => "elu",
            Self::Gelu => "gelu",
            Self::Silu => "silu",
            Self::Softplus => "softplus",
            Self::Softmax => "softmax",
        }
    }

    /// y = σ(z).
    ///
    /// # Errors
    /// See [`Activation`].
    pub fn forward(self, input: &Tensor) -> Result<Tensor, LayerError> {
        match self.pointwise() {
            Some(pointwise) => Ok(tensor(input.shape(), numbers(input).iter().map(|&z| pointwise.value(z)).collect())),
            None => softmax(input),
        }
    }

    /// ∂E/∂z from g = ∂E/∂y: g·σ′(z), and for the softmax y_i (g_i − Σ_j g_j y_j).
    ///
    /// # Errors
    /// See [`Activation`].
    pub fn backward(self, input: &Tensor, output_gradient: &Tensor) -> Result<Tensor, LayerError> {
        expect_shape("output_gradient", output_gradient.shape(), input.shape())?;
        let Some(pointwise) = self.pointwise() else {
            return Ok(softmax_gradient(&softmax(input)?, output_gradient));
        };
        let (z, g) = (numbers(input), numbers(output_gradient));
        Ok(tensor(input.shape(), (0..z.len()).map(|place| pointwise.gradient(z[place], g[place])).collect()))
    }
}

/// The largest z is subtracted from all: the quotient stays the same, and no exponential is beyond a number's range.
fn softmax(input: &Tensor) -> Result<Tensor, LayerError> {
    let Some(&length) = input.shape().last() else {
        let expected = "softmax takes at least one axis, and runs along the last";
        return Err(LayerError::rank("input", input.shape(), expected));
    };
    let mut output = Vec::with_capacity(input.len());
    for lane in numbers(input).chunks(length.max(1)) {
        let largest = f64::from(lane.iter().copied().fold(f32::NEG_INFINITY, f32::max));
        let power = |z: f32| libm::exp(f64::from(z) - largest);
        let sum = lane.iter().fold(0.0, |sum, &z| sum + power(z));
        output.extend(lane.iter().map(|&z| (power(z) / sum) as f32));
    }
    Ok(tensor(input.shape(), output))
}

fn softmax_gradient(output: &Tensor, output_gradient: &Tensor) -> Tensor {
    let length = output.shape().last().map_or(1, |&length| length.max(1));
    let mut gradient = Vec::with_capacity(output.len());
    for (y, g) in numbers(output).chunks(length).zip(numbers(output_gradient).chunks(length)) {
        let pairs = || y.iter().zip(g).map(|(&y, &g)| (f64::from(y), f64::from(g)));
        let mean = pairs().fold(0.0, |sum, (y, g)| sum + g * y);
        gradient.extend(pairs().map(|(y, g)| (y * (g - mean)) as f32));
    }
    tensor(output.shape(), gradient)
}

#[cfg(test)]
mod tests {
    use ndarray::array;

    use super::*;

    /// `torch.nn.functional.<name>(torch.tensor(z))` and its derivative, where they are known in closed form.
    #[test]
    fn corners_are_those_of_pytorch() {
        let leaky = Activation::LeakyRelu { negative_slope: 0.25 };
        for (activation, z, y, slope) in [
            (Activation::Relu, 0.0, 0.0, 0.0),
            (leaky, 0.0, 0.0, 0.25),
            (leaky, -8.0, -2.0, 0.25),
            (Activation::Elu { alpha: 2.0 }, 0.0, 0.0, 2.0),
            (Activation::Elu { alpha: 1.0 }, 3.0, 3.0, 1.0),
            (Activation::Sigmoid, 0.0, 0.5, 0.25),
            (Activation::Sigmoid, -800.0, 0.0, 0.0),
            (Activation::Tanh, 0.0, 0.0, 1.0),
            (Activation::Tanh, 1e30, 1.0, 0.0),
            (Activation::Gelu, 0.0, 0.0, 0.5),
            (Activation::Gelu, 40.0, 40.0, 1.0),
            (Activation::Silu, 0.0, 0.0, 0.5),
            (Activation::Silu, -1e38, 0.0, 0.0),
            (Activation::Softplus, 0.0, std::f32::consts::LN_2, 0.5),
            (Activation::Softplus, 1e30, 1e30, 1.0),
            (Activation::Identity, -3.0, -3.0, 1.0),
        ] {
            let z = array![z].into_dyn();
            assert_eq!(activation.forward(&z), Ok(array![y].into_dyn()), "{activation:?} of {z}");
            let gradient = activation.backward(&z, &array![1.0].into_dyn());
            assert_eq!(gradient, Ok(array![slope].into_dyn()), "{activation:?} at {z}");
        }
    }

    #[test]
    fn softmax_holds_at_the_edges() {
        let softmax = |z: Tensor| Activation::Softmax.forward(&z).unwrap();
        assert_eq!(softmax(array![3e38, 3e38].into_dyn()), array![0.5, 0.5].into_dyn());
        assert_eq!(softmax(array![-3e38, 3e38].into_dyn()), array![0.0, 1.0].into_dyn());
        assert_eq!(softmax(Tensor::zeros(vec![2, 0])), Tensor::zeros(vec![2, 0]));
        assert!(Activation::Softmax.forward(&Tensor::zeros(vec![])).is_err());
    }
}
