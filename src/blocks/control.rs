//! What can be changed, as data.
//!
//! One declaration serves the control on the page, the key in the URL, the property in a message, and what `blocks()` tells:
//! they cannot drift apart.

mod panel;
mod told;

use serde_json::Value;

pub use panel::{Panel, drawn_pictures};

use super::Field;
use super::json_text;
use super::stack::{ACCEPTED, Stack};
use crate::data::{pictures, volumes};
use crate::explain::{decimal, joined, read_number, read_typed};

/// The largest magnitude of a number that is typed, dragged or read.
pub const LIMIT: f64 = 1000.0;
/// The longest list that fits into an address; longer ones are not taken at all.
pub const MAX_NUMBERS: usize = 16_384;

/// One setting that can be changed, with what is legal given the other settings.
#[derive(Clone, Debug, PartialEq)]
pub struct Control {
    /// Its name in the URL, in messages and in the settings.
    pub key: &'static str,
    /// Its name on the page.
    pub label: &'static str,
    /// What it does, in one sentence.
    pub help: &'static str,
    /// What it takes.
    pub kind: Kind,
    /// Where it stands.
    pub place: Place,
}

/// Where a control stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// Always in sight.
    Main,
    /// Behind "more".
    More,
    /// Not on the panel: changed on the picture itself, or of no use with the other settings.
    Hidden,
}

/// What a control takes.
#[derive(Clone, Debug, PartialEq)]
pub enum Kind {
    /// A whole number.
    Whole {
        /// The smallest.
        min: i64,
        /// The largest.
        max: i64,
    },
    /// A number on a slider.
    Number {
        /// The smallest.
        min: f64,
        /// The largest.
        max: f64,
        /// The distance between two that the slider offers.
        step: f64,
    },
    /// One of a few words.
    Choice(Vec<Choice>),
    /// Yes or no.
    Toggle,
    /// A list of numbers.
    Numbers {
        /// The least that the list may hold.
        min_length: usize,
        /// The most.
        max_length: usize,
        /// Whether it may hold nothing at all: then the block chooses.
        or_none: bool,
        /// The largest magnitude of a number.
        limit: f64,
    },
    /// A picture: the name of a bundled one, or of one of the reader's own.
    Picture(Vec<Choice>),
    /// A volume, in the same way.
    Volume(Vec<Choice>),
    /// Layers on top of each other, as one text: `conv3,conv3d2,pool2`.
    Stack {
        /// The most layers.
        max: usize,
        /// The most cells that a row may have.
        room: usize,
    },
    /// A text.
    Text {
        /// The most characters.
        most: usize,
        /// Those that it may have; any, where there are none.
        alphabet: &'static [char],
    },
}

/// One word that a choice offers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Choice {
    /// In the URL.
    pub value: &'static str,
    /// On the page.
    pub label: &'static str,
    /// In one sentence, what it means; other names that it has.
    pub help: &'static str,
}

impl Control {
    /// Reads a value as it stands in the URL.
    ///
    /// # Errors
    /// With a sentence that says what was given and what is accepted.
    pub fn parse(&self, text: &str) -> Result<Value, String> {
        let value = match self.kind {
            Kind::Whole { .. } | Kind::Number { .. } => {
                read_number(text).map_or_else(|| Value::from(text), Value::from)
            }
            Kind::Toggle => match text {
                "1" | "true" | "" => Value::from(true),
                "0" | "false" => Value::from(false),
                _ => Value::from(text),
            },
            Kind::Numbers { max_length, .. } => {
                Value::from(parse_numbers(text, max_length).map_err(|why| self.refuse(&why))?)
            }
            Kind::Choice(_) | Kind::Picture(_) | Kind::Volume(_) | Kind::Stack { .. } | Kind::Text { .. } => {
                Value::from(text)
            }
        };
        self.check(&value)
    }

