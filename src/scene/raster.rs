//! Thousands of lines and dots as pixels: too many to be shapes of their own.

use std::ops::Range;

use super::{Bitmap, Colour, Point};

/// So many lines may cover what is behind them fully; the more there are, the less each does.
const FULL: f32 = 1600.0;
/// More lines across a pixel than this are as many.
const MOST_CROSSING: usize = 4096;
/// Smaller dots have no rim.
const SMALL: f32 = 2.5;
/// Of so many parts is a pixel.
const PARTS: f32 = 65_536.0;

/// Lines on top of each other: how many cross each pixel.
pub struct Raster {
    width: usize,
    height: usize,
    counts: Vec<u8>,
    lines: usize,
    /// Whether the counts are shares of 255, not lines.
    is_covered: bool,
}

impl Raster {
    /// An empty raster.
    pub fn new(width: usize, height: usize) -> Self {
        Self { width, height, counts: vec![0; width * height], lines: 0, is_covered: false }
    }

    /// How many pixels wide and high it is.
    pub fn size(&self) -> (usize, usize) {
        (self.width, self.height)
    }

    /// How many lines there are on it.
    pub fn lines(&self) -> usize {
        self.lines
    }

    /// Takes all lines away.
    pub fn clear(&mut self) {
        self.counts.fill(0);
        self.lines = 0;
    }

    /// Draws a line between two points on the raster.
    pub fn line(&mut self, from: Point, to: Point) {
        self.lines += 1;
        let long = (to.x - from.x).abs().max((to.y - from.y).abs()).ceil();
        let steps = long.clamp(1.0, (self.width + self.height) as f32);
        // In whole parts of pixels: casts at every pixel would take most of the time.
        let parts = |x: f32| (x * PARTS) as i32;
        let [dx, dy] = [(to.x - from.x) / steps, (to.y - from.y) / steps].map(parts);
        let [mut x, mut y] = [from.x, from.y].map(parts);
        for _ in 0..=(steps as usize) {
            let (column, row) = ((x >> 16) as usize, (y >> 16) as usize);
            if column < self.width && row < self.height {
                let count = &mut self.counts[row * self.width + column];
                *count = count.saturating_add(1);
            }
            (x, y) = (x.wrapping_add(dx), y.wrapping_add(dy));
        }
    }

    /// Takes lines that were counted elsewhere, on a square picture of so many pixels on a side: across and down, the first of its
    /// pixels that a pixel here shows, which ends where the next begins.
    pub fn cover(
        &mut self,
        lines: usize,
        (crossed, side): (&[u32], usize),
        [across, down]: [&dyn Fn(f32) -> usize; 2],
    ) {
        (self.lines, self.is_covered) = (lines, true);
        let mut free = f32::from(u8::MAX);
        let shares: Vec<u8> = (0..MOST_CROSSING)
            .map(|_| {
                let share = f32::from(u8::MAX) - free;
                free *= 1.0 - (FULL / lines as f32).min(0.8);
                share as u8
            })
            .collect();
        let spans = |length: usize, first: &dyn Fn(f32) -> usize| -> Vec<Range<usize>> {
            let span = |at: usize| first(at as f32)..first(at as f32 + 1.0);
            (0..length).map(span).collect()
        };
        let (columns, rows) = (spans(self.width, across), spans(self.height, down));
        let mut counts = self.counts.iter_mut();
        for row in &rows {
            for (column, count) in columns.iter().zip(&mut counts) {
                let lines = row.clone().flat_map(|row| &crossed[row * side..][column.clone()]);
                let sum: u32 = lines.sum();
                let mean = sum as usize / (row.len() * column.len()).max(1);
                *count = shares[mean.min(MOST_CROSSING - 1)];
            }
        }
    }

    /// The lines in one colour on another, and on them a dot of its own colour at each place, with a rim of the lines' colour where
    /// there is room.
    pub fn paint(&self, [ground, ink]: [Colour; 2], dots: &[(Point, Colour)], radius: f32) -> Bitmap {
        let strength = (FULL / self.lines.max(1) as f32).clamp(0.06, 0.8);
        let mut free = 1.0;
        let shades: Vec<[u8; 4]> = (0..=u8::MAX)
            .map(|share| {
                if self.is_covered {
                    return ground.mix(ink, f32::from(share) / f32::from(u8::MAX)).rgba;
                }
                let shade = ground.mix(ink, 1.0 - free).rgba;
                free *= 1.0 - strength;
                shade
            })
            .collect();
        let mut rgba = vec![0; 4 * self.counts.len()];
        for (pixel, count) in rgba.chunks_exact_mut(4).zip(&self.counts) {
            pixel.copy_from_slice(&shades[usize::from(*count)]);
        }
        let stamp = stamp(radius);
        for (at, colour) in dots {
            for pixel in &stamp {
                let (x, y) = ((at.x as i32).saturating_add(pixel.x), (at.y as i32).saturating_add(pixel.y));
                if (0..self.width as i32).contains(&x) && (0..self.height as i32).contains(&y) {
                    let place = 4 * (y as usize * self.width + x as usize);
                    let below = &mut rgba[place..place + 3];
                    if pixel.inner < pixel.rim {
                        cover(below, ink, pixel.rim);
                    }
                    cover(below, *colour, pixel.inner);
                }
            }
        }
        Bitmap { width: self.width as u32, height: self.height as u32, rgba }
    }
}

