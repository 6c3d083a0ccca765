//! The page, in Yew: what is around the picture, and how a reader moves between blocks.
//!
//! [`BlockView`] hosts any block, on the page and in an embed alike. It holds no state of its own that matters: the
//! [`Session`](crate::state::Session) does, and every view is a function of it.

mod block_view;
mod cell_editor;
mod controls;
mod dialogs;
mod field;
mod film;
mod formula;
mod home;
mod kept;
mod live;
mod loading;
mod page;
mod picture;
mod picture_source;
mod pointer;
mod summary;
mod swarm;
mod tag;
mod transport;
mod words;

pub use block_view::{BlockView, Happening, Msg as BlockMsg, Props as BlockProps};
pub use loading::{is_loaded, load};
pub use page::start;
pub use picture::locate;
