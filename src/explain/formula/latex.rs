//! Formulas as LaTeX, for math mode with the package amsmath.

use super::letter::Letter;
use super::node::{Addend, Face, Joint, Name, Node, Quantity, Range};
use super::words::Words;
use super::{Chain, Form};
use crate::explain::number::{Figures, Numeral};
use crate::explain::{Explanation, joined};

/// On a page of paper, fewer terms fit on a line.
const MOST_TERMS: usize = 6;

/// Writes a formula.
pub fn print(chain: &Chain, words: &Words) -> String {
    let mut source = Source { tex: String::new(), tight: false, words };
    source.node(&chain.left);
    source.steps(chain, "");
    source.tex
}

/// Writes all forms of an explanation below one another.
pub fn aligned(explanation: &Explanation) -> String {
    let mut source = Source { tex: String::from("\\begin{align*}\n"), tight: false, words: &Words::ENGLISH };
    let forms: &[Form] =
        if explanation.is_given() { &[Form::Numbers] } else { &[Form::General, Form::Symbols, Form::Numbers] };
    for (place, &form) in forms.iter().enumerate() {
        let chain = explanation.formula(form).with_terms(MOST_TERMS).chain();
        if place > 0 {
            source.tex.push_str(" \\\\\n");
        }
        // The left side of the numbers is that of the symbols above them.
        if place < 2 {
            source.node(&chain.left);
        }
        source.steps(&chain, "&");
    }
    source.tex.push_str("\n\\end{align*}\n");
    source.tex
}

struct Source<'w> {
    tex: String,
    /// In subscripts and bounds, quotients stand on a line.
    tight: bool,
    words: &'w Words,
}

impl Source<'_> {
    /// Writes the sides after the left one; `mark` in front of the first relation.
    fn steps(&mut self, chain: &Chain, mark: &str) {
        for (place, (relation, node)) in chain.steps.iter().enumerate() {
            let mark = if place == 0 { mark } else { "" };
            let sign = if relation.sign() == "=" { "=" } else { r"\approx" };
            self.tex.push_str(&format!(" {mark}{sign} "));
            self.node(node);
        }
    }

    fn node(&mut self, node: &Node) {
        match node {
            Node::Number(numeral) => self.numeral(numeral),
            Node::Quantity(Quantity { face: Face::Number(numeral), .. }) => self.numeral(numeral),
            Node::Quantity(Quantity { face: Face::Name(name), .. }) => self.name(name),
            Node::Sum(addends) => self.sum(addends),
            Node::Product(factors) => self.product(factors),
            Node::Fraction(above, below) if self.tight => {
                self.part(above, above.fits_above());
                self.tex.push('/');
                self.part(below, below.fits_below());
            }
            Node::Fraction(above, below) => {
                self.group(r"\frac", |source| source.node(above));
                self.group("", |source| source.node(below));
            }
            Node::Negative(inner) => {
                self.tex.push('-');
                self.node(inner);
            }
            Node::Parentheses(inner) => self.fenced("(", ")", |source| source.node(inner)),
            Node::Call(function, arguments) => {
                self.tex.push_str(&function_name(function.name));
                self.fenced("(", ")", |source| source.list(arguments, ", "));
            }
            Node::Floor(inner) => self.fenced(r"\lfloor ", r"\rfloor", |source| source.node(inner)),
            Node::Series(range, body) => {
                self.series(range);
                self.node(body);
            }
            Node::Term(term) => self.node(&term.node),
            Node::Rest { terms, total } => {
                self.group(r"\underbrace", |source| match total {
                    Some(total) => source.numeral(total),
                    None => source.tex.push_str(r"\cdots"),
                });
                self.tex.push_str(&format!("_{{\\text{{{terms} {}}}}}", self.words.more_terms));
            }
            Node::Summary { terms, largest } => {
                let Words { sum_of, terms_the_largest, .. } = self.words;
                self.tex.push_str(&format!("\\text{{{sum_of} {terms} {terms_the_largest} }}"));
                self.node(largest);
            }
        }
    }

    fn group(&mut self, command: &str, write: impl FnOnce(&mut Self)) {
        self.tex.push_str(command);
        self.tex.push('{');
        write(self);
        self.tex.push('}');
    }

    fn script(&mut self, command: &str, write: impl FnOnce(&mut Self)) {
        let tight = std::mem::replace(&mut self.tight, true);
        self.group(command, write);
        self.tight = tight;
    }

    /// Writes between fences, which grow where what is between them is tall.
    fn fenced(&mut self, open: &str, close: &str, write: impl FnOnce(&mut Self)) {
        let mut inner = Self { tex: String::new(), tight: self.tight, words: self.words };
        write(&mut inner);
        self.enclose(open, &inner.tex, close);
    }

    fn enclose(&mut self, open: &str, inner: &str, close: &str) {
        let tall = [r"\frac", r"\sum", r"\underbrace"].iter().any(|tall| inner.contains(tall));
        let (left, right) = if tall { (r"\left", r"\right") } else { ("", "") };
        self.tex.extend([left, open, inner, right, close]);
    }

    fn part(&mut self, node: &Node, fits: bool) {
        if fits { self.node(node) } else { self.fenced("(", ")", |source| source.node(node)) }
    }

    fn list(&mut self, nodes: &[Node], separator: &str) {
        for (place, node) in nodes.iter().enumerate() {
            if place > 0 {
                self.tex.push_str(separator);
            }
            self.node(node);
        }
    }

    fn numeral(&mut self, numeral: &Numeral) {
        if numeral.is_negative() {
            self.tex.push('-');
        }
        match numeral.figures() {
            Figures::Decimal(digits) => self.tex.push_str(digits),
            Figures::Scientific { mantissa, exponent } => {
                self.tex.push_str(&format!("{mantissa} \\times 10^{{{exponent}}}"));
            }
            Figures::Infinite => self.tex.push_str(r"\infty"),
            Figures::NotANumber => self.tex.push_str(r"\mathrm{NaN}"),
        }
    }

    fn name(&mut self, name: &Name) {
        if name.derivative {
            self.group(r"\frac{\partial E}", |source| {
                source.tex.push_str(r"\partial ");
                source.letter(name);
            });
        } else {
            self.letter(name);
        }
    }

    fn letter(&mut self, Name { letter, subscripts, .. }: &Name) {
        let letter = Letter::new(letter);
        match letter.accent {
            Some(accent) => self.group(accent.command(), |source| source.tex.push_str(&base(letter.base))),
            None => self.tex.push_str(&base(letter.base)),
        }
        self.tex.push_str(&"'".repeat(letter.primes));
        let layer = letter.layer();
        if !layer.is_empty() {
            self.script("^", |source| source.tex.push_str(&layer));
        }
        if !subscripts.is_empty() {
            self.script("_", |source| source.list(subscripts, ", "));
        }
    }

    fn sum(&mut self, addends: &[Addend]) {
        for (place, Addend { negative, node }) in addends.iter().enumerate() {
            self.tex.push_str(match (place, negative) {
                (0, false) => "",
                (0, true) => "-",
                (_, false) => " + ",
                (_, true) => " - ",
            });
            self.node(node);
        }
    }

    fn product(&mut self, factors: &[Node]) {
        for (place, factor) in factors.iter().enumerate() {
            if let Some(before) = place.checked_sub(1).map(|before| &factors[before]) {
                self.tex.push_str(match Node::joint(before, factor) {
                    Joint::Dot => r" \cdot ",
                    Joint::Nothing | Joint::Space => " ",
                });
            }
            self.node(factor);
        }
    }

    fn series(&mut self, Range { indices, from, to }: &Range) {
        self.script(r"\sum_", |source| {
            source.tex.push_str(&joined(&mut indices.iter().map(|index| base(index)), ", "));
            if let Some(from) = from {
                source.tex.push_str(" = ");
                source.node(from);
            }
        });
        if let Some(to) = to {
            self.script("^", |source| source.node(to));
        }
        self.tex.push(' ');
    }
}

