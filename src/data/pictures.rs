//! Pictures: those that the page draws itself, and the reader's own.
//!
//! A picture is known by its name, which is what settings hold. The reader's own are named by what is on them, so that the
//! same picture always has the same name; they never leave the page, and a link that names one says so.

use std::cell::RefCell;
use std::rc::Rc;

use thiserror::Error;

use super::seen::Seen;
use crate::layers::Tensor;

/// The most pixels along one side.
pub const MAX_SIDE: usize = 4096;
/// The key under which a block keeps the numbers of a picture that were changed by hand.
pub const PIXELS: &str = "pixels";
/// The name under which the camera's latest picture is found.
pub const CAMERA: &str = "camera";
/// The name under which the latest picture of a video file is found.
pub const FILM: &str = "video";
/// How the names of the reader's own pictures begin.
pub(super) const OWN: &str = "own-";
/// How many bytes of the reader's own pictures are kept for undo: three of the largest, hundreds of small ones.
const MOST_BYTES: usize = 3 * 4 * MAX_SIDE * MAX_SIDE;

/// Why something is no picture here.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum PictureError {
    /// It has too many pixels.
    #[error("the picture has {width} × {height} pixels; at most {MAX_SIDE} × {MAX_SIDE} fit")]
    TooLarge {
        /// Pixels in a row.
        width: usize,
        /// Rows.
        height: usize,
    },
    /// It has none.
    #[error("the picture has no pixels")]
    Empty,
    /// The bytes are not those of so many pixels.
    #[error("{bytes} bytes are not {width} × {height} pixels")]
    Bytes {
        /// How many there are.
        bytes: usize,
        /// Pixels in a row.
        width: usize,
        /// Rows.
        height: usize,
    },
}

/// Red, green, blue and opacity, a byte each, row by row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Picture {
    width: usize,
    height: usize,
    rgba: Vec<u8>,
}

impl Picture {
    /// A picture of these bytes.
    ///
    /// # Errors
    /// [`PictureError`], where the size is not legal or the bytes are too few or too many.
    pub fn new(width: usize, height: usize, rgba: Vec<u8>) -> Result<Self, PictureError> {
        Self::check_size(width, height)?;
        if rgba.len() != width * height * 4 {
            return Err(PictureError::Bytes { bytes: rgba.len(), width, height });
        }
        Ok(Self { width, height, rgba })
    }

    /// Whether a picture of this size can be shown.
    ///
    /// # Errors
    /// [`PictureError::TooLarge`] and [`PictureError::Empty`].
    pub fn check_size(width: usize, height: usize) -> Result<(), PictureError> {
        if width == 0 || height == 0 {
            return Err(PictureError::Empty);
        }
        if width > MAX_SIDE || height > MAX_SIDE {
            return Err(PictureError::TooLarge { width, height });
        }
        Ok(())
    }

    /// Red, green or blue of a pixel, from 0 to 1.
    pub(super) fn channel(&self, channel: usize, row: usize, column: usize) -> f32 {
        f32::from(self.rgba[(row * self.width + column) * 4 + channel]) / 255.0
    }

    /// How bright a pixel is, from 0 to 1: the weights of ITU-R BT.709.
    fn grey(&self, row: usize, column: usize) -> f32 {
        grey([0, 1, 2].map(|channel| self.channel(channel, row, column)))
    }

    /// A name that only this picture has.
    fn name(&self) -> String {
        let size = [self.width as u64, self.height as u64];
        super::name_of(size.iter().flat_map(|side| side.to_le_bytes()).chain(self.rgba.iter().copied()))
    }
}

pub(super) fn grey([red, green, blue]: [f32; 3]) -> f32 {
    0.2126 * red + 0.7152 * green + 0.0722 * blue
}

/// A picture that the page draws itself, in any size.
#[derive(Clone, Copy, Debug)]
pub struct Drawn {
    /// Its name.
    pub name: &'static str,
    /// Its title on the page.
    pub title: &'static str,
    /// The number at a channel and a place, both axes from −0.5 to 0.5.
    at: fn(usize, f32, f32) -> f32,
}

