//! What every block keeps to, whoever writes it: each number is explained, each setting comes back from the URL, each picture
//! fits and can be walked with the arrow keys.

#![cfg(not(target_arch = "wasm32"))]

use std::collections::{HashMap, HashSet};
use std::fmt;
use std::rc::Rc;

use layerscope::blocks::{self, AnyBlock, AnySettings, Kind};
use layerscope::explain::{Cell, Form, Stage, Trace};
use layerscope::scene::{Direction, Field, Point, Pointing, Rect, Scene, Shape, Shows, Theme};
use layerscope::state::Session;
use serde_json::{Value, json};

/// Of a larger stage only so many cells are looked at, spread evenly.
const MOST_CELLS: usize = 120;

/// What is set on top of each preset: some settings that no preset shows.
const EXTRA: &[(&str, &[&str])] = &[
    (
        "conv1d",
        &[
            "stride=2",
            "dilation=2",
            "stride=3&dilation=2&padding=both&amount=3",
            "padding=valid",
            "padding=causal&bias=0.5",
            "padding=causal&fill=reflect",
            "padding=causal&layers=3&bias=-0.25",
            "padding=causal&layers=2&sense=convolution&fill=symmetric",
            "fill=constant&constant=0.7&bias=1",
            "padding=both&amount=4&fill=replicate&pass=backward",
            "padding=both&amount=4&fill=symmetric&pass=backward",
            "padding=both&amount=4&fill=circular&pass=backward",
            "padding=both&amount=4&fill=reflect&pass=backward",
            "padding=both&amount=4&fill=constant&constant=-1&pass=backward",
            "sense=convolution",
            "sense=convolution&pass=backward&bias=0.5&stride=2",
            "input=2&padding=both&amount=16&fill=symmetric&pass=backward",
            "input=2&kernel=1&padding=valid&pass=backward",
            "upstream=1,-1,0.5,2,0,0,1,1,1,3,1,1&pass=backward",
        ],
    ),
    (
        "conv2d",
        &[
            "size=5&channels=1&filters=1&bias=0.5&activation=sigmoid&pass=backward",
            "size=6&channels=2&filters=2&bias=0.5,-1&activation=tanh&stride=2&pass=backward",
            "size=6&channels=1&filters=3&activation=gelu&dilation=2&padding=same&pass=backward",
            "size=6&channels=2&filters=2&activation=silu&padding=same&fill=replicate&pass=backward",
            "size=5&channels=1&filters=2&activation=leaky_relu&padding=both&amount=2&fill=symmetric&pass=backward",
            "size=5&channels=1&filters=2&activation=none&padding=both&amount=4&fill=circular&pass=backward",
            "size=5&channels=1&filters=2&activation=none&padding=both&amount=3&fill=reflect&bias=1,2&pass=backward",
            "size=5&channels=2&filters=1&activation=relu&padding=same&fill=constant&constant=0.5&stride=3",
            "size=1&channels=2&filters=2&kernel=1&activation=relu&pass=backward",
            "size=48&channels=3&filters=2&padding=same",
            "size=32&channels=24&filters=24&padding=same&activation=gelu&bias=BIAS",
        ],
    ),
];

struct Case {
    block: &'static dyn AnyBlock,
    query: String,
    settings: AnySettings,
    trace: Rc<Trace>,
}

impl Case {
    fn new(block: &'static dyn AnyBlock, query: String) -> Self {
        let session = open(block, &query);
        let trace = session.trace().unwrap_or_else(|error| panic!("{query}: {error}")).clone();
        Self { block, query, settings: session.settings().clone(), trace }
    }

    /// The cells that are looked at: all, or some of each stage.
    fn cells(&self) -> impl Iterator<Item = Cell> + '_ {
        self.trace.stages.iter().flat_map(some_cells)
    }

    /// What a number was made from; nothing where it was given.
    fn reads(&self, cell: Cell) -> HashSet<Cell> {
        let why = self.block.explain(&self.settings, &self.trace, cell).expect("an explanation");
        if why.is_given() { HashSet::new() } else { why.made_from.cells().into_iter().collect() }
    }

    fn reaches(&self, cell: Cell) -> HashSet<Cell> {
        let reached = self.block.influences(&self.settings, &self.trace, cell);
        let set: HashSet<Cell> = reached.iter().copied().collect();
        assert_eq!(set.len(), reached.len(), "{self}: {cell} reaches a cell twice");
        set
    }
}

