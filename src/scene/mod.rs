//! Pictures as data.
//!
//! A [`Scene`] is a pure function of what was computed, where the transport stands, what is pointed at, how wide the picture
//! may be and which [`Theme`] colours it. Its [`Mark`]s carry the [`Cell`] they show, so that the hit test, the keyboard, the
//! spoken sentence and the formula's highlight all use one address. Units are CSS pixels, y grows downward.

pub mod arrange;
mod bars;
mod changes;
mod colour;
mod crowd;
mod field;
mod grid;
mod layout;
mod lead;
mod legend;
mod magnifier;
mod memory;
mod pen;
mod pointing;
mod polygon;
mod raster;
mod scale;
pub mod script;
mod swarm;
mod theme;

pub use bars::Bars;
pub use colour::Colour;
pub use crowd::Crowd;
pub use field::Field;
pub use grid::{Grid, draw_cell, outline_field, relation_stroke};
pub use layout::{Direction, Point, Rect};
pub use legend::legend;
pub use magnifier::magnify;
pub use memory::Memory;
pub use pointing::{Pointing, Relation};
pub use raster::Raster;
pub use scale::Scale;
pub use swarm::Swarm;
pub use theme::{Theme, ThemeName};

use std::rc::Rc;

use crate::explain::Cell;

/// A picture, ready to be painted.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Scene {
    /// How wide the picture is.
    pub width: f32,
    /// How tall it is.
    pub height: f32,
    /// What is on it, from back to front.
    pub marks: Vec<Mark>,
    /// Cells that are dots of one of the marks.
    pub crowd: Option<Crowd>,
    /// Dots and lines that a card may paint behind the marks.
    pub swarm: Option<Swarm>,
    /// Whether more of it is to come: what it shows still moves by itself.
    pub unfinished: bool,
}

/// A shape, and what it shows.
#[derive(Clone, Debug, PartialEq)]
pub struct Mark {
    /// What is painted.
    pub shape: Shape,
    /// The numbers it shows.
    pub shows: Shows,
    /// What a drag does to the number, where it can be changed.
    pub drag: Option<Drag>,
}

/// What a drag does to a number.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Drag {
    /// Up and down turns it like a knob: value per pixel upward.
    Turn(f32),
    /// Every number that is crossed takes this value, as from a pen.
    Paint(f32),
    /// Two settings follow the pointer, such as the side from which something is seen.
    Slide(Slide),
    /// A node follows the pointer within a box.
    Move(Rect),
    /// An edge is led from a node to another, or to a place within a box.
    Join(Rect),
}

/// Two settings, one that changes to the right and one that changes downward.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Slide {
    /// Their keys.
    pub keys: [&'static str; 2],
    /// By how much a pixel changes them.
    pub per_pixel: [f32; 2],
    /// Whether they begin again at one end when they come to the other.
    pub around: [bool; 2],
}

/// The numbers that a shape shows.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Shows {
    /// None: a line, a label.
    Nothing,
    /// One.
    Cell(Cell),
    /// One in a crowd, such as a voxel: a pointer finds it, while the keys go where the number is written out.
    Voxel(Cell),
    /// Rows and columns of them, too small to be shapes of their own.
    Field(Field),
}

/// What can be painted.
#[derive(Clone, Debug, PartialEq)]
pub enum Shape {
    /// A rectangle with rounded corners.
    Rect {
        /// Where.
        bounds: Rect,
        /// Colour inside.
        fill: Option<Colour>,
        /// The outline.
        stroke: Option<Stroke>,
        /// Of the corners.
        radius: f32,
    },
    /// A disc.
    Circle {
        /// The middle.
        centre: Point,
        /// From the middle to the rim.
        radius: f32,
        /// Colour inside.
        fill: Option<Colour>,
        /// The outline.
        stroke: Option<Stroke>,
    },
    /// Straight through its points, or a smooth curve where `curved` (then of two end points and two control points).
    Line {
        /// From start to end.
        points: Vec<Point>,
        /// How it is drawn.
        stroke: Stroke,
        /// A cubic Bézier curve instead of straight pieces.
        curved: bool,
        /// An arrow head at the end.
        arrow: bool,
    },
    /// A filled area with straight edges, such as a face of a voxel.
    Polygon {
        /// Its corners, in order; it has no dents.
        points: Vec<Point>,
        /// Colour inside.
        fill: Colour,
    },
    /// One line of text.
    Text {
        /// The anchor, at the middle of the line's height.
        at: Point,
        /// What it says.
        text: String,
        /// How it is set.
        font: Font,
        /// Its colour.
        colour: Colour,
    },
    /// Pixels, stretched over a rectangle.
    Pixels {
        /// Where.
        bounds: Rect,
        /// The picture.
        bitmap: Rc<Bitmap>,
    },
}

/// How a line is drawn.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Stroke {
    /// Its colour.
    pub colour: Colour,
    /// Its width.
    pub width: f32,
    /// Dashed: such as what is padded, or copied.
    pub dashed: bool,
}

impl Stroke {
    /// A full line.
    pub fn solid(colour: Colour, width: f32) -> Self {
        Self { colour, width, dashed: false }
    }

