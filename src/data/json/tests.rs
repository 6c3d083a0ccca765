use proptest::prelude::*;

use super::*;

/// The same value, but for the last bits of a number.
fn same(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::Array(one), Value::Array(other)) => {
            one.len() == other.len() && one.iter().zip(other).all(|(one, other)| same(one, other))
        }
        (Value::Object(one), Value::Object(other)) => {
            one.len() == other.len()
                && one.iter().zip(other).all(|(one, other)| one.0 == other.0 && same(one.1, other.1))
        }
        (Value::Number(one), Value::Number(other)) if one.is_f64() && other.is_f64() => {
            let [one, other] = [one, other].map(|number| number.as_f64().unwrap_or(f64::NAN));
            (one - other).abs() <= 2e-15 * other.abs() + f64::MIN_POSITIVE
                && one.is_sign_negative() == other.is_sign_negative()
        }
        _ => one == other,
    }
}

/// Reads as `serde_json` reads, with the same complaints.
fn reads_as_serde(text: &str) {
    match (read_json(text), serde_json::from_str::<Value>(text)) {
        (Ok(read), Ok(expected)) => assert!(same(&read, &expected), "{text}: {read} is not {expected}"),
        (read, expected) => assert_eq!(read, expected.map_err(|error| error.to_string()), "{text}"),
    }
}

#[test]
fn whatever_stands_in_a_text_is_read_or_refused_as_by_serde() {
    for text in [
        "",
        " ",
        "null",
        "nul",
        "nulL",
        "true",
        "tru",
        "false",
        "falsy",
        "x",
        "[",
        "[1",
        "[1,",
        "[1,]",
        "[,",
        "[1 2]",
        "[1}",
        "{",
        "{\"a\"",
        "{\"a\":",
        "{\"a\":1",
        "{\"a\":1,",
        "{\"a\":1,}",
        "{1:2}",
        "{\"a\" 1}",
        "{\"a\":1 2}",
        "{,}",
        "{\"a\":1,2}",
        "{\"a\":1,\"a\":[2,{}]}",
        "[] []",
        "0",
        "-0",
        "-",
        "-x",
        "00",
        "-01",
        "1.",
        "1.x",
        "1.5",
        "1e",
        "1ex",
        "1e+",
        "1e+5",
        "-1.25E-3",
        "1e400",
        "0e400",
        "1e-400",
        "5e-324",
        "1e308",
        "18446744073709551615",
        "18446744073709551616",
        "-9223372036854775808",
        "-9223372036854775809",
        "123456789012345678901234.5",
        "0.1000000000000000000000000001",
        "\"",
        "\"a",
        "\"\\",
        "\"\\x\"",
        "\"\\u12\"",
        "\"\\u12",
        "\"\\u00e4\\n\\/\"",
        "\"\\u12g4\"",
        "\"\\ud83d\\ude00\"",
        "\"\\ud83d\"",
        "\"\\ud83dx\"",
        "\"\\ud83d\\n\"",
        "\"\\ud83d\\u0041\"",
        "\"\\ude00\"",
        "\"\n\"",
        " \n[ 1 ,\r\n\t{ \"ä\" : [ ] } , ?",
        "{\"a\":\n\n x",
    ] {
        reads_as_serde(text);
    }
    for depth in [127, 128] {
        reads_as_serde(&"[".repeat(depth));
        reads_as_serde(&["[".repeat(depth), "]".repeat(depth)].concat());
    }
}

fn values() -> impl Strategy<Value = Value> {
    let whole = prop_oneof![any::<u64>().prop_map(Value::from), any::<i64>().prop_map(Value::from)];
    let fraction = prop_oneof![any::<f64>(), any::<f32>().prop_map(f64::from), -1e3..1e3_f64];
    let fraction = fraction.prop_map(Value::from);
    let text = prop_oneof![".{0,8}", "[\\x00-\\x7f]{0,8}"];
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::Bool),
        whole,
        fraction,
        text.clone().prop_map(Value::String)
    ];
    leaf.prop_recursive(4, 32, 6, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::Array),
            prop::collection::btree_map(text.clone(), inner, 0..6).prop_map(|fields| fields.into_iter().collect()),
        ]
    })
}

proptest! {
    #[test]
    fn values_are_written_as_by_serde_and_can_be_read(value in values()) {
        let text = json_text(&value);
        // Of two shortest texts of a number that are equally near to it, either is right.
        prop_assert_eq!(text.len(), serde_json::to_string(&value).expect("text").len());
        prop_assert!(same(&serde_json::from_str(&text).expect("a value"), &value));
        reads_as_serde(&text);
    }

    #[test]
    fn damage_is_read_or_refused_as_by_serde(value in values(), place in any::<prop::sample::Index>(), with in "[]\\[{}\",:0-9.e\\\\ -]{0,2}", left_out in 0..3_usize) {
        let mut text: Vec<char> = json_text(&value).chars().collect();
        let from = place.index(text.len());
        text.splice(from..(from + left_out).min(text.len()), with.chars());
        let text: String = text.into_iter().collect();
        // Beyond that, a power of ten is refused elsewhere, or taken as none.
        let has_power = |power: &str| power.chars().take_while(char::is_ascii_digit).count() < 10;
        prop_assume!(text.split(['e', '-', '+']).skip(1).all(has_power));
        reads_as_serde(&text);
    }
}
