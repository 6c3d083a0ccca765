//! The picture of `receptive-field`: rows of cells with the lines between them, or squares on a picture.

use super::places::{EFFECTIVE, Stages, letter, place};
use super::settings::Settings;
use super::{middle, table};
use crate::blocks::View;
use crate::blocks::chain::Part;
use crate::explain::{Cell, Stage, Trace};
use crate::layers::{FieldRow, ReceptiveField};
use crate::scene::{Bars, Drag, Font, Point, Rect, Relation, Scale, Scene, Shape, Stroke, Theme, draw_cell, legend};

/// Between two rows so many lines are drawn; of more, the outermost.
const MOST_LINES: usize = 240;
/// The most lines that are drawn where nothing is pointed at.
const MOST_FAINT: usize = 600;
/// The longest bar of the effective field.
const REACH: f32 = 56.0;

/// Everything that drawing needs.
pub struct Picture<'a> {
    pub settings: &'a Settings,
    pub view: View<'a>,
    pub fields: ReceptiveField,
    pub of: Stages<'a>,
    scale: Scale,
}

/// What is pointed at, and the cells that it sees and reaches in each row.
pub struct Focus {
    /// Its row.
    pub row: usize,
    /// For each axis, the cells that it sees, in each row up to its own.
    pub seen: Vec<Vec<Vec<usize>>>,
    /// For each axis, the cells that it reaches, in each row from its own on.
    pub reached: Vec<Vec<Vec<usize>>>,
}

/// Draws the block.
pub fn draw(settings: &Settings, trace: &Trace, view: View<'_>) -> Scene {
    let fields = settings.fields();
    let of = Stages { trace, depth: fields.layers().len() };
    let numbers = (0..=of.depth).filter_map(|row| of.of(Part::Row, row));
    let picture = Picture { settings, view, scale: view.memory.scale(numbers), fields, of };
    let mut scene = Scene::new(view.width, 0.0);
    let bottom = if settings.space() == 1 { picture.rows(&mut scene) } else { picture.squares(&mut scene) };
    scene.height = table::draw(&mut scene, &picture, bottom);
    scene
}

