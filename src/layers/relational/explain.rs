//! Why each number of a layer on a graph is what it is, forward and backward.

use super::{Array, Made, Making, Reads, Relational, Summand};
use crate::explain::{Cell, Explanation, Expr, Function, Index, Stage};
use crate::layers::activation::EXP;
use crate::layers::notation::{minus, sum_over, variables};
use crate::layers::pool::{MAX, MIN};
use crate::layers::{Activation, Gathering, Graph};

/// The neighbours of v, as an index to sum over, and the nodes whose neighbour u is.
const NEIGHBOURS: &str = "u∈N(v)";
const READERS: &str = "v: u∈N(v)";

/// A graph, the equations on it, and the stages that hold the arrays, in the same order: `[forward, backward]`, where they are shown.
pub struct RelationalStages<'a> {
    /// The graph.
    pub graph: &'a Graph,
    /// The equations.
    pub layers: &'a Relational,
    /// What each array holds.
    pub forward: Vec<Option<&'a Stage>>,
    /// The gradient by each array.
    pub backward: Vec<Option<&'a Stage>>,
}

impl<'a> RelationalStages<'a> {
    /// Where a place of an array stands in its stage: edges are shown by target and source, as in the adjacency matrix.
    pub(super) fn position(&self, (array, place): (usize, usize)) -> Vec<usize> {
        match self.layers.arrays[array] {
            Array::Nodes(width) => vec![place / width.max(1), place % width.max(1)],
            Array::Matrix(_, columns) => vec![place / columns.max(1), place % columns.max(1)],
            Array::Bias(_) => vec![place],
            Array::Edges => {
                let (source, target) = self.graph.edges()[place];
                vec![target, source]
            }
        }
    }

    /// The place of a cell in its array; nothing for a pair of nodes that no edge joins.
    pub(super) fn place(&self, array: usize, at: Index) -> Option<usize> {
        match self.layers.arrays[array] {
            Array::Nodes(width) | Array::Matrix(_, width) => Some(at.axis(0) * width + at.axis(1)),
            Array::Bias(_) => Some(at.axis(0)),
            Array::Edges => {
                let mut incoming = self.graph.incoming(at.axis(0)).iter();
                incoming.find(|link| link.node as usize == at.axis(1)).map(|link| link.edge as usize)
            }
        }
    }

