//! The layers, for whoever wants numbers: the headless [`compute`], and the [`Device`] that it runs on.
//!
//! A request is JSON, `{"layer": "conv", "input": {"shape": […], "data": […]}, …}`. A
//! [`Request`] is the same, typed. What a request may hold is measured before memory is taken for it, against the
//! [`limits`]:
//!
//! | what | at most |
//! | --- | --- |
//! | numbers in a tensor, given, padded or computed | [`limits::MAX_ELEMENTS`] |
//! | axes of a tensor | [`limits::MAX_AXES`] |
//! | stride, dilation, groups, padded cells on one side | [`limits::MAX_STEP`] |
//! | multiplications in a request | [`limits::MAX_MULTIPLICATIONS`] |
//!
//! A kernel is as large as its weights: the first limit holds for it.

mod answer;
mod device;
mod error;
mod fields;
pub mod limits;
mod request;

use futures_util::FutureExt;
use serde_json::Value;

pub use answer::Answer;
pub use device::{Device, Kernel};
pub use error::ComputeError;
pub use request::{Layer, Request};

/// Answers a request: `{"output": tensor}`, with `"gradients"` for every tensor given where it holds an `output_gradient`.
///
/// | layer | keys beside `input` and `output_gradient?` |
/// | --- | --- |
/// | `dense` | `weight [out, in]`, `bias?` |
/// | `activation` | `function`: relu, leaky_relu (`negative_slope`), sigmoid, tanh, elu (`alpha`), gelu, silu, softplus, softmax (last axis), identity |
/// | `pad` | `padding [[before, after], …]` for the last axes, `padding_mode?`: zeros, constant (`padding_value`), replicate, symmetric, circular, reflect |
/// | `conv` | `weight [out, in / groups, …]`, `bias?`, `stride?`, `dilation?`, `groups?`, `padding?` (pairs, a number, or `"valid"`, `"same"`, `"causal"`), `padding_mode?`, `padding_value?` |
/// | `pool` | `operation`: max, min, average; `kernel [k, …]`, `stride?` (the kernel's sizes where it is left out), `padding?` (pairs, or a number), `dilation?`, `ceil_mode?`, `count_include_pad?` |
///
/// A convolution has one to three axes in space, as many as its weight; its input has a batch and channels in front of them,
/// also where the batch is one. `stride` and `dilation` are a list with an entry for each axis, or one number for all.
///
/// # Errors
/// A [`ComputeError`] whose message names the key, what it got and what it takes. Nothing that a request holds panics.
///
/// ```
/// use layerscope::compute::compute;
/// use serde_json::json;
/// let tensor = |data: [f32; 3]| json!({"shape": [1, 1, 3], "data": data});
/// let answer = compute(&json!({"layer": "conv", "input": tensor([0.0, 1.0, 1.0]), "weight": tensor([-1.0, 1.0, 0.0])}));
/// assert_eq!(answer, Ok(json!({"output": {"shape": [1, 1, 1], "data": [1.0]}})));
/// let error = compute(&json!({"layer": "perceptron"})).unwrap_err();
/// assert_eq!(error.code, "unsupported");
/// ```
pub fn compute(request: &Value) -> Result<Value, ComputeError> {
    let request = Request::parse(request)?;
    let answer = request.run(Device::Cpu).now_or_never();
    let late = || Err(ComputeError::unsupported("this device does not answer at once".to_owned()));
    answer.unwrap_or_else(late)?.to_json()
}
