//! Where another picture comes from, or a graph: a name, a file, the camera.

use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

use super::{BlockView, Msg};
use crate::app::picture_source::Source;
use crate::browser::{Camera, decode, decode_volume, read_text};
use crate::data::{pictures, volumes};
use crate::state::Session;

impl BlockView {
    /// Gets another picture. A file that takes long to decode does not replace what was chosen meanwhile.
    pub(super) fn turn_to(&mut self, ctx: &Context<Self>, source: Source) {
        match source {
            Source::Known(name) => self.live.act(|session| session.choose_picture(&name)),
            Source::Freeze => {
                if let Some(picture) = self.camera.take().and_then(|camera| camera.picture()) {
                    self.live.act(|session| session.choose_picture(&pictures::add(picture)));
                }
            }
            Source::Camera => {
                let link = ctx.link().clone();
                spawn_local(async move { link.send_message(Msg::Camera(Camera::start().await)) });
            }
            Source::File(file) => {
                let live = self.live.clone();
                let settings = live.look(|session| session.settings().clone());
                let is_text = live.look(|session| session.block().opens().is_some());
                let name = file.name();
                spawn_local(async move {
                    let own = if is_text {
                        read_text(&file, &name).await
                    } else if live.look(Session::takes_volumes) {
                        decode_volume(&file, &name).await.map(volumes::add)
                    } else {
                        decode(&file, &name).await.map(pictures::add)
                    };
                    if live.look(|session| *session.settings() != settings) {
                        return;
                    }
                    live.act(|session| match own {
                        Ok(text) if is_text => session.take_file(&name, &text),
                        Ok(own) => session.choose_picture(&own),
                        Err(sentence) => session.notify(sentence),
                    });
                });
            }
        }
    }

    /// Shows what the camera sees now, as long as its picture is the one that is chosen.
    pub(super) fn look_through_camera(&mut self) {
        if self.camera.is_none() {
            return;
        }
        if self.live.look(|session| session.picture().as_deref() != Some(pictures::CAMERA)) {
            self.camera = None;
        }
        if let Some(picture) = self.camera.as_ref().and_then(Camera::picture) {
            pictures::show_camera(picture);
            self.live.act(Session::refresh);
        }
    }
}
