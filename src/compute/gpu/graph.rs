//! A graph as a picture: every edge and every node is an instance with a thread of its own, and so is every pixel.
//!
//! Edges and nodes count in whole numbers how much of each pixel they cover, so that the order in which the card comes to them does not
//! matter, and that a million faint edges are told apart: colours of eight bits could not add up so little. The more edges lie on a
//! pixel, the darker it is; nodes that share one show their mean.

use super::program::{Program, Room, one_by_one};

/// So many edges are drawn in one piece.
pub const PIECE: usize = 100_000;

/// The shader that colours the pixels by what covers them. The nodes are taken away: the next picture has others.
pub const GRAPH: &str = include_str!("graph_paint.wgsl");

/// The array of a graph's program that holds the colours of its nodes.
pub const COLOURS: usize = 3;

impl Program {
    /// What covers the pixels of a picture, with nodes at these places on it. Nothing where there is no edge.
    pub fn of_graph(pixels: usize, places: Vec<f32>, edges: &[(u32, u32)]) -> Option<Self> {
        let mut program = Self::new(&[16]);
        let (nodes, count) = (places.len() / 2, edges.len());
        let (groups, constants) = one_by_one(PIECE + nodes);
        let rooms = [
            Room::Weights(places),
            Room::Indices(edges.iter().flat_map(|&(from, to)| [from, to]).collect()),
            Room::Numbers(nodes),
        ];
        let [places, edges, colours] = rooms.map(|room| program.room(room));
        let text =
            format!("{constants}const PIECE = {PIECE}u;\nconst EDGES = {count}u;\n") + include_str!("graph.wgsl");
        program.output = program.call(text, 5 * pixels, &[0, places, edges, colours], groups)?;
        Some(program)
    }
}
