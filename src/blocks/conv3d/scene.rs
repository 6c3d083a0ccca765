//! The picture of `conv3d`.

use ndarray::IxDyn;

use super::plan::{Block, Plan, fit};
use super::settings::Settings;
use super::voxels::{Camera, FAINTEST, Voxels};
use crate::blocks::View;
use crate::blocks::convolution::Pass;
use crate::explain::{Cell, Role, Stage, Trace, cell_number};
use crate::layers::Tensor;
use crate::scene::{
    Drag, Font, Grid, Mark, Point, Rect, Relation, Scale, Scene, Shape, Shows, Stroke, Theme, draw_cell, legend,
};

/// Everything that drawing needs.
pub struct Picture<'a> {
    pub settings: &'a Settings,
    pub trace: &'a Trace,
    pub view: View<'a>,
    pub plan: Plan,
    /// Where the window stands among the outputs, between two places while it glides.
    pub place: [f32; 3],
    /// Inputs; weights; outputs; gradients, and the 2D convolution's outputs.
    pub scales: [Scale; 4],
}

/// Draws the block.
pub fn draw(settings: &Settings, trace: &Trace, view: View<'_>) -> Scene {
    let plan = Plan::new(settings, &view);
    let scale = |names: &[&str]| view.memory.scale(trace.stages.iter().filter(|stage| names.contains(&stage.name)));
    let scales = [
        scale(&["input"]),
        scale(&["weight"]),
        scale(&["output"]),
        scale(&["output-gradient", "padded-gradient", "input-gradient", "flat"]),
    ];
    let mut scene = Scene::new(view.width, plan.height);
    let picture = Picture { settings, trace, view, plan, place: standing(settings, view), scales };
    // Each part has its scale below it.
    let drawn = match settings.pass {
        Pass::Forward => picture
            .forward(&mut scene)
            .map(|()| [Some((scales[2], "y")), settings.beside.then_some((scales[3], "y in 2D"))]),
        Pass::Backward => picture.backward(&mut scene).map(|()| [Some((scales[3], "∂E/∂x, ∂E/∂y")), None]),
    };
    for (bottom, scale) in [picture.plan.body + 24.0 * view.theme.text, picture.plan.height - 10.0 * view.theme.text]
        .into_iter()
        .zip(drawn.into_iter().flatten())
    {
        if let Some((scale, label)) = scale {
            legend(&mut scene, Point::new(view.width - 4.0, bottom), scale, view.theme, label);
        }
    }
    scene
}

/// Where the window stands: at the output that is pointed at, or else where the transport is.
fn standing(settings: &Settings, view: View<'_>) -> [f32; 3] {
    let size = settings.outputs();
    let place = |step: f64| {
        let step = (step as usize).min(size.iter().product::<usize>().saturating_sub(1));
        [step / (size[1] * size[2]), step / size[2] % size[1], step % size[2]].map(|at| at as f32)
    };
    let step = if settings.pass == Pass::Backward { 0.0 } else { view.step };
    let (from, to, part) = (place(step.floor()), place(step.ceil()), step.fract() as f32);
    let stepped = [0, 1, 2].map(|axis| from[axis] + (to[axis] - from[axis]) * part);
    let Some(cell) = view.pointing.at else { return stepped };
    let at = |axis| cell.index.axis(axis) as f32;
    match cell.stage {
        "output" | "output-gradient" => {
            let there = [at(0), at(1), at(2)];
            let near = there.iter().zip(stepped).all(|(there, here)| (there - here).abs() < 1.0);
            if near && step.fract() > 0.0 { stepped } else { there }
        }
        "flat" => [stepped[0].round(), at(0), at(1)],
        _ => stepped,
    }
}

