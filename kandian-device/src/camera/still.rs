//! Single pictures out of moving ones. Spec §7.5.24, §7.5.34.

use super::Stage;
use crate::hardware::Fault;

/// Takes a picture of what a stage shows: the latest one that stands by itself, as a JPEG file. A stage that nobody watches
/// begins to show for it.
///
/// # Errors
/// When there is no picture, or it cannot be decoded; always in a build without feature `encoder`, which has no decoder.
#[cfg(feature = "encoder")]
pub async fn take(stage: &Stage) -> Result<Vec<u8>, Fault> {
    let mut viewer = stage.watch();
    let picture = tokio::select! {
        picture = key(&mut viewer) => picture,
        fault = fails(stage) => return Err(fault),
    };
    drop(viewer);
    let developed = tokio::task::spawn_blocking(move || develop(&picture));
    developed.await.map_err(|error| Fault(error.to_string()))?
}

/// Takes a picture of what a stage shows: not in this build.
///
/// # Errors
/// Always.
#[cfg(not(feature = "encoder"))]
#[expect(clippy::unused_async, reason = "the same with a decoder")]
pub async fn take(_stage: &Stage) -> Result<Vec<u8>, Fault> {
    let why = "this build has no decoder (feature `encoder`) to take one out of the moving pictures";
    Err(Fault(format!("there is no single picture: {why}; give a JPEG file with --picture")))
}

/// Waits for a picture that stands by itself.
#[cfg(feature = "encoder")]
async fn key(viewer: &mut super::Viewer) -> bytes::Bytes {
    loop {
        if let super::Watched::Unit(unit) = viewer.next().await
            && unit.is_key
        {
            return unit.data.clone();
        }
    }
}

/// Waits until it is known why there is no picture.
#[cfg(feature = "encoder")]
async fn fails(stage: &Stage) -> Fault {
    /// Between two looks.
    const LOOK: std::time::Duration = std::time::Duration::from_millis(50);
    loop {
        tokio::time::sleep(LOOK).await;
        if let Some(fault) = stage.fault() {
            return fault;
        }
    }
}

/// Decodes an IDR picture with its parameter sets, and makes a JPEG file of it. Blocks.
#[cfg(feature = "encoder")]
fn develop(picture: &[u8]) -> Result<Vec<u8>, Fault> {
    use jpeg_encoder::{ColorType, Encoder};
    use kandian_proto::rtsp::h264::{NalType, Sps, annex_b};
    use openh264::OpenH264API;
    use openh264::decoder::{Decoder, DecoderConfig};
    use openh264::formats::YUVSource as _;
    /// Good enough for a face, and some tens of kilobytes in CIF.
    const QUALITY: u8 = 85;
    /// Most pixels that are decoded: 12 megapixels. The decoder takes memory for as many as the SPS says.
    const MOST_PIXELS: u64 = 12 << 20;

    let fault = |why: &dyn std::fmt::Display| Fault(format!("the picture cannot be decoded: {why}"));
    let sps = annex_b(picture).find(|nal| NalType::of(nal) == NalType::SPS).unwrap_or_default();
    let sps = Sps::parse(sps).map_err(|error| fault(&error))?;
    if u64::from(sps.width) * u64::from(sps.height) > MOST_PIXELS {
        return Err(fault(&format!("{} × {} pixels are too many", sps.width, sps.height)));
    }
    let decoder = Decoder::with_api_config(OpenH264API::from_source(), DecoderConfig::new());
    let mut decoder = decoder.map_err(|error| fault(&error))?;
    let decoded = decoder.decode(picture).map_err(|error| fault(&error))?;
    let Some(shown) = decoded else { return Err(fault(&"it is not whole")) };
    let (width, height) = shown.dimensions();
    let mut pixels = vec![0; width * height * 3];
    shown.write_rgb8(&mut pixels);
    let size = (u16::try_from(width), u16::try_from(height));
    let (Ok(width), Ok(height)) = size else { return Err(fault(&"it is too large for JPEG")) };
    let mut jpeg = Vec::new();
    let encoder = Encoder::new(&mut jpeg, QUALITY);
    encoder.encode(&pixels, width, height, ColorType::Rgb).map_err(|error| fault(&error))?;
    Ok(jpeg)
}
