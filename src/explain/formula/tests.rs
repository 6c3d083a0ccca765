mod arithmetic;
mod markup;
mod samples;

use samples::*;

use super::*;

const FORMS: [Form; 3] = [Form::General, Form::Symbols, Form::Numbers];

/// MathML without its rows, which hold classes and addresses only.
fn bare(mathml: &str) -> String {
    let mut rest = mathml;
    let mut bare = String::new();
    while let Some((before, after)) = rest.split_once('<') {
        let (tag, after) = after.split_once('>').unwrap();
        bare.push_str(before);
        if !tag.trim_start_matches('/').starts_with("mrow") && !tag.trim_start_matches('/').starts_with("math") {
            bare.extend(["<", tag, ">"]);
        }
        rest = after;
    }
    bare + rest
}

#[test]
fn all_printers_write_the_same_formula() {
    for case in cases() {
        let formula = case.explanation.formula(case.form);
        assert_eq!(formula.text(), case.text);
        assert_eq!(formula.latex(), case.latex, "{}", case.text);
        assert_eq!(formula.speech(title), case.speech, "{}", case.text);
        assert_eq!(bare(&formula.mathml()), case.mathml, "{}", case.text);
    }
}
