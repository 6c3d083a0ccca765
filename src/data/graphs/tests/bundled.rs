use super::super::*;

fn drawn(kind: Bundled) -> GraphData {
    kind.draw(&kind.recipe())
}

fn citations(recipe: Recipe) -> GraphData {
    Bundled::Citations.draw(&recipe)
}

#[test]
fn every_graph_is_whole() {
    for kind in Bundled::ALL {
        let graph = drawn(kind);
        assert_eq!(Bundled::named(kind.name()), Some(kind));
        assert!(kind.source().ends_with('.') && graph.nodes > 0);
        assert_eq!(graph.feature_matrix().shape(), [graph.nodes, graph.width]);
        assert_eq!(graph.features.len(), graph.nodes * graph.width);
        assert!([0, graph.nodes].contains(&graph.classes.len()) && [0, graph.nodes].contains(&graph.names.len()));
        assert_eq!(graph.repeated(), 0);
        let layers = graph.graph().unwrap();
        assert_eq!((layers.nodes(), layers.edges().len()), (graph.nodes, 2 * graph.edges.len()));
        // None, one, and more than there is room for.
        for size in [0, 1, usize::MAX] {
            let recipe = Recipe { nodes: size, edges: size, rows: size, columns: size, classes: size, ..kind.recipe() };
            let graph = kind.draw(&recipe);
            assert!(
                graph.nodes <= MOST_DRAWN && graph.edges.len() <= MOST_DRAWN_EDGES && graph.graph().is_ok(),
                "{kind:?} {size}"
            );
        }
    }
    assert_eq!(Bundled::named("no such graph"), None);
}

#[test]
fn the_path_is_that_of_the_lecture() {
    let path = drawn(Bundled::Path);
    let adjacency = path.graph().unwrap().adjacency().into_dimensionality::<ndarray::Ix2>().unwrap();
    assert_eq!(adjacency, ndarray::array![[0.0, 1.0, 0.0], [1.0, 0.0, 1.0], [0.0, 1.0, 0.0]]);
    let matrix = path.feature_matrix().into_dimensionality::<ndarray::Ix2>().unwrap();
    assert_eq!(adjacency.dot(&matrix), ndarray::array![[1.0, 3.0], [5.0, 5.0], [1.0, 3.0]]);
    let averages = &adjacency / &adjacency.sum_axis(ndarray::Axis(1)).insert_axis(ndarray::Axis(1));
    let hidden = ndarray::arr2(&PATH_H);
    assert_eq!(averages.dot(&hidden), ndarray::array![[3.0, 4.0], [3.0, 4.0], [3.0, 4.0]]);
}

#[test]
fn the_club_is_that_of_zachary() {
    let club = drawn(Bundled::Karate);
    assert_eq!((club.nodes, club.edges.len(), club.class_count()), (34, 78, 2));
    assert_eq!(club.classes.iter().filter(|&&class| class == 0).count(), 17);
    assert_eq!(
        (club.name(0), club.name(33), club.name(5)),
        ("Mr. Hi".to_owned(), "Officer".to_owned(), "5".to_owned())
    );
    assert_eq!([0, 8, 9, 33].map(|member| club.classes[member]), [0, 0, 1, 1]);
    // The degrees in the order of the members, as they are in NetworkX.
    let degrees =
        [16, 9, 10, 6, 3, 4, 4, 4, 5, 2, 3, 1, 2, 5, 2, 2, 2, 2, 2, 3, 2, 2, 2, 5, 3, 3, 2, 4, 3, 4, 4, 6, 12, 17];
    let graph = club.graph().unwrap();
    assert!((0..34).all(|node| graph.outgoing(node).len() == degrees[node]));
    assert_eq!(club.with_identity().feature_matrix(), ndarray::Array2::<f32>::eye(34).into_dyn());
}

