//! Layers with a memory.
//!
//! What a step makes of its input doesn't depend on the step before: that is computed for many steps at a time. Then, step by step,
//! what it makes of the state is added.

use crate::dense::Dense;
use crate::lanes::{LANES, Lanes};
use crate::smooth::{sigmoid, tanh};

/// For how many rows the products with the input are computed at a time.
const ROWS_AHEAD: usize = 32;

/// What a step does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cell {
    /// tanh of the sum.
    Tanh,
    /// ReLU of the sum.
    Relu,
    /// Long short-term memory, gates in PyTorch's order.
    Lstm,
    /// Gated recurrent units, gates in PyTorch's order; the reset gate acts behind the product.
    Gru,
    /// The same, but the reset gate acts in front of the product.
    GruResetFirst,
}

impl Cell {
    /// How many gates it has.
    pub fn gates(self) -> usize {
        match self {
            Self::Tanh | Self::Relu => 1,
            Self::Lstm => 4,
            Self::Gru | Self::GruResetFirst => 3,
        }
    }
}

/// The weights of a layer, stacked gate by gate.
#[derive(Clone, Copy, Debug)]
pub struct Weights<'a> {
    /// `[gates · hidden, inputs]`.
    pub input: &'a [f32],
    /// `[gates · hidden, hidden]`.
    pub state: &'a [f32],
    /// `[gates · hidden]`.
    pub input_bias: Option<&'a [f32]>,
    /// `[gates · hidden]`.
    pub state_bias: Option<&'a [f32]>,
}

/// A recurrent layer whose weights are packed.
#[derive(Clone, Debug)]
pub struct Recurrent {
    cell: Cell,
    inputs: usize,
    hidden: usize,
    of_input: Dense,
    of_state: Dense,
    /// What is multiplied with the state only once the reset gate has acted on it.
    of_reset: Option<Dense>,
}

impl Recurrent {
    /// Packs the weights of a layer that reads so many numbers at a step and remembers so many.
    pub fn new(cell: Cell, inputs: usize, hidden: usize, weights: Weights<'_>) -> Self {
        let rows = cell.gates() * hidden;
        let mut bias = weights.input_bias.map_or_else(|| vec![0.0; rows], <[f32]>::to_vec);
        let mut inner_bias = vec![0.0; rows];
        for (row, &of_state) in weights.state_bias.unwrap_or_default().iter().enumerate() {
            // The reset gate acts on this bias too.
            let inner = cell == Cell::Gru && row >= 2 * hidden;
            *if inner { &mut inner_bias[row] } else { &mut bias[row] } += of_state;
        }
        let late = if cell == Cell::GruResetFirst { hidden } else { 0 };
        let (early, late) = weights.state.split_at((rows - late) * hidden);
        Self {
            cell,
            inputs,
            hidden,
            of_input: Dense::new(inputs, weights.input, Some(&bias)),
            of_state: Dense::new(hidden, early, Some(&inner_bias[..early.len() / hidden])),
            of_reset: (!late.is_empty()).then(|| Dense::new(hidden, late, None)),
        }
    }

    /// Goes through a sequence `[steps, batch, inputs]`: writes the hidden state after every step into `output`, and leaves the last
    /// states, `[batch, hidden]` each, where the first were. `cells` are those of the LSTM, others have none.
    pub fn run(&self, input: &[f32], batch: usize, hidden: &mut [f32], cells: &mut [f32], output: &mut [f32]) {
        let (rows, size) = (self.cell.gates() * self.hidden, self.hidden);
        let steps = (ROWS_AHEAD / batch).clamp(1, output.len() / (batch * size));
        let mut from_input = vec![0.0; steps * batch * rows];
        let mut from_state = vec![0.0; batch * rows];
        let inputs = input.chunks(steps * batch * self.inputs);
        for (inputs, outputs) in inputs.zip(output.chunks_mut(steps * batch * size)) {
            let sums = &mut from_input[..outputs.len() / size * rows];
            self.of_input.run(inputs, sums);
            for (sums, output) in sums.chunks_exact_mut(batch * rows).zip(outputs.chunks_exact_mut(batch * size)) {
                self.of_state.run(hidden, &mut from_state[..batch * self.of_state.outputs()]);
                let of_state = from_state.chunks_exact(self.of_state.outputs());
                for (example, (sums, of_state)) in sums.chunks_exact_mut(rows).zip(of_state).enumerate() {
                    let here = example * size..(example + 1) * size;
                    let cells = cells.get_mut(here.clone()).unwrap_or_default();
                    self.step(sums, of_state, &hidden[here.clone()], cells, &mut output[here]);
                }
                hidden.copy_from_slice(output);
            }
        }
    }

    /// One step of one example.
    fn step(&self, of_input: &mut [f32], of_state: &[f32], before: &[f32], cells: &mut [f32], output: &mut [f32]) {
        let size = self.hidden;
        let sum =
            |gate: usize, at: usize| some(of_input, gate * size, size, at) + some(of_state, gate * size, size, at);
        let all = (0..size).step_by(LANES);
        match self.cell {
            Cell::Tanh => all.for_each(|at| keep(tanh(sum(0, at)), output, at)),
            Cell::Relu => all.for_each(|at| keep(sum(0, at).max(Lanes::zero()), output, at)),
            Cell::Lstm => all.for_each(|at| {
                let [input, forget, shown] = [0, 1, 3].map(|gate| sigmoid(sum(gate, at)));
                let cell = forget * some(cells, 0, size, at) + input * tanh(sum(2, at));
                keep(cell, cells, at);
                keep(shown * tanh(cell), output, at);
            }),
            Cell::Gru => all.for_each(|at| {
                let [reset, update] = [0, 1].map(|gate| sigmoid(sum(gate, at)));
                let new = tanh(some(of_input, 2 * size, size, at) + reset * some(of_state, 2 * size, size, at));
                keep(new + update * (some(before, 0, size, at) - new), output, at);
            }),
            Cell::GruResetFirst => {
                let mut reset = vec![0.0; size];
                let mut inner = vec![0.0; size];
                all.clone().for_each(|at| keep(sigmoid(sum(0, at)) * some(before, 0, size, at), &mut reset, at));
                if let Some(of_reset) = &self.of_reset {
                    of_reset.run(&reset, &mut inner);
                }
                all.for_each(|at| {
                    let new = tanh(some(of_input, 2 * size, size, at) + some(&inner, 0, size, at));
                    keep(new + sigmoid(sum(1, at)) * (some(before, 0, size, at) - new), output, at);
                });
            }
        }
    }
}

/// Four numbers of a gate from `at` on; behind its last one, zeros.
#[inline(always)]
fn some(numbers: &[f32], start: usize, size: usize, at: usize) -> Lanes {
    Lanes::load_some(&numbers[start + at..start + size])
}

#[inline(always)]
fn keep(lanes: Lanes, to: &mut [f32], at: usize) {
    let end = to.len().min(at + LANES);
    lanes.store(&mut to[at..end]);
}
