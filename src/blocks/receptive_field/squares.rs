//! The picture of two axes: the fields as nested squares on the input, and what each layer gives.

use super::places::EFFECTIVE;
use super::scene::{Focus, Picture};
use crate::blocks::View;
use crate::blocks::chain::Part;
use crate::explain::Stage;
use crate::scene::{Drag, Font, Point, Pointing, Rect, Scale, Scene, Stroke};

/// Room for a label above a map.
const LABEL: f32 = 20.0;
/// The most inputs that are marked one by one, where a field has gaps.
const MOST_DOTS: usize = 900;

impl<'a> Picture<'a> {
    /// The input with the squares, and what follows from it; where it ends.
    pub fn squares(&self, scene: &mut Scene) -> f32 {
        let (theme, width, focus) = (self.theme(), self.view.width, self.focus());
        let (wide, label) = (width >= 620.0, LABEL * theme.text);
        let effective = self.of.trace.stage(EFFECTIVE);
        let side = if wide { ((width - 28.0) / 2.0).min(400.0) } else { width.min(400.0) };
        let input = Rect::new(0.0, label, side, side);
        if let Some(stage) = self.of.of(Part::Row, 0) {
            let scale = self.view.memory.scale([stage]);
            let drag = Some(Drag::Turn(scale.limit / 80.0));
            self.map(scene, (stage, scale, drag), input, ("input x".to_owned(), theme.input));
            self.fields_on(scene, &focus, input);
        }
        let mut free = Rect::new(side + 28.0, 0.0, width - side - 28.0, 0.0);
        let mut bottom = input.bottom();
        if let Some(stage) = effective {
            let bounds = if wide { Rect { x: free.x, ..input } } else { Rect { y: bottom + label + 6.0, ..input } };
            let scale = self.view.memory.scale([stage]);
            self.map(scene, (stage, scale, None), bounds, ("effective field".to_owned(), theme.gradient));
            self.square(scene, &focus, focus.row, bounds);
            bottom = bounds.bottom();
        }
        if effective.is_some() || !wide {
            free = Rect::new(0.0, bottom + 12.0, width, 0.0);
        }
        let size = match wide {
            true if self.of.depth < 3 => 170.0,
            true => 108.0 * theme.text,
            false => 92.0 * theme.text,
        };
        let (mut x, mut y) = (free.x, free.y);
        for row in 1..=self.of.depth {
            let Some(shown) = self.shown(row) else { continue };
            if x + size > free.right() + 1.0 {
                (x, y) = (free.x, y + size + label + 24.0 * theme.text);
            }
            let bounds = Rect::new(x, y + label, size, size);
            self.map(scene, shown, bounds, (self.label(row), theme.filter(row - 1)));
            self.mark(scene, &focus, row, bounds);
            let below = Point::new(x, bounds.bottom() + 10.0 * theme.text);
            let text = format!("r = {}", self.fields.rows()[row].field);
            self.view.caption(scene, below, text);
            bottom = bottom.max(below.y + 8.0 * theme.text);
            x += size + 16.0;
        }
        let mut line = bottom + 14.0 * theme.text;
        self.range(scene, line);
        if !wide {
            line += 20.0 * theme.text;
        }
        let seen = if focus.row > 0 { "on the input: what one cell of each layer sees" } else { "" };
        let in_maps = match focus.row {
            0 => "in the maps: what the input reaches",
            row if row == self.of.depth => "in the maps: what the output is made from",
            _ => "in the maps: what the number is made from, and what it reaches",
        };
        for told in [seen, in_maps] {
            self.view.caption(scene, Point::new(2.0, line), told);
            line += 15.0 * theme.text;
        }
        line
    }

