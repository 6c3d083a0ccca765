//! Where a computation runs.

/// A piece of work for a device. It knows how the CPU does it.
pub trait Kernel {
    /// What it gives.
    type Output;

    /// Does the work on the CPU.
    fn cpu(self) -> Self::Output;
}

/// What computes.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Device {
    /// The thread that asks. Its answers are ready at once: a future of [`run`](Self::run) is complete when it is first polled.
    #[default]
    Cpu,
}

impl Device {
    /// Does the work: the only door to a device.
    pub async fn run<K: Kernel>(self, kernel: K) -> K::Output {
        match self {
            Self::Cpu => kernel.cpu(),
        }
    }
}
