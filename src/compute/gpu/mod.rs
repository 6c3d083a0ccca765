//! The layers on a graphics card, by WebGPU.
//!
//! What a layer asks of the card is a [`Program`]: plain data, made here from the layer and the shape of its input. It holds arrays
//! and calls, each a shader's text with the arrays that it is bound to and how many workgroups run. Sizes stand in the text as
//! constants, so that the compiler knows every loop. A chain of layers is one program: nothing is read back in between.
//!
//! | shader | what it computes |
//! | --- | --- |
//! | `conv.wgsl` | a convolution of few channels, every thread up to four channels of one place |
//! | `product.wgsl` | a matrix product in tiles, every thread 4 × 4 or 8 × 8 sums: `dense.wgsl` and, for many channels, `conv_product.wgsl` say what its rows and columns are |
//! | `pool.wgsl` | a pooling, every thread a window |
//! | `links.wgsl` | what the neighbours of a node hold, over compressed sparse rows |
//! | `each.wgsl` | an activation, or a sum, number by number |
//! | `graph.wgsl` | the picture of a graph on a canvas: its edges, its nodes, and the colour of each pixel |
//!
//! A layer that is computed one step after the other has no shader: a card would be asked for every step, which takes longer than the
//! step. Nor have gradients. What has no program is computed by the CPU.

#[cfg(any(target_arch = "wasm32", feature = "vulkan"))]
mod card;
mod conv;
mod dense;
mod each;
mod graph;
#[cfg(target_arch = "wasm32")]
mod lent;
mod pace;
mod pool;
mod program;
mod relational;
mod space;

use super::Layer;
#[cfg(any(target_arch = "wasm32", feature = "vulkan"))]
pub use card::{Card, Fault, Loaded};
pub use graph::shaders as shaders_of_graphs;
#[cfg(target_arch = "wasm32")]
pub use graph::{Easel, Look};
#[cfg(target_arch = "wasm32")]
pub use lent::{Lent, lend};
pub use pace::Pace;
pub use program::{Call, Program, Room};

impl Program {
    /// What a layer asks of the card; nothing where only the CPU knows what to do.
    pub fn of(layer: &Layer, input: &[usize]) -> Option<Self> {
        let mut program = Self::new(input);
        program.then(layer)?;
        Some(program)
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
