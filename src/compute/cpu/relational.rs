//! Layers on a graph: the equations of a [`Relational`], each by a kernel.

use std::borrow::Cow;

use layerscope_kernels::dense::Dense;
use layerscope_kernels::lanes::{add, rectify};
use layerscope_kernels::links::Links;
use layerscope_kernels::pool::Pooling;

use super::super::relational::links;
use super::States;
use crate::layers::{Activation, Array, Gathering, Graph, Making, Relational, Summand, tensor};

/// A layer on a graph, packed.
#[derive(Clone, Debug)]
pub struct Gathered {
    graph: Graph,
    links: Links,
    /// The edge of each link.
    edges: Vec<u32>,
    layers: Relational,
    /// The arrays that are given behind the input.
    given: Vec<Vec<f32>>,
    /// The matrices among the arrays, by their place.
    matrices: Vec<Option<Dense>>,
    /// For each array the last one that is made of it: then it is let go.
    last: Vec<usize>,
    output: usize,
    attention: Option<usize>,
}

/// For how many nodes a summand is computed at a time.
const AT_A_TIME: usize = 64;

impl Gathered {
    pub fn new(
        graph: &Graph,
        layers: &Relational,
        given: Vec<Vec<f32>>,
        (output, attention): (usize, Option<usize>),
    ) -> Self {
        let ([starts, nodes], edges) = links(graph);
        let links = Links { starts, nodes };
        // The first array is the input.
        let matrix = |(place, array): (usize, &Array)| match *array {
            Array::Matrix(rows, columns) if rows * columns > 0 => {
                given.get(place.checked_sub(1)?).map(|weight| Dense::new(columns, weight, None))
            }
            _ => None,
        };
        let matrices = layers.arrays().iter().enumerate().map(matrix).collect();
        let mut last = vec![0; layers.arrays().len()];
        for (array, making) in (0..last.len()).filter_map(|array| Some((array, layers.making(array)?))) {
            (0..array).filter(|&of| making.reads(of)).for_each(|of| last[of] = array);
        }
        [Some(output), attention].into_iter().flatten().for_each(|kept| last[kept] = usize::MAX);
        let (graph, layers) = (graph.clone(), layers.clone());
        Self { graph, links, edges, layers, given, matrices, last, output, attention }
    }

    pub fn run(&self, input: &[f32], output: &mut Vec<f32>, with_states: bool) -> States {
        *output = Vec::new();
        let mut arrays: Vec<Cow<'_, [f32]>> = vec![input.into()];
        arrays.extend(self.given.iter().map(|given| given.into()));
        for array in arrays.len()..self.layers.arrays().len() {
            let Some(making) = self.layers.making(array) else { continue };
            let zeros = || vec![0.0; self.layers.arrays()[array].len(&self.graph)];
            let width = self.width(array);
            let mut made = match *making {
                Making::Squash(_, of) if self.last[of] == array => std::mem::take(&mut arrays[of]).into_owned(),
                Making::Squash(_, of) => arrays[of].to_vec(),
                _ => zeros(),
            };
            match making {
                Making::Sum(summands) => {
                    for (place, summand) in summands.iter().enumerate() {
                        self.add(summand, width, &arrays, &mut made, place == 0);
                    }
                }
                Making::Gather(gathering, of) => self.gather(*gathering, width, &arrays[*of], &mut made),
                Making::Squash(activation, _) => squash(*activation, &mut made),
                Making::Share(of) => self.share(&arrays[*of], &mut made),
            }
            arrays.push(made.into());
            (0..array).filter(|&of| self.last[of] == array).for_each(|of| arrays[of] = Cow::default());
        }
        *output = std::mem::take(&mut arrays[self.output]).into_owned();
        let nodes = self.graph.nodes();
        let attention = self.attention.filter(|_| with_states).map(|attention| {
            let mut shares = vec![0.0; nodes * nodes];
            for (&(source, target), share) in self.graph.edges().iter().zip(&*arrays[attention]) {
                shares[target * nodes + source] += share;
            }
            ("attention", tensor(&[nodes, nodes], shares))
        });
        attention.into_iter().collect()
    }

