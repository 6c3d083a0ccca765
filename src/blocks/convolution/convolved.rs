//! One convolution among the stages of a trace: why its numbers are what they are, and where they go.

use crate::explain::{Cell, Explanation, Index, Stage, Trace};
use crate::layers::{Activation, Conv, ConvStages};
use crate::scene::Pointing;

/// A convolution, and the stages that it reads and makes. Its gradients are found by their names.
pub struct Convolved<'a> {
    /// The layer.
    pub conv: Conv,
    /// All stages.
    pub trace: &'a Trace,
    /// What is padded.
    pub input: &'a Stage,
    /// What the kernel slides over.
    pub padded: &'a Stage,
    /// The weights, as they are applied.
    pub kernel: &'a Stage,
    /// The bias, where it is of any account.
    pub bias: Option<&'a Stage>,
    /// What comes out.
    pub output: &'a Stage,
    /// What happens to each sum before it comes out.
    pub activation: Activation,
}

/// Why a number is what it is: what the convolution says that has made it, or that it was given.
pub fn explain(convolved: &[Convolved<'_>], stage: &Stage, at: Index) -> Explanation {
    let made = convolved.iter().find_map(|convolved| convolved.explain(stage, at));
    made.unwrap_or_else(|| Explanation::given(stage.leaf(&stage.position(at))))
}

/// The cells whose explanations read a cell.
pub fn influences(convolved: &[Convolved<'_>], stage: &Stage, at: Index) -> Vec<Cell> {
    let mut reached = Vec::new();
    for convolved in convolved {
        reached.extend(convolved.influences(stage, at).unwrap_or_default());
    }
    reached
}

impl Convolved<'_> {
    /// Why a number of a stage is what it is; nothing where this convolution has not made it.
    fn explain(&self, stage: &Stage, at: Index) -> Option<Explanation> {
        let of = |name: &str| self.trace.stage(name);
        let Self { conv, padded, kernel, bias, output, activation, .. } = self;
        let stages = ConvStages { padded, weight: kernel, bias: *bias };
        Some(match stage.name {
            name if name == padded.name => conv.padding.explain(self.input, stage, at),
            "sum" => conv.explain_channel(stages, stage, at),
            "pre" => conv.explain_sum(of("sum")?, *bias, stage, at),
            name if name == output.name => match (of("sum"), of("pre")) {
                (None, _) => conv.explain(stages, stage, at),
                (Some(sums), None) => conv.explain_sum(sums, *bias, stage, at),
                (Some(sums), Some(pre)) => {
                    let through = activation.explain_through(conv.explain_sum(sums, *bias, pre, at), stage, at);
                    through.unwrap_or_else(|| activation.explain(pre, stage, at))
                }
            },
            "pre-gradient" => activation.explain_gradient(of("pre")?, output, of("output-gradient")?, stage, at),
            "bias-gradient" => conv.explain_bias_gradient(self.inner_gradient()?, stage, at),
            "padded-gradient" => conv.explain_padded_gradient(kernel, self.inner_gradient()?, stage, at),
            "input-gradient" => {
                conv.explain_input_gradient(kernel, self.inner_gradient()?, of("padded-gradient")?, stage, at)
            }
            _ if self.is_by_kernel(stage) => conv.explain_weight_gradient(padded, self.inner_gradient()?, stage, at),
            _ => return None,
        })
    }

    /// The cells of its stages whose explanations read a cell.
    fn influences(&self, stage: &Stage, at: Index) -> Option<Vec<Cell>> {
        let of = |name: &str| self.trace.stage(name);
        let Self { conv, padded, kernel, output, .. } = self;
        let (inner, by_padded) = (self.inner_gradient(), of("padded-gradient"));
        let by_kernel = self.trace.stages.iter().find(|stage| self.is_by_kernel(stage));
        let sums = of("sum").unwrap_or(output);
        let seen_through = self.activation == Activation::Identity || self.activation.is_seen_through();
        let mut totals = Vec::from_iter(of("pre"));
        if seen_through {
            totals.insert(0, output);
        }
        let position = stage.position(at);
        let mut reached = Vec::new();
        match stage.name {
            name if name == self.input.name => reached = conv.padding.influences(self.input, padded, at),
            name if name == padded.name => {
                reached = conv.outputs_of_padded(stage, kernel, sums, at);
                if let (Some(inner), Some(by_kernel)) = (inner, by_kernel) {
                    reached.extend(conv.weights_beside_padded(stage, kernel, inner, at).cells(by_kernel));
                }
            }
            name if name == kernel.name => {
                reached.extend(conv.outputs_from_weight(stage, sums, at).first_cells(sums, Pointing::MOST));
                if let (Some(inner), Some(by_padded)) = (inner, by_padded) {
                    reached.extend(conv.padded_beside_weight(padded, stage, inner, at).cells(by_padded));
                }
            }
            "bias" if self.bias.is_some() => {
                for total in totals {
                    let outputs = conv.outputs_from_bias(stage, total, at);
                    reached.extend(outputs.first_cells(total, Pointing::MOST - reached.len()));
                }
            }
            "sum" => {
                let place = [&position[..2], &position[3..]].concat();
                reached.extend(totals.iter().filter_map(|total| total.cell(&place)));
            }
            "pre" => {
                if !seen_through {
                    reached.extend(output.cell(&position));
                }
                reached.extend(of("pre-gradient").and_then(|made| made.cell(&position)));
            }
            "output-gradient" if of("pre-gradient").is_some() => reached.extend(of("pre-gradient")?.cell(&position)),
            "output-gradient" | "pre-gradient" => {
                reached.extend(conv.padded_into_output(kernel, stage, at).cells(by_padded?));
                reached.extend(conv.weights_into_output(kernel, stage, at).cells(by_kernel?));
                reached.extend(of("bias-gradient")?.cell(&position[1..2]));
            }
            "padded-gradient" => reached.extend(conv.gradient_from_padded(stage, of("input-gradient")?, at)),
            _ => {}
        }
        if let (Some(by_padded), Some(by_input)) = (by_padded, of("input-gradient")) {
            conv.reach_through_padding(by_padded, by_input, &mut reached);
        }
        Some(reached)
    }

    /// The gradient that arrives at the sums: behind the non-linearity where there is one.
    fn inner_gradient(&self) -> Option<&Stage> {
        self.trace.stage("pre-gradient").or_else(|| self.trace.stage("output-gradient"))
    }

    fn is_by_kernel(&self, stage: &Stage) -> bool {
        stage.name.strip_suffix("-gradient") == Some(self.kernel.name)
    }
}
