//! The colour scale, with its range.

use super::{Font, Point, Rect, Scale, Scene, Theme};
use crate::explain::cell_number;

/// Draws the scale so that it ends at `end`: from the negative limit over zero to the positive one, behind `label`, which says of what.
pub fn legend(scene: &mut Scene, end: Point, scale: Scale, theme: &Theme, label: &str) {
    const PIECES: u8 = 24;
    let (width, height) = (120.0, 8.0);
    let font = Font::starting(10.5 * theme.text);
    let limit = cell_number(scale.limit, 5);
    let text = 6.6 * theme.text * (limit.chars().count() + 1) as f32;
    let left = end.x - text - width;
    for piece in 0..PIECES {
        let share = f32::from(piece) / f32::from(PIECES - 1) * 2.0 - 1.0;
        let piece_width = width / f32::from(PIECES);
        let bounds = Rect::new(left + f32::from(piece) * piece_width, end.y - height / 2.0, piece_width + 0.3, height);
        let fill = Some(theme.value(share * scale.limit, scale));
        scene.rect(bounds, fill, None, 0.0);
    }
    let ending = Font { align: super::Align::End, ..font };
    scene.text(Point::new(left - 5.0, end.y), ending, theme.muted, format!("−{limit}"));
    scene.text(Point::new(left - text - 14.0, end.y), ending, theme.muted, label);
    scene.text(Point::new(left + width + 5.0, end.y), font, theme.muted, limit);
}