    fn map(
        &self,
        scene: &mut Scene,
        (stage, scale, drag): (&'a Stage, Scale, Option<Drag>),
        bounds: Rect,
        (label, colour): (String, crate::scene::Colour),
    ) {
        let theme = self.theme();
        let above = Point::new(bounds.x, bounds.y - 9.0 * theme.text);
        scene.text(above, Font::starting(11.5 * theme.text).bold(), colour, label);
        // The squares tell what is seen; an outline around each of the cells would hide the picture.
        let View { pointing, .. } = self.view;
        let pointing = Pointing { at: pointing.at, term: pointing.term.clone(), ..Pointing::default() };
        View { pointing: &pointing, ..self.view }.grid(scene, stage, &[], bounds, scale, drag);
        self.view.outline(scene, bounds, theme.hairline, 1.0, 1.0);
    }

    /// The field of one cell of each row, nested: of the cells on the way, those in the middle. Dots where the field has gaps.
    fn fields_on(&self, scene: &mut Scene, focus: &Focus, input: Rect) {
        for row in 1..=focus.row {
            self.square(scene, focus, row, input);
        }
        if focus.row > 0 {
            let pitch = input.width / self.settings.size as f32;
            self.dots(scene, [0, 1].map(|axis| &focus.seen[axis][0]), input, pitch);
        }
    }

    /// A dot in each of these rows and columns, where they have gaps: a square would say that what lies between is seen, too.
    fn dots(&self, scene: &mut Scene, [rows, columns]: [&Vec<usize>; 2], map: Rect, pitch: f32) {
        let has_gaps = |cells: &[usize]| cells.windows(2).any(|pair| pair[1] - pair[0] > 1);
        if rows.len() * columns.len() > MOST_DOTS || !(has_gaps(rows) || has_gaps(columns)) {
            return;
        }
        let (radius, theme) = ((pitch * 0.15).clamp(1.2, 3.2), self.theme());
        let rim = Stroke::solid(theme.card, 0.8 * theme.line);
        for row in rows {
            for column in columns {
                let place = |at: usize, share: f32| (at as f32 + share) * pitch;
                // In the corner, beside the number.
                let centre = Point::new(map.x + place(*column, 0.8), map.y + place(*row, 0.2));
                scene.circle(centre, radius, theme.output, rim);
            }
        }
    }

    /// The field of the middle cell of a row, as far as it lies on the input.
    fn square(&self, scene: &mut Scene, focus: &Focus, row: usize, input: Rect) {
        let pitch = input.width / self.settings.size as f32;
        let side = |axis: usize| {
            let cells = &focus.seen[axis][row];
            let (first, last) = self.fields.rows()[row].range(cells.get(cells.len() / 2).copied().unwrap_or_default());
            let on_input = |at: i64| at.clamp(0, self.settings.size as i64) as f32 * pitch;
            (on_input(first), on_input(last + 1))
        };
        let ((top, bottom), (left, right)) = (side(0), side(1));
        let bounds = Rect::new(input.x + left, input.y + top, right - left, bottom - top);
        // Where two fields share an edge, both can be seen.
        let bounds = bounds.grow(-((focus.row - row) as f32).min(0.2 * pitch));
        let width = if row == focus.row { 3.0 } else { 2.0 };
        let (theme, colour) = (self.theme(), self.theme().filter(row.saturating_sub(1)));
        // A rim around the line, so that it is seen on numbers of its own colour.
        for (colour, width) in [(theme.card.fade(0.75), width + 2.0), (colour, width)] {
            self.view.outline(scene, bounds, colour, width, 2.0);
        }
    }

    /// Which cells of a row are seen from above or reached from below.
    fn mark(&self, scene: &mut Scene, focus: &Focus, row: usize, map: Rect) {
        let pitch = map.width / self.fields.rows()[row].size as f32;
        let cells = |axis: usize| match row.checked_sub(focus.row) {
            Some(above) => focus.reached[axis].get(above),
            None => focus.seen[axis].get(row),
        };
        if let (Some(rows), Some(columns)) = (cells(0), cells(1)) {
            self.dots(scene, [rows, columns], map, pitch);
        }
        let side = |axis: usize| {
            let cells = cells(axis)?;
            Some((*cells.first()? as f32 * pitch, (cells.last()? + 1) as f32 * pitch))
        };
        let (Some((top, bottom)), Some((left, right))) = (side(0), side(1)) else { return };
        let bounds = Rect::new(map.x + left, map.y + top, right - left, bottom - top);
        let (colour, width) = (self.theme().filter(row - 1), 2.0 * self.theme().line);
        let stroke = if row > focus.row { Stroke::dashed(colour, width) } else { Stroke::solid(colour, width) };
        scene.frame(bounds, Some(stroke), 2.0);
    }
}
