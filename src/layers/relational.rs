//! Layers on a graph: nodes tell their neighbours what they hold, and make something new of what they hear.
//!
//! What such a layer computes is a handful of equations, written down as data: `m_v = Σ_{u ∈ N(v)} Ā_vu h_u`,
//! `z_v = W m_v + b`, `h′_v = σ(z_v)`. From that one description follow the numbers (here), the gradients (`backward.rs`), why every
//! number is what it is (`explain.rs`) and where it goes (`influences.rs`). `aggregate.rs`, `gcn.rs`, `sage.rs`, `gin.rs` and `gat.rs`
//! hold the equations of the literature; layers are stacked by writing one after the other.

mod backward;
mod explain;
mod influences;
#[cfg(test)]
mod tests;

pub use explain::RelationalStages;

use super::{Activation, Gathering, Graph, LayerError, Misfit, expect_shape, expect_size};

/// Equations over the nodes and edges of a graph, each made from arrays before it.
///
/// # Shapes
/// See [`Array`]: a row for each node, a number for each edge, weights.
///
/// # Errors
/// Every method that adds an equation says in a [`LayerError`] which sizes disagree.
///
/// Source: J. Gilmer et al., "Neural Message Passing for Quantum Chemistry", 2017; the layers' own sources are told where they are.
///
/// ```
/// use layerscope::layers::{Array, Gathering, Graph, Relational};
/// let graph = Graph::new(3, &[(0, 1), (2, 1)])?;
/// let mut layer = Relational::default();
/// let h = layer.given(Array::Nodes(1));
/// let m = layer.gather(Gathering::Mean, h)?;
/// let numbers = layer.forward(&graph, vec![vec![2.0, 0.0, 4.0]])?;
/// assert_eq!(numbers[m], [0.0, 3.0, 0.0]);
/// # Ok::<(), layerscope::layers::LayerError>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Relational {
    arrays: Vec<Array>,
    equations: Vec<Made>,
}

/// The form of an array.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Array {
    /// So many numbers for each node.
    Nodes(usize),
    /// One number for each edge.
    Edges,
    /// Weights: rows, and columns.
    Matrix(usize, usize),
    /// A bias.
    Bias(usize),
}

/// How an array is made. Arrays are named by the order in which they were added.
#[derive(Clone, Debug, PartialEq)]
struct Made {
    array: usize,
    rule: Making,
}

/// What an array is made of.
#[derive(Clone, Debug, PartialEq)]
pub enum Making {
    /// Terms, added up.
    Sum(Vec<Summand>),
    /// What the neighbours have, summarised.
    Gather(Gathering, usize),
    /// σ of each number.
    Squash(Activation, usize),
    /// The softmax over the edges that end at the same node.
    Share(usize),
}

impl Making {
    /// Whether an array is one of those that it is made of.
    pub(crate) fn reads(&self, array: usize) -> bool {
        match self {
            Self::Sum(summands) => summands.iter().any(|summand| summand.reads(array)),
            Self::Gather(_, of) | Self::Squash(_, of) | Self::Share(of) => *of == array,
        }
    }
}

/// What is added up.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Summand {
    /// Σ_i w_{o,i} x_{v,i}
    Linear {
        /// The weights.
        matrix: usize,
        /// The rows that they are multiplied with.
        of: usize,
    },
    /// b_o
    Bias(usize),
    /// Σ_{u ∈ N(v)} c_{v,u} x_{u,o}
    Neighbours {
        /// A number for each edge.
        by: usize,
        /// What the neighbours have.
        of: usize,
    },
    /// k x_{v,o}
    Own {
        /// k.
        times: f64,
        /// What the node has itself.
        of: usize,
    },
    /// For an edge: the one number of the node where it starts.
    Source(usize),
    /// For an edge: the one number of the node where it ends.
    Target(usize),
}

impl Summand {
    fn reads(self, array: usize) -> bool {
        match self {
            Self::Linear { matrix, of } => matrix == array || of == array,
            Self::Neighbours { by, of } => by == array || of == array,
            Self::Bias(of) | Self::Own { of, .. } | Self::Source(of) | Self::Target(of) => of == array,
        }
    }
}

