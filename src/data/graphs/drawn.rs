//! The graphs that the page brings, and those that it draws by chance.

use super::known::{karate, molecule};
use futures_util::FutureExt;

use super::{GraphData, MOST_DRAWN, MOST_DRAWN_EDGES};
use crate::compute::Breath;
use crate::data::random::Random;

/// The most rows and columns of a grid.
const MOST_SIDE: usize = MOST_DRAWN.isqrt();
/// So many pairs of nodes are drawn in one piece.
const PIECE: usize = 5000;

/// The features of the lecture's path of three nodes: `A X = [[1, 3], [5, 5], [1, 3]]`.
pub const PATH_X: [[f32; 2]; 3] = [[1.0, 4.0], [1.0, 3.0], [4.0, 1.0]];
/// Its other features: with `Ā = D⁻¹A`, `Ā h = [[3, 4], [3, 4], [3, 4]]`.
pub const PATH_H: [[f32; 2]; 3] = [[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]];

/// A graph by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bundled {
    /// Zachary's karate club: who met whom outside of it, and whom they followed when it split.
    Karate,
    /// Papers that cite others, mostly of their own field, by chance.
    Citations,
    /// One node after another: the lecture's, where it has three.
    Path,
    /// Rows and columns, each node beside its neighbours above, below, left and right.
    Grid,
    /// The atoms of caffeine, but for hydrogen, and the bonds between them.
    Molecule,
    /// Nodes around a circle.
    Ring,
    /// One node in the middle, which all others are beside.
    Star,
    /// Any edge is as likely as any other.
    Random,
}

/// What a graph is drawn with; each reads what it needs.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Recipe {
    /// How many nodes; of a star, with its middle.
    pub nodes: usize,
    /// How many edges, by chance.
    pub edges: usize,
    /// Of a grid.
    pub rows: usize,
    /// Of a grid.
    pub columns: usize,
    /// How many classes citations are of, to 255.
    pub classes: usize,
    /// How many edges a node of the citations has, on average.
    pub degree: f64,
    /// The share of the citations within a class that is to be expected, from 0 to 1.
    pub homophily: f64,
    /// The standard deviation of what is added to the features of citations.
    pub noise: f64,
    /// Of what is left to chance.
    pub seed: u64,
}

impl Default for Recipe {
    fn default() -> Self {
        Self { nodes: 8, edges: 12, rows: 5, columns: 5, classes: 3, degree: 4.0, homophily: 0.8, noise: 1.0, seed: 1 }
    }
}

impl Bundled {
    /// Every graph.
    pub const ALL: [Self; 8] =
        [Self::Karate, Self::Citations, Self::Path, Self::Grid, Self::Molecule, Self::Ring, Self::Star, Self::Random];

    /// Its name in addresses.
    pub fn name(self) -> &'static str {
        ["karate", "citations", "path", "grid", "molecule", "ring", "star", "random"][self as usize]
    }

    /// The graph of that name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|graph| graph.name() == name)
    }

    /// Where it comes from, in a sentence.
    pub fn source(self) -> &'static str {
        match self {
            Self::Karate => {
                "W. W. Zachary, “An Information Flow Model for Conflict and Fission in Small Groups”, Journal of \
                 Anthropological Research 33, 1977; published facts, numbered from 0, without the weights of the edges."
            }
            Self::Citations => {
                "A stochastic block model, drawn here: P. W. Holland et al., “Stochastic blockmodels: First steps”, 1983."
            }
            Self::Path => "The lecture's example of a graph convolution.",
            Self::Molecule => "Caffeine, from its SMILES, which is public knowledge; hydrogen is left out.",
            Self::Random => "Drawn here: P. Erdős and A. Rényi, “On random graphs I”, 1959.",
            Self::Grid | Self::Ring | Self::Star => "Drawn here.",
        }
    }

    /// A recipe that shows it well.
    pub fn recipe(self) -> Recipe {
        let nodes = match self {
            Self::Path => 3,
            Self::Citations => 90,
            Self::Star => 7,
            _ => 8,
        };
        Recipe { nodes, ..Recipe::default() }
    }

    /// The graph: of at most [`MOST_DRAWN`] nodes and [`MOST_DRAWN_EDGES`] edges, and of as many edges as there can be, where more
    /// are asked for.
    pub fn draw(self, recipe: &Recipe) -> GraphData {
        self.draw_in_pieces(recipe, &mut Breath::held()).now_or_never().unwrap_or_default()
    }

    /// The same in pieces: a million edges take longer than a frame.
    pub async fn draw_in_pieces(self, recipe: &Recipe, breath: &mut Breath) -> GraphData {
        let nodes = recipe.nodes.min(MOST_DRAWN);
        let end = nodes as u32;
        match self {
            Self::Karate => karate(),
            Self::Citations => citations(nodes, recipe, breath).await,
            Self::Path => GraphData {
                width: 2,
                features: (0..nodes).flat_map(|node| PATH_X[node % 3]).collect(),
                ..GraphData::of(nodes, (1..end).map(|node| (node - 1, node)).collect())
            },
            Self::Grid => grid(recipe.rows.min(MOST_SIDE), recipe.columns.min(MOST_SIDE)),
            Self::Molecule => molecule(),
            Self::Ring => {
                let mut edges: Vec<_> = (1..end).map(|node| (node - 1, node)).collect();
                if nodes > 2 {
                    edges.push((end - 1, 0));
                }
                lit(0, GraphData::of(nodes, edges))
            }
            Self::Star => lit(0, GraphData::of(nodes, (1..end).map(|node| (0, node)).collect())),
            Self::Random => {
                let wanted = recipe.edges.min(pairs_of(nodes));
                let mut random = Random::new(recipe.seed);
                let pair = &mut || (random.below(nodes), random.below(nodes));
                lit(0, GraphData::of(nodes, distinct(nodes, wanted, pair, breath).await))
            }
        }
    }
}

