//! Layerscope shows how the building blocks of deep networks compute.

#[cfg(target_arch = "wasm32")]
pub mod app;
pub mod blocks;
#[cfg(target_arch = "wasm32")]
pub mod browser;
pub mod compute;
pub mod data;
pub mod embed;
pub mod explain;
pub mod layers;
pub mod paint;
pub mod scene;
pub mod state;
