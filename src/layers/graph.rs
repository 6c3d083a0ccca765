//! Graphs: nodes and the edges between them, as layers on graphs read them.

use std::cell::OnceCell;

use super::{LayerError, Misfit, Tensor, tensor};

/// How many times [`Graph::pagerank`] multiplies at most.
const MOST_ITERATIONS: usize = 1000;

/// A directed graph, G(V, E): nodes are counted from 0, edges keep their order and may repeat. Where relations are mutual, each
/// is two edges, there and back.
///
/// ```
/// use layerscope::layers::Graph;
/// let path = Graph::new(3, &[(0, 1), (1, 0), (1, 2), (2, 1)]).unwrap();
/// assert_eq!(path.within(0, 2), [0, 2]);
/// assert_eq!(path.walks(0, 2), [1.0, 0.0, 1.0]);
/// ```
#[derive(Clone, Debug)]
pub struct Graph {
    nodes: usize,
    edges: Vec<(usize, usize)>,
    /// Both are made when they are first asked for: of a million edges each takes as long as a few frames.
    incoming: OnceCell<Rows>,
    outgoing: OnceCell<Rows>,
}

/// An edge, as the node at one of its ends sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Link {
    /// The node at the other end.
    pub node: u32,
    /// Which edge it is.
    pub edge: u32,
}

/// Compressed sparse rows: the links of node v are those from `starts[v]` to `starts[v + 1]`.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Rows {
    starts: Vec<u32>,
    links: Vec<Link>,
}

impl Rows {
    /// The links of the nodes at one end of each edge; `reversed` at its target. In each row, edges keep their order.
    fn new(nodes: usize, edges: &[(usize, usize)], reversed: bool) -> Self {
        let ends = |&(source, target): &(usize, usize)| if reversed { (target, source) } else { (source, target) };
        let mut starts = vec![0; nodes + 1];
        for edge in edges {
            starts[ends(edge).0 + 1] += 1;
        }
        for node in 0..nodes {
            starts[node + 1] += starts[node];
        }
        let mut free = starts.clone();
        let mut links = vec![Link { node: 0, edge: 0 }; edges.len()];
        for (edge, pair) in edges.iter().enumerate() {
            let (here, there) = ends(pair);
            links[free[here] as usize] = Link { node: there as u32, edge: edge as u32 };
            free[here] += 1;
        }
        Self { starts, links }
    }

    fn of(&self, node: usize) -> &[Link] {
        match self.starts.get(node..).unwrap_or_default() {
            [start, end, ..] => &self.links[*start as usize..*end as usize],
            _ => &[],
        }
    }
}

impl PartialEq for Graph {
    fn eq(&self, other: &Self) -> bool {
        (self.nodes(), &self.edges) == (other.nodes(), &other.edges)
    }
}

impl Eq for Graph {}

impl Graph {
    /// A graph of so many nodes, with edges from a source to a target.
    ///
    /// # Errors
    /// [`Misfit::Edge`] where an edge leads to a node that is not there; [`Misfit::TooLarge`].
    pub fn new(nodes: usize, edges: &[(usize, usize)]) -> Result<Self, LayerError> {
        Self::of_edges(nodes, edges.to_vec())
    }

    /// The same of edges that need not be copied.
    ///
    /// # Errors
    /// As [`new`](Self::new).
    pub fn of_edges(nodes: usize, edges: Vec<(usize, usize)>) -> Result<Self, LayerError> {
        if u32::try_from(nodes.max(edges.len())).is_err() {
            return Err(Misfit::TooLarge { tensor: "graph", shape: vec![nodes, edges.len()] }.into());
        }
        match edges.iter().position(|&(from, to)| from.max(to) >= nodes) {
            Some(edge) => Err(Misfit::Edge { edge, from: edges[edge].0, to: edges[edge].1, nodes }.into()),
            None => Ok(Self::of(nodes, edges)),
        }
    }

    /// A graph whose edges are known to lead from node to node.
    fn of(nodes: usize, edges: Vec<(usize, usize)>) -> Self {
        Self { nodes, edges, incoming: OnceCell::new(), outgoing: OnceCell::new() }
    }

    /// How many nodes there are, |V|.
    pub fn nodes(&self) -> usize {
        self.nodes
    }

    /// The edges, from source to target, in the order in which they were given.
    pub fn edges(&self) -> &[(usize, usize)] {
        &self.edges
    }

    /// The sources of the edges into a node, in the order of the edges.
    pub fn incoming(&self, node: usize) -> &[Link] {
        self.rows(true).of(node)
    }

    /// The targets of the edges out of a node, in the order of the edges: the lecture's 1-hop neighbourhood,
    /// `N₁(v) = {u ∈ V | ∃(v, u) ∈ E}`.
    pub fn outgoing(&self, node: usize) -> &[Link] {
        self.rows(false).of(node)
    }

    fn rows(&self, incoming: bool) -> &Rows {
        let rows = if incoming { &self.incoming } else { &self.outgoing };
        rows.get_or_init(|| Rows::new(self.nodes, &self.edges, incoming))
    }

