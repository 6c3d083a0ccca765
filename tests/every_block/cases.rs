//! What the walk goes through: every preset, both ways, and what no preset shows.

use std::collections::HashSet;
use std::fmt;
use std::rc::Rc;

use layerscope::blocks::{self, AnyBlock, AnySettings};
use layerscope::explain::{Cell, Stage, Trace};
use layerscope::state::Session;
use serde_json::json;

/// Of a larger stage only so many cells are looked at, spread evenly.
pub const MOST_CELLS: usize = 120;
/// Where a stage is as large as this, not even a test that looks at every cell does so: that of who hears whom among a thousand nodes.
const VAST: usize = 1_000_000;

/// What is set on top of each preset: some settings that no preset shows.
const EXTRA: &[(&str, &[&str])] = &[
    (
        "dense",
        &[
            "inputs=1&outputs=1&pass=backward",
            "inputs=12&outputs=12&activation=softmax&pass=backward",
            "inputs=3&outputs=12&activation=gelu&pattern=neighbours&pass=backward",
            "inputs=12&outputs=2&activation=sigmoid&seed=7&pass=backward",
            "activation=leaky_relu&upstream=1,-2,0.5&pass=backward",
            "activation=silu&pattern=identity&pass=backward",
            "activation=tanh&bias=0,0,0",
            "view=count&sizes=1000000,1000000,1,1,1000000,1,1,1000000",
            "view=count&layers=8&data=sequence&length=65536&channels=64&features=64&kernel=31",
            "view=count&layers=1&sizes=1,1&side=1&channels=1&features=1&kernel=1",
            "view=count&side=1024&channels=64&features=64&kernel=31",
        ],
    ),
    (
        "bias",
        &[
            "size=6&dx=-6&dy=2&kernel=5&window=3&picture=noise",
            "size=7&dx=-2&dy=3&kernel=2&picture=ramp&pass=backward",
            "size=12&dx=5&kernel=4&window=5&seed=9999",
            "tab=permute&what=pixels&size=6&kernel=1&shuffle=9999",
            "tab=permute&what=channels&size=7&kernel=5&shuffle=3",
            "tab=permute&what=nodes&shuffle=4",
        ],
    ),
    (
        "conv1d",
        &[
            "stride=2",
            "dilation=2",
            "stride=3&dilation=2&padding=both&amount=3",
            "padding=valid",
            "padding=causal&bias=0.5",
            "padding=causal&fill=reflect",
            "padding=causal&layers=3&bias=-0.25",
            "padding=causal&layers=2&sense=convolution&fill=symmetric",
            "fill=constant&constant=0.7&bias=1",
            "padding=both&amount=4&fill=replicate&pass=backward",
            "padding=both&amount=4&fill=symmetric&pass=backward",
            "padding=both&amount=4&fill=circular&pass=backward",
            "padding=both&amount=4&fill=reflect&pass=backward",
            "padding=both&amount=4&fill=constant&constant=-1&pass=backward",
            "sense=convolution",
            "sense=convolution&pass=backward&bias=0.5&stride=2",
            "input=2&padding=both&amount=16&fill=symmetric&pass=backward",
            "input=2&kernel=1&padding=valid&pass=backward",
            "upstream=1,-1,0.5,2,0,0,1,1,1,3,1,1&pass=backward",
        ],
    ),
    (
        "conv2d",
        &[
            "size=5&channels=1&filters=1&bias=0.5&activation=sigmoid&pass=backward",
            "size=6&channels=2&filters=2&bias=0.5,-1&activation=tanh&stride=2&pass=backward",
            "size=6&channels=1&filters=3&activation=gelu&dilation=2&padding=same&pass=backward",
            "size=6&channels=2&filters=2&activation=silu&padding=same&fill=replicate&pass=backward",
            "size=5&channels=1&filters=2&activation=leaky_relu&padding=both&amount=2&fill=symmetric&pass=backward",
            "size=5&channels=1&filters=2&activation=none&padding=both&amount=4&fill=circular&pass=backward",
            "size=5&channels=1&filters=2&activation=none&padding=both&amount=3&fill=reflect&bias=1,2&pass=backward",
            "size=5&channels=2&filters=1&activation=relu&padding=same&fill=constant&constant=0.5&stride=3",
            "size=1&channels=2&filters=2&kernel=1&activation=relu&pass=backward",
            "size=48&channels=3&filters=2&padding=same",
            "size=32&channels=24&filters=24&padding=same&activation=gelu&bias=BIAS",
        ],
    ),
    (
        "conv3d",
        &[
            "size=5&volume=noise&padding=same&stride=2&bias=0.5&filter=laplacian&beside=1",
            "size=5&volume=noise&padding=same&stride=2&bias=-1&filter=random&pass=backward",
            "size=6&kernel=4&padding=same&filter=random&volume=ramp&pass=backward",
            "size=4&kernel=2&filter=random&seed=3&beside=1&yaw=-120&pitch=-40",
            "size=3&kernel=1&filter=identity&volume=ramp&beside=1&pitch=90",
            "size=33&volume=phantom&kernel=5&padding=same&bias=0.5&filter=box&beside=1&yaw=160",
            "size=3&kernel=3&volume=ramp&yaw=0&pitch=0&beside=1",
        ],
    ),
    (
        "pooling",
        &[
            "operation=average&kernel=3&stride=2&amount=1&count=0&pass=backward",
            "operation=average&kernel=3&stride=2&amount=1&ceil=1&pass=backward",
            "operation=min&size=7&kernel=3&stride=1&dilation=2&amount=1&pass=backward",
            "axes=one&operation=average&kernel=4&stride=3&amount=2&ceil=1&pass=backward",
            "axes=one&kernel=3&stride=2&dilation=3&amount=1",
            "axes=one&input=2&kernel=1&pass=backward",
            "picture=noise&size=64&channels=3&kernel=5&stride=3",
        ],
    ),
    (
        "receptive-field",
        &[
            "layers=conv3s2p1,conv3d2p2,pool3s2p1,conv2&size=40&effective=1&weights=normal&seed=7",
            "layers=pool2s1,pool3d2p1s2,conv4p3s3&size=17&effective=1&weights=positive",
            "layers=pool2,conv5d8p16&size=256",
            "layers=conv1s3&size=4&effective=1",
            "layers=conv2&size=2&input=1,-2&upstream=3&effective=1",
            "axes=two&layers=conv3d2p1,pool2,conv2s2p1&size=11&effective=1&weights=normal",
            "axes=two&layers=conv3d4,conv2s2,pool3s1p1&size=20",
            "axes=two&layers=conv1&size=1&effective=1",
            "layers=conv3,conv3,conv3,conv3,conv3,conv3,pool2,conv3,conv3,conv3,conv3,conv3&size=64&effective=1",
        ],
    ),
    ("cnn", &["digit=0&layer=pool2&pass=backward&class=4", "digit=359&layer=relu2", "pixels=BLANK&pass=backward"]),
    (
        "rnn",
        &[
            "activation=relu&length=4&features=3&hidden=4&outputs=3&softmax=1&pass=backward",
            "length=1&features=1&hidden=1&outputs=1&pass=backward",
            "source=text&text=abcda&hidden=5&softmax=1&every=0&pass=backward",
            "task=recall&delay=3&text=B.xy?&pass=backward",
        ],
    ),
    (
        "lstm",
        &[
            "task=own&view=cell&length=3&hidden=3&pass=backward",
            "task=own&view=sequence&source=text&text=to be or not&hidden=20",
            "task=own&view=unit&length=4&hidden=2&forget=held&forget_at=0.25&input_gate=open&pass=backward",
            "view=unit&unit=3&forget=shut&output_gate=held&output_gate_at=0.5",
            "view=cell&delay=3&memory=0",
        ],
    ),
    (
        "gru",
        &[
            "task=own&view=cell&length=3&hidden=3&variant=before&pass=backward",
            "task=own&view=cell&length=3&hidden=3&variant=after&convention=lecture&pass=backward",
            "task=own&view=unit&length=4&hidden=2&reset=shut&update=held&update_at=0.75&pass=backward",
            "view=sequence&delay=60&shown=20&convention=lecture",
        ],
    ),
    (
        "bptt",
        &[
            "units=1&last=1&radius=0.1",
            "shown=gru&units=3&last=5&clips=1&most=0.1&keep=-4&input=large",
            "shown=lstm&units=2&last=30&radius=1.5&keep=8&input=small",
        ],
    ),
    (
        "graph",
        &[
            "graph=grid&nodes=16&measure=hops&hops=5&from=5",
            "graph=own&nodes=4&edges=0-1,1-2,2-0&directed=1&measure=rank&from=3&hops=0",
            "graph=star&nodes=1&shuffle=2",
            "graph=citations&nodes=20&shuffle=3&measure=degree&homophily=0.1",
            "graph=ring&nodes=5&directed=1&measure=rank&restart=0.95&hops=12",
        ],
    ),
    (
        "message-passing",
        &[
            "layer=gcn&normalization=symmetric&loops=1&layers=2&activation=tanh&pass=backward",
            "layer=gat&loops=1&layers=2&pass=backward",
            "layer=gat&graph=own&nodes=3&edges=0-1&directed=1&activation=identity&pass=backward",
            "layer=gin&epsilon=0.3&activation=sigmoid&pass=backward",
            "operation=max&layers=2&hidden=3&features=1&pass=backward",
            "operation=min&graph=own&nodes=3&edges=0-1&directed=1&pass=backward",
            "operation=sum&pace=layer&graph=ring&nodes=5",
            "graph=path&nodes=1&layers=2&pass=backward",
        ],
    ),
    (
        "gcn",
        &[
            "normalization=none&layers=3&pass=backward",
            "graph=own&nodes=3&edges=0-1,1-2&directed=1&normalization=symmetric&pass=backward",
            "graph=karate&layers=2",
            "graph=citations&nodes=12&hidden=3",
        ],
    ),
];

