//! The non-linearities, by the names that they have in addresses: those of `torch.nn.functional`.

use super::control::Choice;
use crate::layers::Activation;

/// The name of no non-linearity.
const NONE: &str = "none";

/// Every non-linearity that can be chosen; the last looks at all numbers of a layer together.
pub const CHOICES: [Choice; 8] = [
    Choice::new(NONE, "none", "the sum as it is"),
    Choice::new("relu", "ReLU", "negative sums become 0"),
    Choice::new("leaky_relu", "leaky ReLU", "negative sums become a hundredth"),
    Choice::new("sigmoid", "sigmoid", "squeezed between 0 and 1"),
    Choice::new("tanh", "tanh", "squeezed between −1 and 1"),
    Choice::new("gelu", "GELU", "z · Φ(z)"),
    Choice::new("silu", "SiLU", "z · sigmoid(z)"),
    Choice::new("softmax", "softmax", "shares of 1: each output depends on all sums"),
];

/// Those that look at each number by itself.
pub fn pointwise() -> Vec<Choice> {
    CHOICES[..7].to_vec()
}

/// The non-linearity of that name.
pub fn named(name: &str) -> Activation {
    match name {
        "relu" => Activation::Relu,
        "leaky_relu" => Activation::LeakyRelu { negative_slope: Activation::NEGATIVE_SLOPE },
        "sigmoid" => Activation::Sigmoid,
        "tanh" => Activation::Tanh,
        "gelu" => Activation::Gelu,
        "silu" => Activation::Silu,
        "softmax" => Activation::Softmax,
        _ => Activation::Identity,
    }
}

/// Its function in `torch.nn.functional`; nothing where the sum stays as it is.
pub fn function(name: &str) -> Option<&'static str> {
    CHOICES.iter().map(|choice| choice.value).find(|known| *known == name && *known != NONE)
}
