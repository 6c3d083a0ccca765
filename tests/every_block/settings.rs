//! Every setting comes back from the URL, and everything that can be set can be computed.

use std::collections::HashSet;

use layerscope::blocks::{self, Control, Kind};
use layerscope::state::Session;
use serde_json::{Value, json};

use crate::cases::{cases, open};

#[test]
fn controls_and_settings_are_the_same_keys() {
    for case in cases() {
        let (controls, values) = (case.block.controls(&case.settings), case.block.values(&case.settings));
        let keys: Vec<_> = controls.iter().map(|control| control.key).collect();
        let unique: HashSet<_> = keys.iter().copied().collect();
        assert_eq!(unique.len(), keys.len(), "{case}: a key stands twice in {keys:?}");
        assert_eq!(unique, values.keys().map(String::as_str).collect(), "{case}");
        for control in controls {
            let value = &values[control.key];
            assert_eq!(control.check(value).as_ref(), Ok(value), "{case}");
            let unchanged = case.block.set(&case.settings, control.key, value);
            assert!(unchanged.as_ref() == Ok(&case.settings), "{case}: setting {} to what it is", control.key);
            assert!(!control.label.is_empty() && !control.help.is_empty(), "{}", control.key);
        }
    }
}

#[test]
fn the_ends_of_every_range_can_be_computed() {
    for case in cases().iter().filter(|case| case.trace.stages.iter().all(|stage| stage.len() < 120)) {
        for control in case.block.controls(&case.settings) {
            for value in ends(&control.kind) {
                let mut session = open(case.block, &case.query);
                session.set(control.key, &value);
                comes_back(&session, &format!("{case} with {} {value}", control.key));
            }
        }
    }
}

#[test]
fn any_settings_come_back_from_the_url() {
    let mut random = Random(7);
    for &block in blocks::ALL {
        for round in 0..60 {
            let mut session = Session::new(block);
            let mut done = String::new();
            for _ in 0..12 {
                let controls = block.controls(session.settings());
                let control = &controls[random.below(controls.len())];
                let value = random.value(&control.kind);
                done.push_str(&format!(" {}={value}", control.key));
                session.set(control.key, &value);
            }
            session.go_to(random.below(session.steps().max(1)), false);
            if round % 2 == 0 {
                let trace = session.trace().expect("a trace").clone();
                let stage = &trace.stages[random.below(trace.stages.len())];
                session.focus_on(stage.cells().nth(random.below(stage.len())));
            }
            comes_back(&session, &format!("{} after{done}", block.about().name));
        }
    }
}

/// Stacks of all kinds.
const STACKS: [&str; 8] = [
    "conv1",
    "conv15",
    "pool2",
    "conv3p16,pool15s8p7",
    "conv3,conv3d2,pool3s2p1,conv2",
    "conv5s2p2,conv2d16,pool2s1",
    "conv3d8p8,conv3p1,conv3p1",
    "conv2,conv2,conv2,conv2,conv2,conv2,conv2,conv2,conv2,conv2,conv2,conv2",
];

/// The minimal standard generator: the same numbers every time.
struct Random(u64);

impl Random {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0 * 48_271 % 2_147_483_647;
        (self.0 as usize / 16) % end.max(1)
    }

    /// A legal value; not so large that computing it takes long.
    fn value(&mut self, kind: &Kind) -> Value {
        match kind {
            Kind::Whole { min, max } => json!(min + self.below((max - min + 1).min(9) as usize) as i64),
            Kind::Number { min, max, .. } => json!(min + (max - min) * self.below(11) as f64 / 10.0),
            Kind::Choice(choices) | Kind::Picture(choices) | Kind::Volume(choices) => {
                json!(choices[self.below(choices.len())].value)
            }
            Kind::Toggle => json!(self.below(2) == 1),
            Kind::Stack { .. } => json!(STACKS[self.below(STACKS.len())]),
            Kind::Text { alphabet, .. } => {
                let letters = if alphabet.is_empty() { &['a', 'b', ' '][..] } else { alphabet };
                let text: String = (0..self.below(9)).map(|_| letters[self.below(letters.len())]).collect();
                json!(text)
            }
            Kind::Numbers { or_none: true, .. } if self.below(2) == 1 => json!([]),
            Kind::Numbers { min_length, max_length, limit, .. } => {
                let length = min_length + self.below((max_length - min_length + 1).min(12));
                let reach = limit.min(2.0);
                json!((0..length).map(|_| (self.below(33) as f64 / 16.0 - 1.0) * reach).collect::<Vec<_>>())
            }
        }
    }
}

