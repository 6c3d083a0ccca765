//! Fields with a text that can be typed anew, and what fields and menus say.

use wasm_bindgen::JsCast;
use web_sys::{HtmlInputElement, HtmlSelectElement};
use yew::prelude::*;

use super::tag::tag;

/// The word of the menu, or the text of the field, that an event comes from.
pub fn text_of(event: &Event) -> Option<String> {
    match event.target()?.dyn_into::<HtmlSelectElement>() {
        Ok(menu) => Some(menu.value()),
        Err(other) => other.dyn_into::<HtmlInputElement>().ok().map(|field| field.value()),
    }
}

/// The field that an event comes from.
pub fn field_of(event: &Event) -> Option<HtmlInputElement> {
    event.target()?.dyn_into().ok()
}

/// What a field needs.
#[derive(Clone, PartialEq, Properties)]
pub struct Props {
    /// The setting that it shows.
    pub setting: &'static str,
    /// Its name, where nothing beside it names it.
    #[prop_or_default]
    pub label: Option<&'static str>,
    /// Which keys a phone offers.
    pub keys: &'static str,
    /// The setting as it stands.
    pub text: AttrValue,
    /// Told what was typed, when it is meant.
    pub on_text: Callback<String>,
}

/// A field whose text follows the setting, but only when that has changed: what is being typed is left alone, however often the
/// controls around it are rendered.
pub struct Field {
    input: NodeRef,
}

impl Field {
    fn show(&self, text: &str) {
        if let Some(input) = self.input.cast::<HtmlInputElement>() {
            input.set_value(text);
        }
    }
}

impl Component for Field {
    type Message = ();
    type Properties = Props;

    fn create(_: &Context<Self>) -> Self {
        Self { input: NodeRef::default() }
    }

    fn rendered(&mut self, ctx: &Context<Self>, first: bool) {
        if first {
            self.show(&ctx.props().text);
        }
    }

    fn changed(&mut self, ctx: &Context<Self>, before: &Props) -> bool {
        if ctx.props().text != before.text {
            self.show(&ctx.props().text);
        }
        true
    }

    fn view(&self, ctx: &Context<Self>) -> Html {
        let Props { setting, label, keys, text, on_text } = ctx.props().clone();
        let field =
            tag("input", &[("type", "text"), ("spellcheck", "false")]).set("inputmode", keys).set("data-key", setting);
        let field = field.at(&self.input).on("change", move |event: Event| {
            if let Some(input) = field_of(&event) {
                let typed = input.value();
                // It shows what stands until that has changed; what is refused never does.
                input.set_value(&text);
                on_text.emit(typed);
            }
        });
        label.into_iter().fold(field, |field, label| field.set("aria-label", label)).into()
    }
}
