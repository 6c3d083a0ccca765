//! Numbers in cells and labels, where there is little room.

use super::{Digits, SMALL, decimal, decimals, format_number, read_number, scientific, trim};

/// A number of the trace in at most `width` characters, for cells and labels. Room for a minus is kept, so that numbers of
/// either sign show the same digits; two decimals are shown even where they are zeros.
///
/// Numbers that would leave nothing but zeros show their power of ten, 4e−5, where that fits. A number below a millionth
/// is shown as zero in a narrow cell: it is what rounding left behind where numbers cancel.
pub fn cell_number(value: f32, width: usize) -> String {
    if !value.is_finite() {
        return format_number(f64::from(value), Digits::Fixed(0));
    }
    let room = width.saturating_sub(1).max(1);
    let (size, whole) = (f64::from(value).abs(), decimal(value).abs());
    let text = match in_decimals(size, whole, room) {
        Some(text) if read_number(&text) == Some(whole) || (size >= SMALL && !is_zero(&text)) => text,
        Some(text) => {
            let power =
                with_power(size, whole, room).filter(|power| power.contains('.') || (is_zero(&text) && size >= 1e-6));
            power.unwrap_or(text)
        }
        None => with_power(size, whole, room).unwrap_or_else(|| format!("{size:.0e}")),
    };
    let minus = if value < 0.0 && !is_zero(&text) { "−" } else { "" };
    format!("{minus}{text}")
}

fn is_zero(text: &str) -> bool {
    !text.contains(|digit| matches!(digit, '1'..='9'))
}

/// As many decimals as there is room for; beyond two, only those that say something.
fn in_decimals(size: f64, whole: f64, room: usize) -> Option<String> {
    let mut places = room.saturating_sub(2);
    loop {
        let text = decimals(size, whole, places);
        if text.len() <= room {
            let trimmed = trim(&text);
            let least = text.len() - places.saturating_sub(2);
            return Some(if trimmed.len() < least { text[..least].to_owned() } else { trimmed.to_owned() });
        }
        places = places.checked_sub(1)?;
    }
}

/// 1.2e−7, with as many digits as there is room for.
fn with_power(size: f64, whole: f64, room: usize) -> Option<String> {
    (0..room).rev().find_map(|places| {
        let (mantissa, exponent) = scientific(size, whole, places);
        let text = format!("{}e{exponent}", trim(&mantissa)).replace('-', "−");
        (text.chars().count() <= room).then_some(text)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn fits_numbers_into_cells() {
        for (value, width, text) in [
            (1.6, 5, "1.60"),
            (-0.6, 5, "−0.60"),
            (1.0, 5, "1.00"),
            (9.996, 5, "10.0"),
            (-10.25, 5, "−10.2"),
            (123.4, 5, "123"),
            (-1234.0, 5, "−1234"),
            (123_456.0, 5, "1e5"),
            (0.004, 5, "4e−3"),
            (-0.0004, 5, "−4e−4"),
            (-7.45e-9, 5, "0.00"),
            (-0.0, 5, "0.00"),
            (-1.0, 4, "−1.0"),
            (0.04, 4, "0.0"),
            (-0.04, 4, "0.0"),
            (12.3, 4, "12"),
            (3.0, 3, "3"),
            (3.7, 2, "4"),
            (0.2, 12, "0.20"),
            (1.0 / 3.0, 12, "0.33333334"),
            (-1.5, 12, "−1.50"),
            (1.5e-7, 12, "0.00000015"),
            (-7.450_581e-9, 12, "−7.450581e−9"),
            (16_777_216.0, 12, "16777216.00"),
            (f32::INFINITY, 4, "∞"),
            (f32::NEG_INFINITY, 4, "−∞"),
            (f32::NAN, 4, "NaN"),
        ] {
            assert_eq!(cell_number(value, width), text, "{value} in {width}");
        }
    }

    proptest! {
        #[test]
        fn a_cell_is_never_too_narrow(bits in any::<u32>(), width in 8..14_usize) {
            let text = cell_number(f32::from_bits(bits), width);
            prop_assert!(text.chars().count() <= width, "{text}");
            prop_assert!(!text.starts_with("−0") || text.contains(|digit| matches!(digit, '1'..='9')));
        }
    }
}
