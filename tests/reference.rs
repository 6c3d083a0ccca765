//! Cases computed by PyTorch and NumPy, outputs and gradients.
//!
//! The folder of cases is `tests/reference`, or what the environment variable `LAYERSCOPE_REFERENCE` says; every `*.json` file in it
//! is a list of `{name, request, expected}`. In WebAssembly, which has no folders, the project's own cases are built in.

use layerscope::compute::compute;
use serde_json::{Value, json};

#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

/// How far a number may be from the expected one, relative to it where it is larger than one.
const TOLERANCE: f64 = 1e-4;

/// Checks every case of one file, and says for each that fails what is wrong with it.
fn failures(cases: &[Value]) -> Vec<String> {
    let failure = |case: &Value| {
        let name = case["name"].as_str().unwrap_or("a case without a name");
        // Where no gradients are asked for, every answer comes from the fast kernels.
        let mut alone = case.clone();
        for (part, key) in [("request", "output_gradient"), ("expected", "gradients")] {
            alone[part].as_object_mut().and_then(|part| part.remove(key));
        }
        let outcome = [case, &alone].into_iter().try_for_each(|case| match compute(&case["request"]) {
            Ok(answer) => compare("", &case["expected"], &answer),
            Err(error) => Err(format!("{}: {error}", error.code)),
        });
        outcome.err().map(|reason| format!("{name}: {reason}"))
    };
    cases.iter().filter_map(failure).collect()
}

/// Checks that `got` holds everything that `expected` does: the same keys, shapes and numbers.
fn compare(path: &str, expected: &Value, got: &Value) -> Result<(), String> {
    match (expected, got) {
        (Value::Object(expected), Value::Object(got)) => expected.iter().try_for_each(|(key, expected)| {
            let path = format!("{path}.{key}");
            let got = got.get(key).ok_or_else(|| format!("{path} is missing"))?;
            if key == "shape" && expected != got {
                return Err(format!("{path} is {got}, not {expected}"));
            }
            compare(&path, expected, got)
        }),
        (Value::Array(expected), Value::Array(got)) if expected.len() == got.len() => {
            let mut pairs = expected.iter().zip(got).enumerate();
            pairs.try_for_each(|(at, (expected, got))| compare(&format!("{path}[{at}]"), expected, got))
        }
        (Value::Number(_), Value::Number(_)) => {
            let (expected, got) = (expected.as_f64().unwrap_or(f64::NAN), got.as_f64().unwrap_or(f64::NAN));
            let close = (got - expected).abs() <= TOLERANCE * expected.abs().max(1.0);
            if close { Ok(()) } else { Err(format!("{path} is {got}, not {expected}")) }
        }
        _ if expected == got => Ok(()),
        _ => Err(format!("{path} is {got}, not {expected}")),
    }
}

fn parse(file: &str, text: &str) -> Vec<Value> {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{file} is no list of cases: {error}"))
}

#[cfg(not(target_arch = "wasm32"))]
#[test]
fn every_case_of_the_folder() {
    use std::io::Write;
    use std::path::{Path, PathBuf};

    let own = || Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/reference");
    let folder = std::env::var_os("LAYERSCOPE_REFERENCE").map_or_else(own, PathBuf::from);
    let entries = std::fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut files: Vec<PathBuf> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
    files.retain(|file| file.extension().is_some_and(|extension| extension == "json"));
    files.sort();
    assert!(!files.is_empty(), "{} holds no *.json file", folder.display());
    let mut report = String::new();
    let mut failed = 0;
    for file in &files {
        let name = file.file_name().unwrap_or_default().to_string_lossy();
        let text = std::fs::read_to_string(file).unwrap_or_else(|error| panic!("{name}: {error}"));
        let cases = parse(&name, &text);
        let failures = failures(&cases);
        failures.iter().for_each(|failure| report += &format!("FAILED {name} {failure}\n"));
        report += &format!("{name}: {} of {} cases\n", cases.len() - failures.len(), cases.len());
        failed += failures.len();
    }
    // Not through println, which a passing test keeps to itself.
    let _ = std::io::stderr().write_all(format!("\n{}\n{report}", folder.display()).as_bytes());
    assert_eq!(failed, 0, "cases failed");
}

/// The project's own cases, for where there are no folders.
const BUILT_IN: &[(&str, &str)] = &[
    ("activation.json", include_str!("reference/activation.json")),
    ("aggregate.json", include_str!("reference/aggregate.json")),
    ("conv.json", include_str!("reference/conv.json")),
    ("dense.json", include_str!("reference/dense.json")),
    ("gat.json", include_str!("reference/gat.json")),
    ("gcn.json", include_str!("reference/gcn.json")),
    ("gin.json", include_str!("reference/gin.json")),
    ("gru.json", include_str!("reference/gru.json")),
    ("lstm.json", include_str!("reference/lstm.json")),
    ("pad.json", include_str!("reference/pad.json")),
    ("pool.json", include_str!("reference/pool.json")),
    ("rnn.json", include_str!("reference/rnn.json")),
    ("sage.json", include_str!("reference/sage.json")),
];

#[cfg(not(target_arch = "wasm32"))]
#[test]
fn every_file_is_built_in() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/reference");
    let entries = std::fs::read_dir(folder).expect("the folder");
    let mut files: Vec<_> = entries.map(|entry| entry.expect("an entry").file_name()).collect();
    files.sort();
    assert_eq!(files, BUILT_IN.iter().map(|(file, _)| *file).collect::<Vec<_>>());
}

#[cfg(target_arch = "wasm32")]
#[test]
fn every_case_built_in() {
    for (file, text) in BUILT_IN {
        let cases = parse(file, text);
        let failures = failures(&cases);
        assert!(failures.is_empty(), "{file}: {failures:#?}");
        assert!(!cases.is_empty(), "{file} holds no case");
    }
}

#[test]
fn a_layer_that_does_not_exist_is_unsupported() {
    let tensor = json!({"shape": [1, 1], "data": [1.0]});
    for layer in ["graph", "transformer", "", "Conv", "conv "] {
        let error = compute(&json!({"layer": layer, "input": tensor, "operation": "max"})).expect_err("no such layer");
        assert_eq!(error.code, "unsupported", "{layer:?}: {error}");
    }
}

#[test]
fn a_wrong_number_is_noticed() {
    let request = json!({"layer": "activation", "function": "relu", "input": {"shape": [2], "data": [-1.0, 2.0]}});
    let case = |shape: [usize; 1], data: [f64; 2]| {
        let expected = json!({"output": {"shape": shape, "data": data}});
        json!({"name": "relu", "request": request, "expected": expected})
    };
    assert_eq!(failures(&[case([2], [0.0, 2.000_1])]), Vec::<String>::new());
    assert_eq!(failures(&[case([2], [0.0, 2.001])]), ["relu: .output.data[1] is 2, not 2.001"]);
    assert_eq!(failures(&[case([1], [0.0, 2.0])]), ["relu: .output.shape is [2], not [1]"]);
    let gradients = json!({"name": "relu", "request": request, "expected": {"gradients": {}}});
    assert_eq!(failures(&[gradients]), ["relu: .gradients is missing"]);
}
