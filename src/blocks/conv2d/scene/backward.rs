//! The way back: from the gradients of the outputs to those of the weights and the inputs.

use super::Picture;
use crate::explain::{Cell, Role, cell_number};
use crate::scene::{Drag, Point, Rect, Relation, Scene, Shape, Stroke};

impl Picture<'_> {
    pub(super) fn backward(&self, scene: &mut Scene) -> Option<()> {
        let (view, theme, o, k) = (&self.view, self.theme(), self.plan.filter, self.settings.kernel);
        let by_input = self.stage("input-gradient")?;
        let (weight, by_weight) = (self.stage("weight")?, self.stage("weight-gradient")?);
        let weight_scale = view.memory.scale([by_weight]);
        let arrow = Stroke::solid(theme.gradient, 1.2 * theme.line);
        // Where it stands, the gradients flow through the one in front of the non-linearity.
        let inner = self.inner_gradient(scene, arrow).unwrap_or(self.plan.output);
        for (row, &c) in self.plan.channels.iter().enumerate() {
            let place = |column| self.plan.cell_box(column, row, theme.text);
            let input = view.fitted(scene, by_input, &[c], place(0), self.scales[3], None);
            view.label_above(scene, input, Role::Gradient, format!("∂E/∂x[{c}]"));
            let (left, right) = if self.plan.wide { (place(1), place(2)) } else { (place(2), place(3)) };
            let (kernel, gradient) = (left.fit(k, k), right.fit(k, k));
            self.kernel(scene, weight, c, kernel);
            view.label_above(scene, kernel, Role::Weight, format!("w[{o}, {c}]"));
            view.grid(scene, by_weight, &[o, c], gradient, weight_scale, None);
            view.label_above(scene, gradient, Role::Gradient, format!("∂E/∂w[{o}, {c}]"));
            let from = Point::new(kernel.x - 4.0, kernel.centre().y);
            scene.arrow(from, Point::new(input.right() + 4.0, input.centre().y), arrow);
            if self.plan.wide {
                let from = Point::new(inner.x - 8.0, inner.centre().y);
                let to = Point::new(gradient.right() + 6.0, gradient.centre().y);
                let middle = (from.x + to.x) / 2.0;
                scene.curve([from, Point::new(middle, from.y), Point::new(middle, to.y), to], arrow, true);
            }
        }
        if let Some(by_bias) = self.stage("bias-gradient") {
            let cell = Cell::new("bias-gradient", [o]);
            let (x, y) = self.plan.sum;
            let bounds = Rect::new(x - 56.0, y + 16.0, 112.0, 24.0);
            let lit = self.pointing().relation(cell) != Relation::None;
            let stroke = Some(Stroke::solid(if lit { theme.gradient } else { theme.hairline }, theme.line));
            scene.show(cell, None, Shape::Rect { bounds, fill: Some(theme.card), stroke, radius: 5.0 });
            let words = format!("∂E/∂b = {}", cell_number(by_bias.value(&cell.index).unwrap_or(0.0), 6));
            view.centred(scene, bounds.centre(), 11.5, theme.gradient, words);
        }
        let drag = Some(Drag::Turn(self.scales[3].limit / 60.0));
        self.outputs(scene, "output-gradient", "∂E/∂y", Role::Gradient, self.scales[3], drag);
        self.ranges(scene, self.scales[3], &[("w", self.scales[1]), ("∂E/∂w", weight_scale)], "∂E/∂x, ∂E/∂y");
        Some(())
    }

    /// The gradient in front of the non-linearity, and the arrow that leads to it; where it stands.
    fn inner_gradient(&self, scene: &mut Scene, arrow: Stroke) -> Option<Rect> {
        let inner = self.stage("pre-gradient")?;
        let (output, o) = (self.plan.output, self.plan.filter);
        let bounds = self.view.fitted(scene, inner, &[o], self.plan.inner, self.scales[3], None);
        scene.frame(bounds.grow(2.0), Some(arrow), 4.0);
        self.view.label_above(scene, bounds, Role::Gradient, format!("∂E/∂z[{o}]"));
        let y = bounds.centre().y;
        scene.arrow(Point::new(output.x - 8.0, y), Point::new(bounds.right() + 8.0, y), arrow);
        Some(bounds)
    }
}
