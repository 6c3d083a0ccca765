//! What stands around a block's picture: title and tools, notices, the way home, the open dialog.

use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};
use yew::prelude::*;

use super::{BlockView, Msg};
use crate::app::dialogs::{Around, Subject};
use crate::app::live::Live;
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
        let act = |act: fn(&mut Session)| {
            let live = self.live.clone();
            Callback::from(move |_: MouseEvent| live.act(act))
        };
        let open = |subject: Subject| ctx.link().callback(move |_: MouseEvent| Msg::Open(subject));
        let say = |english| self.live.say(english);
        // On somebody else's page the first heading is the host's.
        let heading = if ctx.props().embedded { "h2" } else { "h1" };
        html! {
            <header class="block-header">
                <@{heading} class="block-title">{ say(about.title) }</@>
                <p class="teaches">{ say(about.teaches) }</p>
                <div class="tools" role="group" aria-label={say("tools")}>
                    <span class="chip" title={say("how long WebAssembly took to compute every number")}>{ &self.at_rest.took }</span>
                    <button type="button" disabled={!can_undo} onclick={act(|session| session.undo())} aria-label={say("undo")} title={say("undo (Ctrl+Z)")}>{ "↶" }</button>
                    <button type="button" disabled={!can_redo} onclick={act(|session| session.redo())} aria-label={say("redo")} title={say("redo (Ctrl+Shift+Z)")}>{ "↷" }</button>
                    <button type="button" onclick={act(Session::reset)} title={say("back to the beginning")}>{ say("Reset") }</button>
                    <button type="button" onclick={open(Subject::Table)} aria-haspopup="dialog" title={say("the numbers as a table")}>{ say("Table") }</button>
                    <button type="button" onclick={open(Subject::Share)} aria-haspopup="dialog" title={say("a link, a frame or an element for your own page")}>{ say("Share") }</button>
                    <button type="button" onclick={open(Subject::Export)} aria-haspopup="dialog" title={say("the picture, the formula, a program")}>{ say("Export") }</button>
                    <button type="button" onclick={open(Subject::Keys)} aria-haspopup="dialog" aria-label={say("keys")} title={say("keys (?)")}>{ "?" }</button>
                </div>
            </header>
        }
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
        let refresh = move |event: &Event| {
            let link = live.look(|session| Share::new(session, &home, (0.0, 0.0)).link);
            if let Some(anchor) = event.target().and_then(|target| target.dyn_into::<Element>().ok()) {
                let _ = anchor.set_attribute("href", &link);
            }
        };
        let (focused, entered) = (refresh.clone(), refresh);
        let href =
            format!("{}index.html#/{}", ctx.props().home, self.live.look(|session| session.block().about().name));
        html! {
            <a class="way-home" {href} target="_blank" rel="noopener"
                onfocus={Callback::from(move |event: FocusEvent| focused(&event))}
                onpointerover={Callback::from(move |event: PointerEvent| entered(&event))}>
                { self.live.say("open in Layerscope") }
            </a>
        }
    }

    pub(super) fn notices(&self) -> Html {
        let notices = self.live.look(|session| session.notices().to_vec());
        if notices.is_empty() {
            return Html::default();
        }
        let live = self.live.clone();
        let dismiss = Callback::from(move |_: MouseEvent| live.act(Session::dismiss_notices));
        html! {
            <div class="notice" role="status">
                <ul lang="en">{ for notices.iter().map(|notice| html! { <li>{ notice }</li> }) }</ul>
                <button type="button" aria-label={self.live.say("dismiss")} onclick={dismiss}>{ "×" }</button>
            </div>
        }
    }

    pub(super) fn error(&self) -> Html {
        match self.live.look(|session| session.trace().err().map(ToString::to_string)) {
            Some(message) => html! { <p class="error" role="alert" lang="en">{ message }</p> },
            None => Html::default(),
        }
    }
}

/// How long computing took, as far as the browser's clock can tell.
fn took(session: &Session) -> String {
    match session.took().as_secs_f64() * 1000.0 {
        milliseconds if milliseconds < 0.1 => "WASM < 0.1 ms".to_owned(),
        milliseconds if milliseconds < 10.0 => format!("WASM {milliseconds:.1} ms"),
        milliseconds => format!("WASM {milliseconds:.0} ms"),
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
