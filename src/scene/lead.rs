//! An edge while a hand leads it from node to node.

use super::{Drag, Point, Scene, Shape, Shows, Stroke, Theme};
use crate::explain::Cell;

impl Scene {
    /// The node at a point, or else the nearest within `reach`.
    pub fn node_at(&self, point: Point, reach: f32) -> Option<Cell> {
        let near = self.nodes().map(|(cell, shape)| (cell, shape.distance(point))).filter(|near| near.1 <= reach);
        near.min_by(|a, b| a.1.total_cmp(&b.1)).map(|(cell, _)| cell)
    }

    /// Draws an edge from a node to a point, and to the node there, which is marked.
    pub fn lead(&mut self, from: Cell, to: Point, reach: f32, theme: &Theme) {
        let disc = |node: Cell| {
            self.nodes().find_map(|(cell, shape)| match shape {
                Shape::Circle { centre, radius, .. } if cell == node => Some((*centre, *radius)),
                _ => None,
            })
        };
        let (Some((start, radius)), over) = (disc(from), self.node_at(to, reach)) else { return };
        let end = over.filter(|node| *node != from).and_then(disc);
        let stroke = Stroke::solid(theme.weight, 2.5 * theme.line);
        let (to, short) = end.map_or((to, 0.0), |(centre, radius)| (centre, radius + 5.0));
        let length = (to.x - start.x).hypot(to.y - start.y);
        if length > radius + short {
            self.line(start.towards(to, radius / length), start.towards(to, 1.0 - short / length), stroke);
        }
        if let Some((centre, radius)) = end {
            self.draw(Shape::Circle { centre, radius: radius + 5.0, fill: None, stroke: Some(stroke) });
        }
    }

    /// The discs of nodes: they can be moved.
    fn nodes(&self) -> impl Iterator<Item = (Cell, &Shape)> {
        self.marks.iter().filter_map(|mark| match (mark.shows, mark.drag) {
            (Shows::Cell(cell), Some(Drag::Move(_))) => Some((cell, &mark.shape)),
            _ => None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scene::{Colour, Rect};

    /// Two nodes beside each other, 100 apart, in the order in which they are drawn.
    fn scene() -> (Scene, [Cell; 2]) {
        let mut scene = Scene::new(200.0, 100.0);
        let nodes = [0, 1].map(|node| Cell::new("node", [node]));
        for (node, x) in nodes.into_iter().zip([50.0, 150.0]) {
            let fill = Some(Colour { rgba: [255; 4] });
            let shape = Shape::Circle { centre: Point::new(x, 50.0), radius: 10.0, fill, stroke: None };
            scene.show(node, Some(Drag::Move(Rect::default())), shape);
        }
        (scene, nodes)
    }

    #[test]
    fn a_node_is_found_from_nearby() {
        let (scene, nodes) = scene();
        assert_eq!(scene.node_at(Point::new(50.0, 50.0), 12.0), Some(nodes[0]));
        assert_eq!(scene.node_at(Point::new(131.0, 50.0), 12.0), Some(nodes[1]));
        assert_eq!(scene.node_at(Point::new(100.0, 50.0), 12.0), None);
    }

    #[test]
    fn an_edge_leads_to_the_hand_and_marks_the_node_there() {
        let led = |to: Point| {
            let (mut scene, nodes) = scene();
            scene.lead(nodes[0], to, 12.0, &Theme::LIGHT);
            let shapes = scene.marks.split_off(2).into_iter().map(|mark| mark.shape);
            shapes.collect::<Vec<_>>()
        };
        let line = |from: f32, to: f32| {
            let (points, stroke) =
                ([from, to].map(|x| Point::new(x, 50.0)).to_vec(), Stroke::solid(Theme::LIGHT.weight, 2.5));
            Shape::Line { points, stroke, curved: false, arrow: false }
        };
        assert_eq!(led(Point::new(100.0, 50.0)), [line(60.0, 100.0)]);
        assert_eq!(led(Point::new(55.0, 50.0)), [], "still on its own node");
        let joined = led(Point::new(145.0, 50.0));
        assert_eq!(joined[0], line(60.0, 135.0));
        assert_eq!(joined[1].bounds(), Some(Rect::new(135.0, 35.0, 30.0, 30.0)));
    }
}
