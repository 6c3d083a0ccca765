//! stub
/// stub
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[error("stub")]
pub struct LayerError;
impl LayerError {
    /// stub
    pub fn code(&self) -> &'static str {
        "shape"
    }
}
