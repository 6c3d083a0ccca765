//! What pushes a node away, summed over all others: a quadtree, where a crowd far away is as good as one heavy node.
//!
//! Source: J. Barnes and P. Hut, "A Hierarchical O(N log N) Force-Calculation Algorithm", Nature 324, 1986.

/// A square, and what is in it.
#[derive(Clone, Copy, Default)]
struct Square {
    /// How many nodes.
    mass: f32,
    /// The sum of their places; their middle, once all are in.
    at: [f32; 2],
    /// The first of its quarters, which lie one after another; 0 where it has none.
    quarters: u32,
}

/// Squares in squares. The memory is kept from one step to the next.
#[derive(Default)]
pub struct Tree {
    squares: Vec<Square>,
    side: f32,
}

/// Nodes that are nearer to each other than the side over 2 to this power share a square.
const DEEPEST: usize = 20;
/// A square is one heavy node where its side, squared, is smaller than this part of its distance, squared.
const OPENING: f32 = 0.9;
/// From about this distance, squared, on nodes push each other harder.
const NEAR: f32 = 3.5;

impl Tree {
    /// Puts all nodes in.
    pub fn fill(&mut self, places: &[[f32; 2]]) {
        let far = places.iter().flatten().fold(1.0, |far: f32, x| far.max(x.abs()));
        self.side = 2.0 * far;
        self.squares.clear();
        self.squares.push(Square::default());
        for &place in places {
            self.put(place);
        }
        for square in &mut self.squares {
            square.at = square.at.map(|x| x / square.mass.max(1.0));
        }
    }

    fn put(&mut self, place: [f32; 2]) {
        let (mut square, mut middle, mut quarter) = (0, [0.0; 2], self.side / 4.0);
        for depth in 0..=DEEPEST {
            let here = self.squares[square];
            if here.quarters == 0 && here.mass == 1.0 && depth < DEEPEST {
                // Who was here alone moves into a quarter.
                let first = self.squares.len();
                self.squares.resize(first + 4, Square::default());
                self.squares[square].quarters = first as u32;
                self.squares[first + side(here.at, middle)] = Square { quarters: 0, ..here };
            }
            let here = &mut self.squares[square];
            here.mass += 1.0;
            here.at = [here.at[0] + place[0], here.at[1] + place[1]];
            if here.quarters == 0 {
                return;
            }
            let next = side(place, middle);
            square = here.quarters as usize + next;
            middle = [middle[0] + sign(next & 1) * quarter, middle[1] + sign(next >> 1) * quarter];
            quarter /= 2.0;
        }
    }

    /// The push of all others: from each, 1 over its distance.
    pub fn push(&self, place: [f32; 2]) -> [f32; 2] {
        let mut push = [0.0; 2];
        // Squares to be looked at: of each depth, at most the three that follow.
        let mut stack = [(0, 0.0); 3 * DEEPEST + 4];
        stack[0] = (0, self.side * self.side / OPENING);
        let mut waiting = 1;
        while waiting > 0 {
            waiting -= 1;
            let (square, side) = stack[waiting];
            let Square { mass, at, quarters } = self.squares[square as usize];
            let away = [place[0] - at[0], place[1] - at[1]];
            let far = away[0] * away[0] + away[1] * away[1];
            if quarters == 0 || side < far {
                let by = mass * repulsion(far);
                push = [push[0] + by * away[0], push[1] + by * away[1]];
                continue;
            }
            for square in quarters..quarters + 4 {
                if self.squares[square as usize].mass > 0.0 {
                    stack[waiting] = (square, side / 4.0);
                    waiting += 1;
                }
            }
        }
        push
    }
}

/// How strongly a node pushes another away, as a part of the way between them, whose length is squared here: by 1 over
/// the length, and by more where they all but touch.
pub fn repulsion(far: f32) -> f32 {
    let near = 1.0 / far.max(1e-4);
    near + NEAR * near * near
}

fn side(place: [f32; 2], middle: [f32; 2]) -> usize {
    usize::from(place[0] > middle[0]) + 2 * usize::from(place[1] > middle[1])
}

fn sign(side: usize) -> f32 {
    if side == 0 { -1.0 } else { 1.0 }
}
