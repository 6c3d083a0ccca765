//! Where the nodes of a large graph are while forces move them, and the picture of it in pixels. Both take long and go on in pieces;
//! however they are cut, they end alike.

use std::cell::RefCell;
use std::cmp::Reverse;
use std::rc::Rc;

use super::model::Network;
use super::settings::Settings;
use crate::data::graphs::MAX_NODES;
use crate::scene::arrange::{Forces, MOST_STEPS, discs, fit};
use crate::scene::{Bitmap, Colour, Point, Raster, Rect};

/// So many graphs are kept: as many as a page may show at a time.
const MOST_KEPT: usize = 4;
/// Where nobody lets the forces go on, so many nodes are moved at once: a thousand until they rest, more of them less often.
const AT_ONCE: usize = 150_000;
/// So many edges are drawn while nodes move, and until the others are.
const SAMPLE: usize = 4000;
/// The most edges that are drawn where forces would take too long for the nodes: more of them would hide where they lead.
const MOST_CHORDS: usize = 30_000;
/// So many more edges are drawn in one piece.
const PIECE: usize = 1000;
/// From one edge to the one that is drawn next: by a prime larger than the number of edges, so that each comes once, and the first
/// ones are from everywhere.
const STRIDE: u64 = 1_618_033;
/// The most nodes of which there is time to draw four pixels for one.
const MOST_FINE: usize = 2000;

thread_local! {
    static ALL: RefCell<Vec<Arranged>> = const { RefCell::new(Vec::new()) };
}

/// A large graph on its way to a picture.
pub struct Arranged {
    network: Rc<Network>,
    /// None where the places are known.
    forces: Option<Forces>,
    /// Where each node is, from 0 to 1.
    places: Vec<[f32; 2]>,
    frame: Frame,
    raster: Raster,
    painted: Option<(Colours, Rc<Bitmap>)>,
    /// The places on a scene, and the box on it that they are in.
    placed: Option<(Rect, Rc<[Point]>)>,
    /// The colours of the nodes when it was looked at last.
    coloured: Rc<[Colour]>,
    /// Whether the picture is asked for once: then no edge is left for later.
    at_once: bool,
}

/// The colour behind everything and that of edges; the colour of each node.
pub type Colours = ([Colour; 2], Rc<[Colour]>);

/// How large a picture is.
#[derive(Clone, Copy, Default, PartialEq)]
pub struct Frame {
    /// How wide.
    pub width: f32,
    /// How high.
    pub height: f32,
    /// The radius of a node's dot.
    pub radius: f32,
}

impl Frame {
    /// Where on the picture a place is.
    pub fn at(self, [x, y]: [f32; 2]) -> Point {
        let margin = self.radius + 1.0;
        Point::new(margin + x * (self.width - 2.0 * margin), margin + y * (self.height - 2.0 * margin))
    }

    /// The same with so many pixels for one.
    fn times(self, fine: f32) -> Self {
        Self { width: self.width * fine, height: self.height * fine, radius: self.radius * fine }
    }
}

/// The nodes of each field, those with the most edges first.
fn by_field(network: &Network) -> Vec<Vec<u32>> {
    let data = &network.data;
    let mut fields = vec![Vec::new(); data.class_count().max(1)];
    for node in 0..data.nodes {
        fields[data.classes.get(node).map_or(0, |&class| class.into())].push(node as u32);
    }
    for field in &mut fields {
        field.sort_by_key(|&node| Reverse(network.graph.incoming(node as usize).len()));
    }
    fields
}

/// Does a little of what the picture of a large graph waits for; whether it is another one now. Nothing where it is finished.
pub fn go_on(settings: &Settings) -> Option<bool> {
    let network = Network::of(settings).ok()?;
    ALL.with_borrow_mut(|all| match all.iter_mut().find_map(|arranged| arranged.of(&network)) {
        Some(arranged) => arranged.piece(),
        None => {
            begin(all, Arranged::new(&network));
            Some(true)
        }
    })
}

/// Looks at a graph as it is arranged so far; where nobody has begun to, it is at once.
pub fn look<T>(network: &Rc<Network>, look: impl FnOnce(&mut Arranged) -> T) -> T {
    ALL.with_borrow_mut(|all| {
        if let Some(arranged) = all.iter_mut().find_map(|arranged| arranged.of(network)) {
            return look(arranged);
        }
        let mut arranged = Arranged::new(network);
        arranged.settle();
        look(begin(all, arranged))
    })
}

