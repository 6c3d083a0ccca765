//! The table of a stack: size, jump, field and start of each row with their arithmetic, and the lecture's rules of thumb beside
//! them.

use super::LAYERS;
use super::scene::Picture;
use crate::blocks::stack::StackLayer;
use crate::explain::Cell;
use crate::layers::{FieldRow, Sliding, Window};
use crate::scene::{Drag, Font, Point, Rect, Scene, Shape, Stroke, Theme, relation_stroke};

/// What each column behind a layer's numbers holds, and where it begins on a wide picture, as a share of the room for them.
const COLUMNS: [(&str, f32); 5] =
    [("size n", 0.0), ("jump j", 0.30), ("field r", 0.41), ("start", 0.63), ("lecture", 0.80)];

/// Where lines begin.
const LEFT: f32 = 2.0;
/// Where a layer's numbers begin, and how far one is from the next.
const NUMBERS: (f32, f32) = (66.0, 42.0);
/// Where the columns behind them begin on a wide picture.
const BEHIND: f32 = NUMBERS.0 + 4.0 * NUMBERS.1 + 8.0;

/// The lecture's rules, and when they agree with the general one: always there, and elsewhere at most by chance.
const RULES: [(&str, &str); 3] = [
    ("one layer: r = k", "where d = 1"),
    ("each further: + ⌈(k − 1) / 2⌉, read per side", "where d · j = 1 and k is odd"),
    ("pooling: r · k", "where d · j = r"),
];

/// What the lecture's rule of thumb says of a layer.
struct Thumb {
    /// Which of the [`RULES`].
    rule: usize,
    arithmetic: String,
    field: i64,
}

/// What follows the table's left edge and its next line.
struct Pen<'a> {
    scene: &'a mut Scene,
    theme: &'a Theme,
    y: f32,
}

/// Draws the table from `top` on; where it ends.
pub fn draw(scene: &mut Scene, picture: &Picture<'_>, top: f32) -> f32 {
    let (settings, fields, theme, width) = (picture.settings, &picture.fields, picture.theme(), scene.width);
    let wide = width >= 880.0 * theme.text;
    let column_at = |share: f32| LEFT + BEHIND * theme.text + share * (width - BEHIND * theme.text);
    let mut pen = Pen { scene, theme, y: top + 12.0 * theme.text };
    pen.text(LEFT, "r ← r + (k − 1) · d · j", true);
    pen.text(176.0 * theme.text, "j ← j · s", true);
    pen.down(22.0);
    if wide {
        pen.muted(LEFT, "layer");
        for (title, share) in COLUMNS {
            pen.muted(column_at(share), title);
        }
        pen.rule(width);
        pen.down(3.0);
    }
    let mut verdicts = [None; RULES.len()];
    let columns = if wide { 1.0 } else { (width / (270.0 * theme.text)).max(1.0).floor() };
    let mut block = pen.y;
    let pairs = fields.rows().iter().zip(&fields.rows()[1..]).zip(&settings.layers.0);
    for (place, ((below, above), layer)) in pairs.enumerate() {
        let thumb = thumb(place, layer, below);
        let agrees = thumb.field == above.field;
        verdicts[thumb.rule] = Some(agrees && verdicts[thumb.rule] != Some(false));
        let verdict = if agrees { " ✓".to_owned() } else { format!(" ≠ {}", above.field) };
        let [size, jump, field, start] = arithmetic(layer.slides, below, above);
        let numbers = [size, jump, field, start, signed(thumb.arithmetic + &verdict)];
        let column = (place % columns as usize) as f32;
        let left = LEFT + column * width / columns;
        block = if column == 0.0 { pen.y } else { block };
        pen.y = block;
        let colour = if settings.space() == 2 { theme.filter(place) } else { theme.ink };
        let font = Font::starting(11.5 * theme.text).bold();
        let name = format!("{} {}", place + 1, if layer.pools { "pool" } else { "conv" });
        pen.scene.text(Point::new(left, pen.y), font, colour, name);
        for which in 0..4 {
            pen.number(picture, left, [place, which]);
        }
        pen.down(if wide { 0.0 } else { 5.0 });
        for ((title, share), text) in COLUMNS.iter().zip(&numbers) {
            if wide {
                pen.text(column_at(*share), text, *title == "field r");
            } else {
                pen.down(17.0);
                pen.muted(left + 8.0, title);
                pen.text(left + 63.0 * theme.text, text, *title == "field r");
            }
        }
        pen.down(if wide { 26.0 } else { 28.0 });
    }
    pen.down(8.0);
    pen.text(LEFT, "the lecture's rules of thumb", true);
    pen.rule(width);
    for ((rule, when), verdict) in RULES.iter().zip(verdicts) {
        let here = match verdict {
            Some(true) => "agrees here",
            Some(false) => "differs here",
            None => "no such layer here",
        };
        pen.text(LEFT, rule, false);
        if !wide {
            pen.down(16.0);
        }
        pen.muted(if wide { 0.33 * width } else { 8.0 }, when);
        if !wide {
            pen.down(16.0);
        }
        pen.text(if wide { 0.62 * width } else { 8.0 }, here, verdict == Some(true));
        pen.down(if wide { 18.0 } else { 22.0 });
    }
    pen.y
}

