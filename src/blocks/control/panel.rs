//! The controls of a block, as a text tells them.
//!
//! The text stands beside the block's settings, a control a line: its place, its key, what it takes; its label; its help.
//! Beneath a choice stand its words, each with its label, where that is another one, and its help. Whatever a line leaves out
//! is as in the control that `=` names, or else in the one of the same key that blocks share (`shared.txt`).
//!
//! ```text
//! main padding choice | padding | cells added at the ends, so that the window fits there too
//!   valid | no padding
//!   both = p on each side | as many cells as you choose on each side
//! main stride
//! main kernel whole 1 5 | kernel k × k
//! more bias number -10 10 0.05 | bias b | is added to every output
//! main input_gate =forget | input gate | what the memory takes in
//! ```
//!
//! What depends on the other settings is told in Rust, by key: [`Panel::when`], [`Panel::most`].

use std::sync::LazyLock;

use super::{Choice, Control, Kind, LIMIT, MAX_NUMBERS, Place};
use crate::data::{pictures, volumes};
use crate::explain::read_number;

/// The controls that several blocks have.
static SHARED: LazyLock<Vec<Control>> = LazyLock::new(|| read(include_str!("shared.txt"), &[]));

/// The controls of a block, while it is told what depends on the settings. Keys are separated by blanks.
pub struct Panel {
    /// In the order in which they are read from an address.
    pub controls: Vec<Control>,
}

impl Panel {
    /// The controls of a text.
    pub fn read(text: &'static str) -> Self {
        Self { controls: read(text, &SHARED) }
    }

    fn change(&mut self, keys: &str, change: &dyn Fn(&mut Control)) {
        for key in keys.split(' ') {
            let control = self.controls.iter_mut().find(|control| control.key == key);
            debug_assert!(control.is_some(), "there is no control {key:?}");
            control.into_iter().for_each(change);
        }
    }

    /// These are in sight only where a condition holds.
    pub fn when(&mut self, keys: &str, condition: bool) {
        if !condition {
            self.change(keys, &|control| control.place = Place::Hidden);
        }
    }

    /// The most that these take: the largest number, the longest list or text, so many of the words.
    pub fn most(&mut self, keys: &str, most: usize) {
        self.change(keys, &|control| match &mut control.kind {
            Kind::Whole { max, .. } => *max = most as i64,
            Kind::Number { max, .. } => *max = most as f64,
            Kind::Numbers { max_length, .. } => *max_length = most,
            Kind::Text { most: longest, .. } => *longest = most,
            Kind::Choice(choices) => choices.truncate(most),
            _ => debug_assert!(false, "{} has no end", control.key),
        });
    }

    /// From where to where these go.
    pub fn range(&mut self, keys: &str, min: i64, max: i64) {
        self.change(keys, &|control| control.kind = Kind::Whole { min, max });
    }

    /// How many numbers these hold. A list that may hold none must, where it doesn't fit into an address.
    pub fn length(&mut self, keys: &str, length: usize) {
        self.change(keys, &|control| {
            if let Kind::Numbers { min_length, max_length, or_none, .. } = &mut control.kind {
                *min_length = if *or_none && length > MAX_NUMBERS { 0 } else { length };
                *max_length = *min_length;
            }
        });
    }

    /// Whether the pass can go backward.
    pub fn backward(&mut self, can: bool) {
        self.when("pass", can);
        self.most("pass", if can { 2 } else { 1 });
    }

    /// What one takes.
    pub fn takes(&mut self, key: &str, kind: Kind) {
        self.change(key, &|control| control.kind = kind.clone());
    }
}

fn read(text: &'static str, shared: &[Control]) -> Vec<Control> {
    let mut controls: Vec<Control> = Vec::new();
    for line in text.lines() {
        let mut parts = line.split(" | ");
        let head = parts.next().unwrap_or_default();
        if let Some(word) = head.strip_prefix("  ") {
            let (value, label) = word.split_once(" = ").unwrap_or((word, word));
            let choice = Choice { value, label, help: parts.next().unwrap_or_default() };
            match controls.last_mut().map(|control| &mut control.kind) {
                Some(Kind::Choice(choices)) => choices.push(choice),
                _ => debug_assert!(false, "{line:?} stands beneath no choice"),
            }
            continue;
        }
        let mut words = head.split(' ');
        let place = match words.next() {
            Some("main") => Place::Main,
            Some("more") => Place::More,
            place => {
                debug_assert_eq!(place, Some("hidden"), "the place of {line:?}");
                Place::Hidden
            }
        };
        let key = words.next().unwrap_or_default();
        let kind = words.next();
        let like = kind.and_then(|kind| kind.strip_prefix('='));
        let known = shared.iter().chain(&controls).find(|control| control.key == like.unwrap_or(key));
        debug_assert!(known.is_some() || kind.is_some() && like.is_none(), "nothing tells what {line:?} takes");
        let (label, help) = known.map_or(("", ""), |known| (known.label, known.help));
        let (label, help) = (parts.next().unwrap_or(label), parts.next().unwrap_or(help));
        let kind = match (kind, known) {
            (Some(kind), _) if like.is_none() => Kind::read(kind, words),
            (_, Some(known)) => known.kind.clone(),
            _ => Kind::Toggle,
        };
        controls.push(Control { key, label, help, kind, place });
    }
    controls
}

