//! JSON values and text.
//!
//! Values are those of `serde_json`. Text is read and written by own code, which tests hold to that crate's: the page reads little,
//! and the crate's parser and its printer of numbers bring tables for speed that would be a hundredth of the page.

#[cfg(test)]
mod tests;

use serde_json::{Map, Value};

use crate::explain::{fraction, read_number};

/// Lists and objects may stand so deep in each other; reading takes stack for each.
const DEEPEST: usize = 127;

/// A JSON object of these fields. (What `json!` makes goes through a serializer, and is larger.)
pub(crate) fn object(fields: Vec<(&str, Value)>) -> Value {
    let mut object = Map::new();
    for (key, value) in fields {
        object.insert(key.to_owned(), value);
    }
    Value::Object(object)
}

/// A value as JSON.
pub(crate) fn json_text(value: &Value) -> String {
    let mut text = String::new();
    write(value, &mut text);
    text
}

fn write(value: &Value, text: &mut String) {
    match value {
        Value::Null => text.push_str("null"),
        Value::Bool(is_true) => text.push_str(if *is_true { "true" } else { "false" }),
        Value::Number(number) => match (number.as_u64(), number.as_i64(), number.as_f64()) {
            (Some(whole), ..) => text.push_str(&whole.to_string()),
            (_, Some(whole), _) => text.push_str(&whole.to_string()),
            (.., number) => {
                let number = fraction(number.unwrap_or_default(), 1e-5);
                text.push_str(&if number.contains("e-") { number } else { number.replace('e', "e+") });
            }
        },
        Value::String(string) => quote(string, text),
        Value::Array(list) => {
            text.push('[');
            for (at, value) in list.iter().enumerate() {
                text.push_str(if at > 0 { "," } else { "" });
                write(value, text);
            }
            text.push(']');
        }
        Value::Object(fields) => {
            text.push('{');
            for (at, (key, value)) in fields.iter().enumerate() {
                text.push_str(if at > 0 { "," } else { "" });
                quote(key, text);
                text.push(':');
                write(value, text);
            }
            text.push('}');
        }
    }
}

fn quote(string: &str, text: &mut String) {
    text.push('"');
    for letter in string.chars() {
        match letter {
            '"' | '\\' => text.extend(['\\', letter]),
            '\n' => text.push_str("\\n"),
            '\r' => text.push_str("\\r"),
            '\t' => text.push_str("\\t"),
            '\u{8}' => text.push_str("\\b"),
            '\u{c}' => text.push_str("\\f"),
            '\0'..=' ' if letter != ' ' => {
                text.push_str(if letter < '\u{10}' { "\\u000" } else { "\\u001" });
                text.extend(char::from_digit(u32::from(letter) % 16, 16));
            }
            _ => text.push(letter),
        }
    }
    text.push('"');
}

/// Reads JSON.
///
/// # Errors
/// With what is wrong, and where.
pub(crate) fn read_json(text: &str) -> Result<Value, String> {
    let mut reader = Reader { text, at: 0 };
    let first = reader.visible();
    let value = reader.value(first, DEEPEST).and_then(|value| match reader.visible() {
        Some(_) => Err("trailing characters"),
        None => Ok(value),
    });
    value.map_err(|why| {
        let read = &text.as_bytes()[..reader.at];
        let line = read.split(|&byte| byte == b'\n');
        let column = line.clone().next_back().unwrap_or_default().len();
        format!("{why} at line {} column {column}", line.count())
    })
}

/// What was read, or what is wrong with the byte that was read last.
type Read<T> = Result<T, &'static str>;

const CUT_OFF: &str = "EOF while parsing a value";

/// Goes through a text. It has passed what it judges: where it stopped, there stands what is wrong.
struct Reader<'a> {
    text: &'a str,
    at: usize,
}

