//! What can be set in `dense`.

use crate::blocks::control::Panel;
use crate::blocks::conv2d::filters;
use crate::blocks::convolution::Pass;
use crate::blocks::fields::{settings, words};
use crate::layers::{Activation, ParameterCount};

/// The most inputs, and outputs, of a layer that is computed.
pub const MAX_CELLS: usize = 12;
/// The most layers that are counted.
const MAX_LAYERS: usize = 8;
/// The most inputs, and outputs, of a layer that is counted.
pub const MAX_SIZE: f64 = 1e6;
/// What inputs hold at first.
const INPUTS: [f64; MAX_CELLS] = [1.0, 2.0, -1.0, 0.5, 1.5, -0.5, 0.0, 1.0, -2.0, 0.5, 1.0, -1.5];

settings! {
    /// Everything that can be set. Empty lists stand for what follows from the rest: the pattern's weights, upstream gradients of
    /// one.
    Settings {
        view: Half = Half::Compute,
        inputs: usize = 4,
        input: Vec<f64> = INPUTS[..4].to_vec(),
        outputs: usize = 3,
        pattern: Pattern = Pattern::Random,
        seed: u64 = 8,
        weight: Vec<f64> = Vec::new(),
        bias: Vec<f64> = vec![0.5, -1.0, 0.0],
        activation: String = "none".to_owned(),
        pass: Pass = Pass::Forward,
        upstream: Vec<f64> = Vec::new(),
        layers: usize = 3,
        sizes: Vec<f64> = vec![1024.0, 256.0, 1024.0, 1024.0, 10_000.0, 256.0],
        data: Data = Data::Picture,
        side: usize = 32,
        length: usize = 100,
        channels: usize = 3,
        features: usize = 8,
        kernel: usize = 3,
    }
}

words! {
    /// What is looked at: the numbers of a small layer, or how many there are in layers of any size.
    Half {
        Compute = "compute",
        Count = "count",
    }
}

words! {
    /// What the weights are before they are changed by hand.
    Pattern {
        Random = "random",
        Identity = "identity",
        Neighbours = "neighbours",
    }
}

words! {
    /// What the layers that are compared are given.
    Data {
        Picture = "picture",
        Sequence = "sequence",
    }
}

impl Settings {
    /// Whether layers are counted rather than computed.
    pub fn counts(&self) -> bool {
        self.view == Half::Count
    }

    /// Every weight, `[outputs, inputs]`, row by row.
    pub fn all_weights(&self) -> Vec<f64> {
        if !self.weight.is_empty() {
            return self.weight.clone();
        }
        let count = self.outputs * self.inputs;
        let near = match self.pattern {
            Pattern::Random => return filters::random(self.seed, count, self.inputs),
            Pattern::Identity => 0,
            Pattern::Neighbours => 1,
        };
        let weight = |at: usize| (at / self.inputs).abs_diff(at % self.inputs) <= near;
        (0..count).map(|at| f64::from(u8::from(weight(at)))).collect()
    }

    /// The gradient by every output: ones; of the softmax one alone, for all shares together never change.
    pub fn all_upstream(&self) -> Vec<f64> {
        if !self.upstream.is_empty() {
            return self.upstream.clone();
        }
        let others = if self.activation() == Activation::Softmax { 0.0 } else { 1.0 };
        (0..self.outputs).map(|output| if output == 0 { 1.0 } else { others }).collect()
    }

    /// The non-linearity.
    pub fn activation(&self) -> Activation {
        Activation::named(&self.activation).unwrap_or_default()
    }

