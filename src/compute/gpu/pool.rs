//! Poolings.

use super::super::cpu::space;
use super::program::{Program, Room};
use super::space::{header, place_by_place};
use crate::layers::{Pool, Pooling};

pub fn put(program: &mut Program, pool: &Pool) -> Option<()> {
    let (input, from) = (program.shape.clone(), program.output);
    let shape = pool.output_shape(&input).ok()?;
    if input.contains(&0) {
        return None;
    }
    let axes = space(&pool.windows, |axis| pool.padding[axis].0, &input, &shape);
    let places: [usize; 3] = axes.each_ref().map(|axis| axis.outputs);
    let (empty, join) = match pool.pooling {
        Pooling::Max => ("-3.4028234e38", "max(all, more)"),
        Pooling::Min => ("3.4028234e38", "min(all, more)"),
        Pooling::Average => ("0f", "all + more"),
    };
    // What an average is multiplied with, along each axis, columns first.
    let share = |count: usize| 1.0 / count as f32;
    let along = pool.counted_along(&input, &shape).map(|counts| counts.into_iter().map(share).collect::<Vec<f32>>());
    let shares = match pool.pooling {
        Pooling::Average => along.into_iter().rev().flatten().collect(),
        _ => vec![1.0; places.iter().sum()],
    };
    let shares = program.room(Room::Weights(shares));
    let length: usize = shape.iter().product();
    let (groups, constants) = place_by_place(&axes, 1, length / places.iter().product::<usize>());
    let text = header(&axes)
        + &constants
        + &format!("const EMPTY = f32({empty});\nfn join(all: f32, more: f32) -> f32 {{ return {join}; }}\n");
    let made = program.call(text + include_str!("pool.wgsl"), length, &[from, shares], groups)?;
    program.count(length, axes.iter().map(|axis| axis.kernel).product());
    program.give(made, shape);
    Some(())
}