/// Letters that are commands in LaTeX.
const COMMANDS: [(&str, &str); 22] = [
    ("α", r"\alpha"),
    ("β", r"\beta"),
    ("γ", r"\gamma"),
    ("δ", r"\delta"),
    ("ε", r"\varepsilon"),
    ("η", r"\eta"),
    ("θ", r"\theta"),
    ("λ", r"\lambda"),
    ("μ", r"\mu"),
    ("π", r"\pi"),
    ("σ", r"\sigma"),
    ("τ", r"\tau"),
    ("φ", r"\varphi"),
    ("ω", r"\omega"),
    ("Γ", r"\Gamma"),
    ("Δ", r"\Delta"),
    ("Θ", r"\Theta"),
    ("Λ", r"\Lambda"),
    ("Σ", r"\Sigma"),
    ("Φ", r"\Phi"),
    ("Ω", r"\Omega"),
    ("ℓ", r"\ell"),
];

/// A letter without accents; a word stands upright.
fn base(letter: &str) -> String {
    match COMMANDS.iter().find(|(known, _)| *known == letter) {
        Some((_, command)) => (*command).to_owned(),
        None if letter.chars().count() == 1 => escaped(letter),
        None => format!("\\mathrm{{{}}}", escaped(letter)),
    }
}

/// The functions that LaTeX knows by name, and all others.
fn function_name(name: &str) -> String {
    match name {
        "tanh" | "exp" | "log" | "ln" | "max" | "min" | "sin" | "cos" => format!("\\{name}"),
        _ if name.chars().count() == 1 => base(name),
        _ => format!("\\operatorname{{{}}}", escaped(name)),
    }
}

fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '\\' => escaped.push_str(r"\backslash "),
            '^' => escaped.push_str(r"\text{\textasciicircum}"),
            '~' => escaped.push_str(r"\text{\textasciitilde}"),
            '′' => escaped.push('\''),
            '_' | '{' | '}' | '#' | '$' | '%' | '&' => escaped.extend(['\\', letter]),
            letter => escaped.push(letter),
        }
    }
    escaped
}
