//! Graphs: those that the page brings or draws by chance, and the reader's own.

mod drawn;
mod edge_list;
mod known;
mod node_link;
mod read;

pub use drawn::{Bundled, PATH_H, PATH_X, Recipe};
pub use edge_list::{read_edge_list, write_edge_list};
pub use node_link::{read_node_link, write_node_link};
pub use read::read;

use crate::layers::{Graph, LayerError, Tensor, tensor};

/// The most nodes of a graph that is read.
pub const MAX_NODES: usize = 10_000;
/// The most edges of one.
pub const MAX_EDGES: usize = 100_000;
/// The most nodes of a graph that is drawn by a recipe.
pub const MOST_DRAWN: usize = 100_000;
/// The most edges of one.
pub const MOST_DRAWN_EDGES: usize = 1_000_000;
/// The most features of a node.
pub const MAX_FEATURES: usize = 2048;

/// A graph, and what is known about its nodes.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct GraphData {
    /// How many nodes there are.
    pub nodes: usize,
    /// What each node is called; empty where they are called by their numbers, from 0.
    pub names: Vec<String>,
    /// From where to where each edge leads; one edge where it leads both ways.
    pub edges: Vec<(u32, u32)>,
    /// The weight of each edge; empty where none has one.
    pub weights: Vec<f32>,
    /// Whether edges lead one way.
    pub directed: bool,
    /// How many features each node has.
    pub width: usize,
    /// The features, node by node.
    pub features: Vec<f32>,
    /// The class of each node; empty where none is known.
    pub classes: Vec<u8>,
    /// Where each node is, where that is known, y downward; in no particular frame.
    pub places: Option<Vec<[f32; 2]>>,
}

impl GraphData {
    /// A graph of which only this is known.
    pub fn of(nodes: usize, edges: Vec<(u32, u32)>) -> Self {
        Self { nodes, edges, ..Self::default() }
    }

    /// What a node is called.
    pub fn name(&self, node: usize) -> String {
        self.names.get(node).cloned().unwrap_or_else(|| node.to_string())
    }

    /// The edges as a layer reads them: each as it was given and, where edges lead both ways, behind all of them each once
    /// more, turned around, but for those from a node to itself.
    pub fn links(&self) -> Vec<(usize, usize)> {
        let mut links = Vec::with_capacity(2 * self.edges.len());
        links.extend(self.edges.iter().map(|&(a, b)| (a as usize, b as usize)));
        for &(a, b) in &self.edges {
            if !self.directed && a != b {
                links.push((b as usize, a as usize));
            }
        }
        links
    }

    /// The graph that layers compute on, with the edges of [`links`](Self::links).
    ///
    /// # Errors
    /// Where an edge leads to a node that is not there.
    pub fn graph(&self) -> Result<Graph, LayerError> {
        Graph::of_edges(self.nodes, self.links())
    }

    /// The features as a matrix X, one node per row: `[N, F]`.
    pub fn feature_matrix(&self) -> Tensor {
        tensor(&[self.nodes, self.width], self.features.clone())
    }

    /// The same graph where the feature of each node is which one it is: X is the identity matrix, with N² numbers.
    ///
    /// Source: T. N. Kipf and M. Welling, "Semi-Supervised Classification with Graph Convolutional Networks", 2017, appendix A.
    pub fn with_identity(mut self) -> Self {
        self.width = self.nodes;
        self.features = vec![0.0; self.nodes * self.nodes];
        self.features.iter_mut().step_by(self.nodes + 1).for_each(|own| *own = 1.0);
        self
    }

    /// How many classes there are: one more than the largest.
    pub fn class_count(&self) -> usize {
        self.classes.iter().map(|&class| usize::from(class) + 1).max().unwrap_or(0)
    }

    /// The share of edges whose ends are of the same class; 0 without edges.
    pub fn homophily(&self) -> f64 {
        let class = |node: u32| self.classes.get(node as usize);
        let inside = self.edges.iter().filter(|&&(a, b)| class(a) == class(b)).count();
        inside as f64 / self.edges.len().max(1) as f64
    }

    /// How many edges lead from where to where another one does.
    pub fn repeated(&self) -> usize {
        let key = |&(a, b): &(u32, u32)| {
            let (from, to) = if self.directed || a < b { (a, b) } else { (b, a) };
            u64::from(from) << 32 | u64::from(to)
        };
        let mut keys: Vec<u64> = self.edges.iter().map(key).collect();
        keys.sort_unstable();
        keys.windows(2).filter(|pair| pair[0] == pair[1]).count()
    }
}

#[cfg(test)]
mod tests;
