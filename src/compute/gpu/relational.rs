//! Layers on a graph: the equations of a [`Relational`](crate::layers::Relational), each by a call or two.

use std::borrow::Cow;

use super::super::relational::{Passing, links};
use super::dense::product;
use super::each::{add, squash};
use super::program::{Program, Room, one_by_one};
use crate::layers::{Array, Gathering, Graph, Making, Relational, Summand, numbers};

pub fn put(program: &mut Program, passing: &Passing) -> Option<()> {
    let given: Vec<Cow<'_, [f32]>> = passing.given.iter().map(|(_, given)| numbers(given)).collect();
    let given: Vec<&[f32]> = given.iter().map(|given| &**given).collect();
    let places = equations(program, &passing.graph, &passing.layers, &given)?;
    program.give(places[passing.output], vec![passing.graph.nodes(), passing.width()]);
    Some(())
}

impl Program {
    /// All that the equations on a graph make, from the arrays that are given, the first of which is the input.
    pub fn of_equations(graph: &Graph, layers: &Relational, given: &[Vec<f32>]) -> Option<Self> {
        let (input, others) = given.split_first()?;
        let mut program = Self::new(&[input.len()]);
        let others: Vec<&[f32]> = others.iter().map(Vec::as_slice).collect();
        let places = equations(&mut program, graph, layers, &others)?;
        program.kept = places[given.len()..].to_vec();
        program.input.clone_from(input);
        Some(program)
    }
}

/// Where every array of the equations is; those behind the input are given.
fn equations(program: &mut Program, graph: &Graph, layers: &Relational, given: &[&[f32]]) -> Option<Vec<usize>> {
    let ([starts, nodes], edges) = links(graph);
    let by_link = |numbers: &[f32]| edges.iter().map(|&edge| numbers[edge as usize]).collect::<Vec<f32>>();
    let mean: Vec<f32> = starts
        .windows(2)
        .flat_map(|ends| {
            let count = (ends[1] - ends[0]) as usize;
            std::iter::repeat_n(1.0 / count as f32, count)
        })
        .collect();
    let ones = vec![1.0; edges.len()];
    let csr = [starts, nodes].map(|indices| program.room(Room::Indices(indices)));
    // Where each array of the layer is; those that are numbers of edges are in the order of the links.
    let mut places = vec![program.output];
    let forms = layers.arrays();
    for (form, given) in forms[1..].iter().zip(given) {
        // A matrix is packed where it is multiplied with.
        places.push(program.room(Room::Weights(match form {
            Array::Edges => by_link(given),
            Array::Matrix(..) => Vec::new(),
            _ => given.to_vec(),
        })));
    }
    for (array, form) in forms.iter().enumerate().skip(places.len()) {
        let Array::Nodes(width) = *form else { return None };
        let length = graph.nodes() * width;
        let gather = |program: &mut Program, join: &str, weights: usize, of: usize| {
            let (groups, constants) = one_by_one(length);
            program.count(edges.len(), width);
            let text = format!(
                "{constants}const WIDTH = {width}u;\nfn join(all: f32, more: f32) -> f32 {{ return {join}; }}\n"
            );
            program.call(text + include_str!("links.wgsl"), length, &[of, csr[0], csr[1], weights], groups)
        };
        places.push(match layers.making(array)? {
            Making::Sum(summands) => {
                let mut parts = Vec::new();
                for summand in summands {
                    parts.push(match *summand {
                        Summand::Linear { matrix, of } => {
                            let weight = given[matrix.checked_sub(1)?];
                            (1.0, product(program, (places[of], graph.nodes()), (weight, width), None)?)
                        }
                        Summand::Neighbours { by, of } => (1.0, gather(program, "all + more", places[by], places[of])?),
                        Summand::Bias(of) => (1.0, places[of]),
                        Summand::Own { times, of } => (times, places[of]),
                        Summand::Source(_) | Summand::Target(_) => return None,
                    });
                }
                // What was made just now for this sum can take the others in.
                let is_made = matches!(summands[..], [Summand::Linear { .. } | Summand::Neighbours { .. }, ..]);
                let made = if is_made { parts.remove(0).1 } else { program.room(Room::Numbers(length)) };
                for (place, part) in parts.into_iter().enumerate() {
                    add(program, made, part, length, place == 0 && !is_made)?;
                }
                made
            }
            Making::Gather(gathering, of) => {
                let (join, weights) = match gathering {
                    Gathering::Sum => ("all + more", &ones),
                    Gathering::Mean => ("all + more", &mean),
                    Gathering::Max => ("max(all, more)", &ones),
                    Gathering::Min => ("min(all, more)", &ones),
                };
                let weights = program.room(Room::Weights(weights.clone()));
                gather(program, join, weights, places[*of])?
            }
            Making::Squash(activation, of) => squash(program, *activation, places[*of], length, 1)?,
            Making::Share(_) => return None,
        });
    }
    Some(places)
}