/// Every array's numbers on their way, in pieces: what computes them can do something else in between.
pub struct Forward<'a> {
    layers: &'a Relational,
    graph: &'a Graph,
    given: std::vec::IntoIter<Vec<f32>>,
    /// What there is of the array that is computed.
    next: Vec<f32>,
    /// Where it's a softmax, for each node the largest score of the edges that end there, and the sum of the powers.
    powers: Vec<Option<(f64, f64)>>,
    /// The arrays before it.
    pub numbers: Vec<Vec<f32>>,
}

impl Forward<'_> {
    /// Computes at most so many numbers more; whether these were the last.
    ///
    /// # Errors
    /// Where an array that is given has not as many numbers as its form says.
    pub fn go_on(&mut self, most: usize) -> Result<bool, LayerError> {
        let (layers, array) = (self.layers, self.numbers.len());
        let Some(form) = layers.arrays.get(array) else { return Ok(true) };
        let expected = form.len(self.graph);
        if let Some(made) = layers.made(array) {
            let places = self.next.len()..expected.min(self.next.len().saturating_add(most));
            if self.next.is_empty() && matches!(made.rule, Making::Share(_)) {
                self.powers = vec![None; self.graph.nodes()];
            }
            let (graph, numbers, powers) = (self.graph, &self.numbers, &mut self.powers);
            let number = |place| match made.rule {
                Making::Share(of) => share(graph, &numbers[of], place, powers) as f32,
                _ => layers.number(graph, made, place, numbers) as f32,
            };
            self.next.extend(places.map(number));
            if self.next.len() < expected {
                return Ok(false);
            }
        } else {
            self.next = self.given.next().unwrap_or_default();
        }
        expect_size("the numbers of an array", self.next.len(), expected)?;
        self.numbers.push(std::mem::take(&mut self.next));
        Ok(self.numbers.len() == layers.arrays.len())
    }
}

/// Numbers that are multiplied: a constant, and one or two that are read, by array and place.
#[derive(Clone, Copy)]
struct Reads {
    times: f64,
    first: (usize, usize),
    second: Option<(usize, usize)>,
}

impl Reads {
    fn one(array: usize, place: usize) -> Self {
        Self { times: 1.0, first: (array, place), second: None }
    }

    fn two(first: (usize, usize), second: (usize, usize)) -> Self {
        Self { times: 1.0, first, second: Some(second) }
    }

    fn each(self) -> impl Iterator<Item = (usize, usize)> {
        [Some(self.first), self.second].into_iter().flatten()
    }

    fn value(self, numbers: &[Vec<f32>]) -> f64 {
        let number = |(array, place): (usize, usize)| f64::from(numbers[array][place]);
        self.each().fold(self.times, |product, read| product * number(read))
    }
}

impl Array {
    /// How many numbers it holds on a graph, along each axis.
    pub fn shape(self, graph: &Graph) -> Vec<usize> {
        match self {
            Self::Nodes(width) => vec![graph.nodes(), width],
            Self::Edges => vec![graph.edges().len()],
            Self::Matrix(rows, columns) => vec![rows, columns],
            Self::Bias(rows) => vec![rows],
        }
    }

    /// How many numbers it holds on a graph, in all.
    pub fn len(self, graph: &Graph) -> usize {
        self.shape(graph).iter().product()
    }
}

impl Relational {
    /// Takes an array that is given: features, weights.
    pub fn given(&mut self, array: Array) -> usize {
        self.arrays.push(array);
        self.arrays.len() - 1
    }

    /// Every array, in order.
    pub fn arrays(&self) -> &[Array] {
        &self.arrays
    }

    fn add(&mut self, array: Array, rule: Making) -> usize {
        let made = self.given(array);
        self.equations.push(Made { array: made, rule });
        made
    }

    /// How many numbers each node has in an array.
    fn width(&self, of: usize) -> Result<usize, LayerError> {
        match self.arrays[of] {
            Array::Nodes(width) => Ok(width),
            _ => {
                let what = "the number of arrays with a row for each node";
                Err(Misfit::Mismatch { what, expected: 1, got: 0 }.into())
            }
        }
    }

