//! Every number against its explanation, from both ends; and the formulas against the literature.

use std::collections::{BTreeMap, BTreeSet};

use super::*;
use crate::explain::{Cell, Form, Role, Stage};

/// All stages, as a block builds them.
fn stages(case: &Case) -> Vec<(Quantity, Stage)> {
    let (layer, unrolled, by) = (&case.layer, case.forward(), case.backward());
    let alone = |tensor: &Tensor| tensor.index_axis(Axis(1), 0).to_owned();
    let behind = |first: &Tensor, rest: &Tensor| {
        ndarray::concatenate(Axis(0), &[first.view(), alone(rest).view()]).expect("rows of a state")
    };
    let state_of = |place| layer.states.iter().position(|&state| state == place);
    let mut stages = Vec::new();
    let mut add = |quantity: Quantity, letter, mark, tensor: Tensor, is_derivative: bool| {
        let name: &'static str = format!("{quantity:?}").leak();
        let mut stage = Stage::new(name, name, letter, Role::Intermediate, tensor).marked(mark);
        stage.derivative = is_derivative;
        let is_state = |place| state_of(place).is_some();
        if matches!(quantity, Quantity::Made(place) | Quantity::ByMade(place) if is_state(place)) {
            stage = stage.counting_from(&[-1, 0]);
        }
        stages.push((quantity, stage));
    };
    add(Quantity::Input, "x", "", alone(&case.input), false);
    add(Quantity::ByInput, "x", "", alone(&by.input), true);
    for (place, equation) in layer.equations.iter().enumerate() {
        let with_first = |rest: &[Tensor], first: &[Tensor]| match state_of(place) {
            Some(state) => behind(&first[state], &rest[place]),
            None => alone(&rest[place]),
        };
        let letter = equation.letter;
        add(Quantity::Made(place), letter, "", with_first(&unrolled.vectors, &unrolled.initial), false);
        add(Quantity::ByMade(place), letter, "", with_first(&by.vectors, &by.initial), true);
        if equation.activation != Activation::Identity {
            add(Quantity::BySum(place), "z", letter, alone(&by.sums[place]), true);
        }
    }
    for (place, by) in &case.upstream {
        if layer.equations[*place].name != "output" {
            add(Quantity::Upstream(*place), "g", layer.equations[*place].letter, alone(by), false);
        }
    }
    for (at, matrix) in layer.matrices.iter().enumerate() {
        let both = [(&case.weights[at], false), (&by.weights[at], true)];
        for (weights, is_derivative) in both {
            let [weight, bias] = match is_derivative {
                false => [Quantity::Weight(at), Quantity::Bias(at)],
                true => [Quantity::ByWeight(at), Quantity::ByBias(at)],
            };
            add(weight, matrix.letter, matrix.mark, weights.weight.clone(), is_derivative);
            if let Some(tensor) = &weights.bias {
                add(bias, "b", matrix.mark, tensor.clone(), is_derivative);
            }
        }
    }
    let jacobians = case.layer.jacobians(&case.weights, &unrolled, 0).expect("an example");
    let size = jacobians[0].len().isqrt();
    let numbers = jacobians.iter().flatten().map(|&number| number as f32).collect();
    add(Quantity::Jacobian, "J", "", tensor(&[jacobians.len(), size, size], numbers), false);
    stages
}

/// Numbers, and tokens of an alphabet of five.
fn inputs(seed: usize) -> [Tensor; 2] {
    let token = |step| (step * 3 + seed) % 5;
    let tokens = Tensor::from_shape_fn(vec![STEPS, 1, 5], |at| f32::from(u8::from(at[2] == token(at[0]))));
    [numbers(&[STEPS, 1, 2], seed + 400), tokens]
}

fn expect_explained(name: &str, case: &Case) {
    let held = stages(case);
    let stages: Vec<(Quantity, &Stage)> = held.iter().map(|(quantity, stage)| (*quantity, stage)).collect();
    let stages = RecurrentStages { layer: &case.layer, stages: &stages };
    let mut readers: BTreeMap<Cell, BTreeSet<Cell>> = BTreeMap::new();
    let all = || held.iter().flat_map(|(quantity, stage)| stage.cells().map(move |cell| (*quantity, stage, cell)));
    for (quantity, stage, cell) in all() {
        let why = stages.explain(cell).unwrap_or_else(|| panic!("{name}: {cell} is not explained"));
        assert_eq!(Some(why.value()), stage.value(&cell.index), "{name}: {cell}");
        let is_given = match quantity {
            Quantity::Input | Quantity::Weight(_) | Quantity::Bias(_) | Quantity::Upstream(_) => true,
            Quantity::Made(place) => {
                case.layer.equations[place].pinned.is_some() || case.layer.states.contains(&place) && cell.index[0] == 0
            }
            Quantity::ByMade(place) => case.layer.equations[place].name == "output",
            _ => false,
        };
        assert_eq!(why.is_given(), is_given, "{name}: {cell}");
        assert!(!why.formula(Form::General).text().is_empty());
        if !is_given {
            why.made_from.cells().into_iter().for_each(|read| readers.entry(read).or_default().extend([cell]));
        }
    }
    for (.., cell) in all() {
        let influences = stages.influences(cell);
        let found: BTreeSet<Cell> = influences.iter().copied().collect();
        assert_eq!(found.len(), influences.len(), "{name}: {cell} names a cell twice");
        assert_eq!(found, readers.remove(&cell).unwrap_or_default(), "{name}: {cell}");
    }
}

