//! A large graph that a card paints, on a canvas behind the picture.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use web_sys::{Element, HtmlCanvasElement};

use super::film::{canvas_behind, parts};
use super::live::Live;
use crate::browser::spawn;
use crate::compute::gpu::{COLOURS, Fault, GRAPH, Loaded, PIECE, Program, Screen, Sheet, lend};
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

/// What lies on the card, and what of it is painted.
struct Easel {
    screen: Screen,
    loaded: Option<(Loaded, Swarm, f32)>,
    /// How many pieces of the edges are drawn.
    drawn: usize,
    /// How many edges cross a pixel, on average.
    crossing: f32,
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
        let Easel { screen, mut loaded, mut drawn, mut crossing } = match kept {
            Some(easel) => easel,
            None => self.begin().await?,
        };
        loop {
            let wanted = self.wanted.borrow().clone();
            let Some((swarm, density)) = wanted else { break };
            let edges = &swarm.graph.edges;
            let pieces = edges.len().div_ceil(PIECE);
            let size = [swarm.bounds.width, swarm.bounds.height].map(|length| (length * density) as u32);
            let is_there = |(_, lies, dense): &&(Loaded, Swarm, f32)| lies.has_lines_of(&swarm) && *dense == density;
            let (on_card, lies) = match loaded.take().filter(|loaded| is_there(&loaded)) {
                Some((on_card, lies, _)) => {
                    if drawn == pieces && lies.is(&swarm) {
                        loaded = Some((on_card, lies, density));
                        break;
                    }
                    (on_card, Some(lies))
                }
                None => {
                    drawn = 0;
                    let Point { x, y } = Point::new(swarm.bounds.x, swarm.bounds.y);
                    let place = |at: &Point| [(at.x - x) * density, (at.y - y) * density];
                    let places = swarm.places.iter().flat_map(place).collect();
                    let pixels = size[0] as usize * size[1] as usize;
                    let long = |&(from, to): &(u32, u32)| {
                        let [from, to] = [from, to].map(|node| swarm.places[node as usize]);
                        (from.x - to.x).abs().max((from.y - to.y).abs())
                    };
                    crossing = edges.iter().map(long).sum::<f32>() * density / pixels as f32;
                    let program = Program::of_graph(pixels, places, edges).ok_or(Fault::TooLarge)?;
                    (screen.card().load(&program).await?, None)
                }
            };
            if drawn == 0 {
                on_card.clear();
            }
            if lies.is_none_or(|lies| lies.colours != swarm.colours) {
                let colours: Vec<u8> = swarm.colours.iter().flat_map(|colour| colour.rgba).collect();
                on_card.lay(COLOURS, &colours);
            }
            let [width, height] = size.map(|length| length as f32);
            let first = if drawn == pieces { edges.len() } else { drawn };
            drawn = pieces.min(drawn + 1);
            let strength = (pieces as f32 / (drawn as f32 * crossing)).min(MOST);
            let [ground, ink] = swarm.inks.map(parts);
            let list = vec![
                [width, height, swarm.radius * density, strength],
                [first as f32, pieces as f32, 0.0, 0.0],
                ground,
                ink,
            ];
            on_card.lay(0, bytemuck::cast_slice(&list));
            let groups = [size[0].div_ceil(16), size[1].div_ceil(16), 1];
            screen.show(&on_card, GRAPH, size, &[Sheet { room: on_card.output(), list, groups }])?;
            let before = self.shown.replace(Some(swarm.clone()));
            if !before.is_some_and(|before| before.has_graph_of(&swarm)) {
                self.live.act(|_| ());
            }
            // The card is to have time for the page in between.
            on_card.read(0, 1).await?;
            loaded = Some((on_card, swarm, density));
        }
        *self.easel.borrow_mut() = Some(Easel { screen, loaded, drawn, crossing });
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
        Ok(Easel { screen, loaded: None, drawn: 0, crossing: 0.0 })
    }

    fn fail(&self) {
        if !self.has_failed.replace(true) {
            self.canvas.remove();
            self.live.act(|_| ());
        }
    }
}
