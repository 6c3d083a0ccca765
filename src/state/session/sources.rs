//! What a session computes on: a picture or a volume.

use serde_json::Value;

use super::Session;
use crate::blocks::Kind;
use crate::data::{pictures, volumes};

impl Session {
    /// The name of the picture or volume that is looked at; nothing where the block takes none.
    pub fn picture(&self) -> Option<String> {
        let values = self.block.values(self.settings());
        values.get(self.picture_key()?)?.as_str().map(str::to_owned)
    }

    /// Whether the block computes on volumes.
    pub fn takes_volumes(&self) -> bool {
        let controls = self.block.controls(self.settings());
        controls.iter().any(|control| matches!(control.kind, Kind::Volume(_)))
    }

    /// Looks at another picture or volume.
    pub fn choose_picture(&mut self, name: &str) {
        if let Some(key) = self.picture_key() {
            self.set(key, &Value::from(name));
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
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::blocks;

    #[test]
    fn a_volume_is_chosen_by_name() {
        let mut session = Session::new(blocks::find("conv3d").expect("the block"));
        assert!(session.takes_volumes());
        session.choose_picture("shell");
        assert_eq!(session.picture().as_deref(), Some("shell"));
    }
}
