//! The network that was trained on the digits: `cargo run --release --example train_cnn`.

use std::cell::RefCell;
use std::rc::Rc;

use super::digits::{self, CLASSES, Digit, Digits};
use super::files;
use super::safetensors::{Safetensors, SafetensorsError};
use crate::explain::read_number;
use crate::layers::{
    Activation, Conv, Extent, Layer, LayerError, Network, Padding, PaddingMode, Parameters, Pool, Pooling, Tensor,
    Window,
};

/// The name of the file that holds its weights.
pub const FILE: &str = "digits-cnn.safetensors";
/// How many maps the first convolution has, and the second.
pub const MAPS: [usize; 2] = [8, 16];
/// How many numbers the dense layer reads.
pub const FEATURES: usize = 64;
/// Cells along one side of a kernel.
pub const KERNEL: usize = 3;
/// The layers that learn: the name of their tensors, which are PyTorch's, and the shape of their weights.
pub const LEARNED: [(&str, &[usize]); 3] = [
    ("conv1", &[MAPS[0], 1, KERNEL, KERNEL]),
    ("conv2", &[MAPS[1], MAPS[0], KERNEL, KERNEL]),
    ("dense", &[CLASSES, FEATURES]),
];

/// What the page knows about the digits: images that the network has not learned from, and the network.
#[derive(Debug)]
pub struct Trained {
    /// The images.
    pub digits: Digits,
    /// The network.
    pub network: Network,
    /// The share of the images held out that it tells right, as its training program measured it.
    pub accuracy: f64,
    /// The scores that it gives to the images held out, `[images, 10]`; computed once, when they are asked for.
    scores: RefCell<Option<Rc<Tensor>>>,
}

thread_local! {
    static TRAINED: RefCell<Option<Rc<Trained>>> = const { RefCell::new(None) };
}

/// The network over parameters in the order of [`LEARNED`].
pub fn network([conv1, conv2, dense]: [Parameters; 3]) -> Network {
    let relu = || Layer::Activation(Activation::Relu);
    let pool = || Layer::Pool(Pool::plain(Pooling::Max, &[2, 2]));
    let layers = vec![
        Layer::Conv(conv(), conv1),
        relu(),
        pool(),
        Layer::Conv(conv(), conv2),
        relu(),
        pool(),
        Layer::Flatten,
        Layer::Dense(dense),
    ];
    Network { layers }
}

/// Both convolutions: 3 × 3, as many outputs as inputs.
pub fn conv() -> Conv {
    let window = Window { kernel: KERNEL, stride: 1, dilation: 1 };
    let padding = Padding { amounts: vec![Extent::Same.amounts(&window); 2], mode: PaddingMode::Zeros };
    Conv { windows: vec![window; 2], groups: 1, padding }
}

/// What was trained, read once.
///
/// # Errors
/// Where a file is not there or not what it should be.
pub fn trained() -> Result<Rc<Trained>, LayerError> {
    if let Some(known) = TRAINED.with_borrow(Clone::clone) {
        return Ok(known);
    }
    let bytes = files::get(digits::FILE).ok_or_else(|| missing(digits::FILE))?;
    let digits = Digits::read(&bytes).map_err(|why| LayerError::file(digits::FILE, &why))?;
    let weights = files::get(FILE).ok_or_else(|| missing(FILE))?;
    let damaged = |why: SafetensorsError| LayerError::file(FILE, &why);
    let file = Safetensors::read(&weights).map_err(damaged)?;
    let learned = |at: usize| {
        let (name, shape) = LEARNED[at];
        let weight = file.tensor(&[name, ".weight"].concat(), shape)?;
        Ok(Parameters { weight, bias: file.tensor(&[name, ".bias"].concat(), &shape[..1])? })
    };
    let learned = learned(0).and_then(|conv1| Ok([conv1, learned(1)?, learned(2)?])).map_err(damaged)?;
    let accuracy = file.text("accuracy").and_then(read_number).unwrap_or(f64::NAN);
    let network = network(learned);
    let trained = Rc::new(Trained { digits, network, accuracy, scores: RefCell::default() });
    TRAINED.set(Some(trained.clone()));
    Ok(trained)
}

fn missing(file: &'static str) -> LayerError {
    LayerError::file(file, &"it has not been loaded")
}

impl Trained {
    /// The scores that the network gives to the images held out, `[images, 10]`.
    ///
    /// # Errors
    /// Those of its layers.
    pub fn scores(&self) -> Result<Rc<Tensor>, LayerError> {
        if let Some(known) = &*self.scores.borrow() {
            return Ok(known.clone());
        }
        let outputs = self.network.forward(&Digit::batch(&self.digits.held_out))?;
        let scores = Rc::new(outputs.last().cloned().unwrap_or_default());
        *self.scores.borrow_mut() = Some(scores.clone());
        Ok(scores)
    }
}

/// The class with the largest score; of equal ones the first.
pub fn best(scores: impl IntoIterator<Item = f32>) -> usize {
    let scores = scores.into_iter().enumerate();
    scores.fold((0, f32::NEG_INFINITY), |best, (class, score)| if score > best.1 { (class, score) } else { best }).0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_accuracy_in_the_file_is_what_the_network_reaches() {
        let trained = trained().expect("both files");
        let scores = trained.scores().expect("scores");
        let said = scores.rows().into_iter().map(|row| best(row.iter().copied()));
        let right = said.zip(&trained.digits.held_out).filter(|(said, digit)| *said == digit.label).count();
        let share = right as f64 / trained.digits.held_out.len() as f64;
        assert!((trained.accuracy - share).abs() < 1e-4 && share >= 0.96, "{} {share}", trained.accuracy);
    }

    #[test]
    fn of_equal_scores_the_first_is_best() {
        assert_eq!(best([1.0, 3.0, 3.0]), 1);
        assert_eq!((best([]), best([f32::NAN])), (0, 0));
    }
}
