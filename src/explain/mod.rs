//! Why every number is what it is.
//!
//! A [`Trace`] holds everything that was computed, in [`Stage`]s; a [`Cell`] is the address of one number in it. The layer
//! that computed a number also gives its [`Explanation`]: an [`Expr`] over other cells, which evaluates to the number and is
//! printed as MathML, LaTeX, plain text and a spoken sentence. A picture, a formula and a sentence can therefore not
//! disagree with the computation.

mod cell;
mod explanation;
mod expr;
mod formula;
mod number;
mod role;
mod stage;

pub use cell::{Cell, Index};
pub(crate) use cell::{joined, listed};
pub use explanation::{Explanation, Rule, Term};
pub use expr::{Expr, Function, Leaf, Series, Symbol};
pub use formula::{Form, Formula, Words};
pub use number::{Digits, Numeral, cell_number, decimal, format_number, grouped, read_number, read_typed};
pub(crate) use number::{fraction, literal};
pub use role::{Gate, Role};
pub(crate) use stage::unravelled;
pub use stage::{Places, Stage, Trace, ValueAt, Values, ValuesIn};
