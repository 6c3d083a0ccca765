//! The task whose sequences are a text: "Alice's Adventures in Wonderland" by Lewis Carroll, 1865, in the public domain.
//!
//! `examples/alice.txt` was made from `alice29.txt` of the Canterbury corpus, which is the Millennium Fulcrum Edition 2.9: without
//! title, chapter headings and rows of asterisks; in lower case; with ' for both single quotation marks, round brackets for
//! square ones and no underscores. The alphabet is what was left.
//!
//! The text is cut into streams that are read beside each other, a piece at a time; gradients go back to the beginning of the
//! piece, the state is carried over from the piece before. Here too the matrices of the state decay, a little: the layers
//! then learn less by heart, and the file is smaller.

use std::error::Error;

use layerscope::data::random::Random;
use layerscope::data::sequences::{Memory, Task, TrainedRecurrent, parts, sample};
use layerscope::layers::{CrossEntropy, Tensor};

use crate::learner::{Learner, SEED, beside};

const TEXT: &str = include_str!("../alice.txt");

const EPOCHS: usize = 20;
const STREAMS: usize = 8;
/// Characters of a piece.
const PIECE: usize = 32;
/// Of learning, at the first piece; it falls to 0 along a straight line.
const RATE: f64 = 0.01;
const STATE_DECAY: f64 = 0.1;

pub fn train(memory: Memory) -> Result<TrainedRecurrent, Box<dyn Error>> {
    let text = Task::Characters.encode(TEXT);
    let (learned, _) = parts(&text);
    let mut learner = Learner::new(Task::Characters, memory, STATE_DECAY, &mut Random::new(SEED));
    let stream = (learned.len() - 1) / STREAMS;
    let (pieces, mut step) = (stream / PIECE, 0);
    for epoch in 1..=EPOCHS {
        let mut state = learner.trained.recurrent.zero_state(STREAMS, learner.trained.hidden);
        let mut loss = 0.0;
        for piece in 0..pieces {
            let starts: Vec<usize> = (0..STREAMS).map(|at| at * stream + piece * PIECE).collect();
            let input = starts.iter().map(|&start| Task::Characters.one_hot(&learned[start..start + PIECE]));
            let input = beside(input)?;
            let next: Vec<usize> =
                (1..=PIECE).flat_map(|step| starts.iter().map(move |start| learned[start + step])).collect();
            let TrainedRecurrent { recurrent, weights, .. } = &learner.trained;
            let forward = recurrent.sequence(weights, &input, &state)?;
            state = recurrent.last_state(&forward);
            let outputs = forward.vectors.last().ok_or("no equations")?;
            let scores = outputs.to_shape([next.len(), Task::Characters.outputs()])?.into_owned().into_dyn();
            loss += CrossEntropy.forward(&scores, &next)? / pieces as f32;
            let by_output: Tensor = CrossEntropy.backward(&scores, &next)?.into_shape_with_order(outputs.raw_dim())?;
            let rate = RATE * (1.0 - step as f64 / (EPOCHS * pieces) as f64);
            learner.follow(rate, &input, &forward, &by_output)?;
            step += 1;
        }
        println!("epoch {epoch:2}: perplexity {:.3}", loss.exp());
    }
    learner.trained.seen = step * STREAMS * PIECE;
    Ok(learner.trained)
}

/// The perplexity of the text held out, and of the text learned from.
pub fn scores(trained: &TrainedRecurrent) -> Result<Vec<f32>, Box<dyn Error>> {
    let text = Task::Characters.encode(TEXT);
    let (learned, held_out) = parts(&text);
    Ok(vec![trained.perplexity(held_out)?, trained.perplexity(learned)?])
}

/// So many characters that the layer writes itself, after a beginning.
pub fn written(trained: &TrainedRecurrent, temperature: f32, length: usize) -> Result<String, Box<dyn Error>> {
    let mut random = Random::new(SEED);
    let TrainedRecurrent { recurrent, weights, hidden, .. } = trained;
    let mut state = recurrent.zero_state(1, *hidden);
    let (mut tokens, mut read) = (Task::Characters.encode("alice was "), 0);
    while tokens.len() < length {
        let forward = recurrent.sequence(weights, &Task::Characters.one_hot(&tokens[read..]), &state)?;
        state = recurrent.last_state(&forward);
        read = tokens.len();
        let outputs = forward.vectors.last().ok_or("no equations")?;
        let scores: Vec<f32> = outputs.outer_iter().next_back().ok_or("no step")?.iter().copied().collect();
        tokens.push(sample(&scores, temperature, &mut random));
    }
    Ok(Task::Characters.decode(&tokens))
}