impl<'a> Picture<'a> {
    pub fn theme(&self) -> &'a Theme {
        self.view.theme
    }

    /// What is pointed at; where that is nothing with a field, the output in the middle.
    pub fn focus(&self) -> Focus {
        let (rows, depth) = (self.fields.rows(), self.of.depth);
        let pointed = |cell: Cell| {
            let (part, row) = place(cell.stage, depth)?;
            let in_front = match part {
                Part::Weight => return None,
                Part::Padded | Part::PaddedGradient => self.fields.layers().get(row)?.padding,
                _ => 0,
            };
            let along = |&at: &u32| (at as usize).checked_sub(in_front).filter(|at| *at < rows[row].size);
            Some((row, cell.index.iter().map(along).collect::<Option<Vec<usize>>>()?))
        };
        let (row, cell) = self
            .view
            .pointing
            .at
            .and_then(pointed)
            .unwrap_or_else(|| (depth, middle(rows[depth].size, self.settings.space())));
        let seen = cell.iter().map(|&at| self.fields.sees(row, at)).collect();
        let reached = cell.iter().map(|&at| self.fields.reaches(row, at)).collect();
        Focus { row, seen, reached }
    }

    /// What a row shows: its numbers, or on the way back its gradients, each with its scale.
    pub fn shown(&self, row: usize) -> Option<(&'a Stage, Scale, Option<Drag>)> {
        let (part, given) = if self.settings.effective { (Part::Gradient, self.of.depth) } else { (Part::Row, 0) };
        let stage = self.of.of(part, row)?;
        // Gradients get smaller by the row; each row has its own scale, so that all can be seen.
        let scale = if self.settings.effective { self.view.memory.scale([stage]) } else { self.scale };
        Some((stage, scale, (row == given).then_some(Drag::Turn(scale.limit / 80.0))))
    }

    /// The name of a row, or on the way back of its gradient.
    pub fn label(&self, row: usize) -> String {
        if self.settings.effective {
            return format!("∂E/∂{}", letter(Part::Gradient, row, self.of.depth));
        }
        match row.checked_sub(1).and_then(|below| self.settings.layers.0.get(below)) {
            None => "input".to_owned(),
            Some(layer) => format!("{row} {}", if layer.pools { "pool" } else { "conv" }),
        }
    }

    /// The colour scale of the numbers that matter most.
    pub fn range(&self, scene: &mut Scene, y: f32) {
        let (scale, label) = match self.of.trace.stage(EFFECTIVE) {
            Some(effective) => (self.view.memory.scale([effective]), "effective field"),
            None => (self.scale, "values"),
        };
        legend(scene, Point::new(self.view.width - 4.0, y), scale, self.theme(), label);
    }

    /// Rows of cells, the input at the bottom; where they end.
    fn rows(&self, scene: &mut Scene) -> f32 {
        let (theme, depth, focus) = (self.theme(), self.of.depth, self.focus());
        let plan = Plan::new(self);
        self.faint_lines(scene, &plan);
        let line = (plan.pitch / 10.0).clamp(0.5, 1.6) * theme.line;
        let output = Stroke::solid(theme.output, line);
        for row in 0..focus.row {
            self.lines(scene, &plan, row, (&focus.seen[0][row + 1], &focus.seen[0][row]), output);
        }
        let input = Stroke::solid(theme.input, line);
        for row in focus.row..depth {
            let place = row - focus.row;
            self.lines(scene, &plan, row, (&focus.reached[0][place + 1], &focus.reached[0][place]), input);
        }
        for row in 0..=depth {
            self.padding(scene, &plan, row);
            let Some((stage, scale, drag)) = self.shown(row) else { continue };
            let bounds = plan.bounds(row, 0, stage.len());
            self.view.grid(scene, stage, &[], bounds, scale, drag);
            let text = if plan.left > 50.0 { self.label(row) } else { row.to_string() };
            let font = Font::starting(11.0 * theme.text).bold();
            scene.text(Point::new(2.0, bounds.centre().y), font, theme.role(stage.role), text);
        }
        let mut y = plan.top(0) + plan.height;
        if focus.row > 0 {
            self.bracket(scene, &plan, &focus, y + 9.0 * theme.text);
        }
        y += if self.settings.effective { 48.0 } else { 38.0 } * theme.text;
        if let Some(effective) = self.of.trace.stage(EFFECTIVE) {
            let (start, baseline) = (plan.x(0, 0), y + REACH + 8.0);
            let scale = self.view.memory.scale([effective]);
            let bars =
                Bars { stage: effective, start, pitch: plan.pitch, baseline, reach: REACH, scale, editable: false };
            self.view.bars(scene, bars);
            let at = Point::new(2.0, if plan.left > 50.0 { baseline - REACH / 2.0 } else { y - 8.0 });
            scene.text(at, Font::starting(11.0 * theme.text).bold(), theme.gradient, "|∂E/∂x|");
            y = baseline + 20.0 * theme.text;
        }
        self.range(scene, y);
        y + 16.0 * theme.text
    }

    /// The cells that are added at the ends of a row for the layer above.
    fn padding(&self, scene: &mut Scene, plan: &Plan<'_>, row: usize) {
        let (theme, Some(layer)) = (self.theme(), self.fields.layers().get(row)) else { return };
        let (size, padding) = (plan.rows[row].size, layer.padding);
        if padding == 0 {
            return;
        }
        let part = if self.settings.effective { Part::PaddedGradient } else { Part::Padded };
        let (stage, scale) = (self.of.of(part, row), self.shown(row).map_or(self.scale, |shown| shown.1));
        let dashed = Stroke::dashed(theme.muted.fade(0.7), theme.line);
        let single = plan.bounds(row, 0, 1).width >= 6.0;
        for (first, cells) in [(-(padding as i64), padding), (size as i64, padding)] {
            if !single {
                let bounds = plan.bounds(row, first, cells);
                scene.frame(bounds, Some(dashed), 1.5);
                continue;
            }
            for at in first..first + cells as i64 {
                let bounds = plan.bounds(row, at, 1).grow(-1.0);
                let cell = stage.and_then(|stage| Some((stage, stage.cell(&[0, 0, (at + padding as i64) as usize])?)));
                let mut stroke = dashed;
                if let Some((stage, cell)) = cell {
                    draw_cell(scene, stage, cell, bounds, (scale, None), theme);
                    if self.view.pointing.relation(cell) == Relation::At {
                        stroke = Stroke::solid(theme.ink, 2.5 * theme.line);
                    }
                }
                scene.frame(bounds, Some(stroke), 1.5);
            }
        }
    }

    /// Every line, where there are not too many.
    fn faint_lines(&self, scene: &mut Scene, plan: &Plan<'_>) {
        let layers = self.fields.layers().iter().zip(&plan.rows[1..]);
        if layers.map(|(layer, above)| layer.window.kernel * above.size).sum::<usize>() > MOST_FAINT {
            return;
        }
        let stroke = Stroke::solid(self.theme().hairline, self.theme().line);
        for row in 0..self.of.depth {
            let all: Vec<usize> = (0..plan.rows[row + 1].size).collect();
            self.lines(scene, plan, row, (&all, &[]), stroke);
        }
    }

    /// The lines from a row to the cells of the row above that read it, as far as they end in the `below` (anywhere, where that
    /// is nothing).
    fn lines(
        &self,
        scene: &mut Scene,
        plan: &Plan<'_>,
        row: usize,
        (above, below): (&[usize], &[usize]),
        stroke: Stroke,
    ) {
        let layer = self.fields.layers()[row];
        let (from, to) = (plan.top(row), plan.top(row + 1) + plan.height);
        let mut line = |cell: usize, read: i64| {
            scene.line(Point::new(plan.x(row, read), from), Point::new(plan.x(row + 1, cell as i64), to), stroke);
        };
        if above.len() * layer.window.kernel > MOST_LINES {
            if let ([first, .., last], [lowest, .., highest]) = (above, below) {
                line(*first, *lowest as i64);
                line(*last, *highest as i64);
            }
            return;
        }
        for &cell in above {
            for tap in 0..layer.window.kernel {
                let read = layer.window.reads(cell, tap) as i64 - layer.padding as i64;
                let lit = usize::try_from(read).is_ok_and(|read| below.binary_search(&read).is_ok());
                if lit || below.is_empty() {
                    line(cell, read);
                }
            }
        }
    }

    /// How far the field reaches, below the input.
    fn bracket(&self, scene: &mut Scene, plan: &Plan<'_>, focus: &Focus, y: f32) {
        let (theme, row) = (self.theme(), plan.rows[focus.row]);
        let (seen, cell) = (&focus.seen[0], focus.seen[0][focus.row][0]);
        let (first, last) = row.range(cell);
        let end = |x: f32| x.clamp(plan.left, self.view.width - 2.0);
        let (from, to) = (end(plan.x(0, first) - plan.pitch / 2.0), end(plan.x(0, last) + plan.pitch / 2.0));
        let stroke = Stroke::solid(theme.output, 1.6 * theme.line);
        let tick = 5.0 * theme.text;
        let points = [(from, -tick), (from, 0.0), (to, 0.0), (to, -tick)];
        let points = points.iter().map(|&(x, up)| Point::new(x, y + up)).collect();
        scene.draw(Shape::Line { points, stroke, curved: false, arrow: false });
        let mut text = format!("r = {}", row.field);
        if seen[0].len() as i64 != row.field {
            text += &format!(": {} of them are read", seen[0].len());
        }
        let half = 3.2 * theme.text * text.chars().count() as f32;
        let x = ((from + to) / 2.0).min(self.view.width - half).max(half);
        scene.text(Point::new(x, y + 13.0 * theme.text), Font::centred(11.5 * theme.text).bold(), theme.output, text);
    }
}

