//! Gradients by finite differences, and explanations that evaluate to every number.

use super::*;
use crate::explain::{Role, Stage, Values};
use crate::layers::{Normalization, tensor};

/// Numbers between −1 and 1 without a pattern.
fn scattered(count: usize, seed: usize) -> Vec<f32> {
    (1..=count).map(|place| ((place * 7919 + seed * 104_729) % 1009) as f32 / 504.5 - 1.0).collect()
}

fn graph() -> Graph {
    // Node 4 hears nobody, node 5 is heard by nobody; an edge from 3 to itself.
    Graph::new(6, &[(0, 1), (1, 0), (2, 1), (0, 2), (3, 3), (4, 3), (1, 5), (4, 5), (2, 3)]).expect("a graph")
}

/// Layers of every kind, one after the other, and what each array is called.
fn all_kinds() -> Vec<(&'static str, Relational, Vec<Vec<f32>>)> {
    let graph = graph();
    let kind = |name, add: &dyn Fn(&mut Relational, usize) -> Result<(), LayerError>| {
        let mut layers = Relational::default();
        let features = layers.given(Array::Nodes(3));
        add(&mut layers, features).expect(name);
        let given = layers.arrays.iter().enumerate().filter(|(array, _)| layers.made(*array).is_none());
        let given = given.map(|(array, form)| scattered(form.len(&graph), array + 1)).collect();
        (name, layers, given)
    };
    let two = |layers: &mut Relational| [(); 2].map(|()| layers.given(Array::Matrix(2, 3)));
    let mut all = vec![
        kind("gcn", &|layers, h| {
            let (by, [first, _]) = (layers.given(Array::Edges), two(layers));
            let [bias, second] = [layers.given(Array::Bias(2)), layers.given(Array::Matrix(4, 2))];
            let [_, z] = layers.gcn(h, by, first, Some(bias))?;
            let h = layers.squash(Activation::Tanh, z);
            layers.gcn(h, by, second, None).map(|_| ())
        }),
        kind("gin", &|layers, h| {
            let ([weight, _], bias) = (two(layers), layers.given(Array::Bias(2)));
            layers.gin(h, 0.3, weight, Some(bias)).map(|_| ())
        }),
        kind("gat", &|layers, h| {
            let ([weight, _], bias) = (two(layers), layers.given(Array::Bias(2)));
            let attention = [(); 2].map(|()| layers.given(Array::Matrix(1, 2)));
            let made = layers.gat(h, weight, attention, 0.2, Some(bias))?;
            layers.squash(Activation::Relu, made.output);
            Ok(())
        }),
    ];
    for (gathering, name) in Gathering::ALL.into_iter().zip(["sage-sum", "sage-mean", "sage-max", "sage-min"]) {
        all.push(kind(name, &|layers, h| {
            let (weights, bias) = (two(layers), layers.given(Array::Bias(2)));
            layers.sage(h, gathering, weights, Some(bias)).map(|_| ())
        }));
    }
    all
}

#[test]
fn gradients_are_those_of_finite_differences() {
    let graph = graph();
    for (name, layers, given) in all_kinds() {
        let numbers = layers.forward(&graph, given.clone()).expect(name);
        let last = numbers.len() - 1;
        let upstream = scattered(numbers[last].len(), 77);
        let by = layers.backward(&graph, &numbers, (last, &upstream)).expect(name);
        let loss = |given: Vec<Vec<f32>>| {
            let numbers = layers.forward(&graph, given).expect(name);
            numbers[last].iter().zip(&upstream).fold(0.0, |sum, (y, g)| sum + f64::from(*y) * f64::from(*g))
        };
        let arrays = (0..layers.arrays.len()).filter(|array| layers.made(*array).is_none());
        for (slot, array) in arrays.enumerate() {
            for place in 0..given[slot].len() {
                let moved = |by: f32| {
                    let mut given = given.clone();
                    given[slot][place] += by;
                    loss(given)
                };
                let difference = (moved(1e-3) - moved(-1e-3)) / 2e-3;
                let gradient = f64::from(by[array][place]);
                assert!(
                    (difference - gradient).abs() < 2e-3 * gradient.abs().max(1.0),
                    "{name} {array}.{place}: {gradient} {difference}"
                );
            }
        }
    }
}

