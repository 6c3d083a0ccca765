//! What a card makes of a video's frames, painted on a canvas behind the picture: nothing of it is read back.

use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;

use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlCanvasElement};

use super::live::Live;
use super::picture::density;
use crate::blocks::{AnySettings, Moving};
use crate::browser::{Video, offers, spawn};
use crate::compute::gpu::{Fault, Given, PAINT, Program, Reel, Screen, Sheet, lend};
use crate::data::pictures;
use crate::explain::{Cell, Trace};
use crate::scene::{Bitmap, Colour, Field, Mark, Rect, Scene, Shape, Shows, Theme};
use crate::state::{Backend, Session};

/// So many bytes of an array are taken of the card at most: a larger one is computed from smaller frames.
const MOST_BYTES: u64 = 1 << 28;
/// Where nobody points at a number, numbers are told once in so many frames.
const TOLD_EVERY: usize = 8;
/// When so many frames were given to the card, the first is on the canvas.
const FIRST_SEEN: usize = 2;

/// A canvas, and what is shown on it.
pub struct Film {
    canvas: HtmlCanvasElement,
    screen: Option<Rc<Screen>>,
    developed: Option<Developed>,
    /// What is on its way.
    coming: Option<Coming>,
    /// What a picture has in its place: pixels that are not there.
    window: Rc<Bitmap>,
}

/// A program on the card, or why there is none, as soon as it is there.
type Coming = Rc<RefCell<Option<Result<(Rc<Screen>, Developed), Fault>>>>;

/// From what is to be computed: settings, the cell that says which part, the size of the video.
type Wanted = (AnySettings, Option<Cell>, [usize; 2]);

/// A program that lies on the card.
struct Developed {
    of: Wanted,
    moving: Vec<Moving>,
    reel: Reel,
    size: [usize; 2],
    /// For every stage its array, and the array's shape.
    given: Vec<Given>,
    /// How many frames of this size it was given.
    frames: usize,
}

/// What came of a frame.
pub enum Shown {
    /// It is left to the CPU.
    Nothing,
    /// It is on its way to the screen, or the one before still is.
    OnItsWay,
    /// It is on its way to the screen, and its numbers are to be told, too.
    ToBeTold,
}

impl Film {
    /// Whether a card is to compute what a session shows, if there is one.
    pub fn is_wanted(live: &Live) -> bool {
        may_paint(live) && live.look(|session| !session.block().moving(session.settings(), None).is_empty())
    }

    /// A film on a canvas of its own behind the picture in this frame.
    pub fn new(frame: &Element) -> Option<Self> {
        let canvas = canvas_behind(frame)?;
        let window = Rc::new(Bitmap { width: 1, height: 1, rgba: vec![0; 4] });
        Some(Self { canvas, screen: None, developed: None, coming: None, window })
    }

    /// Shows what a video shows now in the places that a scene has for it.
    ///
    /// # Errors
    /// Where the card failed.
    pub fn show(&mut self, moving: &mut Video, live: &Live, scene: &Scene, theme: Theme) -> Result<Shown, Fault> {
        if let Some(arrived) = self.coming.as_ref().and_then(|coming| coming.take()) {
            self.coming = None;
            let (screen, mut new) = arrived?;
            let before = self.developed.take().filter(|before| before.given == new.given);
            new.frames = before.map_or(0, |before| before.frames);
            (self.screen, self.developed) = (Some(screen), Some(new));
        }
        let Some(video) = moving.size() else {
            // A video that begins anew has nothing to show for a moment.
            return Ok(if self.developed.is_some() { Shown::OnItsWay } else { Shown::Nothing });
        };
        let of = live.look(|session| (session.settings().clone(), part(scene), video));
        if self.coming.is_none() && self.developed.as_ref().map(|developed| &developed.of) != Some(&of) {
            let (canvas, screen, coming) = (self.canvas.clone(), self.screen.clone(), Coming::default());
            self.coming = Some(coming.clone());
            let moving = live.look(|session| session.block().moving(session.settings(), of.1));
            let input = live.look(|session| Some(session.trace().ok()?.stage("input")?.shape()[0]));
            let channels = input.unwrap_or(1);
            spawn(async move {
                let developed = developed(screen, canvas, of, (moving, channels)).await;
                *coming.borrow_mut() = Some(developed);
            });
        }
        let (Some(screen), Some(developed)) = (&self.screen, &mut self.developed) else { return Ok(Shown::Nothing) };
        if screen.is_busy() && !screen.card().is_lost() {
            return Ok(Shown::OnItsWay);
        }
        let Some(frame) = moving.hold(developed.size).filter(|_| developed.of.2 == video) else {
            return Ok(Shown::Nothing);
        };
        let colours = [theme.negative, theme.zero, theme.positive].map(parts);
        let sheets = live.look(|session| developed.sheets(session, scene, &colours));
        if sheets.is_empty() {
            let _ = self.canvas.set_attribute("style", "visibility:hidden");
            return Ok(Shown::ToBeTold);
        }
        let pixels = [scene.width, scene.height].map(|length| (length * density()).round() as u32);
        developed.reel.take(screen.card(), &frame);
        screen.show(&developed.reel.loaded, PAINT, pixels, &sheets)?;
        let _ = self.canvas.set_attribute("style", &format!("width:{}px;height:{}px", scene.width, scene.height));
        developed.frames += 1;
        if let Some((seen, _)) = pictures::seen(moving.name()) {
            seen.forget();
        }
        let is_pointed_at = live.look(|session| session.pointing().is_chosen);
        let is_due = developed.frames == FIRST_SEEN || developed.frames.is_multiple_of(TOLD_EVERY);
        Ok(if is_pointed_at || is_due { Shown::ToBeTold } else { Shown::OnItsWay })
    }