fn begin(all: &mut Vec<Arranged>, arranged: Arranged) -> &mut Arranged {
    all.truncate(MOST_KEPT - 1);
    all.insert(0, arranged);
    &mut all[0]
}

impl Arranged {
    fn new(network: &Rc<Network>) -> Self {
        let data = &network.data;
        let (forces, places) = match data.places.clone() {
            Some(mut places) => {
                fit(&mut places);
                (None, places)
            }
            None if data.nodes > MAX_NODES => (None, discs(data.nodes, &by_field(network))),
            None => {
                let forces = Forces::new(data.nodes, &data.edges, 1);
                let places = forces.places();
                (Some(forces), places)
            }
        };
        let (frame, raster) = (Frame::default(), Raster::new(1, 1));
        Self {
            network: network.clone(),
            forces,
            places,
            frame,
            raster,
            painted: None,
            placed: None,
            coloured: Rc::default(),
            at_once: false,
        }
    }

    /// The same, where it is of a network's graph: weights may be others.
    fn of(&mut self, network: &Rc<Network>) -> Option<&mut Self> {
        let (own, data) = (&self.network.data, &network.data);
        if !Rc::ptr_eq(&self.network, network) {
            let is_own = Rc::ptr_eq(own, data);
            if !is_own && (own.nodes, &own.edges, &own.places) != (data.nodes, &data.edges, &data.places) {
                return None;
            }
            self.network = network.clone();
        }
        Some(self)
    }

    /// Where each node is, from 0 to 1.
    pub fn places(&self) -> &[[f32; 2]] {
        &self.places
    }

    /// The places within a box on a scene: the same ones as long as neither changes.
    pub fn placed(&mut self, within: Rect, radius: f32) -> Rc<[Point]> {
        if let Some((known, places)) = &self.placed
            && *known == within
        {
            return places.clone();
        }
        let frame = Frame { width: within.width, height: within.height, radius };
        let place = |at: &[f32; 2]| {
            let at = frame.at(*at);
            Point::new(within.x + at.x, within.y + at.y)
        };
        let places: Rc<[Point]> = self.places.iter().map(place).collect();
        self.placed = Some((within, places.clone()));
        places
    }

    /// The same colours, shared with those before where they are no others.
    pub fn coloured(&mut self, colours: Vec<Colour>) -> Rc<[Colour]> {
        if self.coloured[..] != colours {
            self.coloured = colours.into();
        }
        self.coloured.clone()
    }

    /// How many steps the forces have made, and how many they make at most; nothing where all are made.
    pub fn steps(&self) -> Option<(usize, usize)> {
        let forces = self.forces.as_ref().filter(|forces| forces.moves())?;
        Some((forces.steps(), MOST_STEPS))
    }

    /// How many edges are drawn so far, of how many that will be.
    pub fn drawn(&self) -> (usize, usize) {
        let all = self.network.data.edges.len();
        let most = if self.places.len() > MAX_NODES { MOST_CHORDS } else { all };
        (self.raster.lines(), all.min(most))
    }

    /// Whether more of it is to come.
    pub fn is_unfinished(&self) -> bool {
        let (drawn, all) = self.drawn();
        self.steps().is_some() || drawn < all
    }

    fn piece(&mut self) -> Option<bool> {
        self.at_once = false;
        if let Some(forces) = self.forces.as_mut().filter(|forces| forces.moves()) {
            let is_whole = forces.piece();
            if is_whole {
                self.places = forces.places();
                self.raster.clear();
                (self.painted, self.placed) = (None, None);
            }
            return Some(is_whole);
        }
        let (drawn, all) = self.drawn();
        let waits = self.frame != Frame::default() && drawn < all;
        waits.then(|| {
            self.draw(drawn + PIECE);
            true
        })
    }

    fn settle(&mut self) {
        self.at_once = true;
        let steps = AT_ONCE / self.places.len().max(1);
        if let Some(forces) = &mut self.forces {
            let _ = (0..steps).all(|_| forces.step());
            self.places = forces.places();
        }
    }

