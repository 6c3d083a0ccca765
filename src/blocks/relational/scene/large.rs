//! The picture of a large graph: all nodes as dots in one picture of pixels, and beside it the numbers of the one that is pointed at.

use super::Picture;
use crate::blocks::relational::arranged::{Frame, look};
use crate::blocks::relational::neighbourhood::measured;
use crate::blocks::relational::settings::Tint;
use crate::blocks::relational::stages::step_cell;
use crate::data::graphs::{MAX_EDGES, MAX_NODES};
use crate::explain::{Cell, Role, Stage, cell_number, grouped};
use crate::scene::{
    Bitmap, Crowd, Field, Font, Mark, Point, Rect, Scale, Scene, Shape, Shows, Stroke, Swarm, draw_cell, legend,
    outline_field,
};

/// The most edges that light up around a node.
const MOST_LIT: usize = 300;

/// One number of each node: a cell that holds one of them, and the axis along which the nodes are.
#[derive(Clone, Copy)]
struct Shown<'a> {
    stage: &'a Stage,
    cell: Cell,
    axis: usize,
}

impl Shown<'_> {
    /// The numbers of all nodes.
    fn values(&self) -> Vec<f32> {
        if let (Some(all), 0, &[_, width]) =
            (self.stage.array().and_then(|array| array.as_slice()), self.axis, self.stage.shape())
        {
            return all.iter().skip(self.cell.index.axis(1)).step_by(width).copied().collect();
        }
        let mut at = self.cell.index.iter().copied().collect::<Vec<u32>>();
        let value = |node| {
            at[self.axis] = node as u32;
            self.stage.value(&at).unwrap_or(0.0)
        };
        (0..self.stage.shape()[self.axis]).map(value).collect()
    }
}

/// The axis of a stage along which its nodes are; nothing where there are none.
fn axis(stage: &Stage, nodes: usize) -> Option<usize> {
    stage.shape().iter().position(|length| *length == nodes)
}

impl<'a> Picture<'a> {
    /// Draws the block.
    pub fn large(&self) -> Scene {
        let (theme, text) = (self.theme(), self.theme().text);
        let mut scene = Scene::new(self.view.width, 0.0);
        let Some(shown) = self.shown() else { return scene };
        let wide = scene.width >= 720.0 * text;
        let room = if wide { scene.width * 0.6 } else { scene.width };
        let within = Rect::new(2.0, 20.0 * text, room - 4.0, (room * 0.78).min(560.0 * text));
        let values = shown.values();
        let scale = Scale::new(values.iter().fold(0.0, |limit, value| value.abs().max(limit)));
        self.dots(&mut scene, within, shown, (&values, scale));
        let told = self.told_below(&mut scene, within);
        let (left, top) = if wide { (room + 18.0 * text, 0.0) } else { (4.0, told + 8.0 * text) };
        let beside = Rect::new(left, top, scene.width - left - 4.0, 0.0);
        let bottom = told.max(self.beside(&mut scene, beside, shown));
        let end = Point::new(scene.width - 4.0, bottom + 12.0 * text);
        legend(&mut scene, end, scale, theme, shown.stage.symbol);
        scene.height = bottom + 26.0 * text;
        scene
    }

