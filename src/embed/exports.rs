//! What scripts call, in browsers and in Node.

use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

use super::json;

/// Answers a request with what a layer computes: see [`crate::compute::compute`].
///
/// # Errors
/// An `Error` with a `code` (shape, value, unsupported, too_large, syntax) and a message.
#[wasm_bindgen]
pub fn compute(request: &JsValue) -> Result<JsValue, JsValue> {
    let request = json::read(request).ok_or_else(|| json::error("syntax", "the request is not a plain object"))?;
    match crate::compute::compute(&request) {
        Ok(answer) => Ok(json::write(&answer)),
        Err(error) => Err(json::error(error.code, &error.message)),
    }
}

/// Every block, with its settings' names, kinds, defaults, ranges and presets.
#[wasm_bindgen]
pub fn blocks() -> JsValue {
    json::write(&crate::blocks::describe_all())
}
