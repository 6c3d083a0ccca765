//! What has to be painted again when one picture follows another.

use super::{Align, Mark, Rect, Scene, Shape, Shows, Stroke};

/// How far to look for the mark at which two pictures agree again after something was put in or left out.
const LOOK_AHEAD: usize = 64;
/// More boxes than this are painted as fewer.
const MOST_BOXES: usize = 8;
/// Boxes nearer than this are one.
const NEAR: f32 = 8.0;
/// Where boxes cover more of the picture than this, the whole picture is painted.
const MOST_COVERED: f32 = 0.7;

impl Scene {
    /// The boxes outside which this picture looks like the one `before` it; nothing where the whole picture is another.
    pub fn changes(&self, before: &Self) -> Option<Vec<Rect>> {
        if (before.width, before.height) != (self.width, self.height) {
            return None;
        }
        let mut boxes = Vec::new();
        let (mut old, mut new) = (&before.marks[..], &self.marks[..]);
        while let ([was, ..], [is, ..]) = (old, new) {
            if was.shape == is.shape {
                (old, new) = (&old[1..], &new[1..]);
                continue;
            }
            let (gone, come) = if is_in_place_of(is, was) {
                (1, 1)
            } else if let Some(place) = find(is, old) {
                (place, 0)
            } else if let Some(place) = find(was, new) {
                (0, place)
            } else {
                (1, 1)
            };
            old[..gone].iter().chain(&new[..come]).for_each(|mark| add(&mut boxes, mark.shape.extent()));
            (old, new) = (&old[gone..], &new[come..]);
        }
        old.iter().chain(new).for_each(|mark| add(&mut boxes, mark.shape.extent()));
        let covered: f32 = boxes.iter().map(|bounds| bounds.width * bounds.height).sum();
        (covered <= MOST_COVERED * self.width * self.height).then_some(boxes)
    }
}

fn is_in_place_of(is: &Mark, was: &Mark) -> bool {
    match (&is.shape, &was.shape) {
        (Shape::Text { at, .. }, Shape::Text { at: before, .. }) => at == before,
        _ => is.shows != Shows::Nothing && is.shows == was.shows,
    }
}

fn find(mark: &Mark, marks: &[Mark]) -> Option<usize> {
    marks.iter().take(LOOK_AHEAD).position(|other| other.shape == mark.shape)
}

/// Adds a box, as one with those that it touches.
fn add(boxes: &mut Vec<Rect>, mut bounds: Rect) {
    boxes.retain(|known| {
        let near = known.grow(NEAR).touches(bounds);
        if near {
            bounds = bounds.union(*known);
        }
        !near
    });
    if boxes.len() == MOST_BOXES {
        bounds = boxes.pop().map_or(bounds, |last| last.union(bounds));
    }
    boxes.push(bounds);
}

impl Shape {
    /// A box that nothing of the shape is painted outside of.
    pub fn extent(&self) -> Rect {
        let outline = |stroke: &Option<Stroke>| stroke.map_or(0.0, |stroke| stroke.width / 2.0);
        match self {
            Self::Rect { bounds, stroke, .. } => bounds.grow(outline(stroke) + 1.0),
            Self::Circle { centre, radius, stroke, .. } => {
                Rect::new(centre.x, centre.y, 0.0, 0.0).grow(radius + outline(stroke) + 1.0)
            }
            Self::Line { points, stroke, .. } => {
                let points = points.iter().map(|point| Rect::new(point.x, point.y, 0.0, 0.0));
                // Room for the tip of a corner, and for the head of an arrow.
                points.reduce(Rect::union).unwrap_or_default().grow(5.0 * stroke.width + 4.0)
            }
            Self::Text { at, text, font, .. } => {
                let width = (text.chars().count() as f32 + 1.0) * font.size;
                let left = match font.align {
                    Align::Start => at.x - font.size / 2.0,
                    Align::Middle => at.x - width / 2.0,
                    Align::End => at.x - width + font.size / 2.0,
                };
                Rect::new(left, at.y - font.size, width, 2.0 * font.size)
            }
            Self::Polygon { .. } => self.bounds().unwrap_or_default().grow(1.0),
            Self::Pixels { bounds, .. } => bounds.grow(1.0),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scene::{Colour, Font, Point};

    const BLACK: Colour = Colour { rgba: [0, 0, 0, 255] };
    const WHITE: Colour = Colour { rgba: [255, 255, 255, 255] };

    /// Squares of 10 in a row, 40 apart.
    fn row(colours: &[Colour]) -> Scene {
        let mut scene = Scene::new(400.0, 100.0);
        for (place, colour) in colours.iter().enumerate() {
            let bounds = Rect::new(40.0 * place as f32, 0.0, 10.0, 10.0);
            scene.fill(bounds, *colour, 0.0);
        }
        scene
    }

    fn square(place: usize) -> Rect {
        Rect::new(40.0 * place as f32, 0.0, 10.0, 10.0).grow(1.0)
    }

    #[test]
    fn nothing_changes_between_equal_pictures() {
        let scene = row(&[BLACK; 5]);
        assert_eq!(scene.changes(&scene.clone()), Some(vec![]));
    }

    #[test]
    fn another_size_is_another_picture() {
        let mut wider = row(&[BLACK]);
        wider.width += 1.0;
        assert_eq!(wider.changes(&row(&[BLACK])), None);
    }

    #[test]
    fn marks_that_change_come_and_go_are_found() {
        let before = row(&[BLACK; 5]);
        let changed = row(&[BLACK, BLACK, WHITE, BLACK, BLACK]);
        assert_eq!(changed.changes(&before), Some(vec![square(2)]));
        let mut fewer = before.clone();
        fewer.marks.remove(1);
        assert_eq!(fewer.changes(&before), Some(vec![square(1)]));
        assert_eq!(before.changes(&fewer), Some(vec![square(1)]));
        let mut shorter = before.clone();
        shorter.marks.truncate(4);
        assert_eq!(shorter.changes(&before), Some(vec![square(4)]));
    }

    #[test]
    fn marks_that_change_places_in_front_of_each_other_are_found() {
        let before = row(&[BLACK; 3]);
        let mut turned = before.clone();
        turned.marks.rotate_left(1);
        let boxes = turned.changes(&before).expect("few boxes");
        assert!(boxes.iter().any(|bounds| bounds.touches(square(0))));
    }

    #[test]
    fn a_text_that_grows_is_covered() {
        let text = |text: &str| {
            let mut scene = Scene::new(400.0, 100.0);
            scene.text(Point::new(200.0, 50.0), Font::centred(12.0), BLACK, text);
            scene
        };
        let boxes = text("−12.75").changes(&text("1")).expect("few boxes");
        assert_eq!(boxes.len(), 1);
        assert!(boxes[0].x <= 170.0 && boxes[0].right() >= 230.0);
    }

    #[test]
    fn what_changes_nearly_everywhere_is_painted_whole() {
        let whole = |colour| {
            let mut scene = Scene::new(100.0, 100.0);
            let bounds = Rect::new(0.0, 0.0, 100.0, 100.0);
            scene.fill(bounds, colour, 0.0);
            scene
        };
        assert_eq!(whole(BLACK).changes(&whole(WHITE)), None);
    }
}
