//! What can be set in `cnn`.

use crate::blocks::control::Panel;
use crate::blocks::convolution::Pass;
use crate::blocks::fields::{settings, words};
use crate::data::digits::{CLASSES, Digit, HELD_OUT, PIXELS, SIDE};
use crate::data::trained::Trained;
use crate::layers::{Tensor, tensor};

/// The choice that stands for whatever class the network finds most likely.
const PREDICTED: &str = "predicted";
/// The choice of layers that stands for none.
const NONE: &str = "none";

settings! {
    /// Everything that can be set. No pixels stand for those of the image.
    Settings {
        view: Look = Look::Network,
        digit: usize = 120,
        pass: Pass = Pass::Forward,
        class: String = PREDICTED.to_owned(),
        layer: String = NONE.to_owned(),
        pen: bool = false,
        ink: f64 = 1.0,
        pixels: Vec<f64> = Vec::new(),
    }
}

words! {
    /// What the picture shows.
    Look {
        /// One image on its way through the network.
        Network = "network",
        /// All images held out, by what they are and what the network says.
        Confusion = "confusion",
    }
}

impl Settings {
    pub fn is_backward(&self) -> bool {
        self.pass == Pass::Backward
    }

    /// The image held out that is looked at; nothing where the reader has drawn.
    pub fn image<'a>(&self, trained: &'a Trained) -> Option<&'a Digit> {
        trained.digits.held_out.get(self.digit).filter(|_| self.pixels.is_empty())
    }

    /// The input of the network, `[1, 1, 8, 8]`.
    pub fn input(&self, trained: &Trained) -> Tensor {
        let shades = match self.image(trained) {
            Some(image) => image.shades().collect(),
            None => self.pixels.iter().map(|&pixel| pixel as f32).collect(),
        };
        tensor(&[1, 1, SIDE, SIDE], shades)
    }

    /// The class whose score is followed backward: the one chosen, or `predicted`.
    pub fn class(&self, predicted: usize) -> usize {
        self.class.parse().ok().filter(|&class| class < CLASSES).unwrap_or(predicted)
    }

    /// The stage that is shown large.
    pub fn enlarged(&self) -> Option<&str> {
        Some(self.layer.as_str()).filter(|layer| *layer != NONE)
    }

    /// Brings the other settings into line after one was set.
    pub fn settle(&mut self, changed: &str) {
        if changed == "digit" || self.pixels.len() != PIXELS {
            self.pixels.clear();
        }
        self.pixels.iter_mut().for_each(|pixel| *pixel = pixel.clamp(0.0, 1.0));
        if self.view == Look::Confusion {
            (self.pass, self.pen) = (Pass::Forward, false);
        }
    }

    /// What is in sight, and what is legal, given the other settings.
    pub fn narrow(&self, panel: &mut Panel) {
        let network = self.view == Look::Network;
        panel.when("digit layer pen", network);
        panel.when("class", self.is_backward());
        panel.when("ink", self.pen);
        panel.most("digit", HELD_OUT - 1);
        panel.backward(network);
        panel.length("pixels", PIXELS);
    }
}
