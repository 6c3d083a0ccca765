//! A scene onto a canvas, or into SVG text. Both paint the same [`Scene`](crate::scene::Scene), shape by shape.

#[cfg(target_arch = "wasm32")]
pub mod canvas;
mod geometry;
#[cfg(not(target_arch = "wasm32"))]
mod png;
pub mod svg;

// A bitmap as an address that holds it: a browser has a PNG encoder of its own.
#[cfg(target_arch = "wasm32")]
use canvas::data_uri;
#[cfg(not(target_arch = "wasm32"))]
use png::data_uri;
