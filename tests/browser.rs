//! The page's entry, in a real browser.

#![cfg(target_arch = "wasm32")]

use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_browser);

/// Yew draws in a task of its own.
async fn next_task() {
    gloo::timers::future::TimeoutFuture::new(0).await;
}

#[wasm_bindgen_test]
async fn start_replaces_what_stood_in_the_root() {
    let document = web_sys::window().and_then(|window| window.document()).expect("a document");
    let root = document.create_element("main").expect("an element");
    root.set_inner_html("<p>Loading</p>");

    layerscope::app::start(root.clone());
    next_task().await;

    assert!(matches!(root.query_selector("h1"), Ok(Some(_))));
    assert!(!root.inner_html().contains("Loading"));
}