impl Pen<'_> {
    fn down(&mut self, by: f32) {
        self.y += by * self.theme.text;
    }

    fn text(&mut self, x: f32, text: &str, bold: bool) {
        let font = Font { bold, ..Font::starting(11.0 * self.theme.text) };
        self.scene.text(Point::new(x, self.y), font, self.theme.ink, text);
    }

    fn muted(&mut self, x: f32, text: &str) {
        self.scene.text(Point::new(x, self.y), Font::starting(10.5 * self.theme.text), self.theme.muted, text);
    }

    /// One of a layer's four numbers, which can be dragged and typed.
    fn number(&mut self, picture: &Picture<'_>, left: f32, at: [usize; 2]) {
        let (theme, text, cell) = (self.theme, self.theme.text, Cell::new(LAYERS, at));
        let Some((stage, value)) =
            picture.of.trace.stage(LAYERS).and_then(|stage| Some((stage, stage.value(&cell.index)?)))
        else {
            return;
        };
        let x = left + (NUMBERS.0 + at[1] as f32 * NUMBERS.1) * text;
        let bounds = Rect::new(x, self.y - 12.0 * text, 38.0 * text, 24.0 * text);
        let outline = relation_stroke(picture.view.pointing.relation(cell), stage, theme);
        let stroke = Some(outline.unwrap_or(Stroke::solid(theme.muted.fade(0.5), theme.line)));
        let shape = Shape::Rect { bounds, fill: Some(theme.card), stroke, radius: 3.0 };
        self.scene.show(cell, Some(Drag::Turn(0.05)), shape);
        self.muted(x + 5.0 * text, ["k", "s", "d", "p"][at[1]]);
        let end = Point::new(bounds.right() - 5.0 * text, self.y);
        self.scene.text(end, Font::ending(11.5 * text), theme.ink, value.to_string());
    }

    /// A line across, and on to the next row.
    fn rule(&mut self, width: f32) {
        let y = self.y + 10.0 * self.theme.text;
        let stroke = Stroke::solid(self.theme.hairline, self.theme.line);
        self.scene.line(Point::new(0.0, y), Point::new(width, y), stroke);
        self.down(21.0);
    }
}

/// Size, jump, field and start of a row, from those of the row below.
fn arithmetic(slides: Sliding, below: &FieldRow, above: &FieldRow) -> [String; 4] {
    let Sliding { window: Window { kernel, stride, dilation }, padding } = slides;
    let added = if padding > 0 { format!(" + 2·{padding}") } else { String::new() };
    let reach = if dilation > 1 { format!("{}·{dilation}", kernel - 1) } else { (kernel - 1).to_string() };
    let room = format!("{}{added} − {reach}", below.size);
    let size = if stride > 1 { format!("⌊({room} − 1) / {stride}⌋ + 1") } else { room };
    let (r, j, start) = (below.field, below.jump, below.first);
    [
        format!("{size} = {}", above.size),
        format!("{j}·{stride} = {}", above.jump),
        format!("{r} + ({kernel} − 1)·{dilation}·{j} = {}", above.field),
        signed(format!("{start} − {padding}·{j} = {}", above.first)),
    ]
}

/// With the sign for minus instead of a hyphen.
fn signed(text: String) -> String {
    text.replace('-', "−")
}

fn thumb(place: usize, layer: &StackLayer, below: &FieldRow) -> Thumb {
    let (kernel, r) = (layer.slides.window.kernel as i64, below.field);
    let (rule, field, arithmetic) = match (layer.pools, place) {
        (true, _) => (2, r * kernel, format!("{r}·{kernel}")),
        (false, 0) => (0, kernel, "k".to_owned()),
        _ => (1, r + 2 * (kernel / 2), format!("{r} + 2·{}", kernel / 2)),
    };
    Thumb { rule, arithmetic: format!("{arithmetic} = {field}"), field }
}
