//! A large graph that a card paints, on a canvas behind the picture.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use web_sys::{Element, HtmlCanvasElement};

use super::film::{canvas_behind, parts};
use super::live::Live;
use crate::browser::spawn;
use crate::compute::gpu::{COLOURS, Card, Fault, GRAPH, Loaded, PIECE, Program, Screen, Sheet, lend};
use crate::scene::{Point, Rect, Swarm};

/// The most of what is behind it that an edge covers; the more edges cross a pixel on average, the less each does.
const MOST: f32 = 0.5;

/// The canvas. It goes with the picture.
pub struct Behind(Rc<Shared>);

struct Shared {
    live: Live,
    canvas: HtmlCanvasElement,
    /// What is to be painted, and how many pixels of the canvas are one of it.
    wanted: RefCell<Option<(Swarm, f32)>>,
    /// Nothing before the card is there, and while it paints.
    easel: RefCell<Option<Easel>>,
    paints: Cell<bool>,
    /// What is on the canvas.
    shown: RefCell<Option<Swarm>>,
    /// Whether there is no card, or none any more.
    has_failed: Cell<bool>,
}

/// A canvas that a card paints on, and what lies there.
struct Easel {
    screen: Screen,
    laid: Option<Laid>,
}

/// A swarm that lies on the card, and what of it is painted.
struct Laid {
    loaded: Loaded,
    swarm: Swarm,
    /// So many pixels of the canvas are one of the scene.
    density: f32,
    /// How many edges cross a pixel, on average.
    crossing: f32,
    /// How many pieces of the edges are drawn.
    drawn: usize,
}

impl Behind {
    /// A canvas in the frame of a picture.
    pub fn new(frame: &Element, live: &Live) -> Option<Self> {
        Some(Self(Rc::new(Shared {
            live: live.clone(),
            canvas: canvas_behind(frame)?,
            wanted: RefCell::default(),
            easel: RefCell::default(),
            paints: Cell::default(),
            shown: RefCell::default(),
            has_failed: Cell::default(),
        })))
    }

    /// Lets the card paint a swarm, so many pixels to one of the scene; whether it has.
    pub fn paint(&self, swarm: &Swarm, density: f32) -> bool {
        let shared = &self.0;
        if shared.has_failed.get() {
            return false;
        }
        *shared.wanted.borrow_mut() = Some((swarm.clone(), density));
        if !shared.paints.replace(true) {
            let shared = shared.clone();
            spawn(async move {
                let painted = shared.paint().await;
                shared.paints.set(false);
                if painted.is_err() {
                    shared.fail();
                }
            });
        }
        let is_shown = shared.shown.borrow().as_ref().is_some_and(|shown| shown.has_graph_of(swarm));
        if is_shown {
            let Rect { x, y, width, height } = swarm.bounds;
            let style = format!("left:{x}px;top:{y}px;width:{width}px;height:{height}px");
            let _ = shared.canvas.set_attribute("style", &style);
        }
        is_shown
    }
}

impl Drop for Behind {
    fn drop(&mut self) {
        *self.0.wanted.borrow_mut() = None;
        self.0.canvas.remove();
    }
}

impl Shared {
    /// Paints what is wanted, piece by piece, until all of it is on the canvas.
    async fn paint(self: &Rc<Self>) -> Result<(), Fault> {
        let kept = self.easel.take();
        let mut easel = match kept {
            Some(easel) => easel,
            None => self.begin().await?,
        };
        loop {
            let wanted = self.wanted.borrow().clone();
            let Some((swarm, density)) = wanted else { break };
            let kept = easel.laid.take().filter(|laid| laid.density == density && laid.swarm.has_lines_of(&swarm));
            let laid = match kept {
                Some(laid) => laid,
                None => Laid::new(easel.screen.card(), &swarm, density).await?,
            };
            let laid = easel.laid.insert(laid);
            if !laid.paint(&easel.screen, &swarm)? {
                break;
            }
            let before = self.shown.replace(Some(swarm.clone()));
            if !before.is_some_and(|before| before.has_graph_of(&swarm)) {
                self.live.act(|_| ());
            }
            // The card is to have time for the page in between.
            laid.loaded.read(0, 1).await?;
        }
        *self.easel.borrow_mut() = Some(easel);
        Ok(())
    }

