//! The picture of `conv2d`.

mod backward;

use super::plan::Plan;
use super::settings::Settings;
use crate::blocks::View;
use crate::blocks::convolution::{Pass, with_sign};
use crate::blocks::drawing::Map;
use crate::data::pictures;
use crate::explain::{Cell, Role, Stage, Trace, cell_number};
use crate::scene::{Drag, Grid, Point, Pointing, Rect, Scale, Scene, Stroke, Theme, legend, magnify};

/// Everything that drawing needs.
/// Below this width there is room for few words beside the colour scale.
const NARROW: f32 = 480.0;

struct Picture<'a> {
    settings: &'a Settings,
    trace: &'a Trace,
    view: View<'a>,
    plan: Plan,
    /// Inputs; weights; sums and outputs; gradients.
    scales: [Scale; 4],
}

/// Draws the block.
pub fn draw(settings: &Settings, trace: &Trace, view: View<'_>) -> Scene {
    let plan = Plan::new(settings, trace, &view);
    let scale = |names: &[&str]| view.scale(trace, names);
    let scales = [
        scale(&["input", "padded"]),
        scale(&["weight"]),
        scale(&["sum", "pre", "output"]),
        scale(&["output-gradient", "pre-gradient", "padded-gradient", "input-gradient"]),
    ];
    let mut scene = Scene::new(view.width, plan.height);
    let picture = Picture { settings, trace, view, plan, scales };
    let _ = match settings.pass {
        Pass::Forward => picture.forward(&mut scene),
        Pass::Backward => picture.backward(&mut scene),
    };
    scene
}

