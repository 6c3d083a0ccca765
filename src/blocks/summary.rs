//! The lecture's summary: what each kind of layer takes for granted, and how many numbers it learns on one and the same task.

use serde_json::Value;

use super::{Control, Panel};
use crate::explain::grouped;
use crate::layers::{Gru, Lstm, ParameterCount};

/// The task of all layers: numbers on a square, each position with the same channels, and as many numbers out. A dense layer
/// reads them as one list, a convolution as a picture, a recurrent layer as a sequence of pixels, a graph layer as a graph of
/// pixels.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Task {
    side: u64,
    channels: u64,
    kernel: u64,
}

impl Default for Task {
    fn default() -> Self {
        Self { side: 32, channels: 16, kernel: 3 }
    }
}

impl Task {
    /// Its sizes, each with what it may be.
    pub fn sizes(&mut self) -> impl Iterator<Item = (Control, &mut u64)> {
        let controls = Panel::read(include_str!("summary.txt")).controls;
        controls.into_iter().zip([&mut self.side, &mut self.channels, &mut self.kernel])
    }

    /// Changes one of the sizes.
    ///
    /// # Errors
    /// With a sentence that says what was given and what is accepted.
    pub fn set(&mut self, key: &str, value: &Value) -> Result<(), String> {
        for (control, size) in self.sizes() {
            if control.key == key {
                *size = control.check(value)?.as_u64().unwrap_or(*size);
            }
        }
        Ok(())
    }

    /// How many numbers come in, and go out.
    fn numbers(&self) -> u64 {
        self.side * self.side * self.channels
    }

    /// How many that are, as a sentence.
    pub fn told(&self) -> String {
        let [side, channels, numbers] = [self.side, self.channels, self.numbers()].map(grouped);
        format!("one task for all: n = {side} · {side} · {channels} = {numbers} numbers in, and as many out")
    }

    /// Layers of which each has `gates` times the weights of a recurrent one.
    fn gated(&self, gates: usize) -> ParameterCount {
        let gate = ParameterCount::recurrent(self.channels, self.channels);
        (0..gates).fold(ParameterCount::default(), |sum, _| sum + gate)
    }
}

/// A kind of layer: what it takes for granted, and what that saves.
pub struct Row {
    /// The block that shows it.
    pub block: &'static str,
    /// Its inductive bias.
    pub bias: &'static str,
    /// What its output moves along with.
    pub equivariance: &'static str,
    /// Where the same weights are used.
    pub sharing: &'static str,
    /// How its parameters are counted, from n numbers, c channels and the kernel's k.
    pub formula: &'static str,
    count: fn(&Task) -> ParameterCount,
}

/// Every kind of layer, the dense one first.
pub const ROWS: [Row; 8] = [
    Row {
        block: "dense",
        bias: "nothing: any input may matter to any output",
        equivariance: "nothing: a shifted or permuted input is a new one",
        sharing: "a weight for each input of each output",
        formula: "n · n + n",
        count: |task| ParameterCount::dense(task.numbers(), task.numbers()),
    },
    Row {
        block: "conv2d",
        bias: "locality: near inputs belong together, and every place is like every other",
        equivariance: "shifts: the output shifts too, but for the border (translation equivariance)",
        sharing: "the same kernels at every position",
        formula: "k · k · c · c + c",
        count: |task| ParameterCount::convolution(&[task.kernel; 2], task.channels, task.channels),
    },
    Row {
        block: "pooling",
        bias: "the strongest signal of a window counts, not where in it that is",
        equivariance: "shifts by a window; smaller ones change little (approximate translation invariance)",
        sharing: "nothing is learned, however large the window",
        formula: "0",
        count: |_| ParameterCount::default(),
    },
    Row {
        block: "rnn",
        bias: "order: the state holds all of the past that matters (Markov), and every step is like every other",
        equivariance: "delays: from the same state, the same inputs give the same outputs at any time",
        sharing: "the same weights at every step",
        formula: "c · c + c · c + c",
        count: |task| task.gated(1),
    },
    Row {
        block: "lstm",
        bias: "order, and that some of the past matters for long: gates keep it",
        equivariance: "delays, as the recurrent layer",
        sharing: "the same weights at every step, for three gates and a candidate",
        formula: "4 · (c · c + c · c + c)",
        count: |task| task.gated(Lstm::GATES),
    },
    Row {
        block: "gru",
        bias: "order, and that some of the past matters for long: what is kept takes in nothing new",
        equivariance: "delays, as the recurrent layer",
        sharing: "the same weights at every step, for two gates and a candidate",
        formula: "3 · (c · c + c · c + c)",
        count: |task| task.gated(Gru::GATES),
    },
    Row {
        block: "message-passing",
        bias: "linked nodes tell about each other, in no order; a node counts apart from its neighbours",
        equivariance: "renamed nodes: the outputs are renamed too (permutation equivariance)",
        sharing: "the same weights for every node, some for itself and some for what arrives",
        formula: "c · c + c · c + c",
        count: |task| ParameterCount::graph(2 * task.channels, task.channels),
    },
    Row {
        block: "gcn",
        bias: "linked nodes are alike (homophily), in no order",
        equivariance: "renamed nodes: the outputs are renamed too (permutation equivariance)",
        sharing: "the same weights for every node",
        formula: "c · c + c",
        count: |task| ParameterCount::graph(task.channels, task.channels),
    },
];

