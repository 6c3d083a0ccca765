//! What scripts call, in browsers and in Node.

use js_sys::Float32Array;
use serde_json::Value;
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

use crate::browser::json;
use crate::compute::gpu::{Loaded, lend};
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
        fits(input.length() as usize, self.0.input().len())?;
        input.copy_to(self.0.input());
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

/// A layer whose weights lie on the graphics card.
#[wasm_bindgen]
pub struct OnCard(Loaded);

/// Prepares a request for [`OnCard::run`]: as [`prepare_layer`], but on the page's graphics card.
///
/// # Errors
/// As [`compute`]; `unsupported` where there is no card, it has no program for the layer, or no room for it.
#[wasm_bindgen(js_name = prepareOnCard)]
pub async fn prepare_on_card(request: JsValue) -> Result<OnCard, JsValue> {
    let refused = |why: String| json::error("unsupported", &why);
    let program = crate::compute::program(&read(&request)?).map_err(thrown)?;
    let program = program.ok_or_else(|| refused("WebGPU does not compute this layer".to_owned()))?;
    let lent = lend(true).await.map_err(|fault| refused(fault.to_string()))?;
    let loaded = lent.card.load(&program).await;
    loaded.map(OnCard).map_err(|fault| refused(fault.to_string()))
}

#[wasm_bindgen]
impl OnCard {
    /// The numbers of the output for those of an input, row by row.
    ///
    /// # Errors
    /// Where the input has not as many numbers as its shape says, or the card goes away.
    pub async fn run(&self, input: Float32Array) -> Result<Float32Array, JsValue> {
        fits(input.length() as usize, self.0.inputs())?;
        let output = self.0.run(&input.to_vec()).await;
        output
            .map(|output| Float32Array::from(&output[..]))
            .map_err(|fault| json::error("unsupported", &fault.to_string()))
    }
}

fn fits(got: usize, takes: usize) -> Result<(), JsValue> {
    let message = || format!("input has {got} numbers; it takes {takes}, as its shape says");
    if got == takes { Ok(()) } else { Err(json::error("shape", &message())) }
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
