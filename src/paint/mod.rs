//! A scene onto a canvas, or into SVG text. Both paint the same [`Scene`](crate::scene::Scene), shape by shape.

#[cfg(target_arch = "wasm32")]
pub mod canvas;
mod geometry;
mod png;
pub mod svg;
