//! Plain objects of JavaScript to and from JSON.

use js_sys::{ArrayBuffer, Error, Function, JSON, Reflect};
use serde_json::Value;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};

/// A plain object as JSON text; typed arrays count as lists. Nothing for what cannot be written, such as a circle.
pub fn text(value: &JsValue) -> Option<String> {
    let list_of_typed = Closure::<dyn Fn(JsValue, JsValue) -> JsValue>::new(|_, value: JsValue| {
        if ArrayBuffer::is_view(&value) { js_sys::Array::from(&value).into() } else { value }
    });
    let replacer: &Function = list_of_typed.as_ref().unchecked_ref();
    JSON::stringify_with_replacer(value, replacer).ok()?.as_string()
}

/// A plain object as a JSON value.
pub fn read(value: &JsValue) -> Option<Value> {
    serde_json::from_str(&text(value)?).ok()
}

/// A JSON value as a plain object.
pub fn write(value: &Value) -> JsValue {
    JSON::parse(&value.to_string()).unwrap_or_default()
}

/// An `Error` with a code.
pub fn error(code: &str, message: &str) -> JsValue {
    let error = Error::new(message);
    // Setting a property of a fresh object cannot fail.
    let _ = Reflect::set(&error, &"code".into(), &code.into());
    error.into()
}
