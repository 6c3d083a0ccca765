//! Fetching the words of another language.

use yew::Callback;

use crate::browser::{fetch_text, spawn};
use crate::state::{GERMAN_FILE, Language, knows_german, learn_german};

/// Fetches the words of `language` from the folder `home` when a view first speaks it, and rings `learned` when they are there.
/// Until then, and where they cannot be had, the view speaks English. `asked_for` remembers what the view has asked for.
pub fn learn_words(asked_for: &mut Language, language: Language, home: &str, learned: Callback<()>) {
    let before = std::mem::replace(asked_for, language);
    if language == Language::En || language == before || knows_german() {
        return;
    }
    let address = format!("{home}{GERMAN_FILE}");
    spawn(async move {
        if let Some(pairs) = fetch_text(&address).await {
            learn_german(pairs);
            learned.emit(());
        }
    });
}
