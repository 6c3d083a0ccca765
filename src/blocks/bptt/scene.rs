//! The picture of `bptt`: norms on their way back, the matrices of one step, and what each step contributes.

use super::settings::Settings;
use super::trace::{SIDES, Side};
use crate::blocks::View;
use crate::blocks::recurrent::along;
use crate::data::sequences::Memory;
use crate::explain::{Cell, Stage, Trace, cell_number};
use crate::layers::numbers;
use crate::scene::script::{above, below};
use crate::scene::{Colour, Font, Point, Rect, Scale, Scene, Shape, Stroke, Theme};

/// How tall the chart of norms is.
const TALL: f32 = 190.0;
/// A norm below it has vanished; above its inverse it has exploded.
const VANISHED: f32 = 1e-3;
/// A narrower strip cannot be pointed at.
const NARROWEST: f32 = 4.0;
/// The exponents that the chart shows, at the most.
const MOST_EXPONENT: f32 = 12.0;

struct Picture<'a> {
    settings: &'a Settings,
    trace: &'a Trace,
    view: View<'a>,
}

/// Which row of the norms a cell belongs to: k + 1.
pub fn row_of(trace: &Trace, cell: Cell) -> Option<usize> {
    let rows = Side::of(cell.stage)?.stage(trace, "norm")?.len();
    let stage = trace.stage(cell.stage).filter(|stage| stage.len() > 1)?;
    along::row_of(stage, cell, rows)
}

/// A positive number of any size, in a few characters.
pub fn magnitude(number: f32) -> String {
    match number {
        0.0 => "0".to_owned(),
        1e-2..1e4 => cell_number(number, 5),
        _ => {
            let written = format!("{number:e}");
            let (digits, exponent) = written.split_once('e').unwrap_or((&written, "0"));
            format!("{}e{}", digits.get(..3).unwrap_or(digits), exponent.replace('-', "−"))
        }
    }
}

/// Draws the block.
pub fn draw(settings: &Settings, trace: &Trace, view: View<'_>) -> Scene {
    let picture = Picture { settings, trace, view };
    let mut scene = Scene::new(view.width, 0.0);
    let below = picture.norms(&mut scene);
    let below = picture.matrices(&mut scene, below);
    let below = picture.shares(&mut scene, below);
    scene.height = below + 8.0;
    scene
}

