//! Long work in pieces, between which a page does something else.

use std::future::poll_fn;
use std::task::Poll;
use std::time::Duration;

use web_time::Instant;

/// So long a page may be kept waiting.
const LONGEST: Duration = Duration::from_millis(8);

/// What long work takes now and then. Where no page waits, it never does.
pub struct Breath {
    /// Nothing where work has to be done at once.
    since: Option<Instant>,
}

impl Breath {
    /// The work begins.
    pub fn begin() -> Self {
        Self { since: Some(Instant::now()) }
    }

    /// For work that somebody waits for: it never takes one.
    pub fn held() -> Self {
        Self { since: None }
    }

    /// Goes on at once; where a page has waited for long, only when the work is polled again.
    pub async fn draw(&mut self) {
        if !cfg!(target_arch = "wasm32") || self.since.is_none_or(|since| since.elapsed() < LONGEST) {
            return;
        }
        let mut waited = false;
        poll_fn(|_| if std::mem::replace(&mut waited, true) { Poll::Ready(()) } else { Poll::Pending }).await;
        self.since = Some(Instant::now());
    }
}