impl fmt::Display for Case {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.block.about().name, self.query)
    }
}

fn some_cells(stage: &Stage) -> impl Iterator<Item = Cell> + '_ {
    // A step that shares no factor with the usual lengths reaches every row and column.
    let step = if stage.len() <= MOST_CELLS { 1 } else { (stage.len() / MOST_CELLS) | 1 };
    stage.cells().step_by(step)
}

fn open(block: &'static dyn AnyBlock, query: &str) -> Session {
    let bias = vec!["0.5"; 24].join(",");
    let pairs: Vec<(String, String)> = query
        .split('&')
        .filter_map(|pair| pair.split_once('='))
        .map(|(key, value)| (key.to_owned(), value.replace("BIAS", &bias)))
        .collect();
    let session = Session::open(block, &pairs);
    assert!(session.notices().is_empty(), "{query}: {:?}", session.notices());
    session
}

/// Every preset, both ways where there are two, and what no preset shows.
fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    for &block in blocks::ALL {
        let name = block.about().name;
        for preset in block.presets() {
            for pass in ["forward", "backward"] {
                let controls = block.controls(&preset.settings);
                let offers = |control: &blocks::Control| control.key == "pass" && control.check(&json!(pass)).is_ok();
                if controls.iter().any(offers) {
                    cases.push(Case::new(block, format!("preset={}&pass={pass}", preset.name)));
                }
            }
        }
        let extra = EXTRA.iter().find(|(block, _)| *block == name).map_or(&[][..], |(_, extra)| *extra);
        cases.extend(extra.iter().map(|query| Case::new(block, (*query).to_owned())));
    }
    assert!(cases.len() > 60);
    cases
}

#[test]
fn every_number_is_explained() {
    for case in cases() {
        for cell in case.cells() {
            let value = case.trace.value(cell).expect("a number");
            let why = case.block.explain(&case.settings, &case.trace, cell);
            let why = why.unwrap_or_else(|| panic!("{case}: {cell} is not explained"));
            assert_eq!((why.target.cell, why.target.value), (cell, value), "{case}");
            let told = why.value();
            assert!(told == value, "{case}: {cell} is {value}, and explained as {told}");
        }
    }
}

#[test]
fn every_formula_prints() {
    for case in cases() {
        for stage in &case.trace.stages {
            for cell in some_cells(stage).step_by(20) {
                let why = case.block.explain(&case.settings, &case.trace, cell).expect("an explanation");
                let title = |cell: Cell| case.trace.stage(cell.stage).map_or("", |stage| stage.title);
                for form in [Form::General, Form::Symbols, Form::Numbers] {
                    let formula = why.formula(form);
                    let printed =
                        [formula.mathml(), formula.html(), formula.latex(), formula.text(), formula.speech(title)];
                    for text in printed {
                        assert!(text.len() > 3 && !text.contains("NaN"), "{case}: {cell} prints as {text:?}");
                    }
                }
                assert_eq!(why.general_mathml().is_none(), why.is_given(), "{case}: {cell}");
            }
        }
    }
}

#[test]
fn a_number_reaches_what_was_made_from_it() {
    const MOST_READS: usize = 20;
    for case in cases() {
        let (mut reads, mut reaches) = (HashMap::new(), HashMap::new());
        for cell in case.cells() {
            let reached = reaches.entry(cell).or_insert_with(|| case.reaches(cell)).clone();
            for target in spread(reached, MOST_READS) {
                let read = reads.entry(target).or_insert_with(|| case.reads(target));
                assert!(read.contains(&cell), "{case}: {cell} is said to reach {target}, which does not read it");
            }
            let read = reads.entry(cell).or_insert_with(|| case.reads(cell)).clone();
            for source in spread(read, MOST_READS) {
                let reached = reaches.entry(source).or_insert_with(|| case.reaches(source));
                let told = reached.contains(&cell) || reached.len() >= Pointing::MOST;
                assert!(told, "{case}: {cell} reads {source}, which is not said to reach it");
            }
        }
    }
}

