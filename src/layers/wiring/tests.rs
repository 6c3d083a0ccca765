//! Wires beside the layers that they stand for.

use super::*;
use crate::explain::{Role, Stage};
use crate::layers::{Conv, Dense, Padding, PaddingMode, Pool, Pooling};

fn numbers(shape: &[usize], seed: f32) -> Tensor {
    let mut next = seed;
    Tensor::from_shape_simple_fn(shape, || {
        next = (next * 5.7 + 0.83) % 2.0;
        next - 1.0
    })
}

fn reshaped(tensor: &Tensor, shape: &[usize]) -> Tensor {
    tensor.clone().into_shape_with_order(shape).unwrap()
}

#[test]
fn they_compute_what_the_layers_compute() {
    let x = numbers(&[7, 7], 0.3);
    let w = numbers(&[7, 7, 7, 7], 0.1);
    let dense = Wiring::Dense(Order::kept(49)).forward([&w, &x], &[7, 7]).unwrap();
    let expected = Dense.forward(&reshaped(&x, &[49]), &reshaped(&w, &[49, 49]), None).unwrap();
    assert_eq!(dense, reshaped(&expected, &[7, 7]));

    for (channels, kernel) in [(1, 1), (1, 2), (1, 3), (3, 3), (1, 5)] {
        let (x, w) = (numbers(&[channels, 7, 7], 0.4), numbers(&[channels, kernel, kernel], 0.2));
        let mut conv = Conv::plain(&[kernel, kernel]);
        conv.padding = Padding { amounts: vec![(kernel / 2, (kernel - 1) / 2); 2], mode: PaddingMode::Circular };
        let (batch, kernels) = (reshaped(&x, &[1, channels, 7, 7]), reshaped(&w, &[1, channels, kernel, kernel]));
        let expected = conv.forward(&batch, &kernels, None).unwrap();
        let wired = Wiring::Convolution { channels, size: 7, kernel }.forward([&w, &x], &[7, 7]).unwrap();
        assert_eq!(wired, reshaped(&expected, &[7, 7]), "{channels} {kernel}");
        if channels == 1 {
            let g = numbers(&[7, 7], 0.6);
            let by = conv.backward(&batch, &kernels, &reshaped(&g, &[1, 1, 7, 7])).unwrap();
            let by_x = Wiring::ByInput { size: 7, kernel }.forward([&g, &w], &[7, 7]).unwrap();
            let by_w = Wiring::ByKernel { size: 7, kernel }.forward([&g, &x], &[kernel, kernel]).unwrap();
            let near = |a: &Tensor, b: &Tensor| a.iter().zip(b).all(|(a, b)| (a - b).abs() < 1e-5);
            assert!(near(&by_x, &by.input) && near(&by_w, &by.weight), "{kernel}");
        }
    }

    for window in [2, 3, 7] {
        let side = 7 / window;
        let wired = Wiring::Largest { size: 7, window }.forward([&x, &x], &[side, side]).unwrap();
        assert_eq!(wired, Pool::plain(Pooling::Max, &[window, window]).forward(&x).unwrap());
    }
}

