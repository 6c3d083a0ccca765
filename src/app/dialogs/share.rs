//! A link, a frame and an element that show the same picture.

use yew::prelude::*;

use super::Props;
use super::dialog::Dialog;
use super::snippet::Snippet;
use crate::state::Share;

pub fn share_dialog(props: &Props) -> Html {
    let Props { live, home, size, on_close, .. } = props;
    let share = live.look(|session| Share::new(session, home, *size));
    let say = |english| live.say(english);
    html! {
        <Dialog live={live.clone()} heading={say("Share this picture")} {on_close}>
            <p>{ say("Each opens the picture as it stands: its numbers, its step, what is pointed at.") }</p>
            if share.leaves_own_picture {
                <p class="notice">
                    { say("Your own picture stays with you: a link cannot carry it, and opens the block's own picture instead.") }
                </p>
            }
            <Snippet live={live.clone()} label={say("Link")} text={share.link} />
            <Snippet live={live.clone()} label={say("Frame (iframe), for slides and learning platforms")} text={share.frame} />
            <Snippet live={live.clone()} label={say("Element, for a page that may run scripts")} text={share.element} />
        </Dialog>
    }
}
