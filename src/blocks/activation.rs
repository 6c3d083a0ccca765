//! The non-linearities, by the names that they have in addresses: those of `torch.nn.functional`.

use super::control::Choice;

/// Those that look at each number by itself.
pub const POINTWISE: [Choice; 7] = [
    Choice::new("none", "none", "the sum as it is"),
    Choice::new("relu", "ReLU", "negative sums become 0"),
    Choice::new("leaky_relu", "leaky ReLU", "negative sums become a hundredth"),
    Choice::new("sigmoid", "sigmoid", "squeezed between 0 and 1"),
    Choice::new("tanh", "tanh", "squeezed between −1 and 1"),
    Choice::new("gelu", "GELU", "z · Φ(z)"),
    Choice::new("silu", "SiLU", "z · sigmoid(z)"),
];

/// Every non-linearity; the last looks at all numbers of a layer together.
pub fn all() -> Vec<Choice> {
    let softmax = Choice::new("softmax", "softmax", "shares of 1: each output depends on all sums");
    [&POINTWISE[..], &[softmax]].concat()
}
