//! `receptive-field`: what one number sees through stacked layers, and how much of it counts.

mod places;
mod presets;
mod program;
mod reach;
mod scene;
mod settings;
mod squares;
mod table;

use std::rc::Rc;

use ndarray::IxDyn;
use places::{Part, Stages, letter, name, place, title};
use settings::Settings;

use super::stack::StackLayer;
use super::{About, Block, Control, Gesture, Preset, View, control};
use crate::compute::Device;
use crate::data::pictures;
use crate::explain::{Cell, Explanation, Expr, Function, Role, Rule, Stage, Trace, decimal};
use crate::layers::{Conv, ConvStages, LayerError, Padding, PaddingMode, Pool, Pooling, Tensor};
use crate::scene::Scene;

/// Layers on top of each other.
pub struct Stacked;

/// The stage that holds kernel, stride, dilation and padding of each layer.
const LAYERS: &str = "layers";

const MAGNITUDE: Function = Function { name: "abs", spoken: "the magnitude of", apply: |numbers| numbers[0].abs() };

/// A layer that computes.
enum Layer {
    Conv(Conv),
    Pool(Pool),
}

impl Layer {
    fn new(layer: &StackLayer, axes: usize) -> Self {
        let StackLayer { pools, slides } = *layer;
        let (windows, padding) = (vec![slides.window; axes], vec![(slides.padding, slides.padding); axes]);
        if pools {
            Self::Pool(Pool { windows, padding, ..Pool::plain(Pooling::Average, &[1]) })
        } else {
            Self::Conv(Conv { windows, groups: 1, padding: Padding { amounts: padding, mode: PaddingMode::Zeros } })
        }
    }
}

impl Settings {
    /// The layer above a row.
    fn layer(&self, row: usize) -> Option<Layer> {
        Some(Layer::new(self.layers.0.get(row)?, self.space()))
    }

    /// The shape of a row of so many cells along each axis.
    fn shape(&self, cells: usize) -> Vec<usize> {
        [vec![1, 1], vec![cells; self.space()]].concat()
    }

    fn tensor(&self, cells: usize, values: Vec<f32>) -> Tensor {
        let shape = self.shape(cells);
        Tensor::from_shape_vec(IxDyn(&shape), values).unwrap_or_else(|_| Tensor::zeros(IxDyn(&shape)))
    }

    fn input(&self) -> Tensor {
        if !self.input.is_empty() {
            return self.tensor(self.size, self.input.iter().map(|&number| number as f32).collect());
        }
        let drawn: Rc<Tensor> = match self.space() {
            1 => pictures::tensor("noise", [1, self.size], 1),
            _ => pictures::tensor("ring", [self.size; 2], 1),
        };
        self.tensor(self.size, drawn.iter().copied().collect())
    }

    /// The gradients by so many outputs along each axis: those that were set, or a one in the middle.
    fn upstream(&self, outputs: usize) -> Tensor {
        if !self.upstream.is_empty() {
            return self.tensor(outputs, self.upstream.iter().map(|&number| number as f32).collect());
        }
        let middle = middle(outputs, self.space());
        Tensor::from_shape_fn(IxDyn(&self.shape(outputs)), |at| {
            f32::from(u8::from(ndarray::Dimension::slice(&at)[2..] == middle))
        })
    }
}

/// The place in the middle.
fn middle(cells: usize, axes: usize) -> Vec<usize> {
    vec![cells / 2; axes]
}

impl Block for Stacked {
    const ABOUT: About = About {
        name: "receptive-field",
        title: "Receptive field",
        teaches: "What one number sees of the input, through layer after layer.",
        text: "One output of a convolution sees k inputs. Stack another layer on top, and it sees what k of those see: the field \
               grows with every layer, faster with dilation, and faster still behind a stride or a pooling, where neighbours look \
               at places further apart. Not everything in the field counts alike: more ways lead from the middle than from the rim.",
        question: "Predict: do three kernels of 3 see more than one kernel of 7?",
        lecture: "",
    };

    const PRESETS: &'static [Preset] = presets::PRESETS;

    type Settings = Settings;

    fn controls(settings: &Settings) -> Vec<Control> {
        settings.controls()
    }

    fn settle(settings: &mut Settings, _: &str) {
        settings.settle();
    }

