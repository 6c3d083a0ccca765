//! Layers on a graph: the equations of a [`Relational`](crate::layers::Relational), each by a call or two.

use std::borrow::Cow;

use super::super::relational::{Passing, links};
use super::dense::product;
use super::each::{add, squash};
use super::program::{Program, Room, one_by_one};
use crate::layers::{Array, Gathering, Graph, Making, Relational, Summand, numbers};

/// What a neighbour's number is multiplied with, where each link has one of its own.
const WEIGHTED: &str = "* weights[link]";
const WEIGHTS: &str = "@group(0) @binding(4) var<storage, read> weights: array<f32>;\n";

pub fn put(program: &mut Program, passing: &Passing) -> Option<()> {
    let given: Vec<Cow<'_, [f32]>> = passing.given.iter().map(|(_, given)| numbers(given)).collect();
    let given: Vec<&[f32]> = given.iter().map(|given| &**given).collect();
    let places = equations(program, &passing.graph, &passing.layers, &given)?;
    program.give(places[passing.output], vec![passing.graph.nodes(), passing.width()]);
    Some(())
}

impl Program {
    /// All that the equations on a graph make, from the arrays that are given, the first of which is the input. Every array of the
    /// equations is kept but those that are given.
    pub fn of_equations(graph: &Graph, layers: &Relational, given: &[Vec<f32>]) -> Option<Self> {
        let (input, others) = given.split_first()?;
        let mut program = Self::new(&[input.len()]);
        let others: Vec<&[f32]> = others.iter().map(Vec::as_slice).collect();
        let places = equations(&mut program, graph, layers, &others)?;
        let made = (0..places.len()).filter(|&array| layers.making(array).is_some());
        program.kept = made.map(|array| places[array]).collect();
        program.input.clone_from(input);
        Some(program)
    }
}

/// Where every array of the equations is. Those behind the input that are not made are given, in order.
fn equations(program: &mut Program, graph: &Graph, layers: &Relational, given: &[&[f32]]) -> Option<Vec<usize>> {
    let ([starts, nodes], edges) = links(graph);
    let by_link = |numbers: &[f32]| edges.iter().map(|&edge| numbers[edge as usize]).collect::<Vec<f32>>();
    let csr = [starts, nodes].map(|indices| program.room(Room::Indices(indices)));
    // Where each array of the layer is; those that are numbers of edges are in the order of the links.
    let mut places = vec![program.output];
    // What is given, by its array.
    let mut known: Vec<&[f32]> = vec![&[]];
    let mut given = given.iter();
    let forms = layers.arrays();
    for (array, form) in forms.iter().enumerate().skip(1) {
        let Some(making) = layers.making(array) else {
            let given = given.next()?;
            known.push(given);
            places.push(program.room(Room::Weights(match form {
                Array::Edges => by_link(given),
                // A matrix is packed where it is multiplied with.
                Array::Matrix(..) => Vec::new(),
                _ => given.to_vec(),
            })));
            continue;
        };
        known.push(&[]);
        let Array::Nodes(width) = *form else { return None };
        let length = graph.nodes() * width;
        // Numbers of the links, where there are some, are bound behind the others.
        let gather = |program: &mut Program, join: &str, weight: &str, of: &[usize]| {
            let (groups, constants) = one_by_one(length);
            program.count(edges.len(), width);
            let text = format!(
                "{constants}const WIDTH = {width}u;\nfn join(all: f32, more: f32) -> f32 {{ return {join}; }}\n"
            );
            let numbers = if weight == WEIGHTED { WEIGHTS } else { "" };
            let text = text + numbers + &include_str!("links.wgsl").replace("/*weight*/", weight);
            program.call(text, length, &[&csr, of].concat(), groups)
        };
        places.push(match making {
            Making::Sum(summands) => {
                let mut parts = Vec::new();
                for summand in summands {
                    parts.push(match *summand {
                        Summand::Linear { matrix, of } => {
                            let weight = known[matrix];
                            (1.0, product(program, (places[of], graph.nodes()), (weight, width), None)?)
                        }
                        Summand::Neighbours { by, of } => {
                            (1.0, gather(program, "all + more", WEIGHTED, &[places[of], places[by]])?)
                        }
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
                let (join, weight) = match gathering {
                    Gathering::Sum => ("all + more", ""),
                    Gathering::Mean => ("all + more", "/ f32(starts[node + 1] - starts[node])"),
                    Gathering::Max => ("max(all, more)", ""),
                    Gathering::Min => ("min(all, more)", ""),
                };
                gather(program, join, weight, &[places[*of]])?
            }
            Making::Squash(activation, of) => squash(program, *activation, places[*of], length, 1)?,
            Making::Share(_) => return None,
        });
    }
    Some(places)
}
