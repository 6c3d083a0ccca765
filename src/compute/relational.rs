//! Layers on graphs in requests.

use serde_json::Value;

use super::cpu::Gathered;
use super::error::{expect_elements, expect_multiplications};
use super::fields::{Fields, whole, wrong};
use super::{Answer, Chain, ComputeError, Layer};
use crate::layers::{
    Activation, Array, Gathering, Graph, LayerError, Normalization, Relational, Tensor, expect_shape, numbers, tensor,
};

const EDGES: &str = "a list of pairs [source, target]";

/// A layer on a graph with what it is asked for.
#[derive(Clone, PartialEq, Debug)]
pub struct Passing {
    pub(super) graph: Graph,
    pub(super) layers: Relational,
    /// The arrays that are given behind the input, each with its key; none for what follows from the graph.
    pub(super) given: Vec<(Option<&'static str>, Tensor)>,
    /// The array that is the answer.
    pub(super) output: usize,
    /// The attention on the edges, where there is one.
    attention: Option<usize>,
}

impl Passing {
    /// Starts from what all have: the input, which is the first array, and edges.
    fn new(fields: &Fields<'_>, input: &Tensor, with_loops: bool) -> Result<(Self, usize), ComputeError> {
        let &[nodes, width] = input.shape() else {
            let expected = "it takes nodes and numbers of each";
            return Err(LayerError::rank("input", input.shape(), expected).into());
        };
        let graph = Graph::new(nodes, &edges(fields, nodes)?)?;
        let graph = if with_loops { graph.with_self_loops() } else { graph };
        let mut layers = Relational::default();
        let features = layers.given(Array::Nodes(width));
        Ok((Self { graph, layers, given: Vec::new(), output: features, attention: None }, features))
    }

    /// What equations make of the arrays that are given, the first of which is the input: the array at `output`.
    pub fn of(graph: &Graph, layers: &Relational, given: &[Vec<f32>], output: usize) -> Option<Chain> {
        let held = |(array, numbers): (&Array, &Vec<f32>)| tensor(&array.shape(graph), numbers.clone());
        let mut given = layers.arrays().iter().zip(given).map(held);
        let input = given.next()?;
        let given = given.map(|given| (None, given)).collect();
        let passing = Self { graph: graph.clone(), layers: layers.clone(), given, output, attention: None };
        Some(Chain { layers: vec![Layer::Relational(Box::new(passing))], input })
    }

    fn give(&mut self, key: Option<&'static str>, array: Array, tensor: Tensor) -> usize {
        self.given.push((key, tensor));
        self.layers.given(array)
    }

    fn matrix(&mut self, fields: &Fields<'_>, key: &'static str) -> Result<usize, ComputeError> {
        let weight = fields.tensor(key)?;
        let &[rows, columns] = weight.shape() else {
            let expected = "it takes outputs and inputs";
            return Err(LayerError::rank(key, weight.shape(), expected).into());
        };
        Ok(self.give(Some(key), Array::Matrix(rows, columns), weight))
    }

    /// A vector, as a matrix of one row.
    fn row(&mut self, fields: &Fields<'_>, key: &'static str) -> Result<usize, ComputeError> {
        let vector = fields.tensor(key)?;
        Ok(self.give(Some(key), Array::Matrix(1, vector.len()), vector))
    }

    fn bias(&mut self, fields: &Fields<'_>) -> Result<Option<usize>, ComputeError> {
        let bias = fields.optional_tensor("bias")?;
        Ok(bias.map(|bias| self.give(Some("bias"), Array::Bias(bias.len()), bias)))
    }

    /// Σ, mean, max or min over the neighbours.
    pub(super) fn aggregate(fields: &Fields<'_>, input: &Tensor) -> Result<Self, ComputeError> {
        let (mut passing, features) = Self::new(fields, input, false)?;
        let name = fields.required_name("operation", &Gathering::ALL.map(Gathering::name))?;
        passing.output = passing.layers.gather(Gathering::named(name).unwrap_or(Gathering::Sum), features)?;
        Ok(passing)
    }

    pub(super) fn gcn(fields: &Fields<'_>, input: &Tensor) -> Result<Self, ComputeError> {
        let name = fields.name("normalization", &Normalization::ALL.map(Normalization::name))?;
        let normalization = name.and_then(Normalization::named).unwrap_or_default();
        let loops = fields.flag("self_loops", normalization == Normalization::Symmetric)?;
        let (mut passing, features) = Self::new(fields, input, loops)?;
        let coefficients = normalization.coefficients(&passing.graph);
        let coefficients = tensor(&[coefficients.len()], coefficients);
        let by = passing.give(None, Array::Edges, coefficients);
        let (weight, bias) = (passing.matrix(fields, "weight")?, passing.bias(fields)?);
        let [_, sum] = passing.layers.gcn(features, by, weight, bias)?;
        let names: Vec<&str> =
            Activation::ALL.iter().map(|known| known.name()).filter(|name| *name != "softmax").collect();
        let activation = fields.name("activation", &names)?.and_then(Activation::named).unwrap_or_default();
        passing.output = passing.layers.squash(activation, sum);
        Ok(passing)
    }

    pub(super) fn sage(fields: &Fields<'_>, input: &Tensor) -> Result<Self, ComputeError> {
        let (mut passing, features) = Self::new(fields, input, false)?;
        let name = fields.name("operation", &Gathering::ALL.map(Gathering::name))?;
        let gathering = name.and_then(Gathering::named).unwrap_or(Gathering::Mean);
        let weights = [passing.matrix(fields, "weight_neighbours")?, passing.matrix(fields, "weight_self")?];
        let bias = passing.bias(fields)?;
        [_, passing.output] = passing.layers.sage(features, gathering, weights, bias)?;
        Ok(passing)
    }

