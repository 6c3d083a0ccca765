//! What computes: WebAssembly, or the graphics card.

use std::rc::Rc;

use yew::prelude::*;

use super::around::milliseconds;
use super::{BlockView, Msg};
use crate::browser::spawn;
use crate::compute::Device;
use crate::compute::gpu::{Compared, Fault, Lent, compare, lend};
use crate::explain::{Digits, format_number};
use crate::state::{Backend, Session};

/// Where the CPU takes longer, in milliseconds, a card is asked for: it is opened where there is something to gain.
const LONG: f64 = 16.0;

impl BlockView {
    /// Asks for a card where one is wanted, and gives it back where none is.
    pub(super) fn ask_for_card(&mut self, ctx: &Context<Self>) {
        let takes_long = |session: &Session| session.backend() == "cpu" && session.took().as_secs_f64() * 1000.0 > LONG;
        let (backend, takes_long) = self.live.look(|session| (session.view.backend, takes_long(session)));
        let wanted = match backend {
            Backend::Cpu => None,
            Backend::Webgpu => Some(true),
            Backend::Auto if self.asked == Some(true) => None,
            Backend::Auto => self.asked.or(takes_long.then_some(false)),
        };
        if std::mem::replace(&mut self.asked, wanted) == wanted {
            return;
        }
        match wanted {
            None => self.live.act(|session| session.compute_on(Device::Cpu)),
            Some(is_forced) => {
                let lent = ctx.link().callback(Msg::Lent);
                spawn(async move { lent.emit(lend(is_forced).await) });
            }
        }
    }

    /// Computes on the card from now on; where there is none, tells who wanted nothing else.
    pub(super) fn take_card(&mut self, lent: Result<Rc<Lent>, Fault>) {
        match lent {
            Ok(lent) => self.live.act(|session| session.compute_on(Device::Card(lent))),
            Err(fault) if self.asked == Some(true) => {
                self.live.act(|session| session.notify(format!("{fault}; WebAssembly computes instead.")));
            }
            Err(_) => {}
        }
    }

    /// Lets both devices compute what is shown, and tells how long each took and by how much they differ.
    pub(super) fn compare(&self) {
        let (live, chain) = (self.live.clone(), self.live.look(|session| session.chain()));
        spawn(async move {
            let sentence = match chain {
                None => "Step after step, this is computed by WebAssembly alone.".to_owned(),
                Some(chain) => match compare(&chain).await {
                    Err(fault) => format!("{fault}; WebAssembly computes here."),
                    Ok(None) => "WebGPU does not compute this; WebAssembly does.".to_owned(),
                    Ok(Some(both)) => told(&both),
                },
            };
            live.act(|session| session.notify(sentence));
        });
    }
}

fn told(both: &Compared) -> String {
    let (cpu, card) = (milliseconds(both.cpu), milliseconds(both.card));
    let (sooner, times) = match both.cpu / both.card {
        times if times < 1.0 => ("WebAssembly", 1.0 / times),
        times => ("WebGPU", times),
    };
    let times = format_number(times, Digits::Trimmed(usize::from(times < 10.0)));
    let difference = match both.difference {
        0.0 => "the outputs are the same".to_owned(),
        difference => {
            let difference = format_number(f64::from(difference), Digits::Trimmed(0));
            format!("their outputs differ by {difference} at most")
        }
    };
    format!(
        "On the same input WebAssembly takes {cpu}, WebGPU {card} with the way there and back: {sooner} is {times} times as \
         fast; {difference}."
    )
}
