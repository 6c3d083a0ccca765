//! Numbers changed by hand, where most stay as they are: `forget-weight.0.2=0.5,input.3.0=-1`.

use ndarray::IxDyn;

use crate::explain::{Cell, read_number};
use crate::layers::Tensor;

/// The longest text of such numbers: eight for each of 49 nodes, and as many more.
pub const MOST: usize = 20_000;

/// Sets the numbers of a stage that were changed. What is no cell of it says nothing.
pub fn apply(changed: &str, stage: &str, tensor: &mut Tensor) {
    for pair in changed.split(',') {
        let Some((cell, number)) = pair.split_once('=') else { continue };
        let Some(place) = cell.strip_prefix(stage).and_then(|rest| rest.strip_prefix('.')) else { continue };
        let place: Option<Vec<usize>> = place.split('.').map(|axis| axis.parse().ok()).collect();
        let slot = place.and_then(|place| tensor.get_mut(IxDyn(&place)));
        if let (Some(slot), Some(number)) = (slot, read_number(number)) {
            *slot = number as f32;
        }
    }
}

/// The same text with one more number; nothing where there is no room for it.
pub fn with(changed: &str, cell: Cell, value: f32) -> Option<String> {
    let written = format!("{cell}=");
    let others = changed.split(',').filter(|pair| !pair.is_empty() && !pair.starts_with(&written));
    let text = others.chain([&*format!("{written}{value}")]).collect::<Vec<_>>().join(",");
    (text.len() <= MOST).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_written_read_and_replaced() {
        let (cell, other) = (Cell::new("input", [1, 0]), Cell::new("input-weight", [1, 0]));
        let changed = with(&with("", cell, 0.5).expect("room"), other, -2.0).expect("room");
        let changed = with(&changed, cell, 0.25).expect("room");
        assert_eq!(changed, "input-weight.1.0=-2,input.1.0=0.25");
        let mut tensor = Tensor::zeros(vec![2, 1]);
        apply(&changed, "input", &mut tensor);
        assert_eq!(tensor.as_slice(), Some(&[0.0, 0.25][..]));
        apply("input.9.9=1,input.0,input.0.0=x,=,", "input", &mut tensor);
        assert_eq!(tensor.as_slice(), Some(&[0.0, 0.25][..]));
        assert_eq!(with(&"x".repeat(MOST), cell, 1.0), None);
    }
}
