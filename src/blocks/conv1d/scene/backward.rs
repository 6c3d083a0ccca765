//! The lanes of the way back: from the gradients of the outputs to those of the weights and the inputs.

use super::{BOX, Plan, REACH};
use crate::explain::{Role, Stage};
use crate::scene::{Font, Point, Rect, Relation, Scene, Stroke};

impl Plan<'_> {
    pub(super) fn backward(&self, scene: &mut Scene) -> Option<()> {
        let of = |name: &str| self.trace.stage(name);
        let (input, padded, upstream) = (of("input-gradient")?, of("padded-gradient")?, of("output-gradient")?);
        self.inputs(scene, input, padded, false);
        self.lane(scene, "∂E/∂x", Role::Gradient, self.input_line);
        let behind = scene.marks.len();
        self.weight_gradients(scene)?;
        self.outputs(scene, upstream, true);
        self.lane(scene, "∂E/∂y", Role::Gradient, self.output_line);
        // Behind the weights and their gradients, whose numbers stay legible.
        let wires = self.wires(scene, upstream);
        scene.marks.splice(behind..behind, wires.marks);
        Some(())
    }

    /// Each weight, with its gradient below, where the kernel stands in the forward pass.
    fn weight_gradients(&self, scene: &mut Scene) -> Option<()> {
        let theme = self.theme();
        let of = |name: &str| self.trace.stage(name);
        let (weight, gradient) = (of(self.settings.kernel_stage())?, of(self.settings.kernel_gradient())?);
        let pitch = (self.pitch * 1.3)
            .clamp(34.0 * theme.text, 64.0 * theme.text)
            .min((self.view.width - self.margin - 20.0) / weight.len() as f32);
        let width = pitch * weight.len() as f32;
        let start = self.margin + (self.view.width - self.margin - width) / 2.0;
        let bounds = Rect::new(start, self.kernel_top - 4.0, width, BOX + 26.0);
        let stroke = Some(Stroke::solid(theme.weight, 1.6 * theme.line));
        scene.rect(bounds, Some(theme.weight.mix(theme.card, 0.9)), stroke, 9.0);
        let font = Font::centred((pitch * 0.3).clamp(9.0, 14.0) * theme.text).fitting(4, (pitch - 6.0) * 0.9);
        for (stage, y, colour) in [(weight, bounds.y + 18.0, theme.weight), (gradient, bounds.y + 50.0, theme.gradient)]
        {
            for cell in stage.cells() {
                let x = start + (cell.index.axis(0) as f32 + 0.5) * pitch;
                let place = Rect::new(x - pitch / 2.0 + 2.0, y - 14.0, pitch - 4.0, 28.0);
                let stroke = match self.view.pointing.relation(cell) {
                    Relation::None => None,
                    Relation::Target => Some(Stroke::dashed(colour, 1.4 * theme.line)),
                    Relation::At => Some(Stroke::solid(colour, 2.5 * theme.line)),
                    _ => Some(Stroke::solid(colour, 1.4 * theme.line)),
                };
                let font = if stage.name == "weight" { font.bold() } else { font };
                self.weight(scene, stage, cell, place, (colour, stroke), (font, pitch - 6.0));
            }
        }
        if self.margin > 0.0 || bounds.x > 90.0 * theme.text {
            self.lane(scene, "w and ∂E/∂w", Role::Weight, bounds.centre().y);
        }
        Some(())
    }

    /// A line from everything that the pointed-at number was made from.
    fn wires(&self, scene: &Scene, upstream: &Stage) -> Scene {
        let mut wires = Scene::default();
        let to = self.view.pointing.at.and_then(|at| scene.bounds(at)).map(Rect::centre);
        let Some(to) = to else { return wires };
        let stroke = Stroke::solid(self.theme().gradient.fade(0.7), 1.2 * self.theme().line);
        for cell in upstream.cells().filter(|cell| self.view.pointing.sources.contains(cell)) {
            let Some(from) = scene.bounds(cell).map(Rect::centre) else { continue };
            let start = Point::new(from.x, self.output_line - REACH - 6.0);
            let end = if to.y < from.y { Point::new(to.x, to.y + 16.0) } else { to };
            let middle = (start.y + end.y) / 2.0;
            wires.curve([start, Point::new(start.x, middle), Point::new(end.x, middle), end], stroke, false);
        }
        wires
    }
}
