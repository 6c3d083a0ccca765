//! The graphs that are known, edge by edge.

use super::GraphData;

/// Zachary's karate club. The members are numbered from 0; 0 is the teacher, 33 the club's president.
pub fn karate() -> GraphData {
    const EDGES: [&[u8]; 34] = [
        &[1, 2, 3, 4, 5, 6, 7, 8, 10, 11, 12, 13, 17, 19, 21, 31],
        &[2, 3, 7, 13, 17, 19, 21, 30],
        &[3, 7, 8, 9, 13, 27, 28, 32],
        &[7, 12, 13],
        &[6, 10],
        &[6, 10, 16],
        &[16],
        &[],
        &[30, 32, 33],
        &[33],
        &[],
        &[],
        &[],
        &[33],
        &[32, 33],
        &[32, 33],
        &[],
        &[],
        &[32, 33],
        &[33],
        &[32, 33],
        &[],
        &[32, 33],
        &[25, 27, 29, 32, 33],
        &[25, 27, 31],
        &[31],
        &[29, 33],
        &[33],
        &[31, 33],
        &[32, 33],
        &[32, 33],
        &[32, 33],
        &[33],
        &[],
    ];
    const TEACHERS: [usize; 17] = [0, 1, 2, 3, 4, 5, 6, 7, 8, 10, 11, 12, 13, 16, 17, 19, 21];
    let mut edges = Vec::new();
    for (from, targets) in (0..).zip(EDGES) {
        edges.extend(targets.iter().map(|&to| (from, u32::from(to))));
    }
    let mut names: Vec<String> = (0..34).map(|member: usize| member.to_string()).collect();
    names[0] = "Mr. Hi".to_owned();
    names[33] = "Officer".to_owned();
    let classes = (0..34).map(|member| u8::from(!TEACHERS.contains(&member))).collect();
    GraphData { names, classes, ..GraphData::of(34, edges) }
}

/// Caffeine; the atoms in the order of the SMILES.
pub fn molecule() -> GraphData {
    const ATOMS: &[u8; 14] = b"CNCNCCCONCONCC";
    const ELEMENTS: &[u8; 3] = b"CNO";
    const BONDS: [(u32, u32); 15] = [
        (0, 1),
        (1, 2),
        (2, 3),
        (3, 4),
        (4, 5),
        (1, 5),
        (5, 6),
        (6, 7),
        (6, 8),
        (8, 9),
        (9, 10),
        (9, 11),
        (4, 11),
        (11, 12),
        (8, 13),
    ];
    let mut graph = GraphData { width: 3, ..GraphData::of(14, BONDS.to_vec()) };
    for (number, atom) in (1..=14_usize).zip(ATOMS) {
        graph.names.push([&String::from(char::from(*atom)), number.to_string().as_str()].concat());
        graph.features.extend(ELEMENTS.map(|element| f32::from(u8::from(element == *atom))));
        graph.classes.push(ELEMENTS.iter().position(|element| element == atom).unwrap_or(0) as u8);
    }
    graph
}
