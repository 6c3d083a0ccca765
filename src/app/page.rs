//! The page: which block is shown, as the address says.

use std::cell::RefCell;
use std::rc::Rc;

use gloo::events::EventListener;
use gloo::timers::callback::Timeout;
use wasm_bindgen::JsCast;
use yew::prelude::*;

use super::block_view::{BlockView, Happening};
use super::field::text_of;
use super::home::{address, home};
use super::loading::{is_loaded, load};
use super::tag::{Tag, again, failure, loading, option, tag};
use super::words::learn_words;
use crate::blocks::path::{PATH, Part};
use crate::blocks::{self, About, AnyBlock, Word};
use crate::browser::{folder_of_page, media_matches, spawn};
use crate::scene::ThemeName;
use crate::state::{Language, Route, Session, ViewSettings};

/// How long the address waits for the hand to rest before it follows, in milliseconds: browsers refuse to change it
/// at every frame.
const REST: u32 = 250;

/// Starts the page inside `root`.
pub fn start(root: web_sys::Element) {
    yew::Renderer::<Page>::with_root(root).render();
}

enum Msg {
    Learned,
    Navigated,
    /// What the block reads is there, or why it isn't.
    Loaded(Result<(), String>),
    Happened(Happening),
    WriteAddress,
    /// Something was pressed, perhaps a link to another block, or the page is about to go.
    Leaving(bool),
    Theme(ThemeName),
    Language(Language),
}

struct Page {
    route: Route,
    session: Option<Rc<RefCell<Session>>>,
    /// Whether a link was pressed: what it leads to is shown from its top. Back and forward lead to where one was.
    follows_link: bool,
    /// Whether what the block reads is being fetched.
    loads: bool,
    /// Why the block that the address names cannot be shown.
    failure: Option<String>,
    theme: ThemeName,
    language: Language,
    asked_for: Language,
    acts: u64,
    rest: Option<Timeout>,
    _listeners: [EventListener; 3],
}

impl Component for Page {
    type Message = Msg;
    type Properties = ();

    fn create(ctx: &Context<Self>) -> Self {
        let window = web_sys::window().expect("a page has a window");
        let on = |name: &'static str, message: fn() -> Msg| {
            let heard = ctx.link().callback(move |()| message());
            EventListener::new(&window, name, move |_| heard.emit(()))
        };
        let listeners = [
            on("popstate", || Msg::Navigated),
            on("hashchange", || Msg::Navigated),
            on("beforeunload", || Msg::Leaving(false)),
        ];
        let mut page = Self {
            route: Route::default(),
            session: None,
            follows_link: false,
            loads: false,
            failure: None,
            theme: ThemeName::Auto,
            language: Language::En,
            asked_for: Language::En,
            acts: 0,
            rest: None,
            _listeners: listeners,
        };
        page.follow_address(ctx);
        page
    }

    fn update(&mut self, ctx: &Context<Self>, msg: Msg) -> bool {
        match msg {
            Msg::Learned => {
                self.set_title();
                return true;
            }
            Msg::Navigated => return self.follow_address(ctx),
            Msg::Loaded(loaded) => {
                self.loads = false;
                self.failure = loaded.err();
                return self.failure.is_some() || self.follow_address(ctx);
            }
            Msg::Happened(Happening::Change | Happening::Step) => {
                let link = ctx.link().clone();
                self.rest = Some(Timeout::new(REST, move || link.send_message(Msg::WriteAddress)));
            }
            Msg::Happened(_) => {}
            Msg::WriteAddress => {
                self.rest = None;
                self.write_address();
            }
            Msg::Leaving(by_link) => {
                self.follows_link = by_link;
                if self.rest.take().is_some() {
                    self.write_address();
                }
            }
            Msg::Theme(theme) => {
                self.theme = theme;
                if let Some(session) = &self.session {
                    session.borrow_mut().view.theme = theme;
                }
                self.acts += 1;
                self.write_address();
                return true;
            }
            Msg::Language(language) => {
                self.language = language;
                if let Some(session) = &self.session {
                    session.borrow_mut().view.lang = language;
                }
                self.acts += 1;
                self.write_address();
                self.set_title();
                return true;
            }
        }
        false
    }

    fn rendered(&mut self, ctx: &Context<Self>, _: bool) {
        let learned = ctx.link().callback(|()| Msg::Learned);
        learn_words(&mut self.asked_for, self.language, &folder_of_page(), learned);
    }

    fn view(&self, ctx: &Context<Self>) -> Html {
        let dark = media_matches("(prefers-color-scheme: dark)");
        let say = |english| self.language.say(english);
        let body = match (&self.session, self.block()) {
            (Some(session), _) => {
                let about = session.borrow().block().about();
                let on_happening = ctx.link().callback(Msg::Happened);
                let words = [("lead", about.text), ("question", about.question)];
                let words = words.map(|(class, text)| tag("p", &[]).set("class", class).with(say(text)).into());
                let block =
                    html! { <BlockView key={about.name} session={session.clone()} acts={self.acts} {on_happening} /> };
                words.into_iter().chain([block]).collect()
            }
            (None, Some(block)) => {
                let link = ctx.link().clone();
                let again = || again(say("Try again")).on("click", move |_: Event| link.send_message(Msg::Navigated));
                let state = match &self.failure {
                    Some(sentence) => [failure(sentence), again()].into_iter().collect::<Html>(),
                    None => loading(say("Loading …")).into(),
                };
                [tag("h1", &[]).with(say(block.about().title)).into(), state].into_iter().collect()
            }
            (None, None) => home(self.route.block.as_deref(), self.language, self.theme),
        };
        let link = ctx.link().clone();
        let ends = say("Layerscope computes every number on this page in your browser. Nothing leaves it.");
        let speed = tag("a", &[("href", "./bench.html")]).with(say("How fast is this machine?"));
        tag("div", &[("class", "page")])
            .set("style", &self.theme.theme(dark).css())
            .on("click", move |event: Event| link.send_message(Msg::Leaving(leads_on(&event))))
            .with(self.header(ctx))
            .with(tag("main", &[("id", "main")]).with(body))
            .with(tag("footer", &[]).with(ends).with(" ").with(speed))
            .into()
    }
}

