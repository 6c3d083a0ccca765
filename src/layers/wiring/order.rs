//! The numbers of a tensor in another order.

use super::explain::{MOD, PERMUTATION};
use crate::explain::Expr;
use crate::layers::notation::variables;

/// Which number stands where: those of a tensor in another order, its shape kept.
#[derive(Clone, Debug, PartialEq)]
pub struct Order {
    source: Vec<usize>,
    told: Told,
}

/// How the order is told in formulas.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Told {
    /// Every number where it was.
    Kept,
    /// Along both axes, going round at the edges.
    Shifted { size: usize, by: [isize; 2] },
    /// All axes at once.
    Together,
    /// So many axes, each in the same new order.
    Each(usize),
}

impl Order {
    /// Every one of so many numbers where it was.
    pub fn kept(numbers: usize) -> Self {
        Self { source: (0..numbers).collect(), told: Told::Kept }
    }

    /// A square picture moved down and right; what leaves it comes in at the other side.
    pub fn shifted(size: usize, by: [isize; 2]) -> Self {
        let back = |at: usize, by: isize| (at as isize - by).rem_euclid(size.max(1) as isize) as usize;
        let source = |place: usize| back(place / size, by[0]) * size + back(place % size, by[1]);
        Self { source: (0..size * size).map(source).collect(), told: Told::Shifted { size, by } }
    }

    /// All numbers permuted, whatever their axes.
    pub fn together(permutation: &[usize]) -> Self {
        Self { source: permutation.to_vec(), told: Told::Together }
    }

    /// The first axis permuted; each of its entries holds `inner` numbers.
    pub fn first_axis(permutation: &[usize], inner: usize) -> Self {
        let source = |place: usize| permutation[place / inner] * inner + place % inner;
        Self { source: (0..permutation.len() * inner).map(source).collect(), told: Told::Each(1) }
    }

    /// Rows and columns of a square matrix permuted alike.
    pub fn both_axes(permutation: &[usize]) -> Self {
        let nodes = permutation.len();
        let source = |place: usize| permutation[place / nodes] * nodes + permutation[place % nodes];
        Self { source: (0..nodes * nodes).map(source).collect(), told: Told::Each(2) }
    }

    /// How many numbers there are.
    pub fn len(&self) -> usize {
        self.source.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.source.is_empty()
    }

    /// The place from which the number at `place` comes.
    pub fn source(&self, place: usize) -> usize {
        self.source.get(place).copied().unwrap_or(place)
    }

    /// The subscripts of the number that comes to stand at these.
    pub(super) fn subscripts(&self, at: &[&'static str]) -> Vec<Expr> {
        let permuted = |letters: &[&'static str]| Expr::Call(PERMUTATION, variables(letters));
        let each = |(axis, &letter): (usize, &&'static str)| match self.told {
            Told::Shifted { size, by } => match by.get(axis) {
                Some(&by) if by != 0 => {
                    let back = Expr::Sum(vec![Expr::variable(letter), Expr::Number(-(by as f64))]);
                    Expr::Call(MOD, vec![back, Expr::Number(size as f64)])
                }
                _ => Expr::variable(letter),
            },
            Told::Each(axes) if axis < axes => permuted(&[letter]),
            _ => Expr::variable(letter),
        };
        if self.told == Told::Together {
            return vec![permuted(at)];
        }
        at.iter().enumerate().map(each).collect()
    }
}
