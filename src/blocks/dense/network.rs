//! The picture of a small dense layer: inputs, an edge for each weight, outputs, and the weights as a matrix.

use super::settings::Settings;
use crate::blocks::View;
use crate::blocks::convolution::Pass;
use crate::explain::{Cell, Stage, Trace};
use crate::scene::{
    Drag, Font, Mark, Point, Rect, Relation, Scale, Scene, Shape, Shows, Stroke, Theme, draw_cell, legend,
    relation_stroke,
};

/// The height of a cell.
const CELL: f32 = 28.0;
/// Room for a label above cells.
const LABEL: f32 = 24.0;
/// Between two columns of cells.
const GAP: f32 = 8.0;
/// Room for an outline at the edge of the picture.
const EDGE: f32 = 2.0;

/// Everything that drawing needs.
struct Picture<'a> {
    settings: &'a Settings,
    trace: &'a Trace,
    view: View<'a>,
    theme: &'a Theme,
    values: Scale,
    weights: Scale,
    gradients: Scale,
    /// From one row to the next.
    row: f32,
    /// The width of a cell.
    wide: f32,
}

/// Draws the block.
pub fn draw(settings: &Settings, trace: &Trace, view: View<'_>) -> Scene {
    let (text, rows) = (view.theme.text, settings.inputs.max(settings.outputs) as f32);
    let roomy = view.width >= 900.0 * text;
    let picture = Picture {
        row: if roomy { (220.0 / rows).clamp(34.0, 44.0) } else { 34.0 } * text,
        wide: if roomy { 56.0 } else { 46.0 } * text,
        settings,
        trace,
        view,
        theme: view.theme,
        values: view.scale(trace, &["input", "pre", "output"]),
        weights: view.scale(trace, &["weight", "bias"]),
        gradients: view.memory.scale(trace.stages.iter().filter(|stage| stage.derivative)),
    };
    picture.draw()
}