#[test]
fn a_convolution_commutes_with_shifts_and_a_graph_with_names() {
    let (x, w) = (numbers(&[6, 6], 0.3), numbers(&[3, 3], 0.2));
    let conv = Wiring::Convolution { channels: 1, size: 6, kernel: 3 };
    for by in [[0, 0], [1, 0], [-2, 5], [6, -6], [3, 3]] {
        let order = Order::shifted(6, by);
        let moved = Wiring::Copies(order.clone()).forward([&x, &x], &[6, 6]).unwrap();
        let [y, of_moved] = [&x, &moved].map(|x| conv.forward([&w, x], &[6, 6]).unwrap());
        let change = Wiring::Difference(order).forward([&of_moved, &y], &[6, 6]).unwrap();
        let mean = Wiring::MeanSize(36).forward([&change, &change], &[]).unwrap();
        assert_eq!(mean.first(), Some(&0.0), "{by:?}");
        let stayed = Wiring::Difference(Order::kept(36)).forward([&of_moved, &y], &[6, 6]).unwrap();
        assert_eq!(stayed.iter().all(|change| *change == 0.0), by[0] % 6 == 0 && by[1] % 6 == 0, "{by:?}");
    }
    let a = Tensor::from_shape_fn(vec![4, 4], |at| f32::from(u8::from((at[0] * 7 + at[1] * 3) % 5 < 2)));
    let x = Tensor::from_shape_fn(vec![4, 2], |at| (at[0] * 2 + at[1]) as f32);
    let (names, sum) = ([2, 0, 3, 1], Wiring::Neighbours { nodes: 4, features: 2 });
    let renamed_a = Wiring::Copies(Order::both_axes(&names)).forward([&a, &a], &[4, 4]).unwrap();
    let renamed_x = Wiring::Copies(Order::first_axis(&names, 2)).forward([&x, &x], &[4, 2]).unwrap();
    let h = sum.forward([&a, &x], &[4, 2]).unwrap();
    let renamed = sum.forward([&renamed_a, &renamed_x], &[4, 2]).unwrap();
    let change = Wiring::Difference(Order::first_axis(&names, 2)).forward([&renamed, &h], &[4, 2]).unwrap();
    assert!(change.iter().all(|change| *change == 0.0));
}

#[test]
fn every_number_is_explained_and_found_from_both_ends() {
    let permutation: Vec<usize> = (0..36).map(|place| (place * 5 + 3) % 36).collect();
    let cases = [
        (Wiring::Copies(Order::shifted(6, [1, -2])), [vec![6, 6], vec![]], vec![6, 6]),
        (Wiring::Copies(Order::together(&permutation)), [vec![6, 6], vec![]], vec![6, 6]),
        (Wiring::Dense(Order::together(&permutation)), [vec![6, 6, 6, 6], vec![6, 6]], vec![6, 6]),
        (Wiring::Convolution { channels: 3, size: 6, kernel: 3 }, [vec![3, 3, 3], vec![3, 6, 6]], vec![6, 6]),
        (Wiring::ByInput { size: 6, kernel: 5 }, [vec![6, 6], vec![5, 5]], vec![6, 6]),
        (Wiring::ByKernel { size: 6, kernel: 2 }, [vec![6, 6], vec![6, 6]], vec![2, 2]),
        (Wiring::Largest { size: 6, window: 2 }, [vec![6, 6], vec![]], vec![3, 3]),
        (Wiring::Largest { size: 6, window: 6 }, [vec![6, 6], vec![]], vec![]),
        (Wiring::Neighbours { nodes: 4, features: 2 }, [vec![4, 4], vec![4, 2]], vec![4, 2]),
        (Wiring::Difference(Order::shifted(6, [0, 3])), [vec![6, 6], vec![6, 6]], vec![6, 6]),
        (Wiring::MeanSize(36), [vec![6, 6], vec![]], vec![]),
    ];
    for (wiring, [first, second], shape) in cases {
        let stage = |name, values| Stage::new(name, name, "v", Role::Intermediate, values);
        let a = stage("a", numbers(&first, 0.3));
        let b = if second.is_empty() { a.clone() } else { stage("b", numbers(&second, 0.7)) };
        let values = wiring.forward([a.array().unwrap(), b.array().unwrap()], &shape).unwrap();
        let output = stage("output", values);
        for cell in output.cells() {
            let why = wiring.explain([&a, &b], &output, cell.index);
            assert_eq!(why.value(), why.target.value, "{cell} of {wiring:?}");
            let read = why.made_from.cells();
            for (slot, source) in [&a, &b].into_iter().take(if second.is_empty() { 1 } else { 2 }).enumerate() {
                for from in source.cells() {
                    let reached = wiring.influences(slot, source, from.index, &output);
                    assert_eq!(reached.contains(&cell), read.contains(&from), "{from} in {cell} of {wiring:?}");
                }
            }
        }
    }
}

#[test]
fn what_does_not_fit_says_why() {
    let x = Tensor::zeros(vec![2, 2]);
    let message = |shape: &[usize]| Wiring::MeanSize(9).forward([&x, &x], shape).unwrap_err().to_string();
    assert_eq!(message(&[]), "the number of inputs must be 5, but is 4");
    assert_eq!(message(&[2]), "the number of outputs must be 1, but is 2");
}
