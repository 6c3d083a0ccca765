//! Rows and columns of numbers: numbers in cells while they fit, colour alone when they don't.

use super::{Bitmap, Drag, Field, Font, Memory, Pointing, Rect, Relation, Scale, Scene, Shape, Shows, Stroke, Theme};
use crate::explain::{Cell, Index, Stage, cell_number};
use crate::scene::Mark;

/// How the last two axes of a stage are drawn.
#[derive(Clone, Copy)]
pub struct Grid<'a> {
    /// The numbers.
    pub stage: &'a Stage,
    /// Which of the arrays along the leading axes.
    pub lead: &'a [usize],
    /// Where; cells are as square as the box makes them.
    pub bounds: Rect,
    /// From numbers to colours.
    pub scale: Scale,
    /// What a drag does to a cell, where cells can be changed.
    pub drag: Option<Drag>,
    /// The most rows, and columns, of a bitmap: fewer where each number takes long to compute.
    pub finest: usize,
}

impl Grid<'_> {
    /// Cells smaller than this are pixels of one bitmap.
    const SMALLEST_CELL: f32 = 5.0;
    /// Cells at least this large carry their number.
    pub const SMALLEST_NUMBERED: f32 = 24.0;
    /// The sizes of the two axes that are drawn.
    pub fn size(stage: &Stage) -> (usize, usize) {
        match stage.shape() {
            [.., rows, columns] => (*rows, *columns),
            [columns] => (1, *columns),
            [] => (1, 1),
        }
    }

    /// Draws the grid.
    pub fn draw(&self, scene: &mut Scene, pointing: &Pointing, theme: &Theme, memory: &Memory) {
        let (rows, columns) = Self::size(self.stage);
        if rows == 0 || columns == 0 {
            return;
        }
        let pitch = (self.bounds.width / columns as f32).min(self.bounds.height / rows as f32);
        if pitch < Self::SMALLEST_CELL {
            self.draw_pixels(scene, theme, memory, (rows, columns));
            self.outline(scene, pointing, theme, (rows, columns));
        } else {
            self.draw_cells(scene, pointing, theme, (rows, columns), pitch);
        }
    }

    /// Draws the grid as one of many small maps: colour alone, whatever its size; what is lit in it by one box around all of it.
    pub fn draw_small(&self, scene: &mut Scene, pointing: &Pointing, theme: &Theme, memory: &Memory) {
        let (rows, columns) = Self::size(self.stage);
        self.draw_pixels(scene, theme, memory, (rows, columns));
        self.outline(scene, pointing, theme, (rows, columns));
    }

    fn cell(&self, row: usize, column: usize) -> Option<Cell> {
        let mut position = [0; Index::MAX_AXES];
        let axes = self.stage.shape().len();
        let lead = axes.saturating_sub(2).min(self.lead.len());
        position[..lead].copy_from_slice(&self.lead[..lead]);
        match axes {
            0 => {}
            1 => position[0] = column,
            _ => (position[axes - 2], position[axes - 1]) = (row, column),
        }
        Some(Cell { stage: self.stage.name, index: Index::new(&position[..axes])? })
    }

    fn draw_cells(&self, scene: &mut Scene, pointing: &Pointing, theme: &Theme, size: (usize, usize), pitch: f32) {
        let gap = if pitch > 12.0 { 1.0 } else { 0.5 };
        let (mut outlines, mut digits) = (Vec::new(), Scene::default());
        for row in 0..size.0 {
            for column in 0..size.1 {
                let Some(cell) = self.cell(row, column) else { continue };
                let bounds = self.bounds.tile(size, (row as f32, column as f32)).grow(-gap / 2.0);
                // All fills come before all digits: a painter then changes its ink once, not at every cell.
                fill_cell(scene, &mut digits, self.stage, cell, bounds, (self.scale, self.drag), theme);
                if let Some(stroke) = relation_stroke(pointing.relation(cell), self.stage, theme) {
                    outlines.push((bounds, stroke));
                }
            }
        }
        scene.marks.extend(digits.marks);
        // A whole map that is lit alike gets one outline.
        if let [(first, stroke), .., (last, _)] = outlines[..]
            && outlines.len() == size.0 * size.1
            && outlines.iter().all(|(_, other)| *other == stroke)
        {
            outlines = vec![(first.union(last).grow(1.0), stroke)];
        }
        for (bounds, stroke) in outlines {
            scene.frame(bounds, Some(stroke), 2.0);
        }
    }

    fn field(&self, (rows, columns): (usize, usize)) -> Option<Field> {
        Some(Field { first: self.cell(0, 0)?, rows, columns, sideways: false })
    }

    fn outline(&self, scene: &mut Scene, pointing: &Pointing, theme: &Theme, size: (usize, usize)) {
        if let Some(field) = self.field(size) {
            outline_field(scene, self.stage, field, self.bounds, pointing, theme);
        }
    }

    fn draw_pixels(&self, scene: &mut Scene, theme: &Theme, memory: &Memory, (rows, columns): (usize, usize)) {
        let width = columns.min(self.bounds.width.ceil() as usize).clamp(1, self.finest);
        let height = rows.min(self.bounds.height.ceil() as usize).clamp(1, self.finest);
        let make = || {
            let spread = |pixels: usize, cells: usize| (0..pixels).map(|at| at * cells / pixels).collect::<Vec<_>>();
            let numbers = self.stage.within(self.lead, [&spread(height, rows), &spread(width, columns)]);
            let mut rgba = Vec::with_capacity(4 * numbers.len());
            numbers.iter().for_each(|number| rgba.extend_from_slice(&theme.value(*number, self.scale).rgba));
            Bitmap { width: width as u32, height: height as u32, rgba }
        };
        let bitmap = memory.bitmap(self.stage, self.lead, (width, height), self.scale, theme, make);
        let Some(field) = self.field((rows, columns)) else { return };
        scene.marks.push(Mark {
            shape: Shape::Pixels { bounds: self.bounds, bitmap },
            shows: Shows::Field(field),
            drag: self.drag,
        });
    }
}

