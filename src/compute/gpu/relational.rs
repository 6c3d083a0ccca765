//! Layers on a graph: the equations of a [`Relational`](crate::layers::Relational), each by a call or two.

use super::super::relational::{Passing, links};
use super::dense::product;
use super::each::{add, squash};
use super::program::{Program, Room, one_by_one};
use crate::layers::{Array, Gathering, Making, Summand, numbers};

pub fn put(program: &mut Program, passing: &Passing) -> Option<()> {
    let (layers, graph) = (&passing.layers, &passing.graph);
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
    for (form, (_, given)) in forms[1..].iter().zip(&passing.given) {
        let given = numbers(given);
        // A matrix is packed where it is multiplied with.
        places.push(program.room(Room::Weights(match form {
            Array::Edges => by_link(&given),
            Array::Matrix(..) => Vec::new(),
            _ => given.into_owned(),
        })));
    }
    for array in places.len()..forms.len() {
        let Array::Nodes(width) = forms[array] else { return None };
        let length = graph.nodes() * width;
        let gather = |program: &mut Program, join: &str, weights: usize, of: usize| {
            let (groups, constants) = one_by_one(length);
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
                            let (_, weight) = &passing.given[matrix.checked_sub(1)?];
                            (1.0, product(program, places[of], graph.nodes(), weight, None)?)
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
    program.give(places[passing.output], vec![graph.nodes(), passing.width()]);
    Some(())
}
