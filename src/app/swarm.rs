//! A large graph that a card paints, on a canvas behind the picture.

use std::cell::RefCell;
use std::rc::Rc;

use wasm_bindgen::JsCast;
use wasm_bindgen_futures::spawn_local;
use web_sys::{Element, HtmlCanvasElement};

use super::live::Live;
use crate::compute::gpu::{Easel, Fault, Look, lend};
use crate::data::graphs::GraphData;
use crate::scene::{Colour, Point, Scene, Swarm};

/// The canvas, and what lies on the card.
pub struct Behind {
    canvas: HtmlCanvasElement,
    /// Nothing as long as the card is being opened.
    easel: Rc<RefCell<Option<Result<Easel, Fault>>>>,
    places: Rc<[Point]>,
    colours: Rc<[Colour]>,
    graph: Rc<GraphData>,
    look: Option<Look>,
}

impl Behind {
    /// A canvas in the frame of a picture, for a card that is lent if there is one: when it is there, `live` is let know.
    pub fn new(frame: &Element, live: &Live) -> Option<Self> {
        let canvas: HtmlCanvasElement = frame.owner_document()?.create_element("canvas").ok()?.unchecked_into();
        canvas.set_attribute("aria-hidden", "true").ok()?;
        frame.append_child(&canvas).ok()?;
        let easel = Rc::default();
        let behind = Self {
            canvas: canvas.clone(),
            easel: Rc::clone(&easel),
            places: Rc::default(),
            colours: Rc::default(),
            graph: Rc::default(),
            look: None,
        };
        let live = live.clone();
        spawn_local(async move {
            let opened = match lend(false).await {
                Ok(lent) => Easel::new(&lent.card, canvas).await,
                Err(fault) => Err(fault),
            };
            let is_there = opened.is_ok();
            *easel.borrow_mut() = Some(opened);
            if is_there {
                live.act(|_| ());
            }
        });
        Some(behind)
    }

    /// Whether a card paints.
    pub fn is_ready(&self) -> bool {
        matches!(*self.easel.borrow(), Some(Ok(_)))
    }

    /// Paints what a scene leaves to the card, `density` pixels to one of the scene; the scene is told where more is to come.
    pub fn paint(&mut self, scene: &mut Scene, density: f32) {
        let mut easel = self.easel.borrow_mut();
        let Some(swarm) = scene.swarm.as_ref().filter(|_| matches!(*easel, Some(Ok(_)))) else {
            if self.look.take().is_some() {
                let _ = self.canvas.set_attribute("style", "visibility:hidden");
            }
            return;
        };
        let Some(Ok(able)) = &mut *easel else { return };
        let bounds = swarm.bounds;
        let look = look(swarm, density);
        let is_new = self.look.replace(look) != Some(look);
        if is_new {
            let style = [("left", bounds.x), ("top", bounds.y), ("width", bounds.width), ("height", bounds.height)];
            let style = style.map(|(name, length)| format!("{name}:{length}px")).join(";");
            let _ = self.canvas.set_attribute("style", &style);
        }
        if !Rc::ptr_eq(&self.graph, &swarm.graph) {
            self.graph = swarm.graph.clone();
            able.join(&swarm.graph.edges.iter().map(|&(a, b)| [a, b]).collect::<Vec<_>>());
        }
        if is_new || !Rc::ptr_eq(&self.places, &swarm.places) {
            self.places = swarm.places.clone();
            let place = |at: &Point| [(at.x - bounds.x) * density, (at.y - bounds.y) * density];
            able.place(&swarm.places.iter().map(place).collect::<Vec<_>>());
        }
        if !Rc::ptr_eq(&self.colours, &swarm.colours) {
            self.colours = swarm.colours.clone();
            able.colour(&swarm.colours.iter().map(|colour| colour.rgba).collect::<Vec<_>>());
        }
        match able.paint(&look) {
            Ok(is_whole) => scene.unfinished |= !is_whole,
            Err(fault) => {
                *easel = Some(Err(fault));
                scene.unfinished = true;
            }
        }
    }
}

fn look(swarm: &Swarm, density: f32) -> Look {
    let size = [swarm.bounds.width, swarm.bounds.height].map(|length| (length * density) as u32);
    let colours = swarm.inks.map(|colour| colour.rgba.map(|part| f32::from(part) / 255.0));
    Look { size, radius: swarm.radius * density, colours }
}
