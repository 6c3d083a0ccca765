//! Every layer against finite differences; what does not fit, and what is not there.

mod explained;

use ndarray::{Array2, Ix2};

use super::*;
use crate::layers::{Gru, Lstm, Rnn, UpdateGate};

const STEPS: usize = 4;
const HIDDEN: usize = 3;
const OUTPUTS: usize = 2;

/// Numbers without pattern between −1 and 1, the same for a seed.
fn numbers(shape: &[usize], seed: usize) -> Tensor {
    let mut state = (seed as u32).wrapping_mul(2_654_435_761).wrapping_add(1);
    Tensor::from_shape_simple_fn(shape, || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 8) as f32 / (1 << 23) as f32 - 1.0
    })
}

fn pinned(mut layer: Recurrent, name: &str, at: f32) -> Recurrent {
    let place = layer.place(name);
    layer.equations[place].pinned = Some(at);
    layer
}

/// Every layer, alone, with an output, and with what can be held at a number.
fn layers() -> Vec<(String, Recurrent)> {
    let mut layers = vec![
        ("rnn tanh".to_owned(), Rnn::new(Activation::Tanh)),
        ("rnn relu".to_owned(), Rnn::new(Activation::Relu)),
        ("lstm".to_owned(), Lstm::new()),
    ];
    for update in [UpdateGate::KeepsOld, UpdateGate::TakesNew] {
        for reset_after in [false, true] {
            layers.push((format!("gru {update:?}, reset after: {reset_after}"), Gru::new(reset_after, update)));
        }
    }
    let with_output = |(name, layer): &(String, Recurrent)| (format!("{name}, output"), layer.clone().with_output("o"));
    layers.extend(layers.clone().iter().map(with_output));
    let gru = || Gru::new(true, UpdateGate::KeepsOld).with_output("o");
    for (layer, name, at) in [
        (Lstm::new().with_output("o"), "forget", 1.0),
        (Lstm::new().with_output("o"), "output-gate", 0.25),
        (Lstm::new().with_output("o"), "cell", 0.5),
        (gru(), "reset", 0.0),
        (gru(), "update", 0.75),
        (gru(), "recalled", 0.5),
        (gru(), "output", 2.0),
        (Gru::new(false, UpdateGate::TakesNew).with_output("o"), "reset", 0.5),
        (Rnn::new(Activation::Tanh).with_output("o"), "hidden", 0.5),
    ] {
        layers.push((format!("{name} held at {at}"), pinned(layer, name, at)));
    }
    layers
}

/// A layer with everything that it computes on.
struct Case {
    layer: Recurrent,
    weights: Vec<Weights>,
    input: Tensor,
    state: Vec<Tensor>,
    /// ∂E/∂y of the equations that the loss speaks of.
    upstream: Vec<(usize, Tensor)>,
}

impl Case {
    fn new(layer: Recurrent, input: Tensor, told: &[&str], seed: usize) -> Self {
        let batch = input.shape()[1];
        let weights = layer.matrices.iter().enumerate().map(|(at, matrix)| {
            let rows = if matrix.name == "output-weight" { OUTPUTS } else { HIDDEN };
            let reads_input = layer.user_of(at).is_some_and(|(_, vector)| vector == Vector::Input);
            let columns = if reads_input { input.shape()[2] } else { HIDDEN };
            // One matrix has no bias, as there are such.
            let bias = (at != 1).then(|| numbers(&[rows], seed + 100 + at));
            Weights { weight: numbers(&[rows, columns], seed + at), bias }
        });
        let weights = weights.collect();
        let state = (0..layer.states.len()).map(|at| numbers(&[batch, HIDDEN], seed + 200 + at)).collect();
        let upstream = layer.equations.iter().enumerate().filter(|(_, equation)| told.contains(&equation.name));
        let upstream = upstream.map(|(place, equation)| {
            let size = if equation.name == "output" { OUTPUTS } else { HIDDEN };
            (place, numbers(&[input.shape()[0], batch, size], seed + 300 + place))
        });
        let upstream = upstream.collect();
        Self { layer, weights, input, state, upstream }
    }

