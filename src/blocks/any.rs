//! A block whose settings' type is not known: what the page, the element and the tests hold.

use std::any::Any;
use std::fmt;
use std::marker::PhantomData;
use std::rc::Rc;

use futures_util::FutureExt;
use futures_util::future::LocalBoxFuture;
use serde_json::{Map, Value};

use super::object;
use super::{About, Block, Control, Fields, Gesture, Moving, Opens, Panel, Preset, View, Written, fields};
use crate::compute::{Chain, Device};
use crate::explain::{Cell, Explanation, Trace};
use crate::layers::LayerError;
use crate::scene::Scene;

/// The settings of some block. Comparing them compares every value.
#[derive(Clone)]
pub struct AnySettings(Rc<dyn Valued>);

/// Settings whose type is not known.
trait Valued: Any {
    fn values(&self) -> Map<String, Value>;
}

impl<S: Fields + Clone + 'static> Valued for S {
    fn values(&self) -> Map<String, Value> {
        fields::values(&mut self.clone())
    }
}

impl AnySettings {
    fn new(settings: impl Valued) -> Self {
        Self(Rc::new(settings))
    }
}

impl PartialEq for AnySettings {
    fn eq(&self, other: &Self) -> bool {
        let same_type = || (*self.0).type_id() == (*other.0).type_id();
        Rc::ptr_eq(&self.0, &other.0) || same_type() && self.0.values() == other.0.values()
    }
}

impl fmt::Debug for AnySettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AnySettings")
    }
}

/// A trace that may not be ready at once.
pub type Computed = LocalBoxFuture<'static, Result<Trace, LayerError>>;

