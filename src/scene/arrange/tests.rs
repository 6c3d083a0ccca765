use super::tree::{Tree, repulsion};
use super::*;
use crate::data::graphs::{Bundled, GraphData, Recipe};
use crate::data::random::Random;

fn drawn(kind: Bundled, nodes: usize, rows: usize) -> GraphData {
    kind.draw(&Recipe { nodes, rows, columns: rows, ..kind.recipe() })
}

fn arranged(graph: &GraphData) -> Vec<[f32; 2]> {
    Forces::new(graph.nodes, &graph.edges, 1).run(150)
}

fn distance(a: [f32; 2], b: [f32; 2]) -> f32 {
    ((a[0] - b[0]).powi(2) + (a[1] - b[1]).powi(2)).sqrt()
}

/// How long edges are, the shortest first.
fn lengths(graph: &GraphData, places: &[[f32; 2]]) -> Vec<f32> {
    let length = |&(a, b): &(u32, u32)| distance(places[a as usize], places[b as usize]);
    let mut lengths: Vec<f32> = graph.edges.iter().map(length).collect();
    lengths.sort_by(f32::total_cmp);
    lengths
}

fn nearest(places: &[[f32; 2]]) -> f32 {
    let others = |at: usize| places[..at].iter().map(move |&other| distance(places[at], other));
    (1..places.len()).flat_map(others).fold(f32::INFINITY, f32::min)
}

fn are_inside(places: &[[f32; 2]]) -> bool {
    places.iter().flatten().all(|x| (-1e-5..=1.0 + 1e-5).contains(x))
}

#[test]
fn circles_and_rasters_fill_the_square() {
    let circle = circle(4);
    for (place, expected) in circle.iter().zip([[0.5, 0.0], [1.0, 0.5], [0.5, 1.0], [0.0, 0.5]]) {
        assert!(distance(*place, expected) < 1e-6, "{circle:?}");
    }
    assert_eq!(raster(4), [[0.0, 0.0], [1.0, 0.0], [0.0, 1.0], [1.0, 1.0]]);
    assert_eq!(raster(5)[4], [0.5, 0.75], "as wide as long");
    for arrange in [super::circle, raster] {
        assert_eq!((arrange(0), arrange(1)), (vec![], vec![[0.5, 0.5]]));
        assert!(are_inside(&arrange(37)) && nearest(&arrange(37)) > 0.05);
    }
    let mut places = [[10.0, -3.0], [14.0, -1.0]];
    fit(&mut places);
    assert_eq!(places, [[0.0, 0.25], [1.0, 0.75]]);
    let mut odd = [[f32::NAN, 1.0], [f32::INFINITY, 2.0]];
    fit(&mut odd);
    assert!(are_inside(&odd));
}

#[test]
fn small_graphs_look_as_they_are() {
    for (name, graph, spread) in [
        ("ring", drawn(Bundled::Ring, 8, 0), 1.02),
        ("star", drawn(Bundled::Star, 7, 0), 1.02),
        ("path", drawn(Bundled::Path, 5, 0), 1.2),
        ("grid", drawn(Bundled::Grid, 0, 4), 1.2),
        ("molecule", drawn(Bundled::Molecule, 0, 0), 1.6),
        ("karate", drawn(Bundled::Karate, 0, 0), 7.0),
    ] {
        let places = arranged(&graph);
        let lengths = lengths(&graph, &places);
        let (shortest, median, longest) = (lengths[0], lengths[lengths.len() / 2], lengths[lengths.len() - 1]);
        assert!(longest / shortest < spread, "{name}: {shortest} {longest}");
        assert!(nearest(&places) > median / 3.0, "{name}: {} {median}", nearest(&places));
        assert!(are_inside(&places), "{name}");
        let again = Forces::new(graph.nodes, &graph.edges, 1).run(150);
        assert_eq!(places, again, "{name}");
    }
}

#[test]
fn graphs_lie_level_and_begin_at_the_top_left() {
    let path = arranged(&drawn(Bundled::Path, 5, 0));
    assert!(path.windows(2).all(|pair| pair[0][0] < pair[1][0]), "{path:?}");
    assert!(path.iter().all(|place| (place[1] - 0.5).abs() < 0.05), "{path:?}");
    let ring = arranged(&drawn(Bundled::Ring, 8, 0));
    assert!(ring[0][1] < 0.01 && ring[1][0] > ring[0][0], "{ring:?}");
    let grid = arranged(&drawn(Bundled::Grid, 0, 4));
    assert!(distance(grid[0], [0.0, 0.0]) < 0.05 && distance(grid[15], [1.0, 1.0]) < 0.05, "{grid:?}");
}

