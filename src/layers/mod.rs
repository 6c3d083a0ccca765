//! The mathematics: what each layer computes, forward and backward, and why each of its numbers is what it is.
//!
//! Written to be read beside the lecture. This is the definition: sums run in the order of the formula, in double precision,
//! and each number is rounded once, to the single precision that the page shows. Whatever is faster is checked against it.
//! The layer that computes a number also says from which others: as an [`Explanation`](crate::explain::Explanation), which
//! evaluates to it.
//!
//! - [`Window`] slides: which cell each tap reads, and which outputs read a cell.
//! - [`Padding`] adds cells around the input; [`PaddingMode`] says what they hold.
//! - [`Conv`], [`Pool`], [`Dense`] and [`Activation`] compute; a [`Network`] is a chain of them.
//! - [`singular_values`], [`spectral_norm`] and [`spectral_radius`] tell how far a matrix stretches, once and again and again.
//! - [`Rnn`], [`Lstm`] and [`Gru`] write down the equations of a step; [`Recurrent`] applies them along a sequence.
//! - [`Graph`] has nodes and edges, and tells how far one is from another: by hops, by walks, by PageRank.
//! - [`Relational`] passes messages along the edges of a graph; [`Gathering`] and [`Normalization`] say what a node makes of them.
//! - [`ReceptiveField`] says how far windows see when they are stacked.
//! - [`ParameterCount`] counts what they learn.
//! - [`Wiring`] sets layers side by side: what each reads, and what becomes of it when the input is moved.
//! - [`CrossEntropy`] and [`MeanSquaredError`] say how wrong a network is; [`Adam`] and [`Sgd`] make it less so, with steps that
//!   [`clip_norm`] keeps short.

mod activation;
mod aggregate;
mod conv;
mod dense;
mod error;
mod gat;
mod gcn;
mod gin;
mod graph;
mod gru;
mod loss;
mod lstm;
mod network;
mod notation;
mod optimizer;
mod padding;
mod parameters;
mod pool;
mod receptive_field;
mod recurrent;
mod region;
mod relational;
mod rnn;
mod sage;
mod spectrum;
mod tensor;
mod window;
mod wiring;

pub use activation::{Activation, Pointwise};
pub use aggregate::Gathering;
pub use conv::{Conv, ConvCells, ConvGradients, ConvStages, Extent, NumberAt};
pub use dense::{Dense, DenseGradients};
pub use error::{LayerError, Misfit};
pub use gat::Attention;
pub use gcn::Normalization;
pub use graph::{Graph, Link};
pub use gru::{Gru, UpdateGate};
pub use loss::{CrossEntropy, MeanSquaredError};
pub use lstm::Lstm;
pub use network::{GradientStages, Layer, LayerGradients, LayerStages, Network, Parameters};
pub(crate) use notation::variables;
pub(crate) use notation::{minus, sum_over};
pub use optimizer::{Adam, Sgd, clip_norm};
pub use padding::{Padding, PaddingMode};
pub use parameters::ParameterCount;
pub(crate) use pool::MIN;
pub use pool::{Pool, Pooling};
pub use receptive_field::{FieldRow, ReceptiveField, Sliding};
pub use recurrent::{
    Equation, Factor, Matrix, Quantity, Recurrent, RecurrentGradients, RecurrentStages, Stacked, Term, Unrolled,
    Vector, Weights,
};
pub use region::Region;
pub use relational::{Array, Forward, Making, Relational, RelationalStages, Summand};
pub use rnn::Rnn;
pub use spectrum::{singular_values, spectral_norm, spectral_radius};
pub(crate) use tensor::{numbers, one_after_another, rounded, tensor, tensor_from};
pub use window::Window;
pub use wiring::{Order, Wiring};

/// An array of single-precision numbers with any number of axes.
pub type Tensor = ndarray::ArrayD<f32>;

/// Checks a tensor's shape.
pub(crate) fn expect_shape(tensor: &'static str, got: &[usize], expected: &[usize]) -> Result<(), LayerError> {
    if got == expected {
        return Ok(());
    }
    Err(Misfit::Shape { tensor, got: got.to_vec(), expected: expected.to_vec() }.into())
}

/// Checks that two sizes agree.
pub(crate) fn expect_size(what: &'static str, got: usize, expected: usize) -> Result<(), LayerError> {
    if got == expected {
        return Ok(());
    }
    Err(Misfit::Mismatch { what, expected, got }.into())
}

/// Checks that a list has an entry for each axis.
fn expect_axes(key: &'static str, got: usize, axes: usize) -> Result<(), LayerError> {
    if got == axes {
        return Ok(());
    }
    Err(Misfit::Axes { key, got, axes }.into())
}

/// Checks that a tensor of this shape has room in the address space, in double precision.
fn expect_room(tensor: &'static str, shape: &[usize]) -> Result<(), LayerError> {
    // An array without cells has addresses too: an axis of length zero counts as one.
    let bytes = shape.iter().try_fold(size_of::<f64>(), |bytes, &length| bytes.checked_mul(length.max(1)));
    if bytes.is_some_and(|bytes| isize::try_from(bytes).is_ok()) {
        return Ok(());
    }
    Err(Misfit::TooLarge { tensor, shape: shape.to_vec() }.into())
}
