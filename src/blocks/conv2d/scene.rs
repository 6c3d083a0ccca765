//! The picture of `conv2d`.

mod backward;

use super::plan::Plan;
use super::settings::Settings;
use crate::blocks::View;
use crate::blocks::convolution::Pass;
use crate::explain::{Cell, Role, Stage, Trace, cell_number};
use crate::scene::{
    Drag, Font, Grid, Point, Pointing, Rect, Relation, Scale, Scene, Shape, Stroke, Theme, draw_cell, legend, magnify,
};

/// Everything that drawing needs.
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
    let scale = |names: &[&str]| view.memory.scale(trace.stages.iter().filter(|stage| names.contains(&stage.name)));
    let scales = [
        scale(&["input", "padded"]),
        scale(&["weight"]),
        scale(&["sum", "pre", "output"]),
        scale(&["output-gradient", "pre-gradient", "padded-gradient", "input-gradient"]),
    ];
    let mut scene = Scene::new(view.width, plan.height);
    let picture = Picture { settings, trace, view, plan, scales };
    match settings.pass {
        Pass::Forward => picture.forward(&mut scene),
        Pass::Backward => picture.backward(&mut scene),
    }
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

    fn label(&self, scene: &mut Scene, bounds: Rect, role: Role, text: String) {
        let font = Font::starting(11.5 * self.theme().text).bold();
        scene.text(Point::new(bounds.x, bounds.y - 9.0 * self.theme().text), font, self.theme().role(role), text);
    }

    fn grid(&self, scene: &mut Scene, stage: &Stage, lead: &[usize], bounds: Rect, scale: Scale, drag: Option<Drag>) {
        let finest = usize::MAX;
        Grid { stage, lead, bounds, scale, drag, finest }.draw(scene, self.pointing(), self.theme(), self.view.memory);
    }

    /// A grid inside a box, as large as its cells stay square; where it stands.
    fn fitted(
        &self,
        scene: &mut Scene,
        stage: &Stage,
        lead: &[usize],
        within: Rect,
        scale: Scale,
        drag: Option<Drag>,
    ) -> Rect {
        let (rows, columns) = Grid::size(stage);
        let bounds = Plan::fit(within, rows, columns);
        self.grid(scene, stage, lead, bounds, scale, drag);
        bounds
    }

    fn forward(&self, scene: &mut Scene) {
        let text = self.theme().text;
        let last = self.plan.channels.len() - 1;
        for (row, &c) in self.plan.channels.iter().enumerate() {
            self.channel(scene, row, c);
        }
        if self.settings.channels > self.plan.channels.len() {
            let y = self.plan.row * (last + 1) as f32 + 2.0;
            let shown = format!(
                "channels {} to {} of {}",
                self.plan.channels[0], self.plan.channels[last], self.settings.channels
            );
            scene.text(Point::new(2.0, y), Font::starting(10.5 * text), self.theme().muted, shown);
        }
        self.adding_up(scene);
        self.outputs(scene, "output", "output y", Role::Output, self.scales[2], None);
        self.ranges(scene, self.scales[2], &[("x", self.scales[0]), ("w", self.scales[1])], "s, y");
        let pixels = (self.settings.size()[1] as f32 / self.plan.columns[0].1).ceil();
        if pixels > 1.0 && !self.settings.is_small() {
            let place = Point::new(2.0, self.plan.height - 10.0 * text);
            let words = format!("1 of {pixels} × {pixels} pixels is drawn");
            scene.text(place, Font::starting(10.5 * text), self.theme().muted, words);
        }
        self.magnify(scene);
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
    fn channel(&self, scene: &mut Scene, row: usize, c: usize) {
        let Some([input, weight, sums]) = stages(self.trace, ["input", "weight", "sum"]) else { return };
        let (theme, o) = (self.theme(), self.plan.filter);
        let place = |column| self.plan.cell_box(column, row, theme.text);
        let (picture, inner) = self.input(scene, input, c, place(0));
        let name = channel_name(self.settings.channels, c);
        self.label(scene, Rect { y: place(0).y, ..inner }, Role::Input, name);
        let window = self.window(picture);
        let hue = theme.filter(o);
        scene.draw(Shape::Rect {
            bounds: window,
            fill: None,
            stroke: Some(Stroke::solid(theme.input, 2.0 * theme.line)),
            radius: 2.0,
        });
        let patch =
            (self.plan.columns[1].1 > 0.0).then(|| Plan::fit(place(1), self.settings.kernel, self.settings.kernel));
        let kernel = Plan::fit(place(2), self.settings.kernel, self.settings.kernel);
        let shown = patch.unwrap_or(kernel);
        let zoom = Stroke::solid(theme.input.fade(0.45), theme.line);
        for (from, to) in [(window.y, shown.y), (window.bottom(), shown.bottom())] {
            scene.line(Point::new(window.right(), from), Point::new(shown.x - 2.0, to), zoom);
        }
        if let Some(patch) = patch {
            self.patch(scene, c, patch);
            self.label(scene, patch, Role::Input, "window".to_owned());
            let between = Point::new((patch.right() + kernel.x) / 2.0, kernel.centre().y);
            scene.text(between, Font::centred(15.0 * theme.text), theme.muted, "∗");
        }
        let per_pixel = (self.scales[1].limit / 60.0).max(0.01);
        self.grid(scene, weight, &[o, c], kernel, self.scales[1], Some(Drag::Turn(per_pixel)));
        scene.draw(Shape::Rect {
            bounds: kernel.grow(3.0),
            fill: None,
            stroke: Some(Stroke::solid(hue, 1.6 * theme.line)),
            radius: 6.0,
        });
        self.label(scene, kernel.grow(1.0), Role::Weight, format!("w[{o}, {c}]"));
        let sum = self.fitted(scene, sums, &[o, c], place(3), self.scales[2], None);
        let name = format!("s[{o}, {c}]");
        let name = if self.plan.wide { format!("{name} = Σ w · x̃") } else { name };
        self.label(scene, sum, Role::Intermediate, name);
        let arrow = Stroke::solid(theme.muted, 1.2 * theme.line);
        scene.arrow(
            Point::new(kernel.right() + 6.0, kernel.centre().y),
            Point::new(sum.x - 4.0, sum.centre().y),
            arrow,
        );
        self.marker(scene, sum);
        let (x, y) = self.plan.sum;
        let points = if self.plan.wide {
            let from = Point::new(sum.right() + 3.0, sum.centre().y);
            vec![from, Point::new(x - 24.0, from.y), Point::new(x - 30.0, y), Point::new(x - 13.0, y)]
        } else {
            let from = Point::new(sum.centre().x, sum.bottom() + 2.0);
            vec![from, Point::new(from.x, y - 2.0), Point::new(x + 40.0, y), Point::new(x + 13.0, y)]
        };
        if self.plan.wide || row + 1 == self.plan.channels.len() {
            scene.draw(Shape::Line { points, stroke: arrow, curved: true, arrow: false });
        }
    }

    /// The input with its padding; where the whole is, and where the input is in it.
    fn input(&self, scene: &mut Scene, input: &Stage, c: usize, within: Rect) -> (Rect, Rect) {
        let theme = self.theme();
        let (rows, columns) = Grid::size(input);
        let (before, after) = self.settings.padded_by();
        let whole = Plan::fit(within, rows + before + after, columns + before + after);
        let pitch = whole.width / (columns + before + after) as f32;
        let margin = before as f32 * pitch;
        let inner = Rect::new(whole.x + margin, whole.y + margin, pitch * columns as f32, pitch * rows as f32);
        if let Some(padded) = self.stage("padded").filter(|_| before + after > 0 && self.settings.is_small()) {
            self.grid(scene, padded, &[c], whole, self.scales[0], None);
            let veil = Some(theme.card.fade(0.35));
            scene.draw(Shape::Rect { bounds: whole, fill: veil, stroke: None, radius: 0.0 });
        }
        let drag = match (self.settings.pen, self.settings.is_small()) {
            (true, _) => Some(Drag::Paint(self.settings.ink as f32)),
            (false, true) => Some(Drag::Turn(self.scales[0].limit / 80.0)),
            (false, false) => None,
        };
        self.grid(scene, input, &[c], inner, self.scales[0], drag);
        let dashed = before + after > 0;
        let stroke =
            if dashed { Stroke::dashed(theme.muted, theme.line) } else { Stroke::solid(theme.hairline, theme.line) };
        scene.draw(Shape::Rect { bounds: inner.grow(0.5), fill: None, stroke: Some(stroke), radius: 0.0 });
        (whole, inner)
    }

    /// The window on the padded input, between two places while it glides.
    fn window(&self, picture: Rect) -> Rect {
        let (before, after) = self.settings.padded_by();
        let columns = self.settings.size()[1] + before + after;
        let pitch = picture.width / columns as f32;
        let (y, x) = self.plan.place;
        let (stride, span) = (self.settings.stride as f32, self.settings.window().span() as f32);
        let bounds =
            Rect::new(picture.x + x * stride * pitch, picture.y + y * stride * pitch, span * pitch, span * pitch);
        let mut visible = bounds.grow((4.0 - bounds.width / 2.0).max(0.0));
        visible.x = visible.x.min(picture.right() - visible.width).max(picture.x);
        visible.y = visible.y.min(picture.bottom() - visible.height).max(picture.y);
        visible
    }

    /// The window, magnified: the numbers that the kernel is multiplied with.
    fn patch(&self, scene: &mut Scene, c: usize, bounds: Rect) {
        let (Some(padded), k) = (self.stage("padded"), self.settings.kernel) else { return };
        let pitch = bounds.width / k as f32;
        let (y, x) = (self.plan.place.0.round() as usize, self.plan.place.1.round() as usize);
        let Settings { stride, dilation, .. } = *self.settings;
        for (n, m) in (0..k * k).map(|at| (at / k, at % k)) {
            let cell = Cell::new("padded", [c, y * stride + n * dilation, x * stride + m * dilation]);
            let place = Rect::new(bounds.x + m as f32 * pitch, bounds.y + n as f32 * pitch, pitch, pitch).grow(-0.5);
            draw_cell(scene, padded, cell, place, (self.scales[0], None), self.theme());
            let outline = match self.pointing().relation(cell) {
                Relation::At => Some(Stroke::solid(self.theme().input, 2.5 * self.theme().line)),
                Relation::Term => Some(Stroke::solid(self.theme().ink, 3.0 * self.theme().line)),
                _ => None,
            };
            if outline.is_some() {
                scene.draw(Shape::Rect { bounds: place, fill: None, stroke: outline, radius: 2.0 });
            }
        }
        scene.draw(Shape::Rect {
            bounds: bounds.grow(1.0),
            fill: None,
            stroke: Some(Stroke::solid(self.theme().input, self.theme().line)),
            radius: 3.0,
        });
    }

    /// Where the window's result stands on a map of results.
    fn marker(&self, scene: &mut Scene, map: Rect) {
        let [rows, columns] = self.settings.outputs();
        let (width, height) = (map.width / columns as f32, map.height / rows as f32);
        let (y, x) = self.plan.place;
        let bounds = Rect::new(map.x + x * width, map.y + y * height, width, height);
        let stroke = Some(Stroke::solid(self.theme().filter(self.plan.filter), 2.0 * self.theme().line));
        scene.draw(Shape::Rect { bounds: bounds.grow((3.0 - width / 2.0).max(0.0)), fill: None, stroke, radius: 2.0 });
    }

    /// The sum over channels, the bias, the non-linearity.
    fn adding_up(&self, scene: &mut Scene) {
        let (theme, (x, y), output) = (self.theme(), self.plan.sum, self.plan.output);
        let Some(bias) = self.stage("bias") else { return };
        let line = Stroke::solid(theme.muted, 1.2 * theme.line);
        let end =
            if self.plan.wide { Point::new(output.x - 6.0, y) } else { Point::new(x, output.y - 24.0 * theme.text) };
        scene.arrow(if self.plan.wide { Point::new(x + 13.0, y) } else { Point::new(x, y + 13.0) }, end, line);
        let stroke = Some(Stroke::solid(theme.output, 1.6 * theme.line));
        scene.draw(Shape::Circle { centre: Point::new(x, y), radius: 12.0, fill: Some(theme.card), stroke });
        scene.text(Point::new(x, y), Font::centred(13.0 * theme.text), theme.output, "Σ");
        let cell = Cell::new("bias", [self.plan.filter]);
        let value = bias.value(&cell.index).unwrap_or(0.0);
        let place = if self.plan.wide {
            // Beside the curves that come in from the left.
            Rect::new(x - 12.0, y + 16.0, 68.0, 24.0)
        } else {
            Rect::new(x - 104.0, y - 12.0, 84.0, 24.0)
        };
        let lit = self.pointing().relation(cell) != Relation::None;
        let outline = lit.then(|| Stroke::solid(theme.weight, 1.4 * theme.line));
        scene.show(
            cell,
            Some(Drag::Turn(0.02)),
            Shape::Rect { bounds: place, fill: Some(theme.card.fade(0.0)), stroke: outline, radius: 5.0 },
        );
        let sign = if value < 0.0 { "−" } else { "+" };
        let words = format!("{sign} b = {}", cell_number(value.abs(), 5));
        scene.text(place.centre(), Font::centred(11.5 * theme.text), theme.weight, words);
        let Some(pointwise) = self.settings.activation().pointwise().filter(|_| !self.settings.is_linear()) else {
            return;
        };
        let name = pointwise.function.name;
        let middle = if self.plan.wide { Point::new((x + 12.0 + output.x) / 2.0, y) } else { Point::new(x, y + 34.0) };
        let width = (6.6 * theme.text * name.chars().count() as f32 + 12.0).max(48.0);
        let bounds = Rect::new(middle.x - width / 2.0, middle.y - 12.0, width, 24.0);
        let border = Some(Stroke::solid(theme.hairline, theme.line));
        scene.draw(Shape::Rect { bounds, fill: Some(theme.soft), stroke: border, radius: 6.0 });
        scene.text(middle, Font::centred(11.0 * theme.text), theme.ink, name);
    }

    /// The shown map, and all maps side by side.
    fn outputs(&self, scene: &mut Scene, name: &str, title: &str, role: Role, scale: Scale, drag: Option<Drag>) {
        let (Some(stage), theme) = (self.stage(name), self.theme()) else { return };
        let bounds = self.fitted(scene, stage, &[self.plan.filter], self.plan.output, scale, drag);
        self.label(scene, bounds, role, format!("{title}[{}]", self.plan.filter));
        if self.settings.pass == Pass::Forward {
            self.marker(scene, bounds);
        }
        if self.settings.filters < 2 {
            return;
        }
        let side = 46.0_f32.min(self.plan.output.width / 4.0 - 6.0);
        let in_row = (self.plan.maps.width / (side + 6.0)).round().max(1.0) as usize;
        for o in 0..self.settings.filters {
            let (column, row) = ((o % in_row) as f32, (o / in_row) as f32);
            let place =
                Rect::new(self.plan.maps.x + column * (side + 6.0), self.plan.maps.y + row * (side + 6.0), side, side);
            let (rows, columns) = Grid::size(stage);
            let (map, finest) = (Plan::fit(place, rows, columns), self.settings.finest_thumbnail());
            let grid = Grid { stage, lead: &[o], bounds: map, scale, drag: None, finest };
            grid.draw(scene, self.pointing(), theme, self.view.memory);
            let chosen = o == self.plan.filter;
            let stroke = Stroke::solid(theme.filter(o), if chosen { 3.0 } else { 1.4 } * theme.line);
            scene.draw(Shape::Rect { bounds: map.grow(2.0), fill: None, stroke: Some(stroke), radius: 4.0 });
        }
    }
}

fn stages<'a, const N: usize>(trace: &'a Trace, names: [&str; N]) -> Option<[&'a Stage; N]> {
    let found: Vec<&Stage> = names.iter().filter_map(|name| trace.stage(name)).collect();
    found.try_into().ok()
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
