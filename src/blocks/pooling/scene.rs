//! The picture of `pooling`: a signal and its windows, or channels beside what they become.

mod signal;

use std::cell::OnceCell;

use super::settings::Settings;
use crate::blocks::View;
use crate::blocks::convolution::Pass;
use crate::explain::{Cell, Role, Stage, Trace, cell_number};
use crate::layers::{Pool, Pooling, Tensor};
use crate::scene::{Drag, Grid, Point, Rect, Relation, Scale, Scene, Stroke, Theme, draw_cell, legend};

/// Room for a label above a grid.
const LABEL: f32 = 22.0;
/// The longest bar.
const REACH: f32 = 46.0;
/// The distance between two lanes of bars.
const LANE: f32 = 2.0 * REACH + 62.0;
/// The widest distance between two bars.
const WIDEST: f32 = 74.0;

/// Everything that drawing needs.
struct Picture<'a> {
    settings: &'a Settings,
    trace: &'a Trace,
    view: View<'a>,
    pool: Pool,
    input: &'a Stage,
    output: &'a Stage,
    /// How much of a gradient of one at every output reaches each input.
    heard: OnceCell<Option<Tensor>>,
    scale: Scale,
    gradients: Scale,
}

/// Draws the block.
pub fn draw(settings: &Settings, trace: &Trace, view: View<'_>) -> Scene {
    let (Some(input), Some(output)) = (trace.stage("input"), trace.stage("output")) else { return Scene::default() };
    let gradients = trace.stages.iter().filter(|stage| stage.role == Role::Gradient);
    let picture = Picture {
        settings,
        trace,
        view,
        pool: settings.pool(),
        input,
        output,
        heard: OnceCell::new(),
        scale: view.memory.scale([input, output]),
        gradients: view.memory.scale(gradients),
    };
    if settings.is_flat() { picture.signal() } else { picture.channels() }
}

