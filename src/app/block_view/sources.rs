//! Where another picture comes from, or a graph: a name, a file, the camera.

use yew::prelude::*;

use super::{BlockView, Msg};
use crate::app::film::{Film, Shown};
use crate::app::picture_source::Source;
use crate::browser::{Camera, decode, decode_volume, read_text, spawn};
use crate::compute::gpu::Fault;
use crate::data::{pictures, volumes};
use crate::state::Session;

impl BlockView {
    /// Gets another picture. A file that takes long to decode does not replace what was chosen meanwhile.
    pub(super) fn turn_to(&mut self, ctx: &Context<Self>, source: Source) {
        match source {
            Source::Known(name) => self.live.act(|session| session.choose_picture(&name)),
            Source::Freeze => {
                self.picture.borrow_mut().film = None;
                if let Some(picture) = self.camera.take().and_then(|camera| camera.last_picture()) {
                    self.live.act(|session| session.choose_picture(&pictures::add(picture)));
                }
            }
            Source::Camera => {
                let (link, are_large) = (ctx.link().clone(), Film::is_wanted(&self.live));
                spawn(async move { link.send_message(Msg::Camera(Camera::start(are_large).await)) });
            }
            Source::File(file) => {
                let live = self.live.clone();
                let settings = live.look(|session| session.settings().clone());
                let is_text = live.look(|session| session.block().opens().is_some());
                let name = file.name();
                spawn(async move {
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

    /// Shows what a camera sees from now on.
    pub(super) fn begin_with(&mut self, camera: Camera) {
        camera.picture().into_iter().for_each(|picture| pictures::show_camera(picture, None));
        self.camera = Some(camera);
        self.live.act(|session| session.choose_picture(pictures::CAMERA));
        let mut picture = self.picture.borrow_mut();
        picture.film = picture.frame.cast().filter(|_| Film::is_wanted(&self.live)).and_then(|frame| Film::new(&frame));
    }

    /// Shows what the camera sees now, as long as its picture is the one that is chosen.
    pub(super) fn look_through_camera(&mut self) {
        let is_chosen = || self.live.look(|session| session.picture().as_deref() == Some(pictures::CAMERA));
        let Some(mut camera) = self.camera.take().filter(|_| is_chosen()) else {
            self.picture.borrow_mut().film = None;
            return;
        };
        let mut film = self.picture.borrow_mut().film.take().filter(|_| Film::is_wanted(&self.live));
        let shown = match &mut film {
            Some(film) => film.show(&mut camera, &self.live, &self.picture.borrow().scene, self.theme),
            None => Ok(Shown::Nothing),
        };
        let shown = shown.unwrap_or_else(|fault| {
            film = None;
            if fault != Fault::Missing {
                let sentence = format!("{fault}; WebAssembly filters the camera's picture instead.");
                self.live.act(|session| session.notify(sentence));
            }
            Shown::Nothing
        });
        self.picture.borrow_mut().film = film;
        if matches!(shown, Shown::Nothing) {
            camera.let_go();
        }
        if let (Shown::Nothing | Shown::ToBeTold, Some(picture)) = (shown, camera.picture()) {
            pictures::show_camera(picture, camera.seen());
            self.live.act(Session::refresh);
        }
        self.camera = Some(camera);
    }
}
