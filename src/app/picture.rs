//! The canvas: paints the session's scene, and turns what a hand or a keyboard does there into acts on the session.

use gloo::events::{EventListener, EventListenerOptions};
use gloo::render::{AnimationFrame, request_animation_frame};
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlCanvasElement, HtmlElement, KeyboardEvent, PointerEvent};
use yew::prelude::*;

use super::cell_editor::CellEditor;
use super::live::Live;
use crate::browser::{SizeWatch, ViewportWatch};
use crate::explain::Cell;
use crate::paint::canvas::Painter;
use crate::scene::{Direction, Drag, Point, Scene, Theme};
use crate::state::Session;

/// How near a pointer must come to a small mark, in CSS pixels: targets are at least 24 across.
const REACH: f32 = 12.0;
/// A press that moves less than this is a click.
const STILL: f32 = 4.0;

#[derive(Properties, PartialEq)]
pub struct Props {
    pub live: Live,
    /// Ticks with every act, so that a changed session is painted.
    pub revision: u64,
    pub theme: Theme,
    /// Whether gliding is welcome.
    pub motion: bool,
    /// What the picture is, for those who don't see it.
    pub label: AttrValue,
    /// Told the size of the picture whenever it changes.
    pub on_size: Callback<(f32, f32)>,
}

pub enum Msg {
    Frame(f64),
    Resize(f32),
    InSight(bool),
    PointerDown(PointerEvent),
    PointerMove(PointerEvent),
    PointerUp(PointerEvent),
    PointerLeave,
    DoubleClick,
    Key(KeyboardEvent),
    Edited(Option<f32>),
}

/// A press on the picture, until it is let go.
struct Press {
    cell: Cell,
    start: Point,
    last: Point,
    value: f32,
    drag: Option<Drag>,
    moved: bool,
}

pub struct Picture {
    frame_element: NodeRef,
    canvas: NodeRef,
    painter: Option<Painter>,
    scene: Scene,
    painted: Option<(u64, f32, Theme)>,
    width: f32,
    in_sight: bool,
    frame: Option<AnimationFrame>,
    last_frame: Option<f64>,
    press: Option<Press>,
    editing: Option<Cell>,
    watches: Option<(SizeWatch, ViewportWatch, EventListener)>,
}

impl Component for Picture {
    type Message = Msg;
    type Properties = Props;

    fn create(_: &Context<Self>) -> Self {
        Self {
            frame_element: NodeRef::default(),
            canvas: NodeRef::default(),
            painter: None,
            scene: Scene::default(),
            painted: None,
            width: 0.0,
            in_sight: false,
            frame: None,
            last_frame: None,
            press: None,
            editing: None,
            watches: None,
        }
    }

    fn rendered(&mut self, ctx: &Context<Self>, first: bool) {
        if !first {
            return;
        }
        let (Some(canvas), Some(frame)) =
            (self.canvas.cast::<HtmlCanvasElement>(), self.frame_element.cast::<HtmlElement>())
        else {
            return;
        };
        let (resized, seen) = (ctx.link().callback(Msg::Resize), ctx.link().callback(Msg::InSight));
        let size = SizeWatch::new(&frame, move |width, _| resized.emit(width as f32));
        let sight = ViewportWatch::new(&frame, move |in_sight| seen.emit(in_sight));
        let touch = keep_drags_from_scrolling(&canvas, ctx);
        self.painter = Painter::new(canvas);
        if let (Ok(size), Ok(sight)) = (size, sight) {
            self.watches = Some((size, sight, touch));
        }
    }

    fn changed(&mut self, ctx: &Context<Self>, _: &Props) -> bool {
        self.want_frame(ctx);
        true
    }

