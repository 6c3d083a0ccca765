//! Text to take along.

use gloo::file::Blob;
use web_sys::HtmlTextAreaElement;
use yew::prelude::*;

use crate::app::live::Live;
use crate::browser::{Copied, copy_field, download};

/// The most lines that a field shows at once.
const MOST_LINES: usize = 7;
/// About how many characters fit into a line.
const LINE: usize = 70;

#[derive(Properties, PartialEq)]
pub struct Props {
    pub live: Live,
    /// What it is.
    pub label: AttrValue,
    pub text: AttrValue,
    /// The name under which it can be saved.
    #[prop_or_default]
    pub file: Option<AttrValue>,
}

/// Text in a field that cannot be changed, with a button that copies it, and one that saves it.
#[component(Snippet)]
pub fn snippet(props: &Props) -> Html {
    let field = use_node_ref();
    let outcome = use_state(|| None);
    let copy = {
        let (field, outcome) = (field.clone(), outcome.setter());
        Callback::from(move |_: MouseEvent| {
            let Some(field) = field.cast::<HtmlTextAreaElement>() else { return };
            let outcome = outcome.clone();
            copy_field(&field, move |how| outcome.set(Some(how)));
        })
    };
    let save = props.file.clone().map(|name| {
        let text = props.text.clone();
        Callback::from(move |_: MouseEvent| {
            let _ = download(&name, Blob::new_with_options(&*text, Some("text/plain;charset=utf-8")).as_ref());
        })
    });
    let say = |english| props.live.say(english);
    let outcome = match *outcome {
        Some(Copied::Yes) => say("copied"),
        Some(Copied::Selected) => say("selected: copy it with Ctrl+C"),
        None => "",
    };
    let of = html! { <span class="unseen">{ format!(" {}", props.label) }</span> };
    let lines: usize = props.text.lines().map(|line| line.chars().count() / LINE + 1).sum();
    let rows = lines.clamp(1, MOST_LINES).to_string();
    html! {
        <div class="snippet">
            <label>
                <span class="label">{ props.label.clone() }</span>
                <textarea ref={field} readonly=true {rows} spellcheck="false" value={props.text.clone()} />
            </label>
            <div class="tools">
                <button type="button" onclick={copy}>{ say("Copy") }{ of.clone() }</button>
                if let Some(save) = save {
                    <button type="button" onclick={save}>{ say("Download") }{ of }</button>
                }
                <span role="status">{ outcome }</span>
            </div>
        </div>
    }
}
