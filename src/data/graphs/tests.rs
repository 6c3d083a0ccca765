use proptest::prelude::*;

use super::*;

mod bundled;

/// The lists of edges that are read, and what is said about them.
#[test]
fn lists_of_edges_come_in_many_forms() {
    let edges: &[(u32, u32)] = &[(0, 1), (1, 2)];
    for text in [
        "0,1\n1,2",
        "\u{feff}0,1\r\n1,2\r\n",
        "source,target\n0,1\n1,2\n",
        "# a comment, with commas\nFrom\tTo\n0\t1\n\n1\t2\n",
        "0 1\n  1    2  \n",
        "0 1 {}\n1 2 {}\n",
        "0; 1\n1 ;2\n",
        "\"0\",\"1\"\n1,\"2\"\n",
        "0,1,\n1,2\n",
    ] {
        let (graph, notes) = read_edge_list(text);
        assert_eq!((graph.nodes, &graph.edges[..], notes), (3, edges, vec![]), "{text:?}");
        assert!(graph.names.is_empty() && graph.weights.is_empty() && !graph.directed, "{text:?}");
    }
    let (graph, notes) = read_edge_list("10,2\n2,7\n# node 3\n# directed\n");
    assert_eq!(
        (graph.names, graph.edges, graph.directed),
        (["2", "3", "7", "10"].map(Into::into).into(), vec![(3, 0), (0, 2)], true)
    );
    assert!(notes.is_empty());
    let (graph, notes) = read_edge_list("\"Smith, J.\",\"the \"\"b\"\"\",0.5\nMr. Hi,Smith, -2e3\nMr. Hi,Smith\n");
    assert_eq!(graph.names, ["Smith, J.", "the \"b\"", "Mr. Hi", "Smith"]);
    assert_eq!((graph.weights, notes.len()), (vec![0.5, -2000.0, 1.0], 1));
    assert_eq!(notes, ["so many edges repeat others: 1"]);
    let (graph, notes) = read_edge_list("0 1 {'since': 3, 'weight': 4}\n1 2 {'weight': 0.5}\n0 2 {'weight': None}\n");
    assert_eq!(graph.weights, [4.0, 0.5, 1.0]);
    assert_eq!(notes, ["line 3: the weight “None” is no number; it is taken as 1"]);
    assert_eq!(read_edge_list("007,7\n").0.names, ["007", "7"], "as text");
    let (graph, notes) = read_edge_list("u v\n5 6\n");
    assert_eq!(
        (graph.names, notes),
        (vec!["5".to_owned(), "6".to_owned()], vec!["line 1: “u v” is taken as a heading".to_owned()])
    );
}

#[test]
fn what_is_no_edge_is_named_and_the_rest_is_kept() {
    let (graph, notes) = read_edge_list("a,b\na,,b\n\n,\nb,c,heavy\nalone\nc,a,1,red\nc,b,inf\n");
    assert_eq!(graph.edges, [(0, 1), (1, 2), (2, 0), (2, 1)]);
    assert_eq!(
        notes,
        [
            "line 2: “a,,b” is no edge; it takes source, target",
            "line 4: “,” is no edge; it takes source, target",
            "line 5: the weight “heavy” is no number; it is taken as 1",
            "line 6: “alone” is no edge; it takes source, target",
            "line 7: what follows the weight is left out: “red”",
            "line 8: the weight “inf” is no number; it is taken as 1",
            "so many edges repeat others: 1",
        ]
    );
    assert_eq!(graph.weights, [1.0; 4]);
    let (graph, notes) = read_edge_list(&"nothing at all\n".repeat(2).replace(' ', "").repeat(30));
    assert_eq!((graph.nodes, notes.len()), (0, 21));
    assert_eq!(notes[20], "40 more sentences like these are left out");
    assert_eq!(read_edge_list(""), (GraphData::default(), vec![]));
    let (_, notes) = read_edge_list(&"ä".repeat(1000));
    assert_eq!(notes, [format!("line 1: “{}…” is no edge; it takes source, target", "ä".repeat(40))]);
}

