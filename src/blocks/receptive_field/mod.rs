//! `receptive-field`: what one number sees through stacked layers, and how much of it counts.

mod places;
mod program;
mod scene;
mod settings;
mod squares;
mod table;

use std::rc::Rc;

use places::{EFFECTIVE, named};
use settings::Settings;

use super::chain::Chain;
use super::stack::StackLayer;
use super::{Block, Panel, View, hand};
use crate::compute::Device;
use crate::data::pictures;
use crate::explain::{Cell, Explanation, Expr, Function, Role, Stage, Trace};
use crate::layers::{
    Conv, Layer, LayerError, Network, Padding, PaddingMode, Parameters, Pool, Pooling, Tensor, numbers, tensor,
    tensor_from,
};
use crate::scene::Scene;

/// Layers on top of each other.
pub struct Stacked;

/// The stage that holds kernel, stride, dilation and padding of each layer.
const LAYERS: &str = "layers";

const MAGNITUDE: Function = Function { name: "abs", spoken: "the magnitude of", apply: |numbers| numbers[0].abs() };

impl Settings {
    /// The layers as a network; with weights only where it is to compute.
    fn network(&self, computes: bool) -> Network {
        let axes = self.space();
        let layer = |(row, layer): (usize, &StackLayer)| {
            let StackLayer { pools, slides } = *layer;
            let (windows, amounts) = (vec![slides.window; axes], vec![(slides.padding, slides.padding); axes]);
            if pools {
                return Layer::Pool(Pool { windows, padding: amounts, ..Pool::plain(Pooling::Average, &[1]) });
            }
            let padding = Padding { amounts, mode: PaddingMode::Zeros };
            let weights = if computes { self.weight(row) } else { Vec::new() };
            Layer::Conv(
                Conv { windows, groups: 1, padding },
                Parameters { weight: self.tensor(slides.window.kernel, weights), bias: tensor(&[1], Vec::new()) },
            )
        };
        Network { layers: self.layers.0.iter().enumerate().map(layer).collect() }
    }

    /// The shape of a row of so many cells along each axis.
    fn shape(&self, cells: usize) -> Vec<usize> {
        [vec![1, 1], vec![cells; self.space()]].concat()
    }

    fn tensor(&self, cells: usize, values: Vec<f32>) -> Tensor {
        tensor(&self.shape(cells), values)
    }

    fn input(&self) -> Tensor {
        if !self.input.is_empty() {
            return self.tensor(self.size, self.input.iter().map(|&number| number as f32).collect());
        }
        let drawn: Rc<Tensor> = match self.space() {
            1 => pictures::tensor("noise", [1, self.size], 1),
            _ => pictures::tensor("ring", [self.size; 2], 1),
        };
        self.tensor(self.size, numbers(&drawn).into_owned())
    }

    /// The gradients by so many outputs along each axis: those that were set, or a one in the middle.
    fn upstream(&self, outputs: usize) -> Tensor {
        if !self.upstream.is_empty() {
            return self.tensor(outputs, self.upstream.iter().map(|&number| number as f32).collect());
        }
        let middle = middle(outputs, self.space());
        tensor_from(&self.shape(outputs), &|at| f32::from(u8::from(at[2..] == middle)))
    }
}

/// The layers with their stages.
fn chain(network: &Network) -> Chain<'_> {
    Chain { network, named, single: true, last: Role::Output }
}

/// The place in the middle.
fn middle(cells: usize, axes: usize) -> Vec<usize> {
    vec![cells / 2; axes]
}

impl Block for Stacked {
    const ABOUT: &'static str = include_str!("about.txt");

    const CONTROLS: &'static str = include_str!("controls.txt");

    type Settings = Settings;

    fn narrow(settings: &Settings, panel: &mut Panel) {
        settings.narrow(panel);
    }

    fn settle(settings: &mut Settings, _: &str) {
        settings.settle();
    }

    async fn trace(settings: &Settings, _: &Device) -> Result<Trace, LayerError> {
        let (depth, input, network) = (settings.layers.0.len(), settings.input(), settings.network(true));
        let outputs = network.forward(&input)?;
        let number = |at: &[usize]| settings.layers.0[at[0]].parameters()[at[1]] as f32;
        let parameters = tensor_from(&[depth, 4], &number);
        let layers = Stage::new(LAYERS, "k, s, d, p of each layer", "ℓ", Role::Plain, parameters);
        let mut stages = vec![layers];
        stages.extend(chain(&network).forward(&input, &outputs)?);
        if settings.effective {
            let length = outputs.last().and_then(|row| row.shape().last()).copied().unwrap_or_default();
            stages.extend(chain(&network).backward(&input, &outputs, &settings.upstream(length))?);
        }
        if let Some(gradient) = stages.last().and_then(Stage::array).filter(|_| settings.effective) {
            let magnitudes = tensor(gradient.shape(), numbers(gradient).iter().copied().map(f32::abs).collect());
            stages.push(Stage::new(EFFECTIVE, "effective field", "g", Role::Gradient, magnitudes).hiding(2));
        }
        Ok(Trace { stages })
    }

    fn stepped(trace: &Trace) -> Option<&Stage> {
        trace.stage("output-gradient").or_else(|| trace.stage("output"))
    }

