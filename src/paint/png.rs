//! Bitmaps as PNG, where no browser is. The container is three chunks, written here: the crates that write it bring three times the bytes, for
//! filters and formats that no picture here has.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use miniz_oxide::deflate::compress_to_vec_zlib;

use crate::scene::Bitmap;

const SIGNATURE: [u8; 8] = *b"\x89PNG\r\n\x1a\n";
/// Eight bits a channel; red, green, blue, opacity; the only compression, the only filtering, not interlaced.
const FORMAT: [u8; 5] = [8, 6, 0, 0, 0];
/// How hard the compressor tries, of 10.
const EFFORT: u8 = 6;

/// The bitmap as the bytes of a PNG file.
fn encode(bitmap: &Bitmap) -> Vec<u8> {
    let row = bitmap.width as usize * 4;
    // Each row begins with the number of its filter: none.
    let mut rows = Vec::new();
    for row in bitmap.rgba.chunks(row.max(1)) {
        rows.push(0);
        rows.extend(row);
    }
    let header = [&bitmap.width.to_be_bytes()[..], &bitmap.height.to_be_bytes(), &FORMAT].concat();
    let mut file = SIGNATURE.to_vec();
    for (kind, data) in [(b"IHDR", header), (b"IDAT", compress_to_vec_zlib(&rows, EFFORT)), (b"IEND", Vec::new())] {
        file.extend((data.len() as u32).to_be_bytes());
        let body = [&kind[..], &data].concat();
        file.extend(&body);
        file.extend(crc32(&body).to_be_bytes());
    }
    file
}

fn crc32(bytes: &[u8]) -> u32 {
    let step = |crc: u32, _| if crc & 1 == 1 { (crc >> 1) ^ 0xedb8_8320 } else { crc >> 1 };
    !bytes.iter().fold(!0, |crc, &byte| (0..8).fold(crc ^ u32::from(byte), step))
}

/// The bitmap as an address that holds it.
pub fn data_uri(bitmap: &Bitmap) -> String {
    format!("data:image/png;base64,{}", STANDARD.encode(encode(bitmap)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_decoder_reads_it_back() {
        let rgba: Vec<u8> = (0..3 * 2 * 4).map(|byte| byte * 10).collect();
        let file = encode(&Bitmap { width: 3, height: 2, rgba: rgba.clone() });
        let mut reader = png::Decoder::new(std::io::Cursor::new(file)).read_info().expect("a header");
        let mut decoded = vec![0; 3 * 2 * 4];
        let frame = reader.next_frame(&mut decoded).expect("a frame");
        assert_eq!((frame.width, frame.height, frame.color_type), (3, 2, png::ColorType::Rgba));
        assert_eq!(decoded, rgba);
    }
}
