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
    let request = json::read(request).map_err(|why| json::error("syntax", &format!("the request {why}")))?;
    let answer = crate::compute::compute(&request).map_err(|error| json::error(error.code, &error.message))?;
    match json::write(&answer) {
        answer if answer.is_null() => {
            Err(json::error("too_large", "the answer is longer than JavaScript's text may be"))
        }
        answer => Ok(answer),
    }
}

/// Every block, with its settings' names, kinds, defaults, presets, and ranges: each the widest that the default and the presets allow,
/// for what is legal depends on the other settings.
#[wasm_bindgen]
pub fn blocks() -> JsValue {
    json::write(&crate::blocks::describe_all())
}
