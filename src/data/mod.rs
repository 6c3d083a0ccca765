//! What blocks compute on: pictures, bundled and the reader's own.

pub mod pictures;
