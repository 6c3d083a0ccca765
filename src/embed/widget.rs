//! One block on somebody else's page: what the element `<layer-scope>` and the frame hold on to.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use js_sys::Promise;
use serde_json::Value;
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen_futures::future_to_promise;
use web_sys::{Blob, Element};
use yew::Callback;

use super::frame;
use super::stage::Stage;
use crate::app::{BlockProps, Happening, is_loaded, load, locate};
use crate::blocks::object;
use crate::blocks::{self, AnyBlock};
use crate::browser::{json, media_matches};
use crate::explain::Form;
use crate::paint::{canvas, svg};
use crate::scene::Scene;
use crate::state::{Motion, Route, Session};

/// A mounted block. Whatever is asked of it goes the way that a reader's own acts go.
#[wasm_bindgen]
pub struct Widget {
    root: Element,
    session: Rc<RefCell<Session>>,
    stage: RefCell<Option<Stage>>,
    on_happening: Callback<Happening>,
    home: String,
    acts: Cell<u64>,
}

/// Fetches what the block that `query` names reads with the settings there, from `home`, the folder of this copy of Layerscope:
/// a promise, or nothing where everything is there.
#[wasm_bindgen]
pub fn prepare(query: &str, home: &str) -> Option<Promise> {
    let route = Route::parse_search(query);
    let files = Session::files_of(blocks::find(route.block.as_deref()?)?, &route.pairs);
    if is_loaded(&files) {
        return None;
    }
    let home = home.to_owned();
    Some(future_to_promise(async move {
        let loaded = load(&files, &home).await;
        loaded.map(|()| JsValue::UNDEFINED).map_err(|why| json::error("load", &why))
    }))
}

/// Shows a block inside `root`, which stays empty of anything else. `query` holds the block and its keys as an embed's address
/// does; `home` is the folder of this copy of Layerscope, with a slash at its end. `tell(type, detail)` hears what happens.
/// What the block reads has been fetched by [`prepare`].
///
/// # Errors
/// Where there is no such block.
#[wasm_bindgen]
pub fn mount(root: Element, query: &str, home: &str, tell: js_sys::Function) -> Result<Widget, JsValue> {
    let route = Route::parse_search(query);
    let block = named(&route).map_err(|why| json::error("value", &why))?;
    let session = Rc::new(RefCell::new(Session::open(block, &route.pairs)));
    let on_happening = {
        let session = session.clone();
        Callback::from(move |happening: Happening| {
            let (kind, detail) = told(&session.borrow(), &happening);
            // What a host does wrong in its own listener stays its own.
            let _ = tell.call2(&JsValue::NULL, &kind.into(), &json::write(&detail));
        })
    };
    let widget =
        Widget { root, session, stage: RefCell::default(), on_happening, home: home.to_owned(), acts: Cell::new(0) };
    let stage =
        Stage::raise(&widget.root, widget.props()).ok_or_else(|| json::error("unsupported", "there is no document"))?;
    widget.stage.replace(Some(stage));
    widget.tell_refused();
    Ok(widget)
}

/// Runs `embed.html`: the block that its address names, driven by messages.
///
/// # Errors
/// Where there is no such block, or what it reads cannot be had.
#[wasm_bindgen(js_name = startFrame)]
pub async fn start_frame(root: Element) -> Result<(), JsValue> {
    frame::start(root).await
}

/// The block of that name.
///
/// # Errors
/// With a sentence, where there is no such block.
fn find(name: &str) -> Result<&'static dyn AnyBlock, String> {
    blocks::find(name).ok_or_else(|| {
        let known: Vec<_> = blocks::ALL.iter().map(|block| block.about().name).collect();
        let given: String = name.chars().take(40).collect();
        format!("block got “{given}”; it takes one of {}", known.join(", "))
    })
}

/// The block that an address names.
///
/// # Errors
/// With a sentence, where there is no such block.
pub(super) fn named(route: &Route) -> Result<&'static dyn AnyBlock, String> {
    find(route.block.as_deref().unwrap_or_default())
}

/// What happened, as the name and the detail of an event.
fn told(session: &Session, happening: &Happening) -> (&'static str, Value) {
    match happening {
        Happening::Change => ("change", session.state()),
        Happening::Step => ("step", object(vec![("step", session.step().into()), ("steps", session.steps().into())])),
        Happening::Focus(cell) => {
            let cell = cell.map(|cell| cell.to_string());
            let explanation = cell.as_deref().map(|cell| explained(session, cell));
            ("focus", object(vec![("cell", cell.into()), ("explanation", explanation.into())]))
        }
        Happening::Error { code, message } => (
            "error",
            object(vec![
                ("code", code.as_str().into()),
                ("message", message.as_str().into()),
                ("recoverable", true.into()),
            ]),
        ),
        Happening::Size(width, height) => {
            ("size", object(vec![("width", (*width).into()), ("height", (*height).into())]))
        }
    }
}

