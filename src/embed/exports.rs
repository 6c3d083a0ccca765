//! What scripts call, in browsers and in Node.

use js_sys::Float32Array;
use serde_json::Value;
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

use crate::browser::json;
use crate::compute::{ComputeError, limit};

/// Answers a request with what a layer computes: see [`crate::compute::compute`].
///
/// # Errors
/// An `Error` with a `code` (shape, value, unsupported, too_large, syntax) and a message.
#[wasm_bindgen]
pub fn compute(request: &JsValue) -> Result<JsValue, JsValue> {
    let answer = crate::compute::compute(&read(request)?);
    answer.map(|answer| json::write(&answer)).map_err(thrown)
}

/// Every block, with its settings' names, kinds, defaults, presets, and ranges: each the widest that the default and the presets allow,
/// for what is legal depends on the other settings.
#[wasm_bindgen]
pub fn blocks() -> JsValue {
    json::write(&crate::blocks::describe_all())
}

/// A layer with its weights, ready for any number of inputs of one shape.
#[wasm_bindgen]
pub struct Prepared(crate::compute::Prepared);

/// Prepares a request for [`Prepared::run`]: as for [`compute`], but of its input only the shape counts.
///
/// # Errors
/// As [`compute`].
#[wasm_bindgen(js_name = prepareLayer)]
pub fn prepare_layer(request: &JsValue) -> Result<Prepared, JsValue> {
    let prepared = crate::compute::Prepared::new(&read(request)?);
    prepared.map(Prepared).map_err(thrown)
}

#[wasm_bindgen]
impl Prepared {
    /// The numbers of the output for those of an input, row by row. They are written into `output` where it is given and has room
    /// for just them: a browser takes ten times as long to make a large array as to fill one.
    ///
    /// # Errors
    /// Where the input has not as many numbers as its shape says.
    pub fn run(&mut self, input: &Float32Array, output: Option<Float32Array>) -> Result<Float32Array, JsValue> {
        let (got, numbers) = (input.length() as usize, self.0.input());
        if got != numbers.len() {
            let message = format!("input has {got} numbers; it takes {}, as its shape says", numbers.len());
            return Err(json::error("shape", &message));
        }
        input.copy_to(numbers);
        let numbers = self.0.run().map_err(thrown)?;
        match output.filter(|output| output.length() as usize == numbers.len()) {
            Some(output) => {
                output.copy_from(numbers);
                Ok(output)
            }
            None => Ok(Float32Array::from(numbers)),
        }
    }
}

/// Multiplies and adds in registers alone, so many rounds, to be timed; for none, tells how many multiplications a round has.
#[wasm_bindgen(js_name = multiplyAdd)]
pub fn multiply_add(rounds: u32) -> f32 {
    if rounds == 0 { limit::PER_ROUND as f32 } else { limit::multiply_add(rounds) }
}

fn read(request: &JsValue) -> Result<Value, JsValue> {
    json::read(request).map_err(|why| json::error("syntax", &format!("the request {why}")))
}

fn thrown(error: ComputeError) -> JsValue {
    json::error(error.code, &error.message)
}
