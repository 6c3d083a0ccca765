//! Curves over whole numbers, each point of them a number that can be pointed at.

use super::View;
use crate::explain::Stage;
use crate::scene::{Colour, Font, Point, Rect, Scene, Shape, Stroke};

/// The ends of curves are reached from so far outside.
const END: f32 = 8.0;

/// A chart: its first curve is drawn widest, so that curves that lie on each other are all seen.
pub struct Chart<'a> {
    /// Where the curves are; words and figures stand around it.
    pub bounds: Rect,
    /// What stands above.
    pub title: &'a str,
    /// Stages of one axis, in their colours, each with its name.
    pub curves: &'a [(&'a Stage, Colour, &'a str)],
    /// The lines across, with what they are called, from the top down.
    pub lines: &'a [(f32, String)],
    /// What a place along the curves is called.
    pub names: &'a dyn Fn(usize) -> String,
    /// Words for a number: of which curve, at which place, and the number.
    pub says: &'a dyn Fn(&str, usize, f32) -> String,
    /// The place that is marked.
    pub marked: Option<usize>,
}

impl View<'_> {
    /// Draws a chart; where it ends.
    pub fn chart(&self, scene: &mut Scene, chart: &Chart<'_>) -> f32 {
        let (theme, bounds) = (self.theme, chart.bounds);
        let text = theme.text;
        let longest = chart.curves.iter().map(|(curve, ..)| curve.len()).max().unwrap_or(1);
        let (high, low) =
            (chart.lines.first().map_or(1.0, |line| line.0), chart.lines.last().map_or(0.0, |line| line.0));
        let x = |at: usize| bounds.x + bounds.width * at as f32 / longest.saturating_sub(1).max(1) as f32;
        let y = |value: f32| {
            bounds.y + bounds.height * (high - value.clamp(low, high)) / (high - low).max(f32::MIN_POSITIVE)
        };
        let corner = Point::new(bounds.x - 36.0 * text, bounds.y - 14.0 * text);
        let font = self.font().fitting(chart.title.chars().count(), bounds.width + 126.0 * text);
        scene.text(corner, font, theme.muted, chart.title);
        let line = |scene: &mut Scene, points: Vec<Point>, colour, width: f32| {
            let stroke = Stroke::solid(colour, width * theme.line);
            scene.draw(Shape::Line { points, stroke, curved: false, arrow: false });
        };
        for (value, label) in chart.lines {
            line(scene, [bounds.x, bounds.right()].map(|x| Point::new(x, y(*value))).to_vec(), theme.hairline, 1.0);
            scene.text(Point::new(bounds.x - 4.0, y(*value)), Font::ending(10.0 * text), theme.muted, label.as_str());
        }
        if let Some(at) = chart.marked {
            let ends = [bounds.y, bounds.bottom()].map(|y| Point::new(x(at), y));
            line(scene, ends.to_vec(), theme.muted, 1.0);
        }
        let strip = bounds.width / longest as f32 / chart.curves.len() as f32;
        for (place, (curve, colour, name)) in chart.curves.iter().enumerate() {
            let value = |at: usize| curve.value(&[at as u32]).unwrap_or(0.0);
            let points: Vec<Point> = (0..curve.len()).map(|at| Point::new(x(at), y(value(at)))).collect();
            line(scene, points.clone(), *colour, 1.9 * (chart.curves.len() - place) as f32);
            for (at, centre) in points.into_iter().enumerate() {
                let Some(cell) = curve.cell(&[at]) else { continue };
                // Curves lie on each other: side by side there is a place to point at each.
                let left = centre.x + strip * (place as f32 - chart.curves.len() as f32 / 2.0);
                let [from, to] = [left, left + strip].map(|x| x.clamp(bounds.x - END, bounds.right() + END));
                let reach = Rect::new(from, bounds.y, to - from, bounds.height);
                scene.show(cell, None, Shape::Rect { bounds: reach, fill: None, stroke: None, radius: 0.0 });
                let pointed = self.pointing.at == Some(cell);
                if pointed || chart.marked == Some(at) {
                    scene.draw(Shape::Circle { centre, radius: 4.0, fill: Some(*colour), stroke: None });
                }
                if pointed {
                    let words = (chart.says)(name, at, value(at));
                    let half = 3.2 * text * words.chars().count() as f32;
                    let middle = centre.x.clamp(half, (scene.width - half).max(half));
                    let above = Point::new(middle, (centre.y - 12.0 * text).max(bounds.y - 2.0));
                    scene.text(above, Font::centred(11.0 * text).bold(), *colour, words);
                }
            }
            let beside = Point::new(bounds.right() + 14.0, bounds.y + bounds.height * (0.2 + 0.3 * place as f32));
            scene.text(beside, self.font().bold(), *colour, *name);
        }
        for at in (0..longest).step_by((longest / 5).max(1)) {
            self.centred(scene, Point::new(x(at), bounds.bottom() + 10.0 * text), 10.0, theme.muted, (chart.names)(at));
        }
        bounds.bottom() + 20.0 * text
    }
}
