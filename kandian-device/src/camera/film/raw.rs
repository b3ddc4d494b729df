//! Files of H.264 with start codes.

use std::io::SeekFrom;
use std::time::Duration;

use bytes::Bytes;
use kandian_proto::rtsp::h264::{NalType, Sps, annex_b};

use super::{Medium, Piece};
use crate::camera::splitter::Splitter;

/// A file of H.264 with start codes (Annex B). It has no times: pictures come evenly.
pub(super) struct Raw {
    medium: Box<dyn Medium>,
    /// The time between two pictures, until the file says another one.
    interval: Duration,
}

impl Raw {
    pub(super) fn new(medium: Box<dyn Medium>, interval: Duration) -> Self {
        Self { medium, interval }
    }

    pub(super) fn pass(&mut self, take: &mut dyn FnMut(Piece) -> bool) -> Result<Duration, String> {
        self.medium.seek(SeekFrom::Start(0)).map_err(|error| error.to_string())?;
        let (mut splitter, mut buffer, mut at) = (Splitter::default(), vec![0; 64 << 10], Duration::ZERO);
        loop {
            let read = self.medium.read(&mut buffer).map_err(|error| error.to_string())?;
            let bytes = buffer.get(..read).unwrap_or_default();
            splitter.push(bytes).map_err(|error| error.to_string())?;
            while let Some(unit) = splitter.poll() {
                if !self.unit(unit, &mut at, take) {
                    return Ok(at);
                }
            }
            if read == 0 {
                if let Some(unit) = splitter.finish() {
                    self.unit(unit, &mut at, take);
                }
                return Ok(at);
            }
        }
    }

    fn unit(&mut self, unit: Bytes, at: &mut Duration, take: &mut dyn FnMut(Piece) -> bool) -> bool {
        let mut is_picture = false;
        for nal in annex_b(&unit) {
            let kind = NalType::of(nal);
            is_picture |= kind.is_slice();
            if kind == NalType::SPS
                && let Some(interval) = Sps::parse(nal).ok().and_then(|sps| sps.interval)
            {
                self.interval = interval;
            }
        }
        let is_wanted = take(Piece::Picture(*at, unit));
        if is_picture {
            *at += self.interval;
        }
        is_wanted
    }
}
