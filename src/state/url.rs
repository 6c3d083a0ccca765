//! The address: which block, and its keys.

use std::fmt::Write;

/// The longest address that is read, in bytes: more than the largest picture that can be drawn by hand takes, and less than any
/// browser refuses.
const MAX_BYTES: usize = 512 * 1024;
/// The most keys that are read.
const MAX_PAIRS: usize = 256;

/// What an address says: `#/conv2d?kernel=3&stride=2` on the page, `?block=conv2d&kernel=3&stride=2` in an embed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Route {
    /// The block; none for the home page.
    pub block: Option<String>,
    /// Keys and values, as written, in order.
    pub pairs: Vec<(String, String)>,
}

impl Route {
    /// Reads the part of the page's address after `#`. What cannot be read leads home.
    pub fn parse_hash(hash: &str) -> Self {
        let hash = hash.strip_prefix('#').unwrap_or(hash);
        let hash = hash.strip_prefix('/').unwrap_or(hash);
        let (block, query) = hash.split_once('?').unwrap_or((hash, ""));
        let block = (!block.is_empty() && block.len() <= MAX_BYTES).then(|| block.to_owned());
        Self { block, pairs: parse_pairs(query) }
    }

    /// Reads the part of an embed's address after `?`.
    pub fn parse_search(search: &str) -> Self {
        let mut pairs = parse_pairs(search.strip_prefix('?').unwrap_or(search));
        let place = pairs.iter().position(|(key, _)| key == "block");
        Self { block: place.map(|place| pairs.remove(place).1), pairs }
    }

    /// Writes the part of the page's address from `#` on.
    pub fn to_hash(&self) -> String {
        let mut hash = format!("#/{}", self.block.as_deref().unwrap_or_default());
        if !self.pairs.is_empty() {
            hash.push('?');
            hash.push_str(&print_pairs(&self.pairs));
        }
        hash
    }

    /// Writes the part of an embed's address from `?` on.
    pub fn to_search(&self) -> String {
        let block = self.block.iter().map(|block| ("block".to_owned(), block.clone()));
        let pairs: Vec<_> = block.chain(self.pairs.iter().cloned()).collect();
        if pairs.is_empty() { String::new() } else { format!("?{}", print_pairs(&pairs)) }
    }
}

/// Reads `key=value&…`; what is beyond the caps is left out, a value that they cut included.
pub fn parse_pairs(query: &str) -> Vec<(String, String)> {
    let end = match query.as_bytes().get(..MAX_BYTES) {
        Some(beginning) => beginning.iter().rposition(|&byte| byte == b'&').unwrap_or(0),
        None => query.len(),
    };
    let pairs = query[..end].split('&').filter(|pair| !pair.is_empty()).take(MAX_PAIRS);
    let read = |pair: &str| {
        let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
        (decoded(key.as_bytes()), decoded(value.as_bytes()))
    };
    pairs.map(read).collect()
}

/// What a part of an address says: `%2C` is a comma, `+` a space. What is no text is told by a sign for it.
fn decoded(text: &[u8]) -> String {
    let digit = |at: usize| text.get(at).and_then(|&digit| char::from(digit).to_digit(16));
    let (mut bytes, mut at) = (Vec::new(), 0);
    while let Some(&byte) = text.get(at) {
        let code = digit(at + 1).zip(digit(at + 2)).filter(|_| byte == b'%');
        bytes.push(match code {
            Some((high, low)) => (16 * high + low) as u8,
            None if byte == b'+' => b' ',
            None => byte,
        });
        at += if code.is_some() { 3 } else { 1 };
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// Writes `key=value&…` so that people can read it: lists keep their commas.
pub fn print_pairs(pairs: &[(String, String)]) -> String {
    let mut query = String::new();
    for (key, value) in pairs {
        if !query.is_empty() {
            query.push('&');
        }
        for (place, text) in [key, value].into_iter().enumerate() {
            if place == 1 {
                query.push('=');
            }
            for byte in text.bytes() {
                match byte {
                    b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b',' | b':' | b';' | b'~' => {
                        query.push(char::from(byte));
                    }
                    // Writing into a String cannot fail.
                    _ => drop(write!(query, "%{byte:02X}")),
                }
            }
        }
    }
    query
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn pair(key: &str, value: &str) -> (String, String) {
        (key.to_owned(), value.to_owned())
    }

    #[test]
    fn reads_addresses() {
        for (hash, block, pairs) in [
            ("", None, vec![]),
            ("#/", None, vec![]),
            ("#/conv2d", Some("conv2d"), vec![]),
            ("#/conv1d?input=0,1,1&stride=2", Some("conv1d"), vec![pair("input", "0,1,1"), pair("stride", "2")]),
            ("#conv1d?input=1%2C2+3&x", Some("conv1d"), vec![pair("input", "1,2 3"), pair("x", "")]),
            ("#/conv1d?a=%ff%zz%", Some("conv1d"), vec![pair("a", "\u{fffd}%zz%")]),
        ] {
            assert_eq!(Route::parse_hash(hash), Route { block: block.map(str::to_owned), pairs }, "{hash}");
        }
        let embed = Route::parse_search("?kernel=3&block=conv2d&step=4");
        assert_eq!(embed, Route { block: Some("conv2d".into()), pairs: vec![pair("kernel", "3"), pair("step", "4")] });
        assert_eq!(embed.to_search(), "?block=conv2d&kernel=3&step=4");
    }

    #[test]
    fn an_address_without_end_is_cut() {
        assert_eq!(Route::parse_hash(&format!("#/conv1d?input={}", "1,".repeat(MAX_BYTES))).pairs, vec![]);
        let long = format!("#/conv1d?stride=2&input={}", "1,".repeat(MAX_BYTES));
        assert_eq!(Route::parse_hash(&long).pairs, vec![pair("stride", "2")]);
        assert_eq!(Route::parse_hash(&format!("#/conv1d?{}", "a=1&".repeat(10_000))).pairs.len(), MAX_PAIRS);
    }

    proptest! {
        #[test]
        fn reads_what_it_writes(block in "[a-z0-9-]{1,12}", pairs in prop::collection::vec((".{0,12}", ".{0,24}"), 0..6)) {
            // An empty key without value vanishes between two &.
            let pairs: Vec<_> = pairs.into_iter().filter(|(key, _)| !key.is_empty() && key != "block").collect();
            let route = Route { block: Some(block), pairs };
            prop_assert_eq!(&Route::parse_hash(&route.to_hash()), &route);
            prop_assert_eq!(&Route::parse_search(&route.to_search()), &route);
        }

        #[test]
        fn reads_as_forms_are_read(query in "([a-z%+&=0-9A-F]|.){0,60}") {
            let expected: Vec<_> = form_urlencoded::parse(query.as_bytes()).into_owned().collect();
            prop_assert_eq!(parse_pairs(&query), expected);
        }

        #[test]
        fn any_text_is_read_without_a_panic(text in ".{0,200}") {
            Route::parse_hash(&text);
            Route::parse_search(&text);
        }
    }
}
