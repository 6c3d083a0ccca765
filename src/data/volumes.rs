//! Volumes: phantoms that the page computes itself, and the reader's own.
//!
//! As with [pictures](super::pictures), settings hold a name. The reader's own volumes are named by what is in them, and never
//! leave the page.

use std::cell::RefCell;
use std::rc::Rc;

use super::name_of;
use super::npy::NpyError;
use super::pictures::OWN;
use crate::layers::{Tensor, tensor_from};

/// The most voxels along one side.
pub const MAX_SIDE: usize = 64;
/// How many of the reader's own volumes are kept for undo.
const MOST_OWN: usize = 4;

/// Numbers in a box: slice by slice, row by row.
#[derive(Clone, Debug, PartialEq)]
pub struct Volume {
    shape: [usize; 3],
    values: Vec<f32>,
}

impl Volume {
    /// A volume of depth × height × width numbers.
    ///
    /// # Errors
    /// Where an axis is empty or too long, or the numbers are too few, too many or not finite.
    pub fn new(shape: [usize; 3], values: Vec<f32>) -> Result<Self, NpyError> {
        if shape.iter().any(|side| !(1..=MAX_SIDE).contains(side)) {
            return Err(NpyError::Sides(shape));
        }
        let expected: usize = shape.iter().product();
        if values.len() != expected {
            return Err(NpyError::Length { found: values.len(), expected });
        }
        match values.iter().find(|value| !value.is_finite() || value.abs() > Self::LIMIT) {
            Some(&value) => Err(NpyError::Value(value)),
            None => Ok(Self { shape, values }),
        }
    }

    /// The largest magnitude of a number.
    pub const LIMIT: f32 = 1e6;

    /// The numbers, slice by slice, row by row.
    pub fn values(&self) -> &[f32] {
        &self.values
    }

    /// The lengths of depth, height and width.
    pub fn shape(&self) -> [usize; 3] {
        self.shape
    }

    fn name(&self) -> String {
        let sides = self.shape.map(|side| side as u8);
        name_of(sides.into_iter().chain(self.values.iter().flat_map(|value| value.to_le_bytes())))
    }
}

/// A volume that the page computes itself, in any size.
#[derive(Clone, Copy, Debug)]
pub struct Drawn {
    /// Its name.
    pub name: &'static str,
    /// Its title on the page.
    pub title: &'static str,
    /// The number at depth, height and width, each from −0.5 to 0.5.
    at: fn([f32; 3]) -> f32,
}

/// The volumes that the page computes itself.
pub const DRAWN: [Drawn; 7] = [
    Drawn { name: "ball", title: "ball", at: |at| flag(radius(at, [0.45; 3]) < 1.0) },
    Drawn { name: "shell", title: "hollow ball", at: |at| flag((0.7..1.0).contains(&radius(at, [0.46; 3]))) },
    Drawn { name: "phantom", title: "phantom: nested ellipsoids", at: phantom },
    Drawn { name: "wall", title: "step along the depth", at: |[z, _, _]| flag(z > 0.0) },
    Drawn { name: "rod", title: "rod along the depth", at: |[_, y, x]| flag(y.hypot(x) < 0.2) },
    Drawn { name: "ramp", title: "gradient", at: |[z, y, x]| (z + y + x) / 3.0 + 0.5 },
    Drawn { name: "noise", title: "noise", at: noise },
];

fn flag(yes: bool) -> f32 {
    f32::from(u8::from(yes))
}

/// How far a place is from the middle, as a share of the ellipsoid with these half axes.
fn radius(at: [f32; 3], half: [f32; 3]) -> f32 {
    let [z, y, x] = [0, 1, 2].map(|axis| at[axis] / half[axis]);
    (z * z + y * y + x * x).sqrt()
}

/// Ellipsoids inside each other, as in the phantoms that test tomography.
fn phantom([z, y, x]: [f32; 3]) -> f32 {
    let inside = |centre: [f32; 3], half| radius([z - centre[0], y - centre[1], x - centre[2]], half) < 1.0;
    let skull = flag(inside([0.0; 3], [0.40, 0.48, 0.42]));
    let brain = flag(inside([0.0; 3], [0.34, 0.42, 0.36]));
    let left = flag(inside([0.0, 0.0, -0.15], [0.14, 0.22, 0.09]));
    let right = flag(inside([0.0, 0.02, 0.15], [0.20, 0.16, 0.10]));
    let spot = flag(inside([-0.12, -0.20, 0.0], [0.09; 3]));
    (skull - 0.6 * brain - 0.3 * left - 0.2 * right + 0.4 * spot).max(0.0)
}

