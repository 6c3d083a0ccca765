//! The reader's camera.

use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    CanvasRenderingContext2d, HtmlCanvasElement, HtmlMediaElement, HtmlVideoElement, MediaStream,
    MediaStreamConstraints, MediaStreamTrack,
};

use super::files::{canvas_of, part, still};
use crate::data::pictures::Picture;
use crate::data::seen::Seen;

/// How wide a camera's picture is taken: small enough to be filtered at every frame.
const WIDTH: u32 = 160;

/// A running camera. It stops when it is dropped.
pub struct Camera {
    stream: MediaStream,
    video: HtmlVideoElement,
    /// Draws on the canvas that holds a frame.
    held: Option<CanvasRenderingContext2d>,
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
        let camera = Self { stream, video, held: None };
        JsFuture::from(camera.video.play()?).await?;
        Ok(camera)
    }

    /// What it sees now; nothing before its first picture.
    pub fn picture(&self) -> Option<Picture> {
        still(&self.video, WIDTH)
    }

    /// Columns and rows of what it sees; nothing before its first picture.
    pub fn size(&self) -> Option<[usize; 2]> {
        let size = [self.video.video_width(), self.video.video_height()].map(|length| length as usize);
        Some(size).filter(|_| self.video.ready_state() >= HtmlMediaElement::HAVE_CURRENT_DATA)
    }

    /// What it sees now, held on a canvas with so many rows and columns.
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

    /// What is held, in full; or else what it sees now.
    pub fn last_picture(&self) -> Option<Picture> {
        let Some(canvas) = self.held.as_ref().and_then(CanvasRenderingContext2d::canvas) else { return self.picture() };
        part(&canvas, [0, 0, canvas.width() as usize, canvas.height() as usize])
    }

    /// Holds nothing any more.
    pub fn let_go(&mut self) {
        self.held = None;
    }
}

impl Drop for Camera {
    fn drop(&mut self) {
        self.stream.get_tracks().iter().for_each(|track| track.unchecked_into::<MediaStreamTrack>().stop());
        self.video.set_src_object(None);
    }
}
