//! The network of a basic recurrent layer: folded, with a loop, and unrolled, a copy for each step.

use super::Picture;
use crate::explain::{Cell, Role, Stage};
use crate::scene::script::below;
use crate::scene::{Drag, Font, Point, Rect, Scale, Scene, Stroke};

impl Picture<'_> {
    /// Draws the network; returns where it ends.
    pub fn network(&self, scene: &mut Scene) -> f32 {
        let (theme, text) = (self.theme(), self.theme().text);
        // The transport's first position is before the first step: the network is folded there.
        let chosen = self.view.pointing.is_chosen;
        let unrolled = if chosen || self.is_backward() { 1.0 } else { (self.view.step as f32).clamp(0.0, 1.0) };
        let columns = self.columns(52.0 * text, self.view.width - 60.0 * text);
        let left = 58.0 * text;
        let fit = ((self.view.width - left - 8.0) / columns.count as f32).min(170.0 * text);
        let folded = self.view.width / 2.0;
        let x = |step: usize| {
            let there = left + fit * (step as f32 - columns.first as f32 + 0.5);
            folded + (there - folded) * unrolled
        };
        let units = self.settings.units().max(1);
        let pitch = (104.0 * text / units as f32).clamp(1.0, 25.0 * text);
        let sizes =
            ["output", "hidden", "input"].map(|name| self.trace.stage(name).map_or(0, |stage| stage.shape()[1]));
        let tall = |count: usize, pitch: f32| (count as f32 * pitch).min(120.0 * text);
        let (outputs, inputs) = (tall(sizes[0], pitch), tall(sizes[2], pitch));
        let hidden = tall(sizes[1], pitch);
        let top = 30.0 * text;
        let gap = 46.0 * text;
        let (hidden_top, input_top) = (top + outputs + gap, top + outputs + gap + hidden + gap);
        let wide = (fit * 0.62).clamp(7.0, 50.0 * text);
        let now = self.at();
        let names = [("output", top, outputs), ("hidden", hidden_top, hidden), ("input", input_top, inputs)];
        for step in columns.first..columns.first + columns.count {
            let (middle, is_now) = (x(step), step == now && unrolled > 0.5);
            // While the copies lie on each other, only one is seen.
            if unrolled == 0.0 && step != now {
                continue;
            }
            let ink = match (self.is_backward(), is_now) {
                (true, _) => theme.gradient,
                (_, true) => theme.ink,
                _ => theme.muted,
            };
            let centre = hidden_top + hidden / 2.0;
            let told = self.settings.every || step + 1 == self.steps || self.settings.trained().is_some();
            let mut wires = vec![[(middle, input_top - 6.0), (middle, hidden_top + hidden + 6.0)]];
            if told {
                wires.push([(middle, hidden_top - 6.0), (middle, top + outputs + 6.0)]);
            }
            if unrolled > 0.0 {
                let starts = step == columns.first;
                let from = if starts { self.start_of(x(step), fit, unrolled, wide) } else { x(step - 1) + wide / 2.0 };
                wires.push([(from + 5.0, centre), (middle - wide / 2.0 - 5.0, centre)]);
            }
            for [from, to] in wires {
                // Gradients come back the same way.
                let ends = if self.is_backward() { [to, from] } else { [from, to] };
                if (to.0 - from.0).abs() + (to.1 - from.1).abs() > 3.0 {
                    self.line(scene, &ends, ink, 1.6, true);
                }
            }
            for (name, y, height) in names {
                let Some(stage) = self.stage(name).filter(|_| name != "output" || told) else { continue };
                let bounds = Rect::new(middle - wide / 2.0, y, wide, height);
                let frame = Some(Stroke::solid(if is_now { theme.ink } else { theme.hairline }, 1.4 * theme.line));
                scene.rect(bounds.grow(3.0), Some(theme.card), frame, 4.0);
                // Folded, the state is the one before the first step.
                let row = if unrolled == 0.0 { step } else { step + self.ahead(stage) };
                self.column(scene, stage, row, bounds, 1.0);
            }
            if wide >= 10.0 {
                let below = Point::new(middle, input_top + inputs + 14.0 * text);
                let label = if self.letters.is_some() { self.letter(step) } else { format!("t = {step}") };
                let mut font = Font::centred(11.5 * text);
                font.bold = is_now;
                scene.text(below, font, theme.ink, label);
            }
        }
        if let Some(stage) = self.stage("hidden").filter(|_| unrolled > 0.5 && columns.first == 0) {
            let right = self.start_of(x(0), fit, unrolled, wide);
            let narrow = (wide * 0.7).min(right - 24.0 * text).max(6.0);
            self.column(scene, stage, 0, Rect::new(right - narrow, hidden_top, narrow, hidden), 1.0);
        }
        if unrolled < 1.0 {
            self.looped(scene, hidden_top, hidden, wide, 1.0 - unrolled);
        }
        for (label, y) in [("Wₒ", top + outputs), ("Wₓ", hidden_top + hidden)] {
            let at = Point::new(x(columns.first) + 8.0, y + gap / 2.0);
            scene.text(at, Font::starting(12.0 * text).bold(), theme.weight, label);
        }
        if unrolled == 1.0 && fit - wide > 34.0 * text && columns.count > 1 {
            let at =
                Point::new((x(columns.first) + x(columns.first + 1)) / 2.0, hidden_top + hidden / 2.0 - 11.0 * text);
            scene.text(at, Font::centred(12.0 * text).bold(), theme.weight, "Wₕ");
        }
        for (label, y, height, role) in [
            ("o", top, outputs, Role::Output),
            ("h", hidden_top, hidden, Role::Plain),
            ("x", input_top, inputs, Role::Input),
        ] {
            let at = Point::new(14.0 * text, y + height / 2.0);
            scene.text(at, Font::centred(15.0 * text).bold(), theme.role(role), label);
        }
        let below = input_top + inputs + 30.0 * text;
        self.matrices(scene, below)
    }

    /// The right edge of the state before the first step.
    fn start_of(&self, x: f32, fit: f32, unrolled: f32, wide: f32) -> f32 {
        (x - fit * unrolled).max(52.0 * self.theme().text - wide * 0.2).min(x - wide)
    }

    /// The loop of the folded network.
    fn looped(&self, scene: &mut Scene, y: f32, height: f32, wide: f32, fade: f32) {
        let (theme, text, middle) = (self.theme(), self.theme().text, self.view.width / 2.0);
        let (right, out) = (middle + wide / 2.0 + 6.0, 46.0 * text);
        let colour = theme.card.mix(theme.ink, fade);
        let points = [
            (right, y + height * 0.7),
            (right + out, y + height * 0.7),
            (right + out, y + height * 0.2),
            (right + 3.0, y + height * 0.2),
        ];
        self.line(scene, &points, colour, 1.8, true);
        let at = Point::new(right + out + 8.0, y + height / 2.0);
        scene.text(at, Font::starting(13.0 * text).bold(), theme.card.mix(theme.weight, fade), "Wₕ");
    }

    /// The weights that all copies share.
    fn matrices(&self, scene: &mut Scene, top: f32) -> f32 {
        let (theme, text) = (self.theme(), self.theme().text);
        let names = ["input-weight", "state-weight", "bias", "output-weight", "output-bias"];
        let stages: Vec<&Stage> = names.into_iter().filter_map(|name| self.stage(name)).collect();
        if self.settings.units() > 16 || self.letters.is_some() && self.settings.trained().is_some() {
            return top;
        }
        let size = |stage: &Stage| match stage.shape() {
            [rows, columns] => (*rows, *columns),
            shape => (shape[0], 1),
        };
        let all: usize = stages.iter().map(|stage| size(stage).1).sum();
        let room = self.view.width - 24.0 - 34.0 * text * stages.len() as f32;
        let pitch = (room / all.max(1) as f32).min(34.0 * text);
        let (mut x, mut bottom) = (12.0, top);
        for stage in stages {
            let (rows, columns) = size(stage);
            let tall = pitch.min(25.0 * text);
            let label = Point::new(x, top + 8.0 * text);
            let letter = format!("{}{}", stage.symbol, below(stage.mark));
            scene.text(label, Font::starting(12.0 * text).bold(), theme.role(stage.role), letter);
            let bounds = Rect::new(x, top + 20.0 * text, pitch * columns as f32, tall * rows as f32);
            let scale = self.scale(stage.name);
            match columns {
                1 if stage.shape().len() == 1 => self.upright(scene, stage, bounds, scale),
                _ => self.view.grid(scene, stage, &[], bounds, scale, self.turn(stage, scale)),
            }
            x = bounds.right() + 34.0 * text;
            bottom = bottom.max(bounds.bottom());
        }
        bottom + 10.0 * text
    }

    /// A bias as a column.
    fn upright(&self, scene: &mut Scene, stage: &Stage, bounds: Rect, scale: Scale) {
        let (theme, height) = (self.theme(), bounds.height / stage.len().max(1) as f32);
        for at in 0..stage.len() {
            let place = Rect::new(bounds.x, bounds.y + at as f32 * height, bounds.width, height).grow(-0.5);
            let cell = Cell::new(stage.name, [at]);
            crate::scene::draw_cell(scene, stage, cell, place, (scale, self.turn(stage, scale)), theme);
            let stroke = self.view.lit(stage, cell);
            if stroke.is_some() {
                scene.frame(place, stroke, 2.0);
            }
        }
    }

    fn turn(&self, stage: &Stage, scale: Scale) -> Option<Drag> {
        (stage.role == Role::Weight).then_some(Drag::Turn(scale.limit / 60.0))
    }

    /// What a drag does to a number of a vector: only what was given can be turned.
    pub fn drag(&self, cell: Cell, stage: &Stage) -> Option<Drag> {
        let given = match stage.name {
            "input" => self.letters.is_none(),
            "hidden" | "cell" => cell.index.axis(0) == 0,
            "output-gradient" => self.settings.trained().is_none(),
            _ => false,
        };
        given.then_some(Drag::Turn(self.scale(stage.name).limit / 60.0))
    }
}
