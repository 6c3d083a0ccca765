//! The home page: the blocks in the lecture's order.

use yew::prelude::*;

use crate::blocks;
use crate::state::{Language, Route, ViewSettings};

/// The home page; `unknown` is a block that the address names and that there is none of.
pub fn home(unknown: Option<&str>, language: Language) -> Html {
    let say = |english| language.say(english);
    html! {
        <>
            if let Some(name) = unknown {
                <p class="notice" role="status">{ format!("{} “{name}”. {}", say("There is no such block:"), say("These are there:")) }</p>
            }
            <section class="intro">
                <h1>{ say("See how layers compute") }</h1>
                <p>{ say("Every number in these pictures can be pointed at, explained, and changed. Drag an input, a weight, an \
                      upstream gradient: whatever depends on it follows at once, and the formula under the picture shows the \
                      arithmetic, digit by digit.") }</p>
            </section>
            <ul class="cards">
                { for blocks::ALL.iter().map(|block| {
                    let about = block.about();
                    html! {
                        <li>
                            <a class="card" href={address(Some(about.name), language)}>
                                <h2>{ say(about.title) }</h2>
                                <p>{ say(about.teaches) }</p>
                                <p class="question">{ say(about.question) }</p>
                            </a>
                        </li>
                    }
                }) }
            </ul>
        </>
    }
}

/// Home, or a block's page, in the reader's language.
pub fn route(block: Option<&str>, language: Language) -> Route {
    let view = ViewSettings { lang: language, ..ViewSettings::default() };
    let pairs = view.pairs().into_iter().map(|(key, value)| (key.to_owned(), value)).collect();
    Route { block: block.map(str::to_owned), pairs }
}

/// [`route`], as a link says it.
pub fn address(block: Option<&str>, language: Language) -> String {
    route(block, language).to_hash()
}
