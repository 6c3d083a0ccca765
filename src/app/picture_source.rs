//! Where a picture or a volume comes from: a bundled one, a file (by button, drop or paste), the camera.

use gloo::events::{EventListener, EventListenerOptions};
use wasm_bindgen::JsCast;
use web_sys::{ClipboardEvent, DragEvent, Element, File, FileList, HtmlInputElement};
use yew::prelude::*;

use super::field::text_of;
use super::live::Live;
use crate::blocks::{Choice, Control, Kind};
use crate::browser::Camera;
use crate::data::pictures;

/// What a reader does to get another picture.
pub enum Source {
    /// Chooses one that is known, by its name.
    Known(String),
    /// Opens, drops or pastes a file.
    File(File),
    /// Starts the camera.
    Camera,
    /// Keeps what the camera sees.
    Freeze,
}

/// The control of a picture or volume whose name is `name`.
pub fn picture_control(
    live: &Live,
    control: &Control,
    choices: &[Choice],
    name: &str,
    on_source: &Callback<Source>,
) -> Html {
    let onchange = {
        let on_source = on_source.clone();
        Callback::from(move |event: Event| {
            text_of(&event).into_iter().for_each(|name| on_source.emit(Source::Known(name)));
        })
    };
    let picked = {
        let on_source = on_source.clone();
        Callback::from(move |event: Event| {
            let input = event.target().and_then(|target| target.dyn_into::<HtmlInputElement>().ok());
            let Some(input) = input else { return };
            if let Some(file) = first(input.files()) {
                on_source.emit(Source::File(file));
            }
            input.set_value("");
        })
    };
    let own = !choices.iter().any(|choice| choice.value == name);
    let is_camera = name == pictures::CAMERA;
    let say = |english| live.say(english);
    let takes_pictures = matches!(control.kind, Kind::Picture(_));
    let (accept, own_name, help) = if takes_pictures {
        ("image/*", say("own picture"), say("a PNG, JPEG or WebP; or drop or paste one"))
    } else {
        let help = say("a .npy file of three axes, at most 64 voxels long; or drop or paste one");
        (".npy", say("own volume"), help)
    };
    html! {
        <div key={control.key} class="control" role="group" aria-label={control.label} title={control.help}>
            <span class="label" aria-hidden="true">{ control.label }</span>
            <div class="tools">
                <select {onchange} data-key={control.key} aria-label={control.label}>
                    if own {
                        <option value={name.to_owned()} selected=true>{ if is_camera { say("camera") } else { own_name } }</option>
                    }
                    { for choices.iter().map(|choice| html! {
                        <option value={choice.value} selected={choice.value == name}>{ say(choice.label) }</option>
                    }) }
                </select>
                <label class="file" title={help}>
                    <input type="file" accept={accept} onchange={picked} />
                    <span>{ say("open…") }</span>
                </label>
                if is_camera {
                    <button type="button" onclick={on_source.reform(|_: MouseEvent| Source::Freeze)}>{ say("Freeze") }</button>
                } else if takes_pictures && Camera::is_there() {
                    <button type="button" onclick={on_source.reform(|_: MouseEvent| Source::Camera)}>{ say("Camera") }</button>
                }
            </div>
        </div>
    }
}

fn first(files: Option<FileList>) -> Option<File> {
    files.and_then(|files| files.get(0))
}

/// Lets a whole block take what is dropped or pasted.
pub fn take_dropped_and_pasted(root: &Element, live: &Live, on_source: &Callback<Source>) -> [EventListener; 3] {
    let on = |kind: &'static str, act: fn(&Event, &Callback<Source>)| {
        let (live, on_source) = (live.clone(), on_source.clone());
        EventListener::new_with_options(root, kind, EventListenerOptions::enable_prevent_default(), move |event| {
            if live.look(|session| session.picture().is_some()) {
                act(event, &on_source);
            }
        })
    };
    [
        on("dragover", |event, _| event.prevent_default()),
        on("drop", |event, on_source| {
            event.prevent_default();
            let files = event.dyn_ref::<DragEvent>().and_then(DragEvent::data_transfer).and_then(|data| data.files());
            first(files).into_iter().for_each(|file| on_source.emit(Source::File(file)));
        }),
        on("paste", |event, on_source| {
            let data = event.dyn_ref::<ClipboardEvent>().and_then(ClipboardEvent::clipboard_data);
            if let Some(file) = first(data.and_then(|data| data.files())) {
                event.prevent_default();
                on_source.emit(Source::File(file));
            }
        }),
    ]
}