/// [`Block`] without its settings' type. Settings of another block count as this block's default.
#[expect(missing_docs, reason = "each method is documented where Block declares it")]
pub trait AnyBlock: Sync {
    fn about(&self) -> About;
    fn files(&self, settings: &AnySettings) -> Vec<&'static str>;
    fn opens(&self) -> Option<Opens>;
    fn looks(&self) -> &'static [&'static str];
    fn near(&self) -> bool;
    fn default(&self) -> AnySettings;
    fn presets(&self) -> Vec<Preset>;
    fn controls(&self, settings: &AnySettings) -> Vec<Control>;
    fn computed(&self, settings: &AnySettings, device: Device) -> Computed;
    fn steps(&self, trace: &Trace) -> usize;
    fn step_cell(&self, trace: &Trace, step: usize) -> Option<Cell>;
    fn step_of(&self, trace: &Trace, cell: Cell) -> Option<usize>;
    fn explain(&self, settings: &AnySettings, trace: &Trace, cell: Cell) -> Option<Explanation>;
    fn sources(&self, settings: &AnySettings, trace: &Trace, cell: Cell) -> Vec<Cell>;
    fn influences(&self, settings: &AnySettings, trace: &Trace, cell: Cell) -> Vec<Cell>;
    fn scene(&self, settings: &AnySettings, trace: &Trace, view: View<'_>) -> Scene;
    fn moving(&self, settings: &AnySettings, cell: Option<Cell>) -> Vec<Moving>;
    fn go_on(&self, settings: &AnySettings) -> Option<bool>;
    fn edit(&self, settings: &AnySettings, cell: Cell, value: f32) -> Option<AnySettings>;
    fn reshape(&self, settings: &AnySettings, cell: Cell, gesture: Gesture) -> Option<AnySettings>;
    fn open(&self, settings: &AnySettings, cell: Cell) -> Option<AnySettings>;
    fn take(&self, settings: &AnySettings, text: &str) -> (Option<AnySettings>, Vec<String>);
    fn written(&self, settings: &AnySettings) -> Vec<Written>;
    fn facts(&self, settings: &AnySettings, trace: &Trace) -> String;
    fn chain(&self, settings: &AnySettings, trace: &Trace) -> Option<(Chain, &'static str)>;
    fn pytorch(&self, settings: &AnySettings, trace: &Trace, cell: Cell) -> String;

    /// The settings as plain values, by key.
    fn values(&self, settings: &AnySettings) -> Map<String, Value>;

    /// The settings with a legal value under a key, and the others brought into line; nothing where the value is of another kind.
    fn replace(&self, settings: &AnySettings, key: &str, value: &Value) -> Option<AnySettings>;
}

impl dyn AnyBlock {
    /// Everything that is computed from the settings.
    pub fn trace(&'static self, settings: &AnySettings, device: Device) -> Computed {
        let settings = settings.clone();
        async move {
            let mut trace = self.computed(&settings, device.clone()).await?;
            // Where a card is to do all that it can, what is shown comes from it, though the CPU is done already.
            if device.is_forced()
                && !device.was_card()
                && let Some((chain, stage)) = self.chain(&settings, &trace)
                && let Some(output) = chain.by_card(&device).await
                && let Some(stage) = trace.stages.iter_mut().find(|known| known.name == stage)
            {
                stage.replace(output);
            }
            Ok(trace)
        }
        .boxed_local()
    }
}

impl dyn AnyBlock + '_ {
    /// The settings with one value replaced, and the others brought into line.
    ///
    /// # Errors
    /// With a sentence, where the value is not legal. An unknown key changes nothing.
    pub fn set(&self, settings: &AnySettings, key: &str, value: &Value) -> Result<AnySettings, String> {
        let Some(control) = self.controls(settings).into_iter().find(|control| control.key == key) else {
            return Ok(settings.clone());
        };
        let value = control.check(value)?;
        if self.values(settings).get(key) == Some(&value) {
            return Ok(settings.clone());
        }
        self.replace(settings, key, &value).ok_or_else(|| format!("{key} takes {}.", control.accepts()))
    }

    /// The settings of a preset.
    pub fn preset(&self, preset: &Preset) -> AnySettings {
        let pairs = || preset.query.split('&').filter_map(|pair| pair.split_once('='));
        let value_of = |key: &str| pairs().find(|(known, _)| *known == key).map(|(_, value)| value);
        self.with_values(self.default(), value_of).0
    }

    /// What can be changed, each in the widest range that the default and the presets allow; what is legal may be narrower,
    /// depending on the other settings.
    pub fn widest_controls(&self) -> Vec<Control> {
        let mut controls = self.controls(&self.default());
        for preset in self.presets() {
            let there = self.controls(&self.preset(&preset));
            controls.iter_mut().zip(&there).for_each(|(control, other)| control.widen(other));
        }
        controls
    }

    /// The settings with what a URL says, and a sentence for each value that was refused.
    pub fn with_values<'p>(
        &self,
        mut settings: AnySettings,
        value_of: impl Fn(&str) -> Option<&'p str>,
    ) -> (AnySettings, Vec<String>) {
        let mut refused = Vec::new();
        // In the order of the declarations, so that a range that depends on another setting is the right one.
        let keys: Vec<&str> = self.controls(&settings).iter().map(|control| control.key).collect();
        for key in keys {
            let Some(text) = value_of(key) else { continue };
            let controls = self.controls(&settings);
            let Some(control) = controls.iter().find(|control| control.key == key) else { continue };
            match control.parse(text).and_then(|value| self.set(&settings, key, &value)) {
                Ok(changed) => settings = changed,
                Err(sentence) => refused.push(sentence),
            }
        }
        (settings, refused)
    }
}

/// The block `B` as an [`AnyBlock`].
pub(super) struct Erased<B>(PhantomData<fn() -> B>);

impl<B: Block> Erased<B> {
    pub(super) const NEW: Self = Self(PhantomData);

    fn typed(settings: &AnySettings) -> Rc<B::Settings> {
        let settings: Rc<dyn Any> = settings.0.clone();
        settings.downcast().unwrap_or_default()
    }
}

impl<B: Block> AnyBlock for Erased<B> {
    fn about(&self) -> About {
        About::read(B::ABOUT)
    }

