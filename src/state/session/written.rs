//! A session written down and read again: as the pairs of a URL, and as a plain object for scripts and hosts.

use std::rc::Rc;

use serde_json::{Map, Value};

use super::Session;
use crate::blocks::{AnyBlock, AnySettings, json_text, object};
use crate::data::pictures;
use crate::state::ViewSettings;

/// The settings that a URL says, from the block's defaults, and a sentence for each value that was refused.
pub(super) fn settings_in(block: &'static dyn AnyBlock, pairs: &[(String, String)]) -> (AnySettings, Vec<String>) {
    let value_of = |key: &str| pairs.iter().rev().find(|(known, _)| known == key).map(|(_, value)| value.as_str());
    let mut notices = Vec::new();
    let mut settings = block.default();
    if let Some(name) = value_of("preset") {
        match block.presets().iter().find(|preset| preset.name == name) {
            Some(preset) => settings = block.preset(preset),
            None => notices.push(format!("There is no preset “{}” here.", name.chars().take(40).collect::<String>())),
        }
    }
    let (settings, refused) = block.with_values(settings, value_of);
    notices.extend(refused);
    (settings, notices)
}

impl Session {
    /// Takes over what a URL says, from the block's defaults.
    pub fn read(&mut self, pairs: &[(String, String)]) {
        let (settings, notices) = settings_in(self.block, pairs);
        self.notices = notices;
        self.history.push(settings);
        self.view = ViewSettings::default();
        (self.focus, self.hover) = (None, None);
        self.retrace();
        if self.pending.is_some() {
            // Nothing of what was there before is shown meanwhile.
            (self.trace, self.shown) = (Ok(Rc::default()), self.settings().clone());
        }
        self.transport.jump(0.0, self.steps());
        let waits = |(key, _): &(String, String)| self.is_empty() && ["step", "focus", "autoplay"].contains(&&**key);
        let (later, now): (Vec<_>, Vec<_>) = pairs.iter().cloned().partition(waits);
        self.later = later;
        self.look_as(&now);
    }

    /// Takes over what the view keys of a URL say; everything else stays.
    pub fn read_view(&mut self, pairs: &[(String, String)]) {
        self.notices.clear();
        self.look_as(pairs);
    }

    pub(super) fn look_as(&mut self, pairs: &[(String, String)]) {
        for (key, text) in pairs {
            match key.as_str() {
                "step" => match text.parse::<usize>() {
                    Ok(step) if step < self.steps().max(1) => self.transport.jump(step as f64, self.steps()),
                    _ => {
                        let last = self.steps().saturating_sub(1);
                        self.notices.push(format!("step takes a whole number from 0 to {last}."));
                    }
                },
                "focus" => match self.trace.as_ref().ok().and_then(|trace| trace.parse_cell(text)) {
                    Some(cell) => self.focus = Some(cell),
                    None => self.notices.push("focus names a number that is not in this picture.".to_owned()),
                },
                "autoplay" => {
                    let refused = self.view.set(key, text).and_then(Result::err);
                    self.notices.extend(refused);
                    if self.view.autoplay {
                        self.transport.play(self.steps());
                    }
                }
                _ => self.notices.extend(self.view.set(key, text).and_then(Result::err)),
            }
        }
        self.point_again();
    }

