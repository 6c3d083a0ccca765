//! What a card makes of a camera's frames, painted on a canvas behind the picture: nothing of it is read back.

use std::cell::RefCell;
use std::rc::Rc;

use wasm_bindgen::JsCast;
use wasm_bindgen_futures::spawn_local;
use web_sys::{Element, HtmlCanvasElement};

use super::live::Live;
use super::picture::density;
use crate::blocks::Moving;
use crate::browser::{Camera, offers};
use crate::compute::gpu::{Fault, Program, Reel, Screen, Wall, lend};
use crate::data::pictures;
use crate::explain::Trace;
use crate::scene::{Bitmap, Field, Rect, Scene, Shape, Shows, Theme};
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

/// What is to be computed: the stages, of how many channels, from a video of which size.
#[derive(Clone, PartialEq)]
struct Wanted {
    moving: Vec<Moving>,
    channels: usize,
    video: [usize; 2],
}

/// A program that lies on the card.
struct Developed {
    of: Wanted,
    reel: Reel,
    size: [usize; 2],
    /// For every stage its array, and the array's shape.
    given: Vec<(usize, Vec<usize>)>,
    /// How many frames of this size it was given.
    frames: usize,
}

/// What came of a frame.
pub enum Shown {
    /// It is left to the CPU.
    Nothing,
    /// It is on its way to the screen, or the one before still is.
    Shown,
    /// It is on its way to the screen, and its numbers are to be told, too.
    ToBeTold,
}

impl Film {
    /// Whether a card is to compute what a session shows, if there is one.
    pub fn is_wanted(live: &Live) -> bool {
        let is_able = |session: &Session| session.view.backend != Backend::Cpu && !moving(session, None).is_empty();
        offers("gpu") && live.look(is_able)
    }

    /// A film on a canvas of its own behind the picture in this frame.
    pub fn new(frame: &Element) -> Option<Self> {
        let canvas: HtmlCanvasElement = frame.owner_document()?.create_element("canvas").ok()?.unchecked_into();
        canvas.set_attribute("aria-hidden", "true").ok()?;
        frame.append_child(&canvas).ok()?;
        let window = Rc::new(Bitmap { width: 1, height: 1, rgba: vec![0; 4] });
        Some(Self { canvas, screen: None, developed: None, coming: None, window })
    }