pub struct Case {
    pub block: &'static dyn AnyBlock,
    pub query: String,
    pub settings: AnySettings,
    pub trace: Rc<Trace>,
}

impl Case {
    pub fn new(block: &'static dyn AnyBlock, query: String) -> Self {
        let session = open(block, &query);
        let trace = session.trace().unwrap_or_else(|error| panic!("{query}: {error}")).clone();
        Self { block, query, settings: session.settings().clone(), trace }
    }

    /// Whether some stage has so many cells that nobody could look at each.
    pub fn is_vast(&self) -> bool {
        self.trace.stages.iter().any(|stage| stage.len() >= VAST)
    }

    /// The cells that are looked at: all, or some of each stage.
    pub fn cells(&self) -> impl Iterator<Item = Cell> + '_ {
        self.trace.stages.iter().flat_map(some_cells)
    }

    /// What a number was made from; nothing where it was given.
    pub fn reads(&self, cell: Cell) -> HashSet<Cell> {
        let why = self.block.explain(&self.settings, &self.trace, cell).expect("an explanation");
        if why.is_given() { HashSet::new() } else { why.made_from.cells().into_iter().collect() }
    }

    pub fn reaches(&self, cell: Cell) -> HashSet<Cell> {
        let reached = self.block.influences(&self.settings, &self.trace, cell);
        let set: HashSet<Cell> = reached.iter().copied().collect();
        assert_eq!(set.len(), reached.len(), "{self}: {cell} reaches a cell twice");
        set
    }
}

