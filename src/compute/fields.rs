//! Reads the keys of a request, and says of a wrong one what it got and what it takes.

use ndarray::IxDyn;
use serde_json::{Map, Value};

use super::ComputeError;
use super::error::expect_elements;
use super::limits::{MAX_AXES, MAX_ELEMENTS, MAX_STEP};
use crate::data::json_text;
use crate::explain::listed;
use crate::layers::Tensor;

const TENSOR: &str = "a tensor {shape: [whole numbers], data: [numbers]}";
const PAIRS: &str = "a list of pairs [before, after], one for each axis";

/// The keys of one request. A key that holds null is as one that is not there.
pub(super) struct Fields<'a> {
    layer: &'static str,
    map: &'a Map<String, Value>,
}

impl<'a> Fields<'a> {
    /// The request's keys, none of which is unknown to the layer.
    pub fn new(layer: &'static str, map: &'a Map<String, Value>, keys: &[&str]) -> Result<Self, ComputeError> {
        let unknown = map.keys().find(|key| *key != "layer" && !keys.contains(&key.as_str()));
        if let Some(unknown) = unknown {
            let message = format!("{} is no key of {layer}; it takes {}", excerpt_of(unknown), keys.join(", "));
            return Err(ComputeError::syntax(message));
        }
        Ok(Self { layer, map })
    }

    fn get(&self, key: &str) -> Option<&'a Value> {
        self.map.get(key).filter(|value| !value.is_null())
    }

    fn missing(&self, key: &str, takes: &str) -> ComputeError {
        ComputeError::syntax(format!("{key} is missing; {} takes {takes} there", self.layer))
    }

    /// A tensor that must be there.
    pub fn tensor(&self, key: &'static str) -> Result<Tensor, ComputeError> {
        self.optional_tensor(key)?.ok_or_else(|| self.missing(key, TENSOR))
    }

    /// A tensor that may be left out.
    pub fn optional_tensor(&self, key: &'static str) -> Result<Option<Tensor>, ComputeError> {
        self.get(key).map(|value| tensor(key, value)).transpose()
    }

    /// A tensor of which only the shape must be there; its numbers are zeros.
    pub fn room(&self, key: &'static str) -> Result<Tensor, ComputeError> {
        let value = self.get(key).ok_or_else(|| self.missing(key, TENSOR))?;
        Ok(Tensor::zeros(shape(key, value)?.0))
    }

    /// A finite number; `default` where it is left out.
    pub fn number(&self, key: &str, default: f64) -> Result<f64, ComputeError> {
        let Some(value) = self.get(key) else { return Ok(default) };
        let number = value.as_f64().ok_or_else(|| wrong(key, value, "a number"))?;
        if (number as f32).is_finite() {
            return Ok(number);
        }
        Err(ComputeError::value(format!("{key} is {number}; it takes a number within single precision")))
    }

    /// A whole number from 1; 1 where it is left out.
    pub fn count(&self, key: &str) -> Result<usize, ComputeError> {
        self.get(key).map_or(Ok(1), |value| whole(key, value, 1))
    }

    /// A whole number from 1 for each axis: a list, or one for all; 1 where it is left out.
    pub fn counts(&self, key: &str, axes: usize) -> Result<Vec<usize>, ComputeError> {
        match self.get(key) {
            None => Ok(vec![1; axes]),
            Some(Value::Array(list)) if list.len() == axes => wholes(key, list, 1),
            Some(Value::Array(list)) => {
                let message =
                    format!("{key} has {} entries; it takes {axes}, one for each axis, or one number", list.len());
                Err(ComputeError::shape(message))
            }
            Some(value @ Value::Number(_)) => Ok(vec![whole(key, value, 1)?; axes]),
            Some(value) => Err(wrong(key, value, "a whole number, or a list of one for each axis")),
        }
    }

    /// A list of whole numbers from 1, one for each axis, that must be there.
    pub fn list(&self, key: &str) -> Result<Vec<usize>, ComputeError> {
        const TAKES: &str = "a list with a whole number for each axis";
        let value = self.get(key).ok_or_else(|| self.missing(key, TAKES))?;
        let list = value.as_array().ok_or_else(|| wrong(key, value, TAKES))?;
        if list.len() > MAX_AXES {
            return Err(ComputeError::shape(format!("{key} has {} entries; it takes one for each axis", list.len())));
        }
        wholes(key, list, 1)
    }

    /// Yes or no; `default` where it is left out.
    pub fn flag(&self, key: &str, default: bool) -> Result<bool, ComputeError> {
        let Some(value) = self.get(key) else { return Ok(default) };
        value.as_bool().ok_or_else(|| wrong(key, value, "true or false"))
    }

    /// One of several names; nothing where it is left out.
    pub fn name(&self, key: &str, names: &[&'static str]) -> Result<Option<&'static str>, ComputeError> {
        let Some(value) = self.get(key) else { return Ok(None) };
        let text = value.as_str().ok_or_else(|| wrong(key, value, "a name"))?;
        let known = names.iter().copied().find(|name| *name == text);
        let unknown = || ComputeError::value(format!("{key} is {}; it takes {}", excerpt_of(text), names.join(", ")));
        known.map(Some).ok_or_else(unknown)
    }

    /// One of several names that must be there.
    pub fn required_name(&self, key: &str, names: &[&'static str]) -> Result<&'static str, ComputeError> {
        self.name(key, names)?.ok_or_else(|| self.missing(key, &format!("one of {}", names.join(", "))))
    }

    /// Cells before and after each axis that must be there.
    pub fn pairs(&self, key: &str) -> Result<Vec<(usize, usize)>, ComputeError> {
        let value = self.get(key).ok_or_else(|| self.missing(key, PAIRS))?;
        let list = value.as_array().ok_or_else(|| wrong(key, value, PAIRS))?;
        if list.len() > MAX_AXES {
            return Err(ComputeError::shape(format!("{key} has {} entries; it takes at most {MAX_AXES}", list.len())));
        }
        let mut pairs = Vec::new();
        for (axis, value) in list.iter().enumerate() {
            let key = format!("{key}[{axis}]");
            let pair = value.as_array().filter(|pair| pair.len() == 2);
            let pair = pair.ok_or_else(|| wrong(&key, value, "a pair [before, after]"))?;
            let pair = wholes(&key, pair, 0)?;
            pairs.push((pair[0], pair[1]));
        }
        Ok(pairs)
    }

    /// What a key that may hold several kinds of things holds.
    pub fn any(&self, key: &str) -> Option<&'a Value> {
        self.get(key)
    }
}

/// The shape of a tensor, and where its other parts are.
fn shape<'a>(key: &str, value: &'a Value) -> Result<(Vec<usize>, &'a Map<String, Value>), ComputeError> {
    let object = value.as_object().ok_or_else(|| wrong(key, value, TENSOR))?;
    let axes = list(key, "shape", object)?;
    if axes.len() > MAX_AXES {
        let message = format!("{key}.shape has {} axes; a tensor takes at most {MAX_AXES}", axes.len());
        return Err(ComputeError::too_large(message));
    }
    let shape = wholes(&format!("{key}.shape"), axes, 0)?;
    expect_elements(key, &shape)?;
    Ok((shape, object))
}

fn list<'a>(key: &str, name: &str, object: &'a Map<String, Value>) -> Result<&'a [Value], ComputeError> {
    let part = object.get(name).unwrap_or(&Value::Null);
    part.as_array().map(Vec::as_slice).ok_or_else(|| wrong(&format!("{key}.{name}"), part, "a list"))
}

