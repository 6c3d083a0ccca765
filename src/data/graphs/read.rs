//! What readers of graphs share: nodes by name, the limits, and sentences about what cannot be read.

use serde_json::{Map, Value};

use super::{GraphData, MAX_EDGES, MAX_NODES, read_edge_list, read_node_link};

/// So many sentences say what is wrong; then one says how many more there are.
const MOST_NOTES: usize = 20;

/// Reads a graph, as node-link JSON where the text is an object and as a list of edges where it is not; with sentences about
/// what cannot be read.
pub fn read(text: &str) -> (GraphData, Vec<String>) {
    match text.trim_start_matches('\u{feff}').trim_start().starts_with('{') {
        true => read_node_link(text),
        false => read_edge_list(text),
    }
}

/// What was read so far.
#[derive(Default)]
pub struct Reading {
    pub graph: GraphData,
    /// Which node has which name.
    numbers: Map<String, Value>,
    notes: Vec<String>,
    unsaid: usize,
    /// Edges that lead to nodes for which there is no room, and edges for which there is none.
    beyond: [usize; 2],
}

impl Reading {
    /// Says that something cannot be read.
    pub fn note(&mut self, parts: &[&str]) {
        if self.notes.len() < MOST_NOTES {
            self.notes.push(parts.concat());
        } else {
            self.unsaid += 1;
        }
    }

    /// The node of that name, where it is known.
    pub fn known(&self, name: &str) -> Option<u32> {
        self.numbers.get(name)?.as_u64().map(|number| number as u32)
    }

    /// The node of that name: a new one where it is not known, and there is room.
    pub fn node(&mut self, name: &str) -> Option<u32> {
        let known = self.known(name);
        if known.is_some() || self.graph.nodes == MAX_NODES {
            return known;
        }
        let number = self.graph.nodes as u32;
        self.numbers.insert(name.to_owned(), Value::from(number));
        self.graph.names.push(name.to_owned());
        self.graph.nodes += 1;
        Some(number)
    }

    /// An edge between nodes; one of them may have found no room.
    pub fn edge(&mut self, ends: (Option<u32>, Option<u32>), weight: Option<f32>) {
        let full = self.graph.edges.len() == MAX_EDGES;
        let (Some(from), Some(to), false) = (ends.0, ends.1, full) else {
            self.beyond[usize::from(full)] += 1;
            return;
        };
        if weight.is_some() || !self.graph.weights.is_empty() {
            self.graph.weights.resize(self.graph.edges.len(), 1.0);
            self.graph.weights.push(weight.unwrap_or(1.0));
        }
        self.graph.edges.push((from, to));
    }

    /// The graph, and the sentences.
    pub fn finish(mut self) -> (GraphData, Vec<String>) {
        if self.unsaid > 0 {
            self.notes.push([&self.unsaid.to_string(), " more sentences like these are left out"].concat());
        }
        let [most_nodes, most_edges] = [MAX_NODES, MAX_EDGES].map(|most| most.to_string());
        for (beyond, most, what) in [
            (self.beyond[0], &most_nodes, " nodes are read; so many edges lead to others and are left out: "),
            (self.beyond[1], &most_edges, " edges are read; so many others are left out: "),
        ] {
            if beyond > 0 {
                self.notes.push(["the first ", most, what, &beyond.to_string()].concat());
            }
        }
        let repeated = self.graph.repeated();
        if repeated > 0 {
            self.notes.push(["so many edges repeat others: ", &repeated.to_string()].concat());
        }
        let names = &mut self.graph.names;
        if (0..).zip(names.iter()).all(|(number, name): (usize, _)| number.to_string() == *name) {
            names.clear();
        }
        (self.graph, self.notes)
    }
}

/// The beginning of a text, in quotation marks.
pub fn quoted(text: &str) -> String {
    const LONGEST: usize = 40;
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => ["“", &text[..end], "…”"].concat(),
        None => ["“", text, "”"].concat(),
    }
}

/// A number that can be computed with.
pub fn finite(number: f64) -> Option<f32> {
    Some(number as f32).filter(|number| number.is_finite())
}
