//! The home page: the lecture as a path, block by block, each with a live picture; at its end the summary.

use std::cell::RefCell;
use std::rc::Rc;

use web_sys::Element;
use yew::prelude::*;

use super::block_view::BlockView;
use super::loading::{is_loaded, load};
use super::summary::Summary;
use super::tag::{again, failure, loading, tag};
use crate::blocks::path::{PATH, Part};
use crate::blocks::{self, AnyBlock};
use crate::browser::{ViewportWatch, folder_of_page, spawn};
use crate::scene::ThemeName;
use crate::state::{Controls, Language, Route, Session, ViewSettings, knows_german};

/// Between a block's edge and its picture.
const EDGE: i32 = 26;
/// How tall everything but the picture is about, and a picture that cannot be drawn yet: on wide and on narrow screens.
const HEIGHTS: [(f32, f32); 2] = [(255.0, 520.0), (430.0, 2000.0)];

/// The home page; `unknown` is a block that the address names and that there is none of.
pub fn home(unknown: Option<&str>, language: Language, theme: ThemeName) -> Html {
    let say = |english| language.say(english);
    let missing = unknown.map(|name| {
        let sentence = format!("{} “{name}”. {}", say("There is no such block:"), say("These are there:"));
        tag("p", &[("class", "notice"), ("role", "status")]).with(sentence)
    });
    let says = say(
        "Every number in these pictures can be pointed at, explained, and changed. Drag an input, a weight, an \
                    upstream gradient: whatever depends on it follows at once, and the formula under the picture shows the \
                    arithmetic, digit by digit.",
    );
    let intro = tag("section", &[("class", "intro")])
        .with(tag("h1", &[]).with(say("See how layers compute")))
        .with(tag("p", &[]).with(says));
    let station = |(name, query): &(&'static str, &'static str)| {
        let block = blocks::find(name)?;
        Some(html! { <Station key={*name} {block} {query} {language} speaks={knows_german()} {theme} /> })
    };
    let part = |part: &Part| {
        tag("section", &[("class", "path")])
            .with(tag("h2", &[]).with(say(part.title)))
            .with(part.stations.iter().filter_map(station).collect::<Html>())
    };
    let parts = PATH.iter().map(part).collect::<Html>();
    let summary = html! { <Summary {language} speaks={knows_german()} /> };
    [missing.map(Html::from).unwrap_or_default(), intro.into(), parts, summary].into_iter().collect()
}

/// A block on the path.
#[derive(Clone, Properties)]
struct StationProps {
    block: &'static dyn AnyBlock,
    query: &'static str,
    language: Language,
    /// Whether the words of the language are there.
    speaks: bool,
    theme: ThemeName,
}

impl PartialEq for StationProps {
    fn eq(&self, other: &Self) -> bool {
        (self.query, self.language, self.speaks, self.theme) == (other.query, other.language, other.speaks, other.theme)
            && self.block.about().name == other.block.about().name
    }
}

enum Msg {
    /// It comes near to what can be seen.
    Near,
    /// What could not be had is to be fetched again.
    Again,
    /// What the block reads is there, or why it isn't.
    Loaded(Result<(), String>),
}

struct Station {
    root: NodeRef,
    watch: Option<ViewportWatch>,
    /// Computed once: it tells first how much room to keep, and is shown when somebody comes near.
    session: Option<Rc<RefCell<Session>>>,
    shows: Shows,
    acts: u64,
}

enum Shows {
    /// Nobody was near so far.
    Nothing,
    /// What the block reads is being fetched.
    Loading,
    Block,
    Failure(String),
}

impl Component for Station {
    type Message = Msg;
    type Properties = StationProps;

    fn create(_: &Context<Self>) -> Self {
        Self { root: NodeRef::default(), watch: None, session: None, shows: Shows::Nothing, acts: 0 }
    }

