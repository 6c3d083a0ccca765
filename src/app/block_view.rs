//! One block with everything around it: the same frame for all.

mod around;
mod devices;
mod focus;
mod host;
mod sources;
mod told;

use std::cell::RefCell;
use std::rc::Rc;

use gloo::events::EventListener;
use gloo::render::{AnimationFrame, request_animation_frame};
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Element, HtmlElement, KeyboardEvent};
use yew::prelude::*;

pub use told::Happening;

use super::cell_editor::{Edit, Editing};
use super::controls::control_panel;
use super::dialogs::{Choice, Dialog, Subject};
use super::formula::formula_panel;
use super::kept::Kept;
use super::live::Live;
use super::loading::load;
use super::picture::{Picture, SharedPicture, picture_view};
use super::picture_source::{Source, take_dropped_and_pasted};
use super::tag::tag;
use super::transport::transport_bar;
use super::words::learn_words;
use crate::blocks::Word;
use crate::browser::{MediaWatch, SizeWatch, Video, folder_of_page, media_matches, spawn};
use crate::compute::gpu::{Fault, Lent};
use crate::scene::Theme;
use crate::state::{Controls, Language, Motion, Session};
use around::{AtRest, at_rest};
use focus::focus_in_place;
use told::{Told, tellable};

/// What a block view needs.
#[derive(Clone, Properties)]
pub struct Props {
    /// The session to show.
    pub session: Rc<RefCell<Session>>,
    /// How often somebody outside the view has acted on the session.
    #[prop_or_default]
    pub acts: u64,
    /// Told what happens.
    pub on_happening: Callback<Happening>,
    /// True on somebody else's page: links lead to the full page, headings step back.
    #[prop_or_default]
    pub embedded: bool,
    /// The folder of this copy of Layerscope, which shared links lead to: the page's own, where nothing else is said.
    #[prop_or_else(|| folder_of_page().into())]
    pub home: AttrValue,
}

impl PartialEq for Props {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.session, &other.session)
            && (self.acts, self.embedded, &self.home) == (other.acts, other.embedded, &other.home)
    }
}

/// What a block view reacts to.
pub enum Msg {
    /// Somebody acted on the session.
    Acted,
    /// The reader's system prefers something else now.
    SystemChanged,
    /// The picture came into sight, or has another width.
    Seen,
    /// The browser is about to show a new frame.
    Frame(f64),
    /// A number on the picture is being typed.
    Edited(Edit),
    /// Another picture is wanted.
    Source(Source),
    /// What the settings read is there, or why it isn't.
    Fetched(Result<(), String>),
    /// The camera runs, or a video plays; or why not.
    Video(Result<Video, String>),
    /// A card was lent, or why not.
    Lent(Result<Rc<Lent>, Fault>),
    /// WebAssembly and WebGPU are to compute the same.
    Compare,
    /// A dialog is to open.
    Open(Subject),
    /// Something was chosen in the dialog.
    Chosen(Choice),
    /// The dialog has closed.
    Closed,
}

/// One block with everything around it.
pub struct BlockView {
    live: Live,
    picture: SharedPicture,
    root: NodeRef,
    theme: Theme,
    told: Told,
    dialog: Option<Dialog>,
    video: Option<Video>,
    /// Whether what the settings read is being fetched.
    fetches: bool,
    /// What was asked to compute: nothing but the CPU, or a card, for what is sooner there or for all that it can do.
    asked: Option<bool>,
    _drops: Option<[EventListener; 3]>,
    /// The frame that has been asked for: however much happens before it, everything is drawn once.
    frame: Option<AnimationFrame>,
    last_frame: Option<f64>,
    /// Which revision of the session the view shows.
    shown: u64,
    at_rest: AtRest,
    /// Changes where the controls and the transport have to be rendered anew; not while the hand holds a number of the picture.
    stamp: u64,
    _system: [MediaWatch; 2],
    asked_for: Language,
    _size: Option<SizeWatch>,
    /// What had the keyboard's focus when the view was rendered.
    focused: RefCell<Option<HtmlElement>>,
    /// Tells scripts where a cell is: the property `layerscopeLocate` of the block's element.
    locate: Option<Closure<dyn Fn(String) -> JsValue>>,
}

