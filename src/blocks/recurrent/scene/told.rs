//! What the network tells, and how often it is right.

use super::{Picture, visible};
use crate::blocks::chart::Chart;
use crate::blocks::recurrent::model::alphabet;
use crate::data::sequences::Task;
use crate::explain::{Stage, cell_number};
use crate::scene::{Colour, Font, Point, Rect, Scene};

/// The most letters whose chances are listed.
const MOST_LISTED: usize = 8;

impl Picture<'_> {
    /// Draws what is told at the step that is looked at, and how often that is right; returns where it ends.
    pub fn told(&self, scene: &mut Scene, top: f32) -> f32 {
        let text = self.theme().text;
        let Some(task) = self.settings.trained() else {
            return if self.settings.view == super::Drawn::Network { top } else { self.listed_chances(scene, top) };
        };
        let mut y = self.verdict(scene, task, top + 8.0 * text);
        if task == Task::Characters {
            y = self.written(scene, y + 6.0 * text);
            y = self.perplexities(scene, y);
        }
        let below = self.listed_chances(scene, y);
        let chart = match task {
            Task::Characters => y,
            _ => self.chart(scene, task, if self.is_wide() { y } else { below + 8.0 * text }),
        };
        below.max(chart)
    }

    /// In words: what was to be told, what was told, and how often that is right.
    fn verdict(&self, scene: &mut Scene, task: Task, y: f32) -> f32 {
        let (theme, font) = (self.theme(), self.view.font());
        let targets = task.targets(&crate::blocks::recurrent::stages::read(self.trace));
        let at = match task {
            // Asked once, at the end.
            Task::Recall => targets.iter().rposition(Option::is_some),
            _ => Some(self.at()),
        };
        let name = |token: usize| match task {
            Task::Brackets => token.to_string(),
            _ => task.alphabet().get(token).map_or_else(String::new, visible),
        };
        let mut x = 8.0;
        let mut say = |scene: &mut Scene, words: String, bold: bool, colour| {
            let font = if bold { font.bold() } else { font };
            let wide = 6.3 * theme.text * words.chars().count() as f32;
            scene.text(Point::new(x, y), font, colour, words);
            x += wide + 10.0 * theme.text;
        };
        if let Some(at) = at
            && let Some(Some(target)) = targets.get(at)
            && let Some(output) = self.trace.stage("output")
        {
            let row = (0..output.shape()[1]).filter_map(|unit| output.value(&[at as u32, unit as u32]));
            let told = task.told(row);
            let question = match task {
                Task::Recall => "first symbol",
                Task::Brackets => "open brackets",
                Task::Characters => "next character",
            };
            say(scene, question.to_owned(), false, theme.ink);
            say(scene, name(*target), true, theme.ink);
            say(scene, "told".to_owned(), false, theme.ink);
            let (mark, colour) = if told == *target { ("✓", theme.input) } else { ("✗", theme.gradient) };
            say(scene, format!("{} {mark}", name(told)), true, colour);
        }
        if let Some(stage) = self.trace.stage("right") {
            let [right, asked] = [0, 1].map(|at| stage.value(&[at]).unwrap_or(0.0));
            let pinned = self.settings.pins().next().is_some();
            let colour = if right < 0.9 * asked { theme.gradient } else { theme.input };
            let gates = if pinned { " with these gates" } else { "" };
            say(scene, format!("{right} of {asked} right{gates}"), true, colour);
        }
        y + 12.0 * theme.text
    }

    /// How surprised each layer is by text that it has not learned from.
    fn perplexities(&self, scene: &mut Scene, top: f32) -> f32 {
        let (theme, text) = (self.theme(), self.theme().text);
        let title = "perplexity of text held out, measured after training:";
        scene.text(Point::new(8.0, top + 8.0 * text), self.view.font(), theme.muted, title);
        let (mut x, y) = if self.is_wide() { (330.0 * text, top + 8.0 * text) } else { (8.0, top + 26.0 * text) };
        for curve in self.trace.stages.iter().filter(|stage| stage.name.starts_with("measured")) {
            let Some(cell) = curve.cell(&[0]) else { continue };
            let words = format!("{} {}", curve.symbol, cell_number(curve.value(&[0]).unwrap_or(0.0), 4));
            let wide = 7.0 * text * words.chars().count() as f32 + 10.0;
            let bounds = Rect::new(x, y - 9.0 * text, wide, 18.0 * text);
            self.view.place(scene, (curve, cell), bounds, None, 3.0);
            scene.text(Point::new(x + 5.0, y), self.view.font().bold(), theme.ink, words);
            x += wide + 8.0;
        }
        y + 14.0 * text
    }

    /// The text, with what the network has added to it: a character a cell, in as many lines as it takes.
    fn written(&self, scene: &mut Scene, top: f32) -> f32 {
        let theme = self.theme();
        let (pitch, line) = (8.4 * theme.text, 19.0 * theme.text);
        let across = (((self.view.width - 16.0) / pitch) as usize).max(1);
        let at = self.at();
        for step in 0..self.steps {
            let (row, column) = (step / across, step % across);
            let bounds = Rect::new(8.0 + column as f32 * pitch, top + row as f32 * line, pitch, line - 1.0);
            let (Some(stage), Some(token)) = (self.trace.stage("input"), self.token(step)) else { continue };
            self.view.place(scene, (stage, token), bounds, (step == at).then_some(theme.soft), 2.0);
            let (colour, mut font) =
                (if self.is_added(step) { theme.output } else { theme.ink }, Font::centred(13.0 * theme.text));
            font.bold = step == at;
            let letter = self.letters.as_ref().and_then(|letters| letters.get(step)).copied().unwrap_or(' ');
            if letter != ' ' {
                scene.text(bounds.centre(), font, colour, letter.to_string());
            }
        }
        top + self.steps.div_ceil(across) as f32 * line + 4.0 * theme.text
    }

    /// The outputs of the step that is looked at, as bars, the largest first where there are many.
    fn listed_chances(&self, scene: &mut Scene, top: f32) -> f32 {
        let theme = self.theme();
        let stage = self.trace.stage("probability").filter(|_| !self.is_backward());
        let Some(stage) = stage.or_else(|| self.stage("output")) else { return top };
        let row = self.at() + self.ahead(stage);
        let value = |at: usize| stage.value(&[row as u32, at as u32]).unwrap_or(0.0);
        let mut order: Vec<usize> = (0..stage.shape()[1]).collect();
        if order.len() > MOST_LISTED {
            // The largest first.
            for place in 0..MOST_LISTED {
                let largest =
                    (place..order.len()).fold(place, |a, b| if value(order[b]) > value(order[a]) { b } else { a });
                order.swap(place, largest);
            }
            order.truncate(MOST_LISTED);
        }
        let (line, left) = (17.0 * theme.text, 64.0 * theme.text);
        let longest = 110.0 * theme.text;
        let title = format!("{} at step {}", stage.title, self.at());
        scene.text(Point::new(8.0, top + 10.0 * theme.text), self.view.font(), theme.muted, title);
        let top = top + 22.0 * theme.text;
        let letters = self.letters.as_ref().map(|_| alphabet(self.settings)).filter(|_| stage.shape()[1] > 1);
        let limit = if stage.name == "probability" { 1.0 } else { self.scale("output").limit };
        for (place, &at) in order.iter().enumerate() {
            let Some(cell) = stage.cell(&[row, at]) else { continue };
            let y = top + place as f32 * line;
            let length = (value(at).abs() / limit).min(1.0) * longest;
            let bounds = Rect::new(left, y + 2.0, longest, line - 4.0);
            self.view.place(scene, (stage, cell), bounds, Some(theme.soft), 2.0);
            scene.fill(Rect { width: length.max(1.0), ..bounds }, self.fill(stage, value(at)), 2.0);
            let letter = letters.as_ref().and_then(|letters| letters.get(at));
            let label = letter.map_or_else(|| format!("{} {at}", stage.symbol), visible);
            let centre = y + line / 2.0;
            scene.text(Point::new(left - 8.0, centre), Font::ending(12.0 * theme.text), theme.ink, label);
            let number = cell_number(value(at), 6);
            scene.text(Point::new(left + longest + 6.0, centre), self.view.font(), theme.ink, number);
        }
        top + order.len() as f32 * line + 6.0 * theme.text
    }

    /// Whether the chart stands beside the list.
    fn is_wide(&self) -> bool {
        self.view.width >= 560.0 * self.theme().text
    }

    /// How often each layer is right, against the delay or the length, as its training program has measured it.
    fn chart(&self, scene: &mut Scene, task: Task, top: f32) -> f32 {
        let theme = self.theme();
        let text = theme.text;
        let (left, top) = if self.is_wide() { (290.0 * text, top + 4.0 * text) } else { (46.0 * text, top) };
        let (width, height) = ((self.view.width - left - 90.0 * text).min(420.0 * text), 96.0 * text);
        let curves: Vec<&Stage> = self.trace.stages.iter().filter(|stage| stage.name.starts_with("measured")).collect();
        if curves.iter().all(|curve| curve.len() < 2) {
            return top;
        }
        let title = match task {
            Task::Recall => "share right, by delay, measured after training",
            _ => "share right, by length, measured after training",
        };
        let colours = [1, 2, 0].map(|place| theme.filter(place));
        let curves: Vec<(&Stage, Colour, &str)> =
            curves.into_iter().zip(colours).map(|(curve, colour)| (curve, colour, curve.symbol)).collect();
        let lines = [(1.0, "100 %"), (0.5, "50 %"), (0.0, "0 %")].map(|(share, label)| (share, label.to_owned()));
        self.view.chart(
            scene,
            &Chart {
                bounds: Rect::new(left, top + 20.0 * text, width, height),
                title,
                curves: &curves,
                lines: &lines,
                names: &|at| (at + 1).to_string(),
                says: &|name, at, share| format!("{name} after {}: {} %", at + 1, cell_number(share * 100.0, 5)),
                marked: None,
            },
        )
    }
}
