//! The graph: nodes with what they hold, edges with what is sent along them.

use super::Picture;
use crate::blocks::relational::stages::is_backward;
use crate::blocks::relational::training::labelled;
use crate::explain::{Cell, Stage, cell_number};
use crate::scene::{Drag, Point, Rect, Scale, Scene, Shape, Stroke, draw_cell, relation_stroke};

/// Where along its edge a message waits for its node, when nothing moves.
const ARRIVED: f32 = 0.5;

impl Picture<'_> {
    /// Draws the graph; where what is told below it ends.
    pub fn graph(&self, scene: &mut Scene, within: Rect) -> f32 {
        let (theme, text) = (self.theme(), self.theme().text);
        let radius = self.radius(within);
        let field = self.field(within, radius);
        let centre = |[x, y]: &[f32; 2]| Point::new(field.x + x * field.width, field.y + y * field.height);
        let centres: Vec<Point> = self.places.iter().map(centre).collect();
        self.edges(scene, &centres, radius);
        let [before, after] = self.rows();
        for (node, centre) in centres.iter().enumerate() {
            self.circle(scene, node, *centre, radius, field);
            self.judge(scene, node, *centre, radius);
            if self.is_alone() {
                self.measure_below(scene, node, *centre, radius);
                continue;
            }
            let mut top = centre.y - self.pitch(radius);
            for (stage, shown) in [(before, true), (after, self.is_done(node))] {
                let Some(stage) = stage.filter(|_| shown && !self.is_full()) else { continue };
                self.row(scene, stage, node, Point::new(centre.x + radius + 4.0, top), self.pitch(radius));
                top += self.pitch(radius);
            }
        }
        if let Some(node) = self.works().filter(|_| !is_backward(self.trace) && !self.is_crowded()) {
            // Between two positions, what comes next is on its way.
            let part = (self.view.step - self.view.step.floor()) as f32;
            let t = if part == 0.0 { ARRIVED } else { 0.15 + (ARRIVED - 0.15) * part };
            for link in self.network.graph.incoming(node) {
                self.message(scene, &centres, (link.node as usize, node), t, radius);
            }
        }
        let mut bottom = within.bottom() + 12.0 * text;
        let told = if self.is_alone() { self.near() } else { self.told() };
        for words in told {
            let font = self.view.font().fitting(words.chars().count(), within.width - 8.0);
            scene.text(Point::new(within.x + 4.0, bottom), font, theme.muted, words);
            bottom += 17.0 * text;
        }
        bottom
    }

    fn radius(&self, within: Rect) -> f32 {
        let each = (within.width * within.height / self.nodes().max(1) as f32).sqrt();
        (each * 0.15).clamp(7.0, 19.0 * self.theme().text)
    }

    /// Whether there is no room for a number beneath each node.
    pub fn is_crowded(&self) -> bool {
        self.nodes() > 20
    }

    /// Whether there is no room for the numbers of a node beside it.
    fn is_full(&self) -> bool {
        self.is_crowded() && self.widest() > 4
    }

    /// The most numbers of a node that stand beside it.
    fn widest(&self) -> usize {
        self.rows().into_iter().flatten().map(|stage| stage.shape()[1]).max().unwrap_or(0)
    }

    /// How large a number beside a node is.
    fn pitch(&self, radius: f32) -> f32 {
        (radius * 0.8).min(if self.widest() > 4 { 8.0 } else { 16.0 })
    }

    /// Where the nodes stand: beside each there is room for what it holds.
    fn field(&self, within: Rect, radius: f32) -> Rect {
        let beside = if self.is_full() { 0.0 } else { self.widest() as f32 * self.pitch(radius) };
        let [left, right] = [radius + 4.0, radius + 8.0 + beside];
        let (width, height) = (within.width - left - right, within.height - 2.0 * radius - 24.0);
        Rect::new(within.x + left, within.y + radius + 12.0, width, height)
    }

    /// Whether a node has had its turn in this layer.
    fn is_done(&self, node: usize) -> bool {
        match self.turn.node {
            None => self.turn.updates || is_backward(self.trace),
            Some(turn) => node < turn || node == turn && (self.turn.updates || is_backward(self.trace)),
        }
    }

    /// The node that gathers.
    fn works(&self) -> Option<usize> {
        self.turn.node.filter(|_| !self.is_alone() && !self.turn.updates)
    }

    fn edges(&self, scene: &mut Scene, centres: &[Point], radius: f32) {
        let (theme, graph) = (self.theme(), &self.network.graph);
        for &(source, target) in graph.edges() {
            let active = self.works() == Some(target);
            // Of two that lead there and back, the one that is at work is drawn, or else the first.
            let back = graph.outgoing(target).iter().any(|link| link.node as usize == source);
            let behind = self.works() == Some(source) || source > target;
            if source == target || back && !active && behind {
                continue;
            }
            let [start, end] = between(centres[source], centres[target], radius);
            let (colour, width) =
                if active { (theme.weight, 2.0) } else { (theme.hairline.mix(theme.muted, 0.25), 1.4) };
            let (stroke, arrow) = (Stroke::solid(colour, width * theme.line), active || !back);
            scene.draw(Shape::Line { points: vec![start, end], stroke, curved: false, arrow });
        }
    }

    /// What is sent along an edge, on its way, and what it is multiplied with.
    fn message(&self, scene: &mut Scene, centres: &[Point], (source, target): (usize, usize), t: f32, radius: f32) {
        let (theme, way) = (self.theme(), self.way());
        let Some(sent) = self.stage(way.sent).filter(|_| source != target) else { return };
        let (pitch, width) = (self.pitch(radius), sent.shape()[1]);
        let at = centres[source].towards(centres[target], t);
        let wide = pitch * width as f32;
        let left = (at.x - wide / 2.0).clamp(2.0, (scene.width - wide - 2.0).max(2.0));
        let bounds = Rect::new(left, at.y - pitch / 2.0, wide, pitch);
        scene.rect(bounds.grow(2.5), Some(theme.card), Some(Stroke::solid(theme.weight, 1.5 * theme.line)), 3.0);
        let first = scene.marks.len();
        self.row(scene, sent, source, Point::new(bounds.x, bounds.y), pitch);
        scene.marks[first..].iter_mut().for_each(|mark| mark.drag = None);
        self.factor(scene, bounds, source, target);
        scene.repeats_from(first);
    }

    /// Below a message, what it is multiplied with.
    fn factor(&self, scene: &mut Scene, bounds: Rect, source: usize, target: usize) {
        let theme = self.theme();
        let Some(edges) = self.way().edges.and_then(|edges| self.stage(edges)) else { return };
        let cell = Cell::new(edges.name, [target, source]);
        let Some(value) = edges.value(&cell.index) else { return };
        let chip = Rect::new(0.0, bounds.bottom() + 3.0, 44.0 * theme.text, 15.0 * theme.text);
        let x = (bounds.centre().x - chip.width / 2.0).clamp(1.0, (scene.width - chip.width - 1.0).max(1.0));
        let chip = Rect { x, ..chip };
        let stroke = relation_stroke(self.view.pointing.relation(cell), edges, theme);
        let shape = Shape::Rect { bounds: chip, fill: Some(theme.card.fade(0.85)), stroke, radius: 4.0 };
        scene.show(cell, None, shape);
        self.view.centred(scene, chip.centre(), 10.5, theme.weight, format!("× {}", self.fraction(edges, value)));
    }

    /// A number of an edge: where it is a part of a whole, as that.
    pub fn fraction(&self, edges: &Stage, value: f32) -> String {
        let parts = 1.0 / value;
        match edges.name == "adjacency" && value > 0.0 && (parts - parts.round()).abs() < 1e-4 {
            true if parts.round() == 1.0 => "1".to_owned(),
            true => format!("1/{}", parts.round()),
            false => cell_number(value, 5),
        }
    }

    /// The rim of a node: in colour, who is at work, whom it hears, and of whom it has heard.
    fn rim(&self, node: usize) -> Stroke {
        let theme = self.theme();
        let stroke = |colour, width: f32| Stroke::solid(colour, width * theme.line);
        if self.is_alone() {
            return match (node == self.settings.from, self.near.contains(&node)) {
                (true, _) => stroke(theme.output, 2.5),
                (_, true) => stroke(theme.input, 2.5),
                _ => stroke(theme.muted, 1.0),
            };
        }
        let Some(turn) = self.turn.node else { return stroke(theme.muted, 1.0) };
        match self.network.graph.incoming(turn).iter().any(|link| link.node as usize == node) {
            _ if turn == node => stroke(theme.output, 2.5),
            true => stroke(theme.input, 2.0),
            false if self.near.contains(&node) => stroke(theme.input.fade(0.6), 1.5),
            false => stroke(theme.muted, 1.0),
        }
    }

    /// The circle of a node, which can be moved; where it is pointed at, edges are led from a knob beside it.
    fn circle(&self, scene: &mut Scene, node: usize, centre: Point, radius: f32, field: Rect) {
        let theme = self.theme();
        let measured = self.measure(node).filter(|_| self.is_alone() && self.is_crowded());
        let class = || self.class(node).map_or(theme.card, |class| theme.card.mix(self.of_class(class), 0.3));
        let fill =
            measured.map_or_else(class, |(_, value, stage)| theme.value(value, Scale::new(Scale::limit_of(stage))));
        let cell = Cell::new("node", [node]);
        let pointed = self.view.pointing.at == Some(cell);
        let rim = self.rim(node);
        let stroke = if pointed { Stroke { width: 3.0 * theme.line, ..rim } } else { rim };
        scene.show(
            cell,
            Some(Drag::Move(field)),
            Shape::Circle { centre, radius, fill: Some(fill), stroke: Some(stroke) },
        );
        if pointed {
            // What leads an edge to another node is as large as a finger needs.
            let at = Point::new((centre.x - radius).max(9.0), (centre.y - radius).max(9.0));
            let knob = Stroke::solid(theme.weight, 1.5 * theme.line);
            scene.show(
                cell,
                Some(Drag::Join(field)),
                Shape::Circle { centre: at, radius: 8.0, fill: Some(theme.card), stroke: Some(knob) },
            );
            self.view.centred(scene, at, 13.0, theme.weight, "+");
        }
        self.view.centred(scene, centre, (radius * 0.75).min(13.0), theme.ink_on(fill), self.network.data.name(node));
    }

    /// The class of a node, where it is known.
    pub fn class(&self, node: usize) -> Option<usize> {
        self.network.data.classes.get(node).map(|class| usize::from(*class))
    }

    /// Beside a node whose class is known, what training made of it: a star where it says its class, a cross where another is told.
    fn judge(&self, scene: &mut Scene, node: usize, centre: Point, radius: f32) {
        let last = self.network.rows.last().map(|row| self.network.names[*row].name);
        let scores = last.and_then(|name| self.trace.stage(name)).filter(|_| self.settings.is_trained());
        let (Some(scores), Some(class)) = (scores, self.class(node)) else { return };
        let score = |class: usize| scores.value(&[node as u32, class as u32]).unwrap_or(0.0);
        let is_wrong = (0..scores.shape()[1]).any(|other| score(other) > score(class));
        let at = Point::new(centre.x - radius, centre.y - radius);
        if labelled(&self.network).contains(&node) {
            self.view.centred(scene, at, 14.0, self.theme().ink, "★");
        } else if is_wrong {
            self.view.centred(scene, at, 13.0, self.theme().gradient, "✗");
        }
    }

    /// The numbers of a node, side by side.
    pub fn row(&self, scene: &mut Scene, stage: &Stage, node: usize, corner: Point, pitch: f32) {
        let theme = self.theme();
        for feature in 0..stage.shape()[1] {
            let Some(cell) = stage.cell(&[node, feature]) else { continue };
            let bounds = Rect::new(corner.x + feature as f32 * pitch, corner.y, pitch, pitch).grow(-0.5);
            draw_cell(scene, stage, cell, bounds, (self.scale, self.drag(stage)), theme);
            self.lit(scene, stage, cell, bounds);
        }
    }

    /// What can be dragged: what the nodes hold in the beginning, weights, and what the loss says.
    pub fn drag(&self, stage: &Stage) -> Option<Drag> {
        let last = self.network.rows.last().map_or("", |row| self.network.names[*row].by[0]);
        let is_given = ["input", last].contains(&stage.name) || stage.role == crate::explain::Role::Weight;
        is_given.then_some(Drag::Turn(0.02))
    }
}

/// The ends of an edge, at the rims of its nodes.
fn between(from: Point, to: Point, radius: f32) -> [Point; 2] {
    let length = (to.x - from.x).hypot(to.y - from.y).max(1.0);
    [radius / length, 1.0 - (radius + 1.0) / length].map(|t| from.towards(to, t))
}