    fn step_cell(trace: &Trace, step: usize) -> Option<Cell> {
        let stage = Self::stepped(trace).filter(|stage| step < stage.len())?;
        stage.nth((step + first_step(stage)) % stage.len())
    }

    fn step_of(trace: &Trace, cell: Cell) -> Option<usize> {
        let stage = Self::stepped(trace).filter(|stage| stage.name == cell.stage)?;
        Some((stage.place(cell.index) + stage.len() - first_step(stage)) % stage.len())
    }

    fn explain(settings: &Settings, trace: &Trace, cell: Cell) -> Option<Explanation> {
        let stage = trace.stage(cell.stage)?;
        stage.value(&cell.index)?;
        if stage.name == EFFECTIVE {
            return Some(magnitude(trace.stage("input-gradient")?, stage, cell));
        }
        let computed = chain(&settings.network(false)).explain(trace, cell);
        Some(computed.unwrap_or_else(|| Explanation::given(stage.leaf(&stage.position(cell.index)))))
    }

    fn sources(settings: &Settings, trace: &Trace, cell: Cell) -> Vec<Cell> {
        let by_formula = || Self::explain(settings, trace, cell).filter(|why| !why.is_given());
        let read = chain(&settings.network(false)).sources(trace, cell);
        read.or_else(|| Some(by_formula()?.made_from.cells())).unwrap_or_default()
    }

    fn influences(settings: &Settings, trace: &Trace, cell: Cell) -> Vec<Cell> {
        let mut reached = chain(&settings.network(false)).influences(trace, cell);
        if cell.stage == "input-gradient" {
            reached.extend(trace.stage(EFFECTIVE).map(|effective| Cell { stage: effective.name, index: cell.index }));
        }
        reached
    }

    fn scene(settings: &Settings, trace: &Trace, view: View<'_>) -> Scene {
        scene::draw(settings, trace, view)
    }

    fn edit(settings: &Settings, cell: Cell, value: f32) -> Option<Settings> {
        let (mut changed, at) = (settings.clone(), cell.index);
        let inner = |cells: usize| vec![cells; settings.space() - 1];
        match cell.stage {
            LAYERS => changed.change_layer(at.axis(0), at.axis(1), value)?,
            "input" => {
                hand::fill(&mut changed.input, &settings.input());
                hand::put(&mut changed.input, &inner(settings.size), at, value)?;
            }
            "output-gradient" => {
                let outputs = settings.fields().rows().last()?.size;
                hand::fill(&mut changed.upstream, &settings.upstream(outputs));
                hand::put(&mut changed.upstream, &inner(outputs), at, value)?;
            }
            _ => return None,
        }
        Some(changed)
    }

    fn facts(settings: &Settings, trace: &Trace) -> String {
        let (fields, axes) = (settings.fields(), settings.space());
        let [Some(input), Some(output)] = [fields.rows().first(), fields.rows().last()] else { return String::new() };
        let times = |number: i64| vec![number.to_string(); axes].join(" × ");
        let (mut weights, mut multiplications) = (0, 0);
        for (layer, row) in settings.layers.0.iter().zip(&fields.rows()[1..]).filter(|(layer, _)| !layer.pools) {
            let taps = layer.slides.window.kernel.pow(axes as u32);
            (weights, multiplications) = (weights + taps, multiplications + taps * row.size.pow(axes as u32));
        }
        let mut facts = format!(
            "{} → {} · receptive field r = {}, jump j = {} · {weights} weights · {multiplications} multiplications",
            times(input.size as i64),
            times(output.size as i64),
            times(output.field),
            output.jump,
        );
        if let Some(half) = trace.stage(EFFECTIVE).and_then(half_of) {
            facts += &format!(" · half of the effective field lies on {half} inputs");
        }
        facts
    }

    fn pytorch(settings: &Settings, trace: &Trace, cell: Cell) -> String {
        program::print(settings, trace, cell)
    }
}

/// The transport begins in the middle, where the whole field lies on the input, and comes round again to what is in front.
fn first_step(stage: &Stage) -> usize {
    stage.shape().iter().fold(0, |place, length| place * length + length / 2)
}

/// How few inputs carry half of a field's magnitude; nothing where there is no magnitude.
fn half_of(effective: &Stage) -> Option<usize> {
    let mut magnitudes = numbers(effective.array()?).into_owned();
    magnitudes.sort_unstable_by(|a, b| b.total_cmp(a));
    let all: f64 = magnitudes.iter().map(|&one| f64::from(one)).sum();
    let mut sum = 0.0;
    let reached = magnitudes.iter().position(|&one| {
        sum += f64::from(one);
        sum >= all / 2.0
    });
    reached.filter(|_| all > 0.0).map(|place| place + 1)
}

fn magnitude(gradient: &Stage, stage: &Stage, cell: Cell) -> Explanation {
    let position = stage.position(cell.index);
    let letters = || ["u", "v"][..cell.index.len().min(2)].iter().map(|&letter| Expr::variable(letter)).collect();
    let rule = Expr::call(MAGNITUDE, gradient.general(letters()));
    Explanation::computed(
        stage,
        &position,
        stage.general(letters()),
        rule,
        Expr::call(MAGNITUDE, gradient.at(&position)),
    )
}
