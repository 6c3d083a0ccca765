//! Sequences for layers with a memory: three tasks that one cannot do without, and the layers that were trained on them.
//!
//! - [`Task::Recall`]: what was the first symbol, asked after a delay?
//! - [`Task::Brackets`]: how many brackets are open?
//! - [`Task::Characters`]: which character comes next?
//!
//! `cargo run --profile train --example train_recurrent` trained the layers, on sequences drawn as here.

mod measure;
mod targets;
mod trained;

pub use trained::{Memory, Shape, TrainedRecurrent, file, load, parts, perplexity, shapes};

use super::random::Random;
use super::trained::best;
use crate::layers::{Activation, Tensor, tensor};

/// What is to be learned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Task {
    /// A symbol, a delay of tokens that mean nothing, and a question mark: there the symbol is to be told.
    Recall,
    /// Brackets and letters: at every step, how deeply it is nested.
    Brackets,
    /// English text: at every step, the next character.
    Characters,
}

/// A sequence, and what is to be told at each of its steps.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Example {
    /// Places in the alphabet.
    pub tokens: Vec<usize>,
    /// A symbol, a depth, a character; nothing where nothing is asked.
    pub targets: Vec<Option<usize>>,
}

/// How many symbols are to be recalled: the first of the alphabet.
pub const SYMBOLS: usize = 4;
/// The deepest nesting.
pub const DEEPEST: usize = 8;

/// From the part of the text that was held out: the end of "Alice's Adventures in Wonderland" by Lewis Carroll, 1865.
pub const PASSAGE: &str = "lastly, she pictured to herself how this same little sister of hers would, in the after-time, be \
     herself a grown woman; and how she would keep, through all her riper years, the simple and loving heart of her \
     childhood: and how she would gather about her other little children, and make their eyes bright and eager with many a \
     strange tale, perhaps even with the dream of wonderland of long ago: and how she would feel with all their simple \
     sorrows, and find a pleasure in all their simple joys, remembering her own child-life, and the happy summer days. ";

const DISTRACTORS: [usize; 3] = [4, 5, 6];
const QUESTION: usize = 7;
const OPEN: usize = 0;
const CLOSE: usize = 1;
const LETTERS: [usize; 2] = [2, 3];
const SPACE: usize = 0;

impl Task {
    /// Every task.
    pub const ALL: [Self; 3] = [Self::Recall, Self::Brackets, Self::Characters];

    /// Its name in files and addresses.
    pub fn name(self) -> &'static str {
        ["recall", "brackets", "characters"][self as usize]
    }

    /// The task of that name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|task| task.name() == name)
    }

    /// What a token can be: its character for each number.
    pub fn alphabet(self) -> &'static [char] {
        match self {
            Self::Recall => &['A', 'B', 'C', 'D', '.', 'x', 'y', '?'],
            Self::Brackets => &['(', ')', 'a', 'b'],
            Self::Characters => &[
                ' ', '!', '"', '\'', '(', ')', ',', '-', '.', ':', ';', '?', 'a', 'b', 'c', 'd', 'e', 'f', 'g', 'h',
                'i', 'j', 'k', 'l', 'm', 'n', 'o', 'p', 'q', 'r', 's', 't', 'u', 'v', 'w', 'x', 'y', 'z',
            ],
        }
    }

    /// How many numbers are told at a step: a score for each symbol, a depth, a score for each character.
    pub fn outputs(self) -> usize {
        match self {
            Self::Recall => SYMBOLS,
            Self::Brackets => 1,
            Self::Characters => self.alphabet().len(),
        }
    }

    /// How many numbers the state holds, whichever the layer.
    pub fn hidden(self) -> usize {
        match self {
            Self::Recall => 12,
            Self::Brackets => 6,
            Self::Characters => 96,
        }
    }

    /// The longest delay, or sequence, that was learned from, and the longest that was measured.
    pub fn longest(self) -> [usize; 2] {
        match self {
            Self::Recall => [20, 30],
            Self::Brackets => [20, 60],
            Self::Characters => [0, 0],
        }
    }

    /// An example: of the task [`Recall`](Self::Recall) with a delay of this length, of the others with so many tokens.
    pub fn draw(self, length: usize, random: &mut Random) -> Example {
        let mut tokens = match self {
            Self::Recall => recall(length, random),
            Self::Brackets => brackets(length, random),
            Self::Characters => characters(length + 1, random),
        };
        let mut targets = self.targets(&tokens);
        if self == Self::Characters {
            // The last character is told, and not read any more.
            tokens.truncate(length);
            targets.truncate(length);
        }
        Example { tokens, targets }
    }

    /// What the outputs of a step tell: the depth, rounded, or whatever has the largest score.
    pub fn told(self, outputs: impl IntoIterator<Item = f32>) -> usize {
        let mut outputs = outputs.into_iter();
        match self {
            Self::Brackets => outputs.next().map_or(0, |depth| depth.round() as usize),
            _ => best(outputs),
        }
    }

    /// The tokens of a text. All white space is one space; what the alphabet has not is left out.
    pub fn encode(self, text: &str) -> Vec<usize> {
        let place = |letter: char| self.alphabet().iter().position(|&known| known == letter);
        let token = |letter: char| match letter.is_whitespace() {
            true => place(' '),
            false => place(letter).or_else(|| place(letter.to_ascii_lowercase())),
        };
        let mut tokens: Vec<usize> = text.chars().filter_map(token).collect();
        let space = place(' ');
        tokens.dedup_by(|next, token| next == token && Some(*token) == space);
        tokens
    }

    /// The text of tokens.
    pub fn decode(self, tokens: &[usize]) -> String {
        tokens.iter().filter_map(|&token| self.alphabet().get(token)).collect()
    }

    /// Tokens as the input of a layer, `[T, 1, I]`: of the numbers of a step, that of the token is 1.
    pub fn one_hot(self, tokens: &[usize]) -> Tensor {
        one_hot(self.alphabet().len(), &[tokens])
    }
}

