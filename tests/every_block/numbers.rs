//! Every number is explained, leads to those that were made from it, and can be changed alone where it can be changed.

use std::collections::{HashMap, HashSet};

use layerscope::blocks::{self, Gesture};
use layerscope::explain::{Cell, Form, Role};
use layerscope::scene::Pointing;
use layerscope::state::Session;

use crate::cases::{Case, MOST_CELLS, cases, open, some_cells};

#[test]
fn every_number_is_explained() {
    for case in cases() {
        let all = || case.trace.stages.iter().flat_map(|stage| stage.cells());
        let cells: Vec<Cell> = if case.is_vast() { case.cells().collect() } else { all().collect() };
        for cell in cells {
            let value = case.trace.value(cell).expect("a number");
            let why = case.block.explain(&case.settings, &case.trace, cell);
            let why = why.unwrap_or_else(|| panic!("{case}: {cell} is not explained"));
            assert_eq!((why.target.cell, why.target.value), (cell, value), "{case}");
            let sources: HashSet<Cell> = case.block.sources(&case.settings, &case.trace, cell).into_iter().collect();
            assert_eq!(sources, case.reads(cell), "{case}: {cell}");
            let told = why.value();
            assert!(told == value, "{case}: {cell} is {value}, and explained as {told}");
        }
    }
}

#[test]
fn every_formula_prints() {
    for case in cases() {
        for stage in &case.trace.stages {
            for cell in some_cells(stage).step_by(20) {
                let why = case.block.explain(&case.settings, &case.trace, cell).expect("an explanation");
                let title = |cell: Cell| case.trace.stage(cell.stage).map_or("", |stage| stage.title);
                for form in [Form::General, Form::Symbols, Form::Numbers] {
                    let formula = why.formula(form);
                    let printed =
                        [formula.mathml(), formula.html(), formula.latex(), formula.text(), formula.speech(title)];
                    for text in printed {
                        assert!(text.len() > 3 && !text.contains("NaN"), "{case}: {cell} prints as {text:?}");
                    }
                }
                assert_eq!(why.general_mathml().is_none(), why.is_given(), "{case}: {cell}");
            }
        }
    }
}

#[test]
fn a_number_reaches_what_was_made_from_it() {
    const MOST_READS: usize = 20;
    for case in cases() {
        let (mut reads, mut reaches) = (HashMap::new(), HashMap::new());
        for cell in case.cells() {
            let reached = reaches.entry(cell).or_insert_with(|| case.reaches(cell)).clone();
            for target in spread(reached, MOST_READS) {
                let read = reads.entry(target).or_insert_with(|| case.reads(target));
                assert!(read.contains(&cell), "{case}: {cell} is said to reach {target}, which does not read it");
            }
            let read = reads.entry(cell).or_insert_with(|| case.reads(cell)).clone();
            for source in spread(read, MOST_READS) {
                let reached = reaches.entry(source).or_insert_with(|| case.reaches(source));
                let told = reached.contains(&cell) || reached.len() >= Pointing::MOST;
                assert!(told, "{case}: {cell} reads {source}, which is not said to reach it");
            }
        }
    }
}

/// At most so many of a set, spread evenly, the same every time.
fn spread(cells: HashSet<Cell>, most: usize) -> Vec<Cell> {
    let mut cells: Vec<_> = cells.into_iter().collect();
    cells.sort_unstable();
    let step = cells.len().div_ceil(most).max(1);
    cells.into_iter().step_by(step).collect()
}

#[test]
fn steps_and_cells_are_inverse() {
    for case in cases() {
        let steps = case.block.steps(&case.trace);
        assert!(steps > 0, "{case}");
        for step in (0..steps).step_by(steps.div_ceil(2000)) {
            let cell = case.block.step_cell(&case.trace, step).unwrap_or_else(|| panic!("{case}: step {step}"));
            assert!(case.trace.value(cell).is_some(), "{case}: {cell}");
            assert_eq!(case.block.step_of(&case.trace, cell), Some(step), "{case}: {cell}");
        }
        assert_eq!(case.block.step_cell(&case.trace, steps), None, "{case}");
    }
}