/// The pictures that the page draws itself.
pub const DRAWN: [Drawn; 8] = [
    Drawn { name: "ring", title: "ring", at: ring },
    Drawn {
        name: "cross",
        title: "cross",
        at: |channel, y, x| flag([x.abs() < 0.13, y.abs() < 0.13, (x.abs() < 0.13) != (y.abs() < 0.13)][channel]),
    },
    Drawn { name: "letter", title: "letter R", at: letter },
    Drawn {
        name: "checker",
        title: "checkerboard",
        at: |channel, y, x| flag(stripe(y, channel) != stripe(x, channel)),
    },
    Drawn { name: "stripes", title: "stripes", at: |channel, y, x| flag(stripe([x, y, x + y][channel], 1)) },
    Drawn { name: "ramp", title: "gradient", at: |channel, y, x| [x, y, (x + y) / 2.0][channel] + 0.5 },
    Drawn { name: "noise", title: "noise", at: noise },
    Drawn { name: "blank", title: "blank sheet", at: |_, _, _| 0.0 },
];

fn flag(yes: bool) -> f32 {
    f32::from(u8::from(yes))
}

fn stripe(at: f32, width: usize) -> bool {
    ((at + 0.5) * 6.0 / (width + 1) as f32).floor() as i32 % 2 == 0
}

fn ring(channel: usize, y: f32, x: f32) -> f32 {
    let radius = y.hypot(x);
    match channel {
        0 => 1.0 - ((radius - 0.32).abs() * 6.0).min(1.0),
        1 => flag(x > y),
        _ => 1.0 - (radius * 1.6).min(1.0),
    }
}

fn letter(channel: usize, y: f32, x: f32) -> f32 {
    let bowl = (y + 0.14).hypot((x - 0.02) * 0.9);
    let stem = (-0.28..-0.14).contains(&x) && y.abs() < 0.36;
    let arc = x > -0.16 && (0.12..0.24).contains(&bowl) || x > -0.16 && x < 0.04 && (y + 0.32).abs() < 0.06;
    let leg = y > 0.0 && y < 0.36 && (x - 0.04 - y * 0.6).abs() < 0.08;
    flag([stem || arc || leg, arc, leg][channel])
}

fn noise(channel: usize, y: f32, x: f32) -> f32 {
    // A hash of the place: the same noise at every visit.
    let place = (((y + 0.5) * 8192.0) as u32).wrapping_mul(0x9e37_79b1)
        ^ (((x + 0.5) * 8192.0) as u32).wrapping_mul(0x85eb_ca77);
    let mixed = (place ^ (channel as u32 + 1).wrapping_mul(0xc2b2_ae3d)).wrapping_mul(0x27d4_eb2f);
    f32::from(((mixed ^ (mixed >> 15)).wrapping_mul(0x2c1b_3c6d) >> 24) as u8) / 255.0
}

/// The reader's own pictures, the oldest first; those of the camera and of a video; and the tensor that was asked for last.
#[derive(Default)]
struct Library {
    own: Vec<(String, Rc<Picture>)>,
    moving: [Moving; 2],
    latest: Option<(String, [usize; 3], Rc<Tensor>)>,
}

/// The latest picture of what moves; a small one, where it is seen in full by whoever asks.
#[derive(Clone, Default)]
struct Moving {
    picture: Option<Rc<Picture>>,
    seen: Option<Rc<Seen>>,
}

impl Library {
    fn add(&mut self, name: String, picture: Picture, most_bytes: usize) {
        self.own.retain(|(known, _)| *known != name);
        self.own.push((name, Rc::new(picture)));
        let mut bytes: usize = self.own.iter().map(|(_, picture)| picture.rgba.len()).sum();
        while bytes > most_bytes && self.own.len() > 1 {
            bytes -= self.own.remove(0).1.rgba.len();
        }
    }
}

