//! The reader's camera.

use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{HtmlVideoElement, MediaStream, MediaStreamConstraints, MediaStreamTrack};

use super::files::still;
use crate::data::pictures::Picture;

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
        let navigator = web_sys::window().map(|window| window.navigator());
        let devices = navigator.and_then(|navigator| js_sys::Reflect::get(&navigator, &"mediaDevices".into()).ok());
        devices.is_some_and(|devices| devices.is_object())
    }

    /// Asks for the camera.
    ///
    /// # Errors
    /// With a sentence, where there is none or the reader refuses.
    pub async fn start() -> Result<Self, String> {
        Self::open().await.map_err(|_| "There is no camera, or this page may not use it.".to_owned())
    }

    async fn open() -> Result<Self, JsValue> {
        let window = web_sys::window().ok_or(JsValue::NULL)?;
        let wanted = MediaStreamConstraints::new();
        wanted.set_video(&JsValue::TRUE);
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
}

impl Drop for Camera {
    fn drop(&mut self) {
        self.stream.get_tracks().iter().for_each(|track| track.unchecked_into::<MediaStreamTrack>().stop());
        self.video.set_src_object(None);
    }
}
