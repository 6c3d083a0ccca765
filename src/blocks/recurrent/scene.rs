//! The pictures of a layer with a memory.

mod diagram;
mod maps;
mod network;
mod told;
mod unit;

use super::settings::{Settings, View as Drawn};
use super::stages::{is_backward, read, step_of};
use crate::blocks::View;
use crate::data::sequences::Memory;
use crate::explain::{Role, Stage, Trace};
use crate::scene::{Colour, Point, Scale, Scene, Shape, Stroke, Theme, legend};

/// Everything that drawing needs.
pub struct Picture<'a> {
    settings: &'a Settings,
    trace: &'a Trace,
    view: View<'a>,
    /// What each step reads, where it is a token.
    letters: Option<Vec<char>>,
    /// How many steps the sequence has.
    steps: usize,
}

/// Draws the block.
pub fn draw(settings: &Settings, trace: &Trace, view: View<'_>) -> Scene {
    let steps = trace.stage("input").map_or(0, |input| input.shape()[0]);
    let letters = settings.reads_text().then(|| {
        let alphabet = super::model::alphabet(settings);
        read(trace).into_iter().filter_map(|token| alphabet.get(token).copied()).collect()
    });
    let picture = Picture { settings, trace, view, letters, steps };
    let mut scene = Scene::new(view.width, 0.0);
    let text = view.theme.text;
    let below = match settings.view {
        Drawn::Network => picture.network(&mut scene),
        Drawn::Unit if settings.layer() != Memory::Rnn => picture.unit(&mut scene),
        Drawn::Unit | Drawn::Sequence => picture.maps(&mut scene, 8.0 * text, None),
        Drawn::Cell => picture.diagram(&mut scene),
    };
    let below = picture.told(&mut scene, below + 6.0 * text);
    let label = if picture.is_backward() { "gradients" } else { "states" };
    legend(&mut scene, Point::new(view.width - 4.0, below + 12.0 * text), picture.scale("hidden"), view.theme, label);
    scene.height = below + 24.0 * text;
    scene
}

/// A letter that can be seen.
fn visible(letter: &char) -> String {
    if *letter == ' ' { "␣".to_owned() } else { letter.to_string() }
}

impl<'a> Picture<'a> {
    fn theme(&self) -> &'a Theme {
        self.view.theme
    }

    fn is_backward(&self) -> bool {
        is_backward(self.trace)
    }

    /// The step that is looked at: that of the cell that is pointed at, or where the transport stands.
    fn at(&self) -> usize {
        let pointed = self.view.pointing.at.filter(|_| self.view.pointing.is_chosen);
        let position = pointed.and_then(|cell| step_of(self.trace, cell)).map(|position| position as f64);
        let row = self.row(position.unwrap_or(self.view.step)).round() as usize;
        row.saturating_sub(1).min(self.steps.saturating_sub(1))
    }

    /// The row of the states that belongs to a position of the transport.
    fn row(&self, position: f64) -> f64 {
        if self.is_backward() { (self.steps as f64 - position).max(0.0) } else { position }
    }

    /// The stage by this name, or in the backward pass the gradients by it.
    fn stage(&self, name: &str) -> Option<&'a Stage> {
        let gradient = self.trace.stages.iter().find(|stage| stage.name.strip_suffix("-gradient") == Some(name));
        gradient.or_else(|| self.trace.stage(name))
    }

    /// By how many rows a stage is ahead of the step.
    fn ahead(&self, stage: &Stage) -> usize {
        stage.shape()[0].saturating_sub(self.steps)
    }

    /// The scale of a stage: all states share one, gates run from 0 to 1, gradients share one.
    fn scale(&self, name: &str) -> Scale {
        let group = |stage: &Stage| match (stage.role, stage.name) {
            (Role::Gradient, name) if name.ends_with("weight-gradient") || name.ends_with("bias-gradient") => 4,
            (Role::Gradient, _) => 3,
            (Role::Weight, _) => 1,
            (Role::Plain, _) => 5,
            (_, "input") => 6,
            (_, "output") => 7,
            // A cell state grows beyond what is squashed.
            (_, "cell") => 8,
            _ => 2,
        };
        let Some(of) = self.stage(name).map(group) else { return Scale::new(1.0) };
        self.view.memory.scale(self.trace.stages.iter().filter(|stage| group(stage) == of))
    }

    /// The colour of a number: gates and probabilities in their own colour, from nothing to all of it.
    fn fill(&self, stage: &Stage, value: f32) -> Colour {
        let theme = self.theme();
        match (stage.role, stage.name) {
            (Role::Gate(_), "forget" | "input-gate" | "output-gate" | "reset" | "update") | (_, "probability") => {
                theme.zero.mix(theme.role(stage.role), value.clamp(0.0, 1.0))
            }
            _ => theme.value(value, self.scale(stage.name)),
        }
    }

    /// What a token looks like.
    fn letter(&self, step: usize) -> String {
        self.letters.as_ref().and_then(|letters| letters.get(step)).map_or_else(String::new, visible)
    }

    /// Whether the network itself has added a token.
    fn is_added(&self, step: usize) -> bool {
        self.settings.trained() == Some(crate::data::sequences::Task::Characters)
            && step + self.settings.more >= self.steps
    }

    fn line(&self, scene: &mut Scene, points: &[(f32, f32)], colour: Colour, width: f32, arrow: bool) {
        let points = points.iter().map(|&(x, y)| Point::new(x, y)).collect();
        let stroke = Stroke::solid(colour, width * self.theme().line);
        scene.draw(Shape::Line { points, stroke, curved: false, arrow });
    }
}
