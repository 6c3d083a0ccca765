//! The programs for PyTorch: well formed always, and right where there is a Python to run them:
//! `LAYERSCOPE_PYTHON=python3 cargo test --test every_block programs`, with PyTorch installed.

use std::io::Write;
use std::process::{Command, Stdio};

use serde_json::{Value, json};

use crate::cases::{Case, cases, some_cells};

/// Of each stage so many numbers are printed by a program.
const MOST_PROGRAMS: usize = 4;
/// Runs every program of a list that it is given, and prints what each printed.
const RUNNER: &str = "
import contextlib, io, json, sys
outputs = []
for program in json.load(sys.stdin):
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(program, {})
    outputs.append(printed.getvalue())
json.dump(outputs, sys.stdout)
";

const VARIABLES: [&str; 9] = ["x", "xp", "w", "wf", "b", "s", "z", "y", "g"];

fn is_numbered(row: &str) -> bool {
    row.trim_end_matches('p').parse::<usize>().is_ok()
}

/// Programs, with the number that each has to print, and where it is from.
fn programs() -> Vec<(String, f32, String)> {
    let of_case = |case: &Case| -> Vec<(String, f32, String)> {
        let cells = case.trace.stages.iter().flat_map(|stage| {
            let cells: Vec<_> = some_cells(stage).collect();
            let step = cells.len().div_ceil(MOST_PROGRAMS).max(1);
            cells.into_iter().rev().step_by(step)
        });
        let program = |cell| {
            let value = case.trace.value(cell).expect("a number");
            (case.block.pytorch(&case.settings, &case.trace, cell), value, format!("{case}: {cell}"))
        };
        cells.map(program).collect()
    };
    cases().iter().flat_map(of_case).collect()
}

#[test]
fn programs_print_their_number_last() {
    for (program, value, name) in programs() {
        let lines: Vec<&str> = program.lines().collect();
        assert_eq!(lines.first(), Some(&"import torch"), "{name}");
        let last = lines.last().expect("a line");
        assert!(last.starts_with("print(") && last.ends_with(&format!("  # {value}")), "{name}: {last}");
        for brackets in [['(', ')'], ['[', ']']] {
            let [opened, closed] = brackets.map(|bracket| program.matches(bracket).count());
            assert_eq!(opened, closed, "{name}: {program}");
        }
        // Each variable is written before it is read, and everything that is read is written.
        for (place, line) in lines.iter().enumerate().skip(3) {
            for word in line.split(|letter: char| !letter.is_alphanumeric() && letter != '_') {
                let is_variable = VARIABLES.contains(&word) || word.strip_prefix('h').is_some_and(is_numbered);
                let known = lines[..place].iter().any(|before| before.starts_with(&format!("{word} = ")));
                assert!(!is_variable || known || line.starts_with(&format!("{word} = ")), "{name}: {word} in {line}");
            }
        }
    }
}

#[test]
fn programs_print_the_same_number_in_pytorch() {
    let Ok(python) = std::env::var("LAYERSCOPE_PYTHON") else { return };
    let programs = programs();
    let mut run = Command::new(&python)
        .args(["-c", RUNNER])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap_or_else(|error| panic!("{python}: {error}"));
    let sources: Vec<&str> = programs.iter().map(|(program, ..)| program.as_str()).collect();
    let mut input = run.stdin.take().expect("a pipe");
    write!(input, "{}", json!(sources)).expect("Python reads");
    drop(input);
    let output = run.wait_with_output().expect("Python ends");
    let printed: Vec<Value> = serde_json::from_slice(&output.stdout).expect("a list");
    assert_eq!(printed.len(), programs.len());
    for ((program, value, name), printed) in programs.iter().zip(printed) {
        let number: f32 = printed.as_str().and_then(|text| text.trim().parse().ok()).expect("a number");
        assert!((number - value).abs() <= 2e-5 * value.abs().max(1.0), "{name} is {value}, not {number}:\n{program}");
    }
}
