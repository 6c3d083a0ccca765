//! Convolutions: few channels place by place, many as a product of matrices.

use super::super::cpu::{fitting, space};
use super::dense::{DEEP, Tile};
use super::program::{Program, Room};
use super::space::{header, padding, place_by_place};
use crate::layers::{Conv, Tensor, numbers};

/// From so many channels on, and so many terms of a sum, the product of matrices is quicker.
const MANY: usize = 8;
const MANY_TERMS: usize = 32;

/// The numbers that a thread of `conv.wgsl` adds up at a time, and how one of them is taken out.
const SUMS: [(&str, usize, &str); 3] = [("f32", 1, "sums"), ("vec2f", 2, "sums[i]"), ("vec4f", 4, "sums[i]")];

pub fn put(program: &mut Program, conv: &Conv, weight: &Tensor, bias: Option<&Tensor>) -> Option<()> {
    let (input, from) = (program.shape.clone(), program.output);
    let shape = conv.output_shape(&input, weight.shape()).ok()?;
    let bias = fitting(bias, shape[1])?.unwrap_or_else(|| vec![0.0; shape[1]]);
    if weight.is_empty() || input.contains(&0) {
        return None;
    }
    let axes = space(&conv.windows, |axis| conv.padding.amounts[axis].0, &input, &shape);
    let (groups, inputs, outputs) = (conv.groups, weight.shape()[1], shape[1] / conv.groups);
    let (terms, length) = (weight.len() / shape[1], shape.iter().product());
    let mut text = header(&axes) + &padding(conv.padding.mode);
    text += &format!("const GROUPS = {groups}u;\nconst INPUTS = {inputs}u;\nconst OUTPUTS = {outputs}u;\n");
    let weights = numbers(weight);
    let weight = |group: usize, output: usize, term: usize| weights[(group * outputs + output) * terms + term];
    let made = if outputs >= MANY && terms >= MANY_TERMS {
        let tile = Tile::of(outputs, length / shape[1] / shape[0]);
        let (rows, padded) = (outputs.next_multiple_of(tile.side()), terms.next_multiple_of(DEEP));
        let packed = (0..groups).flat_map(|group| {
            tile.packed(padded, rows, (terms, outputs), move |term, output| weight(group, output, term))
        });
        let rooms = [Room::Weights(packed.collect()), Room::Weights(bias)].map(|room| program.room(room));
        text += &format!("const PADDED = {padded}u;\nconst FOURS = {}u;\n", rows / 4);
        text += &tile.text(terms, include_str!("conv_product.wgsl"));
        let tiles = tile.tiles(outputs, length / shape[1] / shape[0], shape[0] * groups);
        program.call(text, length, &[from, rooms[0], rooms[1]], tiles)?
    } else {
        let (sums, wide, part) = *SUMS.iter().find(|(_, wide, _)| *wide >= outputs).unwrap_or(&SUMS[2]);
        let blocks = outputs.div_ceil(wide);
        // A block's biases, and then the weights of its channels, term by term.
        let mut packed = Vec::with_capacity(groups * blocks * wide * (terms + 1));
        for group in 0..groups {
            for block in 0..blocks {
                let channels =
                    || (block * wide..(block + 1) * wide).map(|output| Some(output).filter(|_| output < outputs));
                packed.extend(channels().map(|output| output.map_or(0.0, |output| bias[group * outputs + output])));
                for term in 0..terms {
                    packed.extend(channels().map(|output| output.map_or(0.0, |output| weight(group, output, term))));
                }
            }
        }
        let packed = program.room(Room::Weights(packed));
        let (workgroups, constants) = place_by_place(&axes, shape[0] * groups * blocks);
        text += &constants;
        text += &format!("const BLOCKS = {}u;\nconst WIDE = {wide}u;\nalias Sums = {sums};\n", groups * blocks);
        text += &format!("fn part(sums: Sums, i: u32) -> f32 {{ return {part}; }}\n");
        program.call(text + include_str!("conv.wgsl"), length, &[from, packed], workgroups)?
    };
    program.give(made, shape);
    Some(())
}
