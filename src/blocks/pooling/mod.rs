//! `pooling`: every window condensed into one number.

mod presets;
mod scene;
mod settings;

use std::fmt::Write;
use std::rc::Rc;

use ndarray::IxDyn;
use settings::{Operation, Settings};

use super::convolution::Pass;
use super::pytorch::nested;
use super::{About, Block, Control, Gesture, Preset, View, control};
use crate::compute::Device;
use crate::data::pictures;
use crate::explain::{Cell, Explanation, Role, Stage, Trace, decimal};
use crate::layers::{LayerError, Pool, Region, Tensor};
use crate::scene::Scene;

/// Pooling over one axis or two.
pub struct Pooled;

impl Settings {
    fn tensor(&self) -> Rc<Tensor> {
        let given = if self.is_flat() { &self.input } else { &self.pixels };
        if given.is_empty() {
            let [rows, columns] = pictures::size(&self.picture).unwrap_or([self.size; 2]);
            return pictures::tensor(&self.picture, [rows, columns], self.channels);
        }
        Rc::new(tensor(&self.shape(), given))
    }
}

fn tensor(shape: &[usize], values: &[f64]) -> Tensor {
    let values = values.iter().map(|&value| value as f32).collect();
    Tensor::from_shape_vec(IxDyn(shape), values).unwrap_or_else(|_| Tensor::zeros(IxDyn(shape)))
}

impl Block for Pooled {
    const ABOUT: About = About {
        name: "pooling",
        title: "Pooling",
        teaches: "Each window becomes one number: the largest, the mean, the smallest.",
        text: "Pooling makes a map smaller: a window slides over each channel alone, and what it sees becomes one number; \
               nothing is learned. Max pooling keeps the strongest signal of each patch and forgets where in the patch it was; average \
               pooling keeps a little of everything.",
        question: "Predict: which inputs can change without any output noticing?",
        lecture: "The lecture's output size ⌊n / s⌋ agrees with ⌊(n + 2p − d (k − 1) − 1) / s⌋ + 1 where k = s, p = 0, d = 1.",
    };

    const PRESETS: &'static [Preset] = presets::PRESETS;

    type Settings = Settings;

    fn controls(settings: &Settings) -> Vec<Control> {
        settings.controls()
    }

    fn settle(settings: &mut Settings, changed: &str) {
        settings.settle(changed);
    }

    async fn trace(settings: &Settings, _: &Device) -> Result<Trace, LayerError> {
        let (pool, input) = (settings.pool(), settings.tensor());
        let shape = pool.output_shape(input.shape())?;
        let hidden = if settings.is_flat() { 2 } else { 1 };
        let stage = |name, title, symbol, role, values| Stage::new(name, title, symbol, role, values).hiding(hidden);
        if !settings.is_small() {
            let nothing = || Tensor::zeros(IxDyn(&[1, 0, 0, 0]));
            let (x, of) = (input.clone(), input.clone());
            let output = stage("output", "output", "y", Role::Output, nothing());
            let from = stage("input", "input", "x", Role::Input, nothing());
            return Ok(Trace {
                stages: vec![
                    from.lazy(input.shape().to_vec(), Rc::new(move |at| x[at])).hiding(1),
                    output.lazy(shape, Rc::new(move |at| pool.cell(of.shape(), |cell| of[cell], at))).hiding(1),
                ],
            });
        }
        let mut stages = vec![
            stage("input", "input", "x", Role::Input, (*input).clone()),
            stage("output", "output", "y", Role::Output, pool.forward(&input)?),
        ];
        if settings.pass == Pass::Backward {
            let upstream = if settings.upstream.is_empty() {
                Tensor::ones(IxDyn(&shape))
            } else {
                tensor(&shape, &settings.upstream)
            };
            let by_input = pool.backward(&input, &upstream)?;
            let gradient =
                |name, title, symbol, values| stage(name, title, symbol, Role::Gradient, values).derivative();
            stages.push(gradient("output-gradient", "gradient by the output", "y", upstream));
            stages.push(gradient("input-gradient", "gradient by the input", "x", by_input));
        }
        Ok(Trace { stages })
    }

    fn steps(trace: &Trace) -> usize {
        stepped(trace).map_or(0, Stage::len)
    }

