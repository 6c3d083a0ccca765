//! The rooms of the house (see the crate's documentation) depend on each other in one direction, the mathematics never names
//! the browser, and nothing in the repository names a folder of somebody's machine.

#![cfg(not(target_arch = "wasm32"))]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use proc_macro2::{Delimiter, TokenStream, TokenTree};

/// Where a rule holds (a folder or the beginning of a file's name under `src/`), and what must not be named there: crates, and
/// other rooms as `crate::room`.
struct Rule {
    place: &'static str,
    crates: &'static [&'static str],
    rooms: &'static [&'static str],
}

const BROWSER: &[&str] = &["yew", "web_sys", "js_sys", "wgpu"];
const GPU: &[&str] = &["wgpu"];

const RULES: &[Rule] = &[
    Rule {
        place: "explain/",
        crates: BROWSER,
        rooms: &["layers", "compute", "data", "blocks", "scene", "paint", "state", "app", "embed", "browser"],
    },
    Rule {
        place: "layers/",
        crates: BROWSER,
        rooms: &["compute", "data", "blocks", "scene", "paint", "state", "app", "embed", "browser"],
    },
    Rule { place: "compute/", crates: &[], rooms: &["blocks", "scene", "paint", "state", "app", "embed"] },
    Rule { place: "data/", crates: BROWSER, rooms: &["blocks", "scene", "paint", "state", "app", "embed", "browser"] },
    Rule {
        place: "scene/",
        crates: BROWSER,
        rooms: &["layers", "compute", "blocks", "paint", "state", "app", "embed", "browser"],
    },
    Rule { place: "blocks/", crates: BROWSER, rooms: &["paint", "state", "app", "embed", "browser"] },
    Rule { place: "state/", crates: BROWSER, rooms: &["paint", "app", "embed", "browser"] },
    Rule { place: "paint/", crates: GPU, rooms: &["layers", "compute", "blocks", "state", "app", "embed"] },
    Rule { place: "paint/svg", crates: BROWSER, rooms: &["browser"] },
    Rule { place: "browser/", crates: &["yew", "wgpu"], rooms: &["blocks", "app", "embed"] },
    Rule { place: "app/", crates: GPU, rooms: &[] },
    Rule { place: "embed/", crates: GPU, rooms: &[] },
];

/// The rooms that a source file names, whether by `crate::` or by climbing up with `super::`, and all its identifiers.
#[derive(Default)]
struct Names {
    rooms: BTreeSet<String>,
    identifiers: BTreeSet<String>,
}

impl Names {
    /// Comments, documentation and text in quotes do not count: the reading is by tokens. `depth` is how many modules deep the
    /// file lies below the crate's root.
    fn read(source: &str, depth: usize) -> Result<Self, proc_macro2::LexError> {
        let mut names = Self::default();
        names.walk(source.parse()?, depth);
        Ok(names)
    }

    fn walk(&mut self, stream: TokenStream, depth: usize) {
        let tokens: Vec<TokenTree> = stream.into_iter().collect();
        let mut position = 0;
        while position < tokens.len() {
            match &tokens[position] {
                TokenTree::Ident(word) => {
                    let word = word.to_string();
                    let starts_path = !follows_double_colon(&tokens, position);
                    if starts_path && (word == "crate" || word == "super") {
                        self.note_path(&tokens, position, depth);
                    }
                    if let (true, Some(TokenTree::Group(body))) = (word == "mod", tokens.get(position + 2)) {
                        self.walk(body.stream(), depth + 1);
                        position += 2;
                    }
                    self.identifiers.insert(word);
                }
                TokenTree::Group(group) => self.walk(group.stream(), depth),
                TokenTree::Punct(_) | TokenTree::Literal(_) => {}
            }
            position += 1;
        }
    }

    fn note_path(&mut self, tokens: &[TokenTree], start: usize, depth: usize) {
        let mut position = start;
        let mut height = depth;
        while let Some(TokenTree::Ident(word)) = tokens.get(position) {
            match word.to_string().as_str() {
                "crate" => height = 0,
                "super" => height = height.saturating_sub(1),
                _ => break,
            }
            position += 3;
        }
        if height > 0 {
            return;
        }
        match tokens.get(position) {
            Some(TokenTree::Ident(room)) => {
                self.rooms.insert(room.to_string());
            }
            Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Brace => {
                let mut at_start = true;
                for token in group.stream() {
                    if let (true, TokenTree::Ident(room)) = (at_start, &token) {
                        self.rooms.insert(room.to_string());
                    }
                    at_start = matches!(&token, TokenTree::Punct(mark) if mark.as_char() == ',');
                }
            }
            _ => {}
        }
    }
}

fn follows_double_colon(tokens: &[TokenTree], position: usize) -> bool {
    position >= 2
        && tokens[position - 2..position]
            .iter()
            .all(|token| matches!(token, TokenTree::Punct(mark) if mark.as_char() == ':'))
}

