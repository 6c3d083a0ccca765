//! Amounts of memory as people write them.

use crate::explain::grouped;

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
    let hundredth = unit / 100;
    let hundredths = bytes / hundredth + u64::from(bytes % hundredth >= hundredth / 2);
    format!("{}.{:02} {name}", grouped(hundredths / 100), hundredths % 100)
}

#[cfg(test)]
mod tests {
    use super::*;

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
