//! `dense`: every output sees every input, and what that costs.

mod count;
mod network;
mod settings;

use settings::Settings;

use super::convolution::{Pass, stages};
use super::counts::memory;
use super::{Block, Panel, View, hand, pytorch};
use crate::compute::{Chain, Device, Layer};
use crate::explain::{Cell, Explanation, Role, Stage, Trace, grouped};
use crate::layers::{Activation, Dense, LayerError, ParameterCount, rounded};
use crate::scene::Scene;

/// One dense layer with its numbers, or many with their sizes.
pub struct DenseLayer;

impl Block for DenseLayer {
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
        if settings.counts() {
            let sizes = rounded(&[settings.layers, 2], &settings.sizes);
            return Ok(Trace { stages: vec![Stage::new("sizes", "inputs and outputs", "n", Role::Plain, sizes)] });
        }
        let (inputs, outputs) = (settings.inputs, settings.outputs);
        let (x, b) = (rounded(&[inputs], &settings.input), rounded(&[outputs], &settings.bias));
        let w = rounded(&[outputs, inputs], &settings.all_weights());
        let z = Dense.forward(&x, &w, Some(&b))?;
        let y = settings.activation().forward(&z)?;
        let mut stages = vec![stages::INPUT.whole(x.clone()), stages::WEIGHT.whole(w.clone()), stages::BIAS.whole(b)];
        let linear = settings.activation() == Activation::Identity;
        if !linear {
            stages.push(Stage::new("pre", "sum", "z", Role::Intermediate, z.clone()));
        }
        stages.push(stages::OUTPUT.whole(y));
        if settings.pass == Pass::Backward {
            let g = rounded(&[outputs], &settings.all_upstream());
            let inner = settings.activation().backward(&z, &g)?;
            let by = Dense.backward(&x, &w, &inner)?;
            stages.push(stages::BY_OUTPUT.whole(g));
            if !linear {
                let inner = Stage::new("pre-gradient", "gradient by the sum", "z", Role::Gradient, inner);
                stages.push(inner.derivative());
            }
            stages.push(stages::BY_BIAS.whole(by.bias));
            stages.push(stages::BY_WEIGHT.whole(by.weight));
            stages.push(stages::BY_INPUT.whole(by.input));
        }
        Ok(Trace { stages })
    }

    fn steps(trace: &Trace) -> usize {
        stepped(trace).map_or(0, |stage| stage.shape()[0])
    }

    fn step_cell(trace: &Trace, step: usize) -> Option<Cell> {
        let stage = stepped(trace).filter(|stage| step < stage.shape()[0])?;
        stage.cell(&[step, 0][..stage.shape().len()])
    }

    fn step_of(trace: &Trace, cell: Cell) -> Option<usize> {
        stepped(trace).filter(|stage| stage.name == cell.stage).map(|_| cell.index.axis(0))
    }

    fn explain(settings: &Settings, trace: &Trace, cell: Cell) -> Option<Explanation> {
        let stage = trace.stage(cell.stage)?;
        stage.value(&cell.index)?;
        let (of, at, activation) = (|name: &str| trace.stage(name), cell.index, settings.activation());
        Some(match cell.stage {
            "output" if of("pre").is_some() => activation.explain(of("pre")?, stage, at),
            "pre" | "output" => Dense.explain(of("input")?, of("weight")?, of("bias"), stage, at),
            "pre-gradient" => activation.explain_gradient(of("pre")?, of("output")?, of("output-gradient")?, stage, at),
            "bias-gradient" => Dense.explain_bias_gradient(inner_gradient(trace)?, stage, at),
            "weight-gradient" => Dense.explain_weight_gradient(of("input")?, inner_gradient(trace)?, stage, at),
            "input-gradient" => Dense.explain_input_gradient(of("weight")?, inner_gradient(trace)?, stage, at),
            _ => Explanation::given(stage.leaf(&stage.position(at))),
        })
    }

    fn influences(settings: &Settings, trace: &Trace, cell: Cell) -> Vec<Cell> {
        influences(settings, trace, cell)
    }

    fn scene(settings: &Settings, trace: &Trace, view: View<'_>) -> Scene {
        if settings.counts() { count::draw(settings, trace, view) } else { network::draw(settings, trace, view) }
    }

    fn edit(settings: &Settings, cell: Cell, value: f32) -> Option<Settings> {
        let (mut changed, at) = (settings.clone(), cell.index);
        match cell.stage {
            "input" => hand::put(&mut changed.input, &[], at, value)?,
            "bias" => hand::put(&mut changed.bias, &[], at, value)?,
            "weight" => {
                changed.weight = settings.all_weights();
                hand::put(&mut changed.weight, &[settings.inputs], at, value)?;
            }
            "output-gradient" => {
                changed.upstream = settings.all_upstream();
                hand::put(&mut changed.upstream, &[], at, value)?;
            }
            "sizes" => {
                let size = changed.sizes.get_mut(2 * at.axis(0) + at.axis(1))?;
                *size = f64::from(value).round().clamp(1.0, settings::MAX_SIZE);
            }
            _ => return None,
        }
        Some(changed)
    }

    fn facts(settings: &Settings, _: &Trace) -> String {
        let (lead, counted) = if settings.counts() {
            (
                format!("layers: {}", settings.layers),
                settings
                    .rows()
                    .map(|[n, m]| ParameterCount::dense(n, m))
                    .fold(ParameterCount::default(), |sum, row| sum + row),
            )
        } else {
            let (n, m) = (settings.inputs, settings.outputs);
            (format!("[{n}] → [{m}]"), ParameterCount::dense(n as u64, m as u64))
        };
        let [parameters, multiplications] = [counted.total(), counted.weights].map(grouped);
        format!("{lead} · {parameters} parameters · {multiplications} multiplications · {}", memory(counted.bytes()))
    }

    fn chain(settings: &Settings, trace: &Trace) -> Option<(Chain, &'static str)> {
        let held = |name: &str| trace.stage(name)?.array().cloned();
        let dense = Layer::Dense { weight: held("weight")?, bias: held("bias") };
        Some((Chain { layers: vec![dense, Layer::Activation(settings.activation())], input: held("input")? }, "output"))
    }

    fn pytorch(settings: &Settings, trace: &Trace, cell: Cell) -> String {
        let Some(stage) = trace.stage(cell.stage) else { return String::new() };
        let value = stage.value(&cell.index).unwrap_or(f32::NAN);
        if settings.counts() {
            let [n, m] = settings.rows().nth(cell.index.axis(0)).unwrap_or_default();
            let counted = ParameterCount::dense(n, m).total();
            let side = if cell.index.axis(1) == 0 { "in" } else { "out" };
            return format!(
                "import torch\n\n# Sizes alone: the meta device holds no numbers.\n\
                 layer = torch.nn.Linear({n}, {m}, device=\"meta\")\n\
                 assert sum(parameter.numel() for parameter in layer.parameters()) == {counted}\n\
                 print(layer.{side}_features)  # {value}\n"
            );
        }
        let (mut code, upstream) = (pytorch::beginning(), trace.stage("output-gradient"));
        let gradient = if upstream.is_some() { pytorch::WITH_GRADIENT } else { "" };
        for (name, variable) in [("input", "x"), ("weight", "w"), ("bias", "b")] {
            if let Some(stage) = trace.stage(name) {
                pytorch::number(&mut code, variable, stage, gradient);
            }
        }
        code += "z = F.linear(x, w, b)\n";
        match settings.activation() {
            Activation::Identity => code += "y = z\n",
            Activation::Softmax => code += "y = F.softmax(z, dim=0)\n",
            other => pytorch::add(&mut code, format_args!("y = {}(z)", pytorch::function(other.name()))),
        }
        if let Some(upstream) = upstream {
            pytorch::number(&mut code, "g", upstream, "");
            code += "z.retain_grad(); y.backward(g)\n";
        }
        pytorch::print(&mut code, &pytorch::variable(cell.stage), &stage.position(cell.index), value);
        code
    }
}

