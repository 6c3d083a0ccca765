//! The picture as it stands, its formula, and a program that prints the same number.

use yew::prelude::*;

use super::snippet::snippet;
use super::{Around, Choice, Dialog};
use crate::app::live::Live;
use crate::app::tag::{Tag, button, form, tag};
use crate::browser::{copy_png, download, is_sandboxed, spawn};
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
    let files = live.look(|session| session.block().written(session.settings()));
    let snippet = |label, text, ending| snippet(dialog, around, label, text, Some(format!("{name}.{ending}")));
    let formula = match formula {
        Some(formula) => snippet("Formula (LaTeX)", formula, "tex"),
        None => tag("p", &[]).with(say("Point at a number to export its formula.")),
    };
    let program = program.map(|program| snippet("Program (PyTorch) that prints the same number", program, "py"));
    let hint = is_sandboxed().then(|| {
        tag("p", &[("class", "hint")]).with(say(
            "Nothing saved? A page that shows this frame can forbid downloads. Copying works, and so does the full page.",
        ))
    });
    let files = files.into_iter().map(|file| snippet(file.label, file.text, file.ending));
    [picture_export(dialog, around), formula].into_iter().chain(program).chain(files).chain(hint).collect()
}

fn formula(session: &Session) -> Option<String> {
    session.explanation().map(|explanation| explanation.latex())
}

fn program(session: &Session) -> Option<String> {
    Some(session.block().pytorch(session.shown(), session.trace().ok()?, session.at()?))
}

/// The picture as SVG and as PNG.
fn picture_export(dialog: &Dialog, around: &Around) -> Tag {
    let Around { live, theme, width, on_choice, .. } = around;
    let say = |english| live.say(english);
    let about = live.look(|session| session.block().about());
    let background = (!dialog.transparent).then_some(theme.card);
    let scene = live.look(|session| session.scene(*width, theme));
    let text = svg::paint(&scene, say(about.title), background);
    let preview = format!("data:image/svg+xml,{}", js_sys::encode_uri_component(&text));
    let with_png = |text: &str, act: Act| {
        let scene = background.map_or_else(|| scene.clone(), |colour| scene.clone().on(colour));
        let (density, on_choice, live) = (f32::from(dialog.scale), on_choice.clone(), live.clone());
        button(text).on("click", move |_: Event| {
            let (scene, on_choice, live) = (scene.clone(), on_choice.clone(), live.clone());
            spawn(async move {
                on_choice.emit(Choice::Outcome(PICTURE, act.run(&live, scene, density, about.name).await));
            });
        })
    };
    let radio = |name: &str, label: &str, checked: bool, chosen: fn(u8) -> Choice, choice: u8| {
        let on_choice = on_choice.clone();
        let input = tag("input", &[("type", "radio")])
            .set("name", name)
            .checked(checked)
            .on("change", move |_: Event| on_choice.emit(chosen(choice)));
        tag("label", &[]).with(input).with(tag("span", &[]).with(label))
    };
    let background = |label: &str, transparent: bool| {
        let chosen = |choice| Choice::Transparent(choice == 1);
        radio("background", label, dialog.transparent == transparent, chosen, transparent.into())
    };
    let scale = |scale: u8| radio("scale", &format!("{scale}×"), dialog.scale == scale, Choice::Scale, scale);
    let choices = |label: &str, choices: &mut dyn Iterator<Item = Tag>| {
        tag("fieldset", &[("class", "control")])
            .with(tag("legend", &[("class", "label")]).with(label))
            .with(tag("div", &[("class", "choice")]).all(choices))
    };
    let backgrounds = [background(say("as shown"), false), background(say("transparent"), true)];
    let tools = tag("div", &[("class", "tools")])
        .with(with_png(say("Copy PNG"), Act::Copy))
        .with(with_png(say("Download PNG"), Act::Save))
        .with(tag("span", &[("role", "status")]).with(dialog.outcome(PICTURE)));
    let form = form()
        .with(choices(say("background"), &mut backgrounds.into_iter()))
        .with(choices(say("pixels (PNG)"), &mut SCALES.into_iter().map(scale)))
        .with(tools);
    tag("section", &[("class", "picture-export")])
        .with(tag("h3", &[]).with(say(PICTURE)))
        .with(tag("img", &[("class", "preview")]).set("src", &preview).set("alt", say("the picture as it is exported")))
        .with(form)
        .with(snippet(dialog, around, "SVG", text, Some(format!("{}.svg", about.name))))
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