impl<'a> Picture<'a> {
    pub fn theme(&self) -> &'a Theme {
        self.view.theme
    }

    pub fn stage(&self, name: &str) -> Option<&'a Stage> {
        self.trace.stage(name)
    }

    pub fn label(&self, scene: &mut Scene, bounds: Rect, role: Role, text: impl Into<String>) {
        let font = Font::starting(11.5 * self.theme().text).bold();
        scene.text(Point::new(bounds.x, bounds.y - 9.0 * self.theme().text), font, self.theme().role(role), text);
    }

    pub fn outline(&self, scene: &mut Scene, bounds: Rect, role: Role, width: f32) {
        let stroke = Some(Stroke::solid(self.theme().role(role), width * self.theme().line));
        scene.draw(Shape::Rect { bounds, fill: None, stroke, radius: 2.0 });
    }

    /// A grid inside a box, as large as its cells stay square; where it stands.
    pub fn grid(
        &self,
        scene: &mut Scene,
        stage: &Stage,
        lead: &[usize],
        within: Rect,
        scale: Scale,
        drag: Option<Drag>,
    ) -> Rect {
        let (rows, columns) = Grid::size(stage);
        let bounds = fit(within, rows, columns);
        Grid { stage, lead, bounds, scale, drag, finest: usize::MAX }.draw(
            scene,
            self.view.pointing,
            self.theme(),
            self.view.memory,
        );
        bounds
    }

    /// The output that the window makes.
    pub fn output_place(&self) -> [usize; 3] {
        self.place.map(|at| at.round() as usize)
    }

    /// The camera on a volume of this size. A drag on the ground around it turns it.
    pub fn camera(&self, scene: &mut Scene, size: [usize; 3], bounds: Rect) -> Camera {
        let ground = Shape::Rect { bounds, fill: None, stroke: None, radius: 0.0 };
        scene.marks.push(Mark { shape: ground, shows: Shows::Nothing, drag: Some(Drag::Slide(super::voxels::TURN)) });
        Camera::new(size, bounds, self.settings.yaw, self.settings.pitch)
    }

    /// A volume in its box, from the slice `cut` on, after so many padded voxels.
    pub fn volume(
        &self,
        scene: &mut Scene,
        stage: &Stage,
        camera: Camera,
        (cut, origin): (usize, usize),
        scale: Scale,
    ) {
        let theme = self.theme();
        let [depth, height, width] = *stage.shape() else { return };
        let from = [origin as f32; 3];
        let to = [depth, height, width].map(|side| (origin + side) as f32);
        let stroke = Stroke::solid(theme.muted.fade(0.45), theme.line);
        camera.draw_box(scene, from, to, true, stroke);
        let faintest = FAINTEST * self.view.memory.scale([stage]).limit;
        Voxels { stage, camera, origin, scale, faintest, cut }.draw(scene, self.view.pointing, theme);
        camera.draw_box(scene, from, to, false, stroke);
    }

    /// How far along the depth the transport is: the volumes are cut open there. What is only pointed at cuts nothing, so
    /// that no voxel vanishes under the pointer.
    pub fn cut(&self) -> usize {
        let [deep, high, wide] = self.settings.outputs();
        (self.view.step as usize / (high * wide).max(1)).min(deep.saturating_sub(1))
    }

    fn forward(&self, scene: &mut Scene) -> Option<()> {
        let (theme, stride) = (self.theme(), self.settings.stride);
        let (input, output) = (self.stage("input")?, self.stage("output")?);
        let (before, _) = self.settings.padded_by();
        let camera = self.camera(scene, self.settings.padded(), self.plan.input.volume);
        self.label(scene, Rect { x: 2.0, ..self.plan.input.volume }, Role::Input, "input");
        let cut = (self.cut() * stride).saturating_sub(before);
        self.volume(scene, input, camera, (cut, before), self.scales[0]);
        let corner = self.place.map(|at| at * stride as f32);
        let far = corner.map(|at| at + self.settings.kernel as f32);
        camera.draw_box(scene, corner, far, true, Stroke::dashed(theme.weight, 1.2 * theme.line));
        camera.draw_box(scene, corner, far, false, Stroke::solid(theme.weight, 2.2 * theme.line));
        camera.name_axes(scene, self.settings.padded(), theme);
        self.captions(
            scene,
            self.plan.captions,
            ["slides over depth, height, width", "x", "y"],
            [&[&[1, 1], &self.settings.size()[..]].concat(), &[&[1, 1], &self.settings.outputs()[..]].concat()],
        );
        for slice in 0..self.settings.kernel {
            self.slice_at_work(scene, slice);
        }
        self.adding_up(scene);
        self.slice_and_strip(scene, output, self.output_place(), self.plan.output, "output", (self.scales[2], None));
        let (size, bounds) = (self.settings.outputs(), self.plan.output.volume);
        let camera = self.camera(scene, size, bounds);
        self.volume(scene, output, camera, (self.cut(), 0), self.scales[2]);
        let far = self.place.map(|at| at + 1.0);
        camera.draw_box(scene, self.place, far, false, Stroke::solid(theme.output, 2.0 * theme.line));
        if self.settings.beside {
            self.flat(scene)?;
        }
        Some(())
    }

    /// Which axes a convolution slides over, and the shapes of what it takes and gives.
    pub fn captions(&self, scene: &mut Scene, [x, y]: [f32; 2], [axes, from, to]: [&str; 3], shapes: [&[usize]; 2]) {
        let theme = self.theme();
        let shape = |shape: &[usize]| shape.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
        let channels = if shapes[0][1] == 1 { "channel" } else { "channels" };
        let lines = [
            axes.to_owned(),
            format!("adds up {} {channels}", shapes[0][1]),
            format!("{from} [{}]: rank {}", shape(shapes[0]), shapes[0].len()),
            format!("{to} [{}]: rank {}", shape(shapes[1]), shapes[1].len()),
        ];
        for (line, text) in lines.into_iter().enumerate() {
            let at = Point::new(x, y + 15.0 * line as f32 * theme.text);
            scene.text(at, Font::starting(10.5 * theme.text), theme.muted, text);
        }
    }

    /// One slice of the kernel: the input's slice that it lies on, the window there, the weights, their products and their sum.
    fn slice_at_work(&self, scene: &mut Scene, slice: usize) {
        let (Some(padded), Some(weight)) = (self.stage("padded"), self.stage("weight")) else { return };
        let (theme, k, stride) = (self.theme(), self.settings.kernel, self.settings.stride);
        let place = |column| self.plan.cell_box(column, slice, theme.text);
        let [z, y, x] = self.output_place().map(|at| at * stride);
        let whole = self.input_slice(scene, z + slice, place(0));
        let pitch = whole.width / padded.shape()[2] as f32;
        let reach = k as f32 * pitch;
        let [_, row, column] = self.place.map(|at| at * stride as f32 * pitch);
        let window = Rect::new(whole.x + column, whole.y + row, reach, reach).grow((3.0 - reach / 2.0).max(0.0));
        self.outline(scene, window, Role::Input, 2.0);
        let (patch, kernel) = (fit(place(1), k, k), fit(place(2), k, k));
        let zoom = Stroke::solid(theme.input.fade(0.45), theme.line);
        for (from, to) in [(window.y, patch.y), (window.bottom(), patch.bottom())] {
            scene.line(Point::new(window.right(), from), Point::new(patch.x - 2.0, to), zoom);
        }
        let cell_pitch = patch.width / k as f32;
        let mut products = Tensor::zeros(IxDyn(&[k, k]));
        let mut sum = 0.0;
        for (n, m) in (0..k * k).map(|at| (at / k, at % k)) {
            let cell = Cell::new("padded", [z + slice, y + n, x + m]);
            let bounds =
                Rect::new(patch.x + m as f32 * cell_pitch, patch.y + n as f32 * cell_pitch, cell_pitch, cell_pitch);
            draw_cell(scene, padded, cell, bounds.grow(-0.5), (self.scales[0], None), theme);
            match self.view.pointing.relation(cell) {
                Relation::At => self.outline(scene, bounds.grow(-0.5), Role::Input, 2.5),
                Relation::Term => self.outline(scene, bounds.grow(-0.5), Role::Plain, 3.0),
                _ => {}
            }
            let number = |stage: &Stage, cell: Cell| f64::from(stage.value(&cell.index).unwrap_or_default());
            let product = number(padded, cell) * number(weight, Cell::new("weight", [slice, n, m]));
            products[[n, m]] = product as f32;
            sum += product;
        }
        self.outline(scene, patch.grow(1.0), Role::Input, 1.0);
        self.label(scene, patch, Role::Input, "window");
        let per_pixel = (self.scales[1].limit / 60.0).max(0.01);
        self.grid(scene, weight, &[slice], kernel, self.scales[1], Some(Drag::Turn(per_pixel)));
        self.outline(scene, kernel.grow(2.0), Role::Weight, 1.4);
        self.label(scene, kernel, Role::Weight, format!("w[{slice}]"));
        self.products(scene, products, fit(place(3), k, k), sum as f32);
    }

    /// The products of a slice, which are numbers between two steps, and their sum.
    fn products(&self, scene: &mut Scene, products: Tensor, bounds: Rect, sum: f32) {
        let theme = self.theme();
        let scale = Scale::new(self.scales[0].limit * self.scales[1].limit);
        let stage = Stage::new("products", "products", "p", Role::Intermediate, products);
        let mut numbers = Scene::default();
        self.grid(&mut numbers, &stage, &[], bounds, scale, None);
        numbers.marks.into_iter().for_each(|mark| scene.draw(mark.shape));
        self.label(scene, bounds, Role::Intermediate, "products");
        let (at, font) = if self.plan.wide {
            (Point::new(bounds.right() + 5.0, bounds.centre().y), Font::starting(11.5 * theme.text))
        } else {
            (Point::new(bounds.centre().x, bounds.bottom() + 10.0 * theme.text), Font::centred(11.5 * theme.text))
        };
        scene.text(at, font, theme.ink, format!("= {}", cell_number(sum, 5)));
    }

    /// One slice of the padded input; where it stands.
    fn input_slice(&self, scene: &mut Scene, z: usize, within: Rect) -> Rect {
        let (Some(input), Some(padded)) = (self.stage("input"), self.stage("padded")) else { return within };
        let (theme, (before, after)) = (self.theme(), self.settings.padded_by());
        let [_, rows, columns] = self.settings.padded();
        let whole = fit(within, rows, columns);
        let margin = before as f32 * whole.width / columns as f32;
        let cut = (before + after) as f32 * whole.width / columns as f32;
        let inner = Rect::new(whole.x + margin, whole.y + margin, whole.width - cut, whole.height - cut);
        let added = before + after > 0;
        if added {
            self.grid(scene, padded, &[z], whole, self.scales[0], None);
            let veil = Some(theme.card.fade(0.35));
            scene.draw(Shape::Rect { bounds: whole, fill: veil, stroke: None, radius: 0.0 });
        }
        let title = match z.checked_sub(before).filter(|z| *z < input.shape()[0]) {
            Some(z) => {
                let drag = self.settings.is_small().then_some(Drag::Turn(self.scales[0].limit / 80.0));
                self.grid(scene, input, &[z], inner, self.scales[0], drag);
                format!("slice {z}")
            }
            None => "padding".to_owned(),
        };
        let stroke = if added { Stroke::dashed } else { Stroke::solid };
        let stroke = Some(stroke(if added { theme.muted } else { theme.hairline }, theme.line));
        scene.draw(Shape::Rect { bounds: inner.grow(0.5), fill: None, stroke, radius: 0.0 });
        self.label(scene, Rect { y: within.y, ..whole }, Role::Input, title);
        whole
    }

    /// The slices' sums added up, and the bias.
    fn adding_up(&self, scene: &mut Scene) {
        let (theme, [x, y], output) = (self.theme(), self.plan.sum, self.plan.output.slice);
        let line = Stroke::solid(theme.muted, 1.2 * theme.line);
        let place = if self.plan.wide {
            let middle = |row: usize| self.plan.cell_box(3, row, theme.text).centre().y;
            let left = x - 14.0 - 8.0 * theme.text;
            scene.line(Point::new(left, middle(0)), Point::new(left, middle(self.settings.kernel - 1)), line);
            scene.line(Point::new(left, y), Point::new(x - 12.0, y), line);
            scene.arrow(Point::new(x + 12.0, y), Point::new(output.x - 4.0, y), line);
            let wide = 76.0 * theme.text;
            Rect::new(output.x - 4.0 - wide, y + 16.0, wide, 24.0)
        } else {
            scene.arrow(Point::new(x, y + 12.0), Point::new(x, y + 30.0 * theme.text), line);
            Rect::new(x + 20.0, y - 12.0, 90.0, 24.0)
        };
        let stroke = Some(Stroke::solid(theme.output, 1.6 * theme.line));
        scene.draw(Shape::Circle { centre: Point::new(x, y), radius: 12.0, fill: Some(theme.card), stroke });
        scene.text(Point::new(x, y), Font::centred(13.0 * theme.text), theme.output, "Σ");
        let value = self.settings.bias as f32;
        let sign = if value < 0.0 { "−" } else { "+" };
        let words = format!("{sign} b = {}", cell_number(value.abs(), 5));
        self.number(scene, Cell::new("bias", []), place, Role::Weight, words);
    }

    /// A single number that is told in words.
    pub fn number(&self, scene: &mut Scene, cell: Cell, bounds: Rect, role: Role, words: String) {
        let theme = self.theme();
        let lit = self.view.pointing.relation(cell) != Relation::None;
        let stroke = lit.then(|| Stroke::solid(theme.role(role), 1.4 * theme.line));
        let drag = (role == Role::Weight).then_some(Drag::Turn(0.02));
        scene.show(cell, drag, Shape::Rect { bounds, fill: Some(theme.card), stroke, radius: 5.0 });
        scene.text(bounds.centre(), Font::centred(11.5 * theme.text), theme.role(role), words);
    }

    /// One slice of a volume, a place on it, and the numbers at that place along the depth.
    pub fn slice_and_strip(
        &self,
        scene: &mut Scene,
        stage: &Stage,
        at: [usize; 3],
        block: Block,
        name: &str,
        (scale, drag): (Scale, Option<Drag>),
    ) {
        let ([depth, _, columns], theme) = (stage.shape(), self.theme()) else { return };
        let slice = self.grid(scene, stage, &[at[0]], block.slice, scale, drag);
        self.label(scene, Rect { y: slice.y, ..block.slice }, stage.role, format!("{name}, slice {}", at[0]));
        let pitch = slice.width / *columns as f32;
        let here = Rect::new(slice.x + at[2] as f32 * pitch, slice.y + at[1] as f32 * pitch, pitch, pitch);
        self.outline(scene, here.grow((3.0 - pitch / 2.0).max(0.0)), stage.role, 2.0);
        self.label(scene, block.strip, stage.role, "along the depth");
        let pitch = (block.strip.width / *depth as f32).min(2.0 * block.strip.height);
        for z in 0..*depth {
            let cell = Cell::new(stage.name, [z, at[1], at[2]]);
            let bounds = Rect::new(block.strip.x + z as f32 * pitch, block.strip.y, pitch, block.strip.height);
            draw_cell(scene, stage, cell, bounds.grow(-0.5), (scale, drag), theme);
            if z == at[0] {
                self.outline(scene, bounds.grow((1.0 - pitch / 2.0).max(0.0)), stage.role, 2.0);
            }
        }
    }
}