    /// Inputs and outputs of each layer that is counted.
    pub fn rows(&self) -> impl Iterator<Item = [u64; 2]> + '_ {
        self.sizes.chunks_exact(2).map(|pair| [pair[0] as u64, pair[1] as u64])
    }

    /// How many positions the compared layers' input has: pixels, or steps.
    pub fn positions(&self) -> u64 {
        match self.data {
            Data::Picture => (self.side * self.side) as u64,
            Data::Sequence => self.length as u64,
        }
    }

    /// What a dense layer, a convolution, a recurrent and a graph layer learn that give the same number of outputs.
    pub fn compared(&self) -> [ParameterCount; 4] {
        let (channels, features) = (self.channels as u64, self.features as u64);
        let kernel = [self.kernel as u64; 2];
        let axes = if self.data == Data::Picture { 2 } else { 1 };
        [
            ParameterCount::dense(self.positions() * channels, self.positions() * features),
            ParameterCount::convolution(&kernel[..axes], channels, features),
            ParameterCount::recurrent(channels, features),
            ParameterCount::graph(channels, features),
        ]
    }

    /// Brings the other settings into line after one was set.
    pub fn settle(&mut self, changed: &str) {
        if changed == "inputs" {
            self.input.extend(INPUTS.iter().skip(self.input.len()));
            self.input.truncate(self.inputs);
        }
        self.inputs = self.input.len();
        if matches!(changed, "pattern" | "seed") || self.weight.len() != self.outputs * self.inputs {
            self.weight.clear();
        }
        self.bias.resize(self.outputs, 0.0);
        if self.upstream.len() != self.outputs {
            self.upstream.clear();
        }
        if self.counts() {
            self.pass = Pass::Forward;
        }
        self.sizes.iter_mut().for_each(|size| *size = size.round().clamp(1.0, MAX_SIZE));
        // A layer that is added takes in what the last one gives.
        let last = self.sizes.last().copied().unwrap_or(1.0);
        let layers = if changed == "layers" { self.layers } else { self.sizes.len().div_ceil(2) };
        self.sizes.resize(2 * layers, last);
        self.layers = layers;
    }

    /// What is in sight, and what is legal, given the other settings.
    pub fn narrow(&self, panel: &mut Panel) {
        let (count, picture) = (self.counts(), self.data == Data::Picture);
        panel.when("inputs input outputs pattern activation seed bias weight", !count);
        panel.when("layers sizes data side length channels features kernel", count);
        panel.when("side", picture);
        panel.when("length", !picture);
        panel.most("inputs input outputs", MAX_CELLS);
        panel.backward(!count);
        panel.most("layers", MAX_LAYERS);
        panel.most("sizes", 2 * MAX_LAYERS);
        panel.length("bias upstream", self.outputs);
        panel.length("weight", self.outputs * self.inputs);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_layer_that_is_added_takes_in_what_the_last_one_gives() {
        let mut settings = Settings { layers: 4, ..Settings::default() };
        settings.settle("layers");
        assert_eq!(settings.sizes[6..], [256.0, 256.0]);
        settings.sizes = vec![7.4, -3.0, 5e6];
        settings.settle("sizes");
        assert_eq!((settings.layers, settings.sizes), (2, vec![7.0, 1.0, MAX_SIZE, MAX_SIZE]));
    }

    #[test]
    fn what_is_compared_gives_the_same_number_of_outputs() {
        let settings = Settings::default();
        assert_eq!(settings.compared().map(ParameterCount::total), [25_174_016, 224, 96, 32]);
        let sequence = Settings { data: Data::Sequence, ..settings };
        assert_eq!(sequence.compared().map(ParameterCount::total), [300 * 800 + 800, 3 * 3 * 8 + 8, 96, 32]);
    }

    #[test]
    fn patterns_are_square_or_cut_off() {
        let mut settings = Settings { outputs: 2, pattern: Pattern::Neighbours, ..Settings::default() };
        assert_eq!(settings.all_weights(), [1.0, 1.0, 0.0, 0.0, 1.0, 1.0, 1.0, 0.0]);
        settings.pattern = Pattern::Identity;
        assert_eq!(settings.all_weights(), [1.0, 0.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0]);
    }
}
