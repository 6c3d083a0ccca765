//! Where everything on the picture of `conv2d` stands.

use super::settings::Settings;
use crate::blocks::View;
use crate::blocks::convolution::Pass;
use crate::explain::Trace;
use crate::scene::Rect;

/// The most channels that are drawn at once.
const MOST_ROWS: usize = 4;
/// Room for a label above a grid.
const LABEL: f32 = 20.0;
/// From so many filters on, their maps are a wall across the page.
const WALL: usize = 17;
/// Between two rows.
const GAP: f32 = 12.0;

/// Where everything stands: one row for each channel, from the input to its sum over the window; the outputs beside them,
/// or below on a narrow page.
pub struct Plan {
    /// The whole picture's height.
    pub height: f32,
    /// The channels that are drawn, from the first.
    pub channels: Vec<usize>,
    /// How far apart the rows are.
    pub row: f32,
    /// The height of a row's grids.
    pub side: f32,
    /// Left edges and widths of the columns: input, window, kernel, sums.
    pub columns: [(f32, f32); 4],
    /// Where the channels are added up.
    pub sum: (f32, f32),
    /// The output map.
    pub output: Rect,
    /// On the way back, the gradient in front of the non-linearity.
    pub inner: Rect,
    /// The maps of all filters, side by side.
    pub maps: Rect,
    /// The room for each of them.
    pub map: f32,
    /// Whether the outputs stand beside the channels.
    pub wide: bool,
    /// Which filter is shown.
    pub filter: usize,
    /// Row and column of the window, between two while it glides.
    pub place: (f32, f32),
}

impl Plan {
    /// The plan for a view.
    pub fn new(settings: &Settings, trace: &Trace, view: &View<'_>) -> Self {
        let (width, text) = (view.width, view.theme.text);
        let wide = width >= 820.0;
        let rows = settings.channels.min(MOST_ROWS);
        let share = |from: f32, to: f32| (width * from, width * (to - from));
        let columns = if wide {
            [share(0.0, 0.155), share(0.185, 0.285), share(0.315, 0.415), share(0.455, 0.59)]
        } else {
            [share(0.0, 0.29), (0.0, 0.0), share(0.35, 0.63), share(0.70, 0.98)]
        };
        let side = columns[0].1.min(190.0);
        let row = side + (LABEL + GAP) * text;
        let body = row * rows as f32;
        let (output, sum) = if wide {
            let output_side = (width * 0.275).min(body.max(220.0) - LABEL * text);
            let top = ((body - output_side - 70.0) / 2.0).max(0.0) + LABEL * text;
            (
                Rect::new(width - output_side - 2.0, top, output_side, output_side),
                (width * 0.655, top + output_side / 2.0),
            )
        } else {
            let shares = settings.pass == Pass::Backward && !settings.is_linear();
            let output_side = (width * if shares { 0.44 } else { 0.62 }).min(300.0);
            let left = if shares { width - output_side - 2.0 } else { (width - output_side) / 2.0 };
            let top = body + 70.0 + LABEL * text;
            (Rect::new(left, top, output_side, output_side), (width * 0.5, body + 14.0))
        };
        let inner = if wide {
            let (left, side) = columns[3];
            Rect::new(left, output.centre().y - side / 2.0, side, side)
        } else {
            Rect { x: 2.0, ..output }
        };
        let is_wall = wide && settings.filters >= WALL;
        let each = if is_wall { width / 12.0 - 6.0 } else { 46.0_f32.min(output.width / 4.0 - 6.0) };
        let in_row = ((if wide && !is_wall { output.width } else { width }) / (each + 6.0)).floor().max(1.0);
        let map_rows = if settings.filters > 1 { (settings.filters as f32 / in_row).ceil() } else { 0.0 };
        let maps_top = if is_wall { output.bottom().max(body) } else { output.bottom() } + 26.0 * text;
        let maps_left = if wide && !is_wall { output.x } else { 2.0 };
        let maps = Rect::new(maps_left, maps_top, in_row * (each + 6.0), map_rows * (each + 6.0));
        let (filter, place) = standing(settings, trace, view);
        Self {
            height: body.max(maps.bottom()) + 34.0 * text,
            channels: shown_channels(settings, view, rows),
            row,
            side,
            columns,
            sum,
            output,
            inner,
            maps,
            map: each,
            wide,
            filter,
            place,
        }
    }

    /// A column's box in a row, below its label.
    pub fn cell_box(&self, column: usize, row: usize, text: f32) -> Rect {
        let (left, width) = self.columns[column];
        Rect::new(left, self.row * row as f32 + LABEL * text, width.min(self.side), self.side.min(width))
    }
}

/// The channels in sight: the first ones, or those around the one that is pointed at.
fn shown_channels(settings: &Settings, view: &View<'_>, rows: usize) -> Vec<usize> {
    let pointed = view.pointing.at.map_or(0, |cell| match cell.stage {
        "sum" | "weight" | "weight-gradient" => cell.index.axis(1),
        "input" | "padded" | "input-gradient" | "padded-gradient" => cell.index.axis(0),
        _ => 0,
    });
    let first = pointed.min(settings.channels - 1) / rows * rows;
    let first = first.min(settings.channels - rows);
    (first..first + rows).collect()
}

/// The filter that is shown, and where its window stands.
fn standing(settings: &Settings, trace: &Trace, view: &View<'_>) -> (usize, (f32, f32)) {
    let [rows, columns] = settings.outputs();
    let per_map = (rows * columns).max(1) as f64;
    let backward = trace.stage("input-gradient").is_some();
    let flat = if backward { 0.0 } else { view.step };
    let step_filter = (flat / per_map).floor().min(settings.filters as f64 - 1.0);
    let within = flat - step_filter * per_map;
    let (from, to, part) = (within.floor(), within.ceil(), within.fract());
    let place = |at: f64| {
        let at = (at as usize).min(rows * columns - 1);
        ((at / columns) as f64, (at % columns) as f64)
    };
    let ((y0, x0), (y1, x1)) = (place(from), place(to));
    let stepped = ((y0 + (y1 - y0) * part) as f32, (x0 + (x1 - x0) * part) as f32);
    let Some(cell) = view.pointing.at else { return (step_filter as usize, stepped) };
    let axis = |axis| cell.index.axis(axis);
    let near = |place: (usize, usize)| {
        let there = (place.0 as f32, place.1 as f32);
        let close = (there.0 - stepped.0).abs() < 1.0 && (there.1 - stepped.1).abs() < 1.0;
        if close && axis(0) == step_filter as usize { stepped } else { there }
    };
    match cell.stage {
        "output" | "pre" | "output-gradient" | "pre-gradient" => (axis(0), near((axis(1), axis(2)))),
        "sum" => (axis(0), (axis(2) as f32, axis(3) as f32)),
        "weight" | "bias" | "weight-gradient" | "bias-gradient" => (axis(0), stepped),
        _ => (step_filter as usize, stepped),
    }
}
