//! Every number of every step, as maps: a row for each unit, a column for each step.

use super::Picture;
use crate::data::sequences::Memory;
use crate::explain::{Cell, Index, Stage, cell_number};
use crate::scene::{Bitmap, Field, Font, Mark, Point, Rect, Scene, Shape, Shows, outline_field};

/// The least pitch at which cells are shapes of their own.
const SMALLEST: f32 = 5.0;

/// Columns of steps.
#[derive(Clone, Copy)]
pub struct Columns {
    pub left: f32,
    pub pitch: f32,
    /// The first step in sight, and how many are.
    pub first: usize,
    pub count: usize,
}

impl Columns {
    /// Where a step's column begins.
    pub fn x(&self, step: usize) -> f32 {
        self.left + self.pitch * (step as f32 - self.first as f32)
    }

    /// The same with the state before the first step in front, where that is in sight.
    fn with_start(self, ahead: usize) -> (Self, usize) {
        match (ahead, self.first) {
            (1, 0) => (Self { left: self.left - self.pitch, count: self.count + 1, ..self }, 0),
            _ => (self, ahead),
        }
    }

    fn holds(&self, step: usize) -> bool {
        (self.first..self.first + self.count).contains(&step)
    }
}

impl Picture<'_> {
    /// The steps in sight, in a strip of this width.
    pub fn columns(&self, left: f32, width: f32) -> Columns {
        let count = self.settings.shown.min(self.steps).max(1);
        // A state has a column more, for what was before the first step.
        let pitch = (width / (count + 1) as f32).min(34.0 * self.theme().text);
        // The transport scrolls: where it stands is in the middle, as far as there is something on both sides.
        let stands = (self.row(self.view.step) as usize).saturating_sub(count / 2);
        let first = stands.min(self.steps.saturating_sub(count));
        Columns { left: left + pitch, pitch, first, count }
    }

    /// Which maps there are: stage, label, letter.
    fn listed(&self) -> &'static [(&'static str, &'static str)] {
        match self.settings.layer() {
            Memory::Rnn => &[("hidden", "hidden h")],
            Memory::Lstm => &[
                ("forget", "forget f"),
                ("output-gate", "output o"),
                ("input-gate", "input i"),
                ("cell", "cell c"),
                ("candidate", "candidate c̃"),
                ("hidden", "hidden h"),
            ],
            Memory::Gru => &[("reset", "reset r"), ("new", "new n"), ("update", "update z"), ("hidden", "hidden h")],
        }
    }

    /// Draws the maps of all units, or of one; returns where they end.
    pub fn maps(&self, scene: &mut Scene, top: f32, unit: Option<usize>) -> f32 {
        let (text, listed) = (self.theme().text, self.listed());
        let label = 96.0 * text;
        let wide = self.view.width >= 720.0 * text && listed.len() > 1 && unit.is_none();
        let across = if wide { 2 } else { 1 };
        let width = (self.view.width - 8.0) / across as f32;
        let stacked = self.view.width < 480.0 * text;
        let label = if stacked { 8.0 } else { label };
        let units = unit.map_or(self.settings.units(), |_| 1);
        let height = match units {
            1 => 24.0 * text,
            units => (units as f32 * 17.0 * text).clamp(40.0, 150.0 * text),
        };
        let gap = if stacked {
            8.0 * text
        } else if unit.is_some() {
            4.0
        } else {
            20.0 * text
        };
        let mut bottom = top;
        for column in 0..across {
            let left = column as f32 * width + label;
            let columns = self.columns(left, width - label - 10.0);
            let mut y = self.tape(scene, &columns, top) + 4.0;
            let start = y;
            for (name, label) in listed.iter().skip(column).step_by(across) {
                let Some(stage) = self.stage(name) else { continue };
                let bounds = Rect::new(
                    columns.left,
                    if stacked { y + 15.0 * text } else { y },
                    columns.pitch * columns.count as f32,
                    height,
                );
                let colour = self.theme().named(stage.role);
                let (at, font) = match stacked {
                    true => (Point::new(8.0, y + 7.0 * text), self.view.font()),
                    false => (Point::new(left - 8.0, bounds.centre().y), Font::ending(11.5 * text)),
                };
                scene.text(at, font.bold(), colour, *label);
                self.map(scene, stage, columns, bounds, unit);
                y = bounds.bottom() + gap;
            }
            self.now(scene, &columns, start, y - gap);
            bottom = bottom.max(y - gap);
        }
        bottom + 8.0 * text
    }

    /// The tokens above their columns; returns where they end.
    pub fn tape(&self, scene: &mut Scene, columns: &Columns, top: f32) -> f32 {
        let theme = self.theme();
        let (height, at) = (18.0 * theme.text, self.at());
        let every = (13.0 * theme.text / columns.pitch).ceil() as usize;
        let is_tight = columns.pitch < 7.0 * theme.text;
        for step in columns.first..columns.first + columns.count {
            let label = match &self.letters {
                Some(_) if is_tight && step != at => continue,
                Some(_) => self.letter(step),
                None if step % every == 0 || step == at => step.to_string(),
                None => continue,
            };
            let centre = Point::new(columns.x(step) + columns.pitch / 2.0, top + height / 2.0);
            let size = if is_tight { 12.0 } else { (columns.pitch / theme.text * 1.1).min(13.0) };
            let mut font = Font::centred(size * theme.text);
            font.bold = step == at;
            let colour = if self.is_added(step) { theme.output } else { theme.ink };
            if let (Some(stage), Some(token)) = (self.trace.stage("input"), self.token(step)) {
                let bounds = Rect::new(columns.x(step), top, columns.pitch, height);
                self.view.place(scene, (stage, token), bounds, None, 2.0);
            }
            scene.text(centre, font, colour, label);
        }
        top + height
    }

    /// The cell of the input that holds a step's token.
    pub fn token(&self, step: usize) -> Option<Cell> {
        let input = self.trace.stage("input").filter(|_| self.letters.is_some())?;
        let at = (0..input.shape()[1]).find(|&at| input.value(&[step as u32, at as u32]) == Some(1.0))?;
        input.cell(&[step, at])
    }

    /// A frame around the step that is looked at.
    fn now(&self, scene: &mut Scene, columns: &Columns, top: f32, bottom: f32) {
        let at = self.at();
        let row = self.row(self.view.step) as f32;
        if row < 0.5 && !self.view.pointing.is_chosen || !columns.holds(at) {
            return;
        }
        let glide = if self.view.pointing.is_chosen { at as f32 } else { (row - 1.0).max(0.0) };
        let x = columns.left + columns.pitch * (glide - columns.first as f32);
        let bounds = Rect::new(x, top, columns.pitch, bottom - top).grow(1.5);
        self.view.outline(scene, bounds, self.theme().ink, 1.4, 4.0);
    }

    /// One stage: rows are units, columns steps.
    fn map(&self, scene: &mut Scene, stage: &Stage, columns: Columns, bounds: Rect, unit: Option<usize>) {
        let rows = unit.map_or(stage.shape()[1], |_| 1);
        let first = unit.unwrap_or(0);
        let (columns, ahead) = columns.with_start(self.ahead(stage));
        let width = columns.pitch * columns.count as f32;
        let bounds = Rect { x: columns.left, width, ..bounds };
        let height = bounds.height / rows.max(1) as f32;
        if rows == 0 || columns.count == 0 {
            return;
        }
        if columns.pitch >= SMALLEST && height >= SMALLEST {
            let (mut outlines, mut digits) = (Vec::new(), Scene::default());
            for row in 0..rows {
                for column in 0..columns.count {
                    let place = [columns.first + column + ahead, first + row];
                    let Some(cell) = stage.cell(&place) else { continue };
                    let Some(value) = stage.value(&cell.index) else { continue };
                    let (x, y) = (bounds.x + column as f32 * columns.pitch, bounds.y + row as f32 * height);
                    let gap = if columns.pitch.min(height) > 12.0 { 0.6 } else { 0.25 };
                    let box_ = Rect::new(x, y, columns.pitch, height).grow(-gap);
                    let fill = self.fill(stage, value);
                    scene.show(cell, None, Shape::Rect { bounds: box_, fill: Some(fill), stroke: None, radius: 1.5 });
                    if columns.pitch >= 27.0 * self.theme().text && height >= 15.0 {
                        let font = Font::centred(9.5 * self.theme().text).fitting(5, box_.width - 1.0);
                        digits.text(box_.centre(), font, self.theme().ink_on(fill), cell_number(value, 5));
                    }
                    outlines.extend(self.view.lit(stage, cell).map(|stroke| (box_, stroke)));
                }
            }
            scene.marks.extend(digits.marks);
            for (bounds, stroke) in outlines {
                scene.frame(bounds, Some(stroke), 2.0);
            }
            return;
        }
        self.pixels(scene, stage, &columns, bounds, (first, rows, ahead));
    }

    /// The same as one bitmap, where cells are too small to be shapes.
    fn pixels(
        &self,
        scene: &mut Scene,
        stage: &Stage,
        columns: &Columns,
        bounds: Rect,
        (unit, rows, ahead): (usize, usize, usize),
    ) {
        let width = columns.count.min(bounds.width.ceil() as usize).max(1);
        let make = || {
            let mut rgba = Vec::with_capacity(width * rows * 4);
            for row in 0..rows {
                for x in 0..width {
                    let step = columns.first + x * columns.count / width + ahead;
                    let value = stage.value(&[step as u32, (unit + row) as u32]).unwrap_or(0.0);
                    rgba.extend(self.fill(stage, value).rgba);
                }
            }
            Bitmap { width: width as u32, height: rows as u32, rgba }
        };
        let window = [columns.first, columns.count, unit];
        let scale = self.scale(stage.name);
        let bitmap = self.view.memory.bitmap(stage, &window, (width, rows), scale, self.theme(), make);
        let index = Index::from([columns.first + ahead, unit]);
        let field = Field { first: Cell { stage: stage.name, index }, rows, columns: columns.count, sideways: true };
        scene.marks.push(Mark { shape: Shape::Pixels { bounds, bitmap }, shows: Shows::Field(field), drag: None });
        outline_field(scene, stage, field, bounds, self.view.pointing, self.theme());
    }
}