/// A cell's number, formula and terms; null where there is no such cell.
fn explained(session: &Session, cell: &str) -> Value {
    let Some(cell) = session.trace().ok().and_then(|trace| trace.parse_cell(cell)) else { return Value::Null };
    let Some(why) = session.explain(cell) else { return Value::Null };
    let terms: Vec<Value> = why
        .terms()
        .iter()
        .map(|term| {
            object(vec![
                ("value", term.value.into()),
                ("cells", term.cells.iter().map(ToString::to_string).collect::<Vec<_>>().into()),
            ])
        })
        .collect();
    object(vec![
        ("cell", cell.to_string().into()),
        ("value", why.value().into()),
        ("formula", why.formula(Form::Numbers).text().into()),
        ("latex", why.latex().into()),
        ("terms", terms.into()),
    ])
}

impl Widget {
    fn props(&self) -> BlockProps {
        BlockProps {
            session: self.session.clone(),
            acts: self.acts.get(),
            on_happening: self.on_happening.clone(),
            embedded: true,
            home: self.home.clone().into(),
        }
    }

    /// Does something to the session, and lets the view know.
    pub(super) fn act(&self, act: impl FnOnce(&mut Session)) {
        act(&mut self.session.borrow_mut());
        self.acts.set(self.acts.get() + 1);
        if let Some(stage) = self.stage.borrow_mut().as_mut() {
            stage.show(self.props());
        }
    }

    /// Looks at the session.
    pub(super) fn look<R>(&self, look: impl FnOnce(&Session) -> R) -> R {
        look(&self.session.borrow())
    }

    /// Fetches what the settings read and is not there yet, and shows it.
    pub(super) async fn fetch_awaited(&self) -> Result<(), String> {
        let files = self.look(Session::awaited);
        if !files.is_empty() {
            load(&files, &self.home).await?;
            self.act(Session::refresh);
        }
        Ok(())
    }

    /// Lets the host know what was refused, as the reader is told.
    fn tell_refused(&self) {
        let refused = self.look(|session| session.notices().join(" "));
        if !refused.is_empty() {
            self.on_happening.emit(Happening::Error { code: "value".to_owned(), message: refused });
        }
    }

    fn motion(&self) -> bool {
        let welcome = self.look(|session| session.view.motion == Motion::Auto);
        welcome && !media_matches("(prefers-reduced-motion: reduce)")
    }

    /// The picture as it stands, as wide as it is shown.
    fn scene(&self) -> Scene {
        let shown = self.root.query_selector("[data-picture]").ok().flatten();
        let width = shown.map_or(0, |picture| picture.client_width()).max(320);
        let dark = media_matches("(prefers-color-scheme: dark)");
        self.look(|session| session.scene(width as f32, &session.view.theme.theme(dark)))
    }

    /// The picture as a PNG, in an address that holds it.
    pub(super) fn png_uri(&self) -> Option<String> {
        canvas::png_uri(&self.scene(), 2.0)
    }

    pub(super) fn latex(&self) -> String {
        self.look(|session| session.explanation().map(|why| why.latex()).unwrap_or_default())
    }

    pub(super) fn pytorch(&self) -> String {
        let program = |session: &Session| {
            let (trace, cell) = (session.trace().ok()?, session.at()?);
            Some(session.block().pytorch(session.shown(), trace, cell))
        };
        self.look(program).unwrap_or_default()
    }
}

#[wasm_bindgen]
impl Widget {
    /// Block, settings and view, as a plain object.
    #[wasm_bindgen(getter)]
    pub fn state(&self) -> JsValue {
        json::write(&self.look(Session::state))
    }

    /// Takes over any part of a state.
    ///
    /// # Errors
    /// With a sentence, where a value is not legal; then nothing changes.
    #[wasm_bindgen(js_name = setState)]
    pub fn set_state(&self, state: &JsValue) -> Result<(), JsValue> {
        let state = json::read(state).map_err(|why| json::error("value", &format!("the state {why}")))?;
        self.take(&state).map_err(|why| json::error("value", &why))
    }

