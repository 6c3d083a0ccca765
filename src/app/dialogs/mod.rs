//! What opens over a block: share, export, the numbers as a table, the keys.

mod export;
mod keys;
mod share;
mod snippet;
mod table;

use web_sys::{HtmlDialogElement, KeyboardEvent};
use yew::prelude::*;

use self::export::export_dialog;
use self::keys::keys_dialog;
use self::share::share_dialog;
use self::table::{Part, table_dialog};
use super::live::Live;
use super::tag::{button, tag};
use crate::scene::Theme;

/// One of a block's dialogs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Subject {
    /// Links and snippets that show the same picture.
    Share,
    /// The picture, the formula and the program as files.
    Export,
    /// Any stage as a table.
    Table,
    /// Which key does what.
    Keys,
}

/// An open dialog, and what was chosen in it.
pub struct Dialog {
    subject: Subject,
    element: NodeRef,
    /// The part of the table that is shown; at first that around the number that is pointed at.
    part: Option<Part>,
    transparent: bool,
    /// How many pixels of a PNG there are to a pixel of the picture.
    scale: u8,
    /// What there is to say about copying or saving, and beside which label.
    outcome: (&'static str, &'static str),
}

/// What was chosen in a dialog.
pub enum Choice {
    /// Another part of the table.
    Part(Part),
    /// A picture without a background, or with one.
    Transparent(bool),
    /// Pixels of a PNG to a pixel of the picture.
    Scale(u8),
    /// Something was copied or saved, or not: beside which label, and what there is to say about it.
    Outcome(&'static str, &'static str),
}

/// What a dialog needs to know of the block that it opens over.
pub struct Around {
    pub live: Live,
    /// The folder of this copy of Layerscope.
    pub home: AttrValue,
    /// The colours of the picture.
    pub theme: Theme,
    /// The width of the picture.
    pub width: f32,
    /// The width and height of the whole block.
    pub size: (f32, f32),
    pub on_choice: Callback<Choice>,
    /// Told when the dialog has closed, by whatever means.
    pub on_close: Callback<()>,
}

impl Dialog {
    pub fn new(subject: Subject, live: &Live) -> Self {
        let part = live.look(|session| Part::around(session.at(), &session.trace().ok()?.stages));
        Self { subject, element: NodeRef::default(), part, transparent: false, scale: 2, outcome: ("", "") }
    }

    pub fn choose(&mut self, choice: Choice) {
        match choice {
            Choice::Part(part) => self.part = Some(part),
            Choice::Transparent(transparent) => self.transparent = transparent,
            Choice::Scale(scale) => self.scale = scale,
            Choice::Outcome(label, outcome) => self.outcome = (label, outcome),
        }
    }

    /// What there is to say beside a label.
    fn outcome(&self, label: &str) -> &'static str {
        if self.outcome.0 == label { self.outcome.1 } else { "" }
    }

    /// Opens the rendered element as a modal dialog: the browser keeps the focus inside, closes it with Escape, and gives the
    /// focus back.
    pub fn show(&self) {
        if let Some(element) = self.element.cast::<HtmlDialogElement>().filter(|element| !element.open()) {
            let _ = element.show_modal();
        }
    }

    pub fn view(&self, around: &Around) -> Html {
        let say = |english| around.live.say(english);
        let (heading, body) = match self.subject {
            Subject::Share => (say("Share this picture"), share_dialog(self, around)),
            Subject::Export => (say("Export this picture"), export_dialog(self, around)),
            Subject::Table => (say("The numbers as a table"), table_dialog(self, around)),
            Subject::Keys => (say("Keys"), keys_dialog(&around.live)),
        };
        let (element, on_close) = (self.element.clone(), around.on_close.clone());
        let label = say("close");
        let close = button("×").set("class", "close").set("aria-label", label).set("title", label).on(
            "click",
            move |_: Event| {
                if let Some(element) = element.cast::<HtmlDialogElement>() {
                    element.close();
                }
            },
        );
        let header = tag("div", &[("class", "dialog-header")]).with(tag("h2", &[]).with(heading)).with(close);
        tag("dialog", &[("closedby", "any")])
            .set("aria-label", heading)
            .at(&self.element)
            .on("close", move |_: Event| on_close.emit(()))
            .on("keydown", |event: KeyboardEvent| {
                if !is_presenters(&event.key()) {
                    event.stop_propagation();
                }
            })
            .with(header)
            .with(body)
            .into()
    }
}

/// The keys of a slide show around the block, for which no dialog has a use. All others stay inside: the block behind the dialog
/// must not follow them.
fn is_presenters(key: &str) -> bool {
    matches!(key, "PageUp" | "PageDown" | "f" | "F" | "b" | "B" | "s" | "S")
}