    pub(super) fn gin(fields: &Fields<'_>, input: &Tensor) -> Result<Self, ComputeError> {
        let (mut passing, features) = Self::new(fields, input, false)?;
        let (weight, bias) = (passing.matrix(fields, "weight")?, passing.bias(fields)?);
        [_, _, passing.output] = passing.layers.gin(features, fields.number("epsilon", 0.0)?, weight, bias)?;
        Ok(passing)
    }

    pub(super) fn gat(fields: &Fields<'_>, input: &Tensor) -> Result<Self, ComputeError> {
        let (mut passing, features) = Self::new(fields, input, fields.flag("self_loops", true)?)?;
        let weight = passing.matrix(fields, "weight")?;
        let vectors = [passing.row(fields, "attention_source")?, passing.row(fields, "attention_target")?];
        let (bias, slope) = (passing.bias(fields)?, fields.number("negative_slope", 0.2)?);
        let made = passing.layers.gat(features, weight, vectors, slope, bias)?;
        (passing.output, passing.attention) = (made.output, Some(made.share));
        Ok(passing)
    }

    /// Measures what is to be computed: the multiplications of the output.
    pub(super) fn check_size(&self) -> Result<u64, ComputeError> {
        let (nodes, edges) = (self.graph.nodes() as u64, self.graph.edges().len() as u64);
        let mut multiplications = 0_u64;
        for array in self.layers.arrays() {
            multiplications = multiplications.saturating_add(match *array {
                Array::Nodes(width) => {
                    expect_elements("the numbers of all nodes", &[self.graph.nodes(), width])?;
                    (nodes + edges).saturating_mul(width as u64)
                }
                Array::Edges => edges,
                Array::Matrix(rows, columns) => nodes.saturating_mul(rows as u64).saturating_mul(columns as u64),
                Array::Bias(rows) => nodes.saturating_mul(rows as u64),
            });
        }
        if self.attention.is_some() {
            expect_elements("attention", &[self.graph.nodes(); 2])?;
        }
        expect_multiplications(multiplications)?;
        Ok(multiplications)
    }

    /// How many numbers a node has in the answer.
    pub(super) fn width(&self) -> usize {
        match self.layers.arrays()[self.output] {
            Array::Nodes(width) => width,
            _ => 0,
        }
    }

    pub(super) fn packed(&self) -> Gathered {
        let given = self.given.iter().map(|(_, tensor)| numbers(tensor).into_owned()).collect();
        Gathered::new(&self.graph, &self.layers, given, (self.output, self.attention))
    }

    pub(super) fn answer(&self, input: &Tensor, upstream: Option<&Tensor>) -> Result<Answer, LayerError> {
        let flat = |tensor: &Tensor| numbers(tensor).into_owned();
        let given =
            || [(Some("input"), input)].into_iter().chain(self.given.iter().map(|(key, tensor)| (*key, tensor)));
        let all = self.layers.forward(&self.graph, given().map(|(_, tensor)| flat(tensor)).collect())?;
        let nodes = self.graph.nodes();
        let Array::Nodes(width) = self.layers.arrays()[self.output] else { return Ok(Answer::default()) };
        let mut answer = Answer { output: tensor(&[nodes, width], all[self.output].clone()), ..Answer::default() };
        if let Some(attention) = self.attention {
            let mut shares = vec![0.0; nodes * nodes];
            for (&(source, target), share) in self.graph.edges().iter().zip(&all[attention]) {
                shares[target * nodes + source] += share;
            }
            answer.states.push(("attention", tensor(&[nodes, nodes], shares)));
        }
        if let Some(upstream) = upstream {
            expect_shape("output_gradient", upstream.shape(), &[nodes, width])?;
            let by = self.layers.backward(&self.graph, &all, (self.output, &numbers(upstream)))?;
            // Arrays are given before anything is made of them, in the order of their keys.
            for ((key, given), by) in given().zip(by) {
                answer.gradients.extend(key.map(|key| (key, tensor(given.shape(), by))));
            }
        }
        Ok(answer)
    }
}

/// A graph in compressed sparse rows: where the links of each node begin, the node at the other end of each, and its edge.
pub(super) fn links(graph: &Graph) -> ([Vec<u32>; 2], Vec<u32>) {
    let (mut starts, mut nodes, mut edges) = (vec![0], Vec::new(), Vec::new());
    for node in 0..graph.nodes() {
        let incoming = graph.incoming(node);
        nodes.extend(incoming.iter().map(|link| link.node));
        edges.extend(incoming.iter().map(|link| link.edge));
        starts.push(nodes.len() as u32);
    }
    ([starts, nodes], edges)
}

/// Pairs of nodes.
fn edges(fields: &Fields<'_>, nodes: usize) -> Result<Vec<(usize, usize)>, ComputeError> {
    let Some(value) = fields.any("edges") else { return Err(wrong("edges", &Value::Null, EDGES)) };
    let list = value.as_array().ok_or_else(|| wrong("edges", value, EDGES))?;
    expect_elements("edges", &[list.len(), 2])?;
    let mut edges = Vec::new();
    for (at, value) in list.iter().enumerate() {
        let key = format!("edges[{at}]");
        let Some([source, target]) = value.as_array().map(Vec::as_slice) else {
            return Err(wrong(&key, value, "a pair [source, target]"));
        };
        let (source, target) = (whole(&key, source, 0)?, whole(&key, target, 0)?);
        if source.max(target) >= nodes {
            let takes = format!("it takes nodes below {nodes}, as many as input has rows");
            return Err(ComputeError::value(format!("{key} is [{source}, {target}]; {takes}")));
        }
        edges.push((source, target));
    }
    Ok(edges)
}
