//! Where forces begin: nodes are about as far from each other as they are hops apart, so that nothing has to be unfolded.
//!
//! Source: U. Brandes and C. Pich, "Eigensolver Methods for Progressive Multidimensional Scaling of Large Data", Graph Drawing,
//! 2006.

use crate::data::sin_cos;

/// How often a direction is multiplied until it stays.
const ITERATIONS: usize = 50;
/// How long a hop is at the start: longer than at the end, so that lines are pulled straight and not pressed into bends.
const HOP: f32 = 2.5;
/// What no way has led to yet.
const FAR: u32 = u32::MAX;

/// Who is beside whom: the neighbours of node v are those from `starts[v]` to `starts[v + 1]`.
pub struct Neighbours {
    starts: Vec<u32>,
    all: Vec<u32>,
    hops: Vec<u32>,
}

impl Neighbours {
    pub fn new(nodes: usize, edges: &[(u32, u32)]) -> Self {
        let mut starts = vec![0; nodes + 1];
        for &(a, b) in edges {
            starts[a as usize + 1] += 1;
            starts[b as usize + 1] += 1;
        }
        for node in 0..nodes {
            starts[node + 1] += starts[node];
        }
        let mut free = starts.clone();
        let mut all = vec![0; 2 * edges.len()];
        for &(a, b) in edges {
            for (here, there) in [(a, b), (b, a)] {
                all[free[here as usize] as usize] = there;
                free[here as usize] += 1;
            }
        }
        Self { starts, all, hops: vec![FAR; nodes] }
    }

    fn beside(&self, node: u32) -> &[u32] {
        &self.all[self.starts[node as usize] as usize..self.starts[node as usize + 1] as usize]
    }

    /// Counts the hops from a node; the nodes that it reached, nearest first, are written behind those in `reached`.
    fn walk(&mut self, from: u32, reached: &mut Vec<u32>) {
        let mut at = reached.len();
        self.hops[from as usize] = 0;
        reached.push(from);
        while let Some(&node) = reached.get(at) {
            at += 1;
            for next in self.starts[node as usize]..self.starts[node as usize + 1] {
                let next = self.all[next as usize];
                if self.hops[next as usize] == FAR {
                    self.hops[next as usize] = self.hops[node as usize] + 1;
                    reached.push(next);
                }
            }
        }
    }

    /// A place for each node, and which nodes hang together. Each part lies beside those before it, the largest in the middle.
    pub fn places(&mut self) -> (Vec<[f32; 2]>, Vec<Vec<u32>>) {
        let mut places = vec![[0.0; 2]; self.hops.len()];
        let mut parts: Vec<Vec<u32>> = Vec::new();
        let mut largest = 0;
        for node in 0..places.len() {
            if self.hops[node] != FAR {
                continue;
            }
            let mut part = Vec::new();
            self.walk(node as u32, &mut part);
            parts.push(part);
            let last = parts.len() - 1;
            largest = if parts[last].len() > parts[largest].len() { last } else { largest };
        }
        if largest > 0 {
            parts.swap(0, largest);
        }
        let mut area = 0.0_f32;
        for (turn, part) in parts.iter().enumerate() {
            self.unfold(part, &mut places);
            let radius = part.iter().fold(0.0_f32, |far, &node| far.max(length(places[node as usize]))) + 0.5;
            // As seeds in a sunflower.
            let (far, angle) = (area.sqrt() + radius, 2.4 * turn as f64);
            let [y, x] = if turn == 0 { [0.0; 2] } else { sin_cos(angle).map(|part| far * part as f32) };
            part.iter()
                .for_each(|&node| places[node as usize] = [places[node as usize][0] + x, places[node as usize][1] + y]);
            area += radius * radius;
        }
        (places, parts)
    }

