//! A lane of bars on a common baseline.

use std::ops::Range;

use super::grid::relation_stroke;
use super::{Drag, Font, Point, Pointing, Rect, Relation, Scale, Scene, Shape, Stroke, Theme};
use crate::explain::{Stage, cell_number};

/// How a stage of one axis is drawn as bars.
#[derive(Clone, Copy)]
pub struct Bars<'a> {
    /// The numbers.
    pub stage: &'a Stage,
    /// Where the middle of the first bar is, from the left.
    pub start: f32,
    /// From one bar to the next.
    pub pitch: f32,
    /// The height of zero, from the top.
    pub baseline: f32,
    /// The longest bar, upward or downward.
    pub reach: f32,
    /// From numbers to lengths and colours.
    pub scale: Scale,
    /// Whether a bar's number can be changed by dragging it.
    pub editable: bool,
}

impl Bars<'_> {
    /// Where the middle of a bar is.
    pub fn x(&self, at: f32) -> f32 {
        self.start + at * self.pitch
    }

    /// Draws the bars on their baseline.
    pub fn draw(&self, scene: &mut Scene, pointing: &Pointing, theme: &Theme) {
        let half = self.half(scene.width);
        let (left, right) = (self.start - half, self.x(self.stage.len().saturating_sub(1) as f32) + half);
        let stroke = Stroke::solid(theme.hairline, theme.line);
        scene.line(Point::new(left, self.baseline), Point::new(right, self.baseline), stroke);
        self.each(scene, pointing, theme, None);
    }

    /// Draws the bars around those of the reader's own numbers, such as padding: dashed.
    pub fn draw_around(&self, scene: &mut Scene, pointing: &Pointing, theme: &Theme, own: Range<usize>) {
        self.each(scene, pointing, theme, Some(own));
    }

    /// Half of a column's width. Wide strides leave the outermost bars little room.
    fn half(&self, width: f32) -> f32 {
        let last = self.x(self.stage.len().saturating_sub(1) as f32);
        (self.pitch / 2.0).min(self.start).min(width - last)
    }

    fn each(&self, scene: &mut Scene, pointing: &Pointing, theme: &Theme, around: Option<Range<usize>>) {
        let half = self.half(scene.width);
        let width = (half * 1.44).min(44.0);
        let font = Font::centred((self.pitch * 0.30).clamp(9.0, 12.5) * theme.text).fitting(5, self.pitch - 1.0);
        let numbered = self.pitch >= 24.0 * theme.text;
        for (place, cell) in self.stage.cells().enumerate() {
            let Some(value) = self.stage.value(&cell.index) else { continue };
            if around.as_ref().is_some_and(|own| own.contains(&place)) {
                continue;
            }
            let middle = self.x(place as f32);
            let length = self.scale.share(value) * self.reach;
            let (top, height) = if length >= 0.0 { (self.baseline - length, length) } else { (self.baseline, -length) };
            let bounds = Rect::new(middle - width / 2.0, top, width, height.max(2.0));
            let relation = pointing.relation(cell);
            let mut stroke = relation_stroke(relation, self.stage, theme);
            let mut fill = theme.value(value, self.scale);
            if around.is_some() {
                fill = fill.fade(0.35);
                stroke = Some(Stroke { dashed: true, ..stroke.unwrap_or(Stroke::solid(theme.muted, theme.line)) });
            }
            let drag = self.editable.then_some(Drag::Turn(self.scale.limit / self.reach));
            // The whole column can be grabbed, so that a bar of height zero can be pulled up.
            let column = Rect::new(middle - half, self.baseline - self.reach, 2.0 * half, 2.0 * self.reach);
            scene.show(cell, drag, Shape::Rect { bounds: column, fill: None, stroke: None, radius: 0.0 });
            scene.rect(bounds, Some(fill), stroke, 2.0);
            if numbered || relation == Relation::At {
                let above = if length >= 0.0 { top - font.size * 0.75 } else { bounds.bottom() + font.size * 0.75 };
                let font = if relation == Relation::At { font.bold() } else { font };
                scene.text(Point::new(bounds.centre().x, above), font, theme.ink, cell_number(value, 5));
            }
        }
    }
}