/// Outlines around what is lit in a field: one box around all sources or targets, one around the cell itself.
pub fn outline_field(scene: &mut Scene, stage: &Stage, field: Field, bounds: Rect, pointing: &Pointing, theme: &Theme) {
    let around = |cells: &mut dyn Iterator<Item = &Cell>| {
        cells.filter_map(|&cell| field.bounds_of(bounds, cell)).reduce(Rect::union)
    };
    for (relation, lit) in [
        (Relation::Source, around(&mut pointing.sources.iter())),
        (Relation::Target, around(&mut pointing.targets.iter())),
        (Relation::At, around(&mut pointing.at.iter())),
    ] {
        let (Some(lit), Some(stroke)) = (lit, relation_stroke(relation, stage, theme)) else { continue };
        let visible = lit.grow((3.0 - lit.width.min(lit.height) / 2.0).max(0.0));
        // A box around a cell at the edge stays on the picture.
        scene.frame(visible.inside(bounds.grow(0.5)), Some(stroke), 2.0);
    }
}

/// The outline of a cell that is lit; none where it isn't.
pub fn relation_stroke(relation: Relation, stage: &Stage, theme: &Theme) -> Option<Stroke> {
    let colour = theme.named(stage.role);
    match relation {
        Relation::At => Some(Stroke::solid(colour, 2.5 * theme.line)),
        Relation::Term => Some(Stroke::solid(theme.ink, 3.0 * theme.line)),
        Relation::Source => Some(Stroke::solid(colour, 1.5 * theme.line)),
        Relation::Target => Some(Stroke::dashed(colour, 1.5 * theme.line)),
        Relation::None => None,
    }
}

/// One number as a coloured cell: with its digits where they fit, else with a mark where it is negative.
pub fn draw_cell(
    scene: &mut Scene,
    stage: &Stage,
    cell: Cell,
    bounds: Rect,
    look: (Scale, Option<Drag>),
    theme: &Theme,
) {
    let mut digits = Scene::default();
    fill_cell(scene, &mut digits, stage, cell, bounds, look, theme);
    scene.marks.extend(digits.marks);
}

/// The coloured cell onto `scene`, its digits onto `digits`.
fn fill_cell(
    scene: &mut Scene,
    digits: &mut Scene,
    stage: &Stage,
    cell: Cell,
    bounds: Rect,
    (scale, drag): (Scale, Option<Drag>),
    theme: &Theme,
) {
    let Some(value) = stage.value(&cell.index) else { return };
    let (fill, pitch) = (theme.value(value, scale), bounds.width.min(bounds.height));
    scene.show(cell, drag, Shape::Rect { bounds, fill: Some(fill), stroke: None, radius: 1.5 });
    if pitch >= Grid::SMALLEST_NUMBERED * theme.text {
        // Wide cells have room for more digits, and for larger ones.
        let is_wide = bounds.width >= 1.25 * bounds.height;
        let size = if is_wide { pitch * 0.36 / theme.text } else { pitch * 0.34 };
        let font = Font::centred(size.clamp(9.0, 13.0) * theme.text);
        let room = if is_wide { 6 } else { font.room(bounds.width - 1.0).clamp(4, 6) };
        let font = font.fitting(room, bounds.width - 1.0);
        digits.text(bounds.centre(), font, theme.ink_on(fill), cell_number(value, room));
    } else if value < 0.0 && pitch >= 9.0 {
        sign_mark(digits, bounds, theme.ink_on(fill), theme.line);
    }
}

/// A short bar in the corner: the cell's number is negative, also for those who don't see its colour.
fn sign_mark(scene: &mut Scene, bounds: Rect, colour: super::Colour, line: f32) {
    let (length, thickness) = ((bounds.width * 0.3).max(3.0), 1.3 * line);
    let bar = Rect::new(bounds.x + 2.0, bounds.y + 2.5 - thickness / 2.0, length, thickness);
    scene.fill(bar, colour.fade(0.8), 0.0);
}
