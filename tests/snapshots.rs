//! The picture of every preset, as committed: a change that nobody meant shows as a difference.
//!
//! `UPDATE_SNAPSHOTS=1 cargo test --test snapshots` writes the pictures as they are now.

#![cfg(not(target_arch = "wasm32"))]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::PathBuf;

use layerscope::blocks::{self, AnyBlock};
use layerscope::paint::svg;
use layerscope::scene::Theme;
use layerscope::state::Session;

const ACCEPT: &str = "UPDATE_SNAPSHOTS=1 cargo test --test snapshots";
const LIGHT: (&str, Theme) = ("light", Theme::LIGHT);
const DARK: (&str, Theme) = ("dark", Theme::DARK);
const WIDTH: f32 = 960.0;
const NARROW: f32 = 360.0;
const MOST_BYTES: usize = 10_000_000;

fn folder() -> PathBuf {
    [env!("CARGO_MANIFEST_DIR"), "tests", "snapshots"].iter().collect()
}

fn open(block: &'static dyn AnyBlock, pairs: &[(&str, &str)]) -> Session {
    let pairs: Vec<_> = pairs.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect();
    let session = Session::open(block, &pairs);
    assert!(session.notices().is_empty(), "{pairs:?}: {:?}", session.notices());
    session
}

/// Every picture by the name of its file: each preset, and the default the other way and narrow, these two on dark paper, too.
fn pictures() -> BTreeMap<String, String> {
    let mut pictures = BTreeMap::new();
    for &block in blocks::ALL {
        let about = block.about();
        let mut add = |name: &str, session: &Session, width, themes: &[(&str, Theme)]| {
            for (theme_name, theme) in themes {
                let picture = svg::paint(&session.scene(width, theme), about.title, Some(theme.card));
                let earlier = pictures.insert(format!("{}-{name}-{theme_name}.svg", about.name), picture);
                assert!(earlier.is_none(), "{name} is drawn twice");
            }
        };
        for preset in &block.presets() {
            add(preset.name, &open(block, &[("preset", preset.name)]), WIDTH, &[LIGHT]);
        }
        add("default-backward", &open(block, &[("pass", "backward")]), WIDTH, &[LIGHT, DARK]);
        add("default-narrow", &open(block, &[]), NARROW, &[LIGHT, DARK]);
    }
    pictures
}

/// The first line in which two texts differ.
fn difference(committed: &str, now: &str) -> String {
    let (mut old, mut new) = (committed.lines(), now.lines());
    for line in 1.. {
        match (old.next(), new.next()) {
            (old, new) if old == new && old.is_some() => {}
            (old, new) => {
                return format!("line {line}\n  was {}\n  is  {}", old.unwrap_or("(end)"), new.unwrap_or("(end)"));
            }
        }
    }
    String::new()
}

#[test]
fn every_picture_is_as_committed() {
    let pictures = pictures();
    let bytes: usize = pictures.values().map(String::len).sum();
    assert!(bytes <= MOST_BYTES, "the pictures take {bytes} bytes; more than {MOST_BYTES} is too much to commit");
    let committed: BTreeSet<String> = fs::read_dir(folder())
        .expect("the folder of the pictures")
        .map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned())
        .collect();
    let stale: Vec<_> = committed.iter().filter(|name| !pictures.contains_key(*name)).collect();
    if std::env::var_os("UPDATE_SNAPSHOTS").is_some() {
        stale.iter().for_each(|name| fs::remove_file(folder().join(name)).expect("a file that can be removed"));
        for (name, picture) in &pictures {
            fs::write(folder().join(name), picture).expect("a file that can be written");
        }
        return;
    }
    let mut wrong: Vec<String> =
        stale.iter().map(|name| format!("tests/snapshots/{name} belongs to no preset")).collect();
    for (name, picture) in &pictures {
        match fs::read_to_string(folder().join(name)) {
            Ok(committed) if committed == *picture => {}
            Ok(committed) => wrong.push(format!("tests/snapshots/{name}: {}", difference(&committed, picture))),
            Err(_) => wrong.push(format!("tests/snapshots/{name} is missing")),
        }
    }
    assert!(wrong.is_empty(), "{}\n{} wrong. Accept all with: {ACCEPT}", wrong.join("\n"), wrong.len());
}

#[test]
fn a_difference_is_told() {
    assert_eq!(difference("a\nb\n", "a\nc\n"), "line 2\n  was b\n  is  c");
    assert_eq!(difference("a\n", "a\nb\n"), "line 2\n  was (end)\n  is  b");
}
