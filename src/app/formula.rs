//! The formula: in general, and at the cell that is pointed at, with its numbers.

use std::collections::HashSet;

use wasm_bindgen::JsCast;
use web_sys::Element;
use yew::prelude::*;

use super::live::Live;
use crate::explain::{Cell, Form, Trace};

/// The panel of the formula.
pub fn formula_panel(live: &Live) -> Html {
    let facts = live.look(|session| session.facts());
    let on_over = {
        let live = live.clone();
        Callback::from(move |event: PointerEvent| {
            let cells = live.look(|session| term_cells(&event, session.trace().ok()?));
            live.act(|session| session.hover_term(cells.unwrap_or_default()));
        })
    };
    let on_leave = {
        let live = live.clone();
        Callback::from(move |_: PointerEvent| live.act(|session| session.hover_term(HashSet::new())))
    };
    let on_click = {
        let live = live.clone();
        Callback::from(move |event: MouseEvent| {
            let cell = live.look(|session| leaf_cell(&event, session.trace().ok()?));
            if cell.is_some() {
                live.act(|session| session.focus_on(cell));
            }
        })
    };
    let lines = live.look(|session| {
        let explanation = session.explanation()?;
        let general = explanation.general_mathml();
        let numbers = explanation.formula(Form::Numbers).in_words(session.view.lang.words()).html();
        Some((general, numbers))
    });
    let Some((general, numbers)) = lines else { return Html::default() };
    let say = |english| live.say(english);
    let about = live.look(|session| session.block().about());
    html! {
        <section class="formula" part="explanation" aria-label={format!("{}: {}", say(about.title), say("formula"))} onpointerover={on_over} onpointerleave={on_leave} onclick={on_click}>
            <dl>
                if let Some(general) = general {
                    <dt>{ say("in general") }</dt>
                    <dd class="general">{ Html::from_html_unchecked(general.into()) }</dd>
                }
                <dt>{ say("at this cell") }</dt>
                <dd class="numbers">{ Html::from_html_unchecked(numbers.into()) }</dd>
            </dl>
            <p class="facts">{ facts.unwrap_or_default() }</p>
            if !about.lecture.is_empty() {
                <p class="lecture">{ say(about.lecture) }</p>
            }
        </section>
    }
}

/// The cells of the term under the pointer.
fn term_cells(event: &PointerEvent, trace: &Trace) -> Option<HashSet<Cell>> {
    let element = event.target()?.dyn_into::<Element>().ok()?;
    let term = element.closest("[data-cells]").ok()??;
    Some(term.get_attribute("data-cells")?.split(' ').filter_map(|cell| trace.parse_cell(cell)).collect())
}

/// The cell of the number under the pointer.
fn leaf_cell(event: &MouseEvent, trace: &Trace) -> Option<Cell> {
    let element = event.target()?.dyn_into::<Element>().ok()?;
    trace.parse_cell(&element.closest("[data-cell]").ok()??.get_attribute("data-cell")?)
}