/// What a file under `src/` names against the rules, one sentence each.
fn violations(file: &str, source: &str) -> Vec<String> {
    let is_module_root = file.ends_with("mod.rs") || file == "lib.rs" || file == "main.rs";
    let depth = file.matches('/').count() + usize::from(!is_module_root);
    let names = match Names::read(source, depth) {
        Ok(names) => names,
        Err(error) => return vec![format!("src/{file} cannot be read as Rust: {error}")],
    };
    let mut found = Vec::new();
    for rule in RULES.iter().filter(|rule| file.starts_with(rule.place)) {
        for name in rule.crates.iter().filter(|name| names.identifiers.contains(**name)) {
            found.push(format!("src/{file} names {name}"));
        }
        for room in rule.rooms.iter().filter(|room| names.rooms.contains(**room)) {
            found.push(format!("src/{file} uses crate::{room}"));
        }
    }
    if file.starts_with("compute/") && !file.starts_with("compute/gpu") && names.identifiers.contains("wgpu") {
        found.push(format!("src/{file} names wgpu"));
    }
    found
}

fn rust_files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).expect("a readable folder") {
        let path = entry.expect("a readable entry").path();
        if path.is_dir() {
            files.extend(rust_files(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
    files
}

#[test]
fn every_room_keeps_to_its_dependencies() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut found = Vec::new();
    for path in rust_files(&root) {
        let file = path.strip_prefix(&root).expect("a path under src").to_string_lossy().replace('\\', "/");
        found.extend(violations(&file, &fs::read_to_string(&path).expect("a readable file")));
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn what_breaks_a_rule_is_found() {
    let cases: &[(&str, &str, &[&str])] = &[
        ("layers/conv.rs", "use web_sys::Window;", &["src/layers/conv.rs names web_sys"]),
        ("explain/cell.rs", "fn f() { let _ = crate::layers::f(); }", &["src/explain/cell.rs uses crate::layers"]),
        ("scene/mod.rs", "use crate::{explain::Cell, blocks};", &["src/scene/mod.rs uses crate::blocks"]),
        ("layers/conv.rs", "use super::super::compute::Device;", &["src/layers/conv.rs uses crate::compute"]),
        ("layers/mod.rs", "use super::compute;", &["src/layers/mod.rs uses crate::compute"]),
        (
            "layers/conv.rs",
            "mod tests { use super::super::super::compute; }",
            &["src/layers/conv.rs uses crate::compute"],
        ),
        ("paint/svg_text.rs", "fn f(_: js_sys::Array) {}", &["src/paint/svg_text.rs names js_sys"]),
        ("compute/cpu/conv.rs", "use wgpu::Device;", &["src/compute/cpu/conv.rs names wgpu"]),
        ("app/mod.rs", "use wgpu::Device;", &["src/app/mod.rs names wgpu"]),
        (
            "layers/conv.rs",
            "fn {",
            &["src/layers/conv.rs cannot be read as Rust: cannot parse string into token stream"],
        ),
    ];
    for (file, source, expected) in cases {
        assert_eq!(violations(file, source), *expected, "{file}: {source}");
    }
}

#[test]
fn what_keeps_to_the_rules_is_let_through() {
    let cases = [
        ("layers/conv.rs", "use crate::explain::Cell; use super::window; mod tests { use super::super::window; }"),
        ("layers/conv.rs", "//! Unlike [`crate::compute`], without web_sys.\nconst WHY: &str = \"no wgpu // here\";"),
        ("blocks/conv2d.rs", "use crate::{compute::Device, layers::{blocks, conv}, scene};"),
        ("paint/canvas.rs", "use web_sys::CanvasRenderingContext2d; use crate::browser;"),
        ("compute/gpu/mod.rs", "use wgpu::Device;"),
        ("app/mod.rs", "use yew::prelude::*; use crate::blocks;"),
        ("lib.rs", "pub mod app;"),
    ];
    for (file, source) in cases {
        assert_eq!(violations(file, source), Vec::<String>::new(), "{file}: {source}");
    }
}

/// The first absolute path into somebody's own folders that a text names.
fn path_of_one_machine(text: &str) -> Option<&str> {
    ["home", "root", "Users", "work"].iter().find_map(|folder| {
        let start = format!("/{folder}/");
        text.match_indices(&start)
            .find(|(index, _)| {
                !text[..*index].ends_with(|before: char| before.is_alphanumeric() || "_-./}".contains(before))
            })
            .map(|(index, _)| text[index..].lines().next().unwrap_or_default())
    })
}

#[test]
fn no_tracked_file_names_a_folder_of_one_machine() {
    for (text, expected) in [
        (["see /ho", "me/jo/notes"].concat(), Some(["/ho", "me/jo/notes"].concat())),
        ("https://example.org/home/page and ./work/".to_owned(), None),
    ] {
        assert_eq!(path_of_one_machine(&text), expected.as_deref(), "{text}");
    }

    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let Ok(listing) = Command::new("git").args(["ls-files", "-z"]).current_dir(root).output() else {
        return;
    };
    let listing = String::from_utf8_lossy(&listing.stdout).into_owned();
    let mut found = Vec::new();
    for file in listing.split('\0').filter(|file| !file.is_empty()) {
        let text = fs::read(root.join(file)).unwrap_or_default();
        if let Some(path) = path_of_one_machine(&String::from_utf8_lossy(&text)) {
            found.push(format!("{file} names {path}"));
        }
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
}