#[test]
fn editing_changes_that_number() {
    for case in cases() {
        let mut session = open(case.block, &case.query);
        for cell in case
            .trace
            .stages
            .iter()
            .flat_map(|stage| some_cells(stage).step_by(stage.len().min(MOST_CELLS).div_ceil(5)))
        {
            if !session.is_editable(cell) {
                continue;
            }
            let stage = case.trace.stage(cell.stage).expect("a stage");
            // Edges are there, or they aren't; what a layer makes of them is set to join and part, too.
            if ["edges", "adjacency"].contains(&stage.name) || stage.name.starts_with("attention-") {
                continue;
            }
            let given = case.block.explain(&case.settings, &case.trace, cell).is_some_and(|why| why.is_given());
            assert!(given, "{case}: {cell} can be changed, but is computed");
            // A layer's numbers are set as far as they are legal: the stack's own tests say how far.
            if stage.name == "layers" {
                continue;
            }
            // Sizes are whole numbers.
            let value = if stage.role == Role::Plain { 3.0 } else { 0.375 };
            session.edit(cell, value);
            let trace = session.trace().expect("a trace").clone();
            assert_eq!(trace.value(cell), Some(value), "{case}: {cell}");
            let is_given = |other: &Cell| {
                let why = case.block.explain(&case.settings, &case.trace, *other);
                why.is_some_and(|why| why.is_given())
            };
            for other in some_cells(stage).filter(|other| *other != cell && is_given(other)) {
                assert_eq!(trace.value(other), stage.value(&other.index), "{case}: {cell} also changes {other}");
            }
            session.undo();
            let restored = session.trace().expect("a trace").value(cell);
            assert_eq!(restored, case.trace.value(cell), "{case}: {cell}");
            assert!(*session.settings() == case.settings, "{case}: {cell}");
        }
    }
}

#[test]
fn the_lecture_s_examples() {
    let cases: &[(&str, &str, &[f32])] = &[
        ("conv1d rising", "output", &[1.0]),
        ("conv1d flat", "output", &[0.0]),
        ("conv1d falling", "output", &[-1.0]),
        ("conv1d pad-constant", "padded", &[0.0, 0.0, 1.0, 2.0, 3.0, 0.0, 0.0]),
        ("conv1d pad-replicate", "padded", &[1.0, 1.0, 1.0, 2.0, 3.0, 3.0, 3.0]),
        ("conv1d pad-symmetric", "padded", &[2.0, 1.0, 1.0, 2.0, 3.0, 3.0, 2.0]),
        ("conv1d pad-circular", "padded", &[2.0, 3.0, 1.0, 2.0, 3.0, 1.0, 2.0]),
        ("conv1d pad-reflect", "padded", &[3.0, 2.0, 1.0, 2.0, 3.0, 2.0, 1.0]),
        ("gcn sum", "message-1", &[1.0, 3.0, 5.0, 5.0, 1.0, 3.0]),
        ("gcn sum", "adjacency", &[0.0, 1.0, 0.0, 1.0, 0.0, 1.0, 0.0, 1.0, 0.0]),
        ("gcn lecture", "message-1", &[3.0, 4.0, 3.0, 4.0, 3.0, 4.0]),
        ("gcn lecture", "adjacency", &[0.0, 1.0, 0.0, 0.5, 0.0, 0.5, 0.0, 1.0, 0.0]),
        ("message-passing lecture", "message-1", &[1.0, 3.0, 5.0, 5.0, 1.0, 3.0]),
        // From the first node of the path, one step leads to the second, and a second one back or on.
        ("graph lecture", "walks", &[1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 1.0, 0.0, 1.0]),
    ];
    for (preset, stage, expected) in cases {
        let (block, name) = preset.split_once(' ').expect("a block and a preset");
        let case = Case::new(blocks::find(block).expect("the block"), format!("preset={name}"));
        let stage = case.trace.stage(stage).expect("the stage");
        let numbers: Vec<_> = stage.cells().map(|cell| stage.value(&cell.index).expect("a number")).collect();
        assert_eq!(numbers, *expected, "{preset}");
    }
}