impl Component for BlockView {
    type Message = Msg;
    type Properties = Props;

    fn create(ctx: &Context<Self>) -> Self {
        let live = Live::new(ctx.props().session.clone(), ctx.link().callback(|()| Msg::Acted));
        let system = ["(prefers-color-scheme: dark)", "(prefers-reduced-motion: reduce)"].map(|query| {
            let changed = ctx.link().callback(|()| Msg::SystemChanged);
            MediaWatch::new(query, move || changed.emit(()))
        });
        Self {
            picture: Rc::new(RefCell::new(Picture::new(live.clone()))),
            root: NodeRef::default(),
            theme: chosen_theme(&live),
            told: tellable(&live),
            dialog: None,
            video: None,
            fetches: false,
            asked: None,
            _drops: None,
            frame: None,
            last_frame: None,
            shown: 0,
            at_rest: at_rest(&live),
            stamp: 0,
            _system: system,
            asked_for: Language::En,
            _size: None,
            focused: RefCell::default(),
            locate: None,
            live,
        }
    }

    fn changed(&mut self, ctx: &Context<Self>, before: &Props) -> bool {
        if Rc::ptr_eq(&ctx.props().session, &before.session) {
            self.live.act(|_| ());
            return false;
        }
        self.live = Live::new(ctx.props().session.clone(), ctx.link().callback(|()| Msg::Acted));
        self.picture.borrow_mut().show(self.live.clone());
        (self.told, self.at_rest) = (tellable(&self.live), at_rest(&self.live));
        self.theme = self.with_host_colours(chosen_theme(&self.live));
        self.stamp += 1;
        self.want_frame(ctx);
        true
    }

    fn rendered(&mut self, ctx: &Context<Self>, first: bool) {
        let language = self.live.look(|session| session.view.lang);
        learn_words(&mut self.asked_for, language, &ctx.props().home, ctx.link().callback(|()| Msg::SystemChanged));
        if first {
            Picture::attach(&self.picture, ctx.link().callback(|()| Msg::Seen));
            self.offer_places();
            self.tell_size(ctx);
            if let Some(root) = self.root.cast::<Element>() {
                self._drops = Some(take_dropped_and_pasted(&root, &self.live, &ctx.link().callback(Msg::Source)));
            }
            ctx.link().send_message(Msg::SystemChanged);
        }
        if let Some(dialog) = &self.dialog {
            dialog.show();
        } else {
            self.keep_focus();
        }
        let field = self.picture.borrow_mut().editing.as_mut().and_then(Editing::begin);
        if let Some(field) = field {
            let _ = field.focus();
            field.select();
        }
    }

