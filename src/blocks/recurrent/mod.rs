//! `rnn`, `lstm` and `gru`: layers with a memory, along a sequence.

pub(super) mod along;
mod model;
pub(super) mod names;
pub(super) mod program;
mod scene;
mod settings;
mod stages;

use settings::Settings;

use super::control::LIMIT;
use super::{Block, Panel, View, sparse};
use crate::compute::Device;
use crate::data::sequences::{Memory, Task, file};
use crate::explain::{Cell, Explanation, Role, Trace, decimal, grouped};
use crate::layers::LayerError;
use crate::scene::Scene;
use stages::{explain, influences};

/// The basic recurrent layer.
pub struct Rnn;
/// Long short-term memory.
pub struct Lstm;
/// Gated recurrent units.
pub struct Gru;

/// A block of a layer with a memory: all but its words is the same for each.
trait Taught: 'static {
    const ABOUT: &'static str;
    const LAYER: Memory;
}

impl Taught for Rnn {
    const ABOUT: &'static str = include_str!("rnn.txt");
    const LAYER: Memory = Memory::Rnn;
}

impl Taught for Lstm {
    const ABOUT: &'static str = include_str!("lstm.txt");
    const LAYER: Memory = Memory::Lstm;
}

impl Taught for Gru {
    const ABOUT: &'static str = include_str!("gru.txt");
    const LAYER: Memory = Memory::Gru;
}

impl<T: Taught> Block for T {
    const ABOUT: &'static str = T::ABOUT;
    const NEAR: bool = true;
    const LOOKS: &'static [&'static str] = &["shown"];

    const CONTROLS: &'static str = include_str!("controls.txt");

    type Settings = Settings;

    fn initial() -> Settings {
        Settings::of(T::LAYER)
    }

    fn files(settings: &Settings) -> Vec<&'static str> {
        match settings.trained() {
            None => Vec::new(),
            Some(Task::Characters) => vec![file(Task::Characters, settings.layer())],
            // Small, and compared with each other.
            Some(task) => Memory::ALL.map(|memory| file(task, memory)).to_vec(),
        }
    }

    fn narrow(settings: &Settings, panel: &mut Panel) {
        settings.narrow(model::steps(settings), panel);
    }

    fn settle(settings: &mut Settings, changed: &str) {
        settings.settle(changed);
    }

    async fn trace(settings: &Settings, _: &Device) -> Result<Trace, LayerError> {
        stages::trace(settings)
    }

    fn steps(trace: &Trace) -> usize {
        trace.stage("hidden").map_or(0, |hidden| hidden.shape()[0])
    }

    fn step_cell(trace: &Trace, step: usize) -> Option<Cell> {
        let steps = Self::steps(trace);
        let row = if stages::is_backward(trace) { steps.checked_sub(step + 1)? } else { step };
        let stage = if stages::is_backward(trace) { "hidden-gradient" } else { "hidden" };
        let unit = trace.stage("unit").and_then(|unit| unit.value(&[0])).unwrap_or_default() as usize;
        (step < steps).then(|| Cell::new(stage, [row, unit]))
    }

    fn step_of(trace: &Trace, cell: Cell) -> Option<usize> {
        stages::step_of(trace, cell)
    }

    fn explain(settings: &Settings, trace: &Trace, cell: Cell) -> Option<Explanation> {
        explain(settings, trace, cell)
    }

    fn influences(settings: &Settings, trace: &Trace, cell: Cell) -> Vec<Cell> {
        influences(settings, trace, cell)
    }

    fn scene(settings: &Settings, trace: &Trace, view: View<'_>) -> Scene {
        scene::draw(settings, trace, view)
    }

    fn edit(settings: &Settings, cell: Cell, value: f32) -> Option<Settings> {
        edit(settings, cell, value)
    }

    fn facts(settings: &Settings, trace: &Trace) -> String {
        facts(settings, trace)
    }

    fn pytorch(settings: &Settings, trace: &Trace, cell: Cell) -> String {
        program::print(settings, trace, cell).unwrap_or_default()
    }
}

/// The number in a cell set by hand; nothing where it is computed, or is a letter of a text.
fn edit(settings: &Settings, cell: Cell, value: f32) -> Option<Settings> {
    let mut changed = settings.clone();
    let value = decimal(value).clamp(-LIMIT, LIMIT);
    let is_given = match cell.stage {
        "input" => !settings.reads_text(),
        "hidden" | "cell" => cell.index.axis(0) == 0,
        "output-gradient" => settings.trained().is_none(),
        name => name.ends_with("weight") || name.ends_with("bias"),
    };
    changed.numbers = sparse::with(&settings.numbers, cell, value as f32).filter(|_| is_given)?;
    Some(changed)
}

fn facts(settings: &Settings, trace: &Trace) -> String {
    let weights = trace.stages.iter().filter(|stage| stage.role == Role::Weight);
    let parameters = weights.map(|stage| stage.len() as u64).sum();
    let (steps, inputs) = trace.stage("input").map_or((0, 0), |input| (input.shape()[0], input.shape()[1]));
    let outputs = trace.stage("output").map_or(0, |output| output.shape()[1]);
    let mut facts =
        format!("[{steps}, {inputs}] → [{steps}, {}] · {} parameters", settings.units(), grouped(parameters));
    let [inputs, units, outputs] = [inputs, settings.units(), outputs].map(|size| size as u64);
    for other in Memory::ALL {
        if other != settings.layer() {
            let count = other.parameters(inputs, units, outputs);
            facts += &format!(" · {}: {}", other.name().to_ascii_uppercase(), grouped(count.total()));
        }
    }
    if let Some([right, asked]) = trace.stage("right").map(|right| [0, 1].map(|at| right.value(&[at]).unwrap_or(0.0))) {
        facts += &format!(" · {right} of {asked} right");
    }
    facts
}