impl Picture<'_> {
    fn draw(&self) -> Scene {
        let (text, width) = (self.theme.text, self.view.width);
        let beside = width >= 620.0 * text;
        let half = if beside { width * 0.5 } else { width };
        let rows = self.settings.inputs.max(self.settings.outputs) as f32;
        let network = LABEL * text + rows * self.row;
        let backward = self.settings.pass == Pass::Backward;
        let first = LABEL * text + (rows - self.settings.outputs as f32) * self.row / 2.0;
        let mut top = match (beside, backward) {
            (true, false) => first,
            (true, true) => LABEL * text,
            (false, _) => network + (LABEL + 12.0) * text,
        };
        let left = if beside { half + 36.0 * text } else { EDGE };
        let below = self.settings.outputs as f32 * self.row + (LABEL + 10.0) * text;
        let matrices = [["weight", "bias"], ["weight-gradient", "bias-gradient"]];
        let bottom = (top + if backward { 2.0 } else { 1.0 } * below - LABEL * text).max(network);
        let mut scene = Scene::new(width, bottom + 52.0 * text);
        self.network(&mut scene, half);
        for names in &matrices[..if backward { 2 } else { 1 }] {
            self.matrix(&mut scene, *names, Point::new(left, top), width - left);
            top += below;
        }
        let caption = Point::new(0.0, bottom + 18.0 * text);
        self.view.caption(&mut scene, caption, "edges are weights, dashed where negative");
        let end = Point::new(width - 4.0, bottom + if beside { 18.0 } else { 38.0 } * text);
        legend(&mut scene, end, self.weights, self.theme, "weights");
        scene
    }

    fn scale(&self, stage: &Stage) -> Scale {
        match stage.name {
            _ if stage.derivative => self.gradients,
            "weight" | "bias" => self.weights,
            _ => self.values,
        }
    }

    fn drag(&self, stage: &Stage) -> Option<Drag> {
        let changes = matches!(stage.name, "input" | "weight" | "bias" | "output-gradient");
        changes.then(|| Drag::Turn(self.scale(stage).limit / 80.0))
    }

    /// Inputs at the left, outputs at the right, and between them an edge for each weight.
    fn network(&self, scene: &mut Scene, width: f32) {
        let text = self.theme.text;
        let stages = |names: &[&str]| names.iter().filter_map(|name| self.trace.stage(name)).collect::<Vec<_>>();
        let (left, mut right) = if self.settings.pass == Pass::Backward {
            (stages(&["input", "input-gradient"]), stages(&["pre", "pre-gradient", "output-gradient"]))
        } else {
            (stages(&["input"]), stages(&["pre", "output"]))
        };
        if width < 400.0 * text && right.len() == 3 {
            right.remove(0);
        }
        let (pitch, activated) = (self.wide + GAP * text, self.trace.stage("pre").is_some());
        // Between the sums and what becomes of them there is room for σ.
        let sigma = if activated { 18.0 * text } else { 0.0 };
        let last = right.len().saturating_sub(1);
        let x = |column: usize| {
            width - EDGE - (last - column) as f32 * pitch - self.wide - if column < last { sigma } else { 0.0 }
        };
        let ends = (EDGE + left.len() as f32 * pitch - GAP * text + 3.0, x(0) - 3.0);
        self.edges(scene, ends);
        for (column, stage) in left.iter().enumerate() {
            self.column(scene, stage, EDGE + column as f32 * pitch, (self.settings.inputs, false));
        }
        for (column, stage) in right.iter().enumerate() {
            self.column(scene, stage, x(column), (self.settings.outputs, column == last));
        }
        if activated {
            let (from, to) = (x(last) - sigma - GAP * text + 2.0, x(last) - 3.0);
            for row in 0..self.settings.outputs {
                let y = self.y(row, self.settings.outputs);
                self.view.arrow(scene, Point::new(from, y), Point::new(to, y));
            }
            let above = Point::new(from + 5.0 * text, self.y(0, self.settings.outputs) - 24.0 * text);
            self.view.centred(scene, above, 11.5, self.theme.muted, "σ");
        }
    }

    /// The middle of a row; the shorter side of the network is centred.
    fn y(&self, row: usize, of: usize) -> f32 {
        let rows = self.settings.inputs.max(self.settings.outputs);
        LABEL * self.theme.text + ((rows - of) as f32 / 2.0 + row as f32 + 0.5) * self.row
    }

    fn edges(&self, scene: &mut Scene, (from, to): (f32, f32)) {
        let Some(weight) = self.trace.stage("weight") else { return };
        // What is lit lies above the rest.
        for place in 0..2 * weight.len() {
            let (lit, Some(cell)) = (place >= weight.len(), weight.nth(place % weight.len())) else { continue };
            if lit != self.is_lit(cell) {
                continue;
            }
            let value = weight.value(&cell.index).unwrap_or_default();
            let share = self.weights.share(value);
            let colour = if value == 0.0 { self.theme.hairline } else { self.theme.value(value, self.weights) };
            let width = (1.0 + 4.0 * share.abs()) * self.theme.line;
            let stroke = match self.view.pointing.relation(cell) {
                Relation::At | Relation::Term => Stroke::solid(self.theme.ink, width + 1.5 * self.theme.line),
                _ => Stroke::solid(colour.fade(if lit { 1.0 } else { 0.22 }), width),
            };
            let [o, i] = [0, 1].map(|axis| cell.index.axis(axis));
            let points = vec![
                Point::new(from, self.y(i, self.settings.inputs)),
                Point::new(to, self.y(o, self.settings.outputs)),
            ];
            let shape =
                Shape::Line { points, stroke: Stroke { dashed: value < 0.0, ..stroke }, curved: false, arrow: false };
            scene.marks.push(Mark { shape, shows: Shows::Cell(cell), drag: self.drag(weight) });
        }
    }

    /// Whether an edge takes part in what is pointed at.
    fn is_lit(&self, weight: Cell) -> bool {
        let Some(at) = self.view.pointing.at else { return true };
        let [o, i] = [0, 1].map(|axis| weight.index.axis(axis));
        let place = at.index.axis(0);
        match at.stage {
            "input" | "input-gradient" => place == i,
            "weight" | "weight-gradient" => (place, at.index.axis(1)) == (o, i),
            _ => place == o,
        }
    }

    /// A stage of one axis, from top to bottom, with its label.
    fn column(&self, scene: &mut Scene, stage: &Stage, x: f32, (of, at_end): (usize, bool)) {
        let text = self.theme.text;
        self.cells(scene, stage, &|row| Rect::new(x, self.y(row, of) - CELL * text / 2.0, self.wide, CELL * text));
        let y = self.y(0, of) - 24.0 * text;
        let (x, font) =
            if at_end { (x + self.wide, Font::ending(11.0 * text)) } else { (x, Font::starting(11.0 * text)) };
        scene.text(Point::new(x, y), font.bold(), self.theme.role(stage.role), label(stage, self.settings.pass));
    }

    /// The numbers of a stage of one axis, and around them the outlines of those that are lit.
    fn cells(&self, scene: &mut Scene, stage: &Stage, place: &dyn Fn(usize) -> Rect) {
        let look = (self.scale(stage), self.drag(stage));
        for (row, cell) in stage.cells().enumerate() {
            draw_cell(scene, stage, cell, place(row), look, self.theme);
        }
        for (row, cell) in stage.cells().enumerate() {
            if let Some(stroke) = relation_stroke(self.view.pointing.relation(cell), stage, self.theme) {
                scene.frame(place(row), Some(stroke), 2.0);
            }
        }
    }

    /// A stage of weights as rows and columns, a row for each output, with what is added to each output at its side.
    fn matrix(&self, scene: &mut Scene, names: [&str; 2], corner: Point, room: f32) {
        let [Some(weight), Some(bias)] = names.map(|name| self.trace.stage(name)) else { return };
        let (text, columns) = (self.theme.text, self.settings.inputs as f32);
        let gap = 14.0 * text;
        // Room for the label of the biases, however narrow their cells are.
        let wide = ((room - gap - EDGE) / (columns + 1.0)).min(self.wide).min((room - gap - 48.0 * text) / columns);
        let height = self.settings.outputs as f32 * self.row;
        let bounds = Rect::new(corner.x, corner.y, wide * columns, height);
        self.view.grid(scene, weight, &[], bounds, self.scale(weight), self.drag(weight));
        self.cells(scene, bias, &|row| {
            let y = corner.y + row as f32 * self.row;
            Rect::new(bounds.right() + gap, y, wide, self.row).grow(-0.5)
        });
        let font = Font::starting(11.0 * text).bold();
        for (stage, x) in [(weight, bounds.x), (bias, bounds.right() + gap)] {
            let at = Point::new(x, corner.y - 9.0 * text);
            scene.text(at, font, self.theme.role(stage.role), label(stage, self.settings.pass));
        }
    }
}

fn label(stage: &Stage, pass: Pass) -> &'static str {
    match stage.name {
        // Beside its gradient there is no room for words.
        "input" if pass == Pass::Backward => "x",
        "input" => "input x",
        "weight" => "w",
        "bias" => "bias b",
        "pre" => "sum z",
        "output" => "output y",
        "output-gradient" => "∂E/∂y",
        "pre-gradient" => "∂E/∂z",
        "weight-gradient" => "∂E/∂w",
        "bias-gradient" => "∂E/∂b",
        _ => "∂E/∂x",
    }
}
