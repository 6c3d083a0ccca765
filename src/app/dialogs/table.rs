//! Any stage as a table.

use std::ops::Range;

use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, KeyboardEvent};
use yew::prelude::*;

use super::{Around, Choice, Dialog};
use crate::app::field::text_of;
use crate::app::live::Live;
use crate::app::tag::{Tag, button, form, label, option, tag};
use crate::explain::{Cell, Digits, Index, Numeral, Stage};

/// The most rows and columns that are shown at once.
const MOST: usize = 64;
/// More is what single precision has left behind: 0.099999905 is 0.1.
const DIGITS: Digits = Digits::Trimmed(6);

/// Which part of a stage is shown: a place on each of its axes.
#[derive(Clone, PartialEq)]
pub struct Part {
    stage: &'static str,
    at: Vec<usize>,
}

impl Part {
    /// The part in which a cell is, or else the beginning of the last stage.
    pub fn around(cell: Option<Cell>, stages: &[Stage]) -> Option<Self> {
        let found = cell.and_then(|cell| Some((stages.iter().find(|stage| stage.name == cell.stage)?, cell.index)));
        match found {
            Some((stage, index)) => Some(Self { stage: stage.name, at: index.to_vec() }),
            None => stages.last().map(Self::start),
        }
    }

    fn start(stage: &Stage) -> Self {
        Self { stage: stage.name, at: vec![0; stage.shape().len()] }
    }

    /// How many axes are fixed, and the rows and columns that are shown; a stage of one axis is one row.
    fn shown(&self, stage: &Stage) -> (usize, Range<usize>, Range<usize>) {
        let window = |axis: usize| {
            let start = self.at[axis] / MOST * MOST;
            start..(start + MOST).min(stage.shape()[axis])
        };
        match stage.shape().len() {
            0 => (0, 0..1, 0..1),
            1 => (0, 0..1, window(0)),
            axes => (axes - 2, window(axes - 2), window(axes - 1)),
        }
    }

    /// Whether a cell is among those that are shown.
    fn holds(&self, stage: &Stage, cell: Cell) -> bool {
        let (leading, rows, columns) = self.shown(stage);
        let index = cell.index.to_vec();
        cell.stage == stage.name
            && match index.as_slice() {
                [] => true,
                [column] => columns.contains(column),
                [place @ .., row, column] => {
                    *place == self.at[..leading] && rows.contains(row) && columns.contains(column)
                }
            }
    }

    fn index(&self, row: usize, column: usize) -> Vec<usize> {
        let mut index = self.at.clone();
        match index.as_mut_slice() {
            [] => {}
            [only] => *only = column,
            [.., last_but_one, last] => (*last_but_one, *last) = (row, column),
        }
        index
    }
}

pub fn table_dialog(dialog: &Dialog, around: &Around) -> Html {
    let live = &around.live;
    let stages = live.look(|session| session.trace().map(|trace| trace.stages.clone()).unwrap_or_default());
    let known =
        dialog.part.as_ref().and_then(|part| Some((part, stages.iter().find(|stage| stage.name == part.stage)?)));
    let Some((shown, stage)) = known else {
        return tag("p", &[]).with(live.say("There is nothing to show.")).into();
    };
    let turn = &around.on_choice;
    // One list with a key for each menu: the one that has the focus stays when others come and go.
    let axes = (0..stage.shape().len()).filter_map(|axis| axis_menu(live, shown, stage, axis, turn));
    let menus = form().all(&mut std::iter::once(stage_menu(live, &stages, stage, turn)).chain(axes));
    [menus.into(), numbers(live, shown)].into_iter().collect::<Html>()
}

fn chosen(event: &Event) -> Option<usize> {
    text_of(event)?.parse().ok()
}

fn stage_menu(live: &Live, stages: &[Stage], shown: &Stage, turn: &Callback<Choice>) -> Tag {
    let starts: Vec<Part> = stages.iter().map(Part::start).collect();
    let places = stages.iter().enumerate();
    let stage =
        |(place, stage): (usize, &Stage)| option(&place.to_string(), live.say(stage.title), stage.name == shown.name);
    menu("array", live.say("array"), &mut places.map(stage), turn, move |place| starts.get(place).cloned())
}

/// A menu of parts, which finds one by the number of its option.
fn menu(
    key: &str,
    name: &str,
    options: &mut dyn Iterator<Item = Tag>,
    turn: &Callback<Choice>,
    part: impl Fn(usize) -> Option<Part> + 'static,
) -> Tag {
    let turn = turn.clone();
    let menu = tag("select", &[]).all(options).on("change", move |event: Event| {
        if let Some(part) = chosen(&event).and_then(&part) {
            turn.emit(Choice::Part(part));
        }
    });
    tag("label", &[("class", "control")]).key(key).with(label(name)).with(menu)
}

/// The menu of an axis; none for one that is shown whole. A leading axis offers its places; rows and columns offer their windows.
fn axis_menu(live: &Live, part: &Part, stage: &Stage, axis: usize, turn: &Callback<Choice>) -> Option<Tag> {
    let (leading, ..) = part.shown(stage);
    let (length, stride) = (stage.shape()[axis], if axis < leading { 1 } else { MOST });
    if length <= stride {
        return None;
    }
    let name = match axis {
        _ if axis < leading => format!("{} {}", live.say("index"), axis + 1),
        _ if axis + 1 == stage.shape().len() => live.say("columns").to_owned(),
        _ => live.say("rows").to_owned(),
    };
    let here = part.at[axis] / stride * stride;
    let starts = (0..length).step_by(stride);
    let window =
        |start: usize| option(&start.to_string(), &span(&(start..(start + stride).min(length))), start == here);
    let part = part.clone();
    Some(menu(&axis.to_string(), &name, &mut starts.map(window), turn, move |start| {
        let mut turned = part.clone();
        turned.at[axis] = start;
        Some(turned)
    }))
}

