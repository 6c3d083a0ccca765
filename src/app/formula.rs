//! The formula: in general, and at the cell that is pointed at, with its numbers.

use std::collections::HashSet;

use wasm_bindgen::JsCast;
use web_sys::Element;
use yew::prelude::*;

use super::live::Live;
use super::tag::tag;
use crate::explain::{Cell, Form, Trace};

/// From so many characters of MathML on a rule may be wider than its box.
const LONG: usize = 1800;

/// The panel of the formula.
pub fn formula_panel(live: &Live) -> Html {
    let facts = live.look(|session| session.facts());
    let lines = live.look(|session| {
        let explanation = session.explanation()?;
        let general = explanation.general_mathml();
        let numbers = explanation.formula(Form::Numbers).in_words(session.view.lang.words()).html();
        Some((general, numbers))
    });
    let Some((general, numbers)) = lines else { return Html::default() };
    let say = |english| live.say(english);
    let about = live.look(|session| session.block().about());
    let named = |name: &str, class: &str, formula: String| {
        let name = Html::from(tag("dt", &[]).with(name));
        // A long rule is scrolled in its box, by keys too.
        let is_long = class == "general" && formula.len() > LONG;
        let described = if is_long { tag("dd", &[("tabindex", "0")]) } else { tag("dd", &[]) };
        let formula = described.set("class", class).with(Html::from_html_unchecked(formula.into()));
        [name, formula.into()].into_iter().collect::<Html>()
    };
    let lines = tag("dl", &[])
        .with(general.map(|general| named(say("in general"), "general", general)).unwrap_or_default())
        .with(named(say("at this cell"), "numbers", numbers));
    let lecture = (!about.lecture.is_empty()).then(|| tag("p", &[("class", "lecture")]).with(say(about.lecture)));
    let title = format!("{}: {}", say(about.title), say("formula"));
    let (over, left, pressed) = (live.clone(), live.clone(), live.clone());
    tag("section", &[("class", "formula"), ("part", "explanation")])
        .set("aria-label", &title)
        .on("pointerover", move |event: Event| {
            let cells = over.look(|session| term_cells(&event, session.trace().ok()?));
            over.act(|session| session.hover_term(cells.unwrap_or_default()));
        })
        .on("pointerleave", move |_: Event| left.act(|session| session.hover_term(HashSet::new())))
        .on("click", move |event: Event| {
            let cell = pressed.look(|session| leaf_cell(&event, session.trace().ok()?));
            if cell.is_some() {
                pressed.act(|session| session.focus_on(cell));
            }
        })
        .with(lines)
        .with(tag("p", &[("class", "facts")]).with(facts.unwrap_or_default()))
        .maybe(lecture)
        .into()
}

/// The cells of the term under the pointer.
fn term_cells(event: &Event, trace: &Trace) -> Option<HashSet<Cell>> {
    let element = event.target()?.dyn_into::<Element>().ok()?;
    let term = element.closest("[data-cells]").ok()??;
    Some(term.get_attribute("data-cells")?.split(' ').filter_map(|cell| trace.parse_cell(cell)).collect())
}

/// The cell of the number under the pointer.
fn leaf_cell(event: &Event, trace: &Trace) -> Option<Cell> {
    let element = event.target()?.dyn_into::<Element>().ok()?;
    trace.parse_cell(&element.closest("[data-cell]").ok()??.get_attribute("data-cell")?)
}
