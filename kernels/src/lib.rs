//! k
pub mod conv;
pub mod dense;
pub mod lanes;
pub mod links;
pub mod pool;
pub mod product;
pub mod recurrent;
mod smooth;
pub mod winograd;
