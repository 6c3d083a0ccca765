//! Every number is explained, leads to those that were made from it, and can be changed alone where it can be changed.

use std::collections::{HashMap, HashSet};

use layerscope::blocks;
use layerscope::explain::{Cell, Form, Role};
use layerscope::scene::Pointing;

use crate::cases::{Case, MOST_CELLS, cases, open, some_cells};

#[test]
fn every_number_is_explained() {
    for case in cases() {
        for cell in case.trace.stages.iter().flat_map(|stage| stage.cells()) {
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
            let given = case.block.explain(&case.settings, &case.trace, cell).is_some_and(|why| why.is_given());
            assert!(given, "{case}: {cell} can be changed, but is computed");
            let stage = case.trace.stage(cell.stage).expect("a stage");
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
    let block = blocks::find("conv1d").expect("the block");
    let cases: &[(&str, &str, &[f32])] = &[
        ("rising", "output", &[1.0]),
        ("flat", "output", &[0.0]),
        ("falling", "output", &[-1.0]),
        ("pad-constant", "padded", &[0.0, 0.0, 1.0, 2.0, 3.0, 0.0, 0.0]),
        ("pad-replicate", "padded", &[1.0, 1.0, 1.0, 2.0, 3.0, 3.0, 3.0]),
        ("pad-symmetric", "padded", &[2.0, 1.0, 1.0, 2.0, 3.0, 3.0, 2.0]),
        ("pad-circular", "padded", &[2.0, 3.0, 1.0, 2.0, 3.0, 1.0, 2.0]),
        ("pad-reflect", "padded", &[3.0, 2.0, 1.0, 2.0, 3.0, 2.0, 1.0]),
    ];
    for (preset, stage, expected) in cases {
        let case = Case::new(block, format!("preset={preset}"));
        let stage = case.trace.stage(stage).expect("the stage");
        let numbers: Vec<_> = stage.cells().map(|cell| stage.value(&cell.index).expect("a number")).collect();
        assert_eq!(numbers, *expected, "{preset}");
    }
}
