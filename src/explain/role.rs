//! What a number is in the network.

/// What a number is in the network. Each role keeps its colour on every picture and in every formula.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Role {
    /// Comes from outside: the layer's input, its padding.
    Input,
    /// Is learned: kernels, weights, biases.
    Weight,
    /// Is computed on the way.
    Intermediate,
    /// Leaves the layer.
    Output,
    /// Flows backward.
    Gradient,
    /// Decides what of other numbers passes, or is a memory: each its own of five colours.
    Gate(Gate),
    /// None of these: indices, sizes.
    Plain,
}

/// The parts of a layer with a memory.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Gate {
    /// What is kept, or reset.
    Forget,
    /// What is taken in, or updated.
    Input,
    /// What is shown.
    Output,
    /// What could be taken in.
    Candidate,
    /// The memory itself.
    Memory,
}

impl Gate {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Forget, Self::Input, Self::Output, Self::Candidate, Self::Memory];

    /// As the style sheet calls it.
    pub fn name(self) -> &'static str {
        ["forget", "input-gate", "output-gate", "candidate", "memory"][self as usize]
    }
}
