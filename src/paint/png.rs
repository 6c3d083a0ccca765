//! Bitmaps as PNG, where no browser is.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use png::{ColorType, Compression, Encoder, EncodingError, Filter};

use crate::scene::Bitmap;

/// The bitmap as the bytes of a PNG file.
fn encode(bitmap: &Bitmap) -> Result<Vec<u8>, EncodingError> {
    let mut file = Vec::new();
    let mut encoder = Encoder::new(&mut file, bitmap.width, bitmap.height);
    encoder.set_color(ColorType::Rgba);
    encoder.set_compression(Compression::High);
    encoder.set_filter(Filter::NoFilter);
    encoder.write_header()?.write_image_data(&bitmap.rgba)?;
    Ok(file)
}

/// The bitmap as an address that holds it; an empty one for a bitmap without pixels.
pub fn data_uri(bitmap: &Bitmap) -> String {
    encode(bitmap).map_or_else(|_| String::new(), |file| format!("data:image/png;base64,{}", STANDARD.encode(file)))
}