impl<'a> Picture<'a> {
    fn theme(&self) -> &'a Theme {
        self.view.theme
    }

    fn is_backward(&self) -> bool {
        self.settings.pass == Pass::Backward
    }

    /// The output whose window is shown: the one that is pointed at, or else the one at which the transport stands.
    fn shown_output(&self) -> Vec<usize> {
        let pointed = self.view.pointing.at.filter(|cell| matches!(cell.stage, "output" | "output-gradient"));
        if let Some(cell) = pointed {
            return self.output.position(cell.index);
        }
        let readers = |cell: Cell| self.pool.outputs_from_input(self.input, self.output, cell.index).positions().next();
        let from_input = self.view.pointing.at.filter(|cell| cell.stage.starts_with("input")).and_then(readers);
        from_input.unwrap_or_else(|| {
            let step = if self.is_backward() { 0 } else { self.view.step.round() as usize };
            let cell = self.output.nth(step.min(self.output.len().saturating_sub(1)));
            cell.map_or_else(|| vec![0; self.output.full_shape().len()], |cell| self.output.position(cell.index))
        })
    }

    /// The winner of an output's window; nothing where all count alike.
    fn winner(&self, output: &[usize]) -> Option<Vec<usize>> {
        if self.pool.pooling == Pooling::Average { None } else { self.pool.winner_of(self.input, output) }
    }

    fn lanes(&self) -> Vec<(&'a Stage, &'static str, Scale)> {
        let gradient = |name, label| self.trace.stage(name).map(|stage| (stage, label, self.gradients));
        let mut lanes = vec![(self.input, "input x", self.scale)];
        if self.is_backward() {
            lanes.extend(gradient("input-gradient", "∂E/∂x"));
            lanes.extend(gradient("output-gradient", "∂E/∂y"));
        } else {
            lanes.push((self.output, "output y", self.scale));
        }
        lanes
    }

    /// The cells of a channel that win some window; none where all count alike, or where they are too small to carry a dot.
    fn winners(&self, channel: usize, pitch: f32) -> Vec<Vec<usize>> {
        if pitch < 10.0 || self.pool.pooling == Pooling::Average {
            return Vec::new();
        }
        let heard = self.heard.get_or_init(|| super::heard(&self.pool, self.input, self.output));
        let cells = self.input.cells().map(|cell| self.input.position(cell.index));
        cells.filter(|cell| cell[1] == channel && heard.as_ref().is_some_and(|heard| heard[&cell[..]] != 0.0)).collect()
    }

    /// The cells of an output's window that are as large, or as small, as the winner and do not win.
    fn ties(&self, output: &[usize]) -> Vec<Vec<usize>> {
        let Some(winner) = self.winner(output) else { return Vec::new() };
        let value = |cell: &Vec<usize>| self.input.leaf(cell).value;
        let reads = self.pool.reads(self.input.full_shape(), output);
        reads.positions().filter(|cell| *cell != winner && value(cell) == value(&winner)).collect()
    }

    /// A ring: this number would have got through, had it come first.
    fn mark_tie(&self, scene: &mut Scene, centre: Point) {
        scene.circle(centre, 3.0, self.theme().card, Stroke::solid(self.theme().output, 1.5 * self.theme().line));
    }

    /// A dot: this number gets through.
    fn mark_winner(&self, scene: &mut Scene, centre: Point) {
        scene.circle(centre, 3.2, self.theme().output, Stroke::solid(self.theme().card, self.theme().line));
    }

    fn name_operation(&self, scene: &mut Scene, at: Point) {
        let text = self.theme().text;
        let word = match self.pool.pooling {
            Pooling::Max => "max",
            Pooling::Min => "min",
            Pooling::Average => "mean",
        };
        let bounds = Rect::new(at.x - 22.0 * text, at.y - 11.0 * text, 44.0 * text, 22.0 * text);
        self.view.chip(scene, bounds, word);
    }

    /// One row for each channel: the input, the window, the output; or the input and both gradients.
    fn channels(&self) -> Scene {
        let (theme, width) = (self.theme(), self.view.width);
        let wide = width >= 620.0;
        let share = |from: f32, to: f32| (width * from, width * (to - from));
        let columns = match (self.is_backward(), wide) {
            (true, _) => [share(0.0, 0.31), share(0.345, 0.655), share(0.69, 1.0)],
            (false, true) => [share(0.0, 0.38), share(0.47, 0.60), share(0.68, 1.0)],
            (false, false) => [share(0.0, 0.52), (0.0, 0.0), share(0.62, 1.0)],
        };
        let side = columns[0].1.min(if self.settings.channels > 1 { 210.0 } else { 340.0 });
        let row = side + (LABEL + 12.0) * theme.text;
        let height = row * self.settings.channels as f32 + 30.0 * theme.text;
        let mut scene = Scene::new(width, height);
        let shown = self.shown_output();
        for channel in 0..self.settings.channels {
            let top = row * channel as f32 + LABEL * theme.text;
            let place = |(left, width): (f32, f32)| Rect::new(left, top, width.min(side), side.min(width));
            let output = [&[0, channel], &shown[2..]].concat();
            let lanes = self.lanes();
            let input = self.map(&mut scene, lanes[0], channel, place(columns[0]));
            self.dots(&mut scene, &output, input);
            let window = self.window(&mut scene, &output, input);
            if self.is_backward() {
                for (lane, column) in lanes[1..].iter().zip(&columns[1..]) {
                    let bounds = self.map(&mut scene, *lane, channel, place(*column));
                    if lane.0.name == "output-gradient" {
                        self.marker(&mut scene, &output, bounds);
                    }
                }
                continue;
            }
            let result = self.map(&mut scene, lanes[1], channel, place(columns[2]));
            self.marker(&mut scene, &output, result);
            if wide {
                self.patch(&mut scene, &output, place(columns[1]), window);
                let (from, y) = (columns[1].0 + columns[1].1, place(columns[1]).centre().y);
                let middle = (from + columns[2].0) / 2.0;
                self.view.arrow(&mut scene, Point::new(from + 6.0, y), Point::new(columns[2].0 - 6.0, y));
                self.name_operation(&mut scene, Point::new(middle - 3.0, y));
            }
        }
        self.range(&mut scene);
        scene
    }

    /// The range of the colours, written beside them.
    fn range(&self, scene: &mut Scene) {
        let (theme, end) = (self.view.theme, Point::new(scene.width - 4.0, scene.height - 10.0 * self.view.theme.text));
        let scale = self.lanes().last().map_or(self.scale, |lane| lane.2);
        legend(scene, end, scale, theme, if self.is_backward() { "∂E/∂x, ∂E/∂y" } else { "x, y" });
    }

    /// One channel of a stage, with its label; where it stands.
    fn map(
        &self,
        scene: &mut Scene,
        (stage, label, scale): (&'a Stage, &'static str, Scale),
        channel: usize,
        within: Rect,
    ) -> Rect {
        let (rows, columns) = Grid::size(stage);
        let padding = if stage.name.starts_with("input") { self.settings.amount } else { 0 };
        let along = |cells: usize, room: f32| room / (cells + 2 * padding).max(1) as f32;
        let pitch = along(columns, within.width).min(along(rows, within.height));
        let before = pitch * padding as f32;
        let bounds = Rect::new(within.x + before, within.y + before, pitch * columns as f32, pitch * rows as f32);
        if padding > 0 {
            self.padded(scene, bounds.grow(before));
        }
        let drag = match stage.name {
            "input" if self.settings.pen => Some(Drag::Paint(self.settings.ink as f32)),
            "input" | "output-gradient" if self.settings.is_small() => Some(Drag::Turn(scale.limit / 80.0)),
            _ => None,
        };
        self.view.grid(scene, stage, &[channel], bounds, scale, drag);
        let text = if self.settings.channels > 1 { format!("{label}[{channel}]") } else { label.to_owned() };
        let above = Point::new(bounds.x, bounds.y - 10.0 * self.theme().text);
        self.view.label(scene, above, stage.role, text);
        bounds
    }

    /// Where padding adds a cell, or many.
    fn padded(&self, scene: &mut Scene, bounds: Rect) {
        let stroke = Some(Stroke::dashed(self.theme().muted, self.theme().line));
        scene.frame(bounds, stroke, 2.0);
    }

    fn place_of(&self, map: Rect, stage: &Stage, cell: &[usize]) -> Rect {
        map.tile(Grid::size(stage), (cell[2] as f32, cell[3] as f32))
    }

    /// Dots on the winners, and rings on what ties with the winner of an output.
    fn dots(&self, scene: &mut Scene, output: &[usize], map: Rect) {
        let pitch = map.width / Grid::size(self.input).1 as f32;
        let corner = |cell: &[usize]| {
            let place = self.place_of(map, self.input, cell);
            Point::new(place.right() - 5.0, place.y + 5.0)
        };
        for winner in self.winners(output[1], pitch) {
            self.mark_winner(scene, corner(&winner));
        }
        for tie in self.ties(output).iter().filter(|_| pitch >= 10.0) {
            self.mark_tie(scene, corner(tie));
        }
    }

    /// The window on the input and on its padding.
    fn window(&self, scene: &mut Scene, output: &[usize], map: Rect) -> Rect {
        let (rows, columns) = Grid::size(self.input);
        let (height, width) = (map.height / rows.max(1) as f32, map.width / columns.max(1) as f32);
        let window = self.pool.windows[0];
        let first = |at: usize| (at * window.stride) as f32 - self.settings.amount as f32;
        let span = window.span() as f32;
        let (x, y) = (map.x + first(output[3]) * width, map.y + first(output[2]) * height);
        let bounds = Rect::new(x, y, span * width, span * height);
        let grown = bounds.grow((4.0 - bounds.width / 2.0).max(0.5));
        // In ceil mode the last window may hang over everything.
        let (left, top) = (grown.x.max(1.0), grown.y.max(1.0));
        let (right, bottom) = (grown.right().min(scene.width - 1.0), grown.bottom().min(scene.height - 1.0));
        let visible = Rect::new(left, top, right - left, bottom - top);
        self.view.outline(scene, visible, self.theme().output, 2.0, 2.0);
        visible
    }

    fn marker(&self, scene: &mut Scene, output: &[usize], map: Rect) {
        let bounds = self.place_of(map, self.output, output).reaching(3.0);
        self.view.outline(scene, bounds, self.theme().output, 2.0, 2.0);
    }

    /// What the window sees, cell by cell; the winner has a frame, and those that tie with it a dashed one.
    fn patch(&self, scene: &mut Scene, output: &[usize], within: Rect, window: Rect) {
        let theme = self.theme();
        let reads = self.pool.reads(self.input.full_shape(), output);
        let (rows, columns) = (reads.axes()[2].len(), reads.axes()[3].len());
        if rows == 0 || columns == 0 {
            return;
        }
        let pitch = (within.width / columns as f32).min(within.height / rows as f32);
        let top = within.centre().y - pitch * rows as f32 / 2.0;
        let bounds = Rect::new(within.x, top, pitch * columns as f32, pitch * rows as f32);
        self.view.zoom(scene, window, bounds, theme.output.fade(0.4));
        let winner = self.winner(output);
        let best = winner.as_ref().map(|winner| self.input.leaf(winner).value);
        let mut frames = Vec::new();
        for (place, position) in reads.positions().enumerate() {
            let place = ((place / columns) as f32, (place % columns) as f32);
            let cell = bounds.tile((rows, columns), place).grow(-0.5);
            let Some(at) = self.input.cell(&position) else { continue };
            // The keys go where the cell stands in its map.
            let first = scene.marks.len();
            draw_cell(scene, self.input, at, cell, (self.scale, None), theme);
            scene.repeats_from(first);
            if Some(&position) == winner.as_ref() || self.view.pointing.relation(at) == Relation::At {
                frames.push((cell, Stroke::solid(theme.output, 2.5 * theme.line)));
            } else if Some(self.input.leaf(&position).value) == best {
                frames.push((cell, Stroke::dashed(theme.output, 1.5 * theme.line)));
            }
        }
        for (bounds, stroke) in frames {
            scene.frame(bounds, Some(stroke), 2.0);
        }
        self.view.outline(scene, bounds.grow(1.0), theme.output, 1.0, 3.0);
        self.view.label(scene, Point::new(bounds.x, bounds.y - 10.0 * theme.text), Role::Input, "window");
        let value = self.output.leaf(output).value;
        let below = Point::new(bounds.centre().x, bounds.bottom() + 14.0 * theme.text);
        self.view.centred(scene, below, 11.5, theme.output, format!("= {}", cell_number(value, 6)));
    }
}
