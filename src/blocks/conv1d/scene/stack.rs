//! Stacked causal layers, row below row.

use super::{Plan, REACH};
use crate::blocks::conv1d::layer_stage;
use crate::explain::{Stage, cell_number};
use crate::scene::{Point, Rect, Relation, Scene, Shape, Stroke};

impl Plan<'_> {
    /// Stacked causal layers: rows of cells, and the tree of past inputs that one output sees.
    pub(super) fn stack(&self, scene: &mut Scene) {
        let theme = self.theme();
        let pointing = self.view.pointing;
        let rows = self.settings.layers;
        let top = self.input_line + REACH + 6.0;
        let gap = (self.output_line + REACH - top) / rows as f32;
        let (before, _) = self.settings.padded_by();
        let x = |at: usize| self.column((at + before) as f32);
        let size = (self.pitch * 0.8).min(26.0);
        let y = |row: usize| if row == 0 { self.input_line + 4.0 } else { top + gap * (row as f32 - 0.35) };
        let outputs: Vec<&Stage> = (1..=rows).filter_map(|row| self.trace.stage(layer_stage(row, rows))).collect();
        // What is on the path lies above the rest.
        for lit in [false, true] {
            let (colour, width) = if lit { (theme.weight, 1.8) } else { (theme.hairline, 1.0) };
            let stroke = Stroke::solid(colour, width * theme.line);
            for (row, stage) in outputs.iter().enumerate() {
                for cell in stage.cells() {
                    if lit != (pointing.at == Some(cell) || pointing.sources.contains(&cell)) {
                        continue;
                    }
                    let end = Point::new(x(cell.index.axis(0)), y(row + 1) - size / 2.0);
                    for tap in 0..self.settings.kernel {
                        let tap = tap * (self.settings.dilation << row);
                        let Some(from) = cell.index.axis(0).checked_sub(tap) else { continue };
                        let from = Point::new(x(from), y(row) + if row == 0 { 0.0 } else { size / 2.0 });
                        scene.line(from, end, stroke);
                    }
                }
            }
        }
        for (row, stage) in outputs.iter().enumerate() {
            for cell in stage.cells() {
                let Some(value) = stage.value(&cell.index) else { continue };
                let bounds = Rect::new(x(cell.index.axis(0)) - size / 2.0, y(row + 1) - size / 2.0, size, size);
                let fill = theme.value(value, self.scale);
                let stroke = match pointing.relation(cell) {
                    Relation::None => Stroke::solid(theme.hairline, theme.line),
                    Relation::Target => Stroke::dashed(theme.output, 1.6 * theme.line),
                    _ => Stroke::solid(theme.output, 1.8 * theme.line),
                };
                scene.show(cell, None, Shape::Rect { bounds, fill: Some(fill), stroke: Some(stroke), radius: 4.0 });
                if size >= 24.0 {
                    self.view.centred(scene, bounds.centre(), 9.5, theme.ink_on(fill), cell_number(value, 4));
                }
            }
            let label = if self.margin > 0.0 {
                format!("layer {} · d {}", row + 1, self.settings.dilation << row)
            } else {
                String::new()
            };
            self.view.caption(scene, Point::new(self.left - self.margin, y(row + 1)), label);
        }
    }
}
