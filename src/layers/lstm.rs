//! Long short-term memory.

use super::Activation;
use super::recurrent::Factor::{self, Of};
use super::recurrent::Term::{Linear, Product};
use super::recurrent::{Equation, Matrix, Recurrent, Vector};

// What the equations give, in their order.
const FORGET: Factor = Of(Vector::Made(0));
const INPUT: Factor = Of(Vector::Made(1));
const CANDIDATE: Factor = Of(Vector::Made(2));
const CELL: Factor = Of(Vector::Made(3));
const OUTPUT: Factor = Of(Vector::Made(4));
const SHOWN: Factor = Of(Vector::Made(5));

/// Its weights, gate by gate as PyTorch stacks them: what the input is multiplied with, and the state.
const MATRICES: [Matrix; 8] = [
    Matrix::of_input("input-gate-weight", "i", "input-gate-bias"),
    Matrix::of_state("input-gate-state-weight", "i", "input-gate-state-bias"),
    Matrix::of_input("forget-weight", "f", "forget-bias"),
    Matrix::of_state("forget-state-weight", "f", "forget-state-bias"),
    Matrix::of_input("candidate-weight", "c", "candidate-bias"),
    Matrix::of_state("candidate-state-weight", "c", "candidate-state-bias"),
    Matrix::of_input("output-gate-weight", "o", "output-gate-bias"),
    Matrix::of_state("output-gate-state-weight", "o", "output-gate-state-bias"),
];

/// Long short-term memory: a cell state beside the hidden state, and three gates that decide what it forgets, takes in and shows.
///
/// - forget gate `f_t = σ(W_f x_t + U_f h_{t−1} + b_f)`
/// - input gate `i_t = σ(W_i x_t + U_i h_{t−1} + b_i)`
/// - candidate `c̃_t = tanh(W_c x_t + U_c h_{t−1} + b_c)`
/// - cell state `c_t = f_t ∘ c_{t−1} + i_t ∘ c̃_t`
/// - output gate `o_t = σ(W_o x_t + U_o h_{t−1} + b_o)`
/// - hidden state `h_t = o_t ∘ tanh(c_t)`
///
/// W and U side by side are the one matrix that the lecture multiplies with the concatenation of x_t and h_{t−1}.
///
/// # Shapes
/// every W `[H, I]`, every U `[H, H]`; states h and c `[B, H]`; see [`Recurrent`].
///
/// # Errors
/// See [`Recurrent`].
///
/// Source: S. Hochreiter, J. Schmidhuber, "Long Short-Term Memory", 1997; F. Gers, J. Schmidhuber, F. Cummins, "Learning to Forget",
/// 2000; `torch.nn.LSTM`.
///
/// With the forget gate open and the input gate shut, a cell keeps what it holds:
///
/// ```
/// use layerscope::layers::{Lstm, Weights};
/// use ndarray::{arr1, arr2, array};
/// let lstm = Lstm::new();
/// let weights = lstm.matrices.iter().map(|matrix| {
///     let bias = match matrix.bias {
///         "forget-bias" | "output-gate-bias" => 20.0,
///         "input-gate-bias" => -20.0,
///         _ => 0.0,
///     };
///     Weights { weight: arr2(&[[0.0]]).into_dyn(), bias: Some(arr1(&[bias]).into_dyn()) }
/// });
/// let (input, h, c) = (array![[[3.0]], [[-5.0]]].into_dyn(), array![[0.0]].into_dyn(), array![[0.5]].into_dyn());
/// let unrolled = lstm.sequence(&weights.collect::<Vec<_>>(), &input, &[h, c])?;
/// assert_eq!(unrolled.vectors[lstm.place("cell")], array![[[0.5]], [[0.5]]].into_dyn());
/// # Ok::<(), layerscope::layers::LayerError>(())
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Lstm;

impl Lstm {
    /// Its gates as PyTorch stacks them: input, forget, candidate, output. Matrices come in this order.
    pub const GATES: usize = 4;

    /// The layer.
    #[expect(clippy::new_ret_no_self, reason = "an LSTM is a recurrent layer with these equations")]
    pub fn new() -> Recurrent {
        let gate = |name, letter, activation, gate: usize| {
            let terms = [Linear(2 * gate, Vector::Input), Linear(2 * gate + 1, Vector::Before(0))];
            Equation::new(name, letter, activation, &terms)
        };
        Recurrent {
            equations: vec![
                gate("forget", "f", Activation::Sigmoid, 1),
                gate("input-gate", "i", Activation::Sigmoid, 0),
                gate("candidate", "c̃", Activation::Tanh, 2),
                Equation::new(
                    "cell",
                    "c",
                    Activation::Identity,
                    &[Product(&[FORGET, Of(Vector::Before(1))]), Product(&[INPUT, CANDIDATE])],
                ),
                gate("output-gate", "o", Activation::Sigmoid, 3),
                Equation::new("shown", "m", Activation::Tanh, &[Product(&[CELL])]),
                Equation::new("hidden", "h", Activation::Identity, &[Product(&[OUTPUT, SHOWN])]),
            ],
            matrices: MATRICES.to_vec(),
            states: vec![6, 3],
        }
    }
}