/// "0 – 63".
fn span(range: &Range<usize>) -> String {
    if range.len() <= 1 { range.start.to_string() } else { format!("{} – {}", range.start, range.end - 1) }
}

/// The table itself. It is one tab stop; arrow keys move in it, a click or Enter points at a number.
fn numbers(live: &Live, part: &Part) -> Html {
    let pointed = live.clone();
    let point = move |event: Event| {
        let cell = pointed.look(|session| {
            let number = event.target()?.dyn_into::<Element>().ok()?.closest("[data-cell]").ok()??;
            session.trace().ok()?.parse_cell(&number.get_attribute("data-cell")?)
        });
        if cell.is_some() {
            pointed.act(|session| session.focus_on(cell));
        }
    };
    let table = live.look(|session| {
        let stage = session.trace().ok()?.stage(part.stage)?.clone();
        Some((stage, session.at()))
    });
    let Some((stage, pointed_at)) = table else { return Html::default() };
    let (_, rows, columns) = part.shown(&stage);
    let first = Index::new(&part.index(rows.start, columns.start)).map(|index| Cell { stage: stage.name, index });
    let tab_stop = pointed_at.filter(|cell| part.holds(&stage, *cell)).or(first);
    let number = |row: usize, column: usize| {
        let cell = Cell { stage: stage.name, index: Index::new(&part.index(row, column))? };
        let is_current = pointed_at == Some(cell);
        let tabindex = if tab_stop == Some(cell) { "0" } else { "-1" };
        let text = Numeral::single(stage.value(&cell.index)?, DIGITS).to_string();
        let button = button(&text).set("data-cell", &cell.to_string()).set("tabindex", tabindex);
        let place = tag("td", if is_current { &[("class", "current"), ("aria-current", "true")] } else { &[] });
        Some(place.with(button))
    };
    let head = |column: usize| tag("th", &[("scope", "col")]).with(column);
    let line = |row: usize| {
        let name = if stage.shape().len() < 2 { stage.symbol.to_owned() } else { row.to_string() };
        let numbers = &mut columns.clone().filter_map(|column| number(row, column));
        tag("tr", &[]).with(tag("th", &[("scope", "row")]).with(name)).all(numbers)
    };
    let heads = tag("tr", &[]).with(tag("td", &[])).all(&mut columns.clone().map(head));
    let table = tag("table", &[("class", "numbers")])
        .on("click", point)
        .on("keydown", walk)
        .with(tag("caption", &[]).with(caption(live, &stage, part)))
        .with(tag("thead", &[]).with(heads))
        .with(tag("tbody", &[]).all(&mut rows.map(line)));
    tag("div", &[("class", "sheet")]).with(table).into()
}

/// What the table holds; where it is only a part, which.
fn caption(live: &Live, stage: &Stage, part: &Part) -> String {
    let say = |english| live.say(english);
    let shape: Vec<_> = stage.shape().iter().map(ToString::to_string).collect();
    let size = if shape.is_empty() {
        say("one number").to_owned()
    } else {
        format!("{} {}", say("shape"), shape.join(" × "))
    };
    let (leading, rows, columns) = part.shown(stage);
    let all = match stage.shape() {
        [.., height, width] => rows.len() == *height && columns.len() == *width,
        [length] => columns.len() == *length,
        [] => true,
    };
    let partly = match (all, stage.shape().len()) {
        (true, _) => String::new(),
        (false, 1) => format!(" {} {} {}.", say("Only a part is shown:"), say("columns"), span(&columns)),
        (false, _) => format!(
            " {} {} {} {} {} {}.",
            say("Only a part is shown:"),
            say("rows"),
            span(&rows),
            say("and"),
            say("columns"),
            span(&columns)
        ),
    };
    let place: Vec<_> = part.at[..leading].iter().map(ToString::to_string).collect();
    let place = if place.is_empty() { String::new() } else { format!(" [{}, …]", place.join(", ")) };
    format!("{}{place}, {size}.{partly}", say(stage.title))
}

/// Moves the keyboard's focus to a neighbour in the table.
fn walk(event: KeyboardEvent) {
    let from = event.target().and_then(|target| target.dyn_into::<Element>().ok());
    if let Some(number) = from.and_then(|from| neighbour(&from, &event.key())) {
        event.prevent_default();
        let _ = number.focus();
    }
}

fn neighbour(from: &Element, key: &str) -> Option<HtmlElement> {
    let cell = from.closest("td").ok()??;
    let row = cell.parent_element()?;
    let place = (0..row.children().length()).find(|&place| row.children().item(place).as_ref() == Some(&cell))?;
    let next = match key {
        "ArrowLeft" => cell.previous_element_sibling()?,
        "ArrowRight" => cell.next_element_sibling()?,
        "ArrowUp" => row.previous_element_sibling()?.children().item(place)?,
        "ArrowDown" => row.next_element_sibling()?.children().item(place)?,
        "Home" => row.children().item(1)?,
        "End" => row.last_element_child()?,
        _ => return None,
    };
    next.query_selector("button").ok()??.dyn_into().ok()
}
