//! What the reader's system prefers.

use gloo::events::EventListener;
use web_sys::MediaQueryList;

/// Whether a media query holds now.
pub fn media_matches(query: &str) -> bool {
    list(query).is_some_and(|list| list.matches())
}

/// Calls back whenever a media query begins or ceases to hold, until dropped.
pub struct MediaWatch {
    _listener: Option<EventListener>,
}

impl MediaWatch {
    /// Watches `query`.
    pub fn new(query: &str, mut tell: impl FnMut() + 'static) -> Self {
        Self { _listener: list(query).map(|list| EventListener::new(&list, "change", move |_| tell())) }
    }
}

fn list(query: &str) -> Option<MediaQueryList> {
    web_sys::window()?.match_media(query).ok()?
}
