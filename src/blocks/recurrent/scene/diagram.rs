//! One step as the lecture draws it: vectors flow through linear layers, gates and products to the next state.

use super::Picture;
use crate::data::sequences::Memory;
use crate::explain::{Cell, Index, Stage, cell_number};
use crate::scene::{Bitmap, Colour, Field, Font, Mark, Point, Rect, Scene, Shape, Shows, Stroke};

/// The most cells of a vector that are shapes of their own.
const MOST_CELLS: usize = 16;
/// How tall the diagram is.
const TALL: f32 = 380.0;

/// What stands in the diagram. Places are shares of its width and height.
enum Node {
    /// A vector: of which stage, whether of the step before, with its letter and what makes it.
    Vector(&'static str, bool, &'static str, &'static str),
    /// What happens to vectors: ∘, +, 1 −, a linear layer.
    Does(&'static str),
}

/// A node, and when in the step it is reached: from 0 to 1.
type Placed = (Node, f32, f32, f32);
/// A wire through these places; the share of the step at which something flows through it.
type Wire = (&'static [(f32, f32)], f32);

const LSTM: (&[Placed], &[Wire]) = (
    &[
        (Node::Vector("cell", true, "cₜ₋₁", ""), 0.05, 0.16, 0.0),
        (Node::Vector("hidden", true, "hₜ₋₁", ""), 0.05, 0.50, 0.0),
        (Node::Vector("input", false, "xₜ", ""), 0.05, 0.86, 0.0),
        (Node::Does("[h, x]"), 0.17, 0.72, 0.1),
        (Node::Vector("forget", false, "fₜ", "σ"), 0.27, 0.50, 0.3),
        (Node::Vector("input-gate", false, "iₜ", "σ"), 0.39, 0.50, 0.3),
        (Node::Vector("candidate", false, "c̃ₜ", "tanh"), 0.51, 0.50, 0.3),
        (Node::Vector("output-gate", false, "oₜ", "σ"), 0.66, 0.50, 0.3),
        (Node::Does("∘"), 0.27, 0.16, 0.5),
        (Node::Does("∘"), 0.45, 0.27, 0.5),
        (Node::Does("+"), 0.45, 0.16, 0.6),
        (Node::Vector("cell", false, "cₜ", ""), 0.56, 0.16, 0.7),
        (Node::Vector("shown", false, "mₜ", "tanh"), 0.76, 0.16, 0.8),
        (Node::Does("∘"), 0.76, 0.50, 0.9),
        (Node::Vector("hidden", false, "hₜ", ""), 0.86, 0.50, 1.0),
        (Node::Vector("output", false, "yₜ", "W_y"), 0.95, 0.50, 1.0),
    ],
    &[
        (&[(0.05, 0.16), (0.27, 0.16), (0.45, 0.16), (0.56, 0.16)], 0.5),
        (&[(0.56, 0.16), (0.76, 0.16)], 0.8),
        (&[(0.05, 0.50), (0.17, 0.72)], 0.1),
        (&[(0.05, 0.86), (0.17, 0.72)], 0.1),
        (&[(0.17, 0.72), (0.27, 0.72), (0.27, 0.50)], 0.2),
        (&[(0.17, 0.72), (0.39, 0.72), (0.39, 0.50)], 0.2),
        (&[(0.17, 0.72), (0.51, 0.72), (0.51, 0.50)], 0.2),
        (&[(0.17, 0.72), (0.66, 0.72), (0.66, 0.50)], 0.2),
        (&[(0.27, 0.50), (0.27, 0.16)], 0.4),
        (&[(0.39, 0.50), (0.39, 0.27), (0.45, 0.27)], 0.4),
        (&[(0.51, 0.50), (0.51, 0.27), (0.45, 0.27)], 0.4),
        (&[(0.45, 0.27), (0.45, 0.16)], 0.6),
        (&[(0.76, 0.16), (0.76, 0.50)], 0.85),
        (&[(0.66, 0.50), (0.76, 0.50)], 0.85),
        (&[(0.76, 0.50), (0.86, 0.50)], 0.95),
        (&[(0.86, 0.50), (0.95, 0.50)], 1.0),
    ],
);

const GRU: (&[Placed], &[Wire]) = (
    &[
        (Node::Vector("hidden", true, "hₜ₋₁", ""), 0.05, 0.20, 0.0),
        (Node::Vector("input", false, "xₜ", ""), 0.05, 0.80, 0.0),
        (Node::Does("[h, x]"), 0.17, 0.70, 0.1),
        (Node::Vector("reset", false, "rₜ", "σ"), 0.27, 0.46, 0.3),
        (Node::Vector("recalled", false, "qₜ", "U"), 0.40, 0.46, 0.4),
        (Node::Vector("reset-state", false, "sₜ", "r ∘ h"), 0.40, 0.46, 0.4),
        (Node::Vector("new", false, "nₜ", "tanh"), 0.52, 0.46, 0.6),
        (Node::Vector("update", false, "zₜ", "σ"), 0.66, 0.46, 0.3),
        (Node::Does("mix"), 0.66, 0.20, 0.8),
        (Node::Vector("hidden", false, "hₜ", ""), 0.82, 0.20, 1.0),
        (Node::Vector("output", false, "yₜ", "W_y"), 0.94, 0.20, 1.0),
    ],
    &[
        (&[(0.05, 0.20), (0.66, 0.20)], 0.7),
        (&[(0.05, 0.20), (0.17, 0.70)], 0.1),
        (&[(0.05, 0.80), (0.17, 0.70)], 0.1),
        (&[(0.17, 0.70), (0.27, 0.70), (0.27, 0.46)], 0.2),
        (&[(0.27, 0.46), (0.40, 0.46)], 0.4),
        (&[(0.40, 0.46), (0.52, 0.46)], 0.5),
        (&[(0.17, 0.70), (0.52, 0.70), (0.52, 0.46)], 0.5),
        (&[(0.17, 0.70), (0.66, 0.70), (0.66, 0.46)], 0.2),
        (&[(0.52, 0.46), (0.60, 0.32), (0.66, 0.20)], 0.7),
        (&[(0.66, 0.46), (0.66, 0.20)], 0.7),
        (&[(0.66, 0.20), (0.82, 0.20)], 0.9),
        (&[(0.82, 0.20), (0.94, 0.20)], 1.0),
    ],
);

const RNN: (&[Placed], &[Wire]) = (
    &[
        (Node::Vector("hidden", true, "hₜ₋₁", ""), 0.08, 0.30, 0.0),
        (Node::Vector("input", false, "xₜ", ""), 0.08, 0.80, 0.0),
        (Node::Does("[h, x]"), 0.32, 0.50, 0.2),
        (Node::Vector("hidden", false, "hₜ", "tanh"), 0.58, 0.50, 0.7),
        (Node::Vector("output", false, "oₜ", "Wₒ"), 0.84, 0.50, 1.0),
    ],
    &[
        (&[(0.08, 0.30), (0.32, 0.50)], 0.1),
        (&[(0.08, 0.80), (0.32, 0.50)], 0.1),
        (&[(0.32, 0.50), (0.58, 0.50)], 0.5),
        (&[(0.58, 0.50), (0.84, 0.50)], 0.9),
    ],
);

impl Picture<'_> {
    /// Draws one step; returns where it ends.
    pub fn diagram(&self, scene: &mut Scene) -> f32 {
        let (theme, text) = (self.theme(), self.theme().text);
        let (nodes, wires) = match self.settings.layer() {
            Memory::Rnn => RNN,
            Memory::Lstm => LSTM,
            Memory::Gru => GRU,
        };
        let columns = self.columns(8.0, self.view.width - 16.0);
        let top = self.tape(scene, &columns, 4.0) + 14.0 * text;
        let tall = TALL * text;
        let place = |x: f32, y: f32| (10.0 + x * (self.view.width - 20.0), top + y * tall);
        // How far the step that is under way has come; all the way where the transport rests.
        let under_way = self.view.step.fract() as f32;
        let share =
            if under_way == 0.0 || self.view.pointing.is_chosen || self.is_backward() { 1.0 } else { under_way };
        for (points, when) in wires {
            let points: Vec<(f32, f32)> = points.iter().map(|&(x, y)| place(x, y)).collect();
            let is_live = share >= *when;
            let colour = if is_live { theme.muted } else { theme.hairline };
            self.line(scene, &points, colour, if is_live { 1.8 } else { 1.2 }, true);
            if share < 1.0 && share >= *when && share < when + 0.2 {
                let (x, y) = along(&points, (share - when) / 0.2);
                let (centre, radius) = (Point::new(x, y), 5.0 * text);
                scene.draw(Shape::Circle { centre, radius, fill: Some(theme.ink), stroke: None });
            }
        }
        for (node, x, y, when) in nodes {
            let (x, y) = place(*x, *y);
            match node {
                Node::Does(what) => {
                    let wide = if what.chars().count() > 1 { 23.0 } else { 13.0 } * text;
                    let bounds = Rect::new(x - wide, y - 13.0 * text, 2.0 * wide, 26.0 * text);
                    let stroke = Some(Stroke::solid(theme.muted, 1.2 * theme.line));
                    scene.rect(bounds, Some(theme.card), stroke, 13.0 * text);
                    self.view.centred(scene, Point::new(x, y), 13.0, theme.ink, *what);
                }
                Node::Vector(name, before, letter, by) => {
                    let Some(stage) = self.stage(name) else { continue };
                    let row = self.at() + self.ahead(stage);
                    let Some(row) = row.checked_sub(usize::from(*before)) else { continue };
                    let fade = if share >= *when { 1.0 } else { 0.25 };
                    self.vector(scene, stage, row, Point::new(x, y), (letter, by), fade);
                }
            }
        }
        top + tall
    }

    /// A vector as a column of cells, under its letter.
    fn vector(
        &self,
        scene: &mut Scene,
        stage: &Stage,
        row: usize,
        centre: Point,
        (letter, by): (&str, &str),
        fade: f32,
    ) {
        let (theme, text) = (self.theme(), self.theme().text);
        let count = stage.shape()[1];
        let cell = (96.0 * text / count.max(1) as f32).clamp(0.4 * text, 21.0 * text);
        let (wide, tall) = ((0.062 * self.view.width).clamp(16.0, 46.0 * text), cell * count as f32);
        let bounds = Rect::new(centre.x - wide / 2.0, centre.y - tall / 2.0, wide, tall);
        let frame = Some(Stroke::solid(theme.role(stage.role), 1.2 * theme.line));
        scene.rect(bounds.grow(2.5), Some(theme.card), frame, 4.0);
        self.column(scene, stage, row, bounds, fade);
        let colour = theme.named(stage.role);
        let font = Font::centred(12.0 * text);
        for (y, words, font, colour) in [
            (bounds.y - 11.0 * text, letter, font.bold(), colour),
            (bounds.bottom() + 11.0 * text, by, font, theme.muted),
        ] {
            if !words.is_empty() {
                // Wires run behind the words.
                let wide = (7.5 * words.chars().count() as f32 + 4.0) * text;
                scene.fill(Rect::new(centre.x - wide / 2.0, y - 7.0 * text, wide, 14.0 * text), theme.card, 3.0);
                scene.text(Point::new(centre.x, y), font, colour, words);
            }
        }
    }

    /// The cells of a vector, one below the other.
    pub fn column(&self, scene: &mut Scene, stage: &Stage, row: usize, bounds: Rect, fade: f32) {
        let theme = self.theme();
        let count = stage.shape()[1];
        let paint = |unit: usize| -> Colour {
            let value = stage.value(&[row as u32, unit as u32]).unwrap_or(0.0);
            theme.card.mix(self.fill(stage, value), fade)
        };
        if count > MOST_CELLS {
            let make = || {
                let rgba = (0..count).flat_map(|unit| paint(unit).rgba).collect();
                Bitmap { width: 1, height: count as u32, rgba }
            };
            let key = [row, usize::MAX, (fade * 4.0) as usize];
            let bitmap = self.view.memory.bitmap(stage, &key, (1, count), self.scale(stage.name), theme, make);
            let first = Cell { stage: stage.name, index: Index::from([row, 0]) };
            let field = Field { first, rows: count, columns: 1, sideways: true };
            scene.marks.push(Mark { shape: Shape::Pixels { bounds, bitmap }, shows: Shows::Field(field), drag: None });
            return;
        }
        let height = bounds.height / count as f32;
        for unit in 0..count {
            let Some(cell) = stage.cell(&[row, unit]) else { continue };
            let value = stage.value(&cell.index).unwrap_or(0.0);
            let place = Rect::new(bounds.x, bounds.y + unit as f32 * height, bounds.width, height).grow(-0.5);
            let (fill, stroke) = (paint(unit), self.view.lit(stage, cell));
            let shape = Shape::Rect { bounds: place, fill: Some(fill), stroke, radius: 2.0 };
            scene.show(cell, self.drag(cell, stage), shape);
            if height >= 13.0 && bounds.width >= 24.0 {
                let font = Font::centred(10.5 * theme.text).fitting(5, bounds.width - 2.0);
                scene.text(place.centre(), font, theme.ink_on(fill), cell_number(value, 5));
            }
        }
    }
}

/// The place at a share of the way along a line.
fn along(points: &[(f32, f32)], share: f32) -> (f32, f32) {
    let length = |ends: &[(f32, f32)]| (ends[1].0 - ends[0].0).hypot(ends[1].1 - ends[0].1);
    let mut left = share.clamp(0.0, 1.0) * points.windows(2).map(length).sum::<f32>();
    for ends in points.windows(2) {
        let piece = length(ends).max(f32::MIN_POSITIVE);
        if left <= piece {
            let t = left / piece;
            return (ends[0].0 + (ends[1].0 - ends[0].0) * t, ends[0].1 + (ends[1].1 - ends[0].1) * t);
        }
        left -= piece;
    }
    points.last().copied().unwrap_or_default()
}