    async fn trace(settings: &Settings, _: &Device) -> Result<Trace, LayerError> {
        let depth = settings.layers.0.len();
        let stage = |part, row, values| {
            let role = match (part, row) {
                (Part::Weight, _) => Role::Weight,
                (Part::Gradient | Part::PaddedGradient | Part::Effective, _) => Role::Gradient,
                (_, 0) => Role::Input,
                (_, row) if row == depth => Role::Output,
                _ => Role::Intermediate,
            };
            let [name, title, letter] = [name, title, letter].map(|of| of(part, row, depth));
            let stage = Stage::new(name, title, letter, role, values).hiding(2);
            if matches!(part, Part::Gradient | Part::PaddedGradient) { stage.derivative() } else { stage }
        };
        let mut rows = vec![settings.input()];
        let numbers = settings.layers.0.iter().flat_map(StackLayer::parameters).map(|number| number as f32).collect();
        let layers = Tensor::from_shape_vec(IxDyn(&[depth, 4]), numbers).unwrap_or_default();
        let layers = Stage::new(LAYERS, "k, s, d, p of each layer", "ℓ", Role::Plain, layers);
        let mut stages = vec![layers, stage(Part::Row, 0, rows[0].clone())];
        for row in 0..depth {
            let below = &rows[row];
            let output = match settings.layer(row) {
                Some(Layer::Conv(conv)) => {
                    let padded = conv.padding.forward(below)?;
                    let kernel = conv.windows[0].kernel;
                    let weight = settings.tensor(kernel, settings.weight(row));
                    let output = conv.slide(&padded, &weight, None)?;
                    if padded.len() > below.len() {
                        stages.push(stage(Part::Padded, row, padded));
                    }
                    stages.push(stage(Part::Weight, row, weight));
                    output
                }
                Some(Layer::Pool(pool)) => pool.forward(below)?,
                None => break,
            };
            stages.push(stage(Part::Row, row + 1, output.clone()));
            rows.push(output);
        }
        if settings.effective {
            let outputs = rows.last().and_then(|row| row.shape().last()).copied().unwrap_or_default();
            let mut upstream = settings.upstream(outputs);
            for row in (0..depth).rev() {
                stages.push(stage(Part::Gradient, row + 1, upstream.clone()));
                upstream = match settings.layer(row) {
                    Some(Layer::Conv(conv)) => {
                        let weight = settings.tensor(conv.windows[0].kernel, settings.weight(row));
                        let gradients = conv.backward(&rows[row], &weight, &upstream)?;
                        if gradients.padded.len() > gradients.input.len() {
                            stages.push(stage(Part::PaddedGradient, row, gradients.padded));
                        }
                        gradients.input
                    }
                    Some(Layer::Pool(pool)) => pool.backward(&rows[row], &upstream)?,
                    None => break,
                };
            }
            let effective = upstream.mapv(f32::abs);
            stages.push(stage(Part::Gradient, 0, upstream));
            stages.push(stage(Part::Effective, 0, effective));
        }
        Ok(Trace { stages })
    }

    fn steps(trace: &Trace) -> usize {
        stepped(trace).map_or(0, Stage::len)
    }

    fn step_cell(trace: &Trace, step: usize) -> Option<Cell> {
        let stage = stepped(trace).filter(|stage| step < stage.len())?;
        stage.cells().nth((step + first_step(stage)) % stage.len())
    }

    fn step_of(trace: &Trace, cell: Cell) -> Option<usize> {
        let stage = stepped(trace).filter(|stage| stage.name == cell.stage)?;
        let axes = stage.shape().iter().enumerate();
        let place = axes.fold(0, |place, (axis, length)| place * length + cell.index.axis(axis));
        Some((place + stage.len() - first_step(stage)) % stage.len())
    }

