//! What both painters measure alike.

use crate::scene::Point;

/// The fonts that every system has; figures of equal width.
pub const FONT_FAMILY: &str = "system-ui, 'Segoe UI', Roboto, 'DejaVu Sans', sans-serif";

/// Lengths of the pieces of a dashed line, in units of its width.
pub const DASHES: [f32; 2] = [3.0, 2.5];

/// The three corners of the head of an arrow that ends in `points`.
pub fn arrow_head(points: &[Point], width: f32) -> Option<[Point; 3]> {
    let [.., from, tip] = points else { return None };
    let (dx, dy) = (tip.x - from.x, tip.y - from.y);
    let length = dx.hypot(dy);
    if length == 0.0 {
        return None;
    }
    let (ux, uy) = (dx / length, dy / length);
    let (long, half) = (4.0 + 3.0 * width, 1.5 + 1.5 * width);
    let base = Point::new(tip.x - ux * long, tip.y - uy * long);
    Some([*tip, Point::new(base.x - uy * half, base.y + ux * half), Point::new(base.x + uy * half, base.y - ux * half)])
}
