//! A volume as voxels in space, seen from any side without perspective.

use crate::data::sin_cos;
use crate::explain::{Cell, Stage};
use crate::scene::{
    Colour, Drag, Font, Mark, Point, Pointing, Rect, Relation, Scale, Scene, Shape, Shows, Slide, Stroke, Theme,
};

/// Up to so many voxels along one side, each is a cube.
const MOST_VOXELS: usize = 16;
/// In a larger volume a cube stands for several voxels, and shows the one in its middle: at most so many along one side.
const MOST_CUBES: usize = 13;
/// Voxels nearer to zero than this share of the largest are not drawn, so that there is something to be seen behind them.
pub const FAINTEST: f32 = 0.12;

/// Where a volume is looked at from.
#[derive(Clone, Copy)]
pub struct Camera {
    /// The middle of the picture, and of the volume.
    centre: Point,
    middle: [f32; 3],
    /// Pixels per voxel.
    scale: f32,
    /// By how much a step along depth, height and width moves to the right, down, and away.
    axes: [[f32; 3]; 3],
}

/// A drag turns a volume so that what is in front follows the hand: round and round, but not over the top.
pub const TURN: Slide = Slide { keys: ["yaw", "pitch"], per_pixel: [-0.5, 0.5], around: [true, false] };

impl Camera {
    /// Looks at a volume of this size so that it fits into `bounds` from every side; angles in degrees.
    pub fn new(size: [usize; 3], bounds: Rect, yaw: f64, pitch: f64) -> Self {
        let [depth, height, width] = size.map(|side| side as f32);
        let across = depth.hypot(width);
        let scale = (bounds.width / across).min(bounds.height / across.hypot(height));
        let [[sin, cos], [rise, flat]] = [yaw, pitch].map(|angle| sin_cos(angle.to_radians()).map(|part| part as f32));
        Self {
            centre: bounds.centre(),
            middle: [depth / 2.0, height / 2.0, width / 2.0],
            scale,
            axes: [[sin, -cos * rise, cos * flat], [0.0, flat, rise], [cos, sin * rise, -sin * flat]],
        }
    }

    /// Where a place in the volume is seen.
    pub fn see(&self, place: [f32; 3]) -> Point {
        let along = |direction: usize| -> f32 {
            let moved = |axis: usize| (place[axis] - self.middle[axis]) * self.axes[axis][direction];
            self.scale * (moved(0) + moved(1) + moved(2))
        };
        Point::new(self.centre.x + along(0), self.centre.y + along(1))
    }

    /// How much farther away the far side of an axis is than its near side; negative where the last index is in front.
    fn away(&self, axis: usize) -> f32 {
        self.axes[axis][2]
    }

    /// The twelve edges of a box: those that it hides itself, or those that are seen.
    pub fn draw_box(&self, scene: &mut Scene, from: [f32; 3], to: [f32; 3], hidden: bool, stroke: Stroke) {
        // The corner that is farthest away: the three edges that end there are hidden.
        let last = [0, 1, 2].map(|axis| self.away(axis) > 0.0);
        for axis in 0..3 {
            let others = [(axis + 1) % 3, (axis + 2) % 3];
            for ends in [[false, false], [false, true], [true, false], [true, true]] {
                if (ends == others.map(|other| last[other])) != hidden {
                    continue;
                }
                let (mut start, mut end) = (from, to);
                for (other, at_end) in others.into_iter().zip(ends) {
                    let place = if at_end { to[other] } else { from[other] };
                    (start[other], end[other]) = (place, place);
                }
                scene.line(self.see(start), self.see(end), stroke);
            }
        }
    }

    /// The names of the axes, each beside one of the edges along it.
    pub fn name_axes(&self, scene: &mut Scene, size: [usize; 3], theme: &Theme) {
        let size = size.map(|side| side as f32);
        for (axis, name) in ["depth", "height", "width"].into_iter().enumerate() {
            let edge = |ends: usize| {
                let mut place = size;
                place[axis] /= 2.0;
                for (bit, other) in [(1, (axis + 1) % 3), (2, (axis + 2) % 3)] {
                    place[other] *= if ends & bit == 0 { 0.0 } else { 1.0 };
                }
                self.see(place)
            };
            // Upright: the edge farthest to the left. Lying: the lowest one.
            let outer = |point: &Point| if axis == 1 { -point.x } else { point.y };
            let outermost = (0..4).map(edge).max_by(|a, b| outer(a).total_cmp(&outer(b)));
            let Some(at) = outermost else { continue };
            let (dx, dy) = (at.x - self.centre.x, at.y - self.centre.y);
            let length = dx.hypot(dy);
            // Seen along the axis itself, there is no edge to write beside.
            if self.axes[axis][0].hypot(self.axes[axis][1]) < 0.2 || length == 0.0 {
                continue;
            }
            let beside = at.towards(
                Point::new(at.x + dx / length, at.y + dy / length),
                if axis == 1 { 21.0 } else { 13.0 } * theme.text,
            );
            scene.text(beside, Font::centred(10.0 * theme.text), theme.muted, name);
        }
    }
}

