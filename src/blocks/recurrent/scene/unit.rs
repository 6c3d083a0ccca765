//! One unit: its gates as dials, and the one equation that they decide.

use super::Picture;
use crate::data::sequences::Memory;
use crate::data::sin_cos;
use crate::explain::{Cell, Stage, cell_number};
use crate::scene::{Drag, Font, Point, Rect, Relation, Scene, Shape, Slide, Stroke};

/// Where a dial begins and ends, in degrees from the top.
const SWEEP: f32 = 135.0;

impl<'a> Picture<'a> {
    /// Draws one unit; returns where it ends.
    pub fn unit(&self, scene: &mut Scene) -> f32 {
        let text = self.theme().text;
        let stacked = self.view.width < 700.0 * text;
        let below = match self.settings.layer() {
            Memory::Gru => self.tied(scene, stacked),
            _ => self.dials(scene, stacked),
        };
        self.maps(scene, below, Some(self.settings.unit))
    }

    /// A stage, and the cell of the unit in it at the step that is looked at, or the one before.
    fn of_unit(&self, name: &str, before: bool) -> Option<(&'a Stage, Cell)> {
        let stage = self.stage(name)?;
        let row = (self.at() + self.ahead(stage)).checked_sub(usize::from(before))?;
        Some((stage, stage.cell(&[row, self.settings.unit])?))
    }

    fn dials(&self, scene: &mut Scene, stacked: bool) -> f32 {
        let text = self.theme().text;
        let room = if stacked { self.view.width } else { 0.46 * self.view.width };
        let pitch = (room / 3.0).min(130.0 * text);
        for (place, (name, label, key)) in [
            ("forget", "forget gate f", "forget_at"),
            ("input-gate", "input gate i", "input_gate_at"),
            ("output-gate", "output gate o", "output_gate_at"),
        ]
        .into_iter()
        .enumerate()
        {
            self.dial(scene, Point::new((place as f32 + 0.5) * pitch + 4.0, 62.0 * text), pitch, (name, label, key));
        }
        let (left, top) = if stacked { (4.0, 140.0 * text) } else { (3.0 * pitch + 24.0, 14.0 * text) };
        self.equation(
            scene,
            Rect::new(left, top, self.view.width - left - 8.0, 110.0 * text),
            &[
                (Part::Bar("cell", true), "cₜ₋₁"),
                (Part::Sign("forget"), "× f"),
                (Part::Plus, "+"),
                (Part::Bar("candidate", false), "c̃"),
                (Part::Sign("input-gate"), "× i"),
                (Part::Plus, "="),
                (Part::Bar("cell", false), "cₜ"),
                (Part::Sign("output-gate"), "tanh, × o"),
                (Part::Bar("hidden", false), "hₜ"),
            ],
        );
        top + 136.0 * text
    }