    fn forward(&self) -> Unrolled {
        self.layer.sequence(&self.weights, &self.input, &self.state).expect("shapes fit")
    }

    fn backward(&self) -> RecurrentGradients {
        let upstream: Vec<(usize, &Tensor)> = self.upstream.iter().map(|(place, by)| (*place, by)).collect();
        self.layer.backward(&self.weights, &self.input, &self.forward(), &upstream).expect("shapes fit")
    }

    /// Σ g·y
    fn loss(&self) -> f64 {
        let unrolled = self.forward();
        let products = |(place, by): &(usize, Tensor)| {
            let pairs = unrolled.vectors[*place].iter().zip(by);
            pairs.map(|(&y, &g)| f64::from(y) * f64::from(g)).sum::<f64>()
        };
        self.upstream.iter().map(products).sum()
    }
}

/// The slope of a function at a number, from four points around it: what single precision rounds away is smaller than
/// what is measured, and so is what the function bends.
fn slope(at: f32, step: f32, function: impl Fn(f32) -> f64) -> f64 {
    let between = |steps: f32| {
        let (above, below) = (at + steps * step, at - steps * step);
        (function(above) - function(below)) / (f64::from(above) - f64::from(below))
    };
    (4.0 * between(1.0) - between(2.0)) / 3.0
}

/// The ReLU has corners, which a small step rarely meets.
fn step_of(layer: &Recurrent) -> f32 {
    let is_straight = layer.equations.iter().any(|equation| equation.activation == Activation::Relu);
    if is_straight { 0.002 } else { 0.015 }
}

fn expect_close(computed: f64, measured: f64, what: &str) {
    let close = (computed - measured).abs() <= 2e-4 * measured.abs().max(1.0);
    assert!(close, "{what}: computed {computed}, measured {measured}");
}

/// Checks one gradient, number by number; `tensor` finds what it is the gradient by.
fn expect_gradient(name: &str, case: &mut Case, by: &Tensor, tensor: impl Fn(&mut Case) -> &mut Tensor) {
    let given = tensor(case).clone();
    assert_eq!(by.shape(), given.shape(), "{name}");
    let step = step_of(&case.layer);
    for (place, (&computed, &at)) in by.iter().zip(&given).enumerate() {
        let case = std::cell::RefCell::new(&mut *case);
        let set = |number| *tensor(&mut case.borrow_mut()).iter_mut().nth(place).expect("a number there") = number;
        let measured = slope(at, step, |number| {
            set(number);
            case.borrow().loss()
        });
        set(at);
        expect_close(computed.into(), measured, &format!("{name}, number {place}"));
    }
}

#[test]
fn gradients_are_those_of_finite_differences() {
    for (seed, (name, layer)) in layers().into_iter().enumerate() {
        let input = numbers(&[STEPS, 2, 2], seed + 400);
        let case = &mut Case::new(layer, input, &["hidden", "cell", "output", "forget", "update"], seed);
        let by = case.backward();
        expect_gradient(&format!("{name}: input"), case, &by.input, |case| &mut case.input);
        for (at, by) in by.initial.iter().enumerate() {
            expect_gradient(&format!("{name}: state {at}"), case, by, |case| &mut case.state[at]);
        }
        for (at, (by, matrix)) in by.weights.iter().zip(case.layer.matrices.clone()).enumerate() {
            expect_gradient(&format!("{name}: {}", matrix.name), case, &by.weight, |case| &mut case.weights[at].weight);
            assert_eq!(by.bias.is_some(), case.weights[at].bias.is_some());
            if let Some(by) = &by.bias {
                expect_gradient(&format!("{name}: {}", matrix.bias), case, by, |case| {
                    case.weights[at].bias.as_mut().expect("a bias")
                });
            }
        }
    }
}