/// At most so many of a set, spread evenly, the same every time.
fn spread(cells: HashSet<Cell>, most: usize) -> Vec<Cell> {
    let mut cells: Vec<_> = cells.into_iter().collect();
    cells.sort_unstable();
    let step = cells.len().div_ceil(most).max(1);
    cells.into_iter().step_by(step).collect()
}

#[test]
fn steps_and_cells_are_inverse() {
    for case in cases() {
        let steps = case.block.steps(&case.trace);
        assert!(steps > 0, "{case}");
        for step in (0..steps).step_by(steps.div_ceil(2000)) {
            let cell = case.block.step_cell(&case.trace, step).unwrap_or_else(|| panic!("{case}: step {step}"));
            assert!(case.trace.value(cell).is_some(), "{case}: {cell}");
            assert_eq!(case.block.step_of(&case.trace, cell), Some(step), "{case}: {cell}");
        }
        assert_eq!(case.block.step_cell(&case.trace, steps), None, "{case}");
    }
}

#[test]
fn editing_changes_that_number() {
    for case in cases() {
        let mut session = open(case.block, &case.query);
        for cell in case
            .trace
            .stages
            .iter()
            .flat_map(|stage| some_cells(stage).step_by(stage.len().min(MOST_CELLS).div_ceil(5)))
        {
            if !session.is_editable(cell) {
                continue;
            }
            let given = case.block.explain(&case.settings, &case.trace, cell).is_some_and(|why| why.is_given());
            assert!(given, "{case}: {cell} can be changed, but is computed");
            session.edit(cell, 0.375);
            let trace = session.trace().expect("a trace").clone();
            assert_eq!(trace.value(cell), Some(0.375), "{case}: {cell}");
            let stage = case.trace.stage(cell.stage).expect("a stage");
            for other in some_cells(stage).filter(|other| *other != cell) {
                assert_eq!(trace.value(other), stage.value(&other.index), "{case}: {cell} also changes {other}");
            }
            session.undo();
            let restored = session.trace().expect("a trace").value(cell);
            assert_eq!(restored, case.trace.value(cell), "{case}: {cell}");
            assert!(*session.settings() == case.settings, "{case}: {cell}");
        }
    }
}

#[test]
fn controls_and_settings_are_the_same_keys() {
    for case in cases() {
        let (controls, values) = (case.block.controls(&case.settings), case.block.values(&case.settings));
        let keys: Vec<_> = controls.iter().map(|control| control.key).collect();
        let unique: HashSet<_> = keys.iter().copied().collect();
        assert_eq!(unique.len(), keys.len(), "{case}: a key stands twice in {keys:?}");
        assert_eq!(unique, values.keys().map(String::as_str).collect(), "{case}");
        for control in controls {
            let value = &values[control.key];
            assert_eq!(control.check(value).as_ref(), Ok(value), "{case}");
            let unchanged = case.block.set(&case.settings, control.key, value);
            assert!(unchanged.as_ref() == Ok(&case.settings), "{case}: setting {} to what it is", control.key);
            assert!(!control.label.is_empty() && !control.help.is_empty(), "{}", control.key);
        }
    }
}

#[test]
fn the_ends_of_every_range_can_be_computed() {
    for case in cases().iter().filter(|case| case.trace.stages.iter().all(|stage| stage.len() < 120)) {
        for control in case.block.controls(&case.settings) {
            for value in ends(&control.kind) {
                let mut session = open(case.block, &case.query);
                session.set(control.key, &value);
                comes_back(&session, &format!("{case} with {} {value}", control.key));
            }
        }
    }
}