    fn files(&self, settings: &AnySettings) -> Vec<&'static str> {
        B::files(&Self::typed(settings))
    }

    fn opens(&self) -> Option<Opens> {
        B::OPENS
    }

    fn looks(&self) -> &'static [&'static str] {
        B::LOOKS
    }

    fn near(&self) -> bool {
        B::NEAR
    }

    fn default(&self) -> AnySettings {
        AnySettings::new(B::initial())
    }

    fn presets(&self) -> Vec<Preset> {
        Preset::read(B::ABOUT)
    }

    fn controls(&self, settings: &AnySettings) -> Vec<Control> {
        let mut panel = Panel::read(B::CONTROLS);
        B::narrow(&Self::typed(settings), &mut panel);
        panel.controls
    }

    fn computed(&self, settings: &AnySettings, device: Device) -> Computed {
        let settings = Self::typed(settings);
        async move { B::trace(&settings, &device).await }.boxed_local()
    }

    fn steps(&self, trace: &Trace) -> usize {
        B::steps(trace)
    }

    fn step_cell(&self, trace: &Trace, step: usize) -> Option<Cell> {
        B::step_cell(trace, step)
    }

    fn step_of(&self, trace: &Trace, cell: Cell) -> Option<usize> {
        B::step_of(trace, cell)
    }

    fn explain(&self, settings: &AnySettings, trace: &Trace, cell: Cell) -> Option<Explanation> {
        B::explain(&Self::typed(settings), trace, cell)
    }

    fn sources(&self, settings: &AnySettings, trace: &Trace, cell: Cell) -> Vec<Cell> {
        B::sources(&Self::typed(settings), trace, cell)
    }

    fn influences(&self, settings: &AnySettings, trace: &Trace, cell: Cell) -> Vec<Cell> {
        B::influences(&Self::typed(settings), trace, cell)
    }

    fn scene(&self, settings: &AnySettings, trace: &Trace, view: View<'_>) -> Scene {
        B::scene(&Self::typed(settings), trace, view)
    }

    fn moving(&self, settings: &AnySettings, cell: Option<Cell>) -> Vec<Moving> {
        B::moving(&Self::typed(settings), cell)
    }

    fn go_on(&self, settings: &AnySettings) -> Option<bool> {
        B::go_on(&Self::typed(settings))
    }

    fn edit(&self, settings: &AnySettings, cell: Cell, value: f32) -> Option<AnySettings> {
        B::edit(&Self::typed(settings), cell, value).map(AnySettings::new)
    }

    fn reshape(&self, settings: &AnySettings, cell: Cell, gesture: Gesture) -> Option<AnySettings> {
        B::reshape(&Self::typed(settings), cell, gesture).map(AnySettings::new)
    }

    fn open(&self, settings: &AnySettings, cell: Cell) -> Option<AnySettings> {
        B::open(&Self::typed(settings), cell).map(AnySettings::new)
    }

    fn take(&self, settings: &AnySettings, text: &str) -> (Option<AnySettings>, Vec<String>) {
        let (taken, sentences) = B::take(&Self::typed(settings), text);
        (taken.map(AnySettings::new), sentences)
    }

    fn written(&self, settings: &AnySettings) -> Vec<Written> {
        B::written(&Self::typed(settings))
    }

    fn facts(&self, settings: &AnySettings, trace: &Trace) -> String {
        B::facts(&Self::typed(settings), trace)
    }

    fn chain(&self, settings: &AnySettings, trace: &Trace) -> Option<(Chain, &'static str)> {
        B::chain(&Self::typed(settings), trace)
    }

    fn pytorch(&self, settings: &AnySettings, trace: &Trace, cell: Cell) -> String {
        B::pytorch(&Self::typed(settings), trace, cell)
    }

    fn values(&self, settings: &AnySettings) -> Map<String, Value> {
        Self::typed(settings).values()
    }

    fn replace(&self, settings: &AnySettings, key: &str, value: &Value) -> Option<AnySettings> {
        let mut changed = B::Settings::clone(&Self::typed(settings));
        fields::set(&mut changed, key, value).then(|| {
            B::settle(&mut changed, key);
            AnySettings::new(changed)
        })
    }
}

/// Every block with its settings' names, kinds, defaults, ranges and presets: what `blocks()` tells.
pub fn describe_all() -> Value {
    super::ALL.iter().map(|block| describe(*block)).collect()
}

fn describe(block: &dyn AnyBlock) -> Value {
    let about = block.about();
    let default = block.default();
    let values = block.values(&default);
    let settings: Vec<Value> = block
        .widest_controls()
        .iter()
        .map(|control| control.to_json(values.get(control.key).unwrap_or(&Value::Null)))
        .collect();
    let presets: Vec<Value> = block
        .presets()
        .iter()
        .map(|preset| {
            let mut changed = Map::new();
            for (key, value) in block.values(&block.preset(preset)) {
                if values.get(&key) != Some(&value) {
                    changed.insert(key, value);
                }
            }
            object(vec![("name", preset.name.into()), ("title", preset.title.into()), ("settings", changed.into())])
        })
        .collect();
    object(vec![
        ("name", about.name.into()),
        ("title", about.title.into()),
        ("teaches", about.teaches.into()),
        ("settings", settings.into()),
        ("presets", presets.into()),
    ])
}