    /// Checks a value from outside, and brings it into the form that the settings hold.
    ///
    /// # Errors
    /// With a sentence that says what was given and what is accepted.
    pub fn check(&self, value: &Value) -> Result<Value, String> {
        let refused = || self.refuse(&shortened(value));
        match &self.kind {
            Kind::Whole { min, max } => {
                let number = value.as_f64().filter(|number| number.fract() == 0.0).ok_or_else(refused)?;
                let whole = number as i64;
                (*min..=*max).contains(&whole).then(|| Value::from(whole)).ok_or_else(refused)
            }
            Kind::Number { min, max, .. } => {
                let number = value.as_f64().ok_or_else(refused)?;
                // Settings hold what a link can say: single precision.
                let number = (*min..=*max).contains(&number).then(|| decimal(number as f32));
                number.map(Value::from).ok_or_else(refused)
            }
            Kind::Choice(choices) => {
                let known = |choice: &Choice| value.as_str() == Some(choice.value);
                choices.iter().any(known).then(|| value.clone()).ok_or_else(refused)
            }
            Kind::Picture(_) => match value.as_str() {
                Some(name) if pictures::is_known(name) => Ok(value.clone()),
                Some(name) if pictures::is_private(name) => {
                    Err(format!("{}: this link was made with a picture that stayed with its owner.", self.key))
                }
                _ => Err(refused()),
            },
            Kind::Volume(_) => match value.as_str() {
                Some(name) if volumes::is_known(name) => Ok(value.clone()),
                Some(name) if volumes::is_private(name) => {
                    Err(format!("{}: this link was made with a volume that stayed with its owner.", self.key))
                }
                _ => Err(refused()),
            },
            Kind::Toggle => value.as_bool().map(Value::Bool).ok_or_else(refused),
            Kind::Stack { max, room } => {
                let stack = Stack::parse(value.as_str().ok_or_else(refused)?, *max, *room);
                Ok(stack.map_err(|why| self.refuse(&why))?.write())
            }
            Kind::Text { most, alphabet } => {
                let text = value.as_str().ok_or_else(refused)?;
                let known =
                    |letter: char| alphabet.contains(&letter) || alphabet.contains(&letter.to_ascii_lowercase());
                match text.chars().find(|letter| letter.is_control() || !alphabet.is_empty() && !known(*letter)) {
                    Some(letter) => Err(self.refuse(&format!("“{}”", letter.escape_default()))),
                    None if text.chars().count() > *most => Err(refused()),
                    None => Ok(value.clone()),
                }
            }
            Kind::Numbers { min_length, max_length, or_none, limit } => {
                let numbers = value.as_array().ok_or_else(refused)?;
                let legal = |number: &Value| number.as_f64().is_some_and(|number| number.abs() <= *limit);
                let fits = (*min_length..=*max_length).contains(&numbers.len());
                if !(fits || *or_none && numbers.is_empty()) {
                    return Err(self.refuse(&format!("a list of {}", numbers.len())));
                }
                numbers.iter().all(legal).then(|| value.clone()).ok_or_else(refused)
            }
        }
    }

    /// Writes a value as it stands in the URL.
    pub fn print(&self, value: &Value) -> String {
        match value {
            Value::String(text) => text.clone(),
            Value::Bool(yes) => if *yes { "1" } else { "0" }.to_owned(),
            Value::Array(numbers) => joined(&mut numbers.iter().map(print_number), ","),
            other => print_number(other),
        }
    }

    /// What the control accepts, as the end of a sentence.
    pub fn accepts(&self) -> String {
        match &self.kind {
            Kind::Whole { min, max } if min == max => format!("only {min} here"),
            Kind::Whole { min, max } => format!("a whole number from {min} to {max}"),
            Kind::Number { min, max, .. } => format!("a number from {min} to {max}"),
            Kind::Choice(choices) if choices.len() == 1 => format!("only {} with the other settings", choices[0].value),
            Kind::Choice(choices) => {
                let names: Vec<_> = choices.iter().map(|choice| choice.value).collect();
                format!("one of {}", names.join(", "))
            }
            Kind::Picture(_) => "the name of a picture".to_owned(),
            Kind::Volume(_) => "the name of a volume".to_owned(),
            Kind::Toggle => "1 or 0".to_owned(),
            Kind::Text { most, alphabet: [] } => format!("at most {most} characters"),
            Kind::Text { most, alphabet } => {
                format!("at most {most} of the characters {}", String::from_iter(*alphabet))
            }
            Kind::Stack { max, .. } => format!("1 to {max} layers such as {ACCEPTED}"),
            Kind::Numbers { min_length, max_length, or_none, limit } => {
                let range = if min_length == max_length { String::new() } else { format!("{min_length} to ") };
                let none = if *or_none { ", or none" } else { "" };
                format!("{range}{max_length} numbers of magnitude at most {limit}{none}")
            }
        }
    }

    fn refuse(&self, given: &str) -> String {
        format!("{} got {given}; it takes {}.", self.key, self.accepts())
    }

    /// Takes in what another declaration of the same setting allows: what is legal depends on the other settings.
    pub fn widen(&mut self, other: &Self) {
        match (&mut self.kind, &other.kind) {
            (Kind::Whole { min, max }, Kind::Whole { min: least, max: most }) => {
                (*min, *max) = ((*min).min(*least), (*max).max(*most));
            }
            (Kind::Number { min, max, .. }, Kind::Number { min: least, max: most, .. }) => {
                (*min, *max) = (min.min(*least), max.max(*most));
            }
            (
                Kind::Numbers { min_length, max_length, .. },
                Kind::Numbers { min_length: shortest, max_length: longest, .. },
            ) => (*min_length, *max_length) = ((*min_length).min(*shortest), (*max_length).max(*longest)),
            (Kind::Choice(choices), Kind::Choice(more)) => {
                choices.extend(more.iter().filter(|choice| !choices.contains(choice)).copied().collect::<Vec<_>>());
            }
            _ => {}
        }
    }
}

