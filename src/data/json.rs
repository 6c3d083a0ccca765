//! JSON values and text.

use serde_json::{Map, Value};

/// A JSON object of these fields. (What `json!` makes goes through a serializer, and is larger.)
pub(crate) fn object(fields: Vec<(&str, Value)>) -> Value {
    let mut object = Map::new();
    for (key, value) in fields {
        object.insert(key.to_owned(), value);
    }
    Value::Object(object)
}

/// A value as JSON. (Its `Display` would bring a second writer.)
pub(crate) fn json_text(value: &Value) -> String {
    serde_json::to_string(value).unwrap_or_default()
}
