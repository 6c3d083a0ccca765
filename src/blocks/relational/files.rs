//! Graphs of the reader's own: out of files, and into them.

use super::edit::adopt;
use super::model::{Network, places};
use super::settings::Settings;
use crate::blocks::{Opens, Written};
use crate::data::graphs;

/// What is read, beside the choice of a graph.
pub const OPENS: Opens = Opens {
    key: "graph",
    accept: ".csv,.tsv,.txt,.json",
    help: "a graph of your own: a list of edges (CSV) or node-link JSON; or drop or paste a file",
};

/// The settings with the graph in a text, as far as it can be read, and what there is to say about the rest.
pub fn take(settings: &Settings, text: &str) -> (Option<Settings>, Vec<String>) {
    let (graph, mut sentences) = graphs::read(text);
    let taken = adopt(settings, graph, &mut sentences);
    (taken, sentences)
}

/// The graph as it stands: what its nodes hold, and where they are, too.
pub fn written(settings: &Settings) -> Option<Vec<Written>> {
    let network = Network::of(settings).ok()?;
    let (mut graph, features) = ((*network.data).clone(), network.given.first()?.clone());
    graph.width = features.len() / graph.nodes.max(1);
    graph.features = features;
    graph.places = Some(places(settings));
    let file = |label, ending, text| Written { label, ending, text };
    Some(vec![
        file("Edges (CSV)", "csv", graphs::write_edge_list(&graph)),
        file("Nodes and edges (node-link JSON)", "json", graphs::write_node_link(&graph)),
    ])
}

#[cfg(test)]
mod tests {
    use super::super::settings::{Shape, Topic};
    use super::*;
    use crate::blocks::Word;

    fn open(text: &str) -> (Option<Settings>, Vec<String>) {
        take(&Settings::of(Topic::Graph), text)
    }

    #[test]
    fn a_list_of_edges_is_taken_and_what_is_none_is_named() {
        let (taken, sentences) = open("source,target\na,b\nb\nb,c,2\nc,b\n");
        let taken = taken.expect("a graph");
        assert_eq!((taken.graph, taken.nodes, &*taken.edges, taken.directed), (Shape::Own, 3, "0-1,1-2", false));
        assert_eq!((taken.features, taken.numbers.is_empty(), taken.places.is_empty()), (2, true, true));
        assert_eq!(
            sentences,
            [
                "line 3: “b” is no edge; it takes source, target",
                "so many edges repeat others: 1",
                "each edge counts once here",
                "left out here: names (nodes are called by their numbers from 0), weights",
            ]
        );
        let (taken, sentences) = open("# directed\n0,1\n1,0\n");
        assert_eq!(taken.map(|taken| (taken.directed, taken.edges.clone())), Some((true, "0-1,1-0".to_owned())));
        assert!(sentences.is_empty(), "{sentences:?}");
    }

    #[test]
    fn features_and_places_come_along() {
        let (taken, sentences) = open(
            r#"{"nodes": [{"id": 0, "features": [1.5, -2e-9], "x": 10, "y": 0}, {"id": 1, "features": [5000, 0], "x": 20, "y": 5}],
                "links": [{"source": 0, "target": 1}]}"#,
        );
        let taken = taken.expect("a graph");
        assert_eq!((taken.features, &*taken.numbers), (2, "input.0.0=1.5,input.0.1=-2e-9,input.1.0=1000,input.1.1=0"));
        assert_eq!(taken.places, [0.0, 0.25, 1.0, 0.75]);
        assert_eq!(sentences, ["features beyond ±1000 are taken as ±1000"]);
        let wide = format!(r#"{{"nodes": [{{"id": 0, "features": [{}]}}], "links": []}}"#, "1,".repeat(8) + "1");
        let (taken, sentences) = open(&wide);
        assert_eq!(taken.map(|taken| taken.features), Some(8));
        assert_eq!(sentences, ["left out here: features past the first 8"]);
    }

    #[test]
    fn what_is_no_graph_changes_nothing_and_is_told() {
        let (taken, sentences) = open("nothing");
        assert_eq!(taken, None);
        assert_eq!(sentences.last().map(String::as_str), Some("it has 0 nodes; from 1 to 49 fit here"));
        let many: String = (0..49).map(|node| format!("{node},{}\n", node + 1)).collect();
        assert_eq!(open(&many), (None, vec!["it has 50 nodes; from 1 to 49 fit here".to_owned()]));
    }

    #[test]
    fn every_graph_is_written_and_taken_again() {
        for block in [Topic::Graph, Topic::Passing, Topic::Convolution] {
            for &shape in Shape::MEANINGS {
                let mut settings = Settings::of(block);
                settings.graph = shape;
                settings.settle("graph");
                settings.directed = shape == Shape::Ring;
                let files = written(&settings).expect("files");
                let network = |settings: &Settings| Network::of(settings).expect("a network");
                for file in &files {
                    let taken = take(&settings, &file.text).0.expect("a graph");
                    let (before, after) = (network(&settings), network(&taken));
                    assert_eq!(after.data.edges, before.data.edges, "{shape:?}");
                    assert_eq!((after.data.nodes, after.data.directed), (before.data.nodes, before.data.directed));
                    if file.ending == "json" {
                        assert_eq!(after.given[0], before.given[0], "{shape:?}");
                        let text = &written(&taken).expect("files")[1].text;
                        assert_eq!(take(&taken, text), (Some(taken.clone()), vec![]), "{shape:?}");
                    }
                }
            }
        }
    }
}
