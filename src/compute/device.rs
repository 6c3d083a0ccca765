//! Where a computation runs.

#[cfg(target_arch = "wasm32")]
use std::rc::Rc;

#[cfg(target_arch = "wasm32")]
use super::gpu::Lent;
use super::gpu::Program;

/// A piece of work for a device. It knows how the CPU does it, and may know how a card does.
pub trait Kernel {
    /// What it gives.
    type Output;

    /// Does the work on the CPU.
    fn cpu(self) -> Self::Output;

    /// What is asked of a card; nothing where only the CPU knows what to do.
    fn program(&self) -> Option<Program>;

    /// About how many multiplications it is.
    fn multiplications(&self) -> u64;

    /// What it gives, from the arrays that the program keeps; nothing where they are not fit for it.
    fn answer(&self, kept: Vec<Vec<f32>>) -> Option<Self::Output>;
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
        let kept = self.on_card(kernel.multiplications(), || kernel.program()).await;
        let answer = kept.and_then(|kept| kernel.answer(kept));
        answer.unwrap_or_else(|| kernel.cpu())
    }

    /// The arrays that a program keeps; nothing where the CPU is to do the work.
    #[cfg_attr(not(target_arch = "wasm32"), expect(unused_variables, reason = "a page alone has a card"))]
    pub async fn on_card(
        &self,
        multiplications: u64,
        program: impl FnOnce() -> Option<Program>,
    ) -> Option<Vec<Vec<f32>>> {
        match self {
            Self::Cpu => None,
            #[cfg(target_arch = "wasm32")]
            Self::Card(lent) => lent.run(multiplications, program).await,
        }
    }
}
