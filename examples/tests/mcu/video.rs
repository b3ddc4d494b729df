//! Files of the program, read and decoded by others' code.

use std::path::Path;

use openh264::decoder::Decoder;
use openh264::formats::YUVSource as _;

/// What a recording holds.
#[derive(Debug)]
pub(crate) struct Recording {
    pub(crate) width: u16,
    pub(crate) height: u16,
    /// When each picture is shown, in seconds.
    pub(crate) times: Vec<f64>,
    /// Size of each picture as the decoder sees it.
    pub(crate) decoded: Vec<(usize, usize)>,
}

impl Recording {
    /// Reads a file and decodes every picture of it.
    pub(crate) fn open(path: &Path) -> Self {
        Self::of(&std::fs::read(path).unwrap())
    }

    pub(crate) fn of(file: &[u8]) -> Self {
        let mp4 = re_mp4::Mp4::read_bytes(file).unwrap();
        let (_, track) =
            mp4.tracks().iter().find(|(_, track)| track.kind == Some(re_mp4::TrackKind::Video)).unwrap();
        let seconds = |ticks: i64| ticks as f64 / track.timescale as f64;
        let times = track.samples.iter().map(|sample| seconds(sample.composition_timestamp)).collect();
        let mut decoder = Decoder::new().unwrap();
        decoder.decode(&sets(file)).unwrap();
        let mut decoded = Vec::new();
        for sample in &track.samples {
            let data = &file[sample.offset as usize..][..sample.size as usize];
            if let Some(picture) = decoder.decode(&with_start_codes(data)).unwrap() {
                decoded.push(picture.dimensions());
            }
        }
        decoded
            .extend(decoder.flush_remaining().unwrap().iter().map(openh264::formats::YUVSource::dimensions));
        Self { width: track.width, height: track.height, times, decoded }
    }

    /// That every picture is there, can be decoded, and comes after the one before.
    pub(crate) fn is_clean(&self) -> &Self {
        assert!(!self.times.is_empty());
        assert_eq!(self.times.len(), self.decoded.len());
        let size = (usize::from(self.width), usize::from(self.height));
        assert!(self.decoded.iter().all(|picture| *picture == size), "{self:?}");
        assert!(self.times.windows(2).all(|pair| pair[0] < pair[1]), "{self:?}");
        self
    }
}

/// The parameter sets in the head, with start codes.
fn sets(file: &[u8]) -> Vec<u8> {
    let at = file.windows(4).position(|four| four == b"avcC").unwrap() + 4;
    let mut rest = &file[at + 5..];
    let mut out = Vec::new();
    // Numbers of both kinds; the upper bits of the first are reserved.
    for mask in [0x1F, 0xFF] {
        let count = rest[0] & mask;
        rest = &rest[1..];
        for _ in 0..count {
            let length = usize::from(u16::from_be_bytes([rest[0], rest[1]]));
            out.extend_from_slice(&[0, 0, 0, 1]);
            out.extend_from_slice(&rest[2..2 + length]);
            rest = &rest[2 + length..];
        }
    }
    out
}

fn with_start_codes(mut data: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    while !data.is_empty() {
        let length = u32::from_be_bytes(data[..4].try_into().unwrap()) as usize;
        out.extend_from_slice(&[0, 0, 0, 1]);
        out.extend_from_slice(&data[4..4 + length]);
        data = &data[4 + length..];
    }
    out
}

/// A JPEG file: width, height and pixels.
pub(crate) fn jpeg(path: &Path) -> (u16, u16, Vec<u8>) {
    let bytes = std::fs::read(path).unwrap();
    let mut decoder = jpeg_decoder::Decoder::new(bytes.as_slice());
    let pixels = decoder.decode().unwrap();
    let info = decoder.info().unwrap();
    (info.width, info.height, pixels)
}
