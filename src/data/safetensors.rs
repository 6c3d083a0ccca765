//! Trained weights, in the format of Safetensors: <https://huggingface.co/docs/safetensors>.
//!
//! The length of the head (eight bytes, the lowest first), the head (JSON: for each tensor its type, its shape, and from where to
//! where its bytes lie; `__metadata__` holds texts), the bytes. Here all numbers are of single precision. Own code, because the
//! crate of that name writes the texts in another order at every run, and the page reads little.

use serde_json::{Map, Value, json};
use thiserror::Error;

use super::read_json;
use crate::layers::Tensor;

const METADATA: &str = "__metadata__";
/// A head may not be longer: it would be read before anything is known about it.
const LONGEST_HEAD: usize = 1 << 16;

/// Why bytes are no file of weights.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum SafetensorsError {
    /// The head is cut off, too long, or not what a head must be.
    #[error("its head is damaged")]
    Head,
    /// A tensor is not there, or is not what the head says.
    #[error("its tensor {0} is missing or damaged")]
    Tensor(String),
}

/// Tensors and texts by their names.
#[derive(Clone, Copy, Debug)]
struct Parts<'a> {
    head: &'a [u8],
    body: &'a [u8],
}

/// A file of weights.
#[derive(Clone, Debug)]
pub struct Safetensors<'a> {
    head: Map<String, Value>,
    body: &'a [u8],
}

fn parts(bytes: &[u8]) -> Option<Parts<'_>> {
    let (length, rest) = bytes.split_first_chunk::<8>()?;
    let length = usize::try_from(u64::from_le_bytes(*length)).ok().filter(|&length| length <= LONGEST_HEAD)?;
    let (head, body) = rest.split_at_checked(length)?;
    Some(Parts { head, body })
}

impl<'a> Safetensors<'a> {
    /// Reads a file.
    ///
    /// # Errors
    /// [`SafetensorsError::Head`].
    pub fn read(bytes: &'a [u8]) -> Result<Self, SafetensorsError> {
        let Parts { head, body } = parts(bytes).ok_or(SafetensorsError::Head)?;
        let head = str::from_utf8(head).ok().and_then(|head| read_json(head).ok());
        match head {
            Some(Value::Object(head)) => Ok(Self { head, body }),
            _ => Err(SafetensorsError::Head),
        }
    }

    /// The tensor of that name, where it is there in this shape.
    ///
    /// # Errors
    /// [`SafetensorsError::Tensor`].
    pub fn tensor(&self, name: &str, shape: &[usize]) -> Result<Tensor, SafetensorsError> {
        self.find(name, shape).ok_or_else(|| SafetensorsError::Tensor(name.to_owned()))
    }

    fn find(&self, name: &str, shape: &[usize]) -> Option<Tensor> {
        let told = self.head.get(name)?;
        if told["dtype"] != "F32" || told["shape"] != Value::from(shape) {
            return None;
        }
        let place = |end: usize| usize::try_from(told["data_offsets"][end].as_u64()?).ok();
        let (numbers, rest) = self.body.get(place(0)?..place(1)?)?.as_chunks::<4>();
        let numbers = numbers.iter().map(|&number| f32::from_le_bytes(number)).collect();
        Tensor::from_shape_vec(shape, numbers).ok().filter(|_| rest.is_empty())
    }

    /// The text of that name.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.head.get(METADATA)?[name].as_str()
    }
}

/// The file of these tensors and texts: the same bytes for the same numbers.
pub fn write(tensors: &[(&str, &Tensor)], texts: &[(&str, &str)]) -> Vec<u8> {
    let mut head = Map::new();
    let mut body = Vec::new();
    let texts: Map<String, Value> = texts.iter().map(|&(name, text)| (name.to_owned(), json!(text))).collect();
    head.insert(METADATA.to_owned(), Value::Object(texts));
    for (name, tensor) in tensors {
        let start = body.len();
        body.extend(tensor.iter().flat_map(|number| number.to_le_bytes()));
        let told = json!({"dtype": "F32", "shape": tensor.shape(), "data_offsets": [start, body.len()]});
        head.insert((*name).to_owned(), told);
    }
    let mut head = Value::Object(head).to_string();
    // The numbers begin at a multiple of eight bytes.
    head.extend(std::iter::repeat_n(' ', head.len().wrapping_neg() % 8));
    [&(head.len() as u64).to_le_bytes(), head.as_bytes(), &body].concat()
}

#[cfg(test)]
mod tests {
    use ndarray::array;

    use super::*;

    #[test]
    fn what_is_written_can_be_read() {
        let (w, b) = (array![[1.0, -2.5], [0.0, f32::MIN_POSITIVE]].into_dyn(), array![3.0].into_dyn());
        let bytes = write(&[("w", &w), ("b", &b)], &[("accuracy", "0.97"), ("seed", "8")]);
        assert_eq!(bytes, write(&[("w", &w), ("b", &b)], &[("seed", "8"), ("accuracy", "0.97")]));
        let read = Safetensors::read(&bytes).expect("a file");
        assert_eq!(read.tensor("w", &[2, 2]), Ok(w));
        assert_eq!(read.tensor("b", &[1]), Ok(b));
        assert_eq!((read.text("accuracy"), read.text("nothing")), (Some("0.97"), None));
        for (name, shape) in [("w", &[4][..]), ("v", &[2, 2]), (METADATA, &[1])] {
            assert_eq!(read.tensor(name, shape), Err(SafetensorsError::Tensor(name.to_owned())));
        }
    }

    #[test]
    fn damage_is_told() {
        let bytes = write(&[("w", &array![1.0, 2.0].into_dyn())], &[]);
        for length in 0..bytes.len() {
            let read = Safetensors::read(&bytes[..length]);
            assert!(read.is_err() || read.is_ok_and(|read| read.tensor("w", &[2]).is_err()), "{length}");
        }
        let file = |head: &str| [&(head.len() as u64).to_le_bytes(), head.as_bytes(), &[0; 8]].concat();
        for head in ["", "[]", "{", "{\"w\":1", "3"] {
            assert_eq!(Safetensors::read(&file(head)).err(), Some(SafetensorsError::Head), "{head}");
        }
        for offsets in ["[4,0]", "[0,9]", "[0,7]", "[-1,7]", "[0,18446744073709551615]", "[0]", "{}", "null"] {
            let bytes = file(&format!("{{\"w\":{{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":{offsets}}}}}"));
            let read = Safetensors::read(&bytes).expect("a head");
            assert!(read.tensor("w", &[2]).is_err(), "{offsets}");
        }
        assert!(Safetensors::read(&[255; 32]).is_err());
    }
}
