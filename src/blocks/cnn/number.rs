//! The arithmetic of one number: what it reads, what that is multiplied with, and the result.

use super::chain::{is_drawn, is_learned};
use super::scene::Picture;
use crate::explain::{Cell, Explanation, Expr, Stage};
use crate::scene::{Point, Rect, Scale, Scene, Shows, draw_cell};

/// Room for the result, beside or below what it is made from.
const RESULT: f32 = 156.0;
/// The largest cell.
const PITCH: f32 = 26.0;
/// Between two groups.
const GAP: f32 = 10.0;

/// What one number is made from.
#[derive(Default)]
struct Parts {
    /// A group for each kernel: what is read, and what it is multiplied with.
    groups: Vec<Vec<[Option<Cell>; 2]>>,
    bias: Option<Cell>,
    /// What is done to each factor before, such as ReLU′.
    function: Option<&'static str>,
    /// How many cells of a group stand side by side.
    across: usize,
}

impl Parts {
    fn of(why: &Explanation) -> Self {
        let mut parts = Self::default();
        let mut last = None;
        let mut add = |parts: &mut Self, read: Cell, factor: Option<Cell>| {
            // A kernel has four axes; its group is that of its channels.
            let kernel =
                factor.filter(|factor| factor.index.len() == 4).map(|cell| [cell.index.axis(0), cell.index.axis(1)]);
            match parts.groups.last_mut().filter(|_| last == Some(kernel)) {
                Some(group) => group.push([Some(read), factor]),
                None => parts.groups.push(vec![[Some(read), factor]]),
            }
            last = Some(kernel);
        };
        for term in why.made_from.terms() {
            let cells = term.cells();
            if let Expr::Product(factors) = term {
                parts.function = factors.iter().find_map(|factor| match factor {
                    Expr::Call(function, _) => Some(function.name),
                    _ => None,
                });
            }
            match (term, &cells[..]) {
                (Expr::Product(_), &[a, b]) if is_learned(a.stage) => add(&mut parts, b, Some(a)),
                (Expr::Product(_), &[a, b]) => add(&mut parts, a, Some(b)),
                (_, &[cell]) if is_learned(cell.stage) => parts.bias = Some(cell),
                _ => {
                    // Each once, in the order in which they stand in the network.
                    let mut cells = cells;
                    cells.sort_by(|a, b| a.index[..].cmp(&b.index[..]));
                    cells.dedup();
                    cells.into_iter().for_each(|cell| add(&mut parts, cell, None));
                }
            }
        }
        let group = parts.groups.first().map_or(&[][..], Vec::as_slice);
        let row = |pair: &&[Option<Cell>; 2]| pair[1].map(|cell| cell.index.axis(2));
        parts.across = match (group.first(), group.len()) {
            (Some([_, Some(factor)]), _) if factor.index.len() == 4 => {
                let first = group.first().as_ref().map(row);
                group.iter().take_while(|pair| Some(row(pair)) == first).count()
            }
            (_, more @ 17..) => more.div_ceil(8),
            (_, few) => few.div_ceil(2).max(1),
        };
        parts
    }

    fn rows(&self) -> usize {
        self.groups.first().map_or(1, |group| group.len().div_ceil(self.across))
    }

    fn has_factors(&self) -> bool {
        self.groups.first().and_then(|group| group.first()).is_some_and(|pair| pair[1].is_some())
    }
}

