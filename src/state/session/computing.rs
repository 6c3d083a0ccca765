//! How a session's numbers come about: what computes them, and how long that takes.

use std::rc::Rc;
use std::time::Duration;

use futures_util::FutureExt;
use web_time::Instant;

use super::Session;
use crate::blocks::Computed;
use crate::compute::{Chain, Device};
use crate::explain::{Cell, Trace};
use crate::layers::LayerError;

impl Session {
    /// What is still being computed, for the caller to wait for; its result comes back through [`traced`](Self::traced).
    pub fn take_pending(&mut self) -> Option<Computed> {
        self.pending.take()
    }

    /// Takes over what was computed.
    pub fn traced(&mut self, result: Result<Trace, LayerError>) {
        self.took = self.asked.elapsed();
        self.was_card = self.device.was_card();
        if let Some(fault) = self.device.take_fault() {
            self.device = Device::Cpu;
            self.notify(format!("{fault}; WebAssembly computes instead."));
        }
        let before = std::mem::replace(&mut self.trace, result.map(Rc::new));
        self.shown = self.settings().clone();
        let stays = |name: &str| {
            let of = |trace: &Result<Rc<Trace>, LayerError>| trace.as_ref().ok()?.stage(name)?.shared().cloned();
            of(&before).zip(of(&self.trace)).is_some_and(|(before, now)| Rc::ptr_eq(&before, &now))
        };
        self.memory.keep(stays);
        let steps = self.steps();
        if self.transport.at > steps.saturating_sub(1) as f64 {
            self.transport.jump(self.transport.at, steps);
        }
        let known = |cell: &Cell| self.trace.as_ref().is_ok_and(|trace| trace.value(*cell).is_some());
        self.focus = self.focus.filter(known);
        self.hover = self.hover.filter(known);
        let later = std::mem::take(&mut self.later);
        self.look_as(&later);
    }

    /// Computes on this device from now on; what there is stays, where nothing else was asked for.
    pub fn compute_on(&mut self, device: Device) {
        let is_due = device.is_forced() || self.was_card || self.shown != *self.settings();
        self.device = device;
        if is_due {
            self.retrace();
        }
    }

    /// A card has computed and painted what is shown, in so long.
    pub fn was_painted(&mut self, took: Duration) {
        (self.was_card, self.took) = (true, took);
    }

    /// What computed: `cpu` or `webgpu`.
    pub fn backend(&self) -> &'static str {
        if self.was_card { "webgpu" } else { "cpu" }
    }

    /// The layers that are shown, for another device to compute.
    pub fn chain(&self) -> Option<Chain> {
        let trace = self.trace.as_ref().ok().filter(|_| !self.is_empty())?;
        self.block.chain(&self.shown, trace).map(|(chain, _)| chain)
    }

    /// How long it took to compute everything.
    pub fn took(&self) -> Duration {
        self.took
    }

    /// Computes again what the same settings say now: the camera has taken another picture.
    pub fn refresh(&mut self) {
        self.retrace();
    }

    pub(super) fn retrace(&mut self) {
        self.asked = Instant::now();
        self.device.begin();
        let mut pending = self.block.trace(self.settings(), self.device.clone());
        match (&mut pending).now_or_never() {
            Some(result) => {
                self.pending = None;
                self.traced(result);
            }
            None => self.pending = Some(pending),
        }
    }
}
