//! The pointwise functions and their derivatives.
//!
//! Exponentials come from `libm`, so that a link shows the same numbers in every browser and on every machine.

use std::f64::consts::{FRAC_1_SQRT_2, PI};

use super::Activation;
use crate::explain::Function;

/// A function of one number, with its derivative. The layer and its explanation are both evaluated by these.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Pointwise {
    /// σ.
    pub function: Function,
    /// σ′.
    pub derivative: Function,
    /// What both take beside z: the leaky ReLU's slope, the ELU's α.
    pub parameter: Option<f64>,
}

impl Pointwise {
    /// σ(z).
    pub fn value(&self, z: f32) -> f32 {
        self.at(f64::from(z)) as f32
    }

    /// σ(z), not rounded.
    pub fn at(&self, z: f64) -> f64 {
        self.apply(self.function, z)
    }

    /// σ′(z).
    pub fn slope(&self, z: f64) -> f64 {
        self.apply(self.derivative, z)
    }

    /// g·σ′(z).
    pub fn gradient(&self, z: f32, output_gradient: f32) -> f32 {
        (f64::from(output_gradient) * self.slope(f64::from(z))) as f32
    }

    fn apply(&self, function: Function, z: f64) -> f64 {
        let arguments = [z, self.parameter.unwrap_or_default()];
        (function.apply)(&arguments[..1 + usize::from(self.parameter.is_some())])
    }
}

/// A function's name, its name when spoken, and the function itself.
type Named = (&'static str, &'static str, fn(&[f64]) -> f64);

impl Activation {
    /// The function of one number that the activation is; nothing for the softmax, which looks at several.
    pub fn pointwise(self) -> Option<Pointwise> {
        let of = |function: Named, derivative: Named, parameter| {
            let named = |(name, spoken, apply): Named| Function { name, spoken, apply };
            Some(Pointwise { function: named(function), derivative: named(derivative), parameter })
        };
        match self {
            Self::Identity => of(
                ("identity", "the identity of", |arguments| arguments[0]),
                ("identity′", "the slope of the identity at", |_| 1.0),
                None,
            ),
            Self::Relu => of(
                ("ReLU", "the rectified linear unit of", |arguments| arguments[0].max(0.0)),
                ("ReLU′", "the slope of the rectified linear unit at", |arguments| step(arguments[0])),
                None,
            ),
            Self::LeakyRelu { negative_slope } => of(
                ("LeakyReLU", "the leaky rectified linear unit of", leaky_relu),
                ("LeakyReLU′", "the slope of the leaky rectified linear unit at", leaky_relu_slope),
                Some(negative_slope),
            ),
            Self::Sigmoid => of(
                ("sigmoid", "the sigmoid of", |arguments| sigmoid(arguments[0])),
                ("sigmoid′", "the slope of the sigmoid at", |arguments| sigmoid_slope(arguments[0])),
                None,
            ),
            Self::Tanh => of(
                ("tanh", "the hyperbolic tangent of", |arguments| libm::tanh(arguments[0])),
                ("tanh′", "the slope of the hyperbolic tangent at", |arguments| tanh_slope(arguments[0])),
                None,
            ),
            Self::Elu { alpha } => of(
                ("ELU", "the exponential linear unit of", elu),
                ("ELU′", "the slope of the exponential linear unit at", elu_slope),
                Some(alpha),
            ),
            Self::Gelu => of(
                ("GELU", "the Gaussian error linear unit of", |arguments| arguments[0] * normal(arguments[0])),
                ("GELU′", "the slope of the Gaussian error linear unit at", |arguments| gelu_slope(arguments[0])),
                None,
            ),
            Self::Silu => of(
                ("SiLU", "the sigmoid linear unit of", |arguments| arguments[0] * sigmoid(arguments[0])),
                ("SiLU′", "the slope of the sigmoid linear unit at", |arguments| silu_slope(arguments[0])),
                None,
            ),
            Self::Softplus => of(
                ("softplus", "the softplus of", |arguments| softplus(arguments[0])),
                ("softplus′", "the slope of the softplus at", |arguments| sigmoid(arguments[0])),
                None,
            ),
            Self::Softmax => None,
        }
    }
}

fn step(z: f64) -> f64 {
    if z > 0.0 { 1.0 } else { 0.0 }
}

fn leaky_relu(arguments: &[f64]) -> f64 {
    arguments[0] * leaky_relu_slope(arguments)
}

fn leaky_relu_slope(arguments: &[f64]) -> f64 {
    if arguments[0] > 0.0 { 1.0 } else { arguments[1] }
}

/// Either form alone overflows on one side.
fn sigmoid(z: f64) -> f64 {
    let power = libm::exp(-z.abs());
    if z < 0.0 { power / (1.0 + power) } else { 1.0 / (1.0 + power) }
}

/// σ(z)·(1 − σ(z)), as σ(z)·σ(−z): one minus a number close to one loses its digits.
fn sigmoid_slope(z: f64) -> f64 {
    sigmoid(z) * sigmoid(-z)
}

/// 1 − tanh²(z), as 4·σ(2z)·σ(−2z), for the same reason.
fn tanh_slope(z: f64) -> f64 {
    4.0 * sigmoid_slope(2.0 * z)
}

fn elu(arguments: &[f64]) -> f64 {
    if arguments[0] > 0.0 { arguments[0] } else { arguments[1] * libm::expm1(arguments[0]) }
}

fn elu_slope(arguments: &[f64]) -> f64 {
    if arguments[0] > 0.0 { 1.0 } else { arguments[1] * libm::exp(arguments[0]) }
}

/// Φ, the normal distribution.
fn normal(z: f64) -> f64 {
    0.5 * libm::erfc(-z * FRAC_1_SQRT_2)
}

fn gelu_slope(z: f64) -> f64 {
    let density = libm::exp(-0.5 * z * z) / (2.0 * PI).sqrt();
    normal(z) + z * density
}

fn silu_slope(z: f64) -> f64 {
    sigmoid(z) * (1.0 + z * sigmoid(-z))
}

fn softplus(z: f64) -> f64 {
    z.max(0.0) + libm::log1p(libm::exp(-z.abs()))
}
