//! Cells that are dots of one picture, each at its own place.

use std::rc::Rc;

use super::{Direction, Point, Rect};
use crate::explain::{Cell, Index};

/// How far around a dot a pointer finds it.
const REACH: f32 = 14.0;

/// The cells along one axis of a stage, each a dot somewhere on a picture. The keys walk along strips of dots as a reader walks along
/// lines, so that they come to every one.
#[derive(Clone, Debug, PartialEq)]
pub struct Crowd {
    /// Any of the cells: the others differ from it along the axis.
    pub cell: Cell,
    /// The axis.
    pub axis: usize,
    /// Where each dot is, on the scene.
    pub places: Rc<[Point]>,
    /// Where all of them are.
    pub bounds: Rect,
    /// The mark that shows them.
    pub mark: usize,
}

impl Crowd {
    /// The cell of a dot.
    pub fn cell_of(&self, dot: usize) -> Cell {
        let mut position = self.cell.index.to_vec();
        position[self.axis] = dot;
        Cell { index: Index::new(&position).unwrap_or(self.cell.index), ..self.cell }
    }

    /// The dot of a cell; nothing where it is none of these.
    pub fn dot(&self, cell: Cell) -> Option<usize> {
        let dot = cell.index.axis(self.axis);
        (dot < self.places.len() && self.cell_of(dot) == cell).then_some(dot)
    }

    /// The box around a dot.
    pub fn bounds_of(&self, dot: usize) -> Rect {
        Rect::new(self.places[dot].x, self.places[dot].y, 0.0, 0.0).grow(2.0)
    }

    /// The dot nearest to a point, as far as a pointer reaches.
    pub fn nearest(&self, point: Point) -> Option<usize> {
        let near = |at: &Point| (at.x - point.x).hypot(at.y - point.y);
        let (dot, far) = best((0..self.places.len()).map(|dot| (dot, near(&self.places[dot]))))?;
        (far <= REACH).then_some(dot)
    }

    /// The next dot in a direction: the next in the strip, or in the next strip the one nearest to straight ahead.
    pub fn neighbour(&self, from: usize, direction: Direction) -> Option<usize> {
        let [right, down] = direction.steps();
        let (start, strip) = (self.places[from], self.strip(from));
        let others = (0..self.places.len()).filter(|dot| *dot != from);
        if down == 0.0 {
            // Dots on top of each other are walked through by their number.
            let order =
                |dot: usize| (right as f32 * (self.places[dot].x - start.x), right * (dot as f64 - from as f64));
            let ahead = others.filter(|dot| self.strip(*dot) == strip && order(*dot) > (0.0, 0.0));
            return ahead.min_by(|a, b| order(*a).partial_cmp(&order(*b)).unwrap_or_else(|| a.cmp(b)));
        }
        let beyond = |dot: &usize| (self.strip(*dot) - strip) * down as i32;
        let next = others.clone().map(|dot| beyond(&dot)).filter(|beyond| *beyond > 0).min()?;
        let ahead = others.filter(|dot| beyond(dot) == next);
        best(ahead.map(|dot| (dot, (self.places[dot].x - start.x).abs()))).map(|(dot, _)| dot)
    }

    /// The nearest dot in a direction from elsewhere on the scene.
    pub fn next(&self, start: Point, direction: Direction) -> Option<(usize, f32)> {
        let cost = |dot: usize| {
            let (ahead, aside) = direction.distances(start, self.places[dot]);
            (ahead > 1.0).then_some((dot, ahead + 3.0 * aside))
        };
        best((0..self.places.len()).filter_map(cost))
    }

    /// The strip in which a dot is; there are about as many as dots in each.
    fn strip(&self, dot: usize) -> i32 {
        let strips = (self.places.len() as f32).sqrt().ceil();
        ((self.places[dot].y - self.bounds.y) / self.bounds.height * strips) as i32
    }
}

fn best(all: impl Iterator<Item = (usize, f32)>) -> Option<(usize, f32)> {
    all.min_by(|a, b| a.1.total_cmp(&b.1))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::random::Random;

    fn crowd(dots: usize) -> Crowd {
        let mut random = Random::new(5);
        let mut places: Vec<Point> =
            (0..dots).map(|_| Point::new(300.0 * random.uniform() as f32, 200.0 * random.uniform() as f32)).collect();
        // Some are on top of each other.
        places[1] = places[0];
        places[2] = places[0];
        let bounds = Rect::new(0.0, 0.0, 300.0, 200.0);
        Crowd { cell: Cell::new("hidden-1", [0, 1]), axis: 0, places: places.into(), bounds, mark: 0 }
    }

    #[test]
    fn a_pointer_finds_the_nearest_dot() {
        let crowd = crowd(500);
        for dot in 3..500 {
            let at = crowd.places[dot];
            assert_eq!(crowd.nearest(Point::new(at.x + 0.01, at.y)), Some(dot));
            assert_eq!(crowd.dot(crowd.cell_of(dot)), Some(dot));
        }
        assert_eq!(crowd.nearest(Point::new(-20.0, 100.0)), None);
        assert_eq!(crowd.cell_of(7), Cell::new("hidden-1", [7, 1]));
        for other in [Cell::new("hidden-1", [7, 0]), Cell::new("hidden-1", [500, 1]), Cell::new("input", [7, 1])] {
            assert_eq!(crowd.dot(other), None);
        }
    }

    #[test]
    fn the_keys_come_to_every_dot() {
        let crowd = crowd(400);
        let (mut reached, mut open) = (vec![false; 400], vec![9]);
        while let Some(dot) = open.pop() {
            for direction in [Direction::Left, Direction::Right, Direction::Up, Direction::Down] {
                if let Some(next) = crowd.neighbour(dot, direction).filter(|next| !reached[*next]) {
                    reached[next] = true;
                    open.push(next);
                }
            }
        }
        assert!(reached.iter().all(|reached| *reached));
    }
}