#[test]
fn every_number_is_explained_and_found_from_both_ends() {
    for (seed, (name, layer)) in layers().into_iter().enumerate() {
        for input in inputs(seed) {
            let name = format!("{name}, {} numbers a step", input.shape()[2]);
            expect_explained(&name, &Case::new(layer.clone(), input.clone(), &["output"], seed));
            // The loss also speaks of what the layer reads itself.
            expect_explained(&name, &Case::new(layer.clone(), input, &["output", "hidden", "cell", "update"], seed));
        }
    }
}

#[test]
fn formulas_are_those_of_the_literature() {
    let lstm = Case::new(Lstm::new().with_output("y"), numbers(&[STEPS, 1, 2], 1), &["output", "hidden"], 1);
    let gru = |reset_after| {
        let layer = Gru::new(reset_after, UpdateGate::KeepsOld);
        Case::new(layer, numbers(&[STEPS, 1, 2], 1), &["hidden"], 1)
    };
    let (before, after) = (gru(false), gru(true));
    for (case, quantity, expected) in [
        (
            &lstm,
            Quantity::Made(0),
            "f_{t,u} = sigmoid(Σ_j W_{f,u,j} x_{t,j} + b_{f,u} + Σ_j U_{f,u,j} h_{t−1,j} + b_{f,u})",
        ),
        (&lstm, Quantity::Made(3), "c_{t,u} = f_{t,u} c_{t−1,u} + i_{t,u} c̃_{t,u}"),
        (&lstm, Quantity::Made(6), "h_{t,u} = o_{t,u} m_{t,u}"),
        (&lstm, Quantity::Made(7), "y_{t,u} = Σ_j W_{y,u,j} h_{t,j} + b_{y,u}"),
        (&lstm, Quantity::ByMade(3), "∂E/∂c_{t,u} = ∂E/∂c_{t+1,u} · f_{t+1,u} + ∂E/∂z_{m,t,u}"),
        (&lstm, Quantity::BySum(2), "∂E/∂z_{c̃,t,u} = ∂E/∂c̃_{t,u} · (1 − c̃_{t,u} c̃_{t,u})"),
        (&lstm, Quantity::ByWeight(1), "∂E/∂U_{i,u,j} = Σ_t ∂E/∂z_{i,t,u} · h_{t−1,j}"),
        (&lstm, Quantity::ByBias(0), "∂E/∂b_{i,u} = Σ_t ∂E/∂z_{i,t,u}"),
        (
            &before,
            Quantity::Made(3),
            "n_{t,u} = tanh(Σ_j W_{n,u,j} x_{t,j} + b_{n,u} + Σ_j U_{n,u,j} s_{t,j} + b_{n,u})",
        ),
        (&after, Quantity::Made(3), "n_{t,u} = tanh(Σ_j W_{n,u,j} x_{t,j} + b_{n,u} + r_{t,u} q_{t,u})"),
        (&after, Quantity::Made(4), "h_{t,u} = (1 − z_{t,u}) n_{t,u} + z_{t,u} h_{t−1,u}"),
        (&after, Quantity::ByMade(1), "∂E/∂z_{t,u} = −∂E/∂h_{t,u} · n_{t,u} + ∂E/∂h_{t,u} · h_{t−1,u}"),
        (
            &after,
            Quantity::ByMade(4),
            "∂E/∂h_{t,u} = g_{h,t,u} + Σ_j ∂E/∂z_{r,t+1,j} · U_{r,j,u} + Σ_j ∂E/∂z_{z,t+1,j} · U_{z,j,u} \
             + Σ_j ∂E/∂q_{t+1,j} · U_{n,j,u} + ∂E/∂h_{t+1,u} · z_{t+1,u}",
        ),
    ] {
        let held = stages(case);
        let stages: Vec<(Quantity, &Stage)> = held.iter().map(|(quantity, stage)| (*quantity, stage)).collect();
        let stages = RecurrentStages { layer: &case.layer, stages: &stages };
        let stage = held.iter().find(|(held, _)| *held == quantity).map(|(_, stage)| stage).expect("a stage");
        let why = stage.cells().last().and_then(|cell| stages.explain(cell)).expect("an explanation");
        assert_eq!(why.formula(Form::General).text(), expected);
    }
}