    /// The update gate of a GRU is one slider between the new and the old.
    fn tied(&self, scene: &mut Scene, stacked: bool) -> f32 {
        let (theme, text) = (self.theme(), self.theme().text);
        self.dial(scene, Point::new(66.0 * text, 62.0 * text), 132.0 * text, ("reset", "reset gate r", "reset_at"));
        let is_lecture = self.settings.convention == crate::blocks::recurrent::settings::Convention::Lecture;
        let left = 150.0 * text;
        let width = if stacked { self.view.width - left - 16.0 } else { 0.28 * self.view.width };
        let y = 56.0 * text;
        if let Some((stage, cell)) = self.of_unit("update", false) {
            let value = self.trace.value(Cell { stage: "update", ..cell }).unwrap_or(0.0);
            let new = if is_lecture { value } else { 1.0 - value };
            let (candidate, old) =
                (theme.role(crate::explain::Role::Gate(crate::explain::Gate::Candidate)), theme.muted);
            let part = width * new;
            for (x, wide, colour) in [(left, part, candidate), (left + part, width - part, old)] {
                scene.fill(Rect::new(x, y - 7.0, wide.max(0.0), 14.0), colour.fade(0.55), 3.0);
            }
            let slide = self.slide("update_at", if is_lecture { 1.0 } else { -1.0 } / width, 0.0);
            let lit = self.view.lit(stage, cell);
            let stroke = lit.unwrap_or(Stroke::solid(theme.role(stage.role), 2.0 * theme.line));
            let (centre, radius) = (Point::new(left + part, y), 13.0 * text);
            scene.show(cell, slide, Shape::Circle { centre, radius, fill: Some(theme.card), stroke: Some(stroke) });
            let (z, rest) = if is_lecture { ("1 − z", "z") } else { ("z", "1 − z") };
            let font = Font::centred(11.5 * text);
            let numbers = [
                (left, format!("new: {rest} = {}", cell_number(new, 5)), Font::starting(font.size)),
                (left + width, format!("old: {z} = {}", cell_number(1.0 - new, 5)), Font::ending(font.size)),
            ];
            for (line, (x, words, font)) in numbers.into_iter().enumerate() {
                let below = if stacked { 15.0 * line as f32 } else { 0.0 };
                scene.text(Point::new(x, y + (26.0 + below) * text), font, theme.ink, words);
            }
            let title = Point::new(left + width / 2.0, y - 28.0 * text);
            scene.text(title, font.bold(), theme.role(stage.role), "update gate z");
        }
        let (left, top) = if stacked { (4.0, 140.0 * text) } else { (left + width + 30.0, 14.0 * text) };
        let (to_new, to_old) = if is_lecture { ("× z", "× (1 − z)") } else { ("× (1 − z)", "× z") };
        self.equation(
            scene,
            Rect::new(left, top, self.view.width - left - 8.0, 110.0 * text),
            &[
                (Part::Bar("new", false), "n"),
                (Part::Sign("update"), to_new),
                (Part::Plus, "+"),
                (Part::Bar("hidden", true), "hₜ₋₁"),
                (Part::Sign("update"), to_old),
                (Part::Plus, "="),
                (Part::Bar("hidden", false), "hₜ"),
            ],
        );
        top + 136.0 * text
    }

    /// What a drag does to a gate: it is held where the hand leaves it.
    fn slide(&self, key: &'static str, right: f32, down: f32) -> Option<Drag> {
        let slide = Slide { keys: ["unit", key], per_pixel: [0.0, down], around: [false, false] };
        let across = Slide { keys: [key, "unit"], per_pixel: [right, 0.0], around: [false, false] };
        (!self.is_backward()).then_some(Drag::Slide(if right == 0.0 { slide } else { across }))
    }