fn tensor(key: &str, value: &Value) -> Result<Tensor, ComputeError> {
    let (shape, object) = shape(key, value)?;
    let data = list(key, "data", object)?;
    let elements: usize = shape.iter().product();
    if data.len() != elements {
        let message = format!("{key}.data has {} numbers; shape [{}] takes {elements}", data.len(), listed(&shape));
        return Err(ComputeError::shape(message));
    }
    let mut numbers = Vec::new();
    for (at, value) in data.iter().enumerate() {
        let number = value.as_f64().map(|number| number as f32);
        let Some(number) = number.filter(|number| number.is_finite()) else {
            let at = format!("{key}.data[{at}]");
            return Err(match value {
                // How JSON writes a number that is none.
                Value::Null | Value::Number(_) => {
                    let got = json_text(value);
                    ComputeError::value(format!("{at} is {got}; it takes a finite number within single precision"))
                }
                _ => wrong(&at, value, "a number"),
            });
        };
        numbers.push(number);
    }
    Tensor::from_shape_vec(IxDyn(&shape), numbers).map_err(|error| ComputeError::shape(format!("{key}: {error}")))
}

/// A whole number from `least` to [`MAX_STEP`]. JavaScript knows no whole numbers: 2.0 is 2.
pub(super) fn whole(key: &str, value: &Value, least: usize) -> Result<usize, ComputeError> {
    const { assert!(MAX_STEP == MAX_ELEMENTS, "lengths of axes are read as steps") };
    let number = value.as_f64().ok_or_else(|| wrong(key, value, "a whole number"))?;
    let error = if number.fract() != 0.0 || number < least as f64 {
        ComputeError::value
    } else if number > MAX_STEP as f64 {
        ComputeError::too_large
    } else {
        return Ok(number as usize);
    };
    Err(error(format!("{key} is {}; it takes a whole number from {least} to {MAX_STEP}", json_text(value))))
}

/// A list of such numbers.
fn wholes(key: &str, list: &[Value], least: usize) -> Result<Vec<usize>, ComputeError> {
    let mut numbers = Vec::new();
    for (at, value) in list.iter().enumerate() {
        numbers.push(whole(&format!("{key}[{at}]"), value, least)?);
    }
    Ok(numbers)
}

/// The error for a key that holds another kind of thing than it takes.
pub(super) fn wrong(key: &str, value: &Value, takes: &str) -> ComputeError {
    let got = match value {
        Value::Null => "missing".to_owned(),
        Value::Bool(_) | Value::Number(_) => json_text(value),
        Value::String(text) => excerpt_of(text),
        Value::Array(list) => format!("a list of {}", list.len()),
        Value::Object(map) => format!("an object of {} keys", map.len()),
    };
    ComputeError::syntax(format!("{key} is {got}; it takes {takes}"))
}

/// The beginning of a text, in quotes.
pub(super) fn excerpt_of(text: &str) -> String {
    const SHOWN: usize = 32;
    let shown: String = text.chars().take(SHOWN).collect();
    let mut quoted = "\"".to_owned();
    for letter in shown.chars() {
        match letter {
            '"' | '\\' => quoted.extend(['\\', letter]),
            control if control.is_control() => quoted.extend(control.escape_default()),
            other => quoted.push(other),
        }
    }
    quoted + if shown.len() == text.len() { "\"" } else { "…\"" }
}
