//! Gated recurrent units.

use super::Activation;
use super::recurrent::{Equation, Factor, Matrix, Recurrent, Term, Vector};

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
        let before = Vector::Before(0);
        let [reset_gate, update_gate, inner, new] = [0, 1, 2, 3].map(Vector::Made);
        let equation = |name, letter, activation, terms| Equation { name, letter, activation, terms, pinned: None };
        let gate = |gate: usize| vec![Term::Linear(2 * gate, Vector::Input), Term::Linear(2 * gate + 1, before)];
        let product = |a, b| Term::Product(vec![a, Factor::Of(b)]);
        let reset = |of| product(Factor::Of(reset_gate), of);
        let (name, letter, first, with_reset) = match reset_after {
            true => ("recalled", "q", Term::Linear(5, before), reset(inner)),
            false => ("reset-state", "s", reset(before), Term::Linear(5, inner)),
        };
        let (to_new, to_old) = match update {
            UpdateGate::KeepsOld => (Factor::Rest(update_gate), Factor::Of(update_gate)),
            UpdateGate::TakesNew => (Factor::Of(update_gate), Factor::Rest(update_gate)),
        };
        Recurrent {
            equations: vec![
                equation("reset", "r", Activation::Sigmoid, gate(0)),
                equation("update", "z", Activation::Sigmoid, gate(1)),
                equation(name, letter, Activation::Identity, vec![first]),
                equation("new", "n", Activation::Tanh, vec![Term::Linear(4, Vector::Input), with_reset]),
                equation("hidden", "h", Activation::Identity, vec![product(to_new, new), product(to_old, before)]),
            ],
            matrices: vec![
                Matrix::of_input("reset-weight", "r", "reset-bias"),
                Matrix::of_state("reset-state-weight", "r", "reset-state-bias"),
                Matrix::of_input("update-weight", "z", "update-bias"),
                Matrix::of_state("update-state-weight", "z", "update-state-bias"),
                Matrix::of_input("new-weight", "n", "new-bias"),
                Matrix::of_state("new-state-weight", "n", "new-state-bias"),
            ],
            states: vec![4],
        }
    }
}
