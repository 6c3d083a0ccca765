//! Thin, safe wrappers around what the browser offers: observers and listeners that end when they are dropped, plain objects.

mod download;
mod files;
pub mod json;
mod media;
mod observe;
mod video;

use futures_util::future::LocalBoxFuture;

pub use download::{Copied, copy_field, copy_png, download, folder_of_page, is_sandboxed};
pub use files::{decode, decode_volume, fetch_bytes, fetch_text, read_text};
pub use media::{MediaWatch, media_matches};
pub use observe::{SizeWatch, ViewportWatch};
pub use video::Video;

/// Whether the browser has an object of this name for pages: `gpu`, `mediaDevices`.
pub fn offers(name: &str) -> bool {
    let navigator = web_sys::window().map(|window| window.navigator());
    let offered = navigator.and_then(|navigator| js_sys::Reflect::get(&navigator, &name.into()).ok());
    offered.is_some_and(|offered| offered.is_object())
}

/// Goes on with something while the page does other things. Whatever it is, what starts it stands once.
pub fn spawn(task: impl Future<Output = ()> + 'static) {
    spawn_boxed(Box::pin(task));
}

fn spawn_boxed(task: LocalBoxFuture<'static, ()>) {
    wasm_bindgen_futures::spawn_local(task);
}

/// A reading of the browser's clock, in milliseconds; 0 where there is none.
pub fn now() -> f64 {
    web_sys::window().and_then(|window| window.performance()).map_or(0.0, |clock| clock.now())
}