    fn update(&mut self, ctx: &Context<Self>, msg: Msg) -> bool {
        let live = &ctx.props().live;
        match msg {
            Msg::Frame(time) => self.on_frame(ctx, time),
            Msg::Resize(width) => {
                self.width = width;
                self.want_frame(ctx);
            }
            Msg::InSight(in_sight) => {
                self.in_sight = in_sight;
                self.last_frame = None;
                self.want_frame(ctx);
            }
            Msg::PointerDown(event) => return self.press(ctx, &event),
            Msg::PointerMove(event) => self.moved(ctx, &event),
            Msg::PointerUp(event) => self.release(ctx, &event),
            Msg::PointerLeave => live.act(|session| session.hover(None)),
            Msg::DoubleClick => return self.edit(ctx),
            Msg::Key(event) => return self.key(ctx, &event),
            Msg::Edited(value) => {
                if let (Some(cell), Some(value)) = (self.editing, value) {
                    live.act(|session| session.edit(cell, value));
                } else {
                    self.editing = None;
                    if let Some(canvas) = self.canvas.cast::<HtmlElement>() {
                        let _ = canvas.focus();
                    }
                    return true;
                }
            }
        }
        false
    }

    fn view(&self, ctx: &Context<Self>) -> Html {
        let link = ctx.link();
        let editor = self.editing.and_then(|cell| {
            let bounds = self.scene.bounds(cell)?;
            let value = ctx.props().live.look(|session| session.trace().ok()?.value(cell))?;
            let on_edit = link.callback(Msg::Edited);
            let label = ctx.props().live.say("value");
            Some(html! { <CellEditor key={cell.to_string()} {label} {bounds} {value} {on_edit} /> })
        });
        html! {
            <div class="picture" data-picture="" ref={self.frame_element.clone()}>
                <canvas
                    ref={self.canvas.clone()}
                    part="canvas"
                    tabindex="0"
                    role="application"
                    aria-roledescription={ctx.props().live.say("interactive picture")}
                    aria-label={ctx.props().label.clone()}
                    onpointerdown={link.callback(Msg::PointerDown)}
                    onpointermove={link.callback(Msg::PointerMove)}
                    onpointerup={link.callback(Msg::PointerUp)}
                    onpointercancel={link.callback(Msg::PointerUp)}
                    onpointerleave={link.callback(|_| Msg::PointerLeave)}
                    ondblclick={link.callback(|_| Msg::DoubleClick)}
                    onkeydown={link.callback(Msg::Key)}
                />
                { editor.unwrap_or_default() }
            </div>
        }
    }
}

impl Picture {
    /// Asks for a frame where there is something to paint and somebody to see it.
    fn want_frame(&mut self, ctx: &Context<Self>) {
        let state = (ctx.props().live.revision(), self.width, ctx.props().theme);
        let moves = ctx.props().live.look(|session| session.transport.moves());
        let visible = self.in_sight && self.width > 0.0;
        if visible && self.frame.is_none() && (moves || self.painted != Some(state)) {
            let link = ctx.link().clone();
            self.frame = Some(request_animation_frame(move |time| link.send_message(Msg::Frame(time))));
        }
    }

    fn on_frame(&mut self, ctx: &Context<Self>, time: f64) {
        let Props { live, theme, on_size, .. } = ctx.props();
        self.frame = None;
        if live.look(|session| session.transport.moves()) {
            let seconds = self.last_frame.map_or(0.0, |last| (time - last).clamp(0.0, 100.0) / 1000.0);
            live.act(|session| session.tick(seconds));
            self.last_frame = Some(time);
        } else {
            self.last_frame = None;
        }
        let scene = live.look(|session| session.scene(self.width, theme));
        if scene.height != self.scene.height || scene.width != self.scene.width {
            if let Some(canvas) = self.canvas.cast::<HtmlElement>() {
                let size = format!("width:{}px;height:{}px", scene.width, scene.height);
                let _ = canvas.set_attribute("style", &size);
            }
            on_size.emit((scene.width, scene.height));
        }
        let density = web_sys::window().map_or(1.0, |window| window.device_pixel_ratio()).clamp(1.0, 3.0);
        if let Some(painter) = &mut self.painter {
            painter.paint(&scene, density as f32);
        }
        self.scene = scene;
        self.painted = Some((live.revision(), self.width, *theme));
        self.want_frame(ctx);
    }