#[test]
fn what_is_beyond_the_limits_is_left_out_and_said() {
    let chain: String = (0..MAX_NODES + 5).map(|node| format!("n{node} n{}\n", node + 1)).collect();
    let (graph, notes) = read_edge_list(&chain);
    assert_eq!((graph.nodes, graph.edges.len()), (MAX_NODES, MAX_NODES - 1));
    assert_eq!(notes, ["the first 10000 nodes are read; so many edges lead to others and are left out: 6"]);
    let many: String = (0..MAX_EDGES + 7).map(|edge| format!("{},{}\n", edge / 500, 500 + edge % 500)).collect();
    let (graph, notes) = read_edge_list(&many);
    assert_eq!(graph.edges.len(), MAX_EDGES);
    assert_eq!(notes, ["the first 100000 edges are read; so many others are left out: 7"]);
    let nodes: Vec<_> = (0..MAX_NODES + 2).map(|node| serde_json::json!({ "id": node })).collect();
    let (graph, notes) = read_node_link(&serde_json::json!({ "nodes": nodes, "edges": [] }).to_string());
    assert_eq!((graph.nodes, notes), (MAX_NODES, vec!["the first 10000 nodes are read, of 10002".to_owned()]));
}

#[test]
fn node_link_is_read_as_networkx_writes_it() {
    let text = r#"{"directed": true, "multigraph": false, "graph": {"name": "x"}, "nodes": [
        {"features": [1, 0.5], "class": 1, "x": 0, "y": -1.5, "id": "a"}, {"features": [2, 3], "x": 1, "y": 1, "id": 7}],
        "links": [{"weight": 4, "source": "a", "target": 7}, {"source": 7, "target": 7}]}"#;
    let expected = GraphData {
        names: vec!["a".to_owned(), "7".to_owned()],
        weights: vec![4.0, 1.0],
        directed: true,
        width: 2,
        features: vec![1.0, 0.5, 2.0, 3.0],
        classes: vec![1, 0],
        places: Some(vec![[0.0, -1.5], [1.0, 1.0]]),
        ..GraphData::of(2, vec![(0, 1), (1, 1)])
    };
    assert_eq!(read(text), (expected.clone(), vec![]));
    assert_eq!(read(&text.replace("links", "edges")), (expected, vec![]));
    let (graph, notes) = read(r#" {"nodes": [{"id": 0}, {"id": 1}], "links": [{"source": 0, "target": 1}]}"#);
    assert_eq!((graph, notes), (GraphData::of(2, vec![(0, 1)]), vec![]));
}

#[test]
fn what_node_link_does_not_tell_is_named() {
    let (graph, notes) = read_node_link(
        r#"{"nodes": [{"id": 0, "class": "red", "features": [1, "x"], "x": 1}, {"id": 1, "features": 3, "x": 2, "y": 1}, {"id": 1}, 5],
            "links": [{"source": 0}, {"source": 0, "target": "y"}, {"source": 0, "target": 1, "weight": []}, 3]}"#,
    );
    assert_eq!(
        (graph.nodes, graph.width, &graph.features[..], graph.places),
        (3, 2, &[1.0, 0.0, 0.0, 0.0, 0.0, 0.0][..], None)
    );
    assert_eq!((graph.edges, graph.classes), (vec![(0, 1)], vec![]));
    assert_eq!(
        notes,
        [
            "node “0”: its class is no whole number from 0 to 255; it is taken as 0",
            "node “0”: its features are not all numbers; what is none is taken as 0",
            "node “1”: its features are not all numbers; what is none is taken as 0",
            "node “1”: it is there already; this one is left out",
            "some nodes have more features than others; what is missing is taken as 0",
            "not all nodes have a place, x and y; none is read",
            "link 0 is no edge; it takes source, target",
            "link 1: “y” is no node; the edge is left out",
            "link 2: its weight is no number; it is taken as 1",
            "link 3 is no edge; it takes source, target",
        ]
    );
    assert_eq!(read("{").1, ["it is no JSON: EOF while parsing an object at line 1 column 1"]);
    assert_eq!(read("{}").1, ["it has no list “nodes”", "it has no list “links”, nor “edges”"]);
    assert_eq!(read_node_link("[1, 2]").1.len(), 2);
    let long = format!(r#"{{"nodes": [{{"features": [{}1]}}], "links": []}}"#, "1,".repeat(MAX_FEATURES));
    let (graph, notes) = read(&long);
    assert_eq!((graph.width, notes), (MAX_FEATURES, vec!["node “0”: its first 2048 features are read".to_owned()]));
}

