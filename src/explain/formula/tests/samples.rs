use super::Form;
use crate::explain::{Cell, Explanation, Expr, Function, Index, Leaf, Role, Rule, Series, Symbol};

pub const RELU: Function = Function { name: "ReLU", spoken: "ReLU of", apply: |z| z[0].max(0.0) };
pub const TANH: Function = Function { name: "tanh", spoken: "hyperbolic tangent of", apply: |z| z[0].tanh() };
pub const MAX: Function =
    Function { name: "max", spoken: "the largest of", apply: |z| z.iter().copied().fold(f64::NEG_INFINITY, f64::max) };

pub fn title(cell: Cell) -> &'static str {
    match cell.stage {
        "input-gradient" => "gradient by the input",
        "output-gradient" => "upstream gradient",
        stage => stage,
    }
}

fn leaf(stage: &'static str, name: &'static str, role: Role, index: &[usize], value: f32) -> Leaf {
    let index = Index::new(index).unwrap();
    let subscripts = index.iter().map(|&at| Expr::Number(f64::from(at))).collect();
    Leaf { cell: Cell { stage, index }, symbol: Symbol { name, subscripts, role, derivative: false }, value }
}

fn gradient(stage: &'static str, name: &'static str, index: &[usize], value: f32) -> Leaf {
    let mut leaf = leaf(stage, name, Role::Gradient, index, value);
    leaf.symbol.derivative = true;
    leaf
}

pub fn x(at: usize, value: f32) -> Expr {
    Expr::Cell(leaf("input", "x", Role::Input, &[at], value))
}

pub fn w(at: usize, value: f32) -> Expr {
    Expr::Cell(leaf("weight", "w", Role::Weight, &[at], value))
}

pub fn b(value: f32) -> Expr {
    Expr::Cell(leaf("bias", "b", Role::Weight, &[], value))
}

pub fn negative(expr: Expr) -> Expr {
    Expr::Negative(Box::new(expr))
}

pub fn quotient(above: Expr, below: Expr) -> Expr {
    Expr::Quotient(Box::new(above), Box::new(below))
}

fn minus(left: Expr, right: Expr) -> Expr {
    Expr::Sum(vec![left, negative(right)])
}

/// w_0 x_2 + w_1 x_3 + …
pub fn products(pairs: &[(f32, f32)]) -> Vec<Expr> {
    let product = |(at, &(weight, input)): (usize, &(f32, f32))| Expr::Product(vec![w(at, weight), x(at + 2, input)]);
    pairs.iter().enumerate().map(product).collect()
}

/// An output that is made from this.
pub fn y(made_from: Expr) -> Explanation {
    let value = made_from.value().unwrap() as f32;
    Explanation { target: leaf("output", "y", Role::Output, &[3], value), general: Some(rule()), made_from }
}

/// y_t = Σ_{j=0}^{k−1} w_j x_{t+j−⌊k/2⌋} + b
fn rule() -> Rule {
    let (j, k) = (Expr::variable("j"), Expr::variable("k"));
    let half = Expr::Floor(Box::new(quotient(k.clone(), Expr::Number(2.0))));
    let place = Expr::Sum(vec![Expr::variable("t"), j.clone(), negative(half)]);
    let factors = vec![Expr::indexed("w", Role::Weight, vec![j]), Expr::indexed("x", Role::Input, vec![place])];
    let (from, to) = (Some(Expr::Number(0.0)), Some(minus(k, Expr::Number(1.0))));
    let series = Series { index: "j", from, to, body: Expr::Product(factors) };
    let right = Expr::Sum(vec![Expr::Series(Box::new(series)), Expr::symbol("b", Role::Weight)]);
    Rule::new(Expr::indexed("y", Role::Output, vec![Expr::variable("t")]), right)
}

/// y_{o,i} = tanh(Σ_{c,n} w′_{o,c,n} x̃_{c,2i+n})
fn rule_with_channels() -> Rule {
    let sum = |index, body| Expr::Series(Box::new(Series { index, from: None, to: None, body }));
    let [o, c, i, n] = ["o", "c", "i", "n"].map(Expr::variable);
    let place = Expr::Sum(vec![Expr::Product(vec![Expr::Number(2.0), i.clone()]), n.clone()]);
    let product = Expr::Product(vec![
        Expr::indexed("w′", Role::Weight, vec![o.clone(), c.clone(), n]),
        Expr::indexed("x̃", Role::Input, vec![c, place]),
    ]);
    let right = Expr::Call(TANH, vec![sum("c", sum("n", product))]);
    Rule::new(Expr::indexed("y", Role::Output, vec![o, i]), right)
}

