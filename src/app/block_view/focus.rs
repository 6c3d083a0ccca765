//! Where the keyboard's focus goes when what had it is gone.

use wasm_bindgen::JsCast;
use web_sys::{Element, FocusOptions, HtmlElement};

use super::BlockView;

impl BlockView {
    /// What has the keyboard's focus in this block.
    pub(super) fn focused(&self) -> Option<HtmlElement> {
        let root = self.root.cast::<Element>()?;
        let scope = root.get_root_node();
        let active = js_sys::Reflect::get(&scope, &"activeElement".into()).ok()?.dyn_into::<HtmlElement>().ok()?;
        // A button that was disabled under the focus loses it a moment later.
        let holds = root.contains(Some(&active)) && !active.matches(":disabled").unwrap_or(false);
        holds.then_some(active)
    }

    /// Gives the focus back to what had it before the view was rendered: an element loses it when it is moved, taken away or disabled.
    /// Where it is gone, its successor gets the focus, or else the picture.
    pub(super) fn keep_focus(&self) {
        let (Some(before), Some(root)) = (self.focused.take(), self.root.cast::<Element>()) else { return };
        let successor = || {
            let of_key = match before.get_attribute("data-key") {
                Some(key) => format!("[data-key='{key}']:checked, [data-key='{key}']:not([type='radio'])"),
                None => {
                    let beside = ".stepper > input, .tools > button:not(:disabled)";
                    return before.parent_element()?.query_selector(beside).ok()??.dyn_into().ok();
                }
            };
            root.query_selector(&of_key).ok()??.dyn_into().ok()
        };
        let canvas = || self.picture.borrow().canvas.cast::<HtmlElement>();
        for next in [&|| Some(before.clone()), &successor as &dyn Fn() -> Option<HtmlElement>, &canvas] {
            if self.focused().is_none() {
                next().iter().for_each(focus_in_place);
            }
        }
    }
}

/// Gives an element the focus, and scrolls nothing.
pub(super) fn focus_in_place(element: &HtmlElement) {
    let still = FocusOptions::new();
    still.set_prevent_scroll(true);
    let _ = element.focus_with_options(&still);
}