    fn update(&mut self, ctx: &Context<Self>, msg: Msg) -> bool {
        match msg {
            Msg::Acted => {
                self.fetch_awaited(ctx);
                self.ask_for_card(ctx);
                self.tell(ctx);
                self.want_frame(ctx);
                return false;
            }
            Msg::Seen => {
                self.last_frame = None;
                self.want_frame(ctx);
                return false;
            }
            Msg::Frame(time) => return self.on_frame(ctx, time),
            Msg::Edited(Edit::Value(value)) => {
                let cell = self.picture.borrow().editing.as_ref().map(|editing| editing.cell);
                self.live.act(|session| cell.into_iter().for_each(|cell| session.edit(cell, value)));
                return false;
            }
            Msg::Edited(end) => {
                let Some(editing) = self.picture.borrow_mut().editing.take() else { return false };
                let canvas = self.picture.borrow().canvas.cast::<HtmlElement>();
                self.live.act(|session| match &end {
                    Edit::Entered(text) | Edit::Left(text) => session.enter(editing.cell, text),
                    _ => session.cancel_gesture(),
                });
                self.live.act(Session::end_gesture);
                if let (false, Some(canvas)) = (matches!(end, Edit::Left(_)), canvas) {
                    focus_in_place(&canvas);
                }
            }
            Msg::SystemChanged => {
                // The picture's words and colours may be others now.
                self.live.act(|_| ());
                self.theme = self.with_host_colours(chosen_theme(&self.live));
                self.want_frame(ctx);
            }
            Msg::Source(source) => {
                self.turn_to(ctx, source);
                return false;
            }
            Msg::Fetched(loaded) => {
                self.fetches = false;
                self.live.act(|session| match loaded {
                    Ok(()) => session.refresh(),
                    Err(sentence) => {
                        session.undo();
                        session.notify(sentence);
                    }
                });
                return false;
            }
            Msg::Video(started) => {
                match started {
                    Ok(video) => self.begin_with(video),
                    Err(sentence) => self.live.act(|session| session.notify(sentence)),
                }
                return false;
            }
            Msg::Lent(lent) => {
                self.take_card(lent);
                return false;
            }
            Msg::Compare => {
                self.compare();
                return false;
            }
            // A dialog shows what stands: nothing moves on behind it.
            Msg::Open(subject) => {
                self.live.act(Session::pause);
                self.dialog = Some(Dialog::new(subject, &self.live));
            }
            Msg::Chosen(choice) => {
                if let Some(dialog) = &mut self.dialog {
                    dialog.choose(choice);
                }
            }
            Msg::Closed => self.dialog = None,
        }
        self.stamp += 1;
        true
    }

    fn destroy(&mut self, _: &Context<Self>) {
        self.picture.borrow_mut().detach();
    }

    fn view(&self, ctx: &Context<Self>) -> Html {
        self.focused.replace(self.focused());
        let link = ctx.link();
        let (about, controls, lang) =
            self.live.look(|session| (session.block().about(), session.view.controls, session.view.lang));
        let motion = welcomes_motion(&self.live);
        let label = format!("{}. {}", lang.say(about.title), lang.say(about.teaches));
        let live = self.live.clone();
        let panel = {
            let (live, on_source) = (live.clone(), link.callback(Msg::Source));
            Callback::from(move |()| control_panel(&live, &on_source))
        };
        let transport = {
            let live = live.clone();
            Callback::from(move |()| transport_bar(&live, motion))
        };
        let kept = |shown: bool, render: Callback<(), Html>| {
            if shown {
                html! { <Kept stamp={self.stamp} {render} /> }
            } else {
                Html::default()
            }
        };
        let (full, some) = (controls == Controls::Full, controls != Controls::None);
        let class = format!("block {}", controls.word());
        let style = chosen_theme(&live).css();
        tag("article", &[])
            .set("class", &class)
            .set("style", &style)
            .set("data-block", about.name)
            .set("lang", lang.word())
            .at(&self.root)
            .on("keydown", self.on_key(ctx))
            .with(if full { self.header(ctx) } else { Html::default() })
            .with(self.notices())
            .with(kept(full, panel))
            .with(self.error())
            .with(picture_view(&self.picture, motion, label, link.callback(Msg::Edited)))
            .with(kept(some, transport))
            .with(if some { formula_panel(&live) } else { Html::default() })
            .with(
                tag("p", &[("class", "unseen"), ("role", "status"), ("aria-live", "polite")])
                    .with(&*self.at_rest.sentence),
            )
            .with(self.way_home(ctx))
            .with(self.dialog(ctx))
            .into()
    }
}

impl BlockView {
    /// Fetches what the settings read and is not there yet.
    fn fetch_awaited(&mut self, ctx: &Context<Self>) {
        let files = if self.fetches { Vec::new() } else { self.live.look(Session::awaited) };
        if !files.is_empty() {
            self.fetches = true;
            let (fetched, home) = (ctx.link().callback(Msg::Fetched), ctx.props().home.clone());
            spawn(async move { fetched.emit(load(&files, &home).await) });
        }
    }

