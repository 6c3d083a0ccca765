//! Points, boxes and directions.

/// A place on the picture.
#[derive(Clone, Copy, Debug, PartialEq, Default)]
pub struct Point {
    /// From the left.
    pub x: f32,
    /// From the top.
    pub y: f32,
}

impl Point {
    /// The point at `x`, `y`.
    pub fn new(x: f32, y: f32) -> Self {
        Self { x, y }
    }

    /// The point `t` of the way to another.
    pub fn towards(self, other: Self, t: f32) -> Self {
        Self::new(self.x + (other.x - self.x) * t, self.y + (other.y - self.y) * t)
    }

    /// How far it is from the straight line between two points.
    pub fn distance_to(self, from: Self, to: Self) -> f32 {
        let (dx, dy) = (to.x - from.x, to.y - from.y);
        let along = (self.x - from.x) * dx + (self.y - from.y) * dy;
        let nearest = from.towards(to, (along / (dx * dx + dy * dy).max(f32::MIN_POSITIVE)).clamp(0.0, 1.0));
        (self.x - nearest.x).hypot(self.y - nearest.y)
    }
}

/// A box on the picture.
#[derive(Clone, Copy, Debug, PartialEq, Default)]
pub struct Rect {
    /// The left edge.
    pub x: f32,
    /// The top edge.
    pub y: f32,
    /// From left to right.
    pub width: f32,
    /// From top to bottom.
    pub height: f32,
}

impl Rect {
    /// The box with its upper left corner at `x`, `y`.
    pub fn new(x: f32, y: f32, width: f32, height: f32) -> Self {
        Self { x, y, width, height }
    }

    /// The right edge.
    pub fn right(self) -> f32 {
        self.x + self.width
    }

    /// The bottom edge.
    pub fn bottom(self) -> f32 {
        self.y + self.height
    }

    /// The middle.
    pub fn centre(self) -> Point {
        Point::new(self.x + self.width / 2.0, self.y + self.height / 2.0)
    }

    /// The box with every edge moved outward (inward where negative).
    pub fn grow(self, by: f32) -> Self {
        Self::new(self.x - by, self.y - by, (self.width + 2.0 * by).max(0.0), (self.height + 2.0 * by).max(0.0))
    }

    /// The smallest box around both.
    pub fn union(self, other: Self) -> Self {
        let (x, y) = (self.x.min(other.x), self.y.min(other.y));
        Self::new(x, y, self.right().max(other.right()) - x, self.bottom().max(other.bottom()) - y)
    }

    /// The box of one of `rows` × `columns` tiles, between two of them while it glides.
    pub fn tile(self, (rows, columns): (usize, usize), (row, column): (f32, f32)) -> Self {
        let (width, height) = (self.width / columns as f32, self.height / rows as f32);
        Self::new(self.x + column * width, self.y + row * height, width, height)
    }

    /// The largest box of `rows` × `columns` square tiles inside, centred.
    pub fn fit(self, rows: usize, columns: usize) -> Self {
        let pitch = (self.width / columns.max(1) as f32).min(self.height / rows.max(1) as f32);
        let (width, height) = (pitch * columns as f32, pitch * rows as f32);
        Self::new(self.x + (self.width - width) / 2.0, self.y + (self.height - height) / 2.0, width, height)
    }

    /// The same box, where it is narrower grown until it reaches so far from its middle to either side.
    pub fn reaching(self, far: f32) -> Self {
        self.grow((far - self.width / 2.0).max(0.0))
    }

    /// The same box, moved as little as it takes to be inside another.
    pub fn inside(self, frame: Self) -> Self {
        let x = self.x.min(frame.right() - self.width).max(frame.x);
        let y = self.y.min(frame.bottom() - self.height).max(frame.y);
        Self { x, y, ..self }
    }

    /// Width times height.
    pub fn area(self) -> f32 {
        self.width * self.height
    }

    /// Where in the box a point is, from 0 to 1 across and down; outside of it, at its rim.
    pub fn share(self, at: Point) -> [f32; 2] {
        [(at.x - self.x) / self.width, (at.y - self.y) / self.height].map(|share| share.clamp(0.0, 1.0))
    }

    /// Whether the two have a point in common.
    pub fn touches(self, other: Self) -> bool {
        self.x <= other.right() && other.x <= self.right() && self.y <= other.bottom() && other.y <= self.bottom()
    }

    /// How far a point is from the box; 0 inside.
    pub fn distance(self, point: Point) -> f32 {
        let dx = (self.x - point.x).max(point.x - self.right()).max(0.0);
        let dy = (self.y - point.y).max(point.y - self.bottom()).max(0.0);
        dx.hypot(dy)
    }
}

/// Where an arrow key points.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// To smaller x.
    Left,
    /// To larger x.
    Right,
    /// To smaller y.
    Up,
    /// To larger y.
    Down,
}

impl Direction {
    /// How far that is to the right, and downward.
    pub fn steps(self) -> [f64; 2] {
        match self {
            Self::Left => [-1.0, 0.0],
            Self::Right => [1.0, 0.0],
            Self::Up => [0.0, -1.0],
            Self::Down => [0.0, 1.0],
        }
    }

    /// How far `to` lies ahead of `from` in this direction, and how far aside.
    pub fn distances(self, from: Point, to: Point) -> (f32, f32) {
        let (dx, dy) = (to.x - from.x, to.y - from.y);
        match self {
            Self::Left => (-dx, dy.abs()),
            Self::Right => (dx, dy.abs()),
            Self::Up => (-dy, dx.abs()),
            Self::Down => (dy, dx.abs()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_distance_to_a_line_ends_at_its_ends() {
        let (from, to) = (Point::new(0.0, 0.0), Point::new(10.0, 0.0));
        for (x, y, distance) in [(5.0, 3.0, 3.0), (-3.0, 4.0, 5.0), (13.0, 0.0, 3.0), (10.0, 0.0, 0.0)] {
            assert_eq!(Point::new(x, y).distance_to(from, to), distance, "{x}, {y}");
        }
        assert_eq!(Point::new(3.0, 4.0).distance_to(from, from), 5.0);
    }
}
