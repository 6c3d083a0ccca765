//! What a session shows, written down for others: a link, a frame and an element.

use std::fmt::Write;

use super::session::Session;
use super::url::Route;
use super::view::ViewSettings;
use crate::data::pictures;

/// Three ways to pass on a picture as it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Share {
    /// The address of the page that shows it.
    pub link: String,
    /// An `<iframe>` that shows it.
    pub frame: String,
    /// A `<layer-scope>` that shows it, with the script that it needs.
    pub element: String,
    /// Whether the reader's own picture had to stay behind.
    pub leaves_own_picture: bool,
}

impl Share {
    /// What `session` shows, by a copy of Layerscope in the folder `home`; the frame is `width` by `height` CSS pixels.
    pub fn new(session: &Session, home: &str, (width, height): (f32, f32)) -> Self {
        let about = session.block().about();
        let title = session.view.lang.say(about.title);
        let (pairs, own) = without_own_picture(session);
        let hash = Route { block: Some(about.name.to_owned()), pairs: pairs.clone() }.to_hash();
        let query = query_of(&hash);
        let and = if query.is_empty() { "" } else { "&" };
        let source = format!("{home}embed.html?block={}{and}{query}", about.name);
        let frame = format!(
            "<iframe src=\"{}\" title=\"{}\" width=\"{width:.0}\" height=\"{height:.0}\" loading=\"lazy\" \
             style=\"border: 0; max-width: 100%\"></iframe>",
            escape(&source),
            escape(title)
        );
        let element = format!(
            "<script type=\"module\" src=\"{}\"></script>\n<layer-scope block=\"{}\"{}>{}</layer-scope>",
            escape(&format!("{home}layer-scope.js")),
            about.name,
            attributes(about.name, pairs),
            escape(title)
        );
        Self { link: format!("{home}index.html{hash}"), frame, element, leaves_own_picture: own }
    }
}

/// Nothing of the reader's own leaves the page.
fn without_own_picture(session: &Session) -> (Vec<(String, String)>, bool) {
    let mut pairs = session.pairs();
    let known = pairs.len();
    pairs.retain(|(_, value)| !pictures::is_private(value));
    let stays_behind = pairs.len() < known;
    (pairs, stays_behind)
}

/// The block's own keys as one attribute, every other key as an attribute of its own.
fn attributes(block: &str, pairs: Vec<(String, String)>) -> String {
    let of_view = |key: &str| matches!(key, "step" | "focus") || ViewSettings::KEYS.contains(&key);
    let (view, settings): (Vec<_>, Vec<_>) = pairs.into_iter().partition(|(key, _)| of_view(key));
    let hash = Route { block: Some(block.to_owned()), pairs: settings }.to_hash();
    let settings = Some(query_of(&hash)).filter(|query| !query.is_empty()).map(|query| ("settings", query));
    let view = view.iter().map(|(key, value)| (key.as_str(), value.as_str()));
    let mut attributes = String::new();
    for (name, value) in settings.into_iter().chain(view) {
        // Writing into a String cannot fail.
        let _ = write!(attributes, " {name}=\"{}\"", escape(value));
    }
    attributes
}

fn query_of(hash: &str) -> &str {
    hash.split_once('?').map_or("", |(_, query)| query)
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::blocks;
    use crate::data::pictures::Picture;
    use crate::explain::Cell;

    fn shared(block: &str, pairs: &[(&str, &str)]) -> Share {
        let pairs: Vec<_> = pairs.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect();
        let block = blocks::find(block).expect("the block");
        Share::new(&Session::open(block, &pairs), "https://example.org/a/", (960.4, 540.0))
    }

    #[test]
    fn says_nothing_of_what_is_as_always() {
        let share = shared("conv1d", &[]);
        assert_eq!(share.link, "https://example.org/a/index.html#/conv1d");
        assert_eq!(
            share.frame,
            "<iframe src=\"https://example.org/a/embed.html?block=conv1d\" title=\"1D convolution\" width=\"960\" height=\"540\" \
             loading=\"lazy\" style=\"border: 0; max-width: 100%\"></iframe>"
        );
        assert_eq!(
            share.element,
            "<script type=\"module\" src=\"https://example.org/a/layer-scope.js\"></script>\n\
             <layer-scope block=\"conv1d\">1D convolution</layer-scope>"
        );
        assert!(!share.leaves_own_picture);
    }

    #[test]
    fn escapes_what_stands_in_an_attribute() {
        let share = shared("conv1d", &[("bias", "0.5"), ("fill", "reflect"), ("step", "1"), ("theme", "dark")]);
        let query = "fill=reflect&bias=0.5&step=1&theme=dark";
        assert_eq!(share.link, format!("https://example.org/a/index.html#/conv1d?{query}"));
        let source = format!("block=conv1d&amp;{}\"", query.replace('&', "&amp;"));
        assert!(share.frame.contains(&source), "{}", share.frame);
        let attributes = "block=\"conv1d\" settings=\"fill=reflect&amp;bias=0.5\" step=\"1\" theme=\"dark\">";
        assert!(share.element.contains(attributes), "{}", share.element);
        assert_eq!(escape("<\"&>"), "&lt;&quot;&amp;&gt;");
    }

    #[test]
    fn leaves_the_readers_own_picture_out() {
        let own = pictures::add(Picture::new(8, 8, vec![7; 256]).expect("small"));
        pictures::show_moving(pictures::CAMERA, Picture::new(8, 8, vec![9; 256]).expect("small"), None);
        for name in [own.as_str(), pictures::CAMERA] {
            let pairs = [("picture", name), ("channels", "1")].map(|(key, value)| (key.to_owned(), value.to_owned()));
            let mut session = Session::open(blocks::find("conv2d").expect("the block"), &pairs);
            // Its numbers stay, too, where one of them was changed by hand.
            session.edit(Cell::new("input", [0, 3, 3]), 0.5);
            let share = Share::new(&session, "https://example.org/a/", (960.0, 540.0));
            assert!(share.leaves_own_picture);
            let told = [&share.link, &share.frame, &share.element];
            assert!(!told.iter().any(|text| text.contains(name) || text.contains("pixels")), "{share:?}");
            assert!(share.link.contains("channels=1"), "{}", share.link);
        }
    }
}
