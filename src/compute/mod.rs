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
//! A kernel is as large as its weights: the first limit holds for it. It also holds for all numbers that a recurrent layer
//! computes along a sequence, those of its gates included; and one number of a Jacobian counts as some hundred multiplications.

mod answer;
mod breath;
mod chain;
mod cpu;
mod device;
mod error;
mod fields;
pub mod gpu;
pub mod limits;
mod prepared;
mod recurrent;
mod relational;
mod request;

use serde_json::Value;

pub use answer::Answer;
pub use breath::Breath;
pub use chain::Chain;
pub use cpu::sampled;
pub use device::{Device, Kernel};
pub use error::ComputeError;
pub use layerscope_kernels::limit;
pub use prepared::Prepared;
pub use recurrent::Sequence;
pub use relational::Passing;
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
/// | `rnn` | `weight_ih [H, I]`, `weight_hh [H, H]`, `bias_ih?`, `bias_hh?` `[H]`, `h0? [B, H]`, `nonlinearity?`: tanh, relu; `return_state_jacobians?` |
/// | `lstm` | the same with four gates in one tensor, `[4H, …]`: input, forget, candidate, output; `c0? [B, H]`; no `nonlinearity` |
/// | `gru` | the same with three, `[3H, …]`: reset, update, new; `reset_after?`: true where the reset gate acts behind the product with the weights, as it does where it is left out |
/// | `aggregate` | `edges [[source, target], …]`, `operation`: sum, mean, max, min over the sources of the edges that end at a node |
/// | `gcn` | `edges`, `weight [out, in]`, `bias?`, `normalization?`: row (D⁻¹A), symmetric, none; `self_loops?` (true for symmetric), `activation?` |
/// | `sage` | `edges`, `weight_neighbours`, `weight_self` `[out, in]`, `bias?`, `operation?` (mean where it is left out) |
/// | `gin` | `edges`, `weight [out, in]`, `bias?`, `epsilon?` |
/// | `gat` | `edges`, `weight [out, in]`, `attention_source`, `attention_target` `[out]`, `bias?`, `negative_slope?` (0.2), `self_loops?` (true); the answer has `attention [target, source]` |
///
/// A convolution has one to three axes in space, as many as its weight; its input has a batch and channels in front of them,
/// also where the batch is one. `stride` and `dilation` are a list with an entry for each axis, or one number for all.
///
/// Recurrent layers take an input `[T, B, I]` of steps, examples and numbers; states that are left out are zeros. They answer with
/// the states after the last step besides, `"h_n"` and for the LSTM `"c_n"`, and with `"state_jacobians" [T, H, H]` where they are
/// asked for: how the state after the last step of the first example changes with the state before each step,
/// `∂h_T[i] / ∂h_{t−1}[j]`. An LSTM's state is h and c together, h first: `[T, 2H, 2H]`.
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
    request.check_size()?;
    request.cpu()?.to_json()
}

/// What a request asks of a graphics card; of its input only the shape counts. Nothing where only the CPU knows what to do.
///
/// # Errors
/// As those of [`compute`] that do not depend on the input's numbers.
pub fn program(request: &Value) -> Result<Option<gpu::Program>, ComputeError> {
    let request = Request::sized(request)?;
    Ok(gpu::Program::of(&request.layer, request.input.shape()))
}