    /// Takes over everything from a query, as when the widget was mounted.
    ///
    /// # Errors
    /// Where there is no such block; then nothing changes.
    #[wasm_bindgen(js_name = setQuery)]
    pub fn set_query(&self, query: &str) -> Result<(), JsValue> {
        let route = Route::parse_search(query);
        let block = named(&route).map_err(|why| json::error("value", &why))?;
        self.act(|session| {
            if session.block().about().name == block.about().name {
                session.read(&route.pairs);
            } else {
                *session = Session::open(block, &route.pairs);
            }
        });
        self.tell_refused();
        Ok(())
    }

    /// Takes over what the view keys of a query say; everything else stays as the reader has left it.
    #[wasm_bindgen(js_name = setView)]
    pub fn set_view(&self, query: &str) {
        let route = Route::parse_search(query);
        self.act(|session| session.read_view(&route.pairs));
        self.tell_refused();
    }

    /// Where the transport stands.
    #[wasm_bindgen(getter)]
    pub fn step(&self) -> usize {
        self.look(Session::step)
    }

    /// How many positions the transport has.
    #[wasm_bindgen(getter)]
    pub fn steps(&self) -> usize {
        self.look(Session::steps)
    }

    /// Whether it plays.
    #[wasm_bindgen(getter)]
    pub fn playing(&self) -> bool {
        self.look(|session| session.transport.playing)
    }

    /// What computes.
    #[wasm_bindgen(getter, js_name = activeBackend)]
    pub fn active_backend(&self) -> String {
        self.look(|session| session.backend().to_owned())
    }

    /// Starts to play.
    pub fn play(&self) {
        self.act(Session::play);
    }

    /// Stops playing.
    pub fn pause(&self) {
        self.act(Session::pause);
    }

    /// One step on.
    pub fn next(&self) {
        self.step_by(1);
    }

    /// One step back.
    pub fn previous(&self) {
        self.step_by(-1);
    }

    /// To a step; beyond the last, to the last.
    #[wasm_bindgen(js_name = goTo)]
    pub fn go_to(&self, step: f64) {
        let motion = self.motion();
        self.act(|session| session.go_to(step.max(0.0) as usize, motion));
    }

    /// Back to the block's defaults.
    pub fn reset(&self) {
        self.act(Session::reset);
    }

    /// The picture as SVG text.
    #[wasm_bindgen(js_name = toSVG)]
    pub fn to_svg(&self) -> String {
        svg::paint(&self.scene(), self.look(|session| session.block().about().title), None)
    }

    /// The picture as a PNG, `scale` pixels to a CSS pixel.
    ///
    /// # Errors
    /// Where the browser cannot paint so many pixels.
    #[wasm_bindgen(js_name = toPNG)]
    pub async fn to_png(&self, scale: f32) -> Result<Blob, JsValue> {
        let scale = if scale.is_finite() { scale.clamp(0.5, 8.0) } else { 1.0 };
        let scene = self.scene();
        canvas::png(&scene, scale).await
    }

    /// Why a number is what it is: `{cell, value, formula, latex, terms}`, or null.
    pub fn explain(&self, cell: &str) -> JsValue {
        json::write(&self.look(|session| explained(session, cell)))
    }

    /// Where a cell is, in client coordinates: `{x, y, width, height}`, or null.
    pub fn locate(&self, cell: &str) -> JsValue {
        let found = self.look(|session| locate(&self.root, session, cell));
        found.map_or(JsValue::NULL, |bounds| json::write(&bounds))
    }

    /// Takes the block away, with everything that it held.
    pub fn destroy(&self) {
        if let Some(stage) = self.stage.borrow_mut().take() {
            stage.strike();
        }
    }
}

impl Widget {
    pub(super) fn step_by(&self, by: i64) {
        let motion = self.motion();
        let to = self.step().saturating_add_signed(by as isize);
        self.act(|session| session.go_to(to, motion));
    }

    /// Takes over any part of a state.
    pub(super) fn take(&self, state: &Value) -> Result<(), String> {
        if let Some(name) = state.get("block").and_then(Value::as_str)
            && name != self.look(|session| session.block().about().name)
        {
            let block = find(name)?;
            let mut fresh = Session::new(block);
            fresh.view = self.look(|session| session.view.clone());
            fresh.take(state)?;
            self.act(|session| *session = fresh);
            return Ok(());
        }
        let mut taken = Ok(());
        self.act(|session| taken = session.take(state));
        taken
    }
}
