//! What is pointed at, by the pointer, the keyboard or the transport, and what that lights up.

use std::collections::HashSet;

use super::Session;
use crate::explain::{Cell, Explanation};
use crate::scene::{Direction, Pointing, Scene};

impl Session {
    /// Points at a cell for as long as the pointer is there.
    pub fn hover(&mut self, cell: Option<Cell>) {
        if self.hover != cell {
            self.hover = cell;
            self.point_again();
        }
    }

    /// The cell under the pointer.
    pub fn hovered(&self) -> Option<Cell> {
        self.hover
    }

    /// Points at the cells of a term of the formula.
    pub fn hover_term(&mut self, cells: HashSet<Cell>) {
        self.term = cells;
        self.pointing.term = self.term.clone();
    }

    /// Points at a cell until another is chosen. Where the transport passes it, the transport goes there.
    pub fn focus_on(&mut self, cell: Option<Cell>) {
        self.focus = cell;
        if let (Some(cell), Ok(trace)) = (cell, &self.trace)
            && let Some(step) = self.block.step_of(trace, cell)
        {
            self.transport.playing = false;
            self.transport.jump(step as f64, self.steps());
        }
        self.point_again();
    }

    /// A cell was clicked, or Enter pressed on it: opens what it stands for, or else points at it.
    pub fn choose(&mut self, cell: Cell) {
        match self.block.open(self.settings(), cell) {
            Some(settings) => self.begin_with(settings),
            None => self.focus_on(Some(cell)),
        }
    }

    /// The cell that is chosen.
    pub fn focus(&self) -> Option<Cell> {
        self.focus
    }

    /// The cell that is pointed at: by the pointer, else by the keyboard, else by the transport.
    pub fn at(&self) -> Option<Cell> {
        self.pointing.at
    }

    /// Walks with the arrow keys to the next cell of a picture.
    pub fn walk(&mut self, scene: &Scene, direction: Direction) {
        self.hover = None;
        let start = self.at().filter(|cell| scene.mark(*cell).is_some());
        let next = match start {
            Some(cell) => scene.neighbour(cell, direction).or(start),
            None => scene.cells().first().copied(),
        };
        self.focus_on(next);
    }

    /// What is pointed at, and what that lights up.
    pub fn pointing(&self) -> &Pointing {
        &self.pointing
    }

    /// Why the number that is pointed at is what it is.
    pub fn explanation(&self) -> Option<&Explanation> {
        self.explanation.as_ref()
    }

    /// Why any number is what it is.
    pub fn explain(&self, cell: Cell) -> Option<Explanation> {
        self.block.explain(&self.shown, self.trace.as_ref().ok()?, cell)
    }

    pub(super) fn point_again(&mut self) {
        let Ok(trace) = &self.trace else {
            (self.pointing, self.explanation) = (Pointing::default(), None);
            return;
        };
        let (block, settings) = (self.block, &self.shown);
        let kept = self.focus.or_else(|| block.step_cell(trace, self.transport.step()));
        let at = self.hover.or(kept);
        self.explanation = at.and_then(|cell| block.explain(settings, trace, cell));
        let reached =
            |next: &dyn Fn(Cell) -> Vec<Cell>| at.map(|cell| reached(cell, block.near(), next)).unwrap_or_default();
        self.pointing = Pointing {
            at,
            is_chosen: self.hover.or(self.focus).is_some(),
            kept,
            sources: reached(&|cell| block.sources(settings, trace, cell)),
            targets: reached(&|cell| block.influences(settings, trace, cell)),
            term: self.term.clone(),
        };
    }
}

/// Every cell that can be reached from one, without that one; in one step, where only what is near counts.
fn reached(from: Cell, near: bool, next: &dyn Fn(Cell) -> Vec<Cell>) -> HashSet<Cell> {
    let mut seen = HashSet::new();
    let mut open = vec![from];
    while let Some(cell) = open.pop() {
        for found in next(cell) {
            if seen.len() < Pointing::MOST && found != from && seen.insert(found) && !near {
                open.push(found);
            }
        }
    }
    seen
}