/// Tokens of sequences of the same length as numbers, `[T, B, letters]`: of those of a step, that of its token is 1.
pub fn one_hot(letters: usize, sequences: &[&[usize]]) -> Tensor {
    let steps = sequences.first().map_or(0, |tokens| tokens.len());
    let mut input = vec![0.0; steps * sequences.len() * letters];
    for (example, tokens) in sequences.iter().enumerate() {
        for (step, &token) in tokens.iter().enumerate() {
            input[(step * sequences.len() + example) * letters + token] = 1.0;
        }
    }
    tensor(&[steps, sequences.len(), letters], input)
}

fn recall(delay: usize, random: &mut Random) -> Vec<usize> {
    let mut tokens = vec![random.below(SYMBOLS)];
    tokens.extend((0..delay).map(|_| DISTRACTORS[random.below(DISTRACTORS.len())]));
    tokens.push(QUESTION);
    tokens
}

/// A quarter of the tokens are letters. Brackets go on in their direction three times in four, so that some sequences become deep.
fn brackets(length: usize, random: &mut Random) -> Vec<usize> {
    let (mut depth, mut opens) = (0, true);
    let step = |_| {
        if random.below(4) == 0 {
            return LETTERS[random.below(LETTERS.len())];
        }
        let turns = random.below(4) == 0;
        opens = depth == 0 || (opens != turns && depth < DEEPEST);
        depth = if opens { depth + 1 } else { depth - 1 };
        if opens { OPEN } else { CLOSE }
    };
    (0..length).map(step).collect()
}

/// From the beginning of a word of [`PASSAGE`], and from its beginning again behind its end.
fn characters(length: usize, random: &mut Random) -> Vec<usize> {
    let passage = Task::Characters.encode(PASSAGE);
    let starts: Vec<usize> = (0..passage.len()).filter(|&at| at == 0 || passage[at - 1] == SPACE).collect();
    let start = starts[random.below(starts.len())];
    (start..start + length).map(|at| passage[at % passage.len()]).collect()
}

