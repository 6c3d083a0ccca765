//! `cnn`: a small network, trained on handwritten digits, number by number.

mod chain;
mod confusion;
mod confusion_scene;
mod number;
mod program;
mod scene;
mod settings;

use settings::{Look, Settings};

use super::{Block, Panel, View, hand};
use crate::compute::Device;
use crate::data::digits::{self, HELD_OUT, PIXELS, SIDE};
use crate::data::trained::{self, trained};
use crate::explain::{Cell, Explanation, Trace, decimal, grouped};
use crate::layers::LayerError;
use crate::scene::Scene;

/// A trained convolutional network.
pub struct Cnn;

impl Block for Cnn {
    const ABOUT: &'static str = include_str!("about.txt");

    const CONTROLS: &'static str = include_str!("controls.txt");

    type Settings = Settings;

    fn files(_: &Settings) -> Vec<&'static str> {
        vec![digits::FILE, trained::FILE]
    }

    fn narrow(settings: &Settings, panel: &mut Panel) {
        settings.narrow(panel);
    }

    fn settle(settings: &mut Settings, changed: &str) {
        settings.settle(changed);
    }

    async fn trace(settings: &Settings, _: &Device) -> Result<Trace, LayerError> {
        let trained = trained()?;
        match settings.view {
            Look::Network => chain::trace(settings, &trained),
            Look::Confusion => confusion::trace(&trained),
        }
    }

    fn steps(trace: &Trace) -> usize {
        stepped(trace).len()
    }

    fn step_cell(trace: &Trace, step: usize) -> Option<Cell> {
        stepped(trace).get(step).copied()
    }

    fn step_of(trace: &Trace, cell: Cell) -> Option<usize> {
        let steps = stepped(trace);
        let same = |step: &Cell| step.stage == cell.stage;
        steps.iter().position(|step| *step == cell).or_else(|| match is_confusion(trace) {
            true => None,
            false => steps.iter().position(same),
        })
    }

    fn explain(_: &Settings, trace: &Trace, cell: Cell) -> Option<Explanation> {
        if is_confusion(trace) {
            confusion::explain(trace, cell)
        } else {
            chain::explain(&*trained().ok()?, trace, cell)
        }
    }

    fn sources(settings: &Settings, trace: &Trace, cell: Cell) -> Vec<Cell> {
        if !is_confusion(trace) {
            return trained().map_or_else(|_| Vec::new(), |trained| chain::sources(&trained, trace, cell));
        }
        let why = Self::explain(settings, trace, cell).filter(|why| !why.is_given());
        why.map_or_else(Vec::new, |why| why.made_from.cells())
    }

    fn influences(_: &Settings, trace: &Trace, cell: Cell) -> Vec<Cell> {
        if is_confusion(trace) {
            return confusion::influences(trace, cell);
        }
        trained().map_or_else(|_| Vec::new(), |trained| chain::influences(&trained, trace, cell))
    }

    fn scene(settings: &Settings, trace: &Trace, view: View<'_>) -> Scene {
        let Ok(trained) = trained() else { return Scene::default() };
        match settings.view {
            Look::Network => scene::draw(settings, &trained, trace, view),
            Look::Confusion => confusion_scene::draw(&trained, trace, view),
        }
    }

    fn edit(settings: &Settings, cell: Cell, value: f32) -> Option<Settings> {
        if cell.stage != "input" || settings.view != Look::Network {
            return None;
        }
        let mut changed = settings.clone();
        hand::fill(&mut changed.pixels, &settings.input(&*trained().ok()?));
        let place = cell.index.axis(0) * SIDE + cell.index.axis(1);
        *changed.pixels.get_mut(place)? = decimal(value).clamp(0.0, 1.0);
        Some(changed)
    }

    fn open(settings: &Settings, cell: Cell) -> Option<Settings> {
        let at = cell.index.axis(0);
        match cell.stage {
            "predicted" => Some(Settings { view: Look::Network, digit: at, pixels: Vec::new(), ..settings.clone() }),
            "scores-gradient" => Some(Settings { class: at.to_string(), ..settings.clone() }),
            _ => None,
        }
    }

    fn facts(_: &Settings, _: &Trace) -> String {
        let Ok(trained) = trained() else { return String::new() };
        let learned = || trained.network.layers.iter().filter_map(|layer| layer.parameters());
        let parameters: usize = learned().map(|learned| learned.weight.len() + learned.bias.len()).sum();
        // Every weight of a convolution is used at every place of its map, one of the dense layer once.
        let places = [PIXELS, PIXELS / 4, 1];
        let multiplications: usize = learned().zip(places).map(|(learned, places)| learned.weight.len() * places).sum();
        let right = (trained.accuracy * 1000.0).round() / 10.0;
        format!(
            "[1, 8, 8] → [8, 8, 8] → [8, 4, 4] → [16, 4, 4] → [16, 2, 2] → [10] · {} parameters · {} multiplications · \
             {right} % of {HELD_OUT} images right that were held out from training · \
             digits: E. Alpaydin, C. Kaynak, UCI Machine Learning Repository, CC BY 4.0 · trained by examples/train_cnn.rs",
            grouped(parameters as u64),
            grouped(multiplications as u64),
        )
    }

    fn pytorch(_: &Settings, trace: &Trace, cell: Cell) -> String {
        trained().ok().and_then(|trained| program::print(&trained, trace, cell)).unwrap_or_default()
    }
}

fn is_confusion(trace: &Trace) -> bool {
    trace.stage("confusion").is_some()
}

/// Where the transport stops.
fn stepped(trace: &Trace) -> Vec<Cell> {
    if is_confusion(trace) {
        return confusion::counts(trace);
    }
    trained().map_or_else(|_| Vec::new(), |trained| chain::path(&trained, trace))
}

#[cfg(test)]
mod tests {
    use crate::blocks;
    use crate::data::trained::{best, trained};

    #[test]
    fn presets_are_what_they_say() {
        let (block, trained) = (blocks::find("cnn").expect("the block"), trained().expect("both files"));
        let (presets, scores) = (block.presets(), trained.scores().expect("scores"));
        for (name, label, said) in [("three", 3, 3), ("eight", 8, 8), ("wrong", 9, 5)] {
            let preset = presets.iter().find(|preset| preset.name == name).expect(name);
            let values = block.values(&block.preset(preset));
            let digit = values["digit"].as_u64().expect("a number") as usize;
            let row = scores.index_axis(ndarray::Axis(0), digit);
            assert_eq!((trained.digits.held_out[digit].label, best(row.iter().copied())), (label, said), "{name}");
        }
    }
}