#[test]
fn what_the_page_brings_is_written_and_read_again() {
    for kind in Bundled::ALL {
        let graph = kind.draw(&kind.recipe());
        assert_eq!(read(&write_node_link(&graph)), (graph.clone(), vec![]), "{kind:?}");
        let (again, notes) = read(&write_edge_list(&graph));
        assert_eq!(
            (again.nodes, again.names, again.edges, notes),
            (graph.nodes, graph.names, graph.edges, vec![]),
            "{kind:?}"
        );
    }
}

fn graphs() -> impl Strategy<Value = GraphData> {
    let parts = (1..12_usize, any::<bool>(), any::<bool>(), 0..3_usize);
    parts.prop_flat_map(|(nodes, directed, named, width)| {
        let edges = prop::collection::vec((0..nodes as u32, 0..nodes as u32), 0..30);
        let numbers = prop::collection::vec(-1e6_f32..1e6, nodes * (width + 2) + 30);
        (edges, numbers, prop::collection::vec(any::<u8>(), nodes), "[a-zA-Z,\"#;äé .]{0,6}").prop_map(
            move |(edges, numbers, mut classes, name)| {
                if width == 0 {
                    classes.clear();
                }
                let names = (0..nodes * usize::from(named)).map(|node| format!("x{name}{node}")).collect();
                let weights = numbers[..if directed { edges.len() } else { 0 }].to_vec();
                let features = numbers[30..30 + nodes * width].to_vec();
                let places = named.then(|| numbers[30 + nodes * width..].chunks(2).map(|at| [at[0], at[1]]).collect());
                GraphData { nodes, names, edges, weights, directed, width, features, classes, places }
            },
        )
    })
}

proptest! {
    #[test]
    fn no_text_panics(text in "\\PC*", lines in "([a-c0-9#\"]{0,3}[,;\t ]?){0,8}(\n|[a-c0-9#\"]{0,3}[,;\t ]){0,40}") {
        for text in [text.as_str(), &lines, &format!("{{{text}")] {
            let (graph, notes) = read(text);
            prop_assert!(graph.graph().is_ok());
            prop_assert!(notes.len() <= 24);
            read_node_link(text);
        }
    }

    #[test]
    fn no_change_of_node_link_panics(graph in graphs(), cuts in prop::collection::vec((0..1000_usize, any::<u8>()), 1..5)) {
        let mut text = write_node_link(&graph).into_bytes();
        for (at, byte) in cuts {
            let at = at % text.len();
            text[at] = byte;
        }
        let (graph, _) = read_node_link(&String::from_utf8_lossy(&text));
        prop_assert!(graph.graph().is_ok());
        prop_assert!(graph.features.len() == graph.nodes * graph.width);
        prop_assert!(graph.classes.is_empty() || graph.classes.len() == graph.nodes);
    }

    #[test]
    fn any_graph_is_written_and_read_again(graph in graphs()) {
        let repeated = usize::from(graph.repeated() > 0);
        let (again, notes) = read_node_link(&write_node_link(&graph));
        prop_assert_eq!(&again, &graph);
        prop_assert_eq!(notes.len(), repeated);
        let (again, notes) = read_edge_list(&write_edge_list(&graph));
        prop_assert_eq!(notes.len(), repeated, "{:?}", notes);
        prop_assert_eq!((again.nodes, again.edges, again.weights), (graph.nodes, graph.edges, graph.weights));
        prop_assert_eq!((again.names, again.directed), (graph.names, graph.directed));
    }
}
