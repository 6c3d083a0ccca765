//! The layers on a graphics card, by WebGPU.
//!
//! What a layer asks of the card is a [`Program`]: plain data, made here from the layer and the shape of its input. It holds arrays
//! and calls, each a shader's text with the arrays that it is bound to and how many workgroups run. Sizes stand in the text as
//! constants, and sums under names of their own instead of in lists, so that the compiler knows every loop and keeps what is added up
//! in registers. A chain of layers is one program: nothing is read back in between.
//!
//! | shader | what it computes |
//! | --- | --- |
//! | `conv.wgsl` | a convolution of few channels, every thread up to eight channels at four places side by side |
//! | `product.wgsl` | a matrix product in tiles, every thread 4 × 4 or 8 × 8 sums: `dense.wgsl` and, for many channels, `conv_product.wgsl` say what its rows and columns are |
//! | `pool.wgsl` | a pooling, every thread a window |
//! | `links.wgsl` | what the neighbours of a node hold, over compressed sparse rows |
//! | `each.wgsl` | an activation, or a sum, number by number |
//! | `frame.wgsl` | the planes of a picture, from a frame of a video |
//! | `paint.wgsl` | the colours of maps on a canvas, from the arrays of a program |
//! | `graph.wgsl` | how much of each pixel a graph's edges and nodes cover, every thread one of them |
//! | `graph_paint.wgsl` | the colours of these pixels on a canvas |
//!
//! A layer that is computed one step after the other has no shader: a card would be asked for every step, which takes longer than the
//! step. Nor have gradients. What has no program is computed by the CPU.

#[cfg(any(target_arch = "wasm32", feature = "vulkan"))]
mod card;
mod conv;
mod dense;
mod each;
mod frame;
mod graph;
#[cfg(target_arch = "wasm32")]
mod lent;
mod pace;
mod paint;
mod pool;
mod program;
mod relational;
mod space;

use super::Layer;
#[cfg(any(target_arch = "wasm32", feature = "vulkan"))]
pub use card::{Card, Fault, Loaded};
#[cfg(target_arch = "wasm32")]
pub use frame::Reel;
pub use frame::planes_of_frame;
pub use graph::{COLOURS, GRAPH, PIECE};
#[cfg(target_arch = "wasm32")]
pub use lent::{Compared, Lent, compare, lend};
pub use pace::Pace;
pub use paint::PAINT;
#[cfg(target_arch = "wasm32")]
pub use paint::{Screen, Sheet};
pub use program::{Call, Program, Room};

/// Which array of a program holds what a chain of layers gives, and its shape.
pub type Given = (usize, Vec<usize>);

impl Program {
    /// What a layer asks of the card; nothing where only the CPU knows what to do.
    pub fn of(layer: &Layer, input: &[usize]) -> Option<Self> {
        let mut program = Self::new(input);
        program.then(layer)?;
        Some(program)
    }

    /// What several chains of layers ask of the card that read one input, and what each of them gives.
    pub fn of_chains<'a>(input: &[usize], chains: impl IntoIterator<Item = &'a [Layer]>) -> Option<(Self, Vec<Given>)> {
        let mut program = Self::new(input);
        let mut given = Vec::new();
        for chain in chains {
            program.give(0, input.to_vec());
            for layer in chain {
                program.then(layer)?;
            }
            given.push((program.output, program.shape.clone()));
        }
        Some((program, given))
    }

    /// Puts a layer behind those before it.
    pub fn then(&mut self, layer: &Layer) -> Option<()> {
        match layer {
            Layer::Dense { weight, bias } => dense::put(self, weight, bias.as_ref()),
            Layer::Activation(activation) => each::activation(self, *activation),
            Layer::Conv { conv, weight, bias } => conv::put(self, conv, weight, bias.as_ref()),
            Layer::Pool(pool) => pool::put(self, pool),
            Layer::Relational(passing) => relational::put(self, passing),
            Layer::Pad(_) | Layer::Recurrent(_) => None,
        }
    }
}
