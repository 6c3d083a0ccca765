//! What a block tells a page around it, and takes from it: places, size, colours.

use wasm_bindgen::JsValue;
use wasm_bindgen::closure::Closure;
use web_sys::HtmlElement;
use yew::prelude::*;

use super::{BlockView, Happening};
use crate::app::picture::locate;
use crate::browser::{SizeWatch, json};
use crate::scene::{Colour, Theme};

impl BlockView {
    /// Lets a host know how much room the whole block takes, now and whenever that changes.
    pub(super) fn tell_size(&mut self, ctx: &Context<Self>) {
        let Some(root) = self.root.cast::<HtmlElement>() else { return };
        let (element, on_happening) = (root.clone(), ctx.props().on_happening.clone());
        let tell = move |_, _| {
            let size = (element.offset_width() as f32, element.offset_height() as f32);
            on_happening.emit(Happening::Size(size.0, size.1));
        };
        self._size = SizeWatch::new(&root, tell).ok();
    }

    pub(super) fn offer_places(&mut self) {
        let Some(root) = self.root.cast::<HtmlElement>() else { return };
        let (element, picture) = (root.clone(), self.picture.clone());
        let locate = Closure::<dyn Fn(String) -> JsValue>::new(move |cell: String| {
            let place = picture.borrow().live.look(|session| locate(&element, session, &cell));
            place.map_or(JsValue::NULL, |place| json::write(&place))
        });
        // Setting a property of an element cannot fail.
        let _ = js_sys::Reflect::set(&root, &"layerscopeLocate".into(), locate.as_ref());
        self.locate = Some(locate);
    }

    /// The theme with the colours that the host page has overridden, as the style sheet resolved them.
    pub(super) fn with_host_colours(&self, mut theme: Theme) -> Theme {
        let root = self.root.cast::<HtmlElement>();
        let style = root.and_then(|root| web_sys::window()?.get_computed_style(&root).ok()?);
        if let Some(style) = style {
            for (name, colour) in theme.colours_mut() {
                let overridden = style.get_property_value(&format!("--layerscope-{name}")).ok();
                if let Some(chosen) = overridden.as_deref().and_then(Colour::parse) {
                    *colour = chosen;
                }
            }
        }
        theme
    }
}
