//! The letters of general formulas.

use crate::explain::{Expr, Series, Stage};

/// The example in the batch.
pub const EXAMPLE: &str = "e";
/// The output channel.
pub const OUTPUT: &str = "o";
/// The input channel.
pub const CHANNEL: &str = "c";

/// The letters of a sliding window, one for each axis in space.
pub struct Letters {
    /// Where the window stands: the position in the output.
    pub position: &'static [&'static str],
    /// The tap in the window.
    pub tap: &'static [&'static str],
    /// How many taps there are.
    pub kernel: &'static [&'static str],
    /// The cell of the input.
    pub cell: &'static [&'static str],
    /// How many cells the input has.
    pub length: &'static [&'static str],
}

/// The letters for so many axes in space: those of the lecture, continued to three.
pub fn letters(axes: usize) -> Letters {
    match axes {
        0 => Letters { position: &[], tap: &[], kernel: &[], cell: &[], length: &[] },
        1 => Letters { position: &["t"], tap: &["j"], kernel: &["k"], cell: &["u"], length: &["n"] },
        2 => Letters {
            position: &["i", "j"],
            tap: &["n", "m"],
            kernel: &["N", "M"],
            cell: &["u", "v"],
            length: &["H", "W"],
        },
        _ => Letters {
            position: &["h", "i", "j"],
            tap: &["l", "n", "m"],
            kernel: &["L", "N", "M"],
            cell: &["r", "u", "v"],
            length: &["D", "H", "W"],
        },
    }
}

/// Plain variables of these names.
pub fn variables(names: &[&'static str]) -> Vec<Expr> {
    names.iter().map(|&name| Expr::variable(name)).collect()
}

/// Subscripts for a tensor of batch, channels and space.
pub fn subscripts(channel: Expr, space: Vec<Expr>) -> Vec<Expr> {
    let mut all = vec![Expr::variable(EXAMPLE), channel];
    all.extend(space);
    all
}

/// Subscripts for any position of a tensor with so many axes, the second of which is called `channel`.
pub fn anywhere(axes: usize, channel: &'static str, space: fn(Letters) -> &'static [&'static str]) -> Vec<Expr> {
    match axes {
        0 => Vec::new(),
        1 => variables(&["i"]),
        _ => subscripts(Expr::variable(channel), variables(space(letters(axes - 2)))),
    }
}

/// The stage's symbol, with those of its subscripts that the stage shows.
pub fn general(stage: &Stage, subscripts: &[Expr]) -> Expr {
    stage.general(subscripts.get(stage.hidden_axes()..).unwrap_or_default().to_vec())
}

/// `body`, summed over an index whose range is clear.
pub fn sum_over(index: &'static str, body: Expr) -> Expr {
    Expr::Series(Box::new(Series { index, from: None, to: None, body }))
}

/// `body`, summed over an index from 0 to `count` − 1.
pub fn sum_below(index: &'static str, count: &'static str, body: Expr) -> Expr {
    let to = minus(Expr::variable(count), Expr::Number(1.0));
    Expr::Series(Box::new(Series { index, from: Some(Expr::Number(0.0)), to: Some(to), body }))
}

/// `left` − `right`.
pub fn minus(left: Expr, right: Expr) -> Expr {
    Expr::Sum(vec![left, right.negative()])
}
