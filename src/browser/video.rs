//! A moving picture: the reader's camera, or a video file.

use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    Blob, CanvasRenderingContext2d, HtmlCanvasElement, HtmlMediaElement, HtmlVideoElement, MediaStream,
    MediaStreamConstraints, MediaStreamTrack, Url,
};

use super::files::{canvas_of, part, still};
use crate::data::pictures::{CAMERA, FILM, Picture};
use crate::data::seen::Seen;

/// How wide a moving picture is taken: small enough to be filtered at every frame.
const WIDTH: u32 = 160;

/// A moving picture. It stops when it is dropped.
pub struct Video {
    source: Source,
    video: HtmlVideoElement,
    /// Draws on the canvas that holds a frame.
    held: Option<CanvasRenderingContext2d>,
}

enum Source {
    Camera(MediaStream),
    /// The address under which the page finds a file.
    File(String),
}

impl Video {
    /// Whether this browser can have a camera at all: not without a secure context.
    pub fn has_camera() -> bool {
        super::offers("mediaDevices")
    }

    /// Asks for the camera: where its pictures `are_large`, for as large ones as a film has.
    ///
    /// # Errors
    /// With a sentence, where there is none or the reader refuses.
    pub async fn camera(are_large: bool) -> Result<Self, String> {
        Self::open_camera(are_large).await.map_err(|_| "There is no camera, or this page may not use it.".to_owned())
    }

    async fn open_camera(are_large: bool) -> Result<Self, JsValue> {
        let window = web_sys::window().ok_or(JsValue::NULL)?;
        let wanted = MediaStreamConstraints::new();
        let size = r#"{"width":{"ideal":1920},"height":{"ideal":1080}}"#;
        wanted.set_video(&if are_large { js_sys::JSON::parse(size)? } else { JsValue::TRUE });
        let asked = window.navigator().media_devices()?.get_user_media_with_constraints(&wanted)?;
        let stream: MediaStream = JsFuture::from(asked).await?.unchecked_into();
        Self::play(Source::Camera(stream)).await
    }

    /// Plays a file, over and over, without its sound.
    ///
    /// # Errors
    /// With a sentence, where this browser can't play it.
    pub async fn file(file: &Blob, name: &str) -> Result<Self, String> {
        let played = match Url::create_object_url_with_blob(file) {
            Ok(address) => Self::play(Source::File(address)).await,
            Err(error) => Err(error),
        };
        played.map_err(|_| format!("{name} is not a video that this browser can play; WebM and MP4 mostly work."))
    }

    async fn play(source: Source) -> Result<Self, JsValue> {
        let document = web_sys::window().and_then(|window| window.document()).ok_or(JsValue::NULL)?;
        let video: HtmlVideoElement = document.create_element("video")?.unchecked_into();
        video.set_muted(true);
        // Or else a phone shows nothing but the video.
        video.set_attribute("playsinline", "")?;
        match &source {
            Source::Camera(stream) => video.set_src_object(Some(stream)),
            Source::File(address) => {
                video.set_loop(true);
                video.set_src(address);
            }
        }
        let playing = Self { source, video, held: None };
        JsFuture::from(playing.video.play()?).await?;
        Ok(playing)
    }

    /// The name under which its latest picture is found.
    pub fn name(&self) -> &'static str {
        match self.source {
            Source::Camera(_) => CAMERA,
            Source::File(_) => FILM,
        }
    }

    /// What it shows now; nothing before its first picture.
    pub fn picture(&self) -> Option<Picture> {
        still(&self.video, WIDTH)
    }

    /// Columns and rows of what it shows; nothing before its first picture.
    pub fn size(&self) -> Option<[usize; 2]> {
        let size = [self.video.video_width(), self.video.video_height()].map(|length| length as usize);
        Some(size).filter(|_| self.video.ready_state() >= HtmlMediaElement::HAVE_CURRENT_DATA)
    }

    /// What it shows now, held on a canvas with so many rows and columns.
    pub fn hold(&mut self, [rows, columns]: [usize; 2]) -> Option<HtmlCanvasElement> {
        let (width, height) = (columns as u32, rows as u32);
        let fits = |canvas: &HtmlCanvasElement| (canvas.width(), canvas.height()) == (width, height);
        let held = self.held.take().filter(|held| held.canvas().as_ref().is_some_and(fits));
        let held = held.or_else(|| canvas_of(width, height))?;
        let (wide, high) = (f64::from(width), f64::from(height));
        let drawn = held.draw_image_with_html_video_element_and_dw_and_dh(&self.video, 0.0, 0.0, wide, high);
        let canvas = held.canvas();
        self.held = Some(held);
        drawn.ok().and(canvas)
    }

    /// What is held, looked at pixel by pixel.
    pub fn seen(&self) -> Option<Seen> {
        let canvas = self.held.as_ref()?.canvas()?;
        let size = [canvas.height(), canvas.width()].map(|length| length as usize);
        Some(Seen::new(size, Box::new(move |place| part(&canvas, place))))
    }

    /// What is held, in full; or else what it shows now.
    pub fn last_picture(&self) -> Option<Picture> {
        let Some(canvas) = self.held.as_ref().and_then(CanvasRenderingContext2d::canvas) else { return self.picture() };
        part(&canvas, [0, 0, canvas.width() as usize, canvas.height() as usize])
    }

    /// Holds nothing any more.
    pub fn let_go(&mut self) {
        self.held = None;
    }
}

impl Drop for Video {
    fn drop(&mut self) {
        match &self.source {
            Source::Camera(stream) => {
                stream.get_tracks().iter().for_each(|track| track.unchecked_into::<MediaStreamTrack>().stop());
                self.video.set_src_object(None);
            }
            Source::File(address) => {
                // Without an address it would go on under its old one.
                let _ = self.video.pause();
                let _ = self.video.remove_attribute("src");
                self.video.load();
                let _ = Url::revoke_object_url(address);
            }
        }
    }
}
