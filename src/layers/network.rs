//! A network: layers in a chain.

mod explain;

pub use explain::{GradientStages, LayerStages};

use super::{Activation, Conv, Dense, LayerError, Misfit, Pool, Tensor, expect_shape, numbers};

/// What a layer has learned.
#[derive(Clone, Debug, PartialEq)]
pub struct Parameters {
    /// The weights, in the shape that the layer takes.
    pub weight: Tensor,
    /// The bias, one for each output channel.
    pub bias: Tensor,
}

/// One link of the chain.
#[derive(Clone, Debug, PartialEq)]
pub enum Layer {
    /// A convolution.
    Conv(Conv, Parameters),
    /// A non-linearity.
    Activation(Activation),
    /// Pooling.
    Pool(Pool),
    /// All numbers of an example in one row: `[N, …]` becomes `[N, ∏ …]`.
    Flatten,
    /// A dense layer.
    Dense(Parameters),
}

/// The gradients of the loss by what one layer was given.
#[derive(Clone, Debug, PartialEq)]
pub struct LayerGradients {
    /// By its input.
    pub input: Tensor,
    /// By its input after padding, where it pads.
    pub padded: Option<Tensor>,
    /// By what it has learned, where it learns.
    pub parameters: Option<Parameters>,
}

/// Layers in a chain: each reads what the one before gives.
///
/// `y = f_L(… f_2(f_1(x)))`; backward, the chain rule from the last layer to the first:
/// `∂E/∂x_l = (∂f_l/∂x_l)ᵀ · ∂E/∂x_{l+1}`
///
/// # Shapes
/// Those of its layers; the first axis is the batch.
///
/// # Errors
/// Those of its layers.
///
/// Source: `torch.nn.Sequential`.
///
/// ```
/// use layerscope::layers::{Activation, Layer, Network, Parameters};
/// use ndarray::array;
/// let weight = array![[1.0, -2.0]].into_dyn();
/// let dense = Layer::Dense(Parameters { weight, bias: array![0.5].into_dyn() });
/// let network = Network { layers: vec![dense, Layer::Activation(Activation::Relu)] };
/// let x = array![[3.0, 1.0]].into_dyn();
/// let outputs = network.forward(&x)?;
/// assert_eq!(outputs, [array![[1.5]].into_dyn(), array![[1.5]].into_dyn()]);
/// let gradients = network.backward(&x, &outputs, &array![[1.0]].into_dyn())?;
/// assert_eq!(gradients[0].input, array![[1.0, -2.0]].into_dyn());
/// # Ok::<(), layerscope::layers::LayerError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Network {
    /// The layers, the one that reads the input first.
    pub layers: Vec<Layer>,
}

impl Layer {
    /// The output.
    ///
    /// # Errors
    /// Those of the layer.
    pub fn forward(&self, input: &Tensor) -> Result<Tensor, LayerError> {
        match self {
            Self::Conv(conv, learned) => conv.forward(input, &learned.weight, Some(&learned.bias)),
            Self::Activation(activation) => activation.forward(input),
            Self::Pool(pool) => pool.forward(input),
            Self::Flatten => reshaped(input, &flat_shape(input.shape())),
            Self::Dense(learned) => Dense.forward(input, &learned.weight, Some(&learned.bias)),
        }
    }

    /// The derivatives of the loss, from its derivative by the output.
    ///
    /// # Errors
    /// Those of the layer, or where `output_gradient` has another shape than the output.
    pub fn backward(&self, input: &Tensor, output_gradient: &Tensor) -> Result<LayerGradients, LayerError> {
        let fixed = |input| LayerGradients { input, padded: None, parameters: None };
        Ok(match self {
            Self::Conv(conv, learned) => {
                let by = conv.backward(input, &learned.weight, output_gradient)?;
                let parameters = Some(Parameters { weight: by.weight, bias: by.bias });
                LayerGradients { input: by.input, padded: Some(by.padded), parameters }
            }
            Self::Activation(activation) => fixed(activation.backward(input, output_gradient)?),
            Self::Pool(pool) => fixed(pool.backward(input, output_gradient)?),
            Self::Flatten => {
                expect_shape("output_gradient", output_gradient.shape(), &flat_shape(input.shape()))?;
                fixed(reshaped(output_gradient, input.shape())?)
            }
            Self::Dense(learned) => {
                let by = Dense.backward(input, &learned.weight, output_gradient)?;
                let parameters = Some(Parameters { weight: by.weight, bias: by.bias });
                LayerGradients { input: by.input, padded: None, parameters }
            }
        })
    }

    /// What the layer has learned; nothing where there is nothing to learn.
    pub fn parameters(&self) -> Option<&Parameters> {
        match self {
            Self::Conv(_, learned) | Self::Dense(learned) => Some(learned),
            Self::Activation(_) | Self::Pool(_) | Self::Flatten => None,
        }
    }

    /// [`parameters`](Self::parameters), for training.
    pub fn parameters_mut(&mut self) -> Option<&mut Parameters> {
        match self {
            Self::Conv(_, learned) | Self::Dense(learned) => Some(learned),
            Self::Activation(_) | Self::Pool(_) | Self::Flatten => None,
        }
    }
}

