//! The picture of `conv1d`: three lanes, the kernel sliding between them.

mod backward;
mod stack;

use super::settings::{Pass, Settings};
use crate::blocks::View;
use crate::blocks::convolution::with_sign;
use crate::explain::{Cell, Role, Stage, Trace, cell_number};
use crate::scene::{Align, Bars, Colour, Drag, Font, Point, Rect, Relation, Scale, Scene, Shape, Stroke, Theme};

/// The longest bar.
const REACH: f32 = 62.0;
/// The kernel box's height.
const BOX: f32 = 44.0;

/// Where everything is: one column for each cell of the padded input.
struct Plan<'a> {
    settings: &'a Settings,
    trace: &'a Trace,
    view: View<'a>,
    /// Room for labels to the left of the lanes; none on a narrow picture.
    margin: f32,
    left: f32,
    pitch: f32,
    scale: Scale,
    input_line: f32,
    kernel_top: f32,
    output_line: f32,
}

/// Draws the block.
pub fn draw(settings: &Settings, trace: &Trace, view: View<'_>) -> Scene {
    let columns = trace.stage("padded").map_or(1, Stage::len).max(1) as f32;
    // On a narrow picture the labels stand beside the lanes, where those leave room at their end.
    let (margin, widest) = if view.width > 560.0 { (92.0 * view.theme.text, 96.0) } else { (0.0, 74.0) };
    let room = view.width - margin - 16.0;
    let pitch = (room / columns).min(widest);
    let slack = if margin > 0.0 { room - columns * pitch } else { 0.0 };
    let left = margin + 8.0 + slack / 2.0;
    let top = if margin > 0.0 { 18.0 } else { 46.0 };
    let input_line = top + REACH + 12.0;
    let kernel_top = input_line + REACH + 40.0;
    let output_line = kernel_top + BOX + 100.0 + REACH;
    let plan = Plan {
        settings,
        trace,
        view,
        margin,
        left,
        pitch,
        scale: view.memory.scale(trace.stages.iter().filter(|stage| shares_scale(settings.pass, stage))),
        input_line,
        kernel_top,
        output_line,
    };
    let height = output_line + REACH + 34.0;
    let mut scene = Scene::new(view.width, height);
    let _ = match settings.pass {
        Pass::Forward => plan.forward(&mut scene),
        Pass::Backward => plan.backward(&mut scene),
    };
    plan.range(&mut scene, height - 10.0);
    scene
}

/// Stages whose numbers share one scale, so that equal bars are equal numbers.
fn shares_scale(pass: Pass, stage: &Stage) -> bool {
    match pass {
        Pass::Forward => stage.role != Role::Weight,
        Pass::Backward => matches!(stage.name, "output-gradient" | "padded-gradient" | "input-gradient"),
    }
}