/// Where a pixel is covered fully.
const FULL_COVER: i32 = 256;

/// A pixel of a dot, from its middle, and how much of it the dot covers with its rim and within, from 0 to [`FULL_COVER`].
struct Pixel {
    x: i32,
    y: i32,
    rim: i32,
    inner: i32,
}

/// The pixels of a dot.
fn stamp(radius: f32) -> Vec<Pixel> {
    let reach = radius.ceil() as i32;
    let around = (-reach..=reach).flat_map(|y| (-reach..=reach).map(move |x| (x, y)));
    let pixel = |(x, y): (i32, i32)| {
        let far = (x as f32).hypot(y as f32);
        let within = if radius < SMALL { radius } else { 0.8 * radius };
        let [rim, inner] =
            [radius, within].map(|radius| (FULL_COVER as f32 * (radius + 0.5 - far).clamp(0.0, 1.0)) as i32);
        Pixel { x, y, rim, inner }
    };
    around.map(pixel).filter(|pixel| pixel.rim > 0).collect()
}

/// Covers a part of a pixel. In whole numbers: there are a quarter of a million pixels in a picture.
fn cover(below: &mut [u8], colour: Colour, part: i32) {
    for (channel, over) in below.iter_mut().zip(colour.rgba) {
        *channel = (i32::from(*channel) + ((i32::from(over) - i32::from(*channel)) * part / FULL_COVER)) as u8;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BLACK: Colour = Colour::hex(0);
    const WHITE: Colour = Colour::hex(0xffffff);
    const RED: Colour = Colour::hex(0xff0000);

    fn pixel(bitmap: &Bitmap, x: usize, y: usize) -> &[u8] {
        &bitmap.rgba[4 * (y * bitmap.width as usize + x)..][..4]
    }

    #[test]
    fn lines_shade_and_dots_are_in_front() {
        let mut raster = Raster::new(20, 10);
        raster.line(Point::new(2.5, 5.5), Point::new(17.5, 5.5));
        raster.line(Point::new(2.5, 5.5), Point::new(8.5, 5.5));
        let bitmap = raster.paint([WHITE, BLACK], &[(Point::new(2.5, 5.5), RED)], 1.5);
        assert_eq!(pixel(&bitmap, 2, 5), RED.rgba);
        assert_eq!(pixel(&bitmap, 10, 4), WHITE.rgba);
        assert!(pixel(&bitmap, 6, 5)[0] < pixel(&bitmap, 15, 5)[0], "two lines are darker than one");
        assert!(pixel(&bitmap, 15, 5)[0] < 255);
    }

    #[test]
    fn what_is_outside_is_left_out() {
        let mut raster = Raster::new(4, 4);
        raster.line(Point::new(-9.0, -9.0), Point::new(99.0, 40.0));
        raster.line(Point::new(f32::NAN, 1.0), Point::new(1.0, f32::INFINITY));
        let far = [Point::new(-50.0, 2.0), Point::new(f32::INFINITY, f32::NAN)].map(|at| (at, RED));
        assert_eq!(raster.paint([WHITE, BLACK], &far, 2.0).rgba.len(), 64);
    }

    #[test]
    fn lines_that_were_counted_elsewhere_shade_as_many() {
        let mut raster = Raster::new(2, 1);
        // Four by four counts: the left half of the picture is crossed, the right one is not.
        let crossed = [9, 9, 0, 0].repeat(4);
        raster.cover(1600, (&crossed, 4), [&|at| 2 * at as usize, &|at| 4 * at as usize]);
        let bitmap = raster.paint([WHITE, BLACK], &[], 1.0);
        assert_eq!(raster.lines(), 1600);
        assert!(pixel(&bitmap, 0, 0)[0] < 60 && pixel(&bitmap, 1, 0) == WHITE.rgba);
    }
}
