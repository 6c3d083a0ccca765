//! The arithmetic shown is the arithmetic done: whoever computes with the shown digits arrives at the shown result.

use proptest::prelude::*;

use super::samples::*;
use crate::explain::{Expr, Form};

/// Computes what a formula in plain text says, from the text alone.
struct Reader<'a> {
    rest: &'a str,
    /// What the numbers come to when nothing cancels.
    magnitude: f64,
}

impl<'a> Reader<'a> {
    fn read(text: &'a str) -> (f64, f64) {
        let mut reader = Reader { rest: text, magnitude: 0.0 };
        let value = reader.sum();
        assert_eq!(reader.rest, "", "left over from {text}");
        (value, reader.magnitude)
    }

    fn eat(&mut self, text: &str) -> bool {
        let rest = self.rest.strip_prefix(text);
        self.rest = rest.unwrap_or(self.rest);
        rest.is_some()
    }

    fn expect(&mut self, text: &str) {
        assert!(self.eat(text), "{text} expected before {}", self.rest);
    }

    fn sum(&mut self) -> f64 {
        let mut sum = self.product();
        loop {
            if self.eat(" + ") {
                sum += self.product();
            } else if self.eat(" − ") {
                sum -= self.product();
            } else {
                return sum;
            }
        }
    }

    fn product(&mut self) -> f64 {
        if self.eat("−") {
            return -self.product();
        }
        let mut product = self.atom();
        loop {
            if self.eat("·") {
                product *= self.atom();
            } else if self.eat("/") {
                product /= self.atom();
            } else {
                self.magnitude = self.magnitude.max(product.abs());
                return product;
            }
        }
    }

    fn atom(&mut self) -> f64 {
        if self.eat("NaN") {
            return f64::NAN;
        }
        if self.eat("∞") {
            return f64::INFINITY;
        }
        if self.eat("ReLU(") {
            return self.close(")").max(0.0);
        }
        if self.eat("tanh(") {
            return self.close(")").tanh();
        }
        if self.eat("⌊") {
            return self.close("⌋").floor();
        }
        if self.eat("max(") {
            let mut most = self.sum();
            while self.eat(", ") {
                most = most.max(self.sum());
            }
            self.expect(")");
            return most;
        }
        if self.eat("(") {
            // (17 more terms: 1.5)
            if let Some((count, rest)) = self.rest.split_once(" more terms: ")
                && count.chars().all(|digit| digit.is_ascii_digit())
            {
                self.rest = rest;
            }
            return self.close(")");
        }
        self.number()
    }

    fn close(&mut self, fence: &str) -> f64 {
        let value = self.sum();
        self.expect(fence);
        value
    }

    fn number(&mut self) -> f64 {
        let end = self.rest.find(|digit: char| !digit.is_ascii_digit() && digit != '.').unwrap_or(self.rest.len());
        let (digits, rest) = self.rest.split_at(end);
        self.rest = rest;
        let exponent = if self.eat("×10") { self.exponent() } else { String::from("0") };
        format!("{digits}e{exponent}").parse().unwrap_or_else(|_| panic!("a number expected before {rest}"))
    }

    fn exponent(&mut self) -> String {
        let raised = "⁰¹²³⁴⁵⁶⁷⁸⁹";
        let mut exponent = String::new();
        while let Some(next) = self.rest.chars().next().filter(|&next| next == '⁻' || raised.contains(next)) {
            self.rest = &self.rest[next.len_utf8()..];
            match raised.chars().position(|digit| digit == next) {
                Some(digit) => exponent.push_str(&digit.to_string()),
                None => exponent.push('-'),
            }
        }
        exponent
    }
}

/// Cuts `y_3 ≈ a ≈ b` into its sides.
fn sides(text: &str) -> Vec<(bool, &str)> {
    let mut sides = Vec::new();
    let mut rest = text;
    while let Some(place) = rest.find(" = ").into_iter().chain(rest.find(" ≈ ")).min() {
        let equal = rest[place..].starts_with(" = ");
        rest = &rest[place + if equal { " = ".len() } else { " ≈ ".len() }..];
        let end = rest.find(" = ").into_iter().chain(rest.find(" ≈ ")).min().unwrap_or(rest.len());
        sides.push((equal, &rest[..end]));
    }
    sides
}

/// What is wrong with a formula, if something is.
fn complaint(made_from: &Expr, most_terms: usize) -> Option<String> {
    let explanation = y(made_from.clone());
    let text = explanation.formula(Form::Numbers).with_terms(most_terms).text();
    let sides = sides(&text);
    let [.., (equal, result)] = sides[..] else { return Some(format!("no result: {text}")) };
    let (said, _) = Reader::read(result);
    let value = f64::from(explanation.target.value);
    if value.is_nan() || value.is_infinite() {
        return (said.to_string() != value.to_string()).then(|| format!("{value}: {text}"));
    }
    // The fewest digits that a result has are three behind the point.
    let power = if result.contains('×') { 10_f64.powi(said.abs().log10().floor() as i32) } else { 1.0 };
    // Single precision leaves seven digits certain.
    let certain = 0.5e-6 * 10_f64.powi(said.abs().max(1e-9).log10().floor() as i32);
    let place = certain.max(0.5e-3 * power);
    let bit = 1.2e-7 * value.abs();
    if (said - value).abs() > place * (1.0 + 1e-6) + bit {
        return Some(format!("{value} is not {said}: {text}"));
    }
    let [(_, arithmetic), _] = sides[..] else { return None };
    if arithmetic.starts_with(['x', 'w', 'b']) {
        return None;
    }
    let (shown, magnitude) = Reader::read(arithmetic);
    if (said - shown).abs() > place * (1.0 + 1e-6) {
        return Some(format!("{shown} is not {said}: {text}"));
    }
    if equal && (said - shown).abs() > 1e-9 * magnitude {
        return Some(format!("{shown} does not equal {said}: {text}"));
    }
    None
}

