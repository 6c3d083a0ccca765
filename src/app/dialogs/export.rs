//! The picture as it stands, its formula, and a program that prints the same number.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use yew::prelude::*;

use super::Props;
use super::dialog::Dialog;
use super::snippet::Snippet;
use crate::app::live::Live;
use crate::browser::{copy_png, download, is_sandboxed};
use crate::paint::{canvas, svg};
use crate::scene::Scene;
use crate::state::Session;

/// How many pixels of a PNG there may be to a pixel of the picture.
const SCALES: [u8; 3] = [1, 2, 3];

pub fn export_dialog(props: &Props) -> Html {
    let Props { live, on_close, .. } = props;
    let say = |english| live.say(english);
    let name = live.look(|session| session.block().about().name);
    let (formula, program) = live.look(|session| (formula(session), program(session)));
    html! {
        <Dialog live={live.clone()} heading={say("Export this picture")} {on_close}>
            <PictureExport ..props.clone() />
            if let Some(formula) = formula {
                <Snippet live={live.clone()} label={say("Formula (LaTeX)")} text={formula} file={format!("{name}.tex")} />
            } else {
                <p>{ say("Point at a number to export its formula.") }</p>
            }
            if let Some(program) = program {
                <Snippet live={live.clone()} label={say("Program (PyTorch) that prints the same number")} text={program}
                    file={format!("{name}.py")} />
            }
            if is_sandboxed() {
                <p class="hint">
                    { say("Nothing saved? A page that shows this frame can forbid downloads. Copying works, and so does the full page.") }
                </p>
            }
        </Dialog>
    }
}

fn formula(session: &Session) -> Option<String> {
    session.explanation().map(|explanation| explanation.latex())
}

fn program(session: &Session) -> Option<String> {
    Some(session.block().pytorch(session.settings(), session.trace().ok()?, session.at()?))
}

/// The picture as SVG and as PNG.
#[component(PictureExport)]
fn picture_export(props: &Props) -> Html {
    let Props { live, theme, width, .. } = props;
    let transparent = use_state(|| false);
    let scale = use_state(|| 2_u8);
    let outcome = use_state(|| "");
    let say = |english| live.say(english);
    let about = live.look(|session| session.block().about());
    let background = (!*transparent).then_some(theme.card);
    let scene = live.look(|session| session.scene(*width, theme));
    let text = svg::paint(&scene, say(about.title), background);
    let preview = format!("data:image/svg+xml;base64,{}", STANDARD.encode(&text));
    let with_png = |act: Act| {
        let scene = background.map_or_else(|| scene.clone(), |colour| scene.clone().on(colour));
        let (density, outcome, live) = (f32::from(*scale), outcome.setter(), live.clone());
        Callback::from(move |_: MouseEvent| {
            let (scene, outcome, live) = (scene.clone(), outcome.clone(), live.clone());
            wasm_bindgen_futures::spawn_local(async move {
                outcome.set(act.run(&live, scene, density, about.name).await);
            });
        })
    };
    let background_choice = |label: &'static str, choice: bool| {
        let transparent = transparent.clone();
        radio("background", label, *transparent == choice, Callback::from(move |_: Event| transparent.set(choice)))
    };
    let scale_choice = |choice: &u8| {
        let (label, scale, choice) = (format!("{choice}×"), scale.clone(), *choice);
        radio("scale", &label, *scale == choice, Callback::from(move |_: Event| scale.set(choice)))
    };
    html! {
        <section class="picture-export">
            <h4>{ say("Picture") }</h4>
            <img class="preview" src={preview} alt={say("the picture as it is exported")} />
            <form class="controls" onsubmit={Callback::from(|event: SubmitEvent| event.prevent_default())}>
                <fieldset class="control">
                    <legend class="label">{ say("background") }</legend>
                    <div class="choice">
                        { background_choice(say("as shown"), false) }
                        { background_choice(say("transparent"), true) }
                    </div>
                </fieldset>
                <fieldset class="control">
                    <legend class="label">{ say("pixels (PNG)") }</legend>
                    <div class="choice">{ for SCALES.iter().map(scale_choice) }</div>
                </fieldset>
                <div class="tools">
                    <button type="button" onclick={with_png(Act::Copy)}>{ say("Copy PNG") }</button>
                    <button type="button" onclick={with_png(Act::Save)}>{ say("Download PNG") }</button>
                    <span role="status">{ *outcome }</span>
                </div>
            </form>
            <Snippet live={live.clone()} label="SVG" {text} file={format!("{}.svg", about.name)} />
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