fn jacobian(case: &Case, unrolled: &Unrolled, step: usize) -> Array2<f64> {
    let numbers = case.layer.jacobians(&case.weights, unrolled, 0).expect("an example").swap_remove(step);
    let size = numbers.len().isqrt();
    Array2::from_shape_vec([size, size], numbers).expect("a square")
}

/// ∂s_T/∂s_0: the last of the states, moved by the first.
#[test]
fn jacobians_of_the_last_step_are_those_of_finite_differences() {
    for (seed, (name, layer)) in layers().into_iter().enumerate() {
        let case = Case::new(layer, numbers(&[STEPS, 2, 2], seed + 400), &[], seed);
        let jacobians = case.layer.jacobians_of_last(&case.weights, &case.forward(), 1).expect("two examples");
        let all = case.layer.states.len() * HIDDEN;
        assert_eq!(jacobians.shape(), [STEPS, all, all], "{name}");
        for ((row, column), &computed) in
            jacobians.index_axis(Axis(0), 0).into_dimensionality::<Ix2>().expect("a matrix").indexed_iter()
        {
            let measured = slope(case.state[column / HIDDEN][[1, column % HIDDEN]], step_of(&case.layer), |number| {
                let mut state = case.state.clone();
                state[column / HIDDEN][[1, column % HIDDEN]] = number;
                let unrolled = case.layer.sequence(&case.weights, &case.input, &state).expect("shapes fit");
                unrolled.vectors[case.layer.states[row / HIDDEN]][[STEPS - 1, 1, row % HIDDEN]].into()
            });
            expect_close(computed.into(), measured, &format!("{name}, ∂{row}/∂{column}"));
        }
        let none = case.layer.jacobians(&case.weights, &case.forward(), 2).expect_err("two examples");
        assert_eq!(none.to_string(), "the number of examples must be 3, but is 2");
    }
}

#[test]
fn jacobians_are_those_of_finite_differences() {
    for (seed, (name, layer)) in layers().into_iter().enumerate() {
        let case = Case::new(layer, numbers(&[1, 1, 2], seed + 400), &[], seed);
        let jacobian = jacobian(&case, &case.forward(), 0);
        let all = case.layer.states.len() * HIDDEN;
        assert_eq!(jacobian.dim(), (all, all), "{name}");
        for ((row, column), &computed) in jacobian.indexed_iter() {
            let measured = slope(case.state[column / HIDDEN][[0, column % HIDDEN]], step_of(&case.layer), |number| {
                let mut state = case.state.clone();
                state[column / HIDDEN][[0, column % HIDDEN]] = number;
                let input = case.input.index_axis(Axis(0), 0).to_owned();
                let made = case.layer.step(&case.weights, &input, &state).expect("shapes fit");
                made[case.layer.states[row / HIDDEN]][[0, row % HIDDEN]].into()
            });
            expect_close(computed, measured, &format!("{name}, ∂{row}/∂{column}"));
        }
    }
}

