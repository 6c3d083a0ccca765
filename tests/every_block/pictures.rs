//! Every picture fits, and every number on it can be pointed at and walked to.

use std::collections::HashSet;

use layerscope::explain::Cell;
use layerscope::scene::{Direction, Field, Point, Rect, Scene, Shape, Shows, Theme};

use crate::cases::{cases, open};

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
    /// Every dot is looked for among all of them, too.
    const MOST_DOTS: usize = 20_000;
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
        if scene.crowd.as_ref().is_some_and(|crowd| crowd.places.len() > MOST_DOTS) {
            continue;
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
