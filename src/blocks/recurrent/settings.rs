//! What can be set in the blocks of layers with a memory.

use super::model::MAX_HIDDEN;
use crate::blocks::control::{Choice, Control, Kind};
use crate::blocks::convolution::Pass;
use crate::blocks::fields::{settings, words};
use crate::blocks::shared::{OfBlock, Sharer};
use crate::blocks::sparse;
use crate::data::sequences::{Memory, Task};

/// The longest sequence of numbers.
const MAX_NUMBERS: usize = 24;
/// The longest text.
pub const MAX_TEXT: usize = 500;
/// The most numbers of a step, and the most outputs.
const MAX_FEATURES: usize = 4;
/// The steps that a picture shows at once, at the fewest.
const FEWEST_SHOWN: usize = 4;

settings! {
    /// Everything that can be set, for whichever layer. Empty texts and lists stand for what follows from the rest.
    Shared {
        view: View = View::Network,
        task: Chosen = Chosen::Own,
        source: Source = Source::Numbers,
        length: usize = 5,
        features: usize = 2,
        text: String = String::new(),
        delay: usize = 8,
        seed: u64 = 4,
        hidden: usize = 3,
        outputs: usize = 2,
        softmax: bool = false,
        every: bool = true,
        activation: Squash = Squash::Tanh,
        memory: bool = true,
        forget: Pin = Pin::Free,
        input_gate: Pin = Pin::Free,
        output_gate: Pin = Pin::Free,
        reset: Pin = Pin::Free,
        update: Pin = Pin::Free,
        forget_at: f64 = 0.5,
        input_gate_at: f64 = 0.5,
        output_gate_at: f64 = 0.5,
        reset_at: f64 = 0.5,
        update_at: f64 = 0.5,
        variant: Variant = Variant::After,
        convention: Convention = Convention::Paper,
        more: usize = 40,
        temperature: f64 = 0.7,
        pass: Pass = Pass::Forward,
        unit: usize = 0,
        shown: usize = MAX_TEXT,
        numbers: String = String::new(),
    }
}

/// Everything that can be set in the block of one layer.
pub type Settings = OfBlock<Memory, Shared>;

words! {
    /// What is drawn.
    View {
        Network = "network",
        Unit = "unit",
        Cell = "cell",
        Sequence = "sequence",
    }
}

words! {
    /// Which network is looked at: one of the reader's own making, or one that was trained.
    Chosen {
        Own = "own",
        Recall = "recall",
        Brackets = "brackets",
        Characters = "characters",
    }
}

words! {
    /// What the reader's own network is given.
    Source {
        Numbers = "numbers",
        Text = "text",
    }
}

words! {
    /// The non-linearity of the basic layer.
    Squash {
        Tanh = "tanh",
        Relu = "relu",
    }
}

words! {
    /// Whether a gate does as it has learned.
    Pin {
        Free = "free",
        Open = "open",
        Shut = "shut",
        Held = "held",
    }
}

words! {
    /// Where the reset gate acts.
    Variant {
        After = "after",
        Before = "before",
    }
}

words! {
    /// Which part of the state the update gate is given to.
    Convention {
        Paper = "paper",
        Lecture = "lecture",
    }
}

impl Sharer for Memory {
    fn has(self, key: &str) -> bool {
        match key {
            "activation" => self == Memory::Rnn,
            "memory" | "forget" | "input_gate" | "output_gate" | "forget_at" | "input_gate_at" | "output_gate_at" => {
                self == Memory::Lstm
            }
            "reset" | "update" | "reset_at" | "update_at" | "variant" | "convention" => self == Memory::Gru,
            "unit" => self != Memory::Rnn,
            _ => true,
        }
    }
}

impl Settings {
    /// As the block of a layer opens.
    pub fn of(block: Memory) -> Self {
        let mut shared = Shared::default();
        if block != Memory::Rnn {
            (shared.view, shared.task) = (View::Unit, Chosen::Recall);
        }
        Self { block, shared }
    }

    /// The layer that is computed: without its memory cell, the LSTM is compared with the basic layer.
    pub fn layer(&self) -> Memory {
        if self.block == Memory::Lstm && !self.memory { Memory::Rnn } else { self.block }
    }

