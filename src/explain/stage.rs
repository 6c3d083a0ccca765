//! Everything that was computed, as named stages.

use std::fmt;
use std::rc::Rc;

use ndarray::{ArrayD, IxDyn};

use super::{Cell, Expr, Index, Leaf, Role, Symbol, listed};

/// Gives the number at a layer's position.
pub type ValueAt = Rc<dyn Fn(&[usize]) -> f32>;

/// Rows and columns: places along the last two axes.
pub type Places<'a> = [&'a [usize]; 2];

/// Gives the numbers at some places, at a layer's position along the other axes.
pub type ValuesIn = Rc<dyn Fn(&[usize], Places<'_>) -> Vec<f32>>;

/// The numbers of a stage.
#[derive(Clone)]
pub enum Values {
    /// All of them, in memory.
    Array(Rc<ArrayD<f32>>),
    /// Computed when one is asked for: for pictures too large to filter whole for a few visible cells.
    Lazy {
        /// The length of each axis.
        shape: Vec<usize>,
        /// The number at a position within `shape`.
        at: ValueAt,
        /// Many numbers at once, sooner and for the eye only: in the last digit they may differ.
        within: Option<ValuesIn>,
    },
}

impl Values {
    /// Numbers that are computed when asked for.
    pub fn lazy(shape: Vec<usize>, at: impl Fn(&[usize]) -> f32 + 'static) -> Self {
        Self::Lazy { shape, at: Rc::new(at), within: None }
    }

    /// The same, with a faster way to many numbers at once, for the eye only.
    pub fn drawn_by(mut self, many: impl Fn(&[usize], Places<'_>) -> Vec<f32> + 'static) -> Self {
        if let Self::Lazy { within, .. } = &mut self {
            *within = Some(Rc::new(many));
        }
        self
    }
}

impl From<ArrayD<f32>> for Values {
    fn from(values: ArrayD<f32>) -> Self {
        Self::Array(Rc::new(values))
    }
}

/// One array of the trace: "padded input", "products", "forget gate".
///
/// Layers index a stage by all axes of their tensor; people see only those that say something. A stage whose leading axes
/// have length one (the batch; a single channel) hides them: its cells and subscripts leave them out.
#[derive(Clone)]
pub struct Stage {
    /// The name in addresses: short, lower case, never renamed.
    pub name: &'static str,
    /// What it is called on the page.
    pub title: &'static str,
    /// The letter in formulas.
    pub symbol: &'static str,
    /// What it is in the network; decides its colour.
    pub role: Role,
    /// True where the stage holds the derivative of the loss by `symbol`.
    pub derivative: bool,
    /// What the letter's first subscript always is, such as the gate that weights belong to; often nothing.
    pub mark: &'static str,
    hidden_axes: usize,
    first: [i32; Index::MAX_AXES],
    values: Values,
}

impl Stage {
    /// A stage that shows every axis of `values`.
    pub fn new(
        name: &'static str,
        title: &'static str,
        symbol: &'static str,
        role: Role,
        values: impl Into<Values>,
    ) -> Self {
        let (hidden_axes, first, values) = (0, [0; Index::MAX_AXES], values.into());
        Self { name, title, symbol, role, derivative: false, mark: "", hidden_axes, first, values }
    }

    /// The same stage with its first `axes` axes (each of length one) left out of cells and subscripts.
    pub fn hiding(mut self, axes: usize) -> Self {
        debug_assert!(self.full_shape()[..axes].iter().all(|&length| length == 1));
        self.hidden_axes = axes;
        self
    }

    /// The same stage with subscripts that count from `first` along its last axes: the padded cell in front of x₀ is x₋₁.
    /// Addresses still count from 0.
    pub fn counting_from(mut self, first: &[i32]) -> Self {
        let space = self.full_shape().len().saturating_sub(first.len());
        self.first.iter_mut().skip(space).zip(first).for_each(|(slot, &first)| *slot = first);
        self
    }

    /// The same stage with a word as its letter's first subscript: W with f for the forget gate.
    pub fn marked(mut self, mark: &'static str) -> Self {
        self.mark = mark;
        self
    }

    /// The same stage, holding ∂E/∂`symbol`.
    pub fn derivative(mut self) -> Self {
        self.derivative = true;
        self
    }

    /// The lengths of the axes that are shown.
    pub fn shape(&self) -> &[usize] {
        &self.full_shape()[self.hidden_axes..]
    }

    /// The lengths of all axes, as the layer has them.
    pub fn full_shape(&self) -> &[usize] {
        match &self.values {
            Values::Array(array) => array.shape(),
            Values::Lazy { shape, .. } => shape,
        }
    }

    /// How many numbers the stage holds; as many as can be counted, where pairs of nodes are more.
    pub fn len(&self) -> usize {
        self.shape().iter().fold(1, |all, length| all.saturating_mul(*length))
    }

    /// Whether the stage holds no number.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The array, where it is in memory.
    pub fn array(&self) -> Option<&ArrayD<f32>> {
        self.shared().map(Rc::as_ref)
    }

    /// The same array, as it is shared with whoever computed it.
    pub fn shared(&self) -> Option<&Rc<ArrayD<f32>>> {
        match &self.values {
            Values::Array(array) => Some(array),
            Values::Lazy { .. } => None,
        }
    }

    /// Holds other numbers, of the same shape.
    pub fn replace(&mut self, numbers: ArrayD<f32>) {
        if numbers.shape() == self.full_shape() {
            self.values = numbers.into();
        }
    }

    /// The number at a cell's index; nothing where the stage has no such cell.
    pub fn value(&self, index: &[u32]) -> Option<f32> {
        let shape = self.shape();
        if index.len() != shape.len() || index.iter().zip(shape).any(|(&at, &length)| at as usize >= length) {
            return None;
        }
        let mut position = [0; Index::MAX_AXES];
        let axes = self.hidden_axes + index.len();
        for (slot, &at) in position[self.hidden_axes..axes].iter_mut().zip(index) {
            *slot = at as usize;
        }
        match &self.values {
            Values::Array(array) => array.get(IxDyn(&position[..axes])).copied(),
            Values::Lazy { at, .. } => Some(at(&position[..axes])),
        }
    }

    /// The numbers in some rows and columns, the last two axes, to be drawn: row by row.
    pub fn within(&self, lead: &[usize], [rows, columns]: Places<'_>) -> Vec<f32> {
        let shape = self.full_shape();
        let last = shape.len().saturating_sub(2);
        let mut position = vec![0; shape.len()];
        position[..last].iter_mut().skip(self.hidden_axes).zip(lead).for_each(|(slot, &at)| *slot = at);
        let at = match &self.values {
            Values::Lazy { within: Some(within), .. } => return within(&position[..last], [rows, columns]),
            Values::Lazy { at, .. } => at.clone(),
            Values::Array(array) => {
                let array = array.clone();
                Rc::new(move |at: &[usize]| array.get(IxDyn(at)).copied().unwrap_or_default())
            }
        };
        let mut numbers = Vec::with_capacity(rows.len() * columns.len());
        for &row in rows {
            for &column in columns {
                // Of a stage with one axis there is one row.
                position.iter_mut().rev().zip([column, row]).for_each(|(slot, at)| *slot = at);
                numbers.push(at(&position));
            }
        }
        numbers
    }

    /// The cell at a layer's position, which names all axes.
    pub fn cell(&self, position: &[usize]) -> Option<Cell> {
        Some(Cell { stage: self.name, index: Index::new(position.get(self.hidden_axes..)?)? })
    }

    /// A cell's index as a layer's position, which names all axes.
    pub fn position(&self, index: Index) -> Vec<usize> {
        let mut position = vec![0; self.hidden_axes];
        position.extend(index.iter().map(|&at| at as usize));
        position
    }

    /// The number at a layer's position, with its address and its name.
    ///
    /// # Panics
    /// When the position is outside the stage: a layer explains only with cells it read.
    pub fn leaf(&self, position: &[usize]) -> Leaf {
        let cell = self.cell(position);
        let value = cell.and_then(|cell| self.value(&cell.index));
        let (Some(cell), Some(value)) = (cell, value) else {
            panic!("{} has shape [{}]: no number at [{}]", self.name, listed(self.full_shape()), listed(position));
        };
        Leaf { cell, symbol: self.symbol_at(cell.index), value }
    }

    /// [`leaf`](Self::leaf), as a formula.
    pub fn at(&self, position: &[usize]) -> Expr {
        Expr::Cell(self.leaf(position))
    }

    /// The stage's symbol with general subscripts: y with t.
    pub fn general(&self, subscripts: Vec<Expr>) -> Expr {
        Expr::Symbol(self.symbol_with(subscripts))
    }

    fn symbol_with(&self, mut subscripts: Vec<Expr>) -> Symbol {
        if !self.mark.is_empty() {
            subscripts.insert(0, Expr::variable(self.mark));
        }
        Symbol { name: self.symbol, subscripts, role: self.role, derivative: self.derivative }
    }

    /// How many leading axes are not shown.
    pub fn hidden_axes(&self) -> usize {
        self.hidden_axes
    }

    /// The subscript of the first position along an axis, of all axes as the layer has them.
    pub fn first(&self, axis: usize) -> i32 {
        self.first.get(axis).copied().unwrap_or(0)
    }

    fn symbol_at(&self, index: Index) -> Symbol {
        let first = self.first.iter().skip(self.hidden_axes);
        let subscripts = index.iter().zip(first).map(|(&at, &first)| Expr::Number(f64::from(at) + f64::from(first)));
        self.symbol_with(subscripts.collect())
    }

    /// Every cell, in row-major order.
    pub fn cells(&self) -> impl Iterator<Item = Cell> + '_ {
        (0..self.len()).filter_map(|place| self.nth(place))
    }

    /// The cell that so many others come before, in row-major order.
    pub fn nth(&self, place: usize) -> Option<Cell> {
        let index = Index::new(&unravelled(place, self.shape()))?;
        (place < self.len()).then_some(Cell { stage: self.name, index })
    }

    /// How many cells come before the one at an index, in row-major order.
    pub fn place(&self, index: Index) -> usize {
        self.shape().iter().enumerate().fold(0, |place, (axis, length)| place * length + index.axis(axis))
    }
}

/// The position in an array of this shape that so many others come before, in row-major order.
pub(crate) fn unravelled(place: usize, shape: &[usize]) -> Vec<usize> {
    let (mut rest, mut position) = (place, shape.to_vec());
    for at in position.iter_mut().rev() {
        let length = (*at).max(1);
        (*at, rest) = (rest % length, rest / length);
    }
    position
}

impl fmt::Debug for Stage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {:?}", self.name, self.full_shape())
    }
}

/// Everything that was computed from a block's settings.
#[derive(Clone, Debug, Default)]
pub struct Trace {
    /// The stages, in the order in which they were computed.
    pub stages: Vec<Stage>,
}

impl Trace {
    /// The stage of that name.
    pub fn stage(&self, name: &str) -> Option<&Stage> {
        self.stages.iter().find(|stage| stage.name == name)
    }

    /// The number in a cell.
    pub fn value(&self, cell: Cell) -> Option<f32> {
        self.stage(cell.stage)?.value(&cell.index)
    }

    /// The cell written as in the URL, `output.0.3.5`, where the trace has it.
    pub fn parse_cell(&self, text: &str) -> Option<Cell> {
        let mut parts = text.split('.');
        let stage = self.stage(parts.next()?)?;
        let position: Vec<usize> = parts.map(str::parse).collect::<Result<_, _>>().ok()?;
        let index = Index::new(&position)?;
        stage.value(&index).map(|_| Cell { stage: stage.name, index })
    }
}
