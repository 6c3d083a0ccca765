//! The canvas on which the session's scene is painted.

use std::cell::RefCell;
use std::rc::Rc;

use gloo::events::EventListener;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlCanvasElement, HtmlElement};
use yew::prelude::*;

use super::cell_editor::{Edit, Editing};
use super::film::{Film, may_paint};
use super::live::Live;
use super::pointer::{Press, keep_drags_from_scrolling};
use super::swarm::Behind;
use super::tag::{Tag, tag};
use crate::blocks::object;
use crate::browser::{SizeWatch, ViewportWatch};
use crate::paint::canvas::Painter;
use crate::scene::{Scene, Theme};
use crate::state::Session;

/// A picture, for the view that holds it and the listeners that act on it.
pub type SharedPicture = Rc<RefCell<Picture>>;

/// The canvas, what is painted on it, and what a hand does there.
pub struct Picture {
    pub(super) live: Live,
    pub(super) canvas: NodeRef,
    pub(super) scene: Scene,
    pub(super) press: Option<Press>,
    pub(super) editing: Option<Editing>,
    /// What a card paints behind it.
    pub(super) film: Option<Film>,
    behind: Option<Behind>,
    /// Whether a card has painted a part of the scene there.
    on_card: bool,
    pub(super) frame: NodeRef,
    painter: Option<Painter>,
    painted: Option<(u64, f32, Theme)>,
    width: f32,
    in_sight: bool,
    watches: Option<(SizeWatch, ViewportWatch, EventListener)>,
}

impl Picture {
    /// The picture of a session.
    pub fn new(live: Live) -> Self {
        Self {
            live,
            canvas: NodeRef::default(),
            scene: Scene::default(),
            press: None,
            editing: None,
            film: None,
            behind: None,
            on_card: false,
            frame: NodeRef::default(),
            painter: None,
            painted: None,
            width: 0.0,
            in_sight: false,
            watches: None,
        }
    }

    /// Shows another session.
    pub fn show(&mut self, live: Live) {
        (self.live, self.painted, self.press, self.editing) = (live, None, None, None);
        (self.film, self.behind) = (None, None);
    }

    /// The width of the picture; 0 before it is known.
    pub fn width(&self) -> f32 {
        self.width
    }

    /// Takes the rendered canvas into use. `on_change` is called when it comes into sight or changes its width.
    pub fn attach(shared: &SharedPicture, on_change: Callback<()>) {
        let mut picture = shared.borrow_mut();
        let canvas = picture.canvas.cast::<HtmlCanvasElement>();
        let (Some(canvas), Some(frame)) = (canvas, picture.frame.cast::<HtmlElement>()) else { return };
        let (sized, resized) = (shared.clone(), on_change.clone());
        let size = SizeWatch::new(&frame, move |width, _| {
            sized.borrow_mut().width = width as f32;
            resized.emit(());
        });
        let seen = shared.clone();
        let sight = ViewportWatch::new(&frame, move |in_sight| {
            seen.borrow_mut().in_sight = in_sight;
            on_change.emit(());
        });
        let touch = keep_drags_from_scrolling(&canvas, shared);
        picture.painter = Painter::new(canvas);
        if let (Ok(size), Ok(sight)) = (size, sight) {
            picture.watches = Some((size, sight, touch));
        }
    }

    /// Lets go of the canvas.
    pub fn detach(&mut self) {
        (self.watches, self.film, self.behind) = (None, None, None);
    }

    /// Whether there is somebody to see it.
    pub fn is_visible(&self) -> bool {
        self.in_sight && self.width > 0.0
    }

    /// Whether a hand holds a number on it.
    pub fn is_held(&self) -> bool {
        self.press.as_ref().is_some_and(Press::holds)
    }

    /// Whether what is painted is not what the session shows.
    pub fn is_stale(&self, theme: Theme) -> bool {
        self.painted != Some((self.live.revision(), self.width, theme))
    }

    /// Leaves to a card what it may paint of a scene; whether it has.
    fn paint_behind(&mut self, scene: &Scene) -> bool {
        let Some(swarm) = scene.swarm.as_ref().filter(|_| may_paint(&self.live)) else {
            self.behind = None;
            return false;
        };
        if self.behind.is_none() {
            self.behind = self.frame.cast().and_then(|frame| Behind::new(&frame, &self.live));
        }
        self.behind.as_ref().is_some_and(|behind| behind.paint(swarm, density()))
    }

