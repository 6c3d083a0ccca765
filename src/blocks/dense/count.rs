//! The picture of layers of any size: how many numbers each learns, and what shared weights save.

use super::settings::{Data, Settings};
use crate::blocks::View;
use crate::blocks::counts::memory;
use crate::explain::grouped;
use crate::explain::{Cell, Stage, Trace};
use crate::layers::ParameterCount;
use crate::scene::{Drag, Font, Point, Rect, Scene, Shape, Stroke, Theme, relation_stroke};

/// The height of the tallest rectangle.
const TALLEST: f32 = 150.0;
/// Between two rectangles.
const BETWEEN: f32 = 16.0;
/// Between a rectangle and its strip of biases.
const STRIP: f32 = 3.0;
/// The height of a row of the table.
const ROW: f32 = 30.0;
/// The width of a cell of the table.
const CELL: f32 = 76.0;

/// Everything that drawing needs; `y` is how far down the picture is drawn.
struct Picture<'a> {
    settings: &'a Settings,
    sizes: &'a Stage,
    view: View<'a>,
    theme: &'a Theme,
    wide: bool,
    scene: Scene,
    y: f32,
}

/// Draws the block.
pub fn draw(settings: &Settings, trace: &Trace, view: View<'_>) -> Scene {
    let Some(sizes) = trace.stage("sizes") else { return Scene::default() };
    let wide = view.width >= 640.0 * view.theme.text;
    let scene = Scene::new(view.width, 0.0);
    let mut picture = Picture { settings, sizes, view, theme: view.theme, wide, scene, y: 0.0 };
    picture.rectangles();
    picture.table();
    picture.comparison();
    picture.scene.height = picture.y;
    picture.scene
}