/// Reads numbers from text, as pasted from a spreadsheet, a CSV file or a program: separated by commas, semicolons, brackets
/// or white space. Between semicolons a comma is a decimal one. A first line without any number is a heading.
///
/// # Errors
/// With the first word that is no number, or with how many there are when there are too many.
fn parse_numbers(text: &str, most: usize) -> Result<Vec<f64>, String> {
    let decimal_comma = text.contains(';');
    let separator = |c: char| c == ';' || c == '[' || c == ']' || c.is_whitespace() || c == ',' && !decimal_comma;
    let words = |text| str::split(text, separator).filter(|word: &&str| !word.is_empty());
    let text = match text.trim_start().split_once('\n') {
        Some((heading, rest)) if words(heading).all(|word| read_typed(word).is_none()) => rest,
        _ => text,
    };
    let mut numbers = Vec::new();
    for word in words(text) {
        if numbers.len() == most {
            return Err(format!("more than {most} numbers"));
        }
        let number = read_typed(word);
        numbers.push(number.ok_or_else(|| format!("“{}”", shorten(word)))?);
    }
    Ok(numbers)
}

/// Settings hold single precision; written with the fewest digits that read back the same.
fn print_number(value: &Value) -> String {
    match value.as_f64() {
        Some(number) if number.fract() == 0.0 && number.abs() < 1e15 => format!("{number:.0}"),
        Some(number) => format!("{}", number as f32),
        None => json_text(value),
    }
}

fn shortened(value: &Value) -> String {
    match value {
        Value::String(text) => format!("“{}”", shorten(text)),
        Value::Number(_) => print_number(value),
        other => shorten(&json_text(other)),
    }
}

fn shorten(text: &str) -> String {
    if text.chars().count() <= 40 { text.to_owned() } else { text.chars().take(40).chain(['…']).collect() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn control(kind: Kind) -> Control {
        Control { key: "stride", label: "stride", help: "", kind, place: Place::Main }
    }

    #[test]
    fn reads_and_writes_the_url() {
        let numbers = Kind::Numbers { min_length: 1, max_length: 4, or_none: false, limit: 10.0 };
        let words = Kind::Choice(vec![Choice { value: "same", label: "same", help: "" }]);
        for (kind, text, written) in [
            (Kind::Whole { min: 1, max: 8 }, "3", "3"),
            (Kind::Number { min: -1.0, max: 1.0, step: 0.1 }, "\u{2212}0.25", "-0.25"),
            (Kind::Toggle, "true", "1"),
            (words, "same", "same"),
            (numbers, " 1;-2.5\n0.1 ", "1,-2.5,0.1"),
        ] {
            let control = control(kind);
            assert_eq!(control.print(&control.parse(text).expect(text)), written);
        }
    }

    #[test]
    fn reads_lists_as_people_have_them() {
        for (text, numbers) in [
            ("1,5;2,5", vec![1.5, 2.5]),
            ("1.5, 2.5", vec![1.5, 2.5]),
            ("[1, -2]", vec![1.0, -2.0]),
            ("volts\n1\n2\n", vec![1.0, 2.0]),
            ("t;x\n0,5;1\n", vec![0.5, 1.0]),
            ("1 2\n3 4", vec![1.0, 2.0, 3.0, 4.0]),
        ] {
            assert_eq!(parse_numbers(text, 9), Ok(numbers), "{text}");
        }
        assert!(parse_numbers("volts", 9).is_err());
    }

    #[test]
    fn refuses_with_a_sentence() {
        let whole = control(Kind::Whole { min: 1, max: 8 });
        assert_eq!(whole.parse("0"), Err("stride got 0; it takes a whole number from 1 to 8.".to_owned()));
        for text in ["9", "1.5", "x", "", "NaN", "1e999"] {
            assert!(whole.parse(text).is_err(), "{text}");
        }
        let numbers = control(Kind::Numbers { min_length: 2, max_length: 3, or_none: true, limit: 10.0 });
        assert!(numbers.parse("").is_ok());
        for text in ["1", "1,2,3,4", "1,zwei", "1,11", "1,inf"] {
            assert!(numbers.parse(text).is_err(), "{text}");
        }
    }
}
