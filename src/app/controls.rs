//! The controls of a block, from its declarations.

use serde_json::Value;
use yew::prelude::*;

use super::field::{Field, text_of};
use super::live::Live;
use super::picture_source::{Source, opening, picture_control};
use super::tag::{Tag, button, form, label, option, tag};
use crate::blocks::{Choice, Control, Kind, Opens, Place};
use crate::browser::{read_text, spawn};
use crate::explain::{read_number, read_typed};
use crate::state::Language;

/// A choice of more words than this is a menu instead of a row of buttons.
const MOST_BUTTONS: usize = 4;
/// A slider that is played stops at so many places at the most.
const SWEPT: usize = 200;

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
    let more = || {
        let controls = tag("div", &[("class", "controls")]).all(&mut of(Place::More).map(draw));
        tag("details", &[("class", "more")]).with(tag("summary", &[]).with(live.say("more"))).with(controls)
    };
    // A form of its own, so that the radio buttons of two blocks on one page are not one group.
    form()
        .set("part", "controls")
        .with(preset_menu(live))
        .all(&mut of(Place::Main).map(draw))
        .maybe(of(Place::More).next().map(|_| more()))
        .into()
}

/// The control with its words in another language.
pub fn translated(mut control: Control, language: Language) -> Control {
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

fn preset_menu(live: &Live) -> Tag {
    let (presets, chosen) = live.look(|session| (session.block().presets(), session.preset()));
    let own = chosen.is_none().then(|| option("", live.say("your own"), true));
    let choose = live.clone();
    let menu = tag("select", &[("data-key", "preset")])
        .maybe(own)
        .all(&mut presets.iter().map(|preset| option(preset.name, live.say(preset.title), chosen == Some(preset.name))))
        .on("change", move |event: Event| {
            text_of(&event).into_iter().for_each(|name| choose.act(|session| session.choose_preset(&name)));
        });
    tag("label", &[("class", "control")]).key("preset").with(label(live.say("example"))).with(menu)
}

fn control_view(live: &Live, control: &Control, value: &Value, on_source: &Callback<Source>) -> Tag {
    let set = {
        let (live, key) = (live.clone(), control.key);
        Callback::from(move |value: Value| live.act(|session| session.set(key, &value)))
    };
    match &control.kind {
        Kind::Whole { min, max } => {
            let language = live.look(|session| session.view.lang);
            whole_number(language, control, value.as_i64().unwrap_or(*min), [*min, *max], set)
        }
        Kind::Number { min, max, step } => slider(live, control, value.as_f64().unwrap_or(*min), (*min, *max, *step)),
        Kind::Picture(choices) | Kind::Volume(choices) => {
            picture_control(live, control, choices, value.as_str().unwrap_or_default(), on_source)
        }
        Kind::Choice(choices) if choices.len() > MOST_BUTTONS => {
            let opens = live.look(|session| session.block().opens()).filter(|opens| opens.key == control.key);
            menu(control, choices, value, set, opens.map(|opens| open_button(live, opens, on_source)))
        }
        Kind::Choice(choices) => buttons(control, choices, value, set),
        Kind::Toggle => toggle(control, value == &Value::Bool(true), set),
        Kind::Numbers { .. } | Kind::Stack { .. } | Kind::Text { .. } => {
            typed_view(live, control, &control.print(value))
        }
    }
}

/// What holds a control.
fn holder(name: &'static str, class: &str, control: &Control) -> Tag {
    tag(name, &[]).set("class", class).set("title", control.help).key(control.key)
}

/// What holds a control of several parts, which share its name.
pub fn group(control: &Control) -> Tag {
    holder("div", "control", control)
        .set("role", "group")
        .set("aria-label", control.label)
        .with(label(control.label).set("aria-hidden", "true"))
}

/// A whole number, typed, or changed by one.
pub fn whole_number(
    language: Language,
    control: &Control,
    value: i64,
    [min, max]: [i64; 2],
    set: Callback<Value>,
) -> Tag {
    let label = control.label;
    let step = |sign: &str, word: &str, to: i64, stops: bool| {
        let set = set.clone();
        button(sign)
            .set("aria-label", &format!("{word} {label}"))
            .flag("disabled", stops)
            .on("click", move |_: Event| set.emit(Value::from(to)))
    };
    // What is no number is refused with a sentence.
    let typed = set.reform(|text: String| read_typed(&text).map_or_else(|| Value::from(text), Value::from));
    let field = html! { <Field setting={control.key} label={Some(label)} keys="numeric" text={value.to_string()} on_text={typed} /> };
    let stepper = tag("div", &[("class", "stepper")])
        .with(step("−", language.say("less"), value - 1, value <= min))
        .with(field)
        .with(step("+", language.say("more"), value + 1, value >= max));
    group(control).with(stepper)
}

fn slider(live: &Live, control: &Control, value: f64, (min, max, step): (f64, f64, f64)) -> Tag {
    let is_swept = live.swept() == Some(control.key);
    let name = format!("{} {}", live.say(if is_swept { "Pause" } else { "Play" }), control.label);
    let sweep = live.clone();
    let play = {
        let key = control.key;
        button(if is_swept { "❚❚" } else { "▶" })
            .set("class", "sweep")
            .set("aria-label", &name)
            .set("title", &name)
            .on("click", move |_: Event| sweep.sweep(key, ahead(value, (min, max, step))))
    };
    let [min, max, step] = [min, max, step].map(|number| number.to_string());
    let range = tag("input", &[("type", "range")]).set("data-key", control.key).set("min", &min).set("max", &max);
    let (live, key) = (live.clone(), control.key);
    let input = range.set("step", &step).value(value.to_string()).on("input", move |event: Event| {
        if let Some(number) = text_of(&event).and_then(|text| read_number(&text)) {
            live.slide(key, move |session| session.set(key, &Value::from(number)));
        }
    });
    let shown = control.print(&Value::from(value)).replace('-', "\u{2212}");
    let slider = tag("span", &[("class", "slider")]).with(input).with(tag("output", &[]).with(shown)).with(play);
    holder("label", "control", control).with(label(control.label)).with(slider)
}

/// The numbers that a slider goes through when it is played: from where it is to its end, or all of them.
fn ahead(from: f64, (min, max, step): (f64, f64, f64)) -> Vec<f64> {
    let from = if from >= max { min } else { from };
    let left = ((max - from) / step).round().max(1.0) as usize;
    let count = left.min(SWEPT);
    (0..=count).map(|at| ((from + step * (at * left / count) as f64) * 1e6).round() / 1e6).collect()
}

fn buttons(control: &Control, choices: &[Choice], value: &Value, set: Callback<Value>) -> Tag {
    let choice = |choice: &Choice| {
        let Choice { value: word, label, help } = *choice;
        let set = set.clone();
        let input = tag("input", &[("type", "radio")])
            .set("data-key", control.key)
            .set("name", control.key)
            .value(word.to_owned())
            .checked(value.as_str() == Some(word))
            .on("change", move |_: Event| set.emit(Value::from(word)));
        tag("label", &[]).set("title", help).with(input).with(tag("span", &[]).with(label))
    };
    holder("fieldset", "control", control)
        .with(tag("legend", &[("class", "label")]).with(control.label))
        .with(tag("div", &[("class", "choice")]).all(&mut choices.iter().map(choice)))
}

fn open_button(live: &Live, opens: Opens, on_source: &Callback<Source>) -> Tag {
    let on_source = on_source.clone();
    opening(live, opens.accept, live.say(opens.help), move |file| on_source.emit(Source::File(file)))
}

/// A menu, and beside it the button that opens a file in place of what can be chosen.
fn menu(control: &Control, choices: &[Choice], value: &Value, set: Callback<Value>, open: Option<Tag>) -> Tag {
    let choice = |choice: &Choice| {
        option(choice.value, choice.label, value.as_str() == Some(choice.value)).set("title", choice.help)
    };
    let menu = tag("select", &[])
        .set("data-key", control.key)
        .set("aria-label", control.label)
        .all(&mut choices.iter().map(choice))
        .on("change", move |event: Event| text_of(&event).into_iter().for_each(|word| set.emit(Value::from(word))));
    match open {
        Some(open) => group(control).with(tag("div", &[("class", "tools")]).with(menu).with(open)),
        None => holder("label", "control", control).with(label(control.label)).with(menu),
    }
}

fn toggle(control: &Control, on: bool, set: Callback<Value>) -> Tag {
    let input = tag("input", &[("type", "checkbox")])
        .set("data-key", control.key)
        .checked(on)
        .on("change", move |_: Event| set.emit(Value::from(!on)));
    holder("label", "control toggle", control).with(input).with(tag("span", &[]).with(control.label))
}

/// A list of numbers or layers, typed or pasted; numbers also read from a text file.
fn typed_view(live: &Live, control: &Control, text: &str) -> Tag {
    let take = {
        let (live, control) = (live.clone(), control.clone());
        Callback::from(move |text: String| {
            live.act(|session| match control.parse(&text) {
                Ok(value) => session.set(control.key, &value),
                Err(sentence) => session.notify(sentence),
            });
        })
    };
    let shown = match control.kind {
        Kind::Text { .. } => text.to_owned(),
        _ => text.replace('-', "\u{2212}").replace(',', ", "),
    };
    let layer = |(name, added): (&str, Option<&str>)| {
        let take = take.clone();
        let changed = match added {
            Some(layer) => text.to_owned() + layer,
            None => text.rsplit_once(',').map_or_else(String::new, |(rest, _)| rest.to_owned()),
        };
        let button = button(name).flag("disabled", changed.is_empty());
        button.on("click", move |_: Event| take.emit(changed.clone()))
    };
    let layers = || {
        [(live.say("+ conv"), Some(",conv3")), (live.say("+ pool"), Some(",pool2")), (live.say("− layer"), None)]
            .into_iter()
            .map(layer)
            .collect()
    };
    let opens = take.clone();
    let file = || {
        opening(live, ".csv,.txt,text/csv,text/plain", live.say("numbers from a text or CSV file"), move |file| {
            let take = opens.clone();
            spawn(async move {
                take.emit(read_text(&file, "").await.unwrap_or_default());
            });
        })
    };
    let extra: Html = match control.kind {
        Kind::Stack { .. } => layers(),
        Kind::Numbers { .. } => file().into(),
        _ => Html::default(),
    };
    let field = html! { <Field setting={control.key} keys="text" text={shown} on_text={take.clone()} /> };
    holder("div", "control numbers", control).with(tag("label", &[]).with(label(control.label)).with(field)).with(extra)
}
