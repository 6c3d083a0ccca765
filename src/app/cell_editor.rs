//! A field over a cell, into which its number is typed.

use web_sys::{HtmlInputElement, KeyboardEvent};
use yew::prelude::*;

use super::field::{field_of, text_of};
use super::tag::tag;
use crate::explain::{Cell, read_typed};
use crate::scene::Rect;

/// The number that is being typed.
#[derive(Clone)]
pub struct Editing {
    /// Where it belongs.
    pub cell: Cell,
    before: f32,
    /// How far the arrow keys change it.
    step: f64,
    field: NodeRef,
    is_fresh: bool,
}

/// What happens in the field over a cell.
#[derive(Clone, Debug, PartialEq)]
pub enum Edit {
    /// A number is being typed.
    Value(f32),
    /// What was typed is meant.
    Entered(String),
    /// The number is to be as it was.
    Cancelled,
    /// The focus has gone elsewhere; what was typed is meant.
    Left(String),
}

impl Editing {
    /// An editor for the number in `cell`, which the arrow keys change by `step`.
    pub fn new(cell: Cell, before: f32, step: f64) -> Self {
        Self { cell, before, step, field: NodeRef::default(), is_fresh: true }
    }

    /// The rendered field, once: it takes the number and wants the focus.
    pub fn begin(&mut self) -> Option<HtmlInputElement> {
        let field = self.field.cast::<HtmlInputElement>().filter(|_| self.is_fresh)?;
        self.is_fresh = false;
        field.set_value(&self.before.to_string());
        Some(field)
    }

    /// The field in the middle of `bounds`.
    pub fn view(&self, label: &'static str, bounds: Rect, on_edit: &Callback<Edit>) -> Html {
        let (keys, inputs, leaves, size) = (on_edit.clone(), on_edit.clone(), on_edit.clone(), self.step);
        let centre = bounds.centre();
        // At the left edge it still stands on the picture.
        let style = format!("left:max({}px, 3rem);top:{}px", centre.x, centre.y);
        tag("input", &[("class", "cell-editor"), ("type", "text"), ("inputmode", "decimal")])
            .set("aria-label", label)
            .set("style", &style)
            .key(&self.cell.to_string())
            .at(&self.field)
            .on("keydown", move |event: KeyboardEvent| {
                event.stop_propagation();
                let step = match event.key().as_str() {
                    "Enter" => return keys.emit(Edit::Entered(text_of(&event).unwrap_or_default())),
                    "Escape" => return keys.emit(Edit::Cancelled),
                    "ArrowUp" => size,
                    "ArrowDown" => -size,
                    _ => return,
                };
                event.prevent_default();
                if let (Some(number), Some(field)) = (typed(&event), field_of(&event)) {
                    let number = ((f64::from(number) + step) * 1e4).round() / 1e4;
                    field.set_value(&number.to_string());
                    keys.emit(Edit::Value(number as f32));
                }
            })
            .on("input", move |event: Event| {
                if let Some(number) = typed(&event) {
                    inputs.emit(Edit::Value(number));
                }
            })
            .on("blur", move |event: Event| leaves.emit(Edit::Left(text_of(&event).unwrap_or_default())))
            .into()
    }
}

fn typed(event: &Event) -> Option<f32> {
    read_typed(&text_of(event)?).map(|number| number as f32)
}
