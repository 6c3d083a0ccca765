//! Stepping, playing, scrubbing.

use yew::prelude::*;

use super::block_view::toggle;
use super::field::text_of;
use super::live::Live;
use super::tag::{button, option, tag};
use crate::explain::{grouped, read_number};
use crate::state::Session;

const SPEEDS: [&str; 5] = ["0.25", "0.5", "1", "2", "4"];

/// The buttons and the slider; they glide where `motion` is welcome.
pub fn transport_bar(live: &Live, motion: bool) -> Html {
    let (steps, step, playing, speed) =
        live.look(|session| (session.steps(), session.step(), session.transport.playing, session.view.speed));
    let last = steps.saturating_sub(1);
    let say = |english| live.say(english);
    let (play, scrub, choose_speed) = (live.clone(), live.clone(), live.clone());
    let to = |sign: &str, name: &str, title: &str, stops: bool, act: fn(&mut Session, bool, usize)| {
        let live = live.clone();
        button(sign)
            .set("aria-label", name)
            .set("title", title)
            .flag("disabled", stops)
            .on("click", move |_: Event| live.act(|session| act(session, motion, session.step())))
    };
    let (starts, ends) = (step == 0, step >= last);
    let [at, all] = [if steps == 0 { 0 } else { step + 1 }, steps].map(|count| grouped(count as u64));
    let place = format!("{} {at} {} {all}", say("step"), say("of"));
    let is_chosen = |choice: &str| read_number(choice) == Some(f64::from(speed));
    let own = (!SPEEDS.iter().any(|choice| is_chosen(choice))).then(|| speed.to_string());
    let speeds = tag("select", &[])
        .maybe(own.map(|own| option(&own, &format!("{own}×"), true)))
        .all(&mut SPEEDS.iter().map(|choice| option(choice, &format!("{choice}×"), is_chosen(choice))))
        .on("change", move |event: Event| {
            text_of(&event).into_iter().for_each(|speed| choose_speed.act(|session| session.set_view("speed", &speed)));
        });
    let slider = tag("input", &[("type", "range"), ("min", "0")])
        .set("aria-label", say("step"))
        .set("max", &last.to_string())
        .value(step.to_string())
        .on("input", move |event: Event| {
            if let Some(to) = text_of(&event).and_then(|text| text.parse().ok()) {
                scrub.slide("step", move |session| session.go_to(to, false));
            }
        });
    let play = button(if playing { "❚❚ " } else { "▶ " })
        .with(if playing { say("Pause") } else { say("Play") })
        .set("class", "play")
        .set("title", say("play or pause (space)"))
        .flag("disabled", steps < 2)
        .on("click", move |_: Event| play.act(toggle));
    tag("div", &[("class", "transport"), ("role", "group")])
        .set("aria-label", say("steps"))
        .with(to("|◀", say("first step"), say("first step (Home)"), starts, |session, motion, _| {
            session.go_to(0, motion)
        }))
        .with(to("◀", say("step back"), say("step back ([)"), starts, |session, motion, step| {
            session.go_to(step.saturating_sub(1), motion);
        }))
        .with(play)
        .with(to("▶", say("step forward"), say("step forward (])"), ends, |session, motion, step| {
            session.go_to(step + 1, motion);
        }))
        .with(to("▶|", say("last step"), say("last step (End)"), ends, |session, motion, _| {
            session.go_to(usize::MAX, motion);
        }))
        .with(slider)
        .with(tag("output", &[("class", "step")]).with(place))
        .with(
            tag("label", &[("class", "speed")])
                .with(tag("span", &[("class", "unseen")]).with(say("speed")))
                .with(speeds),
        )
        .into()
}
