//! A stack of layers as one short text: `conv3,conv3d2,pool2s2`.

use std::fmt;

use serde_json::Value;

use super::fields::Field;
use crate::layers::{ReceptiveField, Sliding, Window};

/// What one layer may be, as the end of a sentence.
pub const ACCEPTED: &str = "conv3, conv5s2p2, conv3d2 or pool2: kernel 1 to 15, stride s 1 to 8, dilation d 1 to 64, padding p 0 to 64, \
                            in a pool at most half its kernel";

/// One layer of a stack.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StackLayer {
    /// Whether it averages its window, or else is a convolution.
    pub pools: bool,
    /// What slides.
    pub slides: Sliding,
}

/// Layers, from below.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Stack(pub Vec<StackLayer>);

impl Stack {
    /// Reads 1 to `max` layers that some input of at most `room` cells goes through.
    ///
    /// # Errors
    /// With what is wrong: the first layer that cannot be read or does not fit, or how many there are.
    pub fn parse(text: &str, max: usize, room: usize) -> Result<Self, String> {
        let mut layers = Vec::new();
        let text = text.to_ascii_lowercase();
        let words = text.split(|c: char| c == ',' || c == ';' || c.is_whitespace()).filter(|word| !word.is_empty());
        for (place, word) in words.enumerate() {
            let told = || format!("“{}” as layer {}", word.chars().take(20).collect::<String>(), place + 1);
            if place == max {
                return Err(format!("more than {max} layers"));
            }
            layers.push(StackLayer::parse(word).ok_or_else(told)?);
            if Self(layers.clone()).inputs(room).is_none() {
                return Err(format!("{}, for which {room} cells are too few", told()));
            }
        }
        if layers.is_empty() {
            return Err("no layer".to_owned());
        }
        Ok(Self(layers))
    }

    /// The same with one number of a layer set: to `value`, or to what is nearest to it among the legal ones on the way from
    /// what it is. Nothing where there is no such layer.
    pub fn with(&self, layer: usize, which: usize, value: usize, max: usize, room: usize) -> Option<Self> {
        let known = *self.0.get(layer)?;
        let now = *known.parameters().get(which)?;
        // Beyond 64 nothing is legal.
        let (mut value, mut changed) = (value.min(64), self.clone());
        loop {
            changed.0[layer] = known.with(which, value);
            if value == now || Self::parse(&changed.to_string(), max, room).as_ref() == Ok(&changed) {
                return Some(changed);
            }
            value = if value < now { value + 1 } else { value - 1 };
        }
    }

    /// What slides, from below.
    pub fn slides(&self) -> Vec<Sliding> {
        self.0.iter().map(|layer| layer.slides).collect()
    }

    /// How many inputs go through; nothing where more than `room` would be needed somewhere.
    pub fn inputs(&self, room: usize) -> Option<std::ops::RangeInclusive<usize>> {
        ReceptiveField::inputs(&self.slides(), room)
    }
}

impl StackLayer {
    fn parse(word: &str) -> Option<Self> {
        let (pools, rest) = match word.strip_prefix("pool") {
            Some(rest) => (true, rest),
            None => (false, word.strip_prefix("conv")?),
        };
        let (kernel, mut rest) = number(rest)?;
        let (mut stride, mut dilation, mut padding) = (if pools { kernel } else { 1 }, 1, 0);
        while let Some(letter) = rest.chars().next() {
            let slot = match letter {
                's' => &mut stride,
                'd' => &mut dilation,
                'p' => &mut padding,
                _ => return None,
            };
            (*slot, rest) = number(&rest[1..])?;
        }
        let strides = (1..=8).contains(&stride) || pools && stride == kernel;
        let reads = padding <= 64 && (!pools || 2 * padding + usize::from(dilation > 1) <= kernel);
        let legal = (1..=15).contains(&kernel) && strides && (1..=64).contains(&dilation) && reads;
        legal.then_some(Self { pools, slides: Sliding { window: Window { kernel, stride, dilation }, padding } })
    }

    /// Kernel, stride, dilation and padding.
    pub fn parameters(&self) -> [usize; 4] {
        let Sliding { window: Window { kernel, stride, dilation }, padding } = self.slides;
        [kernel, stride, dilation, padding]
    }

