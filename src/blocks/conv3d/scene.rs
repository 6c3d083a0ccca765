//! The picture of `conv3d`.

use super::plan::{Block, Plan};
use super::settings::Settings;
use super::voxels::{Camera, FAINTEST, Voxels};
use crate::blocks::View;
use crate::blocks::convolution::{Pass, with_sign};
use crate::blocks::drawing::Map;
use crate::explain::{Cell, Index, Role, Stage, Trace, cell_number, listed};
use crate::layers::{Tensor, Window, rounded};
use crate::scene::{Drag, Font, Grid, Mark, Point, Rect, Scale, Scene, Shape, Shows, Stroke, Theme, draw_cell, legend};

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
    let scale = |names: &[&str]| view.scale(trace, names);
    let scales = [
        scale(&["input"]),
        scale(&["weight"]),
        scale(&["output"]),
        scale(&["output-gradient", "padded-gradient", "input-gradient", "flat"]),
    ];
    let mut scene = Scene::new(view.width, plan.height);
    let picture = Picture { settings, trace, view, plan, place: standing(settings, view), scales };
    let drawn = match settings.pass {
        Pass::Forward => picture.forward(&mut scene),
        Pass::Backward => picture.backward(&mut scene),
    };
    // Each part has its scale below it.
    let mut range = |bottom: f32, scale: Scale, label: &str| {
        legend(&mut scene, Point::new(view.width - 4.0, bottom), scale, view.theme, label);
    };
    let (body, text) = (picture.plan.body + 24.0 * view.theme.text, view.theme.text);
    match (drawn, settings.pass) {
        (None, _) => {}
        (_, Pass::Backward) => range(body, scales[3], "∂E/∂x, ∂E/∂y"),
        (_, Pass::Forward) => {
            range(body, scales[2], "y");
            if settings.beside {
                range(picture.plan.height - 10.0 * text, scales[3], "y in 2D");
            }
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

    pub fn outline(&self, scene: &mut Scene, bounds: Rect, role: Role, width: f32) {
        self.view.outline(scene, bounds, self.theme().role(role), width, 2.0);
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
        self.view.label_above(scene, Rect { x: 2.0, ..self.plan.input.volume }, Role::Input, "input");
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
        let channels = if shapes[0][1] == 1 { "channel" } else { "channels" };
        let lines = [
            axes.to_owned(),
            format!("adds up {} {channels}", shapes[0][1]),
            format!("{from} [{}]: rank {}", listed(shapes[0]), shapes[0].len()),
            format!("{to} [{}]: rank {}", listed(shapes[1]), shapes[1].len()),
        ];
        for (line, text) in lines.into_iter().enumerate() {
            let at = Point::new(x, y + 15.0 * line as f32 * theme.text);
            self.view.caption(scene, at, text);
        }
    }

    /// One slice of the kernel: the input's slice that it lies on, the window there, the weights, their products and their sum.
    fn slice_at_work(&self, scene: &mut Scene, slice: usize) {
        let (Some(padded), Some(weight)) = (self.stage("padded"), self.stage("weight")) else { return };
        let (view, theme, k, stride) = (&self.view, self.theme(), self.settings.kernel, self.settings.stride);
        let place = |column| self.plan.cell_box(column, slice, theme.text);
        let [z, y, x] = self.output_place().map(|at| at * stride);
        let whole = self.input_slice(scene, z + slice, place(0));
        let pitch = whole.width / padded.shape()[2] as f32;
        let reach = k as f32 * pitch;
        let [_, row, column] = self.place.map(|at| at * stride as f32 * pitch);
        let window = Rect::new(whole.x + column, whole.y + row, reach, reach).reaching(3.0);
        self.outline(scene, window, Role::Input, 2.0);
        let patch = place(1).fit(k, k);
        view.zoom(scene, window, patch, theme.input.fade(0.45));
        let window = Window { kernel: k, stride, dilation: 1 };
        view.patch(scene, padded, [z + slice, y, x], window, patch, self.scales[0]);
        self.outline(scene, patch.grow(1.0), Role::Input, 1.0);
        view.label_above(scene, patch, Role::Input, "window");
        let kernel = self.kernel(scene, weight, slice, place(2));
        self.outline(scene, kernel.grow(2.0), Role::Weight, 1.4);
        view.label_above(scene, kernel, Role::Weight, format!("w[{slice}]"));
        let product = |at: usize| {
            let (n, m) = (at / k, at % k);
            let read = padded.value(&Index::from([z + slice, y + n, x + m])).unwrap_or_default();
            f64::from(read) * f64::from(weight.value(&Index::from([slice, n, m])).unwrap_or_default())
        };
        let products: Vec<f64> = (0..k * k).map(product).collect();
        let sum = products.iter().fold(0.0, |sum, product| sum + product);
        self.products(scene, rounded(&[k, k], &products), place(3).fit(k, k), sum as f32);
    }

    /// A slice of the kernel; where it stands.
    pub fn kernel(&self, scene: &mut Scene, weight: &Stage, slice: usize, within: Rect) -> Rect {
        let drag = Drag::Turn((self.scales[1].limit / 60.0).max(0.01));
        self.view.fitted(scene, weight, &[slice], within, self.scales[1], Some(drag))
    }

    /// The products of a slice, which are numbers between two steps, and their sum.
    fn products(&self, scene: &mut Scene, products: Tensor, bounds: Rect, sum: f32) {
        let theme = self.theme();
        let scale = Scale::new(self.scales[0].limit * self.scales[1].limit);
        let stage = Stage::new("products", "products", "p", Role::Intermediate, products);
        let mut numbers = Scene::default();
        self.view.fitted(&mut numbers, &stage, &[], bounds, scale, None);
        numbers.marks.into_iter().for_each(|mark| scene.draw(mark.shape));
        self.view.label_above(scene, bounds, Role::Intermediate, "products");
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
        let added = self.settings.padded_by();
        let slice = z.checked_sub(added.0).filter(|z| *z < input.shape()[0]);
        let drag = self.settings.is_small().then_some(Drag::Turn(self.scales[0].limit / 80.0));
        let map = slice.map(|lead| Map { stage: input, lead, drag });
        let maps = [Some(Map { stage: padded, lead: z, drag: None }), map];
        let (whole, _) = self.view.padded(scene, Grid::size(input), added, within, self.scales[0], maps);
        let title = slice.map_or("padding".to_owned(), |slice| format!("slice {slice}"));
        self.view.label_above(scene, Rect { y: within.y, ..whole }, Role::Input, title);
        whole
    }

    /// The slices' sums added up, and the bias.
    fn adding_up(&self, scene: &mut Scene) {
        let (view, theme, [x, y], output) = (&self.view, self.theme(), self.plan.sum, self.plan.output.slice);
        let place = if self.plan.wide {
            let line = Stroke::solid(theme.muted, 1.2 * theme.line);
            let middle = |row: usize| self.plan.cell_box(3, row, theme.text).centre().y;
            let left = x - 14.0 - 8.0 * theme.text;
            scene.line(Point::new(left, middle(0)), Point::new(left, middle(self.settings.kernel - 1)), line);
            scene.line(Point::new(left, y), Point::new(x - 12.0, y), line);
            view.arrow(scene, Point::new(x + 12.0, y), Point::new(output.x - 4.0, y));
            let wide = 76.0 * theme.text;
            Rect::new(output.x - 4.0 - wide, y + 16.0, wide, 24.0)
        } else {
            view.arrow(scene, Point::new(x, y + 12.0), Point::new(x, y + 30.0 * theme.text));
            Rect::new(x + 20.0, y - 12.0, 90.0, 24.0)
        };
        view.sum(scene, Point::new(x, y));
        let words = with_sign("b = ", self.settings.bias as f32);
        view.number(scene, Cell::new("bias", []), place, Role::Weight, theme.card, words);
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
        let ([depth, rows, columns], theme) = (stage.shape(), self.theme()) else { return };
        let slice = self.view.fitted(scene, stage, &[at[0]], block.slice, scale, drag);
        self.view.label_above(
            scene,
            Rect { y: slice.y, ..block.slice },
            stage.role,
            format!("{name}, slice {}", at[0]),
        );
        let here = slice.tile((*rows, *columns), (at[1] as f32, at[2] as f32)).reaching(3.0);
        self.outline(scene, here, stage.role, 2.0);
        self.view.label_above(scene, block.strip, stage.role, "along the depth");
        let pitch = (block.strip.width / *depth as f32).min(2.0 * block.strip.height);
        for z in 0..*depth {
            let cell = Cell::new(stage.name, [z, at[1], at[2]]);
            let bounds = Rect::new(block.strip.x + z as f32 * pitch, block.strip.y, pitch, block.strip.height);
            draw_cell(scene, stage, cell, bounds.grow(-0.5), (scale, drag), theme);
            if z == at[0] {
                self.outline(scene, bounds.reaching(1.0), stage.role, 2.0);
            }
        }
    }
}
