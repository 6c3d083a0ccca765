//! The table of a stack: size, jump, field and start of each row with their arithmetic, and the lecture's rules of thumb beside
//! them.

use super::settings::Settings;
use crate::blocks::stack::StackLayer;
use crate::layers::{FieldRow, ReceptiveField, Sliding, Window};
use crate::scene::{Font, Point, Scene, Stroke, Theme};

/// What each column holds, and where it begins on a wide picture, as a share of the width.
const COLUMNS: [(&str, f32); 6] =
    [("layer", 0.0), ("size n", 0.165), ("jump j", 0.415), ("field r", 0.515), ("start", 0.695), ("lecture", 0.825)];

/// Where lines begin.
const LEFT: f32 = 2.0;

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
pub fn draw(scene: &mut Scene, settings: &Settings, fields: &ReceptiveField, top: f32, theme: &Theme) -> f32 {
    let width = scene.width;
    let wide = width >= 800.0 * theme.text;
    let mut pen = Pen { scene, theme, y: top + 12.0 * theme.text };
    pen.text(LEFT, "r ← r + (k − 1) · d · j", true);
    pen.text(176.0 * theme.text, "j ← j · s", true);
    pen.down(22.0);
    if wide {
        for (title, share) in COLUMNS {
            pen.muted(LEFT + share * width, title);
        }
        pen.rule(width);
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
        let column = place as f32 % columns;
        let left = LEFT + column * width / columns;
        block = if column == 0.0 { pen.y } else { block };
        pen.y = block;
        let colour = if settings.space() == 2 { theme.filter(place) } else { theme.ink };
        let font = Font::starting(11.5 * theme.text).bold();
        let name = format!("{} {}", place + 1, if layer.pools { "pool" } else { "conv" });
        pen.scene.text(Point::new(left, pen.y), font, colour, name);
        pen.muted(left + 60.0 * theme.text, &parameters(layer.slides));
        for ((title, share), text) in COLUMNS[1..].iter().zip(&numbers) {
            if wide {
                pen.text(LEFT + share * width, text, *title == "field r");
            } else {
                pen.down(16.0);
                pen.muted(left + 8.0, title);
                pen.text(left + 63.0 * theme.text, text, *title == "field r");
            }
        }
        pen.down(if wide { 19.0 } else { 23.0 });
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

    /// A line across, and on to the next row.
    fn rule(&mut self, width: f32) {
        let y = self.y + 10.0 * self.theme.text;
        let stroke = Stroke::solid(self.theme.hairline, self.theme.line);
        self.scene.line(Point::new(0.0, y), Point::new(width, y), stroke);
        self.down(21.0);
    }
}

/// k 3, s 2, d 1, p 0; what is usual is left out.
fn parameters(slides: Sliding) -> String {
    let Sliding { window: Window { kernel, stride, dilation }, padding } = slides;
    let mut text = format!("k {kernel}");
    for (letter, number, usual) in [("s", stride, 1), ("d", dilation, 1), ("p", padding, 0)] {
        if number != usual {
            text += &format!(" {letter} {number}");
        }
    }
    text
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
