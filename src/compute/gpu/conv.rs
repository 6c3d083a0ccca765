//! Convolutions: few channels place by place, many as a product of matrices.

use layerscope_kernels::conv::Axis;

use super::super::cpu::{fitting, space};
use super::dense::{DEEP, Tile, packed};
use super::program::{Program, Room};
use super::space::{header, padding, place_by_place};
use crate::layers::{Conv, Tensor, numbers};

/// From so many channels on, and so many terms of a sum, the product of matrices is quicker.
const MANY: usize = 8;
const MANY_TERMS: usize = 32;

/// So many taps along a row at most are written out, one after the other, times the channels.
const MOST_TAPS: usize = 64;

/// So many channels at most are added up in a thread of `conv.wgsl`, each at four places.
const WIDE: usize = 8;

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
        let packed = (0..groups)
            .flat_map(|group| packed(padded, rows, (terms, outputs), move |term, output| weight(group, output, term)));
        let rooms = [Room::Weights(packed.collect()), Room::Weights(bias)].map(|room| program.room(room));
        text += &format!("const PADDED = {padded}u;\nconst FOURS = {}u;\n", rows / 4);
        text += &tile.text(terms, include_str!("conv_product.wgsl"));
        let tiles = tile.tiles(outputs, length / shape[1] / shape[0], shape[0] * groups);
        program.call(text, length, &[from, rooms[0], rooms[1]], tiles)?
    } else {
        let [.., across] = &axes;
        let wide = outputs.min(WIDE).min(MOST_TAPS / across.kernel).max(1);
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
        let (workgroups, constants) = place_by_place(&axes, 4, shape[0] * groups * blocks);
        text += &constants;
        let blocks = groups * blocks;
        text += &format!("const BLOCKS = {blocks}u;\nconst WIDE = {wide}u;\n");
        text += &written_out(across, wide)?;
        program.call(text, length, &[from, packed], workgroups)?
    };
    program.count(length, terms);
    program.give(made, shape);
    Some(())
}

/// `conv.wgsl` for so many channels, with the taps along a row written out where the row is inside: a compiler keeps numbers in
/// registers that have names.
fn written_out(across: &Axis, wide: usize) -> Option<String> {
    let &Axis { kernel, stride, dilation, .. } = across;
    if kernel > MOST_TAPS {
        return None;
    }
    let each = |of: &dyn Fn(usize) -> String| (0..wide).map(of).collect::<String>();
    let tap = |tap: usize| {
        let at = |place: usize| format!("input[row + x + {}]", tap * dilation + place * stride);
        let four = match tap {
            // The window moves on by a cell.
            1.. if stride * dilation == 1 => format!("four.yzw, {}", at(3)),
            _ => [0, 1, 2, 3].map(at).join(", "),
        };
        let sums = each(&|sum| format!("s{sum} += four * weights[tap + {}];", tap * wide + sum));
        format!("four = vec4f({four}); {sums}\n")
    };
    let text = include_str!("conv.wgsl")
        .replace("/*sums*/", &each(&|sum| format!("var s{sum} = vec4f(weights[tap + {sum}]);")))
        .replace("/*inside*/", &(0..kernel).map(tap).collect::<String>())
        .replace("/*border*/", &each(&|sum| format!("s{sum} += four * weights[tap + i * WIDE + {sum}];")))
        .replace(
            "/*put*/",
            &each(&|sum| format!("if (channel + {sum} < OUTPUTS) {{ put(to + {sum} * places, first, s{sum}); }}")),
        );
    Some(text)
}