#[test]
fn any_settings_come_back_from_the_url() {
    let mut random = Random(7);
    for &block in blocks::ALL {
        for round in 0..60 {
            let mut session = Session::new(block);
            let mut done = String::new();
            for _ in 0..12 {
                let controls = block.controls(session.settings());
                let control = &controls[random.below(controls.len())];
                let value = random.value(&control.kind);
                done.push_str(&format!(" {}={value}", control.key));
                session.set(control.key, &value);
            }
            session.go_to(random.below(session.steps().max(1)), false);
            if round % 2 == 0 {
                let trace = session.trace().expect("a trace").clone();
                let stage = &trace.stages[random.below(trace.stages.len())];
                session.focus_on(stage.cells().nth(random.below(stage.len())));
            }
            comes_back(&session, &format!("{} after{done}", block.about().name));
        }
    }
}

/// The minimal standard generator: the same numbers every time.
struct Random(u64);

impl Random {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0 * 48_271 % 2_147_483_647;
        (self.0 as usize / 16) % end.max(1)
    }

    /// A legal value; not so large that computing it takes long.
    fn value(&mut self, kind: &Kind) -> Value {
        match kind {
            Kind::Whole { min, max } => json!(min + self.below((max - min + 1).min(9) as usize) as i64),
            Kind::Number { min, max, .. } => json!(min + (max - min) * self.below(11) as f64 / 10.0),
            Kind::Choice(choices) | Kind::Picture(choices) => json!(choices[self.below(choices.len())].value),
            Kind::Toggle => json!(self.below(2) == 1),
            Kind::Numbers { min_length, max_length, .. } => {
                let length = min_length + self.below((max_length - min_length + 1).min(12));
                json!((0..length).map(|_| self.below(33) as f64 / 8.0 - 2.0).collect::<Vec<_>>())
            }
        }
    }
}

/// Everything can be computed, and the URL leads back to it.
fn comes_back(session: &Session, name: &str) {
    assert!(session.notices().is_empty(), "{name}: {:?}", session.notices());
    assert!(session.trace().is_ok() && session.steps() > 0, "{name}: {:?}", session.trace().err());
    let pairs = session.pairs();
    let again = Session::open(session.block(), &pairs);
    assert!(again.notices().is_empty(), "{name}: {pairs:?} tells {:?}", again.notices());
    let values = |session: &Session| session.block().values(session.settings());
    assert_eq!(values(&again), values(session), "{name}: {pairs:?}");
    assert_eq!((again.step(), again.focus()), (session.step(), session.focus()), "{name}: {pairs:?}");
}

#[test]
fn what_is_out_of_range_gives_a_notice_and_the_default() {
    for &block in blocks::ALL {
        let default = block.default();
        for control in block.controls(&default) {
            let wrong: &[&str] = match control.kind {
                Kind::Whole { .. } => &["x", "", "1.5", "-1", "99999", "1e999", "NaN"],
                Kind::Number { .. } => &["x", "", "99999", "-99999", "1e999", "NaN"],
                Kind::Choice(_) => &["", "x", "Valid"],
                Kind::Toggle => &["x", "2"],
                Kind::Numbers { .. } => &["x", "1,x", "99999", "1e999", "NaN"],
                Kind::Picture(_) => &["", "nothing"],
            };
            for text in wrong {
                let session = Session::open(block, &[(control.key.to_owned(), (*text).to_owned())]);
                assert_eq!(session.notices().len(), 1, "{}={text}: {:?}", control.key, session.notices());
                assert!(*session.settings() == default, "{}={text}", control.key);
            }
        }
        for (key, text) in [("preset", "nothing"), ("step", "99999"), ("step", "-1"), ("focus", "output.999")] {
            let session = Session::open(block, &[(key.to_owned(), text.to_owned())]);
            assert_eq!(session.notices().len(), 1, "{key}={text}");
            assert!(*session.settings() == default && session.trace().is_ok(), "{key}={text}");
        }
    }
}

