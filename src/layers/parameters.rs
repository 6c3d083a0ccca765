//! How many numbers a layer learns: the lecture's argument for inductive bias, counted.

/// The numbers that a layer learns, exactly. A count that no `u64` holds stays at the largest.
///
/// ```
/// use layerscope::layers::ParameterCount;
/// assert_eq!(ParameterCount::dense(1_024, 256).weights, 262_144);
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct ParameterCount {
    /// Numbers that something is multiplied with.
    pub weights: u64,
    /// Numbers that are added.
    pub biases: u64,
}

impl ParameterCount {
    /// A number in single precision takes so many bytes.
    pub const BYTES: u64 = 4;

    /// A dense layer, a weight for each input of each output: n · m + m.
    ///
    /// Source: `torch.nn.Linear`.
    pub fn dense(inputs: u64, outputs: u64) -> Self {
        Self { weights: inputs.saturating_mul(outputs), biases: outputs }
    }

    /// A convolution, the same kernel at every position: k₁ · … · c · d + d for c channels in and d channels out.
    ///
    /// Source: `torch.nn.Conv1d` and `torch.nn.Conv2d` with one group.
    pub fn convolution(kernel: &[u64], inputs: u64, outputs: u64) -> Self {
        let window = kernel.iter().fold(1, |window: u64, &cells| window.saturating_mul(cells));
        Self { weights: window.saturating_mul(inputs).saturating_mul(outputs), biases: outputs }
    }

    /// A recurrent layer h_t = tanh(W_x x_t + W_h h_{t−1} + b), the same at every step: d · c + d · d + d.
    ///
    /// Source: `torch.nn.RNN`, which has a second bias that does nothing of its own.
    pub fn recurrent(inputs: u64, hidden: u64) -> Self {
        let from_state = hidden.saturating_mul(hidden);
        Self { weights: hidden.saturating_mul(inputs).saturating_add(from_state), biases: hidden }
    }

    /// A graph convolution σ(Ā H Wᵀ + b), the same for every node: c · d + d.
    pub fn graph(inputs: u64, outputs: u64) -> Self {
        Self::dense(inputs, outputs)
    }

    /// Weights and biases.
    pub fn total(self) -> u64 {
        self.weights.saturating_add(self.biases)
    }

    /// The memory that they take in single precision.
    pub fn bytes(self) -> u64 {
        self.total().saturating_mul(Self::BYTES)
    }
}

impl std::ops::Add for ParameterCount {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self { weights: self.weights.saturating_add(other.weights), biases: self.biases.saturating_add(other.biases) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lecture_s_rows() {
        for (inputs, outputs, weights) in
            [(1_024, 256, 262_144), (1_024, 1_024, 1_048_576), (10_000, 256, 2_560_000), (0, 3, 0)]
        {
            assert_eq!(ParameterCount::dense(inputs, outputs), ParameterCount { weights, biases: outputs });
        }
    }

    /// Counted by hand, and known from networks: the first convolution of VGG-16, AlexNet's last layers.
    #[test]
    fn every_layer_is_counted() {
        for (counted, total) in [
            (ParameterCount::convolution(&[3, 3], 3, 64), 1_792),
            (ParameterCount::convolution(&[3], 1, 1), 4),
            (ParameterCount::convolution(&[1, 1], 64, 10), 650),
            (ParameterCount::recurrent(3, 4), 4 * 3 + 4 * 4 + 4),
            (ParameterCount::graph(16, 7), 119),
            (ParameterCount::dense(9_216, 4_096), 37_752_832),
            (ParameterCount::dense(4_096, 1_000), 4_097_000),
            (ParameterCount::dense(9_216, 4_096) + ParameterCount::dense(4_096, 1_000), 41_849_832),
        ] {
            assert_eq!(counted.total(), total, "{counted:?}");
        }
        assert_eq!(ParameterCount::dense(1_024, 256).bytes(), 1_049_600);
    }

    #[test]
    fn large_counts_are_exact_until_no_number_holds_them() {
        let most = 64 * 1_024 * 1_024;
        assert_eq!(ParameterCount::dense(most, most).total(), 4_503_599_694_479_360);
        assert_eq!(ParameterCount::dense(u64::MAX, 2).bytes(), u64::MAX);
    }
}
