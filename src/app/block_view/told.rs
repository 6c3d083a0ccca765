//! What a view tells the page or the host around it.

use yew::prelude::*;

use super::{BlockView, chosen_theme};
use crate::app::live::Live;
use crate::blocks::AnySettings;
use crate::explain::Cell;
use crate::state::ViewSettings;

/// What happened in a block, for the page or the host around it.
#[derive(Clone, Debug, PartialEq)]
pub enum Happening {
    /// Settings, focus or view changed: there is a new state to save.
    Change,
    /// The transport reached another step.
    Step,
    /// Another cell is pointed at.
    Focus(Option<Cell>),
    /// The settings cannot be computed.
    Error {
        /// As in `compute`.
        code: String,
        /// A sentence.
        message: String,
    },
    /// The block takes so much room now.
    Size(f32, f32),
}

/// What a host was last told, to tell it only what is new.
#[derive(Clone, PartialEq)]
pub(super) struct Told {
    pub(super) settings: AnySettings,
    pub(super) view: ViewSettings,
    pub(super) focus: Option<Cell>,
    pub(super) step: usize,
    pub(super) at: Option<Cell>,
    pub(super) error: Option<String>,
}

pub(super) fn tellable(live: &Live) -> Told {
    live.look(|session| Told {
        settings: session.settings().clone(),
        view: session.view.clone(),
        focus: session.focus(),
        step: session.step(),
        at: session.at(),
        error: session.trace().err().map(ToString::to_string),
    })
}

impl BlockView {
    pub(super) fn tell(&mut self, ctx: &Context<Self>) {
        let (now, on_happening) = (tellable(&self.live), &ctx.props().on_happening);
        let before = std::mem::replace(&mut self.told, now.clone());
        if now.view.theme != before.view.theme {
            self.theme = self.with_host_colours(chosen_theme(&self.live));
        }
        if (&now.settings, &now.view, now.focus) != (&before.settings, &before.view, before.focus) {
            on_happening.emit(Happening::Change);
        }
        if now.step != before.step {
            on_happening.emit(Happening::Step);
        }
        if now.at != before.at {
            on_happening.emit(Happening::Focus(now.at));
        }
        if let (Some(message), true) = (now.error.clone(), now.error != before.error) {
            let code = self.live.look(|session| session.trace().err().map(|error| error.code().to_string()));
            on_happening.emit(Happening::Error { code: code.unwrap_or_default(), message });
        }
    }
}
