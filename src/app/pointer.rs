//! What a hand or a keyboard does on the picture: pointing, pressing, dragging, drawing, walking with the arrow keys.
//!
//! All of it happens at once, while the browser waits: an event's default can be prevented only before its turn is over.

use gloo::events::{EventListener, EventListenerOptions};
use wasm_bindgen::JsCast;
use web_sys::{HtmlCanvasElement, HtmlElement, KeyboardEvent, PointerEvent, TouchEvent};

use super::cell_editor::Editing;
use super::picture::{Picture, SharedPicture};
use crate::blocks::Gesture;
use crate::explain::Cell;
use crate::scene::{Direction, Drag, Point, Scene, Theme};
use crate::state::Session;

/// How near a pointer must come to a small mark, in CSS pixels: targets are at least 24 across.
const REACH: f32 = 12.0;
/// A press that moves less than this is a click.
const STILL: f32 = 4.0;

/// A press on the picture, until it is let go.
pub struct Press {
    /// What is under it; nothing on the ground around a volume.
    cell: Option<Cell>,
    start: Point,
    last: Point,
    value: f32,
    slid: Option<[f64; 2]>,
    drag: Option<Drag>,
    moved: bool,
}

impl Press {
    /// Whether a number is held; then the pointer is captured until it is let go.
    pub fn holds(&self) -> bool {
        self.drag.is_some()
    }

    /// Draws the edge that is being led from a node.
    pub fn draw(&self, scene: &mut Scene, theme: &Theme) {
        if let (Some(Drag::Join(_)), Some(from), true) = (self.drag, self.cell, self.moved) {
            scene.lead(from, self.last, REACH, theme);
        }
    }
}

impl Picture {
    /// Where on the picture a place of the window is, whatever the host page's CSS scale.
    fn point(&self, client_x: i32, client_y: i32) -> Option<Point> {
        let canvas = self.canvas.cast::<HtmlElement>()?;
        let shown = canvas.get_bounding_client_rect();
        if shown.width() == 0.0 || shown.height() == 0.0 {
            return None;
        }
        let x = (f64::from(client_x) - shown.left()) / shown.width() * f64::from(self.scene.width);
        let y = (f64::from(client_y) - shown.top()) / shown.height() * f64::from(self.scene.height);
        Some(Point::new(x as f32, y as f32))
    }

    /// A button or a finger goes down.
    pub fn press(&mut self, event: &PointerEvent) {
        if self.editing.take().is_some() {
            self.live.act(Session::end_gesture);
        }
        let Some(point) =
            self.point(event.client_x(), event.client_y()).filter(|_| event.is_primary() && event.button() == 0)
        else {
            return;
        };
        let (cell, drag) = (self.scene.hit(point, REACH).map(|(cell, _)| cell), self.scene.drag_at(point, REACH));
        if cell.is_none() && drag.is_none() {
            return self.live.act(|session| session.focus_on(None));
        }
        let value = self.live.look(|session| session.trace().ok()?.value(cell?)).unwrap_or(0.0);
        let slid = match drag {
            Some(Drag::Slide(slide)) => self.live.look(|session| session.slid(slide)),
            _ => None,
        };
        self.press = Some(Press { cell, start: point, last: point, value, slid, drag, moved: false });
        let Some(drag) = drag else { return };
        if let Some(canvas) = self.canvas.cast::<HtmlElement>() {
            let _ = canvas.set_pointer_capture(event.pointer_id());
        }
        self.live.act(|session| {
            session.begin_gesture();
            if let (Drag::Paint(ink), Some(cell)) = (drag, cell) {
                session.edit(cell, ink);
            }
        });
    }

    /// The pointer moves, pressed or not.
    pub fn moved(&mut self, event: &PointerEvent) {
        let Some(point) = self.point(event.client_x(), event.client_y()) else { return };
        let Some(press) = &mut self.press else {
            let cell = self.scene.hit(point, 2.0).map(|(cell, _)| cell);
            if self.live.look(|session| session.hovered() != cell) {
                self.live.act(|session| session.hover(cell));
            }
            return;
        };
        press.moved |= (point.x - press.start.x).hypot(point.y - press.start.y) >= STILL;
        match (press.drag, press.cell) {
            (Some(Drag::Turn(per_pixel)), Some(cell)) if press.moved => {
                let value = rounded(press.value + (press.start.y - point.y) * per_pixel, per_pixel);
                self.live.act(|session| {
                    session.hover(Some(cell));
                    session.edit(cell, value)
                });
            }
            (Some(Drag::Paint(ink)), Some(cell)) => {
                let stroke = cells_along(&self.scene, cell, press.last, point);
                self.live.act(|session| stroke.into_iter().for_each(|cell| session.edit(cell, ink)));
            }
            (Some(Drag::Move(within)), Some(cell)) if press.moved => {
                self.live.act(|session| session.reshape(cell, Gesture::Move(within.share(point))));
            }
            // The edge follows; the node that it leads from stays the one that is pointed at.
            (Some(Drag::Join(_)), from) => self.live.act(|session| session.hover(from)),
            (Some(Drag::Slide(slide)), _) if press.moved => {
                let by = [point.x - press.start.x, point.y - press.start.y];
                if let Some(slid) = press.slid {
                    let to = [0, 1].map(|axis| slid[axis] + f64::from(by[axis] * slide.per_pixel[axis]));
                    self.live.act(|session| session.slide(slide, to));
                }
            }
            _ => {}
        }
        press.last = point;
    }

