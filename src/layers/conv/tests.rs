//! Every number of small convolutions is explained, and every way between two numbers is known from both ends.

use std::collections::BTreeSet;
use std::rc::Rc;

use ndarray::Dimension;

use super::*;
use crate::explain::{Cell, Explanation, Role, Stage};
use crate::layers::Region;

/// Numbers without pattern, the same each time.
fn numbers(shape: &[usize], seed: u32) -> Tensor {
    let mut state = seed.wrapping_mul(2_654_435_761).wrapping_add(1);
    Tensor::from_shape_simple_fn(shape, || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 8) as f32 / (1 << 22) as f32 - 2.0
    })
}

struct Case {
    conv: Conv,
    input: Vec<usize>,
    weight: Vec<usize>,
}

/// Kernel, stride, dilation, padded cells before and after.
type Axis = (usize, usize, usize, (usize, usize));

fn case(input: &[usize], outputs: usize, groups: usize, axes: &[Axis], mode: PaddingMode) -> Case {
    let windows: Vec<Window> =
        axes.iter().map(|&(kernel, stride, dilation, _)| Window { kernel, stride, dilation }).collect();
    let kernel = windows.iter().map(|window| window.kernel);
    let weight = [outputs, input[1] / groups].into_iter().chain(kernel).collect();
    let padding = Padding { amounts: axes.iter().map(|axis| axis.3).collect(), mode };
    Case { conv: Conv { windows, groups, padding }, input: input.to_vec(), weight }
}

fn cases() -> Vec<Case> {
    vec![
        case(&[1, 1, 6], 1, 1, &[(3, 1, 1, (1, 1))], PaddingMode::Zeros),
        case(&[2, 2, 7], 3, 1, &[(2, 2, 3, (2, 0))], PaddingMode::Replicate),
        case(&[1, 4, 5], 6, 2, &[(2, 1, 2, (1, 2))], PaddingMode::Constant(0.5)),
        case(&[1, 3, 5], 3, 3, &[(3, 2, 1, (7, 6))], PaddingMode::Circular),
        case(&[1, 2, 4, 5], 2, 1, &[(3, 1, 1, (1, 1)), (2, 2, 1, (0, 1))], PaddingMode::Reflect),
        case(&[2, 2, 3, 4], 4, 2, &[(1, 1, 1, (0, 0)), (3, 1, 2, (3, 2))], PaddingMode::Symmetric),
        case(&[1, 2, 2, 3, 3], 2, 1, &[(2, 1, 1, (1, 0)), (2, 1, 2, (1, 1)), (1, 2, 1, (0, 0))], PaddingMode::Zeros),
    ]
}

/// A case with everything that was computed from it, as stages.
struct Run {
    conv: Conv,
    input: Stage,
    padded: Stage,
    weight: Stage,
    bias: Stage,
    sums: Option<Stage>,
    output: Stage,
    upstream: Stage,
    by_padded: Stage,
    by_input: Stage,
    by_weight: Stage,
    by_bias: Stage,
}

impl Run {
    fn of(Case { conv, input, weight }: Case) -> Self {
        let stage = |name, values: Tensor| Stage::new(name, name, "v", Role::Intermediate, values);
        let (x, w, b) = (numbers(&input, 1), numbers(&weight, 2), numbers(&weight[..1], 3));
        let padded = conv.padding.forward(&x).unwrap();
        let y = conv.forward(&x, &w, Some(&b)).unwrap();
        let g = numbers(y.shape(), 4);
        let by = conv.backward(&x, &w, &g).unwrap();
        // Six axes are more than a cell can name: there, the contributions are left out.
        let sums = (input.len() < 5).then(|| stage("sums", conv.channel_sums(&padded, &w).unwrap()));
        Self {
            input: stage("input", x),
            padded: stage("padded", padded),
            weight: stage("weight", w),
            bias: stage("bias", b),
            sums,
            output: stage("output", y),
            upstream: stage("upstream", g),
            by_padded: stage("by-padded", by.padded),
            by_input: stage("by-input", by.input),
            by_weight: stage("by-weight", by.weight),
            by_bias: stage("by-bias", by.bias),
            conv,
        }
    }

