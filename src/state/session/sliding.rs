//! Settings that follow the hand: a volume is turned, a picture is shifted.

use serde_json::Value;

use super::Session;
use crate::blocks::{AnySettings, Kind};
use crate::scene::Slide;

impl Session {
    /// What both settings are now; nothing where the block has no such settings.
    pub fn slid(&self, slide: Slide) -> Option<[f64; 2]> {
        let values = self.block.values(self.settings());
        let [across, down] = slide.keys.map(|key| values.get(key).and_then(Value::as_f64));
        Some([across?, down?])
    }

    /// Sets both, within their ranges: to whole numbers, or to finer ones where they have finer steps.
    pub fn slide(&mut self, slide: Slide, to: [f64; 2]) {
        for ((key, to), around) in slide.keys.into_iter().zip(to).zip(slide.around) {
            let Some((min, max, step)) = self.range(key) else { continue };
            let grain = step.min(1.0);
            let to = (to / grain).round() * grain;
            let beyond = if around { ((to - min) / (max - min)).floor() } else { 0.0 };
            self.set(key, &Value::from((to - beyond * (max - min)).clamp(min, max)));
        }
    }

    /// Goes so many steps to the right and downward, as seen in the picture.
    pub fn slide_by(&mut self, slide: Slide, steps: [f64; 2]) {
        let Some(now) = self.slid(slide) else { return };
        let to = [0, 1].map(|axis| {
            let step = self.range(slide.keys[axis]).map_or(1.0, |range| range.2);
            now[axis] + steps[axis] * step.copysign(f64::from(slide.per_pixel[axis]))
        });
        self.slide(slide, to);
    }

    /// The range of a setting, and how far a key moves it.
    fn range(&self, key: &str) -> Option<(f64, f64, f64)> {
        let controls = self.block.controls(self.settings());
        match controls.iter().find(|control| control.key == key)?.kind {
            Kind::Whole { min, max } => Some((min as f64, max as f64, 1.0)),
            Kind::Number { min, max, step } => Some((min, max, step)),
            _ => None,
        }
    }

    /// Takes over settings that only say from where the picture is seen.
    pub(super) fn look_anew(&mut self, settings: AnySettings) {
        if settings != *self.settings() {
            self.history.push(settings);
            self.notices.clear();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::blocks;
    use crate::scene::Theme;

    /// A block's session, and what slides in its picture.
    fn sliding(block: &str) -> (Session, Slide) {
        let session = Session::new(blocks::find(block).expect("the block"));
        let slide = session.scene(900.0, &Theme::LIGHT).slide().expect("something slides");
        (session, slide)
    }

    #[test]
    fn a_volume_turns_round_and_is_turned_back_in_one_step() {
        let (mut session, turn) = sliding("conv3d");
        let start = session.slid(turn).expect("angles");
        session.begin_gesture();
        session.slide(turn, [170.0, 80.0]);
        session.slide(turn, [190.0, 100.0]);
        session.end_gesture();
        assert_eq!(session.slid(turn), Some([-170.0, 90.0]));
        assert!(session.notices().is_empty());
        session.undo();
        assert_eq!(session.slid(turn), Some(start));
        session.slide_by(turn, [1.0, 1.0]);
        assert_eq!(session.slid(turn), Some([start[0] - 5.0, start[1] + 5.0]));
    }

    #[test]
    fn a_picture_is_shifted_and_comes_in_again() {
        let (mut session, shift) = sliding("bias");
        session.slide(shift, [2.6, -3.0]);
        assert_eq!(session.slid(shift), Some([3.0, -3.0]));
        session.slide(shift, [9.0, 0.0]);
        assert_eq!(session.slid(shift), Some([-7.0, 0.0]), "8 cells: one to the right is seven to the left");
    }
}
