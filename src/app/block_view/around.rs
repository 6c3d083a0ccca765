//! What stands around a block's picture: title and tools, notices, the way home, the open dialog.

use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};
use yew::prelude::*;

use super::{BlockView, Msg};
use crate::app::dialogs::{Around, Subject};
use crate::app::live::Live;
use crate::app::tag::{button, failure, loading, tag};
use crate::explain::{Cell, Form};
use crate::state::{Controls, Session, Share};

/// What follows when the hand rests: nobody reads it while it changes at every frame.
#[derive(Default)]
pub(super) struct AtRest {
    pub(super) took: String,
    pub(super) sentence: String,
}

pub(super) fn at_rest(live: &Live) -> AtRest {
    live.look(|session| AtRest { took: took(session), sentence: spoken(session) })
}

impl BlockView {
    pub(super) fn header(&self, ctx: &Context<Self>) -> Html {
        let (about, (can_undo, can_redo)) =
            self.live.look(|session| (session.block().about(), session.can_undo_redo()));
        let say = |english| self.live.say(english);
        let tool = |text: &str, title: &str| button(text).set("title", title);
        let act = |text: &str, title: &str, act: fn(&mut Session)| {
            let live = self.live.clone();
            tool(text, title).on("click", move |_: Event| live.act(act))
        };
        let open = |text: &str, title: &str, subject: Subject| {
            let link = ctx.link().clone();
            let open = tool(text, title).set("aria-haspopup", "dialog");
            open.on("click", move |_: Event| link.send_message(Msg::Open(subject)))
        };
        let took = say("how long it took to compute every number; click to compare WebAssembly and WebGPU");
        let compare = {
            let link = ctx.link().clone();
            move |_: Event| link.send_message(Msg::Compare)
        };
        // On somebody else's page the first heading is the host's.
        let heading = if ctx.props().embedded { "h2" } else { "h1" };
        let tools = tag("div", &[("class", "tools"), ("role", "group")])
            .set("aria-label", say("tools"))
            .with(tool(&self.at_rest.took, took).set("class", "chip").on("click", compare))
            .with(
                act("↶", say("undo (Ctrl+Z)"), |session| session.undo())
                    .set("aria-label", say("undo"))
                    .flag("disabled", !can_undo),
            )
            .with(
                act("↷", say("redo (Ctrl+Shift+Z)"), |session| session.redo())
                    .set("aria-label", say("redo"))
                    .flag("disabled", !can_redo),
            )
            .with(act(say("Reset"), say("back to the beginning"), Session::reset))
            .with(open(say("Table"), say("the numbers as a table"), Subject::Table))
            .with(open(say("Share"), say("a link, a frame or an element for your own page"), Subject::Share))
            .with(open(say("Export"), say("the picture, the formula, a program"), Subject::Export))
            .with(open("?", say("keys (?)"), Subject::Keys).set("aria-label", say("keys")));
        let header = tag("header", &[("class", "block-header")])
            .with(tag(heading, &[("class", "block-title")]).with(say(about.title)))
            .with(tag("p", &[("class", "teaches")]).with(say(about.teaches)))
            .with(tools);
        header.into()
    }

    pub(super) fn dialog(&self, ctx: &Context<Self>) -> Html {
        let Some(dialog) = &self.dialog else { return Html::default() };
        let root = self.root.cast::<HtmlElement>();
        let size = root.map(|root| (root.offset_width() as f32, root.offset_height() as f32));
        dialog.view(&Around {
            live: self.live.clone(),
            home: ctx.props().home.clone(),
            theme: self.theme,
            width: self.picture.borrow().width(),
            size: size.unwrap_or_default(),
            on_choice: ctx.link().callback(Msg::Chosen),
            on_close: ctx.link().callback(|()| Msg::Closed),
        })
    }

    /// From an embed to the full page, which shows the same picture: the address is brought up to date as soon as a hand or the
    /// keyboard's focus is on it.
    pub(super) fn way_home(&self, ctx: &Context<Self>) -> Html {
        let links = self.live.look(|session| session.view.links && session.view.controls != Controls::None);
        if !(ctx.props().embedded && links) {
            return Html::default();
        }
        let (live, home) = (self.live.clone(), ctx.props().home.clone());
        let refresh = move |event: Event| {
            let link = live.look(|session| Share::new(session, &home, (0.0, 0.0)).link);
            if let Some(anchor) = event.target().and_then(|target| target.dyn_into::<Element>().ok()) {
                let _ = anchor.set_attribute("href", &link);
            }
        };
        let href =
            format!("{}index.html#/{}", ctx.props().home, self.live.look(|session| session.block().about().name));
        tag("a", &[("class", "way-home"), ("target", "_blank"), ("rel", "noopener")])
            .set("href", &href)
            .on("focus", refresh.clone())
            .on("pointerover", refresh)
            .with(self.live.say("open in Layerscope"))
            .into()
    }

    pub(super) fn notices(&self) -> Html {
        let notices = self.live.look(|session| session.notices().to_vec());
        if notices.is_empty() {
            return Html::default();
        }
        let live = self.live.clone();
        let dismiss = button("×").set("aria-label", self.live.say("dismiss"));
        tag("div", &[("class", "notice"), ("role", "status")])
            .with(tag("ul", &[("lang", "en")]).all(&mut notices.iter().map(|notice| tag("li", &[]).with(notice))))
            .with(dismiss.on("click", move |_: Event| live.act(Session::dismiss_notices)))
            .into()
    }

    pub(super) fn error(&self) -> Html {
        if self.fetches || self.live.look(Session::is_empty) {
            return loading(self.live.say("Loading …")).into();
        }
        let error = self.live.look(|session| session.trace().err().map(ToString::to_string));
        error.map(|message| failure(&message).into()).unwrap_or_default()
    }
}

/// How long computing took, as far as the browser's clock can tell.
fn took(session: &Session) -> String {
    let device = if session.backend() == "cpu" { "WASM" } else { "WebGPU" };
    format!("{device} {}", milliseconds(session.took().as_secs_f64() * 1000.0))
}

/// A time, as exact as it is worth.
pub(super) fn milliseconds(time: f64) -> String {
    match time {
        time if time < 0.1 => "< 0.1 ms".to_owned(),
        time if time < 10.0 => format!("{time:.1} ms"),
        time => format!("{time:.0} ms"),
    }
}

/// What is under focus, as a sentence with its arithmetic.
fn spoken(session: &Session) -> String {
    let Some(explanation) = session.explanation() else { return String::new() };
    let (language, trace) = (session.view.lang, session.trace().ok());
    let title =
        |cell: Cell| trace.and_then(|trace| trace.stage(cell.stage)).map_or("", |stage| language.say(stage.title));
    explanation.formula(Form::Numbers).in_words(language.words()).speech(title)
}
