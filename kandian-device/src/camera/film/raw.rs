//! Files of H.264 with start codes.

use std::io::{self, Read as _, SeekFrom};
use std::time::Duration;

use bytes::Bytes;
use kandian_proto::rtsp::h264::{NalType, Sps, annex_b};

use super::{Medium, Piece};
use crate::camera::splitter::Splitter;

/// Bytes in which the first parameter set is looked for.
const HEAD: u64 = 64 << 10;

/// A file of H.264 with start codes (Annex B). It has no times: pictures come evenly.
pub(super) struct Raw {
    medium: Box<dyn Medium>,
    /// The time between two pictures, until the file says another one.
    interval: Duration,
    /// Its head says another one.
    pub(super) has_rate: bool,
}

impl Raw {
    pub(super) fn open(mut medium: Box<dyn Medium>, interval: Duration) -> io::Result<Self> {
        let mut head = Vec::new();
        (&mut medium).take(HEAD).read_to_end(&mut head)?;
        let mut nals = annex_b(&head);
        let has_rate = nals.any(|nal| own_interval(nal).is_some());
        Ok(Self { medium, interval, has_rate })
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
            self.interval = own_interval(nal).unwrap_or(self.interval);
        }
        let is_wanted = take(Piece::Picture(*at, unit));
        if is_picture {
            *at += self.interval;
        }
        is_wanted
    }
}

/// The time between two pictures, when a parameter set says it.
fn own_interval(nal: &[u8]) -> Option<Duration> {
    let is_set = NalType::of(nal) == NalType::SPS;
    is_set.then(|| Sps::parse(nal).ok()).flatten()?.interval
}
