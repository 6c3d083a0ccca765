//! How numbers are shown.
//!
//! The trace holds single-precision numbers. What is shown of one is the decimal fraction that a person means by it ([`decimal`]),
//! rounded. Where rounding dropped digits the [`Numeral`] knows, so that a formula can write ≈ instead of =.

mod fitted;

pub use fitted::cell_number;

use std::fmt;

/// From here on, numbers are shown with a power of ten.
const LARGE: f64 = 1e7;
/// Up to here, numbers are shown with a power of ten, unless few decimals show them whole.
const SMALL: f64 = 1e-3;
/// What is shown whole by so many decimals is never too small for them.
const FEW: usize = 4;

/// How many digits of a number are shown.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Digits {
    /// Always so many decimals, 1.60: figures in a column stay aligned.
    Fixed(usize),
    /// At most so many decimals, and no zeros at the end: 1.6.
    Trimmed(usize),
}

impl Digits {
    fn decimal(self, size: f64, whole: f64) -> Figures {
        Figures::Decimal(match self {
            Self::Fixed(places) => decimals(size, whole, places),
            Self::Trimmed(places) => trim(&decimals(size, whole, places)).to_owned(),
        })
    }

    fn scientific(self, size: f64, whole: f64) -> Figures {
        let (Self::Fixed(places) | Self::Trimmed(places)) = self;
        let (mantissa, exponent) = scientific(size, whole, places);
        let mantissa = if let Self::Trimmed(_) = self { trim(&mantissa).to_owned() } else { mantissa };
        Figures::Scientific { mantissa, exponent }
    }
}

/// A number as it is shown.
#[derive(Clone, PartialEq, Debug)]
pub struct Numeral {
    negative: bool,
    figures: Figures,
    /// What the figures leave out, as a part of the number.
    dropped: f64,
}

/// What is shown of a number beside its sign.
#[derive(Clone, PartialEq, Debug)]
pub(super) enum Figures {
    /// 1.6
    Decimal(String),
    /// 1.2 × 10⁻⁷
    Scientific {
        /// The factor before the power: at least 1, less than 10.
        mantissa: String,
        /// The power of ten.
        exponent: i32,
    },
    /// ∞
    Infinite,
    /// The result of 0 / 0 and its like.
    NotANumber,
}

impl Numeral {
    /// The number with so many digits. Very large and very small numbers get a power of ten, before which `digits` counts.
    pub fn new(value: f64, digits: Digits) -> Self {
        Self::of(value, value, digits)
    }

    /// A number of the trace with so many digits.
    pub fn single(value: f32, digits: Digits) -> Self {
        Self::of(f64::from(value), decimal(value), digits)
    }

    /// `value` is what is rounded, `whole` what is shown where there is room for all of its digits.
    fn of(value: f64, whole: f64, digits: Digits) -> Self {
        let figures = match (value.abs(), whole.abs()) {
            (size, _) if size.is_nan() => Figures::NotANumber,
            (size, _) if size.is_infinite() => Figures::Infinite,
            (size, whole) if size >= LARGE => digits.scientific(size, whole),
            (size, whole) if size >= SMALL || matches!(digits, Digits::Fixed(_)) => digits.decimal(size, whole),
            (size, whole) => match Digits::Trimmed(FEW).decimal(size, whole) {
                few if few.value() == whole => few,
                _ => digits.scientific(size, whole),
            },
        };
        let (shown, size) = (figures.value(), whole.abs());
        let dropped = if shown == size || value.is_nan() { 0.0 } else { (shown - size).abs() / size };
        Self { negative: value < 0.0 && shown != 0.0, figures, dropped }
    }

    /// Whether the shown digits, read back, are the number: nothing was dropped.
    pub fn is_exact(&self) -> bool {
        self.dropped == 0.0
    }

    /// Whether nothing was dropped but what a few additions in single precision leave behind: 0.3 for 0.30000001.
    pub(super) fn is_exact_to_rounding(&self) -> bool {
        self.dropped <= 1e-6
    }