impl Row {
    /// How many numbers the layer learns.
    pub fn parameters(&self, task: &Task) -> u64 {
        (self.count)(task).total()
    }

    /// How many numbers it learns, with the arithmetic: 3 · 3 · 16 · 16 + 16 = 2,320.
    pub fn arithmetic(&self, task: &Task) -> String {
        let total = grouped(self.parameters(task));
        if self.formula == total {
            return total;
        }
        let numbers = self.formula.chars().map(|letter| match letter {
            'n' => grouped(task.numbers()),
            'c' => grouped(task.channels),
            'k' => grouped(task.kernel),
            other => other.to_string(),
        });
        format!("{} = {total}", numbers.collect::<String>())
    }

    /// Its share of the dense layer's parameters: 56.3 %, 1/115,712.
    pub fn share(&self, task: &Task) -> String {
        self.compared(task).share().0
    }

    /// Its share, with the arithmetic: 2,320 / 268,451,840 = 1/115,712.
    pub fn share_arithmetic(&self, task: &Task) -> String {
        let compared = self.compared(task);
        let (share, is_exact) = compared.share();
        let sign = if is_exact { "=" } else { "≈" };
        format!("{} / {} {sign} {share}", grouped(compared.own), grouped(compared.dense))
    }

    /// How many parameters it saves, with the arithmetic: 268,451,840 − 2,320 = 268,449,520.
    pub fn saving(&self, task: &Task) -> String {
        let Compared { own, dense } = self.compared(task);
        let minus = if own > dense { "−" } else { "" };
        format!("{} − {} = {minus}{}", grouped(dense), grouped(own), grouped(dense.abs_diff(own)))
    }

    fn compared(&self, task: &Task) -> Compared {
        Compared { own: self.parameters(task), dense: ROWS[0].parameters(task) }
    }
}

/// The parameters of a layer, beside those of a dense one.
struct Compared {
    own: u64,
    dense: u64,
}

impl Compared {
    /// The share to a tenth of a percent; below one percent as one in so many. And whether nothing was rounded.
    fn share(&self) -> (String, bool) {
        let &Self { own, dense } = self;
        if own > 0 && own < dense / 100 {
            return (format!("1/{}", grouped(rounded(dense, own))), dense.is_multiple_of(own));
        }
        let tenths = rounded(1000 * own, dense);
        let decimal = if tenths.is_multiple_of(10) { String::new() } else { format!(".{}", tenths % 10) };
        (format!("{}{decimal} %", grouped(tenths / 10)), (1000 * own).is_multiple_of(dense))
    }
}

