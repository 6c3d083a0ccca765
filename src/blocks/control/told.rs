//! A control as `blocks()` tells it.

use serde_json::Value;

use super::{Choice, Control, Kind};
use crate::blocks::object;

impl Control {
    /// The declaration as `blocks()` tells it.
    pub fn to_json(&self, default: &Value) -> Value {
        let mut told = vec![
            ("key", self.key.into()),
            ("label", self.label.into()),
            ("help", self.help.into()),
            ("default", default.clone()),
        ];
        told.extend(match &self.kind {
            &Kind::Whole { min, max } => vec![("kind", "whole".into()), ("min", min.into()), ("max", max.into())],
            &Kind::Number { min, max, step } => {
                vec![("kind", "number".into()), ("min", min.into()), ("max", max.into()), ("step", step.into())]
            }
            Kind::Choice(choices) => vec![("kind", "choice".into()), ("options", options(choices))],
            Kind::Picture(choices) => vec![("kind", "picture".into()), ("options", options(choices))],
            Kind::Volume(choices) => vec![("kind", "volume".into()), ("options", options(choices))],
            Kind::Toggle => vec![("kind", "toggle".into())],
            &Kind::Text { most, alphabet } => {
                let alphabet = String::from_iter(alphabet);
                vec![("kind", "text".into()), ("most", most.into()), ("alphabet", alphabet.into())]
            }
            &Kind::Stack { max, room } => vec![("kind", "stack".into()), ("max", max.into()), ("room", room.into())],
            &Kind::Numbers { min_length, max_length, or_none, limit } => vec![
                ("kind", "numbers".into()),
                ("min_length", min_length.into()),
                ("max_length", max_length.into()),
                ("or_none", or_none.into()),
                ("limit", limit.into()),
            ],
        });
        object(told)
    }
}

fn options(choices: &[Choice]) -> Value {
    let option = |choice: &Choice| {
        object(vec![("value", choice.value.into()), ("label", choice.label.into()), ("help", choice.help.into())])
    };
    choices.iter().map(option).collect()
}