    /// Whether a minus stands before the figures. Zero has none.
    pub fn is_negative(&self) -> bool {
        self.negative
    }

    /// The number that the shown digits say.
    pub fn value(&self) -> f64 {
        if self.negative { -self.figures.value() } else { self.figures.value() }
    }

    /// A whole number.
    pub(super) fn whole(value: i32) -> Self {
        Self { negative: value < 0, figures: Figures::Decimal(value.unsigned_abs().to_string()), dropped: 0.0 }
    }

    /// Whether a power of ten is part of what is shown.
    pub(super) fn is_scientific(&self) -> bool {
        matches!(self.figures, Figures::Scientific { .. })
    }

    /// The same figures with the other sign.
    pub(super) fn negated(&self) -> Self {
        Self { negative: !self.negative && self.figures.value() != 0.0, ..self.clone() }
    }

    pub(super) fn figures(&self) -> &Figures {
        &self.figures
    }

    /// Half of what the last place counts when the number is shown with so many decimals: how far the shown number may be
    /// from the number.
    pub(super) fn half_a_place(&self, decimals: usize) -> f64 {
        let exponent = match self.figures {
            Figures::Scientific { exponent, .. } => exponent,
            _ => 0,
        };
        0.5 * 10_f64.powi(exponent - decimals as i32)
    }
}

/// 1.6, −0.5, 1.2×10⁻⁷, ∞, NaN.
impl fmt::Display for Numeral {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.negative {
            f.write_str("−")?;
        }
        match &self.figures {
            Figures::Decimal(digits) => f.write_str(digits),
            Figures::Scientific { mantissa, exponent } => write!(f, "{mantissa}×10{}", superscript(*exponent)),
            Figures::Infinite => f.write_str("∞"),
            Figures::NotANumber => f.write_str("NaN"),
        }
    }
}

impl Figures {
    fn value(&self) -> f64 {
        match self {
            Self::Decimal(digits) => read_number(digits).unwrap_or(f64::NAN),
            Self::Scientific { mantissa, exponent } => {
                nearest(&format!("{}e{exponent}", trim(mantissa))).unwrap_or(f64::NAN)
            }
            Self::Infinite => f64::INFINITY,
            Self::NotANumber => f64::NAN,
        }
    }
}

/// The number as plain text: 1.6, −0.5, 1.2×10⁻⁷.
pub fn format_number(value: f64, digits: Digits) -> String {
    Numeral::new(value, digits).to_string()
}

/// A number as a person types it: the decimal sign may be a comma.
pub fn read_typed(text: &str) -> Option<f64> {
    read_number(&text.replace(',', "."))
}

/// Reads a number as people write it: 1.5, −2, +3, .5, 1e-3; with the true minus sign too. Nothing for what is no finite number.
pub fn read_number(text: &str) -> Option<f64> {
    let text = text.trim();
    let negative = text.strip_prefix(['-', '\u{2212}']);
    let size = read_digits(negative.or_else(|| text.strip_prefix('+')).unwrap_or(text))?;
    Some(if negative.is_some() { -size } else { size })
}

