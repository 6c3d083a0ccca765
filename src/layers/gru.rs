//! Gated recurrent units.

use super::Activation;
use super::recurrent::Factor::{self, Of, Rest};
use super::recurrent::Term::{self, Linear, Product};
use super::recurrent::{Equation, Matrix, Recurrent, Vector};

// What the equations read: the state before, and what those before them give.
const BEFORE: Vector = Vector::Before(0);
const RESET: Factor = Of(Vector::Made(0));
const UPDATE: Vector = Vector::Made(1);
const INNER: Vector = Vector::Made(2);
const NEW: Factor = Of(Vector::Made(3));

/// Its weights, gate by gate as PyTorch stacks them: what the input is multiplied with, and the state.
const MATRICES: [Matrix; 6] = [
    Matrix::of_input("reset-weight", "r", "reset-bias"),
    Matrix::of_state("reset-state-weight", "r", "reset-state-bias"),
    Matrix::of_input("update-weight", "z", "update-bias"),
    Matrix::of_state("update-state-weight", "z", "update-state-bias"),
    Matrix::of_input("new-weight", "n", "new-bias"),
    Matrix::of_state("new-state-weight", "n", "new-state-bias"),
];

/// Gated recurrent units: one hidden state, a gate that resets it, and one that mixes the old with the new.
///
/// - reset gate `r_t = σ(W_r x_t + U_r h_{t−1} + b_r)`
/// - update gate `z_t = σ(W_z x_t + U_z h_{t−1} + b_z)`
/// - new state `n_t = tanh(W_n x_t + b_n + r_t ∘ (U_n h_{t−1} + b_q))`, or, as first published, with the reset before the
///   product: `n_t = tanh(W_n x_t + U_n (r_t ∘ h_{t−1}) + b_n)`
/// - hidden state `h_t = (1 − z_t) ∘ n_t + z_t ∘ h_{t−1}`
///
/// # Shapes
/// every W `[H, I]`, every U `[H, H]`; see [`Recurrent`].
///
/// # Errors
/// See [`Recurrent`].
///
/// Source: K. Cho et al., "Learning Phrase Representations using RNN Encoder–Decoder for Statistical Machine Translation", 2014;
/// `torch.nn.GRU`, which resets after the product.
///
/// Without weights both gates are half open, and there is nothing new: half of the old state stays.
///
/// ```
/// use layerscope::layers::{Gru, UpdateGate, Weights};
/// use ndarray::{arr2, array};
/// let gru = Gru::new(true, UpdateGate::KeepsOld);
/// let weights = gru.matrices.iter().map(|_| Weights { weight: arr2(&[[0.0]]).into_dyn(), bias: None });
/// let (input, h) = (array![[[3.0]], [[-5.0]]].into_dyn(), array![[1.0]].into_dyn());
/// let unrolled = gru.sequence(&weights.collect::<Vec<_>>(), &input, &[h])?;
/// assert_eq!(unrolled.vectors[gru.place("hidden")], array![[[0.5]], [[0.25]]].into_dyn());
/// # Ok::<(), layerscope::layers::LayerError>(())
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Gru;

/// Which part the update gate is given to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum UpdateGate {
    /// h = (1 − z) ∘ n + z ∘ h′: Cho's paper and PyTorch.
    #[default]
    KeepsOld,
    /// h = z ∘ n + (1 − z) ∘ h′: the lecture.
    TakesNew,
}

impl Gru {
    /// Its gates as PyTorch stacks them: reset, update, new state. Matrices come in this order.
    pub const GATES: usize = 3;

    /// The layer; `reset_after`: the reset gate acts behind the product with the weights, not in front of it.
    #[expect(clippy::new_ret_no_self, reason = "a GRU is a recurrent layer with these equations")]
    pub fn new(reset_after: bool, update: UpdateGate) -> Recurrent {
        let gate = |gate: usize| [Linear(2 * gate, Vector::Input), Linear(2 * gate + 1, BEFORE)];
        let (name, letter, first, with_reset) = match reset_after {
            true => ("recalled", "q", Linear(5, BEFORE), Product(&[RESET, Of(INNER)])),
            false => ("reset-state", "s", Product(&[RESET, Of(BEFORE)]), Linear(5, INNER)),
        };
        let mixed: [Term; 2] = match update {
            UpdateGate::KeepsOld => [Product(&[Rest(UPDATE), NEW]), Product(&[Of(UPDATE), Of(BEFORE)])],
            UpdateGate::TakesNew => [Product(&[Of(UPDATE), NEW]), Product(&[Rest(UPDATE), Of(BEFORE)])],
        };
        Recurrent {
            equations: vec![
                Equation::new("reset", "r", Activation::Sigmoid, &gate(0)),
                Equation::new("update", "z", Activation::Sigmoid, &gate(1)),
                Equation::new(name, letter, Activation::Identity, &[first]),
                Equation::new("new", "n", Activation::Tanh, &[Linear(4, Vector::Input), with_reset]),
                Equation::new("hidden", "h", Activation::Identity, &mixed),
            ],
            matrices: MATRICES.to_vec(),
            states: vec![4],
        }
    }
}
