//! Layers as wires: which numbers each output reads, and which wires share a weight.
//!
//! Here the inductive bias of a layer can be seen. In a dense layer every output has a wire, with a weight of its own, from every
//! input. A convolution has wires from neighbours alone, and the same few weights everywhere: that is why it commutes with a
//! shift. A sum over neighbours in a graph has wires along edges, wherever a node stands in the list: that is why it commutes
//! with new names for the nodes. What does not commute is told as a number: the mean size of the difference.

mod explain;
mod order;

pub use order::Order;

use super::{LayerError, Misfit, Tensor, expect_size, numbers, tensor};

/// A layer as wires. Places are counted row by row, through all axes.
#[derive(Clone, Debug, PartialEq)]
pub enum Wiring {
    /// Each output is one number of the input, in another order.
    Copies(Order),
    /// `y[o] = Σ_i w[o, π(i)] · x[i]`: as many outputs as inputs, every wire with its own weight.
    Dense(Order),
    /// `y[i, j] = Σ_c Σ_n Σ_m w[c, n, m] · x[c, i + n − ⌊k/2⌋, j + m − ⌊k/2⌋]`, going round at the edges.
    Convolution {
        /// Channels that are summed up.
        channels: usize,
        /// Rows, and columns.
        size: usize,
        /// Rows and columns of the kernel.
        kernel: usize,
    },
    /// `∂E/∂x[u, v] = Σ_n Σ_m g[u − n + ⌊k/2⌋, v − m + ⌊k/2⌋] · w[n, m]`, of the convolution of one channel.
    ByInput {
        /// Rows, and columns.
        size: usize,
        /// Rows and columns of the kernel.
        kernel: usize,
    },
    /// `∂E/∂w[n, m] = Σ_i Σ_j g[i, j] · x[i + n − ⌊k/2⌋, j + m − ⌊k/2⌋]`, of the convolution of one channel.
    ByKernel {
        /// Rows, and columns.
        size: usize,
        /// Rows and columns of the kernel.
        kernel: usize,
    },
    /// `y[i, j] = max x[i·s + n, j·s + m]` over windows of s × s, side by side.
    Largest {
        /// Rows, and columns.
        size: usize,
        /// Rows and columns of the window.
        window: usize,
    },
    /// `h[v, f] = Σ_u a[v, u] · x[u, f]`: the sum over the nodes that an edge leads to.
    Neighbours {
        /// How many nodes.
        nodes: usize,
        /// Numbers of each node.
        features: usize,
    },
    /// `δ[i] = a[i] − b[π(i)]`: what is different between two ways.
    Difference(Order),
    /// `Σ_i |δ[i]| / n`, of so many numbers.
    MeanSize(usize),
}

/// What becomes of the numbers at an output's wires.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Join {
    Copy,
    Products,
    Largest,
    Difference,
    MeanSize,
}

impl Wiring {
    /// How many outputs there are.
    pub fn outputs(&self) -> usize {
        match self {
            Self::Copies(order) | Self::Dense(order) | Self::Difference(order) => order.len(),
            Self::Convolution { size, .. } | Self::ByInput { size, .. } => size * size,
            Self::ByKernel { kernel, .. } => kernel * kernel,
            Self::Largest { size, window } => (size / window) * (size / window),
            Self::Neighbours { nodes, features } => nodes * features,
            Self::MeanSize(_) => 1,
        }
    }

    fn join(&self) -> Join {
        match self {
            Self::Copies(_) => Join::Copy,
            Self::Largest { .. } => Join::Largest,
            Self::Difference(_) => Join::Difference,
            Self::MeanSize(_) => Join::MeanSize,
            _ => Join::Products,
        }
    }

