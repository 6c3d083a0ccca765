//! Starts the page.
//!
//! Loading the module runs nothing: `www/index.html` calls [`start`], a widget or a script uses the library's exports.

#[cfg(target_arch = "wasm32")]
use wasm_bindgen::prelude::wasm_bindgen;

/// Starts the page inside `root`.
#[cfg(target_arch = "wasm32")]
#[wasm_bindgen]
pub fn start(root: web_sys::Element) {
    layerscope::app::start(root);
}

fn main() {}
