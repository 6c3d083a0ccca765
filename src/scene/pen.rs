//! What adds shapes to a picture.

use super::{Colour, Drag, Font, Mark, Point, Rect, Scene, Shape, Shows, Stroke};
use crate::explain::Cell;

impl Scene {
    /// Adds a shape that shows no number.
    pub fn draw(&mut self, shape: Shape) {
        self.marks.push(Mark { shape, shows: Shows::Nothing, drag: None });
    }

    /// Adds a shape that shows the number in `cell`.
    pub fn show(&mut self, cell: Cell, drag: Option<Drag>, shape: Shape) {
        self.marks.push(Mark { shape, shows: Shows::Cell(cell), drag });
    }

    /// The marks from a place on repeat what is shown elsewhere: a pointer finds their numbers, the keys go where they stand first.
    pub fn repeats_from(&mut self, first: usize) {
        for mark in &mut self.marks[first..] {
            if let Shows::Cell(cell) = mark.shows {
                mark.shows = Shows::Voxel(cell);
            }
        }
    }

    /// Adds a rectangle that shows no number.
    pub fn rect(&mut self, bounds: Rect, fill: Option<Colour>, stroke: Option<Stroke>, radius: f32) {
        self.draw(Shape::Rect { bounds, fill, stroke, radius });
    }

    /// Adds a rectangle of one colour.
    pub fn fill(&mut self, bounds: Rect, fill: Colour, radius: f32) {
        self.rect(bounds, Some(fill), None, radius);
    }

    /// Adds an outline.
    pub fn frame(&mut self, bounds: Rect, stroke: Option<Stroke>, radius: f32) {
        self.rect(bounds, None, stroke, radius);
    }

    /// Adds a line of text.
    pub fn text(&mut self, at: Point, font: Font, colour: Colour, text: impl Into<String>) {
        self.draw(Shape::Text { at, text: text.into(), font, colour });
    }

    /// Adds a straight line.
    pub fn line(&mut self, from: Point, to: Point, stroke: Stroke) {
        self.draw(Shape::Line { points: vec![from, to], stroke, curved: false, arrow: false });
    }

    /// Adds a straight line with an arrow head at its end.
    pub fn arrow(&mut self, from: Point, to: Point, stroke: Stroke) {
        self.draw(Shape::Line { points: vec![from, to], stroke, curved: false, arrow: true });
    }

    /// Adds a smooth curve between the first point and the last, with its two control points in between.
    pub fn curve(&mut self, points: [Point; 4], stroke: Stroke, arrow: bool) {
        self.draw(Shape::Line { points: points.to_vec(), stroke, curved: true, arrow });
    }

    /// Adds a disc with a rim.
    pub fn circle(&mut self, centre: Point, radius: f32, fill: Colour, rim: Stroke) {
        self.draw(Shape::Circle { centre, radius, fill: Some(fill), stroke: Some(rim) });
    }
}
