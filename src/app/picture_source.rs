//! Where a picture comes from: a bundled one, a file (by button, drop or paste), the camera.

use std::cell::RefCell;
use std::rc::Rc;

use gloo::events::{EventListener, EventListenerOptions};
use gloo::render::{AnimationFrame, request_animation_frame};
use serde_json::json;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::spawn_local;
use web_sys::{ClipboardEvent, DragEvent, Element, File, FileList, HtmlInputElement, HtmlSelectElement};
use yew::prelude::*;

use super::live::Live;
use crate::blocks::Choice;
use crate::browser::{Camera, decode};
use crate::data::pictures;

#[derive(Properties, PartialEq)]
pub struct Props {
    pub live: Live,
    /// The setting that holds the picture's name.
    pub key_name: &'static str,
    pub label: AttrValue,
    pub help: AttrValue,
    pub choices: Vec<Choice>,
    /// The picture's name.
    pub name: String,
}

/// A running camera, and the frame in which its next picture is taken.
type Running = Rc<RefCell<Option<(Camera, Option<AnimationFrame>)>>>;

#[component(PictureSource)]
pub fn picture_source(props: &Props) -> Html {
    let Props { live, key_name, label, help, choices, name } = props;
    let root = use_node_ref();
    let running: Running = use_mut_ref(|| None);
    let choose = {
        let (live, key) = (live.clone(), *key_name);
        Callback::from(move |name: String| live.act(|session| session.set(key, &json!(name))))
    };
    let open = open_callback(live, &choose);
    {
        // The whole block takes what is dropped or pasted.
        let (root, open) = (root.clone(), open.clone());
        use_effect_with((), move |()| {
            let block = root.cast::<Element>().and_then(|root| root.closest(".block").ok()?);
            let listeners = block.map(|block| listeners(&block, &open));
            move || drop(listeners)
        });
    }
    if name != pictures::CAMERA {
        running.borrow_mut().take();
    }
    let camera = {
        let (live, choose, running) = (live.clone(), choose.clone(), running.clone());
        Callback::from(move |_: MouseEvent| start_camera(live.clone(), choose.clone(), running.clone()))
    };
    let freeze = {
        let (choose, running) = (choose.clone(), running.clone());
        Callback::from(move |_: MouseEvent| {
            let still = running.borrow_mut().take().and_then(|(camera, _)| camera.picture());
            if let Some(picture) = still {
                choose.emit(pictures::add(picture));
            }
        })
    };
    let onchange = Callback::from(move |event: Event| {
        if let Some(select) = event.target().and_then(|target| target.dyn_into::<HtmlSelectElement>().ok()) {
            choose.emit(select.value());
        }
    });
    let picked = Callback::from(move |event: Event| {
        let Some(input) = event.target().and_then(|target| target.dyn_into::<HtmlInputElement>().ok()) else { return };
        if let Some(file) = first(input.files()) {
            open.emit(file);
        }
        input.set_value("");
    });
    let own = !choices.iter().any(|choice| choice.value == name);
    let say = |english| live.say(english);
    html! {
        <div class="control" ref={root} role="group" aria-label={label.clone()} title={help.clone()}>
            <span class="label" aria-hidden="true">{ label }</span>
            <div class="tools">
                <select {onchange} data-key={*key_name} aria-label={label.clone()}>
                    if own {
                        <option value={name.clone()} selected=true>{ say(if name == pictures::CAMERA { "camera" } else { "own picture" }) }</option>
                    }
                    { for choices.iter().map(|choice| html! {
                        <option value={choice.value} selected={choice.value == name}>{ say(choice.label) }</option>
                    }) }
                </select>
                <label class="file" title={say("a PNG, JPEG or WebP; or drop or paste one")}>
                    <input type="file" accept="image/*" onchange={picked} />
                    <span>{ say("open…") }</span>
                </label>
                if name == pictures::CAMERA {
                    <button type="button" onclick={freeze}>{ say("Freeze") }</button>
                } else if Camera::is_there() {
                    <button type="button" onclick={camera}>{ say("Camera") }</button>
                }
            </div>
        </div>
    }
}

/// Decodes a file and shows it, unless another was chosen meanwhile.
fn open_callback(live: &Live, choose: &Callback<String>) -> Callback<File> {
    let (live, choose) = (live.clone(), choose.clone());
    Callback::from(move |file: File| {
        let (live, choose) = (live.clone(), choose.clone());
        let settings = live.look(|session| session.settings().clone());
        spawn_local(async move {
            let decoded = decode(&file, &file.name()).await;
            if live.look(|session| *session.settings() != settings) {
                return;
            }
            match decoded {
                Ok(picture) => choose.emit(pictures::add(picture)),
                Err(sentence) => live.act(|session| session.notify(sentence)),
            }
        });
    })
}

fn first(files: Option<FileList>) -> Option<File> {
    files.and_then(|files| files.get(0))
}

fn listeners(block: &Element, open: &Callback<File>) -> [EventListener; 3] {
    let preventing = EventListenerOptions::enable_prevent_default;
    let (dropped, pasted) = (open.clone(), open.clone());
    [
        EventListener::new_with_options(block, "dragover", preventing(), |event| event.prevent_default()),
        EventListener::new_with_options(block, "drop", preventing(), move |event| {
            event.prevent_default();
            let files = event.dyn_ref::<DragEvent>().and_then(DragEvent::data_transfer).and_then(|data| data.files());
            if let Some(file) = first(files) {
                dropped.emit(file);
            }
        }),
        EventListener::new_with_options(block, "paste", preventing(), move |event| {
            let data = event.dyn_ref::<ClipboardEvent>().and_then(ClipboardEvent::clipboard_data);
            if let Some(file) = first(data.and_then(|data| data.files())) {
                event.prevent_default();
                pasted.emit(file);
            }
        }),
    ]
}

fn start_camera(live: Live, choose: Callback<String>, running: Running) {
    spawn_local(async move {
        match Camera::start().await {
            Ok(camera) => {
                running.replace(Some((camera, None)));
                next_frame(live, choose, running);
            }
            Err(sentence) => live.act(|session| session.notify(sentence)),
        }
    });
}

/// Takes a picture at the next frame, and so on as long as the camera runs. Browsers ask for no frames while the page is hidden.
fn next_frame(live: Live, choose: Callback<String>, running: Running) {
    let again = running.clone();
    let frame = request_animation_frame(move |_| {
        let picture = again.borrow().as_ref().and_then(|(camera, _)| camera.picture());
        if let Some(picture) = picture {
            pictures::show_camera(picture);
            if live.look(|session| session.names_picture(pictures::CAMERA)) {
                live.act(|session| session.refresh());
            } else {
                choose.emit(pictures::CAMERA.to_owned());
            }
        }
        if again.borrow().is_some() {
            next_frame(live, choose, again);
        }
    });
    if let Some((_, waiting)) = running.borrow_mut().as_mut() {
        *waiting = Some(frame);
    }
}
