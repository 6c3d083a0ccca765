//! The lanes of the way back: from the gradients of the outputs to those of the weights and the inputs.

use super::{BOX, Plan, REACH};
use crate::blocks::conv1d::{kernel_gradient, kernel_stage};
use crate::explain::{Role, cell_number};
use crate::scene::{Drag, Font, Point, Rect, Relation, Scene, Shape, Stroke};

impl Plan<'_> {
    pub(super) fn backward(&self, scene: &mut Scene) {
        let stages = ["input-gradient", "padded-gradient", "output-gradient"].map(|name| self.trace.stage(name));
        let [Some(input), Some(padded), Some(upstream)] = stages else { return };
        let (before, _) = self.settings.padded_by();
        self.bars(input, before as f32, 1.0, self.input_line, false).draw(
            scene,
            self.view.pointing,
            self.theme(),
            |_| false,
        );
        self.added(scene, padded, before, input.len());
        self.lane(scene, "∂E/∂x", Role::Gradient, self.input_line);
        let behind = scene.marks.len();
        self.weight_gradients(scene);
        self.bars(upstream, self.output_column(0.0), self.settings.stride as f32, self.output_line, true).draw(
            scene,
            self.view.pointing,
            self.theme(),
            |_| false,
        );
        self.lane(scene, "∂E/∂y", Role::Gradient, self.output_line);
        // Behind the weights and their gradients, whose numbers stay legible.
        let wires = self.wires(scene);
        scene.marks.splice(behind..behind, wires.marks);
    }

    /// Each weight, with its gradient below, where the kernel stands in the forward pass.
    fn weight_gradients(&self, scene: &mut Scene) {
        let theme = self.theme();
        let (Some(weight), Some(gradient)) =
            (self.trace.stage(kernel_stage(self.settings)), self.trace.stage(kernel_gradient(self.settings)))
        else {
            return;
        };
        let pitch = (self.pitch * 1.3)
            .clamp(34.0 * theme.text, 64.0 * theme.text)
            .min((self.view.width - self.margin - 20.0) / weight.len() as f32);
        let width = pitch * weight.len() as f32;
        let start = self.margin + (self.view.width - self.margin - width) / 2.0;
        let bounds = Rect::new(start, self.kernel_top - 4.0, width, BOX + 26.0);
        let stroke = Some(Stroke::solid(theme.weight, 1.6 * theme.line));
        scene.draw(Shape::Rect { bounds, fill: Some(theme.weight.mix(theme.card, 0.9)), stroke, radius: 9.0 });
        let font = Font::centred((pitch * 0.3).clamp(9.0, 14.0) * theme.text).fitting(4, (pitch - 6.0) * 0.9);
        for (stage, y, colour) in [(weight, bounds.y + 18.0, theme.weight), (gradient, bounds.y + 50.0, theme.gradient)]
        {
            let editable = stage.name == "weight";
            for cell in stage.cells() {
                let Some(value) = stage.value(&cell.index) else { continue };
                let middle = Point::new(start + (cell.index.axis(0) as f32 + 0.5) * pitch, y);
                let place = Rect::new(middle.x - pitch / 2.0 + 2.0, y - 14.0, pitch - 4.0, 28.0);
                let stroke = match self.view.pointing.relation(cell) {
                    Relation::None => None,
                    Relation::Target => Some(Stroke::dashed(colour, 1.4 * theme.line)),
                    Relation::At => Some(Stroke::solid(colour, 2.5 * theme.line)),
                    _ => Some(Stroke::solid(colour, 1.4 * theme.line)),
                };
                let drag = editable.then_some(Drag::Turn(self.weight_per_pixel()));
                scene.show(
                    cell,
                    drag,
                    Shape::Rect { bounds: place, fill: Some(colour.fade(0.0)), stroke, radius: 5.0 },
                );
                let font = if editable { font.bold() } else { font };
                scene.text(middle, font, colour, cell_number(value, font.room(pitch - 6.0).clamp(4, 5)));
            }
        }
        if self.margin > 0.0 || bounds.x > 90.0 * theme.text {
            self.lane(scene, "w and ∂E/∂w", Role::Weight, bounds.centre().y);
        }
    }

    /// A line from everything that the pointed-at number was made from.
    fn wires(&self, scene: &Scene) -> Scene {
        let (theme, mut wires) = (self.theme(), Scene::default());
        let to = self.view.pointing.at.and_then(|at| scene.bounds(at)).map(Rect::centre);
        let (Some(to), Some(upstream)) = (to, self.trace.stage("output-gradient")) else { return wires };
        let sources = upstream.cells().filter(|cell| self.view.pointing.sources.contains(cell));
        let lines: Vec<Point> = sources.filter_map(|cell| scene.bounds(cell)).map(Rect::centre).collect();
        for from in lines {
            let up = to.y < from.y;
            let (start, end) = if up {
                (Point::new(from.x, self.output_line - REACH - 6.0), Point::new(to.x, to.y + 16.0))
            } else {
                (Point::new(from.x, self.output_line - REACH - 6.0), to)
            };
            let middle = (start.y + end.y) / 2.0;
            let points = vec![start, Point::new(start.x, middle), Point::new(end.x, middle), end];
            wires.draw(Shape::Line {
                points,
                stroke: Stroke::solid(theme.gradient.fade(0.7), 1.2 * theme.line),
                curved: true,
                arrow: false,
            });
        }
        wires
    }
}
