//! Whatever the page says in English, it can say in German.

#![cfg(not(target_arch = "wasm32"))]

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use layerscope::blocks::path::PATH;
use layerscope::blocks::summary::{ROWS, Task};
use layerscope::state::{Language, learn_german};
use proc_macro2::{TokenStream, TokenTree};

/// The texts in `say("…")`, at any depth.
fn said(tokens: TokenStream, found: &mut BTreeSet<String>) {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    for pair in tokens.windows(2) {
        if let [TokenTree::Ident(name), TokenTree::Group(argument)] = pair
            && name == "say"
            && let Some(TokenTree::Literal(text)) = argument.stream().into_iter().next()
        {
            found.insert(unquoted(&text.to_string()));
        }
    }
    for token in tokens {
        if let TokenTree::Group(group) = token {
            said(group.stream(), found);
        }
    }
}

/// The text of a string literal: no page needs more escapes than a line that goes on, and a quotation mark.
fn unquoted(literal: &str) -> String {
    let mut lines = literal.trim_matches('"').split("\\\n");
    let first = lines.next().unwrap_or_default().to_owned();
    lines.fold(first, |text, line| text + line.trim_start()).replace("\\\"", "\"")
}

fn read(folder: &Path, found: &mut BTreeSet<String>) {
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            read(&path, found);
        } else {
            said(fs::read_to_string(&path).expect("a source file").parse().expect("Rust"), found);
        }
    }
}

#[test]
fn the_page_speaks_german() {
    learn_german(include_str!("../www/assets/german.tsv").to_owned());
    let mut found = BTreeSet::new();
    read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src/app"), &mut found);
    assert!(found.len() > 50, "only {} texts are said", found.len());
    let missing: Vec<_> = found.iter().filter(|text| Language::De.translation(text).is_none()).collect();
    assert!(missing.is_empty(), "no German for {missing:#?}");
}

#[test]
fn the_path_and_its_summary_speak_german() {
    learn_german(include_str!("../www/assets/german.tsv").to_owned());
    let mut texts: Vec<_> = PATH.iter().map(|part| part.title).collect();
    texts.extend(ROWS.iter().flat_map(|row| [row.bias, row.equivariance, row.sharing]));
    let mut task = Task::default();
    texts.extend(task.sizes().flat_map(|(control, _)| [control.label, control.help]));
    let missing: Vec<_> = texts.into_iter().filter(|text| Language::De.translation(text).is_none()).collect();
    assert!(missing.is_empty(), "no German for {missing:#?}");
    assert!(Language::De.translated(&task.told()).is_some());
}
