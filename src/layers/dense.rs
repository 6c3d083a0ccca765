//! The dense layer: every output sees every input.

mod explain;

use super::{LayerError, Tensor, expect_room, expect_shape, numbers, rounded, tensor};

const AXES_OF_WEIGHT: &str = "it takes outputs and inputs";
const AXES_OF_INPUT: &str = "it takes at least one axis, the last for the inputs";

/// The dense (fully connected, linear) layer: every output is its own weighted sum of all inputs.
///
/// `y[o] = Σ_i w[o, i] · x[i] + b[o]`
///
/// # Shapes
/// - input `[…, inputs]`: any number of axes in front, each example computed alike
/// - weight `[outputs, inputs]`
/// - bias `[outputs]`
/// - output `[…, outputs]`
///
/// # Errors
/// Every method checks its tensors against each other and says in a [`LayerError`] which numbers disagree.
///
/// Source: `torch.nn.Linear`.
///
/// ```
/// use layerscope::layers::Dense;
/// use ndarray::array;
/// let x = array![[1.0, 2.0]].into_dyn();
/// let w = array![[3.0, 4.0], [0.5, 0.0], [0.0, -1.0]].into_dyn();
/// let b = array![0.0, 10.0, 0.0].into_dyn();
/// assert_eq!(Dense.forward(&x, &w, Some(&b))?, array![[11.0, 10.5, -2.0]].into_dyn());
/// # Ok::<(), layerscope::layers::LayerError>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Dense;

/// The derivatives of the loss by what a dense layer was given.
#[derive(Clone, PartialEq, Debug)]
pub struct DenseGradients {
    /// ∂E/∂x.
    pub input: Tensor,
    /// ∂E/∂w.
    pub weight: Tensor,
    /// ∂E/∂b.
    pub bias: Tensor,
}

impl Dense {
    /// The shape of the output.
    ///
    /// # Errors
    /// Where input and weight do not fit, or the output would not fit memory.
    pub fn output_shape(&self, input: &[usize], weight: &[usize]) -> Result<Vec<usize>, LayerError> {
        let &[outputs, inputs] = weight else {
            return Err(LayerError::rank("weight", weight, AXES_OF_WEIGHT));
        };
        let Some((_, leading)) = input.split_last() else {
            return Err(LayerError::rank("input", input, AXES_OF_INPUT));
        };
        let with_last = |last| [leading, &[last]].concat();
        expect_shape("input", input, &with_last(inputs))?;
        expect_room("output", &with_last(outputs))?;
        Ok(with_last(outputs))
    }

    /// The output.
    ///
    /// # Errors
    /// As [`output_shape`](Self::output_shape), and for a bias of another shape.
    pub fn forward(&self, input: &Tensor, weight: &Tensor, bias: Option<&Tensor>) -> Result<Tensor, LayerError> {
        let shape = self.output_shape(input.shape(), weight.shape())?;
        let [outputs, inputs] = [weight.shape()[0], weight.shape()[1]];
        if let Some(bias) = bias {
            expect_shape("bias", bias.shape(), &[outputs])?;
        }
        let (x, w, bias) = (numbers(input), numbers(weight), bias.map(numbers));
        let output = |place: usize| {
            let (example, o) = (place / outputs, place % outputs);
            let product = |i: usize| f64::from(w[o * inputs + i]) * f64::from(x[example * inputs + i]);
            let sum = (0..inputs).fold(0.0, |sum, i| sum + product(i));
            bias.as_ref().map_or(sum, |bias| sum + f64::from(bias[o])) as f32
        };
        Ok(tensor(&shape, (0..shape.iter().product()).map(output).collect()))
    }

    /// The derivatives of the loss, from its derivative by the output g = ∂E/∂y.
    ///
    /// - `∂E/∂x[i] = Σ_o g[o] · w[o, i]`
    /// - `∂E/∂w[o, i] = Σ g[o] · x[i]`, over all examples
    /// - `∂E/∂b[o] = Σ g[o]`, over all examples
    ///
    /// # Errors
    /// As [`output_shape`](Self::output_shape), and for an output gradient that has not the output's shape.
    pub fn backward(
        &self,
        input: &Tensor,
        weight: &Tensor,
        output_gradient: &Tensor,
    ) -> Result<DenseGradients, LayerError> {
        expect_shape("output_gradient", output_gradient.shape(), &self.output_shape(input.shape(), weight.shape())?)?;
        let [outputs, inputs] = [weight.shape()[0], weight.shape()[1]];
        let (x, w, upstream) = (numbers(input), numbers(weight), numbers(output_gradient));
        let (mut by_x, mut by_w, mut by_b) = (vec![0.0; x.len()], vec![0.0; w.len()], vec![0.0; outputs]);
        for (place, &g) in upstream.iter().enumerate() {
            let (example, o, g) = (place / outputs, place % outputs, f64::from(g));
            by_b[o] += g;
            for i in 0..inputs {
                let (x_at, w_at) = (example * inputs + i, o * inputs + i);
                by_x[x_at] += g * f64::from(w[w_at]);
                by_w[w_at] += g * f64::from(x[x_at]);
            }
        }
        let (weight, bias) = (rounded(weight.shape(), &by_w), rounded(&[outputs], &by_b));
        Ok(DenseGradients { input: rounded(input.shape(), &by_x), weight, bias })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn empty_tensors_are_sums_over_nothing() {
        let bias = ndarray::array![1.0, 2.0].into_dyn();
        for (input, weight) in [([3, 0], [2, 0]), ([0, 3], [2, 3]), ([3, 4], [0, 4])] {
            let (x, w) = (Tensor::zeros(&input[..]), Tensor::zeros(&weight[..]));
            let bias = (weight[0] == 2).then_some(&bias);
            let y = Dense.forward(&x, &w, bias).unwrap();
            assert_eq!(y.shape(), [input[0], weight[0]]);
            assert!(y.rows().into_iter().all(|row| row.iter().copied().eq([1.0, 2.0].into_iter().take(weight[0]))));
            let by = Dense.backward(&x, &w, &y).unwrap();
            assert_eq!((by.input.shape(), by.weight.shape(), by.bias.shape()), (&input[..], &weight[..], &weight[..1]));
        }
    }

    #[test]
    fn what_does_not_fit_says_why() {
        let message = |input: &[usize], weight: &[usize]| Dense.output_shape(input, weight).unwrap_err().to_string();
        assert_eq!(message(&[2, 3], &[4, 2]), "input has shape [2, 3]; it must be [2, 2]");
        assert_eq!(message(&[2, 3], &[4]), "weight has shape [4]; it takes outputs and inputs");
        assert_eq!(message(&[], &[4, 2]), "input has shape []; it takes at least one axis, the last for the inputs");
        assert!(message(&[0, usize::MAX, 1], &[usize::MAX, 1]).contains("too large for memory"));
    }
}
