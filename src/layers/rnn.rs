//! The basic recurrent layer.

use super::Activation;
use super::recurrent::{Equation, Matrix, Recurrent, Term, Vector};

/// The basic recurrent layer (Elman network): the hidden state is made from the input and from itself.
///
/// `h_t = tanh(W_x x_t + W_h h_{t−1} + b)`
///
/// # Shapes
/// W_x `[H, I]`, W_h `[H, H]`, b `[H]`; see [`Recurrent`].
///
/// # Errors
/// See [`Recurrent`].
///
/// Source: `torch.nn.RNN`, whose second bias adds to the first.
///
/// ```
/// use layerscope::layers::{Activation, Rnn, Weights};
/// use ndarray::array;
/// let rnn = Rnn::new(Activation::Relu);
/// let weights = [array![[1.0]], array![[0.5]]].map(|weight| Weights { weight: weight.into_dyn(), bias: None });
/// let x = array![[[1.0]], [[0.0]], [[0.0]]].into_dyn();
/// let unrolled = rnn.sequence(&weights, &x, &rnn.zero_state(1, 1))?;
/// assert_eq!(unrolled.vectors[0], array![[[1.0]], [[0.5]], [[0.25]]].into_dyn());
/// # Ok::<(), layerscope::layers::LayerError>(())
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Rnn;

impl Rnn {
    /// Its rows in stacked weights: one block.
    pub const GATES: usize = 1;

    /// The layer with a non-linearity: tanh, as the lecture has it, or ReLU.
    #[expect(clippy::new_ret_no_self, reason = "an RNN is a recurrent layer with this equation")]
    pub fn new(activation: Activation) -> Recurrent {
        let terms = [Term::Linear(0, Vector::Input), Term::Linear(1, Vector::Before(0))];
        Recurrent {
            equations: vec![Equation::new("hidden", "h", activation, &terms)],
            matrices: vec![
                Matrix::of_input("input-weight", "x", "bias"),
                Matrix { name: "state-weight", letter: "W", mark: "h", bias: "state-bias" },
            ],
            states: vec![0],
        }
    }
}