#[test]
fn shows_as_many_digits_as_it_takes() {
    for (made_from, text) in [
        // 2 · 0.3333 would be 0.6666.
        (Expr::Product(vec![w(0, 2.0), x(0, 1.0 / 3.0)]), "y_3 ≈ 2·0.3333 ≈ 0.667"),
        (Expr::Product(vec![w(0, 9.0), x(0, 1.0 / 3.0)]), "y_3 ≈ 9·0.3333 ≈ 3"),
        // In single precision, a tenth of a fifth is 0.020000001.
        (Expr::Product(vec![w(0, 0.1), x(0, 0.2)]), "y_3 = 0.1·0.2 = 0.02"),
        // In single precision, this is −7.450581 × 10⁻⁹.
        (Expr::Sum(vec![x(0, 0.1), x(1, 0.2), x(2, -0.3)]), "y_3 = 0.1 + 0.2 − 0.3 ≈ 0"),
        (Expr::Sum(vec![x(0, 1000.0), x(1, -999.9999)]), "y_3 = 1000 − 999.9999 ≈ 0.0001"),
        (Expr::Product(vec![w(0, 1e-4), x(0, 0.000_123)]), "y_3 = 0.0001·1.23×10⁻⁴ = 1.23×10⁻⁸"),
        (Expr::Product(vec![w(0, 1000.5), x(0, 1234.25)]), "y_3 = 1000.5·1234.25 ≈ 1234867"),
        (quotient(x(0, 1.0), x(1, 0.0)), "y_3 = 1/0 = ∞"),
        (quotient(x(0, 0.0), x(1, 0.0)), "y_3 = 0/0 = NaN"),
        (Expr::Sum(vec![x(0, -0.0), x(1, 0.0)]), "y_3 = 0 + 0 = 0"),
    ] {
        assert_eq!(y(made_from.clone()).formula(Form::Numbers).text(), text);
        assert_eq!(complaint(&made_from, 12), None);
    }
}

fn number() -> impl Strategy<Value = f32> {
    prop_oneof![
        4 => (-40..40_i32).prop_map(|tenths| tenths as f32 / 10.0),
        4 => -3.0..3.0_f32,
        1 => (-1.0..1.0_f32).prop_map(|value| value * 1e-6),
        1 => -1e5..1e5_f32,
    ]
}

/// Any formula over cells.
pub fn formulas() -> impl Strategy<Value = Expr> {
    let leaf = (0..9_usize, number()).prop_flat_map(|(at, value)| {
        prop_oneof![Just(x(at, value)), Just(w(at, value)), Just(b(value)), Just(Expr::Number(f64::from(value)))]
    });
    leaf.prop_recursive(4, 40, 6, |inner| {
        prop_oneof![
            4 => prop::collection::vec(inner.clone(), 0..6).prop_map(Expr::Sum),
            4 => prop::collection::vec(inner.clone(), 0..4).prop_map(Expr::Product),
            1 => (inner.clone(), inner.clone()).prop_map(|(above, below)| quotient(above, below)),
            1 => inner.clone().prop_map(negative),
            1 => inner.clone().prop_map(|inner| Expr::Floor(Box::new(inner))),
            1 => inner.clone().prop_map(|inner| Expr::Call(RELU, vec![inner])),
            1 => inner.clone().prop_map(|inner| Expr::Call(TANH, vec![inner])),
            1 => prop::collection::vec(inner, 2..4).prop_map(|inner| Expr::Call(MAX, inner)),
        ]
    })
}

/// The sums that layers compute.
fn convolutions() -> impl Strategy<Value = Expr> {
    (prop::collection::vec((number(), number()), 1..60), number(), any::<bool>()).prop_map(|(pairs, bias, relu)| {
        let sum = Expr::Sum([products(&pairs), vec![b(bias)]].concat());
        if relu { Expr::Call(RELU, vec![sum]) } else { sum }
    })
}

proptest! {
    #[test]
    fn the_shown_arithmetic_gives_the_shown_result(made_from in formulas()) {
        prop_assert_eq!(complaint(&made_from, 100), None);
    }

    #[test]
    fn shortened_sums_are_still_true(made_from in convolutions(), most_terms in 0..20_usize) {
        prop_assert_eq!(complaint(&made_from, most_terms), None);
    }
}
