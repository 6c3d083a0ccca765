//! What the stages of layers with a memory are called.

use std::cell::RefCell;

use crate::explain::{Gate, Role, Stage, Values};
use crate::layers::Tensor;

/// What a stage and those with its gradients are called.
pub struct Named {
    /// For which layers.
    prefix: &'static str,
    /// As the layer calls it.
    of: &'static str,
    /// The stage itself, and what it is called on the page.
    name: &'static str,
    title: &'static str,
    /// The stage of the gradients by it.
    by: [&'static str; 2],
    /// The stage of the gradients by its sum, before the non-linearity.
    by_sum: [&'static str; 2],
    role: Role,
}

/// The names of the stages of one layer, which all begin alike.
#[derive(Clone, Copy)]
pub struct Names(&'static str);

/// What the layers call their numbers, and what the page does.
const TITLES: [(&str, &str, Role); 31] = [
    ("input", "input", Role::Input),
    ("forget", "forget gate", Role::Gate(Gate::Forget)),
    ("input-gate", "input gate", Role::Gate(Gate::Input)),
    ("candidate", "candidate", Role::Gate(Gate::Candidate)),
    ("cell", "cell state", Role::Gate(Gate::Memory)),
    ("output-gate", "output gate", Role::Gate(Gate::Output)),
    ("shown", "tanh of the cell state", Role::Intermediate),
    ("reset", "reset gate", Role::Gate(Gate::Forget)),
    ("update", "update gate", Role::Gate(Gate::Input)),
    ("recalled", "weighted state", Role::Intermediate),
    ("reset-state", "reset state", Role::Intermediate),
    ("new", "new state", Role::Gate(Gate::Candidate)),
    ("hidden", "hidden state", Role::Intermediate),
    ("output", "output", Role::Output),
    ("input-weight", "weights of the input", Role::Weight),
    ("state-weight", "weights of the state", Role::Weight),
    ("bias", "bias", Role::Weight),
    ("output-weight", "output weights", Role::Weight),
    ("output-bias", "output bias", Role::Weight),
    ("jacobian", "Jacobian of a step", Role::Intermediate),
    ("product", "product of the Jacobians", Role::Intermediate),
    ("norm", "norm of the product", Role::Output),
    ("stretches", "singular value of the Jacobian", Role::Output),
    ("product-stretches", "singular value of the product", Role::Output),
    ("path", "product of the forget gates", Role::Gate(Gate::Memory)),
    ("path-norm", "largest product of the forget gates", Role::Gate(Gate::Memory)),
    ("loss", "what the loss says", Role::Gradient),
    ("term", "length of a step's term", Role::Gradient),
    ("share", "share of a step's term", Role::Gradient),
    ("length", "length of the gradient", Role::Gradient),
    ("clipped", "length after clipping", Role::Gradient),
];

thread_local! {
    /// Made once each, and kept: stages hold their names for as long as the page lives.
    static KNOWN: RefCell<Vec<&'static Named>> = const { RefCell::new(Vec::new()) };
}

impl Names {
    /// Of a layer that stands alone.
    pub const PLAIN: Self = Self("");
    /// Of layers side by side: RNN, LSTM, GRU.
    pub const EACH: [Self; 3] = [Self("rnn-"), Self("lstm-"), Self("gru-")];

    /// What a stage is called that the layer calls so.
    pub fn of(self, of: &'static str) -> &'static Named {
        let is_it = |named: &&&'static Named| named.of == of && named.prefix == self.0;
        if let Some(known) = KNOWN.with_borrow(|known| known.iter().find(is_it).copied()) {
            return known;
        }
        let named: &'static Named = Box::leak(Box::new(self.named(of)));
        KNOWN.with_borrow_mut(|known| known.push(named));
        named
    }

    /// What of a stage's name is behind that of its layer; nothing for a stage of another layer.
    pub fn own(self, stage: &'static str) -> Option<&'static str> {
        stage.strip_prefix(self.0)
    }

    fn named(self, of: &'static str) -> Named {
        let known = |name: &str| TITLES.iter().find(|(known, ..)| *known == name);
        let (title, role) = match known(of) {
            Some((_, title, role)) => ((*title).to_owned(), *role),
            // What a gate has learned.
            None => {
                let (gate, of_state, what) = match (of.strip_suffix("-weight"), of.strip_suffix("-bias")) {
                    (Some(gate), _) => {
                        (gate.strip_suffix("-state").unwrap_or(gate), gate.ends_with("-state"), "weights")
                    }
                    (_, bias) => (bias.unwrap_or(of), false, "bias"),
                };
                let gate = known(gate).map_or(gate, |(_, title, _)| *title);
                let read = match (what, of_state) {
                    ("bias", _) => "",
                    (_, true) => " of the state",
                    _ => " of the input",
                };
                (format!("{gate}'s {what}{read}"), Role::Weight)
            }
        };
        let name = format!("{}{of}", self.0);
        let kept = |text: String| -> &'static str { text.leak() };
        Named {
            prefix: self.0,
            of,
            by: [format!("{name}-gradient"), format!("gradient by the {title}")].map(kept),
            by_sum: [format!("{name}-sum-gradient"), format!("gradient by the sum in the {title}")].map(kept),
            name: kept(name),
            title: kept(title),
            role,
        }
    }
}

impl Named {
    /// The name of the stage.
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// The names of the stages with the gradients: by it, and by its sum.
    pub fn gradients(&self) -> [&'static str; 2] {
        [self.by[0], self.by_sum[0]]
    }

    /// The stage.
    pub fn stage(&self, symbol: &'static str, values: impl Into<Values>) -> Stage {
        Stage::new(self.name, self.title, symbol, self.role, values)
    }

    /// The stage with the gradients by it.
    pub fn gradient(&self, symbol: &'static str, values: Tensor) -> Stage {
        Stage::new(self.by[0], self.by[1], symbol, Role::Gradient, values).derivative()
    }

    /// The stage with the gradients by its sum.
    pub fn sum_gradient(&self, symbol: &'static str, values: Tensor) -> Stage {
        Stage::new(self.by_sum[0], self.by_sum[1], symbol, Role::Gradient, values).derivative()
    }
}
