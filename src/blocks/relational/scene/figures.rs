//! What is told about all of the layers, as curves and small pictures.

use std::rc::Rc;

use super::Picture;
use crate::blocks::chart::Chart;
use crate::blocks::relational::figures::side;
use crate::blocks::relational::training::labelled;
use crate::explain::cell_number;
use crate::scene::{Bitmap, Colour, Point, Rect, Relation, Scale, Scene, Shape, Stroke, draw_cell};

/// Along each side, the plane of decisions is looked at in so many places.
const PLACES: usize = 64;
/// Draws a figure, where there is something to tell; where it ends.
type Figure<'a> = fn(&Picture<'a>, &mut Scene, Rect) -> Option<f32>;

/// Fewer layers make no curve.
const CURVED: usize = 3;

impl Picture<'_> {
    /// Draws whatever there is, side by side where there is room; where it ends.
    pub fn figures(&self, scene: &mut Scene, top: f32) -> f32 {
        if self.is_alone() {
            return top;
        }
        let text = self.theme().text;
        let columns = if self.view.width >= 640.0 * text { 2 } else { 1 };
        let width = self.view.width / columns as f32;
        let (mut y, mut bottom, mut place) = (top, top, 0);
        let figures: [Figure<'_>; 5] = [Self::learning, Self::decisions, Self::depth, Self::mixture, Self::convolution];
        for figure in figures {
            let within = Rect::new(width * (place % columns) as f32, y + 18.0 * text, width, 0.0);
            let Some(end) = figure(self, scene, within) else { continue };
            bottom = bottom.max(end);
            place += 1;
            if place % columns == 0 {
                y = bottom;
            }
        }
        bottom
    }

    /// A chart in the upper part of a figure.
    fn plot(&self, within: Rect, height: f32) -> Rect {
        let text = self.theme().text;
        let width = (within.width - 150.0 * text).min(420.0 * text);
        Rect::new(within.x + 44.0 * text, within.y + 14.0 * text, width, height * text)
    }

    /// Loss and accuracy, epoch by epoch.
    fn learning(&self, scene: &mut Scene, within: Rect) -> Option<f32> {
        let [loss, accuracy] = ["loss", "accuracy"].map(|name| self.trace.stage(name));
        let theme = self.theme();
        let marked = Some(self.settings.epoch());
        let most = loss?.array()?.iter().fold(0.1_f32, |most, loss| most.max(*loss));
        let lines = [most, 0.0].map(|loss| (loss, cell_number(loss, 4)));
        let names = |epoch: usize| epoch.to_string();
        let end = self.view.chart(
            scene,
            &Chart {
                bounds: self.plot(within, 62.0),
                title: "loss (cross-entropy) by epoch: click one",
                curves: &[(loss?, theme.gradient, "loss")],
                lines: &lines,
                names: &names,
                says: &|name, _, loss| number(name, loss),
                marked,
            },
        );
        let lines = percents();
        let chart = Chart {
            bounds: self.plot(Rect { y: end + 14.0 * theme.text, ..within }, 62.0),
            title: "share of all nodes told right",
            curves: &[(accuracy?, theme.input, "right")],
            lines: &lines,
            names: &names,
            says: &|name, _, share| format!("{name}: {}", percent(share)),
            marked,
        };
        Some(self.view.chart(scene, &chart))
    }

    /// How alike the nodes become, layer by layer.
    fn depth(&self, scene: &mut Scene, within: Rect) -> Option<f32> {
        let spread = self.trace.stage("spread").filter(|spread| spread.len() > CURVED)?;
        let most = spread.array()?.iter().fold(0.0_f32, |most, spread| most.max(*spread)).max(0.01);
        let chart = Chart {
            bounds: self.plot(within, 96.0),
            title: "how far the nodes are from each other, after each layer",
            curves: &[(spread, self.theme().output, "spread")],
            lines: &[most, most / 2.0, 0.0].map(|spread| (spread, cell_number(spread, 4))),
            names: &|layer| layer.to_string(),
            says: &|name, _, spread| number(name, spread),
            marked: Some(self.turn.layer + 1),
        };
        Some(self.view.chart(scene, &chart))
    }

    /// Whether neighbours help, by how alike they are.
    fn mixture(&self, scene: &mut Scene, within: Rect) -> Option<f32> {
        let [own, gathered] = ["by-own", "by-gathered"].map(|name| self.trace.stage(name));
        let points = own?.len() - 1;
        let theme = self.theme();
        let chart = Chart {
            bounds: self.plot(within, 96.0),
            title: "fields told right, by homophily",
            curves: &[(own?, theme.muted, "own features"), (gathered?, theme.input, "mean of neighbours")],
            lines: &percents(),
            names: &|at| cell_number(at as f32 / points as f32, 4),
            says: &|name, _, share| format!("{name}: {}", percent(share)),
            marked: Some((self.settings.homophily * points as f64).round() as usize),
        };
        Some(self.view.chart(scene, &chart))
    }

    /// The plane of what the last layer gathers: which class is told where, and where the nodes are.
    fn decisions(&self, scene: &mut Scene, within: Rect) -> Option<f32> {
        self.trace.stage("loss")?;
        let layers = self.settings.layers;
        let [gathered, weight, bias] =
            ["message", "weight", "bias"].map(|name| self.trace.stage(&format!("{name}-{layers}")));
        let (gathered, weight, bias) = (gathered.filter(|stage| stage.shape()[1] == 2)?, weight?, bias?);
        let (theme, text) = (self.theme(), self.theme().text);
        let limit = Scale::limit_of(gathered) * 1.1;
        let side = (within.width - 120.0 * text).min(190.0 * text);
        let bounds = Rect::new(within.x + 44.0 * text, within.y + 14.0 * text, side, side);
        let title = "which class is told, by what is gathered";
        let font = self.view.font().fitting(title.chars().count(), within.width - 16.0 * text);
        scene.text(Point::new(within.x + 8.0 * text, within.y), font, theme.muted, title);
        let told = |at: [f32; 2]| {
            let score = |class: usize| {
                let w = |feature: u32| weight.value(&[class as u32, feature]).unwrap_or(0.0);
                w(0) * at[0] + w(1) * at[1] + bias.value(&[class as u32]).unwrap_or(0.0)
            };
            (0..bias.len()).fold(0, |best, class| if score(class) > score(best) { class } else { best })
        };
        let place = |at: usize| limit * (2.0 * (at as f32 + 0.5) / PLACES as f32 - 1.0);
        let pixels = (0..PLACES * PLACES).flat_map(|at| {
            let class = told([place(at % PLACES), -place(at / PLACES)]);
            theme.card.mix(self.of_class(class), 0.3).rgba
        });
        let bitmap = Rc::new(Bitmap { width: PLACES as u32, height: PLACES as u32, rgba: pixels.collect() });
        scene.draw(Shape::Pixels { bounds, bitmap });
        self.view.outline(scene, bounds, theme.hairline, 1.0, 0.0);
        let said = labelled(&self.network);
        for node in 0..self.nodes() {
            let Some(cell) = gathered.cell(&[node, 0]) else { continue };
            let [x, y] = [0, 1].map(|feature| gathered.value(&[node as u32, feature]).unwrap_or(0.0) / limit);
            let centre = Point::new(bounds.x + side * (1.0 + x) / 2.0, bounds.y + side * (1.0 - y) / 2.0);
            let lit = self.view.pointing.relation(cell) != Relation::None;
            let (rim, width) = if lit { (theme.output, 2.5) } else { (theme.card, 1.0) };
            let radius = if said.contains(&node) { 7.0 } else { 4.5 } * text;
            let class = self.class(node).unwrap_or(0);
            let stroke = Some(Stroke::solid(rim, width * theme.line));
            scene.show(cell, None, Shape::Circle { centre, radius, fill: Some(self.of_class(class)), stroke });
        }
        let words = ["large: says its class", "colour: the true class"];
        for (line, words) in words.into_iter().enumerate() {
            let at = Point::new(bounds.x, bounds.bottom() + (12.0 + 15.0 * line as f32) * text);
            self.view.caption(scene, at, words);
        }
        Some(bounds.bottom() + 36.0 * text)
    }

    /// The colour of a class.
    pub fn of_class(&self, class: usize) -> Colour {
        self.theme().filter(class + 1)
    }

    /// A picture as a graph, and as a convolution has it.
    fn convolution(&self, scene: &mut Scene, within: Rect) -> Option<f32> {
        let side = side(self.settings)?;
        let [kernel, convolved, gathered] = ["kernel", "convolved", "message-1"].map(|name| self.trace.stage(name));
        let input = self.trace.stage("input")?;
        let (theme, text) = (self.theme(), self.theme().text);
        let (gap, room) = (26.0 * text, self.view.width.min(560.0 * text) - 16.0);
        let across = if self.view.width < 480.0 * text { 2 } else { 4 };
        let pitch = ((room - gap * (across - 1) as f32) / (side * across) as f32).min(26.0 * text);
        let says = ["as a graph: all neighbours count alike", "as a picture: a convolution knows left from right"];
        for (line, says) in says.into_iter().enumerate() {
            let at = Point::new(8.0, within.y + 16.0 * text * line as f32);
            scene.text(at, self.view.font(), theme.muted, says);
        }
        let parts = [
            (input, "h⁰", side, true),
            (gathered?, "→ graph: m¹", side, true),
            (kernel?, "∗ w", 3, false),
            (convolved?, "= convolution", side, false),
        ];
        let (tall, wide) = (pitch * side.max(3) as f32, pitch * side as f32 + gap);
        let top = within.y + 48.0 * text;
        for (place, (stage, title, columns, by_node)) in parts.into_iter().enumerate() {
            let corner = Point::new(8.0 + wide * (place % across) as f32, top + (tall + gap) * (place / across) as f32);
            let bounds = Rect::new(corner.x, corner.y, pitch * columns as f32, pitch * columns as f32);
            self.view.label_above(scene, bounds, stage.role, title);
            let scale = if stage.name == "kernel" { Scale::new(Scale::limit_of(stage)) } else { self.scale };
            for place in 0..columns * columns {
                let (row, column) = (place / columns, place % columns);
                let position = if by_node { [place, 0] } else { [row, column] };
                let Some(cell) = stage.cell(&position) else { continue };
                let tile = bounds.tile((columns, columns), (row as f32, column as f32)).grow(-0.5);
                draw_cell(scene, stage, cell, tile, (scale, self.drag(stage)), theme);
                self.lit(scene, stage, cell, tile);
            }
        }
        Some(top + (tall + gap) * parts.len().div_ceil(across) as f32 - gap + 8.0 * text)
    }
}

fn number(name: &str, number: f32) -> String {
    format!("{name}: {}", cell_number(number, 5))
}

fn percent(share: f32) -> String {
    format!("{} %", cell_number(share * 100.0, 4))
}

fn percents() -> [(f32, String); 3] {
    [1.0, 0.5, 0.0].map(|share| (share, percent(share)))
}
