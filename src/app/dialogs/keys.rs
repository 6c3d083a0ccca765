//! Which key does what.

use yew::prelude::*;

use crate::app::live::Live;

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
                (&["+", "−"], say("a tenth more or less")),
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
    html! {
        <>
            { for groups.iter().map(|(title, rows)| html! {
                <table class="keys">
                    <caption>{ title }</caption>
                    <thead class="unseen">
                        <tr><th scope="col">{ say("key") }</th><th scope="col">{ say("what it does") }</th></tr>
                    </thead>
                    <tbody>
                        { for rows.iter().map(|(keys, does)| html! {
                            <tr>
                                <th scope="row">{ for keys.iter().map(|key| html! { <kbd>{ key }</kbd> }) }</th>
                                <td>{ does }</td>
                            </tr>
                        }) }
                    </tbody>
                </table>
            }) }
        </>
    }
}
