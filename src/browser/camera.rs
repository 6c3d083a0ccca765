//! The reader's camera.

use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{HtmlMediaElement, HtmlVideoElement, MediaStream, MediaStreamConstraints, MediaStreamTrack};

use super::files::{part, still};
use crate::data::pictures::Picture;
use crate::data::seen::Seen;

/// How wide a camera's picture is taken: small enough to be filtered at every frame.
const WIDTH: u32 = 160;

/// A running camera. It stops when it is dropped.
pub struct Camera {
    stream: MediaStream,
    video: HtmlVideoElement,
}

impl Camera {
    /// Whether this browser can have a camera at all: not without a secure context.
    pub fn is_there() -> bool {
        super::offers("mediaDevices")
    }

    /// Asks for the camera: where its pictures `are_large`, for as large ones as a film has.
    ///
    /// # Errors
    /// With a sentence, where there is none or the reader refuses.
    pub async fn start(are_large: bool) -> Result<Self, String> {
        Self::open(are_large).await.map_err(|_| "There is no camera, or this page may not use it.".to_owned())
    }

    async fn open(are_large: bool) -> Result<Self, JsValue> {
        let window = web_sys::window().ok_or(JsValue::NULL)?;
        let wanted = MediaStreamConstraints::new();
        let size = r#"{"width":{"ideal":1920},"height":{"ideal":1080}}"#;
        wanted.set_video(&if are_large { js_sys::JSON::parse(size)? } else { JsValue::TRUE });
        let asked = window.navigator().media_devices()?.get_user_media_with_constraints(&wanted)?;
        let stream: MediaStream = JsFuture::from(asked).await?.unchecked_into();
        let video: HtmlVideoElement = window.document().ok_or(JsValue::NULL)?.create_element("video")?.unchecked_into();
        video.set_muted(true);
        video.set_src_object(Some(&stream));
        let camera = Self { stream, video };
        JsFuture::from(camera.video.play()?).await?;
        Ok(camera)
    }

    /// What it sees now; nothing before its first picture.
    pub fn picture(&self) -> Option<Picture> {
        still(&self.video, WIDTH)
    }

    /// What it sees now, in full.
    pub fn large_picture(&self) -> Option<Picture> {
        still(&self.video, self.video.video_width())
    }

    /// The video, where it shows something: what it sees.
    pub fn video(&self) -> Option<&HtmlVideoElement> {
        Some(&self.video).filter(|video| video.ready_state() >= HtmlMediaElement::HAVE_CURRENT_DATA)
    }

    /// What it sees from now on, looked at pixel by pixel: rows and columns, each pixel the mean of `each` × `each`.
    pub fn seen(&self, size: [usize; 2], each: usize) -> Seen {
        let video = self.video.clone();
        Seen::new(size, each, Box::new(move |place| part(&video, place)))
    }
}

impl Drop for Camera {
    fn drop(&mut self) {
        self.stream.get_tracks().iter().for_each(|track| track.unchecked_into::<MediaStreamTrack>().stop());
        self.video.set_src_object(None);
    }
}