    fn stages(&self) -> ConvStages<'_> {
        ConvStages { padded: &self.padded, weight: &self.weight, bias: Some(&self.bias) }
    }

    fn explain_all(&self) -> Vec<Explanation> {
        let Self { conv, padded, weight, upstream, .. } = self;
        let mut all: Vec<Explanation> =
            self.output.cells().map(|cell| conv.explain(self.stages(), &self.output, cell.index)).collect();
        if let Some(sums) = &self.sums {
            all.extend(sums.cells().map(|cell| conv.explain_channel(self.stages(), sums, cell.index)));
        }
        let by_padded = |cell: Cell| conv.explain_padded_gradient(weight, upstream, &self.by_padded, cell.index);
        let by_weight = |cell: Cell| conv.explain_weight_gradient(padded, upstream, &self.by_weight, cell.index);
        let by_bias = |cell: Cell| conv.explain_bias_gradient(upstream, &self.by_bias, cell.index);
        let by_input = |cell: Cell| conv.padding.explain_gradient(&self.by_padded, &self.by_input, cell.index);
        all.extend(self.by_padded.cells().map(by_padded));
        all.extend(self.by_weight.cells().map(by_weight));
        all.extend(self.by_bias.cells().map(by_bias));
        all.extend(self.by_input.cells().map(by_input));
        all
    }
}

#[test]
fn every_number_is_explained() {
    for case in cases() {
        let run = Run::of(case);
        for explanation in run.explain_all() {
            assert_eq!(explanation.value(), explanation.target.value, "{} of {:?}", explanation.target.cell, run.conv);
            assert!(explanation.general.is_some());
        }
    }
}

#[test]
fn sums_over_channels_are_explained() {
    for case in cases() {
        let run = Run::of(case);
        let Some(sums) = &run.sums else { continue };
        let bias = run.bias.array();
        let total = run.conv.sum_channels(sums.array().unwrap(), bias).unwrap();
        for (total, output) in total.iter().zip(run.output.array().unwrap()) {
            assert!((total - output).abs() <= 1e-6 * output.abs().max(1.0), "{total} beside {output}");
        }
        let total = Stage::new("total", "total", "z", Role::Intermediate, total);
        for cell in total.cells() {
            let explanation = run.conv.explain_sum(sums, Some(&run.bias), &total, cell.index);
            assert_eq!(explanation.value(), explanation.target.value, "{cell} of {:?}", run.conv);
        }
    }
}

#[test]
fn one_number_is_what_all_of_them_have() {
    for case in cases() {
        let (x, w, b) = (numbers(&case.input, 1), numbers(&case.weight, 2), numbers(&case.weight[..1], 3));
        let conv = case.conv;
        let output = conv.forward(&x, &w, Some(&b)).unwrap();
        let sums = conv.channel_sums(&conv.padding.forward(&x).unwrap(), &w).unwrap();
        let totals = conv.sum_channels(&sums, Some(&b)).unwrap();
        let cells = conv.cells(Rc::new(x), Rc::new(w), Some(Rc::new(b))).unwrap();
        assert_eq!(cells.output_shape(), output.shape());
        assert_eq!(cells.channel_sums_shape(), sums.shape());
        output.indexed_iter().for_each(|(at, &number)| assert_eq!(cells.output(at.slice()), number));
        sums.indexed_iter().for_each(|(at, &number)| assert_eq!(cells.channel_sum(at.slice()), number));
        totals.indexed_iter().for_each(|(at, &number)| assert_eq!(cells.channel_total(at.slice()), number));
    }
}

/// For every pair of cells: `reach` says that `from` goes into `to` exactly where the explanation of `to` reads `from`.
fn inverse(run: &Run, from: &Stage, to: &Stage, reach: impl Fn(Cell) -> Region, why: impl Fn(Cell) -> Explanation) {
    let read: Vec<BTreeSet<Cell>> = to.cells().map(|cell| why(cell).made_from.cells().into_iter().collect()).collect();
    for source in from.cells() {
        let reach = reach(source);
        let reached: BTreeSet<Cell> = reach.cells(to).into_iter().collect();
        assert_eq!(reached.len(), reach.len(), "{source} reaches a cell twice");
        for (target, read) in to.cells().zip(&read) {
            let backward = read.contains(&source);
            assert_eq!(reached.contains(&target), backward, "{source} in {target} of {:?}", run.conv);
            assert_eq!(reach.contains(&to.position(target.index)), backward, "{source} in {target}");
        }
    }
}

