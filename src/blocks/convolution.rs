//! What the convolution blocks have in common: fills, senses, passes, and how they are told.

use serde::{Deserialize, Serialize};

use super::Pairs;
use super::control::Choice;
use crate::layers::PaddingMode;

/// What padded cells hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Fill {
    Zeros,
    Constant,
    Replicate,
    Symmetric,
    Circular,
    Reflect,
}

impl Fill {
    /// The fills, with the names that PyTorch and NumPy give them.
    pub const CHOICES: [Choice; 6] = [
        Choice::new("zeros", "zeros", "0 beyond the ends: PyTorch zeros, NumPy constant"),
        Choice::new("constant", "constant c", "a number of your choice beyond the ends: NumPy constant"),
        Choice::new("replicate", "replicate", "the last value goes on: PyTorch replicate, NumPy edge"),
        Choice::new("symmetric", "symmetric", "mirrored, the last value twice: NumPy symmetric"),
        Choice::new("circular", "circular", "goes on at the other end: PyTorch circular, NumPy wrap"),
        Choice::new("reflect", "reflect", "mirrored at the last value: PyTorch and NumPy reflect"),
    ];

    /// The layer's mode; `constant` is the number of [`Fill::Constant`].
    pub fn mode(self, constant: f64) -> PaddingMode {
        match self {
            Self::Zeros => PaddingMode::Zeros,
            Self::Constant => PaddingMode::Constant(constant as f32),
            Self::Replicate => PaddingMode::Replicate,
            Self::Symmetric => PaddingMode::Symmetric,
            Self::Circular => PaddingMode::Circular,
            Self::Reflect => PaddingMode::Reflect,
        }
    }
}

/// Which way the picture is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Pass {
    Forward,
    Backward,
}

impl Pass {
    /// Both ways.
    pub const CHOICES: [Choice; 2] = [
        Choice::new("forward", "forward", "from the input to the output"),
        Choice::new(
            "backward",
            "backward",
            "from the gradient of the loss by the output to those by input and weights",
        ),
    ];
}

/// A number changed by hand, as the decimal fraction that the hand meant: 0.1, not the nearest single-precision number.
pub fn decimal(value: f32) -> f64 {
    value.to_string().parse().unwrap_or_else(|_| f64::from(value))
}

/// What the convolution blocks both say, in German.
pub const GERMAN: Pairs = &[
    // Controls.
    ("padding", "Padding"),
    (
        "cells added at the ends, so that the window fits there too",
        "Zellen, die an den Enden hinzukommen, damit das Fenster auch dort passt",
    ),
    ("valid", "valid (keins)"),
    ("same", "same (gleich)"),
    ("as many outputs as inputs, at stride 1", "so viele Ausgaben wie Eingaben, bei Stride 1"),
    ("p on each side", "p auf jeder Seite"),
    ("as many cells as you choose on each side", "auf jeder Seite so viele Zellen, wie Sie wählen"),
    ("p", "p"),
    ("cells added on each side", "Zellen, die auf jeder Seite hinzukommen"),
    ("kernel k", "Kern k"),
    ("how many neighbours one output sees", "wie viele Nachbarn eine Ausgabe sieht"),
    ("stride s", "Stride s"),
    (
        "how far the window moves from one output to the next",
        "wie weit das Fenster von einer Ausgabe zur nächsten rückt",
    ),
    ("dilation d", "Dilation d"),
    (
        "the distance between the inputs that one window reads",
        "der Abstand zwischen den Eingaben, die ein Fenster liest",
    ),
    ("weights w", "Gewichte w"),
    ("fill", "Füllung"),
    ("what the added cells hold", "was in den hinzugefügten Zellen steht"),
    ("zeros", "Nullen"),
    ("0 beyond the ends: PyTorch zeros, NumPy constant", "0 jenseits der Enden: PyTorch zeros, NumPy constant"),
    ("constant c", "konstant c"),
    (
        "a number of your choice beyond the ends: NumPy constant",
        "eine Zahl Ihrer Wahl jenseits der Enden: NumPy constant",
    ),
    ("replicate", "wiederholt"),
    (
        "the last value goes on: PyTorch replicate, NumPy edge",
        "der letzte Wert geht weiter: PyTorch replicate, NumPy edge",
    ),
    ("symmetric", "symmetrisch"),
    ("mirrored, the last value twice: NumPy symmetric", "gespiegelt, der letzte Wert zweimal: NumPy symmetric"),
    ("circular", "zyklisch"),
    (
        "goes on at the other end: PyTorch circular, NumPy wrap",
        "geht am anderen Ende weiter: PyTorch circular, NumPy wrap",
    ),
    ("reflect", "gespiegelt"),
    ("mirrored at the last value: PyTorch and NumPy reflect", "am letzten Wert gespiegelt: PyTorch und NumPy reflect"),
    ("c", "c"),
    ("the number that the added cells hold", "die Zahl in den hinzugefügten Zellen"),
    ("pass", "Richtung"),
    (
        "forward, or backward from the gradients of the outputs",
        "vorwärts, oder rückwärts von den Gradienten der Ausgaben",
    ),
    ("forward", "vorwärts"),
    ("from the input to the output", "von der Eingabe zur Ausgabe"),
    ("backward", "rückwärts"),
    (
        "from the gradient of the loss by the output to those by input and weights",
        "vom Gradienten des Fehlers nach der Ausgabe zu denen nach Eingabe und Gewichten",
    ),
    ("is added to every output", "wird zu jeder Ausgabe addiert"),
    ("∂E/∂y", "∂E/∂y"),
    (
        "the gradient of the loss by each output; dragged in the picture",
        "der Gradient des Fehlers nach jeder Ausgabe; im Bild zu ziehen",
    ),
    // Stages.
    ("input", "Eingabe"),
    ("padded input", "Eingabe mit Padding"),
    ("weight", "Gewicht"),
    ("bias", "Bias"),
    ("output", "Ausgabe"),
    ("gradient by the output", "Gradient nach der Ausgabe"),
    ("gradient by the bias", "Gradient nach dem Bias"),
    ("gradient by the weight", "Gradient nach dem Gewicht"),
    ("gradient by the padded input", "Gradient nach der Eingabe mit Padding"),
    ("gradient by the input", "Gradient nach der Eingabe"),
    // Facts.
    ("{} parameters (dense: {})", "{} Parameter (dicht: {})"),
    ("{} multiplications", "{} Multiplikationen"),
];
