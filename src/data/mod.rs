//! What blocks compute on: pictures and volumes, bundled and the reader's own; handwritten digits, and a network that was
//! trained on them; sequences, and the layers with a memory that were trained on them; graphs, bundled and the reader's own.

mod angle;
pub mod digits;
pub mod files;
pub mod graphs;
mod json;
pub mod npy;
pub mod pictures;
pub mod random;
pub mod safetensors;
pub mod seen;
pub mod sequences;
pub mod trained;
pub mod volumes;

pub(crate) use angle::sin_cos;
pub(crate) use json::{json_text, object, read_json};

/// A name that only these bytes have: FNV-1a, a byte at a time, behind [`pictures::OWN`].
fn name_of(bytes: impl Iterator<Item = u8>) -> String {
    let mix = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    format!("{}{:016x}", pictures::OWN, bytes.fold(0xcbf2_9ce4_8422_2325, mix))
}
