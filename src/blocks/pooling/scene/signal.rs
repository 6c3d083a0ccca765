//! The picture of a signal that is pooled.

use super::{LANE, Picture, REACH, WIDEST};
use crate::scene::{Bars, Point, Rect, Scene, Stroke};

impl Picture<'_> {
    /// Lanes of bars, one below the other, with the window between the first and the last.
    pub fn signal(&self) -> Scene {
        let (theme, width) = (self.theme(), self.view.width);
        let lanes = self.lanes();
        let length = self.input.len() + 2 * self.settings.amount;
        let left = if width > 560.0 { 80.0 * theme.text } else { 8.0 };
        let pitch = ((width - left - 8.0) / length.max(1) as f32).min(WIDEST);
        let height = LANE * lanes.len() as f32 + 40.0;
        let mut scene = Scene::new(width, height);
        let column = |cell: f32| left + (cell + self.settings.amount as f32 + 0.5) * pitch;
        let window = self.pool.windows[0];
        let middle = |output: f32| {
            column(output * window.stride as f32 - self.settings.amount as f32 + (window.span() - 1) as f32 / 2.0)
        };
        let baseline = |lane: usize| LANE * lane as f32 + REACH + 34.0;
        let shown = self.shown_output();
        let (first, span) = (shown.last().map_or(0, |at| at * window.stride) as f32, window.span() as f32);
        let shade = Rect::new(
            column(first - self.settings.amount as f32 - 0.5),
            baseline(0) - REACH - 10.0,
            (span * pitch).min(width - column(first - self.settings.amount as f32 - 0.5)),
            2.0 * REACH + 20.0,
        );
        scene.fill(shade, theme.output.fade(0.08), 6.0);
        for (lane, &(stage, label, scale)) in lanes.iter().enumerate() {
            let by_window = stage.name.starts_with("output");
            let bars = Bars {
                stage,
                start: if by_window { middle(0.0) } else { column(0.0) },
                pitch: if by_window { pitch * window.stride as f32 } else { pitch },
                baseline: baseline(lane),
                reach: REACH,
                scale,
                editable: matches!(stage.name, "input" | "output-gradient"),
            };
            self.view.bars(&mut scene, bars);
            if !by_window {
                for at in 1..=self.settings.amount {
                    for end in [-(at as f32), (stage.len() + at - 1) as f32] {
                        let left = column(end) - 0.36 * pitch;
                        self.padded(&mut scene, Rect::new(left, baseline(lane) - 6.0, 0.72 * pitch, 12.0));
                    }
                }
            }
            let y = if left > 50.0 { baseline(lane) } else { baseline(lane) - REACH - 22.0 };
            self.view.label(&mut scene, Point::new(2.0, y), stage.role, label);
        }
        let (from, to) = (baseline(lanes.len() - 2) + REACH + 10.0, baseline(lanes.len() - 1) - REACH - 16.0);
        let end = Point::new(middle(shown.last().copied().unwrap_or_default() as f32), to);
        let winner = self.winner(&shown);
        for cell in self.pool.reads(self.input.full_shape(), &shown).positions() {
            let wins = winner.is_none() || winner.as_ref() == Some(&cell);
            let colour = if self.is_backward() { theme.gradient } else { theme.output };
            let stroke =
                Stroke::solid(colour.fade(if wins { 1.0 } else { 0.2 }), if wins { 2.0 } else { 1.0 } * theme.line);
            let start = Point::new(column(cell.last().copied().unwrap_or_default() as f32), from);
            let bend = (to - from) * 0.5;
            scene.curve([start, Point::new(start.x, from + bend), Point::new(end.x, to - bend), end], stroke, false);
        }
        let below = |cell: &Vec<usize>| {
            Point::new(column(cell.last().copied().unwrap_or_default() as f32), baseline(0) + REACH + 4.0)
        };
        for winner in self.winners(0, pitch) {
            self.mark_winner(&mut scene, below(&winner));
        }
        for tie in self.ties(&shown) {
            self.mark_tie(&mut scene, below(&tie));
        }
        // Backward, between the last two lanes: the gradients by the inputs stand in the middle.
        let chip = if lanes.len() > 2 { baseline(1) + REACH + 17.0 } else { (from + to) / 2.0 };
        self.name_operation(&mut scene, Point::new(end.x, chip));
        self.range(&mut scene);
        scene
    }
}