impl Plan<'_> {
    fn theme(&self) -> &Theme {
        self.view.theme
    }

    /// The middle of a column, counted in cells of the padded input.
    fn column(&self, at: f32) -> f32 {
        self.left + (at + 0.5) * self.pitch
    }

    /// The column above which an output stands: the middle of its window, or its end where the window looks back.
    fn output_column(&self, output: f32) -> f32 {
        let span = (self.settings.window().span() - 1) as f32;
        let within = if self.settings.padding == super::settings::Padding::Causal { span } else { span / 2.0 };
        output * self.settings.stride as f32 + within
    }

    /// A stage as bars, so many columns apart.
    fn bars<'s>(&self, stage: &'s Stage, start: f32, columns: f32, baseline: f32, editable: bool) -> Bars<'s> {
        let pitch = columns * self.pitch;
        Bars { stage, start: self.column(start), pitch, baseline, reach: REACH, scale: self.scale, editable }
    }

    /// The inputs, or their gradients, amid what was added around them.
    fn inputs(&self, scene: &mut Scene, input: &Stage, padded: &Stage, editable: bool) {
        let (before, _) = self.settings.padded_by();
        // The reader's own numbers can be dragged; what was added around them cannot.
        self.view.bars(scene, self.bars(input, before as f32, 1.0, self.input_line, editable));
        let around = self.bars(padded, 0.0, 1.0, self.input_line, false);
        around.draw_around(scene, self.view.pointing, self.theme(), before..before + input.len());
    }

    /// The outputs, or their gradients, each above its window.
    fn outputs(&self, scene: &mut Scene, output: &Stage, editable: bool) {
        let bars = self.bars(output, self.output_column(0.0), self.settings.stride as f32, self.output_line, editable);
        self.view.bars(scene, bars);
    }

    fn forward(&self, scene: &mut Scene) -> Option<()> {
        let (input, padded) = (self.trace.stage("input")?, self.trace.stage("padded")?);
        let (output, single) = (self.step_at(), self.settings.layers == 1);
        self.copies(scene, padded, input.len());
        if single {
            self.window_shade(scene, output);
        }
        self.inputs(scene, input, padded, true);
        self.lane(scene, "input x", Role::Input, self.input_line);
        if !single {
            self.stack(scene);
            return Some(());
        }
        self.kernel(scene, output);
        self.products(scene, output)?;
        self.outputs(scene, self.trace.stage("output")?, false);
        self.lane(scene, "output y", Role::Output, self.output_line);
        self.uses(scene, input.len());
        Some(())
    }

    /// Where the window stands: at the output that is pointed at, else where the transport is.
    fn step_at(&self) -> f32 {
        match self.view.pointing.at {
            Some(cell) if cell.stage == "output" => {
                let at = cell.index.axis(0) as f32;
                // While the transport glides to this output, the window glides with it.
                if (f64::from(at) - self.view.step).abs() < 1.0 { self.view.step as f32 } else { at }
            }
            _ => self.view.step as f32,
        }
    }

    /// An arrow from each added cell to the cell that it copies.
    fn copies(&self, scene: &mut Scene, padded: &Stage, length: usize) {
        let (pointing, theme, padding) = (self.view.pointing, self.theme(), self.settings.conv(1).padding);
        let (before, _) = self.settings.padded_by();
        for (from, cell) in padded.cells().enumerate() {
            let Some(source) = padding.mode.source(from as isize - before as isize, length) else { continue };
            let to = source + before;
            if from == to {
                continue;
            }
            let source = Cell::new("input", [source]);
            let lit = [cell, source].iter().any(|cell| pointing.relation(*cell) == Relation::At)
                || pointing.sources.contains(&cell);
            let colour = if lit { theme.input } else { theme.muted.fade(0.45) };
            let line = self.input_line + 6.0;
            let [start, end] = [from, to].map(|at| self.column(at as f32));
            let sag = (16.0 + 3.0 * (from as f32 - to as f32).abs().min(8.0)).max(self.below(padded, from, to));
            let points = [(start, 0.0), (start, sag), (end, sag), (end, 0.0)].map(|(x, y)| Point::new(x, line + y));
            scene.curve(points, Stroke::dashed(colour, if lit { 1.6 } else { 1.0 } * theme.line), lit);
        }
    }

    /// How far the control points of a curve between two cells hang, so that it passes below the numbers of the bars between them.
    fn below(&self, padded: &Stage, from: usize, to: usize) -> f32 {
        let lowest = (from.min(to)..=from.max(to)).filter_map(|at| padded.value(&[at as u32])).fold(0.0_f32, f32::min);
        if lowest < 0.0 { (-self.scale.share(lowest) * REACH + 22.0 * self.theme().text) / 0.75 } else { 0.0 }
    }

    /// A soft column behind everything the window covers.
    fn window_shade(&self, scene: &mut Scene, output: f32) {
        let bounds = self.window(output);
        let height = self.kernel_top - self.input_line + REACH;
        let shade = Rect::new(bounds.x, self.input_line - REACH - 8.0, bounds.width, height);
        scene.fill(shade, self.theme().weight.fade(0.07), 6.0);
    }

    /// The kernel's box at an output.
    fn window(&self, output: f32) -> Rect {
        let first = output * self.settings.stride as f32;
        let (left, right) = (self.column(first - 0.5), self.column(first + self.settings.window().span() as f32 - 0.5));
        Rect::new(left, self.kernel_top, right - left, BOX)
    }

    /// How far apart the kernel's cells stand: as far as the inputs that they read, but on a narrow picture far enough apart for
    /// their numbers, where there is room.
    fn slot_pitch(&self) -> f32 {
        let room = (self.view.width - 8.0) / self.settings.kernel as f32;
        room.min(34.0 * self.theme().text).max(self.pitch * self.settings.dilation as f32)
    }

    fn slot_width(&self) -> f32 {
        self.slot_pitch().min(self.pitch.max(34.0 * self.theme().text))
    }

    /// The middle of a cell of the kernel.
    fn slot(&self, output: f32, tap: usize) -> f32 {
        let (pitch, last) = (self.slot_pitch(), (self.settings.kernel - 1) as f32);
        let half = (pitch * last + self.slot_width()) / 2.0 + 4.0;
        let middle = (self.tap(output, 0) + self.tap(output, self.settings.kernel - 1)) / 2.0;
        let middle = middle.min(self.view.width - half).max(self.margin + half);
        middle + (tap as f32 - last / 2.0) * pitch
    }

    fn tap(&self, output: f32, tap: usize) -> f32 {
        self.column(output * self.settings.stride as f32 + (tap * self.settings.dilation) as f32)
    }

    fn kernel(&self, scene: &mut Scene, output: f32) {
        let theme = self.theme();
        let Some(kernel) = self.trace.stage(self.settings.kernel_stage()) else { return };
        let (slot, last) = (self.slot_width(), self.settings.kernel - 1);
        let bounds = Rect::new(self.slot(output, 0) - slot / 2.0, self.kernel_top, 0.0, BOX);
        let bounds = Rect { width: self.slot(output, last) + slot / 2.0 - bounds.x, ..bounds }.grow(1.0);
        let stroke = Some(Stroke::solid(theme.weight, 1.6 * theme.line));
        scene.rect(bounds, Some(theme.weight.mix(theme.card, 0.9)), stroke, 9.0);
        for cell in kernel.cells() {
            let middle = Point::new(self.slot(output, cell.index.axis(0)), bounds.centre().y);
            let size = slot.min(46.0) - 3.0;
            let place = Rect::new(middle.x - size / 2.0, middle.y - BOX / 2.0 + 3.0, size, BOX - 6.0);
            let stroke = match self.view.pointing.relation(cell) {
                Relation::At => Some(Stroke::solid(theme.weight, 2.5 * theme.line)),
                Relation::Term => Some(Stroke::solid(theme.ink, 2.5 * theme.line)),
                _ => None,
            };
            let font = Font::centred((slot * 0.34).clamp(9.0, 16.0) * theme.text).bold().fitting(4, slot - 6.0);
            self.weight(scene, kernel, cell, place, (theme.weight, stroke), (font, slot - 6.0));
        }
        if self.margin > 0.0 || bounds.width < self.view.width - 80.0 * theme.text {
            self.lane(scene, "kernel w", Role::Weight, bounds.centre().y);
        }
    }

    /// A weight or its gradient in its box.
    fn weight(
        &self,
        scene: &mut Scene,
        stage: &Stage,
        cell: Cell,
        bounds: Rect,
        (colour, stroke): (Colour, Option<Stroke>),
        (font, room): (Font, f32),
    ) {
        let Some(value) = stage.value(&cell.index) else { return };
        let drag = (stage.name == "weight").then_some(Drag::Turn(self.weight_per_pixel()));
        scene.show(cell, drag, Shape::Rect { bounds, fill: Some(colour.fade(0.0)), stroke, radius: 5.0 });
        scene.text(bounds.centre(), font, colour, cell_number(value, font.room(room).clamp(4, 5)));
    }

    /// A drag over the height of a bar changes a weight by the kernel's largest, at least by one.
    fn weight_per_pixel(&self) -> f32 {
        let largest = self.settings.weight.iter().fold(1.0_f64, |largest, weight| largest.max(weight.abs()));
        largest as f32 / REACH
    }

    /// Lines from inputs through weights into the sum, with each product's number.
    fn products(&self, scene: &mut Scene, output: f32) -> Option<()> {
        let (theme, kernel) = (self.theme(), self.settings.kernel_stage());
        let rounded = output.round().max(0.0);
        let sum = Point::new(self.column(self.output_column(output)), self.kernel_top + BOX + 52.0);
        for tap in 0..self.settings.kernel {
            let x = self.tap(output, tap);
            let read = rounded as usize * self.settings.stride + tap * self.settings.dilation;
            let cells = [Cell::new(kernel, [tap]), Cell::new("padded", [read])];
            let value = f64::from(self.trace.value(cells[0])?) * f64::from(self.trace.value(cells[1])?);
            let lit = cells.iter().any(|cell| self.view.pointing.term.contains(cell));
            let strength = if value == 0.0 { 0.25 } else { 1.0 };
            let width = if lit { 2.6 } else { 1.3 } * theme.line;
            let slot = self.slot(output, tap);
            let stroke = Stroke::solid(theme.input.fade(strength), width);
            scene.line(Point::new(x, self.input_line + 4.0), Point::new(slot, self.kernel_top - 2.0), stroke);
            let start = Point::new(slot, self.kernel_top + BOX + 22.0);
            let (bend, end) = ((sum.y - start.y) * 0.7, sum.y - 9.0);
            let points = [(slot, start.y), (slot, start.y + bend), (sum.x, end - bend), (sum.x, end)];
            let stroke = Stroke::solid(theme.weight.fade(strength), width);
            scene.curve(points.map(|(x, y)| Point::new(x, y)), stroke, false);
            let pitch = self.slot_pitch();
            if (output - rounded).abs() < 0.02 && pitch >= 26.0 {
                let font = Font::centred((pitch * 0.3).clamp(9.0, 12.0) * theme.text).fitting(5, pitch - 2.0);
                scene.text(Point::new(start.x, start.y - 9.0), font, theme.muted, cell_number(value as f32, 5));
            }
        }
        let radius = 10.0 * theme.text;
        // The longest bar has its number above it.
        let below = Point::new(sum.x, self.output_line - REACH - 20.0);
        scene.arrow(Point::new(sum.x, sum.y + radius), below, Stroke::solid(theme.output, 1.3 * theme.line));
        scene.circle(sum, radius, theme.card, Stroke::solid(theme.output, 1.5 * theme.line));
        self.view.centred(scene, sum, 12.0, theme.output, "Σ");
        if self.settings.bias != 0.0 {
            let (beside, wide) = (radius + 4.0, 62.0 * theme.text);
            // At the right edge there is room only on the other side.
            let fits = sum.x + beside + wide <= self.view.width;
            let left = if fits { sum.x + beside } else { sum.x - beside - wide };
            let bounds = Rect::new(left, sum.y - 11.0, wide, 22.0);
            let shape = Shape::Rect { bounds, fill: None, stroke: None, radius: 4.0 };
            scene.show(Cell::new("bias", []), Some(Drag::Turn(0.02)), shape);
            let text = with_sign("", self.settings.bias as f32);
            scene.text(Point::new(left + 4.0, sum.y), Font::starting(12.0 * theme.text), theme.weight, text);
        }
        Some(())
    }

    /// How many windows read each input: the cells near the ends are read less often.
    fn uses(&self, scene: &mut Scene, length: usize) {
        if self.pitch < 22.0 * self.theme().text {
            return;
        }
        let (theme, before, y) = (self.theme(), self.settings.padded_by().0, self.input_line + REACH + 12.0);
        for at in 0..length {
            let uses = self.settings.window().readers(at + before, self.settings.outputs()).count();
            // Beside the line that leads from the input to its weight.
            let x = self.column((at + before) as f32) + (self.pitch / 4.0).min(13.0 * theme.text);
            self.view.centred(scene, Point::new(x, y), 9.5, theme.muted, format!("{uses}×"));
        }
        if self.margin > 0.0 {
            self.view.caption(scene, Point::new(self.left - self.margin, y), "used");
        }
    }

    fn lane(&self, scene: &mut Scene, label: &str, role: Role, y: f32) {
        let theme = self.theme();
        let font = Font::starting(12.0 * theme.text).bold();
        if self.margin > 0.0 {
            return scene.text(Point::new(self.left - self.margin, y), font, theme.role(role), label);
        }
        // Without a margin, a label stands above its row, and at the end where the window isn't.
        let y = if y < self.kernel_top { y - REACH - 28.0 } else { y.min(self.output_line - REACH - 28.0) };
        let window = self.column(self.output_column(self.step_at()));
        let (x, align) = if y > self.kernel_top && window < self.view.width / 2.0 {
            (self.view.width - 2.0, Align::End)
        } else {
            (2.0, Align::Start)
        };
        scene.text(Point::new(x, y), Font { align, ..font }, theme.role(role), label);
    }

    /// The range of the colours, written beside them.
    fn range(&self, scene: &mut Scene, y: f32) {
        let label = match self.settings.pass {
            _ if self.margin == 0.0 => "",
            Pass::Forward => "x, y",
            Pass::Backward => "∂E/∂x, ∂E/∂y",
        };
        crate::scene::legend(scene, Point::new(self.view.width - 8.0, y), self.scale, self.theme(), label);
    }
}