    pub(super) fn find(&self, stages: &[Option<&'a Stage>], name: &str) -> Option<usize> {
        stages.iter().position(|stage| stage.is_some_and(|stage| stage.name == name))
    }

    fn leaf(&self, stages: &[Option<&'a Stage>], (array, place): (usize, usize)) -> Option<Expr> {
        Some(stages[array]?.at(&self.position((array, place))))
    }

    /// Why a number is what it is; nothing where it was given, or where the stages are not of these arrays.
    pub fn explain(&self, cell: Cell) -> Option<Explanation> {
        match self.find(&self.forward, cell.stage) {
            Some(array) => self.explain_forward(array, cell),
            None => self.explain_backward(self.find(&self.backward, cell.stage)?, cell),
        }
    }

    fn product(&self, reads: Reads) -> Option<Expr> {
        let mut factors = Vec::new();
        if reads.times != 1.0 {
            factors.push(Expr::Number(reads.times));
        }
        for read in reads.each() {
            factors.push(self.leaf(&self.forward, read)?);
        }
        Some(if factors.len() == 1 { factors.remove(0) } else { Expr::Product(factors) })
    }

    /// What a number is made from, term by term.
    fn terms(&self, made: &Made, place: usize) -> Option<Vec<Expr>> {
        let mut all = Some(Vec::new());
        self.layers.each(self.graph, made, place, &mut |reads| {
            let term = self.product(reads);
            all = all.take().and_then(|mut all| {
                all.push(term?);
                Some(all)
            });
        });
        all
    }

    fn explain_forward(&self, array: usize, cell: Cell) -> Option<Explanation> {
        let (made, place, stage) = (self.layers.made(array)?, self.place(array, cell.index)?, self.forward[array]?);
        let mut terms = self.terms(made, place)?;
        let of = |array: usize, letters: &[&'static str]| Some(self.forward[array]?.general(variables(letters)));
        let (left, rule, made_from) = match &made.rule {
            Making::Sum(summands) => {
                let rule = summands.iter().map(|summand| self.general(*summand)).collect::<Option<Vec<_>>>()?;
                let edges = self.layers.arrays[array] == Array::Edges;
                (if edges { ["v", "u"] } else { ["v", "o"] }, sum(rule), sum(terms))
            }
            Making::Gather(gathering, read) => {
                let neighbour = of(*read, &["u", "o"])?;
                let (rule, made_from) = match gathering {
                    Gathering::Sum => (sum_over(NEIGHBOURS, neighbour), Expr::Sum(terms)),
                    Gathering::Mean if terms.is_empty() => (mean(neighbour), Expr::Sum(terms)),
                    Gathering::Mean => {
                        let count = Expr::Number(terms.len() as f64);
                        (mean(neighbour), Expr::Sum(terms).over(count))
                    }
                    _ if terms.is_empty() => (neighbour, Expr::Number(0.0)),
                    Gathering::Max => (Expr::call(of_neighbours(MAX), neighbour), Expr::Call(MAX, terms)),
                    Gathering::Min => (Expr::call(of_neighbours(MIN), neighbour), Expr::Call(MIN, terms)),
                };
                (["v", "o"], rule, made_from)
            }
            Making::Squash(activation, read) => {
                let letters = if self.layers.arrays[array] == Array::Edges { ["v", "u"] } else { ["v", "o"] };
                let call = |z| squashed(*activation, z, false);
                (letters, call(of(*read, &letters)?), call(terms.remove(0)))
            }
            Making::Share(read) => {
                let largest =
                    terms.iter().max_by(|a, b| a.value().partial_cmp(&b.value()).unwrap_or_else(|| 0.cmp(&0)))?;
                let power = |z: Expr| Expr::call(EXP, minus(z, largest.clone()));
                let own = power(self.leaf(&self.forward, (*read, place))?);
                let all = Expr::Sum(terms.iter().cloned().map(power).collect());
                let exp = |letter| Some(Expr::call(EXP, of(*read, &["v", letter])?));
                (["v", "u"], exp("u")?.over(sum_over("w∈N(v)", exp("w")?)), own.over(all))
            }
        };
        Some(Explanation::computed(stage, &stage.position(cell.index), of(array, &left)?, rule, made_from))
    }

    /// A summand for any node v and feature o, or any edge from u to v.
    fn general(&self, summand: Summand) -> Option<Expr> {
        let of = |array: usize, letters: &[&'static str]| Some(self.forward[array]?.general(variables(letters)));
        Some(match summand {
            Summand::Linear { matrix, of: read } => {
                sum_over("i", of(matrix, &["o", "i"])?.times(of(read, &["v", "i"])?))
            }
            Summand::Bias(bias) => of(bias, &["o"])?,
            Summand::Neighbours { by, of: read } => {
                sum_over(NEIGHBOURS, of(by, &["v", "u"])?.times(of(read, &["u", "o"])?))
            }
            Summand::Own { times, of: read } => times_one(times, of(read, &["v", "o"])?),
            Summand::Source(read) => of(read, &["u"])?,
            Summand::Target(read) => of(read, &["v"])?,
        })
    }

    fn explain_backward(&self, array: usize, cell: Cell) -> Option<Explanation> {
        let (place, stage) = (self.place(array, cell.index)?, self.backward[array]?);
        let readers: Vec<&Made> = self.readers(array);
        if readers.is_empty() {
            return None;
        }
        let (mut terms, mut rules) = (Vec::new(), Vec::new());
        for made in readers {
            rules.extend(self.general_share(made, array));
            for result in self.results(made, (array, place)) {
                terms.extend(self.share(made, result, (array, place)));
            }
        }
        let letters: &[&'static str] = match self.layers.arrays[array] {
            Array::Nodes(_) => &["u", "i"],
            Array::Edges => &["v", "u"],
            Array::Matrix(..) => &["o", "i"],
            Array::Bias(_) => &["o"],
        };
        let left = stage.general(variables(letters));
        Some(Explanation::computed(stage, &stage.position(cell.index), left, sum(rules), sum(terms)))
    }

    /// The equations that read an array, the last first.
    pub(super) fn readers(&self, array: usize) -> Vec<&Made> {
        self.layers.equations.iter().rev().filter(|made| made.rule.reads(array)).collect()
    }

    /// The places of what an equation gives that a number is read for.
    pub(super) fn results(&self, made: &Made, read: (usize, usize)) -> Vec<usize> {
        let reads = |place: &usize| {
            let mut found = false;
            self.layers.each(self.graph, made, *place, &mut |reads| found |= reads.each().any(|other| other == read));
            found
        };
        match made.rule {
            Making::Squash(..) => vec![read.1],
            Making::Share(_) => vec![read.1],
            _ => self.candidates(made, read).into_iter().filter(reads).collect(),
        }
    }

    /// The places of what an equation gives that a number may be read for: only weights are read at all of them.
    fn candidates(&self, made: &Made, (array, place): (usize, usize)) -> Vec<usize> {
        let links = |node: usize| [self.graph.outgoing(node), self.graph.incoming(node)];
        let mut near: Vec<usize> = match (self.layers.arrays[array], self.layers.arrays[made.array]) {
            (Array::Nodes(width), Array::Edges) => {
                links(place / width.max(1)).into_iter().flatten().map(|link| link.edge as usize).collect()
            }
            (Array::Nodes(width), Array::Nodes(wide)) => {
                let node = place / width.max(1);
                let beside = self.graph.outgoing(node).iter().map(|link| link.node as usize);
                beside.chain([node]).flat_map(|node| node * wide..(node + 1) * wide).collect()
            }
            (Array::Edges, Array::Nodes(wide)) => {
                let (_, target) = self.graph.edges()[place];
                (target * wide..(target + 1) * wide).collect()
            }
            (_, form) => return (0..form.len(self.graph)).collect(),
        };
        near.sort_unstable();
        near.dedup();
        near
    }

    /// What a number gets of a result's gradient, term by term.
    fn share(&self, made: &Made, result: usize, read: (usize, usize)) -> Vec<Expr> {
        let forward = |read| self.leaf(&self.forward, read);
        let Some(g) = self.leaf(&self.backward, (made.array, result)) else { return Vec::new() };
        let mut terms = Vec::new();
        match &made.rule {
            Making::Sum(_) => self.layers.each(self.graph, made, result, &mut |reads| {
                let others = match reads.second {
                    Some(second) if second == read => vec![reads.first],
                    second if reads.first == read => second.into_iter().collect(),
                    _ => return,
                };
                let mut factors = vec![g.clone()];
                factors.extend((reads.times != 1.0).then_some(Expr::Number(reads.times)));
                factors.extend(others.into_iter().filter_map(forward));
                terms.push(if factors.len() == 1 { factors.remove(0) } else { Expr::Product(factors) });
            }),
            Making::Gather(gathering, _) => {
                let among = self.equals(made, result);
                if among.contains(&read) {
                    let alone = *gathering == Gathering::Sum || among.len() == 1;
                    terms.push(if alone { g } else { g.over(Expr::Number(among.len() as f64)) });
                }
            }
            Making::Squash(activation, of) => {
                terms.extend(forward((*of, result)).map(|z| slope(*activation, g, z)));
            }
            Making::Share(_) => {
                let mut products = Vec::new();
                self.layers.each(self.graph, made, result, &mut |reads| {
                    let other = (made.array, reads.first.1);
                    products.extend(self.leaf(&self.backward, other).zip(forward(other)).map(|(g, y)| g.times(y)));
                });
                terms.extend(forward((made.array, result)).map(|y| y.times(minus(g, Expr::Sum(products)))));
            }
        }
        terms
    }

    /// Among which numbers the gradient of a gathered one is shared.
    pub(super) fn equals(&self, made: &Made, result: usize) -> Vec<(usize, usize)> {
        let number = |read: (usize, usize)| {
            let position = self.position(read);
            self.forward[read.0].map_or(0.0, |stage| stage.leaf(&position).value)
        };
        self.layers.equals(self.graph, made, result, &number)
    }

    /// What any number of an array gets of the gradient of what an equation gives.
    fn general_share(&self, made: &Made, array: usize) -> Vec<Expr> {
        let forward = |array: usize, letters: &[&'static str]| Some(self.forward[array]?.general(variables(letters)));
        let g = |letters: &[&'static str]| Some(self.backward[made.array]?.general(variables(letters)));
        let edges = self.layers.arrays[array] == Array::Edges;
        let own = if edges { ["v", "u"] } else { ["u", "i"] };
        let of_summand = |summand: &Summand| match *summand {
            Summand::Linear { matrix, of } if matrix == array => {
                Some(sum_over("v", g(&["v", "o"])?.times(forward(of, &["v", "i"])?)))
            }
            Summand::Linear { matrix, .. } => Some(sum_over("o", g(&["u", "o"])?.times(forward(matrix, &["o", "i"])?))),
            Summand::Bias(_) => Some(sum_over("v", g(&["v", "o"])?)),
            Summand::Neighbours { by, of } if by == array => {
                Some(sum_over("o", g(&["v", "o"])?.times(forward(of, &["u", "o"])?)))
            }
            Summand::Neighbours { by, .. } => Some(sum_over(READERS, g(&["v", "i"])?.times(forward(by, &["v", "u"])?))),
            Summand::Own { times, .. } => Some(times_one(times, g(&["u", "i"])?)),
            Summand::Source(_) => Some(sum_over(READERS, g(&["v", "u"])?)),
            Summand::Target(_) => Some(sum_over("w∈N(u)", g(&["u", "w"])?)),
        };
        let rule = |made: &Made| match &made.rule {
            Making::Sum(_) => None,
            Making::Gather(Gathering::Sum, _) => Some(sum_over(READERS, g(&["v", "i"])?)),
            Making::Gather(Gathering::Mean, _) => {
                Some(sum_over(READERS, g(&["v", "i"])?.over(Expr::variable("|N(v)|"))))
            }
            Making::Gather(..) => Some(sum_over("won", g(&["v", "i"])?)),
            Making::Squash(activation, of) => Some(slope(*activation, g(&own)?, forward(*of, &own)?)),
            Making::Share(_) => {
                let others = sum_over("w∈N(v)", g(&["v", "w"])?.times(forward(made.array, &["v", "w"])?));
                Some(forward(made.array, &["v", "u"])?.times(minus(g(&["v", "u"])?, others)))
            }
        };
        match &made.rule {
            Making::Sum(summands) => summands.iter().filter(|all| all.reads(array)).filter_map(of_summand).collect(),
            _ => rule(made).into_iter().collect(),
        }
    }
}

fn sum(mut terms: Vec<Expr>) -> Expr {
    if terms.len() == 1 { terms.remove(0) } else { Expr::Sum(terms) }
}

fn mean(neighbour: Expr) -> Expr {
    sum_over(NEIGHBOURS, neighbour).over(Expr::variable("|N(v)|"))
}

fn times_one(times: f64, of: Expr) -> Expr {
    if times == 1.0 { of } else { Expr::Number(times).times(of) }
}

/// The largest or smallest of what the neighbours have.
fn of_neighbours(function: Function) -> Function {
    Function { name: if function == MAX { "max over N(v) of" } else { "min over N(v) of" }, ..function }
}

fn squashed(activation: Activation, z: Expr, derivative: bool) -> Expr {
    let Some(pointwise) = activation.pointwise().filter(|_| activation != Activation::Identity) else { return z };
    let mut arguments = vec![z];
    arguments.extend(pointwise.parameter.map(Expr::Number));
    Expr::Call(if derivative { pointwise.derivative } else { pointwise.function }, arguments)
}

/// g · σ′(z).
fn slope(activation: Activation, g: Expr, z: Expr) -> Expr {
    if activation == Activation::Identity { g } else { g.times(squashed(activation, z, true)) }
}