fn ends(kind: &Kind) -> Vec<Value> {
    match kind {
        Kind::Whole { min, max } => vec![json!(min), json!(max)],
        Kind::Number { min, max, .. } => vec![json!(min), json!(max)],
        Kind::Choice(choices) | Kind::Picture(choices) => choices.iter().map(|choice| json!(choice.value)).collect(),
        Kind::Toggle => vec![json!(false), json!(true)],
        Kind::Numbers { min_length, max_length, limit } => {
            vec![json!(vec![*limit; *min_length]), json!(vec![-*limit; (*max_length).min(300).max(*min_length)])]
        }
    }
}

static THEMES: [Theme; 3] = [Theme::LIGHT, Theme::DARK, Theme::PROJECTOR];
static WIDTHS: [f32; 3] = [320.0, 700.0, 1200.0];

#[test]
fn every_picture_fits_and_shows_its_step() {
    const MOST_STEPS: usize = 3;
    for case in cases() {
        let mut session = open(case.block, &case.query);
        let steps = session.steps();
        for step in (0..steps).step_by(steps.div_ceil(MOST_STEPS)).chain([steps - 1]) {
            session.go_to(step, false);
            let cell = case.block.step_cell(&case.trace, step).expect("a cell");
            for (at, (width, theme)) in every_look().enumerate() {
                // All looks of the first step, each look of some other.
                if step > 0 && at % 4 != step % 4 {
                    continue;
                }
                let scene = session.scene(width, theme);
                let name = format!("{case} step {step} width {width}");
                assert!(scene.mark(cell).is_some(), "{name}: {cell} is not shown");
                fits(&scene, width, &name);
            }
        }
    }
}

fn every_look() -> impl Iterator<Item = (f32, &'static Theme)> {
    WIDTHS.iter().flat_map(|width| THEMES.iter().map(move |theme| (*width, theme)))
}

fn fits(scene: &Scene, width: f32, name: &str) {
    assert!(scene.width <= width && scene.height.is_finite() && scene.height > 0.0, "{name}");
    for mark in &scene.marks {
        let (xs, ys): (Vec<f32>, Vec<f32>) = match &mark.shape {
            Shape::Line { points, .. } => points.iter().map(|point| (point.x, point.y)).unzip(),
            Shape::Text { at, .. } => (vec![at.x], vec![at.y]),
            shape => {
                let bounds = shape.bounds().expect("an area");
                (vec![bounds.x, bounds.right()], vec![bounds.y, bounds.bottom()])
            }
        };
        let fits = xs.iter().all(|x| (-1.0..=width + 1.0).contains(x))
            && ys.iter().all(|y| (-1.0..=scene.height + 1.0).contains(y));
        assert!(fits, "{name}: {:?} of {:?} is not within {width} × {}", mark.shape, mark.shows, scene.height);
    }
}

#[test]
fn every_shown_cell_can_be_pointed_at_and_walked_to() {
    /// Every cell is looked for among all marks; with more of them, that takes too long.
    const MOST_MARKS: usize = 1600;
    for case in cases() {
        let session = open(case.block, &case.query);
        let scene = session.scene(700.0, &Theme::LIGHT);
        if scene.marks.len() > MOST_MARKS {
            continue;
        }
        let mut cells = shown(&scene);
        let mut covered = HashSet::new();
        for &cell in &cells {
            assert!(case.trace.value(cell).is_some(), "{case}: {cell} is shown, but there is no such number");
            let centre = scene.bounds(cell).unwrap_or_else(|| panic!("{case}: {cell} has no place")).centre();
            let (hit, _) = scene.hit(centre, 0.0).unwrap_or_else(|| panic!("{case}: nothing where {cell} is"));
            // Where a padded cell is a copy, the number that it copies stands in front of it.
            if hit != cell {
                assert_eq!(case.reads(cell), HashSet::from([hit]), "{case}: {hit} is in front of {cell}");
                covered.insert(cell);
            }
        }
        cells.retain(|cell| !covered.contains(cell));
        let Some(&first) = cells.first() else { panic!("{case} shows nothing") };
        let (mut reached, mut open) = (HashSet::from([first]), vec![first]);
        while let Some(cell) = open.pop() {
            // Inside a field every key leads one on; it is enough to try them at its edges.
            if let Some(corners) = inside(&scene, cell) {
                open.extend(corners.into_iter().filter(|corner| reached.insert(*corner)));
                continue;
            }
            for direction in [Direction::Left, Direction::Right, Direction::Up, Direction::Down] {
                open.extend(scene.neighbour(cell, direction).filter(|next| reached.insert(*next)));
            }
        }
        let is_reached = |cell: &&Cell| {
            reached.contains(*cell)
                || inside(&scene, **cell).is_some_and(|corners| corners.iter().all(|corner| reached.contains(corner)))
        };
        let missed: Vec<_> = cells.iter().filter(|cell| !is_reached(cell)).collect();
        assert!(missed.is_empty(), "{case}: no arrow key leads to {missed:?}");
    }
}

