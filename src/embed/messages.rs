//! The messages to and from an embedded frame, as data.
//!
//! A message is `{layerscope: 1, type, request?, data?}`. What comes in is checked here before anything happens; a bad message
//! changes nothing.

use serde_json::Value;

use crate::data::{json_text, object, read_json};

/// The longest message that is read, in bytes of JSON.
pub const MAX_BYTES: usize = 64 * 1024;

/// What a host can ask of a frame.
#[derive(Clone, Debug, PartialEq)]
pub enum Command {
    /// Who asks is the one to talk to from now on.
    Hello,
    /// Take over some of the state: `{settings?, step?, focus?, view?}`.
    Set(Value),
    /// Tell the state.
    Get,
    /// Go to a step.
    StepTo(usize),
    /// Go on by so many steps, back where negative.
    StepBy(i64),
    /// Start to play.
    Play,
    /// Stop playing.
    Pause,
    /// Back to the defaults.
    Reset,
    /// Hand over the picture.
    Export(Format),
}

/// What a picture can be handed over as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// SVG text.
    Svg,
    /// A PNG, as a `data:` address.
    Png,
    /// The formula at the cell that is pointed at.
    Latex,
    /// A program that prints the number.
    Pytorch,
}

/// A message that came in: a command, and the host's name for it.
#[derive(Clone, Debug, PartialEq)]
pub struct Incoming {
    /// What is asked.
    pub command: Command,
    /// Comes back with the answer.
    pub request: Option<Value>,
}

/// Reads a message. Nothing for one that is not meant for Layerscope.
///
/// # Errors
/// With a sentence, and the host's name for the message where it has one.
pub fn parse(text: &str) -> Option<Result<Incoming, (String, Option<Value>)>> {
    if text.len() > MAX_BYTES {
        let about_us = text.contains("\"layerscope\"");
        return about_us.then(|| Err((format!("the message has {} bytes; it may have {MAX_BYTES}", text.len()), None)));
    }
    let message = read_json(text).ok()?;
    match message.as_str() {
        Some("slide:start") => return Some(Ok(Incoming { command: Command::Play, request: None })),
        Some("slide:stop") => return Some(Ok(Incoming { command: Command::Pause, request: None })),
        _ => {}
    }
    let version = message.get("layerscope")?;
    let request = message.get("request").filter(|name| name.is_string() || name.is_number()).cloned();
    if version.as_u64() != Some(1) {
        return Some(Err((format!("layerscope is {}; this frame speaks version 1", json_text(version)), request)));
    }
    Some(match command(&message) {
        Ok(command) => Ok(Incoming { command, request }),
        Err(why) => Err((why, request)),
    })
}

fn command(message: &Value) -> Result<Command, String> {
    let data = message.get("data").unwrap_or(&Value::Null);
    let kind = message.get("type").and_then(Value::as_str).unwrap_or_default();
    match kind {
        "hello" => Ok(Command::Hello),
        "get" => Ok(Command::Get),
        "play" => Ok(Command::Play),
        "pause" => Ok(Command::Pause),
        "reset" => Ok(Command::Reset),
        "set" if data.is_object() => Ok(Command::Set(data.clone())),
        "set" => Err("set takes data: {settings, step, focus, view}".to_owned()),
        "step" => {
            let to = data.get("to").and_then(Value::as_u64).and_then(|to| usize::try_from(to).ok());
            let by = data.get("by").and_then(Value::as_i64);
            let step = to.map(Command::StepTo).or(by.map(Command::StepBy));
            step.ok_or_else(|| "step takes data: {to: a whole number from 0} or {by: a whole number}".to_owned())
        }
        "export" => match data.get("format").and_then(Value::as_str) {
            Some("svg") => Ok(Command::Export(Format::Svg)),
            Some("png") => Ok(Command::Export(Format::Png)),
            Some("latex") => Ok(Command::Export(Format::Latex)),
            Some("pytorch") => Ok(Command::Export(Format::Pytorch)),
            _ => Err("export takes data: {format: svg, png, latex or pytorch}".to_owned()),
        },
        _ => Err("type is one of hello, set, get, step, play, pause, reset, export".to_owned()),
    }
}

/// Writes a message.
pub fn outgoing(kind: &str, request: Option<&Value>, data: Value) -> Value {
    let mut message = object(vec![("layerscope", 1.into()), ("type", kind.into()), ("data", data)]);
    if let (Some(request), Some(fields)) = (request, message.as_object_mut()) {
        fields.insert("request".to_owned(), request.clone());
    }
    message
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use proptest::prelude::*;

    fn read(message: Value) -> Result<Command, String> {
        let read = parse(&message.to_string()).expect("meant for us");
        read.map(|incoming| incoming.command).map_err(|(why, _)| why)
    }

    #[test]
    fn reads_every_command() {
        for (kind, data, command) in [
            ("hello", json!(null), Command::Hello),
            ("get", json!(null), Command::Get),
            ("set", json!({"step": 3}), Command::Set(json!({"step": 3}))),
            ("step", json!({"to": 4}), Command::StepTo(4)),
            ("step", json!({"by": -2}), Command::StepBy(-2)),
            ("play", json!(null), Command::Play),
            ("pause", json!(null), Command::Pause),
            ("reset", json!(null), Command::Reset),
            ("export", json!({"format": "svg"}), Command::Export(Format::Svg)),
        ] {
            assert_eq!(read(json!({"layerscope": 1, "type": kind, "data": data})), Ok(command));
        }
        assert_eq!(parse("\"slide:start\"").map(|read| read.is_ok()), Some(true));
    }

    #[test]
    fn refuses_what_is_wrong_and_overlooks_what_is_not_ours() {
        for message in [
            json!({"layerscope": 2, "type": "get"}),
            json!({"layerscope": 1}),
            json!({"layerscope": 1, "type": "eval", "data": "alert(1)"}),
            json!({"layerscope": 1, "type": "set", "data": "kernel=3"}),
            json!({"layerscope": 1, "type": "step", "data": {"to": -1}}),
            json!({"layerscope": 1, "type": "step"}),
            json!({"layerscope": 1, "type": "export", "data": {"format": "exe"}}),
            json!({"layerscope": 1, "type": "set", "data": {"padding": "x".repeat(MAX_BYTES)}}),
        ] {
            assert!(read(message.clone()).is_err(), "{}", message.to_string().get(..80).unwrap_or_default());
        }
        for text in ["", "null", "{}", "\"slide:other\"", "{\"type\":\"get\"}", "[1]"] {
            assert_eq!(parse(text), None, "{text}");
        }
        let named = parse(r#"{"layerscope":1,"type":"x","request":7}"#);
        assert_eq!(named.and_then(|read| read.err()).and_then(|(_, request)| request), Some(json!(7)));
    }

    proptest! {
        #[test]
        fn no_text_makes_it_panic(text in ".{0,400}", kind in "[a-z]{0,8}", data in ".{0,40}") {
            parse(&text);
            parse(&json!({"layerscope": 1, "type": kind, "data": {"to": data, "format": text}}).to_string());
        }
    }
}