/// Where the rows stand: a cell above the middle of its field.
struct Plan<'a> {
    rows: &'a [FieldRow],
    left: f32,
    /// From one input to the next.
    pitch: f32,
    /// Where input 0 has its middle.
    origin: f32,
    height: f32,
    gap: f32,
}

impl<'a> Plan<'a> {
    fn new(picture: &'a Picture<'a>) -> Self {
        let (rows, theme, width) = (picture.fields.rows(), picture.theme(), picture.view.width);
        let left = if width > 560.0 { 74.0 * theme.text } else { 22.0 * theme.text };
        let (mut low, mut high) = (f64::MAX, f64::MIN);
        for (place, row) in rows.iter().enumerate() {
            let padding = picture.fields.layers().get(place).map_or(0, |layer| layer.padding);
            let (jump, half) = (row.jump as f64, cell_width(row, rows[0].size) / 2.0);
            low = low.min(row.centre() - padding as f64 * jump - half);
            high = high.max(row.centre() + (row.size - 1 + padding) as f64 * jump + half);
        }
        let room = width - left - 6.0;
        let pitch = (room / (high - low) as f32).min(54.0 * theme.text);
        let origin = left + (room - pitch * (high - low) as f32) / 2.0 - low as f32 * pitch;
        let gap = if rows.len() > 6 { 26.0 } else { 42.0 };
        Self { rows, left, pitch, origin, height: 28.0 * theme.text, gap: gap * theme.text }
    }

    /// The upper edge of a row.
    fn top(&self, row: usize) -> f32 {
        8.0 + (self.rows.len() - 1 - row) as f32 * (self.height + self.gap)
    }

    /// The middle of a cell, also of one in the padding.
    fn x(&self, row: usize, cell: i64) -> f32 {
        let row = self.rows[row];
        self.origin + (row.centre() + (cell * row.jump) as f64) as f32 * self.pitch
    }

    /// The box around so many cells of a row.
    fn bounds(&self, row: usize, first: i64, cells: usize) -> Rect {
        let width = cell_width(&self.rows[row], self.rows[0].size) as f32 * self.pitch;
        let (from, to) = (self.x(row, first), self.x(row, first + cells as i64 - 1));
        Rect::new(from - width / 2.0, self.top(row), to - from + width, self.height)
    }
}

/// How wide a cell is, in inputs: as its jump; one that is alone in its row, not wider than the input.
fn cell_width(row: &FieldRow, inputs: usize) -> f64 {
    (if row.size == 1 { row.jump.min(inputs as i64) } else { row.jump }) as f64
}
