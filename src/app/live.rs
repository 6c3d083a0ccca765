//! The session that a view shows, shared with whoever else acts on it.

use std::cell::{Cell, RefCell, RefMut};
use std::rc::Rc;

use futures_util::FutureExt;
use gloo::timers::future::TimeoutFuture;
use serde_json::Value;
use yew::Callback;

use crate::browser::spawn;
use crate::state::Session;

/// A slider that moves by itself takes about so many milliseconds from one end to the other.
const SWEEP: u32 = 4000;

/// A session, and a bell that rings whenever something acted on it. All that stands around a picture holds it.
#[derive(Clone)]
pub struct Live(Rc<Rung>);

struct Rung {
    session: Rc<RefCell<Session>>,
    revision: Cell<u64>,
    wake: Callback<()>,
    slid: RefCell<Option<Slid>>,
    swept: Cell<Option<&'static str>>,
}

/// Which slider was moved, and what is to be done about it.
type Slid = (&'static str, Box<dyn FnOnce(&mut Session)>);

impl PartialEq for Live {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.0.session, &other.0.session)
    }
}

impl Live {
    /// A shared session whose changes ring `wake`.
    pub fn new(session: Rc<RefCell<Session>>, wake: Callback<()>) -> Self {
        let (revision, slid, swept) = Default::default();
        Self(Rc::new(Rung { session, revision, wake, slid, swept }))
    }

    /// Does something to the session, and lets everybody know.
    pub fn act<R>(&self, act: impl FnOnce(&mut Session) -> R) -> R {
        let result = act(&mut self.caught_up());
        self.let_know();
        result
    }

    /// The session, after what is to be done about a slider that has moved.
    fn caught_up(&self) -> RefMut<'_, Session> {
        let slid = self.0.slid.take();
        let mut session = self.0.session.borrow_mut();
        slid.into_iter().for_each(|(_, slide)| slide(&mut session));
        session
    }

    fn let_know(&self) {
        self.0.revision.set(self.0.revision.get() + 1);
        self.wait_for_pending();
        self.0.wake.emit(());
    }

    /// Does something to the session as soon as there is a frame to show it, or something else is done. A slider moves several
    /// times in a frame; only where it ends up is computed.
    pub fn slide(&self, slider: &'static str, act: impl FnOnce(&mut Session) + 'static) {
        if self.0.slid.borrow().as_ref().is_some_and(|(other, _)| *other != slider) {
            self.catch_up();
        }
        self.0.slid.replace(Some((slider, Box::new(act))));
        self.0.wake.emit(());
    }

    /// Which slider moves by itself.
    pub fn swept(&self) -> Option<&'static str> {
        self.0.swept.get()
    }

    /// Moves a slider through its numbers, or stops it where it does that.
    pub fn sweep(&self, slider: &'static str, numbers: Vec<f64>) {
        let stops = self.swept() == Some(slider);
        self.0.swept.set(Some(slider).filter(|_| !stops));
        self.let_know();
        if stops {
            return;
        }
        let live = self.clone();
        spawn(async move {
            let pause = (SWEEP / numbers.len().max(1) as u32).clamp(16, 200);
            for number in numbers {
                if live.swept() != Some(slider) {
                    return;
                }
                live.slide(slider, move |session| session.set(slider, &Value::from(number)));
                TimeoutFuture::new(pause).await;
            }
            live.0.swept.set(None);
            live.let_know();
        });
    }

    /// Whether a slider has moved that nothing was done about.
    pub fn slides(&self) -> bool {
        self.0.slid.borrow().is_some()
    }

    /// Does what is to be done about a slider that has moved.
    pub fn catch_up(&self) {
        if self.slides() {
            self.act(|_| ());
        }
    }

    /// Looks at the session.
    pub fn look<R>(&self, look: impl FnOnce(&Session) -> R) -> R {
        look(&self.0.session.borrow())
    }

    /// The same in the language in which the session is looked at.
    pub fn say(&self, english: &'static str) -> &'static str {
        self.0.session.borrow().view.lang.say(english)
    }

    /// How often something acted on the session.
    pub fn revision(&self) -> u64 {
        self.0.revision.get()
    }

    /// A trace that was not ready at once comes back when it is, unless the settings have changed since.
    fn wait_for_pending(&self) {
        let Some(pending) = self.0.session.borrow_mut().take_pending() else { return };
        let (live, mut pending) = (self.clone(), pending);
        let settings = self.look(|session| session.settings().clone());
        spawn(async move {
            let mut traced = None;
            while live.look(|session| *session.settings() == settings) {
                if let Some(result) = traced {
                    return live.act(|session| session.traced(result));
                }
                // What takes long goes on when it is polled again: in between the page does what it has to.
                traced = (&mut pending).now_or_never();
                if traced.is_some() {
                    TimeoutFuture::new(0).await;
                    live.look(|session| session.block().go_on(&settings));
                }
                TimeoutFuture::new(0).await;
            }
        });
    }
}
