//! What blocks compute on: pictures, bundled and the reader's own; handwritten digits, and a network that was trained on them.

pub mod digits;
pub mod files;
pub mod pictures;
pub mod random;
pub mod safetensors;
pub mod trained;