#[test]
fn the_molecule_is_caffeine() {
    let molecule = drawn(Bundled::Molecule);
    assert_eq!((molecule.nodes, molecule.edges.len()), (14, 15));
    // C8 N4 O2, one number each.
    let counts = [0, 1, 2].map(|class| molecule.classes.iter().filter(|&&element| element == class).count());
    assert_eq!(counts, [8, 4, 2]);
    assert_eq!(molecule.names[..3], ["C1", "N2", "C3"]);
    let graph = molecule.graph().unwrap();
    // Oxygens end; three nitrogens have three neighbours, one has two.
    for node in 0..14 {
        let (element, degree) = (molecule.classes[node], graph.outgoing(node).len());
        assert!(match element {
            1 => degree == if node == 3 { 2 } else { 3 },
            2 => degree == 1,
            _ => (1..=3).contains(&degree),
        });
        assert_eq!(molecule.features[3 * node + usize::from(element)], 1.0);
    }
    assert_eq!(molecule.features.iter().sum::<f32>(), 14.0);
    assert!(graph.hops(0).iter().all(Option::is_some));
}

#[test]
fn shapes_have_the_edges_they_should() {
    let of = |kind: Bundled, nodes| kind.draw(&Recipe { nodes, ..kind.recipe() }).edges;
    assert_eq!(of(Bundled::Ring, 4), [(0, 1), (1, 2), (2, 3), (3, 0)]);
    assert_eq!(of(Bundled::Ring, 2), [(0, 1)]);
    assert_eq!(of(Bundled::Star, 4), [(0, 1), (0, 2), (0, 3)]);
    assert_eq!(of(Bundled::Path, 4), [(0, 1), (1, 2), (2, 3)]);
    let grid = Bundled::Grid.draw(&Recipe { rows: 2, columns: 3, ..Recipe::default() });
    assert_eq!(grid.edges, [(0, 1), (0, 3), (1, 2), (1, 4), (2, 5), (3, 4), (4, 5)]);
    assert_eq!(grid.places.unwrap()[5], [1.0, 0.5]);
    assert_eq!(grid.features, [0.0, 0.0, 0.0, 0.0, 1.0, 0.0]);
}

#[test]
fn chance_follows_the_seed() {
    let large = Recipe { nodes: 10_000, edges: 100_000, ..Recipe::default() };
    let graph = Bundled::Random.draw(&large);
    assert_eq!((graph.nodes, graph.edges.len(), graph.repeated()), (10_000, 100_000, 0));
    assert!(graph.edges.iter().all(|(from, to)| from < to));
    assert_eq!(Bundled::Random.draw(&large), graph);
    assert_ne!(Bundled::Random.draw(&Recipe { seed: 2, ..large }), graph);
    let full = Bundled::Random.draw(&Recipe { nodes: 9, edges: 36, ..large });
    assert_eq!(full.edges.len(), 36, "the complete graph");
}

#[test]
fn citations_are_as_homophilous_as_asked() {
    let recipe = Recipe { nodes: 2000, classes: 4, degree: 10.0, ..Bundled::Citations.recipe() };
    for homophily in [0.0, 0.1, 0.25, 0.5, 0.9, 1.0] {
        let graph = citations(Recipe { homophily, ..recipe });
        assert_eq!((graph.edges.len(), graph.repeated(), graph.class_count()), (10_000, 0, 4));
        assert!((graph.homophily() - homophily).abs() < 0.02, "{homophily} {}", graph.homophily());
    }
    // A slider moves few edges.
    let [left, right] = [0.6, 0.65].map(|homophily| citations(Recipe { homophily, ..recipe }));
    let kept = left.edges.iter().filter(|edge| right.edges.contains(edge)).count();
    assert!(kept > 9300, "{kept}");
    assert_eq!(left.features, right.features);
    // Without noise, features are classes.
    let clean = citations(Recipe { noise: 0.0, ..recipe });
    let is_own = |node: usize| clean.features[4 * node + usize::from(clean.classes[node])] == 1.0;
    assert!((0..2000).all(is_own) && clean.features.iter().sum::<f32>() == 2000.0);
    // One class has no edges to others, and a tiny graph no room for all.
    assert!(citations(Recipe { classes: 1, homophily: 0.0, ..recipe }).edges.is_empty());
    let tiny = citations(Recipe { nodes: 6, classes: 2, degree: 5.0, homophily: 1.0, ..recipe });
    assert_eq!(tiny.edges.len(), 6, "two triangles");
}