/// The stage along whose first axis the transport goes.
fn stepped(trace: &Trace) -> Option<&Stage> {
    ["input-gradient", "output", "sizes"].into_iter().find_map(|name| trace.stage(name))
}

/// The gradient that arrives at the sums: behind the non-linearity where there is one.
fn inner_gradient(trace: &Trace) -> Option<&Stage> {
    trace.stage("pre-gradient").or_else(|| trace.stage("output-gradient"))
}

fn influences(settings: &Settings, trace: &Trace, cell: Cell) -> Vec<Cell> {
    let of = |name: &str| trace.stage(name);
    let softmax = settings.activation() == Activation::Softmax;
    let (first, second) = (cell.index.axis(0), cell.index.axis(1));
    let mut reached = Vec::new();
    let mut reach = |stage: Option<&Stage>, meets: &dyn Fn(&[u32]) -> bool| {
        reached.extend(stage.into_iter().flat_map(Stage::cells).filter(|cell| meets(&cell.index)));
    };
    let here = |axis: usize, place: usize| move |at: &[u32]| at[axis] as usize == place;
    let beside = |at: &[u32]| softmax || at[0] as usize == first;
    let sums = of("pre").or_else(|| of("output"));
    match cell.stage {
        "input" => {
            reach(sums, &|_| true);
            reach(of("weight-gradient"), &here(1, first));
        }
        "weight" => {
            reach(sums, &here(0, first));
            reach(of("input-gradient"), &here(0, second));
        }
        "bias" => reach(sums, &here(0, first)),
        "pre" => {
            reach(of("output"), &beside);
            if !softmax {
                reach(of("pre-gradient"), &beside);
            }
        }
        "output" if softmax => reach(of("pre-gradient"), &|_| true),
        "output-gradient" if of("pre-gradient").is_some() => reach(of("pre-gradient"), &beside),
        "output-gradient" | "pre-gradient" => {
            reach(of("input-gradient"), &|_| true);
            reach(of("weight-gradient"), &here(0, first));
            reach(of("bias-gradient"), &here(0, first));
        }
        _ => {}
    }
    reached
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_size_is_a_whole_number() {
        let settings = Settings { view: settings::Half::Count, ..Settings::default() };
        for (value, size) in [(1024.0, 1024.0), (3.4, 3.0), (-5.0, 1.0), (2e6, 1e6)] {
            let changed = DenseLayer::edit(&settings, Cell::new("sizes", [0, 0]), value);
            assert_eq!(changed.map(|changed| changed.sizes[0]), Some(size), "{value}");
        }
    }
}
