use super::*;

/// There and back.
fn mutual(nodes: usize, pairs: impl IntoIterator<Item = (usize, usize)>) -> Graph {
    let edges: Vec<_> = pairs.into_iter().flat_map(|(a, b)| [(a, b), (b, a)]).collect();
    Graph::new(nodes, &edges).unwrap()
}

fn cycle(nodes: usize) -> Graph {
    mutual(nodes, (0..nodes).map(|node| (node, (node + 1) % nodes)))
}

fn star(leaves: usize) -> Graph {
    mutual(leaves + 1, (1..=leaves).map(|leaf| (0, leaf)))
}

fn complete(nodes: usize) -> Graph {
    mutual(nodes, (0..nodes).flat_map(|a| (0..a).map(move |b| (a, b))))
}

fn close(left: &[f64], right: &[f64]) {
    let far = left.iter().zip(right).any(|(a, b)| (a - b).abs() > 1e-9);
    assert!(!far && left.len() == right.len(), "{left:?} {right:?}");
}

/// Solves `M x = b` by elimination; M row by row.
fn solved(mut matrix: Vec<Vec<f64>>, mut right: Vec<f64>) -> Vec<f64> {
    let size = right.len();
    for at in 0..size {
        let pivot = (at..size).max_by(|&a, &b| matrix[a][at].abs().total_cmp(&matrix[b][at].abs())).unwrap();
        matrix.swap(at, pivot);
        right.swap(at, pivot);
        for row in (0..size).filter(|&row| row != at) {
            let factor = matrix[row][at] / matrix[at][at];
            let upper = matrix[at].clone();
            matrix[row].iter_mut().zip(upper).for_each(|(x, upper)| *x -= factor * upper);
            right[row] -= factor * right[at];
        }
    }
    (0..size).map(|at| right[at] / matrix[at][at]).collect()
}

#[test]
fn neighbours_come_in_the_order_of_the_edges() {
    let graph = Graph::new(4, &[(2, 0), (0, 1), (2, 0), (2, 2), (1, 0)]).unwrap();
    let told = |links: &[Link]| links.iter().map(|link| (link.node, link.edge)).collect::<Vec<_>>();
    assert_eq!((graph.nodes(), graph.edges().len()), (4, 5));
    assert_eq!(told(graph.incoming(0)), [(2, 0), (2, 2), (1, 4)]);
    assert_eq!(told(graph.outgoing(2)), [(0, 0), (0, 2), (2, 3)]);
    assert!(graph.outgoing(3).is_empty() && graph.incoming(3).is_empty());
    assert!(graph.outgoing(4).is_empty() && graph.outgoing(usize::MAX).is_empty());
    let adjacency = graph.adjacency();
    assert_eq!(adjacency.shape(), [4, 4]);
    assert_eq!((adjacency[[2, 0]], adjacency[[0, 2]], adjacency.sum()), (2.0, 0.0, 5.0));
    let reversed = graph.reversed();
    assert_eq!(reversed, Graph::new(4, &[(0, 2), (1, 0), (0, 2), (2, 2), (0, 1)]).unwrap());
    assert_eq!(reversed.adjacency(), adjacency.t().as_standard_layout().into_owned());
    assert_eq!(reversed.reversed(), graph);
}

#[test]
fn loops_are_added_where_there_are_none() {
    let graph = Graph::new(3, &[(1, 1), (0, 1), (1, 1)]).unwrap().with_self_loops();
    assert_eq!(graph.edges(), [(1, 1), (0, 1), (1, 1), (0, 0), (2, 2)]);
    assert_eq!(graph.with_self_loops(), graph);
}

#[test]
fn edges_lead_to_nodes_that_are_there() {
    let error = Graph::new(3, &[(0, 1), (1, 3)]).unwrap_err();
    assert_eq!(error, Misfit::Edge { edge: 1, from: 1, to: 3, nodes: 3 }.into());
    assert_eq!(error.to_string(), "edge 1 leads from node 1 to node 3, but there are 3 nodes, counted from 0");
    assert_eq!(error.code(), "value");
    assert!(matches!(Graph::new(usize::MAX, &[]).unwrap_err().misfit(), Misfit::TooLarge { .. }));
    let empty = Graph::new(0, &[]).unwrap();
    assert_eq!((empty.nodes(), empty.adjacency().len(), empty.with_self_loops().nodes()), (0, 0, 0));
    assert_eq!(empty.pagerank(0, 0.5, 0.0), (vec![], 0));
    let one = Graph::new(1, &[]).unwrap();
    assert_eq!((one.hops(1), one.walks(9, 2), one.within(9, 0)), (vec![None], vec![0.0], vec![]));
    assert_eq!(one.pagerank(0, 0.5, 0.0), (vec![1.0], 1));
}

#[test]
fn hops_are_shortest() {
    let hops = |graph: &Graph, from| graph.hops(from).into_iter().map(Option::unwrap).collect::<Vec<_>>();
    assert_eq!(hops(&cycle(7), 2), [2, 1, 0, 1, 2, 3, 3]);
    assert_eq!(hops(&star(4), 3), [1, 2, 2, 0, 2]);
    assert_eq!(hops(&complete(4), 1), [1, 0, 1, 1]);
    assert_eq!(Graph::new(4, &[(0, 1), (1, 2), (2, 1)]).unwrap().hops(1), [None, Some(0), Some(1), None]);
}

