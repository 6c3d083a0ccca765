//! `bptt`: backpropagation through time, and what becomes of the gradient on its way back.

mod explain;
mod program;
mod scene;
mod settings;
mod trace;

use settings::Settings;
use trace::SIDES;

use super::{Block, Panel, View};
use crate::compute::Device;
use crate::explain::{Cell, Explanation, Stage, Trace, joined};
use crate::layers::LayerError;
use crate::scene::Scene;
use crate::scene::script::below;

/// Three layers with a memory, and their gradients through time.
pub struct Bptt;

impl Block for Bptt {
    const ABOUT: &'static str = include_str!("about.txt");

    const NEAR: bool = true;

    const CONTROLS: &'static str = include_str!("controls.txt");

    type Settings = Settings;

    fn narrow(settings: &Settings, panel: &mut Panel) {
        settings.narrow(panel);
    }

    fn settle(_: &mut Settings, _: &str) {}

    async fn trace(settings: &Settings, _: &Device) -> Result<Trace, LayerError> {
        trace::trace(settings)
    }

    fn steps(trace: &Trace) -> usize {
        norms(trace).map_or(0, Stage::len)
    }

    fn step_cell(trace: &Trace, step: usize) -> Option<Cell> {
        let norms = norms(trace)?;
        norms.cell(&[norms.len().checked_sub(step + 1)?])
    }

    fn step_of(trace: &Trace, cell: Cell) -> Option<usize> {
        let steps = norms(trace)?.len();
        (steps - 1).checked_sub(scene::row_of(trace, cell)?)
    }

    fn explain(settings: &Settings, trace: &Trace, cell: Cell) -> Option<Explanation> {
        let stage = trace.stage(cell.stage)?;
        stage.value(&cell.index)?;
        let given = || Explanation::given(stage.leaf(&stage.position(cell.index)));
        Some(explain::explain(trace, cell, settings.most).unwrap_or_else(given))
    }

    fn influences(_: &Settings, trace: &Trace, cell: Cell) -> Vec<Cell> {
        explain::influences(trace, cell)
    }

    fn scene(settings: &Settings, trace: &Trace, view: View<'_>) -> Scene {
        scene::draw(settings, trace, view)
    }

    fn edit(_: &Settings, _: Cell, _: f32) -> Option<Settings> {
        None
    }

    fn facts(settings: &Settings, trace: &Trace) -> String {
        let of = |side: &trace::Side| {
            let norm = side.stage(trace, "norm").and_then(|norms| norms.value(&[1])).unwrap_or(0.0);
            format!("{} ‖∂h{}/∂h₀‖ = {}", side.title, below(&settings.last.to_string()), scene::magnitude(norm))
        };
        joined(&mut SIDES.iter().map(of), " · ")
    }

    fn pytorch(settings: &Settings, trace: &Trace, cell: Cell) -> String {
        program::print(settings, trace, cell).unwrap_or_default()
    }
}

/// The norms that the transport goes over: those of the layer that is looked at, which comes first.
fn norms(trace: &Trace) -> Option<&Stage> {
    trace.stages.iter().find(|stage| SIDES.iter().any(|side| side.names.own(stage.name) == Some("norm")))
}
