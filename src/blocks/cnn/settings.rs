//! What can be set in `cnn`.

use super::chain::{CHOSEN, ENLARGED};
use crate::blocks::control::{Choice, Control, Kind};
use crate::blocks::convolution::Pass;
use crate::blocks::fields::{settings, words};
use crate::data::digits::{CLASSES, Digit, HELD_OUT, PIXELS, SIDE};
use crate::data::trained::Trained;
use crate::layers::{Tensor, tensor};

/// The choice that stands for whatever class the network finds most likely.
const PREDICTED: &str = "predicted";
/// The largest pixel: all ink. Below 0 there is none.
const LIMIT: f64 = 1.0;
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

    /// What can be changed, given the other settings.
    pub fn controls(&self) -> Vec<Control> {
        let network = self.view == Look::Network;
        let mut classes = vec![Choice::new(PREDICTED, "the likeliest", "whatever the network says")];
        classes.extend(CHOSEN.map(|class| Choice::plain(class, class)));
        let mut layers = vec![Choice::new(NONE, "none", "the network alone")];
        layers.extend(ENLARGED.map(|(name, title)| Choice::plain(name, title)));
        vec![
            Control::main(
                "view",
                "view",
                "one image in the network, or all images held out",
                Kind::choice(&[
                    Choice::new("network", "network", "one image on its way through the layers"),
                    Choice::new(
                        "confusion",
                        "mistakes",
                        "what the network says of each image that it has not learned from",
                    ),
                ]),
            ),
            Control::main(
                "digit",
                "image",
                "one of the images that the network has not learned from; they lie from zeros to nines",
                Kind::whole(0, HELD_OUT - 1),
            )
            .when(network),
            Control::main(
                "pass",
                "pass",
                "forward, or backward: how each number would change the score of a class",
                Kind::choice(&Pass::CHOICES[..if network { 2 } else { 1 }]),
            )
            .when(network),
            Control::main("class", "score of", "the class whose score is followed backward", Kind::Choice(classes))
                .when(self.is_backward()),
            Control::main("layer", "enlarge", "a layer whose maps are shown large", Kind::Choice(layers)).when(network),
            Control::pen("draw a digit of your own", network),
            Control::ink(self.pen),
            Control::hidden(
                "pixels",
                "pixels",
                "all 64 of them, or none for the image's",
                Kind::Numbers { min_length: PIXELS, max_length: PIXELS, or_none: true, limit: LIMIT },
            ),
        ]
    }
}