    /// A dashed line.
    pub fn dashed(colour: Colour, width: f32) -> Self {
        Self { colour, width, dashed: true }
    }
}

/// How a text is set.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Font {
    /// The height of the letters' box.
    pub size: f32,
    /// Heavier letters.
    pub bold: bool,
    /// Where the anchor is.
    pub align: Align,
}

/// Which end of a text its anchor is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Align {
    /// The text starts at the anchor.
    Start,
    /// The anchor is in the middle.
    Middle,
    /// The text ends at the anchor.
    End,
}

impl Font {
    /// Centred on its anchor.
    pub fn centred(size: f32) -> Self {
        Self { size, bold: false, align: Align::Middle }
    }

    /// Starting at its anchor.
    pub fn starting(size: f32) -> Self {
        Self { size, bold: false, align: Align::Start }
    }

    /// Ending at its anchor.
    pub fn ending(size: f32) -> Self {
        Self { size, bold: false, align: Align::End }
    }

    /// How many characters of a number are sure to fit into a width.
    pub fn room(self, width: f32) -> usize {
        (width / (self.widest() * self.size) + 1e-3) as usize
    }

    /// The same font, smaller where so many characters of a number would not fit into a width.
    pub fn fitting(mut self, characters: usize, width: f32) -> Self {
        let size = width / (self.widest() * characters as f32);
        self.size = self.size.min(size.max(7.0));
        self
    }

    /// How wide a figure may be, as a part of its height.
    fn widest(self) -> f32 {
        if self.bold { 0.7 } else { 0.63 }
    }

    /// The same font, heavier.
    pub fn bold(mut self) -> Self {
        self.bold = true;
        self
    }
}

/// A picture of pixels: red, green, blue and opacity, row by row.
#[derive(Debug, PartialEq, Eq)]
pub struct Bitmap {
    /// Pixels in a row.
    pub width: u32,
    /// Rows.
    pub height: u32,
    /// Four bytes a pixel.
    pub rgba: Vec<u8>,
}

impl Scene {
    /// An empty picture.
    pub fn new(width: f32, height: f32) -> Self {
        Self { width, height, ..Self::default() }
    }

    /// The same picture on a background.
    pub fn on(mut self, colour: Colour) -> Self {
        let bounds = Rect::new(0.0, 0.0, self.width, self.height);
        let shape = Shape::Rect { bounds, fill: Some(colour), stroke: None, radius: 0.0 };
        self.marks.insert(0, Mark { shape, shows: Shows::Nothing, drag: None });
        self
    }

    /// The cell at a point, and the mark that shows it: the topmost mark that covers the point, or else the nearest within
    /// `reach`, so that small marks are easy to touch.
    pub fn hit(&self, point: Point, reach: f32) -> Option<(Cell, &Mark)> {
        let mut best: Option<(f32, Cell, &Mark)> = None;
        for mark in self.marks.iter().rev() {
            let bounds = mark.shape.bounds();
            let cell = match (mark.shows, bounds) {
                (Shows::Cell(cell) | Shows::Voxel(cell), _) => cell,
                (Shows::Field(field), Some(bounds)) => field.cell_at(bounds, point),
                _ => continue,
            };
            let distance = mark.shape.distance(point);
            if distance == 0.0 {
                return Some((cell, mark));
            }
            if distance <= reach && best.is_none_or(|(nearest, ..)| distance < nearest) {
                best = Some((distance, cell, mark));
            }
        }
        let dot = || {
            let crowd = self.crowd.as_ref()?;
            Some((crowd.cell_of(crowd.nearest(point)?), &self.marks[crowd.mark]))
        };
        best.map(|(_, cell, mark)| (cell, mark)).or_else(dot)
    }

    /// What a drag does that begins at a point: on the number there, or on ground that shows none.
    pub fn drag_at(&self, point: Point, reach: f32) -> Option<Drag> {
        let ground = |mark: &&Mark| mark.shows == Shows::Nothing && mark.shape.distance(point) == 0.0;
        match self.hit(point, reach) {
            Some((_, mark)) => mark.drag,
            None => self.marks.iter().filter(ground).find_map(|mark| mark.drag),
        }
    }

    /// What slides in the picture.
    pub fn slide(&self) -> Option<Slide> {
        self.marks.iter().find_map(|mark| match mark.drag {
            Some(Drag::Slide(slide)) => Some(slide),
            _ => None,
        })
    }

    /// The mark that shows a cell; where several do, the one that shows it largest.
    pub fn mark(&self, cell: Cell) -> Option<&Mark> {
        self.place(cell).map(|(_, mark)| mark)
    }

    /// Where a cell is shown, at its largest.
    pub fn bounds(&self, cell: Cell) -> Option<Rect> {
        self.place(cell).map(|(bounds, _)| bounds)
    }

