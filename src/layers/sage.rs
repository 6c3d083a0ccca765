//! GraphSAGE: what a node holds and what it hears get weights of their own.

use super::{Gathering, LayerError, Relational};

impl Relational {
    /// GraphSAGE: `z_v = W_n AGGREGATE {h_u : u ∈ N(v)} + W_s h_v + b`. Gives what was gathered, and z.
    ///
    /// Source: W. Hamilton, R. Ying, J. Leskovec, "Inductive Representation Learning on Large Graphs", 2017;
    /// `torch_geometric.nn.SAGEConv`.
    ///
    /// # Errors
    /// Where the weights do not fit.
    pub fn sage(
        &mut self,
        features: usize,
        gathering: Gathering,
        [of_neighbours, of_self]: [usize; 2],
        bias: Option<usize>,
    ) -> Result<[usize; 2], LayerError> {
        let gathered = self.gather(gathering, features)?;
        Ok([gathered, self.linear(&[(of_neighbours, gathered), (of_self, features)], bias)?])
    }
}
