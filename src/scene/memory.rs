//! What was drawn before and can be used again, as long as the trace stays the same.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use super::{Bitmap, Scale, Theme};
use crate::explain::Stage;

/// Which bitmap: stage, leading indices, pixels wide and high, limit of the scale, zero's colour for the theme.
type BitmapKey = (&'static str, Vec<usize>, u32, u32, u32, u32);

/// Bitmaps and scales of one trace. A scene with an empty memory is the same scene, only slower.
#[derive(Debug, Default)]
pub struct Memory {
    bitmaps: RefCell<HashMap<BitmapKey, Rc<Bitmap>>>,
    limits: RefCell<HashMap<&'static str, f32>>,
}

impl Memory {
    /// The scale of some stages, each looked through once.
    pub fn scale<'a>(&self, stages: impl IntoIterator<Item = &'a Stage>) -> Scale {
        let mut limits = self.limits.borrow_mut();
        let limit = |stage: &Stage| *limits.entry(stage.name).or_insert_with(|| Scale::limit_of(stage));
        Scale::new(stages.into_iter().map(limit).fold(0.0, f32::max))
    }

    /// A bitmap of a stage, made once.
    pub fn bitmap(
        &self,
        stage: &Stage,
        lead: &[usize],
        (width, height): (usize, usize),
        scale: Scale,
        theme: &Theme,
        make: impl FnOnce() -> Bitmap,
    ) -> Rc<Bitmap> {
        let zero = u32::from_be_bytes(theme.zero.rgba);
        let key = (stage.name, lead.to_vec(), width as u32, height as u32, scale.limit.to_bits(), zero);
        self.bitmaps.borrow_mut().entry(key).or_insert_with(|| Rc::new(make())).clone()
    }
}
