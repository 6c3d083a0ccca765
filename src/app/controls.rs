//! The controls of a block, from its declarations.

use serde_json::{Value, json};
use wasm_bindgen::JsCast;
use web_sys::HtmlInputElement;
use yew::prelude::*;

use super::field::{Field, text_of};
use super::live::Live;
use super::picture_source::{Source, picture_control};
use crate::blocks::{Choice, Control, Kind, Place};
use crate::explain::{read_number, read_typed};
use crate::state::Language;

/// A choice of more words than this is a menu instead of a row of buttons.
const MOST_BUTTONS: usize = 4;

/// The panel of a block's controls.
pub fn control_panel(live: &Live, on_source: &Callback<Source>) -> Html {
    let (controls, values, language) = live.look(|session| {
        let (block, settings) = (session.block(), session.settings());
        (block.controls(settings), block.values(settings), session.view.lang)
    });
    let controls: Vec<Control> = controls.into_iter().map(|control| translated(control, language)).collect();
    let draw = |control: &Control| {
        let value = values.get(control.key).cloned().unwrap_or_default();
        control_view(live, control, &value, on_source)
    };
    let of = |place: Place| controls.iter().filter(move |control| control.place == place);
    html! {
        // A form of its own, so that the radio buttons of two blocks on one page are not one group.
        <form class="controls" part="controls" onsubmit={Callback::from(|event: SubmitEvent| event.prevent_default())}>
            { preset_menu(live) }
            { for of(Place::Main).map(draw) }
            if of(Place::More).next().is_some() {
                <details class="more">
                    <summary>{ live.say("more") }</summary>
                    <div class="controls">{ for of(Place::More).map(draw) }</div>
                </details>
            }
        </form>
    }
}

/// The control with its words in another language.
fn translated(mut control: Control, language: Language) -> Control {
    control.label = language.say(control.label);
    control.help = language.say(control.help);
    if let Kind::Choice(choices) | Kind::Picture(choices) | Kind::Volume(choices) = &mut control.kind {
        for choice in choices {
            choice.label = language.say(choice.label);
            choice.help = language.say(choice.help);
        }
    }
    control
}

fn preset_menu(live: &Live) -> Html {
    let (presets, chosen) = live.look(|session| (session.block().presets(), session.preset()));
    let onchange = {
        let live = live.clone();
        Callback::from(move |event: Event| {
            text_of(&event).into_iter().for_each(|name| live.act(|session| session.choose_preset(&name)));
        })
    };
    html! {
        <label key="preset" class="control">
            <span class="label">{ live.say("example") }</span>
            <select {onchange} data-key="preset">
                if chosen.is_none() {
                    <option value="" selected=true>{ live.say("your own") }</option>
                }
                { for presets.iter().map(|preset| html! {
                    <option value={preset.name} selected={chosen == Some(preset.name)}>{ live.say(preset.title) }</option>
                }) }
            </select>
        </label>
    }
}

fn control_view(live: &Live, control: &Control, value: &Value, on_source: &Callback<Source>) -> Html {
    let set = {
        let (live, key) = (live.clone(), control.key);
        Callback::from(move |value: Value| live.act(|session| session.set(key, &value)))
    };
    match &control.kind {
        Kind::Whole { min, max } => stepper(live, control, value.as_i64().unwrap_or(*min), *min, *max, set),
        Kind::Number { min, max, step } => slider(control, value.as_f64().unwrap_or(*min), (*min, *max, *step), set),
        Kind::Picture(choices) | Kind::Volume(choices) => {
            picture_control(live, control, choices, value.as_str().unwrap_or_default(), on_source)
        }
        Kind::Choice(choices) if choices.len() > MOST_BUTTONS => menu(control, choices, value, set),
        Kind::Choice(choices) => buttons(control, choices, value, set),
        Kind::Toggle => toggle(control, value == &Value::Bool(true), set),
        Kind::Numbers { .. } | Kind::Stack { .. } => typed_view(live, control, &control.print(value)),
    }
}

fn stepper(live: &Live, control: &Control, value: i64, min: i64, max: i64, set: Callback<Value>) -> Html {
    let to = |to: i64| set.reform(move |_: MouseEvent| json!(to));
    let label = control.label;
    // What is no number is refused with a sentence.
    let typed = set.reform(|text: String| read_typed(&text).map_or_else(|| json!(text), |number| json!(number)));
    html! {
        <div key={control.key} class="control" role="group" aria-label={label} title={control.help}>
            <span class="label" aria-hidden="true">{ label }</span>
            <div class="stepper">
                <button type="button" aria-label={format!("{} {label}", live.say("less"))} disabled={value <= min} onclick={to(value - 1)}>{ "−" }</button>
                <Field setting={control.key} label={Some(label)} keys="numeric" text={value.to_string()} on_text={typed} />
                <button type="button" aria-label={format!("{} {label}", live.say("more"))} disabled={value >= max} onclick={to(value + 1)}>{ "+" }</button>
            </div>
        </div>
    }
}