impl Picture<'_> {
    /// The layer at which the transport stands, or whose size is pointed at.
    fn shown(&self) -> usize {
        let pointed = self.view.pointing.at.map(|cell| cell.index.axis(0));
        pointed.unwrap_or(self.view.step.round() as usize).min(self.settings.layers.saturating_sub(1))
    }

    fn size(&self, size: f32) -> Font {
        Font::starting(size * self.theme.text)
    }

    /// The distance in units of the text.
    fn down(&mut self, by: f32) {
        self.y += by * self.theme.text;
    }

    fn text(&mut self, x: f32, font: Font, strong: bool, text: impl Into<String>) {
        let colour = if strong { self.theme.ink } else { self.theme.muted };
        self.scene.text(Point::new(x, self.y), font, colour, text);
    }

    /// Text that ends at the right edge.
    fn at_end(&mut self, size: f32, strong: bool, text: impl Into<String>) {
        let mut font = Font::ending(size * self.theme.text);
        font.bold = strong;
        self.text(self.view.width - 2.0, font, strong, text);
    }

    /// A rectangle for each layer, inputs wide and outputs high, all on one scale, with the biases as a strip.
    fn rectangles(&mut self) {
        self.down(9.0);
        self.text(0.0, self.size(10.5), false, "areas: weights, all on one scale; strips: biases");
        self.down(12.0);
        let text = self.theme.text;
        let rows: Vec<[f32; 2]> = self.settings.rows().map(|row| row.map(|size| size as f32)).collect();
        let room = self.view.width - (BETWEEN * text + STRIP + 4.0) * rows.len() as f32;
        let across: f32 = rows.iter().map(|[inputs, _]| inputs + 1.0).sum();
        let highest = rows.iter().map(|[_, outputs]| *outputs).fold(1.0, f32::max);
        let scale = (room / across).min(TALLEST * text / highest);
        let base = self.y + scale * highest;
        let mut x = 1.0;
        for (row, [inputs, outputs]) in rows.into_iter().enumerate() {
            let (width, height) = ((inputs * scale).max(1.5), (outputs * scale).max(1.5));
            let share = if row == self.shown() { 0.75 } else { 0.3 };
            let strip = Rect::new(x + width + STRIP, base - height, scale.max(2.0), height);
            for bounds in [Rect::new(x, base - height, width, height), strip] {
                let (fill, stroke) = (Some(self.theme.weight.fade(share)), Some(self.theme.weight));
                let stroke = stroke.map(|colour| Stroke::solid(colour, 0.8 * self.theme.line));
                self.scene.rect(bounds, fill, stroke, 0.0);
            }
            let font = Font { bold: row == self.shown(), ..Font::centred(10.5 * text) };
            let below = Point::new(x + (width + STRIP) / 2.0 + 1.0, base + 10.0 * text);
            self.scene.text(below, font, self.theme.ink, (row + 1).to_string());
            x = strip.right() + BETWEEN * text;
        }
        self.y = base;
        self.down(34.0);
    }

    /// Where the columns behind the sizes end.
    fn column(&self, column: usize) -> f32 {
        let left = (24.0 + 2.0 * (CELL + 6.0)) * self.theme.text;
        let shares = [0.27, 0.53, 0.79, 1.0];
        left + (self.view.width - left) * shares[column] - 2.0
    }

    fn numbers(&mut self, counted: ParameterCount, bold: bool) {
        let numbers = [grouped(counted.weights), grouped(counted.total()), grouped(counted.weights)];
        if self.wide {
            for (column, text) in numbers.into_iter().chain([memory(counted.bytes())]).enumerate() {
                let font = Font { bold, ..Font::ending(11.5 * self.theme.text) };
                self.text(self.column(column), font, true, text);
            }
            return;
        }
        let [_, parameters, multiplications] = numbers;
        self.at_end(11.5, true, memory(counted.bytes()));
        self.down(22.0);
        let indent = 24.0 * self.theme.text;
        self.text(indent, Font { bold, ..self.size(11.5) }, true, format!("{parameters} parameters"));
        self.down(16.0);
        self.text(indent, self.size(10.5), false, format!("{multiplications} multiplications"));
        self.down(4.0);
    }

    /// A row for each layer, and their sum.
    fn table(&mut self) {
        let text = self.theme.text;
        let headings = ["weights n · m", "parameters", "multiplications", "bytes"];
        for (side, heading) in ["inputs n", "outputs m"].into_iter().enumerate() {
            let x = (24.0 + (CELL + 6.0) * (side as f32 + 1.0) - 14.0) * text;
            self.text(x, Font::ending(10.5 * text), false, heading);
        }
        for (column, heading) in headings.into_iter().enumerate().take(if self.wide { headings.len() } else { 0 }) {
            self.text(self.column(column), Font::ending(10.5 * text), false, heading);
        }
        self.down(24.0);
        let mut sum = ParameterCount::default();
        for (row, [inputs, outputs]) in self.settings.rows().enumerate() {
            let counted = ParameterCount::dense(inputs, outputs);
            sum = sum + counted;
            let top = self.y - ROW * text / 2.0;
            let below = if self.wide { 0.0 } else { 42.0 * text };
            if row == self.shown() {
                let bounds = Rect::new(0.0, top, self.view.width, ROW * text + below);
                self.scene.fill(bounds, self.theme.soft, 4.0);
            }
            let font = Font { bold: row == self.shown(), ..self.size(11.5) };
            self.text(6.0 * text, font, true, (row + 1).to_string());
            for (side, size) in [inputs, outputs].into_iter().enumerate() {
                self.cell([row, side], size);
            }
            self.numbers(counted, false);
            self.down(ROW);
        }
        let (line, y) = (Stroke::solid(self.theme.hairline, self.theme.line), self.y - ROW * text / 2.0);
        self.scene.line(Point::new(0.0, y), Point::new(self.view.width, y), line);
        self.text(6.0 * text, self.size(11.5).bold(), true, "total");
        self.numbers(sum, true);
        self.down(ROW);
        self.arithmetic();
    }

    /// A size that can be dragged and typed.
    fn cell(&mut self, at: [usize; 2], size: u64) {
        let (text, cell) = (self.theme.text, Cell::new(self.sizes.name, at));
        let x = (24.0 + at[1] as f32 * (CELL + 6.0)) * text;
        let bounds = Rect::new(x, self.y - 12.0 * text, CELL * text, 24.0 * text);
        let outline = relation_stroke(self.view.pointing.relation(cell), self.sizes, self.theme);
        let stroke = Some(outline.unwrap_or(Stroke::solid(self.theme.muted.fade(0.5), self.theme.line)));
        let drag = Some(Drag::Turn((size as f32 / 100.0).max(1.0)));
        self.scene.show(cell, drag, Shape::Rect { bounds, fill: Some(self.theme.card), stroke, radius: 3.0 });
        self.text(bounds.right() - 8.0 * text, Font::ending(11.5 * text), true, grouped(size));
    }

    /// How the numbers of the layer at hand come about.
    fn arithmetic(&mut self) {
        let Some([inputs, outputs]) = self.settings.rows().nth(self.shown()) else { return };
        let total = ParameterCount::dense(inputs, outputs).total();
        let (n, m, layer) = (grouped(inputs), grouped(outputs), self.shown() + 1);
        self.text(0.0, self.size(11.5), true, format!("layer {layer}: {n} · {m} weights"));
        self.down(17.0);
        let text = format!("+ {m} biases = {} parameters", grouped(total));
        self.text(0.0, self.size(11.5), true, text);
        self.down(38.0);
    }

    /// What four kinds of layers learn that compute the same number of outputs from the same input, as bars.
    fn comparison(&mut self) {
        let Settings { channels: c, features: d, kernel: k, side, length, .. } = self.settings;
        let [n, m] = [c, d].map(|each| grouped(self.settings.positions() * *each as u64));
        let (positions, title) = match self.settings.data {
            Data::Picture => (format!("{side} · {side}"), "one picture, four kinds of layers"),
            Data::Sequence => (grouped(*length as u64), "one sequence, four kinds of layers"),
        };
        self.text(0.0, self.size(13.0).bold(), true, title);
        self.down(20.0);
        self.text(0.0, self.size(11.5), true, format!("n = {positions} · {c} = {n} inputs"));
        self.down(17.0);
        self.text(0.0, self.size(11.5), true, format!("m = {positions} · {d} = {m} outputs"));
        self.down(18.0);
        self.text(0.0, self.size(10.5), false, "bars: parameters, on a logarithmic scale");
        self.down(26.0);
        let (window, square) = match self.settings.data {
            Data::Picture => ("k · k · c · d + d", format!("{k} · {k} · {c} · {d} + {d}")),
            Data::Sequence => ("k · c · d + d", format!("{k} · {c} · {d} + {d}")),
        };
        let layers = [
            ("dense", "a weight for each input of each output", "n · m + m", format!("{n} · {m} + {m}")),
            ("convolution", "the same kernels at every position", window, square),
            ("recurrent", "the same weights at every step", "d · c + d · d + d", {
                format!("{d} · {c} + {d} · {d} + {d}")
            }),
            ("graph", "the same weights for every node", "c · d + d", format!("{c} · {d} + {d}")),
        ];
        let compared = self.settings.compared().map(ParameterCount::total);
        let powers = |count: u64| (count.max(1) as f64).log10() as f32;
        // The scale ends at a full power of a thousand.
        let end = (powers(compared.into_iter().max().unwrap_or(1)) / 3.0).ceil().max(1.0) * 3.0;
        let top = self.y - 8.0 * self.theme.text;
        let width = self.view.width - 2.0;
        let under = self.scene.marks.len();
        for ((name, words, letters, numbers), count) in layers.into_iter().zip(compared) {
            self.text(0.0, self.size(12.0).bold(), true, name);
            self.at_end(12.0, true, grouped(count));
            if !self.wide {
                self.down(16.0);
            }
            let x = if self.wide { 96.0 * self.theme.text } else { 0.0 };
            self.text(x, self.size(10.5), false, words);
            self.down(10.0);
            let bounds = Rect::new(0.0, self.y, (width * powers(count) / end).max(2.0), 12.0 * self.theme.text);
            self.scene.fill(bounds, self.theme.weight, 2.0);
            self.down(22.0);
            self.text(0.0, self.size(10.5), false, format!("{letters} = {numbers}"));
            self.down(28.0);
        }
        self.down(-14.0);
        self.axis(top, end, under);
    }

    /// A line at each power of a thousand, behind the bars, with its label below.
    fn axis(&mut self, top: f32, end: f32, under: usize) {
        const LABELS: [&str; 7] = ["1", "10³", "10⁶", "10⁹", "10¹²", "10¹⁵", "10¹⁸"];
        let mut behind = Scene::default();
        let (last, stroke) = ((end / 3.0) as usize, Stroke::solid(self.theme.hairline, self.theme.line));
        for (place, label) in LABELS.into_iter().enumerate().take(last + 1) {
            let x = 1.0 + (self.view.width - 3.0) * place as f32 / last as f32;
            // The words stand at the ends.
            if place > 0 && place < last {
                behind.line(Point::new(x, top), Point::new(x, self.y), stroke);
            }
            let font = match place {
                0 => Font::starting(10.5 * self.theme.text),
                _ if place == last => Font::ending(10.5 * self.theme.text),
                _ => Font::centred(10.5 * self.theme.text),
            };
            behind.text(Point::new(x, self.y + 9.0 * self.theme.text), font, self.theme.muted, label);
        }
        self.scene.marks.splice(under..under, behind.marks);
        self.down(20.0);
    }
}
