//! A picture as a JPEG file..

use jpeg_encoder::{ColorType, Encoder};
use openh264::decoder::Decoder;
use openh264::formats::YUVSource as _;

use super::mp4::Sets;

/// Quality of the file; above it, files grow and nobody sees why.
const QUALITY: u8 = 90;

/// Why there is no picture.
#[derive(Debug, thiserror::Error)]
pub(super) enum SnapshotError {
    /// The decoder could not read it.
    #[error("the picture cannot be decoded: {0}")]
    Decode(#[from] openh264::Error),
    /// The decoder gave nothing.
    #[error("the picture is not whole")]
    Nothing,
    /// It has more than 65,535 pixels on a side.
    #[error("the picture is too large for JPEG")]
    Size,
    /// It could not be encoded.
    #[error("no JPEG of it: {0}")]
    Encode(#[from] jpeg_encoder::EncodingError),
}

/// Decodes a picture that stands by itself.
pub(super) fn jpeg(sets: &Sets, picture: &[u8]) -> Result<Vec<u8>, SnapshotError> {
    let mut decoder = Decoder::new()?;
    // Those in the picture come later and win.
    decoder.decode(&sets.to_stream())?;
    if let Some(shown) = decoder.decode(picture)? {
        return encoded(&shown);
    }
    // Some decoders wait for the next one.
    decoder.flush_remaining()?.first().map_or(Err(SnapshotError::Nothing), encoded)
}

fn encoded(shown: &openh264::decoder::DecodedYUV<'_>) -> Result<Vec<u8>, SnapshotError> {
    let (width, height) = shown.dimensions();
    let (Ok(wide), Ok(high)) = (u16::try_from(width), u16::try_from(height)) else {
        return Err(SnapshotError::Size);
    };
    let mut pixels = vec![0; width * height * 3];
    shown.write_rgb8(&mut pixels);
    let mut out = Vec::new();
    Encoder::new(&mut out, QUALITY).encode(&pixels, wide, high, ColorType::Rgb)?;
    Ok(out)
}