impl Reader<'_> {
    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn next(&mut self) -> Option<u8> {
        let next = self.peek();
        self.at += usize::from(next.is_some());
        next
    }

    /// The next byte that is no white space.
    fn visible(&mut self) -> Option<u8> {
        loop {
            match self.next() {
                Some(b' ' | b'\n' | b'\r' | b'\t') => {}
                next => return next,
            }
        }
    }

    /// The value that begins with this byte. Lists and objects may stand `room` deep in it.
    fn value(&mut self, first: Option<u8>, room: usize) -> Read<Value> {
        match first.ok_or(CUT_OFF)? {
            b'n' => self.word(b"ull", Value::Null),
            b't' => self.word(b"rue", Value::Bool(true)),
            b'f' => self.word(b"alse", Value::Bool(false)),
            b'"' => self.string().map(Value::String),
            first @ (b'-' | b'0'..=b'9') => self.number(first),
            b'[' | b'{' if room == 0 => Err("recursion limit exceeded"),
            b'[' => {
                let mut list = Vec::new();
                while let Some(first) = self.entry(b']', list.is_empty())? {
                    list.push(self.value(Some(first), room - 1)?);
                }
                Ok(Value::Array(list))
            }
            b'{' => {
                let mut fields = Map::new();
                while let Some(first) = self.entry(b'}', fields.is_empty())? {
                    if first != b'"' {
                        return Err("key must be a string");
                    }
                    let key = self.string()?;
                    match self.visible() {
                        Some(b':') => {}
                        Some(_) => return Err("expected `:`"),
                        None => return Err("EOF while parsing an object"),
                    }
                    let first = self.visible();
                    fields.insert(key, self.value(first, room - 1)?);
                }
                Ok(Value::Object(fields))
            }
            _ => Err("expected value"),
        }
    }

    fn word(&mut self, rest: &[u8], value: Value) -> Read<Value> {
        for &expected in rest {
            if self.next().ok_or(CUT_OFF)? != expected {
                return Err("expected ident");
            }
        }
        Ok(value)
    }

    /// The first byte of the next value in a list, or of the next key in an object; nothing at its end.
    fn entry(&mut self, end: u8, is_first: bool) -> Read<Option<u8>> {
        let is_list = end == b']';
        match self.visible() {
            Some(next) if next == end => Ok(None),
            Some(next) if is_first => Ok(Some(next)),
            Some(b',') => match self.visible().ok_or(CUT_OFF)? {
                next if next == end => Err("trailing comma"),
                next => Ok(Some(next)),
            },
            Some(_) => Err(if is_list { "expected `,` or `]`" } else { "expected `,` or `}`" }),
            None => Err(if is_list { "EOF while parsing a list" } else { "EOF while parsing an object" }),
        }
    }

    fn number(&mut self, first: u8) -> Read<Value> {
        let start = self.at - 1;
        let first = if first == b'-' { self.next().ok_or(CUT_OFF)? } else { first };
        self.at -= 1;
        let whole = self.digits()?;
        // Nothing but a fraction follows a zero.
        if first == b'0' && whole > 1 {
            self.at -= whole - 2;
            return Err("invalid number");
        }
        let end = self.at;
        if let Some(b'.') = self.peek() {
            self.at += 1;
            self.digits()?;
        }
        if let Some(b'e' | b'E') = self.peek() {
            self.at += 1;
            if let Some(b'+' | b'-') = self.peek() {
                self.at += 1;
            }
            self.digits()?;
        }
        let number = &self.text[start..self.at];
        // Minus zero is a fraction.
        if end == self.at && number != "-0" {
            if let Ok(whole) = number.parse::<i64>() {
                return Ok(whole.into());
            }
            if let Ok(whole) = number.parse::<u64>() {
                return Ok(whole.into());
            }
        }
        read_number(number).map(Value::from).ok_or("number out of range")
    }

    /// Passes digits, one or more, and counts them.
    fn digits(&mut self) -> Read<usize> {
        let start = self.at;
        if !self.next().ok_or(CUT_OFF)?.is_ascii_digit() {
            return Err("invalid number");
        }
        while self.peek().is_some_and(|next| next.is_ascii_digit()) {
            self.at += 1;
        }
        Ok(self.at - start)
    }

    /// The text whose opening quote was passed.
    fn string(&mut self) -> Read<String> {
        let mut string = String::new();
        loop {
            let start = self.at;
            let is_plain = |byte: &u8| !matches!(byte, b'"' | b'\\' | ..b' ');
            self.at += self.text.as_bytes()[start..].iter().take_while(|byte| is_plain(byte)).count();
            string.push_str(&self.text[start..self.at]);
            match self.byte_of_string()? {
                b'"' => return Ok(string),
                b'\\' => string.push(self.escaped()?),
                _ => return Err("control character (\\u0000-\\u001F) found while parsing a string"),
            }
        }
    }

    fn byte_of_string(&mut self) -> Read<u8> {
        self.next().ok_or("EOF while parsing a string")
    }

    fn escaped(&mut self) -> Read<char> {
        Ok(match self.byte_of_string()? {
            plain @ (b'"' | b'\\' | b'/') => plain.into(),
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            b'u' => {
                let mut unit = self.unit()?;
                // What lies beyond 16 bits is told in two halves.
                if let 0xD800..0xDC00 = unit {
                    for expected in b"\\u" {
                        if self.byte_of_string()? != *expected {
                            return Err("unexpected end of hex escape");
                        }
                    }
                    let low = self.unit()?;
                    unit = low
                        .checked_sub(0xDC00)
                        .filter(|low| *low < 0x400)
                        .map_or(0xDC00, |low| 0x1_0000 + ((unit - 0xD800) << 10) + low);
                }
                char::from_u32(unit).ok_or("lone leading surrogate in hex escape")?
            }
            _ => return Err("invalid escape"),
        })
    }

    /// A number of four hexadecimal digits.
    fn unit(&mut self) -> Read<u32> {
        let digits = self.text.as_bytes()[self.at..].first_chunk::<4>().copied();
        self.at = (self.at + 4).min(self.text.len());
        let value = |digits: [u8; 4]| {
            digits.into_iter().try_fold(0, |unit, digit| Some(16 * unit + char::from(digit).to_digit(16)?))
        };
        value(digits.ok_or("EOF while parsing a string")?).ok_or("invalid escape")
    }
}
