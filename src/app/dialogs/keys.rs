//! Which key does what.

use yew::prelude::*;

use crate::app::live::Live;
use crate::app::tag::tag;

/// Keys, and what they do.
type Row<'a> = (&'a [&'a str], &'a str);

pub fn keys_dialog(live: &Live) -> Html {
    let say = |english| live.say(english);
    // The code that listens: the picture, the cell's editor, and the block.
    let groups: [(&str, &[Row<'_>]); 2] = [
        (
            say("On the picture"),
            &[
                (&[say("Tab")], say("to the picture, and on to the next control")),
                (&["←", "→", "↑", "↓"], say("to the next number in that direction")),
                (&[say("Shift+arrow")], say("draw with the pen, turn a volume, shift a picture")),
                (&[say("Enter")], say("change the number")),
                (&[say("Escape")], say("keep the number as it was, or close a dialog")),
                (&["+", "−"], say("a tenth more or less; between two nodes, join or part them")),
                (&[say("Delete")], say("take the node away")),
                (&[say("Home"), say("End")], say("to the first and to the last step")),
            ],
        ),
        (
            say("Anywhere in the block"),
            &[
                (&[say("space")], say("play or pause")),
                (&["[", "]"], say("a step back or forward")),
                (&[say("Ctrl+Z")], say("take the last change back")),
                (&[say("Ctrl+Shift+Z"), say("Ctrl+Y")], say("make it again")),
                (&["?"], say("this list")),
            ],
        ),
    ];
    let head = |text: &str| tag("th", &[("scope", "col")]).with(text);
    let key = |key: &&str| tag("kbd", &[]).with(*key);
    let row = |(keys, does): &Row<'_>| {
        let keys = tag("th", &[("scope", "row")]).all(&mut keys.iter().map(key));
        tag("tr", &[]).with(keys).with(tag("td", &[]).with(*does))
    };
    let table = |(title, rows): &(&str, &[Row<'_>])| {
        let heads = tag("tr", &[]).with(head(say("key"))).with(head(say("what it does")));
        tag("table", &[("class", "keys")])
            .with(tag("caption", &[]).with(*title))
            .with(tag("thead", &[("class", "unseen")]).with(heads))
            .with(tag("tbody", &[]).all(&mut rows.iter().map(row)))
    };
    groups.iter().map(table).collect()
}