    /// The task that the network was trained for; none for one of the reader's own.
    pub fn trained(&self) -> Option<Task> {
        match self.task {
            Chosen::Own => None,
            Chosen::Recall => Some(Task::Recall),
            Chosen::Brackets => Some(Task::Brackets),
            Chosen::Characters => Some(Task::Characters),
        }
    }

    /// Whether the input is a text, each of its characters a token.
    pub fn reads_text(&self) -> bool {
        self.task != Chosen::Own || self.source == Source::Text
    }

    /// The gates that can be pinned: the name of the equation, whether it is, and the number that it is held at.
    fn gates(&self) -> [(&'static str, Pin, f64); 5] {
        [
            ("forget", self.forget, self.forget_at),
            ("input-gate", self.input_gate, self.input_gate_at),
            ("output-gate", self.output_gate, self.output_gate_at),
            ("reset", self.reset, self.reset_at),
            ("update", self.update, self.update_at),
        ]
    }

    /// The gates that are pinned, each with the number that it is held at.
    pub fn pins(&self) -> impl Iterator<Item = (&'static str, f32)> + '_ {
        self.gates().into_iter().filter_map(|(gate, pin, at)| match pin {
            Pin::Free => None,
            Pin::Open => Some((gate, 1.0)),
            Pin::Shut => Some((gate, 0.0)),
            Pin::Held => Some((gate, at as f32)),
        })
    }

    /// What can be changed, in the order in which it is read from an address.
    pub fn controls(&self, steps: usize) -> Vec<Control> {
        let own = self.task == Chosen::Own;
        let gated = self.layer() != Memory::Rnn;
        let pin = |key, label, help| {
            const PINS: [Choice; 4] = [
                Choice::new("free", "free", "as the network has learned"),
                Choice::new("open", "open", "held at 1"),
                Choice::new("shut", "shut", "held at 0"),
                Choice::new("held", "held", "held at a number of your choice: drag it in the picture"),
            ];
            Control::main(key, label, help, Kind::choice(&PINS)).when(gated)
        };
        let held = |key, label, pin| {
            let range = Kind::Number { min: 0.0, max: 1.0, step: 0.01 };
            Control::main(key, label, "0: nothing passes; 1: everything does", range).when(gated && pin == Pin::Held)
        };
        let views: &[Choice] = match self.block {
            Memory::Rnn => &[
                Choice::new("network", "network", "folded, and unrolled along the sequence"),
                Choice::new("sequence", "sequence", "every number of every step, as a map"),
            ],
            _ => &[
                Choice::new("unit", "one unit", "the gates of one unit as dials"),
                Choice::new("cell", "cell", "one step as a diagram, with the vectors that flow through it"),
                Choice::new("sequence", "sequence", "every number of every step, as maps"),
            ],
        };
        const TASKS: [Choice; 4] = [
            Choice::new("own", "your own", "random weights, every one of which can be changed"),
            Choice::new(
                "recall",
                "recall",
                "trained to tell the first symbol, asked after a delay; in all three layers the weights of the state decay while they learn",
            ),
            Choice::new("brackets", "brackets", "trained to tell how many brackets are open"),
            Choice::new("characters", "characters", "trained to tell the next character of an English text"),
        ];
        let (text, numbers) = (self.reads_text(), own && self.source == Source::Numbers);
        let alphabet = self.trained().map_or(&[][..], Task::alphabet);
        let controls = vec![
            Control::main("view", "view", "what is drawn", Kind::choice(views)),
            Control::main("task", "network", "your own, or a trained one", Kind::choice(&TASKS)),
            Control::main(
                "memory",
                "memory cell",
                "off: the basic recurrent layer in its place, trained for the same task",
                Kind::Toggle,
            ),
            Control::main(
                "source",
                "input",
                "numbers, or a text whose characters are tokens",
                Kind::choice(&[Choice::plain("numbers", "numbers"), Choice::plain("text", "text")]),
            )
            .when(own),
            Control::main("length", "steps", "how long the sequence is", Kind::whole(1, MAX_NUMBERS)).when(numbers),
            Control::main("features", "numbers a step", "how long each x_t is", Kind::whole(1, MAX_FEATURES))
                .when(numbers),
            Control::main(
                "text",
                "text",
                "the sequence, a character a step; empty for one drawn at random",
                Kind::Text { most: MAX_TEXT, alphabet },
            )
            .when(text),
            Control::main("delay", "delay", "tokens between the symbol and the question", Kind::whole(0, 60))
                .when(self.task == Chosen::Recall && self.text.is_empty()),
            Control::main("seed", "seed", "of random weights, and of what is drawn", Kind::whole(0, 9999)),
            Control::main("hidden", "hidden units", "how many numbers the state holds", Kind::whole(1, MAX_HIDDEN))
                .when(own),
            Control::more("outputs", "outputs", "how long each o_t is", Kind::whole(1, MAX_FEATURES)).when(numbers),
            Control::more("softmax", "softmax", "outputs as probabilities", Kind::Toggle).when(own),
            Control::more("every", "an output at every step", "off: only at the last step", Kind::Toggle).when(own),
            Control::more(
                "activation",
                "non-linearity",
                "what squashes the state",
                Kind::choice(&[Choice::plain("tanh", "tanh"), Choice::plain("relu", "ReLU")]),
            )
            .when(own),
            held("forget_at", "forget gate at", self.forget),
            pin("forget", "forget gate", "what the memory keeps"),
            held("input_gate_at", "input gate at", self.input_gate),
            pin("input_gate", "input gate", "what the memory takes in"),
            held("output_gate_at", "output gate at", self.output_gate),
            pin("output_gate", "output gate", "what the memory shows"),
            held("reset_at", "reset gate at", self.reset),
            pin("reset", "reset gate", "what of the state is recalled"),
            held("update_at", "update gate at", self.update),
            pin("update", "update gate", "how much of the state is kept, or, after the lecture, made anew"),
            Control::more(
                "variant",
                "reset",
                "the reset gate acts on what the weights make of the state, or on the state",
                Kind::choice(&[
                    Choice::new("after", "after U", "as PyTorch has it: r ∘ (U h)"),
                    Choice::new("before", "before U", "as first published: U (r ∘ h)"),
                ]),
            )
            .when(own),
            Control::more(
                "convention",
                "z belongs to",
                "which part of the state the update gate is given to",
                Kind::choice(&[
                    Choice::new("paper", "the old", "Cho's paper, PyTorch: h = (1 − z) ∘ n + z ∘ h′"),
                    Choice::new(
                        "lecture",
                        "the new",
                        "the lecture: h = z ∘ n + (1 − z) ∘ h′; the same numbers, z renamed",
                    ),
                ]),
            ),
            Control::main("more", "go on for", "characters that the network adds to the text", Kind::whole(0, 400))
                .when(self.task == Chosen::Characters),
            Control::main(
                "temperature",
                "temperature",
                "0: always the likeliest character; the higher, the more daring",
                Kind::Number { min: 0.0, max: 2.0, step: 0.05 },
            )
            .when(self.task == Chosen::Characters),
            Control::pass(true),
            Control::main("unit", "unit", "the one that is looked at", Kind::whole(0, self.units() - 1))
                .when(self.view == View::Unit),
            Control::main(
                "shown",
                "steps in sight",
                "fewer: closer; the transport scrolls",
                Kind::whole(FEWEST_SHOWN, MAX_TEXT),
            )
            .when(self.view == View::Sequence && steps > 40),
            Control::hidden("numbers", "numbers", "changed by hand: cell=number, …", sparse::kind()),
        ];
        self.its(controls)
    }

    /// How many numbers the state holds.
    pub fn units(&self) -> usize {
        self.trained().map_or(self.hidden, Task::hidden)
    }

    /// Brings the other settings into line.
    pub fn settle(&mut self, changed: &str) {
        match changed {
            "forget_at" => self.forget = Pin::Held,
            "input_gate_at" => self.input_gate = Pin::Held,
            "output_gate_at" => self.output_gate = Pin::Held,
            "reset_at" => self.reset = Pin::Held,
            "update_at" => self.update = Pin::Held,
            "task" | "source" => {
                // What is drawn and changed for one network says nothing to another.
                self.text.clear();
                self.numbers.clear();
                self.shown = MAX_TEXT;
                if self.task == Chosen::Own && self.source == Source::Text {
                    self.text = "hello world".to_owned();
                }
            }
            "hidden" | "features" | "length" | "outputs" | "text" | "delay" | "seed" | "variant" | "memory"
            | "more" => {
                self.numbers.clear();
            }
            _ => {}
        }
        self.unit = self.unit.min(self.units() - 1);
    }
}
