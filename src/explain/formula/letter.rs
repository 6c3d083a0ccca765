//! What a letter is made of: x̃ is an x with a tilde, w′ a w with a prime.

/// A letter, taken apart.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Letter<'a> {
    /// What is left without accent and primes.
    pub base: &'a str,
    pub accent: Option<Accent>,
    pub primes: usize,
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
        let letter = name.trim_end_matches(PRIME);
        let primes = name[letter.len()..].chars().count();
        let (base, accent) = match composed(letter) {
            Some((base, accent)) => (base, Some(accent)),
            None => match letter.chars().next_back().and_then(Accent::combining) {
                Some(accent) => (letter.trim_end_matches(|last| Accent::combining(last).is_some()), Some(accent)),
                None => (letter, None),
            },
        };
        Self { base, accent, primes }
    }

    /// The primes alone.
    pub fn prime_marks(&self) -> String {
        String::from(PRIME).repeat(self.primes)
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

    /// The accent by itself, as MathML sets it above a letter.
    pub fn sign(self) -> &'static str {
        match self {
            Self::Tilde => "~",
            Self::Bar => "¯",
            Self::Hat => "^",
            Self::Dot => "˙",
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
fn composed(letter: &str) -> Option<(&'static str, Accent)> {
    Some(match letter {
        "ã" => ("a", Accent::Tilde),
        "ñ" => ("n", Accent::Tilde),
        "õ" => ("o", Accent::Tilde),
        "ũ" => ("u", Accent::Tilde),
        "ṽ" => ("v", Accent::Tilde),
        "ỹ" => ("y", Accent::Tilde),
        "Ã" => ("A", Accent::Tilde),
        "ā" => ("a", Accent::Bar),
        "Ā" => ("A", Accent::Bar),
        "ĉ" => ("c", Accent::Hat),
        "ĝ" => ("g", Accent::Hat),
        "ĥ" => ("h", Accent::Hat),
        "ŵ" => ("w", Accent::Hat),
        "ŷ" => ("y", Accent::Hat),
        "ẑ" => ("z", Accent::Hat),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_letters_apart() {
        for (name, base, accent, primes) in [
            ("x", "x", None, 0),
            ("x\u{303}", "x", Some(Accent::Tilde), 0),
            ("Ā", "A", Some(Accent::Bar), 0),
            ("w′", "w", None, 1),
            ("ŷ′′", "y", Some(Accent::Hat), 2),
            ("net", "net", None, 0),
            ("", "", None, 0),
        ] {
            assert_eq!(Letter::new(name), Letter { base, accent, primes }, "{name}");
        }
    }
}
