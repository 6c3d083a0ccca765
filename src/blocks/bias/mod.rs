//! `bias`: what a layer takes for granted, seen by what a shift or a permutation changes.

mod plan;
mod program;
mod scene;
mod settings;

use std::fmt::Write;

use plan::{models, plan};
use settings::{Settings, Tab};

use super::{Block, Panel, View, hand};
use crate::blocks::convolution::Pass;
use crate::compute::Device;
use crate::explain::{Cell, Explanation, Stage, Trace, cell_number, decimal};
use crate::layers::LayerError;
use crate::scene::Scene;

/// Layers side by side, before and after their input is moved.
pub struct Bias;

impl Block for Bias {
    const ABOUT: &'static str = include_str!("about.txt");

    const CONTROLS: &'static str = include_str!("controls.txt");

    type Settings = Settings;

    fn narrow(settings: &Settings, panel: &mut Panel) {
        settings.narrow(panel);
    }

    fn settle(settings: &mut Settings, changed: &str) {
        settings.settle(changed);
    }

    async fn trace(settings: &Settings, _: &Device) -> Result<Trace, LayerError> {
        plan::trace(settings)
    }

    fn stepped(trace: &Trace) -> Option<&Stage> {
        ["moved-gradient", "conv-moved", "sum-moved"].into_iter().find_map(|name| trace.stage(name))
    }

    fn explain(settings: &Settings, trace: &Trace, cell: Cell) -> Option<Explanation> {
        let stage = trace.stage(cell.stage)?;
        stage.value(&cell.index)?;
        if plan::GIVEN.contains(&cell.stage) {
            return Some(Explanation::given(stage.leaf(&stage.position(cell.index))));
        }
        let made = plan(settings).into_iter().find(|made| made.name == cell.stage)?;
        let [first, second] = made.from.map(|name| trace.stage(name));
        Some(made.wiring.explain([first?, second?], stage, cell.index))
    }

    fn influences(settings: &Settings, trace: &Trace, cell: Cell) -> Vec<Cell> {
        let Some(source) = trace.stage(cell.stage) else { return Vec::new() };
        let mut reached = Vec::new();
        for made in &plan(settings) {
            let slot = made.from.iter().position(|name| *name == cell.stage);
            if let (Some(slot), Some(output)) = (slot, trace.stage(made.name)) {
                reached.extend(made.wiring.influences(slot, source, cell.index, output));
            }
        }
        reached
    }

    fn scene(settings: &Settings, trace: &Trace, view: View<'_>) -> Scene {
        scene::draw(settings, trace, view)
    }

    fn edit(settings: &Settings, cell: Cell, value: f32) -> Option<Settings> {
        let (mut changed, at) = (settings.clone(), cell.index);
        let (size, square) = (settings.size, |side| settings.square(side)[1..].to_vec());
        match cell.stage {
            "input" => {
                changed.pixels = plan::pixels(settings).into_iter().map(decimal).collect();
                hand::put(&mut changed.pixels, &square(size), at, value)?;
            }
            "kernel" => {
                changed.weights = settings.kernel_weights();
                hand::put(&mut changed.weights, &square(settings.kernel), at, value)?;
            }
            "adjacency" => {
                changed.adjacency = settings.edges();
                hand::put(&mut changed.adjacency, &[settings::NODES], at, value)?;
            }
            "features" => {
                changed.features = settings.node_features();
                hand::put(&mut changed.features, &[settings::FEATURES], at, value)?;
            }
            "output-gradient" => {
                changed.upstream = settings.upstream_gradients();
                hand::put(&mut changed.upstream, &[size], at, value)?;
            }
            _ => return None,
        }
        Some(changed)
    }

    fn facts(settings: &Settings, trace: &Trace) -> String {
        let (size, kernel, channels) = (settings.size, settings.kernel, settings.channels());
        let (pixels, taps) = (size * size, channels * kernel * kernel);
        let mut facts = match settings.is_graph() {
            true => format!("A [{0}, {0}] · X [{0}, {1}] · no parameters", settings::NODES, settings::FEATURES),
            false if channels == 3 => format!("[3, {size}, {size}] → [{size}, {size}]"),
            false => format!("[{size}, {size}] → [{size}, {size}]"),
        };
        // Writing into a String cannot fail.
        if !settings.is_graph() {
            let times = pixels * taps;
            let _ = write!(facts, " · convolution: {taps} parameters, {times} multiplications");
        }
        if trace.stage("dense-weight").is_some() {
            let all = pixels * pixels;
            let _ = write!(facts, " · dense layer: {all} parameters, {all} multiplications");
        }
        for model in models(settings) {
            if let Some(error) = trace.stage(model.stages[3]).and_then(|stage| stage.value(&[])) {
                let _ = write!(facts, " · {}: {}", model.title(), cell_number(error, 4));
            }
        }
        if settings.tab == Tab::Shift && settings.pass == Pass::Forward {
            facts.push_str(" · the shift is circular");
        }
        facts
    }

    fn pytorch(settings: &Settings, trace: &Trace, cell: Cell) -> String {
        program::print(settings, trace, cell)
    }
}
