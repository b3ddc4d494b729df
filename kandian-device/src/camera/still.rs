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

#[cfg(test)]
#[cfg(feature = "encoder")]
mod tests {
    use std::sync::Arc;

    use kandian_proto::defaults::{Factory, Grade};
    use kandian_proto::value::{DevType, StreamType};
    use tokio::sync::watch;

    use super::*;
    use crate::camera::{File, Source, StreamId};

    fn stage(source: Arc<dyn Source>) -> Stage {
        let wanted = Factory { kind: DevType::IPCAM, grade: Grade::Sd }.video(StreamType::SUB).unwrap();
        let id = StreamId { channel: 0, stream: StreamType::SUB };
        Stage::new(id, source, watch::channel(wanted).1)
    }

    /// Width and height, as a JPEG file says it.
    fn size(jpeg: &[u8]) -> (u16, u16) {
        let frame = jpeg.windows(2).position(|mark| mark == [0xFF, 0xC0]).unwrap();
        let number = |at: usize| u16::from_be_bytes([jpeg[frame + at], jpeg[frame + at + 1]]);
        (number(7), number(5))
    }

    /// A JPEG file of the size of the stream, with something in it; nobody watches any more afterwards.
    #[tokio::test]
    async fn a_picture_of_what_moves() {
        let stage = stage(Arc::new(File::clip()));
        let jpeg = take(&stage).await.unwrap();
        assert!(jpeg.starts_with(&[0xFF, 0xD8, 0xFF]) && jpeg.ends_with(&[0xFF, 0xD9]));
        assert_eq!(size(&jpeg), (352, 288));
        // A grey picture has two thousand bytes.
        assert!(jpeg.len() > 10_000, "{} bytes", jpeg.len());
        assert_eq!(stage.viewers(), 0);
    }

    /// Why there is no picture is said at once.
    #[tokio::test]
    async fn no_picture() {
        let fault = take(&stage(Arc::new(File::new("/no/such/file")))).await.unwrap_err();
        assert!(fault.0.contains("/no/such/file: No such file"), "{fault}");
    }

    /// Parameter sets that promise a giant, and slices that hold nothing, are refused.
    #[test]
    fn pictures_that_are_none() {
        let giant =
            b"\0\0\x01\x67\x42\xC0\x1E\xD9\0\x40\x10\x01\0\x48\0\0\x01\x68\xCE\x3C\x80\0\0\x01\x65\x88\x84";
        for picture in [
            &b""[..],
            b"\0\0\x01\x65\x88",
            giant,
            b"\0\0\x01\x67\x42\xC0\x1E\xD9\x01\x60\x96\xC8\0\0\x01\x65\x88\x84",
        ] {
            let fault = develop(picture).unwrap_err();
            assert!(fault.0.starts_with("the picture cannot be decoded: "), "{fault}");
        }
    }
}
