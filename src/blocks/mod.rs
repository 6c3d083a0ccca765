//! The teaching blocks: a file or a folder each, named as the block, and one line in [`ALL`]. Beside them stands what they share.
//!
//! A [`Block`] says what can be set, computes a [`Trace`] from its settings, and draws it. Menu, route, element, URL, undo,
//! export, keyboard, spoken description, and the tests that walk all blocks follow from the list.

mod any;
mod bias;
mod bptt;
mod chain;
mod chart;
mod cnn;
pub mod control;
mod conv1d;
mod conv2d;
mod conv3d;
mod convolution;
mod counts;
mod dense;
mod drawing;
mod fields;
mod hand;
pub mod path;
mod pooling;
mod pytorch;
mod receptive_field;
mod recurrent;
mod relational;
mod shared;
mod sparse;
mod stack;
pub mod summary;

use std::future::Future;

pub use any::{AnyBlock, AnySettings, Computed, describe_all};
pub use control::{Choice, Control, Kind, Panel, Place};
pub(crate) use fields::words;
pub use fields::{Field, Fields, Word};

use crate::compute::{Chain, Device, Layer};
pub(crate) use crate::data::{json_text, object};
use crate::explain::{Cell, Explanation, Stage, Trace};
use crate::layers::LayerError;
use crate::scene::{Memory, Pointing, Scene, Theme};

/// Every block, in the lecture's order.
pub static ALL: &[&dyn AnyBlock] = &[
    &any::Erased::<dense::DenseLayer>::NEW,
    &any::Erased::<bias::Bias>::NEW,
    &any::Erased::<conv1d::Conv1d>::NEW,
    &any::Erased::<conv2d::Conv2d>::NEW,
    &any::Erased::<conv3d::Conv3d>::NEW,
    &any::Erased::<pooling::Pooled>::NEW,
    &any::Erased::<receptive_field::Stacked>::NEW,
    &any::Erased::<cnn::Cnn>::NEW,
    &any::Erased::<recurrent::Rnn>::NEW,
    &any::Erased::<bptt::Bptt>::NEW,
    &any::Erased::<recurrent::Lstm>::NEW,
    &any::Erased::<recurrent::Gru>::NEW,
    &any::Erased::<relational::OnGraph<0>>::NEW,
    &any::Erased::<relational::OnGraph<1>>::NEW,
    &any::Erased::<relational::OnGraph<2>>::NEW,
];

/// The block of that name.
pub fn find(name: &str) -> Option<&'static dyn AnyBlock> {
    ALL.iter().copied().find(|block| block.about().name == name)
}

/// What a block is called and what it is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct About {
    /// In the URL and the element; never renamed.
    pub name: &'static str,
    /// On the page.
    pub title: &'static str,
    /// What it teaches, in one line.
    pub teaches: &'static str,
    /// Two or three sentences.
    pub text: &'static str,
    /// A question to predict, which the picture answers.
    pub question: &'static str,
    /// Where the lecture's formula is simpler than the general one, and when they agree; nothing where it isn't.
    pub lecture: &'static str,
}

impl About {
    /// Reads what is told of a block: each field is a line.
    fn read(told: &'static str) -> Self {
        let mut lines = told.lines();
        let mut line = || lines.next().unwrap_or_default();
        Self { name: line(), title: line(), teaches: line(), text: line(), question: line(), lecture: line() }
    }
}

/// A named starting point: a worked example of the lecture, or a telling case.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Preset {
    /// In the URL (`preset=edge`).
    pub name: &'static str,
    /// On the page.
    pub title: &'static str,
    /// What it changes of the defaults, as a URL says it: `kernel=5&fill=zeros`.
    pub query: &'static str,
}

impl Preset {
    /// The presets in what is told of a block: a line each, seven lines on, its parts between bars.
    fn read(told: &'static str) -> Vec<Self> {
        let read = |line: &'static str| {
            let mut parts = line.split(" | ");
            let mut part = || parts.next().unwrap_or_default();
            Self { name: part(), title: part(), query: part() }
        };
        told.lines().skip(7).map(read).collect()
    }
}

/// The text files that a block reads, and where they are opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Opens {
    /// The control beside which the button stands.
    pub key: &'static str,
    /// The endings of their names.
    pub accept: &'static str,
    /// In a sentence, what they hold.
    pub help: &'static str,
}

/// A text file that a block writes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    /// What it holds, in a few words.
    pub label: &'static str,
    /// The ending of its name.
    pub ending: &'static str,
    /// All of it.
    pub text: String,
}

/// How a picture is looked at.
#[derive(Clone, Copy, Debug)]
pub struct View<'a> {
    /// Where the transport stands; between two steps while it moves.
    pub step: f64,
    /// What is pointed at.
    pub pointing: &'a Pointing,
    /// How wide the picture may be, in CSS pixels.
    pub width: f32,
    /// Its colours.
    pub theme: &'a Theme,
    /// What was drawn before and can be used again.
    pub memory: &'a Memory,
    /// Whether a card paints behind it what a [`Swarm`](crate::scene::Swarm) tells.
    pub on_card: bool,
}

/// What a hand did to a node of a graph.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Gesture {
    /// Moved it, to a place from 0 to 1 across and down.
    Move([f32; 2]),
    /// Led an edge from it to another, or took the edge away where there was one.
    Join(Cell),
    /// Led an edge from it to where no node was: there is one now.
    Sprout([f32; 2]),
    /// Took it away, with its edges.
    Remove,
}