    /// Where on the picture a pointer is, whatever the host page's CSS scale.
    fn point(&self, event: &PointerEvent) -> Option<Point> {
        let canvas = self.canvas.cast::<HtmlElement>()?;
        let shown = canvas.get_bounding_client_rect();
        if shown.width() == 0.0 || shown.height() == 0.0 {
            return None;
        }
        let x = (f64::from(event.client_x()) - shown.left()) / shown.width() * f64::from(self.scene.width);
        let y = (f64::from(event.client_y()) - shown.top()) / shown.height() * f64::from(self.scene.height);
        Some(Point::new(x as f32, y as f32))
    }

    fn press(&mut self, ctx: &Context<Self>, event: &PointerEvent) -> bool {
        let live = &ctx.props().live;
        let was_editing = self.editing.take().is_some();
        let Some(point) = self.point(event).filter(|_| event.is_primary() && event.button() == 0) else {
            return was_editing;
        };
        let Some((cell, mark)) = self.scene.hit(point, REACH) else {
            live.act(|session| session.focus_on(None));
            return was_editing;
        };
        let value = live.look(|session| session.trace().ok()?.value(cell)).unwrap_or(0.0);
        let drag = mark.drag;
        self.press = Some(Press { cell, start: point, last: point, value, drag, moved: false });
        if let Some(drag) = drag {
            if let Some(canvas) = self.canvas.cast::<HtmlElement>() {
                let _ = canvas.set_pointer_capture(event.pointer_id());
            }
            live.act(|session| {
                session.begin_gesture();
                if let Drag::Paint(ink) = drag {
                    session.edit(cell, ink);
                }
            });
        }
        was_editing
    }

    fn moved(&mut self, ctx: &Context<Self>, event: &PointerEvent) {
        let live = &ctx.props().live;
        let Some(point) = self.point(event) else { return };
        let Some(press) = &mut self.press else {
            let cell = self.scene.hit(point, 2.0).map(|(cell, _)| cell);
            if live.look(|session| session.hovered() != cell) {
                live.act(|session| session.hover(cell));
            }
            return;
        };
        press.moved |= (point.x - press.start.x).hypot(point.y - press.start.y) >= STILL;
        match press.drag {
            Some(Drag::Turn(per_pixel)) if press.moved => {
                let value = rounded(press.value + (press.start.y - point.y) * per_pixel, per_pixel);
                let cell = press.cell;
                live.act(|session| {
                    session.hover(Some(cell));
                    session.edit(cell, value)
                });
            }
            Some(Drag::Paint(ink)) => {
                let stroke = cells_along(&self.scene, press.cell, press.last, point);
                live.act(|session| stroke.into_iter().for_each(|cell| session.edit(cell, ink)));
            }
            _ => {}
        }
        press.last = point;
    }

    fn release(&mut self, ctx: &Context<Self>, event: &PointerEvent) {
        let Some(press) = self.press.take() else { return };
        let touch = event.pointer_type() == "touch";
        ctx.props().live.act(|session| {
            session.end_gesture();
            if touch {
                session.hover(None);
            }
            if !press.moved {
                session.focus_on(Some(press.cell));
            }
        });
    }

    fn edit(&mut self, ctx: &Context<Self>) -> bool {
        let editable = |cell: &Cell| ctx.props().live.look(|session| session.is_editable(*cell));
        self.editing = ctx.props().live.look(|session| session.at()).filter(editable);
        self.editing.is_some()
    }

    fn key(&mut self, ctx: &Context<Self>, event: &KeyboardEvent) -> bool {
        let Props { live, motion, .. } = ctx.props();
        if event.ctrl_key() || event.meta_key() || event.alt_key() {
            return false;
        }
        let direction = match event.key().as_str() {
            "ArrowLeft" => Some(Direction::Left),
            "ArrowRight" => Some(Direction::Right),
            "ArrowUp" => Some(Direction::Up),
            "ArrowDown" => Some(Direction::Down),
            _ => None,
        };
        let mut redraw = false;
        if let Some(direction) = direction {
            live.act(|session| session.walk(&self.scene, direction));
        } else {
            let last = live.look(|session| session.steps()).saturating_sub(1);
            match event.key().as_str() {
                "Home" => live.act(|session| session.go_to(0, *motion)),
                "End" => live.act(|session| session.go_to(last, *motion)),
                "Enter" => redraw = self.edit(ctx),
                "+" | "=" => self.nudge(ctx, 1.0),
                "-" => self.nudge(ctx, -1.0),
                _ => return false,
            }
        }
        event.prevent_default();
        event.stop_propagation();
        redraw
    }

