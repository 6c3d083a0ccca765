//! A field over a cell, into which its number is typed.

use wasm_bindgen::JsCast;
use web_sys::{HtmlInputElement, KeyboardEvent};
use yew::prelude::*;

use crate::explain::read_number;
use crate::scene::Rect;

#[derive(Properties, PartialEq)]
pub struct Props {
    /// What the field is called.
    pub label: &'static str,
    /// Where the cell is on the picture.
    pub bounds: Rect,
    /// Its number.
    pub value: f32,
    /// Told what happens in the field.
    pub on_edit: Callback<Edit>,
}

/// What happens in the field over a cell.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Edit {
    /// A number is typed.
    Value(f32),
    /// It is closed by a key: the focus goes back to the picture.
    Done,
    /// The focus has gone elsewhere.
    Left,
}

#[component(CellEditor)]
pub fn cell_editor(props: &Props) -> Html {
    let input = use_node_ref();
    let before = use_state(|| props.value);
    {
        let input = input.clone();
        use_effect_with((), move |()| {
            if let Some(input) = input.cast::<HtmlInputElement>() {
                let _ = input.focus();
                input.select();
            }
        });
    }
    let number = |input: &HtmlInputElement| read_number(&input.value().replace(',', ".")).map(|number| number as f32);
    let onkeydown = {
        let on_edit = props.on_edit.clone();
        let before = *before;
        Callback::from(move |event: KeyboardEvent| {
            let Some(input) = event.target().and_then(|target| target.dyn_into::<HtmlInputElement>().ok()) else {
                return;
            };
            event.stop_propagation();
            let step = match event.key().as_str() {
                "Enter" => {
                    if let Some(number) = number(&input) {
                        on_edit.emit(Edit::Value(number));
                    }
                    on_edit.emit(Edit::Done);
                    return;
                }
                "Escape" => {
                    on_edit.emit(Edit::Value(before));
                    on_edit.emit(Edit::Done);
                    return;
                }
                "ArrowUp" => 0.1,
                "ArrowDown" => -0.1,
                _ => return,
            };
            event.prevent_default();
            if let Some(number) = number(&input) {
                let number = ((f64::from(number) + step) * 1e4).round() / 1e4;
                input.set_value(&number.to_string());
                on_edit.emit(Edit::Value(number as f32));
            }
        })
    };
    let oninput = {
        let on_edit = props.on_edit.clone();
        Callback::from(move |event: InputEvent| {
            let input = event.target().and_then(|target| target.dyn_into::<HtmlInputElement>().ok());
            if let Some(number) = input.as_ref().and_then(number) {
                on_edit.emit(Edit::Value(number));
            }
        })
    };
    let onblur = props.on_edit.reform(|_: FocusEvent| Edit::Left);
    let centre = props.bounds.centre();
    let style = format!("left:{}px;top:{}px", centre.x, centre.y);
    html! {
        <input ref={input} class="cell-editor" type="text" inputmode="decimal" aria-label={props.label} {style}
            value={before.to_string()} {onkeydown} {oninput} {onblur} />
    }
}
