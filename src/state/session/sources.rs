//! What a session computes on: a picture, a volume, a file of the reader's own.

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

    /// Whether files can be opened, dropped and pasted.
    pub fn takes_files(&self) -> bool {
        self.block.opens().is_some() || self.picture().is_some()
    }

    /// Takes what a text file of this name holds; what of it cannot be taken is told in [`notices`](Self::notices).
    pub fn take_file(&mut self, name: &str, text: &str) {
        let (settings, sentences) = self.block.take(self.settings(), text);
        settings.into_iter().for_each(|settings| self.begin_with(settings));
        self.notices = sentences.into_iter().map(|sentence| format!("{name}: {sentence}.")).collect();
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

    #[test]
    fn a_file_is_taken_in_one_step_and_told_of_by_name() {
        for name in ["graph", "message-passing", "gcn"] {
            let mut session = Session::new(blocks::find(name).expect("the block"));
            assert!(session.takes_files());
            session.take_file("own.csv", "0,1\n1\n1,2\n");
            let edges = |session: &Session| session.block().values(session.settings())["edges"].clone();
            assert_eq!(edges(&session), "0-1,1-2");
            assert_eq!(session.notices(), ["own.csv: line 2: “1” is no edge; it takes source, target."]);
            assert_eq!(Session::open(session.block(), &session.pairs()).pairs(), session.pairs(), "as the link says");
            session.undo();
            assert_eq!(edges(&session), "");
            session.take_file("empty.csv", "");
            assert_eq!(session.notices(), ["empty.csv: it has 0 nodes; from 1 to 49 fit here."]);
            assert!(session.can_undo_redo() == (false, true), "nothing has changed");
        }
        assert!(!Session::new(blocks::find("dense").expect("the block")).takes_files());
    }
}
