//! What the three blocks say of themselves, and from where they can be started.

use super::{Gru, Lstm, Rnn, Taught};
use crate::blocks::{About, Preset};
use crate::data::sequences::Memory;

impl Taught for Rnn {
    const ABOUT: About = About {
        name: "rnn",
        title: "Recurrent layer",
        teaches: "The same weights at every step; a hidden state carries what was read before.",
        text: "A recurrent layer reads a sequence step by step. At each step it makes a new hidden state from the input and from the \
               state before, always with the same weights, so that any length can be read. Folded it is one layer with a loop; \
               unrolled it is a deep network with a copy of the layer for every step.",
        question: "Predict: how many more weights does a sequence of twice the length need?",
        lecture: "The lecture leaves the bias out: h_t = tanh(W_x x_t + W_h h_{t−1}). With b = 0 both are the same.",
    };
    const PRESETS: &'static [Preset] = &[
        Preset::new("default", "numbers, two a step", ""),
        Preset::new("one", "a sequence to one output", "every=0&length=4&outputs=1"),
        Preset::new("text", "text, a character a step", "source=text&text=hello world&hidden=4&softmax=1"),
        Preset::new(
            "single",
            "one number, one unit: a decaying echo",
            "length=6&features=1&hidden=1&outputs=1&numbers=input-weight.0.0=1,state-weight.0.0=0.5,input.0.0=1,input.1.0=0,input.2.0=0,input.3.0=0,input.4.0=0,input.5.0=0",
        ),
        Preset::new("relu", "ReLU: nothing bounds the state", "activation=relu&length=8"),
        Preset::new("recall", "recall, over a short delay", "task=recall&view=sequence&delay=4"),
        Preset::new("forgets", "recall, over a long delay", "task=recall&view=sequence&delay=28"),
    ];
    const LAYER: Memory = Memory::Rnn;
}

impl Taught for Lstm {
    const ABOUT: About = About {
        name: "lstm",
        title: "LSTM",
        teaches: "Three gates decide what a memory forgets, takes in, and shows.",
        text: "Long short-term memory carries a second vector along, the cell state. Nothing squashes it from step to step: a forget gate \
               decides what of it stays, an input gate what is added, an output gate what is shown as the hidden state. Because a gate \
               can stay at 1, something can be kept, and its gradient too, over many steps.",
        question: "Predict: which gate has to stay open, and which shut, while a symbol is to be remembered?",
        lecture: "The lecture multiplies one matrix with the concatenation [h_{t−1}, x_t]; U and W are its two parts.",
    };
    const PRESETS: &'static [Preset] = &[
        Preset::new("default", "recall, one unit", ""),
        Preset::new("recall", "recall, the whole sequence", "view=sequence&delay=20"),
        Preset::new("shut", "recall with the forget gate shut", "view=sequence&delay=20&forget=shut"),
        Preset::new("cell", "one step as the lecture draws it", "view=cell&task=own&length=4&hidden=4"),
        Preset::new("no-cell", "recall without the memory cell", "view=sequence&delay=28&memory=0"),
    ];
    const LAYER: Memory = Memory::Lstm;
}

impl Taught for Gru {
    const ABOUT: About = About {
        name: "gru",
        title: "GRU",
        teaches: "One gate mixes the old state with a new one: where it keeps, it doesn't take in.",
        text: "Gated recurrent units need no second vector. The update gate z decides for every number of the state how much of the old \
               stays; the rest is made anew, so that forgetting and taking in are one slider. The reset gate r decides what of the old \
               state the new one is made from. With one gate less it is simpler than an LSTM.",
        question: "Predict: with z held at 1, so that all of the old stays, what does the layer still take from its input?",
        lecture: "The lecture gives z to the new part: h_t = z ∘ n + (1 − z) ∘ h_{t−1}. Cho's paper and PyTorch give it to the old one; \
                  the numbers are the same, with z and 1 − z exchanged.",
    };
    const PRESETS: &'static [Preset] = &[
        Preset::new("default", "recall, one unit", ""),
        Preset::new("recall", "recall, the whole sequence", "view=sequence&delay=20"),
        Preset::new("keeps", "nothing new: z held at 1", "view=sequence&delay=20&update=open"),
        Preset::new("lecture", "z as the lecture has it", "view=unit&convention=lecture"),
        Preset::new("cell", "one step as a diagram", "view=cell&task=own&length=4&hidden=4"),
        Preset::new("before", "reset before the product", "view=cell&task=own&length=4&hidden=4&variant=before"),
    ];
    const LAYER: Memory = Memory::Gru;
}