thread_local! {
    static LIBRARY: RefCell<Library> = RefCell::default();
}

/// Keeps one of the reader's own pictures; its name. Where all together are too large, the oldest are let go.
pub fn add(picture: Picture) -> String {
    let name = picture.name();
    LIBRARY.with_borrow_mut(|library| library.add(name.clone(), picture, MOST_BYTES));
    name
}

/// The names of what moves: each has a place in the library.
const MOVING: [&str; 2] = [CAMERA, FILM];

/// Which of the moving pictures has this name.
fn moving(name: &str) -> Option<usize> {
    MOVING.iter().position(|known| *known == name)
}

/// Takes over the latest picture of the camera or a video; a small one, where it is `seen` in full by whoever asks.
pub fn show_moving(name: &str, picture: Picture, seen: Option<Seen>) {
    let Some(which) = moving(name) else { return };
    LIBRARY.with_borrow_mut(|library| {
        library.moving[which] = Moving { picture: Some(Rc::new(picture)), seen: seen.map(Rc::new) };
        library.latest = library.latest.take().filter(|(known, ..)| known != name);
    });
}

fn own(name: &str) -> Option<Rc<Picture>> {
    LIBRARY.with_borrow(|library| match moving(name) {
        Some(which) => library.moving[which].picture.clone(),
        None => library.own.iter().find(|(known, _)| known == name).map(|(_, picture)| picture.clone()),
    })
}

/// What the camera or a video shows, where that is the picture of that name and looked up number by number; and rows and columns of
/// the small picture that is drawn of it.
pub fn seen(name: &str) -> Option<(Rc<Seen>, [usize; 2])> {
    let shown = LIBRARY.with_borrow(|library| Some(library.moving[moving(name)?].clone()))?;
    let picture = shown.picture?;
    Some((shown.seen?, [picture.height, picture.width]))
}

/// The name, where a picture of that name moves: it's what the camera or a video shows.
pub fn name_of_moving(name: &str) -> Option<&'static str> {
    moving(name).map(|which| MOVING[which])
}

/// Whether a picture of that name is the reader's own, or moves: it never leaves the page.
pub fn is_private(name: &str) -> bool {
    name.starts_with(OWN) || moving(name).is_some()
}

/// Whether there is a picture of that name.
pub fn is_known(name: &str) -> bool {
    DRAWN.iter().any(|drawn| drawn.name == name) || own(name).is_some()
}

/// Rows and columns of a picture that has a size of its own; nothing for one that is drawn in any size.
pub fn size(name: &str) -> Option<[usize; 2]> {
    seen(name).map(|(seen, _)| seen.size()).or_else(|| own(name).map(|picture| [picture.height, picture.width]))
}

/// A picture as `[1, channels, rows, columns]`: one channel is grey; three are red, green and blue; further ones are those,
/// mirrored. A picture that there is not is the first of [`DRAWN`].
pub fn tensor(name: &str, [rows, columns]: [usize; 2], channels: usize) -> Rc<Tensor> {
    let key = [rows, columns, channels];
    let latest = LIBRARY.with_borrow(|library| library.latest.clone());
    if let Some((_, _, tensor)) = latest.filter(|(known, size, _)| known == name && *size == key) {
        return tensor;
    }
    let picture = own(name);
    let drawn = DRAWN.iter().find(|drawn| drawn.name == name).unwrap_or(&DRAWN[0]);
    let pixel = |channel: usize, row: usize, column: usize| {
        let (row, column) = mirrored(channel / 3, [row, column], [rows, columns]);
        let at = |picture: &Picture| (row * picture.height / rows, column * picture.width / columns);
        match (picture.as_deref().map(|picture| (picture, at(picture))), channels) {
            (Some((picture, (row, column))), 1) => picture.grey(row, column),
            (Some((picture, (row, column))), _) => picture.channel(channel % 3, row, column),
            (None, _) => {
                let (y, x) = ((row as f32 + 0.5) / rows as f32 - 0.5, (column as f32 + 0.5) / columns as f32 - 0.5);
                // One decimal, so that the arithmetic can be followed.
                ((drawn.at)(channel % 3, y, x) * 10.0).round() / 10.0
            }
        }
    };
    let mut numbers = Vec::with_capacity(channels * rows * columns);
    for (channel, row) in (0..channels).flat_map(|channel| (0..rows).map(move |row| (channel, row))) {
        numbers.extend((0..columns).map(|column| pixel(channel, row, column)));
    }
    let tensor = Rc::new(crate::layers::tensor(&[1, channels, rows, columns], numbers));
    LIBRARY.with_borrow_mut(|library| library.latest = Some((name.to_owned(), key, tensor.clone())));
    tensor
}