impl fmt::Display for Case {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.block.about().name, self.query)
    }
}

pub fn some_cells(stage: &Stage) -> impl Iterator<Item = Cell> + '_ {
    // A step that shares no factor with the usual lengths reaches every row and column.
    let step = if stage.len() <= MOST_CELLS { 1 } else { (stage.len() / MOST_CELLS) | 1 };
    (0..stage.len()).step_by(step).filter_map(|place| stage.nth(place))
}

pub fn open(block: &'static dyn AnyBlock, query: &str) -> Session {
    let bias = vec!["0.5"; 24].join(",");
    let pairs: Vec<(String, String)> = query
        .split('&')
        .filter_map(|pair| pair.split_once('='))
        .map(|(key, value)| (key.to_owned(), value.replace("BIAS", &bias).replace("BLANK", &["0"; 64].join(","))))
        .collect();
    let session = Session::open(block, &pairs);
    assert!(session.notices().is_empty(), "{query}: {:?}", session.notices());
    session
}

/// Every preset, both ways where there are two, and what no preset shows.
pub fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    for &block in blocks::ALL {
        let name = block.about().name;
        for preset in &block.presets() {
            for pass in ["forward", "backward"] {
                let controls = block.controls(&block.preset(preset));
                let offers = |control: &blocks::Control| control.key == "pass" && control.check(&json!(pass)).is_ok();
                if controls.iter().any(offers) {
                    cases.push(Case::new(block, format!("preset={}&pass={pass}", preset.name)));
                }
            }
        }
        let extra = EXTRA.iter().find(|(block, _)| *block == name).map_or(&[][..], |(_, extra)| *extra);
        cases.extend(extra.iter().map(|query| Case::new(block, (*query).to_owned())));
    }
    assert!(cases.len() > 60);
    cases
}
