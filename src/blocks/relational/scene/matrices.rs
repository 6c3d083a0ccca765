//! The same as matrices: Ā · H, and what the weights make of it.

use super::Picture;
use crate::blocks::relational::edit::is_between_nodes;
use crate::explain::{Cell, Role, Stage, cell_number};
use crate::scene::{Colour, Drag, Font, Grid, Point, Rect, Scale, Scene, Shape, Stroke, relation_stroke};

/// A matrix that is drawn: its stage, the sign in front of it, and whether its rows are those of the nodes.
struct Panel<'a> {
    stage: &'a Stage,
    sign: &'static str,
    by_node: bool,
}

/// A panel, where its stage is there.
fn panel<'a>(stage: Option<&'a Stage>, sign: &'static str, by_node: bool) -> Option<Panel<'a>> {
    stage.map(|stage| Panel { stage, sign, by_node })
}

impl Picture<'_> {
    /// Draws the matrices of the layer; where they end.
    pub fn matrices(&self, scene: &mut Scene, within: Rect) -> f32 {
        let (way, text) = (self.way(), self.theme().text);
        let of = |array| self.stage(array);
        let weighted = way.edges.and_then(of);
        let edges = weighted.or_else(|| self.trace.stage("edges"));
        let mut gathered = vec![panel(edges, "", true)];
        gathered.push(panel(of(way.sent), if weighted.is_some() { "·" } else { "," }, true));
        if way.gathered != way.sum {
            gathered.push(panel(of(way.gathered), if weighted.is_some() { "=" } else { "→" }, true));
        }
        let [_, after] = self.rows();
        let mut updated = self.weights();
        updated.push(panel(of(way.sum), "→", true));
        updated.push(panel(after, "σ", true));
        let top = self.line(scene, within, gathered.into_iter().flatten().collect());
        self.line(scene, Rect { y: top + 8.0 * text, ..within }, updated.into_iter().flatten().collect())
    }

    /// Draws the weights of the layer; where they end.
    pub fn weights_alone(&self, scene: &mut Scene, within: Rect) -> f32 {
        self.line(scene, within, self.weights().into_iter().flatten().collect())
    }

    fn weights(&self) -> Vec<Option<Panel<'_>>> {
        let mut weights = Vec::new();
        for key in ["weight", "neighbour-weight", "self-weight", "source-weight", "target-weight", "bias"] {
            let name = format!("{key}-{}", self.turn.layer + 1);
            let by = self.trace.stage(&format!("{name}-gradient"));
            weights.push(panel(by.or_else(|| self.trace.stage(&name)), "", false));
        }
        weights
    }

    /// Matrices beside each other; where they end. On narrow pictures those that find no room go on below.
    fn line(&self, scene: &mut Scene, within: Rect, panels: Vec<Panel<'_>>) -> f32 {
        let (theme, text) = (self.theme(), self.theme().text);
        let (head, gap) = (22.0 * text, 24.0 * text);
        let columns: usize = panels.iter().map(|panel| Grid::size(panel.stage).1).sum();
        let room = within.width - gap * (panels.len() + 1) as f32;
        let tallest = panels.iter().map(|panel| Grid::size(panel.stage).0).max().unwrap_or(1);
        let pitch = (room / columns.max(1) as f32).clamp(12.0, 36.0 * text);
        let tall = (260.0 * text / tallest as f32).min(pitch).min(26.0 * text);
        let (mut left, mut top, mut bottom) = (within.x + gap * 0.8, within.y, within.y);
        for panel in panels {
            let (rows, columns) = Grid::size(panel.stage);
            let wide = pitch.min(if columns > 12 { tall } else { pitch }) * columns as f32;
            if left + wide > within.right() + 4.0 && left > within.x + gap {
                (left, top) = (within.x + gap * 0.8, bottom + 10.0 * text);
            }
            let bounds = Rect::new(left, top + head, wide.min(within.right() - left), tall * rows as f32);
            self.panel(scene, &panel, bounds);
            if !panel.sign.is_empty() {
                let at = Point::new(left - gap / 2.0, bounds.centre().y);
                scene.text(at, Font::centred(13.0 * text), theme.ink, panel.sign);
            }
            left = bounds.right() + gap;
            bottom = bottom.max(bounds.bottom());
        }
        bottom + 6.0 * text
    }

    fn panel(&self, scene: &mut Scene, panel: &Panel<'_>, bounds: Rect) {
        let (theme, stage) = (self.theme(), panel.stage);
        let scale = match stage.role {
            Role::Weight | Role::Plain => Scale::new(Scale::limit_of(stage)),
            _ => self.scale,
        };
        let letter = format!("{}{}", stage.symbol, if stage.mark.is_empty() { "" } else { stage.mark });
        let title = if stage.derivative { format!("∂E/∂{letter}") } else { letter };
        self.view.label_above(scene, bounds, stage.role, title);
        let tall = bounds.height / Grid::size(stage).0.max(1) as f32;
        if is_between_nodes(stage.name.trim_end_matches("-gradient")) {
            self.adjacency(scene, stage, bounds, scale);
        } else {
            self.view.grid(scene, stage, &[], bounds, scale, self.drag(stage));
        }
        if let Some(node) = self.turn.node.filter(|_| panel.by_node) {
            let row = Rect::new(bounds.x, bounds.y + tall * node as f32, bounds.width, tall);
            scene.frame(row.grow(1.0), Some(Stroke::solid(theme.output, 1.5 * theme.line)), 3.0);
        }
    }

    /// A number for each edge, and nothing where there is none; the nodes' names at two sides.
    fn adjacency(&self, scene: &mut Scene, stage: &Stage, bounds: Rect, scale: Scale) {
        let (theme, nodes) = (self.theme(), self.nodes());
        let pitch = bounds.height / nodes as f32;
        for (target, source) in (0..nodes * nodes).map(|at| (at / nodes, at % nodes)) {
            let Some(cell) = stage.cell(&[target, source]) else { continue };
            let place = bounds.tile((nodes, nodes), (target as f32, source as f32)).grow(-0.5);
            let value = stage.value(&cell.index).unwrap_or(0.0);
            let fill = if value == 0.0 { theme.soft } else { theme.value(value, scale) };
            let words = (value != 0.0 && pitch >= 16.0).then(|| (self.fraction(stage, value), 10.5));
            self.tile(scene, stage, cell, place, fill, words, None);
        }
        (0..nodes)
            .for_each(|node| self.name_row(scene, node, Point::new(bounds.x, bounds.y + node as f32 * pitch), pitch));
    }

    /// A number as a coloured field, with its words in a size.
    #[expect(clippy::too_many_arguments, reason = "each is a part of what is drawn")]
    pub fn tile(
        &self,
        scene: &mut Scene,
        stage: &Stage,
        cell: Cell,
        bounds: Rect,
        fill: Colour,
        words: Option<(String, f32)>,
        drag: Option<Drag>,
    ) {
        let theme = self.theme();
        scene.show(cell, drag, Shape::Rect { bounds, fill: Some(fill), stroke: None, radius: 1.5 });
        if let Some((words, size)) = words {
            let font = Font::centred(size * theme.text).fitting(5, bounds.width);
            scene.text(bounds.centre(), font, theme.ink_on(fill), words);
        }
        self.lit(scene, stage, cell, bounds);
    }

    /// A frame around a number that is lit.
    pub fn lit(&self, scene: &mut Scene, stage: &Stage, cell: Cell, bounds: Rect) {
        if let Some(stroke) = relation_stroke(self.view.pointing.relation(cell), stage, self.theme()) {
            scene.frame(bounds, Some(stroke), 2.0);
        }
    }

    /// A node's name in front of its row: there the keys find the node.
    pub fn name_row(&self, scene: &mut Scene, node: usize, corner: Point, pitch: f32) {
        let text = self.theme().text;
        let bounds = Rect::new(corner.x - 22.0 * text, corner.y, 20.0 * text, pitch);
        let shape = Shape::Rect { bounds, fill: None, stroke: None, radius: 2.0 };
        scene.show(Cell::new("node", [node]), None, shape);
        if pitch >= 11.0 {
            let at = Point::new(corner.x - 4.0, bounds.centre().y);
            let name = self.network.data.name(node);
            let font = Font::ending(9.5 * text).fitting(name.chars().count(), 21.0 * text);
            scene.text(at, font, self.theme().muted, name);
        }
    }

    /// In words and figures, what the layers have done.
    pub fn told(&self) -> Vec<String> {
        let (nodes, layer) = (self.nodes(), self.turn.layer + 1);
        let mut told = Vec::new();
        if let Some(node) = self.turn.node {
            let heard = self.near.len();
            let word = if layer == 1 { "layer" } else { "layers" };
            told.push(format!("after {layer} {word} node {node} has heard from {heard} of {nodes} nodes"));
        } else {
            told.push(format!("layer {layer} of {}: all nodes at once", self.settings.layers));
        }
        if let Some(spread) = self.trace.stage("spread") {
            let number = |layer: usize| cell_number(spread.value(&[layer as u32]).unwrap_or(0.0), 5);
            told.push(format!("how far nodes are apart: {} before, {} now", number(0), number(layer)));
        }
        told
    }
}
