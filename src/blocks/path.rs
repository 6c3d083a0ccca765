//! The lecture as a path: its parts, and in each its blocks.

use super::{About, find};

/// A part of the lecture.
pub struct Part {
    /// On the page.
    pub title: &'static str,
    /// Its blocks by name, each in a telling state as a URL says it: `step=3`.
    pub stations: &'static [(&'static str, &'static str)],
}

/// The parts, in the lecture's order.
pub const PATH: &[Part] = &[
    Part { title: "Dense layers and inductive bias", stations: &[("dense", ""), ("bias", "step=27")] },
    Part {
        title: "Tensor data",
        stations: &[
            ("conv1d", "step=3"),
            ("conv2d", "channels=1&filters=1&padding=same&step=29"),
            ("conv3d", "step=14"),
            ("pooling", "step=5"),
            ("receptive-field", ""),
            ("cnn", "step=3"),
        ],
    },
    Part {
        title: "Sequential data",
        stations: &[
            ("rnn", "step=3"),
            ("bptt", "step=8"),
            ("lstm", "view=sequence&delay=16&step=18"),
            ("gru", "step=4"),
        ],
    },
    Part {
        title: "Relational data",
        stations: &[("graph", "step=1"), ("message-passing", "step=6"), ("gcn", "step=5")],
    },
];

impl Part {
    /// What its blocks are called.
    pub fn abouts(&self) -> impl Iterator<Item = About> {
        self.stations.iter().filter_map(|(name, _)| Some(find(name)?.about()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::blocks::ALL;

    #[test]
    fn every_block_is_on_the_path_in_the_list_s_order() {
        let on_path: Vec<_> = PATH.iter().flat_map(Part::abouts).map(|about| about.name).collect();
        let all: Vec<_> = ALL.iter().map(|block| block.about().name).collect();
        assert_eq!(on_path, all);
    }
}
