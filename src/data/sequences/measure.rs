//! How well a layer does on sequences that it has not learned from.

use ndarray::Axis;

use super::trained::last;
use super::{Task, TrainedRecurrent};
use crate::data::random::Random;
use crate::layers::{CrossEntropy, LayerError};

/// How many sequences are drawn for one length.
const DRAWN: usize = 400;
/// How many characters are read at a time.
const PIECE: usize = 500;
/// No sequence that is learned from begins here.
const SEED: u64 = 1 << 32;

impl TrainedRecurrent {
    /// The share of sequences of this length at whose end the layer tells what is right. The sequences are the same at every call.
    ///
    /// # Errors
    /// Where shapes do not fit.
    pub fn accuracy(&self, task: Task, length: usize) -> Result<f32, LayerError> {
        let mut random = Random::new(SEED + length as u64);
        let mut right = 0;
        for _ in 0..DRAWN {
            let example = task.draw(length, &mut random);
            let outputs = self.outputs(&task.one_hot(&example.tokens))?;
            let told = outputs.outer_iter().next_back().map(|output| task.told(output.iter().copied()));
            right += usize::from(told.as_ref() == example.targets.last().and_then(Option::as_ref));
        }
        Ok(right as f32 / DRAWN as f32)
    }

    /// The perplexity of a text, e to the power of the mean surprise at its next character: as if that were drawn from so many.
    ///
    /// # Errors
    /// Where shapes do not fit.
    pub fn perplexity(&self, text: &[usize]) -> Result<f32, LayerError> {
        let mut state = self.recurrent.zero_state(1, self.hidden);
        let mut surprise = 0.0;
        let pairs = text.len().saturating_sub(1);
        for (known, next) in text[..pairs].chunks(PIECE).zip(text[text.len() - pairs..].chunks(PIECE)) {
            let unrolled = self.recurrent.sequence(&self.weights, &Task::Characters.one_hot(known), &state)?;
            state = self.recurrent.last_state(&unrolled);
            let scores = last(unrolled)?;
            let loss = CrossEntropy.forward(&scores.index_axis_move(Axis(1), 0), next)?;
            surprise += f64::from(loss) * next.len() as f64;
        }
        Ok(libm::exp(surprise / pairs.max(1) as f64) as f32)
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Memory, PASSAGE, load, parts};
    use super::*;

    const TEXT: &str = include_str!("../../../examples/alice.txt");

    #[test]
    fn the_shares_in_the_files_are_what_the_layers_reach() {
        for (task, lengths) in [(Task::Recall, [1, 12, 30]), (Task::Brackets, [3, 30, 60])] {
            for memory in Memory::ALL {
                let trained = load(task, memory).expect("the file");
                assert_eq!(trained.scores.len(), task.longest()[1]);
                for length in lengths {
                    let reached = trained.accuracy(task, length).expect("fitting shapes");
                    let told = trained.scores[length - 1];
                    assert!((reached - told).abs() < 1e-4, "{task:?} {memory:?} {length}: {told} {reached}");
                }
            }
        }
    }

    #[test]
    fn the_perplexities_in_the_files_are_what_the_layers_reach() {
        let text = Task::Characters.encode(TEXT);
        let (_, held_out) = parts(&text);
        for memory in Memory::ALL {
            let trained = load(Task::Characters, memory).expect("the file");
            let reached = trained.perplexity(held_out).expect("fitting shapes");
            assert!((reached - trained.scores[0]).abs() < 1e-3, "{memory:?}: {:?} {reached}", trained.scores);
            assert!(trained.scores[1] < trained.scores[0] && trained.scores[0] < 5.0, "{memory:?}");
        }
    }

    #[test]
    fn the_alphabet_holds_the_whole_text_and_the_passage_is_held_out() {
        let text = Task::Characters.encode(TEXT);
        let words = TEXT.split_whitespace().collect::<Vec<_>>().join(" ");
        assert_eq!(Task::Characters.decode(&text).trim_end(), words);
        assert!(Task::Characters.decode(parts(&text).1).ends_with(PASSAGE));
    }

    #[test]
    fn perplexity_is_the_number_of_equal_chances() {
        let trained = load(Task::Characters, Memory::Rnn).expect("the file");
        let mut blank = TrainedRecurrent::clone(&trained);
        for weights in &mut blank.weights {
            weights.weight.fill(0.0);
            weights.bias.iter_mut().for_each(|bias| bias.fill(0.0));
        }
        let even = blank.perplexity(&Task::Characters.encode("any text")).expect("fitting shapes");
        assert!((even - Task::Characters.alphabet().len() as f32).abs() < 1e-3, "{even}");
        assert_eq!(blank.perplexity(&[]), Ok(1.0));
    }

    #[test]
    fn gates_recall_over_every_delay_and_the_basic_layer_does_not() {
        let scores = |task, memory| load(task, memory).expect("the file").scores.clone();
        for memory in [Memory::Lstm, Memory::Gru] {
            assert!(scores(Task::Recall, memory).iter().all(|&score| score > 0.98), "{memory:?}");
        }
        let basic = scores(Task::Recall, Memory::Rnn);
        assert!(basic[..5].iter().all(|&share| share > 0.98) && basic[20..].iter().all(|&share| share < 0.7));
    }
}
