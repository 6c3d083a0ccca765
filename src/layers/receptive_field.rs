//! The receptive field of stacked windows: arithmetic alone, along one axis.

use std::ops::RangeInclusive;

use super::{LayerError, Window};

/// One layer of a stack, as far as its reach goes: a convolution or a pooling.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sliding {
    /// The window.
    pub window: Window,
    /// Cells added at each end.
    pub padding: usize,
}

/// One row of a stack: the input, or what a layer gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FieldRow {
    /// How many cells it has.
    pub size: usize,
    /// How many inputs lie from the field of one cell to that of the next, `j`.
    pub jump: i64,
    /// How many inputs lie from the first that a cell can see to the last, both counted, `r`.
    pub field: i64,
    /// The first input in the field of the first cell; negative where that lies in the padding.
    pub first: i64,
}

impl FieldRow {
    /// The first and the last input in the field of a cell.
    pub fn range(&self, cell: usize) -> (i64, i64) {
        let first = self.first + cell as i64 * self.jump;
        (first, first + self.field - 1)
    }

    /// The middle of the field of the first cell, counted in inputs.
    pub fn centre(&self) -> f64 {
        self.first as f64 + (self.field - 1) as f64 / 2.0
    }
}

/// The receptive fields of stacked windows.
///
/// From one row to the next, with kernel k, stride s, dilation d and p cells of padding at each end:
///
/// - `r ← r + (k − 1)·d·j` (how much of the input one cell sees),
/// - `j ← j·s` (how far apart neighbours look),
/// - `start ← start − p·j` (where the first cell looks, with the j from before).
///
/// # Errors
/// Where a window does not fit what it slides over.
///
/// Dumoulin and Visin, “A guide to convolution arithmetic for deep learning” (2016); Araujo, Norris and Sim, “Computing receptive
/// fields of convolutional neural networks” (2019).
///
/// ```
/// use layerscope::layers::{ReceptiveField, Sliding, Window};
/// let conv3 = Sliding { window: Window { kernel: 3, stride: 1, dilation: 1 }, padding: 0 };
/// let stack = ReceptiveField::new(vec![conv3; 3], 9)?;
/// assert_eq!(stack.rows()[3].field, 7);
/// # Ok::<(), layerscope::layers::LayerError>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct ReceptiveField {
    layers: Vec<Sliding>,
    rows: Vec<FieldRow>,
}

impl ReceptiveField {
    /// The fields of these layers, from below, over an input of so many cells.
    ///
    /// # Errors
    /// As above.
    pub fn new(layers: Vec<Sliding>, input: usize) -> Result<Self, LayerError> {
        let mut stack = Self::input(input);
        let mut row = stack.rows[0];
        for Sliding { window, padding } in &layers {
            row = FieldRow {
                size: window.outputs(row.size + 2 * padding)?,
                jump: row.jump * window.stride as i64,
                field: row.field + (window.span() - 1) as i64 * row.jump,
                first: row.first - *padding as i64 * row.jump,
            };
            stack.rows.push(row);
        }
        stack.layers = layers;
        Ok(stack)
    }

    /// The input alone: each cell sees itself.
    pub fn input(size: usize) -> Self {
        Self { layers: Vec::new(), rows: vec![FieldRow { size, jump: 1, field: 1, first: 0 }] }
    }

    /// The input, and then a row for each layer.
    pub fn rows(&self) -> &[FieldRow] {
        &self.rows
    }

    /// The layers, from below.
    pub fn layers(&self) -> &[Sliding] {
        &self.layers
    }

    /// Which cells a cell can see, in each row from the input up to its own: ascending, with gaps where a window has them.
    pub fn sees(&self, row: usize, cell: usize) -> Vec<Vec<usize>> {
        let mut seen = vec![vec![cell]];
        for (layer, below) in self.layers[..row].iter().zip(&self.rows).rev() {
            let mut cells = Vec::new();
            for &cell in &seen[seen.len() - 1] {
                for tap in 0..layer.window.kernel {
                    let read = layer.window.reads(cell, tap).checked_sub(layer.padding);
                    cells.extend(read.filter(|read| *read < below.size));
                }
            }
            seen.push(sorted(cells));
        }
        seen.reverse();
        seen
    }

    /// Which cells a cell reaches, in each row from its own up to the last.
    pub fn reaches(&self, row: usize, cell: usize) -> Vec<Vec<usize>> {
        let mut reached = vec![vec![cell]];
        for (layer, above) in self.layers.iter().zip(&self.rows[1..]).skip(row) {
            let mut cells = Vec::new();
            for &cell in &reached[reached.len() - 1] {
                for (output, _) in layer.window.readers(cell + layer.padding, above.size) {
                    cells.push(output);
                }
            }
            reached.push(sorted(cells));
        }
        reached
    }

    /// How many inputs these layers can have, so that no row is empty nor has more than `most` cells; nothing where there is no
    /// such number.
    pub fn inputs(layers: &[Sliding], most: usize) -> Option<RangeInclusive<usize>> {
        let (mut least, mut largest) = (1, most as i64);
        for Sliding { window, padding } in layers.iter().rev() {
            let (stride, missing) = (window.stride as i64, window.span() as i64 - 2 * *padding as i64);
            least = ((least - 1) * stride + missing).max(1);
            largest = (largest * stride + missing - 1).min(most as i64);
            if least > largest {
                return None;
            }
        }
        Some(least as usize..=largest as usize)
    }
}

