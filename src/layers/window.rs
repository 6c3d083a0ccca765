//! The sliding window, along one axis: one for convolution and pooling alike.

use super::{LayerError, Misfit};

/// A window that slides along one axis.
///
/// Output `t` reads the cells `t·s + j·d` of the padded input, for the taps `j` from 0 to `k − 1`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    /// How many cells it reads, `k`.
    pub kernel: usize,
    /// How far it moves from one output to the next, `s`.
    pub stride: usize,
    /// The distance between the cells that it reads, `d`.
    pub dilation: usize,
}

impl Window {
    /// How many cells lie from the first tap to the last, both counted: `(k − 1)·d + 1`.
    pub fn span(&self) -> usize {
        self.kernel.saturating_sub(1).saturating_mul(self.dilation).saturating_add(1)
    }

    /// How many outputs there are over `input` cells (padding counted in): `⌊(n − span) / s⌋ + 1`.
    ///
    /// # Errors
    /// Where the window spans more cells than there are, or a number is zero.
    ///
    /// ```
    /// use layerscope::layers::Window;
    /// let window = Window { kernel: 3, stride: 2, dilation: 1 };
    /// assert_eq!(window.outputs(8), Ok(3));
    /// ```
    pub fn outputs(&self, input: usize) -> Result<usize, LayerError> {
        for (number, name) in [(self.kernel, "kernel"), (self.stride, "stride"), (self.dilation, "dilation")] {
            if number == 0 {
                return Err(Misfit::Zero(name).into());
            }
        }
        let Self { kernel, dilation, .. } = *self;
        match input.checked_sub(self.span()) {
            Some(room) => Ok(room / self.stride + 1),
            None => Err(Misfit::Window { kernel, dilation, span: self.span(), input }.into()),
        }
    }

    /// The cell of the padded input that a tap reads for an output.
    pub fn reads(&self, output: usize, tap: usize) -> usize {
        output * self.stride + tap * self.dilation
    }

    /// The outputs that read a cell of the padded input, each with the tap that does, by rising output.
    pub fn readers(&self, cell: usize, outputs: usize) -> impl Iterator<Item = (usize, usize)> + use<> {
        let Self { kernel, stride, dilation } = *self;
        (0..kernel).rev().filter_map(move |tap| {
            let start = cell.checked_sub(tap.saturating_mul(dilation))?;
            (start % stride == 0 && start / stride < outputs).then_some((start / stride, tap))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn readers_are_the_inverse_of_reads() {
        for (kernel, stride, dilation, input) in
            [(3, 1, 1, 7), (2, 3, 2, 11), (5, 2, 1, 5), (1, 1, 1, 1), (4, 2, 3, 20)]
        {
            let window = Window { kernel, stride, dilation };
            let outputs = window.outputs(input).expect("fits");
            let mut forward: Vec<(usize, usize, usize)> = (0..outputs)
                .flat_map(|output| (0..kernel).map(move |tap| (window.reads(output, tap), output, tap)))
                .collect();
            forward.sort_unstable();
            let backward: Vec<_> = (0..input)
                .flat_map(|cell| window.readers(cell, outputs).map(move |(output, tap)| (cell, output, tap)))
                .collect();
            assert_eq!(forward, backward, "{window:?}");
        }
    }

    #[test]
    fn outputs_follow_the_formula() {
        for (input, kernel, stride, dilation, outputs) in [
            (3, 3, 1, 1, 1),
            (9, 3, 1, 1, 7),
            (9, 5, 1, 1, 5),
            (8, 2, 2, 1, 4),
            (9, 2, 2, 1, 4),
            (14, 4, 1, 3, 5),
            (5, 1, 9, 7, 1),
        ] {
            assert_eq!(Window { kernel, stride, dilation }.outputs(input), Ok(outputs));
        }
    }

    #[test]
    fn a_window_that_does_not_fit_says_so() {
        let window = Window { kernel: 5, stride: 1, dilation: 2 };
        assert_eq!(
            window.outputs(7).expect_err("too wide").to_string(),
            "kernel 5 with dilation 2 spans 9 cells, the padded input has 7"
        );
        assert_eq!(Window { stride: 0, ..window }.outputs(9), Err(Misfit::Zero("stride").into()));
        assert!(Window { dilation: usize::MAX, ..window }.outputs(9).is_err());
    }
}
