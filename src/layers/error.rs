//! What can be wrong with what a layer is given.

use std::fmt::Display;

use thiserror::Error;

use crate::explain::listed;

/// Why a layer cannot compute.
///
/// It is one pointer wide: nearly every function of a layer may return one, and hardly ever does.
#[derive(Clone, Debug, PartialEq, Error)]
#[error("{0}")]
pub struct LayerError(Box<Misfit>);

/// What does not fit. Each sentence carries the numbers.
#[derive(Clone, Debug, PartialEq, Error)]
pub enum Misfit {
    /// A tensor has another number of axes than the layer takes.
    #[error("{tensor} has shape [{}]; {expected}", listed(shape))]
    Rank {
        /// Which tensor.
        tensor: &'static str,
        /// The shape it has.
        shape: Vec<usize>,
        /// What the layer takes.
        expected: &'static str,
    },
    /// A tensor has another shape than it must.
    #[error("{tensor} has shape [{}]; it must be [{}]", listed(got), listed(expected))]
    Shape {
        /// Which tensor.
        tensor: &'static str,
        /// The shape it has.
        got: Vec<usize>,
        /// The shape it must have.
        expected: Vec<usize>,
    },
    /// Two sizes that must agree don't.
    #[error("{what} must be {expected}, but is {got}")]
    Mismatch {
        /// Which size.
        what: &'static str,
        /// What it must be.
        expected: usize,
        /// What it is.
        got: usize,
    },
    /// A list with an entry for each axis has another length than there are axes.
    #[error("{key} has {got} entries, there are {axes} axes for them")]
    Axes {
        /// Which list.
        key: &'static str,
        /// Its length.
        got: usize,
        /// How many axes there are.
        axes: usize,
    },
    /// A window reaches further than what it slides over.
    #[error("kernel {kernel} with dilation {dilation} spans {span} cells, the padded input has {input}")]
    Window {
        /// Cells that the window reads.
        kernel: usize,
        /// Distance between them.
        dilation: usize,
        /// From the first to the last.
        span: usize,
        /// How many there are.
        input: usize,
    },
    /// A count that must not be zero is.
    #[error("{0} is 0; it takes a whole number from 1")]
    Zero(&'static str),
    /// Groups must divide the channels evenly.
    #[error("{groups} groups do not divide {channels} {of} channels evenly")]
    Groups {
        /// How many groups.
        groups: usize,
        /// How many channels.
        channels: usize,
        /// Whose: input or output.
        of: &'static str,
    },
    /// An axis without cells has nothing to copy.
    #[error("padding_mode {mode} copies cells of the input, but axis {axis} has none")]
    NothingToCopy {
        /// How padding is filled.
        mode: &'static str,
        /// Which axis of the input.
        axis: usize,
    },
    /// A window of a pooling lies in the padding alone.
    #[error("output {output} along axis {axis} would read padding alone; padding must be narrower than the kernel")]
    EmptyWindow {
        /// Which axis in space.
        axis: usize,
        /// Which output along it.
        output: usize,
    },
    /// A class that the scores know nothing of.
    #[error("class {class} has no score; there are {classes} classes, counted from 0")]
    Class {
        /// Which.
        class: usize,
        /// How many have a score.
        classes: usize,
    },
    /// An edge leads to a node that is not there.
    #[error("edge {edge} leads from node {from} to node {to}, but there are {nodes} nodes, counted from 0")]
    Edge {
        /// Which edge.
        edge: usize,
        /// Where it begins.
        from: usize,
        /// Where it ends.
        to: usize,
        /// How many nodes there are.
        nodes: usize,
    },
    /// A file that the computation needs is not there, or is not what it should be.
    #[error("{file} cannot be used: {why}")]
    File {
        /// Its name.
        file: &'static str,
        /// What is wrong with it.
        why: String,
    },
    /// A tensor would not fit the address space.
    #[error("{tensor} would have shape [{}]: too large for memory", listed(shape))]
    TooLarge {
        /// Which tensor.
        tensor: &'static str,
        /// The shape it would have.
        shape: Vec<usize>,
    },
}

impl From<Misfit> for LayerError {
    fn from(misfit: Misfit) -> Self {
        Self(Box::new(misfit))
    }
}

impl LayerError {
    pub(crate) fn rank(tensor: &'static str, shape: &[usize], expected: &'static str) -> Self {
        Misfit::Rank { tensor, shape: shape.to_vec(), expected }.into()
    }

    pub(crate) fn file(file: &'static str, why: &dyn Display) -> Self {
        Misfit::File { file, why: why.to_string() }.into()
    }

    /// What does not fit.
    pub fn misfit(&self) -> &Misfit {
        &self.0
    }

    /// The code in `compute`'s answer: `shape`, `value`, `too_large` or `file`.
    pub fn code(&self) -> &'static str {
        match self.misfit() {
            Misfit::Zero(_) | Misfit::Edge { .. } => "value",
            Misfit::TooLarge { .. } => "too_large",
            Misfit::File { .. } => "file",
            _ => "shape",
        }
    }
}
