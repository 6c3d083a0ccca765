//! Why pooling's numbers are what they are, forward and backward.

use super::{Pool, Pooling};
use crate::explain::{Explanation, Expr, Function, Index, Stage};
use crate::layers::notation::{CHANNEL, Letters, anywhere, general, letters, sum_below, sum_over};

/// The largest of its arguments.
pub const MAX: Function = Function {
    name: "max",
    spoken: "the largest of",
    apply: |numbers| numbers.iter().copied().fold(f64::NEG_INFINITY, f64::max),
};
/// The smallest of its arguments.
pub const MIN: Function = Function {
    name: "min",
    spoken: "the smallest of",
    apply: |numbers| numbers.iter().copied().fold(f64::INFINITY, f64::min),
};

impl Pool {
    /// Why an output is what it is: the largest or the smallest number of its window, or their average.
    pub fn explain(&self, input: &Stage, output: &Stage, at: Index) -> Explanation {
        let position = output.position(at);
        let cells = self.reads(input.full_shape(), &position).positions().map(|cell| input.at(&cell)).collect();
        let Letters { tap, kernel, .. } = letters(self.windows.len());
        let read = self.general_read(input);
        let (rule, made_from) = match self.pooling {
            Pooling::Max => (Expr::call(MAX, read), Expr::Call(MAX, cells)),
            Pooling::Min => (Expr::call(MIN, read), Expr::Call(MIN, cells)),
            Pooling::Average => {
                let sum = tap.iter().zip(kernel).rev().fold(read, |body, (tap, kernel)| sum_below(tap, kernel, body));
                let all = self.general_count();
                let count = Expr::Number(self.counted(input.full_shape(), &position) as f64);
                (sum.over(all), Expr::Sum(cells).over(count))
            }
        };
        Explanation::computed(
            output,
            &position,
            general(output, &any(output, |letters| letters.position)),
            rule,
            made_from,
        )
    }

    /// Why the gradient at an input is what it is: the sum over the windows that it won, or its share of those that read it.
    pub fn explain_gradient(&self, input: &Stage, upstream: &Stage, gradient: &Stage, at: Index) -> Explanation {
        let position = gradient.position(at);
        let term = |output: Vec<usize>| {
            let g = upstream.at(&output);
            match self.pooling {
                Pooling::Average => Some(g.over(Expr::Number(self.counted(input.full_shape(), &output) as f64))),
                _ => (self.winner_of(input, &output).as_ref() == Some(&position)).then_some(g),
            }
        };
        let readers = self.readers(input.full_shape(), upstream.full_shape(), &position);
        let mut terms = Vec::new();
        for output in readers.positions() {
            terms.extend(term(output));
        }
        let g = general(upstream, &any(upstream, |letters| letters.position));
        let rule = match self.pooling {
            Pooling::Average => sum_over("windows", g.over(self.general_count())),
            _ => sum_over("won", g),
        };
        Explanation::computed(
            gradient,
            &position,
            general(gradient, &any(gradient, |letters| letters.cell)),
            rule,
            Expr::Sum(terms),
        )
    }

    /// N M: how many cells an average counts; a letter of its own where windows at the rim count fewer.
    fn general_count(&self) -> Expr {
        let padded = self.padding.iter().any(|(before, after)| before + after > 0);
        if self.ceil_mode || padded && !self.count_include_pad {
            return Expr::variable("count");
        }
        let kernel = letters(self.windows.len()).kernel;
        Expr::Product(kernel.iter().map(|kernel| Expr::variable(kernel)).collect())
    }

    /// x_{c, t·s + j·d − p}
    fn general_read(&self, input: &Stage) -> Expr {
        let Letters { position, tap, .. } = letters(self.windows.len());
        let mut at = any(input, |letters| letters.cell);
        let lead = at.len() - self.windows.len().min(at.len());
        for (axis, slot) in at[lead..].iter_mut().enumerate() {
            let (window, before) = (self.windows[axis], self.padding[axis].0);
            let scaled = |letter: &'static str, by: usize| match by {
                1 => Expr::variable(letter),
                by => Expr::Number(by as f64).times(Expr::variable(letter)),
            };
            let mut terms = vec![scaled(position[axis], window.stride), scaled(tap[axis], window.dilation)];
            if before > 0 {
                terms.push(Expr::Number(before as f64).negative());
            }
            *slot = Expr::Sum(terms);
        }
        general(input, &at)
    }
}

fn any(stage: &Stage, space: fn(Letters) -> &'static [&'static str]) -> Vec<Expr> {
    anywhere(stage.full_shape().len(), CHANNEL, space)
}
