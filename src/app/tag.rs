//! Elements, from their names, attributes and children.
//!
//! Yew's `html!` writes out at every element what all elements have in common, half of a page's code. Here that stands once;
//! `html!` is left for components.

use std::rc::Rc;

use wasm_bindgen::JsCast;
use yew::prelude::*;
use yew::virtual_dom::{Key, Listener, ListenerKind, VTag};

/// An element that is being put together.
pub struct Tag(Box<VTag>);

/// An element with the attributes that it always has.
pub fn tag(name: &'static str, attributes: &'static [(&'static str, &'static str)]) -> Tag {
    let tag = Tag(Box::new(VTag::new(name)));
    attributes.iter().fold(tag, |tag, (name, value)| tag.set(name, value))
}

/// A button with what stands on it.
pub fn button(text: &str) -> Tag {
    tag("button", &[("type", "button")]).with(text)
}

/// A button that tries once more what failed.
pub fn again(text: &str) -> Tag {
    button(text).set("class", "button")
}

/// The name of what stands beside or below it.
pub fn label(text: &str) -> Tag {
    tag("span", &[("class", "label")]).with(text)
}

/// A word that a menu offers.
pub fn option(value: &str, text: &str, selected: bool) -> Tag {
    tag("option", &[]).set("value", value).flag("selected", selected).with(text)
}

/// A form of controls, which is never sent.
pub fn form() -> Tag {
    tag("form", &[("class", "controls")]).on("submit", |event: Event| event.prevent_default())
}

/// What is said while something is fetched.
pub fn loading(text: &str) -> Tag {
    tag("p", &[("role", "status")]).with(text)
}

/// Why something cannot be shown.
pub fn failure(sentence: &str) -> Tag {
    tag("p", &[("class", "error"), ("role", "alert"), ("lang", "en")]).with(sentence)
}

impl Tag {
    /// With one more attribute.
    pub fn set(mut self, name: &'static str, value: &str) -> Self {
        self.0.add_attribute(name, value.to_owned());
        self
    }

    /// With an attribute that says yes, where `holds`.
    pub fn flag(self, name: &'static str, holds: bool) -> Self {
        if holds { self.set(name, name) } else { self }
    }

    /// With a key, by which it is known again among its siblings.
    pub fn key(mut self, key: &str) -> Self {
        self.0.key = Some(Key::from(key));
        self
    }

    /// Where `place` finds it.
    pub fn at(mut self, place: &NodeRef) -> Self {
        self.0.node_ref = place.clone();
        self
    }

    /// With the text in a field.
    pub fn value(mut self, text: String) -> Self {
        self.0.set_value(text);
        self
    }

    /// A choice that is made, or not.
    pub fn checked(mut self, checked: bool) -> Self {
        self.0.set_checked(checked);
        self
    }

    /// With one more child.
    pub fn with(self, child: impl Into<Html>) -> Self {
        self.holding(child.into())
    }

    /// With one more child, where there is one; its siblings know their places either way.
    pub fn maybe(self, child: Option<Tag>) -> Self {
        self.with(child.map(Html::from).unwrap_or_default())
    }

    /// With a list of children.
    pub fn all(self, children: &mut dyn Iterator<Item = Tag>) -> Self {
        self.with(children.collect::<Html>())
    }

    fn holding(mut self, child: Html) -> Self {
        self.0.add_child(child);
        self
    }

    /// Does something when it hears an event, which is of the class that events of this kind have.
    pub fn on<E: JsCast>(self, kind: &'static str, act: impl Fn(E) + 'static) -> Self {
        self.hearing(On { kind, act: Box::new(move |event| act(event.unchecked_into())) })
    }

    fn hearing(mut self, on: On) -> Self {
        self.0.add_listener(Rc::new(on));
        self
    }
}

impl From<Tag> for Html {
    fn from(tag: Tag) -> Self {
        (*tag.0).into()
    }
}

struct On {
    kind: &'static str,
    act: Box<dyn Fn(Event)>,
}

impl Listener for On {
    fn kind(&self) -> ListenerKind {
        ListenerKind::other(self.kind.into())
    }

    fn handle(&self, event: Event) {
        (self.act)(event);
    }

    fn passive(&self) -> bool {
        false
    }
}
