//! `embed.html`: one block that fills a frame, and what it says to the page around it.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::rc::Rc;

use gloo::events::EventListener;
use js_sys::Function;
use serde_json::{Value, json};
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{Element, MessageEvent, Window};

use super::json;
use super::messages::{self, Command, Format, Incoming};
use super::widget::{Widget, mount, prepare};
use crate::browser::folder_of_page;
use crate::state::Route;

/// The page around the frame, and how far it has come in introducing itself.
struct Host {
    window: Window,
    /// Where everything goes once it said hello; before, only `ready` and `size` are sent, to whoever is there.
    origin: RefCell<Option<String>>,
    /// What has been asked and not been done, in order; the first is being done.
    asked: RefCell<VecDeque<Incoming>>,
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
    let host = parent.map(|window| Rc::new(Host { window, origin: RefCell::default(), asked: RefCell::default() }));
    let query = window.location().search().unwrap_or_default();
    let home = folder_of_page();
    if let Some(fetched) = Route::parse_search(&query).block.and_then(|block| prepare(&block, &home)) {
        JsFuture::from(fetched).await?;
    }
    let tell = {
        let host = host.clone();
        let tell = Closure::<dyn Fn(String, JsValue)>::new(move |kind: String, detail: JsValue| {
            if let Some(host) = &host
                && kind != "focus"
            {
                host.send(&kind, None, json::read(&detail).unwrap_or_default());
            }
        });
        tell.into_js_value().unchecked_into::<Function>()
    };
    // Whatever said that the block is loading has been right until now.
    root.set_text_content(None);
    let widget = Rc::new(mount(root, &query, &home, tell)?);
    let Some(host) = host else { return Ok(()) };
    host.send(
        "ready",
        None,
        widget.look(|session| json!({"block": session.block().about().name, "steps": session.steps()})),
    );
    let listener = EventListener::new(&window, "message", move |event| {
        let Some(event) = event.dyn_ref::<MessageEvent>() else { return };
        let from_parent = event.source().is_some_and(|source| source.loose_eq(&host.window));
        if from_parent {
            receive(&widget, &host, event);
        }
    });
    // The frame lives as long as its document.
    listener.forget();
    Ok(())
}

fn receive(widget: &Rc<Widget>, host: &Rc<Host>, event: &MessageEvent) {
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
            if host.asked.borrow().len() == 1 {
                spawn_local(obey_all(widget.clone(), host.clone()));
            }
        }
    }
}

/// Does one after the other what has been asked: a block that has something to read may have to be waited for.
async fn obey_all(widget: Rc<Widget>, host: Rc<Host>) {
    loop {
        let Some(Incoming { command, request }) = host.asked.borrow().front().cloned() else { return };
        if let Command::Set(state) = &command
            && let Some(block) = state["block"].as_str()
            && let Some(fetched) = prepare(block, &folder_of_page())
        {
            // What is missing the block itself tells.
            let _ = JsFuture::from(fetched).await;
        }
        obey(&widget, &host, command, request);
        host.asked.borrow_mut().pop_front();
    }
}

fn refuse(host: &Host, request: Option<&Value>, why: &str) {
    host.send("error", request, json!({"code": "value", "message": why, "recoverable": true}));
}

fn obey(widget: &Rc<Widget>, host: &Rc<Host>, command: Command, request: Option<Value>) {
    match command {
        Command::Hello | Command::Get => {}
        Command::Set(state) => {
            if let Err(why) = widget.take(&state) {
                return refuse(host, request.as_ref(), &why);
            }
        }
        Command::StepTo(step) => widget.go_to(step as f64),
        Command::StepBy(by) => widget.step_by(by),
        Command::Play => widget.play(),
        Command::Pause => widget.pause(),
        Command::Reset => widget.reset(),
        Command::Export(format) => return export(widget, host, format, request),
    }
    host.send("result", request.as_ref(), widget.look(|session| session.state()));
}

fn export(widget: &Rc<Widget>, host: &Rc<Host>, format: Format, request: Option<Value>) {
    let text = match format {
        Format::Svg => widget.to_svg(),
        Format::Latex => widget.latex(),
        Format::Pytorch => widget.pytorch(),
        Format::Png => {
            let (widget, host) = (widget.clone(), host.clone());
            spawn_local(async move {
                let painted = match widget.to_png(2.0).await {
                    Ok(file) => gloo::file::futures::read_as_data_url(&gloo::file::Blob::from(file)).await.ok(),
                    Err(_) => None,
                };
                match painted {
                    Some(address) => {
                        host.send("result", request.as_ref(), json!({"format": "png", "content": address}))
                    }
                    None => refuse(&host, request.as_ref(), "this browser cannot paint so many pixels"),
                }
            });
            return;
        }
    };
    host.send("result", request.as_ref(), json!({"content": text}));
}
