//! The picture of `conv3d` backward: from the gradients of the outputs to those of the voxels and the weights.

use super::scene::Picture;
use crate::explain::{Cell, Role, Stage, cell_number};
use crate::scene::{Drag, Point, Rect, Scene};

impl Picture<'_> {
    /// Draws the gradients.
    pub fn backward(&self, scene: &mut Scene) -> Option<()> {
        let (theme, scale, k) = (self.theme(), self.scales[3], self.settings.kernel);
        let stage = |name: &str| self.stage(name);
        let (by_input, upstream) = (stage("input-gradient")?, stage("output-gradient")?);
        let (weight, by_weight) = (stage("weight")?, stage("weight-gradient")?);
        let at = self.input_place(by_input);
        self.view.label_above(scene, Rect { x: 2.0, ..self.plan.input.volume }, Role::Gradient, "∂E/∂x");
        let camera = self.camera(scene, self.settings.size(), self.plan.input.volume);
        let step = self.view.step as usize / (by_input.shape()[1] * by_input.shape()[2]).max(1);
        self.volume(scene, by_input, camera, (step.min(by_input.shape()[0] - 1), 0), scale);
        camera.name_axes(scene, self.settings.size(), theme);
        self.slice_and_strip(scene, by_input, at, self.plan.input, "∂E/∂x", (scale, None));
        let own = self.view.memory.scale([by_weight]);
        for slice in 0..k {
            let place = |column| self.plan.cell_box(column, slice, theme.text);
            let (kernel, gradient) = (place(1), place(2));
            self.kernel(scene, weight, slice, kernel);
            self.view.label_above(scene, kernel, Role::Weight, format!("w[{slice}]"));
            self.view.fitted(scene, by_weight, &[slice], gradient, own, None);
            self.view.label_above(scene, gradient, Role::Gradient, format!("∂E/∂w[{slice}]"));
        }
        let [x, y] = self.plan.sum;
        let bounds = Rect::new(x - 58.0, y - 12.0, 116.0, 24.0);
        let cell = Cell::new("bias-gradient", []);
        let by_bias = self.trace.value(cell).unwrap_or_default();
        let words = format!("∂E/∂b = {}", cell_number(by_bias, 6));
        self.view.number(scene, cell, bounds, Role::Gradient, theme.card, words);
        if self.plan.wide {
            let top = self.plan.cell_box(2, 0, theme.text);
            let (y, input) = (top.centre().y, self.plan.input.volume.right() + 4.0);
            let from = Point::new(self.plan.output.slice.x - 6.0, y);
            self.view.arrow(scene, from, Point::new(top.right() + 6.0, y));
            self.view.arrow(scene, Point::new(self.plan.columns[1] - 6.0, y), Point::new(input, y));
        }
        let outputs = self.settings.outputs();
        let near = |axis: usize| (at[axis] / self.settings.stride).min(outputs[axis] - 1);
        let place = match self.view.pointing.at {
            Some(cell) if cell.stage == "output-gradient" => self.output_place(),
            _ => [near(0), near(1), near(2)],
        };
        let drag = Some(Drag::Turn(scale.limit / 60.0));
        self.slice_and_strip(scene, upstream, place, self.plan.output, "∂E/∂y", (scale, drag));
        let camera = self.camera(scene, outputs, self.plan.output.volume);
        self.volume(scene, upstream, camera, (near(0), 0), scale);
        Some(())
    }

    /// The voxel whose gradient is looked at: the one that is pointed at, or else the transport's.
    fn input_place(&self, by_input: &Stage) -> [usize; 3] {
        let [_, rows, columns] = self.settings.size();
        let pointed = self.view.pointing.at.filter(|cell| cell.stage == "input-gradient");
        match pointed {
            Some(cell) => [0, 1, 2].map(|axis| cell.index.axis(axis)),
            None => {
                let step = (self.view.step as usize).min(by_input.len().saturating_sub(1));
                [step / (rows * columns), step / columns % rows, step % columns]
            }
        }
    }
}
