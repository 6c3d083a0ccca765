//! `bptt`: backpropagation through time, and what becomes of the gradient on its way back.

mod explain;
mod program;
mod scene;
mod settings;
mod trace;

use settings::Settings;
use trace::SIDES;

use super::{About, Block, Control, Preset, View};
use crate::compute::Device;
use crate::explain::{Cell, Explanation, Stage, Trace};
use crate::layers::LayerError;
use crate::scene::Scene;
use crate::scene::script::below;

/// Three layers with a memory, and their gradients through time.
pub struct Bptt;

impl Block for Bptt {
    const ABOUT: About = About {
        name: "bptt",
        title: "Backpropagation through time",
        teaches: "A gradient that goes back k steps is multiplied k times: it vanishes, holds, or explodes.",
        text: "Unrolled, a recurrent layer is as deep as its sequence is long, and the gradient of a loss at step t goes back through every \
               step: ∂h_t/∂h_k is a product of Jacobians, one for each step between. If each shrinks what it is given, nothing arrives; \
               if each stretches it, too much does. The LSTM's cell state has a way of its own, on which the only factor is the forget gate.",
        question: "Predict: from which spectral radius on does the gradient of the basic layer explode, and what does tanh have to do with it?",
        lecture: "The lecture writes the factor with W_h transposed, for gradients as columns. Its sum over k runs from 0 to t; the terms at \
                  the bottom of the picture are those.",
    };

    const NEAR: bool = true;

    const PRESETS: &'static [Preset] = &[
        Preset::new("default", "spectral radius 0.7: it vanishes", ""),
        Preset::new("lecture", "three steps, as in the lecture", "last=2&units=2"),
        Preset::new("explodes", "spectral radius 1.5: it explodes", "radius=1.5&last=40"),
        Preset::new("clipped", "exploding, and clipped", "radius=1.5&last=40&clips=1"),
        Preset::new("lstm", "the LSTM's way through the cell", "shown=lstm&last=40"),
        Preset::new("shut", "the LSTM with its forget gate half shut", "shown=lstm&last=40&keep=-2"),
        Preset::new("saturated", "a large input: tanh saturates", "radius=1.5&last=40&input=large"),
        Preset::new("gru", "the GRU", "shown=gru&last=40"),
    ];

    type Settings = Settings;

    fn controls(settings: &Settings) -> Vec<Control> {
        settings.controls()
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
        SIDES.iter().map(of).collect::<Vec<_>>().join(" · ")
    }

    fn pytorch(settings: &Settings, trace: &Trace, cell: Cell) -> String {
        program::print(settings, trace, cell).unwrap_or_default()
    }
}

/// The norms that the transport goes over: those of the layer that is looked at, which comes first.
fn norms(trace: &Trace) -> Option<&Stage> {
    trace.stages.iter().find(|stage| SIDES.iter().any(|side| side.names.own(stage.name) == Some("norm")))
}
