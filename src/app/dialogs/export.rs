//! The picture as it stands, its formula, and a program that prints the same number.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use yew::prelude::*;

use super::snippet::snippet;
use super::{Around, Choice, Dialog};
use crate::app::live::Live;
use crate::browser::{copy_png, download, is_sandboxed};
use crate::paint::{canvas, svg};
use crate::scene::Scene;
use crate::state::Session;

/// How many pixels of a PNG there may be to a pixel of the picture.
const SCALES: [u8; 3] = [1, 2, 3];
const PICTURE: &str = "Picture";

pub fn export_dialog(dialog: &Dialog, around: &Around) -> Html {
    let live = &around.live;
    let say = |english| live.say(english);
    let name = live.look(|session| session.block().about().name);
    let (formula, program) = live.look(|session| (formula(session), program(session)));
    let snippet = |label, text, ending| snippet(dialog, around, label, text, Some(format!("{name}.{ending}")));
    html! {
        <>
            { picture_export(dialog, around) }
            if let Some(formula) = formula {
                { snippet("Formula (LaTeX)", formula, "tex") }
            } else {
                <p>{ say("Point at a number to export its formula.") }</p>
            }
            if let Some(program) = program {
                { snippet("Program (PyTorch) that prints the same number", program, "py") }
            }
            if is_sandboxed() {
                <p class="hint">
                    { say("Nothing saved? A page that shows this frame can forbid downloads. Copying works, and so does the full page.") }
                </p>
            }
        </>
    }
}

fn formula(session: &Session) -> Option<String> {
    session.explanation().map(|explanation| explanation.latex())
}

fn program(session: &Session) -> Option<String> {
    Some(session.block().pytorch(session.settings(), session.trace().ok()?, session.at()?))
}

/// The picture as SVG and as PNG.
fn picture_export(dialog: &Dialog, around: &Around) -> Html {
    let Around { live, theme, width, on_choice, .. } = around;
    let say = |english| live.say(english);
    let about = live.look(|session| session.block().about());
    let background = (!dialog.transparent).then_some(theme.card);
    let scene = live.look(|session| session.scene(*width, theme));
    let text = svg::paint(&scene, say(about.title), background);
    let preview = format!("data:image/svg+xml;base64,{}", STANDARD.encode(&text));
    let with_png = |act: Act| {
        let scene = background.map_or_else(|| scene.clone(), |colour| scene.clone().on(colour));
        let (density, on_choice, live) = (f32::from(dialog.scale), on_choice.clone(), live.clone());
        Callback::from(move |_: MouseEvent| {
            let (scene, on_choice, live) = (scene.clone(), on_choice.clone(), live.clone());
            wasm_bindgen_futures::spawn_local(async move {
                on_choice.emit(Choice::Outcome(PICTURE, act.run(&live, scene, density, about.name).await));
            });
        })
    };
    let background_choice = |label: &'static str, choice: bool| {
        let chosen = on_choice.reform(move |_: Event| Choice::Transparent(choice));
        radio("background", say(label), dialog.transparent == choice, chosen)
    };
    let scale_choice = |&choice: &u8| {
        let chosen = on_choice.reform(move |_: Event| Choice::Scale(choice));
        radio("scale", &format!("{choice}×"), dialog.scale == choice, chosen)
    };
    html! {
        <section class="picture-export">
            <h3>{ say(PICTURE) }</h3>
            <img class="preview" src={preview} alt={say("the picture as it is exported")} />
            <form class="controls" onsubmit={Callback::from(|event: SubmitEvent| event.prevent_default())}>
                <fieldset class="control">
                    <legend class="label">{ say("background") }</legend>
                    <div class="choice">
                        { background_choice("as shown", false) }
                        { background_choice("transparent", true) }
                    </div>
                </fieldset>
                <fieldset class="control">
                    <legend class="label">{ say("pixels (PNG)") }</legend>
                    <div class="choice">{ for SCALES.iter().map(scale_choice) }</div>
                </fieldset>
                <div class="tools">
                    <button type="button" onclick={with_png(Act::Copy)}>{ say("Copy PNG") }</button>
                    <button type="button" onclick={with_png(Act::Save)}>{ say("Download PNG") }</button>
                    <span role="status">{ dialog.outcome(PICTURE) }</span>
                </div>
            </form>
            { snippet(dialog, around, "SVG", text, Some(format!("{}.svg", about.name))) }
        </section>
    }
}

fn radio(name: &'static str, label: &str, checked: bool, onchange: Callback<Event>) -> Html {
    html! {
        <label>
            <input type="radio" {name} {checked} {onchange} />
            <span>{ label }</span>
        </label>
    }
}

/// What becomes of a PNG.
#[derive(Clone, Copy)]
enum Act {
    Copy,
    Save,
}

impl Act {
    /// Paints the picture and hands it over; returns what there is to say about it.
    async fn run(self, live: &Live, scene: Scene, density: f32, name: &str) -> &'static str {
        match self {
            Self::Copy => match copy_png(async move { canvas::png(&scene, density).await }).await {
                true => live.say("copied"),
                false => live.say("This page may not copy pictures: download it instead."),
            },
            Self::Save => match canvas::png(&scene, density).await {
                Ok(file) if download(&format!("{name}.png"), &file).is_ok() => "",
                _ => live.say("This browser cannot paint so many pixels: take fewer, or the SVG."),
            },
        }
    }
}
