//! All images held out: what they are, and what the network says.

use crate::data::digits::{CLASSES, HELD_OUT};
use crate::data::trained::{Trained, best};
use crate::explain::{Cell, Explanation, Expr, Function, Role, Rule, Series, Stage, Trace};
use crate::layers::{LayerError, numbers, tensor};

/// Which of its arguments is the largest; of equal ones the first.
const ARGMAX: Function = Function {
    name: "argmax",
    spoken: "the place of the largest of",
    apply: |numbers| best(numbers.iter().map(|&number| number as f32)) as f64,
};
/// 1 where both are equal, 0 elsewhere.
const EQUAL: Function =
    Function { name: "same", spoken: "one where equal:", apply: |pair| f64::from(u8::from(pair[0] == pair[1])) };

/// The scores of every image, the class they speak for, the class of the image, and how often the two come together.
pub fn trace(trained: &Trained) -> Result<Trace, LayerError> {
    let scores = trained.scores()?;
    let rows = numbers(&scores);
    let predicted: Vec<f32> = rows.chunks(CLASSES).map(|row| best(row.iter().copied()) as f32).collect();
    let labels: Vec<f32> = trained.digits.held_out.iter().map(|digit| digit.label as f32).collect();
    let mut counts = vec![0.0; CLASSES * CLASSES];
    for (&label, &predicted) in labels.iter().zip(&predicted) {
        counts[label as usize * CLASSES + predicted as usize] += 1.0;
    }
    let list = |numbers: Vec<f32>| tensor(&[numbers.len()], numbers);
    Ok(Trace {
        stages: vec![
            Stage::new("label", "what the image is", "t", Role::Input, list(labels)),
            Stage::new("all-scores", "scores of every image", "s", Role::Intermediate, (*scores).clone()),
            Stage::new("predicted", "what the network says", "ŷ", Role::Output, list(predicted)),
            Stage::new("confusion", "how often", "C", Role::Output, tensor(&[CLASSES; 2], counts)),
        ],
    })
}

/// The images of a class.
fn images_of(trace: &Trace, class: usize) -> impl Iterator<Item = usize> + '_ {
    let label = trace.stage("label");
    (0..HELD_OUT).filter(move |&image| {
        label.and_then(|label| label.value(&[image as u32])).is_some_and(|label| label as usize == class)
    })
}

/// The images that the network is wrong about.
pub fn mistakes(trace: &Trace) -> Vec<usize> {
    let of = |name, image| trace.stage(name).and_then(|stage| stage.value(&[image as u32]));
    (0..HELD_OUT).filter(|&image| of("label", image) != of("predicted", image)).collect()
}

/// Where a number comes from.
pub fn explain(trace: &Trace, cell: Cell) -> Option<Explanation> {
    let stage = trace.stage(cell.stage)?;
    stage.value(&cell.index)?;
    let (target, at) = (stage.leaf(&stage.position(cell.index)), |axis| cell.index.axis(axis));
    let general = |stage: &Stage, letters: &[&'static str]| {
        stage.general(letters.iter().map(|letter| Expr::variable(letter)).collect())
    };
    let (rule, made_from) = match cell.stage {
        "predicted" => {
            let scores = trace.stage("all-scores")?;
            let all = (0..CLASSES).map(|class| scores.at(&[at(0), class])).collect();
            (
                Rule::new(general(stage, &["i"]), Expr::call(ARGMAX, general(scores, &["i", "c"]))),
                Expr::Call(ARGMAX, all),
            )
        }
        "confusion" => {
            let predicted = trace.stage("predicted")?;
            let class = Expr::Number(at(1) as f64);
            let same = |image| Expr::Call(EQUAL, vec![predicted.at(&[image]), class.clone()]);
            let letters = Expr::Call(EQUAL, vec![general(predicted, &["i"]), Expr::variable("c")]);
            let sum = Expr::Series(Box::new(Series { index: "i", from: None, to: None, body: letters }));
            (Rule::new(general(stage, &["t", "c"]), sum), Expr::Sum(images_of(trace, at(0)).map(same).collect()))
        }
        _ => return Some(Explanation::given(target)),
    };
    Some(Explanation { target, general: Some(rule), made_from })
}

/// Where a number goes.
pub fn influences(trace: &Trace, cell: Cell) -> Vec<Cell> {
    let image = cell.index.axis(0);
    match cell.stage {
        "all-scores" => vec![Cell::new("predicted", [image])],
        "predicted" => {
            let label = trace.stage("label").and_then(|label| label.value(&[image as u32]));
            let row = label.unwrap_or_default() as usize;
            (0..CLASSES).map(|class| Cell::new("confusion", [row, class])).collect()
        }
        _ => Vec::new(),
    }
}

/// The counts that are not zero, the mistakes first.
pub fn counts(trace: &Trace) -> Vec<Cell> {
    let Some(stage) = trace.stage("confusion") else { return Vec::new() };
    let counted = |right: bool| {
        let is = move |cell: &Cell| (cell.index.axis(0) == cell.index.axis(1)) == right;
        stage.cells().filter(move |cell| is(cell) && stage.value(&cell.index) > Some(0.0))
    };
    counted(false).chain(counted(true)).collect()
}
