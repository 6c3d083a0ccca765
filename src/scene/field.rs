//! Cells too small to be shapes of their own.

use super::{Direction, Point, Rect};
use crate::explain::{Cell, Index};

/// The last two axes of a stage, spread evenly over one shape: row by row, column by column. A stage of one axis is one row.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Field {
    /// The first cell, in the upper left corner.
    pub first: Cell,
    /// How many rows.
    pub rows: usize,
    /// How many columns.
    pub columns: usize,
    /// Whether the rows of the stage are its columns: time runs to the right.
    pub sideways: bool,
}

impl Field {
    /// The cell nearest to a point, when the field is spread over `bounds`.
    pub fn cell_at(&self, bounds: Rect, point: Point) -> Cell {
        let along = |offset: f32, length: f32, count: usize| {
            let share = if length > 0.0 { offset / length } else { 0.0 };
            ((share * count as f32).max(0.0) as usize).min(count.saturating_sub(1))
        };
        self.cell(
            along(point.y - bounds.y, bounds.height, self.rows),
            along(point.x - bounds.x, bounds.width, self.columns),
        )
    }

    /// Where a cell of the field is.
    pub fn bounds_of(&self, bounds: Rect, cell: Cell) -> Option<Rect> {
        let (row, column) = self.position(cell)?;
        Some(bounds.tile((self.rows, self.columns), (row as f32, column as f32)))
    }

    /// Whether the field shows a cell.
    pub fn contains(&self, cell: Cell) -> bool {
        self.position(cell).is_some()
    }

    /// The cell beside another, within the field.
    pub fn neighbour(&self, from: Cell, direction: Direction) -> Option<Cell> {
        let (row, column) = self.position(from)?;
        let (row, column) = match direction {
            Direction::Left => (row, column.checked_sub(1)?),
            Direction::Right => (row, column + 1),
            Direction::Up => (row.checked_sub(1)?, column),
            Direction::Down => (row + 1, column),
        };
        (row < self.rows && column < self.columns).then(|| self.cell(row, column))
    }

    fn cell(&self, row: usize, column: usize) -> Cell {
        let (row, column) = if self.sideways { (column, row) } else { (row, column) };
        let mut position = self.first.index.to_vec();
        match &mut position[..] {
            [.., last_row, last_column] => (*last_row, *last_column) = (*last_row + row, *last_column + column),
            [last_column] => *last_column += column,
            [] => {}
        }
        Cell { stage: self.first.stage, index: Index::new(&position).unwrap_or(self.first.index) }
    }

    fn position(&self, cell: Cell) -> Option<(usize, usize)> {
        let (first, index) = (&self.first.index, &cell.index);
        let lead = first.len().saturating_sub(2);
        if cell.stage != self.first.stage || index.len() != first.len() || index[..lead] != first[..lead] {
            return None;
        }
        let along = |axis: usize| Some(index.get(axis)?.checked_sub(*first.get(axis)?)? as usize);
        let (row, column) = if first.len() == 1 { (0, along(0)?) } else { (along(lead)?, along(lead + 1)?) };
        let (row, column) = if self.sideways { (column, row) } else { (row, column) };
        (row < self.rows && column < self.columns).then_some((row, column))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn points_and_cells_agree() {
        let field = Field { first: Cell::new("output", [2, 0, 0]), rows: 30, columns: 40, sideways: false };
        let bounds = Rect::new(10.0, 20.0, 400.0, 300.0);
        for (row, column) in [(0, 0), (29, 39), (7, 13)] {
            let cell = Cell::new("output", [2, row, column]);
            let place = field.bounds_of(bounds, cell).expect("inside");
            assert_eq!(field.cell_at(bounds, place.centre()), cell);
        }
        assert_eq!(field.cell_at(bounds, Point::new(-50.0, 9999.0)), Cell::new("output", [2, 29, 0]));
        let turned = Field { sideways: true, rows: 40, columns: 30, ..field };
        assert_eq!(turned.cell_at(bounds, Point::new(409.0, 21.0)), Cell::new("output", [2, 29, 0]));
        assert_eq!(turned.neighbour(field.first, Direction::Right), Some(Cell::new("output", [2, 1, 0])));
        assert!(turned.contains(Cell::new("output", [2, 29, 39])));
        assert!(!field.contains(Cell::new("output", [1, 0, 0])));
        assert!(!field.contains(Cell::new("input", [2, 0, 0])));
        assert_eq!(field.neighbour(Cell::new("output", [2, 0, 39]), Direction::Right), None);
        let strip = Field { first: Cell::new("output", [0]), rows: 1, columns: 40, sideways: false };
        assert_eq!(strip.cell_at(bounds, Point::new(214.0, 9.0)), Cell::new("output", [20]));
        assert_eq!(strip.neighbour(Cell::new("output", [20]), Direction::Left), Some(Cell::new("output", [19])));
        assert!(strip.contains(Cell::new("output", [39])) && !strip.contains(Cell::new("output", [40])));
        assert_eq!(
            field.neighbour(Cell::new("output", [2, 0, 0]), Direction::Down),
            Some(Cell::new("output", [2, 1, 0]))
        );
    }
}
