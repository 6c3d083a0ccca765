//! What blocks compute on: pictures, bundled and the reader's own; handwritten digits.

pub mod digits;
pub mod pictures;
pub mod random;