    /// Asks for a frame where something is to be shown that isn't, and somebody is there to see it.
    fn want_frame(&mut self, ctx: &Context<Self>) {
        let moves = self.live.look(|session| session.transport.moves());
        let picture = self.picture.borrow();
        let moves = moves || picture.scene.unfinished;
        let repaint = picture.is_visible() && (moves || picture.is_stale(self.theme));
        if self.frame.is_none()
            && (repaint || self.video.is_some() || self.live.slides() || self.shown != self.live.revision())
        {
            let link = ctx.link().clone();
            self.frame = Some(request_animation_frame(move |time| link.send_message(Msg::Frame(time))));
        }
    }

    /// Lets time pass and paints. Whether the words around the picture have changed, too.
    fn on_frame(&mut self, ctx: &Context<Self>, time: f64) -> bool {
        self.frame = None;
        self.live.catch_up();
        self.watch_video();
        let visible = self.picture.borrow().is_visible();
        if visible && self.live.look(|session| session.transport.moves()) {
            let seconds = self.last_frame.map_or(0.0, |last| (time - last).clamp(0.0, 100.0) / 1000.0);
            self.live.act(|session| session.tick(seconds));
            self.last_frame = Some(time);
        } else {
            self.last_frame = None;
        }
        // Where motion is not welcome, what moves by itself is shown again when it has come to rest.
        let has_moved =
            visible && self.live.look(Session::go_on).is_none_or(|moved| moved && welcomes_motion(&self.live));
        if has_moved || visible && self.picture.borrow().is_stale(self.theme) {
            self.picture.borrow_mut().paint(self.theme);
        }
        let before = std::mem::replace(&mut self.shown, self.live.revision());
        if before != self.shown && !self.picture.borrow().is_held() {
            self.at_rest = at_rest(&self.live);
            self.stamp += 1;
        }
        self.want_frame(ctx);
        before != self.shown
    }

    /// Keys for the whole block; only those that it uses are stopped, and at once: later would be too late.
    fn on_key(&self, ctx: &Context<Self>) -> impl Fn(KeyboardEvent) + 'static + use<> {
        let (live, link) = (self.live.clone(), ctx.link().clone());
        move |event: KeyboardEvent| {
            let target = event.composed_path().get(0).dyn_into::<web_sys::Element>();
            let target = target.map(|target| target.tag_name()).unwrap_or_default();
            let field = field_type(&event);
            let field = field.as_deref();
            let typing =
                matches!(target.as_str(), "SELECT" | "TEXTAREA") || field.is_some_and(|field| field != "range");
            let writing = target == "TEXTAREA" || field == Some("text");
            let pressing = typing || matches!(target.as_str(), "BUTTON" | "SUMMARY" | "A");
            let command = event.ctrl_key() || event.meta_key();
            let (motion, step) = (welcomes_motion(&live), live.look(Session::step));
            match (event.key().as_str(), command) {
                ("z", true) if !event.shift_key() && !writing => live.act(Session::undo),
                ("z" | "Z", true) | ("y", true) if !writing => live.act(Session::redo),
                (" ", false) if !pressing => live.act(toggle),
                ("[", false) if !typing => live.act(|session| session.go_to(step.saturating_sub(1), motion)),
                ("]", false) if !typing => live.act(|session| session.go_to(step + 1, motion)),
                ("?", false) if !typing => link.send_message(Msg::Open(Subject::Keys)),
                _ => return,
            }
            event.prevent_default();
            event.stop_propagation();
        }
    }
}

/// Of which type the field is that a key goes to: one with a text has an undo of its own, a slider has no use for the space bar.
fn field_type(event: &KeyboardEvent) -> Option<String> {
    let field = event.composed_path().get(0).dyn_into::<web_sys::HtmlInputElement>();
    field.ok().map(|field| field.type_())
}

fn chosen_theme(live: &Live) -> Theme {
    live.look(|session| session.view.theme).theme(media_matches("(prefers-color-scheme: dark)"))
}

fn welcomes_motion(live: &Live) -> bool {
    live.look(|session| session.view.motion) == Motion::Auto && !media_matches("(prefers-reduced-motion: reduce)")
}

/// Play and pause in one.
pub fn toggle(session: &mut Session) {
    if session.transport.playing { session.pause() } else { session.play() }
}