    /// What colours the dots: the number that was chosen, or else the one at which the transport stands.
    fn shown(&self) -> Option<Shown<'a>> {
        let step = self.view.step.round() as usize;
        let cells = [self.view.pointing.kept, step_cell(self.trace, step)];
        cells.into_iter().flatten().find_map(|cell| {
            let stage = self.trace.stage(cell.stage)?;
            let of_nodes = stage.shape().iter().filter(|length| **length == self.nodes()).count() == 1;
            let axis = axis(stage, self.nodes()).filter(|_| of_nodes && stage.name != "node")?;
            Some(Shown { stage, cell, axis })
        })
    }

    /// The node that is pointed at, with any of its numbers; or else that of the transport.
    fn pointed(&self, shown: Shown<'_>) -> usize {
        let node = |cell: Cell| Some(cell.index.axis(axis(self.trace.stage(cell.stage)?, self.nodes())?));
        self.view.pointing.at.and_then(node).unwrap_or(shown.cell.index.axis(shown.axis))
    }

    /// All nodes and edges, and around the node that is pointed at those that it hears.
    fn dots(&self, scene: &mut Scene, within: Rect, shown: Shown<'_>, (values, scale): (&[f32], Scale)) {
        let theme = self.theme();
        let radius = (0.3 * (within.area() / self.nodes() as f32).sqrt())
            .clamp(if self.settings.is_vast() { 0.6 } else { 1.4 }, 5.0);
        let frame = Frame { width: within.width, height: within.height, radius };
        let by_class = self.settings.colour == Tint::Class;
        let colour = |node: usize| match self.class(node).filter(|_| by_class) {
            Some(class) => self.of_class(class),
            None => theme.value(values[node], scale),
        };
        let colours = (0..self.nodes()).map(colour).collect();
        let inks = [theme.card, theme.muted.mix(theme.card, 0.3)];
        self.view.label_above(scene, within, shown.stage.role, shown.stage.title);
        let mark = scene.marks.len();
        let places = look(&self.network, |arranged| {
            let (places, colours) = (arranged.placed(within, radius), arranged.coloured(colours));
            if self.is_behind() {
                scene.draw(Shape::Rect { bounds: within, fill: None, stroke: None, radius: 0.0 });
            } else {
                let bitmap = arranged.paint(frame, (inks, colours.clone()));
                scene.unfinished = arranged.is_unfinished();
                scene.draw(Shape::Pixels { bounds: within, bitmap });
            }
            if self.settings.is_vast() {
                let (places, graph) = (places.clone(), self.network.data.clone());
                scene.swarm = Some(Swarm { bounds: within, places, colours, graph, radius, inks });
            }
            places
        });
        self.view.outline(scene, within, theme.hairline, 1.0, 2.0);
        self.around(scene, &places, self.pointed(shown), radius);
        scene.crowd = Some(Crowd { cell: shown.cell, axis: shown.axis, places, bounds: within, mark });
    }

    /// Whether a card paints nodes and edges behind the picture.
    fn is_behind(&self) -> bool {
        self.view.on_card && self.settings.is_vast()
    }

    /// The node that is pointed at, and the edges that end at it.
    fn around(&self, scene: &mut Scene, places: &[Point], node: usize, radius: f32) {
        let theme = self.theme();
        let rim = |colour, width: f32| Some(Stroke::solid(colour, width * theme.line));
        let ring = |centre: Point, radius, stroke| Shape::Circle { centre, radius, fill: None, stroke };
        for link in self.network.graph.incoming(node).iter().take(MOST_LIT) {
            let source = places[link.node as usize];
            scene.line(source, places[node], Stroke::solid(theme.input, 1.2 * theme.line));
            scene.draw(ring(source, radius + 1.0, rim(theme.input, 1.5)));
        }
        if self.is_alone() {
            scene.draw(ring(places[self.settings.from], radius + 4.0, rim(theme.weight, 2.0)));
        }
        scene.draw(ring(places[node], radius + 2.5, rim(theme.output, 2.5)));
    }

    /// In words, what is shown; where it ends.
    fn told_below(&self, scene: &mut Scene, within: Rect) -> f32 {
        let mut told = if self.is_alone() { self.reached_far() } else { self.told() };
        let (steps, (drawn, most)) = look(&self.network, |arranged| (arranged.steps(), arranged.drawn()));
        let count = |edges: usize| grouped(edges as u64);
        let edges = self.network.data.edges.len();
        let all = count(edges);
        told.extend(steps.map(|(made, most)| format!("the nodes still move: step {made} of {most}")));
        if self.is_behind() {
            told.push(format!("the graphics card draws all {all} edges"));
        } else if drawn < most {
            told.push(format!("{} of {all} edges are drawn so far", count(drawn)));
        } else if most < edges {
            told.push(format!("{} of {all} edges are drawn: a sample", count(most)));
        }
        told.push("point at a node to see its numbers".to_owned());
        told.push("a graph of fewer can be changed by hand".to_owned());
        let text = self.theme().text;
        let mut bottom = within.bottom() + 14.0 * text;
        for words in told {
            let font = self.view.font().fitting(words.chars().count(), within.width - 8.0);
            scene.text(Point::new(within.x + 4.0, bottom), font, self.theme().muted, words);
            bottom += 17.0 * text;
        }
        self.offered(scene, Rect { y: bottom, ..within })
    }

    /// What the CPU carries, where it has to do without a card, and a sample of so many nodes to choose; where it ends.
    fn offered(&self, scene: &mut Scene, within: Rect) -> f32 {
        let (theme, text) = (self.theme(), self.theme().text);
        let Some(stage) = self.trace.stage("sample").filter(|_| !self.is_behind()) else { return within.y };
        let lines = [
            "without a graphics card this takes a while".to_owned(),
            format!("the CPU is at ease with {} nodes, {} edges", grouped(MAX_NODES as u64), grouped(MAX_EDGES as u64)),
            "choose it for a sample of so many".to_owned(),
        ];
        let box_of = Rect::new(within.x + 4.0, within.y + 29.0 * text, 64.0 * text, 26.0 * text);
        let tops = [within.y, within.y + 17.0 * text, box_of.centre().y];
        for ((words, left), y) in lines.into_iter().zip([box_of.x, box_of.x, box_of.right() + 8.0]).zip(tops) {
            let font = self.view.font().fitting(words.chars().count(), within.right() - left);
            scene.text(Point::new(left, y), font, theme.muted, words);
        }
        if let Some(cell) = stage.cell(&[0]) {
            draw_cell(scene, stage, cell, box_of, (Scale::new(stage.value(&[0]).unwrap_or(1.0)), None), theme);
            self.lit(scene, stage, cell, box_of);
        }
        box_of.bottom() + 14.0 * text
    }

    /// In words, how far walks lead from the node where they begin.
    fn reached_far(&self) -> Vec<String> {
        let Some((walks, row)) = self.measured().filter(|(stage, _)| stage.name == "walks") else { return Vec::new() };
        let (hops, from) = (row[0], self.settings.from);
        let reached = |node: &usize| walks.value(&[hops as u32, *node as u32]).is_some_and(|walks| walks > 0.0);
        let reached = (0..self.nodes()).filter(reached).count();
        let below = crate::scene::script::below(&hops.to_string());
        vec![format!("N{below}({from}), where walks of {hops} edges lead: {reached} of {} nodes", self.nodes())]
    }

    /// The numbers of the node that is pointed at, the weights, and A as a picture; where they end.
    fn beside(&self, scene: &mut Scene, within: Rect, shown: Shown<'_>) -> f32 {
        let (theme, text) = (self.theme(), self.theme().text);
        let node = self.pointed(shown);
        let heard = self.network.graph.incoming(node).len();
        let mut top = within.y + 10.0 * text;
        scene.text(
            Point::new(within.x, top),
            Font::starting(14.0 * text).bold(),
            theme.ink,
            format!("node {}", self.network.data.name(node)),
        );
        let mut words = format!("hears {heard} nodes");
        if let Some(class) = self.class(node) {
            words = format!("of field {class}, hears {heard} nodes");
        }
        scene.text(Point::new(within.x + 112.0 * text, top), self.view.font(), theme.muted, words);
        top += 16.0 * text;
        for stage in self.told_of_node() {
            top = self.numbers_of(scene, stage, node, Rect { y: top, ..within });
        }
        if !self.is_alone() {
            top = self.weights_alone(scene, Rect { y: top + 4.0 * text, ..within });
        }
        self.spy(scene, Rect { y: top + 8.0 * text, ..within })
    }

    /// The stages with numbers of a node.
    fn told_of_node(&self) -> Vec<&'a Stage> {
        if self.is_alone() {
            return [self.trace.stage("input"), measured(self.trace)].into_iter().flatten().collect();
        }
        let (way, [before, after]) = (self.way(), self.rows());
        let mut stages: Vec<&Stage> = Vec::new();
        for stage in [before, self.stage(way.sent), self.stage(way.gathered), self.stage(way.sum), after] {
            if let Some(stage) = stage.filter(|stage| !stages.iter().any(|known| known.name == stage.name)) {
                stages.push(stage);
            }
        }
        stages
    }

    /// The numbers of a node in a stage, side by side behind its letter; where they end.
    fn numbers_of(&self, scene: &mut Scene, stage: &'a Stage, node: usize, within: Rect) -> f32 {
        let (theme, text) = (self.theme(), self.theme().text);
        let Some(along) = axis(stage, self.nodes()) else { return within.y };
        let count = stage.len() / self.nodes();
        let left = within.x + 34.0 * text;
        let pitch = ((within.right() - left) / count as f32).min(44.0 * text);
        let (high, scale) = (27.0 * text, self.view.memory.scale([stage]));
        let at = Point::new(within.x, within.y + high / 2.0);
        self.view.label(scene, at, stage.role, stage.symbol);
        for place in 0..count {
            let position = match (stage.shape().len(), along) {
                (1, _) => vec![node],
                (_, 0) => vec![node, place],
                _ => vec![place, node],
            };
            let Some(cell) = stage.cell(&position) else { continue };
            let bounds = Rect::new(left + place as f32 * pitch, within.y, pitch, high).grow(-0.5);
            draw_cell(scene, stage, cell, bounds, (scale, self.drag(stage)), theme);
            self.lit(scene, stage, cell, bounds);
        }
        within.y + high + 4.0 * text
    }

    /// The matrix A as a picture: a dot where a node hears another; where it ends.
    fn spy(&self, scene: &mut Scene, within: Rect) -> f32 {
        let (theme, text, nodes) = (self.theme(), self.theme().text, self.nodes());
        let Some(edges) = self.trace.stage("edges") else { return within.y };
        let side = within.width.min(190.0 * text).floor();
        let bounds = Rect::new(within.x, within.y + 20.0 * text, side, side);
        self.view.label_above(scene, bounds, Role::Weight, "A");
        let pixels = side as usize;
        let make = || {
            let mut counts = vec![0_u16; pixels * pixels];
            let scale = pixels as f32 / nodes as f32;
            let pixel = |node: usize| ((node as f32 * scale) as usize).min(pixels - 1);
            for &(source, target) in self.network.graph.edges() {
                counts[pixel(target) * pixels + pixel(source)] += 1;
            }
            let most = counts.iter().copied().max().unwrap_or(1).max(1);
            let colour = |count: u16| match count {
                0 => theme.soft,
                count => theme.soft.mix(theme.weight, 0.35 + 0.65 * f32::from(count) / f32::from(most)),
            };
            let rgba = counts.into_iter().flat_map(|count| colour(count).rgba).collect();
            Bitmap { width: pixels as u32, height: pixels as u32, rgba }
        };
        let bitmap = self.view.memory.bitmap(edges, &[], (pixels, pixels), Scale::new(1.0), theme, make);
        let field = Field { first: Cell::new(edges.name, [0, 0]), rows: nodes, columns: nodes, sideways: false };
        scene.marks.push(Mark { shape: Shape::Pixels { bounds, bitmap }, shows: Shows::Field(field), drag: None });
        outline_field(scene, edges, field, bounds, self.view.pointing, theme);
        let joined = self.network.graph.edges().len();
        let room = if self.settings.is_vast() { 5 } else { 4 };
        let share = cell_number(100.0 * joined as f32 / (nodes as f32).powi(2), room);
        let words = format!("{share} % of the numbers are not 0");
        self.view.caption(scene, Point::new(bounds.x, bounds.bottom() + 11.0 * text), words);
        bounds.bottom() + 20.0 * text
    }
}