#[test]
fn graphs_are_reshaped_by_hand() {
    for name in ["graph", "message-passing", "gcn"] {
        let mut session = open(blocks::find(name).expect("the block"), "graph=path&nodes=3");
        let node = |at: usize| Cell::new("node", [at]);
        let edges = |session: &Session| {
            let trace = session.trace().expect("a trace");
            let edges = trace.stage("edges").expect("edges");
            let joined = edges.cells().filter(|cell| edges.value(&cell.index) == Some(1.0));
            joined.map(|cell| (cell.index.axis(1), cell.index.axis(0))).collect::<Vec<_>>()
        };
        let held = |session: &Session, at: usize| {
            let trace = session.trace().expect("a trace").clone();
            [0, 1].map(|feature| trace.value(Cell::new("input", [at, feature])))
        };
        let before = [0, 1, 2].map(|at| held(&session, at));
        assert_eq!(edges(&session), [(1, 0), (0, 1), (2, 1), (1, 2)], "{name}");
        session.reshape(node(0), Gesture::Join(node(2)));
        assert_eq!(edges(&session), [(1, 0), (2, 0), (0, 1), (2, 1), (0, 2), (1, 2)], "{name}");
        assert_eq!([0, 1, 2].map(|at| held(&session, at)), before, "{name}: what the nodes hold stays");
        session.reshape(node(2), Gesture::Join(node(1)));
        assert_eq!(edges(&session), [(1, 0), (2, 0), (0, 1), (0, 2)], "{name}");
        session.reshape(node(1), Gesture::Sprout([0.25, 0.75]));
        assert_eq!(edges(&session).len(), 6, "{name}");
        session.reshape(node(3), Gesture::Move([0.125, 1.0]));
        let places = session.block().values(session.settings())["places"].clone();
        assert_eq!(
            places.as_array().map(|places| places[6..].to_vec()),
            Some(vec![0.125.into(), 1.0.into()]),
            "{name}"
        );
        session.reshape(node(1), Gesture::Remove);
        assert_eq!(edges(&session), [(1, 0), (0, 1)], "{name}: node 3 stands alone now, and is called 2");
        assert_eq!([0, 1].map(|at| held(&session, at)), [before[0], before[2]], "{name}");
        for _ in 0..5 {
            session.undo();
        }
        assert_eq!(edges(&session), [(1, 0), (0, 1), (2, 1), (1, 2)], "{name}");
        session.edit(Cell::new("edges", [0, 2]), 1.0);
        assert_eq!(edges(&session).len(), 6, "{name}: the matrix joins both ways");
    }
}

#[test]
fn edges_are_made_and_taken_away_in_the_matrix_that_is_shown() {
    for (name, query, matrix) in [
        ("gcn", "", "adjacency"),
        ("gcn", "normalization=symmetric&loops=1", "adjacency"),
        ("message-passing", "layer=gat", "attention-1"),
        ("message-passing", "", "edges"),
        ("graph", "", "edges"),
    ] {
        let mut session = open(blocks::find(name).expect("the block"), &format!("graph=path&nodes=3&{query}"));
        let [there, missing] = [[0, 1], [0, 2]].map(|at| Cell::new(matrix, at));
        let value = |session: &Session, cell: Cell| session.trace().expect("a trace").value(cell).expect("a number");
        assert!(value(&session, there) > 0.0 && value(&session, missing) == 0.0, "{name} {query}");
        for (cell, text, is_joined) in [(missing, "1", true), (missing, "-0.5", false), (there, "0", false)] {
            assert!(session.is_editable(cell), "{name} {query}: {cell}");
            session.enter(cell, text);
            assert_eq!(value(&session, cell) > 0.0, is_joined, "{name} {query}: {cell} after {text}");
        }
        let other = Cell::new(matrix, [1, 0]);
        assert_eq!(value(&session, other), 0.0, "{name} {query}: relations are mutual");
        let loops = query.contains("loops");
        assert_eq!(session.is_editable(Cell::new(matrix, [1, 1])), !loops, "{name} {query}: loops are a setting");
    }
}
