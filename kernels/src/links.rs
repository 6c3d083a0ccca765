//! What the nodes of a graph make of their neighbours.

use std::array::from_fn;

use crate::lanes::{LANES, Lanes};
use crate::pool::Pooling;
use crate::product::store;

/// How many numbers of a node are gathered at a time: as many as the registers hold.
const WIDTH: usize = 8 * LANES;

/// From which nodes a node hears: compressed sparse rows. The links of node v are those from `starts[v]` to `starts[v + 1]`.
#[derive(Clone, Debug, Default)]
pub struct Links {
    /// Where the links of each node start; one more at the end.
    pub starts: Vec<u32>,
    /// The node at the other end of each link.
    pub nodes: Vec<u32>,
}

impl Links {
    /// What the nodes from `first` on gather from rows of `width` numbers, as many nodes as `output` has rows. Their links are
    /// weighed by `weights`, which has a number for each. Nodes without links get 0.
    pub fn gather(
        &self,
        pooling: Pooling,
        weights: &[f32],
        (rows, width): (&[f32], usize),
        first: usize,
        output: &mut [f32],
    ) {
        for (ends, output) in self.starts[first..].windows(2).zip(output.chunks_exact_mut(width)) {
            let links = ends[0] as usize..ends[1] as usize;
            let (nodes, weights) = (&self.nodes[links.clone()], &weights[links]);
            for (first, output) in (0..width).step_by(WIDTH).zip(output.chunks_mut(WIDTH)) {
                let mut sums: Option<[Lanes; WIDTH / LANES]> = None;
                for (&node, &weight) in nodes.iter().zip(weights) {
                    let row = &rows[node as usize * width + first..][..output.len()];
                    let weight = Lanes::splat(weight);
                    let heard =
                        from_fn(|lanes| weight * Lanes::load_some(row.get(lanes * LANES..).unwrap_or_default()));
                    sums = Some(sums.map_or(heard, |sums| from_fn(|lanes| pooling.join(sums[lanes], heard[lanes]))));
                }
                store(sums.unwrap_or([Lanes::zero(); WIDTH / LANES]), output);
            }
        }
    }
}
