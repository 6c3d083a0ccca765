//! `embed.html`: one block that fills a frame, and what it says to the page around it.

use std::cell::{Cell, OnceCell, RefCell};
use std::collections::VecDeque;
use std::rc::Rc;

use gloo::events::EventListener;
use js_sys::Function;
use serde_json::Value;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Element, MessageEvent, Window};

use super::messages::{self, Command, Format, Incoming};
use super::widget::{Widget, mount, named};
use crate::app::load;
use crate::blocks;
use crate::blocks::object;
use crate::browser::{folder_of_page, json, spawn};
use crate::state::{Route, Session};

/// The page around the frame, and how far it has come in introducing itself.
struct Host {
    window: Window,
    /// Where everything goes once it said hello; before, only `ready` and `size` are sent, to whoever is there.
    origin: RefCell<Option<String>>,
    /// What has been asked and not been done, in order.
    asked: RefCell<VecDeque<Incoming>>,
    /// The block, or why there is none; nothing while what it reads is being fetched.
    widget: OnceCell<Result<Widget, String>>,
    /// Whether somebody is at work on what has been asked.
    works: Cell<bool>,
}

impl Host {
    fn send(&self, kind: &str, request: Option<&Value>, data: Value) {
        let origin = self.origin.borrow();
        if origin.is_none() && !matches!(kind, "ready" | "size") {
            return;
        }
        let message = json::write(&messages::outgoing(kind, request, data));
        // A host without an address of its own (a sandbox, a file) can only be named by everybody.
        let target = origin.as_deref().filter(|origin| *origin != "null").unwrap_or("*");
        let _ = self.window.post_message(&message, target);
    }
}

/// Mounts the block that the address names, and listens to the page around.
pub async fn start(root: Element) -> Result<(), JsValue> {
    let window = web_sys::window().ok_or_else(|| json::error("unsupported", "a frame has a window"))?;
    let parent = window.parent().ok().flatten().filter(|parent| *parent != window);
    let query = window.location().search().unwrap_or_default();
    let Some(parent) = parent else {
        return open(root, &query, Function::new_no_args("")).await.map(drop).map_err(|why| json::error("load", &why));
    };
    let host = Rc::new(Host {
        window: parent,
        origin: RefCell::default(),
        asked: RefCell::default(),
        widget: OnceCell::new(),
        works: Cell::new(false),
    });
    let listener = {
        let host = host.clone();
        EventListener::new(&window, "message", move |event| {
            let Some(event) = event.dyn_ref::<MessageEvent>() else { return };
            if event.source().is_some_and(|source| source.loose_eq(&host.window)) {
                receive(&host, event);
            }
        })
    };
    // The frame lives as long as its document.
    listener.forget();
    let tell = {
        let host = host.clone();
        let tell = Closure::<dyn Fn(String, JsValue)>::new(move |kind: String, detail: JsValue| {
            if kind != "focus" {
                host.send(&kind, None, json::read(&detail).unwrap_or_default());
            }
        });
        tell.into_js_value().unchecked_into::<Function>()
    };
    let opened = open(root, &query, tell).await;
    let failure = opened.as_ref().err().cloned();
    let widget = host.widget.get_or_init(|| opened);
    if let Ok(widget) = widget {
        let ready = widget.look(|session| {
            object(vec![("block", session.block().about().name.into()), ("steps", session.steps().into())])
        });
        host.send("ready", None, ready);
    }
    work(&host);
    failure.map_or(Ok(()), |why| Err(json::error("load", &why)))
}

/// The block that the address names, as soon as what it reads is there.
async fn open(root: Element, query: &str, tell: Function) -> Result<Widget, String> {
    let route = Route::parse_search(query);
    load(&Session::files_of(named(&route)?, &route.pairs), &folder_of_page()).await?;
    // Whatever said that the block is loading has been right until now.
    root.set_text_content(None);
    mount(root, query, &folder_of_page(), tell).map_err(|_| "there is no document".to_owned())
}

fn receive(host: &Rc<Host>, event: &MessageEvent) {
    let read = match json::text(&event.data()) {
        Ok(text) => messages::parse(&text),
        Err(why) => {
            // Only an envelope is answered, not what others say to each other.
            let mark = js_sys::Reflect::get(&event.data(), &"layerscope".into()).ok();
            mark.and_then(|mark| mark.as_f64()).map(|_| Err((format!("the message {why}"), None)))
        }
    };
    let Some(read) = read else { return };
    let known = host.origin.borrow().as_ref().is_none_or(|origin| *origin == event.origin());
    if !known {
        return;
    }
    match read {
        Err((why, request)) => refuse(host, request.as_ref(), &why),
        Ok(incoming) => {
            if incoming.command == Command::Hello {
                host.origin.replace(Some(event.origin()));
            }
            host.asked.borrow_mut().push_back(incoming);
            work(host);
        }
    }
}

/// Does what has been asked, one after the other: a block that has something to read may have to be waited for.
fn work(host: &Rc<Host>) {
    if host.widget.get().is_none() || host.works.replace(true) {
        return;
    }
    let host = host.clone();
    spawn(async move {
        while let Some(Incoming { command, request }) = next(&host) {
            let done = match host.widget.get() {
                Some(Ok(widget)) => obey(widget, &host, command, request.as_ref()).await,
                Some(Err(why)) => Err(why.clone()),
                None => Ok(()),
            };
            if let Err(why) = done {
                refuse(&host, request.as_ref(), &why);
            }
        }
        host.works.set(false);
    });
}

fn next(host: &Host) -> Option<Incoming> {
    host.asked.borrow_mut().pop_front()
}

fn refuse(host: &Host, request: Option<&Value>, why: &str) {
    host.send(
        "error",
        request,
        object(vec![("code", "value".into()), ("message", why.into()), ("recoverable", true.into())]),
    );
}

async fn obey(widget: &Widget, host: &Host, command: Command, request: Option<&Value>) -> Result<(), String> {
    match command {
        Command::Hello | Command::Get => {}
        Command::Set(state) => {
            if let Some(block) = state["block"].as_str().and_then(blocks::find) {
                load(&Session::files_of(block, &[]), &folder_of_page()).await?;
            }
            widget.take(&state)?;
            widget.fetch_awaited().await?;
        }
        Command::StepTo(step) => widget.go_to(step as f64),
        Command::StepBy(by) => widget.step_by(by),
        Command::Play => widget.play(),
        Command::Pause => widget.pause(),
        Command::Reset => widget.reset(),
        Command::Export(format) => {
            host.send("result", request, export(widget, format)?);
            return Ok(());
        }
    }
    host.send("result", request, widget.look(|session| session.state()));
    Ok(())
}

fn export(widget: &Widget, format: Format) -> Result<Value, String> {
    Ok(match format {
        Format::Svg => object(vec![("content", widget.to_svg().into())]),
        Format::Latex => object(vec![("content", widget.latex().into())]),
        Format::Pytorch => object(vec![("content", widget.pytorch().into())]),
        Format::Png => {
            let address = widget.png_uri().ok_or("this browser cannot paint so many pixels")?;
            object(vec![("format", "png".into()), ("content", address.into())])
        }
    })
}
