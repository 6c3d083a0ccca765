//! `pooling`: every window condensed into one number.

mod scene;
mod settings;

use std::fmt::Write;
use std::rc::Rc;

use ndarray::IxDyn;
use settings::{Operation, Settings};

use super::convolution::Pass;
use super::convolution::stages::{BY_INPUT, BY_OUTPUT, INPUT, OUTPUT};
use super::{Block, Panel, View, hand, pytorch};
use crate::compute::{Chain, Device, Layer};
use crate::data::pictures;
use crate::explain::{Cell, Explanation, Role, Stage, Trace, Values, listed};
use crate::layers::{LayerError, Pool, Region, Tensor, rounded, tensor};
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
        Rc::new(rounded(&self.shape(), given))
    }
}

impl Block for Pooled {
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
        let (pool, input) = (settings.pool(), settings.tensor());
        let shape = pool.output_shape(input.shape())?;
        let single = settings.is_flat();
        if !settings.is_small() {
            let (x, of) = (input.clone(), input.clone());
            let input = Values::lazy(input.shape().to_vec(), move |at| x[at]);
            let output = Values::lazy(shape, move |at| pool.cell(of.shape(), |cell| of[cell], at));
            return Ok(Trace { stages: vec![INPUT.holding(single, input), OUTPUT.holding(single, output)] });
        }
        let output = pool.forward(&input)?;
        let mut stages = vec![INPUT.holding(single, (*input).clone()), OUTPUT.holding(single, output)];
        if settings.pass == Pass::Backward {
            let upstream = if settings.upstream.is_empty() {
                Tensor::ones(IxDyn(&shape))
            } else {
                rounded(&shape, &settings.upstream)
            };
            let by_input = pool.backward(&input, &upstream)?;
            stages.push(BY_OUTPUT.holding(single, upstream));
            stages.push(BY_INPUT.holding(single, by_input));
        }
        Ok(Trace { stages })
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
        reached.0.cells(reached.1)
    }

    fn scene(settings: &Settings, trace: &Trace, view: View<'_>) -> Scene {
        scene::draw(settings, trace, view)
    }

    fn edit(settings: &Settings, cell: Cell, value: f32) -> Option<Settings> {
        let (mut changed, at) = (settings.clone(), cell.index);
        let inner = |shape: &[usize]| shape[if settings.is_flat() { 3 } else { 2 }..].to_vec();
        match cell.stage {
            "input" if settings.is_flat() => hand::put(&mut changed.input, &[], at, value)?,
            "input" if settings.is_small() => {
                hand::fill(&mut changed.pixels, &settings.tensor());
                hand::put(&mut changed.pixels, &inner(&settings.shape()), at, value)?;
            }
            "output-gradient" => {
                changed.upstream.resize(settings.outputs(), 1.0);
                let shape = settings.pool().output_shape(&settings.shape()).ok()?;
                hand::put(&mut changed.upstream, &inner(&shape), at, value)?;
            }
            _ => return None,
        }
        Some(changed)
    }

    fn facts(settings: &Settings, trace: &Trace) -> String {
        let sizes = |name: &str| {
            let shape = trace.stage(name).map_or(&[][..], Stage::shape);
            format!("[{}]", listed(shape))
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

    fn chain(settings: &Settings, _: &Trace) -> Option<(Chain, &'static str)> {
        Some((Chain { layers: vec![Layer::Pool(settings.pool())], input: (*settings.tensor()).clone() }, "output"))
    }

    fn pytorch(settings: &Settings, trace: &Trace, cell: Cell) -> String {
        let Some(stage) = trace.stage(cell.stage) else { return String::new() };
        let Some(input) = trace.stage("input") else { return String::new() };
        let (mut code, mut position) = (pytorch::beginning(), stage.position(cell.index));
        if settings.is_small() {
            let upstream = trace.stage("output-gradient");
            let gradient = if upstream.is_some() { pytorch::WITH_GRADIENT } else { "" };
            pytorch::number(&mut code, "x", input, gradient);
            pytorch::add(&mut code, format_args!("y = {}", pool_call(settings)));
            if let Some(upstream) = upstream {
                pytorch::number(&mut code, "g", upstream, "");
                pytorch::add(&mut code, format_args!("y.backward(g)"));
            }
        } else {
            let (window, call) = window_alone(settings, input, cell.stage, &position);
            pytorch::number(&mut code, "x", &window, "");
            pytorch::add(&mut code, format_args!("y = {call}"));
            position = vec![0; 4];
        }
        let variable = pytorch::variable(cell.stage);
        pytorch::print(&mut code, &variable, &position, stage.value(&cell.index).unwrap_or(f32::NAN));
        code
    }
}

/// The call that computes everything.
fn pool_call(settings: &Settings) -> String {
    let word = |yes: bool| if yes { "True" } else { "False" };
    let (axes, dilation) = (settings.space().len(), settings.pool().windows[0].dilation);
    let Settings { kernel, stride, amount, ceil, count, .. } = settings;
    let common = format!("{kernel}, stride={stride}, padding={amount}, ceil_mode={}", word(*ceil));
    match settings.operation {
        Operation::Max => format!("F.max_pool{axes}d(x, {common}, dilation={dilation})"),
        Operation::Min => format!("-F.max_pool{axes}d(-x, {common}, dilation={dilation})"),
        Operation::Average => format!("F.avg_pool{axes}d(x, {common}, count_include_pad={})", word(*count)),
    }
}

/// Of a large picture, what the window of one number reads, and the call that computes the number from it.
fn window_alone(settings: &Settings, input: &Stage, stage: &str, position: &[usize]) -> (Stage, String) {
    let pool = settings.pool();
    let region = match stage {
        "output" => pool.reads(input.full_shape(), position),
        _ => Region::new(position.iter().map(|&at| vec![at]).collect()),
    };
    let sizes: Vec<usize> = region.axes().iter().map(Vec::len).collect();
    let window = tensor(&sizes, region.positions().map(|cell| input.leaf(&cell).value).collect());
    let call = match settings.operation {
        Operation::Max => "x.amax((2, 3), keepdim=True)".to_owned(),
        Operation::Min => "x.amin((2, 3), keepdim=True)".to_owned(),
        Operation::Average => format!("x.sum((2, 3), keepdim=True) / {}", pool.counted(input.full_shape(), position)),
    };
    (Stage::new("input", "input", "x", Role::Input, window), call)
}

/// How much of a gradient of one at every output reaches each input: nothing where no output depends on it.
fn heard(pool: &Pool, input: &Stage, output: &Stage) -> Option<Tensor> {
    let ones = Tensor::ones(output.full_shape());
    pool.backward(input.array()?, &ones).ok()
}