impl Network {
    /// What every layer gives, the first one first.
    ///
    /// # Errors
    /// Those of the layers.
    pub fn forward(&self, input: &Tensor) -> Result<Vec<Tensor>, LayerError> {
        let mut outputs: Vec<Tensor> = Vec::with_capacity(self.layers.len());
        for layer in &self.layers {
            outputs.push(layer.forward(outputs.last().unwrap_or(input))?);
        }
        Ok(outputs)
    }

    /// The derivatives of the loss by what every layer was given, the first one first; from `outputs`, which
    /// [`forward`](Self::forward) gave, and the derivative by the last of them.
    ///
    /// # Errors
    /// Those of the layers.
    pub fn backward(
        &self,
        input: &Tensor,
        outputs: &[Tensor],
        output_gradient: &Tensor,
    ) -> Result<Vec<LayerGradients>, LayerError> {
        let mut gradients: Vec<LayerGradients> = Vec::with_capacity(self.layers.len());
        let inputs = std::iter::once(input).chain(outputs).take(self.layers.len());
        let inputs: Vec<&Tensor> = inputs.collect();
        for (layer, input) in self.layers.iter().zip(inputs).rev() {
            let upstream = gradients.last().map_or(output_gradient, |above| &above.input);
            gradients.push(layer.backward(input, upstream)?);
        }
        gradients.reverse();
        Ok(gradients)
    }
}

fn flat_shape(shape: &[usize]) -> [usize; 2] {
    let batch = shape.first().copied().unwrap_or(1);
    [batch, shape.iter().skip(1).product()]
}

fn reshaped(tensor: &Tensor, shape: &[usize]) -> Result<Tensor, LayerError> {
    if tensor.len() != shape.iter().product::<usize>() {
        return Err(Misfit::Shape { tensor: "input", got: tensor.shape().to_vec(), expected: shape.to_vec() }.into());
    }
    Ok(super::tensor(shape, numbers(tensor).into_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::layers::{CrossEntropy, Extent, Pooling};

    fn numbers(shape: &[usize], seed: f32) -> Tensor {
        let mut next = seed;
        Tensor::from_shape_simple_fn(shape, || {
            next = (next * 5.7 + 0.83) % 2.0;
            (next - 1.0) * 0.8
        })
    }

    fn small() -> Network {
        let mut conv = Conv::plain(&[3, 3]);
        conv.padding.amounts = conv.windows.iter().map(|window| Extent::Same.amounts(window)).collect();
        let learned =
            |weight: &[usize], seed| Parameters { weight: numbers(weight, seed), bias: numbers(&weight[..1], seed) };
        Network {
            layers: vec![
                Layer::Conv(conv, learned(&[2, 1, 3, 3], 0.2)),
                Layer::Activation(Activation::Tanh),
                Layer::Pool(Pool::plain(Pooling::Average, &[2, 2])),
                Layer::Flatten,
                Layer::Dense(learned(&[3, 8], 0.7)),
            ],
        }
    }

    #[test]
    fn every_gradient_is_the_slope_of_the_loss() {
        let (network, x, classes) = (small(), numbers(&[2, 1, 4, 4], 0.4), [2, 0]);
        let loss = |network: &Network, x: &Tensor| {
            let outputs = network.forward(x).expect("an output");
            f64::from(CrossEntropy.forward(&outputs[4], &classes).expect("a loss"))
        };
        let outputs = network.forward(&x).expect("an output");
        let upstream = CrossEntropy.backward(&outputs[4], &classes).expect("a gradient");
        let gradients = network.backward(&x, &outputs, &upstream).expect("gradients");
        let close = |up: f64, down: f64, gradient: f32| {
            let slope = (up - down) / 0.02;
            assert!((slope - f64::from(gradient)).abs() < 2e-3, "{slope} {gradient}");
        };
        for at in ndarray::indices(x.shape()) {
            let moved = |by: f32| {
                let mut x = x.clone();
                x[&at] += by;
                loss(&network, &x)
            };
            close(moved(0.01), moved(-0.01), gradients[0].input[&at]);
        }
        for layer in [0, 4] {
            let by = gradients[layer].parameters.as_ref().expect("learned");
            for at in ndarray::indices(by.weight.shape()) {
                let moved = |by: f32| {
                    let mut network = network.clone();
                    network.layers[layer].parameters_mut().expect("learned").weight[&at] += by;
                    loss(&network, &x)
                };
                close(moved(0.01), moved(-0.01), by.weight[&at]);
            }
        }
    }

    #[test]
    fn an_empty_chain_and_a_wrong_gradient_do_not_panic() {
        let x = numbers(&[1, 1, 4, 4], 0.4);
        assert!(Network::default().forward(&x).expect("nothing").is_empty());
        assert!(Layer::Flatten.backward(&x, &x).is_err());
        let outputs = small().forward(&x).expect("an output");
        assert!(small().backward(&x, &outputs, &x).is_err());
        assert!(small().backward(&x, &outputs[..2], &outputs[4]).is_err());
    }
}