impl Kind {
    /// Reads what it is called, and its limits; those that follow from other settings are left out.
    fn read<'w>(name: &str, mut limits: impl Iterator<Item = &'w str>) -> Self {
        let mut limit = |otherwise: f64| limits.next().and_then(read_number).unwrap_or(otherwise);
        match name {
            "whole" => Self::Whole { min: limit(0.0) as i64, max: limit(0.0) as i64 },
            "number" => Self::Number { min: limit(0.0), max: limit(0.0), step: limit(0.0) },
            "numbers" | "optional" => Self::Numbers {
                min_length: limit(0.0) as usize,
                max_length: limit(0.0) as usize,
                limit: limit(LIMIT),
                or_none: name == "optional",
            },
            "choice" => Self::Choice(Vec::new()),
            "picture" => Self::Picture(drawn_pictures()),
            "volume" => Self::Volume(volumes::DRAWN.iter().map(|drawn| plain(drawn.name, drawn.title)).collect()),
            "text" => Self::Text { most: 0, alphabet: &[] },
            "stack" => Self::Stack { max: 0, room: 0 },
            _ => {
                debug_assert_eq!(name, "toggle", "what a control takes");
                Self::Toggle
            }
        }
    }
}

/// The pictures that the page draws itself.
pub fn drawn_pictures() -> Vec<Choice> {
    pictures::DRAWN.iter().map(|drawn| plain(drawn.name, drawn.title)).collect()
}

/// A word that needs no explanation.
fn plain(value: &'static str, label: &'static str) -> Choice {
    Choice { value, label, help: "" }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "\
main padding choice | padding | cells added
  valid | no padding
  both = p on each side
more bias number -10 10 0.05 | bias b | is added
hidden shift =bias | shift s
main kernel whole 1 | kernel k × k
main seed
hidden weights optional | weights w | all of them";

    #[test]
    fn reads_what_a_line_says_and_takes_over_what_it_leaves_out() {
        let mut panel = Panel::read(TEXT);
        panel.most("kernel", 5);
        panel.length("weights", 9);
        let word = |value, label, help| Choice { value, label, help };
        let bias = Kind::Number { min: -10.0, max: 10.0, step: 0.05 };
        let words = vec![word("valid", "valid", "no padding"), word("both", "p on each side", "")];
        let weights = Kind::Numbers { min_length: 9, max_length: 9, or_none: true, limit: LIMIT };
        let neighbours = "how many neighbours one output sees";
        let control = |place, key, label, help, kind| Control { key, label, help, kind, place };
        for (read, expected) in panel.controls.into_iter().zip([
            control(Place::Main, "padding", "padding", "cells added", Kind::Choice(words)),
            control(Place::More, "bias", "bias b", "is added", bias.clone()),
            control(Place::Hidden, "shift", "shift s", "is added", bias),
            control(Place::Main, "kernel", "kernel k × k", neighbours, Kind::Whole { min: 1, max: 5 }),
            control(Place::Main, "seed", "seed", "of the random weights", Kind::Whole { min: 0, max: 9999 }),
            control(Place::Hidden, "weights", "weights w", "all of them", weights),
        ]) {
            assert_eq!(read, expected);
        }
    }

    #[test]
    fn what_is_narrowed_takes_less() {
        let mut panel = Panel::read(TEXT);
        panel.most("padding", 1);
        panel.when("padding kernel", false);
        panel.length("weights", MAX_NUMBERS + 1);
        assert_eq!(panel.controls[0].accepts(), "only valid with the other settings");
        assert_eq!([0, 3, 4].map(|at| panel.controls[at].place), [Place::Hidden, Place::Hidden, Place::Main]);
        assert_eq!(panel.controls[5].accepts(), "0 numbers of magnitude at most 1000, or none");
    }

    #[test]
    #[should_panic(expected = "nothing tells what \"main bias\" takes")]
    fn a_control_that_nobody_shares_says_what_it_takes() {
        Panel::read("main bias");
    }

    #[test]
    #[should_panic(expected = "there is no control \"kernle\"")]
    fn what_is_narrowed_is_there() {
        Panel::read(TEXT).when("kernle", false);
    }
}
