//! Dots and lines for a card: so many that the CPU paints a sample of them.

use std::rc::Rc;

use super::{Colour, Point, Rect};
use crate::data::graphs::GraphData;

/// A graph's nodes as dots, its edges as lines. What stays the same from one picture to the next is shared with it.
#[derive(Clone, Debug, PartialEq)]
pub struct Swarm {
    /// Where all of it is, on the scene.
    pub bounds: Rect,
    /// Where each dot is, on the scene.
    pub places: Rc<[Point]>,
    /// The colour of each dot.
    pub colours: Rc<[Colour]>,
    /// Whose edges are the lines.
    pub graph: Rc<GraphData>,
    /// The radius of a dot.
    pub radius: f32,
    /// The colour behind everything and that of the lines.
    pub inks: [Colour; 2],
}

impl Swarm {
    /// Whether the same lines lie at the same places.
    pub fn has_lines_of(&self, other: &Self) -> bool {
        self.bounds == other.bounds && self.places == other.places && self.has_graph_of(other)
    }

    /// Whether it is of the same graph.
    pub fn has_graph_of(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.graph, &other.graph)
    }

    /// Whether it looks the same.
    pub fn is(&self, other: &Self) -> bool {
        self.has_lines_of(other) && self.colours == other.colours && self.inks == other.inks
    }
}
