//! The neighbourhood of a cell that is too small for its number, and the number in full.

use super::grid::relation_stroke;
use super::{Font, Point, Rect, Relation, Scale, Scene, Stroke, Theme};
use crate::explain::{Cell, Digits, Index, Numeral, Stage, cell_number, listed};

/// How large a magnified cell is.
const PITCH: f32 = 36.0;
/// Smaller cells are magnified.
const SMALL: f32 = 10.0;
/// Room for the number in full, below the cells.
const CAPTION: f32 = 20.0;
/// Between the magnifier and what it magnifies.
const GAP: f32 = 16.0;

/// Shows the numbers around a small cell, and its own in full below them, beside the cell: the pointer stays free to move on.
pub fn magnify(scene: &mut Scene, stage: &Stage, cell: Cell, scale: Scale, theme: &Theme) {
    let Some(at) = scene.bounds(cell).filter(|at| at.width < SMALL) else { return };
    let Some(value) = stage.value(&cell.index) else { return };
    let reach = if scene.width < 600.0 { 2 } else { 3 };
    let pitch = PITCH * theme.text;
    let side = pitch * (2 * reach + 1) as f32;
    let caption = CAPTION * theme.text;
    let place = beside(at, (side, side + caption), scene);
    let frame = Some(Stroke::solid(theme.muted, 1.2 * theme.line));
    scene.rect(place.grow(5.0), Some(theme.card), frame, 8.0);
    let [.., row, column] = cell.index.to_vec()[..] else { return };
    let font = Font::centred(10.5 * theme.text).fitting(5, pitch - 3.0);
    for (y, x) in (-reach..=reach).flat_map(|y| (-reach..=reach).map(move |x| (y, x))) {
        let moved = |from: usize, by: i32| from.checked_add_signed(by as isize);
        let (Some(row), Some(column)) = (moved(row, y), moved(column, x)) else { continue };
        let mut position = cell.index.to_vec();
        if let [.., last_row, last_column] = &mut position[..] {
            (*last_row, *last_column) = (row, column);
        }
        let Some(near) = Index::new(&position).and_then(|index| stage.value(&index)) else { continue };
        let corner = Point::new(place.x + (x + reach) as f32 * pitch, place.y + (y + reach) as f32 * pitch);
        let bounds = Rect::new(corner.x, corner.y, pitch, pitch).grow(-0.5);
        let fill = theme.value(near, scale);
        scene.fill(bounds, fill, 1.5);
        scene.text(bounds.centre(), font, theme.ink_on(fill), cell_number(near, 5));
    }
    let middle = Rect::new(place.x + reach as f32 * pitch, place.y + reach as f32 * pitch, pitch, pitch);
    let stroke = relation_stroke(Relation::At, stage, theme);
    scene.frame(middle, stroke, 2.0);
    let words =
        format!("{}[{}] = {}", stage.symbol, listed(&cell.index.to_vec()), Numeral::single(value, Digits::Trimmed(7)));
    let below = Point::new(place.centre().x, place.bottom() - caption / 2.0 + 2.0);
    scene.text(below, Font::centred(11.0 * theme.text).bold(), theme.ink, words);
}

/// A box beside a cell and on the picture: on the right where there is room, else on the left, below or above.
fn beside(at: Rect, (across, down): (f32, f32), scene: &Scene) -> Rect {
    let (width, height) = (scene.width - across, scene.height - down);
    let middle = at.centre();
    let inside = |x: f32, y: f32| {
        Rect::new(x.clamp(6.0, width.max(12.0) - 6.0), y.clamp(6.0, height.max(12.0) - 6.0), across, down)
    };
    let (level, centred) = (middle.y - down / 2.0, middle.x - across / 2.0);
    let places = [
        inside(at.right() + GAP, level),
        inside(at.x - GAP - across, level),
        inside(centred, at.bottom() + GAP),
        inside(centred, at.y - GAP - down),
    ];
    places.into_iter().find(|place| place.grow(8.0).distance(middle) > 0.0).unwrap_or(places[0])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stands_on_the_picture_and_not_on_the_cell() {
        let scene = Scene::new(900.0, 600.0);
        for (x, y) in [(0.0, 0.0), (899.0, 0.0), (450.0, 300.0), (0.0, 599.0), (899.0, 599.0), (700.0, 10.0)] {
            let place = beside(Rect::new(x, y, 1.0, 1.0), (217.0, 237.0), &scene);
            assert!(place.x >= 0.0 && place.right() <= 900.0 && place.y >= 0.0 && place.bottom() <= 600.0, "{place:?}");
            assert!(place.distance(Point::new(x, y)) > 0.0, "{place:?} covers {x}, {y}");
        }
    }
}