impl Picture<'_> {
    /// Draws the arithmetic; where it ends.
    pub fn number(&self, scene: &mut Scene, top: f32) -> f32 {
        let (theme, width, wide) = (self.theme(), self.view.width, self.is_wide());
        let text = theme.text;
        let shown = self.shown();
        // As much as the widest sum takes: eight kernels in one line, or in two.
        let pitch = ((width / if wide { 8.0 } else { 4.0 } - GAP) / 3.0).min(PITCH * text);
        let (first, height) = (top + 24.0 * text, (6.0 * pitch + GAP + 2.0) * if wide { 1.0 } else { 2.0 });
        let end = if wide { first + height } else { first + height + 64.0 * text };
        let behind = self.behind(shown);
        let Some((stage, why)) = self.trace.stage(shown.stage).zip(self.explain(behind)) else {
            return end;
        };
        self.view.label(scene, Point::new(2.0, top + 6.0), stage.role, stage.title);
        // A number that is only passed on is told by the one behind it.
        if let Some(behind) = self.trace.stage(behind.stage).filter(|behind| wide && behind.name != stage.name) {
            for (x, words) in [(380.0, "passed on from:"), (506.0, behind.title)] {
                self.view.caption(scene, Point::new(x * text, top + 6.0), words);
            }
        }
        let parts = Parts::of(&why);
        let room = Rect::new(4.0, first, width - if wide { RESULT * text } else { 8.0 }, height);
        let used = self.groups(scene, &parts, room);
        let result = match wide {
            true => Rect::new(used.right() + 14.0, first, RESULT * text - 24.0, used.height.max(60.0 * text)),
            false => Rect::new(4.0, used.bottom() + 6.0, RESULT * text, 56.0 * text),
        };
        self.result(scene, &why, shown, parts.bias, result);
        end
    }

    /// The groups: what is read above what it is multiplied with; a single group side by side. The box around them.
    fn groups(&self, scene: &mut Scene, parts: &Parts, room: Rect) -> Rect {
        let (groups, across, rows) = (parts.groups.len().max(1), parts.across as f32, parts.rows() as f32);
        let (lines, beside) = (if groups > 4 && !self.is_wide() { 2 } else { 1 }, groups == 1);
        let per_line = groups.div_ceil(lines) as f32;
        let tiles = if parts.has_factors() { 2.0 } else { 1.0 };
        let (wide, tall) = if beside { (tiles * across, rows) } else { (across, tiles * rows) };
        let times = format!("· {}", parts.function.unwrap_or_default());
        let times_wide = 2.0 * GAP + 8.0 * self.theme().text * (times.chars().count() - 2) as f32;
        let gap = if beside { times_wide } else { GAP };
        let pitch = ((room.width / per_line - gap) / wide).min((room.height / lines as f32 - GAP) / tall);
        let pitch = pitch.min(PITCH * if beside { 1.8 } else { 1.0 } * self.theme().text);
        let tile = (across * pitch, rows * pitch);
        let step = if beside { (0.0, 0.0) } else { (tile.0 + GAP, tiles * tile.1 + 2.0 + GAP) };
        let mut used = Rect::new(room.x, room.y, 0.0, 0.0);
        for (at, group) in parts.groups.iter().enumerate() {
            let (line, column) = (at / per_line as usize, at % per_line as usize);
            let corner = Point::new(room.x + column as f32 * step.0, room.y + line as f32 * step.1);
            for (which, offset) in
                [(0, (0.0, 0.0)), (1, if beside { (tile.0 + times_wide, 0.0) } else { (0.0, tile.1 + 2.0) })]
            {
                let bounds = Rect::new(corner.x + offset.0, corner.y + offset.1, tile.0, tile.1);
                let cells: Vec<Cell> = group.iter().filter_map(|pair| pair[which]).collect();
                if !cells.is_empty() {
                    self.tile(scene, &cells, parts.across, bounds, pitch);
                    used = used.union(bounds);
                }
            }
            if beside && tiles > 1.0 {
                let dot = Point::new(corner.x + tile.0 + times_wide / 2.0, corner.y + tile.1 / 2.0);
                self.view.centred(scene, dot, 13.0, self.theme().muted, times.as_str());
            }
        }
        used
    }

    fn tile(&self, scene: &mut Scene, cells: &[Cell], across: usize, bounds: Rect, pitch: f32) {
        let theme = self.theme();
        let Some(stage) = cells.first().and_then(|cell| self.trace.stage(cell.stage)) else { return };
        let scale = self.scale(stage.name);
        let place = |at: usize| {
            let (row, column) = ((at / across) as f32, (at % across) as f32);
            Rect::new(bounds.x + column * pitch, bounds.y + row * pitch, pitch, pitch).grow(-0.5)
        };
        for (at, &cell) in cells.iter().enumerate() {
            let of = self.trace.stage(cell.stage).unwrap_or(stage);
            self.cell(scene, of, cell, place(at), scale);
        }
        for (at, &cell) in cells.iter().enumerate() {
            if self.view.pointing.at == Some(cell) || self.view.pointing.term.contains(&cell) {
                self.outline(scene, cell, place(at));
            }
        }
        self.view.outline(scene, bounds.grow(0.5), theme.role(stage.role), 1.0, 2.0);
    }

    /// A number of the arithmetic. One that also stands in the network is pointed at and walked from there, not here.
    fn cell(&self, scene: &mut Scene, stage: &Stage, cell: Cell, bounds: Rect, scale: Scale) {
        let first = scene.marks.len();
        draw_cell(scene, stage, cell, bounds, (scale, None), self.theme());
        if is_drawn(cell.stage) && !is_learned(cell.stage) {
            scene.marks[first..].iter_mut().for_each(|mark| mark.shows = Shows::Nothing);
        }
    }

    /// What becomes of it: the function, the bias, the number.
    fn result(&self, scene: &mut Scene, why: &Explanation, shown: Cell, bias: Option<Cell>, place: Rect) {
        let (theme, text) = (self.theme(), self.theme().text);
        let word = match &why.made_from {
            Expr::Call(function, _) => function.name,
            Expr::Quotient(..) => "softmax",
            Expr::Sum(_) => "Σ",
            _ => "",
        };
        let y = place.centre().y;
        let mut x = place.x;
        if !word.is_empty() {
            let wide = (12.0 + 7.0 * word.chars().count() as f32).max(24.0) * text;
            let bounds = Rect::new(x, y - 11.0 * text, wide, 22.0 * text);
            self.view.chip(scene, bounds, word);
            x = bounds.right() + 6.0 * text;
        }
        let mut number = |scene: &mut Scene, cell: Cell, sign: &str, side: f32| {
            let Some(stage) = self.trace.stage(cell.stage) else { return };
            self.view.centred(scene, Point::new(x + 5.0 * text, y), 13.0, theme.muted, sign);
            let bounds = Rect::new(x + 13.0 * text, y - side / 2.0, side, side);
            self.cell(scene, stage, cell, bounds, self.scale(stage.name));
            self.view.outline(scene, bounds.grow(1.0), theme.role(stage.role), 1.5, 3.0);
            x = bounds.right() + 6.0 * text;
        };
        if let Some(bias) = bias {
            number(scene, bias, "+", 28.0 * text);
        }
        number(scene, shown, "=", 40.0 * text);
    }
}
