//! What the convolution blocks have in common: fills, senses, passes, and how they are told.

pub mod convolved;
pub mod stages;

pub use convolved::Convolved;

use super::control::Choice;
use super::fields::words;
use crate::explain::cell_number;
use crate::layers::PaddingMode;

words! {
    /// What padded cells hold.
    Fill {
        Zeros = "zeros",
        Constant = "constant",
        Replicate = "replicate",
        Symmetric = "symmetric",
        Circular = "circular",
        Reflect = "reflect",
    }
}

impl Fill {
    /// The fills, with the names that PyTorch and NumPy give them.
    pub const CHOICES: [Choice; 6] = [
        Choice::new("zeros", "zeros", "0 beyond the ends: PyTorch zeros, NumPy constant"),
        Choice::new("constant", "constant c", "a number of your choice beyond the ends: NumPy constant"),
        Choice::new("replicate", "replicate", "the last value goes on: PyTorch replicate, NumPy edge"),
        Choice::new("symmetric", "symmetric", "mirrored, the last value twice: NumPy symmetric"),
        Choice::new("circular", "circular", "goes on at the other end: PyTorch circular, NumPy wrap"),
        Choice::new("reflect", "reflect", "mirrored at the last value: PyTorch and NumPy reflect"),
    ];

    /// The layer's mode; `constant` is the number of [`Fill::Constant`].
    pub fn mode(self, constant: f64) -> PaddingMode {
        match self {
            Self::Zeros => PaddingMode::Zeros,
            Self::Constant => PaddingMode::Constant(constant as f32),
            Self::Replicate => PaddingMode::Replicate,
            Self::Symmetric => PaddingMode::Symmetric,
            Self::Circular => PaddingMode::Circular,
            Self::Reflect => PaddingMode::Reflect,
        }
    }
}

words! {
    /// Which way the picture is read.
    Pass {
        Forward = "forward",
        Backward = "backward",
    }
}

impl Pass {
    /// Both ways.
    pub const CHOICES: [Choice; 2] = [
        Choice::new("forward", "forward", "from the input to the output"),
        Choice::new(
            "backward",
            "backward",
            "from the gradient of the loss by the output to those by input and weights",
        ),
    ];
}

/// A number as it is added: `+ b = 0.5`, `− b = 1`.
pub fn with_sign(name: &str, value: f32) -> String {
    format!("{} {name}{}", if value < 0.0 { "−" } else { "+" }, cell_number(value.abs(), 5))
}