    fn place(&self, cell: Cell) -> Option<(Rect, &Mark)> {
        let shown = |mark: &Mark| match mark.shows {
            Shows::Cell(shown) if shown == cell => mark.shape.bounds(),
            Shows::Field(field) if field.contains(cell) => field.bounds_of(mark.shape.bounds()?, cell),
            _ => None,
        };
        let places = self.marks.iter().filter_map(|mark| Some((shown(mark)?, mark)));
        let dot = || {
            let crowd = self.crowd.as_ref()?;
            Some((crowd.bounds_of(crowd.dot(cell)?), &self.marks[crowd.mark]))
        };
        places.max_by(|(a, _), (b, _)| a.area().total_cmp(&b.area())).or_else(dot)
    }

    /// The cells that are shapes of their own, each once, from back to front.
    pub fn cells(&self) -> Vec<Cell> {
        let mut seen = std::collections::HashSet::new();
        let cell = |mark: &Mark| match mark.shows {
            Shows::Cell(cell) => Some(cell),
            _ => None,
        };
        self.marks.iter().filter_map(cell).filter(|cell| seen.insert(*cell)).collect()
    }

    /// The nearest cell in a direction, as the arrow keys walk: near and straight ahead beats near and aside. Where one cell
    /// is in front of another, the keys reach the one that is seen.
    pub fn neighbour(&self, from: Cell, direction: Direction) -> Option<Cell> {
        let (next, place) = self.next(from, direction)?;
        if self.crowd.as_ref().is_some_and(|crowd| crowd.dot(next).is_some()) {
            return Some(next);
        }
        let seen = self.hit(place.centre(), 0.0).map(|(cell, _)| cell);
        seen.filter(|cell| *cell != from).or(Some(next))
    }

    /// The next cell, and the place at which it was come upon: where it is shown twice, the nearer one.
    fn next(&self, from: Cell, direction: Direction) -> Option<(Cell, Rect)> {
        if let Some(mark) = self.mark(from)
            && let Shows::Field(field) = mark.shows
            && let Some(cell) = field.neighbour(from, direction)
        {
            return Some((cell, field.bounds_of(mark.shape.bounds()?, cell)?));
        }
        let crowd = self.crowd.as_ref();
        let dot = |crowd: &Crowd, dot| (crowd.cell_of(dot), crowd.bounds_of(dot));
        if let Some(crowd) = crowd
            && let Some(next) = crowd.dot(from).and_then(|from| crowd.neighbour(from, direction))
        {
            return Some(dot(crowd, next));
        }
        let start = self.bounds(from)?.centre();
        let reached = |mark: &Mark| {
            let bounds = mark.shape.bounds()?;
            let (cell, bounds) = match mark.shows {
                Shows::Nothing | Shows::Voxel(_) => return None,
                Shows::Cell(cell) => (cell, bounds),
                Shows::Field(field) => {
                    let beside = field.cell_at(bounds, start);
                    let is_ahead = direction.distances(start, field.bounds_of(bounds, beside)?.centre()).0 > 1.0;
                    // Where the field lies under `from`, the next of its cells.
                    let cell = if is_ahead { beside } else { field.neighbour(beside, direction)? };
                    (cell, field.bounds_of(bounds, cell)?)
                }
            };
            let (ahead, aside) = direction.distances(start, bounds.centre());
            (cell != from && ahead > 1.0).then_some(((cell, bounds), ahead + 3.0 * aside))
        };
        let dots = crowd.filter(|crowd| crowd.dot(from).is_none());
        let dots = dots.and_then(|crowd| crowd.next(start, direction).map(|(next, cost)| (dot(crowd, next), cost)));
        let all = self.marks.iter().filter_map(reached).chain(dots);
        all.min_by(|a, b| a.1.total_cmp(&b.1)).map(|(next, _)| next)
    }
}

impl Shape {
    /// The box around a shape that has an area; lines and texts have none.
    pub fn bounds(&self) -> Option<Rect> {
        match self {
            Self::Rect { bounds, .. } | Self::Pixels { bounds, .. } => Some(*bounds),
            Self::Circle { centre, radius, .. } => {
                Some(Rect::new(centre.x - radius, centre.y - radius, 2.0 * radius, 2.0 * radius))
            }
            Self::Polygon { points, .. } => {
                let points = points.iter().map(|point| Rect::new(point.x, point.y, 0.0, 0.0));
                points.reduce(Rect::union)
            }
            Self::Line { .. } | Self::Text { .. } => None,
        }
    }

    /// How far a point is from what a shape paints, 0 on it; texts and curves cannot be touched.
    fn distance(&self, point: Point) -> f32 {
        match self {
            Self::Polygon { points, .. } if polygon::has_inside(points, point) => 0.0,
            Self::Polygon { points, .. } => match points[..] {
                [first, .., last] => nearest(points, point).min(point.distance_to(last, first)),
                _ => f32::INFINITY,
            },
            Self::Line { points, stroke, curved: false, .. } => (nearest(points, point) - stroke.width / 2.0).max(0.0),
            _ => self.bounds().map_or(f32::INFINITY, |bounds| bounds.distance(point)),
        }
    }
}

/// How far a point is from the straight pieces between others.
fn nearest(points: &[Point], point: Point) -> f32 {
    points.windows(2).map(|ends| point.distance_to(ends[0], ends[1])).fold(f32::INFINITY, f32::min)
}
