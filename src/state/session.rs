//! One block being looked at: everything that the page, an embed and a test do to it.
//!
//! The session knows no browser. It takes what was done (a control set, a cell dragged, a key pressed, time passed) and
//! holds what there is to show. The picture is a function of it.

mod computing;
mod pointing;
mod sliding;
mod sources;
mod written;

use std::cell::OnceCell;
use std::collections::HashSet;
use std::rc::Rc;
use std::time::Duration;

use serde_json::Value;
use web_time::Instant;

use super::history::History;
use super::transport::Transport;
use super::view::{Motion, ViewSettings};
use crate::blocks::{AnyBlock, AnySettings, Computed, Gesture, View};
use crate::compute::Device;
use crate::data::files;
use crate::explain::{Cell, Explanation, Role, Trace, joined, read_typed};
use crate::layers::LayerError;
use crate::scene::{Memory, Pointing, Scene, Shape, Theme};

/// So long the picture may be waited for in a frame.
const SLICE: Duration = Duration::from_millis(5);

/// One block being looked at.
pub struct Session {
    block: &'static dyn AnyBlock,
    presets: OnceCell<Vec<AnySettings>>,
    history: History<AnySettings>,
    trace: Result<Rc<Trace>, LayerError>,
    /// The settings that it was computed from: while others are computed, these are shown.
    shown: AnySettings,
    pending: Option<Computed>,
    /// What computes.
    device: Device,
    was_card: bool,
    /// What a URL says of a trace that is still being computed.
    later: Vec<(String, String)>,
    asked: Instant,
    took: Duration,
    /// Where its transport stands.
    pub transport: Transport,
    /// How it is looked at.
    pub view: ViewSettings,
    focus: Option<Cell>,
    hover: Option<Cell>,
    term: HashSet<Cell>,
    pointing: Pointing,
    explanation: Option<Explanation>,
    notices: Vec<String>,
    memory: Memory,
}

impl Session {
    /// The block with its default settings.
    pub fn new(block: &'static dyn AnyBlock) -> Self {
        let mut session = Self {
            block,
            presets: OnceCell::new(),
            history: History::new(block.default()),
            trace: Ok(Rc::default()),
            shown: block.default(),
            pending: None,
            device: Device::Cpu,
            was_card: false,
            later: Vec::new(),
            asked: Instant::now(),
            took: Duration::ZERO,
            transport: Transport::default(),
            view: ViewSettings::default(),
            focus: None,
            hover: None,
            term: HashSet::new(),
            pointing: Pointing::default(),
            explanation: None,
            notices: Vec::new(),
            memory: Memory::default(),
        };
        session.retrace();
        session
    }

    /// The files that the block reads with the settings that a URL says.
    pub fn files_of(block: &'static dyn AnyBlock, pairs: &[(String, String)]) -> Vec<&'static str> {
        block.files(&written::settings_in(block, pairs).0)
    }

    /// The files that are read with these settings, and are not there yet.
    pub fn awaited(&self) -> Vec<&'static str> {
        let mut files = self.block.files(self.settings());
        files.retain(|name| files::get(name).is_none());
        files
    }

    /// The block as a URL says. An unknown key is ignored; a value out of range is replaced by the default, which
    /// [`notices`](Self::notices) tells.
    pub fn open(block: &'static dyn AnyBlock, pairs: &[(String, String)]) -> Self {
        let mut session = Self::new(block);
        session.read(pairs);
        session.history = History::new(session.settings().clone());
        session
    }