/// A place seen in a mirror: as it is, left for right, top for bottom, both.
pub(super) fn mirrored(turn: usize, [row, column]: [usize; 2], [rows, columns]: [usize; 2]) -> (usize, usize) {
    let row = if turn & 2 == 0 { row } else { rows - 1 - row };
    let column = if turn & 1 == 0 { column } else { columns - 1 - column };
    (row, column)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn picture(width: usize, height: usize, shade: u8) -> Picture {
        Picture::new(width, height, vec![shade; width * height * 4]).expect("small")
    }

    #[test]
    fn a_picture_is_known_by_what_is_on_it() {
        let name = add(picture(3, 2, 51));
        assert_eq!(name, add(picture(3, 2, 51)));
        assert_ne!(name, add(picture(2, 3, 51)));
        assert_eq!(size(&name), Some([2, 3]));
        let tensor = tensor(&name, [2, 3], 1);
        assert!((tensor[[0, 0, 1, 2]] - 0.2).abs() < 1e-6);
    }

    #[test]
    fn refuses_what_does_not_fit() {
        let sentence = Picture::new(5000, 3000, Vec::new()).expect_err("too large").to_string();
        assert_eq!(sentence, "the picture has 5000 × 3000 pixels; at most 4096 × 4096 fit");
        assert_eq!(Picture::new(0, 4, Vec::new()), Err(PictureError::Empty));
        assert!(Picture::new(2, 2, vec![0; 15]).is_err());
    }

    #[test]
    fn the_oldest_are_forgotten() {
        let mut library = Library::default();
        for (name, side) in [("a", 1), ("b", 2), ("c", 1), ("b", 2), ("d", 1)] {
            library.add(name.to_owned(), picture(side, side, 1), 24);
        }
        let known: Vec<_> = library.own.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(known, ["c", "b", "d"]);
        library.add("large".to_owned(), picture(9, 9, 1), 24);
        assert_eq!(library.own.len(), 1);
        assert_eq!(tensor("gone", [4, 4], 3).shape(), [1, 3, 4, 4]);
    }

    #[test]
    fn what_moves_is_always_the_latest() {
        show_moving(FILM, picture(2, 2, 255), None);
        show_moving(CAMERA, picture(2, 2, 0), None);
        assert_eq!(tensor(FILM, [2, 2], 1)[[0, 0, 0, 0]], 1.0);
        assert_eq!(tensor(CAMERA, [2, 2], 1)[[0, 0, 0, 0]], 0.0);
        show_moving(CAMERA, picture(2, 2, 255), None);
        assert_eq!(tensor(CAMERA, [2, 2], 1)[[0, 0, 0, 0]], 1.0);
    }

    #[test]
    fn drawn_pictures_stay_between_0_and_1() {
        for drawn in DRAWN {
            for size in [1, 2, 12, 64] {
                let tensor = tensor(drawn.name, [size; 2], 7);
                assert!(tensor.iter().all(|pixel| (0.0..=1.0).contains(pixel)), "{} {size}", drawn.name);
            }
        }
    }
}
