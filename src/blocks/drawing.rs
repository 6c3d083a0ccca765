//! What the pictures of several blocks draw alike.

use super::View;
use crate::explain::{Cell, Role, Stage, Trace};
use crate::layers::Window;
use crate::scene::{
    Bars, Colour, Drag, Font, Grid, Point, Rect, Relation, Scale, Scene, Shape, Stroke, draw_cell, relation_stroke,
};

/// A stage whose last two axes are drawn as a map: which of its maps, and what a drag does to a number.
#[derive(Clone, Copy)]
pub struct Map<'a> {
    pub stage: &'a Stage,
    pub lead: usize,
    pub drag: Option<Drag>,
}

impl View<'_> {
    /// The scale that some stages share, as far as they are there.
    pub fn scale(&self, trace: &Trace, names: &[&str]) -> Scale {
        self.memory.scale(trace.stages.iter().filter(|stage| names.contains(&stage.name)))
    }

    /// Small letters.
    pub fn font(&self) -> Font {
        Font::starting(11.5 * self.theme.text)
    }

    /// A name in the colour of what it names.
    pub fn label(&self, scene: &mut Scene, at: Point, role: Role, text: impl Into<String>) {
        scene.text(at, self.font().bold(), self.theme.role(role), text);
    }

    /// A name above a box.
    pub fn label_above(&self, scene: &mut Scene, bounds: Rect, role: Role, text: impl Into<String>) {
        self.label(scene, Point::new(bounds.x, bounds.y - 9.0 * self.theme.text), role, text);
    }

    /// Small words that step back.
    pub fn caption(&self, scene: &mut Scene, at: Point, text: impl Into<String>) {
        scene.text(at, Font::starting(10.5 * self.theme.text), self.theme.muted, text);
    }

    /// Words around a point.
    pub fn centred(&self, scene: &mut Scene, at: Point, size: f32, colour: Colour, text: impl Into<String>) {
        scene.text(at, Font::centred(size * self.theme.text), colour, text);
    }

    /// A full line around a box.
    pub fn outline(&self, scene: &mut Scene, bounds: Rect, colour: Colour, width: f32, radius: f32) {
        scene.frame(bounds, Some(Stroke::solid(colour, width * self.theme.line)), radius);
    }

    /// An arrow from what is read to what is made of it.
    pub fn arrow(&self, scene: &mut Scene, from: Point, to: Point) {
        scene.arrow(from, to, Stroke::solid(self.theme.muted, 1.2 * self.theme.line));
    }

    /// A word in a box: what is done to numbers on their way.
    pub fn chip(&self, scene: &mut Scene, bounds: Rect, word: &str) {
        let border = Some(Stroke::solid(self.theme.hairline, self.theme.line));
        scene.rect(bounds, Some(self.theme.soft), border, 6.0);
        self.centred(scene, bounds.centre(), 11.0, self.theme.ink, word);
    }

    /// The outline of a number's place; none where it isn't lit.
    pub fn lit(&self, stage: &Stage, cell: Cell) -> Option<Stroke> {
        relation_stroke(self.pointing.relation(cell), stage, self.theme)
    }

    /// A place where a number is shown, outlined where it is lit.
    pub fn place(
        &self,
        scene: &mut Scene,
        (stage, cell): (&Stage, Cell),
        bounds: Rect,
        fill: Option<Colour>,
        radius: f32,
    ) {
        scene.show(cell, None, Shape::Rect { bounds, fill, stroke: self.lit(stage, cell), radius });
    }

    /// A stage of one axis as bars.
    pub fn bars(&self, scene: &mut Scene, bars: Bars<'_>) {
        bars.draw(scene, self.pointing, self.theme);
    }

    /// The last two axes of a stage as a grid.
    pub fn grid(
        &self,
        scene: &mut Scene,
        stage: &Stage,
        lead: &[usize],
        bounds: Rect,
        scale: Scale,
        drag: Option<Drag>,
    ) {
        let grid = Grid { stage, lead, bounds, scale, drag, finest: usize::MAX };
        grid.draw(scene, self.pointing, self.theme, self.memory);
    }

    /// A grid inside a box, as large as its cells stay square; where it stands.
    pub fn fitted(
        &self,
        scene: &mut Scene,
        stage: &Stage,
        lead: &[usize],
        within: Rect,
        scale: Scale,
        drag: Option<Drag>,
    ) -> Rect {
        let (rows, columns) = Grid::size(stage);
        let bounds = within.fit(rows, columns);
        self.grid(scene, stage, lead, bounds, scale, drag);
        bounds
    }

    /// A map inside a box, and around it, veiled, the cells that padding adds: where all of it stands, and where the map.
    pub fn padded(
        &self,
        scene: &mut Scene,
        (rows, columns): (usize, usize),
        (before, after): (usize, usize),
        within: Rect,
        scale: Scale,
        [padded, map]: [Option<Map<'_>>; 2],
    ) -> (Rect, Rect) {
        let (theme, added) = (self.theme, before + after);
        let whole = within.fit(rows + added, columns + added);
        let pitch = whole.width / (columns + added) as f32;
        let margin = before as f32 * pitch;
        let inner = Rect::new(whole.x + margin, whole.y + margin, pitch * columns as f32, pitch * rows as f32);
        if let Some(padded) = padded.filter(|_| added > 0) {
            self.grid(scene, padded.stage, &[padded.lead], whole, scale, None);
            scene.fill(whole, theme.card.fade(0.35), 0.0);
        }
        if let Some(map) = map {
            self.grid(scene, map.stage, &[map.lead], inner, scale, map.drag);
        }
        let stroke = if added > 0 { Stroke::dashed } else { Stroke::solid };
        let stroke = stroke(if added > 0 { theme.muted } else { theme.hairline }, theme.line);
        scene.frame(inner.grow(0.5), Some(stroke), 0.0);
        (whole, inner)
    }

    /// Lines from a window to where it is shown large.
    pub fn zoom(&self, scene: &mut Scene, window: Rect, shown: Rect, colour: Colour) {
        let stroke = Stroke::solid(colour, self.theme.line);
        for (from, to) in [(window.y, shown.y), (window.bottom(), shown.bottom())] {
            scene.line(Point::new(window.right(), from), Point::new(shown.x - 2.0, to), stroke);
        }
    }

    /// What a window reads of a padded map from a row and a column on, cell by cell.
    pub fn patch(
        &self,
        scene: &mut Scene,
        padded: &Stage,
        [map, row, column]: [usize; 3],
        window: Window,
        bounds: Rect,
        scale: Scale,
    ) {
        let (theme, k) = (self.theme, window.kernel);
        for (n, m) in (0..k * k).map(|at| (at / k, at % k)) {
            let cell = Cell::new(padded.name, [map, row + n * window.dilation, column + m * window.dilation]);
            let place = bounds.tile((k, k), (n as f32, m as f32)).grow(-0.5);
            draw_cell(scene, padded, cell, place, (scale, None), theme);
            match self.pointing.relation(cell) {
                Relation::At => self.outline(scene, place, theme.input, 2.5, 2.0),
                Relation::Term => self.outline(scene, place, theme.ink, 3.0, 2.0),
                _ => {}
            }
        }
    }

    /// The sign of a sum.
    pub fn sum(&self, scene: &mut Scene, at: Point) {
        let theme = self.theme;
        scene.circle(at, 12.0, theme.card, Stroke::solid(theme.output, 1.6 * theme.line));
        self.centred(scene, at, 13.0, theme.output, "Σ");
    }

    /// A single number that is told in words. A weight can be dragged.
    pub fn number(&self, scene: &mut Scene, cell: Cell, bounds: Rect, role: Role, fill: Colour, words: String) {
        let (theme, colour) = (self.theme, self.theme.role(role));
        let lit = self.pointing.relation(cell) != Relation::None;
        let stroke = lit.then(|| Stroke::solid(colour, 1.4 * theme.line));
        let drag = (role == Role::Weight).then_some(Drag::Turn(0.02));
        scene.show(cell, drag, Shape::Rect { bounds, fill: Some(fill), stroke, radius: 5.0 });
        self.centred(scene, bounds.centre(), 11.5, colour, words);
    }
}