/// How many pairs of nodes there are; as many as can be counted, where they are more.
fn pairs_of(nodes: usize) -> usize {
    let (one, other) = if nodes.is_multiple_of(2) { (nodes / 2, nodes.saturating_sub(1)) } else { (nodes, nodes / 2) };
    one.saturating_mul(other)
}

/// The same graph with one feature: 1 at a node, 0 at the others.
fn lit(node: usize, mut graph: GraphData) -> GraphData {
    graph.width = 1;
    graph.features = vec![0.0; graph.nodes];
    if let Some(feature) = graph.features.get_mut(node) {
        *feature = 1.0;
    }
    graph
}

/// As many of the pairs drawn as wanted, but for those that came before and those of a node with itself; fewer, where no others
/// come any more.
async fn distinct(
    nodes: usize,
    wanted: usize,
    draw: &mut dyn FnMut() -> (usize, usize),
    breath: &mut Breath,
) -> Vec<(u32, u32)> {
    const NONE: usize = usize::MAX;
    let wanted = wanted.min(MOST_DRAWN_EDGES);
    // The edges of a node: the last of them, and before each the one before.
    let (mut last, mut before) = (vec![NONE; nodes], Vec::new());
    let mut edges: Vec<(u32, u32)> = Vec::new();
    for turn in 0..100 * wanted {
        if edges.len() == wanted {
            break;
        }
        if turn % PIECE == 0 {
            breath.draw().await;
        }
        let (a, b) = draw();
        let (from, to) = (a.min(b), a.max(b));
        let mut at = last[from];
        while at != NONE && edges[at].1 as usize != to {
            at = before[at];
        }
        if from != to && at == NONE {
            before.push(last[from]);
            last[from] = edges.len();
            edges.push((from as u32, to as u32));
        }
    }
    edges
}

/// How many edges lie within classes is drawn first; which, from chances of their own: where homophily changes, all others stay.
async fn citations(nodes: usize, recipe: &Recipe, breath: &mut Breath) -> GraphData {
    let classes = recipe.classes.clamp(1, 255).min(nodes.max(1));
    let class = |node: usize| node * classes / nodes.max(1);
    let start = |class: usize| (class * nodes).div_ceil(classes);
    let wanted = (nodes as f64 * recipe.degree / 2.0).round() as usize;
    let wanted = wanted.min(MOST_DRAWN_EDGES).min(pairs_of(nodes));
    let [mut coins, mut within, mut across, mut noise] = [0, 1, 2, 3].map(|of| Random::new(recipe.seed ^ of << 60));
    let inside = (0..wanted).filter(|_| coins.uniform() < recipe.homophily).count();

    breath.draw().await;
    let inner = &mut || {
        let node = within.below(nodes);
        let first = start(class(node));
        (node, first + within.below(start(class(node) + 1) - first))
    };
    let mut edges = distinct(nodes, inside, inner, breath).await;
    let outer = &mut || {
        let node = across.below(nodes);
        let (first, end) = (start(class(node)), start(class(node) + 1));
        let other = across.below(nodes - (end - first));
        // Where there is one class, nothing is across.
        let skipped = if other < first { other } else { other + end - first };
        (node, if skipped < nodes { skipped } else { node })
    };
    edges.append(&mut distinct(nodes, wanted - inside, outer, breath).await);
    breath.draw().await;
    let mut feature = |at: usize| {
        let own = f64::from(u8::from(at % classes == class(at / classes)));
        (((own + recipe.noise * noise.normal()) * 100.0).round() / 100.0) as f32
    };
    let mut features = Vec::with_capacity(nodes * classes);
    while features.len() < nodes * classes {
        features.extend((features.len()..(features.len() + PIECE).min(nodes * classes)).map(&mut feature));
        breath.draw().await;
    }
    GraphData {
        width: classes,
        features,
        classes: (0..nodes).map(|node| class(node) as u8).collect(),
        ..GraphData::of(nodes, edges)
    }
}

fn grid(rows: usize, columns: usize) -> GraphData {
    let nodes = rows * columns;
    let mut edges = Vec::new();
    for node in 0..nodes {
        if (node + 1) % columns > 0 {
            edges.push((node as u32, node as u32 + 1));
        }
        if node + columns < nodes {
            edges.push((node as u32, (node + columns) as u32));
        }
    }
    let longest = rows.max(columns).saturating_sub(1).max(1) as f32;
    let place = |node: usize| [(node % columns) as f32 / longest, (node / columns) as f32 / longest];
    let middle = rows / 2 * columns + columns / 2;
    GraphData { places: Some((0..nodes).map(place).collect()), ..lit(middle, GraphData::of(nodes, edges)) }
}
