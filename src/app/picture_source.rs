//! Where a picture or a volume comes from: a bundled one, a file (by button, drop or paste), the camera or a video.

use gloo::events::{EventListener, EventListenerOptions};
use wasm_bindgen::JsCast;
use web_sys::{ClipboardEvent, DragEvent, Element, File, FileList};
use yew::prelude::*;

use super::controls::group;
use super::field::{field_of, text_of};
use super::live::Live;
use super::tag::{Tag, button, option, tag};
use crate::blocks::{Choice, Control, Kind};
use crate::browser::Video;
use crate::data::pictures;
use crate::state::Session;

/// What a reader does to get another picture.
pub enum Source {
    /// Chooses one that is known, by its name.
    Known(String),
    /// Opens, drops or pastes a file.
    File(File),
    /// Starts the camera.
    Camera,
    /// Keeps what the camera or the video shows.
    Freeze,
}

/// The control of a picture or volume whose name is `name`.
pub fn picture_control(
    live: &Live,
    control: &Control,
    choices: &[Choice],
    name: &str,
    on_source: &Callback<Source>,
) -> Tag {
    let say = |english| live.say(english);
    let moving = pictures::name_of_moving(name);
    let moves = moving.is_some();
    let takes_pictures = matches!(control.kind, Kind::Picture(_));
    let (accept, own_name, help) = if takes_pictures {
        ("image/*,video/*", say("own picture"), say("a PNG, JPEG, WebP or video; or drop or paste one"))
    } else {
        let help = say("a .npy file of three axes, at most 64 voxels long; or drop or paste one");
        (".npy", say("own volume"), help)
    };
    let is_own = !choices.iter().any(|choice| choice.value == name);
    let own = is_own.then(|| option(name, moving.map_or(own_name, say), true));
    let (choose, open, press) = (on_source.clone(), on_source.clone(), on_source.clone());
    let menu = tag("select", &[])
        .set("data-key", control.key)
        .set("aria-label", control.label)
        .maybe(own)
        .all(&mut choices.iter().map(|choice| option(choice.value, say(choice.label), choice.value == name)))
        .on("change", move |event: Event| {
            text_of(&event).into_iter().for_each(|name| choose.emit(Source::Known(name)));
        });
    let camera = (moves || takes_pictures && Video::has_camera()).then(|| {
        button(if moves { say("Freeze") } else { say("Camera") })
            .on("click", move |_: Event| press.emit(if moves { Source::Freeze } else { Source::Camera }))
    });
    let tools = tag("div", &[("class", "tools")])
        .with(menu)
        .with(opening(live, accept, help, move |file| open.emit(Source::File(file))))
        .maybe(camera);
    group(control).with(tools)
}

/// A button that opens a file.
pub fn opening(live: &Live, accept: &str, help: &str, open: impl Fn(File) + 'static) -> Tag {
    let input = tag("input", &[("type", "file")]).set("accept", accept).on("change", move |event: Event| {
        let Some(input) = field_of(&event) else { return };
        first(input.files()).into_iter().for_each(&open);
        input.set_value("");
    });
    let label = tag("label", &[("class", "file")]).set("title", help);
    label.with(input).with(tag("span", &[]).with(live.say("open…")))
}

fn first(files: Option<FileList>) -> Option<File> {
    files.and_then(|files| files.get(0))
}

/// Lets a whole block take what is dropped or pasted.
pub fn take_dropped_and_pasted(root: &Element, live: &Live, on_source: &Callback<Source>) -> [EventListener; 3] {
    let on = |kind: &'static str, act: fn(&Event, &Callback<Source>)| {
        let (live, on_source) = (live.clone(), on_source.clone());
        EventListener::new_with_options(root, kind, EventListenerOptions::enable_prevent_default(), move |event| {
            if live.look(Session::takes_files) {
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
