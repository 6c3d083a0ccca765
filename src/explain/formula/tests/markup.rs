//! Markup that any reader of it can read.

use proptest::prelude::*;

use super::arithmetic::formulas;
use super::samples::*;
use super::{FORMS, bare};
use crate::explain::{Cell, Explanation, Expr, Form, Function, Words};

/// How many children each element of MathML Core takes.
const MATHML: [(&str, Option<usize>); 12] = [
    ("math", None),
    ("mrow", None),
    ("mi", Some(0)),
    ("mn", Some(0)),
    ("mo", Some(0)),
    ("mtext", Some(0)),
    ("msub", Some(2)),
    ("msup", Some(2)),
    ("msubsup", Some(3)),
    ("mfrac", Some(2)),
    ("munder", Some(2)),
    ("munderover", Some(3)),
];
const HTML: [(&str, Option<usize>); 3] = [("span", None), ("sub", None), ("sup", None)];

/// What is wrong with markup, if something is.
fn complaint(markup: &str, elements: &[(&str, Option<usize>)]) -> Option<String> {
    let mut open: Vec<(&str, usize)> = Vec::new();
    let mut rest = markup;
    while let Some(place) = rest.find(['<', '>', '&']) {
        let found = &rest[place..];
        if let Some(entity) = found.strip_prefix('&') {
            let name = entity.split_once(';')?.0;
            if !["amp", "lt", "gt", "quot", "#x2061", "#x2062"].contains(&name) {
                return Some(format!("the entity {name}"));
            }
            rest = &entity[name.len()..];
            continue;
        }
        let Some((tag, after)) = found.strip_prefix('<').and_then(|tag| tag.split_once('>')) else {
            return Some(format!("a loose bracket: {found}"));
        };
        rest = after;
        if let Some(name) = tag.strip_prefix('/') {
            let Some((opened, children)) = open.pop() else { return Some(format!("{name} was not open")) };
            let Some((_, takes)) = elements.iter().find(|(element, _)| *element == name) else {
                return Some(format!("the element {name}"));
            };
            if opened != name || takes.is_some_and(|takes| takes != children) {
                return Some(format!("{opened} with {children} children, closed as {name}"));
            }
        } else {
            let (name, attributes) = tag.split_once(' ').unwrap_or((tag, ""));
            if attributes.matches('"').count() % 2 != 0 || attributes.contains('<') {
                return Some(format!("the attributes {attributes}"));
            }
            if let Some((_, children)) = open.last_mut() {
                *children += 1;
            }
            open.push((name, 0));
        }
    }
    open.pop().map(|(name, _)| format!("{name} stays open"))
}

/// What is wrong with LaTeX, if something is: commands beyond amsmath, fences and braces without a partner.
fn latex_complaint(latex: &str) -> Option<String> {
    const COMMANDS: [&str; 21] = [
        "frac",
        "partial",
        "sum",
        "cdot",
        "cdots",
        "times",
        "approx",
        "infty",
        "mathrm",
        "operatorname",
        "left",
        "right",
        "lfloor",
        "rfloor",
        "underbrace",
        "text",
        "tanh",
        "max",
        "tilde",
        "begin",
        "end",
    ];
    let mut depth = 0_i32;
    let mut rest = latex;
    while let Some(next) = rest.chars().next() {
        rest = rest.strip_prefix(r"\\").unwrap_or(&rest[next.len_utf8()..]);
        match next {
            '{' => depth += 1,
            '}' => depth -= 1,
            '\\' if rest.starts_with(|next: char| next.is_ascii_alphabetic()) => {
                let command: String = rest.chars().take_while(char::is_ascii_alphabetic).collect();
                if !COMMANDS.contains(&command.as_str()) {
                    return Some(format!("\\{command}"));
                }
            }
            '<' | '−' | '·' | '≈' | '∂' | 'Σ' => return Some(format!("{next} in {latex}")),
            _ => {}
        }
        if depth < 0 {
            return Some(format!("a brace too many: {latex}"));
        }
    }
    let fences = latex.matches("\\left(").count() + latex.matches("\\left\\").count();
    let balanced = depth == 0 && fences == latex.matches("\\right").count();
    (!balanced).then(|| format!("unbalanced: {latex}"))
}