    fn width(&self, array: usize) -> usize {
        match self.layers.arrays()[array] {
            Array::Nodes(width) => width,
            _ => 1,
        }
    }

    /// Numbers of edges, in the order of the links.
    fn by_link(&self, numbers: &[f32]) -> Vec<f32> {
        self.edges.iter().map(|&edge| numbers[edge as usize]).collect()
    }

    /// Adds a summand; to zeros, where it is the first.
    fn add(&self, summand: &Summand, width: usize, arrays: &[Cow<'_, [f32]>], sums: &mut [f32], is_first: bool) {
        // What is computed for some nodes, from the first of them on; where there is a sum already, for a few at a time.
        let with = |sums: &mut [f32], compute: &dyn Fn(usize, &mut [f32])| match is_first {
            true => compute(0, sums),
            false => {
                let mut more = vec![0.0; AT_A_TIME * width];
                for (at, sums) in sums.chunks_mut(AT_A_TIME * width).enumerate() {
                    compute(at * AT_A_TIME, &mut more[..sums.len()]);
                    add(sums, &more);
                }
            }
        };
        let mut put = |place: usize, number: f32| sums[place] += number;
        match *summand {
            Summand::Linear { matrix, of } => {
                if let Some(dense) = &self.matrices[matrix] {
                    let rows = arrays[of].len() / (sums.len() / width);
                    with(sums, &|first, sums| {
                        dense.run(&arrays[of][first * rows..][..sums.len() / width * rows], sums)
                    });
                }
            }
            Summand::Bias(bias) => sums.chunks_exact_mut(width).for_each(|row| add(row, &arrays[bias])),
            Summand::Neighbours { by, of } => {
                let weights = self.by_link(&arrays[by]);
                let rows = (&*arrays[of], width);
                with(sums, &|first, sums| self.links.gather(Pooling::Average, &weights, rows, first, sums));
            }
            Summand::Own { times, of } => {
                arrays[of].iter().enumerate().for_each(|(place, &number)| put(place, times as f32 * number));
            }
            Summand::Source(of) => {
                self.graph.edges().iter().enumerate().for_each(|(edge, &(source, _))| put(edge, arrays[of][source]));
            }
            Summand::Target(of) => {
                self.graph.edges().iter().enumerate().for_each(|(edge, &(_, target))| put(edge, arrays[of][target]));
            }
        }
    }

    fn gather(&self, gathering: Gathering, width: usize, rows: &[f32], made: &mut [f32]) {
        let pooling = match gathering {
            Gathering::Max => Pooling::Max,
            Gathering::Min => Pooling::Min,
            Gathering::Sum | Gathering::Mean => Pooling::Average,
        };
        let mut weights = vec![1.0; self.links.nodes.len()];
        if gathering == Gathering::Mean {
            for ends in self.links.starts.windows(2) {
                weights[ends[0] as usize..ends[1] as usize].fill(1.0 / (ends[1] - ends[0]) as f32);
            }
        }
        self.links.gather(pooling, &weights, (rows, width), 0, made);
    }

    /// The softmax over the edges that end at the same node.
    fn share(&self, scores: &[f32], made: &mut [f32]) {
        for ends in self.links.starts.windows(2) {
            let edges = &self.edges[ends[0] as usize..ends[1] as usize];
            let score = |&edge: &u32| f64::from(scores[edge as usize]);
            let largest = edges.iter().map(score).fold(f64::NEG_INFINITY, f64::max);
            let power = |edge: &u32| libm::exp(score(edge) - largest);
            let all: f64 = edges.iter().map(power).sum();
            edges.iter().for_each(|edge| made[*edge as usize] = (power(edge) / all) as f32);
        }
    }
}

fn squash(activation: Activation, numbers: &mut [f32]) {
    match (activation, activation.pointwise()) {
        (Activation::Relu, _) => rectify(numbers),
        (_, Some(pointwise)) => numbers.iter_mut().for_each(|number| *number = pointwise.value(*number)),
        (_, None) => {}
    }
}
