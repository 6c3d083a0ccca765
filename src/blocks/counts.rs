//! Whole numbers as people write them.

/// 1234567 as 1,234,567.
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

/// So many bytes as 999 B, 1.05 MB, 32.00 TB: two decimals, rounded half up.
pub fn memory(bytes: u64) -> String {
    let (mut unit, mut name) = (1, "B");
    for larger in ["KB", "MB", "GB", "TB", "PB", "EB"] {
        if bytes / unit >= 1000 {
            (unit, name) = (unit * 1000, larger);
        }
    }
    if unit == 1 {
        return format!("{bytes} B");
    }
    let hundredths = (u128::from(bytes) * 100 + u128::from(unit / 2)) / u128::from(unit);
    let hundredths = hundredths as u64;
    format!("{}.{:02} {name}", grouped(hundredths / 100), hundredths % 100)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_stand_in_threes() {
        for (number, text) in [(0, "0"), (999, "999"), (1_000, "1,000"), (1_048_576, "1,048,576")] {
            assert_eq!(grouped(number), text);
        }
    }

    #[test]
    fn memory_has_a_unit() {
        for (bytes, text) in [
            (0, "0 B"),
            (999, "999 B"),
            (1_000, "1.00 KB"),
            (1_049_600, "1.05 MB"),
            (999_999, "1,000.00 KB"),
            (32_000_000_000_000, "32.00 TB"),
            (u64::MAX, "18.45 EB"),
        ] {
            assert_eq!(memory(bytes), text);
        }
    }
}
