//! What is asked of a card, as plain data.

/// A call runs at most so many workgroups along an axis: no WebGPU device allows fewer.
pub const MOST_GROUPS: usize = 65_535;
/// How many threads a workgroup has that computes number by number.
const THREADS: usize = 256;

/// Arrays, and the calls that compute them one after the other.
#[derive(Clone, Debug, PartialEq)]
pub struct Program {
    /// The arrays; the first is the input.
    pub rooms: Vec<Room>,
    /// The calls.
    pub calls: Vec<Call>,
    /// The array that is the output, which a layer that follows reads.
    pub output: usize,
    /// The shape of the output.
    pub shape: Vec<usize>,
    /// About how many multiplications the calls are.
    pub multiplications: u64,
    /// What lies in the input; nothing where it is given before every run.
    pub input: Vec<f32>,
    /// The arrays that are read back, where they are others than the output.
    pub kept: Vec<usize>,
}

/// An array, of numbers with four bytes each.
#[derive(Clone, Debug, PartialEq)]
pub enum Room {
    /// Given before every run, or computed by a call: so many numbers.
    Numbers(usize),
    /// Weights: they stay on the card.
    Weights(Vec<f32>),
    /// Indices: they stay on the card.
    Indices(Vec<u32>),
}

/// A shader's run.
#[derive(Clone, Debug, PartialEq)]
pub struct Call {
    /// Its text, in WGSL.
    pub shader: String,
    /// The arrays bound to `@group(0)`, in the order of their bindings. The first is written.
    pub bound: Vec<usize>,
    /// How many workgroups.
    pub groups: [u32; 3],
}

impl Room {
    /// How many bytes it has.
    pub fn bytes(&self) -> usize {
        4 * match self {
            Self::Numbers(length) => *length,
            Self::Weights(weights) => weights.len(),
            Self::Indices(indices) => indices.len(),
        }
    }
}

impl Program {
    /// A program without calls: its output is its input.
    pub fn new(input: &[usize]) -> Self {
        let rooms = vec![Room::Numbers(input.iter().product())];
        Self {
            rooms,
            calls: Vec::new(),
            output: 0,
            shape: input.to_vec(),
            multiplications: 0,
            input: Vec::new(),
            kept: Vec::new(),
        }
    }

    /// Adds an array.
    pub fn room(&mut self, room: Room) -> usize {
        self.rooms.push(room);
        self.rooms.len() - 1
    }

    /// Counts multiplications: so many for each number.
    pub fn count(&mut self, numbers: usize, each: usize) {
        self.multiplications += numbers as u64 * each as u64;
    }

    /// Adds a call that computes a new array of so many numbers from others. Nothing where the array is empty, or too large for a card.
    pub fn call(&mut self, shader: String, length: usize, from: &[usize], groups: [usize; 3]) -> Option<usize> {
        let made = self.room(Room::Numbers(length));
        self.write(shader, made, from, groups)?;
        Some(made)
    }

    /// Adds a call that writes into an array.
    pub fn write(&mut self, shader: String, made: usize, from: &[usize], groups: [usize; 3]) -> Option<()> {
        let fits = groups.iter().all(|count| (1..=MOST_GROUPS).contains(count));
        let bound: Vec<usize> = [made].iter().chain(from).copied().collect();
        let is_full = bound.iter().all(|&room| self.rooms[room].bytes() > 0);
        self.calls.push(Call { shader, bound, groups: groups.map(|count| count as u32) });
        (fits && is_full).then_some(())
    }

    /// Says what the output is.
    pub fn give(&mut self, output: usize, shape: Vec<usize>) {
        (self.output, self.shape) = (output, shape);
    }
}

/// Workgroups for so many numbers, a thread each, and the constants by which a thread knows its number.
pub fn one_by_one(length: usize) -> ([usize; 3], String) {
    let groups = length.div_ceil(THREADS);
    let across = groups.min(MOST_GROUPS);
    let constants = format!("const LENGTH = {length}u;\nconst ROW = {}u;\n", across * THREADS);
    ([across, groups.div_ceil(across.max(1)), 1], constants)
}