impl<'a> Picture<'a> {
    fn theme(&self) -> &'a Theme {
        self.view.theme
    }

    fn pointing(&self) -> &'a Pointing {
        self.view.pointing
    }

    fn stage(&self, name: &str) -> Option<&'a Stage> {
        self.trace.stage(name)
    }

    fn forward(&self, scene: &mut Scene) -> Option<()> {
        let text = self.theme().text;
        let last = self.plan.channels.len() - 1;
        for (row, &c) in self.plan.channels.iter().enumerate() {
            self.channel(scene, row, c)?;
        }
        if self.settings.channels > self.plan.channels.len() {
            let y = self.plan.row * (last + 1) as f32 + 2.0;
            let (first, last) = (self.plan.channels[0], self.plan.channels[last]);
            let shown = format!("channels {first} to {last} of {}", self.settings.channels);
            self.view.caption(scene, Point::new(2.0, y), shown);
        }
        self.adding_up(scene);
        self.outputs(scene, "output", "output y", Role::Output, self.scales[2], None);
        self.ranges(scene, self.scales[2], &[("x", self.scales[0]), ("w", self.scales[1])], "s, y");
        let pixels = (self.settings.size()[1] as f32 / self.plan.columns[0].1).ceil();
        if pixels > 1.0 && !self.settings.is_small() {
            let is_seen = pictures::seen(&self.settings.picture).is_some();
            let words = match (is_seen, self.view.width < NARROW) {
                (true, true) => format!("strongest of {pixels} × {pixels}"),
                (true, false) => format!("the strongest of {pixels} × {pixels} pixels is drawn"),
                (false, _) => format!("1 of {pixels} × {pixels} pixels is drawn"),
            };
            self.view.caption(scene, Point::new(2.0, self.plan.height - 10.0 * text), words);
        }
        self.magnify(scene);
        Some(())
    }

    /// The colour scale of what `label` names, and the ranges of what has a scale of its own.
    fn ranges(&self, scene: &mut Scene, scale: Scale, others: &[(&str, Scale)], label: &str) {
        let end = Point::new(self.view.width - 4.0, self.plan.height - 10.0 * self.theme().text);
        let mut words = String::new();
        if self.plan.wide {
            for (name, other) in others {
                words += &format!("{name} ±{} · ", cell_number(other.limit, 5));
            }
            words += label;
        }
        legend(scene, end, scale, self.theme(), &words);
    }

    /// The numbers around a pixel that is pointed at.
    fn magnify(&self, scene: &mut Scene) {
        let Some(cell) = self.pointing().at.filter(|_| self.pointing().is_chosen) else { return };
        let Some(stage) = self.stage(cell.stage) else { return };
        let scale = if cell.stage == "input" { self.scales[0] } else { self.scales[2] };
        magnify(scene, stage, cell, scale, self.theme());
    }

    /// One channel: the input, the window on it, the kernel, and their products added up.
    fn channel(&self, scene: &mut Scene, row: usize, c: usize) -> Option<()> {
        let (input, weight, sums) = (self.stage("input")?, self.stage("weight")?, self.stage("sum")?);
        let (view, theme, o, k) = (&self.view, self.theme(), self.plan.filter, self.settings.kernel);
        let place = |column| self.plan.cell_box(column, row, theme.text);
        let drag = match (self.settings.pen, self.settings.is_small()) {
            (true, _) => Some(Drag::Paint(self.settings.ink as f32)),
            (false, true) => Some(Drag::Turn(self.scales[0].limit / 80.0)),
            (false, false) => None,
        };
        let padded = self.stage("padded").filter(|_| self.settings.is_small());
        let maps = [padded.map(|stage| Map { stage, lead: c, drag: None }), Some(Map { stage: input, lead: c, drag })];
        let (size, added) = (Grid::size(input), self.settings.padded_by());
        let (picture, inner) = view.padded(scene, size, added, place(0), self.scales[0], maps);
        let name = channel_name(self.settings.channels, c);
        view.label_above(scene, Rect { y: place(0).y, ..inner }, Role::Input, name);
        let window = self.window(picture);
        view.outline(scene, window, theme.input, 2.0, 2.0);
        let patch = (self.plan.columns[1].1 > 0.0).then(|| place(1).fit(k, k));
        let kernel = place(2).fit(k, k);
        view.zoom(scene, window, patch.unwrap_or(kernel), theme.input.fade(0.45));
        if let Some(patch) = patch {
            self.patch(scene, c, patch);
            view.label_above(scene, patch, Role::Input, "window");
            let between = Point::new((patch.right() + kernel.x) / 2.0, kernel.centre().y);
            view.centred(scene, between, 15.0, theme.muted, "∗");
        }
        self.kernel(scene, weight, c, kernel);
        view.outline(scene, kernel.grow(3.0), theme.filter(o), 1.6, 6.0);
        view.label_above(scene, kernel.grow(1.0), Role::Weight, format!("w[{o}, {c}]"));
        let sum = view.fitted(scene, sums, &[o, c], place(3), self.scales[2], None);
        let name = format!("s[{o}, {c}]");
        let name = if self.plan.wide { format!("{name} = Σ w · x̃") } else { name };
        view.label_above(scene, sum, Role::Intermediate, name);
        view.arrow(scene, Point::new(kernel.right() + 6.0, kernel.centre().y), Point::new(sum.x - 4.0, sum.centre().y));
        self.marker(scene, sum);
        let (x, y) = self.plan.sum;
        let points = if self.plan.wide {
            let from = Point::new(sum.right() + 3.0, sum.centre().y);
            [from, Point::new(x - 24.0, from.y), Point::new(x - 30.0, y), Point::new(x - 13.0, y)]
        } else {
            let from = Point::new(sum.centre().x, sum.bottom() + 2.0);
            [from, Point::new(from.x, y - 2.0), Point::new(x + 40.0, y), Point::new(x + 13.0, y)]
        };
        if self.plan.wide || row + 1 == self.plan.channels.len() {
            scene.curve(points, Stroke::solid(theme.muted, 1.2 * theme.line), false);
        }
        Some(())
    }

    /// The weights of a channel.
    fn kernel(&self, scene: &mut Scene, weight: &Stage, c: usize, bounds: Rect) {
        let (o, scale) = (self.plan.filter, self.scales[1]);
        let drag = Drag::Turn((scale.limit / 60.0).max(0.01));
        self.view.grid(scene, weight, &[o, c], bounds, scale, Some(drag));
    }

    /// The window on the padded input, between two places while it glides.
    fn window(&self, picture: Rect) -> Rect {
        let (before, after) = self.settings.padded_by();
        let columns = self.settings.size()[1] + before + after;
        let pitch = picture.width / columns as f32;
        let (y, x) = self.plan.place;
        let (stride, span) = (self.settings.stride as f32, self.settings.window().span() as f32);
        let corner = Point::new(picture.x + x * stride * pitch, picture.y + y * stride * pitch);
        Rect::new(corner.x, corner.y, span * pitch, span * pitch).reaching(4.0).inside(picture)
    }

    /// The window, magnified: the numbers that the kernel is multiplied with.
    fn patch(&self, scene: &mut Scene, c: usize, bounds: Rect) {
        let Some(padded) = self.stage("padded") else { return };
        let (y, x) = (self.plan.place.0.round() as usize, self.plan.place.1.round() as usize);
        let stride = self.settings.stride;
        self.view.patch(scene, padded, [c, y * stride, x * stride], self.settings.window(), bounds, self.scales[0]);
        self.view.outline(scene, bounds.grow(1.0), self.theme().input, 1.0, 3.0);
    }

    /// Where the window's result stands on a map of results.
    fn marker(&self, scene: &mut Scene, map: Rect) {
        let [rows, columns] = self.settings.outputs();
        let bounds = map.tile((rows, columns), self.plan.place).reaching(3.0);
        self.view.outline(scene, bounds, self.theme().filter(self.plan.filter), 2.0, 2.0);
    }

    /// The sum over channels, the bias, the non-linearity.
    fn adding_up(&self, scene: &mut Scene) {
        let (view, theme, (x, y), output) = (&self.view, self.theme(), self.plan.sum, self.plan.output);
        let Some(bias) = self.stage("bias") else { return };
        let (from, to, place, middle) = if self.plan.wide {
            // Beside the curves that come in from the left.
            let place = Rect::new(x - 12.0, y + 16.0, 68.0, 24.0);
            let middle = Point::new((x + 12.0 + output.x) / 2.0, y);
            (Point::new(x + 13.0, y), Point::new(output.x - 6.0, y), place, middle)
        } else {
            let place = Rect::new(x - 104.0, y - 12.0, 84.0, 24.0);
            (Point::new(x, y + 13.0), Point::new(x, output.y - 24.0 * theme.text), place, Point::new(x, y + 34.0))
        };
        view.arrow(scene, from, to);
        view.sum(scene, Point::new(x, y));
        let cell = Cell::new("bias", [self.plan.filter]);
        let words = with_sign("b = ", bias.value(&cell.index).unwrap_or(0.0));
        view.number(scene, cell, place, Role::Weight, theme.card.fade(0.0), words);
        if let Some(pointwise) = self.settings.activation().pointwise().filter(|_| !self.settings.is_linear()) {
            let name = pointwise.function.name;
            let width = (6.6 * theme.text * name.chars().count() as f32 + 12.0).max(48.0);
            view.chip(scene, Rect::new(middle.x - width / 2.0, middle.y - 12.0, width, 24.0), name);
        }
    }

    /// The shown map, and all maps side by side.
    fn outputs(&self, scene: &mut Scene, name: &str, title: &str, role: Role, scale: Scale, drag: Option<Drag>) {
        let (Some(stage), theme) = (self.stage(name), self.theme()) else { return };
        let bounds = self.view.fitted(scene, stage, &[self.plan.filter], self.plan.output, scale, drag);
        self.view.label_above(scene, bounds, role, format!("{title}[{}]", self.plan.filter));
        if self.settings.pass == Pass::Forward {
            self.marker(scene, bounds);
        }
        if self.settings.filters < 2 {
            return;
        }
        let side = self.plan.map;
        let in_row = (self.plan.maps.width / (side + 6.0)).round().max(1.0) as usize;
        for o in 0..self.settings.filters {
            let (column, row) = ((o % in_row) as f32, (o / in_row) as f32);
            let place =
                Rect::new(self.plan.maps.x + column * (side + 6.0), self.plan.maps.y + row * (side + 6.0), side, side);
            let (rows, columns) = Grid::size(stage);
            let (map, finest) = (place.fit(rows, columns), self.settings.finest_thumbnail());
            let grid = Grid { stage, lead: &[o], bounds: map, scale, drag: None, finest };
            grid.draw(scene, self.pointing(), theme, self.view.memory);
            let width = if o == self.plan.filter { 3.0 } else { 1.4 };
            self.view.outline(scene, map.grow(2.0), theme.filter(o), width, 4.0);
        }
    }
}

fn channel_name(channels: usize, c: usize) -> String {
    match (channels, c) {
        (1, _) => "input".to_owned(),
        (3, 0) => "red".to_owned(),
        (3, 1) => "green".to_owned(),
        (3, 2) => "blue".to_owned(),
        _ => format!("channel {c}"),
    }
}
