//! A link, a frame and an element that show the same picture.

use yew::prelude::*;

use super::snippet::snippet;
use super::{Around, Dialog};
use crate::app::tag::tag;
use crate::state::Share;

pub fn share_dialog(dialog: &Dialog, around: &Around) -> Html {
    let share = around.live.look(|session| Share::new(session, &around.home, around.size));
    let say = |english| around.live.say(english);
    let snippet = |label, text| snippet(dialog, around, label, text, None);
    let own = share.leaves_own_picture.then(|| {
        tag("p", &[("class", "notice")]).with(say(
            "Your own picture stays with you: a link cannot carry it, and opens the block's own picture instead.",
        ))
    });
    let says = say("Each opens the picture as it stands: its numbers, its step, what is pointed at.");
    let snippets = [
        snippet("Link", share.link),
        snippet("Frame (iframe), for slides and learning platforms", share.frame),
        snippet("Element, for a page that may run scripts", share.element),
    ];
    [tag("p", &[]).with(says)].into_iter().chain(own).chain(snippets).collect()
}