/// A stage that a card computes from every picture of a camera.
pub struct Moving {
    /// Its name. Its last two axes are those of the picture; the one before them counts the planes.
    pub stage: &'static str,
    /// The stages with which it shares a scale of colours.
    pub coloured_with: &'static [&'static str],
    /// What computes it from the planes of the picture, `[1, channels, rows, columns]`.
    pub layers: Vec<Layer>,
}

/// A building block of deep networks, made to be looked at.
pub trait Block: 'static {
    /// What it is called and what it is for, as [`About`] reads it, and its presets, as [`Preset`] does.
    const ABOUT: &'static str;

    /// The files beside the page that are read with some settings: names for [`crate::data::files`]. They are fetched first.
    fn files(_settings: &Self::Settings) -> Vec<&'static str> {
        Vec::new()
    }

    /// The text files of the reader's own that it takes.
    const OPENS: Option<Opens> = None;

    /// The settings that only say from where it is seen: nothing is computed anew when they change.
    const LOOKS: &'static [&'static str] = &[];

    /// Whether only what a number was directly made from lights up, and what directly reads it: where everything hangs together
    /// with everything before, more would tell nothing.
    const NEAR: bool = false;

    /// What can be set, as a [`Panel`] reads it: one control for each field of the settings.
    const CONTROLS: &'static str;

    /// Everything that can be set, as a plain value. Its fields are the keys of [`CONTROLS`](Self::CONTROLS).
    type Settings: Default + Clone + Fields + 'static;

    /// As the block opens.
    fn initial() -> Self::Settings {
        Self::Settings::default()
    }

    /// What of it is in sight, and what is legal, given the other settings.
    fn narrow(settings: &Self::Settings, panel: &mut Panel);

    /// Brings the other settings into line after `changed` was set: weights follow the kernel's size.
    fn settle(settings: &mut Self::Settings, changed: &str);

    /// Everything that is computed from the settings.
    fn trace(settings: &Self::Settings, device: &Device) -> impl Future<Output = Result<Trace, LayerError>>;

    /// The stage over whose cells the transport goes.
    fn stepped(trace: &Trace) -> Option<&Stage> {
        trace.stage("input-gradient").or_else(|| trace.stage("output"))
    }

    /// How many positions the transport has.
    fn steps(trace: &Trace) -> usize {
        Self::stepped(trace).map_or(0, Stage::len)
    }

    /// The cell that is computed at a position of the transport.
    fn step_cell(trace: &Trace, step: usize) -> Option<Cell> {
        Self::stepped(trace)?.nth(step)
    }

    /// The position of the transport at which a cell is computed.
    fn step_of(trace: &Trace, cell: Cell) -> Option<usize> {
        let stage = Self::stepped(trace).filter(|stage| stage.name == cell.stage)?;
        Some(stage.place(cell.index))
    }

    /// Where a number comes from.
    fn explain(settings: &Self::Settings, trace: &Trace, cell: Cell) -> Option<Explanation>;

    /// The cells that the explanation of `cell` reads, for a block that can tell them sooner than by explaining.
    fn sources(settings: &Self::Settings, trace: &Trace, cell: Cell) -> Vec<Cell> {
        let why = Self::explain(settings, trace, cell).filter(|why| !why.is_given());
        why.map_or_else(Vec::new, |why| why.made_from.cells())
    }

    /// The cells whose explanations read `cell`: where a number goes.
    fn influences(settings: &Self::Settings, trace: &Trace, cell: Cell) -> Vec<Cell>;

    /// The picture.
    fn scene(settings: &Self::Settings, trace: &Trace, view: View<'_>) -> Scene;

    /// What a card has to compute so that the picture can move: nothing for a block whose picture stands still. Of a stage that is
    /// drawn in part, the part around a cell.
    fn moving(_settings: &Self::Settings, _cell: Option<Cell>) -> Vec<Moving> {
        Vec::new()
    }

    /// Does a little of what the picture waits for, such as moving nodes to where they come to rest; whether
    /// the picture is another one now. Nothing where there is nothing left to do.
    fn go_on(_settings: &Self::Settings) -> Option<bool> {
        None
    }

    /// The settings after a number was dragged, typed or painted; nothing where it cannot be changed by hand.
    fn edit(settings: &Self::Settings, cell: Cell, value: f32) -> Option<Self::Settings>;

    /// The settings after a gesture on a node; nothing where a cell stands for none, or nothing changes.
    fn reshape(_settings: &Self::Settings, _cell: Cell, _gesture: Gesture) -> Option<Self::Settings> {
        None
    }

    /// The settings after a cell was chosen that stands for something to open; nothing where choosing only points.
    fn open(_settings: &Self::Settings, _cell: Cell) -> Option<Self::Settings> {
        None
    }

    /// The settings after a file of the reader's own was opened, and sentences about what of it is not taken; no settings where
    /// nothing is.
    fn take(_settings: &Self::Settings, _text: &str) -> (Option<Self::Settings>, Vec<String>) {
        (None, Vec::new())
    }

    /// The files that [`take`](Self::take) reads again.
    fn written(_settings: &Self::Settings) -> Vec<Written> {
        Vec::new()
    }

    /// Shapes, parameters and multiplications, in one line.
    fn facts(settings: &Self::Settings, trace: &Trace) -> String;

    /// The layers that the block shows, for a device to compute, and the stage that holds what the last of them gives.
    fn chain(_settings: &Self::Settings, _trace: &Trace) -> Option<(Chain, &'static str)> {
        None
    }

    /// A PyTorch program that prints the number in `cell`.
    fn pytorch(settings: &Self::Settings, trace: &Trace, cell: Cell) -> String;
}
