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