fn complaints(explanation: &Explanation) -> Option<String> {
    FORMS.iter().find_map(|&form| {
        let formula = explanation.formula(form).with_terms(4);
        let mathml = complaint(&formula.mathml(), &MATHML).or_else(|| complaint(&formula.html(), &HTML));
        mathml.or_else(|| latex_complaint(&formula.latex())).or_else(|| {
            let speech = formula.speech(title);
            speech.contains(['(', '<', '·', '=', '−']).then_some(speech)
        })
    })
}

#[test]
fn samples_are_well_formed() {
    for case in cases() {
        assert_eq!(complaints(&case.explanation), None, "{}", case.text);
        assert_eq!(latex_complaint(&case.explanation.latex().replace('&', "")), None, "{}", case.text);
    }
}

#[test]
fn notices_what_is_not_well_formed() {
    for (markup, complains) in [
        ("<mrow><mn>1</mn></mrow>", false),
        ("<mrow><mn>1</mrow></mn>", true),
        ("<mrow>", true),
        ("<mfrac><mn>1</mn></mfrac>", true),
        ("<mo><</mo>", true),
        ("<mo>&nbsp;</mo>", true),
    ] {
        assert_eq!(complaint(markup, &MATHML).is_some(), complains, "{markup}");
    }
}

#[test]
fn terms_and_cells_can_be_pointed_at() {
    let formula = y(Expr::Sum([products(&[(-1.0, 0.5)]), vec![b(-0.2)]].concat()));
    assert_eq!(
        formula.formula(Form::Numbers).html(),
        "<span class=\"role-output\" data-cell=\"output.3\">y<sub>3</sub></span> =\u{a0}\
         <span class=\"term\" data-term=\"0\" data-cells=\"weight.0 input.2\">\
         (<span class=\"role-weight\" data-cell=\"weight.0\">−1</span>)·\
         <span class=\"role-input\" data-cell=\"input.2\">0.5</span></span> −\u{a0}\
         <span class=\"term\" data-term=\"1\" data-cells=\"bias\">\
         <span class=\"role-weight\" data-cell=\"bias\">0.2</span></span> =\u{a0}\
         <span class=\"role-output\" data-cell=\"output.3\">−0.7</span>"
    );
    assert!(formula.formula(Form::Numbers).mathml().contains(
        "<mrow class=\"term\" data-term=\"1\" data-cells=\"bias\"><mrow class=\"role-weight\" data-cell=\"bias\">\
         <mn>0.2</mn></mrow></mrow>"
    ));
}

#[test]
fn terms_are_those_of_the_explanation() {
    let relu = |inner| Expr::Call(RELU, vec![inner]);
    for made_from in [
        Expr::Sum(products(&[(1.0, 2.0), (3.0, 4.0)])),
        relu(relu(Expr::Sum(products(&[(1.0, 2.0), (3.0, 4.0), (5.0, 6.0)])))),
        negative(Expr::Sum(vec![x(0, 1.0), negative(x(1, 2.0))])),
        Expr::Call(MAX, vec![x(0, 1.0), x(1, 2.0)]),
        Expr::Product(vec![w(0, 1.0), x(0, 2.0)]),
        Expr::Sum(vec![x(0, 1.0)]),
        quotient(Expr::Sum(vec![x(0, 1.0), x(1, 2.0)]), Expr::Number(2.0)),
    ] {
        let explanation = y(made_from);
        let html = explanation.formula(Form::Symbols).html();
        let terms = explanation.terms();
        for (place, term) in terms.iter().enumerate() {
            let cells: Vec<String> = term.cells.iter().map(Cell::to_string).collect();
            let mark = format!("data-term=\"{place}\" data-cells=\"{}\"", cells.join(" "));
            assert!(html.contains(&mark), "{mark} in {html}");
        }
        assert_eq!(html.matches("data-term").count(), terms.len(), "{html}");
    }
}