    /// Shows what a camera sees now in the places that a scene has for it.
    ///
    /// # Errors
    /// Where the card failed.
    pub fn show(&mut self, camera: &mut Camera, live: &Live, scene: &Scene, theme: Theme) -> Result<Shown, Fault> {
        if let Some(arrived) = self.coming.as_ref().and_then(|coming| coming.take()) {
            self.coming = None;
            let (screen, mut new) = arrived?;
            let before = self.developed.take().filter(|before| before.given == new.given);
            new.frames = before.map_or(0, |before| before.frames);
            (self.screen, self.developed) = (Some(screen), Some(new));
        }
        let Some(of) = camera.size().map(|size| live.look(|session| Wanted::new(session, scene, size))) else {
            return Ok(Shown::Nothing);
        };
        let video = of.video;
        if self.coming.is_none() && self.developed.as_ref().map(|developed| &developed.of) != Some(&of) {
            let (canvas, screen, coming) = (self.canvas.clone(), self.screen.clone(), Coming::default());
            self.coming = Some(coming.clone());
            spawn_local(async move { *coming.borrow_mut() = Some(developed(screen, canvas, of).await) });
        }
        let (Some(screen), Some(developed)) = (&self.screen, &mut self.developed) else { return Ok(Shown::Nothing) };
        if screen.is_busy() && !screen.card().is_lost() {
            return Ok(Shown::Shown);
        }
        let Some(frame) = camera.hold(developed.size).filter(|_| developed.of.video == video) else {
            return Ok(Shown::Nothing);
        };
        let walls = live.look(|session| developed.walls(session, scene));
        if walls.is_empty() {
            let _ = self.canvas.set_attribute("style", "visibility:hidden");
            return Ok(Shown::ToBeTold);
        }
        let colours = [theme.negative, theme.zero, theme.positive];
        let colours = colours.map(|colour| colour.rgba.map(|part| f32::from(part) / 255.0));
        let pixels = [scene.width, scene.height].map(|length| (length * density()).round() as u32);
        screen.show((&developed.reel, &frame), pixels, &colours, &walls)?;
        let _ = self.canvas.set_attribute("style", &format!("width:{}px;height:{}px", scene.width, scene.height));
        developed.frames += 1;
        if let Some((seen, _)) = pictures::seen(pictures::CAMERA) {
            seen.forget();
        }
        let is_pointed_at = live.look(|session| session.pointing().is_chosen);
        let is_due = developed.frames == FIRST_SEEN || developed.frames.is_multiple_of(TOLD_EVERY);
        Ok(if is_pointed_at || is_due { Shown::ToBeTold } else { Shown::Shown })
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

impl Drop for Film {
    fn drop(&mut self) {
        self.canvas.remove();
    }
}

impl Wanted {
    fn new(session: &Session, scene: &Scene, video: [usize; 2]) -> Self {
        let channels = session.trace().ok().and_then(|trace| trace.stage("input")).map_or(1, |input| input.shape()[0]);
        Self { moving: moving(session, Some(scene)), channels, video }
    }
}

/// What a card has to compute for a scene.
fn moving(session: &Session, scene: Option<&Scene>) -> Vec<Moving> {
    let fields = scene.into_iter().flat_map(fields);
    let part = fields.map(|(_, field)| field.first).find(|first| first.index.len() > 3);
    session.block().moving(session.settings(), part)
}

/// The fields of pixels on a scene.
fn fields(scene: &Scene) -> impl Iterator<Item = (Rect, &Field)> {
    scene.marks.iter().filter_map(|mark| match (&mark.shape, &mark.shows) {
        (Shape::Pixels { bounds, .. }, Shows::Field(field)) => Some((*bounds, field)),
        _ => None,
    })
}

/// Lays on the card what is wanted, from frames as large as there is room for.
async fn developed(
    screen: Option<Rc<Screen>>,
    canvas: HtmlCanvasElement,
    of: Wanted,
) -> Result<(Rc<Screen>, Developed), Fault> {
    let screen = match screen {
        Some(screen) => screen,
        None => Rc::new(Screen::new(&lend(false).await?.card, canvas).await?),
    };
    let mut each = 1;
    loop {
        let [columns, rows] = of.video.map(|length| length / each);
        let planes = [of.channels, rows, columns];
        let chains = of.moving.iter().map(|moving| &moving.layers[..]);
        let made = Program::of_chains(&[1, of.channels, rows, columns], chains);
        let (program, given) = made.ok_or(Fault::TooLarge)?;
        if screen.card().has_room(&program, MOST_BYTES) {
            let reel = Reel::load(screen.card(), &program, planes).await?;
            return Ok((screen, Developed { of, reel, size: [rows, columns], given, frames: 0 }));
        }
        each *= 2;
    }
}

impl Developed {
    /// Which of the stages a field shows, where its numbers lie on the card.
    fn stage(&self, trace: &Trace, field: &Field) -> Option<usize> {
        let place = self.of.moving.iter().position(|moving| moving.stage == field.first.stage)?;
        let (shown, there) = (trace.stage(field.first.stage)?.shape(), &self.given[place].1);
        (shown.len() > 2 && there.ends_with(&shown[shown.len() - 3..])).then_some(place)
    }

    /// The maps of a scene that lie on the card, those of one size together.
    fn walls(&self, session: &Session, scene: &Scene) -> Vec<Wall> {
        let mut walls: Vec<Wall> = Vec::new();
        let Ok(trace) = session.trace() else { return walls };
        for (bounds, field) in fields(scene) {
            let Some(stage) = self.stage(trace, field) else { continue };
            let (room, shape) = &self.given[stage];
            let [.., rows, columns] = shape[..] else { continue };
            let place = [bounds.x, bounds.y, bounds.width, bounds.height].map(|length| (length * density()).round());
            let plane = field.first.index.axis(field.first.index.len() - 3);
            let is_alike = |wall: &&mut Wall| wall.room == *room && wall.places[0].0[2..] == place[2..];
            match walls.iter_mut().find(is_alike) {
                Some(wall) => wall.places.push((place, plane)),
                None => {
                    let limit = session.limit(self.of.moving[stage].coloured_with);
                    walls.push(Wall { room: *room, size: [columns, rows], limit, places: vec![(place, plane)] });
                }
            }
        }
        walls
    }
}
