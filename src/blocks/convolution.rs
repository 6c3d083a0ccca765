//! What the convolution blocks have in common: fills, passes, and how they are told.

pub mod convolved;
pub mod stages;

pub use convolved::Convolved;

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

/// A number as it is added: `+ b = 0.5`, `− b = 1`.
pub fn with_sign(name: &str, value: f32) -> String {
    format!("{} {name}{}", if value < 0.0 { "−" } else { "+" }, cell_number(value.abs(), 5))
}
