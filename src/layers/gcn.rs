//! The graph convolution: every node becomes a weighted mean of its neighbours, times weights that all nodes share.

use super::{Graph, LayerError, Relational};

/// What the numbers of the adjacency matrix A are divided by, before it is multiplied with the features.
///
/// d_v is the number of edges that end at v: the sum of its row of A, where A_vu is 1 for an edge from u to v.
///
/// Source: T. Kipf, M. Welling, "Semi-Supervised Classification with Graph Convolutional Networks", 2017 (symmetric).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Normalization {
    /// Ā = D⁻¹ A: the mean over the neighbours, as the lecture has it.
    Row,
    /// Ā = D^−½ A D^−½: what a neighbour says counts less, the more neighbours it has itself.
    #[default]
    Symmetric,
    /// Ā = A: the sum over the neighbours; values grow with every layer.
    None,
}

impl Normalization {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Row, Self::Symmetric, Self::None];

    /// Its name in `compute`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Row => "row",
            Self::Symmetric => "symmetric",
            Self::None => "none",
        }
    }

    /// The one of that name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|known| known.name() == name)
    }

    /// Ā_vu for every edge (u, v).
    ///
    /// ```
    /// use layerscope::layers::{Graph, Normalization};
    /// let path = Graph::new(3, &[(0, 1), (1, 0), (1, 2), (2, 1)])?;
    /// assert_eq!(Normalization::Row.coefficients(&path), [0.5, 1.0, 1.0, 0.5]);
    /// # Ok::<(), layerscope::layers::LayerError>(())
    /// ```
    pub fn coefficients(self, graph: &Graph) -> Vec<f32> {
        let degree = |node: usize| graph.incoming(node).len() as f64;
        let root = |node: usize| degree(node).max(1.0).sqrt();
        let coefficient = |&(source, target): &(usize, usize)| match self {
            Self::Row => 1.0 / degree(target),
            // Where no edge ends at the source, it has no degree to divide by: PyTorch Geometric takes 0.
            Self::Symmetric if degree(source) == 0.0 => 0.0,
            Self::Symmetric => 1.0 / (root(target) * root(source)),
            Self::None => 1.0,
        };
        graph.edges().iter().map(|edge| coefficient(edge) as f32).collect()
    }
}

impl Relational {
    /// A graph convolution: `z_v = W Σ_{u ∈ N(v)} Ā_vu h_u + b`. Gives what was gathered, and z.
    ///
    /// The lecture writes σ(W Ā h), with h as one vector of all nodes; with a row for each node it is σ(Ā H Wᵀ).
    ///
    /// # Errors
    /// Where the weights do not fit.
    pub fn gcn(
        &mut self,
        features: usize,
        coefficients: usize,
        weight: usize,
        bias: Option<usize>,
    ) -> Result<[usize; 2], LayerError> {
        let gathered = self.propagate(coefficients, features, None)?;
        Ok([gathered, self.linear(&[(weight, gathered)], bias)?])
    }
}
