//! The home page: the blocks in the lecture's order.

use yew::prelude::*;

use crate::blocks;

#[derive(Properties, PartialEq)]
pub struct Props {
    /// A block that the address names and that there is none of.
    pub unknown: Option<AttrValue>,
}

#[component(Home)]
pub fn home(props: &Props) -> Html {
    html! {
        <>
            if let Some(name) = &props.unknown {
                <p class="notice" role="status">{ format!("There is no block “{name}”. These are there:") }</p>
            }
            <section class="intro">
                <h1>{ "See how layers compute" }</h1>
                <p>{ "Every number in these pictures can be pointed at, explained, and changed. Drag an input, a weight, an \
                      upstream gradient: whatever depends on it follows at once, and the formula under the picture shows the \
                      arithmetic, digit by digit." }</p>
            </section>
            <ul class="cards">
                { for blocks::ALL.iter().map(|block| {
                    let about = block.about();
                    html! {
                        <li>
                            <a class="card" href={format!("#/{}", about.name)}>
                                <h2>{ about.title }</h2>
                                <p>{ about.teaches }</p>
                                <p class="question">{ about.question }</p>
                            </a>
                        </li>
                    }
                }) }
            </ul>
        </>
    }
}
