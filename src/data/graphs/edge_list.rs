//! Lists of edges: a line for each.

use super::GraphData;
use super::read::{Reading, finite, quoted};
use crate::explain::read_number;

const DIRECTED: &str = "# directed";
const NODE: &str = "# node ";
/// What a heading calls both ends of an edge.
const HEADINGS: [[&str; 2]; 3] = [["source", "target"], ["from", "to"], ["src", "dst"]];

/// Reads a list of edges, `source,target` or `source,target,weight` in each line, and says which lines are none.
///
/// What separates is what the first line has: tabs, commas, semicolons, or any white space. Names that hold it stand in
/// quotation marks. Nodes are names or numbers; where all are whole numbers, they are sorted. A first line that calls the ends
/// source and target, or has names where the next has numbers, is a heading. Lines that begin with `#` mean nothing, but for `# directed` (edges lead both ways without it) and
/// `# node a`, for nodes that no edge leads to. Of the first nodes and edges, as many are kept as the limits allow.
///
/// ```
/// let (graph, notes) = layerscope::data::graphs::read_edge_list("a,b\na,,b\n");
/// assert_eq!((graph.nodes, graph.edges), (2, vec![(0, 1)]));
/// assert_eq!(notes, ["line 2: “a,,b” is no edge; it takes source, target"]);
/// ```
pub fn read_edge_list(text: &str) -> (GraphData, Vec<String>) {
    let mut reading = Reading::default();
    let mut separator = None;
    for (at, line) in text.trim_start_matches('\u{feff}').lines().enumerate() {
        let number = (at + 1).to_string();
        if line.starts_with('#') {
            match line.strip_prefix(NODE) {
                Some(name) => {
                    if reading.node(name.trim()).is_none() {
                        reading.note(&["line ", &number, ": there is no room for the node ", &quoted(name.trim())]);
                    }
                }
                None => reading.graph.directed |= line.trim_end() == DIRECTED,
            }
            continue;
        }
        if line.trim().is_empty() {
            continue;
        }
        let is_first = separator.is_none();
        let head = line.split('{').next().unwrap_or_default();
        let separator = *separator
            .get_or_insert_with(|| ['\t', ',', ';'].into_iter().find(|&mark| head.contains(mark)).unwrap_or(' '));
        let fields = fields(line, separator);
        let ends = [0, 1].map(|end| fields.get(end).map_or("", String::as_str));
        let is_called = |heading: &[&str; 2]| (0..2).all(|end| ends[end].eq_ignore_ascii_case(heading[end]));
        if is_first && HEADINGS.iter().any(is_called) {
            continue;
        }
        let is_number = |name: &str| name.parse::<u64>().is_ok();
        if is_first && !ends.into_iter().any(is_number) {
            let next = text.lines().skip(at + 1).find(|line| !line.starts_with('#') && !line.trim().is_empty());
            let next = next.map(|line| self::fields(line, separator)).unwrap_or_default();
            if next.len() > 1 && next[..2].iter().all(|name| is_number(name)) {
                reading.note(&["line ", &number, ": ", &quoted(line.trim()), " is taken as a heading"]);
                continue;
            }
        }
        if ends.contains(&"") {
            reading.note(&["line ", &number, ": ", &quoted(line.trim()), " is no edge; it takes source, target"]);
            continue;
        }
        // NetworkX writes what it knows about an edge as a dictionary, such as {} or {'weight': 4}.
        let third = fields.get(2).map_or("", String::as_str);
        let is_dictionary = third.starts_with('{');
        let told = match line.split_once("'weight':") {
            Some((_, after)) if is_dictionary => after.split([',', '}']).next().unwrap_or_default().trim(),
            _ if is_dictionary => "",
            _ => third,
        };
        let weight = read_number(told).and_then(finite);
        if weight.is_none() && !told.is_empty() {
            reading.note(&["line ", &number, ": the weight ", &quoted(told), " is no number; it is taken as 1"]);
        } else if fields.len() > 3 && !is_dictionary {
            reading.note(&["line ", &number, ": what follows the weight is left out: ", &quoted(&fields[3])]);
        }
        let ends = (reading.node(ends[0]), reading.node(ends[1]));
        reading.edge(ends, weight);
    }
    sort(&mut reading.graph);
    reading.finish()
}

/// What is between the separators of a line, but for white space around it. In quotation marks, separators are letters, and
/// two quotation marks are one.
fn fields(line: &str, separator: char) -> Vec<String> {
    let mut fields = Vec::new();
    let mut field = String::new();
    let (mut inside, mut before) = (false, ' ');
    for letter in line.chars() {
        if letter == '"' {
            inside = !inside;
            if inside && before == '"' {
                field.push('"');
            }
        } else if inside || (letter != separator && !(separator == ' ' && letter.is_whitespace())) {
            field.push(letter);
        } else if separator != ' ' || !field.is_empty() {
            fields.push(field.trim().to_owned());
            field.clear();
        }
        before = letter;
    }
    if separator != ' ' || !field.is_empty() {
        fields.push(field.trim().to_owned());
    }
    fields
}

/// Sorts nodes that are called by whole numbers.
fn sort(graph: &mut GraphData) {
    let mut order = Vec::new();
    for (node, name) in (0_u32..).zip(&graph.names) {
        match name.parse::<u64>() {
            Ok(number) if number.to_string() == *name => order.push((number, node)),
            _ => return,
        }
    }
    order.sort_unstable();
    let mut places = vec![0; order.len()];
    for (place, (number, node)) in (0_u32..).zip(order) {
        places[node as usize] = place;
        graph.names[place as usize] = number.to_string();
    }
    for (from, to) in &mut graph.edges {
        (*from, *to) = (places[*from as usize], places[*to as usize]);
    }
}

/// Writes the edges of a graph such that [`read_edge_list`] reads them again, with the same nodes. Features, classes and places
/// have no room in it.
pub fn write_edge_list(graph: &GraphData) -> String {
    let mut beside = vec![false; graph.nodes];
    for &(from, to) in &graph.edges {
        [from, to].into_iter().for_each(|end| beside[end as usize] = true);
    }
    // A name of several lines is written in one.
    let line = |name: String| name.replace(['\n', '\r'], " ");
    let mut text = String::new();
    if graph.directed {
        text.push_str(DIRECTED);
        text.push('\n');
    }
    for node in (0..graph.nodes).filter(|&node| !graph.names.is_empty() || !beside[node]) {
        text.extend([NODE, &line(graph.name(node)), "\n"]);
    }
    text.push_str(if graph.weights.is_empty() { "source,target\n" } else { "source,target,weight\n" });
    let written = |node: u32| {
        let name = line(graph.name(node as usize));
        match name.contains([',', '"']) || name.starts_with('#') {
            true => ["\"", &name.replace('"', "\"\""), "\""].concat(),
            false => name,
        }
    };
    for (edge, &(from, to)) in graph.edges.iter().enumerate() {
        text.extend([&written(from), ",", &written(to)]);
        if let Some(weight) = graph.weights.get(edge) {
            text.extend([",", &weight.to_string()]);
        }
        text.push('\n');
    }
    text
}