    /// Opens the card. When it goes away, the CPU paints.
    async fn begin(self: &Rc<Self>) -> Result<Easel, Fault> {
        let card = lend(false).await?.card.clone();
        let screen = Screen::new(&card, self.canvas.clone())?;
        let shared = Rc::downgrade(self);
        spawn(async move {
            card.lost().await;
            shared.upgrade().into_iter().for_each(|shared| shared.fail());
        });
        Ok(Easel { screen, laid: None })
    }

    fn fail(&self) {
        if !self.has_failed.replace(true) {
            self.canvas.remove();
            self.live.act(|_| ());
        }
    }
}

impl Laid {
    /// Lays a swarm on the card; nothing of it is painted.
    async fn new(card: &Rc<Card>, swarm: &Swarm, density: f32) -> Result<Self, Fault> {
        let Rect { x, y, .. } = swarm.bounds;
        let place = |at: &Point| [(at.x - x) * density, (at.y - y) * density];
        let places = swarm.places.iter().flat_map(place).collect();
        let long = |&(from, to): &(u32, u32)| {
            let [from, to] = [from, to].map(|node| swarm.places[node as usize]);
            (from.x - to.x).abs().max((from.y - to.y).abs())
        };
        let [width, height] = size(swarm, density);
        let pixels = width as usize * height as usize;
        let crossing = swarm.graph.edges.iter().map(long).sum::<f32>() * density / pixels as f32;
        let program = Program::of_graph(pixels, places, &swarm.graph.edges).ok_or(Fault::TooLarge)?;
        let loaded = card.load(&program).await?;
        loaded.clear();
        let laid = Self { loaded, swarm: swarm.clone(), density, crossing, drawn: 0 };
        laid.lay_colours();
        Ok(laid)
    }

    fn lay_colours(&self) {
        let colours: Vec<u8> = self.swarm.colours.iter().flat_map(|colour| colour.rgba).collect();
        self.loaded.lay(COLOURS, &colours);
    }

    /// Paints one piece more of the edges, and the nodes as they look now, where that is not done; whether it was not.
    fn paint(&mut self, screen: &Screen, swarm: &Swarm) -> Result<bool, Fault> {
        let edges = swarm.graph.edges.len();
        let pieces = edges.div_ceil(PIECE);
        if self.drawn == pieces && self.swarm.is(swarm) {
            return Ok(false);
        }
        let before = std::mem::replace(&mut self.swarm, swarm.clone());
        if before.colours != swarm.colours {
            self.lay_colours();
        }
        let first = if self.drawn == pieces { edges } else { self.drawn };
        self.drawn = pieces.min(self.drawn + 1);
        let strength = (pieces as f32 / (self.drawn as f32 * self.crossing)).min(MOST);
        let size = size(swarm, self.density);
        let [width, height] = size.map(|length| length as f32);
        let [ground, ink] = swarm.inks.map(parts);
        let list = vec![
            [width, height, swarm.radius * self.density, strength],
            [first as f32, pieces as f32, 0.0, 0.0],
            ground,
            ink,
        ];
        self.loaded.lay(0, bytemuck::cast_slice(&list));
        let groups = [size[0].div_ceil(16), size[1].div_ceil(16), 1];
        screen.show(&self.loaded, GRAPH, size, &[Sheet { room: self.loaded.output(), list, groups }])?;
        Ok(true)
    }
}

/// How many pixels the canvas of a swarm has, across and down.
fn size(swarm: &Swarm, density: f32) -> [u32; 2] {
    [swarm.bounds.width, swarm.bounds.height].map(|length| (length * density) as u32)
}