fn sorted(mut cells: Vec<usize>) -> Vec<usize> {
    cells.sort_unstable();
    cells.dedup();
    cells
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::layers::{Conv, Padding, PaddingMode, Pool, Pooling, Tensor};

    fn sliding(kernel: usize, stride: usize, dilation: usize, padding: usize) -> Sliding {
        Sliding { window: Window { kernel, stride, dilation }, padding }
    }

    fn last(layers: &[Sliding], input: usize) -> FieldRow {
        let stack = ReceptiveField::new(layers.to_vec(), input).expect("fits");
        *stack.rows().last().expect("a row")
    }

    #[test]
    fn the_fields_of_known_networks() {
        let (conv3, pool2) = (sliding(3, 1, 1, 1), sliding(2, 2, 1, 0));
        for (layers, input, field, jump) in [
            (vec![sliding(3, 1, 1, 0); 3], 12, 7, 1),
            (vec![sliding(7, 1, 1, 0)], 12, 7, 1),
            ([1, 2, 4, 8].map(|dilation| sliding(2, 1, dilation, 0)).to_vec(), 20, 16, 1),
            // VGG-16 up to its second and to its last pooling; ResNet's stem.
            ([conv3, conv3, pool2].repeat(2), 32, 16, 4),
            ([[conv3, conv3, pool2].repeat(2), [conv3, conv3, conv3, pool2].repeat(3)].concat(), 224, 212, 32),
            (vec![sliding(7, 2, 1, 3), sliding(3, 2, 1, 1)], 224, 11, 4),
        ] {
            let row = last(&layers, input);
            assert_eq!((row.field, row.jump), (field, jump), "{layers:?}");
        }
        let stem = last(&[sliding(7, 2, 1, 3), sliding(3, 2, 1, 1)], 224);
        assert_eq!((stem.size, stem.first, stem.centre()), (56, -5, 0.0));
    }

    #[test]
    fn a_dilated_window_sees_with_gaps() {
        let stack = ReceptiveField::new(vec![sliding(3, 1, 4, 0), sliding(2, 1, 1, 0)], 12).expect("fits");
        assert_eq!(stack.sees(2, 1)[0], [1, 2, 5, 6, 9, 10]);
        assert_eq!(stack.reaches(0, 5)[2], [0, 1]);
        assert!(ReceptiveField::new(vec![sliding(3, 1, 4, 0)], 8).is_err());
    }

    /// What reaches each output when one input alone is not zero: with positive weights nothing cancels.
    fn answer(layers: &[(bool, Sliding)], input: usize, at: usize) -> Vec<usize> {
        let mut row = Tensor::zeros(vec![1, 1, input]);
        row[[0, 0, at]] = 1.0;
        for (pools, Sliding { window, padding }) in layers {
            let (windows, padding) = (vec![*window], vec![(*padding, *padding)]);
            row = if *pools {
                Pool { windows, padding, ..Pool::plain(Pooling::Average, &[1]) }.forward(&row).expect("fits")
            } else {
                let padding = Padding { amounts: padding, mode: PaddingMode::Zeros };
                let weight = Tensor::from_elem(vec![1, 1, window.kernel], 0.5);
                Conv { windows, groups: 1, padding }.forward(&row, &weight, None).expect("fits")
            };
        }
        row.iter().enumerate().filter(|(_, value)| **value != 0.0).map(|(at, _)| at).collect()
    }

    proptest! {
        #[test]
        fn is_what_the_layers_do(
            drawn in prop::collection::vec((any::<bool>(), 1_usize..5, 1_usize..4, 1_usize..4, 0_usize..4), 1..=4),
            spare in 0_usize..24,
        ) {
            let layers: Vec<(bool, Sliding)> = drawn
                .into_iter()
                .map(|(pools, kernel, stride, dilation, padding)| {
                    let most = if pools { (kernel - usize::from(dilation > 1)) / 2 } else { padding };
                    (pools, sliding(kernel, stride, dilation, padding.min(most)))
                })
                .collect();
            let slides: Vec<Sliding> = layers.iter().map(|(_, layer)| *layer).collect();
            let legal = ReceptiveField::inputs(&slides, 120);
            prop_assume!(legal.is_some());
            let legal = legal.expect("assumed");
            let input = (legal.start() + spare).min(*legal.end());
            let stack = ReceptiveField::new(slides, input).expect("fits");
            let (top, rows) = (layers.len(), stack.rows());
            prop_assert!(rows.iter().all(|row| (1..=120).contains(&row.size)));
            let mut seen = vec![Vec::new(); rows[top].size];
            for at in 0..input {
                let reached = answer(&layers, input, at);
                prop_assert_eq!(&stack.reaches(0, at)[top], &reached, "input {}", at);
                reached.into_iter().for_each(|output| seen[output].push(at));
            }
            for (output, inputs) in seen.into_iter().enumerate() {
                let (first, last) = rows[top].range(output);
                prop_assert!(inputs.iter().all(|at| (first..=last).contains(&(*at as i64))));
                if layers.iter().all(|(_, layer)| layer.padding == 0) {
                    let ends = inputs.first().zip(inputs.last());
                    prop_assert_eq!(ends, Some((&(first as usize), &(last as usize))), "output {}", output);
                }
                prop_assert_eq!(&stack.sees(top, output)[0], &inputs, "output {}", output);
            }
        }

        #[test]
        fn knows_which_inputs_fit(
            drawn in prop::collection::vec((1_usize..6, 1_usize..4, 1_usize..5, 0_usize..6), 1..=4),
        ) {
            let layers: Vec<Sliding> = drawn.into_iter().map(|(k, s, d, p)| sliding(k, s, d, p)).collect();
            let legal = ReceptiveField::inputs(&layers, 30);
            for input in 1..=30 {
                let stack = ReceptiveField::new(layers.clone(), input);
                let fits = stack.is_ok_and(|stack| stack.rows().iter().all(|row| (1..=30).contains(&row.size)));
                prop_assert_eq!(fits, legal.as_ref().is_some_and(|legal| legal.contains(&input)), "{}", input);
            }
        }
    }
}
