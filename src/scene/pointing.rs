//! What is pointed at, and what that lights up.

use std::collections::HashSet;

use crate::explain::Cell;

/// What is pointed at, with the cells it was made from and those it goes into.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Pointing {
    /// The cell under the pointer, under the keyboard's focus, or the transport's.
    pub at: Option<Cell>,
    /// Whether somebody points at it: the pointer or the keyboard, not just the transport.
    pub is_chosen: bool,
    /// What is pointed at again when the pointer leaves: the keyboard's cell, or else the transport's.
    pub kept: Option<Cell>,
    /// Every cell it was made from, directly or through others.
    pub sources: HashSet<Cell>,
    /// Every cell that it goes into.
    pub targets: HashSet<Cell>,
    /// The cell that shines brightest: the one whose term in the formula is pointed at.
    pub term: HashSet<Cell>,
}

/// How a cell stands to what is pointed at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Relation {
    /// It is the one.
    At,
    /// The pointed-at cell was made from it.
    Source,
    /// It was made from the pointed-at cell.
    Target,
    /// It belongs to the term that is pointed at in the formula.
    Term,
    /// Neither.
    None,
}

impl Pointing {
    /// The most cells that light up for one that is pointed at.
    pub const MOST: usize = 4096;

    /// How a cell stands to what is pointed at.
    pub fn relation(&self, cell: Cell) -> Relation {
        if self.at == Some(cell) {
            Relation::At
        } else if self.term.contains(&cell) {
            Relation::Term
        } else if self.sources.contains(&cell) {
            Relation::Source
        } else if self.targets.contains(&cell) {
            Relation::Target
        } else {
            Relation::None
        }
    }
}
