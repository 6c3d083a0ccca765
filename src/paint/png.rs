//! Bitmaps as PNG.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::scene::Bitmap;

/// The bitmap as the bytes of a PNG file.
fn encode(bitmap: &Bitmap) -> Result<Vec<u8>, png::EncodingError> {
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, bitmap.width, bitmap.height);
    encoder.set_color(png::ColorType::Rgba);
    encoder.write_header()?.write_image_data(&bitmap.rgba)?;
    Ok(bytes)
}

/// The bitmap as an address that holds it; empty for a bitmap without pixels.
pub fn data_uri(bitmap: &Bitmap) -> String {
    encode(bitmap).map_or_else(|_| String::new(), |bytes| format!("data:image/png;base64,{}", STANDARD.encode(bytes)))
}
