//! Products of matrices, in tiles; the dense layer is one.

use super::super::cpu::fitting;
use super::program::{Program, Room};
use crate::layers::{Dense, Tensor, numbers};

/// So many terms of the sums are read into a workgroup's memory at a time.
pub const DEEP: usize = 16;

/// The part of a product that a workgroup computes.
#[derive(Clone, Copy)]
pub struct Tile {
    /// How many threads lie along each of its sides.
    threads: usize,
    /// How many times four numbers each of them computes along each side.
    wide: usize,
}

impl Tile {
    /// Large tiles read less; of a small product there must be enough tiles for a card's many cores.
    pub fn of(rows: usize, columns: usize) -> Self {
        let tiles = |side: usize| rows.div_ceil(side) * columns.div_ceil(side);
        let sizes = [Self { threads: 16, wide: 2 }, Self { threads: 16, wide: 1 }];
        let large = sizes.into_iter().find(|tile| rows * 2 > tile.side() && tiles(tile.side()) >= 256);
        large.unwrap_or(Self { threads: 8, wide: 1 })
    }

    /// How many numbers lie along its side.
    pub fn side(self) -> usize {
        4 * self.threads * self.wide
    }

    /// Workgroups for a product, and for so many of them.
    pub fn tiles(self, rows: usize, columns: usize, times: usize) -> [usize; 3] {
        [columns.div_ceil(self.side()), rows.div_ceil(self.side()), times]
    }

    /// The shader of a product whose rows and columns `matrices` knows, with its sums written out: a compiler keeps numbers in registers
    /// that have names.
    pub fn text(self, terms: usize, matrices: &str) -> String {
        let Self { threads, wide } = self;
        let each = |of: &dyn Fn(usize, usize, usize) -> String| {
            let all = (0..wide).flat_map(|h| (0..wide).flat_map(move |w| (0..4).map(move |i| (h, w, i))));
            all.map(|(h, w, i)| of(h, w, i)).collect::<String>()
        };
        let term = |k: usize| {
            let four = |name, side, at: &str| {
                (0..wide)
                    .map(|h| format!("let {name}{k}{h} = {side}[k + {k} * QUADS + {at} + {h} * SIDE];"))
                    .collect::<String>()
            };
            let sums = each(&|h, w, i| format!("s{h}{w}{i} += l{k}{h}.{} * r{k}{w};", ["x", "y", "z", "w"][i]));
            four("l", "left", "row") + &four("r", "right", "column") + &sums + "\n"
        };
        let put = |h, w, i| {
            format!(
                "put(tile.z, 4 * (rows + row + {h} * SIDE) + {i}, 4 * (columns + column + {w} * SIDE), s{h}{w}{i});"
            )
        };
        // As much text for large tiles as for small ones: compilers take long over it.
        let at_a_time = 4 / (wide * wide);
        let constants = format!(
            "const AT_A_TIME = {at_a_time}u;\nconst SIDE = {threads}u;\nconst WIDE = {wide}u;\nconst TERMS = {terms}u;\n"
        );
        let product = include_str!("product.wgsl")
            .replace("/*sums*/", &each(&|h, w, i| format!("var s{h}{w}{i} = vec4f();")))
            .replace("/*multiply*/", &(0..at_a_time).map(term).collect::<String>())
            .replace("/*put*/", &each(&put));
        constants + matrices + &product
    }
}

/// A matrix, term by term, with zeros up to so many terms and so many of the others.
pub fn packed(
    terms: usize,
    others: usize,
    (real_terms, real_others): (usize, usize),
    number: impl Fn(usize, usize) -> f32,
) -> Vec<f32> {
    let mut packed = vec![0.0; terms * others];
    for term in 0..real_terms {
        let row = &mut packed[term * others..][..real_others];
        row.iter_mut().enumerate().for_each(|(other, slot)| *slot = number(term, other));
    }
    packed
}

/// `output[r, o] = Σ_i weight[o, i] · input[r, i] + bias[o]`: a new array, for an array of so many rows, by a matrix of so many outputs.
pub fn product(
    program: &mut Program,
    (of, rows): (usize, usize),
    (weights, outputs): (&[f32], usize),
    bias: Option<Vec<f32>>,
) -> Option<usize> {
    let terms = weights.len().checked_div(outputs)?;
    let tile = Tile::of(rows, outputs);
    let fours = outputs.next_multiple_of(tile.side());
    let packed =
        packed(terms.next_multiple_of(DEEP), fours, (terms, outputs), |term, output| weights[output * terms + term]);
    let bias = bias.unwrap_or_else(|| vec![0.0; outputs]);
    let rooms = [Room::Weights(packed), Room::Weights(bias)].map(|room| program.room(room));
    let text = format!("const ROWS = {rows}u;\nconst OUTPUTS = {outputs}u;\nconst FOURS = {}u;\n", fours / 4);
    let text = text + &tile.text(terms, include_str!("dense.wgsl"));
    program.count(rows * outputs, terms);
    program.call(text, rows * outputs, &[of, rooms[0], rooms[1]], tile.tiles(rows, outputs, 1))
}

pub fn put(program: &mut Program, weight: &Tensor, bias: Option<&Tensor>) -> Option<()> {
    let shape = Dense.output_shape(&program.shape, weight.shape()).ok()?;
    let outputs = weight.shape()[0];
    let bias = fitting(bias, outputs)?;
    let rows = program.shape[..program.shape.len() - 1].iter().product();
    let made = product(program, (program.output, rows), (&numbers(weight), outputs), bias)?;
    program.give(made, shape);
    Some(())
}
