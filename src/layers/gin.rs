//! The graph isomorphism network: a sum can tell neighbourhoods apart that a mean or a maximum cannot.

use super::{Gathering, LayerError, Relational};

impl Relational {
    /// A layer of a graph isomorphism network: `z_v = W ((1 + ε) h_v + Σ_{u ∈ N(v)} h_u) + b`. Gives what was gathered, the sum with
    /// the node's own row, and z.
    ///
    /// Source: K. Xu et al., "How Powerful are Graph Neural Networks?", 2019; `torch_geometric.nn.GINConv` with one linear layer.
    ///
    /// # Errors
    /// Where the weights do not fit.
    pub fn gin(
        &mut self,
        features: usize,
        epsilon: f64,
        weight: usize,
        bias: Option<usize>,
    ) -> Result<[usize; 3], LayerError> {
        let gathered = self.gather(Gathering::Sum, features)?;
        let sum = self.with_own(gathered, 1.0 + epsilon, features)?;
        Ok([gathered, sum, self.linear(&[(weight, sum)], bias)?])
    }
}
