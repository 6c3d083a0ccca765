//! Areas with straight edges.

use super::Point;

/// Whether a point lies on the same side of every edge.
pub fn has_inside(points: &[Point], point: Point) -> bool {
    let ends = points.iter().skip(1).chain(points.first());
    let side =
        |(from, to): (&Point, &Point)| (to.x - from.x) * (point.y - from.y) - (to.y - from.y) * (point.x - from.x);
    let (mut left, mut right) = (false, false);
    for side in points.iter().zip(ends).map(side) {
        left |= side > 0.0;
        right |= side < 0.0;
    }
    left != right
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::explain::Cell;
    use crate::scene::{Colour, Scene, Shape};

    #[test]
    fn a_polygon_is_hit_inside_its_edges() {
        let corner = |x, y| Point::new(x, y);
        let mut scene = Scene::new(100.0, 100.0);
        for (at, left) in [(0, 0.0), (1, 5.0)] {
            let points = vec![
                corner(left + 10.0, 0.0),
                corner(left + 20.0, 10.0),
                corner(left + 10.0, 20.0),
                corner(left, 10.0),
            ];
            scene.show(Cell::new("x", [at]), None, Shape::Polygon { points, fill: Colour::hex(0) });
        }
        let hit = |x, y, reach| scene.hit(corner(x, y), reach).map(|(cell, _)| cell.index.axis(0));
        assert_eq!(hit(15.0, 10.0, 0.0), Some(1), "the one in front");
        assert_eq!(hit(3.0, 10.0, 0.0), Some(0));
        assert_eq!(hit(1.0, 1.0, 0.0), None, "beside its edge, inside its bounds");
        assert_eq!(hit(1.0, 1.0, 5.0), None, "its edge is 5.7 away");
        assert_eq!(hit(1.0, 1.0, 6.0), Some(0));
        assert_eq!(hit(60.0, 60.0, 12.0), None);
    }
}