    /// The picture as far as it has come: made anew only where something has changed.
    pub fn paint(&mut self, frame: Frame, colours: Colours) -> Rc<Bitmap> {
        let is_fine = self.steps().is_none() && self.places.len() <= MOST_FINE;
        let frame = frame.times(if is_fine { 2.0 } else { 1.0 });
        if frame != self.frame {
            self.frame = frame;
            self.raster = Raster::new(frame.width as usize, frame.height as usize);
            self.painted = None;
        }
        self.draw(if self.at_once { usize::MAX } else { SAMPLE });
        if let Some((known, bitmap)) = &self.painted
            && *known == colours
        {
            return bitmap.clone();
        }
        let places = self.places.iter().map(|place| frame.at(*place));
        let dots: Vec<_> = places.zip(colours.1.iter().copied()).collect();
        let bitmap = Rc::new(self.raster.paint(colours.0, &dots, frame.radius));
        self.painted = Some((colours, bitmap.clone()));
        bitmap
    }

    /// Draws edges until there are so many.
    fn draw(&mut self, until: usize) {
        let (edges, frame, (drawn, all)) = (&self.network.data.edges, self.frame, self.drawn());
        for turn in drawn..until.min(all) {
            let (source, target) = edges[(turn as u64 * STRIDE % edges.len() as u64) as usize];
            let [from, to] = [source, target].map(|node| frame.at(self.places[node as usize]));
            self.raster.line(from, to);
            self.painted = None;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::blocks::relational::settings::{Shape, Topic};

    const RED: Colour = Colour::hex(0xff0000);
    const FRAME: Frame = Frame { width: 400.0, height: 300.0, radius: 2.0 };

    fn citations(nodes: usize, degree: f64) -> Settings {
        let mut settings = Settings::of(Topic::Passing);
        (settings.graph, settings.nodes, settings.degree) = (Shape::Citations, nodes, degree);
        settings
    }

    fn paint(arranged: &mut Arranged) -> Rc<Bitmap> {
        let nodes = arranged.places().len();
        arranged.paint(FRAME, ([Colour::hex(0xffffff), Colour::hex(0)], vec![RED; nodes].into()))
    }

    #[test]
    fn there_may_be_ten_thousand_nodes_and_a_hundred_thousand_edges() {
        let network = Network::of(&citations(10_000, 20.0)).expect("a network");
        assert_eq!((network.graph.nodes(), network.data.edges.len()), (10_000, 100_000));
        look(&network, |arranged| {
            paint(arranged);
            assert_eq!(arranged.drawn(), (100_000, 100_000), "asked for at once, nothing is left for later");
            assert_eq!(arranged.steps(), Some((15, MOST_STEPS)));
        });
    }

    #[test]
    fn every_node_is_a_dot() {
        let network = Network::of(&citations(1000, 4.0)).expect("a network");
        look(&network, |arranged| {
            let bitmap = paint(arranged);
            assert!(!arranged.is_unfinished());
            let fine = bitmap.width as f32 / FRAME.width;
            for place in arranged.places() {
                let at = FRAME.at(*place);
                let pixel = (at.y * fine) as usize * bitmap.width as usize + (at.x * fine) as usize;
                // The rim of a dot beside it may be in front of its middle.
                let [red, green, ..] = bitmap.rgba[4 * pixel..] else { panic!("{place:?} is outside") };
                assert!(red > 2 * green, "{place:?}");
            }
        });
    }

    #[test]
    fn piece_by_piece_it_ends_as_at_once() {
        let settings = citations(300, 40.0);
        let network = Network::of(&settings).expect("a network");
        assert_eq!(go_on(&settings), Some(true));
        let mut pictures = 0;
        while look(&network, |arranged| {
            paint(arranged);
            arranged.is_unfinished()
        }) {
            pictures += 1;
            go_on(&settings);
        }
        assert!(pictures > 100, "{pictures}");
        assert_eq!(go_on(&settings), None);
        let [mut pieces, mut at_once] = [0, 0].map(|_| Arranged::new(&network));
        at_once.settle();
        let piece_by_piece = look(&network, |arranged| (arranged.places().to_vec(), paint(arranged)));
        assert_eq!(piece_by_piece, (at_once.places().to_vec(), paint(&mut at_once)));
        while pieces.piece().is_some() {}
        assert_eq!(pieces.places(), at_once.places());
    }
}