    /// `m_v = AGGREGATE {h_u : u ∈ N(v)}`, where N(v) are the nodes from which an edge leads to v.
    ///
    /// # Errors
    /// Where `of` has no rows for nodes.
    pub fn gather(&mut self, gathering: Gathering, of: usize) -> Result<usize, LayerError> {
        let width = self.width(of)?;
        Ok(self.add(Array::Nodes(width), Making::Gather(gathering, of)))
    }

    /// `m_v = Σ_{u ∈ N(v)} c_vu h_u + b`, with a number for each edge.
    ///
    /// # Errors
    /// Where `of` has no rows for nodes, or the bias is not as long as they are.
    pub fn propagate(&mut self, by: usize, of: usize, bias: Option<usize>) -> Result<usize, LayerError> {
        let (width, mut sum) = (self.width(of)?, vec![Summand::Neighbours { by, of }]);
        sum.extend(self.bias(bias, width)?);
        Ok(self.add(Array::Nodes(width), Making::Sum(sum)))
    }

    /// `s_v = m_v + k h_v`.
    ///
    /// # Errors
    /// Where the two have rows of different lengths.
    pub fn with_own(&mut self, gathered: usize, times: f64, of: usize) -> Result<usize, LayerError> {
        let (width, own) = (self.width(gathered)?, self.width(of)?);
        expect_shape("the node's own row", &[own], &[width])?;
        let sum = vec![Summand::Own { times, of }, Summand::Own { times: 1.0, of: gathered }];
        Ok(self.add(Array::Nodes(width), Making::Sum(sum)))
    }

    /// `z_v = Σ W x_v + b`: each matrix is multiplied with a row of its own, and all are added.
    ///
    /// # Errors
    /// Where a matrix does not fit its rows, or the others.
    pub fn linear(&mut self, products: &[(usize, usize)], bias: Option<usize>) -> Result<usize, LayerError> {
        let (mut sum, mut rows) = (Vec::new(), None);
        for &(matrix, of) in products {
            let Array::Matrix(outputs, inputs) = self.arrays[matrix] else { continue };
            expect_shape("weight", &[outputs, inputs], &[rows.unwrap_or(outputs), self.width(of)?])?;
            rows = Some(outputs);
            sum.push(Summand::Linear { matrix, of });
        }
        let rows = rows.unwrap_or(0);
        sum.extend(self.bias(bias, rows)?);
        Ok(self.add(Array::Nodes(rows), Making::Sum(sum)))
    }

    fn bias(&self, bias: Option<usize>, width: usize) -> Result<Option<Summand>, LayerError> {
        if let Some(Array::Bias(length)) = bias.map(|bias| self.arrays[bias]) {
            expect_shape("bias", &[length], &[width])?;
        }
        Ok(bias.map(Summand::Bias))
    }

    /// `y = σ(z)`, number by number.
    pub fn squash(&mut self, activation: Activation, of: usize) -> usize {
        self.add(self.arrays[of], Making::Squash(activation, of))
    }

    /// `e_vu = s_u + t_v`, for every edge, of the one number that its ends have in two arrays.
    pub fn of_ends(&mut self, source: usize, target: usize) -> usize {
        self.add(Array::Edges, Making::Sum(vec![Summand::Source(source), Summand::Target(target)]))
    }

    /// `α_vu = exp(e_vu) / Σ_{w ∈ N(v)} exp(e_vw)`: the softmax over the edges that end at the same node.
    pub fn share(&mut self, of: usize) -> usize {
        self.add(Array::Edges, Making::Share(of))
    }

    /// What an array is made of; nothing where it is given.
    pub fn making(&self, array: usize) -> Option<&Making> {
        self.made(array).map(|made| &made.rule)
    }

    fn made(&self, array: usize) -> Option<&Made> {
        self.equations.iter().find(|made| made.array == array)
    }