/// Reads a number without a sign; where its power of ten is large, the last bits may be off.
///
/// Own code, because the page reads few numbers: the standard library's reader and that of `serde_json` bring tables of kilobytes.
fn read_digits(text: &str) -> Option<f64> {
    let (mut significand, mut exponent) = (0_u64, 0_i32);
    let (mut is_number, mut is_fraction) = (false, false);
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            b'0'..=b'9' => {
                is_number = true;
                if significand < u64::MAX / 10 {
                    significand = 10 * significand + u64::from(byte - b'0');
                    exponent -= i32::from(is_fraction);
                } else {
                    // It changes nothing but how large the number is.
                    exponent += i32::from(!is_fraction);
                }
            }
            b'.' if !is_fraction => is_fraction = true,
            b'e' | b'E' if is_number => {
                exponent = exponent.saturating_add(text.get(at + 1..)?.parse().ok()?);
                break;
            }
            _ => return None,
        }
    }
    // What has few digits is exact, however many zeros follow.
    while exponent < 0 && significand > 0 && significand.is_multiple_of(10) {
        (significand, exponent) = (significand / 10, exponent + 1);
    }
    let scaled = |size: f64, exponent: i32| {
        let power = 10_f64.powi(exponent.abs());
        if exponent < 0 { size / power } else { size * power }
    };
    // In two steps: the smallest numbers are told by powers that are none themselves. Beyond those, all is nothing or infinite.
    let near = exponent.clamp(-300, 300);
    let size = scaled(scaled(significand as f64, near), exponent.clamp(-600, 600) - near);
    Some(size).filter(|size| is_number && size.is_finite())
}

/// A number of the trace as the decimal fraction that a person means by it: 0.1, not the nearest single-precision number,
/// which is 0.100000001490116…
pub fn decimal(value: f32) -> f64 {
    nearest(&format!("{value:e}")).unwrap_or(f64::from(value))
}

/// The number nearest to digits with a power of ten, 1.2e-7: far from one, [`read_number`] may be off by the last bits.
fn nearest(digits: &str) -> Option<f64> {
    let read = read_number(digits)?;
    let mut near =
        (0..=8).flat_map(|off| [read.to_bits() + off, read.to_bits().saturating_sub(off)]).map(f64::from_bits);
    near.find(|near| format!("{near:e}") == digits).or(Some(read))
}

/// `size` with so many decimals: the digits of `whole` where those are all.
fn decimals(size: f64, whole: f64, decimals: usize) -> String {
    let text = whole.to_string();
    padded(text, decimals).unwrap_or_else(|| format!("{size:.decimals$}"))
}

/// `size` as a mantissa with so many decimals, and a power of ten.
fn scientific(size: f64, whole: f64, decimals: usize) -> (String, i32) {
    // The mantissa is rounded together with its power: 9.996 × 10⁻⁴ may become 1.0 × 10⁻³.
    let parts = |text: String| {
        let (mantissa, exponent) = text.split_once('e')?;
        Some((mantissa.to_owned(), exponent.parse().ok()?))
    };
    let all =
        parts(format!("{whole:e}")).and_then(|(mantissa, exponent)| Some((padded(mantissa, decimals)?, exponent)));
    all.or_else(|| parts(format!("{size:.decimals$e}"))).unwrap_or_default()
}

/// The digits with zeros behind them, if they have no more than so many decimals.
fn padded(mut text: String, decimals: usize) -> Option<String> {
    let places = text.split_once('.').map_or(0, |(_, places)| places.len());
    if places < decimals {
        text.push_str(if places == 0 { "." } else { "" });
        text.extend(std::iter::repeat_n('0', decimals - places));
    }
    (places <= decimals).then_some(text)
}

fn trim(text: &str) -> &str {
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.') } else { text }
}

/// The digits that are raised, in their order.
pub(super) const RAISED: &str = "⁰¹²³⁴⁵⁶⁷⁸⁹";

fn superscript(exponent: i32) -> String {
    let raise = |digit: char| digit.to_digit(10).and_then(|digit| RAISED.chars().nth(digit as usize)).unwrap_or('⁻');
    exponent.to_string().chars().map(raise).collect()
}

/// A number as a program writes it that takes it for no whole one: 1.0, 1e-7.
pub(crate) fn literal(number: impl Into<f64> + fmt::Display + fmt::LowerExp + Copy) -> String {
    fraction(number, f64::from(1e-4_f32))
}

/// A number with a decimal point, or else a power of ten: what is as large as 10¹⁶, or less than `least`, has one.
pub(crate) fn fraction(number: impl Into<f64> + fmt::Display + fmt::LowerExp + Copy, least: f64) -> String {
    match number.into().abs() {
        size if size >= 1e16 || size > 0.0 && size < least => format!("{number:e}"),
        size if size.fract() == 0.0 => format!("{number}.0"),
        _ => number.to_string(),
    }
}

