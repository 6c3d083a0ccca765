//! AGGREGATE: what a node makes of what its neighbours tell it, whatever their order and number.

/// How a node summarises what its neighbours tell it, feature by feature: `m_v = AGGREGATE {h_u : u ∈ N(v)}`.
///
/// None of them can tell in which order the neighbours come. A node without neighbours gets 0.
///
/// Source: `torch_geometric.nn.aggr`. See [`Relational::gather`](super::Relational::gather).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Gathering {
    /// Σ h_u.
    Sum,
    /// Σ h_u / |N(v)|.
    Mean,
    /// The largest h_u. Its gradient is shared among those that are equal.
    Max,
    /// The smallest h_u.
    Min,
}

impl Gathering {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Sum, Self::Mean, Self::Max, Self::Min];

    /// Its name in `compute`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Sum => "sum",
            Self::Mean => "mean",
            Self::Max => "max",
            Self::Min => "min",
        }
    }

    /// The one of that name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|known| known.name() == name)
    }
}