/// ∂E/∂x_2 = ∂E/∂y_1 w_1 + ∂E/∂y_2 w_0
fn gradient_sum() -> Explanation {
    let upstream = |at, value| Expr::Cell(gradient("output-gradient", "y", &[at], value));
    let made_from = Expr::Sum(vec![
        Expr::Product(vec![upstream(1, 0.25), w(1, 2.0)]),
        Expr::Product(vec![upstream(2, -1.0), w(0, -1.0)]),
    ]);
    let target = gradient("input-gradient", "x", &[2], 1.5);
    Explanation { target, general: Some(rule()), made_from }
}

pub struct Case {
    pub explanation: Explanation,
    pub form: Form,
    pub text: &'static str,
    pub latex: &'static str,
    pub speech: &'static str,
    pub mathml: &'static str,
}

/// Explanations, each with a form and how it is written.
pub fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    let mut case = |explanation: &Explanation, form, text, latex, speech, mathml| {
        cases.push(Case { explanation: explanation.clone(), form, text, latex, speech, mathml });
    };
    let convolution = y(Expr::Sum(products(&[(-1.0, 0.5), (1.0, 2.0), (0.0, 1.0)])));
    case(
        &convolution,
        Form::General,
        "y_t = Σ_{j=0}^{k−1} w_j x_{t+j−⌊k/2⌋} + b",
        r"y_{t} = \sum_{j = 0}^{k - 1} w_{j} x_{t + j - \lfloor k/2\rfloor} + b",
        "y sub t equals the sum over j from 0 to k minus 1 of w sub j times x sub t plus j minus the floor of k over 2 end sub plus b",
        "<msub><mi>y</mi><mi>t</mi></msub><mo>=</mo><munderover><mo>∑</mo><mi>j</mi><mo>=</mo><mn>0</mn><mi>k</mi><mo>−</mo><mn>1</mn></munderover><msub><mi>w</mi><mi>j</mi></msub><mo>&#x2062;</mo><msub><mi>x</mi><mi>t</mi><mo>+</mo><mi>j</mi><mo>−</mo><mo>⌊</mo><mi>k</mi><mo>/</mo><mn>2</mn><mo>⌋</mo></msub><mo>+</mo><mi>b</mi>",
    );
    case(
        &convolution,
        Form::Symbols,
        "y_3 = w_0 x_2 + w_1 x_3 + w_2 x_4",
        "y_{3} = w_{0} x_{2} + w_{1} x_{3} + w_{2} x_{4}",
        "output at 3 equals weight at 0 times input at 2 plus weight at 1 times input at 3 plus weight at 2 times input at 4",
        "<msub><mi>y</mi><mn>3</mn></msub><mo>=</mo><msub><mi>w</mi><mn>0</mn></msub><mo>&#x2062;</mo><msub><mi>x</mi><mn>2</mn></msub><mo>+</mo><msub><mi>w</mi><mn>1</mn></msub><mo>&#x2062;</mo><msub><mi>x</mi><mn>3</mn></msub><mo>+</mo><msub><mi>w</mi><mn>2</mn></msub><mo>&#x2062;</mo><msub><mi>x</mi><mn>4</mn></msub>",
    );
    case(
        &convolution,
        Form::Numbers,
        "y_3 = (−1)·0.5 + 1·2 + 0·1 = 1.5",
        r"y_{3} = (-1) \cdot 0.5 + 1 \cdot 2 + 0 \cdot 1 = 1.5",
        "output at 3: minus 1 times 0.5 plus 1 times 2 plus 0 times 1 equals 1.5",
        r#"<msub><mi>y</mi><mn>3</mn></msub><mo>=</mo><mo>(</mo><mo form="prefix">−</mo><mn>1</mn><mo>)</mo><mo>·</mo><mn>0.5</mn><mo>+</mo><mn>1</mn><mo>·</mo><mn>2</mn><mo>+</mo><mn>0</mn><mo>·</mo><mn>1</mn><mo>=</mo><mn>1.5</mn>"#,
    );
    let biased = Expr::Sum([products(&[(-1.0, 0.5), (1.0, 2.0)]), vec![b(-0.2)]].concat());
    case(
        &y(Expr::Call(RELU, vec![biased])),
        Form::Numbers,
        "y_3 = ReLU((−1)·0.5 + 1·2 − 0.2) = 1.3",
        r"y_{3} = \operatorname{ReLU}((-1) \cdot 0.5 + 1 \cdot 2 - 0.2) = 1.3",
        "output at 3: ReLU of minus 1 times 0.5 plus 1 times 2 minus 0.2, equals 1.3",
        r#"<msub><mi>y</mi><mn>3</mn></msub><mo>=</mo><mi>ReLU</mi><mo>&#x2061;</mo><mo>(</mo><mo>(</mo><mo form="prefix">−</mo><mn>1</mn><mo>)</mo><mo>·</mo><mn>0.5</mn><mo>+</mo><mn>1</mn><mo>·</mo><mn>2</mn><mo>−</mo><mn>0.2</mn><mo>)</mo><mo>=</mo><mn>1.3</mn>"#,
    );
    let mean = quotient(Expr::Sum(vec![x(0, 1.0), x(1, 1.0), x(2, -1.0)]), Expr::Number(3.0));
    case(
        &y(mean.clone()),
        Form::Symbols,
        "y_3 = (x_0 + x_1 + x_2)/3",
        r"y_{3} = \frac{x_{0} + x_{1} + x_{2}}{3}",
        "output at 3 equals open bracket input at 0 plus input at 1 plus input at 2 close bracket over 3",
        "<msub><mi>y</mi><mn>3</mn></msub><mo>=</mo><mfrac><msub><mi>x</mi><mn>0</mn></msub><mo>+</mo><msub><mi>x</mi><mn>1</mn></msub><mo>+</mo><msub><mi>x</mi><mn>2</mn></msub><mn>3</mn></mfrac>",
    );
    case(
        &y(mean),
        Form::Numbers,
        "y_3 = (1 + 1 − 1)/3 ≈ 0.3333",
        r"y_{3} = \frac{1 + 1 - 1}{3} \approx 0.3333",
        "output at 3: open bracket 1 plus 1 minus 1 close bracket over 3 equals about 0.3333",
        "<msub><mi>y</mi><mn>3</mn></msub><mo>=</mo><mfrac><mn>1</mn><mo>+</mo><mn>1</mn><mo>−</mo><mn>1</mn><mn>3</mn></mfrac><mo>≈</mo><mn>0.3333</mn>",
    );
    let signs = Expr::Sum(vec![negative(x(0, 2.0)), negative(minus(x(1, 1.0), x(2, -3.0))), negative(b(-0.5))]);
    case(
        &y(signs),
        Form::Numbers,
        "y_3 = −2 − (1 − (−3)) − (−0.5) = −5.5",
        "y_{3} = -2 - (1 - (-3)) - (-0.5) = -5.5",
        "output at 3: minus 2 minus open bracket 1 minus minus 3 close bracket minus minus 0.5 equals minus 5.5",
        r#"<msub><mi>y</mi><mn>3</mn></msub><mo>=</mo><mo form="prefix">−</mo><mn>2</mn><mo>−</mo><mo>(</mo><mn>1</mn><mo>−</mo><mo>(</mo><mo form="prefix">−</mo><mn>3</mn><mo>)</mo><mo>)</mo><mo>−</mo><mo>(</mo><mo form="prefix">−</mo><mn>0.5</mn><mo>)</mo><mo>=</mo><mo form="prefix">−</mo><mn>5.5</mn>"#,
    );
    let channels = Explanation { general: Some(rule_with_channels()), ..convolution.clone() };
    case(
        &channels,
        Form::General,
        "y_{o,i} = tanh(Σ_{c,n} w′_{o,c,n} x̃_{c,2i+n})",
        r"y_{o, i} = \tanh\left(\sum_{c, n} w'_{o, c, n} \tilde{x}_{c, 2 i + n}\right)",
        "y sub o, i equals hyperbolic tangent of the sum over c and n of w prime sub o, c, n times x tilde sub c, 2 times i plus n end sub",
        "<msub><mi>y</mi><mi>o</mi><mo>,</mo><mi>i</mi></msub><mo>=</mo><mi>tanh</mi><mo>&#x2061;</mo><mo>(</mo><munder><mo>∑</mo><mi>c</mi><mo>,</mo><mi>n</mi></munder><msub><mi>𝑤′</mi><mi>o</mi><mo>,</mo><mi>c</mi><mo>,</mo><mi>n</mi></msub><mo>&#x2062;</mo><msub><mi>𝑥̃</mi><mi>c</mi><mo>,</mo><mn>2</mn><mo>&#x2062;</mo><mi>i</mi><mo>+</mo><mi>n</mi></msub><mo>)</mo>",
    );
    case(
        &gradient_sum(),
        Form::Symbols,
        "∂E/∂x_2 = ∂E/∂y_1 · w_1 + ∂E/∂y_2 · w_0",
        r"\frac{\partial E}{\partial x_{2}} = \frac{\partial E}{\partial y_{1}} w_{1} + \frac{\partial E}{\partial y_{2}} w_{0}",
        "gradient by the input at 2 equals upstream gradient at 1 times weight at 1 plus upstream gradient at 2 times weight at 0",
        r#"<mfrac><mo rspace="0">∂</mo><mi>E</mi><mo rspace="0">∂</mo><msub><mi>x</mi><mn>2</mn></msub></mfrac><mo>=</mo><mfrac><mo rspace="0">∂</mo><mi>E</mi><mo rspace="0">∂</mo><msub><mi>y</mi><mn>1</mn></msub></mfrac><mo>&#x2062;</mo><msub><mi>w</mi><mn>1</mn></msub><mo>+</mo><mfrac><mo rspace="0">∂</mo><mi>E</mi><mo rspace="0">∂</mo><msub><mi>y</mi><mn>2</mn></msub></mfrac><mo>&#x2062;</mo><msub><mi>w</mi><mn>0</mn></msub>"#,
    );
    case(
        &gradient_sum(),
        Form::Numbers,
        "∂E/∂x_2 = 0.25·2 + (−1)·(−1) = 1.5",
        r"\frac{\partial E}{\partial x_{2}} = 0.25 \cdot 2 + (-1) \cdot (-1) = 1.5",
        "gradient by the input at 2: 0.25 times 2 plus minus 1 times minus 1 equals 1.5",
        r#"<mfrac><mo rspace="0">∂</mo><mi>E</mi><mo rspace="0">∂</mo><msub><mi>x</mi><mn>2</mn></msub></mfrac><mo>=</mo><mn>0.25</mn><mo>·</mo><mn>2</mn><mo>+</mo><mo>(</mo><mo form="prefix">−</mo><mn>1</mn><mo>)</mo><mo>·</mo><mo>(</mo><mo form="prefix">−</mo><mn>1</mn><mo>)</mo><mo>=</mo><mn>1.5</mn>"#,
    );
    case(
        &y(Expr::Call(MAX, vec![x(0, 1.0), x(1, -2.5)])),
        Form::Numbers,
        "y_3 = max(1, −2.5) = 1",
        r"y_{3} = \max(1, -2.5) = 1",
        "output at 3: the largest of 1 and minus 2.5, equals 1",
        r#"<msub><mi>y</mi><mn>3</mn></msub><mo>=</mo><mi>max</mi><mo>&#x2061;</mo><mo>(</mo><mn>1</mn><mo>,</mo><mo form="prefix">−</mo><mn>2.5</mn><mo>)</mo><mo>=</mo><mn>1</mn>"#,
    );
    case(
        &y(Expr::Call(TANH, vec![x(0, 1e-4)])),
        Form::Numbers,
        "y_3 = tanh(0.0001) ≈ 0.0001",
        r"y_{3} = \tanh(0.0001) \approx 0.0001",
        "output at 3: hyperbolic tangent of 0.0001 equals about 0.0001",
        "<msub><mi>y</mi><mn>3</mn></msub><mo>=</mo><mi>tanh</mi><mo>&#x2061;</mo><mo>(</mo><mn>0.0001</mn><mo>)</mo><mo>≈</mo><mn>0.0001</mn>",
    );
    case(
        &y(x(1, 0.3)),
        Form::Numbers,
        "y_3 = x_1 = 0.3",
        "y_{3} = x_{1} = 0.3",
        "output at 3 is input at 1, which is 0.3",
        "<msub><mi>y</mi><mn>3</mn></msub><mo>=</mo><msub><mi>x</mi><mn>1</mn></msub><mo>=</mo><mn>0.3</mn>",
    );
    case(
        &y(Expr::Number(0.0)),
        Form::Numbers,
        "y_3 = 0",
        "y_{3} = 0",
        "output at 3 is 0",
        "<msub><mi>y</mi><mn>3</mn></msub><mo>=</mo><mn>0</mn>",
    );
    case(
        &Explanation::given(leaf("input", "x", Role::Input, &[2], 0.372_819)),
        Form::Numbers,
        "x_2 = 0.372819",
        "x_{2} = 0.372819",
        "input at 2 is 0.372819",
        "<msub><mi>x</mi><mn>2</mn></msub><mo>=</mo><mn>0.372819</mn>",
    );
    cases
}
