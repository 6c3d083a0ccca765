//! The picture of one image in the network: every layer's maps, one layer enlarged, one number's arithmetic.

use std::collections::HashSet;

use super::chain::{explain, is_drawn, path};
use super::settings::Settings;
use crate::blocks::View;
use crate::data::trained::{Trained, best};
use crate::explain::{Cell, Explanation, Role, Stage, Trace, cell_number};
use crate::layers::numbers;
use crate::scene::{
    Drag, Font, Grid, Point, Pointing, Rect, Relation, Scale, Scene, Shape, Stroke, Theme, draw_cell, legend,
};

/// Above each column, its name.
const LABEL: f32 = 24.0;
/// How tall a column of maps is.
const TALL: f32 = 250.0;
/// Between two maps.
const GAP: f32 = 6.0;
/// Between two columns.
const APART: f32 = 18.0;
/// How wide the input is where it stands alone.
const DRAWN: f32 = 212.0;
/// All columns side by side.
const WHOLE: f32 = 906.0;
/// From this width on, all columns stand side by side.
const WIDE: f32 = 680.0;

/// A layer's maps: `across` × `down` of them, each `side` wide.
struct Column {
    stage: &'static str,
    label: &'static str,
    across: usize,
    down: usize,
    side: f32,
}

const fn column(stage: &'static str, label: &'static str, across: usize, down: usize, side: f32) -> Column {
    Column { stage, label, across, down, side }
}

const COLUMNS: [Column; 9] = [
    column("input", "input x", 1, 2, 120.0),
    column("conv1", "conv 1", 2, 4, 56.0),
    column("relu1", "ReLU", 2, 4, 56.0),
    column("pool1", "pool", 2, 4, 40.0),
    column("conv2", "conv 2", 2, 8, 26.0),
    column("relu2", "ReLU", 2, 8, 26.0),
    column("pool2", "pool", 2, 8, 20.0),
    column("scores", "scores", 1, 10, 52.0),
    column("probability", "probability", 1, 10, 106.0),
];

/// Everything that drawing needs.
pub struct Picture<'a> {
    pub settings: &'a Settings,
    pub trained: &'a Trained,
    pub trace: &'a Trace,
    pub view: View<'a>,
}

/// Draws the block.
pub fn draw(settings: &Settings, trained: &Trained, trace: &Trace, view: View<'_>) -> Scene {
    let picture = Picture { settings, trained, trace, view };
    let mut scene = Scene::new(view.width, 0.0);
    let below = picture.network(&mut scene);
    let below = picture.enlarged(&mut scene, below);
    let below = picture.number(&mut scene, below);
    let text = view.theme.text;
    let shown = picture.shown().stage;
    let label = COLUMNS.iter().find(|column| column.stage == shown).map_or("gradients", |column| column.label);
    legend(&mut scene, Point::new(view.width - 4.0, below + 10.0 * text), picture.scale(shown), view.theme, label);
    scene.height = below + 22.0 * text;
    scene
}

