//! NumPy's file format for one array, as far as a volume needs it: a header that is a Python dictionary, then the numbers.

use thiserror::Error;

use super::volumes::{MAX_SIDE, Volume};

/// What is read, as the end of a sentence.
const ACCEPTED: &str = "numbers of type <f4, <f8 or |u1 are read, as numpy's astype(\"float32\") makes them";

/// Why bytes are no volume.
#[derive(Clone, Debug, PartialEq, Error)]
pub enum NpyError {
    /// The file does not begin as such a file does.
    #[error("it is no .npy file: it does not begin with \\x93NUMPY")]
    Magic,
    /// The header has another version.
    #[error("it is of version {0}; versions 1, 2 and 3 are read")]
    Version(u8),
    /// The file ends within the header, or the header tells less than it has to.
    #[error("its header tells no {0}")]
    Header(&'static str),
    /// The numbers are of another type.
    #[error("its numbers are of type {0}; {ACCEPTED}")]
    Type(String),
    /// The first index runs fastest.
    #[error("it is in Fortran order; save it with numpy.ascontiguousarray")]
    Order,
    /// It is no volume.
    #[error("it has {0} axes; a volume has 3: depth, height, width")]
    Rank(usize),
    /// An axis is empty, or too long.
    #[error("it has {} × {} × {} voxels; from 1 to {MAX_SIDE} along each side fit", .0[0], .0[1], .0[2])]
    Sides([usize; 3]),
    /// The file holds more or fewer numbers than its shape tells.
    #[error("it holds {found} numbers where its shape tells {expected}")]
    Length {
        /// How many there are.
        found: usize,
        /// How many there should be.
        expected: usize,
    },
    /// A number that cannot be shown.
    #[error("it holds {0}; only numbers of magnitude at most {limit} are read", limit = Volume::LIMIT)]
    Value(f32),
}

/// Reads an array of three axes. Bytes become numbers from 0 to 1, as in pictures.
///
/// # Errors
/// With what was found, and what is read.
pub fn read(bytes: &[u8]) -> Result<Volume, NpyError> {
    let after = bytes.strip_prefix(b"\x93NUMPY").ok_or(NpyError::Magic)?;
    let [version, _, after @ ..] = after else { return Err(NpyError::Header("version")) };
    let (length, after) = match (version, after) {
        (1, [a, b, after @ ..]) => (u32::from(u16::from_le_bytes([*a, *b])), after),
        (2 | 3, [a, b, c, d, after @ ..]) => (u32::from_le_bytes([*a, *b, *c, *d]), after),
        (1..=3, _) => return Err(NpyError::Header("length")),
        _ => return Err(NpyError::Version(*version)),
    };
    let (header, data) = after.split_at_checked(length as usize).ok_or(NpyError::Header("end"))?;
    let header = std::str::from_utf8(header).map_err(|_| NpyError::Header("text"))?;
    if value_of(header, "fortran_order").ok_or(NpyError::Header("fortran_order"))?.starts_with("True") {
        return Err(NpyError::Order);
    }
    let shape = shape_of(header).ok_or(NpyError::Header("shape"))?;
    let sides: [usize; 3] = shape.as_slice().try_into().map_err(|_| NpyError::Rank(shape.len()))?;
    let descr = value_of(header, "descr").ok_or(NpyError::Header("descr"))?;
    let descr = descr.split(['\'', '"']).nth(1).unwrap_or_else(|| descr.split(',').next().unwrap_or_default());
    let values = match descr {
        "<f4" => numbers(data, 4, |bytes| bytes.try_into().ok().map(f32::from_le_bytes)),
        "<f8" => numbers(data, 8, |bytes| bytes.try_into().ok().map(|bytes| f64::from_le_bytes(bytes) as f32)),
        "|u1" => numbers(data, 1, |bytes| bytes.first().map(|&byte| f32::from(byte) / 255.0)),
        other => return Err(NpyError::Type(other.chars().take(20).collect())),
    };
    Volume::new(sides, values)
}

/// What follows a key of the header.
fn value_of<'a>(header: &'a str, key: &str) -> Option<&'a str> {
    let (_, after) = header.split_once(key)?;
    Some(after.trim_start_matches(['\'', '"']).trim_start().strip_prefix(':')?.trim_start())
}

fn shape_of(header: &str) -> Option<Vec<usize>> {
    let (inner, _) = value_of(header, "shape")?.strip_prefix('(')?.split_once(')')?;
    inner.split(',').map(str::trim).filter(|side| !side.is_empty()).map(|side| side.parse().ok()).collect()
}

