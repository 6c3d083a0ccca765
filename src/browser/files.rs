//! Files: the reader's pictures and volumes, and text that belongs to this copy of Layerscope.

use js_sys::Uint8Array;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, CanvasRenderingContext2d, HtmlCanvasElement, HtmlVideoElement, ImageBitmap, Response};

use crate::data::npy;
use crate::data::pictures::Picture;
use crate::data::volumes::{MAX_SIDE, Volume};

/// The longest text that is read: more than any graph needs that fits.
const MOST_BYTES: f64 = 16e6;

/// Decodes a picture file, as far as this browser can.
///
/// # Errors
/// With a sentence: the file is no picture, or has too many pixels.
pub async fn decode(file: &Blob, name: &str) -> Result<Picture, String> {
    let unreadable = |_| format!("{name} is not a picture that this browser can read; PNG, JPEG and WebP work.");
    let window = web_sys::window().ok_or_else(|| unreadable(JsValue::NULL))?;
    let promise = window.create_image_bitmap_with_blob(file).map_err(unreadable)?;
    let bitmap: ImageBitmap = JsFuture::from(promise).await.map_err(unreadable)?.unchecked_into();
    let (width, height) = (bitmap.width(), bitmap.height());
    // Before any memory is taken for its pixels.
    Picture::check_size(width as usize, height as usize).map_err(|error| format!("{name}: {error}."))?;
    let drawn = drawn(width, height, |context| context.draw_image_with_image_bitmap(&bitmap, 0.0, 0.0));
    bitmap.close();
    drawn.ok_or_else(|| unreadable(JsValue::NULL))
}

/// Reads a volume from a NumPy file.
///
/// # Errors
/// With a sentence that says what was found and what is read.
pub async fn decode_volume(file: &Blob, name: &str) -> Result<Volume, String> {
    // The largest volume in double precision, and its header.
    let most = (MAX_SIDE.pow(3) * 8 + (1 << 17)) as f64;
    if file.size() > most {
        return Err(format!(
            "{name} is too large; a .npy file of at most {MAX_SIDE} × {MAX_SIDE} × {MAX_SIDE} numbers is read."
        ));
    }
    let buffer = JsFuture::from(file.array_buffer()).await.map_err(|_| format!("{name} cannot be read."))?;
    npy::read(&Uint8Array::new(&buffer).to_vec()).map_err(|error| format!("{name}: {error}."))
}

/// Reads a text file.
///
/// # Errors
/// With a sentence, where it cannot be read, or is too large.
pub async fn read_text(file: &Blob, name: &str) -> Result<String, String> {
    if file.size() > MOST_BYTES {
        return Err(format!("{name} is too large; a text of at most 16 MB is read."));
    }
    let text = JsFuture::from(file.text()).await.ok().and_then(|text| text.as_string());
    text.ok_or_else(|| format!("{name} cannot be read."))
}

/// The bytes at an address; nothing where there are none.
pub async fn fetch_bytes(address: &str) -> Option<Vec<u8>> {
    let answer = JsFuture::from(web_sys::window()?.fetch_with_str(address)).await.ok()?;
    let answer: Response = answer.dyn_into().ok()?;
    let buffer = answer.ok().then(|| answer.array_buffer())?.ok()?;
    Some(Uint8Array::new(&JsFuture::from(buffer).await.ok()?).to_vec())
}

/// The text at an address; nothing where there is none.
pub async fn fetch_text(address: &str) -> Option<String> {
    String::from_utf8(fetch_bytes(address).await?).ok()
}

/// The picture that a video shows now, `width` pixels wide; nothing before its first frame.
pub fn still(video: &HtmlVideoElement, width: u32) -> Option<Picture> {
    let (across, down) = (video.video_width(), video.video_height());
    if across == 0 || down == 0 {
        return None;
    }
    let height = (width * down / across).max(1);
    drawn(width, height, |context| {
        context.draw_image_with_html_video_element_and_dw_and_dh(video, 0.0, 0.0, f64::from(width), f64::from(height))
    })
}

/// A part of what is on a canvas: left, top, width and height.
pub fn part(canvas: &HtmlCanvasElement, [left, top, width, height]: [usize; 4]) -> Option<Picture> {
    drawn(width as u32, height as u32, |context| {
        context.draw_image_with_html_canvas_element(canvas, -(left as f64), -(top as f64))
    })
}

fn drawn(
    width: u32,
    height: u32,
    draw: impl FnOnce(&CanvasRenderingContext2d) -> Result<(), JsValue>,
) -> Option<Picture> {
    let context = canvas_of(width, height)?;
    draw(&context).ok()?;
    let pixels = context.get_image_data(0.0, 0.0, f64::from(width), f64::from(height)).ok()?;
    Picture::new(width as usize, height as usize, pixels.data().0).ok()
}

/// What draws on a new canvas.
pub fn canvas_of(width: u32, height: u32) -> Option<CanvasRenderingContext2d> {
    let document = web_sys::window()?.document()?;
    let canvas: HtmlCanvasElement = document.create_element("canvas").ok()?.unchecked_into();
    canvas.set_width(width);
    canvas.set_height(height);
    Some(canvas.get_context("2d").ok()??.unchecked_into())
}