fn noise(at: [f32; 3]) -> f32 {
    // A hash of the place: the same noise at every visit.
    let [z, y, x] = at.map(|at| ((at + 0.5) * 8192.0) as u32);
    let place = z.wrapping_mul(0x9e37_79b1) ^ y.wrapping_mul(0x85eb_ca77) ^ x.wrapping_mul(0xc2b2_ae3d);
    let mixed = (place ^ (place >> 13)).wrapping_mul(0x27d4_eb2f);
    f32::from(((mixed ^ (mixed >> 15)).wrapping_mul(0x2c1b_3c6d) >> 24) as u8) / 255.0
}

/// The reader's own volumes, the oldest first, and the tensor that was asked for last.
#[derive(Default)]
struct Library {
    own: Vec<(String, Rc<Volume>)>,
    latest: Option<(String, [usize; 3], Rc<Tensor>)>,
}

thread_local! {
    static LIBRARY: RefCell<Library> = RefCell::default();
}

/// Keeps one of the reader's own volumes; its name.
pub fn add(volume: Volume) -> String {
    let name = volume.name();
    LIBRARY.with_borrow_mut(|library| {
        library.own.retain(|(known, _)| *known != name);
        library.own.push((name.clone(), Rc::new(volume)));
        let surplus = library.own.len().saturating_sub(MOST_OWN);
        library.own.drain(..surplus);
    });
    name
}

fn own(name: &str) -> Option<Rc<Volume>> {
    LIBRARY.with_borrow(|library| library.own.iter().find(|(known, _)| known == name).map(|(_, volume)| volume.clone()))
}

/// Whether there is a volume of that name.
pub fn is_known(name: &str) -> bool {
    DRAWN.iter().any(|drawn| drawn.name == name) || own(name).is_some()
}

/// Whether a volume of that name is the reader's own: it never leaves the page.
pub fn is_private(name: &str) -> bool {
    name.starts_with(OWN)
}

/// Depth, height and width of a volume that has a size of its own; nothing for one that is computed in any size.
pub fn size(name: &str) -> Option<[usize; 3]> {
    own(name).map(|volume| volume.shape)
}

/// A volume as `[1, 1, depth, height, width]`. A volume that there is not is the first of [`DRAWN`].
pub fn tensor(name: &str, size: [usize; 3]) -> Rc<Tensor> {
    let latest = LIBRARY.with_borrow(|library| library.latest.clone());
    if let Some((_, _, tensor)) = latest.filter(|(known, shape, _)| known == name && *shape == size) {
        return tensor;
    }
    let own = own(name).filter(|volume| volume.shape == size);
    let drawn = DRAWN.iter().find(|drawn| drawn.name == name).unwrap_or(&DRAWN[0]);
    let [depth, height, width] = size;
    let voxel = |at: [usize; 3]| match &own {
        Some(volume) => volume.values[(at[0] * height + at[1]) * width + at[2]],
        None => {
            let place = [0, 1, 2].map(|axis| (at[axis] as f32 + 0.5) / size[axis] as f32 - 0.5);
            // One decimal, so that the arithmetic can be followed.
            ((drawn.at)(place) * 10.0).round() / 10.0
        }
    };
    let tensor = Rc::new(tensor_from(&[1, 1, depth, height, width], &|at| voxel([at[2], at[3], at[4]])));
    LIBRARY.with_borrow_mut(|library| library.latest = Some((name.to_owned(), size, tensor.clone())));
    tensor
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn computed_volumes_stay_between_0_and_1() {
        for drawn in DRAWN {
            for side in [3, 8, 33] {
                let tensor = tensor(drawn.name, [side, side + 1, side]);
                assert!(tensor.iter().all(|voxel| (0.0..=1.0).contains(voxel)), "{} {side}", drawn.name);
                assert!(tensor.iter().any(|voxel| *voxel > 0.0), "{} {side} is empty", drawn.name);
            }
        }
    }

    #[test]
    fn a_volume_is_known_by_what_is_in_it() {
        let volume = |last| Volume::new([1, 2, 3], vec![0.0, 1.0, 2.0, 3.0, 4.0, last]).expect("small");
        let name = add(volume(5.0));
        assert_eq!(name, add(volume(5.0)));
        assert_ne!(name, add(volume(6.0)));
        assert_eq!(size(&name), Some([1, 2, 3]));
        assert_eq!(tensor(&name, [1, 2, 3])[[0, 0, 0, 1, 2]], 5.0);
    }

    #[test]
    fn refuses_what_does_not_fit() {
        let told = |shape, values| Volume::new(shape, values).expect_err("refused").to_string();
        let sides = told([65, 1, 1], vec![0.0; 65]);
        assert_eq!(sides, "it has 65 × 1 × 1 voxels; from 1 to 64 along each side fit");
        assert!(told([0, 1, 1], vec![]).starts_with("it has 0 × 1 × 1"));
        assert_eq!(told([1, 1, 2], vec![0.0]), "it holds 1 numbers where its shape tells 2");
        assert!(told([1, 1, 1], vec![f32::NAN]).contains("NaN"));
    }
}