/// One number divided by another, to the nearest whole.
fn rounded(number: u64, by: u64) -> u64 {
    (number + by / 2) / by
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::blocks::find;

    fn task(side: u64, channels: u64, kernel: u64) -> Task {
        Task { side, channels, kernel }
    }

    /// The value of sums of products of grouped numbers, and of a number times such a sum in brackets.
    fn value(text: &str) -> u64 {
        if let Some((factor, sum)) = text.split_once(" · (") {
            return value(factor) * value(sum.trim_end_matches(')'));
        }
        let number = |text: &str| text.replace(',', "").parse::<u64>().expect("a number");
        text.split(" + ").map(|product| product.split(" · ").map(number).product::<u64>()).sum()
    }

    #[test]
    fn parameters_as_counted_by_hand() {
        for (task, counts) in [
            (task(32, 16, 3), [268_451_840, 2_320, 0, 528, 2_112, 1_584, 528, 272]),
            (task(32, 3, 5), [9_440_256, 228, 0, 21, 84, 63, 21, 12]),
            (task(1, 1, 1), [2, 2, 0, 3, 12, 9, 3, 2]),
        ] {
            assert_eq!(ROWS.each_ref().map(|row| row.parameters(&task)), counts, "{task:?}");
        }
    }

    #[test]
    fn the_arithmetic_gives_the_number_that_is_shown() {
        for task in [task(1, 1, 1), task(32, 16, 3), task(7, 5, 11), task(1024, 64, 31)] {
            for row in &ROWS {
                let arithmetic = row.arithmetic(&task);
                let (terms, total) = arithmetic.split_once(" = ").unwrap_or((&arithmetic, &arithmetic));
                assert_eq!(total, grouped(row.parameters(&task)));
                assert_eq!(value(terms), row.parameters(&task), "{arithmetic}");
            }
        }
    }

    #[test]
    fn everything_is_told_with_its_arithmetic() {
        let (task, [dense, conv, pooling, .., gcn]) = (task(32, 16, 3), &ROWS);
        assert_eq!(task.told(), "one task for all: n = 32 · 32 · 16 = 16,384 numbers in, and as many out");
        assert_eq!(dense.arithmetic(&task), "16,384 · 16,384 + 16,384 = 268,451,840");
        assert_eq!(conv.arithmetic(&task), "3 · 3 · 16 · 16 + 16 = 2,320");
        assert_eq!(pooling.arithmetic(&task), "0");
        assert_eq!(conv.share_arithmetic(&task), "2,320 / 268,451,840 = 1/115,712");
        assert_eq!(gcn.share_arithmetic(&task), "272 / 268,451,840 ≈ 1/986,955");
        assert_eq!(gcn.saving(&task), "268,451,840 − 272 = 268,451,568");
        assert_eq!([dense, pooling].map(|row| row.share(&task)), ["100 %", "0 %"]);
    }

    #[test]
    fn shares_of_every_size() {
        for (own, dense, share, is_exact) in [
            (3, 2, "150 %", true),
            (2, 3, "66.7 %", false),
            (12_345, 3, "411,500 %", true),
            (1, 100, "1 %", true),
            (1, 101, "1 %", false),
            (1, 200, "1/200", true),
            (3, 1000, "1/333", false),
            (0, 5, "0 %", true),
        ] {
            assert_eq!(Compared { own, dense }.share(), (share.to_owned(), is_exact), "{own} of {dense}");
        }
    }

    /// On a single pixel nothing is shared, and a kernel that sees beyond it is wasted.
    #[test]
    fn a_layer_may_learn_more_than_the_dense_one() {
        let (task, [_, conv, ..]) = (task(1, 1, 3), &ROWS);
        assert_eq!(conv.share_arithmetic(&task), "10 / 2 = 500 %");
        assert_eq!(conv.saving(&task), "2 − 10 = −8");
    }

    #[test]
    fn the_largest_sizes_are_counted_exactly() {
        let (task, [dense, .., gcn]) = (task(1024, 64, 31), &ROWS);
        let numbers = 1024 * 1024 * 64_u128;
        assert_eq!(u128::from(dense.parameters(&task)), numbers * numbers + numbers);
        assert_eq!(dense.share(&task), "100 %");
        assert_eq!(gcn.share(&task), "1/1,082,596,080,404");
    }

    #[test]
    fn what_no_size_can_be_is_refused_with_a_sentence() {
        let mut task = Task::default();
        assert_eq!(task.set("kernel", &Value::from(5)), Ok(()));
        let refused = task.set("channels", &Value::from("many"));
        assert_eq!(refused, Err("channels got “many”; it takes a whole number from 1 to 64.".to_owned()));
        assert!(task.set("side", &Value::from(1025)).is_err());
        assert_eq!(task, Task { kernel: 5, ..Task::default() });
    }

    #[test]
    fn every_row_has_a_block() {
        for row in &ROWS {
            assert!(find(row.block).is_some(), "{}", row.block);
        }
    }
}