impl<'a> Picture<'a> {
    fn theme(&self) -> &'a Theme {
        self.view.theme
    }

    fn side(&self) -> &'static Side {
        SIDES.iter().find(|side| side.shown == self.settings.shown).unwrap_or(&SIDES[0])
    }

    fn colour(&self, side: &Side) -> Colour {
        self.theme().filter([1, 2, 3][side.shown as usize])
    }

    /// The row of the norms that is looked at: k + 1.
    fn row(&self) -> usize {
        let last = self.settings.last + 1;
        let pointed = self.view.pointing.at.filter(|_| self.view.pointing.is_chosen);
        let row = pointed.and_then(|cell| row_of(self.trace, cell));
        row.unwrap_or_else(|| last.saturating_sub(self.view.step.round() as usize)).min(last)
    }

    /// Where a row's column is on the charts, from left to right in time.
    fn column(&self, row: usize) -> (f32, f32) {
        let text = self.theme().text;
        let (left, right) = (52.0 * text, self.view.width - 12.0);
        let pitch = (right - left) / (self.settings.last + 2) as f32;
        (left + pitch * row as f32, pitch)
    }

    /// The norms, on a logarithmic scale, and in words what became of each.
    fn norms(&self, scene: &mut Scene) -> f32 {
        let (theme, text) = (self.theme(), self.theme().text);
        let mut curves: Vec<(&Stage, Colour, &str)> = SIDES
            .iter()
            .filter_map(|side| Some((side.stage(self.trace, "norm")?, self.colour(side), side.title)))
            .collect();
        let path = SIDES[1].stage(self.trace, "path-norm");
        curves.extend(path.map(|path| (path, theme.filter(0), "LSTM, through the cell")));
        let y = self.verdicts(scene, &curves);
        let (mut low, mut high) = (-1.0_f32, 1.0_f32);
        for norms in curves.iter().filter_map(|(stage, ..)| stage.array()).map(numbers) {
            for exponent in norms.iter().filter(|norm| **norm > 0.0).map(|norm| power_of_ten(*norm)) {
                (low, high) = (low.min(exponent), high.max(exponent));
            }
        }
        let (low, high) = (low.max(-MOST_EXPONENT).floor(), high.min(MOST_EXPONENT).ceil());
        let (top, tall) = (y + 20.0 * text, TALL * text);
        let last = self.settings.last;
        let title = format!("‖∂h{}/∂hₖ‖, from k = {last} back to the first step", below(&last.to_string()));
        scene.text(Point::new(8.0, y + 4.0 * text), self.view.font(), theme.muted, title);
        let height = |norm: f32| top + tall * (high - power_of_ten(norm.max(1e-38)).clamp(low, high)) / (high - low);
        let every = ((high - low) / 6.0).ceil() as usize;
        for exponent in (low as i32..=high as i32).step_by(every.max(1)) {
            let y = height(10.0_f32.powi(exponent));
            let stroke = Stroke::solid(if exponent == 0 { theme.muted } else { theme.hairline }, theme.line);
            scene.line(Point::new(52.0 * text, y), Point::new(self.view.width - 12.0, y), stroke);
            let label = if exponent == 0 { "1".to_owned() } else { format!("10{}", above(&exponent.to_string())) };
            scene.text(Point::new(46.0 * text, y), Font::ending(10.5 * text), theme.muted, label);
        }
        let (x, pitch) = self.column(self.row());
        scene.fill(Rect::new(x, top, pitch, tall), theme.soft, 2.0);
        // A place to point at for each curve, or, where that would be too narrow, for the one that is looked at.
        let strip = pitch / curves.len() as f32;
        let is_narrow = strip < NARROWEST;
        for (place, (stage, colour, _)) in curves.iter().enumerate() {
            let points = (0..stage.len()).map(|row| {
                let (x, pitch) = self.column(row);
                Point::new(x + pitch / 2.0, height(stage.value(&[row as u32]).unwrap_or(0.0)))
            });
            let points: Vec<Point> = points.collect();
            let dashed = place == SIDES.len();
            let stroke = Stroke { colour: *colour, width: 2.0 * theme.line, dashed };
            scene.draw(Shape::Line { points: points.clone(), stroke, curved: false, arrow: false });
            for (row, point) in points.into_iter().enumerate() {
                let Some(cell) = stage.cell(&[row]) else { continue };
                let bounds = match is_narrow {
                    true => Rect::new(self.column(row).0, top, pitch, tall),
                    false => Rect::new(self.column(row).0 + strip * place as f32, top, strip, tall),
                };
                if !is_narrow || self.side().names.own(stage.name) == Some("norm") {
                    scene.show(cell, None, Shape::Rect { bounds, fill: None, stroke: None, radius: 0.0 });
                }
                if row == self.row() || self.view.lit(stage, cell).is_some() {
                    let radius = if self.view.pointing.at == Some(cell) { 5.0 } else { 3.0 } * text;
                    scene.draw(Shape::Circle { centre: point, radius, fill: Some(*colour), stroke: None });
                }
            }
        }
        for row in (0..self.settings.last + 2).step_by((self.settings.last / 12).max(1)) {
            let (x, pitch) = self.column(row);
            let label = (row as i64 - 1).to_string().replace('-', "−");
            let at = Point::new(x + pitch / 2.0, top + tall + 10.0 * text);
            self.view.centred(scene, at, 10.5, theme.muted, label);
        }
        top + tall + 26.0 * text
    }

    /// In words and figures, what has become of each gradient at the first step.
    fn verdicts(&self, scene: &mut Scene, curves: &[(&Stage, Colour, &str)]) -> f32 {
        let text = self.theme().text;
        let across = if self.view.width >= 620.0 * text { 2 } else { 1 };
        let line = 18.0 * text;
        for (place, (stage, colour, title)) in curves.iter().enumerate() {
            let norm = stage.value(&[1]).unwrap_or(0.0);
            let word = match norm {
                norm if norm < VANISHED => "vanishes",
                norm if norm > 1.0 / VANISHED => "explodes",
                _ => "holds",
            };
            let x = 8.0 + self.view.width / across as f32 * (place % across) as f32;
            let y = 12.0 * text + line * (place / across) as f32;
            let words = format!("{title}: {} at k = 0, {word}", magnitude(norm));
            scene.text(Point::new(x, y), self.view.font().bold(), *colour, words);
        }
        12.0 * text + line * curves.len().div_ceil(across) as f32 + 4.0 * text
    }

    /// The Jacobian of the step that is looked at, the product so far, and how far each stretches.
    fn matrices(&self, scene: &mut Scene, top: f32) -> f32 {
        let (theme, text) = (self.theme(), self.theme().text);
        let (side, row) = (self.side(), self.row());
        let stacked = self.view.width < 640.0 * text;
        let room = if stacked { self.view.width } else { self.view.width / 2.0 };
        let step = row as i64 - 1;
        let at = |letter: &str, step: i64| format!("∂{letter}{}", below(&step.to_string()));
        let (letter, rule) = match side.shown {
            Memory::Rnn => ("h", " = diag(1 − h²) Wₕ"),
            Memory::Lstm => ("s", ", s: h and c together"),
            Memory::Gru => ("h", ""),
        };
        let factor = format!("{}: {}/{}{rule}", side.title, at(letter, step), at(letter, step - 1));
        let product = format!("product so far: {}/{}", at("h", self.settings.last as i64), at(letter, step));
        let mut y = top;
        let mut bottom = top;
        for (place, (title, matrix, stretches, row)) in [
            (factor, "jacobian", "stretches", row.checked_sub(1)),
            (product, "product", "product-stretches", Some(row)),
        ]
        .into_iter()
        .enumerate()
        {
            let left = if stacked { 8.0 } else { 8.0 + place as f32 * room };
            if stacked && place > 0 {
                y = bottom + 14.0 * text;
            }
            let font = self.view.font().fitting(title.chars().count(), room - 16.0);
            scene.text(Point::new(left, y + 8.0 * text), font.bold(), self.colour(side), title);
            let [Some(matrix), Some(stretches)] = [matrix, stretches].map(|name| side.stage(self.trace, name)) else {
                continue;
            };
            let Some(row) = row else {
                let words = "the state before the first step is given";
                scene.text(Point::new(left, y + 32.0 * text), self.view.font(), theme.muted, words);
                continue;
            };
            let [rows, columns] = [1, 2].map(|axis| matrix.shape()[axis]);
            let pitch = ((room - 150.0 * text) / columns as f32).min(34.0 * text);
            let tall = (150.0 * text / rows as f32).min(26.0 * text);
            let bounds = Rect::new(left, y + 20.0 * text, pitch * columns as f32, tall * rows as f32);
            let largest = (0..rows * columns).map(|place| {
                let at = [row, place / columns, place % columns].map(|axis| axis as u32);
                matrix.value(&at).unwrap_or(0.0).abs()
            });
            let scale = Scale::new(largest.fold(0.0, f32::max));
            self.view.grid(scene, matrix, &[row], bounds, scale, None);
            let end = self.stretches(scene, stretches, row, Point::new(bounds.right() + 24.0, y + 20.0 * text));
            bottom = bottom.max(bounds.bottom()).max(end);
        }
        bottom.max(top + 40.0 * text) + 16.0 * text
    }

    /// Singular values as bars, the largest first.
    fn stretches(&self, scene: &mut Scene, stage: &Stage, row: usize, at: Point) -> f32 {
        let (theme, text) = (self.theme(), self.theme().text);
        let count = stage.shape()[1];
        let value = |place: usize| stage.value(&[row as u32, place as u32]).unwrap_or(0.0);
        let line = (150.0 * text / count as f32).min(18.0 * text);
        let limit = value(0).max(1e-30);
        let sigma = Point::new(at.x - 4.0, at.y + line / 2.0 - 1.0);
        scene.text(sigma, Font::ending(11.5 * text), theme.muted, "σ");
        for place in 0..count {
            let Some(cell) = stage.cell(&[row, place]) else { continue };
            let bounds = Rect::new(at.x, at.y + place as f32 * line, 70.0 * text, line - 2.0);
            self.view.place(scene, (stage, cell), bounds, Some(theme.soft), 2.0);
            let filled = Rect { width: (bounds.width * value(place) / limit).max(1.0), ..bounds };
            scene.fill(filled, theme.output.fade(0.7), 2.0);
            let font = Font::starting(10.5 * text);
            if line >= 10.0 || place == 0 {
                let words = magnitude(value(place));
                scene.text(Point::new(bounds.right() + 5.0, bounds.centre().y), font, theme.ink, words);
            }
        }
        at.y + count as f32 * line
    }

    /// What each step contributes to the gradient of the weights of the state.
    fn shares(&self, scene: &mut Scene, top: f32) -> f32 {
        let (theme, text) = (self.theme(), self.theme().text);
        let last = below(&self.settings.last.to_string());
        let title = format!("∂E{last}/∂Wₕ is a sum over k: the share of each step's term");
        let font = self.view.font().fitting(title.chars().count(), self.view.width - 16.0);
        scene.text(Point::new(8.0, top + 8.0 * text), font, theme.muted, title);
        let mut y = top + 22.0 * text;
        let tall = 34.0 * text;
        for side in &SIDES {
            let [Some(shares), Some(length)] = ["share", "length"].map(|name| side.stage(self.trace, name)) else {
                continue;
            };
            let colour = self.colour(side);
            scene.text(Point::new(8.0, y + tall / 2.0), self.view.font().bold(), colour, side.title);
            let share = |step: usize| shares.value(&[step as u32]).unwrap_or(0.0);
            let largest = (0..shares.len()).map(share).fold(1e-30, f32::max);
            for step in 0..shares.len() {
                let Some(cell) = shares.cell(&[step]) else { continue };
                let (x, pitch) = self.column(step + 1);
                let bounds = Rect::new(x, y, pitch, tall);
                let fill = (step + 1 == self.row()).then_some(theme.soft);
                self.view.place(scene, (shares, cell), bounds, fill, 2.0);
                let share = share(step) / largest;
                let bar = Rect::new(x + 0.1 * pitch, y + tall * (1.0 - share), 0.8 * pitch, tall * share);
                scene.fill(bar, colour, 1.0);
            }
            self.lengths(scene, side, length, Point::new(52.0 * text, y + tall + 9.0 * text));
            y += tall + 24.0 * text;
        }
        y
    }

    /// How long the whole gradient is, and what clipping leaves of it.
    fn lengths(&self, scene: &mut Scene, side: &Side, length: &Stage, at: Point) {
        let (theme, text) = (self.theme(), self.theme().text);
        let mut x = at.x;
        let clipped = side.stage(self.trace, "clipped");
        for (stage, word) in [(Some(length), "‖∂E/∂Wₕ‖"), (clipped, "clipped to")] {
            let Some((stage, cell)) = stage.and_then(|stage| Some((stage, stage.cell(&[0])?))) else { continue };
            let words = format!("{word} {}", magnitude(stage.value(&[0]).unwrap_or(0.0)));
            let wide = 6.2 * text * words.chars().count() as f32 + 8.0;
            let bounds = Rect::new(x, at.y - 8.0 * text, wide, 16.0 * text);
            self.view.place(scene, (stage, cell), bounds, None, 3.0);
            scene.text(Point::new(x + 4.0, at.y), Font::starting(11.0 * text), theme.ink, words);
            x += wide + 10.0;
        }
    }
}

/// In double precision, as elsewhere: the page carries one logarithm.
fn power_of_ten(norm: f32) -> f32 {
    f64::from(norm).log10() as f32
}