    /// The button or the finger goes up.
    pub fn release(&mut self, event: &PointerEvent) {
        let Some(press) = self.press.take() else { return };
        let touch = event.pointer_type() == "touch";
        let over = self.scene.node_at(press.last, REACH);
        self.live.act(|session| {
            if let (Some(Drag::Join(within)), Some(cell), true) = (press.drag, press.cell, press.moved) {
                session.reshape(cell, over.map_or(Gesture::Sprout(within.share(press.last)), Gesture::Join));
            }
            session.end_gesture();
            if touch {
                session.hover(None);
            }
            if !press.moved {
                match press.cell {
                    Some(cell) => session.choose(cell),
                    None => session.focus_on(None),
                }
            }
        });
    }

    /// The pointer is elsewhere; a press that holds nothing is over, for where it is let go nobody says.
    pub fn leave(&mut self, _: &PointerEvent) {
        self.press = self.press.take().filter(Press::holds);
        self.live.act(|session| session.hover(None));
    }

    /// Opens an editor on the number that is pointed at, where it can be changed, or else what the number stands for.
    pub fn edit(&mut self) {
        let editing = self.live.look(|session| {
            let cell = session.at().filter(|cell| session.is_editable(*cell))?;
            Some(Editing::new(cell, session.trace().ok()?.value(cell)?, step_of(session, cell)))
        });
        if editing.is_some() {
            self.editing = editing;
            // However much is typed, it is undone in one step.
            self.live.act(Session::begin_gesture);
        } else if let Some(cell) = self.live.look(|session| session.at()) {
            self.live.act(|session| session.choose(cell));
        }
    }

    /// A key on the picture; only those that it uses are stopped. Movements glide where `motion` is welcome.
    pub fn key(&mut self, event: &KeyboardEvent, motion: bool) {
        if event.ctrl_key() || event.meta_key() || event.alt_key() {
            return;
        }
        let last = self.live.look(|session| session.steps()).saturating_sub(1);
        match event.key().as_str() {
            "ArrowLeft" => self.walk(Direction::Left, event.shift_key()),
            "ArrowRight" => self.walk(Direction::Right, event.shift_key()),
            "ArrowUp" => self.walk(Direction::Up, event.shift_key()),
            "ArrowDown" => self.walk(Direction::Down, event.shift_key()),
            "Home" => self.live.act(|session| session.go_to(0, motion)),
            "End" => self.live.act(|session| session.go_to(last, motion)),
            "Enter" => self.edit(),
            "Delete" | "Backspace" => self.live.act(|session| {
                session.at().into_iter().for_each(|cell| session.reshape(cell, Gesture::Remove));
            }),
            "+" | "=" => self.nudge(1.0),
            "-" => self.nudge(-1.0),
            _ => return,
        }
        event.prevent_default();
        event.stop_propagation();
    }

    /// To the next number. With Shift the pen draws on the way, or what can be turned or shifted is.
    fn walk(&self, direction: Direction, shift: bool) {
        self.live.act(|session| {
            let ink = self.ink_at(session.at());
            match self.scene.slide().filter(|_| shift && ink.is_none()) {
                Some(slide) => session.slide_by(slide, direction.steps()),
                None => session.walk(&self.scene, direction),
            }
            let onto = session.at().filter(|at| shift && self.ink_at(Some(*at)).is_some());
            if let (Some(ink), Some(cell)) = (ink, onto) {
                session.edit(cell, ink);
            }
        });
    }

    /// What the pen writes on a cell; nothing where it does not draw.
    fn ink_at(&self, cell: Option<Cell>) -> Option<f32> {
        match self.scene.mark(cell?)?.drag {
            Some(Drag::Paint(ink)) => Some(ink),
            _ => None,
        }
    }

    /// Changes the chosen number by a tenth, a whole one by one, without opening the editor.
    fn nudge(&self, sign: f64) {
        self.live.act(|session| {
            let Some(cell) = session.at() else { return };
            if let Some(value) = session.trace().ok().and_then(|trace| trace.value(cell)) {
                let changed = f64::from(value) + step_of(session, cell) * sign;
                session.edit(cell, ((changed * 1e4).round() / 1e4) as f32);
            }
        });
    }
}

/// How far a key changes a number.
fn step_of(session: &Session, cell: Cell) -> f64 {
    if session.is_whole(cell) { 1.0 } else { 0.1 }
}

/// A finger on a number that can be dragged drags it; elsewhere it scrolls the page.
pub fn keep_drags_from_scrolling(canvas: &HtmlCanvasElement, picture: &SharedPicture) -> EventListener {
    let (picture, preventing) = (picture.clone(), EventListenerOptions::enable_prevent_default());
    EventListener::new_with_options(canvas, "touchstart", preventing, move |event| {
        let touch = event.dyn_ref::<TouchEvent>().and_then(|event| event.touches().get(0));
        let picture = picture.borrow();
        let point = touch.and_then(|touch| picture.point(touch.client_x(), touch.client_y()));
        if point.and_then(|point| picture.scene.drag_at(point, REACH)).is_some() {
            event.prevent_default();
        }
    })
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
    let magnitude = 10_f64.powi(f64::from(per_pixel.max(1e-4)).log10().floor() as i32);
    let grain = [1.0, 2.0, 5.0, 10.0]
        .into_iter()
        .map(|grain| grain * magnitude)
        .find(|grain| *grain >= 0.999 * f64::from(per_pixel));
    let grain = grain.unwrap_or(magnitude);
    let digits = 10_f64.powi((-grain.log10().floor()).max(0.0) as i32);
    (((f64::from(value) / grain).round() * grain * digits).round() / digits) as f32
}
