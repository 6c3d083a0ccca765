//! Why a request gets no answer.

use thiserror::Error;

use super::limits::{MAX_ELEMENTS, MAX_MULTIPLICATIONS};
use crate::explain::listed;
use crate::layers::LayerError;

/// Why a request gets no answer, as it is thrown to whoever asked.
#[derive(Clone, PartialEq, Eq, Debug, Error)]
#[error("{message}")]
pub struct ComputeError {
    /// The kind of error: one of [`CODES`](Self::CODES).
    pub code: &'static str,
    /// Names the key, what it got and what it takes.
    pub message: String,
}

impl ComputeError {
    /// Every code: tensors that do not fit each other; a number or a name out of range; a layer that there is not; a
    /// request beyond the limits; a request that is none.
    pub const CODES: [&str; 5] = ["shape", "value", "unsupported", "too_large", "syntax"];

    pub(super) fn shape(message: String) -> Self {
        Self { code: "shape", message }
    }

    pub(super) fn value(message: String) -> Self {
        Self { code: "value", message }
    }

    pub(super) fn unsupported(message: String) -> Self {
        Self { code: "unsupported", message }
    }

    pub(super) fn too_large(message: String) -> Self {
        Self { code: "too_large", message }
    }

    pub(super) fn syntax(message: String) -> Self {
        Self { code: "syntax", message }
    }
}

impl From<LayerError> for ComputeError {
    fn from(error: LayerError) -> Self {
        Self { code: error.code(), message: error.to_string() }
    }
}

/// Checks a tensor's size against the limit.
pub(super) fn expect_elements(key: &str, shape: &[usize]) -> Result<(), ComputeError> {
    let elements = shape.iter().fold(1_usize, |elements, &length| elements.saturating_mul(length.max(1)));
    if elements <= MAX_ELEMENTS {
        return Ok(());
    }
    let message = format!("{key} would have shape [{}]; a tensor takes at most {MAX_ELEMENTS} numbers", listed(shape));
    Err(ComputeError::too_large(message))
}

/// Checks the amount of work against the limit.
pub(super) fn expect_multiplications(multiplications: u64) -> Result<(), ComputeError> {
    if multiplications <= MAX_MULTIPLICATIONS {
        return Ok(());
    }
    let message =
        format!("the request takes {multiplications} multiplications; one request takes at most {MAX_MULTIPLICATIONS}");
    Err(ComputeError::too_large(message))
}
