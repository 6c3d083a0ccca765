//! Every number of small poolings is explained, and every way between two numbers is known from both ends.

use super::*;
use crate::explain::{Role, Stage};

/// Kernel, stride, dilation, padded cells before and after.
type Axis = (usize, usize, usize, (usize, usize));

const CASES: &[(&[usize], &[Axis])] = &[
    (&[1, 1, 6], &[(2, 2, 1, (0, 0))]),
    (&[1, 2, 7], &[(3, 2, 1, (1, 1))]),
    (&[2, 1, 8], &[(3, 1, 2, (2, 0))]),
    (&[1, 1, 5], &[(2, 3, 1, (1, 1))]),
    (&[1, 2, 5, 6], &[(2, 2, 1, (0, 1)), (3, 1, 1, (1, 1))]),
    (&[4, 5], &[(2, 2, 1, (0, 0)), (2, 1, 2, (0, 0))]),
    (&[1, 1, 3, 4, 5], &[(2, 1, 1, (0, 0)), (2, 2, 1, (1, 0)), (2, 3, 2, (0, 0))]),
];

fn each_pool(mut test: impl FnMut(Pool, &[usize])) {
    for &(input, axes) in CASES {
        for pooling in [Pooling::Max, Pooling::Min, Pooling::Average] {
            for (ceil_mode, count_include_pad) in [(false, true), (true, false), (true, true)] {
                let windows = axes.iter().map(|&(kernel, stride, dilation, _)| Window { kernel, stride, dilation });
                let padding = axes.iter().map(|axis| axis.3).collect();
                let pool = Pool { pooling, windows: windows.collect(), padding, ceil_mode, count_include_pad };
                test(pool, input);
            }
        }
    }
}

/// Numbers without pattern, but with ties.
fn numbers(shape: &[usize]) -> Tensor {
    let mut state = 7_u32;
    Tensor::from_shape_simple_fn(shape, || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        f32::from((state >> 28) as u8) / 3.0 - 2.0
    })
}

#[test]
fn every_cell_is_explained() {
    each_pool(|pool, shape| {
        let x = numbers(shape);
        let y = pool.forward(&x).unwrap();
        let g = numbers(y.shape()).mapv(|g| g * 0.7 - 0.1);
        let by_x = pool.backward(&x, &g).unwrap();
        let stage = |name, values: &Tensor| Stage::new(name, name, name, Role::Output, values.clone());
        let (x, y, g, by_x) = (stage("x", &x), stage("y", &y), stage("g", &g), stage("d", &by_x));
        for cell in y.cells() {
            let why = pool.explain(&x, &y, cell.index);
            assert_eq!(why.value(), why.target.value, "{pool:?} {cell}");
            let alone = pool.cell(x.full_shape(), |at| x.leaf(at).value, &y.position(cell.index));
            assert_eq!(alone, why.target.value, "{pool:?} {cell}");
            let read = why.made_from.cells();
            for from in x.cells() {
                let reaches = pool.outputs_from_input(&x, &y, from.index).contains(&y.position(cell.index));
                assert_eq!(read.contains(&from), reaches, "{pool:?}: {from} to {cell}");
            }
        }
        for cell in by_x.cells() {
            let why = pool.explain_gradient(&x, &g, &by_x, cell.index);
            assert_eq!(why.value(), why.target.value, "{pool:?} {cell}");
            let read = why.made_from.cells();
            for from in g.cells() {
                let reaches = pool.inputs_of_gradient(&x, &g, from.index).contains(&by_x.position(cell.index));
                assert_eq!(read.contains(&from), reaches, "{pool:?}: {from} to {cell}");
            }
        }
    });
}

#[test]
fn the_first_of_equal_numbers_wins() {
    let x = Tensor::from_shape_vec(vec![1, 1, 4], vec![2.0, 2.0, 1.0, 1.0]).unwrap();
    let g = Tensor::ones(vec![1, 1, 2]);
    for (pooling, expected) in
        [(Pooling::Max, [1.0, 0.0, 1.0, 0.0]), (Pooling::Min, [1.0, 0.0, 1.0, 0.0]), (Pooling::Average, [0.5; 4])]
    {
        let by_x = Pool::plain(pooling, &[2]).backward(&x, &g).unwrap();
        assert_eq!(by_x.iter().copied().collect::<Vec<_>>(), expected, "{pooling:?}");
    }
}

#[test]
fn the_last_window_begins_inside() {
    // By rounding up alone, a third window would begin in the padding behind the input.
    let window = Window { kernel: 2, stride: 3, dilation: 1 };
    let mut pool = Pool::plain(Pooling::Max, &[2]);
    (pool.windows, pool.padding, pool.ceil_mode) = (vec![window], vec![(1, 1)], true);
    assert_eq!(pool.output_shape(&[1, 1, 5]), Ok(vec![1, 1, 2]));
    pool.padding = vec![(0, 0)];
    assert_eq!(pool.output_shape(&[1, 1, 4]), Ok(vec![1, 1, 2]));
}

#[test]
fn a_window_without_cells_says_so() {
    let mut pool = Pool::plain(Pooling::Max, &[2]);
    pool.padding = vec![(2, 0)];
    let error = pool.forward(&Tensor::zeros(vec![1, 1, 4])).unwrap_err();
    assert_eq!(
        error.to_string(),
        "output 0 along axis 0 would read padding alone; padding must be narrower than the kernel"
    );
    assert!(Pool::plain(Pooling::Max, &[5]).forward(&Tensor::zeros(vec![1, 1, 4])).is_err());
    assert!(Pool::plain(Pooling::Max, &[1, 1, 1, 1]).forward(&Tensor::zeros(vec![1, 1, 4])).is_err());
}
