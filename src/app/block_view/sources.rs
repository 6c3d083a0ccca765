//! Where another picture comes from, or a graph: a name, a file, the camera, a video.

use yew::prelude::*;

use super::{BlockView, Msg};
use crate::app::film::{Film, Shown};
use crate::app::picture_source::Source;
use crate::browser::{Video, decode, decode_volume, read_text, spawn};
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
                if let Some(picture) = self.video.take().and_then(|video| video.last_picture()) {
                    self.live.act(|session| session.choose_picture(&pictures::add(picture)));
                }
            }
            Source::Camera => {
                let (link, are_large) = (ctx.link().clone(), Film::is_wanted(&self.live));
                spawn(async move { link.send_message(Msg::Video(Video::camera(are_large).await)) });
            }
            Source::File(file) => {
                let live = self.live.clone();
                let settings = live.look(|session| session.settings().clone());
                let is_text = live.look(|session| session.block().opens().is_some());
                let is_volume = live.look(Session::takes_volumes);
                let is_video = !is_text && !is_volume && file.type_().starts_with("video/");
                let (link, name) = (ctx.link().clone(), file.name());
                spawn(async move {
                    let is_late = || live.look(|session| *session.settings() != settings);
                    if is_video {
                        let video = Video::file(&file, &name).await;
                        if !is_late() {
                            link.send_message(Msg::Video(video));
                        }
                        return;
                    }
                    let own = if is_text {
                        read_text(&file, &name).await
                    } else if is_volume {
                        decode_volume(&file, &name).await.map(volumes::add)
                    } else {
                        decode(&file, &name).await.map(pictures::add)
                    };
                    if is_late() {
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

    /// Shows a moving picture from now on.
    pub(super) fn begin_with(&mut self, video: Video) {
        let name = video.name();
        video.picture().into_iter().for_each(|picture| pictures::show_moving(name, picture, None));
        self.video = Some(video);
        self.live.act(|session| session.choose_picture(name));
        let mut picture = self.picture.borrow_mut();
        picture.film = picture.frame.cast().filter(|_| Film::is_wanted(&self.live)).and_then(|frame| Film::new(&frame));
    }

    /// Shows the moving picture as it is now, as long as it is the one that is chosen and somebody sees it.
    pub(super) fn watch_video(&mut self) {
        let is_chosen = |video: &Video| self.live.look(|session| session.picture().as_deref() == Some(video.name()));
        let Some(mut video) = self.video.take().filter(is_chosen) else {
            self.picture.borrow_mut().film = None;
            return;
        };
        if !self.picture.borrow().is_visible() {
            self.video = Some(video);
            return;
        }
        let mut film = self.picture.borrow_mut().film.take().filter(|_| Film::is_wanted(&self.live));
        let shown = match &mut film {
            Some(film) => film.show(&mut video, &self.live, &self.picture.borrow().scene, self.theme),
            None => Ok(Shown::Nothing),
        };
        let shown = shown.unwrap_or_else(|fault| {
            film = None;
            if fault != Fault::Missing {
                let sentence = format!("{fault}; WebAssembly filters a smaller picture instead.");
                self.live.act(|session| session.notify(sentence));
            }
            Shown::Nothing
        });
        let took = film.as_ref().filter(|_| matches!(shown, Shown::ToBeTold)).and_then(Film::took);
        self.picture.borrow_mut().film = film;
        if matches!(shown, Shown::Nothing) {
            video.let_go();
        }
        if let (Shown::Nothing | Shown::ToBeTold, Some(picture)) = (shown, video.picture()) {
            pictures::show_moving(video.name(), picture, video.seen());
            self.live.act(|session| {
                session.refresh();
                took.into_iter().for_each(|took| session.was_painted(took));
            });
        }
        self.video = Some(video);
    }
}