    fn dial(&self, scene: &mut Scene, centre: Point, room: f32, (name, label, key): (&str, &str, &'static str)) {
        let (theme, text) = (self.theme(), self.theme().text);
        let Some((stage, cell)) = self.of_unit(name, false) else { return };
        let Some(value) = stage.value(&cell.index) else { return };
        let radius = (36.0 * text).min(room / 2.0 - 14.0 * text);
        let share = if self.is_backward() { 0.0 } else { value.clamp(0.0, 1.0) };
        let on_rim = |share: f32| {
            let angle = f64::from((share * 2.0 * SWEEP - SWEEP).to_radians());
            let [right, up] = sin_cos(angle).map(|part| radius * part as f32);
            (centre.x + right, centre.y - up)
        };
        let arc = |to: f32| (0..=36).map(|at| on_rim(to * at as f32 / 36.0)).collect::<Vec<_>>();
        self.line(scene, &arc(1.0), theme.hairline, 8.0, false);
        let colour = theme.role(stage.role);
        if share > 0.0 {
            self.line(scene, &arc(share), colour, 8.0, false);
        }
        let stroke = self.view.lit(stage, cell);
        let drag = self.slide(key, 0.0, -1.0 / (2.0 * radius));
        scene.show(cell, drag, Shape::Circle { centre, radius: radius - 6.0, fill: Some(theme.card), stroke });
        let (x, y) = on_rim(share);
        let knob = Point::new(x, y);
        let rim = Some(Stroke::solid(colour, 2.0 * theme.line));
        scene.show(cell, drag, Shape::Circle { centre: knob, radius: 8.0 * text, fill: Some(theme.card), stroke: rim });
        scene.text(centre, Font::centred(16.0 * text).bold(), theme.ink, cell_number(value, 5));
        let pinned = self.settings.pins().any(|(gate, _)| gate == name);
        let words = if pinned { format!("{label}, held") } else { label.to_owned() };
        let below = Point::new(centre.x, centre.y + 52.0 * text);
        let font = Font::centred(11.0 * text).bold().fitting(words.chars().count(), room);
        scene.text(below, font, colour, words);
    }

    /// Bars with what stands between them.
    fn equation(&self, scene: &mut Scene, room: Rect, parts: &[(Part, &str)]) {
        let (theme, text) = (self.theme(), self.theme().text);
        let weight = |part: &Part| match part {
            Part::Bar(..) => 1.0,
            Part::Sign(_) => 1.2,
            Part::Plus => 0.5,
        };
        let total: f32 = parts.iter().map(|(part, _)| weight(part)).sum();
        let (unit, middle) = ((room.width / total).min(54.0 * text), room.y + room.height / 2.0);
        let mut x = room.x;
        for (part, label) in parts {
            let width = unit * weight(part);
            let centre = Point::new(x + width / 2.0, middle);
            match part {
                Part::Bar(name, before) => self.bar(scene, centre, (unit * 0.62, room.height), name, *before, label),
                Part::Sign(gate) => {
                    let colour = self.stage(gate).map_or(theme.ink, |stage| theme.role(stage.role));
                    let font = Font::centred(13.0 * text).fitting(label.chars().count(), width + 6.0);
                    scene.text(centre, font.bold(), colour, *label);
                }
                Part::Plus => scene.text(centre, Font::centred(16.0 * text), theme.ink, *label),
            }
            x += width;
        }
    }

    fn bar(
        &self,
        scene: &mut Scene,
        centre: Point,
        (width, height): (f32, f32),
        name: &str,
        before: bool,
        label: &str,
    ) {
        let (theme, text) = (self.theme(), self.theme().text);
        let Some((stage, cell)) = self.of_unit(name, before) else { return };
        let value = stage.value(&cell.index).unwrap_or(0.0);
        let track = Rect::new(centre.x - width / 2.0, centre.y - height / 2.0 + 12.0, width, height - 24.0);
        self.view.place(scene, (stage, cell), track, Some(theme.soft), 3.0);
        let length = self.scale(name).share(value) * track.height / 2.0;
        let (top, tall) = if length >= 0.0 { (centre.y - length, length) } else { (centre.y, -length) };
        let fill = theme.named(stage.role);
        let bounds = Rect::new(track.x + 2.0, top, width - 4.0, tall.max(1.5));
        scene.fill(bounds, fill.fade(0.8), 1.5);
        self.line(scene, &[(track.x - 3.0, centre.y), (track.right() + 3.0, centre.y)], theme.hairline, 1.0, false);
        let mut font = Font::centred(11.5 * text);
        font.bold = self.view.pointing.relation(cell) == Relation::At;
        scene.text(Point::new(centre.x, track.y - 9.0 * text), font.bold(), fill, label);
        scene.text(Point::new(centre.x, track.bottom() + 10.0 * text), font, theme.ink, cell_number(value, 5));
    }
}

/// What stands in the equation of a unit.
enum Part {
    /// A number as a bar: of which stage, and whether it is the one of the step before.
    Bar(&'static str, bool),
    /// What it is multiplied with, in the colour of a gate.
    Sign(&'static str),
    /// + or =.
    Plus,
}
