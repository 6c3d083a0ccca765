//! The page's entry, in a real browser.

#![cfg(target_arch = "wasm32")]

use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_browser);

#[wasm_bindgen_test]
fn start_replaces_what_stood_in_the_root() {
    let document = web_sys::window().and_then(|window| window.document()).expect("a document");
    let root = document.create_element("main").expect("an element");
    root.set_inner_html("<p>Loading</p>");

    layerscope::app::start(&root);

    assert!(matches!(root.query_selector("h1"), Ok(Some(_))));
    assert!(!root.inner_html().contains("Loading"));
}