impl Page {
    /// The block that the address names.
    fn block(&self) -> Option<&'static dyn AnyBlock> {
        self.route.block.as_deref().and_then(blocks::find)
    }

    fn header(&self, ctx: &Context<Self>) -> Tag {
        let say = |english| self.language.say(english);
        let menu = |name: &str, options: &mut dyn Iterator<Item = Tag>, chosen: fn(&str) -> Option<Msg>| {
            let link = ctx.link().clone();
            let menu = tag("select", &[]).all(options).on("change", move |event: Event| {
                let message = text_of(&event).and_then(|word| chosen(&word));
                message.into_iter().for_each(|message| link.send_message(message));
            });
            tag("label", &[]).with(tag("span", &[]).with(name)).with(menu)
        };
        let themes = ThemeName::ALL.iter().zip([say("auto"), say("light"), say("dark"), say("projector")]);
        let theme = |(theme, name): (&ThemeName, &str)| option(theme.name(), name, *theme == self.theme);
        let languages = [(Language::En, "English"), (Language::De, "Deutsch")];
        let language = |(language, name): (Language, &str)| {
            option(language.word(), name, language == self.language).set("lang", language.word())
        };
        let menus = tag("div", &[("class", "menu")])
            .with(menu(say("theme"), &mut themes.map(theme), |word| ThemeName::parse(word).map(Msg::Theme)))
            .with(menu(say("language"), &mut languages.into_iter().map(language), |word| {
                Language::parse(word).map(Msg::Language)
            }));
        tag("header", &[("class", "page-header")])
            .with(tag("a", &[("class", "brand")]).set("href", &address(None, self.language)).with("Layerscope"))
            .with(tag("nav", &[]).set("aria-label", say("blocks")).all(&mut self.ways().into_iter()))
            .with(menus)
    }

    /// The parts of the lecture, each a way to its first block; and of the part where one is, all blocks.
    fn ways(&self) -> Vec<Tag> {
        let here = self.block().map(|block| block.about().name);
        let is_here = |about: &About| Some(about.name) == here;
        let way = |name: &str, title: &'static str, current: Option<&str>| {
            let link = tag("a", &[]).set("href", &address(Some(name), self.language)).with(self.language.say(title));
            current.into_iter().fold(link, |link, kind| link.set("aria-current", kind))
        };
        let row = |class: &str, ways: &mut dyn Iterator<Item = Tag>| tag("div", &[]).set("class", class).all(ways);
        let current = PATH.iter().find(|part| part.abouts().any(|about| is_here(&about)));
        let part = |part: &Part| {
            let is_current = current.is_some_and(|current| current.title == part.title);
            way(part.stations[0].0, part.title, is_current.then_some("true"))
        };
        let block = |about: About| way(about.name, about.title, is_here(&about).then_some("page"));
        let blocks = current.map(|part| row("blocks", &mut part.abouts().map(block)));
        std::iter::once(row("parts", &mut PATH.iter().map(part))).chain(blocks).collect()
    }

    /// Shows what the address says, as soon as there is everything for it; whether that is anything new.
    fn follow_address(&mut self, ctx: &Context<Self>) -> bool {
        let hash = web_sys::window().and_then(|window| window.location().hash().ok()).unwrap_or_default();
        let route = Route::parse_hash(&hash);
        if (self.session.is_some() || self.loads) && route == self.route {
            return false;
        }
        self.rest = None;
        self.route = route;
        let written = |key: &str| self.route.pairs.iter().rev().find(|(known, _)| known == key).map(|(_, word)| word);
        self.theme = written("theme").and_then(|word| ThemeName::parse(word)).unwrap_or(self.theme);
        self.language = written("lang").and_then(|word| Language::parse(word)).unwrap_or(Language::En);
        let block = self.block();
        (self.session, self.failure) = (None, None);
        let files = block.map(|block| Session::files_of(block, &self.route.pairs)).unwrap_or_default();
        if !is_loaded(&files) {
            self.loads = true;
            let loaded = ctx.link().callback(Msg::Loaded);
            spawn(async move { loaded.emit(load(&files, &folder_of_page()).await) });
        } else if let Some(block) = block {
            let mut session = Session::open(block, &self.route.pairs);
            session.view.theme = self.theme;
            self.session = Some(Rc::new(RefCell::new(session)));
        }
        self.set_title();
        if let (true, Some(window)) = (std::mem::take(&mut self.follows_link), web_sys::window()) {
            window.scroll_to_with_x_and_y(0.0, 0.0);
        }
        true
    }

    /// Lets the address follow what is shown. It replaces the entry in the browser's history: going back leads to the page
    /// before, not through every number that was dragged.
    fn write_address(&mut self) {
        self.route = match &self.session {
            Some(session) => {
                let session = session.borrow();
                Route { block: Some(session.block().about().name.to_owned()), pairs: session.pairs() }
            }
            None => {
                let view = ViewSettings { theme: self.theme, lang: self.language, ..ViewSettings::default() };
                let mut pairs = self.route.pairs.clone();
                pairs.retain(|(key, _)| key != "theme" && key != "lang");
                pairs.extend(view.pairs().into_iter().map(|(key, value)| (key.to_owned(), value)));
                Route { block: self.route.block.clone(), pairs }
            }
        };
        if let Some(history) = web_sys::window().and_then(|window| window.history().ok()) {
            let address = self.route.to_hash();
            let _ = history.replace_state_with_url(&wasm_bindgen::JsValue::NULL, "", Some(&address));
        }
    }

    fn set_title(&self) {
        let Some(document) = web_sys::window().and_then(|window| window.document()) else { return };
        match self.block() {
            Some(block) => {
                let title = self.language.say(block.about().title);
                document.set_title(&format!("{title} · Layerscope"));
            }
            None => document.set_title(self.language.say("Layerscope: how layers compute")),
        }
        if let Some(root) = document.document_element() {
            let _ = root.set_attribute("lang", self.language.word());
        }
    }
}

/// Whether a press leads to another place of the page.
fn leads_on(event: &Event) -> bool {
    let target = event.target().and_then(|target| target.dyn_into::<web_sys::Element>().ok());
    target.and_then(|target| target.closest("a[href^='#/']").ok()?).is_some()
}