fn numbers(data: &[u8], bytes: usize, number: fn(&[u8]) -> Option<f32>) -> Vec<f32> {
    // One more than fits is enough to tell that there are too many.
    let most = MAX_SIDE * MAX_SIDE * MAX_SIDE + 1;
    data.chunks_exact(bytes).take(most).filter_map(number).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(version: u8, header: &str, data: &[u8]) -> Vec<u8> {
        let mut bytes = b"\x93NUMPY".to_vec();
        bytes.extend([version, 0]);
        match version {
            1 => bytes.extend((header.len() as u16).to_le_bytes()),
            _ => bytes.extend((header.len() as u32).to_le_bytes()),
        }
        bytes.extend(header.as_bytes());
        bytes.extend(data);
        bytes
    }

    fn header(descr: &str, order: &str, shape: &str) -> String {
        format!("{{'descr': {descr}, 'fortran_order': {order}, 'shape': {shape}, }}      \n")
    }

    #[test]
    fn reads_what_numpy_writes() {
        let single: Vec<u8> = (0..6_u8).flat_map(|at| f32::from(at).to_le_bytes()).collect();
        let double: Vec<u8> = (0..6_u8).flat_map(|at| f64::from(at).to_le_bytes()).collect();
        for (version, descr, data) in [(1, "'<f4'", &single), (2, "'<f4'", &single), (3, "'<f8'", &double)] {
            let volume = read(&file(version, &header(descr, "False", "(1, 2, 3)"), data)).expect("a volume");
            assert_eq!((volume.shape(), volume.values()), ([1, 2, 3], &[0.0, 1.0, 2.0, 3.0, 4.0, 5.0][..]));
        }
        let bytes = read(&file(1, &header("'|u1'", "False", "(2, 1, 1)"), &[0, 255])).expect("a volume");
        assert_eq!(bytes.values(), [0.0, 1.0]);
    }

    #[test]
    fn says_what_was_found_and_what_is_read() {
        let told = |bytes: &[u8]| read(bytes).expect_err("refused").to_string();
        let with = |descr, order, shape| told(&file(1, &header(descr, order, shape), &[0; 24]));
        assert_eq!(told(b"PNG"), "it is no .npy file: it does not begin with \\x93NUMPY");
        assert_eq!(told(&file(9, "", &[])), "it is of version 9; versions 1, 2 and 3 are read");
        assert_eq!(told(&file(1, "{}", &[])), "its header tells no fortran_order");
        assert_eq!(
            with("'>f4'", "False", "(1, 2, 3)"),
            "its numbers are of type >f4; numbers of type <f4, <f8 or |u1 are read, as numpy's astype(\"float32\") makes them"
        );
        assert_eq!(with("[('a', '<f4')]", "False", "(1, 2, 3)"), "its numbers are of type a; ".to_owned() + ACCEPTED);
        assert!(with("'<f4'", "True", "(1, 2, 3)").contains("Fortran order"));
        assert_eq!(with("'<f4'", "False", "(6,)"), "it has 1 axes; a volume has 3: depth, height, width");
        assert_eq!(with("'<f4'", "False", "(65, 1, 1)"), "it has 65 × 1 × 1 voxels; from 1 to 64 along each side fit");
        assert_eq!(with("'<f4'", "False", "(1, 2, 4)"), "it holds 6 numbers where its shape tells 8");
        assert_eq!(with("'<f4'", "False", "(1, 2, -3)"), "its header tells no shape");
    }

    #[test]
    fn no_bytes_panic() {
        let whole = file(1, &header("'<f4'", "False", "(1, 2, 3)"), &[0; 24]);
        for length in 0..whole.len() {
            assert!(read(&whole[..length]).is_err(), "the first {length} bytes");
        }
        // The minimal standard generator: the same bytes every time.
        let mut state = 7_u64;
        let mut random = |end: usize| {
            state = state * 48_271 % 2_147_483_647;
            (state as usize / 16) % end
        };
        for _ in 0..20_000 {
            let mut bytes = whole.clone();
            for _ in 0..=random(4) {
                let at = random(bytes.len());
                bytes[at] = random(256) as u8;
            }
            bytes.truncate(random(bytes.len()) + 1);
            let _ = read(&bytes);
        }
        let huge = file(2, &header("'<f4'", "False", "(99999999999, 99999999999, 99999999999)"), &[]);
        assert!(read(&huge).is_err());
    }
}