    /// Visits what a number is made from, in the order of the formula.
    fn each(&self, graph: &Graph, made: &Made, place: usize, visit: &mut dyn FnMut(Reads)) {
        let width = match self.arrays[made.array] {
            Array::Nodes(width) => width.max(1),
            _ => 1,
        };
        let (node, feature) = (place / width, place % width);
        match &made.rule {
            Making::Squash(_, of) => visit(Reads::one(*of, place)),
            Making::Gather(_, of) => {
                graph
                    .incoming(node)
                    .iter()
                    .for_each(|link| visit(Reads::one(*of, link.node as usize * width + feature)));
            }
            Making::Share(of) => {
                let (_, target) = graph.edges()[place];
                graph.incoming(target).iter().for_each(|link| visit(Reads::one(*of, link.edge as usize)));
            }
            Making::Sum(summands) => {
                for summand in summands {
                    match *summand {
                        Summand::Linear { matrix, of } => {
                            let Array::Matrix(_, columns) = self.arrays[matrix] else { continue };
                            (0..columns).for_each(|i| {
                                visit(Reads::two((matrix, feature * columns + i), (of, node * columns + i)));
                            });
                        }
                        Summand::Bias(bias) => visit(Reads::one(bias, feature)),
                        Summand::Neighbours { by, of } => graph.incoming(node).iter().for_each(|link| {
                            visit(Reads::two((by, link.edge as usize), (of, link.node as usize * width + feature)));
                        }),
                        Summand::Own { times, of } => visit(Reads { times, ..Reads::one(of, place) }),
                        Summand::Source(of) => visit(Reads::one(of, graph.edges()[place].0)),
                        Summand::Target(of) => visit(Reads::one(of, graph.edges()[place].1)),
                    }
                }
            }
        }
    }

    /// Every array's numbers, from those that are given, in order.
    ///
    /// # Errors
    /// Where one of them has not as many numbers as its form says, or there are others than it takes.
    pub fn forward(&self, graph: &Graph, given: Vec<Vec<f32>>) -> Result<Vec<Vec<f32>>, LayerError> {
        let mut forward = self.begin(graph, given)?;
        while !forward.go_on(usize::MAX)? {}
        Ok(forward.numbers)
    }

    /// The same, to be computed in pieces.
    ///
    /// # Errors
    /// Where there are other arrays than it takes.
    pub fn begin<'a>(&'a self, graph: &'a Graph, given: Vec<Vec<f32>>) -> Result<Forward<'a>, LayerError> {
        let taken = self.arrays.len() - self.equations.len();
        expect_size("the number of arrays", given.len(), taken)?;
        let given = given.into_iter();
        let numbers = Vec::with_capacity(self.arrays.len());
        Ok(Forward { layers: self, graph, given, next: Vec::new(), powers: Vec::new(), numbers })
    }

    fn number(&self, graph: &Graph, made: &Made, place: usize, numbers: &[Vec<f32>]) -> f64 {
        let mut read = Vec::new();
        self.each(graph, made, place, &mut |reads| read.push(reads.value(numbers)));
        let sum = || read.iter().fold(0.0, |sum, x| sum + x);
        match &made.rule {
            _ if read.is_empty() => 0.0,
            Making::Gather(Gathering::Mean, _) => sum() / read.len() as f64,
            Making::Gather(Gathering::Max, _) => read.iter().copied().fold(f64::NEG_INFINITY, f64::max),
            Making::Gather(Gathering::Min, _) => read.iter().copied().fold(f64::INFINITY, f64::min),
            Making::Squash(activation, _) => activation.pointwise().map_or(read[0], |pointwise| pointwise.at(read[0])),
            _ => sum(),
        }
    }
}

/// An edge's part of the softmax over the edges that end at the same node, which is looked at once for all of them.
fn share(graph: &Graph, scores: &[f32], edge: usize, powers: &mut [Option<(f64, f64)>]) -> f64 {
    let score = |edge: usize| f64::from(scores[edge]);
    let (_, target) = graph.edges()[edge];
    let (largest, sum) = *powers[target].get_or_insert_with(|| {
        let all = graph.incoming(target).iter().map(|link| score(link.edge as usize));
        let largest = all.clone().fold(f64::NEG_INFINITY, f64::max);
        (largest, all.fold(0.0, |sum, score| sum + libm::exp(score - largest)))
    });
    libm::exp(score(edge) - largest) / sum
}
