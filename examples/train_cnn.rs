//! Trains the network that the block `cnn` shows, with the project's own layers and their own backward pass, and writes
//! `www/assets/digits-cnn.safetensors`: `cargo run --release --example train_cnn`.
//!
//! Seeded: every run writes the same bytes. The images that are held out are read once, at the end, to measure the accuracy
//! that is written into the file; nothing was chosen by them.

use std::error::Error;
use std::path::Path;

use layerscope::data::digits::{self, Digit, Digits};
use layerscope::data::random::Random;
use layerscope::data::{safetensors, trained};
use layerscope::layers::{Adam, CrossEntropy, Network, Parameters, Tensor};

const SEED: u64 = 2024;
const EPOCHS: usize = 40;
const BATCH: usize = 32;
/// At the first step; it falls to 0 along a straight line.
const RATE: f64 = 0.004;
/// Weights are rounded so, that the arithmetic on the page can be followed.
const GRAIN: f32 = 100.0;

fn main() -> Result<(), Box<dyn Error>> {
    let assets = Path::new(env!("CARGO_MANIFEST_DIR")).join("www/assets");
    let digits = Digits::read(&std::fs::read(assets.join(digits::FILE))?)?;
    let mut random = Random::new(SEED);
    let mut network = trained::network(trained::LEARNED.map(|(_, shape)| fresh(shape, &mut random)));
    train(&mut network, &digits.training, &mut random)?;
    round(&mut network);
    let accuracy = share_right(&network, &digits.held_out)?;
    println!("right of those learned from: {:.4}", share_right(&network, &digits.training)?);
    println!("right of those held out:     {accuracy:.4}");
    std::fs::write(assets.join(trained::FILE), file(&network, accuracy))?;
    Ok(())
}

/// As before training: normally distributed about 0, the wider the fewer inputs an output has (He et al., 2015).
fn fresh(shape: &[usize], random: &mut Random) -> Parameters {
    let inputs: usize = shape[1..].iter().product();
    let width = (2.0 / inputs as f64).sqrt();
    let weight = Tensor::from_shape_simple_fn(shape, || (random.normal() * width) as f32);
    Parameters { weight, bias: Tensor::zeros(&shape[..1]) }
}

fn train(network: &mut Network, images: &[Digit], random: &mut Random) -> Result<(), Box<dyn Error>> {
    let mut order: Vec<&Digit> = images.iter().collect();
    let steps = EPOCHS * images.len().div_ceil(BATCH);
    let (mut adam, mut step) = (Adam::default(), 0);
    for epoch in 1..=EPOCHS {
        random.shuffle(&mut order);
        let mut loss = 0.0;
        for batch in order.chunks(BATCH) {
            let (x, labels) = (Digit::batch(batch.iter().copied()), labels(batch.iter().copied()));
            let outputs = network.forward(&x)?;
            let scores = outputs.last().ok_or("no layers")?;
            loss += CrossEntropy.forward(scores, &labels)? * batch.len() as f32 / images.len() as f32;
            let gradients = network.backward(&x, &outputs, &CrossEntropy.backward(scores, &labels)?)?;
            let learned = network.layers.iter_mut().filter_map(|layer| layer.parameters_mut());
            let by_learned = gradients.iter().filter_map(|gradient| gradient.parameters.as_ref());
            let pairs = learned.zip(by_learned);
            let rate = RATE * (1.0 - step as f64 / steps as f64);
            adam.step(rate, pairs.flat_map(|(p, g)| [(&mut p.weight, &g.weight), (&mut p.bias, &g.bias)]))?;
            step += 1;
        }
        println!("epoch {epoch:2}: loss {loss:.4}");
    }
    Ok(())
}

fn labels<'a>(images: impl IntoIterator<Item = &'a Digit>) -> Vec<usize> {
    images.into_iter().map(|image| image.label).collect()
}

fn round(network: &mut Network) {
    for learned in network.layers.iter_mut().filter_map(|layer| layer.parameters_mut()) {
        for tensor in [&mut learned.weight, &mut learned.bias] {
            tensor.mapv_inplace(|number| (number * GRAIN).round() / GRAIN);
        }
    }
}

fn share_right(network: &Network, images: &[Digit]) -> Result<f64, Box<dyn Error>> {
    let outputs = network.forward(&Digit::batch(images))?;
    let scores = outputs.last().ok_or("no layers")?;
    let right =
        scores.rows().into_iter().zip(images).filter(|(row, image)| trained::best(row.iter().copied()) == image.label);
    Ok(right.count() as f64 / images.len() as f64)
}

fn file(network: &Network, accuracy: f64) -> Vec<u8> {
    let names = trained::LEARNED.map(|(name, _)| [format!("{name}.weight"), format!("{name}.bias")]);
    let learned = network.layers.iter().filter_map(|layer| layer.parameters());
    let tensors: Vec<(&str, &Tensor)> = names
        .iter()
        .zip(learned)
        .flat_map(|([weight, bias], learned)| [(weight.as_str(), &learned.weight), (bias.as_str(), &learned.bias)])
        .collect();
    let texts = [
        ("accuracy", &*format!("{accuracy:.4}")),
        ("measured", "on 360 of the 1,797 images, held out from training"),
        ("program", "examples/train_cnn.rs"),
        ("seed", &*SEED.to_string()),
        ("data", "UCI ML Repository, Optical Recognition of Handwritten Digits, E. Alpaydin, C. Kaynak, CC BY 4.0"),
    ];
    safetensors::write(&tensors, &texts)
}
