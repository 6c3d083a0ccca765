//! What a letter is made of: x̃ is an x with a tilde, w′ a w with a prime, h² the h of layer 2.

use crate::explain::number::RAISED;

/// A letter, taken apart.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Letter<'a> {
    /// What is left without accent and primes.
    pub base: &'a str,
    pub accent: Option<Accent>,
    pub primes: usize,
    /// The number of a layer, raised.
    raised: &'a str,
}

/// What stands above a letter.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Accent {
    Tilde,
    Bar,
    Hat,
    Dot,
}

const PRIME: char = '′';

impl<'a> Letter<'a> {
    pub fn new(name: &'a str) -> Self {
        let letter = name.trim_end_matches(|last| RAISED.contains(last));
        let raised = &name[letter.len()..];
        let primed = letter;
        let letter = primed.trim_end_matches(PRIME);
        let primes = primed[letter.len()..].chars().count();
        let (base, accent) = match composed(letter) {
            Some((base, accent)) => (base, Some(accent)),
            None => match letter.chars().next_back().and_then(Accent::combining) {
                Some(accent) => (letter.trim_end_matches(|last| Accent::combining(last).is_some()), Some(accent)),
                None => (letter, None),
            },
        };
        Self { base, accent, primes, raised }
    }

    /// The number of the layer; empty where there is none.
    pub fn layer(&self) -> String {
        let digit = |raised: char| RAISED.chars().position(|digit| digit == raised);
        self.raised.chars().filter_map(digit).map(|digit| digit.to_string()).collect()
    }

    /// The letter in one piece, as MathML shows it. A browser slants a single character by itself, but not one with an accent
    /// or a prime, and sets an accent apart from its letter only as well as the reader's fonts allow.
    pub fn slanted(&self) -> String {
        let mut letters = self.base.chars();
        let (Some(letter), None) = (letters.next(), letters.next()) else { return self.whole(self.base) };
        if self.accent.is_none() && self.primes == 0 && self.raised.is_empty() {
            return self.base.to_owned();
        }
        let italic = match letter {
            'h' => Some('ℎ'),
            'A'..='Z' => char::from_u32('𝐴' as u32 + letter as u32 - 'A' as u32),
            'a'..='z' => char::from_u32('𝑎' as u32 + letter as u32 - 'a' as u32),
            _ => None,
        };
        self.whole(&italic.unwrap_or(letter).to_string())
    }

    fn whole(&self, base: &str) -> String {
        let accent = self.accent.map(Accent::mark);
        base.chars().chain(accent).chain(std::iter::repeat_n(PRIME, self.primes)).chain(self.raised.chars()).collect()
    }
}

impl Accent {
    fn combining(mark: char) -> Option<Self> {
        match mark {
            '\u{303}' => Some(Self::Tilde),
            '\u{304}' | '\u{305}' => Some(Self::Bar),
            '\u{302}' => Some(Self::Hat),
            '\u{307}' => Some(Self::Dot),
            _ => None,
        }
    }

    fn mark(self) -> char {
        match self {
            Self::Tilde => '\u{303}',
            Self::Bar => '\u{304}',
            Self::Hat => '\u{302}',
            Self::Dot => '\u{307}',
        }
    }

    /// The command that sets it above a letter in LaTeX.
    pub fn command(self) -> &'static str {
        match self {
            Self::Tilde => r"\tilde",
            Self::Bar => r"\bar",
            Self::Hat => r"\hat",
            Self::Dot => r"\dot",
        }
    }
}

/// Letters that carry their accent in one character.
const COMPOSED: [(&str, &str, Accent); 15] = [
    ("ã", "a", Accent::Tilde),
    ("ñ", "n", Accent::Tilde),
    ("õ", "o", Accent::Tilde),
    ("ũ", "u", Accent::Tilde),
    ("ṽ", "v", Accent::Tilde),
    ("ỹ", "y", Accent::Tilde),
    ("Ã", "A", Accent::Tilde),
    ("ā", "a", Accent::Bar),
    ("Ā", "A", Accent::Bar),
    ("ĉ", "c", Accent::Hat),
    ("ĝ", "g", Accent::Hat),
    ("ĥ", "h", Accent::Hat),
    ("ŵ", "w", Accent::Hat),
    ("ŷ", "y", Accent::Hat),
    ("ẑ", "z", Accent::Hat),
];

fn composed(letter: &str) -> Option<(&'static str, Accent)> {
    let found = COMPOSED.iter().find(|(known, ..)| *known == letter);
    found.map(|(_, base, accent)| (*base, *accent))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_letters_apart() {
        for (name, base, accent, primes, slanted) in [
            ("x", "x", None, 0, "x"),
            ("x\u{303}", "x", Some(Accent::Tilde), 0, "𝑥\u{303}"),
            ("Ā", "A", Some(Accent::Bar), 0, "𝐴\u{304}"),
            ("w′", "w", None, 1, "𝑤′"),
            ("ŷ′′", "y", Some(Accent::Hat), 2, "𝑦\u{302}′′"),
            ("h\u{303}", "h", Some(Accent::Tilde), 0, "ℎ\u{303}"),
            ("σ′", "σ", None, 1, "σ′"),
            ("net", "net", None, 0, "net"),
            ("h\u{303}¹⁰", "h", Some(Accent::Tilde), 0, "ℎ\u{303}¹⁰"),
            ("w²", "w", None, 0, "𝑤²"),
            ("", "", None, 0, ""),
        ] {
            let letter = Letter::new(name);
            assert_eq!((letter.base, letter.accent, letter.primes), (base, accent, primes), "{name}");
            assert_eq!(letter.slanted(), slanted, "{name}");
        }
        assert_eq!(Letter::new("h¹⁰").layer(), "10");
    }
}