#[test]
fn influences_invert_explanations() {
    for case in cases() {
        let run = Run::of(case);
        let Run { conv, input, padded, weight, bias, output, upstream, by_padded, by_weight, .. } = &run;
        let why = |cell: Cell| conv.explain(run.stages(), output, cell.index);
        inverse(&run, padded, output, |at| conv.outputs_from_padded(padded, weight, output, at.index), why);
        inverse(&run, weight, output, |at| conv.outputs_from_weight(weight, output, at.index), why);
        inverse(&run, bias, output, |at| conv.outputs_from_bias(bias, output, at.index), why);
        inverse(
            &run,
            input,
            output,
            |at| conv.outputs_from_input(input, weight, output, at.index),
            |at| {
                let mut through = why(at);
                let copied = |cell: &Cell| conv.padding.explain(input, padded, cell.index).made_from;
                let padded = through.made_from.cells().into_iter().filter(|cell| cell.stage == "padded");
                through.made_from = crate::explain::Expr::Sum(padded.map(|cell| copied(&cell)).collect());
                through
            },
        );
        if let Some(sums) = &run.sums {
            let why = |cell: Cell| conv.explain_channel(run.stages(), sums, cell.index);
            inverse(&run, padded, sums, |at| conv.outputs_from_padded(padded, weight, sums, at.index), why);
            inverse(&run, weight, sums, |at| conv.outputs_from_weight(weight, sums, at.index), why);
            for cell in sums.cells() {
                let read: BTreeSet<Cell> = why(cell).made_from.cells().into_iter().collect();
                let padded_read = conv.padded_into_output(weight, sums, cell.index);
                let weights = conv.weights_into_output(weight, sums, cell.index);
                assert_eq!(
                    padded_read.cells(padded).into_iter().chain(weights.cells(weight)).collect::<BTreeSet<_>>(),
                    read
                );
            }
        }
        let why = |cell: Cell| conv.explain_padded_gradient(weight, upstream, by_padded, cell.index);
        inverse(&run, upstream, by_padded, |at| conv.padded_into_output(weight, upstream, at.index), why);
        inverse(&run, weight, by_padded, |at| conv.padded_beside_weight(padded, weight, output, at.index), why);
        let why = |cell: Cell| conv.explain_weight_gradient(padded, upstream, by_weight, cell.index);
        inverse(&run, upstream, by_weight, |at| conv.weights_into_output(weight, upstream, at.index), why);
        inverse(&run, padded, by_weight, |at| conv.weights_beside_padded(padded, weight, output, at.index), why);
    }
}

#[test]
fn empty_tensors_are_sums_over_nothing() {
    let conv = Conv::plain(&[2]);
    let bias = numbers(&[3], 5);
    let no_channels = conv.forward(&numbers(&[2, 0, 4], 1), &numbers(&[3, 0, 2], 1), Some(&bias)).unwrap();
    assert_eq!(no_channels.shape(), [2, 3, 3]);
    assert!(no_channels.indexed_iter().all(|(at, &number)| number == bias[[at[1]].as_slice()]));
    for (input, weight) in [([0, 2, 4], [3, 2, 2]), ([2, 2, 4], [0, 2, 2]), ([2, 0, 4], [3, 0, 2])] {
        let (x, w) = (numbers(&input, 1), numbers(&weight, 2));
        let y = conv.forward(&x, &w, None).unwrap();
        let by = conv.backward(&x, &w, &y).unwrap();
        assert_eq!((by.input.shape(), by.weight.shape()), (x.shape(), w.shape()));
        assert_eq!(conv.sum_channels(&conv.channel_sums(&x, &w).unwrap(), None).unwrap(), y);
    }
}

#[test]
fn what_does_not_fit_says_why() {
    let message = |conv: &Conv, input: &[usize], weight: &[usize]| conv.output_shape(input, weight).unwrap_err();
    let plain = Conv::plain(&[2]);
    let dilated = Conv { windows: vec![Window { kernel: 5, stride: 1, dilation: 2 }], ..Conv::plain(&[5]) };
    let grouped = Conv { groups: 2, ..Conv::plain(&[2]) };
    for (error, text) in [
        (message(&plain, &[2, 7], &[1, 2, 2]), "input has shape [2, 7]; it takes a batch, channels, and one to three"),
        (message(&plain, &[1, 2, 7], &[1, 2, 2, 2]), "weight has shape [1, 2, 2, 2]; it takes output channels"),
        (message(&plain, &[1, 3, 7], &[1, 2, 2]), "second axis (input channels of one group) must be 3, but is 2"),
        (message(&plain, &[1, 2, 7], &[1, 2, 3]), "the weight's kernel must be 2, but is 3"),
        (message(&grouped, &[1, 3, 7], &[2, 1, 2]), "2 groups do not divide 3 input channels evenly"),
        (message(&dilated, &[1, 1, 7], &[1, 1, 5]), "kernel 5 with dilation 2 spans 9 cells, the padded input has 7"),
        (message(&Conv { groups: 0, ..plain.clone() }, &[1, 1, 7], &[1, 1, 2]), "groups is 0"),
        (
            message(&Conv { padding: Padding::default(), ..plain.clone() }, &[1, 1, 7], &[1, 1, 2]),
            "padding has 0 entries",
        ),
    ] {
        assert!(error.to_string().contains(text), "{error}");
        assert_eq!(error.code(), if text.starts_with("groups is") { "value" } else { "shape" });
    }
    let wide = Padding { amounts: vec![(usize::MAX, 1)], mode: PaddingMode::Zeros };
    assert_eq!(message(&Conv { padding: wide, ..plain }, &[1, 1, 7], &[1, 1, 2]).code(), "too_large");
}