fn slider(control: &Control, value: f64, (min, max, step): (f64, f64, f64), set: Callback<Value>) -> Html {
    let slid = {
        let set = set.clone();
        Callback::from(move |event: InputEvent| {
            if let Some(number) = text_of(&event).and_then(|text| read_number(&text)) {
                set.emit(json!(number));
            }
        })
    };
    html! {
        <label key={control.key} class="control" title={control.help}>
            <span class="label">{ control.label }</span>
            <span class="slider">
                <input type="range" data-key={control.key} min={min.to_string()} max={max.to_string()} step={step.to_string()}
                    value={value.to_string()} oninput={slid} />
                <output>{ control.print(&json!(value)).replace('-', "\u{2212}") }</output>
            </span>
        </label>
    }
}

fn buttons(control: &Control, choices: &[Choice], value: &Value, set: Callback<Value>) -> Html {
    html! {
        <fieldset key={control.key} class="control" title={control.help}>
            <legend class="label">{ control.label }</legend>
            <div class="choice">
                { for choices.iter().map(|choice| {
                    let Choice { value: word, label, help } = *choice;
                    html! {
                        <label title={help}>
                            <input type="radio" data-key={control.key} value={word} checked={value.as_str() == Some(word)}
                                name={control.key} onchange={set.reform(move |_: Event| json!(word))} />
                            <span>{ label }</span>
                        </label>
                    }
                }) }
            </div>
        </fieldset>
    }
}

fn menu(control: &Control, choices: &[Choice], value: &Value, set: Callback<Value>) -> Html {
    let onchange =
        Callback::from(move |event: Event| text_of(&event).into_iter().for_each(|word| set.emit(json!(word))));
    html! {
        <label key={control.key} class="control" title={control.help}>
            <span class="label">{ control.label }</span>
            <select {onchange} data-key={control.key}>
                { for choices.iter().map(|choice| html! {
                    <option value={choice.value} title={choice.help} selected={value.as_str() == Some(choice.value)}>{ choice.label }</option>
                }) }
            </select>
        </label>
    }
}

fn toggle(control: &Control, on: bool, set: Callback<Value>) -> Html {
    html! {
        <label key={control.key} class="control toggle" title={control.help}>
            <input type="checkbox" data-key={control.key} checked={on} onchange={set.reform(move |_: Event| json!(!on))} />
            <span>{ control.label }</span>
        </label>
    }
}

/// A list of numbers or layers, typed or pasted; numbers also read from a text file.
fn typed_view(live: &Live, control: &Control, text: &str) -> Html {
    let take = {
        let (live, control) = (live.clone(), control.clone());
        Callback::from(move |text: String| {
            live.act(|session| match control.parse(&text) {
                Ok(value) => session.set(control.key, &value),
                Err(sentence) => session.notify(sentence),
            });
        })
    };
    let shown = text.replace('-', "\u{2212}").replace(',', ", ");
    let opens = take.clone();
    let opened = Callback::from(move |event: Event| {
        let Some(input) = event.target().and_then(|target| target.dyn_into::<HtmlInputElement>().ok()) else { return };
        let file = input.files().and_then(|files| files.get(0)).map(gloo::file::File::from);
        input.set_value("");
        let take = opens.clone();
        if let Some(file) = file {
            wasm_bindgen_futures::spawn_local(async move {
                take.emit(gloo::file::futures::read_as_text(&file).await.unwrap_or_default());
            });
        }
    });
    html! {
        <div key={control.key} class="control numbers" title={control.help}>
            <label>
                <span class="label">{ control.label }</span>
                <Field setting={control.key} keys="text" text={shown} on_text={take.clone()} />
            </label>
            if matches!(control.kind, Kind::Stack { .. }) {
                { for [("+ conv", Some(",conv3")), ("+ pool", Some(",pool2")), ("− layer", None)].map(|(label, added)| {
                    let (take, text) = (take.clone(), text.to_owned());
                    let changed = match added {
                        Some(layer) => text + layer,
                        None => text.rsplit_once(',').map_or_else(String::new, |(rest, _)| rest.to_owned()),
                    };
                    html! {
                        <button type="button" disabled={changed.is_empty()} onclick={move |_: MouseEvent| take.emit(changed.clone())}>
                            { live.say(label) }
                        </button>
                    }
                }) }
            }
            if matches!(control.kind, Kind::Numbers { .. }) {
                <label class="file" title={live.say("numbers from a text or CSV file")}>
                    <input type="file" accept=".csv,.txt,text/csv,text/plain" onchange={opened} />
                    <span>{ live.say("open…") }</span>
                </label>
            }
        </div>
    }
}
