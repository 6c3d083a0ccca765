//! Graphs as JSON, in the node-link form that NetworkX writes.

use serde_json::Value;

use super::read::{Reading, finite, quoted};
use super::{GraphData, MAX_FEATURES, MAX_NODES};
use crate::data::{json_text, object, read_json};
use crate::explain::decimal;

/// Reads node-link JSON, and says what in it cannot be read.
///
/// `{"directed": false, "nodes": [{"id": 0, "features": [1.5], "class": 1, "x": 0, "y": 0}], "links": [{"source": 0, "target": 1,
/// "weight": 1}]}`, or `edges` in place of `links`. Whatever else stands there means nothing here; what a node or an edge does
/// not tell, it need not. Features that are missing are 0, classes too; nodes have places where all have.
///
/// Source: <https://networkx.org/documentation/stable/reference/readwrite/json_graph.html>
pub fn read_node_link(text: &str) -> (GraphData, Vec<String>) {
    let mut reading = Reading::default();
    let all = match read_json(text.trim_start_matches('\u{feff}')) {
        Ok(all) => all,
        Err(error) => {
            reading.note(&["it is no JSON: ", &error]);
            return reading.finish();
        }
    };
    reading.graph.directed = all["directed"].as_bool().unwrap_or(false);
    let listed = |keys: [&str; 2]| keys.into_iter().find_map(|key| all[key].as_array());
    match listed(["nodes"; 2]) {
        Some(nodes) => read_nodes(nodes, &mut reading),
        None => reading.note(&["it has no list “nodes”"]),
    }
    match listed(["links", "edges"]) {
        Some(links) => read_links(links, &mut reading),
        None => reading.note(&["it has no list “links”, nor “edges”"]),
    }
    reading.finish()
}

/// What a node is called: a text, or a number.
fn called(id: &Value) -> Option<String> {
    match id {
        Value::String(name) => Some(name.clone()),
        Value::Number(_) => Some(json_text(id)),
        _ => None,
    }
}

fn read_nodes(nodes: &[Value], reading: &mut Reading) {
    if nodes.len() > MAX_NODES {
        let [most, all] = [MAX_NODES, nodes.len()].map(|count| count.to_string());
        reading.note(&["the first ", &most, " nodes are read, of ", &all]);
    }
    let mut rows: Vec<Vec<f32>> = Vec::new();
    let mut places = Vec::new();
    let (mut is_classed, mut is_ragged) = (false, false);
    for (at, node) in nodes.iter().take(MAX_NODES).enumerate() {
        let name = called(&node["id"]).unwrap_or_else(|| at.to_string());
        let tell = |reading: &mut Reading, what: &str| reading.note(&["node ", &quoted(&name), ": ", what]);
        if reading.known(&name).is_some() || reading.node(&name).is_none() {
            tell(reading, "it is there already; this one is left out");
            continue;
        }
        let class = &node["class"];
        let number = class.as_u64().and_then(|class| u8::try_from(class).ok());
        if number.is_none() && !class.is_null() {
            tell(reading, "its class is no whole number from 0 to 255; it is taken as 0");
        }
        is_classed |= number.is_some();
        reading.graph.classes.push(number.unwrap_or(0));

        let told = node["features"].as_array().map_or(&[][..], Vec::as_slice);
        if told.len() > MAX_FEATURES {
            tell(reading, &["its first ", &MAX_FEATURES.to_string(), " features are read"].concat());
        }
        let feature = |told: &Value| told.as_f64().and_then(finite);
        if told.iter().any(|told| feature(told).is_none())
            || !(node["features"].is_null() || node["features"].is_array())
        {
            tell(reading, "its features are not all numbers; what is none is taken as 0");
        }
        let row: Vec<f32> = told.iter().take(MAX_FEATURES).map(|told| feature(told).unwrap_or(0.0)).collect();
        is_ragged |= rows.first().is_some_and(|first| first.len() != row.len());
        rows.push(row);
        let [x, y] = ["x", "y"].map(|axis| node[axis].as_f64().and_then(finite));
        if let (Some(x), Some(y)) = (x, y) {
            places.push([x, y]);
        }
    }
    if is_ragged {
        reading.note(&["some nodes have more features than others; what is missing is taken as 0"]);
    }
    let graph = &mut reading.graph;
    graph.width = rows.iter().map(Vec::len).max().unwrap_or(0);
    for mut row in rows {
        row.resize(graph.width, 0.0);
        graph.features.extend(row);
    }
    if !is_classed {
        graph.classes.clear();
    }
    if places.len() == graph.nodes {
        graph.places = Some(places).filter(|places| !places.is_empty());
    } else if !places.is_empty() {
        reading.note(&["not all nodes have a place, x and y; none is read"]);
    }
}

fn read_links(links: &[Value], reading: &mut Reading) {
    for (at, link) in links.iter().enumerate() {
        let ends = ["source", "target"].map(|end| called(&link[end]));
        let [Some(from), Some(to)] = ends else {
            reading.note(&["link ", &at.to_string(), " is no edge; it takes source, target"]);
            continue;
        };
        if let Some(lost) = [&from, &to].into_iter().find(|end| reading.known(end).is_none()) {
            reading.note(&["link ", &at.to_string(), ": ", &quoted(lost), " is no node; the edge is left out"]);
            continue;
        }
        let weight = link["weight"].as_f64().and_then(finite);
        if weight.is_none() && !link["weight"].is_null() {
            reading.note(&["link ", &at.to_string(), ": its weight is no number; it is taken as 1"]);
        }
        let ends = (reading.known(&from), reading.known(&to));
        reading.edge(ends, weight);
    }
}

/// Writes a graph such that [`read_node_link`] and NetworkX read all of it again.
pub fn write_node_link(graph: &GraphData) -> String {
    let id = |node: usize| match graph.names.get(node) {
        Some(name) => Value::from(name.as_str()),
        None => Value::from(node),
    };
    let node = |at: usize| {
        let mut node = vec![("id", id(at))];
        if graph.width > 0 {
            let row = graph.features.get(at * graph.width..(at + 1) * graph.width).unwrap_or_default();
            node.push(("features", row.iter().map(|&feature| number(feature)).collect()));
        }
        if let Some(&class) = graph.classes.get(at) {
            node.push(("class", class.into()));
        }
        if let Some([x, y]) = graph.places.as_ref().and_then(|places| places.get(at)) {
            node.extend([("x", number(*x)), ("y", number(*y))]);
        }
        object(node)
    };
    let link = |at: usize| {
        let (from, to) = graph.edges[at];
        let mut link = vec![("source", id(from as usize)), ("target", id(to as usize))];
        if let Some(&weight) = graph.weights.get(at) {
            link.push(("weight", number(weight)));
        }
        object(link)
    };
    let nodes: Value = (0..graph.nodes).map(node).collect();
    let links: Value = (0..graph.edges.len()).map(link).collect();
    json_text(&object(vec![
        ("directed", graph.directed.into()),
        // NetworkX keeps one of several edges between the same nodes, where it is not told.
        ("multigraph", (graph.repeated() > 0).into()),
        ("graph", object(Vec::new())),
        ("nodes", nodes),
        ("links", links),
    ]))
}

/// In single precision, with no more figures than that has.
fn number(number: f32) -> Value {
    Value::from(decimal(number))
}