/// The corners of the field that a cell lies inside of, not at an edge.
fn inside(scene: &Scene, cell: Cell) -> Option<[Cell; 2]> {
    let mark = scene.mark(cell)?;
    let (Shows::Field(field), bounds) = (mark.shows, mark.shape.bounds()?) else { return None };
    let place = field.bounds_of(bounds, cell)?;
    let within = place.x > bounds.x + 0.5 * place.width
        && place.y > bounds.y + 0.5 * place.height
        && place.right() < bounds.right() - 0.5 * place.width
        && place.bottom() < bounds.bottom() - 0.5 * place.height;
    within.then(|| corners(field, bounds))
}

fn corners(field: Field, bounds: Rect) -> [Cell; 2] {
    [field.first, field.cell_at(bounds, Point::new(bounds.right(), bounds.bottom()))]
}

/// Every cell that is shown; of a field its corners.
fn shown(scene: &Scene) -> Vec<Cell> {
    let mut seen = HashSet::new();
    let cells = scene.marks.iter().flat_map(|mark| match (mark.shows, mark.shape.bounds()) {
        (Shows::Cell(cell), _) => vec![cell],
        (Shows::Field(field), Some(bounds)) => corners(field, bounds).to_vec(),
        _ => Vec::new(),
    });
    cells.filter(|cell| seen.insert(*cell)).collect()
}

#[test]
fn everything_is_told_in_words() {
    for case in cases() {
        let (facts, step) = (case.block.facts(&case.settings, &case.trace), case.block.step_cell(&case.trace, 0));
        assert!(!facts.is_empty() && !facts.contains("NaN"), "{case}: {facts}");
        let program = case.block.pytorch(&case.settings, &case.trace, step.expect("a cell"));
        assert!(!program.is_empty(), "{case}");
    }
}

#[test]
fn the_lecture_s_examples() {
    let block = blocks::find("conv1d").expect("the block");
    let cases: &[(&str, &str, &[f32])] = &[
        ("rising", "output", &[1.0]),
        ("flat", "output", &[0.0]),
        ("falling", "output", &[-1.0]),
        ("pad-constant", "padded", &[0.0, 0.0, 1.0, 2.0, 3.0, 0.0, 0.0]),
        ("pad-replicate", "padded", &[1.0, 1.0, 1.0, 2.0, 3.0, 3.0, 3.0]),
        ("pad-symmetric", "padded", &[2.0, 1.0, 1.0, 2.0, 3.0, 3.0, 2.0]),
        ("pad-circular", "padded", &[2.0, 3.0, 1.0, 2.0, 3.0, 1.0, 2.0]),
        ("pad-reflect", "padded", &[3.0, 2.0, 1.0, 2.0, 3.0, 2.0, 1.0]),
    ];
    for (preset, stage, expected) in cases {
        let case = Case::new(block, format!("preset={preset}"));
        let stage = case.trace.stage(stage).expect("the stage");
        let numbers: Vec<_> = stage.cells().map(|cell| stage.value(&cell.index).expect("a number")).collect();
        assert_eq!(numbers, *expected, "{preset}");
    }
}