/// What is drawn of a volume.
pub struct Voxels<'a> {
    /// The numbers, along depth, height and width.
    pub stage: &'a Stage,
    /// Where it is looked at from.
    pub camera: Camera,
    /// Where the first voxel is: after the padding.
    pub origin: usize,
    /// From numbers to colours.
    pub scale: Scale,
    /// Numbers nearer to zero are not drawn.
    pub faintest: f32,
    /// Slices before this one are cut away.
    pub cut: usize,
}

impl Voxels<'_> {
    /// Draws the cubes, those behind before those in front: only the faces that can be seen.
    pub fn draw(&self, scene: &mut Scene, pointing: &Pointing, theme: &Theme) {
        let [depth, height, width] = *self.stage.shape() else { return };
        let size = [depth, height, width];
        let longest = depth.max(height).max(width);
        let edge = if longest <= MOST_VOXELS { 1 } else { longest.div_ceil(MOST_CUBES) };
        let cubes = size.map(|side| side.div_ceil(edge));
        let first = self.cut / edge;
        let count = cubes.iter().product();
        let place = |at: [usize; 3]| (at[0] * cubes[1] + at[1]) * cubes[2] + at[2];
        let mut fills: Vec<Option<(Cell, Colour)>> = vec![None; count];
        each([first, 0, 0], cubes, [false; 3], |at| {
            let voxel = [0, 1, 2].map(|axis| (at[axis] * edge + edge / 2).min(size[axis] - 1));
            let cell = Cell::new(self.stage.name, voxel);
            let value = self.stage.value(&cell.index).unwrap_or_default();
            if value.abs() >= self.faintest {
                let lit = matches!(pointing.relation(cell), Relation::At | Relation::Term);
                let fill = if lit { theme.role(self.stage.role) } else { theme.value(value, self.scale) };
                fills[place(at)] = Some((cell, fill));
            }
        });
        let away = [0, 1, 2].map(|axis| self.camera.away(axis));
        let filled = |at: [usize; 3]| fills[place(at)].is_some();
        each([first, 0, 0], cubes, away.map(|away| away > 0.0), |at| {
            let Some((cell, fill)) = fills[place(at)] else { return };
            for axis in (0..3).filter(|axis| away[*axis].abs() > 0.02) {
                let last = away[axis] < 0.0;
                if !next_to(at, axis, last, first, cubes).is_some_and(filled) {
                    let points = self.face(at, edge, size, axis, last);
                    // Faces seen at a slant are darker, as if the light came from the eye.
                    let fill = fill.mix(Colour::hex(0), 0.45 * (1.0 - away[axis].abs()));
                    let shape = Shape::Polygon { points, fill };
                    scene.marks.push(Mark { shape, shows: Shows::Voxel(cell), drag: Some(Drag::Slide(TURN)) });
                }
            }
        });
    }

    /// The corners of a face of a cube, a little inside its edges.
    fn face(&self, at: [usize; 3], edge: usize, size: [usize; 3], axis: usize, last: bool) -> Vec<Point> {
        const GAP: f32 = 0.03;
        let start = |axis: usize| (self.origin + at[axis] * edge) as f32;
        let end = |axis: usize| (self.origin + ((at[axis] + 1) * edge).min(size[axis])) as f32;
        let gap = GAP * edge as f32;
        let [one, other] = [(axis + 1) % 3, (axis + 2) % 3];
        let corner = |(a, b): (bool, bool)| {
            let mut place = [0.0; 3];
            place[axis] = if last { end(axis) } else { start(axis) };
            place[one] = if a { end(one) - gap } else { start(one) + gap };
            place[other] = if b { end(other) - gap } else { start(other) + gap };
            self.camera.see(place)
        };
        [(false, false), (true, false), (true, true), (false, true)].map(corner).to_vec()
    }
}

/// The cube beside another; nothing outside the volume, or where it is cut away.
fn next_to(at: [usize; 3], axis: usize, after: bool, first: usize, cubes: [usize; 3]) -> Option<[usize; 3]> {
    let mut next = at;
    next[axis] = if after { at[axis] + 1 } else { at[axis].checked_sub(1)? };
    (next[axis] < cubes[axis] && next[0] >= first).then_some(next)
}

/// Every place from `from` to `to`, along each axis from its end where `reversed`.
fn each(from: [usize; 3], to: [usize; 3], reversed: [bool; 3], mut act: impl FnMut([usize; 3])) {
    let length = |axis: usize| to[axis].saturating_sub(from[axis]);
    for step in 0..length(0) * length(1) * length(2) {
        let steps = [step / (length(1) * length(2)), step / length(2) % length(1), step % length(2)];
        act([0, 1, 2].map(|axis| if reversed[axis] { to[axis] - 1 - steps[axis] } else { from[axis] + steps[axis] }));
    }
}
