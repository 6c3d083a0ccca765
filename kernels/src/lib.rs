//! The layers of deep networks, fast: on one thread, with the SIMD instructions that every browser has.
//!
//! A crate of its own, so that Cargo can compile it for speed where the page around it is compiled to be small. It knows slices and
//! sizes, no tensors, settings or errors: whoever calls it (`layerscope::compute`) has checked that they fit, and has something to
//! compute: every length is at least one. A layer's weights are packed once, by `new`; `run` then takes no more memory than its input
//! and output and a little to work in.
//!
//! | file | what is in it |
//! | --- | --- |
//! | [`lanes`] | four numbers at a time: the only place that names instructions |
//! | [`product`] | the tile that most of the time is spent in |
//! | [`dense`] | weighted sums of rows |
//! | [`conv`] | convolution in one to three dimensions, and image filters |
//! | [`winograd`] | convolution with fewer multiplications |
//! | [`pool`] | pooling |
//! | [`sample`] | a convolution at some places only |
//! | [`recurrent`] | layers with a memory |
//! | [`links`] | what nodes make of their neighbours |
//! | [`limit`] | how fast a machine is at all |

mod axis;
pub mod conv;
pub mod dense;
pub mod lanes;
pub mod limit;
pub mod links;
pub mod pool;
pub mod product;
pub mod recurrent;
pub mod sample;
mod separable;
mod smooth;
pub mod winograd;
