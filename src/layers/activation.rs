//! scaffold
use super::Tensor;
use crate::explain::{Explanation, Expr, Function, Index, Stage};
/// scaffold
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Activation {
    Identity,
    Relu,
    Sigmoid,
    Tanh,
}
#[allow(missing_docs)]
impl Activation {
    pub fn function(self) -> Function {
        match self {
            Self::Identity => Function { name: "id", spoken: "identity of", apply: |x| x[0] },
            Self::Relu => Function { name: "ReLU", spoken: "ReLU of", apply: |x| x[0].max(0.0) },
            Self::Sigmoid => Function { name: "σ", spoken: "sigmoid of", apply: |x| 1.0 / (1.0 + (-x[0]).exp()) },
            Self::Tanh => Function { name: "tanh", spoken: "hyperbolic tangent of", apply: |x| x[0].tanh() },
        }
    }
    pub fn forward(self, x: &Tensor) -> Tensor {
        x.mapv(|v| (self.function().apply)(&[f64::from(v)]) as f32)
    }
    pub fn explain(self, z: &Stage, y: &Stage, at: Index) -> Explanation {
        let p = y.position(at);
        Explanation {
            target: y.leaf(&p),
            general: Some(Expr::Call(self.function(), vec![z.general(vec![])])),
            made_from: Expr::Call(self.function(), vec![z.at(&p)]),
        }
    }
}
