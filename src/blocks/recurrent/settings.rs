//! What can be set in the blocks of layers with a memory.

use super::model::MAX_HIDDEN;
use crate::blocks::control::{Kind, Panel};
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

    /// What is in sight, and what is legal, given the other settings, where the sequence has so many steps.
    pub fn narrow(&self, steps: usize, panel: &mut Panel) {
        let (own, gated, rnn) = (self.task == Chosen::Own, self.layer() != Memory::Rnn, self.block == Memory::Rnn);
        let numbers = own && self.source == Source::Numbers;
        // The basic layer has no gates to look at; the others have a view more.
        panel.controls.remove(if rnn { 1 } else { 0 });
        panel.when("source hidden softmax every activation variant", own);
        panel.when("length features outputs", numbers);
        panel.when("text", self.reads_text());
        panel.when("delay", self.task == Chosen::Recall && self.text.is_empty());
        panel.when("more temperature", self.task == Chosen::Characters);
        panel.when("forget input_gate output_gate reset update", gated);
        panel.when("forget_at input_gate_at output_gate_at reset_at update_at", gated);
        panel.when("forget_at", self.forget == Pin::Held);
        panel.when("input_gate_at", self.input_gate == Pin::Held);
        panel.when("output_gate_at", self.output_gate == Pin::Held);
        panel.when("reset_at", self.reset == Pin::Held);
        panel.when("update_at", self.update == Pin::Held);
        panel.when("unit", self.view == View::Unit);
        panel.when("shown", self.view == View::Sequence && steps > 40);
        panel.most("length", MAX_NUMBERS);
        panel.most("features outputs", MAX_FEATURES);
        panel.most("hidden", MAX_HIDDEN);
        panel.most("unit", self.units() - 1);
        panel.most("shown", MAX_TEXT);
        panel.takes("text", Kind::Text { most: MAX_TEXT, alphabet: self.trained().map_or(&[], Task::alphabet) });
        panel.most("numbers", sparse::MOST);
        self.its(panel);
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