/// Everything can be computed, and the URL leads back to it.
fn comes_back(session: &Session, name: &str) {
    assert!(session.notices().is_empty(), "{name}: {:?}", session.notices());
    assert!(session.trace().is_ok() && session.steps() > 0, "{name}: {:?}", session.trace().err());
    let pairs = session.pairs();
    let again = Session::open(session.block(), &pairs);
    assert!(again.notices().is_empty(), "{name}: {pairs:?} tells {:?}", again.notices());
    let values = |session: &Session| session.block().values(session.settings());
    assert_eq!(values(&again), values(session), "{name}: {pairs:?}");
    assert_eq!((again.step(), again.focus()), (session.step(), session.focus()), "{name}: {pairs:?}");
}

#[test]
fn what_is_out_of_range_gives_a_notice_and_the_default() {
    for &block in blocks::ALL {
        let default = block.default();
        for control in block.controls(&default) {
            let wrong: &[&str] = match control.kind {
                Kind::Whole { min: ..0, .. } => &["x", "", "1.5", "-99999", "99999", "1e999", "NaN"],
                Kind::Whole { .. } => &["x", "", "1.5", "-1", "99999", "1e999", "NaN"],
                Kind::Number { .. } => &["x", "", "99999", "-99999", "1e999", "NaN"],
                Kind::Choice(_) => &["", "x", "Valid"],
                Kind::Toggle => &["x", "2"],
                Kind::Numbers { .. } => &["x", "1,x", "99999", "1e999", "NaN"],
                Kind::Picture(_) | Kind::Volume(_) => &["", "nothing"],
                Kind::Text { alphabet: [], .. } => &["\u{7}", "a\nb"],
                Kind::Text { .. } => &["\u{7}", "ü"],
                Kind::Stack { .. } => &["", "3", "conv", "conv3,dense", "conv16", "conv3,conv3d99", "pool2p2"],
            };
            let wrong = wrong.iter().chain(match control.kind {
                Kind::Numbers { min_length, max_length: 4.., or_none: true, .. } if min_length > 3 => &["1,2,3"],
                _ => &[][..],
            });
            for text in wrong {
                let session = Session::open(block, &[(control.key.to_owned(), (*text).to_owned())]);
                assert_eq!(session.notices().len(), 1, "{}={text}: {:?}", control.key, session.notices());
                assert!(*session.settings() == default, "{}={text}", control.key);
            }
        }
        for (key, text) in [("preset", "nothing"), ("step", "99999"), ("step", "-1"), ("focus", "output.999")] {
            let session = Session::open(block, &[(key.to_owned(), text.to_owned())]);
            assert_eq!(session.notices().len(), 1, "{key}={text}");
            assert!(*session.settings() == default && session.trace().is_ok(), "{key}={text}");
        }
    }
}

fn ends(kind: &Kind) -> Vec<Value> {
    match kind {
        Kind::Whole { min, max } => vec![json!(min), json!(max)],
        Kind::Number { min, max, .. } => vec![json!(min), json!(max)],
        Kind::Choice(choices) | Kind::Picture(choices) | Kind::Volume(choices) => {
            choices.iter().map(|choice| json!(choice.value)).collect()
        }
        Kind::Toggle => vec![json!(false), json!(true)],
        Kind::Stack { .. } => STACKS.iter().map(|stack| json!(stack)).collect(),
        Kind::Text { alphabet: [], .. } => vec![json!(""), json!("to be or not to be")],
        Kind::Text { most, alphabet } => {
            vec![json!(""), json!(alphabet.iter().cycle().take((*most).min(80)).collect::<String>())]
        }
        Kind::Numbers { min_length, max_length, limit, .. } => {
            vec![json!(vec![*limit; *min_length]), json!(vec![-*limit; (*max_length).min(300).max(*min_length)])]
        }
    }
}

#[test]
fn facts_are_told() {
    for case in cases() {
        let facts = case.block.facts(&case.settings, &case.trace);
        assert!(!facts.is_empty() && !facts.contains("NaN"), "{case}: {facts}");
    }
}

#[test]
fn presets_say_only_what_is_known_and_legal() {
    for &block in blocks::ALL {
        for preset in &block.presets() {
            let pairs: Vec<(&str, &str)> = preset.query.split('&').filter_map(|pair| pair.split_once('=')).collect();
            let value_of = |key: &str| pairs.iter().find(|(known, _)| *known == key).map(|(_, value)| *value);
            let (settings, refused) = block.with_values(block.default(), value_of);
            assert!(refused.is_empty(), "{}: {refused:?}", preset.name);
            let values = block.values(&settings);
            let legal = |control: &Control| control.check(&values[control.key]).is_ok();
            assert!(block.widest_controls().iter().all(legal), "{}: not within what blocks() tells", preset.name);
            assert!(pairs.iter().all(|(key, _)| values.contains_key(*key)), "{}: {}", preset.name, preset.query);
        }
    }
}
