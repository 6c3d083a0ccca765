//! Text to take along.

use gloo::file::Blob;
use web_sys::HtmlTextAreaElement;
use yew::prelude::*;

use super::{Around, Choice, Dialog};
use crate::browser::{Copied, copy_field, download};

/// The most lines that a field shows at once.
const MOST_LINES: usize = 7;
/// About how many characters fit into a line.
const LINE: usize = 70;

/// Text in a field that cannot be changed, with a button that copies it, and one that saves it under the name `file`.
pub fn snippet(dialog: &Dialog, around: &Around, label: &'static str, text: String, file: Option<String>) -> Html {
    let field = NodeRef::default();
    let say = |english| around.live.say(english);
    let copy = {
        let (field, on_choice) = (field.clone(), around.on_choice.clone());
        Callback::from(move |_: MouseEvent| {
            let Some(field) = field.cast::<HtmlTextAreaElement>() else { return };
            let on_choice = on_choice.clone();
            copy_field(&field, move |how| {
                let outcome = match how {
                    Copied::Yes => "copied",
                    Copied::Selected => "selected: copy it with Ctrl+C",
                };
                on_choice.emit(Choice::Outcome(label, outcome));
            });
        })
    };
    let save = file.map(|name| {
        let text = text.clone();
        Callback::from(move |_: MouseEvent| {
            let _ = download(&name, Blob::new_with_options(&*text, Some("text/plain;charset=utf-8")).as_ref());
        })
    });
    let outcome = dialog.outcome(label);
    let of = html! { <span class="unseen">{ format!(" {}", say(label)) }</span> };
    let lines: usize = text.lines().map(|line| line.chars().count() / LINE + 1).sum();
    let rows = lines.clamp(1, MOST_LINES).to_string();
    html! {
        <div class="snippet">
            <label>
                <span class="label">{ say(label) }</span>
                <textarea ref={field} readonly=true {rows} spellcheck="false" value={text} />
            </label>
            <div class="tools">
                <button type="button" onclick={copy}>{ say("Copy") }{ of.clone() }</button>
                if let Some(save) = save {
                    <button type="button" onclick={save}>{ say("Download") }{ of }</button>
                }
                <span role="status">{ say(outcome) }</span>
            </div>
        </div>
    }
}