    /// The same with one of the [`parameters`](Self::parameters) replaced.
    fn with(self, which: usize, value: usize) -> Self {
        let mut parameters = self.parameters();
        parameters[which] = value;
        let [kernel, stride, dilation, padding] = parameters;
        Self { slides: Sliding { window: Window { kernel, stride, dilation }, padding }, ..self }
    }

    /// What a stride is where none is written.
    fn usual_stride(&self) -> usize {
        if self.pools { self.slides.window.kernel } else { 1 }
    }
}

/// The number that a text begins with, and the rest.
fn number(text: &str) -> Option<(usize, &str)> {
    let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    Some((text[..end].parse().ok()?, &text[end..]))
}

impl fmt::Display for Stack {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, layer) in self.0.iter().enumerate() {
            let Sliding { window: Window { kernel, stride, dilation }, padding } = layer.slides;
            let comma = if place == 0 { "" } else { "," };
            write!(out, "{comma}{}{kernel}", if layer.pools { "pool" } else { "conv" })?;
            for (letter, number, usual) in [('s', stride, layer.usual_stride()), ('d', dilation, 1), ('p', padding, 0)]
            {
                if number != usual {
                    write!(out, "{letter}{number}")?;
                }
            }
        }
        Ok(())
    }
}

impl Field for Stack {
    fn write(&self) -> Value {
        Value::from(self.to_string())
    }

    fn read(&mut self, value: &Value) -> bool {
        let stack = value.as_str().and_then(|text| Self::parse(text, usize::MAX, usize::from(u16::MAX)).ok());
        stack.map(|stack| *self = stack).is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_and_writes() {
        for (text, written) in [
            ("conv3", "conv3"),
            (" conv3 , pool2 ", "conv3,pool2"),
            ("CONV3;pool2 conv5,", "conv3,pool2,conv5"),
            ("conv3s1d1p0,conv3d2,pool2s2,conv5p2s2", "conv3,conv3d2,pool2,conv5s2p2"),
            ("pool3s2p1,pool3s3d2p1,pool15", "pool3s2p1,pool3d2p1,pool15"),
        ] {
            let stack = Stack::parse(text, 12, 256).expect(text);
            assert_eq!(stack.to_string(), written);
            let mut read = Stack::default();
            assert!(read.read(&stack.write()));
            assert_eq!(read, stack);
        }
    }

    #[test]
    fn a_number_is_set_as_far_as_it_is_legal() {
        let stack = Stack::parse("conv3,pool2", 12, 32).expect("a stack");
        for (layer, which, value, changed) in [
            (0, 0, 5, Some("conv5,pool2")),
            (0, 0, 99, Some("conv15,pool2")),
            (0, 1, 0, Some("conv3,pool2")),
            (0, 2, 64, Some("conv3d15,pool2")),
            (1, 3, 2, Some("conv3,pool2p1")),
            (1, 0, 1, Some("conv3,pool1s2")),
            (2, 0, 1, None),
            (0, 4, 1, None),
        ] {
            let found = stack.with(layer, which, value, 12, 32).map(|stack| stack.to_string());
            assert_eq!(found.as_deref(), changed, "{layer} {which} {value}");
        }
    }

    #[test]
    fn refuses_with_the_layer() {
        for (text, why) in [
            ("", "no layer"),
            ("conv3,conv", "“conv” as layer 2"),
            ("conv3,dense,conv3", "“dense” as layer 2"),
            ("conv3x2", "“conv3x2” as layer 1"),
            ("conv3s", "“conv3s” as layer 1"),
            ("conv3,conv16", "“conv16” as layer 2"),
            ("conv3s9", "“conv3s9” as layer 1"),
            ("conv3d65", "“conv3d65” as layer 1"),
            ("pool2p2", "“pool2p2” as layer 1"),
            ("pool2d3p1", "“pool2d3p1” as layer 1"),
            ("conv99999999999999999999", "“conv9999999999999999” as layer 1"),
            ("conv3é", "“conv3é” as layer 1"),
            ("conv3,conv3,conv3,conv3", "more than 3 layers"),
            ("conv3,conv15d8", "“conv15d8” as layer 2, for which 64 cells are too few"),
            ("conv3p64", "“conv3p64” as layer 1, for which 64 cells are too few"),
        ] {
            assert_eq!(Stack::parse(text, 3, 64), Err(why.to_owned()));
        }
    }
}
