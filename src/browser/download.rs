//! Handing files and text to the reader.

use std::future::Future;

use gloo::file::ObjectUrl;
use gloo::timers::callback::Timeout;
use js_sys::{Array, Object, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, future_to_promise};
use web_sys::{Blob, Clipboard, ClipboardItem, HtmlAnchorElement, HtmlDocument, HtmlTextAreaElement, Url};

/// How long a browser may take to fetch a file that it was offered, in milliseconds.
const FETCHED: u32 = 60_000;

/// Offers a file to save. A frame in a sandbox may not: then nothing happens.
///
/// # Errors
/// Where there is no document.
pub fn download(name: &str, file: &Blob) -> Result<(), JsValue> {
    let document = web_sys::window().and_then(|window| window.document()).ok_or(JsValue::NULL)?;
    let link: HtmlAnchorElement = document.create_element("a")?.unchecked_into();
    let address = ObjectUrl::from(gloo::file::Blob::from(file.clone()));
    link.set_href(&address);
    link.set_download(name);
    link.click();
    // The address ends with the last that holds it; the browser fetches the file some time after the click.
    Timeout::new(FETCHED, move || drop(address)).forget();
    Ok(())
}

/// How copying ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Copied {
    /// The text is on the clipboard.
    Yes,
    /// The browser refused; the text is selected, ready for the reader's own hand.
    Selected,
}

/// Selects a field's text and puts it on the clipboard, in the old way or else in the new one: a frame on somebody else's page is
/// refused the new one, and its console complains. The old one has to be asked while the click is being handled.
pub fn copy_field(field: &HtmlTextAreaElement, tell: impl FnOnce(Copied) + 'static) {
    let _ = field.focus();
    field.select();
    let document = field.owner_document().and_then(|document| document.dyn_into::<HtmlDocument>().ok());
    if document.is_some_and(|document| document.exec_command("copy").unwrap_or(false)) {
        return tell(Copied::Yes);
    }
    let text = field.value();
    super::spawn(async move { tell(if copy_text(&text).await { Copied::Yes } else { Copied::Selected }) });
}

/// Puts text on the clipboard; whether the browser allowed it.
async fn copy_text(text: &str) -> bool {
    let Some(clipboard) = clipboard() else { return false };
    JsFuture::from(clipboard.write_text(text)).await.is_ok()
}

/// Puts a PNG on the clipboard; whether the browser allowed it. It is painted while the browser asks: some forget the click that
/// allows it as soon as something has to be waited for.
pub async fn copy_png(picture: impl Future<Output = Result<Blob, JsValue>> + 'static) -> bool {
    let Some(clipboard) = clipboard() else { return false };
    let by_type = Object::new();
    let picture = future_to_promise(async move { picture.await.map(JsValue::from) });
    // Setting a property of a fresh object cannot fail.
    let _ = Reflect::set(&by_type, &"image/png".into(), &picture);
    let Ok(item) = ClipboardItem::new_with_record_from_str_to_blob_promise(&by_type) else { return false };
    JsFuture::from(clipboard.write(&Array::of1(&item))).await.is_ok()
}

/// The clipboard; without a secure context there is none.
fn clipboard() -> Option<Clipboard> {
    let navigator = web_sys::window()?.navigator();
    let present = Reflect::get(&navigator, &"clipboard".into()).is_ok_and(|clipboard| clipboard.is_object());
    present.then(|| navigator.clipboard())
}

/// The address of the folder in which the page lies, with a slash at its end; empty where the page has no address of its own.
pub fn folder_of_page() -> String {
    let address = web_sys::window().and_then(|window| window.location().href().ok());
    let folder = address.and_then(|address| Url::new_with_base("./", &address).ok());
    folder.map_or_else(String::new, |folder| folder.href())
}

/// Whether the page is in a sandbox, where the browser may refuse to save files.
pub fn is_sandboxed() -> bool {
    Reflect::get(&js_sys::global(), &"origin".into()).is_ok_and(|origin| origin == "null")
}