    fn explain(settings: &Settings, trace: &Trace, cell: Cell) -> Option<Explanation> {
        let (depth, at, stage) = (settings.layers.0.len(), cell.index, trace.stage(cell.stage)?);
        stage.value(&at)?;
        let of = Stages { trace, depth };
        if stage.name == LAYERS {
            return Some(Explanation::given(stage.leaf(&stage.position(at))));
        }
        let (part, row) = place(cell.stage, depth)?;
        Some(match (part, row.checked_sub(1), settings.layer(row)) {
            (Part::Row, Some(below), _) => match settings.layer(below)? {
                Layer::Conv(conv) => {
                    let (padded, weight) = (of.slid(below)?, of.of(Part::Weight, below)?);
                    conv.explain(ConvStages { padded, weight, bias: None }, stage, at)
                }
                Layer::Pool(pool) => pool.explain(of.of(Part::Row, below)?, stage, at),
            },
            (Part::Padded, _, Some(Layer::Conv(conv))) => conv.padding.explain(of.of(Part::Row, row)?, stage, at),
            (Part::Effective, ..) => magnitude(of.of(Part::Gradient, row)?, stage, cell),
            (Part::Gradient, _, Some(Layer::Pool(pool))) => {
                pool.explain_gradient(of.of(Part::Row, row)?, of.of(Part::Gradient, row + 1)?, stage, at)
            }
            (Part::Gradient | Part::PaddedGradient, _, Some(Layer::Conv(conv))) => {
                let (weight, upstream) = (of.of(Part::Weight, row)?, of.of(Part::Gradient, row + 1)?);
                match of.of(Part::PaddedGradient, row).filter(|_| part == Part::Gradient) {
                    Some(padded) => conv.explain_input_gradient(weight, upstream, padded, stage, at),
                    None => conv.explain_padded_gradient(weight, upstream, stage, at),
                }
            }
            _ => Explanation::given(stage.leaf(&stage.position(at))),
        })
    }

    fn sources(settings: &Settings, trace: &Trace, cell: Cell) -> Vec<Cell> {
        let by_formula = || Self::explain(settings, trace, cell).filter(|why| !why.is_given());
        reach::sources(settings, trace, cell).or_else(|| Some(by_formula()?.made_from.cells())).unwrap_or_default()
    }

    fn influences(settings: &Settings, trace: &Trace, cell: Cell) -> Vec<Cell> {
        reach::influences(settings, trace, cell).unwrap_or_default()
    }

    fn scene(settings: &Settings, trace: &Trace, view: View<'_>) -> Scene {
        scene::draw(settings, trace, view)
    }

    fn edit(settings: &Settings, cell: Cell, Gesture::Set(value): Gesture) -> Option<Settings> {
        let mut changed = settings.clone();
        if cell.stage == LAYERS {
            changed.change_layer(cell.index.axis(0), cell.index.axis(1), value)?;
            return Some(changed);
        }
        let (list, all, cells) = match cell.stage {
            "input" => (&mut changed.input, settings.input(), settings.size),
            "output-gradient" => {
                let outputs = settings.fields().rows().last()?.size;
                (&mut changed.upstream, settings.upstream(outputs), outputs)
            }
            _ => return None,
        };
        if list.is_empty() {
            *list = all.iter().map(|&number| decimal(number)).collect();
        }
        let place = cell.index.iter().fold(0, |place, &at| place * cells + at as usize);
        *list.get_mut(place)? = decimal(value).clamp(-control::LIMIT, control::LIMIT);
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
        if let Some(half) = trace.stage("effective").and_then(half_of) {
            facts += &format!(" · half of the effective field lies on {half} inputs");
        }
        facts
    }

    fn pytorch(settings: &Settings, trace: &Trace, cell: Cell) -> String {
        program::print(settings, trace, cell)
    }
}

/// The stage over whose cells the transport goes.
fn stepped(trace: &Trace) -> Option<&Stage> {
    trace.stage("output-gradient").or_else(|| trace.stage("output"))
}

/// The transport begins in the middle, where the whole field lies on the input, and comes round again to what is in front.
fn first_step(stage: &Stage) -> usize {
    stage.shape().iter().fold(0, |place, length| place * length + length / 2)
}

/// How few inputs carry half of a field's magnitude; nothing where there is no magnitude.
fn half_of(effective: &Stage) -> Option<usize> {
    let mut magnitudes: Vec<f32> = effective.array()?.iter().copied().collect();
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
    let rule = Expr::Call(MAGNITUDE, vec![gradient.general(letters())]);
    Explanation {
        target: stage.leaf(&position),
        general: Some(Rule::new(stage.general(letters()), rule)),
        made_from: Expr::Call(MAGNITUDE, vec![gradient.at(&position)]),
    }
}
