//! The mathematics: what each layer computes, forward and backward, and why each of its numbers is what it is.
//!
//! Written to be read beside the lecture. This is the definition: whatever is faster is checked against it.

mod activation;
mod conv;
mod error;
mod padding;
mod window;

pub use activation::Activation;
pub use conv::{Conv, ConvGradients, ConvStages, Extent};
pub use error::LayerError;
pub use padding::{Padding, PaddingMode};
pub use window::Window;

/// An array of single-precision numbers with any number of axes.
pub type Tensor = ndarray::ArrayD<f32>;

/// Checks a tensor's shape.
fn expect_shape(tensor: &'static str, got: &[usize], expected: &[usize]) -> Result<(), LayerError> {
    if got == expected {
        return Ok(());
    }
    Err(LayerError::Shape { tensor, got: got.to_vec(), expected: expected.to_vec() })
}
