//! What the page says, in the reader's language.
//!
//! The page is written in English where it speaks. A translation is a pair, looked up by the English; whatever has none stays
//! English. The pairs are data, `www/assets/german.tsv`, fetched when somebody first reads German: see [`learn_german`].

use std::sync::OnceLock;

use super::view::Language;
use crate::explain::Words;

/// Where the pairs are, from the folder of a copy of Layerscope.
pub const GERMAN_FILE: &str = "assets/german.tsv";

/// The pairs, in the order of the English.
static GERMAN: OnceLock<Vec<(&'static str, &'static str)>> = OnceLock::new();

/// Takes over the pairs: a line each, the English and the German with a tab between. Once learned they stay for good.
pub fn learn_german(pairs: String) {
    let pairs: &'static str = pairs.leak();
    let lines = pairs.lines().filter(|line| !line.starts_with('#'));
    let mut pairs: Vec<_> = lines.filter_map(|line| line.split_once('\t')).collect();
    pairs.sort_unstable();
    // A second reader who asked before the first was answered changes nothing.
    let _ = GERMAN.set(pairs);
}

/// Whether the pairs are there.
pub fn knows_german() -> bool {
    GERMAN.get().is_some()
}

impl Language {
    /// The same in this language, or else the English.
    pub fn say(self, english: &'static str) -> &'static str {
        self.translation(english).unwrap_or(english)
    }

    /// The same in this language, where there is a translation.
    pub fn translation(self, english: &str) -> Option<&'static str> {
        match self {
            Self::En => None,
            Self::De => {
                let pairs = GERMAN.get()?;
                pairs.binary_search_by_key(&english, |pair| pair.0).ok().map(|place| pairs[place].1)
            }
        }
    }

    /// A text that was put together, in this language, where there is a translation. In the pairs, {} stands for each number.
    pub fn translated(self, text: &str) -> Option<String> {
        if self == Self::En || !text.contains(|letter: char| letter.is_ascii_alphabetic()) {
            return None;
        }
        let (pattern, numbers) = without_numbers(text);
        let mut parts = self.translation(&pattern)?.split("{}");
        let mut translated = parts.next()?.to_owned();
        for (number, part) in numbers.into_iter().zip(parts) {
            translated += number;
            translated += part;
        }
        Some(translated)
    }

    /// The words between the numbers of a formula.
    pub fn words(self) -> &'static Words {
        match self {
            Self::En => &Words::ENGLISH,
            Self::De => &Words::GERMAN,
        }
    }
}

/// Whether it is a figure, on the line or below it.
fn is_digit(letter: char) -> bool {
    letter.is_ascii_digit() || ('₀'..='₉').contains(&letter)
}

/// The text with {} for each number, and the numbers: 12, 0.5, 1,024.
fn without_numbers(text: &str) -> (String, Vec<&str>) {
    let (mut pattern, mut numbers, mut rest) = (String::new(), Vec::new(), text);
    while let Some(start) = rest.find(is_digit) {
        let digits = &rest[start..];
        let outside = |(at, c): (usize, char)| {
            let inside = is_digit(c)
                || matches!(c, ',' | '.') && digits[at + 1..].starts_with(|next: char| next.is_ascii_digit());
            (!inside).then_some(at)
        };
        let end = digits.char_indices().find_map(outside).unwrap_or(digits.len());
        pattern += &rest[..start];
        pattern += "{}";
        numbers.push(&digits[..end]);
        rest = &digits[end..];
    }
    (pattern + rest, numbers)
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeSet, HashMap};

    use super::*;
    use crate::blocks::{self, AnyBlock, Kind};
    use crate::scene::{Shape, Theme};
    use crate::state::Session;

    const PAIRS: &str = include_str!("../../www/assets/german.tsv");

    #[test]
    fn says_german_where_there_is_a_pair_and_english_elsewhere() {
        learn_german(PAIRS.to_owned());
        assert_eq!(Language::De.say("Reset"), "Zurücksetzen");
        assert_eq!(Language::En.say("Reset"), "Reset");
        assert_eq!(Language::De.say("never translated"), "never translated");
    }

    #[test]
    fn keeps_the_numbers_of_what_is_put_together() {
        learn_german(PAIRS.to_owned());
        assert_eq!(without_numbers("a 1,024 b [2, 0.5]."), ("a {} b [{}, {}].".to_owned(), vec!["1,024", "2", "0.5"]));
        assert_eq!(Language::De.translated("channels 1 to 3 of 16").as_deref(), Some("Kanäle 1 bis 3 von 16"));
        assert_eq!(Language::De.translated("3.5"), None);
        assert_eq!(Language::En.translated("channel 1"), None);
    }

    #[test]
    fn no_english_has_two_translations() {
        let mut seen = HashMap::new();
        for (english, german) in PAIRS.lines().filter_map(|line| line.split_once('\t')) {
            let before = seen.insert(english, german);
            assert!(before.is_none_or(|before| before == german), "{english}: {before:?} and {german}");
        }
    }

    /// The block with each preset, and with each choice.
    fn sessions(block: &'static dyn AnyBlock) -> Vec<Session> {
        let open = |key: &str, value: &str| Session::open(block, &[(key.to_owned(), value.to_owned())]);
        let mut sessions: Vec<_> = block.presets().iter().map(|preset| open("preset", preset.name)).collect();
        for control in block.controls(&block.default()) {
            if let Kind::Choice(choices) | Kind::Picture(choices) | Kind::Volume(choices) = control.kind {
                sessions.extend(choices.iter().map(|choice| open(control.key, choice.value)));
            }
        }
        sessions
    }

    /// Everything that is said word for word.
    fn said(session: &Session) -> Vec<&'static str> {
        let mut said = Vec::new();
        for control in session.block().controls(session.settings()) {
            said.extend([control.label, control.help]);
            if let Kind::Choice(choices) | Kind::Picture(choices) | Kind::Volume(choices) = control.kind {
                said.extend(choices.iter().flat_map(|choice| [choice.label, choice.help]));
            }
        }
        let trace = session.trace().expect("presets and choices can be computed");
        said.extend(trace.stages.iter().map(|stage| stage.title));
        said
    }

    /// What is put together: the texts on the picture that have a word in them, and the facts.
    fn composed(session: &Session) -> Vec<String> {
        let texts = session.scene(900.0, &Theme::LIGHT).marks.into_iter().filter_map(|mark| match mark.shape {
            Shape::Text { text, .. } => Some(text),
            _ => None,
        });
        let facts = session.facts().unwrap_or_default();
        let has_word = |text: &String| text.split(|c: char| !c.is_ascii_alphabetic()).any(|word| word.len() > 2);
        texts.chain(facts.split(" · ").map(str::to_owned)).filter(has_word).collect()
    }

    #[test]
    fn every_block_speaks_german() {
        learn_german(PAIRS.to_owned());
        let mut missing = BTreeSet::new();
        for block in blocks::ALL {
            let about = block.about();
            let mut words = vec![about.title, about.teaches, about.text, about.question, about.lecture];
            words.extend(block.presets().iter().map(|preset| preset.title));
            for session in sessions(*block) {
                words.extend(said(&session));
                missing.extend(composed(&session).into_iter().filter(|text| Language::De.translated(text).is_none()));
            }
            let untranslated = |word: &&str| !word.is_empty() && Language::De.translation(word).is_none();
            missing.extend(words.into_iter().filter(untranslated).map(str::to_owned));
        }
        assert!(missing.is_empty(), "no German for {missing:#?}");
    }
}
