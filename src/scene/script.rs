//! Small figures and letters, below and above the line.

/// A number or one of the letters t, k, h, x, o with + and −, below the line: h with t−1 is hₜ₋₁. Others stay as they are.
pub fn below(text: &str) -> String {
    shifted(text, ("0123456789+−-tkhxo", "₀₁₂₃₄₅₆₇₈₉₊₋₋ₜₖₕₓₒ"))
}

/// A number above the line: 10 with −3 is 10⁻³.
pub fn above(text: &str) -> String {
    shifted(text, ("0123456789+−-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻"))
}

fn shifted(text: &str, (line, moved): (&str, &str)) -> String {
    let place = |letter: char| line.chars().position(|known| known == letter).and_then(|at| moved.chars().nth(at));
    text.chars().map(|letter| place(letter).unwrap_or(letter)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_moved() {
        assert_eq!(below("t−1"), "ₜ₋₁");
        assert_eq!(format!("10{}", above("-12")), "10⁻¹²");
        assert_eq!(below("y"), "y");
    }
}
