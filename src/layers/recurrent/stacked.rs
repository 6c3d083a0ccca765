//! The weights of a recurrent layer as PyTorch keeps them.

use super::Weights;
use crate::layers::{LayerError, Tensor, expect_shape, numbers, one_after_another, tensor};

/// The weights of all gates in one tensor, one gate's rows below those of the other.
///
/// # Shapes
/// For G gates, I numbers in a step and H in the hidden state: `weight_ih` `[G·H, I]`, `weight_hh` `[G·H, H]`, each bias
/// `[G·H]`.
///
/// Source: `torch.nn.RNN`, `torch.nn.LSTM`, `torch.nn.GRU`, whose names for one layer these are, without `_l0`.
///
/// ```
/// use layerscope::layers::{Gru, Stacked};
/// use ndarray::array;
/// let weight_ih = array![[1.0], [2.0], [3.0]].into_dyn();
/// let stacked = Stacked { weight_hh: &weight_ih * 10.0, weight_ih, bias_ih: None, bias_hh: None };
/// let weights = stacked.split(Gru::GATES)?;
/// assert_eq!(weights.iter().map(|weights| weights.weight[[0, 0]]).collect::<Vec<_>>(), [1.0, 10.0, 2.0, 20.0, 3.0, 30.0]);
/// assert_eq!(Stacked::join(&weights), stacked);
/// # Ok::<(), layerscope::layers::LayerError>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Stacked {
    /// What the input is multiplied with.
    pub weight_ih: Tensor,
    /// What the hidden state is multiplied with.
    pub weight_hh: Tensor,
    /// The biases of the first.
    pub bias_ih: Option<Tensor>,
    /// The biases of the second.
    pub bias_hh: Option<Tensor>,
}

impl Stacked {
    /// How many numbers the hidden state has.
    ///
    /// # Errors
    /// Where the tensors do not fit each other.
    pub fn hidden(&self, gates: usize) -> Result<usize, LayerError> {
        let axes = |tensor, weight: &Tensor| match *weight.shape() {
            [_, columns] => Ok(columns),
            _ => {
                let expected = "it takes the rows of every gate, and columns";
                Err(LayerError::rank(tensor, weight.shape(), expected))
            }
        };
        let (inputs, hidden) = (axes("weight_ih", &self.weight_ih)?, axes("weight_hh", &self.weight_hh)?);
        let rows = hidden.saturating_mul(gates);
        expect_shape("weight_hh", self.weight_hh.shape(), &[rows, hidden])?;
        expect_shape("weight_ih", self.weight_ih.shape(), &[rows, inputs])?;
        for (key, bias) in [("bias_ih", &self.bias_ih), ("bias_hh", &self.bias_hh)] {
            bias.as_ref().map_or(Ok(()), |bias| expect_shape(key, bias.shape(), &[rows]))?;
        }
        Ok(hidden)
    }

    /// The weights of each gate: what the input is multiplied with, then what the state is, in the order of the rows.
    ///
    /// # Errors
    /// As [`hidden`](Self::hidden).
    pub fn split(&self, gates: usize) -> Result<Vec<Weights>, LayerError> {
        let hidden = self.hidden(gates)?;
        let rows = |stacked: &Tensor, gate: usize| {
            let shape = [&[hidden], &stacked.shape()[1..]].concat();
            let count = shape.iter().product();
            tensor(&shape, numbers(stacked)[gate * count..][..count].to_vec())
        };
        let of = |gate: usize, weight: &Tensor, bias: &Option<Tensor>| Weights {
            weight: rows(weight, gate),
            bias: bias.as_ref().map(|bias| rows(bias, gate)),
        };
        let both = |gate| [of(gate, &self.weight_ih, &self.bias_ih), of(gate, &self.weight_hh, &self.bias_hh)];
        Ok((0..gates).flat_map(both).collect())
    }

    /// What [`split`](Self::split) took apart, such as the gradients by it.
    pub fn join(weights: &[Weights]) -> Self {
        let joined = |first: usize, of: &dyn Fn(&Weights) -> Option<&Tensor>| {
            let tensors: Option<Vec<&Tensor>> = weights.iter().skip(first).step_by(2).map(of).collect();
            tensors.map(|tensors| one_after_another(&tensors))
        };
        let weight = |first| joined(first, &|weights| Some(&weights.weight)).unwrap_or_default();
        let bias = |first| joined(first, &|weights| weights.bias.as_ref());
        Self { weight_ih: weight(0), weight_hh: weight(1), bias_ih: bias(0), bias_hh: bias(1) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_does_not_fit_says_why() {
        let zeros = |shape: &[usize]| Tensor::zeros(shape);
        let fits = || Stacked {
            weight_ih: zeros(&[6, 4]),
            weight_hh: zeros(&[6, 2]),
            bias_ih: Some(zeros(&[6])),
            bias_hh: None,
        };
        assert_eq!(fits().hidden(3), Ok(2));
        for (stacked, sentence) in [
            (Stacked { weight_hh: zeros(&[6, 3]), ..fits() }, "weight_hh has shape [6, 3]; it must be [9, 3]"),
            (
                Stacked { weight_hh: zeros(&[6]), ..fits() },
                "weight_hh has shape [6]; it takes the rows of every gate, and columns",
            ),
            (Stacked { weight_ih: zeros(&[2, 4]), ..fits() }, "weight_ih has shape [2, 4]; it must be [6, 4]"),
            (Stacked { bias_ih: Some(zeros(&[2])), ..fits() }, "bias_ih has shape [2]; it must be [6]"),
            (Stacked { bias_hh: Some(zeros(&[6, 1])), ..fits() }, "bias_hh has shape [6, 1]; it must be [6]"),
        ] {
            assert_eq!(stacked.split(3).expect_err(sentence).to_string(), sentence);
        }
    }

    #[test]
    fn layers_without_numbers_have_weights_too() {
        for (inputs, hidden) in [(0, 2), (2, 0), (0, 0)] {
            let zeros = |columns| Tensor::zeros(vec![4 * hidden, columns]);
            let bias = Some(Tensor::zeros(vec![4 * hidden]));
            let stacked = Stacked { weight_ih: zeros(inputs), weight_hh: zeros(hidden), bias_ih: bias, bias_hh: None };
            let weights = stacked.split(4).expect("shapes fit");
            assert_eq!((weights.len(), Stacked::join(&weights)), (8, stacked));
        }
    }
}
