//! Fragmented MP4 files that are whole at every moment.
//!
//! A file begins with a head that holds no sample; what follows are fragments of about a second, each written in one
//! go. Whatever ends the program, `kill -9` included, the file plays up to its last fragment.
//!
//! The boxes are those of the crate `mp4-atom`; nothing outside this folder knows that.
//!
//! # Choices
//!
//! - H.264 stands as `avc1`: parameter sets in the head, which every player reads. Other parameter sets need another
//!   head, and so another file.
//! - AAC passes through as `mp4a`.
//! - G.711 passes through as `alaw` and `ulaw`. The MP4 standard has no codes for it; these are QuickTime's, registered
//!   for files of this family, and ffmpeg, VLC and GStreamer play them. Browsers do not.
//! - Pictures may come in another order than they are shown in; decoding times are found within each fragment.

mod fragment;
mod head;
mod sets;
mod track;

use std::io::{self, Write};

use bytes::Bytes;
use kandian_proto::rtsp::h264::{NalType, SpsError, annex_b};

pub(super) use head::Sound;
pub(super) use sets::Sets;
use track::{Sample, Track};

/// Ticks of the video in a second, as in RTP.
pub(super) const VIDEO_HZ: u32 = 90_000;
/// Shortest fragment, in ticks of the video: what a cut-off file lacks at its end at most, but for one picture.
const FRAGMENT: u64 = VIDEO_HZ as u64;
/// A fragment is written early when it holds so much: cameras are believed up to 64 Mbit/s.
const FRAGMENT_BYTES: usize = 8 << 20;

/// Why a file cannot be begun or continued.
#[derive(Debug, thiserror::Error)]
pub(super) enum Mp4Error {
    /// The file cannot be written.
    #[error(transparent)]
    Io(#[from] io::Error),
    /// The size of the picture is unknown.
    #[error("the parameter sets of the video cannot be read: {0}")]
    Sets(#[from] SpsError),
    /// A value does not fit into its box.
    #[error("not to be said in MP4: {0}")]
    Box(#[from] mp4_atom::Error),
}

/// A file that is being written.
#[derive(Debug)]
pub(super) struct Mp4<W> {
    out: W,
    video: Track,
    sound: Option<Track>,
    fragments: u32,
    written: u64,
}

impl<W: Write> Mp4<W> {
    /// Writes the head.
    pub(super) fn begin(mut out: W, sets: &Sets, sound: Option<&Sound>) -> Result<Self, Mp4Error> {
        let head = head::head(sets, sound)?;
        out.write_all(&head)?;
        let video = Track::new(head::VIDEO_TRACK);
        let sound = sound.map(|_| Track::new(head::SOUND_TRACK));
        Ok(Self { out, video, sound, fragments: 0, written: head.len() as u64 })
    }

    /// Takes a picture, with start codes, to be shown so many ticks after the beginning. The first one is an IDR.
    pub(super) fn video(&mut self, shown: u64, picture: &[u8], is_idr: bool) -> Result<(), Mp4Error> {
        let data = with_lengths(picture);
        if data.is_empty() {
            return Ok(());
        }
        if self.video.may_end_before(shown) && self.is_due(shown) {
            self.flush(Some(shown))?;
        }
        self.video.push(Sample { shown, data, is_sync: is_idr });
        Ok(())
    }

    /// Takes a frame of sound, so many ticks of its own clock after the beginning.
    pub(super) fn sound(&mut self, shown: u64, frame: Bytes) {
        if let Some(track) = &mut self.sound {
            track.push(Sample { shown, data: frame, is_sync: true });
        }
    }

    /// Bytes written up to now.
    pub(super) const fn written(&self) -> u64 {
        self.written
    }

    /// Writes what is left; the bytes of the file, and how long the video is, in ticks.
    pub(super) fn finish(mut self) -> Result<(W, u64, u64), Mp4Error> {
        self.flush(None)?;
        self.out.flush()?;
        Ok((self.out, self.written, self.video.end()))
    }

    fn is_due(&self, shown: u64) -> bool {
        let held = self.video.bytes() + self.sound.as_ref().map_or(0, Track::bytes);
        self.video.lasts_at(shown) >= FRAGMENT || held >= FRAGMENT_BYTES
    }

    /// Writes a fragment of all that is complete; the video goes on at `next`, or ends.
    fn flush(&mut self, next: Option<u64>) -> Result<(), Mp4Error> {
        let mut runs = vec![self.video.take_all(next)];
        if let Some(sound) = &mut self.sound {
            runs.push(if next.is_some() { sound.take_but_last() } else { sound.take_all(None) });
        }
        runs.retain(|run| !run.samples.is_empty());
        if runs.is_empty() {
            return Ok(());
        }
        self.fragments += 1;
        let bytes = fragment::fragment(self.fragments, &runs)?;
        self.out.write_all(&bytes)?;
        self.written += bytes.len() as u64;
        Ok(())
    }
}

/// The NAL units of a picture with lengths before them. Parameter sets are in the head, and delimiters say nothing
/// here. Empty when no part of a picture is left.
fn with_lengths(picture: &[u8]) -> Bytes {
    let mut data = Vec::with_capacity(picture.len() + 16);
    let mut has_slice = false;
    for nal in annex_b(picture) {
        let kind = NalType::of(nal);
        if matches!(kind, NalType::SPS | NalType::PPS | NalType::DELIMITER) {
            continue;
        }
        // An access unit has 4 MB at most.
        let Ok(length) = u32::try_from(nal.len()) else { continue };
        has_slice |= kind.is_slice();
        data.extend_from_slice(&length.to_be_bytes());
        data.extend_from_slice(nal);
    }
    if has_slice { data.into() } else { Bytes::new() }
}

#[cfg(test)]
mod tests;
