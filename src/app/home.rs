//! The home page: the blocks in the lecture's order.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use yew::prelude::*;

use crate::blocks::{self, AnyBlock};
use crate::paint::svg;
use crate::scene::Theme;
use crate::state::{Language, Route, Session, ViewSettings};

/// The width for which the pictures on the cards are drawn, in CSS pixels; they are shown smaller.
const PICTURE_WIDTH: f32 = 840.0;

/// The home page; `unknown` is a block that the address names and that there is none of.
pub fn home(unknown: Option<&str>, language: Language, theme: &Theme) -> Html {
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
                                <img src={picture(*block, theme)} alt="" />
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

/// What a block shows at first, as the address of an image.
fn picture(block: &'static dyn AnyBlock, theme: &Theme) -> String {
    let scene = Session::new(block).scene(PICTURE_WIDTH, theme);
    format!("data:image/svg+xml;base64,{}", STANDARD.encode(svg::paint(&scene, block.about().title, None)))
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
