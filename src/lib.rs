//! Layerscope
pub mod explain;
