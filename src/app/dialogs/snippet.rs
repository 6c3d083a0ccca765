//! Text to take along.

use gloo::file::Blob;
use web_sys::HtmlTextAreaElement;
use yew::prelude::*;

use super::{Around, Choice, Dialog};
use crate::app::tag::{Tag, button, label as name, tag};
use crate::browser::{Copied, copy_field, download};

/// The most lines that a field shows at once.
const MOST_LINES: usize = 7;
/// About how many characters fit into a line.
const LINE: usize = 70;

/// Text in a field that cannot be changed, with a button that copies it, and one that saves it under the name `file`.
pub fn snippet(dialog: &Dialog, around: &Around, label: &'static str, text: String, file: Option<String>) -> Tag {
    let field = NodeRef::default();
    let say = |english| around.live.say(english);
    let (copied, on_choice) = (field.clone(), around.on_choice.clone());
    let copy = move |_: Event| {
        let Some(field) = copied.cast::<HtmlTextAreaElement>() else { return };
        let on_choice = on_choice.clone();
        copy_field(&field, move |how| {
            let outcome = match how {
                Copied::Yes => "copied",
                Copied::Selected => "selected: copy it with Ctrl+C",
            };
            on_choice.emit(Choice::Outcome(label, outcome));
        });
    };
    let what = || tag("span", &[("class", "unseen")]).with(format!(" {}", say(label)));
    let save = file.map(|name| {
        let text = text.clone();
        button(say("Download")).with(what()).on("click", move |_: Event| {
            let _ = download(&name, Blob::new_with_options(&*text, Some("text/plain;charset=utf-8")).as_ref());
        })
    });
    let lines: usize = text.lines().map(|line| line.chars().count() / LINE + 1).sum();
    let rows = lines.clamp(1, MOST_LINES).to_string();
    let field =
        tag("textarea", &[("readonly", "readonly"), ("spellcheck", "false")]).set("rows", &rows).at(&field).value(text);
    let tools = tag("div", &[("class", "tools")])
        .with(button(say("Copy")).with(what()).on("click", copy))
        .maybe(save)
        .with(tag("span", &[("role", "status")]).with(say(dialog.outcome(label))));
    tag("div", &[("class", "snippet")]).with(tag("label", &[]).with(name(say(label))).with(field)).with(tools)
}