#[test]
fn every_number_is_explained_and_found_from_both_ends() {
    let graph = graph();
    const NAMES: [&str; 16] = ["a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l", "m", "n", "o", "p"];
    const BY: [&str; 16] =
        ["ga", "gb", "gc", "gd", "ge", "gf", "gg", "gh", "gi", "gj", "gk", "gl", "gm", "gn", "go", "gp"];
    for (name, layers, given) in all_kinds() {
        let numbers = layers.forward(&graph, given).expect(name);
        let last = numbers.len() - 1;
        let by = layers.backward(&graph, &numbers, (last, &scattered(numbers[last].len(), 77))).expect(name);
        let stage = |name: &'static str, form: Array, numbers: &[f32]| {
            let shape = match form {
                Array::Nodes(width) => vec![graph.nodes(), width],
                Array::Edges => vec![graph.nodes(); 2],
                Array::Matrix(rows, columns) => vec![rows, columns],
                Array::Bias(rows) => vec![rows],
            };
            let mut all = numbers.to_vec();
            if form == Array::Edges {
                all = vec![0.0; graph.nodes() * graph.nodes()];
                graph.edges().iter().zip(numbers).for_each(|((u, v), x)| all[v * graph.nodes() + u] = *x);
            }
            Stage::new(name, name, name, Role::Output, Values::from(tensor(&shape, all)))
        };
        let all = |names: [&'static str; 16], numbers: &[Vec<f32>]| -> Vec<Stage> {
            let each = layers.arrays.iter().zip(numbers).zip(names);
            each.map(|((form, numbers), name)| stage(name, *form, numbers)).collect()
        };
        let (forward, backward) = (all(NAMES, &numbers), all(BY, &by));
        let stages = RelationalStages {
            graph: &graph,
            layers: &layers,
            forward: forward.iter().map(Some).collect(),
            backward: backward.iter().map(Some).collect(),
        };
        let cells: Vec<_> = forward.iter().chain(&backward).flat_map(Stage::cells).collect();
        let explained: Vec<_> = cells.iter().filter_map(|cell| stages.explain(*cell)).collect();
        assert!(explained.len() > cells.len() / 3, "{name}");
        for explanation in &explained {
            let (target, value) = (&explanation.target, explanation.value());
            assert_eq!(value, target.value, "{name} {}: {value} {}", target.cell, target.value);
        }
        for cell in &cells {
            let mut readers: Vec<_> = explained
                .iter()
                .filter(|all| all.made_from.cells().contains(cell))
                .map(|all| all.target.cell)
                .collect();
            readers.sort_unstable();
            let reached = stages.influences(*cell);
            assert_eq!(reached, readers, "{name} {cell}");
        }
    }
}

#[test]
fn what_does_not_fit_says_why() {
    let mut layers = Relational::default();
    let (h, weight) = (layers.given(Array::Nodes(3)), layers.given(Array::Matrix(2, 4)));
    let bias = layers.given(Array::Bias(5));
    let message = |result: Result<usize, LayerError>| result.unwrap_err().to_string();
    assert_eq!(message(layers.linear(&[(weight, h)], None)), "weight has shape [2, 4]; it must be [2, 3]");
    assert_eq!(message(layers.propagate(h, h, Some(bias))), "bias has shape [5]; it must be [3]");
    assert!(layers.gather(Gathering::Sum, weight).is_err());
    let numbers = layers.forward(&graph(), vec![vec![0.0; 17], vec![0.0; 8], vec![0.0; 5]]);
    assert_eq!(numbers.unwrap_err().to_string(), "the numbers of an array must be 18, but is 17");
}

#[test]
fn symmetric_coefficients_of_a_path() {
    let path = Graph::new(3, &[(0, 1), (1, 0), (1, 2), (2, 1)]).expect("a path").with_self_loops();
    let coefficients = Normalization::Symmetric.coefficients(&path);
    let expected = [6.0_f32.sqrt().recip(); 4].into_iter().chain([0.5, 1.0 / 3.0, 0.5]);
    assert!(coefficients.iter().zip(expected).all(|(got, expected)| (got - expected).abs() < 1e-6), "{coefficients:?}");
}
