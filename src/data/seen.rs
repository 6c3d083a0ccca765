//! A moving picture, of which only what somebody looks at is read.

use std::cell::RefCell;

use super::pictures::{Picture, grey, mirrored};

/// Reads the pixels within left, top, width and height; nothing where that cannot be read.
pub type Read = Box<dyn Fn([usize; 4]) -> Option<Picture>>;

/// So many pixels along a side are read at once.
const TILE: usize = 32;
/// So many tiles are remembered: more than the widest window reaches.
const MOST_TILES: usize = 128;

/// A picture whose pixels are read when one is asked for.
pub struct Seen {
    size: [usize; 2],
    read: Read,
    tiles: RefCell<Vec<([usize; 2], Option<Picture>)>>,
}

impl Seen {
    /// A picture of these rows and columns.
    pub fn new(size: [usize; 2], read: Read) -> Self {
        Self { size, read, tiles: RefCell::default() }
    }

    /// Rows and columns.
    pub fn size(&self) -> [usize; 2] {
        self.size
    }

    /// Forgets what was read: the next to ask sees what there is now.
    pub fn forget(&self) {
        self.tiles.borrow_mut().clear();
    }

    /// A number by its place in row-major order, as [`tensor`](super::pictures::tensor) has it.
    pub fn number(&self, channels: usize, place: usize) -> f32 {
        let [rows, columns] = self.size;
        let (channel, row, column) = (place / (rows * columns), place / columns % rows, place % columns);
        let (row, column) = mirrored(channel / 3, [row, column], self.size);
        let pixel = self.pixel(row, column);
        if channels == 1 { grey(pixel) } else { pixel[channel % 3] }
    }

    fn pixel(&self, row: usize, column: usize) -> [f32; 3] {
        let [rows, columns] = self.size;
        let at = [row / TILE, column / TILE];
        let mut tiles = self.tiles.borrow_mut();
        let known = tiles.iter().position(|(place, _)| *place == at).unwrap_or_else(|| {
            let [top, left] = at.map(|at| at * TILE);
            let [high, wide] = [(rows - top).min(TILE), (columns - left).min(TILE)];
            if tiles.len() >= MOST_TILES {
                tiles.clear();
            }
            tiles.push((at, (self.read)([left, top, wide, high])));
            tiles.len() - 1
        });
        let Some(tile) = &tiles[known].1 else { return [0.0; 3] };
        [0, 1, 2].map(|channel| tile.channel(channel, row % TILE, column % TILE))
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;
    use std::rc::Rc;

    use super::*;
    use crate::data::pictures;

    #[test]
    fn reads_only_what_is_asked_for_and_each_tile_once() {
        let byte = |row: usize, column: usize| (row * 7 + column * 3) as u8;
        let part = move |[left, top, wide, high]: [usize; 4]| {
            let places = (top..top + high).flat_map(|row| (left..left + wide).map(move |column| (row, column)));
            let rgba = places.flat_map(|(row, column)| [byte(row, column), 0, byte(column, row), 255]).collect();
            Picture::new(wide, high, rgba).expect("small")
        };
        let whole = pictures::add(part([0, 0, 80, 70]));
        let read = Rc::new(Cell::new(0));
        let count = read.clone();
        let seen = Seen::new(
            [70, 80],
            Box::new(move |place| {
                count.set(count.get() + place[2] * place[3]);
                Some(part(place))
            }),
        );
        for channels in [1, 3, 7] {
            let tensor = pictures::tensor(&whole, [70, 80], channels);
            for (place, expected) in tensor.iter().enumerate() {
                assert_eq!(seen.number(channels, place), *expected, "{channels} {place}");
            }
        }
        assert_eq!(read.get(), 70 * 80);
        seen.forget();
        seen.number(3, 0);
        assert_eq!(read.get(), 70 * 80 + TILE * TILE);
    }
}
