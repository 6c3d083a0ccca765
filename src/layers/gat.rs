//! Graph attention: a node decides how much it listens to each of its neighbours.

use super::{Activation, LayerError, Relational};

/// What graph attention computes on its way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Attention {
    /// `W h_v`.
    pub projected: usize,
    /// `s_u = a_s · W h_u`, what a node offers.
    pub source: usize,
    /// `t_v = a_t · W h_v`, what a node asks for.
    pub target: usize,
    /// `s_u + t_v`, on every edge.
    pub sum: usize,
    /// The same through the leaky ReLU.
    pub score: usize,
    /// α_vu, the shares of the neighbours.
    pub share: usize,
    /// `Σ_{u ∈ N(v)} α_vu W h_u + b`.
    pub output: usize,
}

impl Relational {
    /// Graph attention with one head: `z_v = Σ_{u ∈ N(v)} α_vu W h_u + b`, where the shares α are the softmax over N(v) of
    /// `LeakyReLU(a_s · W h_u + a_t · W h_v)`. Both vectors a are matrices of one row.
    ///
    /// Source: P. Veličković et al., "Graph Attention Networks", 2018; `torch_geometric.nn.GATConv`.
    ///
    /// # Errors
    /// Where the weights do not fit.
    pub fn gat(
        &mut self,
        features: usize,
        weight: usize,
        [of_source, of_target]: [usize; 2],
        negative_slope: f64,
        bias: Option<usize>,
    ) -> Result<Attention, LayerError> {
        let projected = self.linear(&[(weight, features)], None)?;
        let source = self.linear(&[(of_source, projected)], None)?;
        let target = self.linear(&[(of_target, projected)], None)?;
        let sum = self.of_ends(source, target);
        let score = self.squash(Activation::LeakyRelu { negative_slope }, sum);
        let share = self.share(score);
        let output = self.propagate(share, projected, bias)?;
        Ok(Attention { projected, source, target, sum, score, share, output })
    }
}