    /// Visits the wires of an output in the order of the formula: the place read in the first tensor, and in the second. Where a
    /// layer reads one tensor alone, the second place says nothing.
    fn each_wire(&self, output: usize, visit: &mut dyn FnMut([usize; 2])) {
        match self {
            Self::Copies(order) => visit([order.source(output), 0]),
            Self::Difference(order) => visit([output, order.source(output)]),
            Self::MeanSize(numbers) => (0..*numbers).for_each(|place| visit([place, 0])),
            Self::Dense(order) => {
                let weights = output * order.len();
                (0..order.len()).for_each(|input| visit([weights + order.source(input), input]));
            }
            &Self::Convolution { channels, size, kernel } => {
                for tap in 0..channels * kernel * kernel {
                    let channel = tap / (kernel * kernel) * size * size;
                    visit([tap, channel + around(output, tap % (kernel * kernel), size, kernel)]);
                }
            }
            &Self::ByInput { size, kernel } => {
                let (row, column, half) = (output / size, output % size, kernel / 2);
                for tap in 0..kernel * kernel {
                    let [i, j] = [(row, tap / kernel), (column, tap % kernel)]
                        .map(|(at, tap)| (at + kernel * size + half - tap) % size);
                    visit([i * size + j, tap]);
                }
            }
            &Self::ByKernel { size, kernel } => {
                (0..size * size).for_each(|place| visit([place, around(place, output, size, kernel)]));
            }
            &Self::Largest { size, window } => {
                let across = size / window;
                let first = output / across * window * size + output % across * window;
                (0..window * window).for_each(|cell| visit([first + cell / window * size + cell % window, 0]));
            }
            &Self::Neighbours { nodes, features } => {
                let (node, feature) = (output / features, output % features);
                (0..nodes).for_each(|from| visit([node * nodes + from, from * features + feature]));
            }
        }
    }

    /// The outputs, as a tensor of this shape. A layer that reads one tensor alone is given it twice.
    ///
    /// # Errors
    /// Where a wire begins outside a tensor, or the shape has not as many cells as there are outputs.
    pub fn forward(&self, sources: [&Tensor; 2], shape: &[usize]) -> Result<Tensor, LayerError> {
        let numbers = sources.map(numbers);
        let mut output = vec![0.0; shape.iter().product()];
        expect_size("the number of outputs", output.len(), self.outputs())?;
        let mut outside = None;
        for (at, cell) in output.iter_mut().enumerate() {
            let (join, mut count) = (self.join(), 0_u32);
            let mut total = if join == Join::Largest { f64::NEG_INFINITY } else { 0.0 };
            self.each_wire(at, &mut |reads| {
                let [a, b] = [0, 1].map(|slot: usize| {
                    let number = numbers[slot].get(reads[slot]).copied();
                    outside = outside.or(number.is_none().then_some((reads[slot] + 1, numbers[slot].len())));
                    f64::from(number.unwrap_or_default())
                });
                count += 1;
                total = match join {
                    Join::Copy => a,
                    Join::Products => total + a * b,
                    Join::Largest => total.max(a),
                    Join::Difference => a - b,
                    Join::MeanSize => total + a.abs(),
                };
            });
            *cell = if join == Join::MeanSize { total / f64::from(count) } else { total } as f32;
        }
        match outside {
            Some((expected, got)) => Err(Misfit::Mismatch { what: "the number of inputs", expected, got }.into()),
            None => Ok(tensor(shape, output)),
        }
    }

    /// The outputs that read a place of the first tensor (`slot` 0) or of the second.
    pub fn reached(&self, slot: usize, place: usize) -> Vec<usize> {
        if let Self::Dense(order) = self {
            // An input reaches all outputs, a weight its own: no need to look at every wire.
            return if slot == 0 { vec![place / order.len().max(1)] } else { (0..order.len()).collect() };
        }
        let reads = |output: &usize| {
            let mut found = false;
            self.each_wire(*output, &mut |reads| found |= reads[slot] == place);
            found
        };
        (0..self.outputs()).filter(reads).collect()
    }
}

/// The place that a tap of the kernel reads, going round at the edges.
fn around(output: usize, tap: usize, size: usize, kernel: usize) -> usize {
    let read = |at: usize, tap: usize| (at + tap + size * kernel - kernel / 2) % size;
    read(output / size, tap / kernel) * size + read(output % size, tap % kernel)
}

#[cfg(test)]
mod tests;
