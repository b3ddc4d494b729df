//! Pictures out of a byte stream: a file that is read, or the output of a command.

use bytes::{Buf as _, Bytes, BytesMut};
use kandian_proto::rtsp::h264::NalType;
use kandian_proto::rtsp::rtp::MAX_UNIT_BYTES;

/// Bytes without a start code after which the stream is none of H.264. A NAL unit may have so many; the first one, which has
/// parameters, has not.
const MOST_NOISE: usize = 64 << 10;
/// The NAL unit type and what begins a slice: so much behind a start code is needed to know what it is.
const KNOWN: usize = 2;

/// Why a stream is given up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum NoStream {
    #[error("it is no H.264 with start codes (Annex B): there is none in the first {} kB", MOST_NOISE >> 10)]
    Noise,
    #[error("a picture of it has more than {} MB", MAX_UNIT_BYTES >> 20)]
    TooLong,
}

/// Cuts a stream with start codes (Annex B) into access units; holds less than two of the longest.
#[derive(Debug, Default)]
pub(super) struct Splitter {
    buffer: BytesMut,
    /// Looked at up to here.
    seen: usize,
    /// A start code was found.
    is_stream: bool,
    /// The unit in the buffer has a slice already.
    has_slice: bool,
    /// Where the unit after the one in the buffer begins.
    cut: Option<usize>,
}

impl Splitter {
    /// Takes what comes next.
    ///
    /// # Errors
    /// When this is not what it should be.
    pub(super) fn push(&mut self, bytes: &[u8]) -> Result<(), NoStream> {
        self.buffer.extend_from_slice(bytes);
        self.look();
        if !self.is_stream && self.buffer.len() > MOST_NOISE {
            return Err(NoStream::Noise);
        }
        if self.cut.unwrap_or(self.buffer.len()) > MAX_UNIT_BYTES {
            return Err(NoStream::TooLong);
        }
        Ok(())
    }

    /// The next access unit that has come to its end, which shows when the one after it begins.
    pub(super) fn poll(&mut self) -> Option<Bytes> {
        let unit = self.buffer.split_to(self.cut.take()?).freeze();
        (self.seen, self.has_slice) = (0, false);
        self.look();
        Some(unit)
    }

    /// The stream is at its end: what is left.
    pub(super) fn finish(&mut self) -> Option<Bytes> {
        let rest = std::mem::take(self);
        (rest.is_stream && !rest.buffer.is_empty()).then(|| rest.buffer.freeze())
    }

    fn look(&mut self) {
        while self.cut.is_none() {
            let Some(found) = self.buffer.get(self.seen..).and_then(start_code) else {
                // The first bytes of a start code may be there already.
                self.seen = self.buffer.len().saturating_sub(2).max(self.seen);
                return;
            };
            let code = self.seen + found;
            let Some(nal) = self.buffer.get(code + 3..code + 3 + KNOWN) else {
                self.seen = code;
                return;
            };
            if !std::mem::replace(&mut self.is_stream, true) {
                self.buffer.advance(code);
                self.seen = 0;
                continue;
            }
            self.take(code, NalType::of(nal), nal[1]);
        }
    }

    /// A NAL unit of this kind begins here.
    fn take(&mut self, code: usize, kind: NalType, second: u8) {
        // A slice whose first macroblock is number 0, which the code `1` says, begins a picture.
        let is_first = kind.is_slice() && second & 0x80 != 0;
        if self.has_slice && (is_first || kind.begins_access_unit()) {
            let zeros = self.buffer[..code].iter().rev().take_while(|byte| **byte == 0).count();
            self.cut = Some(code - zeros);
            return;
        }
        self.has_slice |= kind.is_slice();
        self.seen = code + 3;
    }
}

/// Where the next `00 00 01` is.
fn start_code(bytes: &[u8]) -> Option<usize> {
    bytes.windows(3).position(|window| window == [0, 0, 1])
}

#[cfg(test)]
mod tests {
    use kandian_proto::rtsp::h264::{access_units, annex_b};

    use super::*;

    /// Two pictures with sets, one in two slices, one with a delimiter before it.
    const STREAM: &[u8] = b"\0\0\0\x01\x67\x42\xC0\0\0\x01\x68\xCE\0\0\x01\x65\x88\x80\0\0\x01\x65\x08\x80\
        \0\0\0\x01\x09\x10\0\0\x01\x41\x9A\x01\0\0\x01\x41\x9A\x02\0\0\0\x01\x67\x42\xC0\0\0\x01\x68\xCE\0\0\x01\x65\x88\x84";

    fn units(pieces: impl Iterator<Item = Vec<u8>>) -> Vec<Vec<Vec<u8>>> {
        let mut splitter = Splitter::default();
        let mut units = Vec::new();
        for piece in pieces {
            splitter.push(&piece).unwrap();
            units.extend(std::iter::from_fn(|| splitter.poll()));
        }
        units.extend(splitter.finish());
        units.iter().map(|unit| annex_b(unit).map(<[u8]>::to_vec).collect()).collect()
    }

    /// However it is cut on its way, the same access units come out as out of the whole.
    #[test]
    fn at_every_cut() {
        let whole: Vec<Vec<Vec<u8>>> =
            access_units(STREAM).map(|unit| unit.nals().map(<[u8]>::to_vec).collect()).collect();
        assert_eq!(whole.iter().map(Vec::len).collect::<Vec<_>>(), [4, 2, 1, 3]);
        for length in 1..=STREAM.len() {
            assert_eq!(units(STREAM.chunks(length).map(<[u8]>::to_vec)), whole, "pieces of {length}");
        }
        let with_noise = [b"noise \0\0", STREAM].concat();
        assert_eq!(units([with_noise].into_iter()), whole);
    }

    #[test]
    fn what_is_no_stream_is_given_up() {
        let mut splitter = Splitter::default();
        let mut refused = Ok(());
        for _ in 0..100 {
            refused = splitter.push(&[b'x'; 1_000]);
            if refused.is_err() {
                break;
            }
        }
        assert_eq!(refused, Err(NoStream::Noise));
        assert!(splitter.buffer.len() < MOST_NOISE + 1_000 && splitter.finish().is_none());

        let mut splitter = Splitter::default();
        splitter.push(b"\0\0\x01\x65\x88").unwrap();
        let piece = vec![0xAA; 1 << 20];
        let pushed: Vec<_> = (0..4).map(|_| splitter.push(&piece)).collect();
        assert_eq!(pushed, [Ok(()), Ok(()), Ok(()), Err(NoStream::TooLong)]);
    }
}
