//! The settings of a block as plain values: what a URL, a message and a control hold of each field.

use serde_json::{Map, Value};

/// Settings whose fields can be read and written by key.
pub trait Fields {
    /// Every field under its key, which is that of its control.
    fn fields(&mut self) -> Vec<(&'static str, &mut dyn Field)>;
}

/// One field of a block's settings.
pub trait Field {
    /// Its value.
    fn write(&self) -> Value;

    /// Takes over a value; whether it is of the field's kind. Whether it is legal the control has checked before.
    fn read(&mut self, value: &Value) -> bool;
}

/// One of a few words.
pub trait Word: Copy + PartialEq + 'static {
    /// What each means.
    const MEANINGS: &'static [Self];
    /// Each, as a URL says it, in the order of the meanings; blanks between them.
    const WORDS: &'static str;

    /// As a URL says it.
    fn word(self) -> &'static str {
        nth_word(Self::WORDS, Self::MEANINGS.iter().position(|known| *known == self))
    }

    /// The meaning of a word of a URL.
    fn parse(word: &str) -> Option<Self> {
        place_of(Self::WORDS, word).and_then(|place| Self::MEANINGS.get(place)).copied()
    }
}

fn nth_word(words: &'static str, place: Option<usize>) -> &'static str {
    place.and_then(|place| words.split(' ').nth(place)).unwrap_or_default()
}

fn place_of(words: &str, word: &str) -> Option<usize> {
    words.split(' ').position(|known| known == word)
}

/// Declares a block's settings: each field with its default. A field's name is its key.
macro_rules! settings {
    ($(#[$doc:meta])* $name:ident { $($field:ident: $kind:ty = $default:expr,)* }) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq)]
        pub struct $name { $(pub $field: $kind,)* }

        impl Default for $name {
            fn default() -> Self {
                Self { $($field: $default,)* }
            }
        }

        impl $crate::blocks::Fields for $name {
            fn fields(&mut self) -> Vec<(&'static str, &mut dyn $crate::blocks::Field)> {
                vec![$((stringify!($field), &mut self.$field),)*]
            }
        }
    };
}
pub(crate) use settings;

/// Declares a [`Word`]: its meanings, each with what a URL says for it.
macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$word_doc:meta])* $variant:ident = $word:literal,)* }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum $name { $($(#[$word_doc])* $variant,)* }

        impl $crate::blocks::Word for $name {
            const MEANINGS: &'static [Self] = &[$(Self::$variant),*];
            const WORDS: &'static str = concat!($($word, " "),*);
        }
    };
}
pub(crate) use words;

/// The value of every field, by key.
pub(super) fn values(settings: &mut dyn Fields) -> Map<String, Value> {
    let mut values = Map::new();
    for (key, field) in settings.fields() {
        values.insert(key.to_owned(), field.write());
    }
    values
}

/// Sets one field; whether there is such a field and the value is of its kind.
pub(super) fn set(settings: &mut dyn Fields, key: &str, value: &Value) -> bool {
    let field = settings.fields().into_iter().find(|(known, _)| *known == key);
    field.is_some_and(|(_, field)| field.read(value))
}

fn replace<T>(field: &mut T, value: Option<T>) -> bool {
    let fits = value.is_some();
    if let Some(value) = value {
        *field = value;
    }
    fits
}

impl<W: Word> Field for W {
    fn write(&self) -> Value {
        Value::from(self.word())
    }

    fn read(&mut self, value: &Value) -> bool {
        replace(self, value.as_str().and_then(W::parse))
    }
}

impl Field for bool {
    fn write(&self) -> Value {
        Value::from(*self)
    }

    fn read(&mut self, value: &Value) -> bool {
        replace(self, value.as_bool())
    }
}

impl Field for i64 {
    fn write(&self) -> Value {
        Value::from(*self)
    }

    fn read(&mut self, value: &Value) -> bool {
        replace(self, value.as_i64())
    }
}

impl Field for u64 {
    fn write(&self) -> Value {
        Value::from(*self)
    }

    fn read(&mut self, value: &Value) -> bool {
        replace(self, value.as_u64())
    }
}

impl Field for usize {
    fn write(&self) -> Value {
        Value::from(*self)
    }

    fn read(&mut self, value: &Value) -> bool {
        replace(self, value.as_u64().and_then(|number| number.try_into().ok()))
    }
}

impl Field for f64 {
    fn write(&self) -> Value {
        Value::from(*self)
    }

    fn read(&mut self, value: &Value) -> bool {
        replace(self, value.as_f64())
    }
}

impl Field for String {
    fn write(&self) -> Value {
        Value::from(self.as_str())
    }

    fn read(&mut self, value: &Value) -> bool {
        replace(self, value.as_str().map(str::to_owned))
    }
}

impl Field for Vec<f64> {
    fn write(&self) -> Value {
        Value::from(self.as_slice())
    }

    fn read(&mut self, value: &Value) -> bool {
        let numbers = value.as_array().and_then(|numbers| numbers.iter().map(Value::as_f64).collect());
        replace(self, numbers)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    words! {
        Fill {
            Zeros = "zeros",
            NearestCell = "nearest-cell",
        }
    }

    settings! {
        Sample {
            kernel: usize = 3,
            seed: u64 = 7,
            bias: f64 = 1.0,
            on: bool = true,
            name: String = "ring".to_owned(),
            weight: Vec<f64> = vec![1.0, -0.5],
            fill: Fill = Fill::NearestCell,
        }
    }

    #[test]
    fn writes_and_reads_every_kind_of_field() {
        let written = values(&mut Sample::default());
        let expected = json!({
            "kernel": 3, "seed": 7, "bias": 1.0, "on": true, "name": "ring", "weight": [1.0, -0.5], "fill": "nearest-cell",
        });
        assert_eq!(json!(written), expected);
        let mut other =
            Sample { kernel: 1, seed: 0, bias: 0.0, on: false, name: String::new(), weight: vec![], fill: Fill::Zeros };
        assert!(written.iter().all(|(key, value)| set(&mut other, key, value)));
        assert_eq!(other, Sample::default());
    }

    #[test]
    fn takes_nothing_that_does_not_fit() {
        for (key, value) in [
            ("kernel", json!(-1)),
            ("kernel", json!(0.5)),
            ("bias", json!("1")),
            ("on", json!(1)),
            ("name", json!(null)),
            ("weight", json!([1, "2"])),
            ("weight", json!(1)),
            ("fill", json!("jam")),
            ("fill", json!(3)),
            ("unknown", json!(1)),
        ] {
            let mut changed = Sample::default();
            assert!(!set(&mut changed, key, &value), "{key} {value}");
            assert_eq!(changed, Sample::default(), "{key} {value}");
        }
    }
}