    /// The graph where each node has an edge to itself: those that had none get one, behind the other edges.
    pub fn with_self_loops(&self) -> Self {
        let mut edges = self.edges.clone();
        let bare = |&node: &usize| !self.outgoing(node).iter().any(|link| link.node as usize == node);
        edges.extend((0..self.nodes()).filter(bare).map(|node| (node, node)));
        Self::of(self.nodes(), edges)
    }

    /// The graph with each edge turned around.
    pub fn reversed(&self) -> Self {
        let edges = self.edges.iter().map(|&(source, target)| (target, source)).collect();
        Self { nodes: self.nodes, edges, incoming: self.outgoing.clone(), outgoing: self.incoming.clone() }
    }

    /// The adjacency matrix A: `A[source, target]` is the number of edges that lead there. All its `|V|²` numbers are written
    /// out: it is for graphs that can be looked at.
    pub fn adjacency(&self) -> Tensor {
        let nodes = self.nodes();
        let mut numbers = vec![0.0; nodes * nodes];
        for &(source, target) in &self.edges {
            numbers[source * nodes + target] += 1.0;
        }
        tensor(&[nodes, nodes], numbers)
    }

    /// How many edges the shortest way from a node has, to each node that can be reached.
    pub fn hops(&self, from: usize) -> Vec<Option<usize>> {
        let mut hops = vec![None; self.nodes()];
        let mut queue = Vec::new();
        if let Some(start) = hops.get_mut(from) {
            *start = Some(0);
            queue.push((from, 0));
        }
        let mut at = 0;
        while let Some(&(node, far)) = queue.get(at) {
            at += 1;
            for link in self.outgoing(node) {
                let target = link.node as usize;
                if hops[target].is_none() {
                    hops[target] = Some(far + 1);
                    queue.push((target, far + 1));
                }
            }
        }
        hops
    }

    /// How many walks of exactly this length lead from a node to each node: the node's row of `A^length`.
    pub fn walks(&self, from: usize, length: usize) -> Vec<f64> {
        let mut walks = self.only(from);
        for _ in 0..length {
            let mut next = vec![0.0; walks.len()];
            for &(source, target) in &self.edges {
                next[target] += walks[source];
            }
            walks = next;
        }
        walks
    }

    /// The lecture's n-hop neighbourhood, `N_n(v) = {u ∈ V | ∃(w, u) ∈ E : w ∈ N_{n−1}(v)}` with `N₀(v) = {v}`: where walks of
    /// exactly n edges end. Where edges lead back, v is in its own 2-hop neighbourhood.
    pub fn within(&self, from: usize, n: usize) -> Vec<usize> {
        let mut reached = vec![false; self.nodes()];
        if let Some(start) = reached.get_mut(from) {
            *start = true;
        }
        for _ in 0..n {
            let mut next = vec![false; reached.len()];
            for &(source, target) in &self.edges {
                next[target] |= reached[source];
            }
            reached = next;
        }
        (0..reached.len()).filter(|&node| reached[node]).collect()
    }

    /// Personalised PageRank: how often a walker is at each node that begins at `from`, and at every step either jumps back
    /// there, with probability α = `restart`, or follows one of the edges out of its node, each as likely as the others; where
    /// there is none, it jumps back too. Also how many multiplications it took.
    ///
    /// `p ← α e_from + (1 − α) Pᵀ p`, with `P[u, v] = A[u, v] / Σ_w A[u, w]`, from `p = e_from` on until `Σ |p − p_prev|` is at most
    /// the tolerance, or a thousand times: without restart, a walk along edges there and back may never come to rest.
    ///
    /// Source: L. Page et al., "The PageRank Citation Ranking: Bringing Order to the Web", 1999, section 6.
    pub fn pagerank(&self, from: usize, restart: f64, tolerance: f64) -> (Vec<f64>, usize) {
        let mut walked = (self.only(from), 0);
        for ranks in self.surf(from, restart, tolerance) {
            walked = (ranks, walked.1 + 1);
        }
        walked
    }

    /// The ranks of [`pagerank`](Self::pagerank) after each multiplication, one after the other.
    pub fn surf(&self, from: usize, restart: f64, tolerance: f64) -> impl Iterator<Item = Vec<f64>> {
        let mut ranks = self.only(from);
        let mut moves = from < ranks.len();
        let multiply = move || {
            if !moves {
                return None;
            }
            let mut next = vec![0.0; ranks.len()];
            let mut back = 0.0;
            for (node, &rank) in ranks.iter().enumerate() {
                let links = self.outgoing(node);
                let follows = if links.is_empty() { 0.0 } else { (1.0 - restart) * rank };
                back += rank - follows;
                for link in links {
                    next[link.node as usize] += follows / links.len() as f64;
                }
            }
            next[from] += back;
            let rests = ranks.iter().zip(&next).fold(0.0, |sum, (old, new)| sum + (new - old).abs()) <= tolerance;
            moves = !rests;
            ranks.clone_from(&next);
            Some(next)
        };
        std::iter::from_fn(multiply).take(MOST_ITERATIONS)
    }

    /// 1 at a node, 0 at the others.
    fn only(&self, node: usize) -> Vec<f64> {
        let mut only = vec![0.0; self.nodes()];
        if let Some(only) = only.get_mut(node) {
            *only = 1.0;
        }
        only
    }
}

#[cfg(test)]
mod tests;