/// A token by chance, the likelier the larger its score: as the softmax of scores / temperature says. The best where the
/// temperature is 0.
pub fn sample(scores: &[f32], temperature: f32, random: &mut Random) -> usize {
    let warm = tensor(&[scores.len()], scores.iter().map(|score| score / temperature).collect());
    let shares = match Activation::Softmax.forward(&warm) {
        Ok(shares) if temperature > 0.0 => shares,
        _ => return best(scores.iter().copied()),
    };
    let mut left = random.uniform();
    let passed = |share: &&f32| {
        left -= f64::from(**share);
        left >= 0.0
    };
    shares.iter().take_while(passed).count().min(scores.len().saturating_sub(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_alphabet_goes_there_and_back() {
        for task in Task::ALL {
            let text: String = task.alphabet().iter().collect();
            let tokens = task.encode(&text);
            assert_eq!(tokens, (0..task.alphabet().len()).collect::<Vec<_>>());
            assert_eq!(task.decode(&tokens), text);
            assert_eq!(Task::named(task.name()), Some(task));
        }
        assert_eq!(Task::Recall.decode(&Task::Recall.encode("A..xyäz?")), "A..xy?");
        let text = Task::Characters.encode("The  Queen\n\tof – “Hearts” ");
        assert_eq!(Task::Characters.decode(&text), "the queen of hearts ");
        assert_eq!(Task::Characters.decode(&[12, 99]), "a");
    }

    #[test]
    fn a_token_is_one_number_of_its_step() {
        let input = Task::Brackets.one_hot(&[1, 3]);
        assert_eq!(input, ndarray::array![[[0.0, 1.0, 0.0, 0.0]], [[0.0, 0.0, 0.0, 1.0]]].into_dyn());
        assert_eq!(Task::Brackets.one_hot(&[]).shape(), [0, 1, 4]);
    }

    #[test]
    fn examples_follow_the_seed() {
        for task in Task::ALL {
            let drawn = |seed| task.draw(40, &mut Random::new(seed));
            assert_eq!(drawn(1), drawn(1));
            assert_ne!(drawn(1), drawn(2));
            assert_eq!(drawn(1).tokens.len(), drawn(1).targets.len());
        }
        let none = Example { tokens: Vec::new(), targets: Vec::new() };
        assert_eq!(Task::Brackets.draw(0, &mut Random::new(1)), none);
        assert_eq!(Task::Characters.draw(0, &mut Random::new(1)), none);
    }

    #[test]
    fn what_is_to_be_recalled_stands_at_the_beginning() {
        for seed in 0..50 {
            let example = Task::Recall.draw(3, &mut Random::new(seed));
            let text = Task::Recall.decode(&example.tokens);
            assert!(text.ends_with('?') && text[1..4].bytes().all(|token| b".xy".contains(&token)), "{text}");
            assert_eq!(example.targets, [None, None, None, None, Some(example.tokens[0])]);
            assert!(example.tokens[0] < SYMBOLS);
        }
    }

    #[test]
    fn depths_are_those_of_the_brackets() {
        let mut deepest = 0;
        for seed in 0..50 {
            let example = Task::Brackets.draw(60, &mut Random::new(seed));
            let mut depth = 0_usize;
            for (&token, target) in example.tokens.iter().zip(example.targets) {
                depth = if token == OPEN { depth + 1 } else { depth - usize::from(token == CLOSE) };
                assert_eq!(target, Some(depth));
                deepest = deepest.max(depth);
            }
        }
        assert_eq!(deepest, DEEPEST);
    }

    #[test]
    fn the_next_character_is_told() {
        let example = Task::Characters.draw(1000, &mut Random::new(3));
        let next: Vec<Option<usize>> = example.tokens[1..].iter().copied().map(Some).collect();
        assert_eq!(example.targets[..999], next);
        assert_eq!(Task::Characters.decode(&Task::Characters.encode(PASSAGE)), PASSAGE);
    }

    #[test]
    fn temperature_makes_chance_bolder() {
        let scores = [0.0, 2.0, 1.0];
        let counts = |temperature| {
            let mut random = Random::new(5);
            let mut counts = [0; 3];
            (0..1000).for_each(|_| counts[sample(&scores, temperature, &mut random)] += 1);
            counts
        };
        assert_eq!(counts(0.0), [0, 1000, 0]);
        let [a, b, c] = counts(1.0);
        // e⁰, e² and e¹ of their sum.
        assert!((a - 90_i32).abs() < 30 && (b - 665_i32).abs() < 45 && (c - 245_i32).abs() < 40, "{a} {b} {c}");
        assert!(counts(0.3)[1] > 950 && counts(5.0)[1] < 450);
        assert_eq!(sample(&[], 1.0, &mut Random::new(1)), 0);
    }

    #[test]
    fn outputs_tell_a_class_or_a_depth() {
        assert_eq!(Task::Recall.told([0.1, -3.0, 0.4, 0.3]), 2);
        assert_eq!((Task::Brackets.told([2.4]), Task::Brackets.told([2.6]), Task::Brackets.told([-0.7])), (2, 3, 0));
    }
}
