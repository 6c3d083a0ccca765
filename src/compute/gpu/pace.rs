//! Which of two devices is sooner.

/// How long things take on this machine, in milliseconds.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Pace {
    /// A million multiplications on the CPU.
    pub cpu: f64,
    /// A million of them on the card.
    pub card: f64,
    /// The way to the card and back.
    pub way: f64,
}

/// By so much the card has to be sooner: numbers that the CPU computes are there in the same frame.
const MARGIN: f64 = 0.7;

impl Pace {
    /// Whether work of so many multiplications is sooner done by the card.
    ///
    /// ```
    /// use layerscope::compute::gpu::Pace;
    /// let pace = Pace { cpu: 0.1, card: 0.001, way: 2.0 };
    /// assert!(!pace.prefers_card(1_000_000));
    /// assert!(pace.prefers_card(100_000_000));
    /// ```
    pub fn prefers_card(&self, multiplications: u64) -> bool {
        let millions = multiplications as f64 * 1e-6;
        self.way + self.card * millions < MARGIN * self.cpu * millions
    }
}
