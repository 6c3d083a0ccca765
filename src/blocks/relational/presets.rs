//! Where the blocks on graphs begin.

use crate::blocks::Preset;

pub const GRAPH: &[Preset] = &[
    Preset::new("default", "six nodes: walks of two edges", ""),
    Preset::new("lecture", "the lecture's path: back after two steps", "graph=path&nodes=3"),
    Preset::new("hops", "the same distance, but more ways", "graph=grid&nodes=16&hops=4"),
    Preset::new("rank", "the karate club, as its teacher sees it", "graph=karate&measure=rank"),
    Preset::new("names", "new names: A and X change, sums don't", "shuffle=7"),
    Preset::new("molecule", "a molecule", "graph=molecule&measure=degree"),
    Preset::new("thousand", "a thousand nodes: how far walks of four edges lead", "graph=citations&nodes=1000&hops=4"),
];

pub const PASSING: &[Preset] = &[
    Preset::new("default", "six nodes: each takes the mean of its neighbours", ""),
    Preset::new(
        "lecture",
        "the lecture's path of three nodes",
        "graph=path&nodes=3&operation=sum&weights=identity&activation=identity",
    ),
    Preset::new("two", "two layers: neighbours of neighbours", "layers=2"),
    Preset::new("max", "the largest of each feature", "operation=max"),
    Preset::new("gin", "GIN: a sum, and the node itself", "layer=gin"),
    Preset::new("gat", "GAT: attention on the edges", "layer=gat&loops=1"),
    Preset::new("star", "a star: one node hears all", "graph=star&nodes=8&layers=2"),
    Preset::new("thousand", "a thousand nodes of three fields", "graph=citations&nodes=1000&layers=2&hidden=3"),
    Preset::new(
        "ten-thousand",
        "ten thousand nodes, a hundred thousand edges",
        "graph=citations&nodes=10000&degree=20&layers=2&hidden=3",
    ),
];

pub const CONVOLUTION: &[Preset] = &[
    Preset::new("default", "six nodes, Ā = D⁻¹A", ""),
    Preset::new(
        "sum",
        "the lecture's A·X: sums over the neighbours",
        "graph=path&nodes=3&normalization=none&weights=identity&activation=identity&numbers=input.0.0=1,input.0.1=4,input.1.0=1,input.1.1=3,input.2.0=4,input.2.1=1",
    ),
    Preset::new(
        "lecture",
        "the lecture's Ā·h: means over the neighbours",
        "graph=path&nodes=3&weights=identity&activation=identity&numbers=input.0.0=1,input.0.1=2,input.1.0=3,input.1.1=4,input.2.0=5,input.2.1=6",
    ),
    Preset::new("symmetric", "symmetric, with self-loops: Kipf and Welling", "normalization=symmetric&loops=1"),
    Preset::new(
        "grows",
        "without normalisation, values grow",
        "normalization=none&layers=4&weights=identity&activation=identity",
    ),
    Preset::new(
        "smooth",
        "sixteen layers: all nodes become alike",
        "layers=16&weights=identity&activation=identity&loops=1",
    ),
    Preset::new("grid", "a picture as a graph, beside a convolution", "graph=grid&nodes=9"),
    Preset::new(
        "trained",
        "the karate club: two say their side, all are told theirs",
        "graph=karate&normalization=symmetric&loops=1&layers=2&activation=tanh&features=8&weights=trained&seed=2",
    ),
    Preset::new("homophily", "do neighbours help? turn homophily", "graph=citations&homophily=0.8"),
];
