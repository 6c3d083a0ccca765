//! Pictures, bundled and the reader's own.
use std::rc::Rc;

use crate::blocks::control::Choice;
use crate::layers::Tensor;

/// stub
pub fn size(_name: &str) -> Option<[usize; 2]> {
    None
}
/// stub
pub fn choices() -> Vec<Choice> {
    vec![Choice::plain("ring", "ring"), Choice::plain("checker", "checker")]
}
/// stub
pub fn tensor(name: &str, [rows, columns]: [usize; 2], channels: usize) -> Rc<Tensor> {
    let (r, c) = (rows as f32, columns as f32);
    Rc::new(Tensor::from_shape_fn(vec![1, channels, rows, columns], |at| {
        let (y, x) = ((at[2] as f32 + 0.5) / r - 0.5, (at[3] as f32 + 0.5) / c - 0.5);
        let v = match (name, at[1] % 3) {
            ("ring", 0) => 1.0 - ((x.hypot(y) - 0.32).abs() * 6.0).min(1.0),
            ("ring", 1) => f32::from(u8::from(x > y)),
            ("ring", _) => 1.0 - (x.hypot(y) * 1.6).min(1.0),
            _ => ((at[2] + at[3] + at[1]) % 2) as f32,
        };
        (v * 10.0).round() / 10.0
    }))
}
