//! Settings to and from the URL, undo and redo, the transport; and [`Session`], which holds them together.

mod history;
mod session;
mod share;
mod transport;
mod url;
mod view;
mod words;

pub use history::History;
pub use session::Session;
pub use share::Share;
pub use transport::Transport;
pub use url::Route;
pub use view::{Backend, Controls, Language, Motion, ViewSettings};
pub use words::{GERMAN_FILE, knows_german, learn_german};
