//! A part of a view that is kept as it is until its stamp changes: rendering it costs time that a frame may not have.

use yew::prelude::*;

/// What a kept part needs.
#[derive(Clone, Properties)]
pub struct Props {
    /// Another stamp: rendered anew.
    pub stamp: u64,
    /// Renders it.
    pub render: Callback<(), Html>,
}

impl PartialEq for Props {
    fn eq(&self, other: &Self) -> bool {
        self.stamp == other.stamp
    }
}

/// A part of a view that is kept.
pub struct Kept;

impl Component for Kept {
    type Message = ();
    type Properties = Props;

    fn create(_: &Context<Self>) -> Self {
        Self
    }

    fn view(&self, ctx: &Context<Self>) -> Html {
        ctx.props().render.emit(())
    }
}
