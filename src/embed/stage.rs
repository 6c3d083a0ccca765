//! Where widgets are shown. Yew never lets go of an element that it once mounted into; so that a page may show and remove widgets
//! for hours, such elements are kept and used again.

use std::cell::{Cell, RefCell};

use web_sys::Element;
use yew::prelude::*;

use crate::app::{BlockProps, BlockView};

thread_local! {
    /// Elements that show nothing at present.
    static IDLE: RefCell<Vec<(Element, AppHandle<Place>)>> = const { RefCell::new(Vec::new()) };
    /// How many blocks have been shown: no block takes over what the one before has left.
    static SHOWN: Cell<u64> = const { Cell::new(0) };
}

/// An element with a block.
pub struct Stage {
    element: Element,
    app: AppHandle<Place>,
    number: u64,
}

impl Stage {
    /// Shows a block inside `root`; nothing where there is no document.
    pub fn raise(root: &Element, block: BlockProps) -> Option<Self> {
        let number = SHOWN.replace(SHOWN.get() + 1);
        let (element, app) = match IDLE.with_borrow_mut(Vec::pop) {
            Some(idle) => idle,
            None => {
                let element = root.owner_document()?.create_element("div").ok()?;
                (element.clone(), yew::Renderer::<Place>::with_root(element).render())
            }
        };
        root.append_child(&element).ok()?;
        let mut stage = Self { element, app, number };
        stage.show(block);
        Some(stage)
    }

    /// Shows the block as it is now.
    pub fn show(&mut self, block: BlockProps) {
        self.app.update(PlaceProps { block: Some((self.number, block)) });
    }

    /// Takes the block away.
    pub fn strike(mut self) {
        self.app.update(PlaceProps { block: None });
        self.element.remove();
        IDLE.with_borrow_mut(|idle| idle.push((self.element, self.app)));
    }
}

#[derive(Clone, PartialEq, Default, Properties)]
struct PlaceProps {
    #[prop_or_default]
    block: Option<(u64, BlockProps)>,
}

/// A place for a block.
struct Place;

impl Component for Place {
    type Message = ();
    type Properties = PlaceProps;

    fn create(_: &Context<Self>) -> Self {
        Self
    }

    fn view(&self, ctx: &Context<Self>) -> Html {
        match &ctx.props().block {
            Some((number, block)) => html! { <BlockView key={*number} ..block.clone() /> },
            None => Html::default(),
        }
    }
}