    /// What the URL says to come back here: what differs from the default, and what the way there would change.
    pub fn pairs(&self) -> Vec<(String, String)> {
        let (default, values) = (self.block.values(&self.block.default()), self.block.values(self.settings()));
        let controls = self.block.controls(self.settings());
        let differing = |from: &Map<String, Value>| {
            let differs = |key: &&str| from.get(*key) != values.get(*key);
            controls.iter().map(|control| control.key).filter(differs).collect::<Vec<_>>()
        };
        // The reader's own picture stays on the page, also where a number of it was changed by hand.
        let is_private = self.picture().is_some_and(|name| pictures::is_private(&name));
        let written = |keys: &[&str]| -> Vec<(String, String)> {
            let stays = |key: &str| is_private && key == pictures::PIXELS;
            let told = controls.iter().filter(|control| keys.contains(&control.key) && !stays(control.key));
            told.filter_map(|control| Some((control.key.to_owned(), control.print(values.get(control.key)?)))).collect()
        };
        let mut keys = differing(&default);
        let mut pairs = written(&keys);
        // A kernel at its default size may have to shrink before the padding that makes room for it is read.
        loop {
            let value_of = |key: &str| pairs.iter().find(|(known, _)| known == key).map(|(_, value)| value.as_str());
            let (reached, _) = self.block.with_values(self.block.default(), value_of);
            let mut missing = differing(&self.block.values(&reached));
            missing.retain(|key| !keys.contains(key));
            if missing.is_empty() {
                break;
            }
            keys.extend(missing);
            pairs = written(&keys);
        }
        if self.step() > 0 {
            pairs.push(("step".to_owned(), self.step().to_string()));
        }
        if let Some(cell) = self.focus {
            pairs.push(("focus".to_owned(), cell.to_string()));
        }
        pairs.extend(self.view.pairs().into_iter().map(|(key, value)| (key.to_owned(), value)));
        pairs
    }

    /// Everything as a plain object: block, settings and view.
    pub fn state(&self) -> Value {
        // Collecting would sort first, and carry a sort into the page.
        let mut view = Map::new();
        view.extend(self.view.pairs().into_iter().map(|(key, value)| (key.to_owned(), Value::from(value))));
        object(vec![
            ("block", self.block.about().name.into()),
            ("settings", self.block.values(self.settings()).into()),
            ("step", self.step().into()),
            ("focus", self.focus.map(|cell| cell.to_string()).into()),
            ("view", view.into()),
        ])
    }

    /// Takes over any part of a [`state`](Self::state).
    ///
    /// # Errors
    /// With a sentence, where a value is not legal; then nothing changes.
    pub fn take(&mut self, state: &Value) -> Result<(), String> {
        let is_object = |part: Option<&Value>| part.is_none_or(Value::is_object);
        if !(state.is_object() && is_object(state.get("settings")) && is_object(state.get("view"))) {
            return Err("state takes a plain object; so do its settings and its view.".to_owned());
        }
        let mut settings = self.settings().clone();
        if let Some(values) = state.get("settings").and_then(Value::as_object) {
            let keys: Vec<&str> = self.block.controls(&settings).iter().map(|control| control.key).collect();
            for (key, value) in keys.iter().filter_map(|key| Some((key, values.get(*key)?))) {
                settings = self.block.set(&settings, key, value)?;
            }
        }
        let mut view = self.view.clone();
        for (key, value) in state.get("view").and_then(Value::as_object).into_iter().flatten() {
            let text = value.as_str().map_or_else(|| json_text(value), str::to_owned);
            view.set(key, &text).unwrap_or(Ok(()))?;
        }
        let step = match state.get("step") {
            None | Some(Value::Null) => None,
            Some(step) => Some(
                step.as_u64()
                    .ok_or_else(|| format!("step got {}; it takes a whole number from 0.", json_text(step)))?,
            ),
        };
        let before = (self.history.clone(), self.notices.clone());
        self.change(settings);
        if self.pending.is_some() {
            let focus = state.get("focus").and_then(Value::as_str).map(|cell| ("focus".to_owned(), cell.to_owned()));
            self.later = step.map(|step| ("step".to_owned(), step.to_string())).into_iter().chain(focus).collect();
            self.view = view;
            return Ok(());
        }
        let focus = match state.get("focus") {
            None => Ok(self.focus),
            Some(Value::Null) => Ok(None),
            Some(text) => {
                let cell = text.as_str().and_then(|text| self.trace.as_ref().ok()?.parse_cell(text));
                cell.map(Some).ok_or("focus names a number that is not in this picture.")
            }
        };
        match focus {
            Ok(focus) => (self.focus, self.view) = (focus, view),
            Err(why) => {
                (self.history, self.notices) = before;
                self.retrace();
                return Err(why.to_owned());
            }
        }
        if let Some(step) = step {
            self.transport.jump(step as f64, self.steps());
        }
        self.point_again();
        Ok(())
    }
}
