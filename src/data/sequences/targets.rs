//! What is to be told about tokens that somebody typed.

use super::{CLOSE, DEEPEST, OPEN, QUESTION, SYMBOLS, Task};

impl Task {
    /// What is to be told at each step of a sequence; nothing where nothing is asked, or where there is no right answer.
    pub fn targets(self, tokens: &[usize]) -> Vec<Option<usize>> {
        let mut depth = Some(0_usize);
        let mut opened = |token: usize| {
            depth = match token {
                OPEN => depth.map(|depth| depth + 1).filter(|depth| *depth <= DEEPEST),
                CLOSE => depth.and_then(|depth| depth.checked_sub(1)),
                _ => depth,
            };
            depth
        };
        let at = |(step, &token): (usize, &usize)| match self {
            Self::Recall if token == QUESTION => tokens.first().copied().filter(|&first| first < SYMBOLS && step > 0),
            Self::Recall => None,
            Self::Brackets => opened(token),
            Self::Characters => tokens.get(step + 1).copied(),
        };
        tokens.iter().enumerate().map(at).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::random::Random;

    #[test]
    fn what_is_drawn_is_told_alike() {
        for seed in 0..20 {
            let example = Task::Recall.draw(seed as usize, &mut Random::new(seed));
            assert_eq!(Task::Recall.targets(&example.tokens), example.targets);
        }
    }

    #[test]
    fn what_has_no_answer_is_not_asked() {
        let of = |task: Task, text: &str| task.targets(&task.encode(text));
        assert_eq!(of(Task::Recall, "xA?"), [None, None, None]);
        assert_eq!(of(Task::Recall, "B?x?"), [None, Some(1), None, Some(1)]);
        assert_eq!(of(Task::Recall, "?"), [None]);
    }
}