    /// Which block it is.
    pub fn block(&self) -> &'static dyn AnyBlock {
        self.block
    }

    /// The settings at present.
    pub fn settings(&self) -> &AnySettings {
        self.history.present()
    }

    /// Everything that was computed.
    ///
    /// # Errors
    /// Where the settings cannot be computed, with why.
    pub fn trace(&self) -> Result<&Rc<Trace>, &LayerError> {
        self.trace.as_ref()
    }

    /// The settings that are shown, which may not be the latest while those are computed.
    pub fn shown(&self) -> &AnySettings {
        &self.shown
    }

    /// Whether nothing was computed yet.
    pub fn is_empty(&self) -> bool {
        self.trace.as_ref().is_ok_and(|trace| trace.stages.is_empty())
    }

    /// What the reader should be told once: replaced values, refused input.
    pub fn notices(&self) -> &[String] {
        &self.notices
    }

    /// Shapes, parameters and multiplications, in one line; nothing where the settings cannot be computed.
    pub fn facts(&self) -> Option<String> {
        let trace = self.trace.as_ref().ok().filter(|_| !self.is_empty())?;
        let facts = self.block.facts(&self.shown, trace);
        let translated = |part: &str| self.view.lang.translated(part).unwrap_or_else(|| part.to_owned());
        Some(joined(&mut facts.split(" · ").map(translated), " · "))
    }

    /// Tells the reader something.
    pub fn notify(&mut self, sentence: impl Into<String>) {
        self.notices = vec![sentence.into()];
    }

    /// The reader has read the notices.
    pub fn dismiss_notices(&mut self) {
        self.notices.clear();
    }

    /// Sets one setting. What is refused is told in [`notices`](Self::notices).
    pub fn set(&mut self, key: &str, value: &Value) {
        match self.block.set(self.settings(), key, value) {
            Ok(settings) if self.block.looks().contains(&key) => self.look_anew(settings),
            Ok(settings) => self.change(settings),
            Err(sentence) => self.notify(sentence),
        }
    }

    /// Sets a view key.
    pub fn set_view(&mut self, key: &str, value: &str) {
        if let Some(Err(sentence)) = self.view.set(key, value) {
            self.notify(sentence);
        }
    }

    /// The preset whose settings these are; nothing where something was changed since.
    pub fn preset(&self) -> Option<&'static str> {
        let (block, known) = (self.block, self.block.presets());
        let presets = self.presets.get_or_init(|| known.iter().map(|preset| block.preset(preset)).collect());
        let place = presets.iter().position(|settings| settings == self.settings())?;
        Some(known[place].name)
    }

    /// Starts from a preset's settings.
    pub fn choose_preset(&mut self, name: &str) {
        if let Some(preset) = self.block.presets().iter().find(|preset| preset.name == name) {
            self.begin_with(self.block.preset(preset));
        }
    }

    /// Back to the block's defaults. Can be undone.
    pub fn reset(&mut self) {
        self.begin_with(self.block.default());
    }

    /// Goes on with other settings, from the first step.
    fn begin_with(&mut self, settings: AnySettings) {
        self.change(settings);
        self.focus = None;
        self.transport.jump(0.0, self.steps());
        self.point_again();
    }

    /// Changes a number on the picture by hand. Numbers that cannot be changed stay.
    pub fn edit(&mut self, cell: Cell, value: f32) {
        if self.trace.as_ref().is_ok_and(|trace| trace.value(cell) == Some(value)) {
            return;
        }
        if let Some(settings) = self.block.edit(self.settings(), cell, value) {
            self.change(settings);
        }
    }

    /// Does something to a node of a graph.
    pub fn reshape(&mut self, cell: Cell, gesture: Gesture) {
        if let Some(settings) = self.block.reshape(self.settings(), cell, gesture) {
            self.change(settings);
        }
    }

    /// Changes a number to what was typed for it, and says so where it cannot be that; what is no number leaves it as it was.
    pub fn enter(&mut self, cell: Cell, text: &str) {
        // In whole numbers commas part thousands, as where they are shown.
        let grouped = self.is_whole(cell) && text.split(',').skip(1).all(|group| group.len() == 3);
        let Some(number) = read_typed(&if grouped { text.replace(',', "") } else { text.to_owned() }) else {
            self.cancel_gesture();
            let given: String = text.chars().take(40).collect();
            return self.notify(format!("“{given}” is no number; write one such as −0.5 or 1e-3."));
        };
        self.edit(cell, number as f32);
        let value = self.trace.as_ref().ok().and_then(|trace| trace.value(cell));
        // An edge that is there has the weight that its nodes' other edges leave to it.
        let is_given = self.explain(cell).is_some_and(|why| why.is_given());
        if let Some(value) = value.filter(|value| is_given && *value != number as f32) {
            self.notify(format!("{text} is not possible there; {value} is the nearest that is."));
        }
    }

    /// Whether a cell holds whole numbers, such as sizes.
    pub fn is_whole(&self, cell: Cell) -> bool {
        let stage = self.trace.as_ref().ok().and_then(|trace| trace.stage(cell.stage));
        stage.is_some_and(|stage| stage.role == Role::Plain)
    }

    /// The number that is being changed is as before.
    pub fn cancel_gesture(&mut self) {
        self.history.cancel_gesture();
        self.retrace();
    }

    /// Whether a number can be changed by hand.
    pub fn is_editable(&self, cell: Cell) -> bool {
        let value = self.trace.as_ref().ok().and_then(|trace| trace.value(cell));
        value.is_some_and(|value| self.block.edit(self.settings(), cell, value).is_some())
    }

    /// From here to [`end_gesture`](Self::end_gesture), all changes are undone in one step.
    pub fn begin_gesture(&mut self) {
        self.history.begin_gesture();
    }

    /// The drag is over.
    pub fn end_gesture(&mut self) {
        self.history.end_gesture();
    }

    /// Takes the last change back.
    pub fn undo(&mut self) {
        if self.history.undo() {
            self.come_back();
        }
    }

    /// Makes the change that was taken back.
    pub fn redo(&mut self) {
        if self.history.redo() {
            self.come_back();
        }
    }

    /// Shows settings that were left before.
    fn come_back(&mut self) {
        self.notices.clear();
        if !self.keeps_picture() {
            self.notify("What stood here is no longer kept; another stands in its place.");
        }
        self.retrace();
    }

    /// Whether there is something to undo, and something to redo.
    pub fn can_undo_redo(&self) -> (bool, bool) {
        (self.history.can_undo(), self.history.can_redo())
    }

    fn change(&mut self, settings: AnySettings) {
        if settings != *self.settings() {
            self.history.push(settings);
            self.notices.clear();
            self.retrace();
        }
    }

    /// How many positions the transport has.
    pub fn steps(&self) -> usize {
        self.trace.as_ref().map_or(0, |trace| self.block.steps(trace))
    }

    /// Where the transport stands.
    pub fn step(&self) -> usize {
        self.transport.step()
    }

    /// Goes to a step, gliding where `motion` allows.
    pub fn go_to(&mut self, step: usize, motion: bool) {
        let steps = self.steps();
        self.focus = None;
        if motion && self.view.motion == Motion::Auto {
            self.transport.glide(step, steps);
        } else {
            self.transport.playing = false;
            self.transport.jump(step as f64, steps);
        }
        self.point_again();
    }

    /// Starts to play.
    pub fn play(&mut self) {
        self.focus = None;
        self.transport.play(self.steps());
        self.point_again();
    }

    /// Stops playing.
    pub fn pause(&mut self) {
        self.transport.pause(self.steps());
        self.point_again();
    }

    /// Lets time pass on the transport.
    pub fn tick(&mut self, seconds: f64) {
        let before = self.step();
        self.transport.tick(seconds, f64::from(self.view.speed), self.steps());
        if self.step() != before {
            self.point_again();
        }
    }

    /// The number at the end of the colour scale that some stages share.
    pub fn limit(&self, stages: &[&str]) -> f32 {
        let stage = |name: &&str| self.trace.as_ref().ok()?.stage(name);
        self.memory.scale(stages.iter().filter_map(stage)).limit
    }

    /// Lets what the picture waits for go on for a few milliseconds; whether the picture is another one now. Nothing where there
    /// is nothing left to do.
    pub fn go_on(&self) -> Option<bool> {
        let begin = Instant::now();
        let mut changed = false;
        while !self.is_empty() && begin.elapsed() < SLICE {
            changed |= self.block.go_on(&self.shown)?;
        }
        (!self.is_empty()).then_some(changed)
    }

    /// The picture, `width` pixels wide; an empty one where there is nothing to show.
    pub fn scene(&self, width: f32, theme: &Theme) -> Scene {
        self.scene_before(width, theme, false)
    }

    /// The same, where a card may paint a part of it behind.
    pub fn scene_before(&self, width: f32, theme: &Theme, on_card: bool) -> Scene {
        let Some(trace) = self.trace.as_ref().ok().filter(|_| !self.is_empty()) else { return Scene::default() };
        let (step, pointing, memory) = (self.transport.at, &self.pointing, &self.memory);
        let view = View { step, pointing, width, theme, memory, on_card };
        let mut scene = self.block.scene(&self.shown, trace, view);
        for mark in &mut scene.marks {
            if let Shape::Text { text, .. } = &mut mark.shape
                && let Some(translation) = self.view.lang.translated(text)
            {
                *text = translation;
            }
        }
        scene
    }
}