    /// The two directions in which hops to some nodes of a part, the pivots, differ most.
    fn unfold(&mut self, part: &[u32], places: &mut [[f32; 2]]) {
        let pivots = part.len().min(if part.len() <= 256 { 64 } else { 12 });
        let mut matrix = vec![0.0; part.len() * pivots];
        let mut nearest = vec![FAR; part.len()];
        let mut reached = Vec::new();
        for pivot in 0..pivots {
            // As far as can be from those before.
            let from = (0..part.len()).fold(0, |far, node| if nearest[node] > nearest[far] { node } else { far });
            part.iter().for_each(|&node| self.hops[node as usize] = FAR);
            reached.clear();
            self.walk(part[from], &mut reached);
            for (place, &node) in part.iter().enumerate() {
                let far = self.hops[node as usize];
                nearest[place] = nearest[place].min(far);
                matrix[place * pivots + pivot] = -0.5 * (far as f32) * (far as f32);
            }
        }
        centre(&mut matrix, pivots);
        let mut square = vec![0.0; pivots * pivots];
        for row in matrix.chunks_exact(pivots) {
            for (to, left) in square.chunks_exact_mut(pivots).zip(row) {
                to.iter_mut().zip(row).for_each(|(to, right)| *to += left * right);
            }
        }
        let mut first = vec![0.0; pivots];
        let mut stretches = [0.0; 2];
        for axis in 0..2 {
            let mut direction: Vec<f32> = (0..pivots).map(|pivot| 1.0 / (1 + pivot + axis) as f32).collect();
            let mut stretch = 0.0;
            for _ in 0..ITERATIONS {
                let along = dot(&direction, &first);
                direction.iter_mut().zip(&first).for_each(|(x, first)| *x -= along * first);
                let next: Vec<f32> = square.chunks_exact(pivots).map(|row| dot(row, &direction)).collect();
                let length = dot(&next, &next).sqrt();
                if length <= 1e-4 * stretches[0] {
                    // A straight line: there is no second direction.
                    direction.fill(0.0);
                    break;
                }
                stretch = length / dot(&direction, &direction).sqrt();
                direction = next.iter().map(|x| x / length).collect();
            }
            // It was stretched by the places and by those of the pivots: once is enough.
            stretches[axis] = stretch;
            let scale = (stretch * pivots as f32 / part.len() as f32).sqrt().sqrt().max(1e-3);
            for (row, &node) in matrix.chunks_exact(pivots).zip(part) {
                places[node as usize][axis] = HOP * dot(row, &direction) / scale;
            }
            first = direction;
        }
        self.turn(part, places, stretches[1] > 0.9 * stretches[0]);
    }

    /// Turns a part so that edges are level or upright, where all can be; so that its first node is at the top, where all
    /// directions are alike; then mirrors it so that it begins at the top left.
    fn turn(&self, part: &[u32], places: &mut [[f32; 2]], round: bool) {
        // Directions, four times as far around: level and upright are the same.
        let (mut sum, mut all) = ([0.0; 2], 0.0);
        for &node in part {
            let from = places[node as usize];
            for &next in self.beside(node) {
                let to = places[next as usize];
                let edge = [to[0] - from[0], to[1] - from[1]];
                let far = length(edge);
                let twice = times(edge, edge);
                let fourfold = times(twice, twice);
                let by = 1.0 / (far * far * far).max(1e-9);
                sum = [sum[0] + by * fourfold[0], sum[1] + by * fourfold[1]];
                all += far;
            }
        }
        let [x, y] = places[part[0] as usize];
        let turn = if length(sum) > 0.8 * all {
            let [x, y] = halved(halved(sum));
            [x, -y]
        } else if round && length([x, y]) > 0.1 {
            direction([-y, -x])
        } else {
            [1.0, 0.0]
        };
        part.iter().for_each(|&node| places[node as usize] = times(places[node as usize], turn));
        let [first, second] = [part[0], part[part.len().min(2) - 1]].map(|node| places[node as usize]);
        let mirror = [2.0 * first[0] > second[0], first[1] > 0.0].map(|mirror| if mirror { -1.0 } else { 1.0 });
        for &node in part {
            let [x, y] = places[node as usize];
            places[node as usize] = [mirror[0] * x, mirror[1] * y];
        }
    }
}

/// The same direction, with a length of 1; downwards where there is none.
fn direction([x, y]: [f32; 2]) -> [f32; 2] {
    let far = length([x, y]);
    if far > 0.0 { [x / far, y / far] } else { [0.0, 1.0] }
}

/// The direction that is turned half as far.
fn halved(turned: [f32; 2]) -> [f32; 2] {
    let [x, y] = direction(turned);
    direction([1.0 + x, y])
}

/// As complex numbers: turned and stretched.
fn times([a, b]: [f32; 2], [c, d]: [f32; 2]) -> [f32; 2] {
    [a * c - b * d, a * d + b * c]
}

fn length([x, y]: [f32; 2]) -> f32 {
    (x * x + y * y).sqrt()
}

/// Takes from each number what its row and its column have in common.
fn centre(matrix: &mut [f32], columns: usize) {
    let rows = matrix.len() / columns.max(1);
    let mut means = vec![0.0; columns];
    for row in matrix.chunks_exact_mut(columns) {
        let mean = row.iter().fold(0.0, |sum, x| sum + x) / columns as f32;
        for (x, sum) in row.iter_mut().zip(&mut means) {
            *x -= mean;
            *sum += *x / rows as f32;
        }
    }
    for row in matrix.chunks_exact_mut(columns) {
        row.iter_mut().zip(&means).for_each(|(x, mean)| *x -= mean);
    }
}

fn dot(left: &[f32], right: &[f32]) -> f32 {
    left.iter().zip(right).fold(0.0, |sum, (left, right)| sum + left * right)
}
