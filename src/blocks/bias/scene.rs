//! The picture of `bias`: one row for each layer, its output before and after, and what changed.

use super::plan::{CONV, DENSE, GLOBAL, GRAPH, Model, POOL};
use super::settings::{NODES, Settings, Tab, What, permutation};
use crate::blocks::View;
use crate::blocks::convolution::Pass;
use crate::explain::{Cell, Role, Stage, Trace};
use crate::layers::numbers;
use crate::scene::{Drag, Font, Grid, Point, Rect, Scale, Scene, Slide, Stroke, Theme, arrange, legend};

/// The distance between two columns.
const GAP: f32 = 10.0;
/// The widest column.
const WIDEST: f32 = 168.0;
/// Room for the outline of what stands at the left edge.
const MARGIN: f32 = 2.0;

struct Picture<'a> {
    settings: &'a Settings,
    trace: &'a Trace,
    view: View<'a>,
    /// Where the columns begin, and how wide they are.
    columns: Vec<(f32, f32)>,
    values: Scale,
    gradients: Scale,
}

/// A grid in a row: its column, its stage, which of its arrays, and what stands above it.
struct Panel<'a> {
    column: usize,
    stage: &'a str,
    lead: Vec<usize>,
    label: String,
}

fn panel<'a>(column: usize, stage: &'a str, label: &str) -> Panel<'a> {
    Panel { column, stage, lead: Vec::new(), label: label.to_owned() }
}

/// Draws the block.
pub fn draw(settings: &Settings, trace: &Trace, view: View<'_>) -> Scene {
    let shares: &[f32] = match (settings.tab, settings.what, settings.pass) {
        (Tab::Shift, _, Pass::Backward) => &[1.0, 1.0, 0.6, 1.0],
        (Tab::Permute, What::Channels, _) => &[1.0, 1.0, 1.0, 0.45, 1.0],
        (Tab::Permute, What::Nodes, _) => &[1.0, 1.0, 0.5, 0.5],
        _ => &[0.8, 1.0, 1.0, 1.0, 0.5],
    };
    let unit = (view.width - 2.0 * MARGIN - GAP * (shares.len() - 1) as f32) / shares.iter().sum::<f32>();
    let unit = unit.min(WIDEST * view.theme.text);
    let mut left = MARGIN;
    let columns = shares.iter().map(|share| {
        let column = (left, share * unit);
        left += share * unit + GAP;
        column
    });
    let of = |wanted: fn(Role) -> bool| view.memory.scale(trace.stages.iter().filter(|stage| wanted(stage.role)));
    let picture = Picture {
        settings,
        trace,
        view,
        columns: columns.collect(),
        values: of(|role| !matches!(role, Role::Weight | Role::Gradient)),
        gradients: of(|role| role == Role::Gradient),
    };
    let mut scene = Scene::new(view.width, 0.0);
    let bottom = match (settings.tab, settings.what, settings.pass) {
        (Tab::Shift, _, Pass::Backward) => picture.backward(&mut scene),
        (Tab::Permute, What::Channels, _) => picture.channels(&mut scene),
        (Tab::Permute, What::Nodes, _) => picture.nodes(&mut scene),
        _ => picture.compared(&mut scene),
    };
    scene.height = bottom + 30.0 * view.theme.text;
    let scale = if settings.pass == Pass::Backward { picture.gradients } else { picture.values };
    let right = left.min(view.width - 4.0).max(240.0 * view.theme.text);
    let label = if settings.pass == Pass::Backward { "gradients" } else { "values" };
    legend(&mut scene, Point::new(right, bottom + 18.0 * view.theme.text), scale, view.theme, label);
    scene
}