    /// Changes the chosen number by a tenth, without opening the editor.
    fn nudge(&self, ctx: &Context<Self>, sign: f32) {
        ctx.props().live.act(|session| {
            let Some(cell) = session.at() else { return };
            if let Some(value) = session.trace().ok().and_then(|trace| trace.value(cell)) {
                session.edit(cell, rounded(value + 0.1 * sign, 0.1));
            }
        });
    }
}

/// A finger on a number that can be dragged drags it; elsewhere it scrolls the page.
fn keep_drags_from_scrolling(canvas: &HtmlCanvasElement, ctx: &Context<Picture>) -> EventListener {
    let live = ctx.props().live.clone();
    let link = ctx.link().clone();
    EventListener::new_with_options(
        canvas,
        "touchstart",
        EventListenerOptions::enable_prevent_default(),
        move |event| {
            let Some(touch) = event.dyn_ref::<web_sys::TouchEvent>().and_then(|event| event.touches().get(0)) else {
                return;
            };
            let Some(picture) = link.get_component() else { return };
            let Some(canvas) = picture.canvas.cast::<HtmlElement>() else { return };
            let shown = canvas.get_bounding_client_rect();
            let scale = f64::from(picture.scene.width) / shown.width().max(1.0);
            let point = Point::new(
                ((f64::from(touch.client_x()) - shown.left()) * scale) as f32,
                ((f64::from(touch.client_y()) - shown.top()) * scale) as f32,
            );
            let draggable = picture.scene.hit(point, REACH).is_some_and(|(_, mark)| mark.drag.is_some());
            if draggable && live.look(|session| session.trace().is_ok()) {
                event.prevent_default();
            }
        },
    )
}

/// The cells of the same stage that a stroke of the pen crosses.
fn cells_along(scene: &Scene, first: Cell, from: Point, to: Point) -> Vec<Cell> {
    let length = (to.x - from.x).hypot(to.y - from.y);
    let pieces = (length / 3.0).ceil().max(1.0);
    let mut cells: Vec<Cell> = Vec::new();
    for piece in 0..=(pieces as usize) {
        let point = from.towards(to, piece as f32 / pieces);
        if let Some((cell, _)) = scene.hit(point, 0.0)
            && cell.stage == first.stage
            && cells.last() != Some(&cell)
        {
            cells.push(cell);
        }
    }
    cells
}

/// A dragged value in steps that the hand can tell apart: 0.01, 0.02, 0.05, 0.1, …
fn rounded(value: f32, per_pixel: f32) -> f32 {
    let magnitude = 10_f64.powf(f64::from(per_pixel.max(1e-4)).log10().floor());
    let grain =
        [1.0, 2.0, 5.0, 10.0].into_iter().map(|grain| grain * magnitude).find(|grain| *grain >= f64::from(per_pixel));
    let grain = grain.unwrap_or(magnitude);
    let digits = 10_f64.powf((-grain.log10().floor()).max(0.0));
    (((f64::from(value) / grain).round() * grain * digits).round() / digits) as f32
}

/// Where a cell is on the page, in client coordinates; nothing where the picture inside `root` does not show it.
pub fn locate(root: &Element, session: &Session, cell: &str) -> Option<serde_json::Value> {
    let cell = session.trace().ok()?.parse_cell(cell)?;
    let canvas: HtmlElement = root.query_selector("[data-picture] canvas").ok()??.dyn_into().ok()?;
    let frame = root.query_selector("[data-picture]").ok()??;
    let theme = session.view.theme.theme(false);
    let scene = session.scene(frame.client_width() as f32, &theme);
    let (bounds, shown) = (scene.bounds(cell)?, canvas.get_bounding_client_rect());
    let scale = shown.width() / f64::from(scene.width.max(1.0));
    Some(serde_json::json!({
        "x": shown.left() + f64::from(bounds.x) * scale,
        "y": shown.top() + f64::from(bounds.y) * scale,
        "width": f64::from(bounds.width) * scale,
        "height": f64::from(bounds.height) * scale,
    }))
}
