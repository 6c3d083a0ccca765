//! The picture of all images held out: how often what is read as what, and every mistake.

use super::confusion::mistakes;
use crate::blocks::View;
use crate::data::digits::{CLASSES, SIDE};
use crate::data::trained::Trained;
use crate::explain::{Cell, Role, Trace};
use crate::scene::{Bitmap, Font, Point, Rect, Relation, Scale, Scene, Shape, Stroke, Theme};

/// A mistake's image.
const THUMBNAIL: f32 = 88.0;
const GAP: f32 = 16.0;

/// Draws all images.
pub fn draw(trained: &Trained, trace: &Trace, view: View<'_>) -> Scene {
    let (Some(counts), theme, width) = (trace.stage("confusion"), view.theme, view.width) else {
        return Scene::default();
    };
    let wide = width >= 640.0;
    let (left, top) = (22.0 * theme.text, 46.0 * theme.text);
    let side = (if wide { width * 0.5 } else { width } - left - 4.0).min(420.0 * theme.text);
    let grid = Rect::new(left, top, side, side);
    let right = if wide { grid.right() + 36.0 } else { 4.0 };
    let list = Point::new(right, if wide { top } else { grid.bottom() + 40.0 * theme.text });
    let mut scene = Scene::new(width, 0.0);
    heads(&mut scene, grid, theme);
    for cell in counts.cells() {
        let (row, column) = (cell.index.axis(0), cell.index.axis(1));
        let place = grid.tile((CLASSES, CLASSES), (row as f32, column as f32)).grow(-0.5);
        count(&mut scene, &view, cell, counts.value(&cell.index).unwrap_or(0.0), place);
    }
    let bottom = thumbnails(&mut scene, trained, trace, &view, list);
    scene.height = bottom.max(grid.bottom() + 8.0);
    scene
}

/// How often one class is read as another: mistakes stand out however rare they are.
fn count(scene: &mut Scene, view: &View<'_>, cell: Cell, count: f32, bounds: Rect) {
    let (theme, wrong) = (view.theme, count > 0.0 && cell.index.axis(0) != cell.index.axis(1));
    let fill = match (wrong, count > 0.0) {
        (true, _) => theme.positive,
        (false, true) => theme.card.mix(theme.output, 0.3),
        (false, false) => theme.soft,
    };
    scene.show(cell, None, Shape::Rect { bounds, fill: Some(fill), stroke: None, radius: 1.5 });
    let (font, ink) = (Font::centred(12.0 * theme.text), if wrong { theme.ink_on(fill) } else { theme.ink });
    match count > 0.0 {
        true => scene.text(bounds.centre(), if wrong { font.bold() } else { font }, ink, count.to_string()),
        false => scene.text(bounds.centre(), font, theme.muted, "·"),
    }
    let stroke = match view.pointing.relation(cell) {
        Relation::None => return,
        Relation::At => Stroke::solid(theme.ink, 2.5 * theme.line),
        Relation::Target => Stroke::dashed(theme.ink, 1.5 * theme.line),
        _ => Stroke::solid(theme.ink, 1.5 * theme.line),
    };
    scene.frame(bounds, Some(stroke), 2.0);
}

/// What rows and columns stand for.
fn heads(scene: &mut Scene, grid: Rect, theme: &Theme) {
    let pitch = grid.width / CLASSES as f32;
    let (font, bold) = (Font::centred(11.5 * theme.text), Font::starting(11.5 * theme.text).bold());
    scene.text(
        Point::new(grid.x, grid.y - 36.0 * theme.text),
        bold,
        theme.role(Role::Output),
        "what the network says →",
    );
    scene.text(Point::new(2.0, grid.y - 20.0 * theme.text), bold, theme.role(Role::Input), "↓ what it is");
    for class in 0..CLASSES {
        let along = (class as f32 + 0.5) * pitch;
        scene.text(Point::new(grid.x + along, grid.y - 8.0 * theme.text), font, theme.output, class.to_string());
        scene.text(Point::new(grid.x - 11.0 * theme.text, grid.y + along), font, theme.input, class.to_string());
    }
}

/// Every mistake as a small image, to be opened; where they end.
fn thumbnails(scene: &mut Scene, trained: &Trained, trace: &Trace, view: &View<'_>, from: Point) -> f32 {
    let theme = view.theme;
    let Some(predicted) = trace.stage("predicted") else { return from.y };
    let wrong = mistakes(trace);
    let room = view.width - from.x;
    let per_row = (((room + GAP) / (THUMBNAIL + GAP)) as usize).max(1);
    let heading = format!("{} mistakes: choose one to open it", wrong.len());
    let font = Font::starting(11.5 * theme.text);
    scene.text(Point::new(from.x, from.y - 8.0 * theme.text), font.bold(), theme.ink, heading);
    let down = THUMBNAIL + 24.0 * theme.text;
    for (place, &image) in wrong.iter().enumerate() {
        let Some(digit) = trained.digits.held_out.get(image) else { continue };
        let (row, column) = ((place / per_row) as f32, (place % per_row) as f32);
        let corner = Point::new(from.x + column * (THUMBNAIL + GAP), from.y + 6.0 + row * down);
        let bounds = Rect::new(corner.x, corner.y, THUMBNAIL, THUMBNAIL);
        let scale = Scale::new(1.0);
        let make = || {
            let rgba = digit.shades().flat_map(|shade| theme.value(shade, scale).rgba).collect();
            Bitmap { width: SIDE as u32, height: SIDE as u32, rgba }
        };
        let bitmap = view.memory.bitmap(predicted, &[image], (SIDE, SIDE), scale, theme, make);
        let cell = Cell::new("predicted", [image]);
        scene.show(cell, None, Shape::Pixels { bounds, bitmap });
        let stroke = match view.pointing.relation(cell) {
            Relation::None => Stroke::solid(theme.hairline, theme.line),
            Relation::At => Stroke::solid(theme.output, 2.5 * theme.line),
            _ => Stroke::solid(theme.output, 1.5 * theme.line),
        };
        scene.frame(bounds.grow(0.5), Some(stroke), 2.0);
        let said = predicted.value(&cell.index).unwrap_or(0.0);
        let below = Point::new(corner.x, bounds.bottom() + 10.0 * theme.text);
        scene.text(below, font, theme.ink, format!("{} as {said}", digit.label));
    }
    from.y + 6.0 + wrong.len().div_ceil(per_row) as f32 * down
}
