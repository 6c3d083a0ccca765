//! Plain objects of JavaScript to and from JSON.

use js_sys::{Array, ArrayBuffer, Error, Function, JSON, Object, Reflect};
use serde_json::Value;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};

use crate::data::read_json;

/// A plain object as JSON text. Typed arrays count as lists; a number that JSON cannot hold is written as a word, so that whoever
/// reads it can name it.
///
/// # Errors
/// With a sentence, for what cannot be written, such as a circle.
pub fn text(value: &JsValue) -> Result<String, String> {
    let replace = Closure::<dyn Fn(JsValue, JsValue) -> JsValue>::new(|_, value: JsValue| match value.as_f64() {
        Some(number) if number.is_nan() => "NaN".into(),
        Some(number) if number.is_infinite() => if number > 0.0 { "Infinity" } else { "-Infinity" }.into(),
        None if ArrayBuffer::is_view(&value) => Array::from(&value).into(),
        _ => value,
    });
    let replacer: &Function = replace.as_ref().unchecked_ref();
    let text = JSON::stringify_with_replacer(value, replacer).map_err(|error| {
        let why = error.dyn_into::<Error>().map(|error| String::from(error.message()));
        format!("cannot be written as JSON: {}", why.unwrap_or_default())
    })?;
    text.as_string().ok_or_else(|| "is not a plain object".to_owned())
}

/// A plain object as a JSON value.
///
/// # Errors
/// With a sentence, for what cannot be written or is nested too deep.
pub fn read(value: &JsValue) -> Result<Value, String> {
    read_json(&text(value)?).map_err(|_| "is nested too deep".to_owned())
}

/// A JSON value as a plain object.
pub fn write(value: &Value) -> JsValue {
    match value {
        Value::Null => JsValue::NULL,
        Value::Bool(is_true) => (*is_true).into(),
        Value::Number(number) => number.as_f64().into(),
        Value::String(text) => text.into(),
        Value::Array(list) => list.iter().map(write).collect::<Array>().into(),
        Value::Object(fields) => {
            let object = Object::new();
            for (key, value) in fields {
                // Setting a property of a fresh object cannot fail.
                let _ = Reflect::set(&object, &key.into(), &write(value));
            }
            object.into()
        }
    }
}

/// An `Error` with a code.
pub fn error(code: &str, message: &str) -> JsValue {
    let error = Error::new(message);
    // Setting a property of a fresh object cannot fail.
    let _ = Reflect::set(&error, &"code".into(), &code.into());
    error.into()
}
