//! Where everything on the picture of `conv3d` stands.

use super::settings::Settings;
use crate::blocks::View;
use crate::blocks::convolution::Pass;
use crate::scene::Rect;

/// Room for a label above a grid.
pub const LABEL: f32 = 20.0;
/// The height of the strip of numbers along the depth.
const STRIP: f32 = 26.0;
/// The side of the small maps of the 2D convolution's channels.
const CHANNEL: f32 = 46.0;

/// A volume, one slice of it, and one line of numbers along its depth.
#[derive(Clone, Copy)]
pub struct Block {
    pub volume: Rect,
    pub slice: Rect,
    pub strip: Rect,
}

/// Where everything stands: from the left the input's volume, the kernel's slices at work, the output; or one below the
/// other on a narrow page.
pub struct Plan {
    /// The whole picture's height, and that of its part above the 2D convolution.
    pub height: f32,
    pub body: f32,
    /// Whether things stand beside each other.
    pub wide: bool,
    /// The input. Its slice and strip are drawn only where the gradient goes into it.
    pub input: Block,
    /// The three lines that name the axes.
    pub captions: [f32; 2],
    /// The first row's top, and how far apart the rows are: one for each slice of the kernel.
    pub rows: [f32; 2],
    /// The columns' left edges, and the side of their grids: slice, window, kernel, products.
    pub columns: [f32; 4],
    pub side: f32,
    /// Where the slices' sums are added up.
    pub sum: [f32; 2],
    pub output: Block,
    /// The channels of the 2D convolution: the first one's box, how many fit into a row.
    pub channel: Rect,
    pub channels: usize,
    /// The 2D convolution's output.
    pub flat: Rect,
}

impl Plan {
    /// The plan for a view.
    pub fn new(settings: &Settings, view: &View<'_>) -> Self {
        let (width, text) = (view.width, view.theme.text);
        let wide = width >= 820.0;
        let (label, line) = (LABEL * text, 15.0 * text);
        let backward = settings.pass == Pass::Backward;
        let (volume, captions_top) = if wide {
            // Room for the name of the upright axis.
            let side = width * 0.25 - 34.0 * text;
            (Rect::new(34.0 * text, label, side, side), label + side)
        } else {
            let side = (width * 0.72).min(280.0);
            (Rect::new((width - side) / 2.0, label, side, side), label + side)
        };
        let captions = [if wide { 2.0 } else { volume.x.max(2.0) }, captions_top + 14.0 * text];
        let captions_bottom = captions[1] + if backward { 0.0 } else { 4.0 * line };
        let small = if wide { width * 0.185 } else { (width * 0.48).min(240.0) };
        let with_slice = |volume: Rect, slice: Rect| Block {
            volume,
            slice,
            strip: Rect::new(slice.x, slice.bottom() + label, slice.width, STRIP * text),
        };
        let input =
            with_slice(volume, Rect::new(if wide { 2.0 } else { volume.x }, captions_bottom + label, small, small));
        let input_bottom = if backward { input.strip.bottom() } else { captions_bottom };
        // Room for the slices' sums, left of where they are added up.
        let side = if wide { (width * 0.497 - 24.0 - 58.0 * text) / 4.0 } else { ((width - 38.0) / 4.0).min(120.0) };
        let first = if wide { width * 0.26 } else { (width - 4.0 * side - 30.0) / 2.0 };
        let step = side + if wide { width * 0.011 } else { 10.0 };
        let row = side + label + if wide { 10.0 } else { 18.0 * text };
        let top = if wide { 0.0 } else { input_bottom + 16.0 };
        let rows_bottom = top + row * settings.kernel as f32;
        let sum = match (wide, backward) {
            (true, false) => [width * 0.79, rows_bottom / 2.0],
            (true, true) => [first + 2.0 * step - 5.0, rows_bottom + 14.0 * text],
            (false, _) => [width / 2.0, rows_bottom + 14.0 * text],
        };
        let output = if wide {
            let slice = Rect::new(width - small - 2.0, label, small, small);
            let block = with_slice(slice, slice);
            Block { volume: Rect { y: block.strip.bottom() + label, ..slice }, ..block }
        } else {
            let slice = Rect::new(2.0, sum[1] + (28.0 + LABEL) * text, small, small);
            with_slice(Rect { x: width - small, ..slice }, slice)
        };
        let body =
            rows_bottom.max(sum[1] + 14.0).max(input_bottom).max(output.volume.bottom()).max(output.strip.bottom());
        let mut bottom = body;
        let channel = Rect::new(2.0, body + 3.4 * label, CHANNEL, CHANNEL);
        let room = if wide { width * 0.72 } else { width };
        let channels = ((room / (CHANNEL + 6.0)) as usize).clamp(1, settings.size()[0]);
        let flat = if wide {
            Rect::new(output.slice.x, channel.y, small, small)
        } else {
            Rect::new((width - small) / 2.0, channel.y + 2.0 * CHANNEL + 6.5 * line + label, small, small)
        };
        if settings.beside {
            bottom = flat.bottom().max(channel.y + 2.0 * CHANNEL + 6.0 * line);
        }
        let columns = [0.0, 1.0, 2.0, 3.0].map(|column| first + column * step);
        let rows = [top, row];
        let height = bottom + 34.0 * text;
        Self { height, body, wide, input, captions, rows, columns, side, sum, output, channel, channels, flat }
    }

    /// A column's box in the row of a slice of the kernel, below its label.
    pub fn cell_box(&self, column: usize, row: usize, text: f32) -> Rect {
        let top = self.rows[0] + self.rows[1] * row as f32 + LABEL * text;
        Rect::new(self.columns[column], top, self.side, self.side)
    }
}