impl<'a> Picture<'a> {
    fn theme(&self) -> &'a Theme {
        self.view.theme
    }

    fn is_wide(&self) -> bool {
        self.view.width >= 620.0
    }

    /// A heading across the picture; where what stands below it begins.
    fn heading(&self, scene: &mut Scene, top: f32, text: String, stage: Option<&Stage>) -> f32 {
        let (theme, y) = (self.theme(), top + 8.0 * self.theme().text);
        scene.text(Point::new(MARGIN, y), Font::starting(12.0 * theme.text).bold(), theme.ink, text);
        if let Some(change) = stage {
            let changed = change.array().map(|array| numbers(array).iter().filter(|number| **number != 0.0).count());
            let text = match (changed.unwrap_or_default(), change.len()) {
                (0, _) => "nothing changes".to_owned(),
                (changed, all) => format!("{changed} of {all} change"),
            };
            if !self.is_wide() {
                let below = Point::new(MARGIN, y + 17.0 * theme.text);
                scene.text(below, Font::starting(11.5 * theme.text), theme.muted, text);
                return top + 37.0 * theme.text;
            }
            let right = self.columns.last().map_or(self.view.width, |(left, width)| left + width);
            scene.text(Point::new(right, y), Font::ending(11.5 * theme.text), theme.muted, text);
        }
        top + 20.0 * theme.text
    }

    /// Grids beside each other, none taller than `tallest`; where they end.
    fn row(&self, scene: &mut Scene, top: f32, tallest: f32, panels: &[Panel<'_>]) -> f32 {
        let label = 16.0 * self.theme().text;
        panels.iter().fold(top, |bottom, panel| {
            let Some((stage, &(left, width))) = self.trace.stage(panel.stage).zip(self.columns.get(panel.column))
            else {
                return bottom;
            };
            let (rows, columns) = Grid::size(stage);
            let most = if rows * columns == 1 { 46.0 * self.theme().text } else { f32::INFINITY };
            let pitch = (width / columns as f32).min(tallest / rows as f32).min(most);
            let bounds = Rect::new(left, top + label, pitch * columns as f32, pitch * rows as f32);
            let scale = match stage.role {
                Role::Weight => self.view.memory.scale([stage]),
                Role::Gradient => self.gradients,
                _ => self.values,
            };
            let drag = self.drag(stage, scale, pitch);
            self.view.grid(scene, stage, &panel.lead, bounds, scale, drag);
            let font = Font::starting(11.0 * self.theme().text);
            let above = Point::new(left, top + label / 2.0);
            scene.text(above, font, self.theme().role(stage.role), panel.label.as_str());
            bottom.max(bounds.bottom())
        })
    }

    fn drag(&self, stage: &Stage, scale: Scale, pitch: f32) -> Option<Drag> {
        match stage.name {
            "input" if self.settings.pen && self.settings.pass == Pass::Forward => {
                Some(Drag::Paint(self.settings.ink as f32))
            }
            "input" | "kernel" | "adjacency" | "features" | "output-gradient" => {
                Some(Drag::Turn((scale.limit / 80.0).max(0.01)))
            }
            "moved" if self.settings.tab == Tab::Shift => {
                Some(Drag::Slide(Slide { keys: ["dx", "dy"], per_pixel: [1.0 / pitch; 2], around: [true; 2] }))
            }
            _ => None,
        }
    }

    /// The output whose weights are shown: the one that is pointed at, or else the one at which the transport stands.
    fn shown_output(&self) -> Vec<usize> {
        let is_output =
            |cell: &Cell| cell.index.len() >= 2 && (cell.stage.starts_with("dense") || cell.stage.starts_with("conv"));
        let pointed = self.view.pointing.at.filter(is_output);
        let step = self.view.step.round().max(0.0) as usize;
        pointed.map_or_else(
            || vec![step / self.settings.size % self.settings.size, step % self.settings.size],
            |cell| cell.index.to_vec()[..2].to_vec(),
        )
    }

    /// What a layer gives before and after, what changed, and how much.
    fn outcome<'m>(&self, model: &'m Model, labels: [&str; 2]) -> Vec<Panel<'m>> {
        let (change, mean) = if self.is_wide() { (labels[1], "mean |δ|") } else { ("change", "δ\u{304}") };
        let labels = ["f(x)", labels[0], change, mean];
        model.stages.iter().zip(labels).enumerate().map(|(at, (stage, label))| panel(at + 1, stage, label)).collect()
    }

    /// A row for each layer.
    fn compared(&self, scene: &mut Scene) -> f32 {
        let (settings, text, side) = (self.settings, self.theme().text, self.columns[1].1);
        let Settings { size, kernel, window, .. } = settings;
        let (pixels, shift) = (size * size, settings.tab == Tab::Shift);
        let (moved, along, stays, alike) = if shift {
            ("f(T x)", "f(T x) − T f(x)", "f(T x) − f(x)", "f(T x)")
        } else {
            ("f(P x)", "f(P x) − P f(x)", "f(P x) − f(x)", "f′(P x)")
        };
        let title = if shift { "the picture, and shifted" } else { "the picture, and its pixels permuted" };
        let mut y = self.heading(scene, 0.0, title.to_owned(), None);
        let moved_input = if shift { "T x" } else { "P x" };
        y = self.row(scene, y, side, &[panel(1, "input", "input x"), panel(2, "moved", moved_input)]);
        let dense = match shift {
            true => (format!("dense layer: {} weights", pixels * pixels), [alike, along]),
            false => ("dense layer, weights permuted alike".to_owned(), [alike, "f′(P x) − f(x)"]),
        };
        let conv = (format!("convolution {kernel} × {kernel}: {} weights", kernel * kernel), [moved, along]);
        let mut rows = vec![(&DENSE, dense), (&CONV, conv)];
        if shift {
            rows.push((&POOL, (format!("then max pooling {window} × {window}"), [moved, stays])));
            rows.push((&GLOBAL, ("or the largest of all".to_owned(), [moved, stays])));
        }
        for (model, (title, labels)) in rows {
            y = self.heading(scene, y + 14.0 * text, title, self.trace.stage(model.stages[2]));
            let mut panels = self.outcome(model, labels);
            match model.stages[0] {
                "dense" => {
                    let output = self.shown_output();
                    let label = format!("W[{}, {}]", output[0], output[1]);
                    panels.push(Panel { column: 0, stage: "dense-weight", lead: output, label });
                }
                "conv" => panels.push(panel(0, "kernel", "w")),
                _ => {}
            }
            y = self.row(scene, y, side, &panels);
        }
        y
    }

    /// Every number above its gradient.
    fn backward(&self, scene: &mut Scene) -> f32 {
        let side = self.columns[0].1;
        let forward = [
            panel(0, "input", "input x"),
            panel(1, "moved", "T x"),
            panel(2, "kernel", "w"),
            panel(3, "conv-moved", "f(T x)"),
        ];
        let gradients = [
            panel(0, "input-gradient", "∂E/∂x"),
            panel(1, "moved-gradient", "∂E/∂T x"),
            panel(2, "kernel-gradient", "∂E/∂w"),
            panel(3, "output-gradient", "∂E/∂y"),
        ];
        let y = self.heading(scene, 0.0, "forward: shift, then convolution".to_owned(), None);
        let y = self.row(scene, y, side, &forward) + 14.0 * self.theme().text;
        let y = self.heading(scene, y, "backward: the gradient goes back".to_owned(), None);
        self.row(scene, y, side, &gradients)
    }

    /// Three channels and the convolution that sums over them, as they are and permuted.
    fn channels(&self, scene: &mut Scene) -> f32 {
        let (text, side) = (self.theme().text, self.columns[0].1);
        let order = permutation(self.settings.shuffle, 3);
        let version = |scene: &mut Scene, top: f32, names: [&str; 3], prime: &str, from: [usize; 3]| {
            let stacked = side / 3.0 - 12.0 * text;
            let [input, kernel, output] = names;
            let mut panels: Vec<_> = (0..3)
                .map(|c| Panel { column: c, stage: input, lead: vec![c], label: format!("x[{}]", from[c]) })
                .collect();
            panels.push(panel(4, output, if prime.is_empty() { "f(x)" } else { "f′(P x)" }));
            let bottom = self.row(scene, top, side, &panels);
            for (c, from) in from.into_iter().enumerate() {
                let panel = Panel { column: 3, stage: kernel, lead: vec![c], label: format!("w[{from}]") };
                self.row(scene, top + c as f32 * (stacked + 18.0 * text), stacked, &[panel]);
            }
            bottom
        };
        let y = self.heading(scene, 0.0, "as it is".to_owned(), None);
        let y = version(scene, y, ["input", "kernel", "conv"], "", [0, 1, 2]) + 14.0 * text;
        let y = self.heading(scene, y, "channels permuted, the kernel's alike".to_owned(), None);
        let from = [0, 1, 2].map(|c: usize| order.get(c).copied().unwrap_or(c));
        let y = version(scene, y, ["moved", "kernel-moved", "conv-moved"], "′", from) + 14.0 * text;
        let [.., change, error] = CONV.stages;
        let y = self.heading(scene, y, "what changes".to_owned(), self.trace.stage(change));
        self.row(scene, y, side, &[panel(0, change, "f′(P x) − f(x)"), panel(1, error, "mean |δ|")])
    }

    /// A graph and the sum over neighbours, with its names and with others.
    fn nodes(&self, scene: &mut Scene) -> f32 {
        let (text, side) = (self.theme().text, self.columns[1].1);
        let y = self.heading(scene, 0.0, "as it is".to_owned(), None);
        let own: Vec<usize> = (0..NODES).collect();
        self.graph(scene, y, &own);
        let row = [panel(1, "adjacency", "A"), panel(2, "features", "X"), panel(3, "sum", "A X")];
        let y = self.row(scene, y, side, &row) + 14.0 * text;
        let y = self.heading(scene, y, "nodes renamed".to_owned(), None);
        self.graph(scene, y, &permutation(self.settings.shuffle, NODES));
        // A′ and X′, the permuted ones, where there is little room.
        let (product, changes) = if self.is_wide() {
            ("P A Pᵀ P X", "P A Pᵀ P X − P A X")
        } else {
            ("A′ X′", "A′ X′ − P A X")
        };
        let row =
            [panel(1, "adjacency-moved", "P A Pᵀ"), panel(2, "features-moved", "P X"), panel(3, "sum-moved", product)];
        let y = self.row(scene, y, side, &row) + 14.0 * text;
        let [.., change, error] = GRAPH.stages;
        let y = self.heading(scene, y, "what changes".to_owned(), self.trace.stage(change));
        self.row(scene, y, side, &[panel(1, change, changes), panel(2, error, "mean |δ|")])
    }

    /// The nodes on a circle; `names[p]` is the place of the node that is called p.
    fn graph(&self, scene: &mut Scene, top: f32, names: &[usize]) {
        let (theme, (left, width)) = (self.theme(), self.columns[0]);
        let height = self.columns[1].1 + 16.0 * theme.text;
        let (centre, dot) = (Point::new(left + width / 2.0, top + height / 2.0), 11.0 * theme.text);
        let reach = (width.min(height) / 2.0 - dot - 2.0).max(dot);
        let circle = arrange::circle(NODES);
        let place = |node: usize| {
            let [x, y] = circle[node].map(|share| (2.0 * share - 1.0) * reach);
            Point::new(centre.x + x, centre.y + y)
        };
        let edges = self.settings.edges();
        for u in 0..NODES {
            for v in (0..u).filter(|&v| edges[u * NODES + v] != 0.0 || edges[v * NODES + u] != 0.0) {
                scene.line(place(u), place(v), Stroke::solid(theme.muted, 1.5 * theme.line));
            }
        }
        for (name, &node) in names.iter().enumerate() {
            scene.circle(place(node), dot, theme.card, Stroke::solid(theme.input, 1.5 * theme.line));
            self.view.centred(scene, place(node), 11.5, theme.ink, name.to_string());
        }
    }
}