    fn step_cell(trace: &Trace, step: usize) -> Option<Cell> {
        let stage = stepped(trace).filter(|stage| step < stage.len())?;
        Some(match *stage.shape() {
            [_] => Cell::new(stage.name, [step]),
            [_, rows, columns] => {
                Cell::new(stage.name, [step / (rows * columns), step / columns % rows, step % columns])
            }
            _ => return None,
        })
    }

    fn step_of(trace: &Trace, cell: Cell) -> Option<usize> {
        let stage = stepped(trace).filter(|stage| stage.name == cell.stage)?;
        let axes = stage.shape().iter().enumerate();
        Some(axes.fold(0, |step, (axis, length)| step * length + cell.index.axis(axis)))
    }

    fn explain(settings: &Settings, trace: &Trace, cell: Cell) -> Option<Explanation> {
        let stage = trace.stage(cell.stage)?;
        stage.value(&cell.index)?;
        let (pool, input) = (settings.pool(), trace.stage("input")?);
        Some(match cell.stage {
            "output" => pool.explain(input, stage, cell.index),
            "input-gradient" => pool.explain_gradient(input, trace.stage("output-gradient")?, stage, cell.index),
            _ => Explanation::given(stage.leaf(&stage.position(cell.index))),
        })
    }

    fn influences(settings: &Settings, trace: &Trace, cell: Cell) -> Vec<Cell> {
        let (pool, of) = (settings.pool(), |name: &str| trace.stage(name));
        let reached = match (cell.stage, of("input"), of("output"), of("output-gradient"), of("input-gradient")) {
            ("input", Some(input), Some(output), ..) => (pool.outputs_from_input(input, output, cell.index), output),
            ("output-gradient", Some(input), _, Some(upstream), Some(gradient)) => {
                (pool.inputs_of_gradient(input, upstream, cell.index), gradient)
            }
            _ => return Vec::new(),
        };
        reached.0.cells(reached.1).collect()
    }

    fn scene(settings: &Settings, trace: &Trace, view: View<'_>) -> Scene {
        scene::draw(settings, trace, view)
    }

    fn edit(settings: &Settings, cell: Cell, Gesture::Set(value): Gesture) -> Option<Settings> {
        let mut changed = settings.clone();
        let pool = settings.pool();
        let place = |shape: &[usize]| {
            let shown = &shape[if settings.is_flat() { 2 } else { 1 }..];
            shown.iter().enumerate().fold(0, |place, (axis, length)| place * length + cell.index.axis(axis))
        };
        let (list, place) = match cell.stage {
            "input" if settings.is_flat() => (&mut changed.input, place(&settings.shape())),
            "input" if settings.is_small() => {
                if changed.pixels.is_empty() {
                    changed.pixels = settings.tensor().iter().map(|&pixel| decimal(pixel)).collect();
                }
                (&mut changed.pixels, place(&settings.shape()))
            }
            "output-gradient" => {
                changed.upstream.resize(settings.outputs(), 1.0);
                (&mut changed.upstream, place(&pool.output_shape(&settings.shape()).ok()?))
            }
            _ => return None,
        };
        *list.get_mut(place)? = decimal(value).clamp(-control::LIMIT, control::LIMIT);
        Some(changed)
    }