    /// How long the card took for the latest frame that it is done with.
    pub fn took(&self) -> Option<Duration> {
        self.screen.as_ref()?.took()
    }

    /// Leaves what is behind a scene in sight.
    pub fn show_through(&self, scene: &mut Scene, live: &Live) {
        let is_seen = |developed: &&Developed| developed.frames >= FIRST_SEEN;
        let Some(developed) = self.developed.as_ref().filter(is_seen) else { return };
        live.look(|session| {
            let Ok(trace) = session.trace() else { return };
            for mark in &mut scene.marks {
                if let (Shape::Pixels { bitmap, .. }, Shows::Field(field)) = (&mut mark.shape, &mark.shows)
                    && developed.stage(trace, field).is_some()
                {
                    *bitmap = self.window.clone();
                }
            }
        });
    }
}

/// Whether a card may paint, if there is one.
pub fn may_paint(live: &Live) -> bool {
    offers("gpu") && live.look(|session| session.view.backend != Backend::Cpu)
}

/// A canvas behind the picture in this frame.
pub fn canvas_behind(frame: &Element) -> Option<HtmlCanvasElement> {
    let canvas: HtmlCanvasElement = frame.owner_document()?.create_element("canvas").ok()?.unchecked_into();
    canvas.set_attribute("aria-hidden", "true").ok()?;
    frame.append_child(&canvas).ok()?;
    Some(canvas)
}

/// The parts of a colour from 0 to 1, as a shader reads them.
pub fn parts(colour: Colour) -> [f32; 4] {
    colour.rgba.map(|part| f32::from(part) / 255.0)
}

impl Drop for Film {
    fn drop(&mut self) {
        self.canvas.remove();
    }
}

/// The cell of a scene that says which part of a stage is drawn: of a stage with more axes than planes, rows and columns.
fn part(scene: &Scene) -> Option<Cell> {
    fields(scene).into_iter().map(|(_, field)| field.first).find(|first| first.index.len() > 3)
}

/// The fields of pixels on a scene.
fn fields(scene: &Scene) -> Vec<(Rect, Field)> {
    let field = |mark: &Mark| match (&mark.shape, &mark.shows) {
        (Shape::Pixels { bounds, .. }, Shows::Field(field)) => Some((*bounds, *field)),
        _ => None,
    };
    scene.marks.iter().filter_map(field).collect()
}

/// Lays on the card what is wanted, from frames as large as there is room for.
async fn developed(
    screen: Option<Rc<Screen>>,
    canvas: HtmlCanvasElement,
    of: Wanted,
    (moving, channels): (Vec<Moving>, usize),
) -> Result<(Rc<Screen>, Developed), Fault> {
    let screen = match screen {
        Some(screen) => screen,
        None => Rc::new(Screen::new(&lend(false).await?.card, canvas)?),
    };
    let mut each = 1;
    loop {
        let [columns, rows] = of.2.map(|length| length / each);
        let planes = [channels, rows, columns];
        let chains = moving.iter().map(|moving| &moving.layers[..]);
        let made = Program::of_chains(&[1, channels, rows, columns], chains);
        let (program, given) = made.ok_or(Fault::TooLarge)?;
        if screen.card().has_room(&program, MOST_BYTES) {
            let reel = Reel::load(screen.card(), &program, planes).await?;
            return Ok((screen, Developed { of, moving, reel, size: [rows, columns], given, frames: 0 }));
        }
        each *= 2;
    }
}

impl Developed {
    /// Which of the stages a field shows, where its numbers lie on the card.
    fn stage(&self, trace: &Trace, field: &Field) -> Option<usize> {
        let place = self.moving.iter().position(|moving| moving.stage == field.first.stage)?;
        let (shown, there) = (trace.stage(field.first.stage)?.shape(), &self.given[place].1);
        (shown.len() > 2 && there.ends_with(&shown[shown.len() - 3..])).then_some(place)
    }

    /// The maps of a scene that lie on the card, those of one size together: what the shader reads are colours, the size of the planes
    /// with the number at the end of the scale, and for each map its place on the canvas and which plane stands there.
    fn sheets(&self, session: &Session, scene: &Scene, colours: &[[f32; 4]; 3]) -> Vec<Sheet> {
        let mut sheets: Vec<Sheet> = Vec::new();
        let Ok(trace) = session.trace() else { return sheets };
        for (bounds, field) in fields(scene) {
            let Some(stage) = self.stage(trace, &field) else { continue };
            let (room, shape) = &self.given[stage];
            let [.., rows, columns] = shape[..] else { continue };
            let place = [bounds.x, bounds.y, bounds.width, bounds.height].map(|length| (length * density()).round());
            let plane = field.first.index.axis(field.first.index.len() - 3);
            let map = [place, [plane as f32, 0.0, 0.0, 0.0]];
            let is_alike = |sheet: &&mut Sheet| sheet.room == *room && sheet.list[4][2..] == place[2..];
            match sheets.iter_mut().find(is_alike) {
                Some(sheet) => {
                    sheet.list.extend(map);
                    sheet.groups[2] += 1;
                }
                None => {
                    let limit = session.limit(self.moving[stage].coloured_with);
                    let mut list = colours.to_vec();
                    list.push([columns as f32, rows as f32, limit, 0.0]);
                    list.extend(map);
                    let [across, down] = [place[2], place[3]].map(|length| (length as u32).div_ceil(16));
                    sheets.push(Sheet { room: *room, list, groups: [across, down, 1] });
                }
            }
        }
        sheets
    }
}
