//! Watching an element's size, and whether it is in sight.

use js_sys::Array;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{
    Element, IntersectionObserver, IntersectionObserverEntry, IntersectionObserverInit, ResizeObserver,
    ResizeObserverEntry,
};

/// Tells the inner size of an element, now and whenever it changes, until dropped.
pub struct SizeWatch {
    observer: ResizeObserver,
    _on_change: Closure<dyn FnMut(Array)>,
}

impl SizeWatch {
    /// Calls `tell` with the element's width and height in CSS pixels.
    ///
    /// # Errors
    /// Where the browser has no `ResizeObserver`.
    pub fn new(element: &Element, mut tell: impl FnMut(f64, f64) + 'static) -> Result<Self, JsValue> {
        let on_change = Closure::<dyn FnMut(Array)>::new(move |entries: Array| {
            if let Some(entry) = entries.iter().last() {
                let size = entry.unchecked_into::<ResizeObserverEntry>().content_rect();
                tell(size.width(), size.height());
            }
        });
        let observer = ResizeObserver::new(on_change.as_ref().unchecked_ref())?;
        observer.observe(element);
        Ok(Self { observer, _on_change: on_change })
    }
}

impl Drop for SizeWatch {
    fn drop(&mut self) {
        self.observer.disconnect();
    }
}

/// Tells whether an element is in or near the viewport, until dropped.
pub struct ViewportWatch {
    observer: IntersectionObserver,
    _on_change: Closure<dyn FnMut(Array)>,
}

impl ViewportWatch {
    /// Calls `tell` with whether the element is at most 50 pixels away from what can be seen.
    ///
    /// # Errors
    /// Where the browser has no `IntersectionObserver`.
    pub fn new(element: &Element, mut tell: impl FnMut(bool) + 'static) -> Result<Self, JsValue> {
        let on_change = Closure::<dyn FnMut(Array)>::new(move |entries: Array| {
            if let Some(entry) = entries.iter().last() {
                tell(entry.unchecked_into::<IntersectionObserverEntry>().is_intersecting());
            }
        });
        let options = IntersectionObserverInit::new();
        options.set_root_margin("50px");
        let observer = IntersectionObserver::new_with_options(on_change.as_ref().unchecked_ref(), &options)?;
        observer.observe(element);
        Ok(Self { observer, _on_change: on_change })
    }
}

impl Drop for ViewportWatch {
    fn drop(&mut self) {
        self.observer.disconnect();
    }
}
