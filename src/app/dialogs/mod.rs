//! What opens over a block: share, export, the numbers as a table, the keys.

mod dialog;
mod export;
mod keys;
mod share;
mod snippet;
mod table;

use yew::prelude::*;

use self::export::export_dialog;
use self::keys::keys_dialog;
use self::share::share_dialog;
use self::table::TableDialog;
use super::live::Live;
use crate::scene::Theme;

/// One of a block's dialogs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Subject {
    /// Links and snippets that show the same picture.
    Share,
    /// The picture, the formula and the program as files.
    Export,
    /// Any stage as a table.
    Table,
    /// Which key does what.
    Keys,
}

/// What every dialog of a block needs.
#[derive(Clone, Properties, PartialEq)]
pub struct Props {
    pub live: Live,
    /// Ticks with every act.
    pub revision: u64,
    /// The folder of this copy of Layerscope.
    pub home: AttrValue,
    /// The colours of the picture.
    pub theme: Theme,
    /// The width of the picture.
    pub width: f32,
    /// The width and height of the whole block.
    pub size: (f32, f32),
    /// Told when the dialog has closed.
    pub on_close: Callback<()>,
}

impl Subject {
    /// The dialog, open.
    pub fn view(self, props: Props) -> Html {
        match self {
            Self::Share => share_dialog(&props),
            Self::Export => export_dialog(&props),
            Self::Table => html! { <TableDialog ..props /> },
            Self::Keys => keys_dialog(&props),
        }
    }
}