#[test]
fn walks_have_closed_forms() {
    let two = mutual(2, [(0, 1)]);
    // Kₙ: A^k = ((n−1)^k − (−1)^k) / n · 1 + (−1)^k · I.
    for length in 0..9_usize {
        assert_eq!(two.walks(0, length), [[1.0, 0.0], [0.0, 1.0]][length % 2]);
        let sign = 1.0 - 2.0 * (length % 2) as f64;
        let others = (4_f64.powi(length as i32) - sign) / 5.0;
        close(&complete(5).walks(2, length), &[others, others, others + sign, others, others]);
    }
    // A star: from a leaf to each leaf in 2k steps, n^{k−1} ways.
    assert_eq!(star(3).walks(1, 6), [0.0, 9.0, 9.0, 9.0]);
    // A cycle: binomial coefficients while it has not gone around.
    assert_eq!(cycle(9).walks(4, 4), [1.0, 0.0, 4.0, 0.0, 6.0, 0.0, 4.0, 0.0, 1.0]);
    assert_eq!(Graph::new(2, &[(0, 1), (0, 1)]).unwrap().walks(0, 1), [0.0, 2.0], "repeated edges");
}

#[test]
fn neighbourhoods_are_those_of_the_lecture() {
    let path = mutual(3, [(0, 1), (1, 2)]);
    assert_eq!(path.within(0, 0), [0]);
    assert_eq!(path.within(0, 1), [1]);
    assert_eq!(path.within(0, 2), [0, 2], "back links");
    assert_eq!(Graph::new(3, &[(0, 1), (1, 2)]).unwrap().within(0, 2), [2], "no back links");
    assert!(Graph::new(3, &[(0, 1), (1, 2)]).unwrap().within(0, 3).is_empty());
    for (graph, from) in [(cycle(6), 1), (star(5), 2), (complete(4), 0)] {
        for n in 0..6 {
            let walks = graph.walks(from, n);
            let reached: Vec<_> = (0..graph.nodes()).filter(|&node| walks[node] > 0.0).collect();
            assert_eq!(graph.within(from, n), reached);
        }
    }
}

#[test]
fn pagerank_has_closed_forms() {
    let restart = 0.15;
    let rank = |graph: &Graph, from| graph.pagerank(from, restart, 1e-14).0;
    let keeps = 1.0 - restart;
    // Two nodes: p₀ = α + (1 − α) p₁, p₁ = (1 − α) p₀.
    let start = restart / (1.0 - keeps * keeps);
    close(&rank(&mutual(2, [(0, 1)]), 0), &[start, keeps * start]);
    // A star from its centre: all its mass goes out, and comes back.
    let leaf = keeps * start / 4.0;
    close(&rank(&star(4), 0), &[start, leaf, leaf, leaf, leaf]);
    // Kₙ: the other n − 1 are alike.
    let other = keeps / (4.0 + keeps);
    close(&rank(&complete(5), 3), &[other, other, other, 1.0 - 4.0 * other, other]);
    // A directed cycle: a geometric series that begins again.
    let around = Graph::new(3, &[(0, 1), (1, 2), (2, 0)]).unwrap();
    let first = restart / (1.0 - keeps.powi(3));
    close(&rank(&around, 0), &[first, first * keeps, first * keeps * keeps]);
    // Nothing leads on: back to the start.
    close(&rank(&Graph::new(2, &[(0, 1)]).unwrap(), 0), &[1.0 / (1.0 + keeps), keeps / (1.0 + keeps)]);
}

#[test]
fn pagerank_solves_its_equation() {
    let ragged = Graph::new(6, &[(0, 1), (0, 2), (2, 0), (2, 3), (3, 4), (4, 2), (1, 1), (5, 0), (0, 2)]).unwrap();
    for (graph, from) in [(ragged.clone(), 0), (ragged.reversed(), 3), (cycle(7), 2), (star(6), 4)] {
        for restart in [0.05, 0.15, 0.5, 1.0] {
            let (ranks, iterations) = graph.pagerank(from, restart, 1e-13);
            assert!(iterations < 700, "{iterations}");
            assert!((ranks.iter().sum::<f64>() - 1.0).abs() < 1e-9);
            // (I − (1 − α) Pᵀ) p = α e_from.
            let nodes = graph.nodes();
            let only = |at: usize| (0..nodes).map(|node| f64::from(u8::from(node == at))).collect::<Vec<_>>();
            let mut matrix: Vec<Vec<f64>> = (0..nodes).map(only).collect();
            let right = only(from).iter().map(|one| restart * one).collect();
            for (node, _) in ranks.iter().enumerate() {
                let links = graph.outgoing(node);
                for link in links {
                    matrix[link.node as usize][node] -= (1.0 - restart) / links.len() as f64;
                }
                if links.is_empty() {
                    matrix[from][node] -= 1.0 - restart;
                }
            }
            close(&ranks, &solved(matrix, right));
        }
    }
    let (ranks, iterations) = mutual(2, [(0, 1)]).pagerank(0, 0.0, 1e-9);
    assert_eq!((ranks, iterations), (vec![1.0, 0.0], MOST_ITERATIONS), "there and back, for ever");
    let loose = ragged.pagerank(0, 0.15, 1e-3).1;
    assert!(loose < ragged.pagerank(0, 0.15, 1e-9).1, "{loose}");
    assert_eq!(ragged.pagerank(0, 0.15, f64::NAN).1, MOST_ITERATIONS);
}
