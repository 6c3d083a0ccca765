//! What a session computes on, a picture or a volume, and from which side a volume is seen.

use serde_json::{Value, json};

use super::Session;
use crate::blocks::{AnySettings, Kind};
use crate::data::{pictures, volumes};

/// The settings that say from which side volumes are seen: they change nothing that is computed.
pub(super) const ANGLES: [&str; 2] = ["yaw", "pitch"];

impl Session {
    /// The name of the picture or volume that is looked at; nothing where the block takes none.
    pub fn picture(&self) -> Option<String> {
        let name = self.block.values(self.settings()).remove(self.picture_key()?)?;
        name.as_str().map(str::to_owned)
    }

    /// Whether the block computes on volumes.
    pub fn takes_volumes(&self) -> bool {
        let controls = self.block.controls(self.settings());
        controls.iter().any(|control| matches!(control.kind, Kind::Volume(_)))
    }

    /// Looks at another picture or volume.
    pub fn choose_picture(&mut self, name: &str) {
        if let Some(key) = self.picture_key() {
            self.set(key, &json!(name));
        }
    }

    /// Whether the picture or volume that is looked at is there; of the reader's own only the latest are kept.
    pub(super) fn keeps_picture(&self) -> bool {
        let known = if self.takes_volumes() { volumes::is_known } else { pictures::is_known };
        self.picture().is_none_or(|name| known(&name))
    }

    fn picture_key(&self) -> Option<&'static str> {
        let controls = self.block.controls(self.settings());
        controls
            .iter()
            .find(|control| matches!(control.kind, Kind::Picture(_) | Kind::Volume(_)))
            .map(|control| control.key)
    }

    /// From which side volumes are seen: yaw and pitch in degrees; nothing where the block draws none.
    pub fn angles(&self) -> Option<[f64; 2]> {
        let values = self.block.values(self.settings());
        let [yaw, pitch] = ANGLES.map(|key| values.get(key).and_then(Value::as_f64));
        Some([yaw?, pitch?])
    }

    /// Looks at volumes from another side: round and round, but not over the top.
    pub fn turn_to(&mut self, [yaw, pitch]: [f64; 2]) {
        let around = yaw - 360.0 * ((yaw + 180.0) / 360.0).floor();
        let [about, over] = ANGLES;
        let turned = self.block.set(self.settings(), about, &json!(around));
        let turned = turned.and_then(|turned| self.block.set(&turned, over, &json!(pitch.clamp(-90.0, 90.0))));
        match turned {
            Ok(settings) => self.turn(settings),
            Err(sentence) => self.notify(sentence),
        }
    }

    /// Takes over other angles: whatever was computed and drawn flat is as before.
    pub(super) fn turn(&mut self, settings: AnySettings) {
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

    #[test]
    fn a_volume_turns_round_and_is_turned_back_in_one_step() {
        let mut session = Session::new(blocks::find("conv3d").expect("the block"));
        let start = session.angles().expect("angles");
        session.begin_gesture();
        session.turn_to([170.0, 80.0]);
        session.turn_to([190.0, 100.0]);
        session.end_gesture();
        assert_eq!(session.angles(), Some([-170.0, 90.0]));
        assert!(session.notices().is_empty());
        session.undo();
        assert_eq!(session.angles(), Some(start));
        assert_eq!(Session::new(blocks::find("conv2d").expect("the block")).angles(), None);
    }

    #[test]
    fn a_volume_is_chosen_by_name() {
        let mut session = Session::new(blocks::find("conv3d").expect("the block"));
        assert!(session.takes_volumes());
        session.choose_picture("shell");
        assert_eq!(session.picture().as_deref(), Some("shell"));
    }
}
