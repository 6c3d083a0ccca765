//! Nodes push each other away, edges pull them together, until they come to rest.

use super::fit;
use super::start::Neighbours;
use super::tree::{Tree, repulsion};
use crate::data::random::Random;

/// Steps until all is still.
pub const MOST_STEPS: usize = 150;
/// What is left of the longest move from one step to the next.
const COOLING: f32 = 0.96;
/// Shorter moves are not seen; an edge between two nodes is 1 long.
const STILL: f32 = 0.003;
/// So many nodes are compared one by one, which keeps what is alike alike.
const FEW: usize = 256;
/// So many of more nodes are pushed in one piece of a step.
const PIECE: usize = 500;

/// A layout by forces: nodes push each other away by k²/distance (and harder where they all but touch), an edge pulls its
/// ends together by distance²/k. It begins where hops say, and each step moves nodes less far than the one before. Parts that do not hang together keep near by being
/// pulled to the middle as a whole.
///
/// A step takes O(n log n + m); nothing is allocated for it.
///
/// Source: T. Fruchterman and E. Reingold, "Graph Drawing by Force-directed Placement", Software: Practice and Experience 21,
/// 1991.
///
/// ```
/// use layerscope::scene::arrange::Forces;
/// let places = Forces::new(3, &[(0, 1), (1, 2)], 1).run(150);
/// assert!((places[1][0] - 0.5).abs() < 0.01);
/// ```
pub struct Forces {
    places: Vec<[f32; 2]>,
    /// Both directions of the force on each node, and how much it grows with a move.
    forces: Vec<[f32; 3]>,
    edges: Vec<(u32, u32)>,
    parts: Vec<Vec<u32>>,
    tree: Tree,
    heat: f32,
    steps: usize,
    /// How many nodes have been pushed in the step that is being made.
    pushed: usize,
}

impl Forces {
    /// Nodes at their start. Which way an edge leads does not count; edges to nodes that are not there pull nothing.
    pub fn new(nodes: usize, edges: &[(u32, u32)], seed: u64) -> Self {
        let pulls = |&(a, b): &(u32, u32)| a != b && (a.max(b) as usize) < nodes;
        let edges: Vec<_> = edges.iter().copied().filter(pulls).collect();
        let (mut places, parts) = Neighbours::new(nodes, &edges).places();
        let mut random = Random::new(seed);
        for x in places.iter_mut().flatten() {
            *x += 0.02 * (2.0 * random.uniform() as f32 - 1.0);
        }
        let heat = 0.3 + 0.05 * (nodes as f32).sqrt();
        Self { forces: vec![[0.0; 3]; nodes], places, edges, parts, tree: Tree::default(), heat, steps: 0, pushed: 0 }
    }

    /// Moves all nodes once; whether they still move.
    pub fn step(&mut self) -> bool {
        while self.moves() && !self.piece() {}
        self.moves()
    }

    /// Whether the nodes still move.
    pub fn moves(&self) -> bool {
        self.steps < MOST_STEPS && self.places.len() > 1
    }

    /// How many steps were made.
    pub fn steps(&self) -> usize {
        self.steps
    }

    /// Does a piece of a step, which takes no more than a few milliseconds; whether the step is made. However a step is cut, the
    /// nodes come to the same places.
    pub fn piece(&mut self) -> bool {
        if !self.push() {
            return false;
        }
        self.pull();
        self.shift();
        true
    }

    /// Moves each node to where it is pushed and pulled.
    fn shift(&mut self) {
        self.steps += 1;
        let mut longest = 0.0_f32;
        for (place, &[x, y, stiff]) in self.places.iter_mut().zip(&self.forces) {
            let far = (x * x + y * y).sqrt() / stiff;
            let by = if far > self.heat { self.heat / far } else { 1.0 } / stiff;
            *place = [place[0] + by * x, place[1] + by * y];
            longest = longest.max(far.min(self.heat));
        }
        self.heat *= COOLING;
        if longest < STILL {
            self.steps = MOST_STEPS;
        }
    }

    /// Takes at most so many steps; [`places`](Self::places) then.
    pub fn run(mut self, steps: usize) -> Vec<[f32; 2]> {
        (0..steps).all(|_| self.step());
        self.places()
    }

    /// Where the nodes are, in the unit square.
    pub fn places(&self) -> Vec<[f32; 2]> {
        let mut places = self.places.clone();
        fit(&mut places);
        places
    }

    /// Pushes all nodes apart, or of many the next ones; whether all were pushed.
    fn push(&mut self) -> bool {
        let nodes = self.places.len();
        if nodes > FEW {
            if self.pushed == 0 {
                self.tree.fill(&self.places);
            }
            let piece = self.pushed..nodes.min(self.pushed + PIECE);
            for (force, &place) in self.forces[piece.clone()].iter_mut().zip(&self.places[piece.clone()]) {
                let [x, y] = self.tree.push(place);
                *force = [x, y, 1.0];
            }
            self.pushed = piece.end % nodes;
            return self.pushed == 0;
        }
        self.forces.fill([0.0, 0.0, 1.0]);
        for (node, &[x, y]) in self.places.iter().enumerate() {
            let (before, here) = self.forces.split_at_mut(node);
            for (force, other) in before.iter_mut().zip(&self.places) {
                let away = [x - other[0], y - other[1]];
                let by = repulsion(away[0] * away[0] + away[1] * away[1]);
                for axis in 0..2 {
                    force[axis] -= by * away[axis];
                    here[0][axis] += by * away[axis];
                }
            }
        }
        true
    }

    fn pull(&mut self) {
        for &(a, b) in &self.edges {
            let (a, b) = (a as usize, b as usize);
            let [from, to] = [self.places[a], self.places[b]];
            let [x, y] = [to[0] - from[0], to[1] - from[1]];
            let far = (x * x + y * y).sqrt();
            for (node, by) in [(a, far), (b, -far)] {
                let force = &mut self.forces[node];
                *force = [force[0] + by * x, force[1] + by * y, force[2] + 2.0 * far];
            }
        }
        // In a crowd, parts are nearer to each other, so that the largest still fills the picture.
        let strength = 0.22 + 0.006 * (self.places.len() as f32).sqrt();
        for part in &self.parts {
            let sum = part.iter().fold([0.0; 2], |[x, y], &node| {
                let place = self.places[node as usize];
                [x + place[0], y + place[1]]
            });
            let middle = sum.map(|sum| sum / part.len() as f32);
            for &node in part {
                let force = &mut self.forces[node as usize];
                *force = [force[0] - strength * middle[0], force[1] - strength * middle[1], force[2]];
            }
        }
    }
}
