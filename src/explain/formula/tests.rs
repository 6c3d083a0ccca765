use super::*;
use crate::explain::{Function, Series};

fn function(name: &'static str, spoken: &'static str, apply: fn(&[f64]) -> f64) -> Function {
    Function { name, spoken, apply }
}

fn leaf(stage: &'static str, name: &'static str, role: Role, index: &[usize], value: f32) -> Leaf {
    let index = crate::explain::Index::new(index).unwrap();
    let subscripts = index.iter().map(|&at| Expr::Number(f64::from(at))).collect();
    Leaf { cell: Cell { stage, index }, symbol: Symbol { name, subscripts, role, derivative: false }, value }
}

fn gradient(mut leaf: Leaf) -> Leaf {
    leaf.symbol.derivative = true;
    leaf.symbol.role = Role::Gradient;
    leaf
}

fn x(at: usize, value: f32) -> Expr {
    Expr::Cell(leaf("input", "x", Role::Input, &[at], value))
}

fn w(at: usize, value: f32) -> Expr {
    Expr::Cell(leaf("weight", "w", Role::Weight, &[at], value))
}

fn b(value: f32) -> Expr {
    Expr::Cell(leaf("bias", "b", Role::Weight, &[], value))
}

fn products(pairs: &[(f32, f32)]) -> Vec<Expr> {
    let product = |(at, &(weight, input)): (usize, &(f32, f32))| Expr::Product(vec![w(at, weight), x(at + 2, input)]);
    pairs.iter().enumerate().map(product).collect()
}

fn y(at: usize, made_from: Expr) -> Explanation {
    let value = made_from.value().unwrap() as f32;
    let target = leaf("output", "y", Role::Output, &[at], value);
    Explanation { target, general: Some(convolution()), made_from }
}

fn minus(left: Expr, right: Expr) -> Expr {
    Expr::Sum(vec![left, Expr::Negative(Box::new(right))])
}

/// Σ_{j=0}^{k−1} w_j x_{t+j−⌊k/2⌋} + b
fn convolution() -> Expr {
    let (j, k) = (Expr::variable("j"), Expr::variable("k"));
    let half = Expr::Quotient(Box::new(k.clone()), Box::new(Expr::Number(2.0)));
    let place = Expr::Sum(vec![Expr::variable("t"), j.clone(), Expr::Negative(Box::new(Expr::Floor(Box::new(half))))]);
    let body =
        Expr::Product(vec![Expr::indexed("w", Role::Weight, vec![j]), Expr::indexed("x", Role::Input, vec![place])]);
    let series = Series { index: "j", from: Some(Expr::Number(0.0)), to: Some(minus(k, Expr::Number(1.0))), body };
    Expr::Sum(vec![Expr::Series(Box::new(series)), Expr::symbol("b", Role::Weight)])
}

#[test]
fn look() {
    let conv = y(3, Expr::Sum([products(&[(-1.0, 0.5), (1.0, 2.0), (0.0, 1.0)]), vec![b(0.1)]].concat()));
    for form in [Form::General, Form::Symbols, Form::Numbers] {
        let f = conv.formula(form);
        println!("{}\n{}\n{}\n{}\n{}\n", f.text(), f.speech(|c| c.stage), f.latex(), f.html(), f.mathml());
    }
    println!("{}", conv.latex());
    let long: Vec<(f32, f32)> = (0..40).map(|i| ((i as f32).sin(), (i as f32 * 0.3).cos())).collect();
    let long = y(0, Expr::Call(function("ReLU", "ReLU of", |x| x[0].max(0.0)), vec![Expr::Sum(products(&long))]));
    for form in [Form::General, Form::Symbols, Form::Numbers] {
        let f = long.formula(form).with_terms(5).keeping(Some(Cell::new("weight", [20])));
        println!("{}\n{}\n{}\n{}\n{}\n", f.text(), f.speech(|c| c.stage), f.latex(), f.html(), f.mathml());
    }
}