impl<'a> Picture<'a> {
    pub fn theme(&self) -> &'a Theme {
        self.view.theme
    }

    /// Whether all columns have room side by side.
    pub fn is_wide(&self) -> bool {
        self.view.width >= WIDE * self.theme().text
    }

    pub fn explain(&self, cell: Cell) -> Option<Explanation> {
        explain(self.trained, self.trace, cell)
    }

    /// The stage by this name, or in the backward pass the gradients by it.
    fn stage(&self, name: &str) -> Option<&'a Stage> {
        let gradient = self.trace.stages.iter().find(|stage| stage.name.strip_suffix("-gradient") == Some(name));
        gradient.or_else(|| self.trace.stage(name))
    }

    /// The scale of a stage, which those around it share.
    pub fn scale(&self, stage: &str) -> Scale {
        let group = |name: &str| {
            let of = name.strip_suffix("-gradient");
            let group = match of.unwrap_or(name) {
                "input" | "padded1" => 0,
                "conv1" | "relu1" | "pool1" | "padded2" => 1,
                "conv2" | "relu2" | "pool2" | "features" => 2,
                "scores" => 3,
                "probability" => 4,
                learned => 5 + learned.len() + usize::from(learned.as_bytes().last().copied().unwrap_or_default()),
            };
            (of.is_some(), group)
        };
        self.view.memory.scale(self.trace.stages.iter().filter(|other| group(other.name) == group(stage)))
    }

    /// The number whose arithmetic is shown: the one that is pointed at where it is one of the network's, not of the arithmetic
    /// itself; or else the one that was chosen before; or else the transport's.
    pub fn shown(&self) -> Cell {
        let View { pointing, step, .. } = self.view;
        let computed = |cell: &Cell| is_drawn(cell.stage) && self.explain(*cell).is_some_and(|why| !why.is_given());
        let chosen = pointing.at.filter(computed).or_else(|| pointing.kept.filter(computed));
        let stands = || {
            let path = path(self.trained, self.trace);
            path.get((step.round() as usize).min(path.len().saturating_sub(1))).copied()
        };
        chosen.or_else(stands).unwrap_or_else(|| Cell::new("probability", [0, 0]))
    }

    /// An outline around a score or a probability that is lit. Whatever is pointed at goes into all of them: that is not said.
    fn outline_class(&self, scene: &mut Scene, cell: Cell, bounds: Rect) {
        if self.view.pointing.relation(cell) != Relation::Target {
            self.outline(scene, cell, bounds);
        }
    }

    /// An outline around a cell that is lit.
    pub fn outline(&self, scene: &mut Scene, cell: Cell, bounds: Rect) {
        let theme = self.theme();
        let stroke = match self.view.pointing.relation(cell) {
            Relation::At => Stroke::solid(theme.ink, 2.5 * theme.line),
            Relation::Term => Stroke::solid(theme.ink, 3.0 * theme.line),
            Relation::Source => Stroke::solid(theme.ink, 1.5 * theme.line),
            Relation::Target => Stroke::dashed(theme.ink, 1.5 * theme.line),
            Relation::None => return,
        };
        scene.frame(bounds, Some(stroke), 2.0);
    }

    /// Where each column stands, how large everything is, and where the columns end.
    fn places(&self) -> (Vec<Rect>, f32, f32) {
        let (width, text) = (self.view.width, self.theme().text);
        let unit = if self.is_wide() { ((width - 4.0) / WHOLE).min(1.3) } else { 1.0 };
        let (mut x, mut y) = (2.0, LABEL * text);
        let mut places = Vec::new();
        for column in &COLUMNS {
            // On a narrow screen there is room for pixels that a finger can hit.
            let side = if column.stage == "input" && !self.is_wide() { DRAWN } else { column.side };
            let wide = (column.across as f32 * (side + GAP) - GAP) * unit;
            if x + wide > width {
                (x, y) = (2.0, y + TALL * unit + (LABEL + 14.0) * text);
            }
            places.push(Rect::new(x, y, wide, TALL * unit));
            x += wide + APART * unit;
        }
        (places, unit, y + TALL * unit + 14.0 * text)
    }

    /// Every layer's maps; where they end.
    fn network(&self, scene: &mut Scene) -> f32 {
        let (theme, (places, unit, end)) = (self.theme(), self.places());
        let shown = self.shown();
        for (at, (column, &place)) in COLUMNS.iter().zip(&places).enumerate() {
            let Some(stage) = self.stage(column.stage) else { continue };
            if stage.name == shown.stage {
                let bounds = Rect::new(place.x - 5.0, place.y - 20.0 * theme.text, place.width + 10.0, 0.0);
                let bounds = Rect { x: bounds.x.max(0.0), height: place.bottom() - bounds.y + 4.0, ..bounds };
                let bounds = Rect { width: bounds.width.min(self.view.width - bounds.x), ..bounds };
                scene.fill(bounds, theme.soft, 6.0);
            }
            let above = Point::new(place.x, place.y - 10.0 * theme.text);
            let role = if at == 0 { Role::Input } else { stage.role };
            self.view.label(scene, above, role, column.label);
            match at {
                0 => self.input(scene, place),
                7 => self.scores(scene, stage, place),
                8 => self.probabilities(scene, stage, place),
                _ => self.maps(scene, stage, column, place, unit),
            }
            let next = places.get(at + 1).filter(|next| next.y == place.y);
            if let Some(next) = next.filter(|_| !(self.settings.is_backward() && at == 7)) {
                let y = place.centre().y;
                let ends = [Point::new(place.right() + 4.0, y), Point::new(next.x - 4.0, y)];
                let [from, to] = if self.settings.is_backward() { [ends[1], ends[0]] } else { ends };
                scene.arrow(from, to, Stroke::solid(theme.muted, theme.line));
            }
        }
        end
    }

    /// The image, and below it what is known of it, or the gradient by it.
    fn input(&self, scene: &mut Scene, place: Rect) {
        let Some(input) = self.trace.stage("input") else { return };
        let theme = self.theme();
        let gradient = self.trace.stage("input-gradient");
        let room = if gradient.is_some() {
            (place.height - 24.0 * theme.text) / 2.0
        } else {
            place.height - 38.0 * theme.text
        };
        let side = place.width.min(room);
        let bounds = Rect::new(place.x, place.y, side, side);
        let scale = Scale::new(1.0);
        let drag = if self.settings.pen { Drag::Paint(self.settings.ink as f32) } else { Drag::Turn(1.0 / 80.0) };
        self.view.grid(scene, input, &[], bounds, scale, Some(drag));
        self.frame(scene, bounds);
        let below = bounds.bottom() + 14.0 * theme.text;
        if let Some(gradient) = gradient {
            self.view.label(
                scene,
                Point::new(place.x, below),
                Role::Gradient,
                format!("∂E/∂x, E = s[{}]", self.settings.class(self.predicted())),
            );
            let bounds = Rect { y: below + 10.0 * theme.text, ..bounds };
            let scale = self.scale(gradient.name);
            self.view.grid(scene, gradient, &[], bounds, scale, None);
            self.frame(scene, bounds);
            return;
        }
        let (said, font) = (self.predicted(), Font::starting(11.5 * theme.text));
        let mut line = |at: usize, text: String| {
            scene.text(Point::new(place.x, below + 17.0 * at as f32 * theme.text), font, theme.ink, text);
        };
        match self.settings.image(self.trained) {
            Some(image) => {
                line(0, format!("image {}: {}", self.settings.digit, image.label));
                let told = if said == image.label {
                    format!("read as {said}: right")
                } else {
                    format!("read as {said}: wrong")
                };
                line(1, told);
            }
            None => {
                line(0, "your drawing".to_owned());
                line(1, format!("read as {said}"));
            }
        }
    }

    fn frame(&self, scene: &mut Scene, bounds: Rect) {
        self.view.outline(scene, bounds.grow(0.5), self.theme().hairline, 1.0, 0.0);
    }

    fn predicted(&self) -> usize {
        let array = self.trace.stage("probability").and_then(Stage::array);
        array.map_or(0, |array| best(numbers(array).iter().copied()))
    }

    fn maps(&self, scene: &mut Scene, stage: &Stage, column: &Column, place: Rect, unit: f32) {
        let (side, down) = (column.side * unit, place.height / column.down as f32);
        let (scale, lit) = (self.scale(stage.name), self.lit_in(stage));
        for map in 0..column.across * column.down {
            let (row, at) = (map / column.across, map % column.across);
            let x = place.x + at as f32 * (side + GAP * unit);
            let bounds = Rect::new(x, place.y + row as f32 * down, side, side);
            self.frame(scene, bounds);
            let grid = Grid { stage, lead: &[map], bounds, scale, drag: None, finest: usize::MAX };
            grid.draw_small(scene, &lit, self.theme(), self.view.memory);
        }
    }

    /// What is pointed at and lit in one stage alone: there may be thousands of cells elsewhere.
    fn lit_in(&self, stage: &Stage) -> Pointing {
        let pointing = self.view.pointing;
        let here = |cells: &HashSet<Cell>| cells.iter().filter(|cell| cell.stage == stage.name).copied().collect();
        let (sources, targets) = (here(&pointing.sources), here(&pointing.targets));
        Pointing { at: pointing.at, sources, targets, ..Pointing::default() }
    }

    /// The box of a class in a column of ten.
    fn row(place: Rect, class: usize) -> Rect {
        let pitch = place.height / 10.0;
        Rect::new(place.x, place.y + class as f32 * pitch + 0.5, place.width, pitch - 1.0)
    }

    fn scores(&self, scene: &mut Scene, stage: &Stage, place: Rect) {
        let scale = self.scale(stage.name);
        for (class, cell) in stage.cells().enumerate() {
            let bounds = Self::row(place, class);
            let theme = self.theme();
            draw_cell(scene, stage, cell, bounds, (scale, None), theme);
            // Too low for the usual digits, and still wide enough for small ones.
            if let Some(value) =
                stage.value(&cell.index).filter(|_| bounds.height < Grid::SMALLEST_NUMBERED * theme.text)
            {
                let font = Font::centred(10.0 * theme.text).fitting(4, bounds.width - 1.0);
                scene.text(bounds.centre(), font, theme.ink_on(theme.value(value, scale)), cell_number(value, 4));
            }
            self.outline_class(scene, cell, bounds);
        }
    }

    fn probabilities(&self, scene: &mut Scene, stage: &Stage, place: Rect) {
        let (theme, predicted) = (self.theme(), self.predicted());
        let (digit, number) = (16.0 * theme.text, 34.0 * theme.text);
        for (class, cell) in stage.cells().enumerate() {
            let (row, share) = (Self::row(place, class), stage.value(&cell.index).unwrap_or(0.0));
            scene.show(cell, None, Shape::Rect { bounds: row, fill: None, stroke: None, radius: 0.0 });
            let (font, colour) =
                (Font::starting(11.5 * theme.text), if class == predicted { theme.output } else { theme.ink });
            let font = if class == predicted { font.bold() } else { font };
            scene.text(Point::new(row.x + 2.0, row.centre().y), font, colour, class.to_string());
            let length = (row.width - digit - number).max(4.0) * share;
            let bar = Rect::new(row.x + digit, row.y + 3.0, length.max(1.0), row.height - 6.0);
            scene.fill(bar, theme.output, 2.0);
            if share >= 0.005 {
                let at = Point::new(bar.right() + 4.0, row.centre().y);
                scene.text(
                    at,
                    Font::starting(10.5 * theme.text),
                    colour,
                    cell_number((share * 100.0).round() / 100.0, 4),
                );
            }
            self.outline_class(scene, cell, row);
        }
    }

    /// The layer that is enlarged, map by map; where it ends.
    fn enlarged(&self, scene: &mut Scene, top: f32) -> f32 {
        let Some(stage) = self.settings.enlarged().and_then(|name| self.stage(name)) else { return top };
        let (theme, width) = (self.theme(), self.view.width);
        let (maps, columns) = (stage.shape()[0], Grid::size(stage).1 as f32);
        let numbered = columns * 25.0 * theme.text + 14.0;
        let per_row = ((width / numbered) as usize).clamp(2, maps);
        let side = (width / per_row as f32 - 14.0).min(columns * 34.0 * theme.text);
        self.view.label(scene, Point::new(2.0, top + 6.0), stage.role, stage.title);
        let (first, down) = (top + 38.0 * theme.text, side + 26.0 * theme.text);
        for map in 0..maps {
            let place = ((map % per_row) as f32, (map / per_row) as f32);
            let bounds = Rect::new(2.0 + place.0 * (side + 14.0), first + place.1 * down, side, side);
            self.view.grid(scene, stage, &[map], bounds, self.scale(stage.name), None);
            self.frame(scene, bounds);
            let above = Point::new(bounds.x, bounds.y - 9.0 * theme.text);
            self.view.caption(scene, above, format!("map {map}"));
        }
        first + maps.div_ceil(per_row) as f32 * down
    }

    /// Where a number that is only passed on comes from: the first number behind it that is computed from others.
    pub fn behind(&self, mut cell: Cell) -> Cell {
        while let Some(why) = self.explain(cell) {
            match why.made_from.cells()[..] {
                [source] if !is_drawn(source.stage) && source != cell => cell = source,
                _ => break,
            }
        }
        cell
    }
}
