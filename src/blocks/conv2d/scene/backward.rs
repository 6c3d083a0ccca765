//! The way back: from the gradients of the outputs to those of the weights and the inputs.

use super::{Picture, Plan, stages};
use crate::explain::{Cell, Role, cell_number};
use crate::scene::{Drag, Font, Point, Rect, Relation, Scene, Shape, Stroke};

impl Picture<'_> {
    pub(super) fn backward(&self, scene: &mut Scene) {
        let (theme, o) = (self.theme(), self.plan.filter);
        let names = ["input-gradient", "weight", "weight-gradient"];
        let Some([by_input, weight, by_weight]) = stages(self.trace, names) else { return };
        let weight_scale = self.view.memory.scale([by_weight]);
        let arrow = Stroke::solid(theme.gradient, 1.2 * theme.line);
        // Where it stands, the gradients flow through the one in front of the non-linearity.
        let inner = self.inner_gradient(scene, arrow).unwrap_or(self.plan.output);
        for (row, &c) in self.plan.channels.iter().enumerate() {
            let place = |column| self.plan.cell_box(column, row, theme.text);
            let input = self.fitted(scene, by_input, &[c], place(0), self.scales[3], None);
            self.label(scene, input, Role::Gradient, format!("∂E/∂x[{c}]"));
            let k = self.settings.kernel;
            let (left, right) = if self.plan.wide { (place(1), place(2)) } else { (place(2), place(3)) };
            let (kernel, gradient) = (Plan::fit(left, k, k), Plan::fit(right, k, k));
            let per_pixel = (self.scales[1].limit / 60.0).max(0.01);
            self.grid(scene, weight, &[o, c], kernel, self.scales[1], Some(Drag::Turn(per_pixel)));
            self.label(scene, kernel, Role::Weight, format!("w[{o}, {c}]"));
            self.grid(scene, by_weight, &[o, c], gradient, weight_scale, None);
            self.label(scene, gradient, Role::Gradient, format!("∂E/∂w[{o}, {c}]"));
            scene.arrow(
                Point::new(kernel.x - 4.0, kernel.centre().y),
                Point::new(input.right() + 4.0, input.centre().y),
                arrow,
            );
            if self.plan.wide {
                let from = Point::new(inner.x - 8.0, inner.centre().y);
                let to = Point::new(gradient.right() + 6.0, gradient.centre().y);
                let middle = (from.x + to.x) / 2.0;
                let points = vec![from, Point::new(middle, from.y), Point::new(middle, to.y), to];
                scene.draw(Shape::Line { points, stroke: arrow, curved: true, arrow: true });
            }
        }
        if let Some(by_bias) = self.stage("bias-gradient") {
            let cell = Cell::new("bias-gradient", [o]);
            let (x, y) = self.plan.sum;
            let bounds = Rect::new(x - 56.0, y + 16.0, 112.0, 24.0);
            let lit = self.pointing().relation(cell) != Relation::None;
            let stroke = Some(Stroke::solid(if lit { theme.gradient } else { theme.hairline }, theme.line));
            scene.show(cell, None, Shape::Rect { bounds, fill: Some(theme.card), stroke, radius: 5.0 });
            let value = by_bias.value(&cell.index).unwrap_or(0.0);
            let words = format!("∂E/∂b = {}", cell_number(value, 6));
            scene.text(bounds.centre(), Font::centred(11.5 * theme.text), theme.gradient, words);
        }
        let drag = Some(Drag::Turn(self.scales[3].limit / 60.0));
        self.outputs(scene, "output-gradient", "∂E/∂y", Role::Gradient, self.scales[3], drag);
        self.ranges(scene, self.scales[3], &[("w", self.scales[1]), ("∂E/∂w", weight_scale)], "∂E/∂x, ∂E/∂y");
    }

    /// The gradient in front of the non-linearity, and the arrow that leads to it; where it stands.
    fn inner_gradient(&self, scene: &mut Scene, arrow: Stroke) -> Option<Rect> {
        let inner = self.stage("pre-gradient")?;
        let (output, o) = (self.plan.output, self.plan.filter);
        let bounds = self.fitted(scene, inner, &[o], self.plan.inner, self.scales[3], None);
        scene.draw(Shape::Rect { bounds: bounds.grow(2.0), fill: None, stroke: Some(arrow), radius: 4.0 });
        self.label(scene, bounds, Role::Gradient, format!("∂E/∂z[{o}]"));
        scene.arrow(
            Point::new(output.x - 8.0, bounds.centre().y),
            Point::new(bounds.right() + 8.0, bounds.centre().y),
            arrow,
        );
        Some(bounds)
    }
}
