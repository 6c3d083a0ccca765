//! Settings that several blocks share.

use std::ops::{Deref, DerefMut};

use super::control::Panel;
use super::fields::{Field, Fields};

/// Which of the blocks that share their settings.
pub trait Sharer: Copy {
    /// Whether a setting says something about the block.
    fn has(self, key: &str) -> bool;
}

/// The settings of a block that shares them: a key that says nothing about the block is none of its keys.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct OfBlock<B, S> {
    pub block: B,
    pub shared: S,
}

impl<B: Sharer, S> OfBlock<B, S> {
    /// Leaves the block the controls that belong to it.
    pub fn its(&self, panel: &mut Panel) {
        panel.controls.retain(|control| self.block.has(control.key));
    }
}

impl<B, S> Deref for OfBlock<B, S> {
    type Target = S;

    fn deref(&self) -> &S {
        &self.shared
    }
}

impl<B, S> DerefMut for OfBlock<B, S> {
    fn deref_mut(&mut self) -> &mut S {
        &mut self.shared
    }
}

impl<B: Sharer, S: Fields> Fields for OfBlock<B, S> {
    fn fields(&mut self) -> Vec<(&'static str, &mut dyn Field)> {
        let mut fields = self.shared.fields();
        fields.retain(|(key, _)| self.block.has(key));
        fields
    }
}
