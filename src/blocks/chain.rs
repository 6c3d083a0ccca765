//! Layers in a chain, as stages of a trace.

use crate::explain::{Cell, Explanation, Role, Stage, Trace};
use crate::layers::{GradientStages, Layer, LayerError, LayerStages, Network, Tensor};

/// What a stage holds of a row. The rows are the input, 0, and what each layer gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// Its numbers.
    Row,
    /// The same, padded for the layer above; there where padding adds cells to a convolution's input.
    Padded,
    /// The weights of the layer above.
    Weight,
    /// Its bias.
    Bias,
    /// The gradient by the row.
    Gradient,
    /// The gradient by the padded row.
    PaddedGradient,
}

impl Part {
    const ALL: [Self; 6] = [Self::Row, Self::Padded, Self::Weight, Self::Bias, Self::Gradient, Self::PaddedGradient];
}

/// Name, title and symbol of a stage.
pub type Named = (&'static str, &'static str, &'static str);

/// A chain of layers, and what its stages are called.
pub struct Chain<'a> {
    /// The layers. To explain what was computed they need no weights: those are among the stages.
    pub network: &'a Network,
    /// What the stage of a row is called, in a chain of so many layers; nothing where there is none.
    pub named: fn(Part, usize, usize) -> Option<Named>,
    /// Whether every row has one channel, which is not shown; else the input alone. Then padded rows count from their first own cell.
    pub single: bool,
    /// What the numbers are that the last layer gives.
    pub last: Role,
}

impl Chain<'_> {
    fn named(&self, part: Part, row: usize) -> Option<Named> {
        (self.named)(part, row, self.network.layers.len())
    }

    fn stage(&self, part: Part, row: usize, values: &Tensor) -> Option<Stage> {
        let (name, title, symbol) = self.named(part, row)?;
        let learned = matches!(part, Part::Weight | Part::Bias);
        let gradient = matches!(part, Part::Gradient | Part::PaddedGradient);
        let role = match row {
            _ if learned => Role::Weight,
            _ if gradient => Role::Gradient,
            0 => Role::Input,
            row if row == self.network.layers.len() => self.last,
            _ => Role::Intermediate,
        };
        let hidden = match (self.single, learned) {
            (true, _) => 2,
            (false, true) => 0,
            (false, false) => 1 + usize::from(row == 0),
        };
        let mut stage = Stage::new(name, title, symbol, role, values.clone()).hiding(hidden);
        if let (Part::Padded | Part::PaddedGradient, false, Some(Layer::Conv(conv, _))) =
            (part, self.single, self.network.layers.get(row))
        {
            stage = stage.counting_from(&conv.padding.first_subscripts());
        }
        Some(if gradient { stage.derivative() } else { stage })
    }

    /// The stages of what the layers give.
    pub fn forward(&self, input: &Tensor, outputs: &[Tensor]) -> Result<Vec<Stage>, LayerError> {
        let mut stages: Vec<Stage> = self.stage(Part::Row, 0, input).into_iter().collect();
        let mut below = input;
        for (row, (layer, output)) in self.network.layers.iter().zip(outputs).enumerate() {
            if let Layer::Conv(conv, _) = layer {
                let padded = conv.padding.forward(below)?;
                if padded.len() > below.len() {
                    stages.extend(self.stage(Part::Padded, row, &padded));
                }
            }
            if let Some(learned) = layer.parameters() {
                stages.extend(self.stage(Part::Weight, row, &learned.weight));
                stages.extend(self.stage(Part::Bias, row, &learned.bias));
            }
            stages.extend(self.stage(Part::Row, row + 1, output));
            below = output;
        }
        Ok(stages)
    }

    /// The stages of the gradients, the last one that by the input.
    pub fn backward(&self, input: &Tensor, outputs: &[Tensor], upstream: &Tensor) -> Result<Vec<Stage>, LayerError> {
        let gradients = self.network.backward(input, outputs, upstream)?;
        let mut stages: Vec<Stage> = self.stage(Part::Gradient, gradients.len(), upstream).into_iter().collect();
        for (row, by) in gradients.iter().enumerate().rev() {
            if let Some(padded) = by.padded.as_ref().filter(|padded| padded.len() > by.input.len()) {
                stages.extend(self.stage(Part::PaddedGradient, row, padded));
            }
            stages.extend(self.stage(Part::Gradient, row, &by.input));
        }
        Ok(stages)
    }

    /// The stages around a layer.
    pub fn around<'t>(&self, trace: &'t Trace, layer: usize) -> Option<LayerStages<'t>> {
        let of = |part, row| trace.stage(self.named(part, row)?.0);
        let gradients = of(Part::Gradient, layer + 1).zip(of(Part::Gradient, layer));
        Some(LayerStages {
            input: of(Part::Row, layer)?,
            padded: of(Part::Padded, layer),
            weight: of(Part::Weight, layer),
            bias: of(Part::Bias, layer),
            output: of(Part::Row, layer + 1)?,
            gradients: gradients.map(|(output, input)| GradientStages {
                output,
                padded: of(Part::PaddedGradient, layer),
                input,
            }),
        })
    }

    /// The layers that a stage takes part in, each with the stages around it: the one that computes it, and the one that reads it.
    fn layers_around<'t>(&self, trace: &'t Trace, stage: &str) -> Vec<(&Layer, LayerStages<'t>)> {
        let rows = 0..=self.network.layers.len();
        let is = |part: &Part, row| self.named(*part, row).is_some_and(|named| named.0 == stage);
        let Some(row) = rows.into_iter().find(|row| Part::ALL.iter().any(|part| is(part, *row))) else {
            return Vec::new();
        };
        let around = |layer: usize| Some((self.network.layers.get(layer)?, self.around(trace, layer)?));
        row.checked_sub(1).into_iter().chain([row]).filter_map(around).collect()
    }

    /// Why a number is what it is; nothing where no layer has computed it.
    pub fn explain(&self, trace: &Trace, cell: Cell) -> Option<Explanation> {
        self.layers_around(trace, cell.stage).iter().find_map(|(layer, stages)| layer.explain(stages, cell))
    }

    /// What a convolution's number is made from, found without its formula; nothing for other numbers.
    pub fn sources(&self, trace: &Trace, cell: Cell) -> Option<Vec<Cell>> {
        self.layers_around(trace, cell.stage).iter().find_map(|(layer, stages)| layer.reads(stages, cell))
    }

    /// Where a number goes.
    pub fn influences(&self, trace: &Trace, cell: Cell) -> Vec<Cell> {
        let mut reached = Vec::new();
        for (layer, stages) in self.layers_around(trace, cell.stage) {
            reached.extend(layer.influences(&stages, cell));
        }
        reached
    }
}