    /// Paints the session as it stands.
    pub fn paint(&mut self, theme: Theme) {
        let before =
            |picture: &Self, on_card| picture.live.look(|session| session.scene_before(picture.width, &theme, on_card));
        let mut scene = before(self, self.on_card);
        let on_card = self.paint_behind(&scene);
        if std::mem::replace(&mut self.on_card, on_card) != on_card {
            scene = before(self, on_card);
        }
        if let Some(press) = &self.press {
            press.draw(&mut scene, &theme);
        }
        if let Some(film) = &self.film {
            film.show_through(&mut scene, &self.live);
        }
        let size = (scene.width, scene.height);
        let resized = size != (self.scene.width, self.scene.height);
        if let (true, Some(canvas)) = (resized, self.canvas.cast::<HtmlElement>()) {
            let _ = canvas.set_attribute("style", &format!("width:{}px;height:{}px", size.0, size.1));
        }
        if let Some(painter) = &mut self.painter {
            painter.paint(&scene, &self.scene, density());
        }
        self.scene = scene;
        self.painted = Some((self.live.revision(), self.width, theme));
    }
}

/// So many pixels of the screen are a pixel of the picture.
pub fn density() -> f32 {
    web_sys::window().map_or(1.0, |window| window.device_pixel_ratio()).clamp(1.0, 3.0) as f32
}

/// The canvas with its listeners, and the editor of a number where one is open.
pub fn picture_view(shared: &SharedPicture, motion: bool, label: String, on_edit: Callback<Edit>) -> Html {
    let picture = shared.borrow();
    let live = &picture.live;
    let editor = picture
        .editing
        .as_ref()
        .and_then(|editing| Some(editing.view(live.say("value"), picture.scene.bounds(editing.cell)?, &on_edit)));
    let on_pointer = |canvas: Tag, kind: &'static str, act: fn(&mut Picture, &PointerEvent)| {
        let shared = shared.clone();
        canvas.on(kind, move |event: PointerEvent| act(&mut shared.borrow_mut(), &event))
    };
    let canvas = tag("canvas", &[("part", "canvas"), ("tabindex", "0"), ("role", "application")])
        .set("aria-roledescription", live.say("interactive picture"))
        .set("aria-label", &label)
        .at(&picture.canvas);
    let canvas = on_pointer(canvas, "pointerdown", Picture::press);
    let canvas = on_pointer(canvas, "pointermove", Picture::moved);
    let canvas = on_pointer(canvas, "pointerup", Picture::release);
    let canvas = on_pointer(canvas, "pointercancel", Picture::release);
    let canvas = on_pointer(canvas, "pointerleave", Picture::leave);
    let (pressed, keyed) = (shared.clone(), shared.clone());
    let canvas = canvas
        .on("dblclick", move |_: Event| pressed.borrow_mut().edit())
        .on("keydown", move |event: KeyboardEvent| keyed.borrow_mut().key(&event, motion));
    tag("div", &[("class", "picture"), ("data-picture", "")])
        .at(&picture.frame)
        .with(canvas)
        .with(editor.unwrap_or_default())
        .into()
}

/// Where a cell is on the page, in client coordinates; nothing where the picture inside `root` does not show it.
pub fn locate(root: &Element, session: &Session, cell: &str) -> Option<serde_json::Value> {
    let cell = session.trace().ok()?.parse_cell(cell)?;
    let canvas: HtmlElement = root.query_selector("[data-picture] canvas").ok()??.dyn_into().ok()?;
    let frame = root.query_selector("[data-picture]").ok()??;
    let theme = session.view.theme.theme(false);
    let on_card = root.query_selector("[data-picture] canvas[aria-hidden][style]").ok()?.is_some();
    let scene = session.scene_before(frame.client_width() as f32, &theme, on_card);
    let (bounds, shown) = (scene.bounds(cell)?, canvas.get_bounding_client_rect());
    let scale = shown.width() / f64::from(scene.width.max(1.0));
    Some(object(vec![
        ("x", (shown.left() + f64::from(bounds.x) * scale).into()),
        ("y", (shown.top() + f64::from(bounds.y) * scale).into()),
        ("width", (f64::from(bounds.width) * scale).into()),
        ("height", (f64::from(bounds.height) * scale).into()),
    ]))
}
