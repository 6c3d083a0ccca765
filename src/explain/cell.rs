//! The address of one number.

use std::fmt;
use std::ops::Deref;

/// A position in an array of at most [`Index::MAX_AXES`] axes.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Index {
    axes: u8,
    at: [u32; Index::MAX_AXES],
}

impl Index {
    /// Batch, channels and three spatial axes: the most that any layer here uses.
    pub const MAX_AXES: usize = 5;

    /// The index at `position`, or nothing when it has too many axes or is too far out to be an address.
    pub fn new(position: &[usize]) -> Option<Self> {
        let fits = position.len() <= Self::MAX_AXES && position.iter().all(|&axis| u32::try_from(axis).is_ok());
        fits.then(|| Self::at(position))
    }

    fn at(position: &[usize]) -> Self {
        let mut at = [0; Self::MAX_AXES];
        for (slot, &axis) in at.iter_mut().zip(position) {
            *slot = axis as u32;
        }
        Self { axes: position.len() as u8, at }
    }

    /// The positions along each axis, as array indices.
    pub fn to_vec(self) -> Vec<usize> {
        self.iter().map(|&axis| axis as usize).collect()
    }

    /// The position along one axis; 0 where the index has no such axis.
    pub fn axis(self, axis: usize) -> usize {
        self.get(axis).map_or(0, |&at| at as usize)
    }
}

/// Numbers as a list says them: `0, 3, 5`.
pub(crate) fn listed(numbers: &[usize]) -> String {
    joined(&mut numbers.iter().map(ToString::to_string), ", ")
}

/// Texts one after the other, with something between them.
pub(crate) fn joined(texts: &mut dyn Iterator<Item = String>, between: &str) -> String {
    let mut all = texts.next().unwrap_or_default();
    for text in texts {
        all.push_str(between);
        all.push_str(&text);
    }
    all
}

impl Deref for Index {
    type Target = [u32];

    fn deref(&self) -> &[u32] {
        &self.at[..self.axes as usize]
    }
}

impl<const N: usize> From<[usize; N]> for Index {
    fn from(position: [usize; N]) -> Self {
        const { assert!(N <= Index::MAX_AXES) };
        Self::at(&position)
    }
}

impl fmt::Debug for Index {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", &**self)
    }
}

/// The address of one number: the stage that holds it, and where in the stage it is.
///
/// Everything that speaks of a number speaks of its cell: a shape on the canvas, a term of the formula, the keyboard's
/// focus, the URL's `focus` key, the spoken sentence.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct Cell {
    /// The stage's name, as in [`Stage::name`](super::Stage::name).
    pub stage: &'static str,
    /// Where in the stage.
    pub index: Index,
}

impl Cell {
    /// The cell of `stage` at `index`.
    pub fn new(stage: &'static str, index: impl Into<Index>) -> Self {
        Self { stage, index: index.into() }
    }
}

/// As in the URL: `output.0.3.5`.
impl fmt::Display for Cell {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.stage)?;
        self.index.iter().try_for_each(|axis| write!(f, ".{axis}"))
    }
}
