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
#[component(Kept)]
pub fn kept(props: &Props) -> Html {
    props.render.emit(())
}
