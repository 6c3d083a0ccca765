//! The frame of every dialog.

use web_sys::{HtmlDialogElement, KeyboardEvent};
use yew::prelude::*;

use crate::app::live::Live;

#[derive(Properties, PartialEq)]
pub struct Props {
    pub live: Live,
    pub heading: AttrValue,
    /// Told when the dialog has closed, by whatever means.
    pub on_close: Callback<()>,
    pub children: Html,
}

/// A modal dialog. The browser keeps the focus inside, closes it with Escape, and gives the focus back.
#[component(Dialog)]
pub fn dialog(props: &Props) -> Html {
    let element = use_node_ref();
    {
        let element = element.clone();
        use_effect_with((), move |()| {
            if let Some(dialog) = element.cast::<HtmlDialogElement>() {
                let _ = dialog.show_modal();
            }
        });
    }
    let close = {
        let element = element.clone();
        Callback::from(move |_: MouseEvent| {
            if let Some(dialog) = element.cast::<HtmlDialogElement>() {
                dialog.close();
            }
        })
    };
    let onkeydown = Callback::from(|event: KeyboardEvent| {
        if !is_presenters(&event.key()) {
            event.stop_propagation();
        }
    });
    let onclose = props.on_close.reform(|_: Event| ());
    let label = props.live.say("close");
    html! {
        <dialog ref={element} aria-label={props.heading.clone()} closedby="any" {onclose} {onkeydown}>
            <div class="dialog-header">
                <h3>{ props.heading.clone() }</h3>
                <button type="button" class="close" aria-label={label} title={label} onclick={close}>{ "×" }</button>
            </div>
            { props.children.clone() }
        </dialog>
    }
}

/// The keys of a slide show around the block, for which no dialog has a use. All others stay inside: the block behind the dialog
/// must not follow them.
fn is_presenters(key: &str) -> bool {
    matches!(key, "PageUp" | "PageDown" | "f" | "F" | "b" | "B" | "s" | "S")
}
