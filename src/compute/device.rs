//! Where a computation runs.

#[cfg(target_arch = "wasm32")]
use std::rc::Rc;

#[cfg(target_arch = "wasm32")]
use super::gpu::Lent;
use super::gpu::Program;
use crate::layers::{Tensor, tensor};

/// A piece of work for a device. It knows how the CPU does it, and may know how a card does.
pub trait Kernel {
    /// What it gives.
    type Output;

    /// Does the work on the CPU.
    fn cpu(self) -> Self::Output;

    /// What is asked of a card; nothing where only the CPU knows what to do.
    fn program(&self) -> Option<Program>;

    /// What it gives, from the output of the program.
    fn answer(&self, output: Tensor) -> Self::Output;
}

/// What computes.
#[derive(Clone, Default)]
pub enum Device {
    /// The thread that asks. Its answers are ready at once: a future of [`run`](Self::run) is complete when it is first polled.
    #[default]
    Cpu,
    /// A graphics card, for what is sooner there; the CPU for everything else, and where the card fails.
    #[cfg(target_arch = "wasm32")]
    Card(Rc<Lent>),
}

impl Device {
    /// Does the work: the only door to a device.
    pub async fn run<K: Kernel>(&self, kernel: K) -> K::Output {
        let mut shape = Vec::new();
        let program = || kernel.program().inspect(|program| shape.clone_from(&program.shape));
        let arrays = self.on_card(program).await;
        // A sum that leaves the range of single precision is told by the definition.
        let output = arrays.and_then(|arrays| arrays.into_iter().next());
        match output.filter(|output| output.iter().all(|number| number.is_finite())) {
            Some(output) => kernel.answer(tensor(&shape, output)),
            None => kernel.cpu(),
        }
    }

    /// The arrays that a program keeps; nothing where the CPU is to do the work.
    #[cfg_attr(not(target_arch = "wasm32"), expect(unused_variables, reason = "a page alone has a card"))]
    pub async fn on_card(&self, program: impl FnOnce() -> Option<Program>) -> Option<Vec<Vec<f32>>> {
        match self {
            Self::Cpu => None,
            #[cfg(target_arch = "wasm32")]
            Self::Card(lent) => lent.run(&program()?).await,
        }
    }

    /// Something new is asked for: nothing of it was done by a card so far.
    pub fn begin(&self) {
        #[cfg(target_arch = "wasm32")]
        if let Self::Card(lent) = self {
            lent.begin();
        }
    }

    /// Whether a card is to do all that it can, sooner or not.
    pub fn is_forced(&self) -> bool {
        match self {
            Self::Cpu => false,
            #[cfg(target_arch = "wasm32")]
            Self::Card(lent) => lent.is_forced(),
        }
    }

    /// Whether a card did what was asked for.
    pub fn was_card(&self) -> bool {
        match self {
            Self::Cpu => false,
            #[cfg(target_arch = "wasm32")]
            Self::Card(lent) => lent.was_used(),
        }
    }

    /// Why a card failed since this was asked, if it did.
    pub fn take_fault(&self) -> Option<String> {
        match self {
            Self::Cpu => None,
            #[cfg(target_arch = "wasm32")]
            Self::Card(lent) => lent.take_fault().map(|fault| fault.to_string()),
        }
    }
}
