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
    /// None of these: indices, sizes.
    Plain,
}