    fn facts(settings: &Settings, trace: &Trace) -> String {
        let sizes = |name: &str| {
            let shape = trace.stage(name).map_or(&[][..], Stage::shape);
            format!("[{}]", shape.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "))
        };
        let mut facts = format!("{} → {} · no parameters", sizes("input"), sizes("output"));
        if let (true, Some(input), Some(output)) = (settings.is_small(), trace.stage("input"), trace.stage("output")) {
            let heard = heard(&settings.pool(), input, output);
            let heard = heard.map_or(0, |heard| heard.iter().filter(|share| **share != 0.0).count());
            let all = input.len().max(1);
            let _ = write!(facts, " · {heard} of {all} inputs reach the output ({} %)", (100 * heard + all / 2) / all);
        }
        if !settings.is_flat() || settings.amount > 0 || settings.dilation > 1 || settings.stride != settings.kernel {
            return facts;
        }
        let (outputs, rule) = (settings.outputs(), settings.input.len() / settings.stride);
        let agrees = if outputs == rule { "agrees here" } else { "differs here: it holds without ceil mode" };
        let _ = write!(facts, " · the lecture's ⌊n / s⌋ = {rule}: {agrees}");
        facts
    }

    fn pytorch(settings: &Settings, trace: &Trace, cell: Cell) -> String {
        let Some(stage) = trace.stage(cell.stage) else { return String::new() };
        let mut code = "import torch\nimport torch.nn.functional as F\n\n".to_owned();
        // Writing into a String cannot fail.
        let (position, _) = if settings.is_small() {
            (stage.position(cell.index), write!(code, "{}", whole_program(settings, trace)))
        } else {
            (vec![0; 4], write!(code, "{}", window_program(settings, trace, cell)))
        };
        let variable = match cell.stage {
            "input" => "x",
            "output" => "y",
            "output-gradient" => "g",
            _ => "x.grad",
        };
        let position: Vec<String> = position.iter().map(ToString::to_string).collect();
        let value = stage.value(&cell.index).unwrap_or(f32::NAN);
        let _ = writeln!(code, "print({variable}[{}].item())  # {value}", position.join(", "));
        code
    }
}

/// The lines that compute everything.
fn whole_program(settings: &Settings, trace: &Trace) -> String {
    let word = |yes: bool| if yes { "True" } else { "False" };
    let (axes, dilation) = (settings.space().len(), settings.pool().windows[0].dilation);
    let Settings { kernel, stride, amount, ceil, count, .. } = settings;
    let common = format!("{kernel}, stride={stride}, padding={amount}, ceil_mode={}", word(*ceil));
    let call = match settings.operation {
        Operation::Max => format!("F.max_pool{axes}d(x, {common}, dilation={dilation})"),
        Operation::Min => format!("-F.max_pool{axes}d(-x, {common}, dilation={dilation})"),
        Operation::Average => format!("F.avg_pool{axes}d(x, {common}, count_include_pad={})", word(*count)),
    };
    let input = trace.stage("input").map(nested).unwrap_or_default();
    match trace.stage("output-gradient") {
        None => format!("x = torch.tensor({input})\ny = {call}\n"),
        Some(upstream) => format!(
            "x = torch.tensor({input}).double().requires_grad_()\ny = {call}\ng = torch.tensor({})\ny.backward(g)\n",
            nested(upstream)
        ),
    }
}

/// Of a large picture, the lines that compute one number from what its window reads.
fn window_program(settings: &Settings, trace: &Trace, cell: Cell) -> String {
    let (Some(input), Some(stage)) = (trace.stage("input"), trace.stage(cell.stage)) else { return String::new() };
    let (pool, position) = (settings.pool(), stage.position(cell.index));
    let region = match cell.stage {
        "output" => pool.reads(input.full_shape(), &position),
        _ => Region::new(position.iter().map(|&at| vec![at]).collect()),
    };
    let sizes: Vec<usize> = region.axes().iter().map(Vec::len).collect();
    let window = Tensor::from_shape_fn(IxDyn(&sizes), |at| {
        let cell: Vec<usize> = region.axes().iter().enumerate().map(|(axis, cells)| cells[at[axis]]).collect();
        input.leaf(&cell).value
    });
    let call = match settings.operation {
        Operation::Max => "x.amax((2, 3), keepdim=True)".to_owned(),
        Operation::Min => "x.amin((2, 3), keepdim=True)".to_owned(),
        Operation::Average => format!("x.sum((2, 3), keepdim=True) / {}", pool.counted(input.full_shape(), &position)),
    };
    let window = Stage::new("input", "input", "x", Role::Input, window);
    format!("x = torch.tensor({})\ny = {call}\n", nested(&window))
}

/// The stage over whose cells the transport goes.
fn stepped(trace: &Trace) -> Option<&Stage> {
    trace.stage("input-gradient").or_else(|| trace.stage("output"))
}

/// How much of a gradient of one at every output reaches each input: nothing where no output depends on it.
fn heard(pool: &Pool, input: &Stage, output: &Stage) -> Option<Tensor> {
    let ones = Tensor::ones(output.full_shape());
    pool.backward(input.array()?, &ones).ok()
}