/// A count with its thousands apart: 1,234,567.
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::Digits::{Fixed, Trimmed};
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn shows_numbers() {
        for (value, digits, text, exact) in [
            (1.6, Trimmed(4), "1.6", true),
            (1.6, Fixed(2), "1.60", true),
            (-0.5, Trimmed(4), "−0.5", true),
            (-0.0, Trimmed(4), "0", true),
            (-0.004, Fixed(2), "0.00", false),
            (0.0, Fixed(2), "0.00", true),
            (2.0 / 3.0, Trimmed(4), "0.6667", false),
            (0.99999, Trimmed(4), "1", false),
            (100.0, Trimmed(4), "100", true),
            (1_048_576.0, Trimmed(0), "1048576", true),
            (1.2e-7, Trimmed(4), "1.2×10⁻⁷", true),
            (-1.23456e-7, Trimmed(4), "−1.2346×10⁻⁷", false),
            (0.0005, Trimmed(4), "0.0005", true),
            (0.00012345, Trimmed(4), "1.2345×10⁻⁴", true),
            (0.000_999_99, Trimmed(2), "1×10⁻³", false),
            (12_345_678.0, Trimmed(2), "1.23×10⁷", false),
            (3e38, Fixed(1), "3.0×10³⁸", true),
            (f64::INFINITY, Trimmed(4), "∞", true),
            (f64::NEG_INFINITY, Fixed(2), "−∞", true),
            (f64::NAN, Fixed(2), "NaN", true),
        ] {
            let numeral = Numeral::new(value, digits);
            assert_eq!((numeral.to_string().as_str(), numeral.is_exact()), (text, exact), "{value} {digits:?}");
            assert_eq!(format_number(value, digits), text);
        }
    }

    #[test]
    fn counts_stand_in_thousands() {
        for (count, text) in [(0, "0"), (999, "999"), (1000, "1,000"), (1_048_576, "1,048,576")] {
            assert_eq!(grouped(count), text);
        }
    }

    #[test]
    fn single_precision_shows_the_fraction_that_was_meant() {
        let tenth = Numeral::single(0.1, Trimmed(17));
        assert_eq!((tenth.to_string().as_str(), tenth.is_exact()), ("0.1", true));
        assert!(!Numeral::single(1.0 / 3.0, Trimmed(4)).is_exact());
        assert!(Numeral::single(1.0 / 3.0, Trimmed(8)).is_exact());
    }

    #[test]
    fn programs_read_numbers_as_rust_writes_them() {
        for number in [0.0, -0.0, 1.0, -2.5, 1e-4, 9.9e-5, 9e15, 1e16, f32::MAX, f32::INFINITY, f32::NAN] {
            assert_eq!(literal(number), format!("{number:?}"));
        }
    }

    proptest! {
        #[test]
        fn an_exact_numeral_reads_back(bits in any::<u32>(), decimals in 0..10_usize) {
            let value = f32::from_bits(bits);
            let numeral = Numeral::single(value, Trimmed(decimals));
            if numeral.is_exact() && !value.is_nan() {
                prop_assert_eq!(numeral.value() as f32, value);
            }
        }

        #[test]
        fn a_numeral_is_within_half_a_place(value in -1e9..1e9_f64, decimals in 0..10_usize) {
            let numeral = Numeral::new(value, Trimmed(decimals));
            prop_assert!((numeral.value() - value).abs() <= numeral.half_a_place(decimals) + 1e-15 * value.abs());
        }

        #[test]
        fn nine_digits_say_all_of_a_single_precision_number(mantissa in 1.0..10.0_f32, exponent in -30..-4_i32) {
            let value = mantissa * 10_f32.powi(exponent);
            prop_assert!(Numeral::single(value, Trimmed(8)).is_exact(), "{value}");
        }
    }
}