#[test]
fn what_does_not_fit_says_why() {
    let case = || Case::new(Lstm::new(), numbers(&[2, 2, 4], 1), &["hidden"], 1);
    let wrong = |change: &dyn Fn(&mut Case)| {
        let mut case = case();
        change(&mut case);
        case.layer.sequence(&case.weights, &case.input, &case.state).expect_err("wrong").to_string()
    };
    let zeros = |shape: &[usize]| Tensor::zeros(shape);
    for (change, sentence) in [
        (
            &(|case: &mut Case| case.input = zeros(&[2, 4])) as &dyn Fn(&mut Case),
            "input has shape [2, 4]; it takes steps, examples and numbers",
        ),
        (&|case| case.input = zeros(&[2, 2, 5]), "forget-weight has shape [3, 4]; it must be [3, 5]"),
        (&|case| case.input = zeros(&[2, 1, 4]), "state has shape [2, 3]; it must be [1, 3]"),
        (&|case| case.state[1] = zeros(&[2, 4]), "state has shape [2, 4]; it must be [2, 3]"),
        (&|case| case.state[0] = zeros(&[]), "state has shape []; it must be [2, 3]"),
        (&|case| drop(case.state.pop()), "the number of states must be 2, but is 1"),
        (&|case| drop(case.weights.pop()), "the number of weights must be 8, but is 7"),
        (&|case| case.weights[4].weight = zeros(&[3, 5]), "candidate-weight has shape [3, 5]; it must be [3, 4]"),
        (
            &|case| case.weights[5].weight = zeros(&[3]),
            "candidate-state-weight has shape [3]; it takes rows and columns",
        ),
        (&|case| case.weights[2].bias = Some(zeros(&[2])), "forget-bias has shape [2]; it must be [3]"),
    ] {
        assert_eq!(wrong(change), sentence);
    }
    let large = wrong(&|case| case.input = zeros(&[usize::MAX >> 5, 0, 4]));
    assert!(large.contains("too large for memory"), "{large}");
    let case = case();
    let forward = case.forward();
    let backward = |forward: &Unrolled, place, by: &Tensor| {
        let outcome = case.layer.backward(&case.weights, &case.input, forward, &[(place, by)]);
        outcome.map(drop).map_err(|error| error.to_string())
    };
    let by = numbers(&[2, 2, 3], 1);
    assert_eq!(backward(&forward, 6, &by), Ok(()));
    let sentence = "output_gradient has shape [2, 3]; it must be [2, 2, 3]";
    assert_eq!(backward(&forward, 6, &zeros(&[2, 3])), Err(sentence.to_owned()));
    let mut other = forward.clone();
    other.vectors[3] = zeros(&[1, 2, 3]);
    assert_eq!(backward(&other, 6, &by), Err("cell has shape [1, 2, 3]; it must be [2, 2, 3]".to_owned()));
    other.vectors.pop();
    assert_eq!(backward(&other, 6, &by), Err("the number of vectors must be 7, but is 6".to_owned()));
}

#[test]
fn nothing_at_all_is_a_sequence_too() {
    for (name, layer) in layers() {
        for [steps, batch, inputs, hidden] in [[0, 2, 2, 3], [2, 0, 2, 3], [2, 2, 0, 3], [2, 2, 2, 0], [0; 4]] {
            let shape = |at: usize| {
                let (matrix, vector) = (layer.matrices[at].name, layer.user_of(at).map(|(_, vector)| vector));
                let rows = if matrix == "output-weight" { OUTPUTS } else { hidden };
                [rows, if vector == Some(Vector::Input) { inputs } else { hidden }]
            };
            let weights = |at| Weights { weight: numbers(&shape(at), at), bias: Some(numbers(&shape(at)[..1], at)) };
            let weights: Vec<Weights> = (0..layer.matrices.len()).map(weights).collect();
            let (input, state) = (numbers(&[steps, batch, inputs], 1), layer.zero_state(batch, hidden));
            let unrolled = layer.sequence(&weights, &input, &state).expect("shapes fit");
            let hidden_place = layer.place("hidden");
            assert_eq!(unrolled.vectors[hidden_place].shape(), [steps, batch, hidden], "{name}");
            let by_hidden = numbers(&[steps, batch, hidden], 2);
            let by = layer.backward(&weights, &input, &unrolled, &[(hidden_place, &by_hidden)]).expect("shapes fit");
            assert_eq!((by.input.shape(), by.initial[0].shape()), (input.shape(), state[0].shape()), "{name}");
            for (by, weights) in by.weights.iter().zip(&weights) {
                assert_eq!(by.weight.shape(), weights.weight.shape(), "{name}");
            }
            if steps * batch > 0 {
                let case = Case { layer: layer.clone(), weights, input, state, upstream: Vec::new() };
                let all = case.layer.states.len() * hidden;
                assert_eq!(jacobian(&case, &unrolled, 0).dim(), (all, all), "{name}");
            }
        }
    }
}