    fn rendered(&mut self, ctx: &Context<Self>, first: bool) {
        let Some(root) = self.root.cast::<Element>().filter(|_| first) else { return };
        // What stands below keeps its place when the picture comes.
        if let Some(place) = root.query_selector(".block").ok().flatten() {
            let width = (place.client_width() - 2 * EDGE).max(280) as f32;
            let (around, unknown) = HEIGHTS[usize::from(width < 500.0)];
            let theme = ctx.props().theme.theme(false);
            let known = is_loaded(&files(ctx)).then(|| self.session(ctx));
            let height = known.map_or(unknown, |session| session.borrow().scene(width, &theme).height);
            let _ = place.set_attribute("style", &format!("min-height:{}px", height + around));
        }
        let near = ctx.link().callback(|()| Msg::Near);
        self.watch = ViewportWatch::new(&root, move |is_near| {
            if is_near {
                near.emit(());
            }
        })
        .ok();
    }

    fn changed(&mut self, ctx: &Context<Self>, _: &StationProps) -> bool {
        if let Some(session) = &self.session {
            let mut session = session.borrow_mut();
            (session.view.theme, session.view.lang) = (ctx.props().theme, ctx.props().language);
        }
        self.acts += 1;
        true
    }

    fn update(&mut self, ctx: &Context<Self>, msg: Msg) -> bool {
        match msg {
            // Once is enough.
            Msg::Near if self.watch.take().is_none() => return false,
            Msg::Near | Msg::Again if !is_loaded(&files(ctx)) => {
                let (loaded, files) = (ctx.link().callback(Msg::Loaded), files(ctx));
                spawn(async move { loaded.emit(load(&files, &folder_of_page()).await) });
                self.shows = Shows::Loading;
            }
            Msg::Near | Msg::Again | Msg::Loaded(Ok(())) => {
                self.session(ctx);
                self.shows = Shows::Block;
            }
            Msg::Loaded(Err(sentence)) => self.shows = Shows::Failure(sentence),
        }
        true
    }

    fn view(&self, ctx: &Context<Self>) -> Html {
        let (about, language) = (ctx.props().block.about(), ctx.props().language);
        let say = |english| language.say(english);
        let shown = match (&self.shows, &self.session) {
            (Shows::Block, Some(session)) => {
                html! { <BlockView session={session.clone()} acts={self.acts} on_happening={Callback::noop()} /> }
            }
            (Shows::Failure(sentence), _) => {
                let link = ctx.link().clone();
                tag("div", &[("class", "block")])
                    .with(failure(sentence))
                    .with(again(say("Try again")).on("click", move |_: Event| link.send_message(Msg::Again)))
                    .into()
            }
            (Shows::Loading, _) => loading(say("Loading …")).set("class", "block").into(),
            _ => tag("div", &[("class", "block")]).into(),
        };
        let link = tag("a", &[]).set("href", &address(Some(about.name), language)).with(say(about.title));
        let words = tag("div", &[])
            .with(tag("h3", &[]).with(link))
            .with(tag("p", &[]).with(say(about.text)))
            .with(tag("p", &[("class", "question")]).with(say(about.question)));
        tag("article", &[("class", "station")]).at(&self.root).with(words).with(shown).into()
    }
}

impl Station {
    /// The block as the path shows it.
    fn session(&mut self, ctx: &Context<Self>) -> Rc<RefCell<Session>> {
        let StationProps { block, query, language, theme, .. } = *ctx.props();
        let open = || {
            let mut session = Session::open(block, &Route::parse_search(query).pairs);
            session.view =
                ViewSettings { theme, lang: language, controls: Controls::Minimal, ..ViewSettings::default() };
            Rc::new(RefCell::new(session))
        };
        self.session.get_or_insert_with(open).clone()
    }
}

/// What the block reads in the state that the path shows.
fn files(ctx: &Context<Station>) -> Vec<&'static str> {
    Session::files_of(ctx.props().block, &Route::parse_search(ctx.props().query).pairs)
}

/// Home, or a block's page, in the reader's language, as a link says it.
pub fn address(block: Option<&str>, language: Language) -> String {
    let view = ViewSettings { lang: language, ..ViewSettings::default() };
    let pairs = view.pairs().into_iter().map(|(key, value)| (key.to_owned(), value)).collect();
    Route { block: block.map(str::to_owned), pairs }.to_hash()
}