#[test]
fn halves_of_the_club_are_apart() {
    let club = drawn(Bundled::Karate, 0, 0);
    let places = arranged(&club);
    let middle = |class: u8| {
        let of_class = |&node: &usize| club.classes[node] == class;
        [0, 1].map(|axis| (0..34).filter(of_class).map(|node| places[node][axis]).sum::<f32>() / 17.0)
    };
    assert!(distance(middle(0), middle(1)) > 0.25);
}

#[test]
fn parts_stay_near_each_other() {
    // Two rings, a pair, and some on their own.
    let mut edges: Vec<(u32, u32)> = Vec::new();
    for start in [0, 12] {
        edges.extend((0..12).map(|at| (start + at, start + (at + 1) % 12)));
    }
    edges.push((24, 25));
    let graph = GraphData::of(32, edges);
    let places = arranged(&graph);
    let lengths = lengths(&graph, &places);
    assert!(lengths[0] > 0.03 && nearest(&places) > 0.03, "{lengths:?} {}", nearest(&places));
    let nobody = Forces::new(400, &[], 1).run(150);
    assert!(are_inside(&nobody) && nearest(&nobody) > 0.01, "{}", nearest(&nobody));
}

#[test]
fn no_graph_breaks_it() {
    for (nodes, edges) in [
        (0, vec![]),
        (0, vec![(0, 0)]),
        (1, vec![(0, 0), (0, 7)]),
        (2, vec![]),
        (2, vec![(0, 1), (1, 0), (0, 1), (1, 1)]),
        (3, vec![(u32::MAX, 0), (0, 2)]),
        (300, (1..300).map(|leaf| (0, leaf)).collect()),
    ] {
        let places = Forces::new(nodes, &edges, 1).run(1000);
        assert!(places.len() == nodes && are_inside(&places), "{nodes}");
        assert!(nodes < 2 || nearest(&places) > 0.0, "{nodes}");
    }
}

#[test]
fn a_tree_pushes_nearly_as_all_nodes_do() {
    let mut random = Random::new(3);
    let mut places: Vec<[f32; 2]> = (0..600).map(|_| [random.normal() as f32 * 9.0, random.normal() as f32]).collect();
    // A crowd in one place.
    places.extend([[1.0, 1.0]; 50]);
    let mut tree = Tree::default();
    tree.fill(&places);
    let (mut wrong, mut all) = (0.0, 0.0);
    for &[x, y] in &places {
        let mut exact = [0.0; 2];
        for other in &places {
            let away = [x - other[0], y - other[1]];
            let by = repulsion(away[0] * away[0] + away[1] * away[1]);
            exact = [exact[0] + by * away[0], exact[1] + by * away[1]];
        }
        wrong += distance(tree.push([x, y]), exact);
        all += distance(exact, [0.0; 2]);
    }
    assert!(wrong < 0.05 * all, "{wrong} of {all}");
}

#[test]
fn however_a_step_is_cut_nodes_come_to_the_same_places() {
    let graph = Bundled::Random.draw(&Recipe { nodes: 1300, edges: 4000, ..Recipe::default() });
    let mut cut = Forces::new(graph.nodes, &graph.edges, 1);
    let mut pieces = 0;
    while cut.steps() < 20 {
        cut.piece();
        pieces += 1;
    }
    assert!(pieces > 40, "{pieces}");
    assert_eq!(cut.places(), Forces::new(graph.nodes, &graph.edges, 1).run(20));
}

#[test]
fn a_large_graph_comes_to_rest() {
    let graph = Bundled::Random.draw(&Recipe { nodes: 10_000, edges: 100_000, ..Recipe::default() });
    let start = web_time::Instant::now();
    let mut forces = Forces::new(graph.nodes, &graph.edges, 1);
    let mut steps = 1;
    while forces.step() {
        steps += 1;
    }
    assert!(steps <= 150, "{steps}");
    assert!(are_inside(&forces.places()));
    // It takes few seconds; with n² pushes for a step, it would be minutes.
    assert!(start.elapsed().as_secs() < 60, "{:?}", start.elapsed());
}

#[test]
fn discs_lie_beside_each_other() {
    let groups = [(0..40).collect(), (40..100).collect(), (100..120).collect::<Vec<u32>>()];
    let places = discs(120, &groups);
    assert!(places.iter().flatten().all(|at| (0.0..=1.0).contains(at)));
    let middle = |group: &[u32]| {
        let sum = |axis: usize| group.iter().map(|&node| places[node as usize][axis]).sum::<f32>() / group.len() as f32;
        [sum(0), sum(1)]
    };
    let far = |[x, y]: [f32; 2], [u, v]: [f32; 2]| (x - u).hypot(y - v);
    for (at, group) in groups.iter().enumerate() {
        let nearest =
            |place| (0..3).min_by(|a, b| far(middle(&groups[*a]), place).total_cmp(&far(middle(&groups[*b]), place)));
        assert!(group.iter().all(|&node| nearest(places[node as usize]) == Some(at)), "a node is in its disc");
    }
}