#[test]
fn names_are_escaped() {
    let odd = Function { name: "a<b_&\"", spoken: "a", apply: |z| z[0] };
    let explanation = y(Expr::Call(odd, vec![x(0, 1.0)]));
    let formula = explanation.formula(Form::Numbers);
    assert!(formula.html().contains("a&lt;b_&amp;&quot;("));
    assert!(bare(&formula.mathml()).contains("<mi>a&lt;b_&amp;&quot;</mi>"));
    assert!(formula.latex().contains(r#"\operatorname{a<b\_\&"}"#));
}

#[test]
fn long_sums_are_shortened() {
    let pairs: Vec<(f32, f32)> = (0..20).map(|at| (1.0, at as f32)).collect();
    let explanation = y(Expr::Call(RELU, vec![Expr::Sum(products(&pairs))]));
    let formula = explanation.formula(Form::Numbers).with_terms(4);
    assert_eq!(formula.text(), "y_3 = ReLU(1·0 + 1·1 + 1·2 + (16 more terms: 168) + 1·19) = 190");
    assert_eq!(
        formula.keeping(Some(Cell::new("input", [12]))).text(),
        "y_3 = ReLU(1·0 + 1·1 + (8 more terms: 44) + 1·10 + (8 more terms: 116) + 1·19) = 190"
    );
    assert_eq!(
        formula.latex(),
        r"y_{3} = \operatorname{ReLU}\left(1 \cdot 0 + 1 \cdot 1 + 1 \cdot 2 + \underbrace{168}_{\text{16 more terms}} + 1 \cdot 19\right) = 190"
    );
    assert_eq!(
        explanation.formula(Form::Symbols).with_terms(4).in_words(&Words::GERMAN).text(),
        "y_3 = ReLU(w_0 x_2 + w_1 x_3 + w_2 x_4 + … 16 weitere Summanden … + w_19 x_21)"
    );
    assert_eq!(
        formula.speech(title),
        "output at 3: ReLU of the sum of 20 terms, the largest of them 1 times 19, equals 190"
    );
    assert_eq!(
        formula.in_words(&Words::GERMAN).speech(|_| "Ausgabe"),
        "Ausgabe bei 3: ReLU von Summe aus 20 Summanden, der größte davon 1 mal 19, ist gleich 190"
    );
}

#[test]
fn speaks_german() {
    let explanation = y(Expr::Sum(products(&[(-1.0, 0.5), (1e-7, 2.0)])));
    assert_eq!(
        explanation.formula(Form::Numbers).in_words(&Words::GERMAN).speech(|_| "Ausgabe"),
        "Ausgabe bei 3: minus 1 mal 0,5 plus 1 mal 10 hoch minus 7 mal 2 ist etwa minus 0,5"
    );
}

#[test]
fn aligns_all_forms_for_latex() {
    let explanation = y(Expr::Sum(products(&[(-1.0, 0.5), (1.0, 2.0)])));
    assert_eq!(
        explanation.latex(),
        r"\begin{align*}
y_{t} &= \sum_{j = 0}^{k - 1} w_{j} x_{t + j - \lfloor k/2\rfloor} + b \\
y_{3} &= w_{0} x_{2} + w_{1} x_{3} \\
 &= (-1) \cdot 0.5 + 1 \cdot 2 = 1.5
\end{align*}
"
    );
}

proptest! {
    #[test]
    fn any_formula_is_well_formed(made_from in formulas()) {
        prop_assert_eq!(complaints(&y(made_from)), None);
    }
}
