//! Stepping, playing, scrubbing.

use yew::prelude::*;

use super::block_view::toggle;
use super::field::text_of;
use super::live::Live;
use crate::explain::{grouped, read_number};
use crate::state::Session;

const SPEEDS: [&str; 5] = ["0.25", "0.5", "1", "2", "4"];

/// The buttons and the slider; they glide where `motion` is welcome.
pub fn transport_bar(live: &Live, motion: bool) -> Html {
    let (steps, step, playing, speed) =
        live.look(|session| (session.steps(), session.step(), session.transport.playing, session.view.speed));
    let last = steps.saturating_sub(1);
    let act = |act: fn(&mut Session, bool, usize)| {
        let live = live.clone();
        Callback::from(move |_: MouseEvent| live.act(|session| act(session, motion, session.step())))
    };
    let play = {
        let live = live.clone();
        Callback::from(move |_: MouseEvent| live.act(toggle))
    };
    let scrub = {
        let live = live.clone();
        Callback::from(move |event: InputEvent| {
            if let Some(to) = text_of(&event).and_then(|text| text.parse().ok()) {
                live.act(|session| session.go_to(to, false));
            }
        })
    };
    let choose_speed = {
        let live = live.clone();
        Callback::from(move |event: Event| {
            text_of(&event).into_iter().for_each(|speed| live.act(|session| session.set_view("speed", &speed)));
        })
    };
    let say = |english| live.say(english);
    let [at, all] = [if steps == 0 { 0 } else { step + 1 }, steps].map(|count| grouped(count as u64));
    let place = format!("{} {at} {} {all}", say("step"), say("of"));
    html! {
        <div class="transport" role="group" aria-label={say("steps")}>
            <button type="button" aria-label={say("first step")} title={say("first step (Home)")} disabled={step == 0}
                onclick={act(|session, motion, _| session.go_to(0, motion))}>{ "|◀" }</button>
            <button type="button" aria-label={say("step back")} title={say("step back ([)")} disabled={step == 0}
                onclick={act(|session, motion, step| session.go_to(step.saturating_sub(1), motion))}>{ "◀" }</button>
            <button type="button" class="play" title={say("play or pause (space)")} disabled={steps < 2} onclick={play}>
                { if playing { "❚❚ " } else { "▶ " } }{ if playing { say("Pause") } else { say("Play") } }
            </button>
            <button type="button" aria-label={say("step forward")} title={say("step forward (])")} disabled={step >= last}
                onclick={act(|session, motion, step| session.go_to(step + 1, motion))}>{ "▶" }</button>
            <button type="button" aria-label={say("last step")} title={say("last step (End)")} disabled={step >= last}
                onclick={act(|session, motion, _| session.go_to(usize::MAX, motion))}>{ "▶|" }</button>
            <input type="range" aria-label={say("step")} min="0" max={last.to_string()} value={step.to_string()} oninput={scrub} />
            <output class="step">{ place }</output>
            <label class="speed">
                <span class="unseen">{ say("speed") }</span>
                <select onchange={choose_speed}>
                    if SPEEDS.iter().all(|choice| read_number(choice) != Some(f64::from(speed))) {
                        <option value={speed.to_string()} selected=true>{ format!("{speed}×") }</option>
                    }
                    { for SPEEDS.iter().map(|choice| html! {
                        <option value={*choice} selected={read_number(choice) == Some(f64::from(speed))}>{ format!("{choice}×") }</option>
                    }) }
                </select>
            </label>
        </div>
    }
}
