//! What was drawn before and can be used again, as long as the numbers stay the same.

use std::cell::RefCell;
use std::rc::Rc;

use super::{Bitmap, Scale, Theme};
use crate::explain::Stage;

/// Which bitmap: stage, leading indices, pixels wide and high, limit of the scale, zero's colour for the theme.
type BitmapKey = (&'static str, Vec<usize>, u32, u32, u32, u32);

/// Bitmaps and scales. A scene with an empty memory is the same scene, only slower.
#[derive(Debug, Default)]
pub struct Memory {
    // A few of each: looking through them is as fast as hashing.
    bitmaps: RefCell<Vec<(BitmapKey, Rc<Bitmap>)>>,
    limits: RefCell<Vec<(&'static str, f32)>>,
}

impl Memory {
    /// How many bitmaps are kept for other numbers of other stages: those of some widths.
    const MOST: usize = 64;

    /// Forgets what was drawn of stages that are others now.
    pub fn keep(&mut self, stays: impl Fn(&str) -> bool) {
        let bitmaps = self.bitmaps.get_mut();
        bitmaps.retain(|(key, _)| stays(key.0));
        bitmaps.drain(..bitmaps.len().saturating_sub(Self::MOST));
        self.limits.get_mut().retain(|(name, _)| stays(name));
    }

    /// The scale of some stages, each looked through once.
    pub fn scale<'a>(&self, stages: impl IntoIterator<Item = &'a Stage>) -> Scale {
        self.shared(&mut stages.into_iter())
    }

    fn shared(&self, stages: &mut dyn Iterator<Item = &Stage>) -> Scale {
        let mut limits = self.limits.borrow_mut();
        let limit = |stage: &Stage| match limits.iter().find(|(name, _)| *name == stage.name) {
            Some((_, limit)) => *limit,
            None => {
                limits.push((stage.name, Scale::limit_of(stage)));
                limits[limits.len() - 1].1
            }
        };
        Scale::new(stages.map(limit).fold(0.0, f32::max))
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
        self.made(&key).unwrap_or_else(|| {
            let bitmap = Rc::new(make());
            self.bitmaps.borrow_mut().push((key, bitmap.clone()));
            bitmap
        })
    }

    fn made(&self, key: &BitmapKey) -> Option<Rc<Bitmap>> {
        let bitmaps = self.bitmaps.borrow();
        bitmaps.iter().find(|(known, _)| known == key).map(|(_, bitmap)| bitmap.clone())
    }
}
