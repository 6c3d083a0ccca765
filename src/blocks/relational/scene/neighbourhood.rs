//! The picture of a graph alone: who is near whom, and A beside it.

use super::Picture;
use crate::blocks::View;
use crate::blocks::relational::neighbourhood::{measured, order, renamed};
use crate::blocks::relational::settings::{Measure, Settings};
use crate::explain::{Cell, Role, Stage, cell_number};
use crate::scene::{Drag, Font, Grid, Point, Rect, Scale, Scene, Shape, Stroke, relation_stroke};

/// How many edges the walks have whose ends are shown: as many as the transport stands at, where walks are counted.
pub fn length(settings: &Settings, view: View<'_>) -> usize {
    match settings.measure {
        Measure::Walks => (view.step.round() as usize).min(settings.hops),
        _ => settings.hops,
    }
}

impl<'a> Picture<'a> {
    /// The stage that colours the nodes, and which of its rows.
    pub fn measured(&self) -> Option<(&'a Stage, Vec<usize>)> {
        let row = match self.settings.measure {
            Measure::Degree | Measure::Hops => Vec::new(),
            Measure::Walks => vec![length(self.settings, self.view)],
            Measure::Rank => vec![1],
        };
        Some((measured(self.trace)?, row))
    }

    /// The number of a node that the measure gives.
    pub fn measure(&self, node: usize) -> Option<(Cell, f32, &'a Stage)> {
        let (stage, mut at) = self.measured()?;
        at.push(node);
        let cell = stage.cell(&at)?;
        Some((cell, stage.value(&cell.index)?, stage))
    }

    /// The number under a node, in its colour; where nodes stand close, only under the one that is looked at.
    pub fn measure_below(&self, scene: &mut Scene, node: usize, centre: Point, radius: f32) {
        let (theme, text) = (self.theme(), self.theme().text);
        let Some((cell, value, stage)) = self.measure(node) else { return };
        if self.is_crowded() && self.view.pointing.at != Some(cell) {
            return;
        }
        let left = (centre.x - 20.0 * text).clamp(1.0, (scene.width - 41.0 * text).max(1.0));
        let bounds = Rect::new(left, centre.y + radius + 1.0, 40.0 * text, 15.0 * text);
        let fill = theme.value(value, Scale::new(Scale::limit_of(stage)));
        let stroke = relation_stroke(self.view.pointing.relation(cell), stage, theme);
        scene.show(cell, None, Shape::Rect { bounds, fill: Some(fill), stroke, radius: 4.0 });
        let words = if value < 0.0 { "∞".to_owned() } else { cell_number(value, 6) };
        self.view.centred(scene, bounds.centre(), 10.0, theme.ink_on(fill), words);
    }

    /// The adjacency matrix, in which edges are made and taken away, and the features; below, the same under other names.
    pub fn tables(&self, scene: &mut Scene, within: Rect) -> f32 {
        let text = self.theme().text;
        let (Some(edges), Some(input)) = (self.trace.stage("edges"), self.trace.stage("input")) else {
            return within.y;
        };
        let nodes = self.nodes();
        let own: Vec<usize> = (0..nodes).collect();
        let mut bottom = self.pair(scene, within, (edges, input), &own, ["A", "X"]);
        if let Some(words) = renamed(self.settings, &self.network, self.trace) {
            let below = Rect { y: bottom + 6.0 * text, ..within };
            bottom = self.pair(scene, below, (edges, input), &order(self.settings), ["P A Pᵀ", "P X"]);
            for line in words.split(", ") {
                let font = Font::starting(11.0 * text).fitting(line.chars().count(), within.width - 8.0);
                scene.text(Point::new(within.x + 14.0, bottom + 8.0 * text), font, self.theme().muted, line);
                bottom += 16.0 * text;
            }
        }
        bottom + 4.0 * text
    }

    /// A and X, their rows and columns in an order; where they end.
    fn pair(
        &self,
        scene: &mut Scene,
        within: Rect,
        (edges, input): (&Stage, &Stage),
        order: &[usize],
        titles: [&str; 2],
    ) -> f32 {
        let (theme, text, nodes) = (self.theme(), self.theme().text, order.len());
        let width = input.shape()[1];
        let pitch =
            ((within.width - 60.0 * text) / (nodes + width) as f32).min(230.0 * text / nodes as f32).min(26.0 * text);
        let square =
            Rect::new(within.x + 26.0 * text, within.y + 22.0 * text, pitch * nodes as f32, pitch * nodes as f32);
        let beside = Rect::new(square.right() + 24.0 * text, square.y, pitch * width as f32, square.height);
        self.view.label_above(scene, square, Role::Weight, titles[0]);
        self.view.label_above(scene, beside, Role::Input, titles[1]);
        let scale = Scale::new(Scale::limit_of(input));
        let numbered = pitch >= Grid::SMALLEST_NUMBERED * text;
        let is_first = order.windows(2).all(|pair| pair[0] < pair[1]);
        for (row, &v) in order.iter().enumerate() {
            let first = scene.marks.len();
            let mut tile = |stage: &Stage, at: [usize; 2], place: Rect, fill, words: Option<String>, drag| {
                if let Some(cell) = stage.cell(&at) {
                    self.tile(scene, stage, cell, place, fill, words.map(|words| (words, 9.5)), drag);
                }
            };
            for (column, &u) in order.iter().enumerate() {
                let place = square.tile((nodes, nodes), (row as f32, column as f32)).grow(-0.5);
                let joined = edges.value(&[v as u32, u as u32]).unwrap_or(0.0) != 0.0;
                let fill = if joined { theme.weight.fade(0.75) } else { theme.soft };
                let words = (joined && pitch >= 14.0).then(|| "1".to_owned());
                tile(edges, [v, u], place, fill, words, None);
            }
            for feature in 0..width {
                let place = beside.tile((nodes, width), (row as f32, feature as f32)).grow(-0.5);
                let value = input.value(&[v as u32, feature as u32]).unwrap_or(0.0);
                let words = numbered.then(|| cell_number(value, 5));
                tile(input, [v, feature], place, theme.value(value, scale), words, Some(Drag::Turn(0.02)));
            }
            if !is_first {
                scene.repeats_from(first);
            }
            if is_first || pitch >= 11.0 {
                self.name_row(scene, v, Point::new(square.x, square.y + row as f32 * pitch), pitch);
            }
        }
        let from = order.iter().position(|node| *node == self.settings.from).unwrap_or(0);
        let row = Rect::new(square.x, square.y + pitch * from as f32, square.width, pitch);
        scene.frame(row.grow(1.0), Some(Stroke::solid(theme.output, 1.5 * theme.line)), 3.0);
        square.bottom() + 8.0 * text
    }

    /// In words: the neighbourhood of the node that is looked at.
    pub fn near(&self) -> Vec<String> {
        let from = self.settings.from;
        let (reached, hops) = (&self.near, length(self.settings, self.view));
        let names: Vec<String> = reached.iter().take(14).map(|node| self.network.data.name(*node)).collect();
        let more = if reached.len() > names.len() { ", …" } else { "" };
        let below = crate::scene::script::below(&hops.to_string());
        vec![
            format!("N{below}({from}), where walks of {hops} edges lead: {} of {} nodes", reached.len(), self.nodes()),
            format!("{{{}{more}}}", names.join(", ")),
            "click a node to start there".to_owned(),
            "drag it, or lead an edge from its +".to_owned(),
        ]
    }
}
